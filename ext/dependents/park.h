/*
** park: removes the objects that block a RENAME, and restores them afterwards
** with the same text. A broken view, trigger or index blocks every RENAME, even
** of tables that it does not use
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

/* The parked objects. Zeroed at first. */
typedef struct Parked {
  Object *list; /* views and triggers; sql is as stored, with comments */
  int count;
  ParkedIndex *indexes;
  int nindex;
  ParkedText *texts;
  int ntext;
  const NameMap *names; /* names of the objects that are renamed */
} Parked;

/* Parks indexes as park_indexes() does. Before SQLite 3.37, also parks the
** expressions of generated columns in tables that are not in `names`: RENAME
** COLUMN mistakes a column that such an expression uses for the renamed column
** if both have the same position. On a defensive connection they cannot be
** parked; park_restore() sets an error there if RENAME has changed an
** expression. `live` is the current schema. `names` must live as long as
** `parked`. */
void park_for_rename(Ctx *ctx, Parked *parked, const Schema *live,
                     const NameMap *names);

/* Calls park_for_rename() if the statement that begins with token `first` is
** ALTER TABLE name RENAME; otherwise does nothing. */
void park_for_statement(Ctx *ctx, Parked *parked, const Token *first);

/* Parks the view (with its triggers) or the trigger that has made a RENAME
** fail, and clears the error. Returns true if the caller must try the RENAME
** again. Returns false, and leaves the error, if the RENAME has succeeded, if
** it has failed for another reason, if the object was not broken before the
** RENAME, or if the object uses one of the names. The error of RENAME alone
** decides which object is broken, because the checks of RENAME differ from
** those of the compiler. */
bool park_blocker(Ctx *ctx, Parked *parked);

/* Parks indexes whose collation is missing on this connection, except those of
** tables in `names`. Such an index could not be recreated after a DROP. So its
** row is removed from sqlite_schema, and its pages stay in place. A defensive
** connection forbids this; there the index still blocks the RENAME. */
void park_indexes(Ctx *ctx, Parked *parked, const Schema *live,
                  const NameMap *names);

/* Restores all parked objects. */
void park_restore(Ctx *ctx, const Parked *parked);

#endif
