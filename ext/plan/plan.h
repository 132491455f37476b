/*
** plan: a list of changes to an SQL script. Pure.
**
** The room `plan`: from two schemas to a list of changes, and from changes to a
** script.
**
** Input: the schemas before and after; the schema before with the names of the
** schema after; the live schema, for the author's texts. transition makes this
** input from versions and declarations.
**
** Output: Changes, one per difference, in the order in which they run; their
** inverse; the script that makes the changes; an estimate of the cost; the
** default message of a version.
**
** The script uses native DDL for each change that all releases of SQLite since
** 3.34 can make, whatever rows the table has. If a table has other changes, one
** SELECT orm_alter_table(...) makes all changes of the table. It chooses its
** method when it runs, by rules.h.
**
** Files: change (the structs, the table of kinds), diff_tables and diff (two
** schemas to changes), rules (the methods of orm_alter_table), author_text
** (CREATE texts as their authors wrote them), plan (changes to a script),
** transition (between recorded versions; reads the database).
*/
#ifndef ORM_PLAN_H
#define ORM_PLAN_H

#include "plan/diff.h"
#include "plan/rules.h"

/* Returns the script of all changes. It has a statement per change, but one
** statement for all changes of a table that need orm_alter_table(). */
char *plan_script(Ctx *ctx, const Changes *changes);

/* Returns for each change the statement that makes it, semicolon included, in
** the order of the changes. If one statement makes several changes, their
** pointers are equal. NULL after an error. */
const char **plan_statements(Ctx *ctx, const Changes *changes);

/* Returns the estimated method of each change, by the rules that
** orm_alter_table() uses. The method used may differ, because some methods
** depend on the rows. NULL after an error. */
Method *plan_costs(Ctx *ctx, const Changes *changes, const RuleState *state);

/* Returns the default message of a version, at most 40 letters, digits and _:
** "add_user_email", "create_post_and_2_more". Indexes of a created or dropped
** table, and generated views, do not count. */
char *plan_message(Ctx *ctx, const Changes *changes);

/* Returns true if RENAME or DROP COLUMN, for one of the changes or its undo,
** edits the text `sql` of an object that they do not concern. `names` has the
** names of all tables, columns, indexes and objects as keys. */
bool plan_edits_text(Ctx *ctx, const Changes *changes, const char *sql,
                     const NameMap *names);

#endif
