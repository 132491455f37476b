#include "ddl/parse.h"

#include "ddl/clause.h"
#include "ddl/directive.h"

/* ---- CREATE TABLE ------------------------------------------------------- */

static void table_tail(Cursor *cur, Table *table) {
  if (cursor_at_end(cur)) return;
  do {
    if (cursor_accept2(cur, "WITHOUT", "ROWID"))
      table->without_rowid = true;
    else if (cursor_accept(cur, "STRICT"))
      table->strict = true;
    else
      cursor_fail(cur, "WITHOUT ROWID or STRICT");
  } while (cursor_accept(cur, ","));
  if (!cursor_at_end(cur)) cursor_fail(cur, NULL);
}

/* Commas between constraints may be left out. */
static void more_constraints(Cursor *cur, Table *table) {
  bool comma;
  do {
    comma = cursor_accept(cur, ",");
  } while (clause_constraint(cur, table));
  if (comma) cursor_fail(cur, "a constraint");
}

/* Returns the number of entries in the parentheses around the next token. */
static int count_entries(const Cursor *cur) {
  int count = 1;
  for (int i = cur->at; i < cur->end; i++) {
    const Token *token = &cur->tokens->list[i];
    if (token_is(token, ",")) count++;
    if (token_is(token, "(")) i = token->close;
    if (token_is(token, ")")) break;
  }
  return count;
}

static void table_body(Cursor *cur, Table *table) {
  cursor_expect(cur, "(");
  MEM_MAKE_ROOM(cur->ctx, table->columns, count_entries(cur));
  do {
    if (clause_constraint(cur, table)) {
      more_constraints(cur, table);
      break;
    }
    int from = cur->at;
    clause_column(cur, table, cursor_name(cur, "a column's name"));
    if (ctx_ok(cur->ctx))
      table->columns[table->ncolumn - 1].span = cursor_span(cur, from);
  } while (cursor_accept(cur, ","));
  if (!cursor_accept(cur, ")")) cursor_fail(cur, "a comma or )");
}

/* ---- statements --------------------------------------------------------- */

static void statement_name(Cursor *cur, Statement *s) {
  if (cursor_accept2(cur, "IF", "NOT")) cursor_expect(cur, "EXISTS");
  int from = cur->at;
  s->name = cursor_name(cur, "a name");
  if (cursor_accept(cur, ".")) {
    s->schema = s->name;
    s->name = cursor_name(cur, "a name");
  }
  if (!ctx_ok(cur->ctx)) return;
  const Token *first = &cur->tokens->list[from];
  const Token *last = &cur->tokens->list[cur->at - 1];
  s->name_at = (int)(first->z - cur->tokens->sql);
  s->name_end = (int)(last->z + last->n - cur->tokens->sql);
}

static void parse_create_table(Cursor *cur, Statement *s) {
  Table *table = s->table = MEM_NEW(cur->ctx, Table);
  statement_name(cur, s);
  if (table == NULL || !ctx_ok(cur->ctx)) return;
  table->name = cur->self = s->name;
  if (token_is(cursor_peek(cur), "AS"))
    err_set(cur->ctx, SQLITE_ERROR,
            "table \"%s\": CREATE TABLE ... AS SELECT is no definition; "
            "write its columns",
            s->name);
  table_body(cur, table);
  table_tail(cur, table);
  table_check_keys(cur->ctx, table);
  table_finish(cur->ctx, table);
  table->sql = s->sql;
}

/* Reads the terms and WHERE of an index. */
static void index_body(Cursor *cur, Index *index) {
  int open = cur->at;
  clause_terms(cur, &index->terms, &index->nterm);
  cursor_expect(cur, ")");
  if (cursor_accept(cur, "WHERE")) {
    int where = cur->at;
    cur->at = cur->end;
    if (where == cur->at)
      cursor_fail(cur, "an expression");
    else
      index->where = cursor_expr(cur, where, cur->at);
  }
  if (!cursor_at_end(cur)) cursor_fail(cur, NULL);
  const char *text = token_text(cur->ctx, cur->tokens, open, cur->at);
  index->definition =
      mem_printf(cur->ctx, "%sINDEX %s", index->unique ? "UNIQUE " : "", text);
}

