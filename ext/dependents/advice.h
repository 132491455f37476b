/*
** advice: what to do about rows that break a rule. It depends on the situation:
** the user's own orm_alter_table() has comments, a version has declarations,
** and an undo has only its script.
*/
#ifndef ORM_ADVICE_H
#define ORM_ADVICE_H

#include "base/context.h"

typedef enum Problem {
  PROBLEM_NULL,      /* NULL in a column that becomes NOT NULL */
  PROBLEM_NEW_NULL,  /* NULL in a new column */
  PROBLEM_TYPE,      /* a value that the type does not take */
  PROBLEM_GENERATED, /* likewise, in a generated column */
  PROBLEM_CHECK,
  PROBLEM_NEW_CHECK, /* the CHECK names a new column */
  PROBLEM_UNIQUE,
  PROBLEM_NEW_UNIQUE, /* the key has a new column */
  PROBLEM_PARENT,
  PROBLEM_NEW_PARENT, /* the parent is a table of the same version */
  PROBLEMS
} Problem;

/* The advice, for so many rows. */
char *advice_on(Ctx *ctx, Problem problem, i64 rows);

#endif
