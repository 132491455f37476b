/*
** diff_report: what to show of the declarations where some of them are wrong.
*/
#ifndef ORM_DIFF_REPORT_H
#define ORM_DIFF_REPORT_H

#include "plan/transition.h"

typedef struct DiffReport {
  Invalids wrongs;
  Transition way;  /* from the version to what is declared rightly */
  Changes changes; /* along it, without those of tables whose models are wrong,
                   ** of what uses them, and of generated views if a
                   ** relationship is wrong */
} DiffReport;

/* Looks at the declarations as orm_migrate() would read and check them. */
DiffReport diff_report_look(Ctx *ctx, i64 version, const Schema *live);

#endif
