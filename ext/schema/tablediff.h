/*
** tablediff: the kinds of change between two definitions of one table, finer
** than diff's: a rule for each says how it can be made. Pure.
*/
#ifndef ORM_TABLEDIFF_H
#define ORM_TABLEDIFF_H

#include "schema/schema.h"

typedef enum DiffKind {
  TABLEDIFF_ADD_COLUMN, /* with the constraints behind it */
  TABLEDIFF_DROP_COLUMN,
  TABLEDIFF_VALUES, /* its values come from a backfill, or from the archive */
  TABLEDIFF_TYPE,
  TABLEDIFF_NOT_NULL,
  TABLEDIFF_NULL,     /* no longer NOT NULL */
  TABLEDIFF_CONFLICT, /* NOT NULL ON CONFLICT ... */
  TABLEDIFF_DEFAULT,
  TABLEDIFF_COLLATE,
  TABLEDIFF_GENERATED,
  TABLEDIFF_KEY, /* PRIMARY KEY: all but its name */
  TABLEDIFF_ADD_UNIQUE,
  TABLEDIFF_DROP_UNIQUE,
  TABLEDIFF_UNIQUE, /* ON CONFLICT of a UNIQUE that stays */
  TABLEDIFF_ADD_CHECK,
  TABLEDIFF_DROP_CHECK,
  TABLEDIFF_ADD_FOREIGN,
  TABLEDIFF_DROP_FOREIGN,
  TABLEDIFF_FOREIGN, /* of one that stays: its actions, when it is checked */
  TABLEDIFF_NAME,    /* of a constraint */
  TABLEDIFF_OPTIONS  /* STRICT, WITHOUT ROWID */
} DiffKind;
enum { TABLEDIFF_KINDS = TABLEDIFF_OPTIONS + 1 };

/* What matters of a change besides its kind. */
enum {
  TRAIT_KEY = 1 << 0,       /* the column is of the PRIMARY KEY */
  TRAIT_FEEDS = 1 << 1,     /* a generated column uses it */
  TRAIT_GENERATED = 1 << 2, /* it is generated itself */
  TRAIT_STRICT = 1 << 3, /* the table is; of a new column: and it is generated,
                          ** or its DEFAULT of another type */
  TRAIT_AFFINITY = 1 << 4, /* of the type: values would change */
  TRAIT_UNIQUE = 1 << 5,   /* of a new column: PRIMARY KEY, UNIQUE */
  TRAIT_STORED = 1 << 6,
  TRAIT_DEFAULT = 1 << 7,   /* its DEFAULT is no literal */
  TRAIT_EMPTY = 1 << 8,     /* NOT NULL, and no DEFAULT */
  TRAIT_MIDDLE = 1 << 9,    /* it does not stand behind those that stay */
  TRAIT_CHECKED = 1 << 10,  /* there are CHECKs that SQLite would prove again */
  TRAIT_UNNAMED = 1 << 11,  /* the constraint has no name of its own */
  TRAIT_SAYS = 1 << 12,     /* it has a name, or ON CONFLICT */
  TRAIT_USED = 1 << 13,     /* a dropped column that a constraint names */
  TRAIT_DEFENSIVE = 1 << 14 /* of the connection: see rules.h */
};

typedef struct TableDiffEntry {
  DiffKind kind;
  unsigned traits;
  int column_from, column_to;         /* in the tables; -1: not there */
  int constraint_from, constraint_to; /* likewise */
} TableDiffEntry;

typedef struct TableDiff {
  const Table *from, *to;
  TableDiffEntry *list;
  int count;
} TableDiff;

/* All that differs, but the names: `from` has those of `to` already. The order
** of columns is no difference. */
TableDiff tablediff_compare(Ctx *ctx, const Table *from, const Table *to);

/* Adds that the values of all columns come from elsewhere. */
void tablediff_add_values(Ctx *ctx, TableDiff *deltas);

bool tablediff_has(const TableDiff *deltas, DiffKind kind);

/* For messages: `the type of "age"`. */
char *tablediff_describe(Ctx *ctx, const TableDiff *deltas,
                         const TableDiffEntry *delta);

/* Is the DEFAULT a literal, as ALTER TABLE ADD COLUMN wants it? Words are none:
** for old rows SQLite gives TRUE the affinity of its own, not the column's. */
bool tablediff_is_literal(const Expr *value);

/* Of a STRICT table's column: is the DEFAULT a literal of its type, or none?
** ADD COLUMN puts others into rows that are there, without a word where SQLite
** is older than 3.42. */
bool tablediff_default_fits(const Column *column);

#endif
