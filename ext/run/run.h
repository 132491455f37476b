/*
** run: a recorded script on the live database, and the proof that it led
** where its version says.
*/
#ifndef ORM_RUN_H
#define ORM_RUN_H

#include "base/guard.h"
#include "schema/schema.h"

/* One step: the script that leads from one declared schema to another. */
typedef struct Step {
  const char *name; /* "version 3" or "undoing version 3", for messages */
  const char *script;
  const Schema *from, *to;
  const Schema *renamed; /* `from`, its tables and columns named as in `to`;
                         ** both have the same tables and columns in the same
                         ** order */
  i64 version;           /* whose script it is */
  const char *undone;    /* the script that this one undoes, or NULL */
  bool undo;             /* its undo */
  bool adopted;       /* what is wrong in `to` is accepted: it was adopted, or
                         ** it is the state of before */
  const char *mended; /* of the version that is undone: see run_step() */
  bool is_new;        /* recorded by the call that runs it */
  bool noarchive;     /* keep nothing of what it takes away */
  NameMap *ways;      /* gets what orm_alter_table did, by tables; or NULL */
} Step;

/* Refuses words that a script must not begin a statement with (BEGIN, COMMIT,
** ATTACH, PRAGMA, ...). Reads only. */
void run_check(Ctx *ctx, const Step *step);

/* Runs the step inside the guard. Before: what the step changes must be as
** `from` says, and new names must be free. After: the live schema must be as
** `to` says, and no foreign key, view or trigger newly broken. With
** step->adopted, those that `to` declares may be. Statements that are not DDL
** run with the caller's setting of foreign keys.
** Returns, as JSON, what was broken before a version and is not any more, so
** that its undo may bring it back: rows without a parent, by tables, and
** undeclared views and triggers: {"orphans":{"post":2},"objects":["v"]}. NULL:
** nothing, or an undo. */
const char *run_step(Ctx *ctx, Guard *guard, const Step *step);

#endif
