#include "layout.h"

#include "edit.h"
#include "guard.h"
#include "history.h"
#include "layout_2_sql.h"
#include "layout_3_sql.h"
#include "layout_4_sql.h"
#include "meta.h"
#include "meta_sql.h"
#include "token.h"

/* By the layout that they lead to; 0: the present one, from nothing. */
static const char *const scripts[META_LAYOUT + 1] = {
    [0] = orm_meta_sql,
    [2] = orm_layout_2_sql,
    [3] = orm_layout_3_sql,
    [4] = orm_layout_4_sql,
};

static void run(Ctx *ctx, const char *script) {
  Tokens tokens = token_list(ctx, script);
  int from = 0;
  while (ctx_ok(ctx) && from < tokens.count) {
    int end = token_statement_end(&tokens, from);
    const char *sql = tokens.list[from].z;
    sql = mem_printf(ctx, "%.*s", (int)(tokens.list[end].z - sql), sql);
    if (token_is(&tokens.list[from], "DROP"))
      guard_alone(ctx, sql);
    else
      db_exec(ctx, "%s", sql);
    from = end + 1;
  }
}

/* ---- layout 4 ----------------------------------------------------------- */

typedef struct Texts {
  const char **list;
  int count;
} Texts;

/* The indexes and triggers of the table that the update drops, as SQL. */
static Texts read_extras(Ctx *ctx) {
  Texts extras = {NULL, 0};
  sqlite3_stmt *rows = db_prepare(
      ctx, "SELECT sql FROM \"main\".sqlite_schema WHERE sql IS NOT NULL"
           " AND type <> 'table' AND tbl_name = 'orm_migration' COLLATE NOCASE"
           " ORDER BY rowid");
  while (db_row(ctx, rows)) {
    const char *sql = db_column(ctx, rows, 0);
    const char **slot = MEM_PUSH(ctx, extras.list, extras.count);
    if (slot) *slot = sql;
  }
  db_finish(rows);
  return extras;
}

static void put_back(Ctx *ctx, const Texts *extras) {
  for (int i = 0; ctx_ok(ctx) && i < extras->count; i++)
    db_exec(ctx, "%s", edit_in_main(ctx, extras->list[i]));
}

/* Before layout 4, one checksum covered both scripts. That of a version that
** was edited stays, and goes on to say so. */
static void split_checksums(Ctx *ctx) {
  Versions all = history_range(ctx, 0, HISTORY_MOST);
  for (int i = 0; ctx_ok(ctx) && i < all.count; i++) {
    const Version *v = &all.list[i];
    if (v->applied_at == NULL || !history_is_unchanged(ctx, v)) continue;
    history_take_checksums(ctx, v);
  }
}

static void update_to_4(Ctx *ctx) {
  Texts extras = read_extras(ctx);
  run(ctx, scripts[4]);
  split_checksums(ctx);
  put_back(ctx, &extras);
}

/* ---- all ---------------------------------------------------------------- */

void layout_create(Ctx *ctx) {
  i64 layout = meta_layout(ctx);
  if (ctx_ok(ctx) && layout == 0) {
    run(ctx, scripts[0]);
    return;
  }
  while (ctx_ok(ctx) && layout < META_LAYOUT)
    if (++layout == 4)
      update_to_4(ctx);
    else
      run(ctx, scripts[layout]);
}
