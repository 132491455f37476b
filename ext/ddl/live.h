/*
** live: reads sqlite_schema of "main" into the structs of schema/schema.h.
*/
#ifndef ORM_LIVE_H
#define ORM_LIVE_H

#include "ddl/parse.h"

/* Returns all tables, indexes with a text, views, triggers and virtual tables
** except those of SQLite and orm. A text that the parser does not understand is
** left out, so that it blocks nothing but itself. */
Schema *live_read(Ctx *ctx);

/* Does the same for one table and its indexes. */
Schema *live_read_table(Ctx *ctx, const char *table);

/* Returns the table of this name. A missing table, and a view or a virtual
** table, are errors. */
Table *live_table(Ctx *ctx, const char *name);

/* Returns the reason why a statement of sqlite_schema cannot be declared: the
** parser's message, or that a name is empty. NULL if it can be declared. */
const char *live_unsupported(Ctx *ctx, const char *sql);

#endif
