#include "ddl/backfill.h"

/* ---- in scripts --------------------------------------------------------- */

static void add_backfills(Ctx *ctx, Backfills *backfills, const char *row,
                          const Table *table) {
  for (int i = 0; ctx_ok(ctx) && i < table->ncolumn; i++) {
    const Column *c = &table->columns[i];
    if (c->backfill == NULL) continue;
    Backfill *slot = MEM_PUSH(ctx, backfills->list, backfills->count);
    if (slot) *slot = (Backfill){table->name, c->name, row, c->backfill};
  }
}

/* Adds the backfills of a call: orm_alter_table ( 'name' , 'CREATE TABLE ...'
** */
static void add_call(Ctx *ctx, Backfills *backfills, const Token *call) {
  const Token *name = call + 2, *text = call + 4;
  if (name->type != TOKEN_STRING || text->type != TOKEN_STRING) return;
  const char *row = token_name(ctx, name);
  const char *sql = row ? token_name(ctx, text) : NULL;
  const Statement *s = sql ? parse_with_directives(ctx, sql) : NULL;
  if (s && s->table) add_backfills(ctx, backfills, row, s->table);
  if ((ctx->rc & 0xff) == SQLITE_ERROR)
    err_forget(ctx); /* the call will fail */
}

Backfills backfill_list(Ctx *ctx, const char *script) {
  Backfills backfills = {NULL, 0};
  if (!ctx_ok(ctx) || !script || !strstr(script, "@backfill")) return backfills;
  Tokens tokens = token_script(ctx, script);
  if ((ctx->rc & 0xff) == SQLITE_ERROR)
    err_forget(ctx); /* the script will fail */
  for (int i = 0; ctx_ok(ctx) && i + 4 < tokens.count; i++) {
    const Token *call = &tokens.list[i];
    if (!token_is_name(call) || !token_is(call + 1, "(")) continue;
    const char *function = token_name(ctx, call);
    if (function && name_equal(function, "orm_alter_table"))
      add_call(ctx, &backfills, call);
  }
  return backfills;
}

const Backfill *backfill_find(const Backfills *backfills, const char *table,
                              const char *column) {
  for (int i = backfills->count - 1; i >= 0; i--) {
    const Backfill *fill = &backfills->list[i];
    if (name_equal(fill->table, table) &&
        (column == NULL || name_equal(fill->column, column)))
      return fill;
  }
  return NULL;
}

/* ---- in rows ------------------------------------------------------------ */

/* Returns the columns of the row that a backfill reads. */
static char *row_columns(Ctx *ctx, const Table *table, const Table *before,
                         const Table *now) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < table->ncolumn; i++) {
    const char *name = table->columns[i].name, *later = now->columns[i].name;
    sqlite3_str_appendf(str, "%s\"%w\".\"%w\" AS \"%w\"", i ? ", " : "",
                        table->name, name, before->columns[i].name);
    if (table_column(before, later) < 0)
      sqlite3_str_appendf(str, ", \"%w\".\"%w\" AS \"%w\"", table->name, name,
                          later);
  }
  for (int i = 0; i < ROWID_NAMES; i++) {
    const char *rowid = table_rowid_name(before, i);
    if (rowid && table_rowid_name(now, i))
      sqlite3_str_appendf(str, ", \"%w\".%s AS %s", table->name, rowid, rowid);
  }
  return mem_finish(ctx, str);
}

char *backfill_value(Ctx *ctx, const char *value, const char *row,
                     const Table *table, const Table *before,
                     const Table *now) {
  char *columns = row_columns(ctx, table, before, now);
  return mem_printf(ctx, "(SELECT %s FROM (SELECT %s) AS \"%w\")", value,
                    columns, row);
}
