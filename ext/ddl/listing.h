/*
** listing: statements of scripts that other programs print, such as .schema,
** .fullschema and .dump of the sqlite3 shell, and structure.sql of Rails.
*/
#ifndef ORM_LISTING_H
#define ORM_LISTING_H

#include "ddl/parse.h"

/* Is the statement in tokens from to to-1 one that needs no declaration? That
** is bookkeeping of SQLite (sqlite_sequence, sqlite_stat1, ANALYZE) and of
** Rails (the rows of schema_migrations). Another statement that is no CREATE is
** an error that gives the way out. */
bool listing_skips(Ctx *ctx, const Tokens *tokens, int from, int to);

/* Sets the error if the statement was written without a comma between two
** columns: SQLite takes `a TEXT <line end> b TEXT` for one column of the type
** "TEXT b TEXT". */
void listing_check_commas(Ctx *ctx, const Tokens *tokens, const Table *table);

#endif
