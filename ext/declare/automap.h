/*
** automap: relationships from the foreign keys of declared tables, as
** SQLAlchemy's automap generates them.
*/
#ifndef ORM_AUTOMAP_H
#define ORM_AUTOMAP_H

#include "base/context.h"

/* Declares a to-one relationship and its backref for each foreign key without a
** relationship, of the tables whose names match the glob (NULL: all).
**
** Names: the relationship is named after the column of the key ("author" for
** author_id), or else after the parent table. The backref is named after the
** child table. If the child has several keys to the parent, or refers to
** itself, the name of the relationship is added (message_by_sender).
**
** A relationship that cannot be declared is left out: a name that its views
** need is in use, or the key matches no key of its parent. */
void automap_relationships(Ctx *ctx, const char *glob);

#endif
