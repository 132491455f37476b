/*
** transition: the declared schemas of recorded versions, and the changes
** between them.
*/
#ifndef ORM_TRANSITION_H
#define ORM_TRANSITION_H

#include "meta/history.h"
#include "meta/model.h"
#include "plan/diff.h"

/* Returns the schema that a version declares; version 0 declares nothing. An
** error if the version does not exist. */
Declared transition_declared(Ctx *ctx, i64 version);

/* From one declared schema to another; `renamed` is `from` with the names of
** `to`. There is no change if `from` and `to` are the same pointer. */
typedef struct Transition {
  const Schema *from, *renamed, *to;
} Transition;

/* Returns the transition. The ids in the snapshots identify renamed objects. */
Transition transition_between(Ctx *ctx, const Declared *from, const Schema *to);

/* Returns the transition from a version to the present declarations `now`. If
** the snapshots are equal, the version's schema is not read. */
Transition transition_to_declared(Ctx *ctx, i64 version, const Declared *now);

/* Returns the changes that the transition makes. */
Changes transition_changes(Ctx *ctx, const Transition *transition);

/* Returns the changes that undo `changes`. SQLite's RENAME also rewrites texts
** that named the table before it had that name, such as a foreign key to a
** missing table: the inverse writes such texts as they were. `snapshot` is that
** of transition->to. */
Changes transition_inverse(Ctx *ctx, const Transition *transition,
                           const char *snapshot, const Changes *changes);

/* For an inverse, or changes that undo drift: a new column is filled by its
** backfill only if all columns that the backfill names exist. The backfill was
** written for the rows of its own version. */
void transition_check_backfills(Ctx *ctx, Changes *changes);

/* Returns the calls that adopt tables which exist, and are declared otherwise,
** and then change them: for an error message. `now` is the schema of the
** present version. */
const char *transition_adopt_calls(Ctx *ctx, const Schema *now,
                                   const Schema *live, const Schema *declared);

/* Sets an error that names the versions that are recorded but not applied, if
** there are any. */
void transition_check_no_pending(Ctx *ctx, i64 current, i64 head);

#endif
