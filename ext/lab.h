/*
** lab: the scratch database, in memory, to try changes of a schema on. SQLite
** itself says there whether SQL can be prepared, and what a RENAME makes of it.
** The functions, collations and modules of the application have stand-ins
** (standin.h): those of the connection as it has them, and those that even the
** connection lacks by the use that the SQL makes of them.
**
**   Lab lab;
**   lab_open(&lab, ctx, false);
**   lab_copy(&lab, but, LAB_TABLES);  (and db_exec(), lab_try())
**   ... db_prepare(ctx, ...)  (ctx works on the scratch database)
**   lab_close(&lab);
*/
#ifndef ORM_LAB_H
#define ORM_LAB_H

#include "standin.h"

typedef struct Lab {
  Ctx *ctx;
  sqlite3 *db, *outside;
  NameMap *functions; /* names that it has */
  char unknown;       /* what these lead to where only a use tells of it */
  NameMap *modules;   /* names that it has */
  NameMap *offered;   /* names of modules that the connection has */
  StandinTables tables;
  struct Guard *guard, **guards;
} Lab;

/* Opens it; from here on ctx works on it. strings: a word in "double quotes"
** that is no name is a string, whatever the caller's connection says: another
** connection may have written it. Otherwise it never is one. The Lab must stay
** where it is until lab_close(), which must follow, whatever fails. */
void lab_open(Lab *lab, Ctx *ctx, bool strings);
void lab_close(Lab *lab);

/* Registers stand-ins for the functions and modules that this SQL uses and the
** scratch database lacks. Returns whether there were any. */
bool lab_know(Lab *lab, const char *sql);

/* Runs a CREATE statement, if need be with stand-ins for what it uses. Returns
** whether it succeeded. If not, `why` (NULL: nobody wants it) gets SQLite's
** message, and ctx has no error unless memory ran out or the call was
** interrupted. A virtual table that its module refuses here becomes an ordinary
** table with the columns that the connection knows. */
bool lab_try(Lab *lab, const char *sql, const char **why);

/* Can SQLite prepare the statement? Stand-ins and `why` as for lab_try().
** Creating takes a time that grows with what was created before; this does not.
** */
bool lab_prepares(Lab *lab, const char *sql, const char **why);

/* The order in which a schema is created: triggers on views, after those. */
typedef enum LabPhase {
  LAB_TABLES, /* and virtual tables */
  LAB_VIEWS,  /* and indexes */
  LAB_TRIGGERS,
  LAB_PHASES
} LabPhase;

/* Creates what the "main" schema of the caller's connection has, of one phase,
** word for word, SQLite's and orm's own tables included, but for names that are
** in `but` (NULL: all). What SQLite refuses to create is left out. */
void lab_copy(Lab *lab, const NameMap *but, LabPhase phase);

#endif
