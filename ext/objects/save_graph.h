/*
** save_graph: orm_save(): makes the stored graph equal to JSON.
**
** An object is found by its PRIMARY KEY if the JSON has it, or else by the
** columns of a UNIQUE that the JSON has. If the object exists, orm_save()
** updates the members that the JSON has. Otherwise it inserts the object. The
** objects of relationships to one are saved first, because the foreign key
** needs their keys, and those of other relationships last (collection.h).
*/
#ifndef ORM_SAVE_GRAPH_H
#define ORM_SAVE_GRAPH_H

#include "objects/store.h"

/* Saves the object, or the objects of the array, that a JSON text describes.
** Sets the key as the result: the value of the PRIMARY KEY or a JSON array of
** its columns; for an array of objects, a JSON array of their keys. Saves all
** or nothing. */
void save_json(Ctx *ctx, const char *model, sqlite3_value *json,
               sqlite3_context *out);

/* A row that is being saved. */
typedef struct SavedRow {
  StoreClass *of;
  RowValues values; /* of the JSON; after save_object() with the PRIMARY KEY */
  bool found;       /* the row existed */
} SavedRow;

/* Saves one object. `fixed` are columns, the foreign key of a collection, whose
** values in `given` the object must have. */
SavedRow save_object(Store *s, StoreClass *c, const JsonValue *v,
                     ColumnList fixed, RowValues given);

/* Returns the row that the columns in the JSON identify, without saving
** anything. If `found` is false, only given values are set. */
SavedRow save_look_up(Store *s, StoreClass *c, const JsonValue *v,
                      ColumnList fixed, RowValues given);

#endif
