/*
** alter: one live table to a new definition.
*/
#ifndef ORM_ALTER_H
#define ORM_ALTER_H

#include "base/context.h"

typedef struct AlterOptions {
  const char *method; /* NULL: the cheapest that is safe */
  bool alone;         /* a call of the user's own, not of a script */
  bool drop;          /* columns may be dropped */
} AlterOptions;

/* Makes the table of "main" what create_sql says; rows, rowids, indexes,
** triggers, AUTOINCREMENT's sequence and statistics stay, and so do views,
** triggers elsewhere and foreign keys that name it. Columns keep their values
** by name, or by `-- @renamed from=old` after them; `-- @backfill expr`
** computes them from the old row; new ones get their DEFAULT.
**
** It goes the cheapest way that is safe (rules.h), or the one that `method`
** names; where that cannot be gone, it is an error that says why. A scan that
** is forced proves all NOT NULL and CHECK. Returns the way: "instant", "scan",
** "rewrite". All or nothing.
**
** Where ctx keeps a script (transcript.h), it gets the SQL of it, for any
** SQLite.
**
** The text that is given becomes the text of the table, without its directives.
** That of an index, a view or a trigger must say what it says already.
**
** alone: a column that would be dropped is an error, unless `-- @dropped name`
** or the option drop allows it: in a script, the archive keeps it. Foreign keys
** that are newly broken, and views and triggers that worked and would no
** longer, are an error. A script checks them at its end instead, because a
** later statement may mend them. */
const char *alter_table(Ctx *ctx, const char *table, const char *create_sql,
                        const AlterOptions *options);

#endif
