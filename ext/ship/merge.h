/*
** merge: three-way merge of declarations, for orm_rebase(). Two people
** continued from the same version. The merge repeats our changes since that
** version in the declarations of the other side, for each row and each column
** of the meta tables. Rows that both sides have from the common version
** correspond by id. All other rows correspond by name.
**
** Input and output are rows (meta/rows.h).
*/
#ifndef ORM_MERGE_H
#define ORM_MERGE_H

#include "meta/rows.h"

/* The side whose value is taken if both sides changed the same column. */
typedef enum MergeWinner { MERGE_NONE, MERGE_OURS, MERGE_THEIRS } MergeWinner;

typedef struct Merge Merge;

/* Begins a merge with `theirs`, the newest declarations of the other side.
** `base` is the common version as we recorded it, `their_base` is the same
** version as they recorded it. A new row gets an id that was never used.
** Therefore the caller must first reserve the ids of their versions
** (meta_reserve_ids()). */
Merge *merge_begin(Ctx *ctx, const MetaRows *base, const MetaRows *their_base,
                   const MetaRows *theirs, MergeWinner winner);

/* Repeats the changes from our previous rows to `ours`. The previous rows are
** `ours` of the last call; in the first call they are `base`. Returns the
** merged rows. If both sides changed the same place in different ways
** and there is no winner, it is an error. The message lists all such places
** with both values. */
const MetaRows *merge_change(Ctx *ctx, Merge *merge, const MetaRows *ours);

/* Returns the rows `ours` of the last merge_change() with the ids of the merged
** rows. Names and texts stay as in `ours`. A row that the merged rows lack has
** a negative id. */
const MetaRows *merge_ours(Ctx *ctx, const Merge *merge);

/* Returns the new ids of our rows, by kind: {"model":{"3":7,...},
** "column":{...},...}. null: the row is no longer declared. */
char *merge_ids(Ctx *ctx, const Merge *merge);

#endif
