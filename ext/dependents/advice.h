/*
** advice: returns the last part of an error about rows that break a rule. It
** tells how to correct the rows. The advice depends on the situation. A call of
** orm_alter_table() by a user can have directives in comments, a version has
** declarations, and the undo of a version has only its script.
*/
#ifndef ORM_ADVICE_H
#define ORM_ADVICE_H

#include "base/context.h"

/* The ways in which rows break a rule. */
typedef enum Problem {
  PROBLEM_NULL,      /* NULL in a column that becomes NOT NULL */
  PROBLEM_NEW_NULL,  /* NULL in a new column */
  PROBLEM_TYPE,      /* a value that the type does not accept */
  PROBLEM_GENERATED, /* the same in a generated column */
  PROBLEM_CHECK,
  PROBLEM_NEW_CHECK, /* the CHECK uses a new column */
  PROBLEM_UNIQUE,
  PROBLEM_NEW_UNIQUE, /* the key has a new column */
  PROBLEM_PARENT,
  PROBLEM_NEW_PARENT, /* the same version creates the parent */
  PROBLEMS
} Problem;

/* Returns the advice for a problem that `rows` rows have. */
char *advice_on(Ctx *ctx, Problem problem, i64 rows);

#endif
