/*
** fts_alter: changes the names of the columns and of the content table in the
** definition of a full-text table with external content (fts_content.h).
*/
#ifndef ORM_FTS_ALTER_H
#define ORM_FTS_ALTER_H

#include "base/guard.h"
#include "schema/schema.h"

/* Changes the table to the CREATE VIRTUAL TABLE statement `sql`, inside the
** caller's guard. Edits only the text in sqlite_schema; the full-text index
** stays as it is. If the connection forbids the edit
** (SQLITE_DBCONFIG_DEFENSIVE), or if a transcript is recorded, recreates the
** table and builds the index from the content; this fails unless the index has
** exactly the rows of the content. Returns true if the index was built. */
bool fts_alter_table(Ctx *ctx, const Object *old, const char *sql);

#endif
