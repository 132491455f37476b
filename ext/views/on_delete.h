/*
** on_delete: the trigger on a table for the delete of one of its rows, which
** other rows reference. It does in SQL what the cascades of SQLAlchemy do in a
** session: https://docs.sqlalchemy.org/orm/cascades.html. Pure.
*/
#ifndef ORM_ON_DELETE_H
#define ORM_ON_DELETE_H

#include "views/view_sql.h"

/* Adds the trigger of a direction. If the target has the foreign key, the
** targets of a deleted owner are deleted, or their foreign keys become NULL.
** There is no trigger if the direction is passive, or if the foreign key has ON
** DELETE: that clause applies then. If the owner has the foreign key, there is
** a trigger only with the cascade delete: it deletes the parent. */
void on_delete_trigger(const RelView *v);

#endif
