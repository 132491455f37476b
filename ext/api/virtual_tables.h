/*
** virtual_tables: the virtual tables orm_diff and orm_help. Both are eponymous,
** read-only and DIRECTONLY; their rows are made when a scan begins
** (SQLite's ext/misc/templatevtab.c, ext/misc/stmt.c).
*/
#ifndef ORM_VIRTUAL_TABLES_H
#define ORM_VIRTUAL_TABLES_H

#include "base/context.h"

/* Registers both; an SQLite result code. */
int virtual_tables_register(sqlite3 *db);

#endif
