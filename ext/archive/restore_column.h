/*
** restore_column: completes the restoring of column values, after the script of
** a step has written them.
*/
#ifndef ORM_RESTORE_COLUMN_H
#define ORM_RESTORE_COLUMN_H

#include "archive/altered.h"
#include "dependents/fkeys.h"

/* Removes restored values of a foreign key whose parent is missing: the column
** becomes NULL, or its default if it is NOT NULL. Values whose parent was
** missing when they were saved stay. */
void restore_column_remove_orphans(Ctx *ctx, const AlteredTable *t,
                                   const ColumnEntry *e, const Schema *live);

/* Excludes from the new violations in `check` the restored values whose parent
** was missing when they were saved. */
void restore_column_allow_orphans(Ctx *ctx, const AlteredTable *t,
                                  const ColumnEntry *c, const Schema *live,
                                  FkeyCheck *check);

/* Deletes restored values from the archive, completes the entries that the step
** saved, marks as spent the entries that this step could restore, and restores
** the sequence.
*/
void restore_column_finish(Ctx *ctx, const ArchiveStep *step,
                           const AlteredTable *t);

#endif
