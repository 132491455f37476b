/*
** save_table: saves the rows of a table that a step drops, before its script
** runs.
*/
#ifndef ORM_SAVE_TABLE_H
#define ORM_SAVE_TABLE_H

#include "archive/altered.h"

/* Saves the rows, the CREATE text, the sequence, and the undeclared indexes and
** triggers of the table as an entry. From then on this entry owns the entries
** of the table's columns. Rows that are to be moved wait in work->moves. With
** 'noarchive', adds a note (save_note()) instead. `live` is the live schema. */
void save_table(Ctx *ctx, ArchiveWork *work, const Table *table,
                const Schema *live);

/* Moves the rows of the tables in work->moves; copies those that swap_out()
** refuses. */
void save_move_tables(Ctx *ctx, ArchiveWork *work, const Schema *live);

/* Converts a moved entry to a copied one: copies its rows into a table that
** also has the archive's own columns, and sets the prefix of the entry. */
void save_copy_moved(Ctx *ctx, Entry *entry);

/* Copies the rows of the table that match `where` into the table of the entry,
** which has the same columns. */
void save_append_rows(Ctx *ctx, const Table *table, const Entry *e,
                      const char *where);

/* Adds a note (a purged entry) that the step deletes the rows that match
** `where` without saving them. Does nothing if there are no such rows. Does
** nothing in an undo either, because no later step needs its rows. */
void save_note(Ctx *ctx, const ArchiveStep *step, EntryKind kind,
               const Table *table, const char *column, i64 object,
               const char *where);

/* Returns the last AUTOINCREMENT value of the table; 0 if it has none. */
i64 save_sequence_of(Ctx *ctx, const Table *table);

#endif
