/*
** diff_report: the differences that orm_diff shows if some declarations are
** wrong. orm_migrate() fails in this case; orm_diff shows the errors, and the
** changes that the other declarations make.
*/
#ifndef ORM_DIFF_REPORT_H
#define ORM_DIFF_REPORT_H

#include "plan/transition.h"

/* The errors and the changes. */
typedef struct DiffReport {
  Invalids wrongs;       /* the wrong declarations */
  Transition transition; /* from the version to the other declarations */
  Changes changes;       /* of the transition; left out are changes of tables
                         ** whose models are wrong, of objects that use such a
                         ** table, and, if a relationship is wrong, of generated
                         ** views */
} DiffReport;

/* Reads and checks the declarations as orm_migrate() does, and leaves out those
** that are wrong. `version` is the version to compare with, `live` the live
** schema. */
DiffReport diff_report_look(Ctx *ctx, i64 version, const Schema *live);

#endif
