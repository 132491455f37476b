/*
** tree: many expressions joined by one operator. SQLite limits how deep an
** expression may be (SQLITE_LIMIT_EXPR_DEPTH, 1000), and reads a AND b AND c as
** a chain, one level for each operand. A table may have 2,000 columns. So long
** lists are written as balanced trees: ((a AND b) AND (c AND d)). Pure.
*/
#ifndef ORM_TREE_H
#define ORM_TREE_H

#include "base/context.h"

typedef struct Tree {
  Ctx *ctx;
  const char **leaves;
  int count;
} Tree;

/* Adds an operand. A NULL, as is left by an error, is not added. */
void tree_add(Tree *tree, const char *expression);

/* The operands joined by an associative operator, written with its spaces
** (" AND "); `none` if there are none. Up to TREE_FLAT operands are joined
** without parentheses. */
enum { TREE_FLAT = 64 };
char *tree_join(const Tree *tree, const char *between, const char *none);

#endif