static void parse_create_index(Cursor *cur, Statement *s, bool unique) {
  Index *index = s->index = MEM_NEW(cur->ctx, Index);
  statement_name(cur, s);
  cursor_expect(cur, "ON");
  const char *table = cursor_name(cur, "a table's name");
  if (!ctx_ok(cur->ctx)) return;
  index->name = s->name;
  index->sql = s->sql;
  index->table = cur->self = table;
  index->unique = unique;
  index_body(cur, index);
  index_finish(cur->ctx, index);
}

/* (a, b): names, also where they are written as strings. */
static void norm_names(Cursor *cur, sqlite3_str *norm) {
  do {
    const char *name = cursor_name(cur, "a column's name");
    char *lower = name ? name_lower(cur->ctx, name) : NULL;
    if (lower) sqlite3_str_appendf(norm, " \"%w\"", lower);
  } while (cursor_accept(cur, ","));
}

static void view_head(Cursor *cur, sqlite3_str *norm) {
  if (!cursor_accept(cur, "(")) return;
  norm_names(cur, norm);
  cursor_expect(cur, ")");
}

/* Accepts one of the words and returns it; NULL if another token is next. */
static const char *accept_any(Cursor *cur, const char *const *words) {
  while (*words && !cursor_accept(cur, *words)) words++;
  return *words;
}

/* Reads the head of a trigger up to WHEN or BEGIN. Words without an effect,
** such as FOR EACH ROW, are not added to the norm. */
static void trigger_head(Cursor *cur, sqlite3_str *norm, Object *object) {
  static const char *const events[] = {"DELETE", "INSERT", "UPDATE", NULL};
  bool after = cursor_accept(cur, "AFTER"),
       instead = cursor_accept2(cur, "INSTEAD", "OF");
  cursor_accept(cur, "BEFORE");
  const char *event = accept_any(cur, events);
  if (event == NULL) cursor_fail(cur, "DELETE, INSERT or UPDATE");
  sqlite3_str_appendf(norm, " %s %s",
                      after     ? "AFTER"
                      : instead ? "INSTEAD OF"
                                : "BEFORE",
                      event);
  if (cursor_accept(cur, "OF")) norm_names(cur, norm);
  cursor_expect(cur, "ON");
  object->table = cursor_name(cur, "a table's name");
  if (cursor_accept(cur, "."))
    object->table = cursor_name(cur, "a table's name");
  char *lower = object->table ? name_lower(cur->ctx, object->table) : NULL;
  if (lower) sqlite3_str_appendf(norm, " ON \"%w\"", lower);
  if (cursor_accept2(cur, "FOR", "EACH")) cursor_expect(cur, "ROW");
}

static void create_object(Cursor *cur, Statement *s, ObjectType type) {
  Ctx *ctx = cur->ctx;
  Object *object = s->object = MEM_NEW(ctx, Object);
  statement_name(cur, s);
  char *lower = ctx_ok(ctx) ? name_lower(ctx, s->name) : NULL;
  if (lower == NULL) return;
  object->type = type;
  object->name = s->name;
  object->sql = s->sql;
  sqlite3_str *norm = sqlite3_str_new(ctx->db);
  sqlite3_str_appendf(norm, "%s \"%w\"", object_type_name(type), lower);
  if (type == OBJECT_TRIGGER) trigger_head(cur, norm, object);
  if (type == OBJECT_VIEW) view_head(cur, norm);
  if (cursor_at_end(cur)) cursor_fail(cur, "its definition");
  const char *rest = token_normal(ctx, cur->tokens, cur->at, cur->end, NULL);
  sqlite3_str_appendf(norm, " %s", rest ? rest : "");
  object->norm = mem_finish(ctx, norm);
}

