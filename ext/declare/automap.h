/*
** automap: relationships from the foreign keys of declared tables, as
** SQLAlchemy's automap makes them.
*/
#ifndef ORM_AUTOMAP_H
#define ORM_AUTOMAP_H

#include "base/context.h"

/* Declares a relationship to one, and its backref, for each foreign key that
** has none, of the tables whose names match the glob (NULL: all). It is named
** after the key's column (author_id: author), or else the parent's table; the
** backref after the table that has the key, and, where it has several onto
** that parent or points to itself, the relationship (message_by_sender). One
** that cannot be declared, because its views would take names that are taken
** or the key matches no key of its parent, is left out. */
void automap_relationships(Ctx *ctx, const char *glob);

#endif
