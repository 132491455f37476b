/*
** save: what a step is about to take away goes to the archive before its script
** runs, and it is found out what comes back.
*/
#ifndef ORM_SAVE_H
#define ORM_SAVE_H

#include "archive/catalog.h"

/* A column of a table that stays, and where its values are kept. */
typedef struct ColumnEntry {
  Entry entry;
  int column;   /* in `to`; -1: dropped */
  bool altered; /* the column stays, its values may not */
  bool remade;  /* the way back would fill it again: all values are kept */
} ColumnEntry;

/* A table that stays, and something of it is kept, or was. */
typedef struct AlteredTable {
  const Table *from, *renamed, *to;
  RowKey key, key_to;
  i64 rows, rows_to; /* its identity table, and that of the new key */
  bool filled;       /* a column of the new key is filled by a backfill */
  int numbers; /* which of ArchiveWork.returns makes orm_row the rowid; -1: none */
  int chosen; /* which of them has numbers for rowids not known; -1: none */
  i64 base;   /* those are above this */
  ColumnEntry *backs; /* these come back */
  int nback;
  ColumnEntry *taken; /* these were kept now */
  int ntaken;
} AlteredTable;

/* The archived column whose values return to a column of the table. */
typedef struct Origin {
  const char *name; /* NULL: none */
  const char *fits; /* condition: the value returns; NULL: each value does */
} Origin;

/* A dropped table that comes back. */
typedef struct CreatedTable {
  const Table *table;
  Entry entry;
  Origin *origins;   /* one per column of the table */
  const char *whole; /* condition: all values of a row of the entry return */
} CreatedTable;

typedef struct ArchiveWork {
  ArchiveStep step;
  AlteredTable *altered;
  int naltered;
  CreatedTable *created;
  int ncreated;
  RestoredColumns restored; /* for orm_alter_table, while the script runs */
} ArchiveWork;

/* Keeps what the step takes away, and finds out what it brings back. A purged
** entry of that is an error. `live` is the schema as it is. */
void save_before(Ctx *ctx, ArchiveWork *work, const ArchiveStep *step,
                 const Schema *live);

/* What the script fills column k of `to` with, and what the script that is
** undone filled column i of `from` with; or NULL. */
const Backfill *save_fill(const ArchiveStep *step, const AlteredTable *stay,
                          int k);
const Backfill *save_fill_undone(const ArchiveStep *step,
                                 const AlteredTable *stay, int i);

/* By how many foreign keys, of those that name the column (NULL: of all), the
** row of the table has no parent: an expression, "(0)" if there are none. */
char *save_orphan(Ctx *ctx, const Table *table, const char *column,
                  const Schema *live, const char *row);

#endif