/* SQLite stores the text of an index up to the semicolon, and that of a view up
** to the comments before it. */
static void keep_comments(Ctx *ctx, Statement *s, const Tokens *tokens,
                          int from, int to) {
  bool view = s->object && s->object->type == OBJECT_VIEW;
  if (!view && s->index == NULL) return;
  const char *z = tokens->list[from].z, *end = tokens->list[to].z;
  while (view && strchr(" \t\n\f\r", end[-1])) end--;
  s->sql = mem_text(ctx, z, (int)(end - z));
  *(view ? &s->object->sql : &s->index->sql) = s->sql;
}

static Statement *statement_at(Ctx *ctx, Definitions *known,
                               const Tokens *tokens, int from, int to) {
  Cursor reader = {ctx, tokens, from, to, from, from, false, NULL, known};
  Cursor *cur = &reader;
  Statement *s = MEM_NEW(ctx, Statement);
  if (s == NULL) return NULL;
  if (to > from) {
    const Token *first = &tokens->list[from], *last = &tokens->list[to - 1];
    s->sql = mem_text(ctx, first->z, (int)(last->z + last->n - first->z));
  }
  cursor_expect(cur, "CREATE");
  s->temp = cursor_accept(cur, "TEMP") || cursor_accept(cur, "TEMPORARY");
  bool unique = cursor_accept(cur, "UNIQUE");
  if (cursor_accept(cur, "INDEX"))
    parse_create_index(cur, s, unique);
  else if (!unique && cursor_accept(cur, "TABLE"))
    parse_create_table(cur, s);
  else if (!unique && cursor_accept(cur, "VIEW"))
    create_object(cur, s, OBJECT_VIEW);
  else if (!unique && cursor_accept(cur, "TRIGGER"))
    create_object(cur, s, OBJECT_TRIGGER);
  else if (!unique && cursor_accept2(cur, "VIRTUAL", "TABLE"))
    create_object(cur, s, OBJECT_VIRTUAL);
  else
    cursor_fail(cur, unique ? "INDEX"
                            : "TABLE, INDEX, VIEW, TRIGGER or VIRTUAL TABLE");
  if (ctx_ok(ctx)) keep_comments(ctx, s, tokens, from, to);
  return ctx_ok(ctx) ? s : NULL;
}

/* ---- directives --------------------------------------------------------- */

/* Returns the place for the value of a directive; NULL if the directive has no
** meaning there. */
static const char **directive_slot(Ctx *ctx, Statement *s, Column *column,
                                   DirectiveKind kind) {
  if (s == NULL || s->table == NULL) return NULL;
  switch (kind) {
  case DIRECTIVE_MODEL: return &s->model;
  case DIRECTIVE_RELATIONSHIP:
    return MEM_PUSH(ctx, s->relationships, s->nrelationship);
  case DIRECTIVE_RENAMED:
    return column ? &column->renamed_from : &s->table->renamed_from;
  case DIRECTIVE_BACKFILL: return column ? &column->backfill : NULL;
  case DIRECTIVE_LINT: return column ? &column->lint_off : &s->table->lint_off;
  case DIRECTIVE_DROPPED:
    return MEM_PUSH(ctx, s->table->dropped, s->table->ndropped);
  case DIRECTIVE_VERSION:
  case DIRECTIVE_EXTERNAL:
  case DIRECTIVES: break;
  }
  return NULL;
}

/* Returns the column that token i belongs to, or NULL. */
static Column *column_at(const Tokens *tokens, const Table *table, int i) {
  int at = (int)(tokens->list[i].z - tokens->sql);
  for (int k = 0; k < table->ncolumn; k++)
    if (at >= table->columns[k].span.from && at < table->columns[k].span.to)
      return &table->columns[k];
  return NULL;
}

