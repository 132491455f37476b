/*
** inplace: changes a table without copying its rows: by SQLite's own ALTER
** TABLE, or by an edit of its definition in sqlite_schema, after a reading pass
** that proves the new rules.
*/
#ifndef ORM_INPLACE_H
#define ORM_INPLACE_H

#include "base/guard.h"
#include "plan/rules.h"

/* Makes the changes; each must have a rule (rules_find()). Has a guard of its
** own: after an error, nothing has changed. The caller proves new foreign keys.
** With `all`, all NOT NULL and CHECK constraints of the table are proved, not
** only new ones.
**
** Returns true if the error is that rows break a rule. After any other error a
** rewrite may succeed: SQLite may have refused a change that the rules
** allow. */
bool inplace_change(Ctx *ctx, const TableDiff *deltas, const RuleState *state,
                    bool all);

#endif
