/*
** orphan: finds orphans, which are rows without a parent. Collects the rows of
** PRAGMA foreign_key_check by foreign key, and describes them in an error.
*/
#ifndef ORM_ORPHAN_H
#define ORM_ORPHAN_H

#include "schema/schema.h"

/* Returns an expression for the number of foreign keys whose parent is missing
** for a row of the table. `row` is the table or an alias of it in the query. If
** `column` is not NULL, only foreign keys with this column count. "(0)" if
** there is no such foreign key. */
char *orphan_count(Ctx *ctx, const Table *table, const char *column,
                   const Schema *live, const char *row);

/* The rows of a table whose parent by one foreign key is missing. */
typedef struct Orphans {
  i64 key;            /* the foreign key's id in foreign_key_list */
  const char *parent; /* the table that it points to */
  const char *columns;
  i64 rows;
  const char *first; /* rowids of the first rows, or NULL */
} Orphans;

/* The orphans of one table, by foreign key. */
typedef struct OrphanList {
  Orphans *list;
  int count;
} OrphanList;

/* The columns of PRAGMA foreign_key_check. */
enum { FKEY_CHECK_TABLE, FKEY_CHECK_ROWID, FKEY_CHECK_PARENT, FKEY_CHECK_KEY };

/* Adds the current row of PRAGMA foreign_key_check. */
void orphan_add(Ctx *ctx, OrphanList *all, sqlite3_stmt *row);

/* Sets Orphans.columns of each foreign key. `table` is the current name of the
** child table. */
void orphan_read_columns(Ctx *ctx, const char *table, OrphanList *all);

/* Describes the new orphans of a table. For each foreign key, the result has
** the number of rows and the first rows: `2 rows have no parent in "user" by
** (user_id) (first rowids 1, 2)`. These parts are joined by "and". `more` is
** the number of all new orphans, `before` has the orphans before the change,
** and `renamed` maps new names of tables to old names. */
char *orphan_report(Ctx *ctx, const char *table, i64 more, OrphanList *now,
                    const OrphanList *before, const NameMap *renamed,
                    const Schema *live);

#endif
