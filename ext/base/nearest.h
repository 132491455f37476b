/*
** nearest: finds the known name that resembles a misspelt one, for "did you
** mean". Pure; allocates only the hint.
**
**     Nearest near = {.name = "usr"};
**     for (...) nearest_try(&near, schema->tables[i]->name);
**     err_set(ctx, SQLITE_ERROR, "unknown table \"%s\"%s", near.name,
**             nearest_hint(ctx, &near, ""));
*/
#ifndef ORM_NEAREST_H
#define ORM_NEAREST_H

#include "base/context.h"

/* A search. */
typedef struct Nearest {
  const char *name; /* the misspelt name */
  const char *best; /* the candidate that resembles it most, or NULL */
  int distance;     /* of best */
} Nearest;

/* Compares one candidate. The distance is the number of letters to insert,
** delete, replace or swap; letter case, "_", "-", "=" and spaces do not count,
** and the rest of an abbreviation counts as one letter. A candidate is taken if
** at most a third of the letters differ (one letter of two to five). The first
** of equal candidates wins. NULL is no candidate. */
void nearest_try(Nearest *near, const char *candidate);

/* `; did you mean "user"?`, or `otherwise` if nothing resembles the name. */
const char *nearest_hint(Ctx *ctx, const Nearest *near, const char *otherwise);

#endif
