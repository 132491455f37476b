/*
** rehearse: an upgrade, its undo, and the upgrade again, by the very code that
** does it, checked, and rolled back.
*/
#ifndef ORM_REHEARSE_H
#define ORM_REHEARSE_H

#include "base/context.h"

/* Versions up to target; -1: all, and where none is pending, the one that
** migrate_record() would make. The report, JSON; what a migration would fail
** on is said there, and no error. */
char *rehearse_here(Ctx *ctx, i64 target);

/* The same on a copy, which SQLite keeps in a temporary file as far as it does
** not fit into its cache. `load` makes orm's functions known to a connection;
** an SQLite result code. */
char *rehearse_copy(Ctx *ctx, i64 target, int (*load)(sqlite3 *));

#endif
