/*
** inplace: a change of a table that leaves its rows where they are, by SQLite's
** own ALTER TABLE or by an edit of its definition in sqlite_schema, after a
** reading pass that proves what has to be proved.
*/
#ifndef ORM_INPLACE_H
#define ORM_INPLACE_H

#include "base/guard.h"
#include "plan/rules.h"

/* Makes the changes, each of which has a rule that is no rewrite; in a guard of
** its own, so that on any error nothing is changed. New foreign keys are the
** caller's to prove. `all`: proves all NOT NULL and CHECK of the table, not
** only what is new.
**
** Returns true if the error that is set is about the rows, which break a rule;
** any other may mean that something was not as the rules expect it. */
bool inplace_change(Ctx *ctx, const TableDiff *deltas, const RuleState *state,
                    bool all);

#endif
