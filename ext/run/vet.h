/*
** vet: refuses statements of a recorded script that must not run.
**
** The authorizer of a connection belongs to the application and cannot be read
** back. So orm reads the program of each statement (EXPLAIN), with the programs
** of the triggers and foreign keys that it fires, before it runs.
*/
#ifndef ORM_VET_H
#define ORM_VET_H

#include "base/context.h"

/* A root page of a table of orm or of its index. */
typedef struct OwnPage {
  i64 root;
  const char *table;
} OwnPage;

/* The facts that vetting needs while a script runs. */
typedef struct Vet {
  const char *why;        /* why the connection distrusts scripts, or NULL */
  struct NameMap *direct; /* functions that are SQLITE_DIRECTONLY */
  OwnPage *pages; /* root pages of the tables of orm and their indexes */
  int npage;
  i64 cookie; /* of the schema when the pages were read */
} Vet;

/* Begins to vet the statements of a script. If the connection distrusts scripts
** (SQLITE_DBCONFIG_DEFENSIVE, or trusted_schema off), then, as long as the
** session has the script, no statement may call a function that is
** SQLITE_DIRECTONLY, other than orm's own, or that reaches outside the
** database. This includes the statements of orm and of the functions that the
** script calls. A script comes from a file, and SQLite allows no schema to call
** these functions. */
void vet_begin(Ctx *ctx, Script *script, Vet *vet);

/* Fails if a statement of the script changes a table of orm, itself or by
** triggers and foreign keys, or if vet_begin() forbids it. */
void vet_statement(Ctx *ctx, Vet *vet, sqlite3_stmt *stmt);

#endif
