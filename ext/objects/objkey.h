/*
** objkey: the key of an object, as orm_get() and orm_delete() take it and
** orm_save() returns it.
**
**   a value        the PRIMARY KEY, of one column
**   a JSON array   the columns of the PRIMARY KEY, in its order
**   a JSON object  columns that include a PRIMARY KEY or a UNIQUE; of a view,
**                  any columns
*/
#ifndef ORM_OBJKEY_H
#define ORM_OBJKEY_H

#include "objects/classes.h"
#include "objects/json.h"

/* A key. */
typedef struct ObjectKey {
  const Class *of;
  const int *columns; /* indexes into of->table->columns */
  int count;
  sqlite3_value *plain;     /* the value of the only column, or NULL */
  const JsonValue **values; /* otherwise the value of each column */
} ObjectKey;

/* Returns the key that a value gives. Sets an error if it is no key of the
** class. */
ObjectKey objkey_read(Ctx *ctx, const Class *c, sqlite3_value *value);

/* Returns the key that a JSON value gives. */
ObjectKey objkey_of_json(Ctx *ctx, const Class *c, const JsonValue *v);

/* Returns true if a part of the key is NULL: then no object has it. */
bool objkey_has_null(const ObjectKey *key);

/* Returns the condition that selects the object, with the parameters from ?1
** on. */
const char *objkey_where(Ctx *ctx, const ObjectKey *key);

/* Returns true if both keys have the same columns in the same order. */
bool objkey_same_columns(const ObjectKey *key, const int *columns, int count);

/* Binds the key to these parameters. */
void objkey_bind(Ctx *ctx, const ObjectKey *key, sqlite3_stmt *stmt);

#endif
