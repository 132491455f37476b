/*
** progress: reports of how far a long call is, to a callback of the room api.
**
** A function in the statement that reads the rows counts them, because SQLite's
** progress handler belongs to the application and could not be given back. Work
** that SQLite does in one piece, such as building an index, is named and not
** counted.
*/
#ifndef ORM_PROGRESS_H
#define ORM_PROGRESS_H

#include "base/context.h"

typedef struct Progress Progress;

/* Is called when a part of the work begins, and after each row of it. */
typedef void ProgressReport(Progress *progress, bool begins);

/* The state of the report. */
struct Progress {
  ProgressReport *report;
  char part[80]; /* the part of the work that is being done, for people */
  i64 rows;      /* the number of rows that it reads; -1: unknown */
  i64 done;      /* the number of rows that it has read */
};

/* Returns true if the session has a Progress. If not, the functions below do
** nothing. */
bool progress_wanted(const Ctx *ctx);

/* Begins the next part of the work, which is named by the format and reads an
** unknown number of rows. */
void progress_begin(Ctx *ctx, const char *format, ...);

/* Begins a part that reads all rows of a table of "main". `verb` says why:
** "copying". */
void progress_begin_rows(Ctx *ctx, const char *table, const char *verb);

/* Returns an SQL condition that is always true and counts a row each time it is
** evaluated; "1" if no progress is wanted. */
const char *progress_condition(const Ctx *ctx);

/* Counts a row. The SQL function of that name calls it. */
void progress_count(Progress *progress);
#define PROGRESS_FUNCTION "orm_progress_row"

#endif
