/*
** rowkey: how the rows of a table are told apart while values of theirs are
** kept elsewhere, and the SQL for that. Pure.
**
** A table that has kept values has an identity table in the archive: orm_row,
** a number never used again, and the key of the row that it stands for, in
** columns k0, k1, ... Triggers keep it right while rows are deleted, change
** their keys, or others reuse them. Kept values are found by orm_row.
*/
#ifndef ORM_ROWKEY_H
#define ORM_ROWKEY_H

#include "schema/schema.h"

/* What tells a row of a table apart. */
typedef struct RowKey {
  const Table *table;
  bool whole;        /* no key is declared: all its columns, and its rowid */
  const char *rowid; /* the rowid's name, where it is part of the key (k0) */
  int *columns;      /* k1, k2, ... */
  const char **collations; /* NULL: the column's */
  int count;
  bool nullable;      /* a row with NULL in the key cannot be told apart */
  const bool *stable; /* of the whole row, which columns count; NULL: all */
} RowKey;

/* The rowid alias; else a PRIMARY KEY that cannot be NULL; else the whole row
** with its rowid. Where columns take all names of the rowid, any PRIMARY KEY or
** UNIQUE; without one there is no key: rowid NULL, count 0. */
RowKey rowkey_key(Ctx *ctx, const Table *table);
bool rowkey_key_known(const RowKey *key);

/* The name of the rowid; NULL if there is none, or columns hide it on all its
** names. */
const char *rowkey_rowid(Ctx *ctx, const Table *table);

/* In one spelling: equal texts are equal keys. */
char *rowkey_key_norm(Ctx *ctx, const RowKey *key);
/* Has the table the same key under both definitions? */
bool rowkey_same_key(Ctx *ctx, const Table *from, const Table *to);

/* Of an identity table: ", k0, k1 TEXT COLLATE nocase", and ", k0, k1". */
char *rowkey_key_define(Ctx *ctx, const RowKey *key);
char *rowkey_key_names(Ctx *ctx, const RowKey *key);

/* Of a row of the table: `row` qualifies its columns (OLD, "user"), which have
** the names that they have in `names`. ", OLD.rowid, OLD.a" */
char *rowkey_key_values(Ctx *ctx, const RowKey *key, const Table *names,
                        const char *row);

/* Is the row of identity table `identity` (its name or alias) that row? */
char *rowkey_key_match(Ctx *ctx, const RowKey *key, const Table *names,
                       const char *identity, const char *row);

/* Has the row NULL in its key? For a key that is nullable. */
char *rowkey_key_is_null(Ctx *ctx, const RowKey *key, const Table *names,
                         const char *row);

/* CREATE TRIGGER for the identity table of an entry; i is from 0 to 2. */
enum { ROWKEY_TRIGGERS = 3 };
char *rowkey_trigger_name(Ctx *ctx, i64 entry, int i);
char *rowkey_trigger(Ctx *ctx, const RowKey *key, i64 entry, int i);

/* Two expressions, the same value to the byte. */
char *rowkey_same(Ctx *ctx, const char *a, const char *b);

/* row."column" */
char *rowkey_column(Ctx *ctx, const char *row, const char *column);

/* Names that begin with this are no columns of the table. */
char *rowkey_prefix(Ctx *ctx, const Table *table);

/* What decides how the column stores a value: its affinity, in a STRICT table
** its type. */
char *rowkey_type(Ctx *ctx, const Table *table, int column);

/* What the values of the column obey, a rule a line: that type, NOT NULL, and
** each CHECK, key and unique index that names it. The column's own name is left
** out, so that a rename changes nothing. */
char *rowkey_rules(Ctx *ctx, const Schema *schema, const Table *table,
                   int column);
/* Do values that obeyed these rules obey `rules`? */
bool rowkey_obeys(const char *obeyed, const char *rules);

/* The column's DEFAULT as an expression; "NULL" if it has none. */
const char *rowkey_default(Ctx *ctx, const Column *column);

/* ---- what comes back while a script runs -------------------------------- */

/* A column of a table that stays: over a row of the table as it is before the
** column comes (or is altered) back. */
typedef struct Return {
  const char *table, *column; /* column "": the rowid, where there was none */
  const char *exists;         /* is there a value for this row? */
  const char *value;          /* it */
  const char *number; /* of a rowid: where it would be NULL; NULL: none */
  bool altered;       /* the column is there already, its values are others */
  bool done;
} Return;

typedef struct Returns {
  Return *list;
  int count;
} Returns;

/* NULL if none. */
Return *rowkey_return(Returns *returns, const char *table, const char *column);

/* The value of the column; where none is kept, `otherwise`, or if that is NULL
** the column's default; where that is NULL, back->number. */
char *rowkey_source(Ctx *ctx, const Return *back, const Column *column,
                    const char *otherwise);

#endif
