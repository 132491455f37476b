/*
** merge: the declarations of two people who went on from the same version.
** What one has changed since is done once more in what the other has, row by
** row and column by column of the meta tables. A row is the same as another by
** its id, as far as both have it from the same version, or else by its name.
**
** All declarations are snapshots (meta.h).
*/
#ifndef ORM_MERGE_H
#define ORM_MERGE_H

#include "base/context.h"

/* Whose is taken where both have changed the same? */
typedef enum MergeWinner { MERGE_NONE, MERGE_OURS, MERGE_THEIRS } MergeWinner;

typedef struct Merge Merge;

/* Begins with what they declare now. `base` is what both had, as we have it,
** and `their_base` as they have it. No new row will get an id that was ever
** used in this database: those of theirs must be reserved. */
Merge *merge_begin(Ctx *ctx, const char *base, const char *their_base,
                   const char *theirs, MergeWinner winner);

/* Does in it what we have changed from the declarations of the call before, at
** first `base`, to these. Gives what that makes. Where both have changed the
** same, and there is no winner, an error that names each such place and what
** either says there. */
char *merge_change(Ctx *ctx, Merge *merge, const char *ours);

/* What we declared in the last call, with the ids that the rows have in what
** that made: their names and texts are still ours. */
char *merge_ours(Ctx *ctx, const Merge *merge);

/* What became of our ids: {"model":{"3":7,...},"column":{...},...}; null: it is
** not declared any more. */
char *merge_ids(Ctx *ctx, const Merge *merge);

#endif
