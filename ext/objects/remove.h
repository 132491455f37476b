/*
** remove: orm_delete(): deletes an object with its cascades. orm_delete() does
** the work of the triggers that a migration makes for the relationships, so
** that it also works on adopted databases, which lack them.
*/
#ifndef ORM_REMOVE_H
#define ORM_REMOVE_H

#include "objects/store.h"

/* Deletes the object with this key. Returns the number of deleted objects of
** the model, 0 or 1. Deletes all or nothing. */
int remove_graph(Ctx *ctx, const char *model, sqlite3_value *key);

/* Deletes the row with the PRIMARY KEY in `key`, after its children. Returns
** the number of rows of the class that were deleted. */
int remove_object(Store *s, StoreClass *c, RowValues key);

#endif
