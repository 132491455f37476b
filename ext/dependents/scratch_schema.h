/*
** scratch_schema: a scratch database (scratch.h) with a schema, and around it
** all that the connection has besides.
*/
#ifndef ORM_SCRATCH_SCHEMA_H
#define ORM_SCRATCH_SCHEMA_H

#include "dependents/scratch.h"

typedef struct ScratchSchema {
  Ctx *ctx;
  Scratch base;
  const Schema *schema;
  bool *sound; /* of the schema's objects, in their order: it was created */
} ScratchSchema;

/* Opens it; from here on ctx works on it, until scratch_schema_close(), which
** must follow. All is created in the order that SQLite wants, the schema's
** first: what it has, and the names in `taken` (NULL: none), the connection
** does not provide. Objects that are `left_out` (NULL: none) are not created.
** */
void scratch_schema_open(ScratchSchema *scratch, Ctx *ctx, const Schema *schema,
                         const Schema *taken, const bool *left_out);
void scratch_schema_close(ScratchSchema *scratch);

#endif
