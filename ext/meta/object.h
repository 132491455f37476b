/*
** object: views, triggers and virtual tables as rows of orm_object declare
** them, and their SQL after another object was renamed. SQLite can rename a
** virtual table; a view or a trigger is dropped and created.
*/
#ifndef ORM_OBJECT_H
#define ORM_OBJECT_H

#include "dependents/fts_content.h"
#include "dependents/rename_objects.h"
#include "meta/meta.h"

/* Returns the object that the SQL of a row creates. `id` is that of the row; 0:
** a generated object. */
Object *object_parse(Ctx *ctx, const char *sql, i64 id);

/* Gives an object other SQL. */
void object_replace(Ctx *ctx, Object *object, const char *sql);

/* Returns the object of the schema with the same id, or else with the same type
** and name; NULL: none. Its SQL may differ. */
Object *object_same(const Schema *schema, const Object *object);

/* Returns the SQL that a row of orm_object declares. If its name was updated
** and its sql was not, that is the sql with the new name; otherwise it is the
** sql. If both were updated and disagree, it is an error. `before` has the rows
** of the newest version; NULL: they are equal to the present rows, provided
** that there is a version (`recorded`). */
const char *object_wanted(Ctx *ctx, const MetaRow *row, const MetaRows *before,
                          bool recorded);

/* Views and virtual tables that were renamed. */
typedef struct ObjectRenames {
  ObjectRename *list;
  int count;
} ObjectRenames;

/* Returns the views and virtual tables of `from` that have another name in
** `to`, by the ids of their rows, if the old name is free in `to`. */
ObjectRenames object_renames(Ctx *ctx, const Schema *from, const Schema *to);

/* True if an object of the schema has another name than in these rows. */
bool object_has_renames(Ctx *ctx, const Schema *schema, const MetaRows *before);

/* Returns only the virtual tables that differ in nothing but the name: RENAME
** keeps their content. */
ObjectRenames object_renames_kept(Ctx *ctx, const Schema *from,
                                  const Schema *to);

/* Gives a virtual table its new name. */
void object_rename(Ctx *ctx, Object *object, const ObjectRenames *renames);

/* Rewrites the objects that name a renamed one. `schema` has the renamed
** objects with their new names, `before` is the schema with the old names. With
** `own`, uses of the column that a full-text table names after itself are
** rewritten too: RENAME leaves them. `changed` (or NULL) gets a flag for each
** object. */
void object_follow(Ctx *ctx, const Schema *schema, const Schema *before,
                   const ObjectRenames *renames, bool *changed, bool own);

/* Gives a full-text table the current names of its content (fts_content.h). */
void object_follow_content(Ctx *ctx, Object *object, const RenameMap *names);

/* Does the same for the full-text tables of `schema` that are unchanged since
** `from`, and rewrites the objects that name their columns. Sets changed[i] for
** each object that it rewrites. */
void object_follow_contents(Ctx *ctx, const Schema *schema, const Schema *from,
                            const RenameMap *names, bool *changed);

/* Sets type and name of each row of orm_object from its sql. */
void object_name_rows(Ctx *ctx);

#endif
