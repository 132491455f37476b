/*
** restore_table: the saved rows of a dropped table return to the table that a
** step creates.
*/
#ifndef ORM_RESTORE_TABLE_H
#define ORM_RESTORE_TABLE_H

#include "archive/altered.h"
#include "dependents/fkeys.h"

/* Sets created->origins: the saved column of each column of the table, by id,
** else by name. If the version that saved the rows was discarded, the column
** may have another type now: then only the values return that this type can
** hold. */
void restore_table_find_origins(Ctx *ctx, CreatedTable *created);

/* Moves the saved rows back, if there are any, or inserts them. `live` is the
** schema after the script. Rows that break a constraint are left out, and stay
** in the archive. */
void restore_table_rows(Ctx *ctx, CreatedTable *created, const Schema *live);

/* Removes restored rows without a parent, but those that were orphans when they
** were saved. Returns true if there were any. */
bool restore_table_remove_orphans(Ctx *ctx, CreatedTable *created,
                                  const Schema *live);

/* Restores the sequence and the undeclared indexes and triggers, deletes the
** restored rows from the archive, and spends the entry. Restored rows that were
** orphans when they were saved do not count as new violations in `check`. */
void restore_table_finish(Ctx *ctx, const CreatedTable *created,
                          const Schema *live, FkeyCheck *check);

/* The entries of the table's columns, which its entry owns, wait for steps
** again. If the table has another key now, its identity table says nothing
** about the rows: an empty one replaces it, with numbers above. */
void restore_table_columns(Ctx *ctx, const CreatedTable *created);

/* Raises the AUTOINCREMENT value of the table to that of the entry, so that no
** rowid is given twice. */
void restore_table_sequence(Ctx *ctx, i64 entry, const Table *table);

#endif
