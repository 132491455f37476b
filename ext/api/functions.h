/*
** functions: the SQL functions.
*/
#ifndef ORM_FUNCTIONS_H
#define ORM_FUNCTIONS_H

#include "base/context.h"

/* Registers all of them; an SQLite result code. Those that have an effect, and
** those that read the schema, are DIRECTONLY: no view or trigger of a hostile
** file can call them (https://sqlite.org/c3ref/c_deterministic.html
** #sqlitedirectonly). */
int functions_register(sqlite3 *db);

#endif
