/*
** scratch_schema: a scratch database (scratch.h) with the objects of a given
** schema and, besides these, the other objects of the caller's connection.
**
** scratch_schema_open() creates all of them at once. To create one part after
** another (parts.h):
**
**   scratch_schema_begin(&scratch, ctx, schema, taken, left_out);
**   for each part:
**     scratch_schema_fill(&scratch, tables);
**     ... ALTER TABLE, reading texts ...
**     scratch_schema_empty(&scratch);
**   scratch_schema_close(&scratch);
*/
#ifndef ORM_SCRATCH_SCHEMA_H
#define ORM_SCRATCH_SCHEMA_H

#include "dependents/scratch.h"

/* A scratch database with a schema. */
typedef struct ScratchSchema {
  Ctx *ctx;
  Scratch base;
  const Schema *schema;
  const bool *left_out;
  ScratchObjects others; /* the other objects of the connection */
  bool *created;         /* for each object of the schema: it exists here */
} ScratchSchema;

/* Opens the scratch database and creates the schema in it. Until
** scratch_schema_close(), which must be called even after an error, ctx uses
** the scratch database. An object of the connection is copied only if neither
** `schema` nor `taken` (which may be NULL) has an object of its name. If
** left_out is not NULL, objects of the schema for which left_out[i] is true are
** not created. */
void scratch_schema_open(ScratchSchema *scratch, Ctx *ctx, const Schema *schema,
                         const Schema *taken, const bool *left_out);

/* Does the same, but creates nothing yet. */
void scratch_schema_begin(ScratchSchema *scratch, Ctx *ctx,
                          const Schema *schema, const Schema *taken,
                          const bool *left_out);
/* Begins a transaction and creates the tables and views of the map, with their
** indexes and triggers; NULL: all. */
void scratch_schema_fill(ScratchSchema *scratch, const NameMap *tables);
/* Rolls back all that was done since scratch_schema_fill(). */
void scratch_schema_empty(ScratchSchema *scratch);

/* Closes the scratch database. ctx uses the connection again. */
void scratch_schema_close(ScratchSchema *scratch);

#endif
