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

#endif
