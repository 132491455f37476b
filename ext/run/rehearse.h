/*
** rehearse: runs an upgrade, its undo, and the upgrade again, by the code of
** migrate.h, verifies the results, and rolls everything back.
*/
#ifndef ORM_REHEARSE_H
#define ORM_REHEARSE_H

#include "base/context.h"

/* Rehearses the pending versions up to `target`; -1: all. If none is pending,
** rehearses the version that migrate_record() would record. Returns the report,
** as JSON. An error of the migration is part of the report and does not fail
** the call. */
char *rehearse_here(Ctx *ctx, i64 target);

/* Rehearses on a temporary copy of the database. The part of the copy that does
** not fit into SQLite's cache is in a temporary file. `load` registers the
** functions of orm on a connection and returns an SQLite result code. */
char *rehearse_copy(Ctx *ctx, i64 target, int (*load)(sqlite3 *));

#endif
