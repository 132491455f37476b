/*
** scratch: the scratch database, in memory, to try changes of a schema on.
** SQLite itself says there whether SQL can be prepared, and what a RENAME makes
** of it. The functions, collations and modules of the application have
** stand-ins (standin.h): those of the connection as it has them, and those that
** even the connection lacks by the use that the SQL makes of them.
**
**   Scratch scratch;
**   scratch_open(&scratch, ctx, false);
**   scratch_copy(&scratch, but, SCRATCH_TABLES);  (and db_exec(), scratch_create())
**   ... db_prepare(ctx, ...)  (ctx works on the scratch database)
**   scratch_close(&scratch);
*/
#ifndef ORM_SCRATCH_H
#define ORM_SCRATCH_H

#include "dependents/standin.h"

typedef struct Scratch {
  Ctx *ctx;
  sqlite3 *db, *outside;
  NameMap *functions; /* names that it has */
  char unknown;       /* what these lead to where only a use tells of it */
  NameMap *modules;   /* names that it has */
  NameMap *offered;   /* names of modules that the connection has */
  StandinTables tables;
  struct Guard *guard, **guards;
} Scratch;

/* Opens it; from here on ctx works on it. strings: a word in "double quotes"
** that is no name is a string, whatever the caller's connection says: another
** connection may have written it. Otherwise it never is one. The Scratch must stay
** where it is until scratch_close(), which must follow, whatever fails. */
void scratch_open(Scratch *scratch, Ctx *ctx, bool strings);
void scratch_close(Scratch *scratch);

/* Registers stand-ins for the functions and modules that this SQL uses and the
** scratch database lacks. Returns whether there were any. */
bool scratch_supply(Scratch *scratch, const char *sql);

/* Runs a CREATE statement, if need be with stand-ins for what it uses. Returns
** whether it succeeded. If not, `why` (NULL: nobody wants it) gets SQLite's
** message, and ctx has no error unless memory ran out or the call was
** interrupted. A virtual table that its module refuses here becomes an ordinary
** table with the columns that the connection knows. */
bool scratch_create(Scratch *scratch, const char *sql, const char **why);

/* Can SQLite prepare the statement? Stand-ins and `why` as for scratch_create().
** Creating takes a time that grows with what was created before; this does not.
** */
bool scratch_prepares(Scratch *scratch, const char *sql, const char **why);

/* The order in which a schema is created: triggers on views, after those. */
typedef enum ScratchPhase {
  SCRATCH_TABLES, /* and virtual tables */
  SCRATCH_VIEWS,  /* and indexes */
  SCRATCH_TRIGGERS,
  SCRATCH_PHASES
} ScratchPhase;

/* Creates what the "main" schema of the caller's connection has, of one phase,
** word for word, SQLite's and orm's own tables included, but for names that are
** in `but` (NULL: all). What SQLite refuses to create is left out. */
void scratch_copy(Scratch *scratch, const NameMap *but, ScratchPhase phase);

#endif
