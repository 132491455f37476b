/*
** trial: a scratch database that follows a walk through versions. It has the
** schema that a version declares, and no rows. The script that leads to the
** next version is tried on it.
**
** The scratch database is created once, and then has the schema of the version
** that the last script led to. As in stage.h, only the part that a version
** changes is read and verified (plan/part.h). Everything is created again if
** the schema is not exactly that of the version from which the next script
** starts, for example after a script that makes a table no version declares.
**
**   Trial trial;
**   trial_open(&trial, ctx);
**   for each version:
**     ctx_share(&own, &trial.ctx)        (own.db is the scratch database)
**     trial_begin(&own, &trial, &step);
**     ... run step.script
**     trial_verify(&own, &trial, &step);
**     trial_end(&own, &trial, &step);
**   trial_close(&trial, ctx);
*/
#ifndef ORM_TRIAL_H
#define ORM_TRIAL_H

#include "base/guard.h"
#include "dependents/compiles.h"
#include "dependents/scratch.h"
#include "plan/part.h"

/* A scratch database and the version whose schema it has. */
typedef struct Trial {
  Ctx ctx; /* its db is the scratch database */
  Scratch scratch;
  i64 version;  /* the schema is exactly that of this version; -1: of none */
  bool settled; /* and this build generates the views of that version */
} Trial;

/* One script. The caller sets the first group. */
typedef struct TrialStep {
  const char *name; /* "version 3" or "undoing version 3", for messages */
  const char *script;
  const MetaRows *from, *to;    /* the declarations of both versions */
  i64 from_version, to_version; /* `to` may be below `from` */
  bool whole;                   /* the caller needs the complete transition */
  bool adopted; /* views and triggers that `to` declares may be broken */
  bool back;    /* trial_end() takes the changes back */

  Transition transition; /* set by trial_begin(): of the part, or complete */
  const Partial *part;   /* NULL: complete */
  bool settled;          /* that of the trial, before the step */
  Guard guard;
  CompileCheck compiles;
} TrialStep;

/* Opens the scratch database, with the schema of version 0. trial_close() must
** follow, even after an error, which is in trial->ctx. */
void trial_open(Trial *trial, const Ctx *ctx);

/* Closes it. ctx gets the error of trial->ctx. */
void trial_close(Trial *trial, Ctx *ctx);

/* Gives the scratch database the schema from which the step starts, and begins
** a change. trial_end() must follow, even after an error. */
void trial_begin(Ctx *ctx, Trial *trial, TrialStep *step);

/* Sets an error unless the script has made the schema of step->to. `reason`, or
** NULL, is an error that a statement of the script has met. */
void trial_verify(Ctx *ctx, Trial *trial, TrialStep *step, const char *reason);

/* Ends the change. */
void trial_end(Ctx *ctx, Trial *trial, TrialStep *step);

/* Notes that a script of this step has no effect on the schema, in place of the
** calls above. */
void trial_skip(Trial *trial, const TrialStep *step);

/* Runs all statements of the text on the scratch database, with stand-ins for
** the functions and modules that they use. */
void trial_run(Ctx *ctx, Trial *trial, const char *sql);

/* Registers stand-ins for an SQL text that is not run by trial_run(). */
void trial_supply(Ctx *ctx, Trial *trial, const char *sql);

#endif
