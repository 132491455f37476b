/*
** fts_alter: a full-text table whose content is elsewhere (fts_content.h), to a
** definition that has other names for its columns and its content.
*/
#ifndef ORM_FTS_ALTER_H
#define ORM_FTS_ALTER_H

#include "base/guard.h"
#include "schema/schema.h"

/* Makes it what the CREATE VIRTUAL TABLE says, in the caller's guard. The index
** stays as it is: only the text in sqlite_schema changes. Where the connection
** forbids that (SQLITE_DBCONFIG_DEFENSIVE), or ctx keeps a script, it is
** created again, and its index is built from the content: it must have had the
** same rows. Returns whether it was built. */
bool fts_alter_table(Ctx *ctx, const Object *old, const char *sql);

#endif
