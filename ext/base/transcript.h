/*
** transcript: the statements that change a table, recorded as plain SQL that
** needs no extension.
**
** orm_sql() and portable files need this text. To get it, they set
** Script.transcript and run the script on a scratch database without rows (see
** ship/portable.h).
*/
#ifndef ORM_TRANSCRIPT_H
#define ORM_TRANSCRIPT_H

#include "base/context.h"

/* Statements that were recorded. */
typedef struct Transcript {
  const char **list; /* statements, with their semicolons */
  int count;
} Transcript;

/* Returns true if the running script has a transcript. Otherwise nothing is
** recorded. */
bool transcript_wanted(const Ctx *ctx);

/* Returns the number of statements recorded; 0 without a transcript. */
int transcript_count(const Ctx *ctx);

/* Removes all statements after the first `count`. */
void transcript_truncate(const Ctx *ctx, int count);

/* Runs the statement, and records it if it succeeds and there is a
** transcript. */
void transcript_exec(Ctx *ctx, const char *format, ...);

/* Drops a table of "main" by guard_alone(), and records the statement. */
void transcript_drop_table(Ctx *ctx, const char *name);

/* Records a statement without running it. Adds its semicolon. */
void transcript_add(Ctx *ctx, const char *sql);

/* Records the text without a change. */
void transcript_note(Ctx *ctx, const char *format, ...);

/* Records statements that fail with `message` unless the SELECT returns 1. */
void transcript_expect(Ctx *ctx, const char *message, const char *select);

/* Records statements that fail if the table or view has an index or trigger
** that it does not have in the scratch database, because the script would drop
** such an object. */
void transcript_expect_known(Ctx *ctx, const char *table);

/* Returns the text of the transcript, one statement after the other. */
char *transcript_text(Ctx *ctx, const Transcript *transcript);

#endif
