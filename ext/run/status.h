/*
** status: the differences between the declarations, the recorded versions and
** the live schema, for orm_diff and orm_status(). Writes nothing.
*/
#ifndef ORM_STATUS_H
#define ORM_STATUS_H

#include "plan/transition.h"

/* Returns the changes that would make the live schema equal to `declared`.
** Undeclared objects cause no change. */
Changes status_drift(Ctx *ctx, const Schema *declared);

/* The rows of orm_diff. */
typedef struct Difference {
  Changes model;         /* from the current version to the declarations */
  Changes drift;         /* from the live schema to the current version */
  const Table **renamed; /* adopted tables whose model was renamed */
  int nrenamed;
  Invalids wrongs; /* wrong declarations, which the changes leave out */
} Difference;

/* Returns the differences. Without meta tables there are none. */
Difference status_difference(Ctx *ctx);

/* Returns the report of orm_status() as JSON; sql/reference.md describes it. */
char *status_report(Ctx *ctx);

#endif
