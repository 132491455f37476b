/*
** rewrite: a table made anew, and its rows copied. The way that any change can
** go.
*/
#ifndef ORM_REWRITE_H
#define ORM_REWRITE_H

#include "base/guard.h"
#include "schema/restored.h"

/* Makes the table `from` of "main" what `to` and its text say. `old` is `from`
** before its renames, which are done: backfills are over the old row.
** `restored`, or NULL, is what the archive gives back. Foreign keys are off. */
void rewrite_table(Ctx *ctx, const Table *old, const Table *from,
                   const Table *to, const char *create_sql,
                   RestoredColumns *restored);

#endif
