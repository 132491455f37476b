/*
** The room `run`: the use cases. Each is all or nothing.
**
** Input: the declarations and recorded versions (meta), the live database, and
** scripts (plan). Output: a database at another version, with the schema that
** this version declares, or an error and an unchanged database.
**
**   run               runs the script of a version and verifies the result
**   vet               checks the statements of scripts
**   migrate           records, upgrades, downgrades, discards, stamps, purges
**   safe              the option 'safe'
**   goto              to a version, up or down
**   reset             the declarations of a version as the present ones
**   status            orm_status(), and the differences for orm_diff
**   lint              advice; lint_schema, lint_rows, lint_changes: its rules
**   diff_report       the differences, if some declarations are wrong
**   backup            copies of the database
**   rehearse          an upgrade and its undo, rolled back
**   rehearse_compare  compares rows and schema before and after
*/
#ifndef ORM_RUN_H
#define ORM_RUN_H

#include "base/guard.h"
#include "ddl/live.h"
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
                         ** they were broken when they were adopted, or before
                         ** the version that is undone */
  const char *mended;    /* the result of run_step() for the undone version, or
                         ** NULL */
  bool is_new;           /* the call that runs the version has recorded it */
  bool noarchive;        /* archive and restore nothing */
  bool checked;          /* this call has checked the archive */
  NameMap *ways;         /* gets the method of each orm_alter_table(), by table;
                         ** or NULL */
  const struct Partial *part; /* `from`, `renamed` and `to` are its schemas, and
                           ** the rest of the schema is settled; NULL: they are
                           ** complete */
  const struct MetaRows *rows_from,
      *rows_to;  /* with `part`, the declarations of
                           ** both versions; NULL for version 0 */
  LiveTexts now; /* set by run_step(): the live schema after the step */
  bool
      settled; /* set by run_step(): the live schema is that of `to`, complete */
} Step;

/* Fails if a statement of step->script begins with BEGIN, COMMIT, ATTACH,
** PRAGMA or another word that scripts must not use. Reads only. */
void run_check(Ctx *ctx, const Step *step);

/* Runs the step inside the guard. Before the step, the objects that it changes
** must be as step->from declares them, and new names must be unused. After the
** step, the live schema must be as step->to declares it, and no foreign key,
** view or trigger may be newly broken, except as step->adopted allows. Any
** other outcome is an error, and the guard must roll back. DDL runs with
** foreign keys off, other statements run with the caller's setting.
**
** Returns, as JSON, the violations and objects that were broken before the step
** and are not broken now: the number of rows without a parent, by table, and
** the names of undeclared views and triggers:
** {"orphans":{"post":2},"objects":["v"]}. The undo of the version may break as
** many again. Returns NULL if there are none, or if the step is an undo. */
const char *run_step(Ctx *ctx, Guard *guard, Step *step);

#endif
