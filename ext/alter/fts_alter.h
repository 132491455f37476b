/*
** fts_alter: changes a full-text table with external content (fts_content.h) to
** a definition that has other names of its columns and of its content table.
*/
#ifndef ORM_FTS_ALTER_H
#define ORM_FTS_ALTER_H

#include "base/guard.h"
#include "schema/schema.h"

/* Changes the table to the CREATE VIRTUAL TABLE statement `sql`, inside the
** caller's guard. Only the text in sqlite_schema changes, and the index stays
** as it is. If the connection forbids that edit (SQLITE_DBCONFIG_DEFENSIVE), or
** if a transcript is wanted, the table is created again and its index built
** from the content. This is an error if the index does not have exactly the
** rows of the content. Returns true if the index was built. */
bool fts_alter_table(Ctx *ctx, const Object *old, const char *sql);

#endif
