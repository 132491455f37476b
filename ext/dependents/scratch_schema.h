/*
** scratch_schema: a scratch database (scratch.h) that has the objects of a
** given schema, and besides them the other objects of the caller's connection.
*/
#ifndef ORM_SCRATCH_SCHEMA_H
#define ORM_SCRATCH_SCHEMA_H

#include "dependents/scratch.h"

/* A scratch database with a schema; filled by scratch_schema_open(). */
typedef struct ScratchSchema {
  Ctx *ctx;
  Scratch base;
  const Schema *schema;
  bool *created; /* by object of the schema: it exists here */
} ScratchSchema;

/* Opens the scratch database and creates the schema in it. Until
** scratch_schema_close(), which must be called even after an error, ctx works
** on it. An object of the connection is copied only if neither `schema` nor
** `taken` (NULL: none) has an object of its name. Objects of the schema for
** which left_out[i] is true (NULL: none) are not created. */
void scratch_schema_open(ScratchSchema *scratch, Ctx *ctx, const Schema *schema,
                         const Schema *taken, const bool *left_out);
/* Closes the scratch database; ctx works on the connection again. */
void scratch_schema_close(ScratchSchema *scratch);

#endif
