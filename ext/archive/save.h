/*
** save: what a step is about to take away goes to the archive before its script
** runs, and it is found out what comes back.
*/
#ifndef ORM_SAVE_H
#define ORM_SAVE_H

#include "archive/catalog.h"

/* A column of a table that stays, and where its values are kept. */
typedef struct Field {
  Entry entry;
  int column;   /* in `to`; -1: dropped */
  bool altered; /* the column stays, its values may not */
  bool remade;  /* the way back would fill it again: all values are kept */
} Field;

/* A table that stays, and something of it is kept, or was. */
typedef struct Stay {
  const Table *from, *renamed, *to;
  RowKey key, key_to;
  i64 rows, rows_to; /* its identity table, and that of the new key */
  bool filled;       /* a column of the new key is filled by a backfill */
  int numbers;  /* which of Kept.returns makes orm_row the rowid; -1: none */
  int chosen;   /* which of them has numbers for rowids not known; -1: none */
  i64 base;     /* those are above this */
  Field *backs; /* these come back */
  int nback;
  Field *taken; /* these were kept now */
  int ntaken;
} Stay;

/* A dropped table that comes back. */
typedef struct Come {
  const Table *table;
  Entry entry;
} Come;

typedef struct Kept {
  ArchiveStep step;
  Stay *stays;
  int nstay;
  Come *comes;
  int ncome;
  Returns returns; /* for orm_alter_table, while the script runs */
} Kept;

/* Keeps what the step takes away, and finds out what it brings back. A purged
** entry of that is an error. `live` is the schema as it is. */
void save_values(Ctx *ctx, Kept *kept, const ArchiveStep *step,
                 const Schema *live);

/* What the script fills column k of `to` with, and what the script that is
** undone filled column i of `from` with; or NULL. */
const Backfill *save_fill(const ArchiveStep *step, const Stay *stay, int k);
const Backfill *save_fill_undone(const ArchiveStep *step, const Stay *stay,
                                 int i);

/* Is the row of the table that of the entry (orm_e) of a field? `names` and
** `row` are as for rowkey_key_match(). */
char *save_entry_row(Ctx *ctx, const Stay *stay, const Field *field,
                     const Table *names, const char *row);

/* By how many foreign keys, of those that name the column (NULL: of all), the
** row of the table has no parent: an expression, "(0)" if there are none. */
char *save_orphan(Ctx *ctx, const Table *table, const char *column,
                  const Schema *live, const char *row);

#endif
