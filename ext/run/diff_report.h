/*
** diff_report: the difference to the declarations, if some of them are wrong.
** orm_migrate() would fail; orm_diff shows all that can be shown.
*/
#ifndef ORM_DIFF_REPORT_H
#define ORM_DIFF_REPORT_H

#include "plan/transition.h"

/* What can be shown. */
typedef struct DiffReport {
  Invalids wrongs;       /* the declarations that are wrong */
  Transition transition; /* from the version to the other declarations */
  Changes changes; /* of the transition, except those of tables whose models
                         ** are wrong, of objects that use them, and, if a
                         ** relationship is wrong, of generated views */
} DiffReport;

/* Reads and checks the declarations as orm_migrate() does, and leaves out those
** that are wrong. `version` is the version to compare with, `live` the live
** schema. */
DiffReport diff_report_look(Ctx *ctx, i64 version, const Schema *live);

#endif
