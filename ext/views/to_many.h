/*
** to_many: views to many rows, user__posts. The view has the key of the owner
** with a prefix, then the columns of the target. INSERT adds a row to the
** collection, or moves it there. DELETE removes a row from the collection.
** Pure.
*/
#ifndef ORM_TO_MANY_H
#define ORM_TO_MANY_H

#include "views/view_sql.h"

/* Adds the view of RELATION_TO_MANY. In RelView.as, self is the target and
** other is the owner. */
void to_many_view(const RelView *v);

/* Adds its triggers. */
void to_many_triggers(const RelView *v);

#endif
