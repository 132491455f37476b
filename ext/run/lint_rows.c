#include "run/lint.h"

enum { LINT_SAMPLE = 100000 };

/* Returns true if the live table has the column. */
static bool is_live_column(Lint *lint, const Table *table, const char *column) {
  const Table *live = schema_table(lint->live, table->name);
  return live && table_column(live, column) >= 0;
}

static bool are_live_terms(Lint *lint, const Table *table, const Term *terms,
                           int nterm) {
  for (int i = 0; i < nterm; i++)
    if (!terms[i].column || !is_live_column(lint, table, terms[i].column))
      return false;
  return true;
}

/* ---- NULL --------------------------------------------------------------- */

static void check_all_null(Lint *lint, const Table *table, const Column *c,
                           i64 rows) {
  Ctx *ctx = lint->ctx;
  const char *sql = mem_printf(ctx,
                               "SELECT EXISTS (SELECT 1 FROM \"main\".\"%w\""
                               " WHERE \"%w\" IS NOT NULL)",
                               table->name, c->name);
  if (lint_int(lint, sql) != 0) return;
  const char *fix =
      table->model
          ? mem_printf(ctx,
                       "DELETE FROM orm_column WHERE model = %Q AND name = %Q",
                       table->model, c->name)
          : NULL;
  lint_add(lint, NULL, mem_printf(ctx, "%s.%s", table->name, c->name),
           "all values are NULL", fix, lint_rows_text(ctx, rows));
}

void lint_all_null(Lint *lint) {
  Ctx *ctx = lint->ctx;
  for (int i = 0; ctx_ok(ctx) && i < lint->schema->ntable; i++) {
    const Table *table = lint->schema->tables[i];
    i64 rows = lint_rows(lint, table);
    for (int k = 0; rows > 0 && ctx_ok(ctx) && k < table->ncolumn; k++)
      if (is_live_column(lint, table, table->columns[k].name))
        check_all_null(lint, table, &table->columns[k], rows);
  }
}

/* Adds a finding if two rows or more have NULL in a unique key. */
static void check_unique_null(Lint *lint, const Table *table,
                              const char *object, const Term *terms,
                              int nterm) {
  Ctx *ctx = lint->ctx;
  if (!are_live_terms(lint, table, terms, nterm)) return;
  const char *any = "";
  for (int i = 0; i < nterm; i++)
    any = mem_printf(ctx, "%s%s\"%w\" IS NULL", any, i ? " OR " : "",
                     terms[i].column);
  i64 n = lint_int(lint, mem_printf(ctx,
                                    "SELECT count(*) FROM \"main\".\"%w\""
                                    " WHERE %s",
                                    table->name, any));
  if (n < 2) return;
  lint_add(
      lint, NULL, object,
      mem_printf(ctx,
                 "UNIQUE (%s) does not limit rows with NULL, because NULLs "
                 "are not equal",
                 lint_columns(ctx, terms, nterm)),
      NULL,
      mem_printf(ctx, "%lld of %lld rows have NULL", n,
                 lint_rows(lint, table)));
}

void lint_unique_null(Lint *lint) {
  Ctx *ctx = lint->ctx;
  const Schema *schema = lint->schema;
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++) {
    const Table *table = schema->tables[i];
    for (int k = 0; k < table->nconstraint; k++)
      if (table->constraints[k].kind == CONSTRAINT_UNIQUE)
        check_unique_null(lint, table, table->name, table->constraints[k].terms,
                          table->constraints[k].nterm);
  }
  for (int i = 0; ctx_ok(ctx) && i < schema->nindex; i++) {
    const Index *index = schema->indexes[i];
    const Table *table = schema_table(schema, index->table);
    if (table && index->unique && index->where.sql == NULL)
      check_unique_null(lint, table, index->name, index->terms, index->nterm);
  }
}

/* ---- dates -------------------------------------------------------------- */

/* Returns true for DATE, DATETIME, TIMESTAMP and the like. */
static bool is_date_type(const char *type) {
  return sqlite3_strlike("%date%", type, 0) == 0 ||
         sqlite3_strlike("%time%", type, 0) == 0;
}

/* The name of the format of a value. */
#define DATE_FORM                                           \
  "CASE WHEN typeof(v) <> 'text' THEN typeof(v)"            \
  " WHEN v NOT GLOB '[0-9]*' THEN 'other text'"             \
  " WHEN v LIKE '____-__-__' THEN 'YYYY-MM-DD'"             \
  " WHEN v LIKE '____-__-__ __:__' THEN 'YYYY-MM-DD HH:MM'" \
  " WHEN v LIKE '____-__-__ __:__:__'"                      \
  "  THEN 'YYYY-MM-DD HH:MM:SS'"                            \
  " WHEN v LIKE '____-__-__ __:__:__.%%'"                   \
  "  THEN 'YYYY-MM-DD HH:MM:SS.SSS'"                        \
  " WHEN v LIKE '____-__-__T%%Z' THEN 'YYYY-MM-DDT...Z'"    \
  " WHEN v LIKE '____-__-__T%%' THEN 'YYYY-MM-DDT...'"      \
  " WHEN v LIKE '__:__' THEN 'HH:MM'"                       \
  " WHEN v LIKE '__:__:__%%' THEN 'HH:MM:SS' ELSE 'other text' END"

