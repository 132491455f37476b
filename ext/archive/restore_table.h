/*
** restore_table: writes the saved rows of a dropped table into the table that a
** step creates.
*/
#ifndef ORM_RESTORE_TABLE_H
#define ORM_RESTORE_TABLE_H

#include "archive/altered.h"
#include "dependents/fkeys.h"

/* Sets created->origins: for each column of the table, the saved column with
** the same id, or else with the same name. If the version that saved the rows
** was discarded, the column may have another type now. Then only values that
** fit the new type are restored. */
void restore_table_find_origins(Ctx *ctx, CreatedTable *created);

/* Writes the saved rows, if any, into the table: moves them (swap.h) or inserts
** them. `live` is the schema after the script. Rows that break a constraint
** stay in the archive. */
void restore_table_rows(Ctx *ctx, CreatedTable *created, const Schema *live);

/* Removes the restored rows without a parent, except those that were orphans
** when they were saved. Returns true if it removed any. */
bool restore_table_remove_orphans(Ctx *ctx, CreatedTable *created,
                                  const Schema *live);

/* Restores the sequence and the undeclared indexes and triggers, deletes the
** restored rows from the archive, and marks the entry as spent. Restored rows
** that were orphans when they were saved do not count as new violations in
** `check`. */
void restore_table_finish(Ctx *ctx, const CreatedTable *created,
                          const Schema *live, FkeyCheck *check);

/* owned -> waiting: the entries of the table's columns. If the table has
** another key now, the old identity table does not identify its rows: replaces
** it by an empty one with higher numbers. */
void restore_table_columns(Ctx *ctx, const CreatedTable *created);

/* Raises the AUTOINCREMENT value of the table to the value in the entry, so
** that no rowid is used twice. */
void restore_table_sequence(Ctx *ctx, i64 entry, const Table *table);

#endif
