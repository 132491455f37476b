/*
** dqs_requote: strings in double quotes, before a column gets a name of theirs.
*/
#ifndef ORM_DQS_REQUOTE_H
#define ORM_DQS_REQUOTE_H

#include "base/token.h"
#include "schema/schema.h"

/* Before columns of these names come to the table: where one of them is a
** string in double quotes, in the table, its indexes, a view or a trigger, all
** such strings of the schema are written in single quotes, by SQLite's own
** RENAME COLUMN. An error if that does not help. Returns what integrity_check
** said of the table before; NULL if there was nothing to write. */
const char *dqs_requote_names(Ctx *ctx, const char *table,
                              const NameMap *names);

/* When the columns have come: an error if integrity_check says other things of
** the table than `before`; nothing if that is NULL. */
void dqs_requote_check(Ctx *ctx, const char *table, const char *before);

/* What is known before a statement. */
typedef struct Requote {
  const char *table, *sound; /* what dqs_requote_names() gave */
  const Schema *before; /* NULL: nothing names what the statement renames */
} Requote;

/* dqs_requote_names() for the statement that begins there, if it is ALTER TABLE
** ADD or RENAME COLUMN. */
Requote dqs_requote_before(Ctx *ctx, const Token *first);

/* When the statement has run: dqs_requote_check(), and an error if a name
** became a string, because RENAME COLUMN did not follow it. A later statement
** may give its name to another column. */
void dqs_requote_after(Ctx *ctx, const Requote *requote);

#endif
