/*
** value_bind: JSON values to values of SQLite, with the checks that the type of
** a column states and SQLite does not make.
*/
#ifndef ORM_VALUE_BIND_H
#define ORM_VALUE_BIND_H

#include "objects/classes.h"
#include "objects/json.h"

/* Binds a JSON value for a column to parameter i. Sets an error if the type of
** the column does not take the value:
**   Boolean     true, false, 0, 1
**   Date, DateTime, Time   a date or time that exists, or a number
**   Enum        one of its words
**   String(n)   up to n characters
**   JSON        any JSON
**   others      no true, false, array or object
** {"$blob": hex}, {"$text": hex} and {"$real": "Infinity"} are a BLOB, text of
** these bytes, and a real. A value that comes from a row is not checked. */
void value_bind(Ctx *ctx, sqlite3_stmt *stmt, int i, const Class *c, int column,
                const JsonValue *v);

#endif
