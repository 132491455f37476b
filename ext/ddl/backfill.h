/*
** backfill: the expressions that fill new and changed columns. A script hands
** them to orm_alter_table() in comments, `-- @backfill expression`. An
** expression reads the row as it was before the change.
*/
#ifndef ORM_BACKFILL_H
#define ORM_BACKFILL_H

#include "ddl/parse.h"

/* A backfill of a script. */
typedef struct Backfill {
  const char *table, *column; /* names after the call */
  const char *row;            /* name of the table before the call */
  const char *value;          /* the expression */
} Backfill;

/* The backfills of a script, in its order. */
typedef struct Backfills {
  Backfill *list;
  int count;
} Backfills;

/* Returns the backfills of a script, which may be NULL. The text of the script
** counts, not the declarations: it is what runs, and people may have edited it.
** Only calls orm_alter_table('name', 'CREATE TABLE ...') with two literals are
** found. A text that does not parse has no backfills, because it fails when it
** runs. */
Backfills backfill_list(Ctx *ctx, const char *script);

/* Returns the last backfill of the column, or with `column` NULL of any column
** of the table; NULL if there is none. */
const Backfill *backfill_find(const Backfills *backfills, const char *table,
                              const char *column);

/* Returns the SQL of the value for a row of `table`, as a subquery in which the
** row is named `row`. Its columns have their names in `before`, and those in
** `now` too; all three tables have the same columns in the same order. */
char *backfill_value(Ctx *ctx, const char *value, const char *row,
                     const Table *table, const Table *before, const Table *now);

#endif
