#include "ddl/live.h"

#include "base/digest.h"

static void add_statement(Ctx *ctx, Schema *schema, Statement *s) {
  if (s->table)
    schema_add_table(ctx, schema, s->table);
  else if (s->index)
    schema_add_index(ctx, schema, s->index);
  else
    schema_add_object(ctx, schema, s->object);
}

/* Returns the rows of sqlite_schema that the statement selects. */
static LiveTexts read_texts(Ctx *ctx, sqlite3_stmt *rows) {
  LiveTexts texts = {NULL, 0};
  while (db_row(ctx, rows)) {
    const char *name = db_peek(ctx, rows, 1), *table = db_peek(ctx, rows, 2);
    if (!name || !table || name_is_internal(name) || name_is_internal(table))
      continue;
    LiveText *text = MEM_PUSH(ctx, texts.list, texts.count);
    if (text == NULL) break;
    text->type = db_column(ctx, rows, 0);
    text->name = db_column(ctx, rows, 1);
    text->table = db_column(ctx, rows, 2);
    text->sql = db_column(ctx, rows, 3);
  }
  db_finish(rows);
  if (!ctx_ok(ctx)) texts.count = 0;
  return texts;
}

LiveTexts live_texts(Ctx *ctx) {
  return read_texts(ctx, db_prepare(ctx, "SELECT type, name, tbl_name, sql"
                                         " FROM \"main\".sqlite_schema"
                                         " WHERE sql IS NOT NULL"
                                         " ORDER BY rowid"));
}

char *live_digest(Ctx *ctx, const LiveTexts *texts) {
  DigestSum sum = {0, 0};
  for (int i = 0; i < texts->count; i++) {
    const LiveText *t = &texts->list[i];
    const char *const parts[] = {t->type, t->name, t->table, t->sql};
    digest_sum_add(&sum, parts, 4);
  }
  return digest_sum_text(ctx, &sum);
}

Schema *live_parse(Ctx *ctx, const LiveTexts *texts, const NameMap *relations) {
  if (!ctx_ok(ctx)) return NULL;
  Schema *schema = schema_new(ctx);
  Definitions *known = clause_definitions(ctx);
  for (int i = 0; ctx_ok(ctx) && i < texts->count; i++) {
    LiveText *text = &texts->list[i];
    if (relations && !map_get(relations, text->table)) continue;
    text->statement = parse_create_known(ctx, known, text->sql);
    if (text->statement)
      add_statement(ctx, schema, text->statement);
    else
      err_forget(ctx);
  }
  if (ctx_ok(ctx)) schema_finish(ctx, schema);
  return ctx_ok(ctx) ? schema : NULL;
}

Schema *live_read(Ctx *ctx) {
  LiveTexts texts = live_texts(ctx);
  return live_parse(ctx, &texts, NULL);
}

Schema *live_read_table(Ctx *ctx, const char *table) {
  LiveTexts texts = read_texts(
      ctx, db_prepare(ctx,
                      "SELECT type, name, tbl_name, sql"
                      " FROM \"main\".sqlite_schema"
                      " WHERE sql IS NOT NULL AND type IN ('table', 'index')"
                      " AND tbl_name = %Q COLLATE NOCASE ORDER BY rowid",
                      table));
  return live_parse(ctx, &texts, NULL);
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

Statement *live_statement(Ctx *ctx, const LiveText *text, const char **why) {
  Statement *s = text->statement;
  if (s == NULL) s = parse_create(ctx, text->sql);
  *why = (ctx->rc & 0xff) == SQLITE_ERROR ? err_take(ctx) : NULL;
  if (s == NULL || !ctx_ok(ctx)) return NULL;
  bool empty = *s->name == 0;
  for (int i = 0; s->table && i < s->table->ncolumn; i++)
    empty |= *s->table->columns[i].name == 0;
  if (empty) *why = "a name is empty";
  return empty ? NULL : s;
}

const char *live_unsupported(Ctx *ctx, const char *sql) {
  const LiveText text = {.sql = sql};
  const char *why;
  live_statement(ctx, &text, &why);
  return why;
}
