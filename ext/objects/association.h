/*
** association: saves and deletes the links of many-to-many relationships: rows
** of an association table with one foreign key onto the owner and one onto the
** target.
*/
#ifndef ORM_ASSOCIATION_H
#define ORM_ASSOCIATION_H

#include "objects/save_graph.h"

/* Makes the links of the owner equal to the JSON, which has the same shapes as
** in collection_save(). A target is found or created like any object. Its JSON
** may have further columns of the association, post_tag__weight. An object that
** leaves the collection loses its link, and with delete-orphan is deleted. */
void association_save(Store *s, const SavedRow *owner, const StoreLink *link,
                      const JsonValue *v);

/* Deletes the links of an owner that is about to be deleted, and, if the
** cascade says so, their targets. */
void association_remove(Store *s, const SavedRow *owner, const StoreLink *link);

#endif
