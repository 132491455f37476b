/*
** rewrite: creates a table with the new definition and copies the rows to it.
** It can make any change.
*/
#ifndef ORM_REWRITE_H
#define ORM_REWRITE_H

#include "base/guard.h"
#include "schema/restored.h"

/* Changes the table `from` of "main" to `to`, whose text is create_sql. The
** caller has already renamed the table and its columns: `from` has the new
** names. `old` is the table before these renames; backfills use its names.
** `restored` has the values that the archive restores, or is NULL. Foreign keys
** must be off. */
void rewrite_table(Ctx *ctx, const Table *old, const Table *from,
                   const Table *to, const char *create_sql,
                   RestoredColumns *restored);

#endif
