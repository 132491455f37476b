/*
** dqs_view: decides whether a word in double quotes in a view or trigger is a
** name or a string. Only SQLite knows, so the object is compiled on the scratch
** database: "x" is a string if the object does not compile with `x` in its
** place.
*/
#ifndef ORM_DQS_VIEW_H
#define ORM_DQS_VIEW_H

#include "schema/schema.h"

/* The strings in double quotes of a view or trigger. */
typedef struct ViewStrings {
  const char *sql;  /* the SQL with them in single quotes; NULL if none */
  NameMap *strings; /* the strings, as keys */
} ViewStrings;

/* Returns the strings in double quotes of each object of the schema, in the
** order of the objects. If `names` is not NULL, only strings in `names` are
** looked for. `sql` is NULL for an object without such strings, and for an
** object that does not compile. */
ViewStrings *dqs_view_strings(Ctx *ctx, const Schema *schema,
                              const NameMap *names);

/* Returns true if a view or trigger has one of these names (any name if NULL)
** in double quotes, whether as a name or as a string. */
bool dqs_view_has_quoted(Ctx *ctx, const Schema *schema, const NameMap *names);

/* Sets an error if a word in double quotes is a name in a view or trigger of
** `before`, and a string in the same object of `after`, because the column of
** that name no longer exists. */
void dqs_view_check(Ctx *ctx, const Schema *before, const Schema *after);

#endif
