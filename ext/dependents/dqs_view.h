/*
** dqs_view: which "names" of views and triggers are names, and which are
** strings. Only SQLite knows, so it is asked on the scratch database: what
** `name` cannot be compiled instead of "name" is a string.
*/
#ifndef ORM_DQS_VIEW_H
#define ORM_DQS_VIEW_H

#include "schema/schema.h"

/* The strings in double quotes of a view or trigger. */
typedef struct ViewStrings {
  const char *sql;  /* its SQL with all of them in single quotes */
  NameMap *strings; /* they, as names */
} ViewStrings;

/* Of each object of the schema, in their order; only strings that are in
** `names` (NULL: any). sql is NULL where there are none, and where the object
** does not compile at all. */
ViewStrings *dqs_view_strings(Ctx *ctx, const Schema *schema,
                              const NameMap *names);

/* Has a view or trigger one of these names (NULL: any) in double quotes? */
bool dqs_view_has_quoted(Ctx *ctx, const Schema *schema, const NameMap *names);

/* An error if a view or trigger of `after` has a string now that was a name in
** the same view or trigger of `before`: what it named is gone. */
void dqs_view_check(Ctx *ctx, const Schema *before, const Schema *after);

#endif
