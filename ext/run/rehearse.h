/*
** rehearse: an upgrade, its undo, and the upgrade again, by the code of
** migrate.h, verified and rolled back.
*/
#ifndef ORM_REHEARSE_H
#define ORM_REHEARSE_H

#include "base/context.h"

/* Rehearses the pending versions up to target; -1: all. If none is pending, the
** version that migrate_record() would record. Returns the report, as JSON. An
** error of the migration is in the report, and no error of the call. */
char *rehearse_here(Ctx *ctx, i64 target);

/* Rehearses on a copy. SQLite keeps it in a temporary file as far as it does
** not fit into the cache. `load` registers the functions of orm on a connection
** and returns an SQLite result code. */
char *rehearse_copy(Ctx *ctx, i64 target, int (*load)(sqlite3 *));

#endif
