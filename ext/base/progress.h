/*
** progress: reports on the progress of a long call, to a callback of the room
** api.
**
** An SQL function counts the rows, in the statement that reads them. SQLite's
** progress handler is not used, because it belongs to the application and could
** not be restored. Work that SQLite does in one piece, such as building an
** index, is reported by its name only, without a count.
*/
#ifndef ORM_PROGRESS_H
#define ORM_PROGRESS_H

#include "base/context.h"

typedef struct Progress Progress;

/* A callback. It is called when a part of the work begins, and after each row
** of that part. */
typedef void ProgressReport(Progress *progress, bool begins);

/* The state of the report. */
struct Progress {
  ProgressReport *report;
  char part[80]; /* the name of the current part, for people */
  i64 rows;      /* the number of rows that it reads; -1: unknown */
  i64 done;      /* the number of rows that it has read */
};

/* Returns true if the session has a Progress. If not, the functions below do
** nothing. */
bool progress_wanted(const Ctx *ctx);

/* Begins the next part of the work. The format gives its name. The number of
** rows that it reads is unknown. */
void progress_begin(Ctx *ctx, const char *format, ...);

/* Begins a part that reads all rows of a table of "main". `verb` is the reason
** in words: "copying". */
void progress_begin_rows(Ctx *ctx, const char *table, const char *verb);

/* Returns an SQL condition that is always true and counts a row each time it is
** evaluated; "1" if no progress is wanted. */
const char *progress_condition(const Ctx *ctx);

/* Counts a row. The SQL function PROGRESS_FUNCTION calls it. */
void progress_count(Progress *progress);
#define PROGRESS_FUNCTION "orm_progress_row"

#endif
