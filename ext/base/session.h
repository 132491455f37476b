/*
** session: the state of one connection that calls share.
**
** SQLite hands a function its arguments and nothing else. A script calls
** orm_alter_table() in a SELECT, so the facts about the script cannot be handed
** down to that call. They go through the connection: all functions of orm that
** are registered on it share a Session, and Ctx.session points to it. Nothing
** else outlives a call.
*/
#ifndef ORM_SESSION_H
#define ORM_SESSION_H

#include "base/context.h"

struct FkeyCheck;       /* see dependents/fkeys.h */
struct Guard;           /* see base/guard.h */
struct Progress;        /* see base/progress.h */
struct RestoredColumns; /* see schema/restored.h */
struct Transcript;      /* see base/transcript.h */
struct Vet;             /* see run/vet.h */

/* Checks a statement that was prepared, and may set an error. */
typedef void Vetting(Ctx *ctx, sqlite3_stmt *stmt);

/* A script that is being run. There is one at a time: orm refuses calls that
** would run another from inside it. */
typedef struct Script {
  Vetting *vetting; /* of all statements; NULL: the connection trusts scripts */
  struct Vet *vet;
  struct Transcript *transcript; /* records plain SQL, or NULL */

  /* Set while the statements of the script run, for orm_alter_table(). */
  struct RestoredColumns *restored; /* values of the archive, or NULL */
  struct FkeyCheck *fkeys; /* the check of foreign keys of the step, or NULL */
  i64 undoing;             /* the version that the script undoes; 0: none */
} Script;

typedef struct Session {
  struct Guard *guard;       /* the innermost open guard, or NULL */
  Script *script;            /* the script that is being run, or NULL */
  struct Progress *progress; /* gets reports of progress, or NULL */
} Session;

/* Returns the script that is being run on the connection; NULL if there is
** none. */
static inline Script *session_script(const Ctx *ctx) {
  return ctx->session ? ctx->session->script : NULL;
}

/* Returns the version whose undo is being run; 0 if there is none. */
static inline i64 session_undoing(const Ctx *ctx) {
  const Script *script = session_script(ctx);
  return script ? script->undoing : 0;
}

#endif
