/*
** rowkey: the key that identifies the rows of a table while values of these
** rows are in the archive, and the SQL for that key. Pure.
**
** A table with archived values has an identity table (archive/identity.h): one
** row for each row of the table, with orm_row, a number that is never used
** again, and the row's key in columns k0, k1, ... Three triggers on the table
** keep the identity table current when rows are deleted, change their key, or
** get the key of another row. Archived values refer to orm_row, never to the
** key.
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
  const char *rowid; /* with `whole`, the name of the rowid; NULL: unreadable */
  int *columns;
  const char **collations; /* per column; NULL: the collation of the column */
  int count;
  bool nullable;      /* a row with NULL in its key is not identified */
  const bool *stable; /* with `whole`, the columns to compare; NULL: all */
} RowKey;

/* Returns the key of the table: a PRIMARY KEY that cannot be NULL, the rowid
** alias included; else the whole row with its rowid. If columns take all names
** of the rowid: any PRIMARY KEY or UNIQUE; without one, there is no key (rowid
** NULL, count 0). */
RowKey rowkey_of(Ctx *ctx, const Table *table);

/* Returns true if the table has a key. */
bool rowkey_is_known(const RowKey *key);

/* Returns the rowid's name as SQL; NULL if there is none, or if columns hide it
** under all its names. */
const char *rowkey_rowid(Ctx *ctx, const Table *table);

/* Returns the key in one spelling: equal texts are equal keys. The catalogue
** stores this text. */
char *rowkey_norm(Ctx *ctx, const RowKey *key);

/* Returns true if both definitions of a table have the same key. */
bool rowkey_is_same(Ctx *ctx, const Table *from, const Table *to);

/* Return the key columns of an identity table: as definitions, ", k0, k1 TEXT
** COLLATE nocase", and as names, ", k0, k1". */
char *rowkey_define(Ctx *ctx, const RowKey *key);
char *rowkey_names(Ctx *ctx, const RowKey *key);

/* In the next three functions, `row` is SQL that qualifies the columns of a row
** of the table (OLD, "user"), and `names` is the table with the column names
** that this row has. */

/* Returns the values of the key in the row: ", OLD.rowid, OLD.a". */
char *rowkey_values(Ctx *ctx, const RowKey *key, const Table *names,
                    const char *row);

/* Returns a condition: the row of the identity table `identity` (its name or
** alias) has the key of the row. */
char *rowkey_match(Ctx *ctx, const RowKey *key, const Table *names,
                   const char *identity, const char *row);

/* Returns a condition: the row has NULL in its key. For nullable keys. */
char *rowkey_has_null(Ctx *ctx, const RowKey *key, const Table *names,
                      const char *row);

/* The triggers on the table that keep identity table orm_archive_<identity>
** current: i is 0 (insert), 1 (update) or 2 (delete). */
enum { ROWKEY_TRIGGERS = 3 };

/* Returns the name of trigger i. */
char *rowkey_trigger_name(Ctx *ctx, i64 identity, int i);

/* Returns the CREATE TRIGGER statement of trigger i. */
char *rowkey_trigger(Ctx *ctx, const RowKey *key, i64 identity, int i);

/* Returns a condition: two expressions have the same value, type included. */
char *rowkey_same_value(Ctx *ctx, const char *a, const char *b);

/* Returns row."column". */
char *rowkey_qualify(Ctx *ctx, const char *row, const char *column);

/* Returns a prefix (orm_, orm__, ...) that no column of the table begins with:
** the archive's own columns have it. */
char *rowkey_unused_prefix(Ctx *ctx, const Table *table);

#endif
