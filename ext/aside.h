/*
** aside: what is broken blocks any RENAME
** (https://sqlite.org/lang_altertable.html#altertabrename), also one that does
** not concern it. It is set aside meanwhile, and put back word for word.
*/
#ifndef ORM_ASIDE_H
#define ORM_ASIDE_H

#include "blame.h"
#include "guard.h"
#include "schema.h"
#include "token.h"

typedef struct AsideIndex {
  const char *rowid, *name, *table, *page, *sql; /* its row of sqlite_schema */
} AsideIndex;

typedef struct AsideText {
  const char *rowid, *table, *sql; /* its row of sqlite_schema */
} AsideText;

typedef struct Aside {
  Object *list; /* their sql is what is stored, to the last comment */
  int count;
  AsideIndex *indexes;
  int nindex;
  AsideText *texts;
  int ntext;
  const NameMap *names; /* of what is renamed */
} Aside;

/* Sets aside indexes as aside_indexes() says. With an SQLite before 3.37, what
** generates columns of tables of other names: its RENAME COLUMN would take that
** for what it renames. It is an error where that could not be put back. `live`
** is the schema as it is. */
void aside_set(Ctx *ctx, Aside *aside, const Schema *live,
               const NameMap *names);

/* The same for the statement that begins with this token, if that is ALTER
** TABLE name RENAME. */
void aside_for(Ctx *ctx, Aside *aside, const Token *first);

/* To be called when the RENAME has failed. If the error blames a view or
** trigger that is broken whatever is renamed, and that uses none of the names,
** drops it (with its triggers), forgets the error, and returns true: try again.
** SQLite alone decides what is broken: RENAME minds less than a compiler, and
** other things. */
bool aside_blamed(Ctx *ctx, Aside *aside);

/* Sets aside indexes of tables of other names whose collation this connection
** has not got. Such an index could not be made again, so its row is taken out
** of sqlite_schema, its pages staying where they are; on a connection that is
** defensive it stays in the way. */
void aside_indexes(Ctx *ctx, Aside *aside, const Schema *live,
                   const NameMap *names);

void aside_put_back(Ctx *ctx, const Aside *aside);

#endif
