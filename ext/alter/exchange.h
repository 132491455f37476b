/*
** exchange: exchanges the b-trees of two tables of the same storage layout, by
** an edit of their root pages in sqlite_schema. No row is read or written.
**
** This is an edit of sqlite_schema as in section 7 of
** https://sqlite.org/lang_altertable.html. A connection in defensive mode does
** not allow it.
*/
#ifndef ORM_EXCHANGE_H
#define ORM_EXCHANGE_H

#include "base/context.h"

/* Two b-trees to exchange, by the names of their rows in sqlite_schema. */
typedef struct TreePair {
  const char *table, *other;
} TreePair;

/* A list of pairs. */
typedef struct TreePairs {
  TreePair *list;
  int count;
} TreePairs;

/* Returns true if the connection allows an exchange. */
bool exchange_is_possible(Ctx *ctx);

/* Adds a pair of tables or indexes. */
void exchange_add(Ctx *ctx, TreePairs *pairs, const char *table,
                  const char *other);

/* Exchanges the b-trees of all pairs. The caller has a guard. */
void exchange_trees(Ctx *ctx, const TreePairs *pairs);

/* To be called after guard_end(). Returns true if there is no error. Returns
** false if SQLite refused the exchange, and forgets that error: another method
** may succeed. */
bool exchange_was_made(Ctx *ctx);

#endif
