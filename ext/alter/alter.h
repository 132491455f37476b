/*
** alter: the ALTER TABLE that SQLite lacks. Changes one live table to a new
** definition.
**
** Input: the name of a table of "main", and its new CREATE TABLE statement.
** Output: the method that was used. Either the table has the new definition, or
** ctx has an error and the database is unchanged.
**
** The change goes through these modules:
**
**   read the definitions               ddl/parse.h, ddl/live.h
**   rename tables and columns          SQLite's RENAME, dependents/park.h
**   list the remaining differences     schema/tablediff.h
**   choose the cheapest safe method    plan/rules.h
**   make the change in place ...       inplace.h
**   ... or copy the table              rewrite.h
**   check the result                   dependents/compiles.h, fkeys.h
**
** To use an ALTER TABLE statement that a new release of SQLite brings:
**   1. a row of `rules` in plan/rules.c, after the rows of the same kind that
**      are to be preferred: the kind of difference, the first version of
**      SQLite, the traits that forbid it, MEANS_NATIVE, the cost, and what a
**      reading pass must prove;
**   2. a case of native_clause() in inplace.c: the text of the statement;
**   3. a row of tests/kinds.tcl, which tests/methods.test runs.
*/
#ifndef ORM_ALTER_H
#define ORM_ALTER_H

#include "plan/rules.h"

/* The options of orm_alter_table(). */
typedef struct AlterOptions {
  Method method; /* the method to use; METHODS: the cheapest safe one */
  bool alone;    /* a call by the user, not by a script */
  bool drop;     /* columns may be dropped */
  char **plan;   /* gets the plan, and nothing is changed; NULL: change */
} AlterOptions;

/* Returns the method with the name `word`, or METHODS if `word` is NULL. An
** unknown name is an error. */
Method alter_method(Ctx *ctx, const char *word);

/* Changes the table to the definition `create_sql`, all or nothing, and returns
** the method used. Rows, rowids, indexes, triggers, the AUTOINCREMENT sequence
** and statistics stay, and so do views, and the triggers and foreign keys of
** other tables.
**
** A column gets the values of the old column with the same name, or with the
** name `old` if `-- @renamed from=old` follows the column. `-- @backfill expr`
** computes its values from the old row. Other new columns get their DEFAULT.
** `create_sql`, without these directives, becomes the text of the table in
** sqlite_schema.
**
** `create_sql` may also be verbs (ddl/verbs.h), which are applied to the
** present definition. A verb that drops a column is permission to drop it.
**
** With options->plan, the plan is a JSON object: `method` (an estimate), `rows`
** of the table, `changes` in words, `dropped` columns, `why` it is not instant
** (or null), and `sql`, the new definition.
**
** `create_sql` may also be the CREATE statement of an existing index, view or
** trigger. It replaces the text of that object, and must have the same meaning.
**
** It is an error if options->method cannot make the change; the message has the
** reason. If options->method is METHOD_SCAN, the scan checks all NOT NULL and
** CHECK constraints, not only the new ones.
**
** With options->alone, two more things are errors. First, a column that would
** be dropped, unless `-- @dropped name` or options->drop allows it; in a
** script, the archive saves the column. Second, a new violation of a foreign
** key, or a view or trigger that no longer works; a script is checked for these
** at its end, because a later statement may correct them.
**
** If a transcript is recorded (transcript.h), the change is added to it as
** plain SQL that runs on any SQLite from OLDEST_SQLITE on. */
Method alter_table(Ctx *ctx, const char *table, const char *create_sql,
                   const AlterOptions *options);

#endif
