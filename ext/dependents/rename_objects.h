/*
** rename_objects: views and triggers that name what is renamed. Only SQLite
** itself knows which word of a SELECT is which column. So its own ALTER TABLE
** RENAME runs on a scratch database (scratch.h) that is made from the real
** schema: the given one, and around it all that the connection has besides.
*/
#ifndef ORM_RENAME_OBJECTS_H
#define ORM_RENAME_OBJECTS_H

#include "schema/schema.h"

/* The SQL of each object of `from`, in their order, as ALTER TABLE RENAME
** leaves it when tables and columns get the names they have in `renamed` (the
** same tables and columns, in the same order). NULL for an object that is left
** out, or that RENAME refuses to read because it names what is missing
** (https://sqlite.org/lang_altertable.html#altertabrename). It is an error if
** the RENAME would break an object. */
const char **rename_objects_follow(Ctx *ctx, const Schema *from,
                                   const Schema *renamed, const bool *left_out);

/* Does each object of the schema name only what exists, in their order? Both
** RENAME, which reads all of a text, and the compiler, which reads all that
** runs, must find it so. What `before` has and `schema` has not is gone. */
bool *rename_objects_resolves(Ctx *ctx, const Schema *schema,
                              const Schema *before);

/* A name of before that nothing else has now: of a column of the table, or, if
** `column` is NULL, of the table itself. */
typedef struct StaleName {
  const Table *table;
  const char *column; /* its name now */
  const char *old;
} StaleName;

/* The SQL of each object of the schema, in their order, with names of now where
** it uses stale ones; NULL as above. */
const char **rename_objects_stale(Ctx *ctx, const Schema *schema,
                                  const Schema *before, const StaleName *list,
                                  int count);

/* A view or virtual table of before, by its name then and now; or a column of a
** virtual table. */
typedef struct ObjectRename {
  const char *old, *now;
  const Object *object; /* as it is now */
} ObjectRename;

/* The same for objects that name a moved one by its old name. The schema has it
** by its new one. With `own`, a column that is named after the moved one, as
** full-text tables have it, is taken for that of the new name. */
const char **rename_objects_relations(Ctx *ctx, const Schema *schema,
                                      const Schema *before,
                                      const ObjectRename *list, int count,
                                      bool own);

/* The same for objects that name columns of virtual tables by their old names.
** */
const char **rename_objects_virtual_columns(Ctx *ctx, const Schema *schema,
                                            const Schema *before,
                                            const ObjectRename *list,
                                            int count);

#endif
