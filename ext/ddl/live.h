/*
** live: sqlite_schema of "main" to structs.
*/
#ifndef ORM_LIVE_H
#define ORM_LIVE_H

#include "ddl/parse.h"

/* All tables, indexes with a text, views, triggers and virtual tables, but
** SQLite's own and orm's. A text that our parser does not understand is left
** out, so that it cannot block what does not concern it. */
Schema *live_read(Ctx *ctx);

/* Of those, the table of that name and its indexes. */
Schema *live_read_table(Ctx *ctx, const char *table);

/* Why a statement of sqlite_schema cannot be declared: our parser does not
** understand it, or a name in it is empty. NULL if it can. */
const char *live_unsupported(Ctx *ctx, const char *sql);

/* The table of that name; an error if there is none, or if it is something
** else than an ordinary table. */
Table *live_table(Ctx *ctx, const char *name);

#endif
