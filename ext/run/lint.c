#include "run/lint.h"

#include "base/nearest.h"
#include "ddl/live.h"
#include "ddl/render.h"

/* The rules. sql/README.md describes them. */
// clang-format off
static const LintRule rules_of_lint[] = {
  {"declaration",       "error",   lint_declaration},
  {"view",              "error",   lint_view},
  {"foreign_key_rows",  "error",   lint_foreign_key_rows},
  {"foreign_key_index", "warning", lint_foreign_key_index},
  {"no_key",            "warning", lint_no_key},
  {"type",              "warning", lint_type},
  {"date_format",       "warning", lint_date_format},
  {"check_constant",    "warning", lint_check_constant},
  {"duplicate_index",   "warning", lint_duplicate_index},
  {"rename",            "warning", lint_rename},
  {"no_undo",           "warning", lint_no_undo},
  {"rewrite",           "note",    lint_rewrite},
  {"unique_null",       "note",    lint_unique_null},
  {"all_null",          "note",    lint_all_null},
};
// clang-format on
enum { LINT_RULES = sizeof(rules_of_lint) / sizeof(rules_of_lint[0]) };

/* ---- switched off ------------------------------------------------------- */

static bool has_off(Ctx *ctx) {
  return db_has_table(ctx, "orm_lint_off");
}

static const char *known_rules(Ctx *ctx) {
  const char *all = rules_of_lint[0].name;
  for (int i = 1; i < LINT_RULES; i++)
    all = mem_printf(ctx, "%s, %s", all, rules_of_lint[i].name);
  return all;
}

void lint_check_rule(Ctx *ctx, const char *place, const char *rule) {
  Nearest near = {.name = rule};
  if (rule == NULL || strcmp(rule, "*") == 0) return;
  for (int i = 0; i < LINT_RULES; i++) {
    if (strcmp(rule, rules_of_lint[i].name) == 0) return;
    nearest_try(&near, rules_of_lint[i].name);
  }
  err_set(ctx, SQLITE_ERROR,
          "%s switches off \"%s\", which is no rule%s the rules are %s", place,
          rule, nearest_hint(ctx, &near, ";"), known_rules(ctx));
}

/* Fails if a row of orm_lint_off names an unknown rule. */
static void check_off(Ctx *ctx) {
  if (!has_off(ctx)) return;
  sqlite3_stmt *rows =
      db_prepare(ctx, "SELECT CAST(rule AS TEXT) FROM \"main\".orm_lint_off"
                      " WHERE rule IS NOT NULL");
  while (db_row(ctx, rows))
    lint_check_rule(ctx, "orm_lint_off", db_column(ctx, rows, 0));
  db_finish(rows);
}

/* Returns true if a row of orm_lint_off matches the object, or the table of the
** column or the index that it is. */
static bool is_off(Lint *lint, const char *object) {
  Ctx *ctx = lint->ctx;
  if (!has_off(ctx)) return false;
  const Index *index = schema_index(lint->schema, object);
  return db_int(ctx,
                "SELECT EXISTS (SELECT 1 FROM \"main\".orm_lint_off"
                " WHERE rule IN (%Q, '*') AND (%Q GLOB coalesce(object, '*')"
                " OR %Q GLOB object || '.*' OR %Q GLOB object))",
                lint->rule->name, object, object, index ? index->table : NULL);
}

/* ---- for the rules ------------------------------------------------------ */

void lint_add(Lint *lint, const char *severity, const char *object,
              const char *message, const char *fix, const char *proof) {
  if (!ctx_ok(lint->ctx) || is_off(lint, object)) return;
  Finding *slot = MEM_PUSH(lint->ctx, lint->list, lint->count);
  if (slot)
    *slot = (Finding){lint->rule->name,
                      severity ? severity : lint->rule->severity,
                      object,
                      message,
                      fix,
                      proof};
}

const char *lint_text(Lint *lint, const char *sql) {
  Ctx *ctx = lint->ctx;
  if (sql == NULL || !ctx_ok(ctx)) return NULL;
  const char *text = db_text_or_null(ctx, "%s", sql);
  if ((ctx->rc & 0xff) == SQLITE_ERROR) {
    err_forget(ctx);
    return NULL;
  }
  return text;
}

i64 lint_int(Lint *lint, const char *sql) {
  Ctx *ctx = lint->ctx;
  if (sql == NULL || !ctx_ok(ctx)) return -1;
  i64 n = db_int(ctx, "%s", sql);
  if ((ctx->rc & 0xff) != SQLITE_ERROR) return n;
  err_forget(ctx);
  return -1;
}

i64 lint_rows(Lint *lint, const Table *table) {
  if (schema_table(lint->live, table->name) == NULL) return -1;
  return lint_int(lint,
                  mem_printf(lint->ctx, "SELECT count(*) FROM \"main\".\"%w\"",
                             table->name));
}

const char *lint_rows_text(Ctx *ctx, i64 rows) {
  return rows < 0 ? NULL
                  : mem_printf(ctx, "%lld row%s", rows, rows == 1 ? "" : "s");
}

const char *lint_columns(Ctx *ctx, const Term *terms, int nterm) {
  const char *list = "";
  for (int i = 0; i < nterm; i++)
    list = mem_printf(ctx, "%s%s%s", list, i ? ", " : "",
                      render_name(ctx, terms[i].column));
  return list;
}

/* ---- the run ------------------------------------------------------------ */

Lint lint_run(Ctx *ctx) {
  Lint lint = {.ctx = ctx};
  lint.live = live_read(ctx);
  lint.schema = lint.live;
  if (meta_exists(ctx)) {
    lint.difference = status_difference(ctx);
    Invalids skipped = {0};
    if (ctx_ok(ctx)) lint.schema = model_survey(ctx, &skipped, NULL).schema;
  }
  check_off(ctx);
  for (int i = 0; ctx_ok(ctx) && i < LINT_RULES; i++) {
    lint.rule = &rules_of_lint[i];
    lint.rule->look(&lint);
  }
  return lint;
}

enum { LINT_NAMED = 5 };

/* Returns true if there is something to migrate. */
static bool has_work(Ctx *ctx) {
  const Difference d = status_difference(ctx);
  return ctx_ok(ctx) && (d.model.count || d.wrongs.count);
}

void lint_refuse(Ctx *ctx) {
  if (!has_work(ctx)) return;
  Lint lint = lint_run(ctx);
  const char *list = "";
  int n = 0;
  for (int i = 0; ctx_ok(ctx) && i < lint.count; i++) {
    const Finding *f = &lint.list[i];
    if (strcmp(f->severity, "error") != 0 || ++n > LINT_NAMED) continue;
    list = mem_printf(ctx, "%s%s%s (%s): %s", list, n > 1 ? "; " : "",
                      f->object, f->rule, f->message);
  }
  if (n)
    err_set(ctx, SQLITE_ERROR,
            "'lint' found %d error%s: %s; SELECT * FROM orm_lint shows all, a "
            "row of orm_lint_off switches a rule off",
            n, n == 1 ? "" : "s", list);
}
