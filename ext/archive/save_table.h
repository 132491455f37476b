/*
** save_table: saves the rows of a table that a step drops, before its script
** runs.
*/
#ifndef ORM_SAVE_TABLE_H
#define ORM_SAVE_TABLE_H

#include "archive/catalog.h"

/* Saves the rows, the CREATE text, the sequence, and the undeclared indexes and
** triggers of the table as an entry, which owns the entries of its columns from
** then on. With 'noarchive', adds a note instead. `live` is the schema as it
** is. */
void save_table(Ctx *ctx, const ArchiveStep *step, const Table *table,
                const Schema *live);

/* Copies the rows of an entry whose rows were moved into a table with orm's own
** columns, which a copied entry has. Sets the prefix of the entry. */
void save_copy_moved(Ctx *ctx, Entry *entry);

/* Copies the rows of the table that match `where` into the table of the entry,
** which has the columns of this table. */
void save_append_rows(Ctx *ctx, const Table *table, const Entry *e,
                      const char *where);

/* Adds a note (a purged entry) that the step gives up the rows that match
** `where`. Does nothing if there are none, or in an undo: no step would miss
** them. */
void save_note(Ctx *ctx, const ArchiveStep *step, EntryKind kind,
               const Table *table, const char *column, i64 object,
               const char *where);

/* Returns the last AUTOINCREMENT value of the table; 0 if it has none. */
i64 save_sequence_of(Ctx *ctx, const Table *table);

#endif
