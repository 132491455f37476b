/*
** plan: changes to SQL. Pure. What every SQLite since 3.34 can always do, with
** any rows, is native DDL; the rest is SELECT orm_alter_table(...), whose way
** is chosen when it runs.
*/
#ifndef ORM_PLAN_H
#define ORM_PLAN_H

#include "plan/diff.h"
#include "plan/rules.h"

/* The script of all changes, a statement a change as far as can be; the
** changes of one table that needs orm_alter_table are one statement. */
char *plan_script(Ctx *ctx, const Changes *changes);

/* The statement of the script that makes change i, semicolon included. */
char *plan_statement(Ctx *ctx, const Changes *changes, int i);

/* "instant", "scan" or "rewrite", by the rules that orm_alter_table goes by. An
** estimate: some find out only when they look at the rows. */
const char *plan_cost(Ctx *ctx, const Changes *changes, int i,
                      const RuleState *state);

/* A message for a version that has none, of at most 40 letters, digits and _:
** "add_user_email", "create_post_and_2_more". Indexes of a table that comes or
** goes, and generated views, are not counted. */
char *plan_message(Ctx *ctx, const Changes *changes);

#endif
