/*
** rename_objects: returns the texts of views and triggers after a rename. Only
** SQLite knows which column a word of a SELECT means. So SQLite's own ALTER
** TABLE RENAME runs on a scratch database, which has the objects of the given
** schema and the other objects of the connection (scratch_schema.h). The texts
** are read from there.
**
** Input: two schemas whose tables and columns correspond, or a schema and a
** list of renames. `before` is the schema before the change; objects of the
** connection that are in `before` are not created. Output: an array with the
** SQL of each object of the schema, in the order of the objects. An element is
** NULL if the object was left out, or if RENAME cannot read it because it uses
** a missing name (https://sqlite.org/lang_altertable.html#altertabrename).
*/
#ifndef ORM_RENAME_OBJECTS_H
#define ORM_RENAME_OBJECTS_H

#include "schema/schema.h"

/* Returns the SQL of each object of `from` after ALTER TABLE RENAME has given
** the tables and columns their names in `renamed`, which has the same tables
** and columns in the same order. If left_out is not NULL, objects for which
** left_out[i] is true are left out. It is an error if a RENAME would break an
** object. */
const char **rename_objects_follow(Ctx *ctx, const Schema *from,
                                   const Schema *renamed, const bool *left_out);

/* Returns an array that is true for each object of the schema whose names all
** exist: both RENAME, which reads the whole text, and the compiler, which reads
** the statements that run, accept the object. A string in double quotes counts
** as a name that does not exist. Names of objects that are only in `before` do
** not exist. */
bool *rename_objects_resolves(Ctx *ctx, const Schema *schema,
                              const Schema *before);

/* A stale name: the old name of a column, or of a table if `column` is NULL.
** Now no other table, or no other column of the table, has this name. */
typedef struct StaleName {
  const Table *table;
  const char *column; /* its current name */
  const char *old;
} StaleName;

/* Returns the SQL of each object of the schema, with stale names replaced by
** current names. */
const char **rename_objects_stale(Ctx *ctx, const Schema *schema,
                                  const Schema *before, const StaleName *list,
                                  int count);

/* A rename of a view or virtual table, or of a column of a virtual table.
** `object` is the view or virtual table with its current name. */
typedef struct ObjectRename {
  const char *old, *now;
  const Object *object;
} ObjectRename;

/* Returns the SQL of each object of the schema, with the old names of views and
** virtual tables replaced by the current names. A full-text table has a column
** with the name of the table; if `own` is true, such columns are renamed,
** too. */
const char **rename_objects_relations(Ctx *ctx, const Schema *schema,
                                      const Schema *before,
                                      const ObjectRename *list, int count,
                                      bool own);

/* Returns the SQL of each object of the schema, with the old names of columns
** of virtual tables replaced by the current names. */
const char **rename_objects_virtual_columns(Ctx *ctx, const Schema *schema,
                                            const Schema *before,
                                            const ObjectRename *list,
                                            int count);

#endif
