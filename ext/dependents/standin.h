/*
** standin: functions, collations and modules that only the application has, as
** a scratch database needs them: SQL that uses them can be prepared, and run,
** there. A function gives NULL, a collation compares bytes, and a table of a
** module has its columns and no rows.
**
** Each call takes the database from ctx->db. A failed registration is an error.
*/
#ifndef ORM_STANDIN_H
#define ORM_STANDIN_H

#include "schema/schema.h"

typedef enum FunctionKind {
  FUNCTION_SCALAR,
  FUNCTION_AGGREGATE,
  FUNCTION_WINDOW /* also an aggregate: FILTER and OVER are allowed */
} FunctionKind;

/* A function of `narg` arguments; -1: of any number. flags: those of
** sqlite3_create_function() besides the encoding. It replaces one of the same
** name and number of arguments. */
void standin_function(Ctx *ctx, const char *name, int narg, FunctionKind kind,
                      int flags);

/* From now on each collation that is missing is registered when it is needed.
** ctx must outlive the database. */
void standin_collations(Ctx *ctx);

/* Tables of modules: their names to the text that declares their columns,
** "CREATE TABLE x(a, b HIDDEN)". */
typedef struct StandinTables {
  Ctx *ctx;
  NameMap *declared;
} StandinTables;

/* A module. The columns of its tables are those of tables->declared; for a
** table that is missing there they are taken from the arguments of CREATE
** VIRTUAL TABLE. An eponymous module has a table of its own name, too, which
** must be in tables->declared. `tables` must outlive the database. */
void standin_module(Ctx *ctx, const char *name, StandinTables *tables,
                    bool eponymous);

#endif
