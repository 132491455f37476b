/*
** tree: joins many expressions by one operator, as a balanced tree:
** ((a AND b) AND (c AND d)).
**
** SQLite limits the depth of an expression (SQLITE_LIMIT_EXPR_DEPTH, 1000) and
** reads a AND b AND c as a chain, one level per operand. A table may have 2,000
** columns. Pure.
*/
#ifndef ORM_TREE_H
#define ORM_TREE_H

#include "base/context.h"

/* Operands that are to be joined. Begin with {ctx, NULL, 0}. */
typedef struct Tree {
  Ctx *ctx;
  const char **leaves;
  int count;
} Tree;

/* Adds an operand. NULL, which an error leaves, is ignored. */
void tree_add(Tree *tree, const char *expression);

/* Up to so many operands are joined without parentheses. */
enum { TREE_FLAT = 64 };

/* Returns the operands joined by an associative operator, given with its spaces
** (" AND "); `none` if there are no operands. */
char *tree_join(const Tree *tree, const char *between, const char *none);

#endif
