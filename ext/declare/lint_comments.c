#include "declare/lint_comments.h"

#include "base/text.h"
#include "run/lint.h"

/* A row of orm_lint_off. */
typedef struct OffRow {
  const char *rule, *object;
} OffRow;

typedef struct OffRows {
  OffRow *list;
  int count;
} OffRows;

/* Returns the pattern of a table, or, if `column` is not NULL, of a column. */
static const char *off_pattern(Ctx *ctx, const char *table,
                               const char *column) {
  Draft draft = draft_new(ctx, 0);
  const char *const parts[] = {table, column};
  for (int i = 0; i < 2 && parts[i]; i++) {
    if (i) draft_word(&draft, ".");
    for (const char *z = parts[i]; *z; z++) {
      bool special = strchr("*?[", *z) != NULL;
      if (special) draft_word(&draft, "[");
      draft_add(&draft, z, 1);
      if (special) draft_word(&draft, "]");
    }
  }
  return draft_end(&draft);
}

/* ---- comments to rows --------------------------------------------------- */

static void add_off_row(Ctx *ctx, OffRows *rows, const char *rule,
                        const char *object) {
  for (int i = 0; i < rows->count; i++)
    if (strcmp(rows->list[i].rule, rule) == 0 &&
        strcmp(rows->list[i].object, object) == 0)
      return;
  OffRow *slot = MEM_PUSH(ctx, rows->list, rows->count);
  if (slot) *slot = (OffRow){rule, object};
}

/* Adds a row for each rule of a list with commas. */
static void add_off_rows(Ctx *ctx, OffRows *rows, const char *rules,
                         const char *object) {
  while (rules && object && ctx_ok(ctx)) {
    int n = (int)strcspn(rules, ","), end = n;
    const char *z = rules;
    while (char_is_space(*z)) z++;
    while (rules + end > z && char_is_space(rules[end - 1])) end--;
    const char *rule = mem_text(ctx, z, (int)(rules + end - z));
    lint_check_rule(ctx, "@lint", rule);
    if (ctx_ok(ctx)) add_off_row(ctx, rows, rule, object);
    rules = rules[n] ? rules + n + 1 : NULL;
  }
}

/* Returns the rows that the comments of a table declare. */
static OffRows rows_of_table(Ctx *ctx, const Table *table) {
  OffRows rows = {NULL, 0};
  add_off_rows(ctx, &rows, table->lint_off,
               off_pattern(ctx, table->name, NULL));
  for (int i = 0; i < table->ncolumn; i++)
    if (table->columns[i].lint_off)
      add_off_rows(ctx, &rows, table->columns[i].lint_off,
                   off_pattern(ctx, table->name, table->columns[i].name));
  err_prefix(ctx, "table \"%s\"", table->name);
  return rows;
}

/* Returns the condition for the rows of a table. */
static const char *off_condition(Ctx *ctx, const char *table) {
  const char *pattern = off_pattern(ctx, table, NULL);
  return mem_printf(ctx, "(object = %Q OR substr(object, 1, length(%Q)) = %Q)",
                    pattern, mem_printf(ctx, "%s.", pattern),
                    mem_printf(ctx, "%s.", pattern));
}

static bool table_differs(Ctx *ctx, const Table *table, const OffRows *rows) {
  i64 found = 0;
  for (int i = 0; ctx_ok(ctx) && i < rows->count; i++)
    found += db_int(ctx,
                    "SELECT count(*) FROM \"main\".orm_lint_off"
                    " WHERE rule = %Q AND object = %Q",
                    rows->list[i].rule, rows->list[i].object);
  const char *own = off_condition(ctx, table->name);
  i64 all =
      db_int(ctx, "SELECT count(*) FROM \"main\".orm_lint_off WHERE %s", own);
  return found != rows->count || all != rows->count;
}

bool lint_comments_differ(Ctx *ctx, Statement *const *statements, int count) {
  for (int i = 0; ctx_ok(ctx) && i < count; i++) {
    if (statements[i]->table == NULL) continue;
    const OffRows rows = rows_of_table(ctx, statements[i]->table);
    if (rows.count && table_differs(ctx, statements[i]->table, &rows))
      return true;
  }
  return false;
}

/* Deletes the rows of a table, except these. */
static void delete_other_rows(Ctx *ctx, const char *table,
                              const OffRows *rows) {
  const char *kept = "";
  for (int i = 0; ctx_ok(ctx) && i < rows->count; i++)
    kept = mem_printf(ctx, "%s AND NOT (rule = %Q AND object = %Q)", kept,
                      rows->list[i].rule, rows->list[i].object);
  const char *own = off_condition(ctx, table);
  if (ctx_ok(ctx))
    db_exec(ctx, "DELETE FROM \"main\".orm_lint_off WHERE %s%s", own, kept);
}

void lint_comments_write(Ctx *ctx, Statement *const *statements, int count) {
  for (int i = 0; ctx_ok(ctx) && i < count; i++) {
    const Table *table = statements[i]->table;
    if (table == NULL) continue;
    const OffRows rows = rows_of_table(ctx, table);
    if (rows.count == 0) continue;
    delete_other_rows(ctx, table->name, &rows);
    if (table->renamed_from) delete_other_rows(ctx, table->renamed_from, &rows);
    for (int k = 0; ctx_ok(ctx) && k < rows.count; k++)
      db_exec(ctx,
              "INSERT OR IGNORE INTO \"main\".orm_lint_off(rule, object)"
              " VALUES (%Q, %Q)",
              rows.list[k].rule, rows.list[k].object);
  }
}

/* ---- rows to comments --------------------------------------------------- */

/* Returns the rules of each pattern, as lists with commas. */
static NameMap *read_off_rows(Ctx *ctx) {
  NameMap *all = map_new(ctx);
  sqlite3_stmt *rows =
      db_prepare(ctx, "SELECT CAST(object AS TEXT), group_concat(rule, ', ')"
                      " FROM (SELECT * FROM \"main\".orm_lint_off"
                      " ORDER BY object, rule) GROUP BY object");
  while (db_row(ctx, rows)) {
    const char *object = db_column_or_null(ctx, rows, 0);
    char *rules = db_column_or_null(ctx, rows, 1);
    if (object && rules) map_put(ctx, all, object, rules);
  }
  db_finish(rows);
  return all;
}

void lint_comments_read(Ctx *ctx, const Schema *schema) {
  if (!db_has_table(ctx, "orm_lint_off") ||
      !db_int(ctx, "SELECT EXISTS (SELECT 1 FROM \"main\".orm_lint_off)"))
    return;
  const NameMap *all = read_off_rows(ctx);
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++) {
    Table *table = schema->tables[i];
    const char *pattern = off_pattern(ctx, table->name, NULL);
    if (pattern) table->lint_off = (const char *)map_get(all, pattern);
    for (int k = 0; ctx_ok(ctx) && k < table->ncolumn; k++) {
      Column *column = &table->columns[k];
      pattern = off_pattern(ctx, table->name, column->name);
      if (pattern) column->lint_off = (const char *)map_get(all, pattern);
    }
  }
}
