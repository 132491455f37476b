/*
** merge: three-way merge of declarations, as orm_rebase() needs it. Two people
** went on from the same version. The changes that we made since are repeated in
** the declarations of the other side, row by row and column by column of the
** meta tables. Rows of two snapshots correspond by id if both have the row from
** the common version, or else by name.
**
** Input and output are snapshots (meta/snapshot.h).
*/
#ifndef ORM_MERGE_H
#define ORM_MERGE_H

#include "base/context.h"

/* The side whose value is taken if both sides changed the same column. */
typedef enum MergeWinner { MERGE_NONE, MERGE_OURS, MERGE_THEIRS } MergeWinner;

typedef struct Merge Merge;

/* Begins a merge with `theirs`, the newest declarations of the other side.
** `base` is the common version as we recorded it, `their_base` the same version
** as they recorded it. A new row gets an id that was never used in this
** database: the caller has reserved the ids of their versions. */
Merge *merge_begin(Ctx *ctx, const char *base, const char *their_base,
                   const char *theirs, MergeWinner winner);

/* Repeats the changes from our previous snapshot to `ours`. The previous one is
** that of the last call, at first `base`. Returns the merged snapshot. If both
** sides changed the same and there is no winner, the error names each such
** place and both values. */
char *merge_change(Ctx *ctx, Merge *merge, const char *ours);

/* Returns the snapshot `ours` of the last merge_change(), with the ids that its
** rows have in the merged snapshot. Names and texts are ours. A row that the
** merged snapshot lacks has a negative id. */
char *merge_ours(Ctx *ctx, const Merge *merge);

/* Returns the new ids of our rows, by kind: {"model":{"3":7,...},
** "column":{...},...}. null: the row is not declared any more. */
char *merge_ids(Ctx *ctx, const Merge *merge);

#endif
