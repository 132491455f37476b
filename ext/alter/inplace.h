/*
** inplace: changes a table without copying its rows, by SQLite's own ALTER
** TABLE or by an edit of its definition in sqlite_schema. Before that, a scan
** of the rows proves that they obey the new constraints.
*/
#ifndef ORM_INPLACE_H
#define ORM_INPLACE_H

#include "base/guard.h"
#include "plan/rules.h"

/* Makes the changes; each must have a rule (rules_find()). Opens its own guard,
** so the database is unchanged after an error. With `all`, proves all NOT NULL
** and CHECK constraints of the table, not only the new ones. The caller proves
** new foreign keys.
**
** Returns true if it failed because rows break a constraint. After another
** error, a rewrite may succeed: SQLite may have refused a change that the rules
** allow. */
bool inplace_change(Ctx *ctx, const TableDiff *deltas, const RuleState *state,
                    bool all);

#endif
