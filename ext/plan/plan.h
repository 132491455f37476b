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

/* Returns the statement that makes each change, semicolon included, in their
** order. Changes of one table that one statement makes share its text: the
** pointers are equal. NULL after an error. */
const char **plan_statements(Ctx *ctx, const Changes *changes);

/* Returns "instant", "scan" or "rewrite" for each change, by the rules that
** orm_alter_table() uses. An estimate: some methods are chosen only when the
** rows have been read. NULL after an error. */
const char **plan_costs(Ctx *ctx, const Changes *changes,
                        const RuleState *state);

/* A message for a version that has none, of at most 40 letters, digits and _:
** "add_user_email", "create_post_and_2_more". Indexes of a table that comes or
** goes, and generated views, are not counted. */
char *plan_message(Ctx *ctx, const Changes *changes);

#endif
