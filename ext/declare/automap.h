/*
** automap: declares relationships from the foreign keys of declared tables, by
** the rules of SQLAlchemy's automap.
*/
#ifndef ORM_AUTOMAP_H
#define ORM_AUTOMAP_H

#include "base/context.h"

/* Reads the declared tables whose names match the glob (NULL: all). Declares a
** to-one relationship and its backref for each of their foreign keys that no
** relationship uses. If the two foreign keys of a table are its key, and no
** other column is NOT NULL, the table is an association: a many-to-many
** relationship is declared instead. All of them are viewonly and leave deletes
** to the application (passive_deletes 'all'), until their rows say otherwise.
**
** Names: the relationship is named after the column of the key ("author" for
** author_id), or else after the parent table. The backref is named after the
** child table. If the child has several keys to the parent, or refers to
** itself, the name of the relationship is added (message_by_sender).
**
** Leaves out a relationship if a name that its views need is in use, or if the
** foreign key refers to no key of its parent. */
void automap_relationships(Ctx *ctx, const char *glob);

#endif
