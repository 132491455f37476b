#include "ddl/render.h"

#include "base/token.h"

char *render_name(Ctx *ctx, const char *name) {
  if (!ctx_ok(ctx)) return NULL;
  return mem_printf(ctx, token_needs_quotes(name) ? "\"%w\"" : "%s", name);
}

/* Adds `before` and the name, unless the name is NULL. */
static void append_name(sqlite3_str *str, const char *before,
                        const char *name) {
  if (name == NULL) return;
  sqlite3_str_appendall(str, before);
  if (token_needs_quotes(name))
    sqlite3_str_appendf(str, "\"%w\"", name);
  else
    sqlite3_str_appendall(str, name);
}

/* Adds `before` and the word, unless the word is NULL. */
static void render_word(sqlite3_str *str, const char *before,
                        const char *word) {
  if (word == NULL) return;
  sqlite3_str_appendall(str, before);
  sqlite3_str_appendall(str, word);
}

/* ---- constraints -------------------------------------------------------- */

static void add_terms(sqlite3_str *str, const Term *terms, int n,
                      bool autoincrement) {
  sqlite3_str_appendall(str, " (");
  for (int i = 0; i < n; i++) {
    const char *gap = i ? ", " : "";
    if (terms[i].column)
      append_name(str, gap, terms[i].column);
    else
      sqlite3_str_appendf(str, "%s%s", gap, terms[i].expr.sql);
    append_name(str, " COLLATE ", terms[i].collate);
    if (terms[i].desc) sqlite3_str_appendall(str, " DESC");
    if (terms[i].asc) sqlite3_str_appendall(str, " ASC");
  }
  sqlite3_str_appendall(str, autoincrement ? " AUTOINCREMENT)" : ")");
}

static void add_references(sqlite3_str *str, const Constraint *c) {
  append_name(str, "REFERENCES ", c->parent);
  for (int i = 0; i < c->nparent; i++)
    append_name(str, i ? ", " : " (", c->parent_columns[i]);
  if (c->nparent) sqlite3_str_appendall(str, ")");
  render_word(str, " ON DELETE ", foreign_action_name(c->on_delete));
  render_word(str, " ON UPDATE ", foreign_action_name(c->on_update));
  append_name(str, " MATCH ", c->match);
  if (c->deferred) sqlite3_str_appendall(str, " DEFERRABLE INITIALLY DEFERRED");
}

/* Adds a constraint. A constraint of a column does not name its columns. */
static void render_constraint_to(sqlite3_str *str, const Constraint *c,
                                 bool of_column) {
  append_name(str, "CONSTRAINT ", c->name);
  if (c->name) sqlite3_str_appendall(str, " ");
  if (!of_column || c->kind != CONSTRAINT_FOREIGN)
    sqlite3_str_appendall(str, constraint_kind_name(c->kind));
  if (!of_column && c->kind != CONSTRAINT_CHECK)
    add_terms(str, c->terms, c->nterm, c->autoincrement);
  if (of_column && c->kind == CONSTRAINT_PRIMARY && c->terms[0].desc)
    sqlite3_str_appendall(str, " DESC");
  if (c->kind == CONSTRAINT_CHECK)
    sqlite3_str_appendf(str, " (%s)", c->check.sql);
  render_word(str, " ON CONFLICT ", conflict_name(c->conflict));
  if (of_column && c->autoincrement)
    sqlite3_str_appendall(str, " AUTOINCREMENT");
  if (c->kind != CONSTRAINT_FOREIGN) return;
  if (!of_column) sqlite3_str_appendall(str, " ");
  add_references(str, c);
}

char *render_constraint(Ctx *ctx, const Constraint *constraint,
                        bool of_column) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  render_constraint_to(str, constraint, of_column);
  return mem_finish(ctx, str);
}

/* ---- tables ------------------------------------------------------------- */

/* Returns true for a type that need not be quoted: words, and perhaps something
** in parentheses. A type that begins with a bracket stays as it is (see
** clause.c). */
static bool type_is_plain(const char *type) {
  if (*type == '[') return true;
  Token token = token_next(type);
  const char *first = token.z;
  while (token.type == TOKEN_WORD && token_is_type(&token))
    token = token_next(token.z + token.n);
  if (token.z == first) return false;
  if (token.type != TOKEN_END && !token_is(&token, "(")) return false;
  bool open = false;
  for (; token.type != TOKEN_END; token = token_next(token.z + token.n)) {
    if (token.type == TOKEN_COMMENT || token.type == TOKEN_ILLEGAL)
      return false;
    open = !token_is(&token, ")");
  }
  return !open;
}

/* Adds a type on one line, because orm_declare() takes a line break as a sign
** of a missing comma. */
static void add_type(sqlite3_str *str, const char *type) {
  if (!type_is_plain(type)) {
    sqlite3_str_appendf(str, " \"%w\"", type);
    return;
  }
  const char *breaks = *type == '[' ? "" : "\r\n";
  size_t n = strcspn(type, breaks);
  sqlite3_str_appendall(str, " ");
  for (; type[n]; n = strcspn(type, breaks)) {
    sqlite3_str_appendf(str, "%.*s ", (int)n, type);
    type += n + 1;
  }
  sqlite3_str_appendall(str, type);
}

