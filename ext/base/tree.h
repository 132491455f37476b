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

/* The operands of one operator; at first {ctx, NULL, 0}. */
typedef struct Tree {
  Ctx *ctx;
  const char **leaves;
  int count;
} Tree;

/* Adds an operand. NULL, the result of a failed call, is ignored. */
void tree_add(Tree *tree, const char *expression);

/* The greatest number of operands that are joined without parentheses. */
enum { TREE_FLAT = 64 };

/* Returns the operands, joined by `between`, an associative operator with its
** spaces (" AND "). Returns `none` if there are no operands. */
char *tree_join(const Tree *tree, const char *between, const char *none);

#endif
