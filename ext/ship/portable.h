/*
** portable: translates recorded versions to plain SQL that needs no extension.
**
** The translation runs a script, statement by statement, on a scratch database
** in memory (trial.h). This database has the schema from which the script
** starts, and no rows. A call of orm_alter_table() is replaced by the
** statements that the call runs there. Checks precede these statements: the
** table must have exactly the columns, indexes and triggers that orm knows.
**
** The archive needs the extension. Therefore a portable script saves and
** restores no values.
*/
#ifndef ORM_PORTABLE_H
#define ORM_PORTABLE_H

#include "ship/trial.h"

/* A script as plain SQL. */
typedef struct Portable {
  const char *sql;
  bool alone; /* it drops or rewrites tables, so foreign keys must be off; they
              ** can be switched off only outside of a transaction */
} Portable;

/* Translates the script of the version, or its undo script if `undo` is true.
** Returns an empty script if the version has no undo script. A statement
** without a translation is an error that names the version and the line.
** Afterwards the trial has the schema of the version, also after the undo: it
** is cheapest to translate ascending versions, each with its undo. */
Portable portable_version(Ctx *ctx, Trial *trial, const Version *version,
                          bool undo);

/* Returns the SQL. If `alone` is true, encloses it in a transaction and writes
** PRAGMA foreign_keys = OFF before the transaction. */
char *portable_enclosed(Ctx *ctx, const Portable *portable);

/* Returns one script that leads from one version to another, up or down, for
** `sqlite3 -bail`. `from` -1 is the present version, `to` -1 the newest. */
char *portable_range(Ctx *ctx, i64 from, i64 to);

#endif
