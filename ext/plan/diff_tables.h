/*
** diff_tables: the changes of tables between two schemas: created, dropped and
** renamed tables, their columns, constraints and options. Pure.
*/
#ifndef ORM_DIFF_TABLES_H
#define ORM_DIFF_TABLES_H

#include "plan/change.h"

/* Adds the changes of the tables; parameters as for diff_schemas(). */
void diff_tables_list(Ctx *ctx, Changes *changes, const Schema *from,
                      const Schema *renamed, const Schema *to);

/* Sets the hint of each rename without a hint: the names of the declared views
** and triggers whose texts orm_migrate() rewrites because of it. */
void diff_tables_hint(Ctx *ctx, Changes *changes, const Schema *from,
                      const Schema *renamed);

#endif
