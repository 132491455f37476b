/*
** work: the difference from the newest version to the declarations, found once
** in a call. If the live schema is settled (meta/memo.h), only the part that
** changes is compared (plan/part.h), otherwise everything.
*/
#ifndef ORM_WORK_H
#define ORM_WORK_H

#include "base/moment.h"
#include "plan/part.h"

/* The difference. */
typedef struct Work {
  Moment moment; /* before the first reading */
  i64 current, head;
  const MetaRows *then, *now; /* of the newest version and the meta tables */
  LiveTexts texts;            /* the live schema */
  bool settled;
  const Partial *part;   /* NULL: everything was compared */
  Declared declared;     /* of the part, or complete, as the fields below */
  MetaTexts respellings; /* see meta/model.h */
  Transition transition;
  Changes changes;
} Work;

/* Compares the newest version with the meta tables. */
Work work_find(Ctx *ctx);

/* Compares them if only a part must be read. Returns false, without an error,
** if everything must be compared. */
bool work_find_part(Ctx *ctx, Work *work);

/* Returns the live schema of the part, or all of it. */
const Schema *work_live(Ctx *ctx, const Work *work);

/* Fails if SQLite, or a rule of orm, refuses the declarations. `live` is the
** result of work_live(). */
void work_check(Ctx *ctx, const Work *work, const Schema *live);

/* Returns true if the rows of the newest version differ from the meta tables,
** and its schema does not: a relationship, another spelling. */
bool work_is_respelt(Ctx *ctx, const Work *work);

/* Returns the present rows of the meta tables, with the generated views. To be
** called after the respelt texts have been written. */
const MetaRows *work_rows(Ctx *ctx, const Work *work);

/* Returns the changes that undo those of the work. `rows` is the result of
** work_rows(). */
Changes work_inverse(Ctx *ctx, const Work *work, const MetaRows *rows);

#endif
