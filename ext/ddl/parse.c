#include "ddl/parse.h"

#include "ddl/clause.h"
#include "ddl/directive.h"

/* ---- CREATE TABLE ------------------------------------------------------- */

static void table_tail(Cursor *r, Table *table) {
  if (cursor_at_end(r)) return;
  do {
    if (cursor_accept2(r, "WITHOUT", "ROWID"))
      table->without_rowid = true;
    else if (cursor_accept(r, "STRICT"))
      table->strict = true;
    else
      cursor_fail(r, "WITHOUT ROWID or STRICT");
  } while (cursor_accept(r, ","));
  if (!cursor_at_end(r)) cursor_fail(r, NULL);
}

/* Commas between constraints may be left out. */
static void more_constraints(Cursor *r, Table *table) {
  bool comma;
  do {
    comma = cursor_accept(r, ",");
  } while (clause_constraint(r, table));
  if (comma) cursor_fail(r, "a constraint");
}

/* How many entries the parentheses around the next token have, by commas. */
static int count_entries(const Cursor *r) {
  int count = 1;
  for (int i = r->at; i < r->end; i++) {
    const Token *token = &r->tokens->list[i];
    if (token_is(token, ",")) count++;
    if (token_is(token, "(")) i = token->close;
    if (token_is(token, ")")) break;
  }
  return count;
}

static void table_body(Cursor *r, Table *table) {
  cursor_expect(r, "(");
  MEM_RESERVE(r->ctx, table->columns, count_entries(r));
  do {
    if (clause_constraint(r, table)) {
      more_constraints(r, table);
      break;
    }
    int from = r->at;
    clause_column(r, table, cursor_name(r, "a column's name"));
    if (ctx_ok(r->ctx))
      table->columns[table->ncolumn - 1].span = cursor_span(r, from);
  } while (cursor_accept(r, ","));
  if (!cursor_accept(r, ")")) cursor_fail(r, "a comma or )");
}

/* ---- statements --------------------------------------------------------- */

static void statement_name(Cursor *r, Statement *s) {
  if (cursor_accept2(r, "IF", "NOT")) cursor_expect(r, "EXISTS");
  int from = r->at;
  s->name = cursor_name(r, "a name");
  if (cursor_accept(r, ".")) {
    s->schema = s->name;
    s->name = cursor_name(r, "a name");
  }
  if (!ctx_ok(r->ctx)) return;
  const Token *first = &r->tokens->list[from];
  const Token *last = &r->tokens->list[r->at - 1];
  s->name_at = (int)(first->z - r->tokens->sql);
  s->name_end = (int)(last->z + last->n - r->tokens->sql);
}

static void parse_create_table(Cursor *r, Statement *s) {
  Table *table = s->table = MEM_NEW(r->ctx, Table);
  statement_name(r, s);
  if (table == NULL || !ctx_ok(r->ctx)) return;
  table->name = r->self = s->name;
  if (token_is(cursor_peek(r), "AS"))
    err_set(r->ctx, SQLITE_ERROR,
            "table \"%s\": CREATE TABLE ... AS SELECT is no definition; "
            "write its columns",
            s->name);
  table_body(r, table);
  table_tail(r, table);
  table_check_keys(r->ctx, table);
  table_finish(r->ctx, table);
  table->sql = s->sql;
}

/* What follows "INDEX": its terms and WHERE. */
static void index_body(Cursor *r, Index *index) {
  int open = r->at;
  clause_terms(r, &index->terms, &index->nterm);
  cursor_expect(r, ")");
  if (cursor_accept(r, "WHERE")) {
    int where = r->at;
    r->at = r->end;
    if (where == r->at)
      cursor_fail(r, "an expression");
    else
      index->where = cursor_expr(r, where, r->at);
  }
  if (!cursor_at_end(r)) cursor_fail(r, NULL);
  const char *text = token_text(r->ctx, r->tokens, open, r->at);
  index->definition =
      mem_printf(r->ctx, "%sINDEX %s", index->unique ? "UNIQUE " : "", text);
}

static void parse_create_index(Cursor *r, Statement *s, bool unique) {
  Index *index = s->index = MEM_NEW(r->ctx, Index);
  statement_name(r, s);
  cursor_expect(r, "ON");
  const char *table = cursor_name(r, "a table's name");
  if (!ctx_ok(r->ctx)) return;
  index->name = s->name;
  index->sql = s->sql;
  index->table = r->self = table;
  index->unique = unique;
  index_body(r, index);
  index_finish(r->ctx, index);
}

