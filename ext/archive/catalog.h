/*
** catalog: the catalogue of the archive, table orm_archive, and its entries.
**
** The room `archive` saves the rows and values that a step removes, and
** restores them in the opposite step.
**
** Data: the rows of a dropped table, the values of a dropped column, the old
** values of an altered column that the alteration may lose, and the last
** AUTOINCREMENT value. A row of orm_archive is an entry; the data of the entry
** is in table orm_archive_<id>.
**
** Time: save_before() runs before the script of a step (upgrade, downgrade,
** repair) and copies the data. It moves the rows of a large dropped table
** instead of copying them (swap.h). restore_added_column() runs after each
** ALTER TABLE ADD COLUMN of the script, and restore_after() runs after its last
** statement. Both restore the data that the opposite step saved, and delete it
** from the archive.
**
** Keys: the key of a row of a dropped table is its rowid or the whole row. The
** key of a value of a column is orm_row: the number of its row in the identity
** table of its table (identity.h). Triggers keep the identity table current, so
** a value returns only to the row that it came from. If a step changes the key
** of a table, rekey.h builds an identity table for the new key.
**
** Duration: data is archived until the opposite step restores it, or until
** orm_purge(). Data that a step could not restore stays, for users to read. The
** head of sql/archive.sql has the states of an entry and the transitions
** between them. catalog.c makes all transitions.
**
** Input: an ArchiveStep (the schemas before and after, the backfills) and the
** live schema. Output: rows of orm_archive, tables orm_archive_<id>, and
** RestoredColumns: SQL by which orm_alter_table restores values.
**
** Files: catalog, identity, swap; altered (one altered table); save_table,
** save_column, rekey, save (before the script); restore_table, restore_column,
** restore (while it runs, and after it).
*/
#ifndef ORM_CATALOG_H
#define ORM_CATALOG_H

#include "base/guard.h"
#include "ddl/backfill.h"
#include "meta/rows.h"
#include "schema/restored.h"
#include "schema/rowkey.h"
#include "schema/value_rules.h"

/* The part of a step (run.h) that the archive needs. */
typedef struct ArchiveStep {
  const char *name;
  const Schema *from, *renamed, *to; /* renamed: `from` with the new names */
  i64 version;
  bool undo;
  bool noarchive;     /* saves nothing, restores nothing */
  bool checked;       /* this call has called catalog_check() */
  const char *script; /* the script of the step */
  bool only_ddl; /* the script is DDL and calls of orm_alter_table(): it inserts
                 ** and deletes no row. save_before() sets this */
  Backfills fills;  /* the backfills that the script runs, in names of `to` */
  Backfills undone; /* those that the undone script ran, in names of `from` */
} ArchiveStep;

/* The kinds of entries; sql/archive.sql describes them. */
typedef enum EntryKind {
  ENTRY_TABLE,
  ENTRY_COLUMN,
  ENTRY_VALUE,
  ENTRY_SEQUENCE,
  ENTRY_IDENTITY
} EntryKind;

/* A row of orm_archive. */
typedef struct Entry {
  i64 id; /* 0: no entry */
  i64 version, rows;
  const char *prefix; /* of the archive's own columns in its table */
  const char *column; /* the archived column's name in its table */
  const char *rules;  /* the rules that its values obeyed (value_rules.h); NULL:
                      ** unknown */
  bool opposite;      /* the present step is the opposite of the one that saved
                      ** the entry */
  bool discarded;     /* its version no longer exists */
  bool moved;         /* its rows were moved (swap.h): its table has only the
                      ** columns of the dropped table, and prefix is NULL */
  bool purged;
} Entry;

/* Returns true if the catalogue exists. A table of this name that orm has not
** created is an error. */
bool catalog_exists(Ctx *ctx);

/* Returns true if the archive has data or notes of a table that exists: entries
** of its columns, rows or sequence. */
bool catalog_has_entries(Ctx *ctx, const char *table);

/* Sets an error unless each entry with data has its table, each table of the
** archive has its entry, and these tables have the columns that orm gave
** them. */
void catalog_check(Ctx *ctx);

/* Sets an error if `columns` exceeds the limit of SQLite. `columns` is the
** number of columns that a table of the archive for `table` needs. */
void catalog_check_width(Ctx *ctx, const Table *table, int columns);

/* ---- new entries: waiting, unless noted otherwise ----------------------- */

/* Adds an entry; creates the catalogue if necessary. The caller creates the
** table of the entry. `column` is NULL for kinds without one; `object` is the
** id of the row in orm_model or orm_column. Returns the entry's id. */
i64 catalog_add(Ctx *ctx, const ArchiveStep *step, EntryKind kind,
                const char *table, const char *column, i64 object,
                const char *prefix);

/* Sets the prefix of the entry; NULL: its rows were moved (swap.h). */
void catalog_set_prefix(Ctx *ctx, i64 entry, const char *prefix);

/* Adds a purged entry: a note that the step deletes `rows` rows without saving
** them. */
void catalog_add_note(Ctx *ctx, const ArchiveStep *step, EntryKind kind,
                      const char *table, const char *column, i64 object,
                      i64 rows);

/* Adds the entry of an identity table for `table`. `norm` is the norm of the
** table's key (rowkey_norm()). A direct identity table begins without numbers.
** Returns the entry's id. */
i64 catalog_add_identity(Ctx *ctx, const char *table, const char *norm,
                         bool direct);

/* Sets the rules that the values of the entry obey. */
void catalog_set_rules(Ctx *ctx, i64 entry, const char *rules);

/* Sets the last AUTOINCREMENT value of an entry of kind sequence, or the
** greatest number of a direct identity table. */
void catalog_set_sequence(Ctx *ctx, i64 entry, i64 sequence);

