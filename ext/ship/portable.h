/*
** portable: recorded versions as plain SQL, which needs no extension.
**
** A script is played statement by statement on a database in memory that has
** the schema it starts from, and no rows. What orm_alter_table() runs there is
** what stands in its place; before it, what it takes for granted is asked: the
** table must have just the columns, indexes and triggers that it knows.
** The archive is orm's: such a script keeps nothing, and brings nothing back.
*/
#ifndef ORM_PORTABLE_H
#define ORM_PORTABLE_H

#include "meta/history.h"

typedef struct Portable {
  const char *sql;
  bool alone; /* it drops or rewrites tables: with foreign keys off, which can
              ** be switched outside of a transaction only */
} Portable;

/* The version's script, or its undo. */
Portable portable_version(Ctx *ctx, const Version *version, bool undo);

/* The same with the transaction around it that it needs, if any. */
char *portable_enclosed(Ctx *ctx, const Portable *portable);

/* One script that leads from one version to another, up or down, to be run by
** `sqlite3 -bail`. -1: from the present version, to the newest. */
char *portable_range(Ctx *ctx, i64 from, i64 to);

#endif
