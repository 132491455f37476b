/*
** primaryjoin: reads the condition of a relationship, in which `self` is the
** table of the model, and the target has its own name. Pure.
*/
#ifndef ORM_PRIMARYJOIN_H
#define ORM_PRIMARYJOIN_H

#include "schema/schema.h"

/* A condition. */
typedef struct Primaryjoin {
  const char *text;  /* without comments, the target by the name of its table */
  const char **self; /* the columns of the equalities self.a = target.b that */
  const char **target; /* the condition demands */
  int count;
  bool only; /* the condition is nothing else */
} Primaryjoin;

/* Reads a condition between the tables. Sets an error if its parentheses are
** not paired, or if it names a column that neither table has. */
Primaryjoin primaryjoin_read(Ctx *ctx, const char *text, const Table *model,
                             const Table *target);

#endif
