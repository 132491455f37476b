/*
** tree_view: node__children__tree, the rows below each row of a table that
** refers to itself.
*/
#ifndef ORM_TREE_VIEW_H
#define ORM_TREE_VIEW_H

#include "views/view_sql.h"

/* Adds the view of a direction to many between a table and itself, with a
** foreign key of one column; otherwise does nothing. Its columns are the key of
** the root, the depth, the path of keys, and the columns of the node. In
** RelView.as, other is the root. */
void tree_view(const RelView *v);

#endif