/* Sets the data about a dropped table: its columns (JSON), its CREATE text, its
** undeclared indexes and triggers (JSON; NULL: none), and its last
** AUTOINCREMENT value (0: none). */
void catalog_set_table(Ctx *ctx, i64 entry, const char *columns,
                       const char *sql, const char *extras, i64 sequence);

/* Notes that the undeclared indexes and triggers have been restored. */
void catalog_clear_extras(Ctx *ctx, i64 entry);

/* Counts the rows and bytes of the entry's table again. The bytes of more than
** 1,000 rows are an estimate from the first 1,000, because reading all rows
** would cost more than moving them. */
void catalog_measure(Ctx *ctx, const Entry *entry);

/* ---- look-up ------------------------------------------------------------ */

/* Returns the newest waiting entry of this kind that the step may restore (id
** 0: none). That is an entry with this object id, or else an entry with these
** names that the opposite step saved. An entry of kind value must have been
** saved by the opposite step in any case. */
Entry catalog_find(Ctx *ctx, const ArchiveStep *step, EntryKind kind,
                   const char *table, const char *column, i64 object);

/* Returns true if the opposite step saved values of altered columns of the
** table that the step may restore. */
bool catalog_has_values(Ctx *ctx, const ArchiveStep *step, const char *table);

/* Returns true if the entry exists and is not purged. Sets an error if an undo
** needs the rows of a purged entry, or if rows were added to the entry's table
** or removed from it. The names are for messages. */
bool catalog_can_restore(Ctx *ctx, const ArchiveStep *step, const Entry *e,
                         const char *table, const char *column);

/* Returns the id of the identity table of a live table; 0 if it has none. */
i64 catalog_identity_of(Ctx *ctx, const char *table);

/* Returns the id of the identity table that a table entry owns, or 0. */
i64 catalog_owned_identity(Ctx *ctx, i64 owner);

/* Returns the norm of the key of an identity table. */
char *catalog_identity_norm(Ctx *ctx, i64 identity);

/* Returns the last AUTOINCREMENT value of an entry, or 0. */
i64 catalog_sequence(Ctx *ctx, i64 entry);

/* Returns the greatest number of a direct identity table (rowkey.h); -1 if the
** identity table is complete. */
i64 catalog_highest(Ctx *ctx, i64 identity);

/* Returns the id of the newest entry, or 0. */
i64 catalog_last_id(Ctx *ctx);

/* ---- transitions; see sql/archive.sql ----------------------------------- */

/* waiting -> owned: the entries of the columns of a table that is dropped.
** `owner` is the entry of the table. */
void catalog_own(Ctx *ctx, const char *table, i64 owner);

/* owned -> waiting: the entries that `owner` owns. They now belong to the live
** table of this name. */
void catalog_disown(Ctx *ctx, i64 owner, const char *table);

/* -> spent: one entry. */
void catalog_spend(Ctx *ctx, i64 entry);

/* waiting -> spent: all entries of the columns of a table. */
void catalog_spend_columns(Ctx *ctx, const char *table);

/* waiting -> spent: the entries of a dropped column with this object id. */
void catalog_spend_column(Ctx *ctx, const char *table, i64 object);

/* waiting -> spent: the entries of altered values of a table that the version
** saved, with an id below `below`. */
void catalog_spend_values(Ctx *ctx, const char *table, i64 version, i64 below);

/* -> spent: an entry of a table, and all other table entries with this object
** id. */
void catalog_spend_table(Ctx *ctx, i64 entry, i64 object);

/* Renames the table of waiting column entries from `from` to `to`. Tables may
** swap their names, so the caller first calls catalog_move() for all tables and
** then catalog_finish_moves(). */
void catalog_move(Ctx *ctx, const char *from, const char *to);
void catalog_finish_moves(Ctx *ctx);

/* waiting -> discarded, or spent for kind value: the entries that the undo of a
** version saved, when that version is deleted. */
void catalog_discard(Ctx *ctx, i64 version);

/* waiting -> discarded, or spent for kind value: the entries of the versions up
** to this one, when they become one version. */
void catalog_combine(Ctx *ctx, i64 version);

/* waiting -> detached: entries that the undo of this version or of a later one
** saved, unless their object id has the same names in `rows`. These are the
** rows of an imported version; the ids of another repository may mean other
** objects. */
void catalog_detach(Ctx *ctx, i64 version, const MetaRows *rows);

/* Changes the version of entries. waiting -> on hold: `to` is -from. on hold ->
** waiting: `to` is the new number. on hold -> discarded: `to` is 0, because the
** other side of a rebase has recorded the same change. */
void catalog_renumber(Ctx *ctx, i64 from, i64 to);

/* Changes the object ids of entries on hold; merge_ids() describes `ids`. */
void catalog_map_ids(Ctx *ctx, const char *ids);

/* -> spent, direction repair: entries with an id above `above`. */
void catalog_mark_repair(Ctx *ctx, i64 above);

/* Drops the triggers that keep an identity table current, if they exist. */
void catalog_drop_triggers(Ctx *ctx, i64 identity);

/* Deletes the entry, its table and its triggers. */
void catalog_delete(Ctx *ctx, i64 entry);

/* Deletes entries without data, and identity tables that no entry needs. */
void catalog_clean(Ctx *ctx);

/* -> purged or deleted: the entries of all versions up to this one. Returns the
** number of rows that are lost. */
i64 catalog_purge(Ctx *ctx, i64 version);

/* Returns the list of entries for orm_status(), as JSON. */
char *catalog_status(Ctx *ctx);

#endif
