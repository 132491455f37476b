/*
** dqs_requote: writes strings in double quotes as 'strings', before a new
** column is added. Otherwise a string "x" would become the name of a new column
** x.
*/
#ifndef ORM_DQS_REQUOTE_H
#define ORM_DQS_REQUOTE_H

#include "base/token.h"
#include "schema/schema.h"

/* Prepares the schema for new columns of these names in the table. If one of
** the names is a string in double quotes, in the table, its indexes, a view or
** a trigger, SQLite's own RENAME COLUMN writes all strings of the schema in
** single quotes. It is an error if such a string remains. Returns the result of
** integrity_check for the table before this, for dqs_requote_check(); NULL if
** there was no such string. */
const char *dqs_requote_names(Ctx *ctx, const char *table,
                              const NameMap *names);

/* Checks the table after the columns have been added. Sets an error if
** integrity_check has findings that differ from `before`. Does nothing if
** `before` is NULL. */
void dqs_requote_check(Ctx *ctx, const char *table, const char *before);

/* The state before a statement. */
typedef struct Requote {
  const char *table, *integrity; /* the result of dqs_requote_names() */
  const Schema *before; /* the schema; NULL if it need not be checked */
} Requote;

/* Calls dqs_requote_names() for the new column if the statement that begins
** with token `first` is ALTER TABLE ADD COLUMN or RENAME COLUMN. */
Requote dqs_requote_before(Ctx *ctx, const Token *first);

/* Calls dqs_requote_check() for the table after the statement. Also sets an
** error if RENAME COLUMN has not changed a name in double quotes, so that the
** name has become a string: a later statement could add another column of that
** name. */
void dqs_requote_after(Ctx *ctx, const Requote *requote);

#endif
