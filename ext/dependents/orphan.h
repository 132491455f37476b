/*
** orphan: rows without a parent: which, by which foreign key, and the words of
** the error.
*/
#ifndef ORM_ORPHAN_H
#define ORM_ORPHAN_H

#include "schema/schema.h"

/* Has the row no parent by this foreign key? An expression; NULL where that
** cannot be asked, because the parent has no such columns. */
char *orphan_condition(Ctx *ctx, const Constraint *foreign, const Schema *live,
                       const char *row);

/* Returns an expression for the number of foreign keys of the table that have
** no parent in the row `row` of the table; only of those that name the column,
** unless it is NULL. "(0)" if there is no such foreign key. */
char *orphan_count(Ctx *ctx, const Table *table, const char *column,
                   const Schema *live, const char *row);

/* The rows that one foreign key of a table leaves without a parent. */
typedef struct Orphans {
  i64 key;            /* its id in PRAGMA foreign_key_list */
  const char *parent; /* the table that it points to */
  const char *columns;
  i64 rows;
  const char *first; /* rowids of the first of them, or NULL */
  int shown;
} Orphans;

typedef struct OrphanList {
  Orphans *list;
  int count;
} OrphanList;

/* Adds a row of PRAGMA foreign_key_check. */
void orphan_add(Ctx *ctx, OrphanList *all, sqlite3_stmt *row);

/* Finds the columns of the keys, by the table's name as it is now. */
void orphan_read_columns(Ctx *ctx, const char *table, OrphanList *all);

/* The words for those that there are more of than before, each key with its own
** number and first rows: `2 rows have no parent in "user" by (user_id) (first
** rowids 1, 2)`, joined by "and". `more` is the number of all of them,
** and `renamed` has the names that tables had before. */
char *orphan_report(Ctx *ctx, const char *table, i64 more, OrphanList *now,
                    const OrphanList *before, const NameMap *renamed,
                    const Schema *live);

#endif
