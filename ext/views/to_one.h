/*
** to_one: views to one row, post__author. The view has the columns of the
** owner, then the columns of the target with a prefix. In an INSERT or UPDATE,
** the values of the target's unique columns choose the row of the target that
** is connected. Pure.
*/
#ifndef ORM_TO_ONE_H
#define ORM_TO_ONE_H

#include "views/choose.h"
#include "views/own.h"

/* Adds the view of RELATION_TO_ONE and RELATION_TO_ONE_CHILD. In RelView.as,
** self is the owner and other is the target. */
void to_one_view(const RelView *v);

/* Adds the triggers of RELATION_TO_ONE. */
void to_one_triggers(const RelView *v);

/* Adds the UPDATE trigger of a table with the foreign key. It also sets the
** foreign key to the key of the row that the choosers name. */
void to_one_update_trigger(const RelView *v, const OwnColumns *own,
                           const Choosers *choosers);

/* Adds the triggers of RELATION_TO_ONE_CHILD. */
void to_one_child_triggers(const RelView *v);

#endif
