/*
** session: the state of one connection that calls share.
**
** SQLite passes a function only its arguments. A script calls orm_alter_table()
** in a SELECT, so facts about the script cannot be arguments of that call.
** Instead, all functions of orm that are registered on one connection share a
** Session, and Ctx.session points to it. No other state outlives a call.
*/
#ifndef ORM_SESSION_H
#define ORM_SESSION_H

#include <sqlite3.h>

struct Ctx;             /* see base/context.h, which includes this */
struct GetPlan;         /* see objects/get.h */
struct FkeyCheck;       /* see dependents/fkeys.h */
struct Guard;           /* see base/guard.h */
struct Progress;        /* see base/progress.h */
struct RestoredColumns; /* see schema/restored.h */
struct Transcript;      /* see base/transcript.h */
struct Vet;             /* see run/vet.h */

/* Checks a statement that was prepared, and may set an error. */
typedef void Vetting(struct Ctx *ctx, sqlite3_stmt *stmt);

/* A running script. Only one runs at a time: orm refuses calls from inside a
** script that would run another script. */
typedef struct Script {
  Vetting *vetting; /* checks all statements; NULL: scripts are trusted */
  struct Vet *vet;
  struct Transcript *transcript; /* records plain SQL, or NULL */

  /* Set while the statements of the script run, for orm_alter_table(). */
  struct RestoredColumns *restored; /* values of the archive, or NULL */
  struct FkeyCheck *fkeys; /* the check of foreign keys of the step, or NULL */
  sqlite3_int64 undoing;   /* the version that the script undoes; 0: none */
} Script;

/* The state of a connection. */
typedef struct Session {
  struct Guard *guard;       /* the innermost open guard, or NULL */
  Script *script;            /* the running script, or NULL */
  struct Progress *progress; /* gets reports of progress, or NULL */
  struct GetPlan *plans;     /* of earlier calls of orm_get(), see get.h */
} Session;

#endif
