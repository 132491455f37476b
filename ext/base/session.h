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

#include <sqlite3.h>

struct Ctx;             /* see base/context.h, which includes this */
struct FkeyCheck;       /* see dependents/fkeys.h */
struct Guard;           /* see base/guard.h */
struct Progress;        /* see base/progress.h */
struct RestoredColumns; /* see schema/restored.h */
struct Transcript;      /* see base/transcript.h */
struct Vet;             /* see run/vet.h */

/* Checks a statement that was prepared, and may set an error. */
typedef void Vetting(struct Ctx *ctx, sqlite3_stmt *stmt);

/* A script that is being run. There is one at a time: orm refuses calls that
** would run another from inside it. */
typedef struct Script {
  Vetting *vetting; /* of all statements; NULL: the connection trusts scripts */
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
  Script *script;            /* the script that is being run, or NULL */
  struct Progress *progress; /* gets reports of progress, or NULL */
} Session;

#endif
