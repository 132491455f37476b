/*
** through: many-to-many views, post__tags, through an association table. The
** view has the key of the owner with a prefix, the columns of the target, and
** the further columns of the association with its name as their prefix. INSERT
** links a row of the target, which it creates if it is missing. DELETE removes
** the link. Pure.
*/
#ifndef ORM_THROUGH_H
#define ORM_THROUGH_H

#include "views/view_sql.h"

/* Adds the view of RELATION_THROUGH. In RelView.as, self is the target and
** other is the association. */
void through_view(const RelView *v);

/* Adds its triggers. */
void through_triggers(const RelView *v);

/* Adds the triggers that delete the links of a deleted owner, and, if the
** direction is declared and not a backref, of a deleted target. */
void through_delete_triggers(const RelView *v);

#endif
