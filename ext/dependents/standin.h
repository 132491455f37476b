/*
** standin: replacements for functions, collations and modules that only the
** application has. With them, a scratch database can prepare and run SQL that
** uses the originals. A stand-in for a function returns NULL, a collation
** compares bytes, and a table of a module has its columns, but no rows.
**
** All functions here register stand-ins on ctx->db. A failed registration is an
** error.
*/
#ifndef ORM_STANDIN_H
#define ORM_STANDIN_H

#include "schema/schema.h"

/* The kinds of SQL functions. */
typedef enum FunctionKind {
  FUNCTION_SCALAR,
  FUNCTION_AGGREGATE,
  FUNCTION_WINDOW /* also an aggregate; allows FILTER and OVER */
} FunctionKind;

/* Registers a function of `narg` arguments (-1: any number). `flags` are the
** flags of sqlite3_create_function() without the encoding. A function of the
** same name and number of arguments is replaced. */
void standin_function(Ctx *ctx, const char *name, int narg, FunctionKind kind,
                      int flags);

/* Makes SQLite register each missing collation when it needs the collation. ctx
** must outlive the database. */
void standin_collations(Ctx *ctx);

/* The virtual tables. `declared` maps the name of a table to the text that
** declares its columns: "CREATE TABLE x(a, b HIDDEN)". */
typedef struct StandinTables {
  Ctx *ctx;
  NameMap *declared;
} StandinTables;

/* Registers a module. The columns of its tables are read from tables->declared.
** If a table is missing there, its columns are the arguments of CREATE VIRTUAL
** TABLE. If `eponymous` is true, the module also has a table of its own name,
** which must be in tables->declared. `tables` must outlive the database. */
void standin_module(Ctx *ctx, const char *name, StandinTables *tables,
                    bool eponymous);

#endif
