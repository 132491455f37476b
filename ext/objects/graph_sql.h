/*
** graph_sql: turns a selection into one SELECT, with a subquery for each
** relationship. Pure.
**
** A SELECT has one of two dialects. GRAPH_PLAIN uses only functions of SQLite.
** GRAPH_EXACT uses those of render_json.h in their place: they render reals
** exactly, and do not depend on functions that the application may have
** replaced. Both give the same JSON.
*/
#ifndef ORM_GRAPH_SQL_H
#define ORM_GRAPH_SQL_H

#include "objects/selection.h"

/* The functions that a SELECT uses. */
typedef enum GraphDialect { GRAPH_EXACT, GRAPH_PLAIN } GraphDialect;

/* Returns the SELECT of the objects of a class as JSON, one column, `object`.
** It ends with FROM and the table, so that a WHERE can follow. A deep graph
** begins with WITH. */
const char *graph_sql(Ctx *ctx, const Selection *selection,
                      GraphDialect dialect);

/* Returns "main"."post"."id" for a column of the outermost table. */
const char *graph_sql_column(Ctx *ctx, const Class *c, int column);

#endif
