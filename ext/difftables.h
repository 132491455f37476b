/*
** difftables: the changes of tables between two schemas: tables that come, go,
** get other names, columns, constraints or options. Pure.
*/
#ifndef ORM_DIFFTABLES_H
#define ORM_DIFFTABLES_H

#include "change.h"

/* Adds the changes of the tables, as diff_schemas() has them. */
void difftables_list(Ctx *ctx, Changes *changes, const Schema *from,
                     const Schema *renamed, const Schema *to);

/* Says in the details of renames which views and triggers follow them. */
void difftables_hint(Ctx *ctx, Changes *changes, const Schema *from,
                     const Schema *renamed);

#endif
