/*
** scratch_schema: a scratch database (scratch.h) with the objects of a given
** schema and, besides these, the other objects of the caller's connection.
*/
#ifndef ORM_SCRATCH_SCHEMA_H
#define ORM_SCRATCH_SCHEMA_H

#include "dependents/scratch.h"

/* A scratch database with a schema; filled by scratch_schema_open(). */
typedef struct ScratchSchema {
  Ctx *ctx;
  Scratch base;
  const Schema *schema;
  bool *created; /* for each object of the schema: it exists here */
} ScratchSchema;

/* Opens the scratch database and creates the schema in it. Until
** scratch_schema_close(), which must be called even after an error, ctx uses
** the scratch database. An object of the connection is copied only if neither
** `schema` nor `taken` (which may be NULL) has an object of its name. If
** left_out is not NULL, objects of the schema for which left_out[i] is true are
** not created. */
void scratch_schema_open(ScratchSchema *scratch, Ctx *ctx, const Schema *schema,
                         const Schema *taken, const bool *left_out);
/* Closes the scratch database. ctx uses the connection again. */
void scratch_schema_close(ScratchSchema *scratch);

#endif
