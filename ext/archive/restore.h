/*
** restore: the archive's work while the script of a step runs, and after it.
*/
#ifndef ORM_RESTORE_H
#define ORM_RESTORE_H

#include "archive/altered.h"
#include "dependents/fkeys.h"

/* Writes the saved values of a column that ALTER TABLE ADD COLUMN has just
** added. Does nothing if none are saved. */
void restore_added_column(Ctx *ctx, ArchiveWork *work, const char *table,
                          const char *column);

/* Call after the last statement of the script. Restores rows and values; what
** cannot be restored stays in the archive. Saved rows that were orphans do not
** count as new violations in `check`. */
void restore_after(Ctx *ctx, ArchiveWork *work, FkeyCheck *check);

#endif
