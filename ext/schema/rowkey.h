/*
** rowkey: the key that identifies the rows of a table while values of these
** rows are in the archive, and the SQL for that key. Pure.
**
** A table with archived values has an identity table (archive/identity.h). It
** gives each row of the table a number orm_row, which is never used again.
** Archived values refer to orm_row, never to the key. Three triggers on the
** table keep the identity table current when a row is deleted, changes its key,
** or takes the key of another row.
**
** A complete identity table has a row with orm_row and the key (k0, k1, ...)
** for each row of the table. If the key is the rowid alias, the key itself can
** be the number. Then the identity table has only the exceptions: a row of the
** table that is not in it has its key as its number. `direct` is true for such
** a key. The row of an exception has its key k1 and its number orm_row, or ''
** if the row has no number yet.
**
** Functions that return text return SQL.
*/
#ifndef ORM_ROWKEY_H
#define ORM_ROWKEY_H

#include "schema/schema.h"

/* The key of a table's rows. Column k<n> of the identity table, n from 1, is
** column columns[n - 1] of the table. */
typedef struct RowKey {
  const Table *table;
  bool whole;        /* no key is declared: the key is the rowid (k0) and all
                     ** stored columns */
  const char *rowid; /* if `whole`: the rowid's name; NULL if unreadable */
  int *columns;
  const char **collations; /* per column; NULL: the collation of the column */
  int count;
  bool nullable;      /* the key may be NULL; then it identifies no row */
  const bool *stable; /* if `whole`: the columns to compare; NULL: all */
  bool direct;        /* the identity table has only the exceptions */
  i64 highest;        /* if `direct`: no number is greater; 0 or more */
} RowKey;

/* Returns the key of the table. It is the PRIMARY KEY, if that cannot be NULL,
** as a rowid alias cannot. Otherwise it is the whole row with its rowid. If
** columns hide the rowid under all its names, it is any PRIMARY KEY or UNIQUE,
** preferably one that cannot be NULL. Without one, the table has no key (rowid
** NULL, count 0). */
RowKey rowkey_of(Ctx *ctx, const Table *table);

/* Returns true if the table has a key. */
bool rowkey_is_known(const RowKey *key);

/* Returns true if the key is the rowid alias of the table. */
bool rowkey_is_alias(const RowKey *key);

/* Returns the name of the rowid as SQL; NULL if the table has no rowid, or if
** columns hide it under all its names. */
const char *rowkey_rowid(Ctx *ctx, const Table *table);

/* Returns the key as a text, which the catalogue stores. Equal keys have equal
** texts. */
char *rowkey_norm(Ctx *ctx, const RowKey *key);

/* Returns true if both definitions of a table have the same key. */
bool rowkey_is_same(Ctx *ctx, const Table *from, const Table *to);

/* Return the key columns of an identity table. rowkey_define() returns their
** definitions, ", k0 INTEGER, k1 TEXT COLLATE nocase"; rowkey_names() returns
** their names, ", k0, k1". */
char *rowkey_define(Ctx *ctx, const RowKey *key);
char *rowkey_names(Ctx *ctx, const RowKey *key);

/* In the next three functions, `row` is the SQL qualifier of a row of the table
** (OLD, "user"). `names` is the same table with the names that the columns have
** in that row. */

/* Returns the values of the key in the row: ", OLD.rowid, OLD.a". */
char *rowkey_values(Ctx *ctx, const RowKey *key, const Table *names,
                    const char *row);

/* Returns a condition that is true if a row of the identity table belongs to
** the row: their keys are equal. `identity` is the name or alias of the
** identity table. */
char *rowkey_match(Ctx *ctx, const RowKey *key, const Table *names,
                   const char *identity, const char *row);

/* Returns an expression for the number of the row; it is NULL, '' or a number
** that no archived value has if the row has none. `identity` is the id of the
** identity table. */
char *rowkey_number(Ctx *ctx, const RowKey *key, const Table *names,
                    i64 identity, const char *row);

/* Returns the end of a join, " CROSS JOIN ... WHERE ...". It joins the row of
** the table whose number is `number`, an expression over the rows before it.
** `row` must be the quoted name of the table. */
char *rowkey_join(Ctx *ctx, const RowKey *key, const Table *names, i64 identity,
                  const char *row, const char *number);

/* Returns a condition that is true if the row has NULL in its key. For nullable
** keys. */
char *rowkey_has_null(Ctx *ctx, const RowKey *key, const Table *names,
                      const char *row);

/* The triggers on the table that keep identity table orm_archive_<identity>
** current: i is 0 (insert), 1 (update) or 2 (delete). */
enum { ROWKEY_TRIGGERS = 3 };

/* Returns the name of trigger i. */
char *rowkey_trigger_name(Ctx *ctx, i64 identity, int i);

/* Returns the CREATE TRIGGER statement of trigger i. */
char *rowkey_trigger(Ctx *ctx, const RowKey *key, i64 identity, int i);

/* Returns a condition that is true if two expressions have the same value and
** the same type. */
char *rowkey_same_value(Ctx *ctx, const char *a, const char *b);

/* Returns row."column". */
char *rowkey_qualify(Ctx *ctx, const char *row, const char *column);

/* Returns a prefix for the archive's own columns: the first of orm_, orm__, ...
** with which no column of the table begins. */
char *rowkey_unused_prefix(Ctx *ctx, const Table *table);

#endif
