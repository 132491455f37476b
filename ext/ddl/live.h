/*
** live: reads sqlite_schema of "main" into the structs of schema/schema.h.
*/
#ifndef ORM_LIVE_H
#define ORM_LIVE_H

#include "ddl/parse.h"

/* Returns all tables, indexes with a text, views, triggers and virtual tables,
** except those of SQLite and orm. An object whose text the parser does not
** understand is left out, so that it does not block changes of other
** objects. */
Schema *live_read(Ctx *ctx);

/* Returns the same for one table and its indexes. */
Schema *live_read_table(Ctx *ctx, const char *table);

/* Returns the table of this name. It is an error if the table is missing, or is
** a view or a virtual table. */
Table *live_table(Ctx *ctx, const char *name);

/* Returns the reason why a statement of sqlite_schema cannot be declared: the
** parser's message, or that a name is empty. NULL if it can be declared. */
const char *live_unsupported(Ctx *ctx, const char *sql);

#endif
