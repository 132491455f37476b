/*
** park: what is broken blocks any RENAME
** (https://sqlite.org/lang_altertable.html#altertabrename), also one that does
** not concern it. It is set aside meanwhile, and put back word for word.
*/
#ifndef ORM_PARK_H
#define ORM_PARK_H

#include "base/guard.h"
#include "base/token.h"
#include "dependents/alter_error.h"
#include "schema/schema.h"

typedef struct ParkedIndex {
  const char *rowid, *name, *table, *page, *sql; /* its row of sqlite_schema */
} ParkedIndex;

typedef struct ParkedText {
  const char *rowid, *table, *sql; /* its row of sqlite_schema */
} ParkedText;

typedef struct Parked {
  Object *list; /* their sql is what is stored, to the last comment */
  int count;
  ParkedIndex *indexes;
  int nindex;
  ParkedText *texts;
  int ntext;
  const NameMap *names; /* of what is renamed */
} Parked;

/* Sets aside indexes as park_indexes() says. With an SQLite before 3.37, what
** generates columns of tables of other names: its RENAME COLUMN would take that
** for what it renames. It is an error where that could not be put back. `live`
** is the schema as it is. */
void park_for_rename(Ctx *ctx, Parked *parked, const Schema *live,
                     const NameMap *names);

/* The same for the statement that begins with this token, if that is ALTER
** TABLE name RENAME. */
void park_for_statement(Ctx *ctx, Parked *parked, const Token *first);

/* To be called when the RENAME has failed. If the error blames a view or
** trigger that is broken whatever is renamed, and that uses none of the names,
** drops it (with its triggers), forgets the error, and returns true: try again.
** SQLite alone decides what is broken: RENAME minds less than a compiler, and
** other things. */
bool park_blocker(Ctx *ctx, Parked *parked);

/* Sets aside indexes of tables of other names whose collation this connection
** has not got. Such an index could not be made again, so its row is taken out
** of sqlite_schema, its pages staying where they are; on a connection that is
** defensive it stays in the way. */
void park_indexes(Ctx *ctx, Parked *parked, const Schema *live,
                  const NameMap *names);

void park_restore(Ctx *ctx, const Parked *parked);

#endif
