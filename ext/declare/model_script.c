#include "declare/model_script.h"

#include "base/token.h"
#include "ddl/render.h"
#include "declare/lint_comments.h"
#include "meta/model.h"
#include "schema/naming.h"

/* Appends `before` and a word, in quotes if model_rows.c would not read it as
** one word otherwise. */
static void write_word(sqlite3_str *str, const char *before, const char *word) {
  bool plain = *word && strpbrk(word, " \t'") == NULL;
  sqlite3_str_appendall(str, before);
  sqlite3_str_appendf(str, plain ? "%s" : "%Q", word);
}

/* Appends "\n  -- @relationship posts Post backref=author" for a row of
** orm_relationship. */
static void write_relationship(Ctx *ctx, sqlite3_str *str, sqlite3_stmt *row) {
  const MetaTable *table = columns_of(META_RELATIONSHIP);
  const char *name = db_column(ctx, row, RELATIONSHIP_NAME);
  const char *target = db_column(ctx, row, RELATIONSHIP_TARGET);
  if (!ctx_ok(ctx)) return;
  sqlite3_str_appendall(str, "\n  -- @relationship");
  write_word(str, " ", name);
  write_word(str, " ", target);
  for (int i = 0; i < table->count; i++) {
    if (!(table->columns[i].properties & META_OPTION)) continue;
    const char *value = db_column_or_null(ctx, row, i);
    if (value) sqlite3_str_appendf(str, " %s", table->columns[i].name);
    if (value) write_word(str, "=", value);
  }
}

/* Returns the comments at the head of a CREATE TABLE: @model, @lint and
** @relationship. */
static char *table_head(Ctx *ctx, const Table *table) {
  const char *camel = naming_camel_case(ctx, table->name);
  sqlite3_stmt *rows = meta_rows_of(ctx, META_RELATIONSHIP, table->model);
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  if (strcmp(camel, table->model) != 0)
    sqlite3_str_appendf(str, "\n  -- @model %s", table->model);
  if (table->lint_off)
    sqlite3_str_appendf(str, "\n  -- @lint off=%s", table->lint_off);
  while (db_row(ctx, rows)) write_relationship(ctx, str, rows);
  db_finish(rows);
  return mem_finish(ctx, str);
}

char *model_script(Ctx *ctx) {
  if (!meta_exists(ctx)) return ctx_ok(ctx) ? mem_text(ctx, "", 0) : NULL;
  const Schema *schema = model_read(ctx, NULL);
  if (schema == NULL) return NULL;
  lint_comments_read(ctx, schema);
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++) {
    const Table *table = schema->tables[i];
    for (int k = 0; k < table->ncolumn; k++) /* a backfill runs once */
      if (!table->columns[k].backfill_due) table->columns[k].backfill = NULL;
    sqlite3_str_appendf(str, "%s;\n\n",
                        render_table(ctx, table, true, table_head(ctx, table)));
  }
  for (int i = 0; ctx_ok(ctx) && i < schema->nindex; i++)
    sqlite3_str_appendf(str, "%s;\n\n", render_index(ctx, schema->indexes[i]));
  for (int i = 0; ctx_ok(ctx) && i < schema->nobject; i++)
    if (schema->objects[i]->id) /* the others are generated */
      sqlite3_str_appendf(str, "%s%s\n\n", schema->objects[i]->sql,
                          token_semicolon(schema->objects[i]->sql));
  return mem_finish(ctx, str);
}
