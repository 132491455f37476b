/*
** key_json: writes the PRIMARY KEY of a row as JSON.
*/
#ifndef ORM_KEY_JSON_H
#define ORM_KEY_JSON_H

#include "objects/json_text.h"
#include "objects/store.h"

/* Appends the PRIMARY KEY of a row: its value, or an array of its columns. A
** single value also becomes an array if `array` is true. */
void key_json_add(JsonText *text, const StoreClass *c, RowValues values,
                  bool array);

/* Adds "object KEY WHAT: " to the front of the error, if one is set: the row
** with this PRIMARY KEY has caused it. */
void key_json_blame(Store *s, const StoreClass *c, RowValues values,
                    const char *what);

#endif
