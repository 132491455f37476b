/*
** fill: what fills columns. orm_alter_table() is told by comments,
** `-- @backfill expression`, over the row as it was before.
*/
#ifndef ORM_FILL_H
#define ORM_FILL_H

#include "parse.h"

typedef struct Fill {
  const char *table, *column; /* as they are called then */
  const char *row;            /* as the table was called before */
  const char *value;          /* the expression */
} Fill;

typedef struct Fills {
  Fill *list;
  int count;
} Fills;

/* Those of a script: its text is what runs, whatever the declarations say by
** now, and somebody may have edited it. It is looked for
** orm_alter_table('name', 'CREATE TABLE ...'), the two being literals. */
Fills fill_list(Ctx *ctx, const char *script);

/* What fills the column of the table (NULL: any of it); NULL if nothing does.
** Where several do, the last. */
const Fill *fill_find(const Fills *fills, const char *table,
                      const char *column);

/* The value, for a row of `table`. Its columns have the names of `before`
** there, and those of `now` besides: both are tables of the same columns. */
char *fill_value(Ctx *ctx, const char *value, const char *row,
                 const Table *table, const Table *before, const Table *now);

#endif
