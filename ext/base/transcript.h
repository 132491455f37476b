/*
** transcript: what changes a table, run statement by statement, and written
** down where somebody wants to have it as plain SQL: the session then has a
** transcript, and the database is one without rows (see portable.h).
*/
#ifndef ORM_TRANSCRIPT_H
#define ORM_TRANSCRIPT_H

#include "base/context.h"

typedef struct Transcript {
  const char **list; /* statements, with their semicolons */
  int count;
} Transcript;

/* Returns true if the script that is being run has a transcript. Otherwise
** nothing is recorded. */
bool transcript_wanted(const Ctx *ctx);

/* Returns the number of statements recorded; 0 without a transcript. */
int transcript_count(const Ctx *ctx);

/* Forgets all but the first `count` statements. */
void transcript_truncate(const Ctx *ctx, int count);

/* Runs the statement; writes it down once it has succeeded. */
void transcript_exec(Ctx *ctx, const char *format, ...);

/* Drops the table of "main" by guard_alone(), and writes it down. */
void transcript_drop_table(Ctx *ctx, const char *name);

/* Only writes it down. Without a transcript, this and the following do nothing.
 */
void transcript_add(Ctx *ctx, const char *sql);
/* Writes the text down as it is. */
void transcript_note(Ctx *ctx, const char *format, ...);
/* Statements that fail, and say `what`, unless the SELECT gives 1. */
void transcript_expect(Ctx *ctx, const char *what, const char *select);

/* The same, unless the table or view has no other indexes and triggers than it
** has here: they would be lost. */
void transcript_expect_known(Ctx *ctx, const char *table);

/* The whole, a line between the statements. */
char *transcript_text(Ctx *ctx, const Transcript *transcript);

#endif
