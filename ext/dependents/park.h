/*
** park: removes the objects that block a RENAME, and restores them afterwards,
** word for word. A broken view, trigger or index blocks each RENAME, even of a
** table that it does not use
** (https://sqlite.org/lang_altertable.html#altertabrename).
**
**   Parked parked = {.count = 0};
**   park_for_rename(ctx, &parked, live, names);
**   do {
**     ... run the RENAME
**   } while (park_blocker(ctx, &parked));
**   park_restore(ctx, &parked);
*/
#ifndef ORM_PARK_H
#define ORM_PARK_H

#include "base/guard.h"
#include "base/token.h"
#include "dependents/alter_error.h"
#include "schema/schema.h"

/* A row of sqlite_schema for an index. */
typedef struct ParkedIndex {
  const char *rowid, *name, *table, *page, *sql;
} ParkedIndex;

/* A row of sqlite_schema for a table with generated columns. */
typedef struct ParkedText {
  const char *rowid, *table, *sql;
} ParkedText;

/* The parked objects; all zero at first. */
typedef struct Parked {
  Object *list; /* views and triggers; sql: as stored, with comments */
  int count;
  ParkedIndex *indexes;
  int nindex;
  ParkedText *texts;
  int ntext;
  const NameMap *names; /* names of the objects that are renamed */
} Parked;

/* Parks indexes as park_indexes() does. With an SQLite before 3.37, it also
** parks the expressions of generated columns in tables other than those in
** `names`, because RENAME COLUMN would confuse their columns with the one that
** it renames. It is an error if they could not be restored. `live` is the
** schema as it is. `names` must live as long as `parked`. */
void park_for_rename(Ctx *ctx, Parked *parked, const Schema *live,
                     const NameMap *names);

/* Does as park_for_rename() for the statement that begins with token `first`,
** if it is ALTER TABLE name RENAME; otherwise does nothing. */
void park_for_statement(Ctx *ctx, Parked *parked, const Token *first);

/* Parks the view or trigger that has made a RENAME fail, with its triggers, and
** forgets the error. Returns true if the RENAME is to be tried again. Returns
** false, and leaves the error, if the RENAME has succeeded or failed for
** another reason, if the object is not broken before the RENAME, or if it uses
** one of the names. SQLite alone decides which objects are broken: the checks
** of RENAME differ from those of the compiler. */
bool park_blocker(Ctx *ctx, Parked *parked);

/* Parks indexes of tables that are not in `names`, if their collation is
** missing on this connection. Such an index could not be created again. So its
** row is removed from sqlite_schema, and its pages stay in place. A defensive
** connection does not allow that: there the index continues to block the
** RENAME. */
void park_indexes(Ctx *ctx, Parked *parked, const Schema *live,
                  const NameMap *names);

/* Restores all parked objects. */
void park_restore(Ctx *ctx, const Parked *parked);

#endif
