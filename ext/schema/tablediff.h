/*
** tablediff: the differences between two definitions of one table. Their kinds
** are finer than the changes of plan/diff. For each kind, plan/rules tells how
** to make the change in a live table. Pure.
*/
#ifndef ORM_TABLEDIFF_H
#define ORM_TABLEDIFF_H

#include "schema/schema.h"

/* A kind of difference. */
typedef enum DiffKind {
  TABLEDIFF_ADD_COLUMN, /* with the constraints in its definition */
  TABLEDIFF_DROP_COLUMN,
  TABLEDIFF_VALUES, /* columns are filled by backfills or from the archive */
  TABLEDIFF_TYPE,
  TABLEDIFF_NOT_NULL, /* NOT NULL is added */
  TABLEDIFF_NULL,     /* NOT NULL is dropped */
  TABLEDIFF_CONFLICT, /* NOT NULL ON CONFLICT */
  TABLEDIFF_DEFAULT,
  TABLEDIFF_COLLATE,
  TABLEDIFF_GENERATED,
  TABLEDIFF_KEY, /* PRIMARY KEY, except its name */
  TABLEDIFF_ADD_UNIQUE,
  TABLEDIFF_DROP_UNIQUE,
  TABLEDIFF_UNIQUE, /* ON CONFLICT of a UNIQUE that stays */
  TABLEDIFF_ADD_CHECK,
  TABLEDIFF_DROP_CHECK,
  TABLEDIFF_ADD_FOREIGN,
  TABLEDIFF_DROP_FOREIGN,
  TABLEDIFF_FOREIGN, /* actions or deferral of a foreign key that stays */
  TABLEDIFF_NAME,    /* the name of a constraint */
  TABLEDIFF_OPTIONS  /* STRICT, WITHOUT ROWID */
} DiffKind;
enum { TABLEDIFF_KINDS = TABLEDIFF_OPTIONS + 1 };

/* Properties of a difference that decide how the change can be made. */
enum {
  TRAIT_KEY = 1 << 0,       /* the column is part of the PRIMARY KEY */
  TRAIT_FEEDS = 1 << 1,     /* a generated column uses the column */
  TRAIT_GENERATED = 1 << 2, /* the column is generated */
  TRAIT_STRICT = 1 << 3,    /* the table is STRICT; for a new column, only if
                             ** it is generated or its DEFAULT misfits */
  TRAIT_AFFINITY = 1 << 4,  /* the new type has another affinity */
  TRAIT_UNIQUE = 1 << 5,    /* a new column with PRIMARY KEY or UNIQUE */
  TRAIT_STORED = 1 << 6,    /* a new column that is STORED */
  TRAIT_DEFAULT = 1 << 7,   /* a new column whose DEFAULT is not a literal */
  TRAIT_EMPTY = 1 << 8,     /* a new column, NOT NULL without DEFAULT */
  TRAIT_MIDDLE = 1 << 9,    /* a new column before an old one */
  TRAIT_CHECKED = 1 << 10,  /* the existing rows must be checked */
  TRAIT_UNNAMED = 1 << 11,  /* the constraint had no name */
  TRAIT_SAYS = 1 << 12,     /* NOT NULL has a name or ON CONFLICT */
  TRAIT_USED = 1 << 13,     /* a dropped column that a constraint uses */
  TRAIT_DEFENSIVE = 1 << 14 /* the connection is defensive: plan/rules */
};

/* One difference. Indexes into the tables are -1 where one has no such column
** or constraint. */
typedef struct TableDiffEntry {
  DiffKind kind;
  unsigned traits;
  int column_from, column_to;
  int constraint_from, constraint_to;
} TableDiffEntry;

/* The differences of two tables. */
typedef struct TableDiff {
  const Table *from, *to;
  TableDiffEntry *list;
  int count;
} TableDiff;

/* Returns all differences. Renames must have been applied to `from` already. A
** different order of columns is not a difference. */
TableDiff tablediff_compare(Ctx *ctx, const Table *from, const Table *to);

/* Adds a difference of kind TABLEDIFF_VALUES, unless the list has one. */
void tablediff_add_values(Ctx *ctx, TableDiff *diff);

/* Returns true if there is a difference of this kind. */
bool tablediff_has(const TableDiff *diff, DiffKind kind);

/* Returns the difference in words, for a message: `the type of "age"`. */
char *tablediff_describe(Ctx *ctx, const TableDiff *diff,
                         const TableDiffEntry *entry);

/* Returns true if the DEFAULT is missing or a literal, as ADD COLUMN demands.
** TRUE and other words are not literals here: in existing rows, SQLite gives
** such a value its own affinity instead of the column's. */
bool tablediff_is_literal(const Expr *value);

/* Returns true if the DEFAULT of a column of a STRICT table is missing or a
** literal of its type. Otherwise ADD COLUMN would give existing rows a value of
** another type; SQLite before 3.42 does so without an error. */
bool tablediff_default_fits(const Column *column);

#endif