/* Adds a part of a column with a space before it. */
static void add_part(sqlite3_str *str, const Column *c, ColumnPart part) {
  switch (part) {
  case PART_TYPE:
    if (*c->type) add_type(str, c->type);
    break;
  case PART_NOT_NULL:
    if (!c->notnull) break;
    append_name(str, " CONSTRAINT ", c->notnull_name);
    sqlite3_str_appendall(str, " NOT NULL");
    render_word(str, " ON CONFLICT ", conflict_name(c->conflict));
    break;
  case PART_DEFAULT:
    append_name(str, " CONSTRAINT ",
                c->default_value.sql ? c->default_name : NULL);
    render_word(str, " DEFAULT ", c->default_value.sql);
    break;
  case PART_COLLATE: append_name(str, " COLLATE ", c->collate); break;
  case PART_GENERATED:
    if (c->generated.sql == NULL) break;
    /* SQLite 3.34 takes the words for the type where there is none. */
    if (*c->type) sqlite3_str_appendall(str, " GENERATED ALWAYS");
    sqlite3_str_appendf(str, " AS (%s)%s", c->generated.sql,
                        c->stored ? " STORED" : "");
  }
}

char *render_part(Ctx *ctx, const Column *column, ColumnPart part) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  add_part(str, column, part);
  const char *text = mem_finish(ctx, str);
  return text ? mem_text(ctx, text + (*text == ' '), -1) : NULL;
}

char *render_column(Ctx *ctx, const Table *table, int column) {
  if (!ctx_ok(ctx)) return NULL;
  const Column *c = &table->columns[column];
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  append_name(str, "", c->name);
  for (ColumnPart part = PART_TYPE; part < PART_GENERATED; part++)
    add_part(str, c, part);
  for (int i = 0; i < table->nconstraint; i++) {
    if (table->constraints[i].column != column) continue;
    sqlite3_str_appendall(str, " ");
    render_constraint_to(str, &table->constraints[i], true);
  }
  add_part(str, c, PART_GENERATED);
  return mem_finish(ctx, str);
}

/* Adds a directive as a comment of one line, on a line of its own unless it is
** the first one of its object: *count is 0. */
static void add_directive(sqlite3_str *str, int *count, const char *word,
                          const char *value) {
  sqlite3_str_appendf(str, "%s -- %s", (*count)++ ? "\n   " : "", word);
  for (const char *z = value; *z; z++)
    sqlite3_str_appendchar(str, 1, *z == '\n' || *z == '\r' ? ' ' : *z);
}

/* Adds the directives of a column, after *count others. */
static void add_directives(Ctx *ctx, sqlite3_str *str, int *count,
                           const Column *c) {
  char *old = c->renamed_from ? render_name(ctx, c->renamed_from) : NULL;
  if (c->version) add_directive(str, count, "@version", "");
  if (old) add_directive(str, count, "@renamed from=", old);
  if (c->backfill) add_directive(str, count, "@backfill ", c->backfill);
  if (c->lint_off) add_directive(str, count, "@lint off=", c->lint_off);
}

/* Adds @external after a column or a constraint with such a foreign key. */
static void add_external(sqlite3_str *str, int *count, const Table *table,
                         int column, int constraint) {
  bool external = false;
  for (int i = 0; i < table->nconstraint; i++)
    external |= table->constraints[i].external &&
                (column >= 0 ? table->constraints[i].column == column
                             : i == constraint);
  if (external) add_directive(str, count, "@external", "");
}

char *render_table(Ctx *ctx, const Table *table, bool directives,
                   const char *head) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  append_name(str, "CREATE TABLE ", table->name);
  sqlite3_str_appendall(str, " (");
  if (head) sqlite3_str_appendall(str, head);
  int left = table->ncolumn;
  for (int i = 0; i < table->nconstraint; i++)
    if (table->constraints[i].column < 0) left++;
  for (int i = 0; i < table->ncolumn; i++) {
    render_word(str, "\n  ", render_column(ctx, table, i));
    if (--left) sqlite3_str_appendall(str, ",");
    if (!directives) continue;
    int count = 0;
    add_external(str, &count, table, i, -1);
    add_directives(ctx, str, &count, &table->columns[i]);
  }
  for (int i = 0; i < table->nconstraint; i++) {
    if (table->constraints[i].column >= 0) continue;
    render_word(str, "\n  ",
                render_constraint(ctx, &table->constraints[i], false));
    if (--left) sqlite3_str_appendall(str, ",");
    int count = 0;
    if (directives) add_external(str, &count, table, -1, i);
  }
  sqlite3_str_appendall(str, "\n)");
  render_word(str, " ", table_options(table));
  return mem_finish(ctx, str);
}

char *render_identity(Ctx *ctx, const Table *table) {
  const char *rowid = table_rowid(table);
  if (rowid) return mem_printf(ctx, "\"%w\"", rowid);
  const Constraint *key = table_primary_key(table);
  if (key == NULL)
    return mem_printf(ctx, "quote(\"%w\")", table->columns[0].name);
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  bool several = key->nterm > 1;
  if (several) sqlite3_str_appendall(str, "'(' || ");
  for (int i = 0; i < key->nterm; i++)
    sqlite3_str_appendf(str, "%squote(\"%w\")", i ? " || ', ' || " : "",
                        key->terms[i].column);
  if (several) sqlite3_str_appendall(str, " || ')'");
  return mem_finish(ctx, str);
}

char *render_index(Ctx *ctx, const Index *index) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  sqlite3_str_appendf(str, "CREATE %sINDEX ", index->unique ? "UNIQUE " : "");
  append_name(str, "", index->name);
  append_name(str, " ON ", index->table);
  add_terms(str, index->terms, index->nterm, false);
  render_word(str, " WHERE ", index->where.sql);
  return mem_finish(ctx, str);
}
