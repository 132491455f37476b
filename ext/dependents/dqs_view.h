/*
** dqs_view: finds out which words in double quotes of views and triggers are
** names, and which are strings. Only SQLite knows, so the scratch database is
** asked: "name" is a string if the object does not compile with `name` in its
** place.
*/
#ifndef ORM_DQS_VIEW_H
#define ORM_DQS_VIEW_H

#include "schema/schema.h"

/* The strings in double quotes of a view or trigger. */
typedef struct ViewStrings {
  const char *sql; /* its SQL with these strings in single quotes; NULL: none */
  NameMap *strings; /* the strings, as keys */
} ViewStrings;

/* Returns the strings of each object of the schema, in their order. Only
** strings in `names` (NULL: any) are looked for. `sql` is NULL for an object
** without such strings, and for one that does not compile. */
ViewStrings *dqs_view_strings(Ctx *ctx, const Schema *schema,
                              const NameMap *names);

/* Returns true if a view or trigger has one of these names (NULL: any) in
** double quotes, whether as a name or as a string. */
bool dqs_view_has_quoted(Ctx *ctx, const Schema *schema, const NameMap *names);

/* Sets an error if a word in double quotes was a name in a view or trigger of
** `before`, and is a string in the same object of `after`: the column that it
** named is gone. */
void dqs_view_check(Ctx *ctx, const Schema *before, const Schema *after);

#endif
