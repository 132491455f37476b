/*
** vet: refuses forbidden statements of recorded scripts.
**
** orm cannot use an authorizer: a connection has only one, it belongs to the
** application, and SQLite has no call that returns it. Instead, orm reads the
** program of each statement before the statement runs (EXPLAIN). This includes
** the programs of the triggers and foreign keys that the statement fires.
*/
#ifndef ORM_VET_H
#define ORM_VET_H

#include "base/context.h"

/* The root page of a table of orm or of an index on it. */
typedef struct OwnPage {
  i64 root;
  const char *table;
} OwnPage;

/* The facts that vetting needs while a script runs. */
typedef struct Vet {
  const char *why;        /* why the connection distrusts scripts, or NULL */
  struct NameMap *direct; /* names of SQLITE_DIRECTONLY functions */
  OwnPage *pages;         /* of the tables of orm and their indexes */
  int npage;
  i64 cookie; /* the schema cookie when the pages were read */
} Vet;

/* Begins to vet the statements of a script, which may come from a file. A
** connection distrusts scripts if it is defensive (SQLITE_DBCONFIG_DEFENSIVE)
** or if trusted_schema is off. Then, as long as the session has the script, no
** statement may call a function that reaches outside the database or that is
** SQLITE_DIRECTONLY; orm's own functions are allowed. The rule also applies to
** statements of orm itself and of the functions that the script calls. SQLite
** forbids such calls in schemas. */
void vet_begin(Ctx *ctx, Script *script, Vet *vet);

/* Fails if the statement changes a table of orm, directly or by triggers and
** foreign keys, or if it breaks the rule of vet_begin(). */
void vet_statement(Ctx *ctx, Vet *vet, sqlite3_stmt *stmt);

#endif