/* (a, b): names, also where they are written as strings. */
static void norm_names(Cursor *r, sqlite3_str *norm) {
  do {
    const char *name = cursor_name(r, "a column's name");
    char *lower = name ? name_lower(r->ctx, name) : NULL;
    if (lower) sqlite3_str_appendf(norm, " \"%w\"", lower);
  } while (cursor_accept(r, ","));
}

static void view_head(Cursor *r, sqlite3_str *norm) {
  if (!cursor_accept(r, "(")) return;
  norm_names(r, norm);
  cursor_expect(r, ")");
}

/* The first of the words that is there; NULL if none is. */
static const char *accept_any(Cursor *r, const char *const *words) {
  while (*words && !cursor_accept(r, *words)) words++;
  return *words;
}

/* When, what, and on which table: up to WHEN or BEGIN. What says nothing, as
** FOR EACH ROW does, is left out. */
static void trigger_head(Cursor *r, sqlite3_str *norm, Object *object) {
  static const char *const events[] = {"DELETE", "INSERT", "UPDATE", NULL};
  bool after = cursor_accept(r, "AFTER"),
       instead = cursor_accept2(r, "INSTEAD", "OF");
  cursor_accept(r, "BEFORE");
  const char *event = accept_any(r, events);
  if (event == NULL) cursor_fail(r, "DELETE, INSERT or UPDATE");
  sqlite3_str_appendf(norm, " %s %s",
                      after     ? "AFTER"
                      : instead ? "INSTEAD OF"
                                : "BEFORE",
                      event);
  if (cursor_accept(r, "OF")) norm_names(r, norm);
  cursor_expect(r, "ON");
  object->table = cursor_name(r, "a table's name");
  if (cursor_accept(r, ".")) object->table = cursor_name(r, "a table's name");
  char *lower = object->table ? name_lower(r->ctx, object->table) : NULL;
  if (lower) sqlite3_str_appendf(norm, " ON \"%w\"", lower);
  if (cursor_accept2(r, "FOR", "EACH")) cursor_expect(r, "ROW");
}

static void create_object(Cursor *r, Statement *s, ObjectType type) {
  Ctx *ctx = r->ctx;
  Object *object = s->object = MEM_NEW(ctx, Object);
  statement_name(r, s);
  char *lower = ctx_ok(ctx) ? name_lower(ctx, s->name) : NULL;
  if (lower == NULL) return;
  object->type = type;
  object->name = s->name;
  object->sql = s->sql;
  sqlite3_str *norm = sqlite3_str_new(ctx->db);
  sqlite3_str_appendf(norm, "%s \"%w\"", object_type_name(type), lower);
  if (type == OBJECT_TRIGGER) trigger_head(r, norm, object);
  if (type == OBJECT_VIEW) view_head(r, norm);
  if (cursor_at_end(r)) cursor_fail(r, "its definition");
  const char *rest = token_normal(ctx, r->tokens, r->at, r->end, NULL);
  sqlite3_str_appendf(norm, " %s", rest ? rest : "");
  object->norm = mem_finish(ctx, norm);
}

Statement *parse_statement(Ctx *ctx, const Tokens *tokens, int from, int to) {
  Cursor reader = {ctx, tokens, from, to, from, from, false, NULL};
  Cursor *r = &reader;
  Statement *s = MEM_NEW(ctx, Statement);
  if (s == NULL) return NULL;
  if (to > from) {
    const Token *first = &tokens->list[from], *last = &tokens->list[to - 1];
    s->sql = mem_text(ctx, first->z, (int)(last->z + last->n - first->z));
  }
  cursor_expect(r, "CREATE");
  s->temp = cursor_accept(r, "TEMP") || cursor_accept(r, "TEMPORARY");
  bool unique = cursor_accept(r, "UNIQUE");
  if (cursor_accept(r, "INDEX"))
    parse_create_index(r, s, unique);
  else if (!unique && cursor_accept(r, "TABLE"))
    parse_create_table(r, s);
  else if (!unique && cursor_accept(r, "VIEW"))
    create_object(r, s, OBJECT_VIEW);
  else if (!unique && cursor_accept(r, "TRIGGER"))
    create_object(r, s, OBJECT_TRIGGER);
  else if (!unique && cursor_accept2(r, "VIRTUAL", "TABLE"))
    create_object(r, s, OBJECT_VIRTUAL);
  else
    cursor_fail(r, unique ? "INDEX"
                          : "TABLE, INDEX, VIEW, TRIGGER or VIRTUAL TABLE");
  return ctx_ok(ctx) ? s : NULL;
}

/* ---- directives --------------------------------------------------------- */

