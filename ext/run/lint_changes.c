#include "run/lint.h"

#include "base/guard.h"
#include "base/os.h"
#include "plan/plan.h"

/* ---- renames and undo --------------------------------------------------- */

void lint_rename(Lint *lint) {
  Ctx *ctx = lint->ctx;
  const Changes *changes = &lint->difference.model;
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++) {
    const Change *c = &changes->list[i];
    bool table = c->op == OP_RENAME_TABLE;
    if (!table && c->op != OP_RENAME_COLUMN) continue;
    const char *fix =
        table ? mem_printf(ctx,
                           "INSERT INTO orm_object(sql) VALUES ('CREATE VIEW "
                           "\"%w\" AS SELECT * FROM \"%w\"')",
                           c->object_back, c->object)
              : NULL;
    lint_add(lint, NULL, c->object,
             mem_printf(ctx,
                        "programs that use the old name stop working when this "
                        "is applied: %s",
                        c->detail),
             fix, lint_rows_text(ctx, lint_rows(lint, c->table_from)));
  }
}

/* Adds the pending versions without an undo script. */
static void find_pending(Lint *lint) {
  Ctx *ctx = lint->ctx;
  if (!meta_exists(ctx)) return;
  sqlite3_stmt *rows = db_prepare(
      ctx, "SELECT version FROM \"main\".orm_migration"
           " WHERE down IS NULL AND applied_at IS NULL ORDER BY version");
  while (db_row(ctx, rows))
    lint_add(lint, NULL,
             mem_printf(ctx, "version %lld", sqlite3_column_int64(rows, 0)),
             "the version has no undo script", NULL, NULL);
  db_finish(rows);
}

void lint_no_undo(Lint *lint) {
  Ctx *ctx = lint->ctx;
  const Changes *changes = &lint->difference.model;
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++) {
    const Change *c = &changes->list[i];
    const char *why = c->undo;
    if (c->op == OP_DROP_VIRTUAL_TABLE)
      why = "the content of a virtual table is not archived";
    if (why)
      lint_add(lint, NULL, c->object,
               mem_printf(ctx, "%s: %s", diff_describe(ctx, c), why), NULL,
               c->table_from
                   ? lint_rows_text(ctx, lint_rows(lint, c->table_from))
                   : NULL);
  }
  find_pending(lint);
}

/* ---- rewrites ----------------------------------------------------------- */

enum {
  REWRITE_SAMPLE = 10000, /* rows that are read to measure */
  WRITE_FACTOR = 4,       /* a copy takes about this many times reading */
  SLOW_LOCK = 1           /* seconds from which a lock is a warning */
};

/* Returns the SQL that reads a sample and returns its size in bytes. */
static const char *sample_sql(Ctx *ctx, const Table *table) {
  const char *sum = "0";
  for (int i = 0; i < table->ncolumn; i++)
    sum = mem_printf(ctx, "%s + coalesce(length(CAST(\"%w\" AS BLOB)), 0) + 1",
                     sum, table->columns[i].name);
  return mem_printf(ctx,
                    "SELECT sum(bytes) FROM (SELECT %s AS bytes FROM"
                    " \"main\".\"%w\" LIMIT %d)",
                    sum, table->name, REWRITE_SAMPLE);
}

static void check_rewrite(Lint *lint, const Table *table) {
  Ctx *ctx = lint->ctx;
  const Table *live = schema_table(lint->live, table->name);
  i64 rows = live ? lint_rows(lint, live) : -1;
  if (rows < 0) return;
  const char *sql = sample_sql(ctx, live);
  double start = os_seconds();
  i64 bytes = lint_int(lint, sql);
  double seconds = os_seconds() - start;
  i64 sampled = rows < REWRITE_SAMPLE ? rows : REWRITE_SAMPLE;
  if (bytes < 0) return;
  double times = sampled ? (double)rows / (double)sampled : 0;
  double lock = seconds * times * WRITE_FACTOR;
  double megabytes = (double)bytes * times / 1e6;
  lint_add(lint, lock >= SLOW_LOCK ? "warning" : NULL, table->name,
           mem_printf(ctx,
                      "the table is copied: %s, about %.1f MB of disk space, "
                      "and the write lock for about %.1f s",
                      lint_rows_text(ctx, rows), megabytes, lock),
           NULL, mem_printf(ctx, "%lld rows read", sampled));
}

void lint_rewrite(Lint *lint) {
  Ctx *ctx = lint->ctx;
  const Changes *changes = &lint->difference.model;
  RuleState state = {sqlite3_libversion_number(), guard_is_defensive(ctx->db)};
  const Method *costs =
      changes->count ? plan_costs(ctx, changes, &state) : NULL;
  const Table *last = NULL;
  for (int i = 0; costs && ctx_ok(ctx) && i < changes->count; i++) {
    const Change *c = &changes->list[i];
    if (costs[i] != METHOD_REWRITE || !change_alters(c) ||
        c->table_from == last)
      continue;
    last = c->table_from;
    check_rewrite(lint, last);
  }
}
