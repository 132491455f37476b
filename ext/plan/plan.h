/*
** plan: a list of changes to an SQL script. Pure.
**
** The room `plan`: from two schemas to a list of changes, and from changes to a
** script.
**
** Input: two schemas, the first one also with the names of the second
** (transition finds them for versions and declarations), and the live schema
** for the author's texts.
**
** Output: Changes, one per difference, in the order in which they run; their
** inverse; the script that makes them, one statement per change where possible;
** an estimate of the cost; the default message of a version.
**
** How the script is made: a statement that each SQLite since 3.34 can run with
** any rows is native DDL. All other changes of one table are one SELECT
** orm_alter_table(...), which chooses its method when it runs, by rules.h.
**
** Files: change (the structs, the table of kinds), diff_tables and diff (two
** schemas to changes), rules (the methods of orm_alter_table), author_text (the
** author's texts), plan (changes to a script), transition (between recorded
** versions; reads the database).
*/
#ifndef ORM_PLAN_H
#define ORM_PLAN_H

#include "plan/diff.h"
#include "plan/rules.h"

/* Returns the script of all changes: a statement per change; the changes of one
** table that need orm_alter_table() are one statement. */
char *plan_script(Ctx *ctx, const Changes *changes);

/* Returns the statement that makes each change, semicolon included, in their
** order. Changes of one table that one statement makes share its text: the
** pointers are equal. NULL after an error. */
const char **plan_statements(Ctx *ctx, const Changes *changes);

/* Returns the method of each change, by the rules that orm_alter_table() uses.
** An estimate: some methods are chosen only when the rows have been read. NULL
** after an error. */
Method *plan_costs(Ctx *ctx, const Changes *changes, const RuleState *state);

/* Returns the default message of a version, at most 40 letters, digits and _:
** "add_user_email", "create_post_and_2_more". Indexes of a created or dropped
** table, and generated views, do not count. */
char *plan_message(Ctx *ctx, const Changes *changes);

#endif
