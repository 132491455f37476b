/*
** restore_column: restored values of columns of an altered table, after the
** script of a step.
*/
#ifndef ORM_RESTORE_COLUMN_H
#define ORM_RESTORE_COLUMN_H

#include "archive/altered.h"
#include "dependents/fkeys.h"

/* Removes restored values of a foreign key whose parent does not exist; values
** that were orphans when they were saved stay. The column becomes NULL, or its
** default if it is NOT NULL. */
void restore_column_remove_orphans(Ctx *ctx, const AlteredTable *t,
                                   const ColumnEntry *e, const Schema *live);

/* Restored values that were orphans when they were saved do not count as new
** violations in `check`. */
void restore_column_allow_orphans(Ctx *ctx, const AlteredTable *t,
                                  const ColumnEntry *c, const Schema *live,
                                  FkeyCheck *check);

/* Deletes restored values from the archive, completes the entries that the step
** saved, spends the entries that had their chance, and restores the sequence.
*/
void restore_column_finish(Ctx *ctx, const ArchiveStep *step,
                           const AlteredTable *t);

#endif
