/*
** rebase: two people made versions of the same numbers. Those of the repository
** are taken in, and ours are recorded anew on top of them.
*/
#ifndef ORM_REBASE_H
#define ORM_REBASE_H

#include "ship/merge.h"

typedef struct RebaseOptions {
  MergeWinner winner;    /* of conflicts; MERGE_NONE: they are errors */
  const char *timestamp; /* UTC; NULL: now */
  const char *backup;    /* a file for a copy of the database before; NULL */
} RebaseOptions;

/* Everything that is recorded here and not in the repository is ours. What of
** it is applied is undone, theirs is taken in, ours recorded anew with what its
** authors wrote into the scripts; and if ours was applied, theirs and ours are.
** What is declared and not recorded stays so, on top of theirs. Files of ours
** in the repository, which have numbers of theirs, are removed. With nothing to
** take in, nothing is done. Returns the newest version. */
i64 rebase_onto(Ctx *ctx, const char *dir, const RebaseOptions *options);

#endif
