/*
** collection: saves the members of an object that are relationships to objects
** with a foreign key onto it: posts of a user, the profile of a user.
*/
#ifndef ORM_COLLECTION_H
#define ORM_COLLECTION_H

#include "objects/save_graph.h"

/* Makes the collection of the owner equal to the JSON: an array is the whole
** collection; {"add": [...], "remove": [...]} changes a part of it. Of a
** relationship to one, an object or null is the whole. An object that leaves
** the collection loses its foreign key, or, with delete-orphan, is deleted. */
void collection_save(Store *s, const SavedRow *owner, const StoreLink *link,
                     const JsonValue *v);

/* Returns the row that an element of "remove" names: a key, or an object that
** has, with the frame, the columns of a key. */
SavedRow collection_look_up(Store *s, StoreClass *c, const JsonValue *v,
                            const SaveFrame *frame);

/* Calls `change` for each element of an array, with its index in the path. */
typedef void CollectionChange(void *collection, const JsonValue *element);
void collection_each(Store *s, void *collection, const JsonValue *array,
                     CollectionChange *change);

/* Splits {"add": [...], "remove": [...]}. Sets an error for any other object.
** */
void collection_parts(Store *s, const JsonValue *v, const JsonValue **add,
                      const JsonValue **rest);

/* Sets the error for a value that is not a collection. */
void collection_wrong_shape(Store *s, bool many);

#endif
