/*
** listing: accepts scripts that other programs print: .schema, .fullschema and
** .dump of the sqlite3 shell, and structure.sql of Rails.
*/
#ifndef ORM_LISTING_H
#define ORM_LISTING_H

#include "ddl/parse.h"

/* Returns true if the statement in tokens `from` to `to` - 1 need not be
** declared, because it is bookkeeping of SQLite (sqlite_sequence, sqlite_stat1,
** ANALYZE) or of Rails (the rows of schema_migrations). Sets an error if any
** other statement is not a CREATE. The error tells how to declare the
** script. */
bool listing_skips(Ctx *ctx, const Tokens *tokens, int from, int to);

/* Sets an error if a comma between two columns seems to be missing. To SQLite,
** `a TEXT <line end> b TEXT` is one column of the type "TEXT b TEXT". */
void listing_check_commas(Ctx *ctx, const Tokens *tokens, const Table *table);

#endif
