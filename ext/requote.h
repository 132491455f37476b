/*
** requote: strings in double quotes, before a column gets a name of theirs.
*/
#ifndef ORM_REQUOTE_H
#define ORM_REQUOTE_H

#include "schema.h"
#include "token.h"

/* Before columns of these names come to the table: where one of them is a
** string in double quotes, in the table, its indexes, a view or a trigger, all
** such strings of the schema are written in single quotes, by SQLite's own
** RENAME COLUMN. An error if that does not help. */
void requote_for(Ctx *ctx, const char *table, const NameMap *names);

/* The same for the statement that begins there, if it is ALTER TABLE ADD or
** RENAME COLUMN. */
void requote_before(Ctx *ctx, const Token *first);

#endif
