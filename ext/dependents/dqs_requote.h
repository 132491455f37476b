/*
** dqs_requote: writes strings in double quotes as 'strings', before a new
** column gets the name of one and turns it into a name.
*/
#ifndef ORM_DQS_REQUOTE_H
#define ORM_DQS_REQUOTE_H

#include "base/token.h"
#include "schema/schema.h"

/* Prepares the schema for new columns of these names in the table. If one of
** the names is a string in double quotes, in the table, its indexes, a view or
** a trigger, all such strings of the schema are written in single quotes, by
** SQLite's own RENAME COLUMN. It is an error if a string remains. Returns the
** result of integrity_check for the table as it was, for dqs_requote_check();
** NULL if there was no such string. */
const char *dqs_requote_names(Ctx *ctx, const char *table,
                              const NameMap *names);

/* Checks the table after the columns have been added. Sets an error if
** integrity_check differs from `before`; does nothing if `before` is NULL. */
void dqs_requote_check(Ctx *ctx, const char *table, const char *before);

/* The state before a statement. */
typedef struct Requote {
  const char *table, *integrity; /* the result of dqs_requote_names() */
  const Schema *before; /* the schema; NULL if no quoted word can be lost */
} Requote;

/* Calls dqs_requote_names() for the statement that begins with token `first`,
** if it is ALTER TABLE ADD COLUMN or RENAME COLUMN. */
Requote dqs_requote_before(Ctx *ctx, const Token *first);

/* Checks the table after the statement by dqs_requote_check(). Also sets an
** error if a name has become a string because RENAME COLUMN did not follow it:
** a later statement could give the name to another column. */
void dqs_requote_after(Ctx *ctx, const Requote *requote);

#endif
