/*
** restore: the archive's work while the script of a step runs, and after it.
*/
#ifndef ORM_RESTORE_H
#define ORM_RESTORE_H

#include "archive/altered.h"
#include "dependents/fkeys.h"

/* Writes the saved values of a column that ALTER TABLE ADD COLUMN has just
** added. Does nothing if the archive has none. */
void restore_added_column(Ctx *ctx, ArchiveWork *work, const char *table,
                          const char *column);

/* Restores rows and values after the last statement of the script. Data that
** cannot be restored stays in the archive. Restored rows that were orphans when
** they were saved do not count as new violations in `check`. `live` is the live
** schema after the script, or the part of it that the step changes. */
void restore_after(Ctx *ctx, ArchiveWork *work, FkeyCheck *check,
                   const Schema *live);

#endif
