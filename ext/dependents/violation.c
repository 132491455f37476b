#include "dependents/violation.h"

#include "ddl/parse.h"
#include "ddl/render.h"
#include "dependents/advice.h"

/* Runs a SELECT of identities. If it returns rows, sets an error: their number,
** a verb (`one` for one row, `more` for several), the rule, the first rows, and
** advice. */
static void report_violations(Ctx *ctx, const CheckedRows *rows,
                              const char *select, const char *one,
                              const char *more, const char *rule,
                              Problem problem) {
  enum { SHOWN = 3 };
  i64 count = 0;
  sqlite3_stmt *stmt = db_prepare(ctx, "%s", select);
  if (stmt == NULL) return;
  sqlite3_str *first = sqlite3_str_new(ctx->db);
  while (db_row(ctx, stmt)) {
    if (count++ >= SHOWN) continue;
    const char *row = db_column_or_null(ctx, stmt, 0);
    sqlite3_str_appendf(first, "%s%s", count > 1 ? ", " : "", row ? row : "-");
  }
  db_finish(stmt);
  const char *shown = mem_finish(ctx, first);
  if (count && ctx_ok(ctx))
    err_set(ctx, SQLITE_CONSTRAINT,
            "table \"%s\": %lld %s %s (first %s%s %s); %s", rows->table, count,
            count == 1 ? one : more, rule, rows->by_key ? "key" : "rowid",
            count == 1 ? "" : "s", shown, advice_on(ctx, problem, count));
}

static bool is_new_column(const CheckedRows *rows, const char *column) {
  return rows->before && table_column(rows->before, column) < 0;
}

static bool terms_have_new(const CheckedRows *rows, const Term *terms,
                           int nterm) {
  for (int i = 0; i < nterm; i++)
    if (terms[i].column && is_new_column(rows, terms[i].column)) return true;
  return false;
}

/* Returns true if the expression uses a new column. */
static bool uses_new_column(Ctx *ctx, const CheckedRows *rows,
                            const char *sql) {
  bool found = false;
  if (rows->before == NULL || rows->now == NULL) return false;
  Tokens tokens = token_list(ctx, sql);
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    const char *name = token_is_name(&tokens.list[i])
                           ? token_name(ctx, &tokens.list[i])
                           : NULL;
    found |=
        name && table_column(rows->now, name) >= 0 && is_new_column(rows, name);
  }
  return found;
}

char *violation_is_null(Ctx *ctx, const Column *column) {
  return mem_printf(ctx, "\"%w\" IS NULL", column->name);
}

void violation_not_null(Ctx *ctx, const CheckedRows *rows,
                        const Column *column) {
  report_violations(
      ctx, rows,
      mem_printf(ctx, "SELECT orm_row FROM (%s) WHERE %s", rows->sql,
                 violation_is_null(ctx, column)),
      "row has", "rows have", mem_printf(ctx, "NULL in \"%s\"", column->name),
      is_new_column(rows, column->name) ? PROBLEM_NEW_NULL : PROBLEM_NULL);
}

void violation_rowid(Ctx *ctx, const CheckedRows *rows, const char *column) {
  report_violations(
      ctx, rows,
      mem_printf(ctx,
                 "SELECT orm_row FROM (%s)"
                 " WHERE typeof(\"%w\") NOT IN ('integer', 'null')",
                 rows->sql, column),
      "row has", "rows have",
      mem_printf(ctx, "no integer in \"%s\", which is the INTEGER PRIMARY KEY",
                 column),
      PROBLEM_TYPE);
}

void violation_strict(Ctx *ctx, const CheckedRows *rows, const Column *column) {
  static const struct {
    const char *name, *type;
  } types[] = {{"INT", "integer"},
               {"INTEGER", "integer"},
               {"REAL", "real"},
               {"TEXT", "text"},
               {"BLOB", "blob"}};
  for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
    if (!name_equal(types[i].name, column->type)) continue;
    report_violations(
        ctx, rows,
        mem_printf(ctx,
                   "SELECT orm_row FROM (%s)"
                   " WHERE typeof(\"%w\") NOT IN (%Q, 'null')",
                   rows->sql, column->name, types[i].type),
        "row has", "rows have",
        mem_printf(ctx,
                   "another type than %s in the %scolumn \"%s\" of a STRICT "
                   "table",
                   column->type, column->generated.sql ? "generated " : "",
                   column->name),
        column->generated.sql ? PROBLEM_GENERATED : PROBLEM_TYPE);
  }
}

