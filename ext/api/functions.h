/*
** functions: the SQL functions.
**
** The room `api`: orm as SQL sees it.
**
** Input: the arguments of a call, or the scan of a virtual table. Output: its
** result, or the error of the Ctx. Files: functions, virtual_tables, help (the
** texts of orm_help), progress_bar (shows what the engine reports), orm (the
** entry point of the library).
**
** To add a function:
**
** 1. Write its work in the room where it belongs, as a function that takes a
**    Ctx and plain C values.
** 2. Write call_NAME() in functions.c. It reads the arguments and the options,
**    calls the work and sets the result. Errors need no code: an error in the
**    Ctx becomes the result.
** 3. Add a row to the table sql_functions in functions.c.
** 4. Add a row to help_entries in help.c, in the same place, and a row to the
**    table of functions in sql/reference.md.
** 5. Write its test in tests/: see tests/README.md. The tests help and readme
**    fail until step 4 is done.
*/
#ifndef ORM_FUNCTIONS_H
#define ORM_FUNCTIONS_H

#include "base/context.h"

/* Registers all functions; returns an SQLite result code. All of them are
** DIRECTONLY, so no view or trigger of a hostile file can call them
** (https://sqlite.org/c3ref/c_deterministic.html#sqlitedirectonly). */
int functions_register(sqlite3 *db);

#endif
