#include "alter/exchange.h"

#include "base/guard.h"

bool exchange_is_possible(Ctx *ctx) {
  return ctx_ok(ctx) && !guard_is_defensive(ctx->db);
}

void exchange_add(Ctx *ctx, TreePairs *pairs, const char *table,
                  const char *other) {
  TreePair *slot = MEM_PUSH(ctx, pairs->list, pairs->count);
  if (slot) *slot = (TreePair){table, other};
}

static i64 root_page(Ctx *ctx, const char *name) {
  return db_int(ctx,
                "SELECT rootpage FROM \"main\".sqlite_schema WHERE"
                " type IN ('table', 'index') AND name = %Q COLLATE NOCASE",
                name);
}

static void set_root_page(Ctx *ctx, const char *name, i64 page) {
  db_exec(ctx,
          "UPDATE \"main\".sqlite_schema SET rootpage = %lld WHERE"
          " type IN ('table', 'index') AND name = %Q COLLATE NOCASE",
          page, name);
  if (ctx_ok(ctx) && sqlite3_changes(ctx->db) != 1)
    err_set(ctx, SQLITE_ERROR, "\"%s\" is missing in sqlite_schema", name);
}

static void check_root_page(Ctx *ctx, const char *name, i64 page) {
  if (page <= 0 || root_page(ctx, name) != page)
    err_set(ctx, SQLITE_AUTH, "the root page of \"%s\" cannot be set", name);
}

/* Reads the root pages back: an authorizer may ignore reads and writes of
** sqlite_schema. */
void exchange_trees(Ctx *ctx, const TreePairs *pairs) {
  size_t size = sizeof(i64) * (size_t)pairs->count;
  i64 *ours = (i64 *)mem_new(ctx, size), *theirs = (i64 *)mem_new(ctx, size);
  guard_writable(ctx, true);
  for (int i = 0; ctx_ok(ctx) && i < pairs->count; i++) {
    ours[i] = root_page(ctx, pairs->list[i].table);
    theirs[i] = root_page(ctx, pairs->list[i].other);
  }
  for (int i = 0; ctx_ok(ctx) && i < pairs->count; i++) {
    set_root_page(ctx, pairs->list[i].table, theirs[i]);
    set_root_page(ctx, pairs->list[i].other, ours[i]);
  }
  for (int i = 0; ctx_ok(ctx) && i < pairs->count; i++) {
    check_root_page(ctx, pairs->list[i].table, theirs[i]);
    check_root_page(ctx, pairs->list[i].other, ours[i]);
  }
  guard_writable(ctx, false);
  guard_reload(ctx);
}

bool exchange_was_made(Ctx *ctx) {
  if (ctx_ok(ctx)) return true;
  if (err_is_refusal(ctx) && !sqlite3_get_autocommit(ctx->db)) err_forget(ctx);
  return false;
}
