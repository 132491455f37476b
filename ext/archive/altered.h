/*
** altered: a table that a step alters or renames, its identity table, and its
** columns whose values the step saves or restores.
*/
#ifndef ORM_ALTERED_H
#define ORM_ALTERED_H

#include "archive/catalog.h"

/* A column and the entry that has its values. */
typedef struct ColumnEntry {
  Entry entry;
  int column;    /* in `to`; -1: the step drops the column */
  bool altered;  /* the column stays, with other values */
  bool refilled; /* the opposite step would fill it by a backfill again, so all
                 ** values are saved */
} ColumnEntry;

/* A table before and after the step. `renamed` is `from` with the new names. */
typedef struct AlteredTable {
  const Table *from, *renamed, *to;
  RowKey key, new_key;
  i64 identity, new_identity; /* identity tables by these keys; 0: none */
  bool key_filled;            /* a backfill fills a column of the new key */
  int rowid_numbered; /* index in ArchiveWork.restored: orm_row becomes the
                      ** rowid; -1: none */
  int rowid_chosen;   /* the same: the archive chooses new rowids */
  i64 chosen_above;   /* these are greater than this */
  ColumnEntry *restores;
  int nrestore;
  ColumnEntry *saves;
  int nsave;
} AlteredTable;

/* The saved column whose values return to a column of the table. */
typedef struct Origin {
  const char *name; /* NULL: none */
  const char *fits; /* condition: the value returns; NULL: each value does */
} Origin;

/* A table that the step creates, and the entry of its saved rows (id 0: none).
*/
typedef struct CreatedTable {
  const Table *table;
  Entry entry;
  Origin *origins;   /* one per column of the table */
  const char *whole; /* condition: all values of a saved row return */
  bool moved;        /* the rows were moved back (swap.h) */
} CreatedTable;

/* The archive's work in one step. save_before() fills it in, restore_after()
** completes it. */
typedef struct ArchiveWork {
  ArchiveStep step;
  AlteredTable *altered;
  int naltered;
  CreatedTable *created;
  int ncreated;
  RestoredColumns restored; /* for orm_alter_table, while the script runs */
} ArchiveWork;

/* Returns the backfill by which the step's script fills column k of `to`, or
** NULL. */
const Backfill *altered_fill(const ArchiveStep *step, const AlteredTable *t,
                             int k);

/* Returns the backfill by which the undone script filled column i of `from`, or
** NULL. */
const Backfill *altered_fill_undone(const ArchiveStep *step,
                                    const AlteredTable *t, int i);

/* Returns true if the step may fill the values of column i of `from`, which is
** column k of `to`, by a backfill. */
bool altered_is_filled(const ArchiveStep *step, const AlteredTable *t, int i,
                       int k);

/* Returns true if an upgrade after this undo may fill the column. The present
** values must return then. */
bool altered_is_refilled(const ArchiveStep *step, const AlteredTable *t, int i,
                         int k);

/* Returns true if the step may change values of the column. */
bool altered_is_lossy(const ArchiveStep *step, const AlteredTable *t, int i,
                      int k);

/* Returns the entry by which the step restores a column of `to`, or NULL. */
ColumnEntry *altered_restore_of(const AlteredTable *t, int column);

/* Gives numbers (orm_row) to the rows that match `where` and have none. If the
** whole row is the old or the new key, all rows get one, so that a change of
** their rowids shows. */
void altered_number_rows(Ctx *ctx, const AlteredTable *t, const char *where);

/* Returns the SQL by which a script restores the column of the entry. `names`
** is the table with the column names that its rows have then. */
RestoredColumn altered_restored_column(Ctx *ctx, const AlteredTable *t,
                                       const ColumnEntry *c,
                                       const Table *names);

#endif
