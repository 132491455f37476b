/*
** transition: what the recorded versions declare, and the ways between them.
*/
#ifndef ORM_TRANSITION_H
#define ORM_TRANSITION_H

#include "meta/history.h"
#include "meta/model.h"
#include "plan/diff.h"

/* What a version declares; version 0 declares nothing. */
Declared transition_declared(Ctx *ctx, i64 version);

/* From one declared schema to another, renames known by ids. Nothing changes
** where the two are one. */
typedef struct Transition {
  const Schema *from, *renamed, *to;
} Transition;

Transition transition_between(Ctx *ctx, const Declared *from, const Schema *to);
/* From a version to what is declared now. Equal snapshots need not be read
** twice. */
Transition transition_to_declared(Ctx *ctx, i64 version, const Declared *now);

Changes transition_changes(Ctx *ctx, const Transition *way);

/* The changes that lead back. RENAME takes along what names the table, also
** what named it before it had that name, as a foreign key may that pointed at
** nothing: such texts are changed back. `snapshot` is that of way->to. */
Changes transition_inverse(Ctx *ctx, const Transition *way,
                           const char *snapshot, const Changes *changes);

/* For changes that lead back, or mend what somebody else did: a new column is
** filled by its backfill only if all that this names is still there. It was
** said once, for rows as they were then. */
void transition_check_backfills(Ctx *ctx, Changes *changes);

/* The calls that adopt tables which are in the database, and are declared
** differently, and then change them, for an error message. `now`: the schema of
** the present version. */
const char *transition_to_adopt(Ctx *ctx, const Schema *now, const Schema *live,
                                const Schema *declared);

/* An error that names the versions that are recorded but not applied, if there
** are any. */
void transition_check_no_pending(Ctx *ctx, i64 current, i64 head);

#endif
