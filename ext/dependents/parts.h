/*
** parts: divides the tables, views and triggers of a scratch database into
** parts. No object of a part names an object of another part, so a RENAME has
** no effect outside of its part. Each RENAME reads the whole schema
** (https://sqlite.org/lang_altertable.html#altertabrename), so that many
** renames on many small parts are much faster than on the whole.
*/
#ifndef ORM_PARTS_H
#define ORM_PARTS_H

#include "dependents/scratch_schema.h"

/* A part. */
typedef struct Part {
  NameMap *tables; /* the names of its tables, views and virtual tables */
} Part;

/* A list of parts. */
typedef struct Parts {
  Part *list;
  int count;
} Parts;

/* Returns the parts that have a table of `tables`, and a view or trigger of
** scratch->schema. The scratch database has been begun
** (scratch_schema_begin()). */
Parts parts_find(ScratchSchema *scratch, const NameMap *tables);

#endif
