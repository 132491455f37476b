/*
** backfill: what fills columns. orm_alter_table() is told by comments,
** `-- @backfill expression`, over the row as it was before.
*/
#ifndef ORM_BACKFILL_H
#define ORM_BACKFILL_H

#include "ddl/parse.h"

typedef struct Backfill {
  const char *table, *column; /* as they are called then */
  const char *row;            /* as the table was called before */
  const char *value;          /* the expression */
} Backfill;

typedef struct Backfills {
  Backfill *list;
  int count;
} Backfills;

/* Those of a script: its text is what runs, whatever the declarations say by
** now, and somebody may have edited it. It is looked for
** orm_alter_table('name', 'CREATE TABLE ...'), the two being literals. */
Backfills backfill_list(Ctx *ctx, const char *script);

/* What fills the column of the table (NULL: any of it); NULL if nothing does.
** Where several do, the last. */
const Backfill *backfill_find(const Backfills *fills, const char *table,
                              const char *column);

/* The value, for a row of `table`. Its columns have the names of `before`
** there, and those of `now` besides: both are tables of the same columns. */
char *backfill_value(Ctx *ctx, const char *value, const char *row,
                     const Table *table, const Table *before, const Table *now);

#endif
