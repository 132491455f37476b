/*
** portable: translates recorded versions to plain SQL that needs no extension.
**
** A script runs statement by statement on a scratch database, in memory, that
** has the schema from which the script starts and no rows. A call of
** orm_alter_table() is replaced by the statements that it runs there. Before
** them, the translation puts checks of their assumptions: the table must have
** exactly the columns, indexes and triggers that orm knows.
**
** The archive needs the extension: a portable script keeps no values and
** restores none.
*/
#ifndef ORM_PORTABLE_H
#define ORM_PORTABLE_H

#include "meta/history.h"

/* A script as plain SQL. */
typedef struct Portable {
  const char *sql;
  bool alone; /* it drops or rewrites tables, so foreign keys must be off, which
              ** is possible outside of a transaction only */
} Portable;

/* Translates the version's script, or its undo script; an empty script if the
** version has no undo. A statement without a translation is an error that names
** the version and the line. */
Portable portable_version(Ctx *ctx, const Version *version, bool undo);

/* Returns the SQL, with the PRAGMA and the transaction that it needs if it is
** `alone`. */
char *portable_enclosed(Ctx *ctx, const Portable *portable);

/* Returns one script that leads from one version to another, up or down, for
** `sqlite3 -bail`. `from` -1 is the present version, `to` -1 the newest. */
char *portable_range(Ctx *ctx, i64 from, i64 to);

#endif