/* Returns a definition for a meta row with the directive. A comment of this
** form is legal anywhere. */
static const char *with_external(Ctx *ctx, const char *definition) {
  return definition ? mem_printf(ctx, "%s /* @external */", definition) : NULL;
}

/* Marks the foreign keys of the column or the constraint that token i belongs
** to. Returns false if it has none. */
static bool mark_external(Ctx *ctx, const Tokens *tokens, Table *table, int i) {
  int at = (int)(tokens->list[i].z - tokens->sql);
  Column *column = column_at(tokens, table, i);
  bool marked = false;
  for (int k = 0; k < table->nconstraint; k++) {
    Constraint *c = &table->constraints[k];
    if (c->kind != CONSTRAINT_FOREIGN) continue;
    bool own = column ? c->column >= 0 && &table->columns[c->column] == column
                      : at >= c->span.from && at < c->span.to;
    if (!own) continue;
    c->external = marked = true;
    if (column == NULL) c->definition = with_external(ctx, c->definition);
  }
  if (marked && column)
    column->definition = with_external(ctx, column->definition);
  return marked;
}

/* Marks the column as the version of its objects. Returns false if there is no
** column, or if it is marked already. */
static bool mark_version(Ctx *ctx, Column *column) {
  if (column == NULL || column->version) return false;
  column->version = true;
  const char *definition = column->definition;
  if (definition)
    column->definition =
        mem_printf(ctx, "%s%sVERSION", definition, *definition ? " " : "");
  return true;
}

static void apply_comment(Ctx *ctx, const Tokens *tokens,
                          const Comment *comment, Statement *s, int before) {
  Column *column = s && s->table ? column_at(tokens, s->table, before) : NULL;
  Directives all = directive_read(ctx, tokens, comment);
  for (int i = 0; ctx_ok(ctx) && i < all.count; i++) {
    const Directive *directive = &all.list[i];
    if (directive->kind == DIRECTIVE_EXTERNAL && s && s->table &&
        mark_external(ctx, tokens, s->table, before))
      continue;
    if (directive->kind == DIRECTIVE_VERSION && mark_version(ctx, column))
      continue;
    const char **slot = directive_slot(ctx, s, column, directive->kind);
    if (slot == NULL)
      directive_misplaced(ctx, tokens, comment, directive->kind);
    else if (*slot)
      directive_repeated(ctx, tokens, comment, directive->kind);
    else
      *slot = directive->value;
  }
}

/* A comment belongs to the token before it; a comma between them does not
** count.
*/
void parse_directives(Ctx *ctx, const Tokens *tokens, Statement *s, int from,
                      int to) {
  for (int i = 0; i < tokens->ncomment && ctx_ok(ctx); i++) {
    const Comment *comment = &tokens->comments[i];
    int before = comment->after - 1;
    if (comment->after <= from || comment->after > to + 1) continue;
    if (before > from && token_is(&tokens->list[before], ",")) before--;
    apply_comment(ctx, tokens, comment, s, before);
  }
}

/* ---- texts of one statement --------------------------------------------- */

/* Returns the only statement of a text, with or without its directives. */
Statement *parse_statement(Ctx *ctx, const Tokens *tokens, int from, int to) {
  return statement_at(ctx, NULL, tokens, from, to);
}

static Statement *only_statement(Ctx *ctx, Definitions *known, const char *sql,
                                 bool directives) {
  Tokens tokens = token_list(ctx, sql);
  if (!ctx_ok(ctx)) return NULL;
  int end = token_statement_end(&tokens, 0);
  Statement *s = statement_at(ctx, known, &tokens, 0, end);
  if (s && directives) parse_directives(ctx, &tokens, NULL, -1, -1);
  if (s && directives) parse_directives(ctx, &tokens, s, 0, end);
  if (s && end + 1 < tokens.count)
    err_set(ctx, SQLITE_ERROR, "line %d: more than one statement",
            token_line(&tokens, end + 1));
  return ctx_ok(ctx) ? s : NULL;
}

