/*
** virtual_tables: the virtual tables orm_diff, orm_help, orm_lint, orm_log and
** orm_status. They are eponymous, read-only and DIRECTONLY. A scan makes its
** rows when it begins, as in SQLite's ext/misc/templatevtab.c and
** ext/misc/stmt.c. The other tables that users see are ordinary tables:
** sql/meta.sql.
*/
#ifndef ORM_VIRTUAL_TABLES_H
#define ORM_VIRTUAL_TABLES_H

#include "base/context.h"

/* Registers them; returns an SQLite result code. */
int virtual_tables_register(sqlite3 *db);

#endif
