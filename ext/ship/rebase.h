/*
** rebase: records our versions again, on top of the versions in a repository.
**
** Two people recorded different versions under the same numbers. "Ours" are the
** versions that are recorded here and missing in the repository; "theirs" are
** the versions in the repository that are not recorded here.
*/
#ifndef ORM_REBASE_H
#define ORM_REBASE_H

#include "ship/merge.h"

/* The options of orm_rebase(). */
typedef struct RebaseOptions {
  MergeWinner winner;    /* of conflicts; MERGE_NONE: a conflict is an error */
  const char *timestamp; /* UTC; NULL: now */
  const char *backup;    /* the file for a copy of the database, made before the
                         ** first change; NULL: none */
} RebaseOptions;

/* Rebases onto the versions in dir/versions:
**
** 1. undoes our applied versions and removes all of ours from the history;
** 2. imports theirs;
** 3. records ours again, with the edits that users made to our scripts;
** 4. upgrades to our newest version that was applied before, if any;
** 5. removes the files in dir/versions that were exported from ours.
**
** Unrecorded changes of our declarations are merged into the new declarations
** and stay unrecorded. Does nothing if there are no versions of theirs. Returns
** the newest version. */
i64 rebase_onto(Ctx *ctx, const char *dir, const RebaseOptions *options);

#endif
