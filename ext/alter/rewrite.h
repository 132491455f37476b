/*
** rewrite: creates a table with the new definition, and copies the rows. Any
** change can be made in this way.
*/
#ifndef ORM_REWRITE_H
#define ORM_REWRITE_H

#include "base/guard.h"
#include "schema/restored.h"

/* Changes the table `from` of "main" to `to`, whose text is create_sql. `old`
** is `from` before the renames, which are already done: backfills are
** expressions over the old row. `restored` has the values that the archive
** gives back, or is NULL. Foreign keys must be off. */
void rewrite_table(Ctx *ctx, const Table *old, const Table *from,
                   const Table *to, const char *create_sql,
                   RestoredColumns *restored);

#endif
