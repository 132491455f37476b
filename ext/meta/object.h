/*
** object: the views, triggers and virtual tables that rows of orm_object
** declare. The module also rewrites their SQL when an object that they use is
** renamed. SQLite can rename a virtual table; a view or a trigger must be
** dropped and created.
*/
#ifndef ORM_OBJECT_H
#define ORM_OBJECT_H

#include "dependents/fts_content.h"
#include "dependents/rename_objects.h"
#include "meta/meta.h"

/* Returns the object that the SQL creates. `id` is the id of its row; 0: the
** object is generated. */
Object *object_parse(Ctx *ctx, const char *sql, i64 id);

/* Replaces the SQL of an object, and the fields that follow from it. */
void object_replace(Ctx *ctx, Object *object, const char *sql);

/* Returns the object of the schema with the same id, or else with the same type
** and name; its SQL may differ. NULL: neither exists. */
Object *object_same(const Schema *schema, const Object *object);

/* Returns the SQL that a row of orm_object declares: its sql, with the new name
** if the user updated only the column `name`. It is an error if the user
** updated both columns and they disagree. `before` has the rows of the newest
** version. NULL: there is no version, or, if `recorded`, the newest version has
** the present rows. */
const char *object_wanted(Ctx *ctx, const MetaRow *row, const MetaRows *before,
                          bool recorded);

/* Views and virtual tables that were renamed. */
typedef struct ObjectRenames {
  ObjectRename *list;
  int count;
} ObjectRenames;

/* Returns the views and virtual tables that have one name in `from` and another
** in `to`, and whose old name is unused in `to`. Objects are matched by the ids
** of their rows. */
ObjectRenames object_renames(Ctx *ctx, const Schema *from, const Schema *to);

/* True if the name of an object of the schema differs from the name in the row
** of `before` with the same id. */
bool object_has_renames(Ctx *ctx, const Schema *schema, const MetaRows *before);

/* Returns only the renamed virtual tables that are otherwise unchanged.
** SQLite's RENAME keeps their content. */
ObjectRenames object_renames_kept(Ctx *ctx, const Schema *from,
                                  const Schema *to);

/* Renames the object, if it is a virtual table in `renames`. */
void object_rename(Ctx *ctx, Object *object, const ObjectRenames *renames);

/* Rewrites the objects of `schema` that use the old name of a renamed object.
** `schema` has the new names, `before` the old ones. A full-text table has a
** column with its own name: with `own`, uses of that column are rewritten too,
** which RENAME does not do. If `changed` is not NULL, changed[i] becomes true
** if object i was rewritten, else false. */
void object_follow(Ctx *ctx, const Schema *schema, const Schema *before,
                   const ObjectRenames *renames, bool *changed, bool own);

/* If the object is a full-text table, writes the current names of its content
** table and columns into its SQL (fts_content.h). */
void object_follow_content(Ctx *ctx, Object *object, const RenameMap *names);

/* Calls object_follow_content() for the full-text tables of `schema` that are
** unchanged since `from`, and rewrites the objects that name their columns.
** Sets changed[i] for each object i that it rewrites. */
void object_follow_contents(Ctx *ctx, const Schema *schema, const Schema *from,
                            const RenameMap *names, bool *changed);

/* Sets type and name of each row of orm_object from its sql. */
void object_name_rows(Ctx *ctx);

#endif
