/*
** funcs: the SQL functions.
*/
#ifndef ORM_FUNCS_H
#define ORM_FUNCS_H

#include "base.h"

/* Registers all of them; an SQLite result code. Those that have an effect, and
** those that read the schema, are DIRECTONLY: no view or trigger of a hostile
** file can call them (https://sqlite.org/c3ref/c_deterministic.html
** #sqlitedirectonly). */
int funcs_register(sqlite3 *db);

#endif
