#include "ddl/live.h"

static void add_statement(Ctx *ctx, Schema *schema, Statement *s) {
  if (s->table)
    schema_add_table(ctx, schema, s->table);
  else if (s->index)
    schema_add_index(ctx, schema, s->index);
  else
    schema_add_object(ctx, schema, s->object);
}

static Schema *read_schema_rows(Ctx *ctx, sqlite3_stmt *rows) {
  Schema *schema = schema_new(ctx);
  Definitions *known = clause_definitions(ctx);
  while (db_row(ctx, rows)) {
    const char *name = db_peek(ctx, rows, 0);
    const char *table = db_peek(ctx, rows, 1);
    const char *sql = db_peek(ctx, rows, 2);
    if (!ctx_ok(ctx) || !name || !table) break;
    if (name_is_internal(name) || name_is_internal(table)) continue;
    Statement *s = parse_create_known(ctx, known, sql);
    if (s)
      add_statement(ctx, schema, s);
    else
      err_forget(ctx);
  }
  db_finish(rows);
  if (ctx_ok(ctx)) schema_finish(ctx, schema);
  return ctx_ok(ctx) ? schema : NULL;
}

Schema *live_read(Ctx *ctx) {
  return read_schema_rows(
      ctx, db_prepare(ctx, "SELECT name, tbl_name, sql"
                           " FROM \"main\".sqlite_schema"
                           " WHERE sql IS NOT NULL ORDER BY rowid"));
}

Schema *live_read_table(Ctx *ctx, const char *table) {
  return read_schema_rows(
      ctx, db_prepare(ctx,
                      "SELECT name, tbl_name, sql FROM \"main\".sqlite_schema"
                      " WHERE sql IS NOT NULL AND type IN ('table', 'index')"
                      " AND tbl_name = %Q COLLATE NOCASE ORDER BY rowid",
                      table));
}

Table *live_table(Ctx *ctx, const char *name) {
  const char *sql = db_text_or_null(
      ctx,
      "SELECT sql FROM \"main\".sqlite_schema"
      " WHERE type IN ('table', 'view') AND name = %Q COLLATE NOCASE",
      name);
  if (ctx_ok(ctx) && sql == NULL)
    err_set(ctx, SQLITE_ERROR, "no such table: \"%s\"", name);
  if (!ctx_ok(ctx)) return NULL;
  Statement *s = parse_create(ctx, sql);
  err_prefix(ctx, "table \"%s\"", name);
  if (s && s->table == NULL)
    err_set(ctx, SQLITE_ERROR, "\"%s\" is a %s, not an ordinary table", name,
            s->object ? object_type_name(s->object->type) : "index");
  return ctx_ok(ctx) ? s->table : NULL;
}

const char *live_unsupported(Ctx *ctx, const char *sql) {
  const Statement *s = parse_create(ctx, sql);
  if ((ctx->rc & 0xff) == SQLITE_ERROR) return err_take(ctx);
  if (s == NULL) return NULL;
  bool empty = *s->name == 0;
  for (int i = 0; s->table && i < s->table->ncolumn; i++)
    empty |= *s->table->columns[i].name == 0;
  return empty ? "a name is empty" : NULL;
}
