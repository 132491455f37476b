/*
** backfill: the expressions that fill new and changed columns. A script passes
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

/* Returns the backfills of a script, which may be NULL. They are read from the
** text of the script, not from the declarations, because the text runs, and
** people may have edited it. Only calls orm_alter_table('name', 'CREATE TABLE
** ...') with two literals are found. A text that does not parse has no
** backfills: it fails when it runs. */
Backfills backfill_list(Ctx *ctx, const char *script);

/* Returns the last backfill of the column; NULL if there is none. If `column`
** is NULL, any column of the table counts. */
const Backfill *backfill_find(const Backfills *backfills, const char *table,
                              const char *column);

/* Returns the SQL of the expression `value` for a row of `table`: a subquery in
** which the row is named `row`. In it, each column has its name in `before` and
** also its name in `now`. All three tables have the same columns in the same
** order. */
char *backfill_value(Ctx *ctx, const char *value, const char *row,
                     const Table *table, const Table *before, const Table *now);

#endif
