/*
** scratch: a database in memory, on which changes of a schema are tried. There,
** SQLite itself decides whether a statement can be prepared, and how a RENAME
** rewrites a view.
**
** Input: the connection of ctx, and CREATE statements. Output: for each
** statement, true or SQLite's error message; and the texts in sqlite_schema of
** the scratch database.
**
** Functions, collations and modules of the application have stand-ins
** (standin.h). If the connection has the function or module, the stand-in is of
** the same kind. Otherwise the kind is derived from the use in the SQL.
**
**   Scratch scratch;
**   scratch_open(&scratch, ctx, false);
**   scratch_copy_all(&scratch);
**   ... scratch_create(), db_exec(ctx, ...)  (ctx->db is scratch.db)
**   scratch_close(&scratch);
*/
#ifndef ORM_SCRATCH_H
#define ORM_SCRATCH_H

#include "dependents/standin.h"

/* A scratch database; filled by scratch_open(). */
typedef struct Scratch {
  Ctx *ctx;
  sqlite3 *db, *connection;
  NameMap *functions; /* names of the functions that db has */
  char unknown;     /* &unknown: value in `functions` if the kind is a guess */
  NameMap *modules; /* names of the modules that db has */
  NameMap *offered_modules; /* names of the modules that `connection` has */
  StandinTables tables;
  Session session; /* of the scratch database */
  Session *outer;  /* of the caller's connection */
} Scratch;

/* Opens the scratch database. Until scratch_close(), ctx uses the scratch
** database in place of the connection. If `strings` is true, a word in "double
** quotes" that is not a name is a string, because the connection that created
** the schema may have allowed this. Otherwise such a word is an error. The
** struct must not move until scratch_close(), which must be called even after
** an error. */
void scratch_open(Scratch *scratch, Ctx *ctx, bool strings);
/* Closes the scratch database. ctx uses the connection again. */
void scratch_close(Scratch *scratch);

/* Allows or forbids strings in double quotes, after scratch_open(). */
void scratch_allow_strings(Scratch *scratch, bool allow);

/* Registers stand-ins for the functions and modules that the SQL uses and that
** the scratch database lacks. Returns true if there were any. */
bool scratch_supply(Scratch *scratch, const char *sql);

/* Runs a CREATE statement, with stand-ins if it needs them. Returns true on
** success. Otherwise sets *why (unless `why` is NULL) to SQLite's message; ctx
** has an error only if memory ran out or the call was interrupted. If a module
** refuses to create its virtual table, an ordinary table with the same columns
** is created instead, provided that the connection knows the columns. */
bool scratch_create(Scratch *scratch, const char *sql, const char **why);

/* Returns true if SQLite can prepare the statement. Registers stand-ins and
** sets *why as scratch_create() does. Its cost does not grow with the number of
** objects, unlike that of scratch_create(). */
bool scratch_prepares(Scratch *scratch, const char *sql, const char **why);

/* The phases in which a schema is created. Triggers come last, because those on
** a view need the view. */
typedef enum ScratchPhase {
  SCRATCH_TABLES, /* and virtual tables */
  SCRATCH_VIEWS,  /* and indexes */
  SCRATCH_TRIGGERS,
  SCRATCH_PHASES
} ScratchPhase;

/* The columns of PRAGMA table_xinfo that are read. */
enum { XINFO_NAME = 1, XINFO_TYPE = 2, XINFO_HIDDEN = 6 };

/* An object in "main" of the caller's connection. */
typedef struct ScratchObject {
  ScratchPhase phase;
  const char *name;
  const char *table; /* of an index or trigger; else the name itself */
  const char *sql;
} ScratchObject;

/* A list of such objects. */
typedef struct ScratchObjects {
  ScratchObject *list;
  int count;
} ScratchObjects;

/* Returns the objects of "main" of the caller's connection that have a text,
** those of SQLite and of orm included, except those whose names are in
** `except` (which may be NULL). */
ScratchObjects scratch_objects(Scratch *scratch, const NameMap *except);

/* Creates the objects of one phase on the scratch database, if `tables` has
** their table (NULL: all). Leaves out those that SQLite refuses to create. */
void scratch_copy(Scratch *scratch, const ScratchObjects *objects,
                  const NameMap *tables, ScratchPhase phase);

/* Creates all objects of "main" of the caller's connection. */
void scratch_copy_all(Scratch *scratch);

#endif
