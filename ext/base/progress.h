/*
** progress: what a long call says of itself on stderr, where it was asked to
** (the option 'progress'): a bar where stderr is a terminal, elsewhere a line
** now and then.
**
** Rows are counted by a function in the statement that goes through them:
** SQLite's progress handler is the application's, and could not be given back.
** What SQLite does in one piece, such as the building of an index, is named and
** not counted.
*/
#ifndef ORM_PROGRESS_H
#define ORM_PROGRESS_H

#include "base/context.h"

typedef struct Progress {
  bool terminal;
  char what[80]; /* the part that is being done */
  i64 rows;      /* it goes through so many; -1: nobody knows */
  i64 done;
  double began, said; /* seconds */
} Progress;

void progress_start(Progress *progress);
/* Takes the bar away. */
void progress_stop(Progress *progress);

/* In the following, nothing is said if the session has no progress. */

/* The next part of the work. */
void progress_say(Ctx *ctx, const char *format, ...);
/* The same about one that goes through the rows of a table of "main". */
void progress_rows(Ctx *ctx, const char *table, const char *what);
/* Returns true if the session has a progress. */
bool progress_wanted(const Ctx *ctx);
/* A condition, always true, that counts the row: for the statement that goes
** through them. */
const char *progress_counts(const Ctx *ctx);
/* What it does. */
void progress_count(Progress *progress);

/* The SQL function that progress_counts() calls. */
#define PROGRESS_FUNCTION "orm_progress_row"

#endif
