/*
** render_json: the SQL functions that orm_get() uses to make JSON of rows. They
** are registered on the connection, and called only by the SQL of graph_sql.
**
**   orm_render_object(members, value, ...)   an object. `members` has a line
**       for each value: a letter, then `"name":`, with a comma before it from
**       the second on. The letters are v (a value), b (a Boolean), j (JSON),
**       r (rendered JSON or NULL).
**   orm_render_array(object)                 aggregate: an array of rendered
**       objects
**   orm_render_rest(graph, i, key...)        runs statement i of a RenderRest
**       with the key as parameters from ?2 on, and returns its value
**
** Values that JSON lacks become objects: {"$blob": hex}, {"$text": hex} for
** text that is not UTF-8, {"$real": "Infinity"}. In a JSON column, an object
** whose first member has such a name becomes {"$json": object}, and text that
** is not JSON becomes {"$text": hex}.
*/
#ifndef ORM_RENDER_JSON_H
#define ORM_RENDER_JSON_H

#include "base/context.h"

/* Registers the functions. Returns an SQLite result code. */
int render_json_register(sqlite3 *db);

/* The statements of orm_render_rest() for one graph. */
typedef struct RenderRest {
  const char *const *sql;
  sqlite3_stmt **stmts; /* prepared when they are first needed */
  int count;
} RenderRest;

/* Returns the statements with these texts, which must live as long as the
** result. render_json_end_rest() must follow. */
RenderRest render_json_rest(Ctx *ctx, const char *const *sql, int count);
/* Finalizes the statements. */
void render_json_end_rest(const RenderRest *rest);

/* Binds the statements to parameter 1 of a statement that may call
** orm_render_rest(). */
void render_json_bind_rest(sqlite3_stmt *stmt, const RenderRest *rest);

#endif
