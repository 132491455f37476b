/*
** diff_tables: the changes of tables between two schemas: tables that come, go,
** get other names, columns, constraints or options. Pure.
*/
#ifndef ORM_DIFF_TABLES_H
#define ORM_DIFF_TABLES_H

#include "plan/change.h"

/* Adds the changes of the tables, as diff_schemas() has them. */
void diff_tables_list(Ctx *ctx, Changes *changes, const Schema *from,
                      const Schema *renamed, const Schema *to);

/* Says in the details of renames which views and triggers follow them. */
void diff_tables_hint(Ctx *ctx, Changes *changes, const Schema *from,
                      const Schema *renamed);

#endif
