#include "meta/layout.h"

#include "base/guard.h"
#include "base/token.h"
#include "ddl/edit.h"
#include "layout_2_sql.h"
#include "layout_3_sql.h"
#include "layout_4_sql.h"
#include "layout_5_sql.h"
#include "meta/changes.h"
#include "meta/history.h"
#include "meta/meta.h"
#include "meta/recorded.h"
#include "meta/snapshot.h"
#include "meta_sql.h"

/* The scripts by the layout to which they lead; 0: creates the present one. */
static const char *const scripts[META_LAYOUT + 1] = {
    [0] = orm_meta_sql,     [2] = orm_layout_2_sql, [3] = orm_layout_3_sql,
    [4] = orm_layout_4_sql, [5] = orm_layout_5_sql,
};

/* Runs the statements of a script. DROP needs that no other statement of the
** connection is running. */
static void run_script(Ctx *ctx, const char *script) {
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

/* ---- tables that an update recreates ------------------------------------ */

/* The tables that the script of a layout recreates, by layout; NULL: none. */
static const char *const recreated[META_LAYOUT + 1] = {
    [4] = "'orm_migration'",
    [5] = "'orm_migration', 'orm_relationship'",
};

/* SQL of indexes and triggers. */
typedef struct ExtraTexts {
  const char **list;
  int count;
} ExtraTexts;

/* Returns the indexes and triggers of the tables that the script recreates,
** orm's own and undeclared ones. */
static ExtraTexts read_extras(Ctx *ctx, i64 layout) {
  ExtraTexts extras = {NULL, 0};
  if (recreated[layout] == NULL) return extras;
  sqlite3_stmt *rows = db_prepare(
      ctx,
      "SELECT sql FROM \"main\".sqlite_schema WHERE sql IS NOT NULL"
      " AND type <> 'table' AND lower(tbl_name) IN (%s) ORDER BY rowid",
      recreated[layout]);
  while (db_row(ctx, rows)) {
    const char *sql = db_column(ctx, rows, 0);
    const char **slot = MEM_PUSH(ctx, extras.list, extras.count);
    if (slot) *slot = sql;
  }
  db_finish(rows);
  return extras;
}

/* Recreates the indexes and triggers. */
static void recreate_extras(Ctx *ctx, const ExtraTexts *extras) {
  for (int i = 0; ctx_ok(ctx) && i < extras->count; i++)
    db_exec(ctx, "%s", edit_in_main(ctx, extras->list[i]));
}

/* ---- layout 4 ----------------------------------------------------------- */

/* Splits the checksum of each version: before layout 4, one checksum covered
** both scripts. An edited version keeps the old checksum, so that it is still
** recognised as edited. */
static void split_checksums(Ctx *ctx) {
  sqlite3_stmt *rows = db_prepare(
      ctx, "SELECT version, up, down, checksum FROM \"main\".orm_migration"
           " WHERE applied_at IS NOT NULL ORDER BY version");
  while (db_row(ctx, rows)) {
    const Version v = {.version = sqlite3_column_int64(rows, 0),
                       .up = db_column(ctx, rows, 1),
                       .down = db_column_or_null(ctx, rows, 2),
                       .checksum = db_column_or_null(ctx, rows, 3)};
    if (ctx_ok(ctx) && history_is_unchanged(ctx, &v))
      history_take_checksums(ctx, &v);
  }
  db_finish(rows);
}

/* ---- layout 5 ----------------------------------------------------------- */

/* Computes the changes of each version from the complete declarations that the
** versions had before. */
static void compute_changes(Ctx *ctx) {
  const MetaRows *before = history_rows(ctx, 0);
  sqlite3_stmt *versions =
      db_prepare(ctx, "SELECT version, models FROM \"main\".orm_migration_old"
                      " ORDER BY version");
  while (db_row(ctx, versions)) {
    const i64 version = sqlite3_column_int64(versions, 0);
    MetaRows *rows = snapshot_read(ctx, db_column(ctx, versions, 1));
    err_prefix(ctx, "version %lld", version);
    if (rows == NULL) break;
    db_change(ctx,
              "UPDATE \"main\".orm_migration SET changes = ?2"
              " WHERE version = ?1 + 0",
              mem_printf(ctx, "%lld", version),
              changes_write(ctx, before, rows));
    before = rows;
  }
  db_finish(versions);
  if (ctx_ok(ctx)) recorded_write(ctx, NULL, before);
  guard_alone(ctx, "DROP TABLE \"main\".orm_migration_old");
}

/* ---- all ---------------------------------------------------------------- */

static void update_to(Ctx *ctx, i64 layout) {
  ExtraTexts extras = read_extras(ctx, layout);
  run_script(ctx, scripts[layout]);
  if (layout == 4) split_checksums(ctx);
  if (layout == 5) compute_changes(ctx);
  recreate_extras(ctx, &extras);
}

void layout_create(Ctx *ctx) {
  i64 layout = meta_layout(ctx);
  if (ctx_ok(ctx) && layout == 0) {
    run_script(ctx, scripts[0]);
    return;
  }
  while (ctx_ok(ctx) && layout < META_LAYOUT) update_to(ctx, ++layout);
}
