/*
** orphan: rows without a parent. Collects the rows of PRAGMA foreign_key_check
** by foreign key, and describes them in an error.
*/
#ifndef ORM_ORPHAN_H
#define ORM_ORPHAN_H

#include "schema/schema.h"

/* Returns an expression for the number of foreign keys by which `row` of the
** table has no parent. With `column` (NULL: any), only foreign keys of this
** column count. "(0)" if there is no such foreign key. */
char *orphan_count(Ctx *ctx, const Table *table, const char *column,
                   const Schema *live, const char *row);

/* The rows of a table that have no parent by one foreign key. */
typedef struct Orphans {
  i64 key;            /* its id in PRAGMA foreign_key_list */
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

/* Adds a row of PRAGMA foreign_key_check. */
void orphan_add(Ctx *ctx, OrphanList *all, sqlite3_stmt *row);

/* Reads the columns of the foreign keys. `table` is the present name of the
** child table. */
void orphan_read_columns(Ctx *ctx, const char *table, OrphanList *all);

/* Describes the new orphans of a table, each foreign key with its number and
** first rows: `2 rows have no parent in "user" by (user_id) (first rowids 1,
** 2)`, joined by "and". `more` is the number of all new orphans, `before` has
** the old ones, and `renamed` maps new names of tables to old ones. */
char *orphan_report(Ctx *ctx, const char *table, i64 more, OrphanList *now,
                    const OrphanList *before, const NameMap *renamed,
                    const Schema *live);

#endif
