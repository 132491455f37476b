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

/* The relationship that leads to an object. */
typedef struct SaveFrame {
  ColumnList
      fixed;       /* columns of the object, the foreign key of a collection, */
  RowValues given; /* and the values that they must have */
  const StoreLink
      *via;          /* a many-to-many relationship, or NULL; then the JSON */
  RowValues further; /* may have columns of the association, which go here */
} SaveFrame;

/* Saves one object. `frame` may be NULL. */
SavedRow save_object(Store *s, StoreClass *c, const JsonValue *v,
                     const SaveFrame *frame);

/* Returns the row that the columns in the JSON and the frame identify, without
** saving anything. If `found` is false, only given values are set. */
SavedRow save_look_up(Store *s, StoreClass *c, const JsonValue *v,
                      const SaveFrame *frame);

/* Reads the columns of a row with a PRIMARY KEY whose values are unknown. */
void save_read_unknown(Store *s, StoreClass *c, ColumnList columns,
                       RowValues values);

#endif
