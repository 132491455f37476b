/*
** Room run: the use cases. Each is all or nothing.
**
** Input: the declarations and recorded versions (meta), the live database, and
** scripts (plan). Output: a database at another version, with the schema that
** this version declares, or an error and an unchanged database.
**
**   run               runs the script of a version and verifies the result
**   vet               checks the statements of scripts
**   migrate           records, upgrades, downgrades, discards, stamps, purges
**   status            orm_status() and the differences that orm_diff shows
**   diff_report       the differences, if some declarations are wrong
**   backup            copies of the database
**   rehearse          an upgrade and its undo, rolled back
**   rehearse_compare  compares rows and schema before and after
*/
#ifndef ORM_RUN_H
#define ORM_RUN_H

#include "base/guard.h"
#include "schema/schema.h"

/* A script that leads from one declared schema to another. */
typedef struct Step {
  const char *name; /* "version 3" or "undoing version 3", for messages */
  const char *script;
  const Schema *from, *to;
  const Schema *renamed; /* `from` with the names of `to`: the same tables and
                         ** columns in the same order */
  i64 version;           /* the version that is applied or undone */
  const char *undone;    /* the script that this one undoes, or NULL */
  bool undo;             /* the script undoes the version */
  bool adopted;          /* views and triggers that `to` declares may be broken:
                         ** they were adopted so, or were so before */
  const char *mended;    /* of an undo: what run_step() returned, or NULL */
  bool is_new;           /* the call that runs the version has recorded it */
  bool noarchive;        /* archive and restore nothing */
  NameMap *ways;         /* gets the method of each orm_alter_table(), by table;
                         ** or NULL */
} Step;

/* Fails if a statement of step->script begins with BEGIN, COMMIT, ATTACH,
** PRAGMA or another word that scripts must not use. Reads only. */
void run_check(Ctx *ctx, const Step *step);

/* Runs the step inside the guard. Before, objects that the step changes must be
** as step->from declares, and new names must be free. Afterwards, the live
** schema must be as step->to declares, and no foreign key, view or trigger may
** be newly broken, except as step->adopted says. Otherwise it is an error, and
** the guard must roll back. DDL runs with foreign keys off, other statements
** with the caller's setting.
**
** Returns what was broken before the version and works now, as JSON; its undo
** may break as much again. These are rows without a parent, by table, and
** undeclared views and triggers: {"orphans":{"post":2},"objects":["v"]}. NULL:
** nothing, or the step is an undo. */
const char *run_step(Ctx *ctx, Guard *guard, const Step *step);

#endif
