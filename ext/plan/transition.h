/*
** transition: the declared schemas of recorded versions, and the changes
** between them.
*/
#ifndef ORM_TRANSITION_H
#define ORM_TRANSITION_H

#include "meta/history.h"
#include "meta/model.h"
#include "plan/diff.h"

/* Returns the schema that a version declares; for version 0 an empty one. A
** missing version is an error. */
Declared transition_declared(Ctx *ctx, i64 version);

/* Two declared schemas. `renamed` is `from` with the names of `to`. If `from`
** and `to` are the same pointer, there are no changes. */
typedef struct Transition {
  const Schema *from, *renamed, *to;
} Transition;

/* Returns the transition between two declared schemas. Renamed objects are
** identified by the ids of their rows. */
Transition transition_between(Ctx *ctx, const Declared *from, const Schema *to);

/* Returns the transition from a version to the present declarations `now`. Does
** not read the schema of the version if the rows are equal. */
Transition transition_to_declared(Ctx *ctx, i64 version, const Declared *now);

/* Returns the changes that the transition makes. */
Changes transition_changes(Ctx *ctx, const Transition *transition);

/* Returns the changes that undo `changes`. `rows` are the rows of
** transition->to. If an object used the new name of a table before the rename,
** such as a foreign key to a missing table, SQLite's RENAME back rewrites it,
** too. The inverse restores the text of such an object. */
Changes transition_inverse(Ctx *ctx, const Transition *transition,
                           const MetaRows *rows, const Changes *changes);

/* Marks each new column whose backfill names missing columns: the column is
** added without its backfill. Needed for an inverse and for changes that undo
** drift, because a backfill was written for the columns of its own version. */
void transition_check_backfills(Ctx *ctx, Changes *changes);

/* Returns, for an error message, the calls that first adopt existing tables as
** they are and then change them to their differing declarations. `now` is the
** schema of the current version. */
const char *transition_adopt_calls(Ctx *ctx, const Schema *now,
                                   const Schema *live, const Schema *declared);

/* Fails if versions are pending. The message names them. */
void transition_check_no_pending(Ctx *ctx, i64 current, i64 head);

#endif
