#include "alter/fts_alter.h"

#include "base/transcript.h"
#include "ddl/edit.h"
#include "dependents/fts_content.h"

static void store_virtual_text(Ctx *ctx, const char *name, const char *sql) {
  guard_writable(ctx, true);
  db_exec(ctx,
          "UPDATE \"main\".sqlite_schema SET sql = %Q"
          " WHERE type = 'table' AND name = %Q COLLATE NOCASE",
          sql, name);
  guard_writable(ctx, false);
  guard_reload(ctx);
}

/* Sets an error if the index does not have the rows of its content, compared by
** rowid: an index of some rows, built again, would have all of them. */
static void expect_all_rows(Ctx *ctx, const char *name, const char *sql) {
  const char *table = fts_content_table(ctx, sql);
  const char *rowid = fts_content_rowid(ctx, sql);
  const char *key = strstr(sql, "fts5") || strstr(sql, "FTS5") ? "id" : "docid";
  const char *select = mem_printf(
      ctx,
      "SELECT NOT EXISTS (SELECT %s FROM \"main\".\"%w_docsize\" EXCEPT"
      " SELECT \"%w\" FROM \"main\".\"%w\") AND NOT EXISTS (SELECT \"%w\" FROM"
      " \"main\".\"%w\" EXCEPT SELECT %s FROM \"main\".\"%w_docsize\")",
      key, name, rowid ? rowid : "rowid", table, rowid ? rowid : "rowid", table,
      key, name);
  transcript_expect(
      ctx,
      mem_printf(ctx, "\"%s\" has not indexed all rows of \"%s\"", name, table),
      select);
  if (ctx_ok(ctx) && !transcript_wanted(ctx) && db_int(ctx, "%s", select) == 0)
    err_set(
        ctx, SQLITE_ERROR,
        "virtual table \"%s\" has not indexed just the rows of \"%s\"; on a "
        "connection that is defensive (SQLITE_DBCONFIG_DEFENSIVE) it would be "
        "built again, of all rows",
        name, table);
}

static void rebuild_index(Ctx *ctx, const char *name, const char *sql) {
  expect_all_rows(ctx, name, sql);
  transcript_drop_table(ctx, name);
  transcript_exec(ctx, "%s", edit_in_main(ctx, sql));
  transcript_exec(ctx, "INSERT INTO \"main\".\"%w\"(\"%w\") VALUES ('rebuild')",
                  name, name);
}

bool fts_alter_table(Ctx *ctx, const Object *old, const char *sql) {
  if (!ctx_ok(ctx)) return false;
  if (!fts_content_equal_but_names(ctx, old->sql, sql))
    err_set(
        ctx, SQLITE_ERROR,
        "virtual table \"%s\" is not to be altered: only a full-text table "
        "with content='table' can be, in the names of that table and of its "
        "columns",
        old->name);
  bool builds = transcript_wanted(ctx) || guard_is_defensive(ctx->db);
  if (!ctx_ok(ctx)) return false;
  if (builds)
    rebuild_index(ctx, old->name, sql);
  else
    store_virtual_text(ctx, old->name, sql);
  sqlite3_stmt *row =
      db_prepare(ctx, "SELECT * FROM \"main\".\"%w\" LIMIT 1", old->name);
  db_row(ctx, row);
  db_finish(row);
  err_prefix(ctx, "virtual table \"%s\"", old->name);
  return builds;
}
