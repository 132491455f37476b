#include "base/tree.h"

void tree_add(Tree *tree, const char *expression) {
  if (expression == NULL || !ctx_ok(tree->ctx)) return;
  const char **slot = MEM_PUSH(tree->ctx, tree->leaves, tree->count);
  if (slot) *slot = expression;
}

static void join(sqlite3_str *str, const char **leaves, int count,
                 const char *between) {
  if (count <= TREE_FLAT) {
    for (int i = 0; i < count; i++)
      sqlite3_str_appendf(str, "%s%s", i ? between : "", leaves[i]);
    return;
  }
  int half = count / 2;
  sqlite3_str_appendall(str, "(");
  join(str, leaves, half, between);
  sqlite3_str_appendf(str, ")%s(", between);
  join(str, leaves + half, count - half, between);
  sqlite3_str_appendall(str, ")");
}

char *tree_join(const Tree *tree, const char *between, const char *none) {
  if (!ctx_ok(tree->ctx)) return NULL;
  if (tree->count == 0) return mem_text(tree->ctx, none, -1);
  sqlite3_str *str = sqlite3_str_new(tree->ctx->db);
  join(str, tree->leaves, tree->count, between);
  return mem_finish(tree->ctx, str);
}
