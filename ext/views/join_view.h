/*
** join_view: the views of a relationship with a condition of its own
** (`primaryjoin`) that no foreign key can express. They are read-only. Pure.
*/
#ifndef ORM_JOIN_VIEW_H
#define ORM_JOIN_VIEW_H

#include "views/view_sql.h"

/* Adds the view of RELATION_JOIN_MANY: the PRIMARY KEY of the owner with a
** prefix, and the columns of the target. Sets an error if the owner has no
** PRIMARY KEY. */
void join_many_view(const RelView *v);

/* Adds the view of RELATION_JOIN_ONE: the columns of the owner, and those of
** the target with a prefix. */
void join_one_view(const RelView *v);

#endif
