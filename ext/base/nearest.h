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

/* Compares one candidate with the name. The distance is the number of letters
** to insert, delete, replace or swap. Letter case, "_", "-", "=" and spaces do
** not count. If the name has three letters or more and the candidate begins
** with it, the distance is 1. The greatest distance allowed is 1 for a name of
** two to five letters, and a third of the letters for a longer name. Of
** candidates with equal distances the first one wins. A candidate may be NULL,
** which is ignored. */
void nearest_try(Nearest *near, const char *candidate);

/* Returns `; did you mean "user"?`, or `otherwise` if no candidate resembles
** the name. */
const char *nearest_hint(Ctx *ctx, const Nearest *near, const char *otherwise);

#endif