char *violation_is_false(Ctx *ctx, const Constraint *check) {
  return mem_printf(ctx, "NOT (%s)", check->check.sql);
}

void violation_check(Ctx *ctx, const CheckedRows *rows,
                     const Constraint *check) {
  report_violations(
      ctx, rows,
      mem_printf(ctx, "SELECT orm_row FROM (%s) AS \"%w\" WHERE %s", rows->sql,
                 rows->table, violation_is_false(ctx, check)),
      "row breaks", "rows break",
      mem_printf(ctx, "CHECK (%s)", check->check.sql),
      uses_new_column(ctx, rows, check->check.sql) ? PROBLEM_NEW_CHECK
                                                   : PROBLEM_CHECK);
}

static char *term_list(Ctx *ctx, const Term *terms, int nterm) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < nterm; i++) {
    sqlite3_str_appendall(str, i ? ", " : "");
    if (terms[i].column)
      sqlite3_str_appendf(str, "\"%w\"", terms[i].column);
    else
      sqlite3_str_appendall(str, terms[i].expr.sql);
    if (terms[i].collate)
      sqlite3_str_appendf(str, " COLLATE \"%w\"", terms[i].collate);
  }
  return mem_finish(ctx, str);
}

void violation_unique(Ctx *ctx, const CheckedRows *rows, const Term *terms,
                      int nterm, const char *where) {
  char *list = term_list(ctx, terms, nterm);
  const char *filter = where ? where : "1";
  report_violations(
      ctx, rows,
      mem_printf(ctx,
                 "SELECT orm_row FROM (%s) WHERE (%s) AND (%s) IN"
                 " (SELECT %s FROM (%s) WHERE (%s)"
                 "  GROUP BY %s HAVING count(*) > 1)",
                 rows->sql, filter, list, list, rows->sql, filter, list),
      "row breaks", "rows break", mem_printf(ctx, "UNIQUE (%s)", list),
      terms_have_new(rows, terms, nterm) ? PROBLEM_NEW_UNIQUE : PROBLEM_UNIQUE);
}

CheckedRows violation_rows(Ctx *ctx, const Table *table, const char *name) {
  const char *identity = render_identity(ctx, table);
  return (CheckedRows){
      .table = name,
      .sql = mem_printf(ctx, "SELECT %s AS orm_row, * FROM \"main\".\"%w\"",
                        identity, name),
      .by_key = table_rowid(table) == NULL};
}

bool violation_explain(Ctx *ctx, const Ctx *search) {
  int rc = ctx_ok(ctx) ? search->rc : ctx->rc;
  if (search->rc != SQLITE_CONSTRAINT && search->rc != SQLITE_NOMEM)
    return false;
  err_forget(ctx);
  if (search->rc == SQLITE_NOMEM)
    err_nomem(ctx);
  else
    err_set(ctx, rc, "%s", search->msg);
  return true;
}

void violation_index(Ctx *ctx, const char *create_index) {
  Ctx search;
  ctx_share(&search, ctx);
  Statement *s = parse_create(&search, create_index);
  const Index *index = s ? s->index : NULL;
  char *sql =
      index ? db_text_or_null(&search,
                              "SELECT sql FROM \"main\".sqlite_schema WHERE"
                              " type = 'table' AND name = %Q COLLATE NOCASE",
                              index->table)
            : NULL;
  s = sql ? parse_create(&search, sql) : NULL;
  if (s && s->table) {
    CheckedRows rows = violation_rows(&search, s->table, s->table->name);
    if (index->unique)
      violation_unique(&search, &rows, index->terms, index->nterm,
                       index->where.sql);
    if (!violation_explain(ctx, &search))
      err_prefix(ctx, "table \"%s\", index \"%s\"", index->table, index->name);
  }
  ctx_clear(&search);
}

const char *violation_integrity(Ctx *ctx, const Table *table) {
  const char *findings = "";
  sqlite3_stmt *rows =
      db_prepare(ctx, "PRAGMA \"main\".integrity_check(\"%w\")", table->name);
  while (db_row(ctx, rows)) {
    const char *line = db_column(ctx, rows, 0);
    if (line == NULL || strcmp(line, "ok") == 0 ||
        (table->without_rowid && strstr(line, "NULL value in ")))
      continue;
    findings = mem_printf(ctx, "%s%s%s", findings, *findings ? "; " : "", line);
  }
  db_finish(rows);
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
  return findings;
}
