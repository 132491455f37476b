/*
** virtual_tables: the virtual tables orm_diff and orm_help. Both are eponymous,
** read-only and DIRECTONLY. A scan makes its rows when it begins, as in
** SQLite's ext/misc/templatevtab.c and ext/misc/stmt.c. The other tables that
** users see are ordinary tables: sql/meta.sql.
*/
#ifndef ORM_VIRTUAL_TABLES_H
#define ORM_VIRTUAL_TABLES_H

#include "base/context.h"

/* Registers both; returns an SQLite result code. */
int virtual_tables_register(sqlite3 *db);

#endif