static void check_date_format(Lint *lint, const Table *table, const Column *c) {
  Ctx *ctx = lint->ctx;
  const char *forms = mem_printf(
      ctx,
      "SELECT form, count(*) AS n FROM (SELECT " DATE_FORM " AS form FROM"
      " (SELECT \"%w\" AS v FROM \"main\".\"%w\" WHERE \"%w\" IS NOT NULL"
      " LIMIT %d)) GROUP BY form ORDER BY n DESC, form",
      c->name, table->name, c->name, LINT_SAMPLE);
  const char *list = lint_text(
      lint, mem_printf(ctx,
                       "SELECT list FROM (SELECT count(*) AS forms,"
                       " group_concat(form || ': ' || n, ', ') AS list"
                       " FROM (%s)) WHERE forms > 1",
                       forms));
  if (list == NULL) return;
  lint_add(
      lint, NULL, mem_printf(ctx, "%s.%s", table->name, c->name),
      mem_printf(ctx,
                 "values in several formats, which do not compare and sort "
                 "as times: %s",
                 list),
      mem_printf(ctx,
                 "UPDATE \"%w\" SET \"%w\" = datetime(\"%w\") WHERE"
                 " typeof(\"%w\") = 'text' AND datetime(\"%w\") <> \"%w\"",
                 table->name, c->name, c->name, c->name, c->name, c->name),
      lint_text(lint, mem_printf(ctx, "SELECT sum(n) || ' values' FROM (%s)",
                                 forms)));
}

void lint_date_format(Lint *lint) {
  Ctx *ctx = lint->ctx;
  for (int i = 0; ctx_ok(ctx) && i < lint->schema->ntable; i++) {
    const Table *table = lint->schema->tables[i];
    for (int k = 0; ctx_ok(ctx) && k < table->ncolumn; k++) {
      const Column *c = &table->columns[k];
      if (is_date_type(c->type) && is_live_column(lint, table, c->name))
        check_date_format(lint, table, c);
    }
  }
}

/* ---- foreign keys ------------------------------------------------------- */

/* Returns the name of column i of the parent; NULL if the key is wrong. */
static const char *lint_parent_column(const Table *parent, const Constraint *c,
                                      int i) {
  if (c->nparent) return c->parent_columns[i];
  const Constraint *key = table_primary_key(parent);
  return key && key->nterm == c->nterm ? key->terms[i].column : NULL;
}

/* Returns a condition on "main"."child" that is true if the row has no parent;
** NULL if the key is wrong. */
static const char *no_parent(Lint *lint, const Table *table,
                             const Constraint *c, const Table *parent) {
  Ctx *ctx = lint->ctx;
  const char *set = "", *equal = "";
  for (int i = 0; i < c->nterm; i++) {
    const char *column = lint_parent_column(parent, c, i);
    if (column == NULL || table_column(parent, column) < 0) return NULL;
    set = mem_printf(ctx, "%s\"%w\" IS NOT NULL AND ", set, c->terms[i].column);
    equal =
        mem_printf(ctx, "%s%sp.\"%w\" = \"%w\".\"%w\"", equal, i ? " AND " : "",
                   column, table->name, c->terms[i].column);
  }
  return mem_printf(ctx,
                    "%sNOT EXISTS (SELECT 1 FROM \"main\".\"%w\" AS p"
                    " WHERE %s)",
                    set, parent->name, equal);
}

/* Returns the SQL that removes the violations. */
static const char *orphan_fix(Ctx *ctx, const Table *table, const Constraint *c,
                              const char *orphan) {
  int column = table_column(table, c->terms[0].column);
  if (column < 0 || table->columns[column].notnull)
    return mem_printf(ctx, "DELETE FROM \"%w\" WHERE %s", table->name, orphan);
  return mem_printf(ctx, "UPDATE \"%w\" SET \"%w\" = NULL WHERE %s",
                    table->name, c->terms[0].column, orphan);
}

static void look_at_key(Lint *lint, const Table *table, const Constraint *c) {
  Ctx *ctx = lint->ctx;
  const Table *parent = schema_table(lint->live, c->parent);
  if (parent == NULL || !are_live_terms(lint, table, c->terms, c->nterm))
    return;
  const char *orphan = no_parent(lint, table, c, parent);
  if (orphan == NULL) return;
  i64 n = lint_int(lint, mem_printf(ctx,
                                    "SELECT count(*) FROM \"main\".\"%w\""
                                    " WHERE %s",
                                    table->name, orphan));
  if (n <= 0) return;
  lint_add(lint, NULL,
           mem_printf(ctx, "%s.%s", table->name, c->terms[0].column),
           mem_printf(ctx, "%s without a parent in \"%s\"",
                      lint_rows_text(ctx, n), c->parent),
           orphan_fix(ctx, table, c, orphan),
           mem_printf(ctx, "%lld of %lld rows", n, lint_rows(lint, table)));
}

void lint_foreign_key_rows(Lint *lint) {
  for (int i = 0; ctx_ok(lint->ctx) && i < lint->schema->ntable; i++) {
    const Table *table = lint->schema->tables[i];
    for (int k = 0; ctx_ok(lint->ctx) && k < table->nconstraint; k++)
      if (table->constraints[k].kind == CONSTRAINT_FOREIGN)
        look_at_key(lint, table, &table->constraints[k]);
  }
}
