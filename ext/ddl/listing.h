/*
** listing: accepts scripts that other programs print: .schema, .fullschema and
** .dump of the sqlite3 shell, and structure.sql of Rails.
*/
#ifndef ORM_LISTING_H
#define ORM_LISTING_H

#include "ddl/parse.h"

/* Returns true if the statement in tokens from to to-1 needs no declaration:
** bookkeeping of SQLite (sqlite_sequence, sqlite_stat1, ANALYZE) or of Rails
** (the rows of schema_migrations). Another statement that is not CREATE is an
** error that says how to declare the script. */
bool listing_skips(Ctx *ctx, const Tokens *tokens, int from, int to);

/* Sets an error if a comma between two columns seems to be missing: SQLite
** takes `a TEXT <line end> b TEXT` as one column of the type "TEXT b TEXT". */
void listing_check_commas(Ctx *ctx, const Tokens *tokens, const Table *table);

#endif
