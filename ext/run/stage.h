/*
** stage: applies or undoes one version. If the live schema is settled
** (meta/memo.h), only the part that the version changes is read and verified
** (plan/part.h).
*/
#ifndef ORM_STAGE_H
#define ORM_STAGE_H

#include "plan/part.h"
#include "run/migrate.h"
#include "run/run.h"

/* Two versions, one of them directly above the other. */
typedef struct Stage {
  i64 from_version, to_version; /* `to` may be below `from` */
  const MetaRows *from, *to;    /* their declarations */
  Transition whole;             /* the complete transition; `from` is NULL if it
                                ** has not been read */
  LiveTexts texts; /* the live schema; updated by the calls below */
  bool settled;    /* the live schema is settled; updated by the calls below */
  bool checked;    /* this call has checked the archive; updated, too */
} Stage;

/* Applies version stage->to_version, and marks it as applied. `is_new`: this
** call has recorded it. */
void stage_apply(Ctx *ctx, Guard *guard, Stage *stage, const Version *v,
                 bool is_new, const Options *options);

/* Undoes version stage->from_version, and marks it as pending. */
void stage_undo(Ctx *ctx, Guard *guard, Stage *stage, const Version *v,
                const Options *options);

/* Checks the script of each version, or of its undo, before the first statement
** runs. */
void stage_check_scripts(Ctx *ctx, const Versions *versions, bool up);

#endif
