/*
** rekey: identity tables across a step that changes the key of a table, or the
** values in its key.
**
** Before the script runs, the archive computes from each row the key that the
** row will have, and stores it in a second identity table. After the script,
** this table replaces the first one.
*/
#ifndef ORM_REKEY_H
#define ORM_REKEY_H

#include "archive/altered.h"

/* Numbers all rows if the step changes what identifies them: the new key is the
** whole row, or the archive chooses their rowids. */
void rekey_number_rows(Ctx *ctx, const ArchiveStep *step, AlteredTable *t);

/* Builds t->new_identity: the numbers of t->identity by the key that the rows
** will have. If the key stays, it is t->identity itself. */
void rekey_identity(Ctx *ctx, const ArchiveStep *step, AlteredTable *t);

/* Decides the rowids of rows that get new ones, and adds them to
** work->restored, so that orm_alter_table writes them. */
void rekey_rowids(Ctx *ctx, ArchiveWork *work, AlteredTable *t);

/* Brings the new identity table up to date with the rows that the script left.
** An error if a backfill gave a column of the new key other values than it gave
** here. */
void rekey_after(Ctx *ctx, const ArchiveWork *work, AlteredTable *t);

#endif
