/*
** restore: what the archive kept goes back while a step's script runs, and
** after it.
*/
#ifndef ORM_RESTORE_H
#define ORM_RESTORE_H

#include "archive/save.h"
#include "dependents/fkeys.h"

/* ALTER TABLE ADD COLUMN has added this column: if it is one that comes
** back, it gets its values. A column that a script makes by other means gets
** none: it may hold what was copied into it. */
void restore_added_column(Ctx *ctx, ArchiveWork *work, const char *table,
                          const char *column);

/* The script was run: rows and values go back, what cannot stays, what is empty
** goes. Rows that had no parent when they were taken are no news to `check`. */
void restore_after(Ctx *ctx, ArchiveWork *work, FkeyCheck *check);

#endif
