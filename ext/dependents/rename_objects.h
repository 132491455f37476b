/*
** rename_objects: the texts of views and triggers after a rename. Only SQLite
** knows which column a word of a SELECT means. So SQLite's own ALTER TABLE
** RENAME runs on a scratch database that has the given schema and the other
** objects of the connection (scratch_schema.h), and the texts are read from
** there.
**
** Input: two schemas whose tables and columns correspond, or a schema and a
** list of renames. `before` is the schema before the change: objects of the
** connection with names in it are not created. Output: an array with the SQL of
** each object of the schema, in their order. An element is NULL if the object
** was left out, or if RENAME cannot read it because it uses a missing name
** (https://sqlite.org/lang_altertable.html#altertabrename).
*/
#ifndef ORM_RENAME_OBJECTS_H
#define ORM_RENAME_OBJECTS_H

#include "schema/schema.h"

/* Returns the SQL of each object of `from`, as ALTER TABLE RENAME leaves it
** when tables and columns get their names in `renamed` (the same tables and
** columns, in the same order). Objects for which left_out[i] is true (NULL:
** none) are left out. It is an error if the RENAME would break an object. */
const char **rename_objects_follow(Ctx *ctx, const Schema *from,
                                   const Schema *renamed, const bool *left_out);

/* Returns an array with true for each object of the schema whose names all
** exist. Both RENAME, which reads the whole text, and the compiler, which reads
** the statements that run, must accept the object. A string in double quotes is
** a name that does not exist. Objects that only `before`
** has do not exist. */
bool *rename_objects_resolves(Ctx *ctx, const Schema *schema,
                              const Schema *before);

/* A stale name: the former name of a column, or of a table if `column` is NULL.
** No other table, and no other column of the table, has this name now. */
typedef struct StaleName {
  const Table *table;
  const char *column; /* its present name */
  const char *old;
} StaleName;

/* Returns the SQL of each object of the schema, with the present name wherever
** it uses a stale one. */
const char **rename_objects_stale(Ctx *ctx, const Schema *schema,
                                  const Schema *before, const StaleName *list,
                                  int count);

/* A rename of a view or virtual table, or of a column of a virtual table.
** `object` is the view or virtual table, under its present name. */
typedef struct ObjectRename {
  const char *old, *now;
  const Object *object;
} ObjectRename;

/* Returns the SQL of each object of the schema, with the present names of views
** and virtual tables in place of the old ones. With `own`, a column with the
** name of its virtual table, such as full-text tables have, is renamed, too. */
const char **rename_objects_relations(Ctx *ctx, const Schema *schema,
                                      const Schema *before,
                                      const ObjectRename *list, int count,
                                      bool own);

/* Returns the SQL of each object of the schema, with the present names of
** columns of virtual tables in place of the old ones. */
const char **rename_objects_virtual_columns(Ctx *ctx, const Schema *schema,
                                            const Schema *before,
                                            const ObjectRename *list,
                                            int count);

#endif
