/*
** rekey: identity tables across a step that changes the key of a table, or the
** values in its key.
**
** Before the script runs, the archive computes the future key of each row and
** stores it in a second identity table. After the script, the second identity
** table replaces the first.
*/
#ifndef ORM_REKEY_H
#define ORM_REKEY_H

#include "archive/altered.h"

/* Numbers all rows if the new key is the whole row, or if the archive chooses
** their rowids. If the key changes, completes the identity table. */
void rekey_number_rows(Ctx *ctx, const ArchiveStep *step, AlteredTable *t);

/* Builds t->new_identity: the numbers of t->identity with the future keys of
** the rows. If the key stays, t->new_identity becomes t->identity. */
void rekey_identity(Ctx *ctx, const ArchiveStep *step, AlteredTable *t);

/* Chooses the rowids of rows that get new rowids, and adds them to
** work->restored, so that orm_alter_table writes them. */
void rekey_rowids(Ctx *ctx, ArchiveWork *work, AlteredTable *t);

/* Adapts the new identity table to the rows that the script left. It is an
** error if a backfill of a column of the new key gave other values in the
** script than in rekey_identity(). */
void rekey_after(Ctx *ctx, const ArchiveWork *work, AlteredTable *t);

#endif