Statement *parse_create(Ctx *ctx, const char *sql) {
  return only_statement(ctx, NULL, sql, false);
}

Statement *parse_create_known(Ctx *ctx, Definitions *known, const char *sql) {
  return only_statement(ctx, known, sql, false);
}

Statement *parse_with_directives(Ctx *ctx, const char *sql) {
  return only_statement(ctx, NULL, sql, true);
}

/* ---- definitions of models ---------------------------------------------- */

static Cursor definition_parser(Ctx *ctx, Tokens *tokens, const Table *table,
                                const char *definition) {
  *tokens = token_list(ctx, definition);
  Cursor reader = {ctx, tokens, 0,           tokens->count, 0,
                   0,   true,   table->name, NULL};
  return reader;
}

/* Applies @version in the definition of a meta row. */
static void find_version(const Tokens *tokens, Column *column) {
  for (int i = 0; i < tokens->ncomment; i++) {
    const Comment *comment = &tokens->comments[i];
    if (comment->n == 8 && strncmp(comment->z, "@version", 8) == 0)
      column->version = true;
  }
}

/* Applies @external in the definition of a meta row. */
static void find_external(Ctx *ctx, const Tokens *tokens, Table *table,
                          int first) {
  for (int i = 0; ctx_ok(ctx) && i < tokens->ncomment; i++) {
    const Comment *comment = &tokens->comments[i];
    if (comment->n < 9 || strncmp(comment->z, "@external", 9) != 0) continue;
    bool marked = false;
    for (int k = first; k < table->nconstraint; k++)
      if (table->constraints[k].kind == CONSTRAINT_FOREIGN)
        table->constraints[k].external = marked = true;
    if (!marked) directive_misplaced(ctx, tokens, comment, DIRECTIVE_EXTERNAL);
  }
}

void parse_column(Ctx *ctx, Definitions *known, Table *table, const char *name,
                  const char *definition) {
  Tokens tokens;
  Cursor cur = definition_parser(ctx, &tokens, table, definition);
  cur.known = known;
  if (!ctx_ok(ctx)) return;
  int count = table->nconstraint;
  clause_column(&cur, table, name);
  if (!cursor_at_end(&cur)) cursor_fail(&cur, NULL);
  find_external(ctx, &tokens, table, count);
  if (ctx_ok(ctx)) find_version(&tokens, &table->columns[table->ncolumn - 1]);
}

Index *parse_constraint(Ctx *ctx, Table *table, const char *name,
                        const char *definition) {
  Tokens tokens;
  Cursor cur = definition_parser(ctx, &tokens, table, definition);
  if (!ctx_ok(ctx)) return NULL;
  bool unique = cursor_accept2(&cur, "UNIQUE", "INDEX");
  if (unique || cursor_accept(&cur, "INDEX")) {
    Index *index = MEM_NEW(ctx, Index);
    if (index == NULL) return NULL;
    index->name = name;
    index->table = table->name;
    index->unique = unique;
    index_body(&cur, index);
    return index;
  }
  int count = table->nconstraint;
  if (!clause_constraint(&cur, table) || table->nconstraint == count)
    cursor_fail(&cur, "PRIMARY KEY, UNIQUE, CHECK, FOREIGN KEY or INDEX");
  if (!cursor_at_end(&cur)) cursor_fail(&cur, NULL);
  find_external(ctx, &tokens, table, count);
  if (ctx_ok(ctx) && name) table->constraints[count].name = name;
  return NULL;
}

void parse_options(Ctx *ctx, Table *table, const char *options) {
  Tokens tokens;
  Cursor cur = definition_parser(ctx, &tokens, table, options);
  if (ctx_ok(ctx)) table_tail(&cur, table);
}
