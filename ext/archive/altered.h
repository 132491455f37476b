/*
** altered: a table that a step alters or renames, with its identity table and
** the columns whose values the step saves or restores.
*/
#ifndef ORM_ALTERED_H
#define ORM_ALTERED_H

#include "archive/catalog.h"

/* A column, and the entry with its archived values. */
typedef struct ColumnEntry {
  Entry entry;
  int column;    /* index in `to`; -1: the step drops the column */
  bool altered;  /* the column stays, but the step may change its values */
  bool refilled; /* the opposite step would fill it by a backfill, so all values
                 ** are saved */
} ColumnEntry;

/* A table before and after the step. `renamed` is `from` with the new names. */
typedef struct AlteredTable {
  const Table *from, *renamed, *to;
  RowKey key, new_key;
  i64 identity, new_identity; /* identity tables for these keys; 0: none */
  bool key_filled;            /* a backfill fills a column of the new key */
  int rowid_numbered; /* index in ArchiveWork.restored of the rowid, if it
                      ** becomes orm_row; else -1 */
  int rowid_chosen;   /* index in ArchiveWork.restored of the rowid, if the
                      ** archive chooses new values; else -1 */
  i64 chosen_above;   /* the chosen rowids are greater than this */
  ColumnEntry *restores;
  int nrestore;
  ColumnEntry *saves;
  int nsave;
} AlteredTable;

/* The saved column whose values return to a column of the table. */
typedef struct Origin {
  const char *name; /* NULL: none */
  const char *fits; /* SQL condition for the values that return; NULL: all */
} Origin;

/* A table that the step creates, and the entry with its saved rows (id 0:
** none). */
typedef struct CreatedTable {
  const Table *table;
  Entry entry;
  Origin *origins;   /* one per column of the table */
  const char *whole; /* SQL condition for the saved rows without a lost value */
  bool moved;        /* the rows were moved back (swap.h) */
} CreatedTable;

/* A table that the step drops. Its rows are moved after those of all other
** tables are saved: to count orphans, their parents are needed. */
typedef struct MovedTable {
  const Table *table;
  Entry entry; /* has the prefix of a copy */
} MovedTable;

/* The archive's work in one step. save_before() fills it in, restore_after()
** completes it. */
typedef struct ArchiveWork {
  ArchiveStep step;
  AlteredTable *altered;
  int naltered;
  CreatedTable *created;
  int ncreated;
  MovedTable *moves;
  int nmove;
  RestoredColumns restored; /* for orm_alter_table, while the script runs */
} ArchiveWork;

/* Returns the backfill with which the script of the step fills column k of
** `to`, or NULL. */
const Backfill *altered_fill(const ArchiveStep *step, const AlteredTable *t,
                             int k);

/* Returns the backfill with which the undone script filled column i of `from`,
** or NULL. */
const Backfill *altered_fill_undone(const ArchiveStep *step,
                                    const AlteredTable *t, int i);

/* Returns true if the step may fill the column by a backfill. In this function
** and the next two, the column is column i of `from` and column k of `to`. */
bool altered_is_filled(const ArchiveStep *step, const AlteredTable *t, int i,
                       int k);

/* Returns true if an upgrade after this undo may fill the column by a backfill.
** That upgrade must restore the present values instead. */
bool altered_is_refilled(const ArchiveStep *step, const AlteredTable *t, int i,
                         int k);

/* Returns true if the step may change values of the column. */
bool altered_is_lossy(const ArchiveStep *step, const AlteredTable *t, int i,
                      int k);

/* Returns the entry from which the step restores a column of `to`, or NULL. */
ColumnEntry *altered_restore_of(const AlteredTable *t, int column);

/* Gives a number (orm_row) to each row that matches `where` and has none. If
** the old or the new key is the whole row, numbers all rows, so that rows whose
** rowids change are found again. */
void altered_number_rows(Ctx *ctx, const AlteredTable *t, const char *where);

/* Returns the SQL with which a script restores the column of the entry. `names`
** is the table with its column names at the time when this SQL runs. */
RestoredColumn altered_restored_column(Ctx *ctx, const AlteredTable *t,
                                       const ColumnEntry *c,
                                       const Table *names);

#endif
