/*
** merge: three-way merge of declarations, for orm_rebase(). Two people
** continued from the same version. The merge repeats our changes since that
** version in the declarations of the other side, for each row and each column
** of the meta tables. Rows that both sides have from the common version
** correspond by id. All other rows correspond by name.
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
** `base` is the common version as we recorded it, `their_base` is the same
** version as they recorded it. A new row gets an id that was never used.
** Therefore the caller must first reserve the ids of their versions
** (meta_reserve_ids()). */
Merge *merge_begin(Ctx *ctx, const char *base, const char *their_base,
                   const char *theirs, MergeWinner winner);

/* Repeats the changes from our previous snapshot to `ours`. The previous
** snapshot is `ours` of the last call; in the first call it is `base`. Returns
** the merged snapshot. If both sides changed the same place in different ways
** and there is no winner, it is an error. The message lists all such places
** with both values. */
char *merge_change(Ctx *ctx, Merge *merge, const char *ours);

/* Returns the snapshot `ours` of the last merge_change() with the ids of the
** merged snapshot. Names and texts stay as in `ours`. A row that the merged
** snapshot lacks has a negative id. */
char *merge_ours(Ctx *ctx, const Merge *merge);

/* Returns the new ids of our rows, by kind: {"model":{"3":7,...},
** "column":{...},...}. null: the row is no longer declared. */
char *merge_ids(Ctx *ctx, const Merge *merge);

#endif
