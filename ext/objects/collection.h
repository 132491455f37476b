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

#endif