/* Where a directive puts its value; NULL if it has no meaning there. */
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
  case DIRECTIVE_DROPPED:
    return MEM_PUSH(ctx, s->table->dropped, s->table->ndropped);
  case DIRECTIVE_EXTERNAL:
  case DIRECTIVES: break;
  }
  return NULL;
}

/* The column that token i belongs to, or NULL. */
static Column *column_at(const Tokens *tokens, const Table *table, int i) {
  int at = (int)(tokens->list[i].z - tokens->sql);
  for (int k = 0; k < table->ncolumn; k++)
    if (at >= table->columns[k].span.from && at < table->columns[k].span.to)
      return &table->columns[k];
  return NULL;
}

/* What a row of the models says of it. A comment in this form may stand
** anywhere. */
static const char *say_external(Ctx *ctx, const char *definition) {
  return definition ? mem_printf(ctx, "%s /* @external */", definition) : NULL;
}

/* The foreign keys that token i belongs to: of that column, or that constraint.
** False if there are none. */
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
    if (column == NULL) c->definition = say_external(ctx, c->definition);
  }
  if (marked && column)
    column->definition = say_external(ctx, column->definition);
  return marked;
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
    const char **slot = directive_slot(ctx, s, column, directive->kind);
    if (slot == NULL)
      directive_misplaced(ctx, tokens, comment, directive->kind);
    else if (*slot)
      directive_repeated(ctx, tokens, comment, directive->kind);
    else
      *slot = directive->value;
  }
}

/* A comment is about the tokens that end before it; a comma between does not
** count. */
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

/* The only statement of a text, perhaps with its directives. */
static Statement *only_statement(Ctx *ctx, const char *sql, bool directives) {
  Tokens tokens = token_list(ctx, sql);
  if (!ctx_ok(ctx)) return NULL;
  int end = token_statement_end(&tokens, 0);
  Statement *s = parse_statement(ctx, &tokens, 0, end);
  if (s && directives) parse_directives(ctx, &tokens, NULL, -1, -1);
  if (s && directives) parse_directives(ctx, &tokens, s, 0, end);
  if (s && end + 1 < tokens.count)
    err_set(ctx, SQLITE_ERROR, "line %d: more than one statement",
            token_line(&tokens, end + 1));
  token_done(ctx, &tokens);
  return ctx_ok(ctx) ? s : NULL;
}

Statement *parse_create(Ctx *ctx, const char *sql) {
  return only_statement(ctx, sql, false);
}

Statement *parse_with_directives(Ctx *ctx, const char *sql) {
  return only_statement(ctx, sql, true);
}

/* ---- definitions of models ---------------------------------------------- */

static Cursor definition_parser(Ctx *ctx, Tokens *tokens, const Table *table,
                                const char *definition) {
  *tokens = token_list(ctx, definition);
  Cursor reader = {ctx, tokens, 0, tokens->count, 0, 0, true, table->name};
  return reader;
}

/* In a definition of a row of the models. */
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

void parse_column(Ctx *ctx, Table *table, const char *name,
                  const char *definition) {
  Tokens tokens;
  Cursor r = definition_parser(ctx, &tokens, table, definition);
  if (!ctx_ok(ctx)) return;
  int count = table->nconstraint;
  clause_column(&r, table, name);
  if (!cursor_at_end(&r)) cursor_fail(&r, NULL);
  find_external(ctx, &tokens, table, count);
  token_done(ctx, &tokens);
}

Index *parse_constraint(Ctx *ctx, Table *table, const char *name,
                        const char *definition) {
  Tokens tokens;
  Cursor r = definition_parser(ctx, &tokens, table, definition);
  if (!ctx_ok(ctx)) return NULL;
  bool unique = cursor_accept2(&r, "UNIQUE", "INDEX");
  if (unique || cursor_accept(&r, "INDEX")) {
    Index *index = MEM_NEW(ctx, Index);
    if (index == NULL) return NULL;
    index->name = name;
    index->table = table->name;
    index->unique = unique;
    index_body(&r, index);
    return index;
  }
  int count = table->nconstraint;
  if (!clause_constraint(&r, table) || table->nconstraint == count)
    cursor_fail(&r, "PRIMARY KEY, UNIQUE, CHECK, FOREIGN KEY or INDEX");
  if (!cursor_at_end(&r)) cursor_fail(&r, NULL);
  find_external(ctx, &tokens, table, count);
  if (ctx_ok(ctx) && name) table->constraints[count].name = name;
  return NULL;
}

void parse_options(Ctx *ctx, Table *table, const char *options) {
  Tokens tokens;
  Cursor r = definition_parser(ctx, &tokens, table, options);
  if (ctx_ok(ctx)) table_tail(&r, table);
}
