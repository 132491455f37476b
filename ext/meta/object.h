/*
** object: views, triggers and virtual tables as rows of orm_object have them,
** and as they follow when one of them gets another name. SQLite renames a
** virtual table; a view or a trigger is dropped and created.
*/
#ifndef ORM_OBJECT_H
#define ORM_OBJECT_H

#include "dependents/fts_content.h"
#include "dependents/rename_objects.h"
#include "meta/meta.h"

/* The object that the SQL of a row creates. */
Object *object_parse(Ctx *ctx, const char *sql, i64 id);

/* Puts other SQL in its place. */
void object_replace(Ctx *ctx, Object *object, const char *sql);

/* The object of the schema that is this one, perhaps with other SQL. */
Object *object_same(const Schema *schema, const Object *object);

/* The SQL that a row of orm_object stands for. If its name was updated and its
** sql was not, the sql with that name; otherwise its sql. It is an error if
** both say something new, and not the same. `before` has the rows of the newest
** version (NULL: the same, if there is a version: `recorded`). */
const char *object_wanted(Ctx *ctx, const MetaRow *row, const MetaRows *before,
                          bool recorded);

/* Views and virtual tables of `from` that have another name in `to`, by the ids
** of their rows, and whose old name nothing has now. */
typedef struct Moves {
  ObjectRename *list;
  int count;
} Moves;
Moves object_moves(Ctx *ctx, const Schema *from, const Schema *to);
/* Has an object of the schema another name than in these rows? */
bool object_may_move(Ctx *ctx, const Schema *schema, const MetaRows *before);

/* Only virtual tables that differ in nothing else: RENAME keeps what they hold.
** */
Moves object_moves_kept(Ctx *ctx, const Schema *from, const Schema *to);

/* Gives a virtual table its name in the moves. */
void object_move(Ctx *ctx, Object *object, const Moves *moves);

/* Makes what names one of the moved objects follow, in `schema`, which has them
** by their names of now; `before` is the schema that has the others. With
** `own`, names of the column that a full-text table names after itself follow,
** too: a RENAME leaves them. changed (NULL: not wanted): which objects did. */
void object_follow(Ctx *ctx, const Schema *schema, const Schema *before,
                   const Moves *moves, bool *changed, bool own);

/* Gives a full-text table the names of now for its content (fts_content.h). */
void object_follow_content(Ctx *ctx, Object *object, const RenameMap *names);

/* The same for those of `schema` that are as they were in `from`, and for what
** names their columns. changed: which objects did. */
void object_follow_contents(Ctx *ctx, const Schema *schema, const Schema *from,
                            const RenameMap *names, bool *changed);

/* Fills orm_object.type and .name from .sql. */
void object_name_rows(Ctx *ctx);

#endif
