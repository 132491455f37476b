/*
** vet: what a statement of a recorded script must not do. SQLite has one
** authorizer a connection, which is the application's and cannot be read back.
** So the program of the statement is read (EXPLAIN), with those of the
** triggers and foreign keys that it fires, before it runs.
*/
#ifndef ORM_VET_H
#define ORM_VET_H

#include "base/context.h"

typedef struct OwnPage {
  i64 root;
  const char *table;
} OwnPage;

/* What is known while a script runs. */
typedef struct Vet {
  const char *why;        /* the connection distrusts scripts, or NULL */
  struct NameMap *direct; /* functions that it lets no schema call */
  OwnPage *pages;         /* of orm's own tables and their indexes */
  int npage;
  i64 cookie; /* of the schema then */
} Vet;

/* If the connection distrusts scripts (SQLITE_DBCONFIG_DEFENSIVE, or
** trusted_schema off), refuses every statement, while the session has the
** script, that calls a function which is SQLITE_DIRECTONLY, other than orm's
** own, or which reaches outside the database: statements of the script, of orm,
** and of orm's functions that the script calls. A script comes from a file, and
** SQLite lets no schema call these. */
void vet_begin(Ctx *ctx, Script *script, Vet *vet);

/* Refuses a statement of a script that changes orm's own tables, itself or by
** triggers and foreign keys; and what vet_begin() says. */
void vet_statement(Ctx *ctx, Vet *vet, sqlite3_stmt *stmt);

#endif
