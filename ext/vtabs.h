/*
** vtabs: the virtual tables orm_diff and orm_help. Both are eponymous,
** read-only and DIRECTONLY; their rows are made when a scan begins
** (SQLite's ext/misc/templatevtab.c, ext/misc/stmt.c).
*/
#ifndef ORM_VTABS_H
#define ORM_VTABS_H

#include "base.h"

/* Registers both; an SQLite result code. */
int vtabs_register(sqlite3 *db);

#endif
