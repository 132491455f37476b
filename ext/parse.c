#include "parse.h"

#include "types.h"

typedef struct Parser {
  Ctx *ctx;
  const Tokens *tokens;
  int at, end;      /* the next token, and the first behind the text */
  int clause, body; /* where a constraint begins: with CONSTRAINT, behind it */
  bool model;       /* a model's definition: SQLAlchemy's types, INDEX */
  const char *self; /* the table that definitions belong to, or NULL */
} Parser;

/* ---- moving along ------------------------------------------------------- */

static const Token end_token = {TOKEN_END, "", 0, 0};

static const Token *peek_at(const Parser *p, int ahead) {
  return p->at + ahead < p->end ? &p->tokens->list[p->at + ahead] : &end_token;
}

static const Token *peek(const Parser *p) {
  return peek_at(p, 0);
}

static bool at_end(const Parser *p) {
  return p->at >= p->end;
}

static void fail(Parser *p, const char *expected) {
  const Token *token = peek(p);
  const char *hint = expected ? expected : "";
  int line = token_line(p->tokens, at_end(p) ? p->end : p->at);
  if (at_end(p))
    err_set(p->ctx, SQLITE_ERROR, "line %d: %s expected at the end", line,
            expected ? expected : "more");
  else
    err_set(p->ctx, SQLITE_ERROR, "line %d: near \"%.*s\": %s%s", line,
            token->n, token->z, expected ? hint : "syntax error",
            expected ? " expected" : "");
}

static bool accept(Parser *p, const char *word) {
  if (!ctx_ok(p->ctx) || !token_is(peek(p), word)) return false;
  p->at++;
  return true;
}

/* All of these words, or none: accept2(p, "ON", "CONFLICT"). */
static bool accept2(Parser *p, const char *first, const char *second) {
  if (!token_is(peek(p), first) || !token_is(peek_at(p, 1), second))
    return false;
  p->at += 2;
  return ctx_ok(p->ctx);
}

static void expect(Parser *p, const char *word) {
  if (!accept(p, word)) fail(p, word);
}

static const char *expect_name(Parser *p, const char *what) {
  if (!ctx_ok(p->ctx)) return NULL;
  if (!token_is_name(peek(p))) {
    fail(p, what);
    return NULL;
  }
  return token_name(p->ctx, &p->tokens->list[p->at++]);
}

/* The text of tokens `from` up to the next one. */
static Span span_from(const Parser *p, int from) {
  Span span = {0, 0};
  if (p->at <= from) return span;
  const Token *first = &p->tokens->list[from];
  const Token *last = &p->tokens->list[p->at - 1];
  span.from = (int)(first->z - p->tokens->sql);
  span.to = (int)(last->z + last->n - p->tokens->sql);
  return span;
}

/* ---- expressions -------------------------------------------------------- */

/* Parentheses around the whole say nothing. */
static void strip_parens(const Parser *p, int *from, int *to) {
  while (*to - *from > 2 && token_is(&p->tokens->list[*from], "(") &&
         p->tokens->list[*from].close == *to - 1) {
    ++*from;
    --*to;
  }
}

static const Expr no_expr = {NULL, NULL};

static Expr make_expr(Parser *p, int from, int to) {
  Expr expr = {NULL, NULL};
  expr.sql = token_text(p->ctx, p->tokens, from, to);
  strip_parens(p, &from, &to);
  expr.norm = token_normal(p->ctx, p->tokens, from, to, p->self);
  return expr;
}

/* "( expr )": the expression without its parentheses. */
static Expr expect_parens(Parser *p) {
  int open = p->at;
  if (ctx_ok(p->ctx) && !token_is(peek(p), "(")) fail(p, "(");
  if (!ctx_ok(p->ctx)) return no_expr;
  int close = p->tokens->list[open].close;
  if (close >= p->end || close == open + 1) {
    p->at = close < p->end ? close : p->end;
    fail(p, close < p->end ? "an expression" : ")");
    return no_expr;
  }
  p->at = close + 1;
  return make_expr(p, open + 1, close);
}

/* DEFAULT takes a bare or "quoted" word as a string, so that is its norm. */
static Expr make_default(Parser *p, int from, int to) {
  Expr expr = make_expr(p, from, to);
  strip_parens(p, &from, &to);
  const Token *token = &p->tokens->list[from];
  bool word = token->type == TOKEN_QUOTED ||
              (token->type == TOKEN_WORD && token_is_name(token) &&
               !token_is(token, "TRUE") && !token_is(token, "FALSE") &&
               !name_starts(token->z, "CURRENT_"));
  if (to - from != 1 || !word) return expr;
  char *value = token_name(p->ctx, token);
  if (value) expr.norm = mem_printf(p->ctx, "%Q", value);
  if (value) expr.sql = mem_printf(p->ctx, "%Q", value);
  return expr;
}

static Expr expect_default(Parser *p) {
  int from = p->at;
  if (token_is(peek(p), "(")) {
    expect_parens(p);
    return ctx_ok(p->ctx) ? make_default(p, from, p->at) : no_expr;
  }
  bool sign = accept(p, "+") || accept(p, "-");
  const Token *token = peek(p);
  bool literal = token->type == TOKEN_NUMBER || token->type == TOKEN_STRING ||
                 token->type == TOKEN_BLOB || token_is(token, "NULL") ||
                 name_starts(token->z, "CURRENT_");
  if (!literal && (sign || !token_is_name(token))) {
    fail(p, "a value, or an expression in parentheses");
    return no_expr;
  }
  p->at++;
  return make_default(p, from, p->at);
}

/* ---- pieces of constraints ---------------------------------------------- */

static const char *accept_conflict(Parser *p) {
  static const char *const words[] = {"ROLLBACK", "FAIL", "IGNORE", "REPLACE"};
  if (!accept2(p, "ON", "CONFLICT")) return NULL;
  if (accept(p, "ABORT")) return NULL;
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
    if (accept(p, words[i])) return words[i];
  fail(p, "ROLLBACK, ABORT, FAIL, IGNORE or REPLACE");
  return NULL;
}

/* Is it one operand, perhaps with COLLATE behind, so that another COLLATE is
** about the whole? */
static bool is_operand(const Parser *p, int from, int to) {
  const Token *list = p->tokens->list;
  while (to > from + 2 && token_is(&list[to - 2], "COLLATE")) to -= 2;
  if (to == from + 1) return true;
  if (to > from + 2 && token_is_name(&list[from])) from++; /* a function */
  return token_is(&list[from], "(") && list[from].close == to - 1;
}

/* Takes COLLATE off the end of a term, and the parentheses around it. The last
** COLLATE is the one that counts. */
static void take_collate(Parser *p, Term *term, int *from, int *to) {
  const Token *list = p->tokens->list;
  for (;;) {
    strip_parens(p, from, to);
    if (*to < *from + 3 || !token_is(&list[*to - 2], "COLLATE")) return;
    if (!is_operand(p, *from, *to - 2)) return;
    if (term->collate == NULL)
      term->collate = token_name(p->ctx, &list[*to - 1]);
    *to -= 2;
  }
}

/* Where the entry of an index or key ends. */
static int term_end(const Parser *p) {
  int at = p->at;
  for (; at < p->end; at++) {
    const Token *token = &p->tokens->list[at];
    if (token_is(token, ",") || token_is(token, ")") ||
        token_is(token, "AUTOINCREMENT"))
      break;
    if (token_is(token, "(")) at = token->close;
  }
  return at < p->end ? at : p->end;
}

/* Can an operand end with token i? If not, ASC or DESC behind it is a column:
** "a > desc". LIKE and its kin are names where no operand is before them. */
static bool ends_operand(const Token *list, int from, int i) {
  static const char *const operators[] = {"LIKE", "GLOB", "REGEXP", "MATCH"};
  static const char *const values[] = {"NULL", "ISNULL", "NOTNULL"};
  const Token *token = &list[i];
  if (token->type == TOKEN_OPERATOR) return token_is(token, ")");
  for (size_t k = 0; k < sizeof(operators) / sizeof(operators[0]); k++)
    if (token_is(token, operators[k]))
      return i == from || !ends_operand(list, from, i - 1);
  for (size_t k = 0; k < sizeof(values) / sizeof(values[0]); k++)
    if (token_is(token, values[k])) return true;
  return token->type != TOKEN_WORD || token_is_name(token);
}

/* Is the last token ASC or DESC, and not a column? */
static bool has_direction(const Token *list, int from, int to) {
  if (to < from + 2 || !ends_operand(list, from, to - 2)) return false;
  return token_is(&list[to - 1], "ASC") || token_is(&list[to - 1], "DESC");
}

/* One entry of an index or key: an expression, COLLATE, ASC or DESC. */
static void parse_term(Parser *p, Term *term) {
  const Token *list = p->tokens->list;
  int from = p->at, to = term_end(p);
  p->at = to;
  if (has_direction(list, from, to)) {
    term->desc = token_is(&list[to - 1], "DESC");
    to--;
  }
  take_collate(p, term, &from, &to);
  if (to == from) {
    fail(p, "a column or an expression");
    return;
  }
  if (to == from + 1 && token_is_name(&list[from]))
    term->column = token_name(p->ctx, &list[from]);
  term->expr = make_expr(p, from, to);
}

static void parse_terms(Parser *p, Term **terms, int *nterm) {
  expect(p, "(");
  do {
    Term term;
    memset(&term, 0, sizeof(term));
    if (ctx_ok(p->ctx)) parse_term(p, &term);
    Term *slot = (Term *)mem_push(p->ctx, terms, nterm, sizeof(Term));
    if (slot) *slot = term;
  } while (accept(p, ","));
}

/* The columns of a key: PRIMARY KEY (id AUTOINCREMENT) is legal. */
static void parse_columns(Parser *p, Constraint *c) {
  parse_terms(p, &c->terms, &c->nterm);
  if (c->kind == CONSTRAINT_PRIMARY)
    c->autoincrement = accept(p, "AUTOINCREMENT");
  expect(p, ")");
  for (int i = 0; ctx_ok(p->ctx) && i < c->nterm; i++)
    if (c->terms[i].column == NULL)
      err_set(p->ctx, SQLITE_ERROR, "\"%s\" is no column: keys take columns",
              c->terms[i].expr.sql);
}

static const char *parse_action(Parser *p) {
  if (accept2(p, "SET", "NULL")) return "SET NULL";
  if (accept2(p, "SET", "DEFAULT")) return "SET DEFAULT";
  if (accept2(p, "NO", "ACTION")) return NULL;
  if (accept(p, "CASCADE")) return "CASCADE";
  if (accept(p, "RESTRICT")) return "RESTRICT";
  fail(p, "SET NULL, SET DEFAULT, CASCADE, RESTRICT or NO ACTION");
  return NULL;
}

/* [NOT] DEFERRABLE [INITIALLY DEFERRED | IMMEDIATE]; true if it was there.
** https://sqlite.org/foreignkeys.html#fk_deferred: only DEFERRABLE INITIALLY
** DEFERRED is deferred. */
static bool accept_deferrable(Parser *p, Constraint *c) {
  bool not_deferrable = accept2(p, "NOT", "DEFERRABLE");
  if (!not_deferrable && !accept(p, "DEFERRABLE")) return false;
  bool deferred = false;
  if (accept(p, "INITIALLY")) {
    deferred = accept(p, "DEFERRED");
    if (!deferred) expect(p, "IMMEDIATE");
  }
  if (c) c->deferred = deferred && !not_deferrable;
  return true;
}

static void parse_references(Parser *p, Constraint *c) {
  c->parent = expect_name(p, "a table's name");
  if (accept(p, "(")) {
    do {
      const char *name = expect_name(p, "a column's name");
      const char **slot = MEM_PUSH(p->ctx, c->parent_columns, c->nparent);
      if (slot) *slot = name;
    } while (accept(p, ","));
    expect(p, ")");
  }
  for (;;) {
    if (accept2(p, "ON", "DELETE"))
      c->on_delete = parse_action(p);
    else if (accept2(p, "ON", "UPDATE"))
      c->on_update = parse_action(p);
    else if (accept(p, "MATCH"))
      c->match = expect_name(p, "a name");
    else if (!accept_deferrable(p, c))
      return;
  }
}

/* ---- columns ------------------------------------------------------------ */

/* Does a type end here, because a constraint begins? */
static bool begins_constraint(const Parser *p) {
  const Token *token = peek(p);
  if (token_is(token, "GENERATED"))
    return token_is(peek_at(p, 1), "ALWAYS") && token_is(peek_at(p, 2), "AS");
  return !token_is_type(token);
}

static bool is_quoted(const Token *token) {
  return token->type == TOKEN_QUOTED || token->type == TOKEN_STRING;
}

/* As SQLite has it, a quoted word is all of the type, whatever stands behind.
** In a model's definition it is a word that is not SQLAlchemy's. */
static char *type_text(Parser *p, int from, int to) {
  const Token *token = &p->tokens->list[from];
  if (!is_quoted(token)) return token_text(p->ctx, p->tokens, from, to);
  char *word = token_name(p->ctx, token);
  if (!p->model) return word;
  const char *rest = token_text(p->ctx, p->tokens, from + 1, to);
  const char *gap = rest && *rest && *rest != '(' ? " " : "";
  return mem_printf(p->ctx, "%s%s%s", word, gap, rest);
}

static void parse_type(Parser *p, Table *table, Column *column) {
  int from = p->at;
  TypeWord class = at_end(p) ? TYPE_SQL : type_classify(peek(p));
  while (!at_end(p) && !begins_constraint(p)) p->at++;
  if (p->at > from && token_is(peek(p), "(")) {
    int close = p->tokens->list[p->at].close;
    if (close >= p->end) fail(p, "a type's arguments and )");
    p->at = close + 1;
  }
  column->type = "";
  column->parts[PART_TYPE] = span_from(p, from);
  if (p->at == from || !ctx_ok(p->ctx)) return;
  if (p->model && class == TYPE_UNKNOWN) {
    const Token *word = &p->tokens->list[from];
    err_set(p->ctx, SQLITE_ERROR,
            "unknown type \"%.*s\"; known are %s, and SQL's own; quote it "
            "(\"%.*s\") to have it as it is",
            word->n, word->z, type_names(p->ctx), word->n, word->z);
    return;
  }
  column->orm_type = p->model && class == TYPE_SQLALCHEMY;
  if (column->orm_type && from + 1 < p->at &&
      !token_is(&p->tokens->list[from + 1], "("))
    err_set(p->ctx, SQLITE_ERROR, "\"%.*s\" means nothing behind the type %.*s",
            p->tokens->list[from + 1].n, p->tokens->list[from + 1].z,
            p->tokens->list[from].n, p->tokens->list[from].z);
  if (column->orm_type)
    column->type =
        type_translate(p->ctx, p->tokens, from, p->at, table->strict);
  else
    column->type = type_text(p, from, p->at);
}

static Constraint *add_constraint(Parser *p, Table *table, ConstraintKind kind,
                                  const char **name, int column) {
  Constraint *c = MEM_PUSH(p->ctx, table->constraints, table->nconstraint);
  if (c == NULL) return NULL;
  c->kind = kind;
  c->name = *name;
  c->column = column;
  *name = NULL;
  if (column < 0 || kind == CONSTRAINT_CHECK) return c;
  Term *term = MEM_PUSH(p->ctx, c->terms, c->nterm);
  if (term) term->column = table->columns[column].name;
  return c;
}

static void column_primary_key(Parser *p, Table *table, const char **name,
                               int column) {
  Constraint *c = add_constraint(p, table, CONSTRAINT_PRIMARY, name, column);
  expect(p, "KEY");
  if (c == NULL || c->terms == NULL) return;
  if (accept(p, "DESC"))
    c->terms[0].desc = true;
  else
    accept(p, "ASC");
  c->conflict = accept_conflict(p);
  c->autoincrement = accept(p, "AUTOINCREMENT");
}

static void column_unique(Parser *p, Table *table, const char **name,
                          int column) {
  if (p->model && accept(p, "INDEX")) {
    table->columns[column].unique_index = true;
    return;
  }
  Constraint *c = add_constraint(p, table, CONSTRAINT_UNIQUE, name, column);
  if (c) c->conflict = accept_conflict(p);
}

static void column_generated(Parser *p, Column *column) {
  column->generated = expect_parens(p);
  column->stored = accept(p, "STORED");
  if (!column->stored) accept(p, "VIRTUAL");
  column->parts[PART_GENERATED] = span_from(p, p->clause);
}

static void column_default(Parser *p, Column *column, const char *name) {
  column->value = expect_default(p);
  column->default_name = name;
  column->parts[PART_DEFAULT] = span_from(p, p->clause);
}

static void column_not_null(Parser *p, Column *column, const char *name) {
  column->notnull = true;
  column->notnull_name = name;
  column->conflict = accept_conflict(p);
  column->parts[PART_NOT_NULL] = span_from(p, p->clause);
}

static void column_references(Parser *p, Table *table, const char **name,
                              int column) {
  Constraint *c = add_constraint(p, table, CONSTRAINT_FOREIGN, name, column);
  if (c) parse_references(p, c);
}

static void column_check(Parser *p, Table *table, const char **name,
                         int column) {
  Constraint *c = add_constraint(p, table, CONSTRAINT_CHECK, name, column);
  if (c) c->check = expect_parens(p);
  if (c) accept_conflict(p); /* read by SQLite, without effect */
}

/* One constraint of the column; false if none begins here. A name is for what
** follows it, which need not keep it. */
static bool column_constraint(Parser *p, Table *table, int column,
                              const char **name) {
  Column *self = &table->columns[column];
  if (*name == NULL) p->clause = p->at;
  p->body = p->at;
  bool named = accept(p, "CONSTRAINT");
  if (named) {
    *name = expect_name(p, "a constraint's name");
  } else if (accept(p, "PRIMARY")) {
    column_primary_key(p, table, name, column);
  } else if (accept2(p, "NOT", "NULL")) {
    column_not_null(p, self, *name);
  } else if (accept(p, "NULL")) {
    accept_conflict(p);
  } else if (accept(p, "UNIQUE")) {
    column_unique(p, table, name, column);
  } else if (p->model && accept(p, "INDEX")) {
    self->index = true;
  } else if (accept(p, "CHECK")) {
    column_check(p, table, name, column);
  } else if (accept(p, "DEFAULT")) {
    column_default(p, self, *name);
  } else if (accept(p, "COLLATE")) {
    self->collate = expect_name(p, "a collation's name");
    self->parts[PART_COLLATE] = span_from(p, p->clause);
  } else if (accept(p, "REFERENCES")) {
    column_references(p, table, name, column);
  } else if (token_is(peek(p), "DEFERRABLE") ||
             (token_is(peek(p), "NOT") &&
              token_is(peek_at(p, 1), "DEFERRABLE"))) {
    Constraint *last =
        table->nconstraint ? &table->constraints[table->nconstraint - 1] : NULL;
    accept_deferrable(p, last);
    if (last) last->span.to = span_from(p, p->clause).to;
  } else if (token_is(peek(p), "GENERATED") || token_is(peek(p), "AS")) {
    if (accept(p, "GENERATED")) expect(p, "ALWAYS");
    expect(p, "AS");
    column_generated(p, self);
  } else if (accept(p, "NOT")) {
    fail(p, "NULL");
  } else {
    return false;
  }
  if (!named) *name = NULL;
  return ctx_ok(p->ctx);
}

/* What an orm_column row would say: the text behind the name. Its type, up to
** `typed`, is quoted where it was, or looks like SQLAlchemy's, so that it stays
** what it is. */
static const char *column_definition(Parser *p, int from, int typed,
                                     const char *type) {
  const char *text = token_text(p->ctx, p->tokens, from, p->at);
  const Token *word = &p->tokens->list[from];
  if (p->model || typed == from || !text) return text;
  const char *rest = token_text(p->ctx, p->tokens, typed, p->at);
  if (is_quoted(word) && rest)
    return mem_printf(p->ctx, *rest ? "\"%w\" %s" : "\"%w\"", type, rest);
  if (type_classify(word) == TYPE_SQL) return text;
  return mem_printf(p->ctx, "\"%.*s\"%s", word->n, word->z, text + word->n);
}

/* Where the newest constraint is written. */
static void note_constraint(const Parser *p, Table *table) {
  Constraint *c = &table->constraints[table->nconstraint - 1];
  c->span = span_from(p, p->clause);
  c->body = (int)(p->tokens->list[p->body].z - p->tokens->sql);
}

static void parse_column_behind(Parser *p, Table *table, const char *name) {
  if (name && table_column(table, name) >= 0)
    err_set(p->ctx, SQLITE_ERROR, "column \"%s\" is there twice", name);
  Column *column = MEM_PUSH(p->ctx, table->columns, table->ncolumn);
  if (column == NULL) return;
  int at = table->ncolumn - 1, from = p->at;
  const char *constraint_name = NULL;
  column->name = name;
  parse_type(p, table, column);
  int typed = p->at;
  for (bool more = true; more && ctx_ok(p->ctx);) {
    int count = table->nconstraint;
    more = column_constraint(p, table, at, &constraint_name);
    if (table->nconstraint > count) note_constraint(p, table);
  }
  column->definition = column_definition(p, from, typed, column->type);
}

/* ---- constraints of a table --------------------------------------------- */

static void table_foreign_key(Parser *p, Constraint *c) {
  expect(p, "KEY");
  parse_columns(p, c);
  expect(p, "REFERENCES");
  parse_references(p, c);
  if (ctx_ok(p->ctx) && c->nparent && c->nparent != c->nterm)
    err_set(p->ctx, SQLITE_ERROR,
            "the foreign key onto \"%s\" has %d columns here and %d there",
            c->parent, c->nterm, c->nparent);
}

/* One constraint; false if none begins here. */
static bool table_constraint(Parser *p, Table *table) {
  static const struct {
    const char *word;
    ConstraintKind kind;
  } kinds[] = {
      {"PRIMARY", CONSTRAINT_PRIMARY},
      {"UNIQUE", CONSTRAINT_UNIQUE},
      {"CHECK", CONSTRAINT_CHECK},
      {"FOREIGN", CONSTRAINT_FOREIGN},
  };
  const char *name = NULL;
  p->clause = p->at;
  while (accept(p, "CONSTRAINT")) name = expect_name(p, "a constraint's name");
  int from = p->body = p->at;
  size_t k = 0;
  while (k < 4 && !accept(p, kinds[k].word)) k++;
  if (k == 4) return p->at > p->clause;
  Constraint *c = add_constraint(p, table, kinds[k].kind, &name, -1);
  if (c == NULL) return false;
  switch (c->kind) {
  case CONSTRAINT_PRIMARY:
    expect(p, "KEY");
    parse_columns(p, c);
    break;
  case CONSTRAINT_UNIQUE: parse_columns(p, c); break;
  case CONSTRAINT_CHECK: c->check = expect_parens(p); break;
  case CONSTRAINT_FOREIGN: table_foreign_key(p, c); break;
  }
  if (c->kind != CONSTRAINT_FOREIGN) c->conflict = accept_conflict(p);
  if (c->kind == CONSTRAINT_CHECK) c->conflict = NULL;
  c->definition = token_text(p->ctx, p->tokens, from, p->at);
  if (ctx_ok(p->ctx)) note_constraint(p, table);
  return ctx_ok(p->ctx);
}

/* ---- CREATE TABLE ------------------------------------------------------- */

static void parse_table_options(Parser *p, Table *table) {
  if (at_end(p)) return;
  do {
    if (accept2(p, "WITHOUT", "ROWID"))
      table->without_rowid = true;
    else if (accept(p, "STRICT"))
      table->strict = true;
    else
      fail(p, "WITHOUT ROWID or STRICT");
  } while (accept(p, ","));
  if (!at_end(p)) fail(p, NULL);
}

/* Commas between constraints may be left out. */
static void more_constraints(Parser *p, Table *table) {
  bool comma;
  do {
    comma = accept(p, ",");
  } while (table_constraint(p, table));
  if (comma) fail(p, "a constraint");
}

static void table_body(Parser *p, Table *table) {
  expect(p, "(");
  do {
    if (table_constraint(p, table)) {
      more_constraints(p, table);
      break;
    }
    int from = p->at;
    parse_column_behind(p, table, expect_name(p, "a column's name"));
    if (ctx_ok(p->ctx))
      table->columns[table->ncolumn - 1].span = span_from(p, from);
  } while (accept(p, ","));
  expect(p, ")");
}

/* ---- directives --------------------------------------------------------- */

/* "renamed from=x": the word x; quotes around it are taken off. */
static const char *directive_from(Parser *p, const Comment *comment,
                                  const char *rest) {
  const char *from = rest;
  while (*from == ' ') from++;
  int n = (int)(comment->z + comment->n - from);
  if (n <= 5 || sqlite3_strnicmp(from, "from=", 5) != 0) {
    err_set(p->ctx, SQLITE_ERROR, "-- %.*s: @renamed from=old_name expected",
            comment->n, comment->z);
    return NULL;
  }
  char *name = mem_text(p->ctx, from + 5, n - 5);
  Token token = name ? token_next(name) : end_token;
  return token_is_name(&token) ? token_name(p->ctx, &token) : name;
}

static void apply_directive(Parser *p, Statement *s, const Comment *comment,
                            Column *column) {
  const char *end = comment->z + comment->n, *word = comment->z + 1;
  const char *rest = word;
  while (rest < end && *rest != ' ' && *rest != '\t') rest++;
  int n = (int)(rest - word);
  while (rest < end && (*rest == ' ' || *rest == '\t')) rest++;
  char *value = mem_text(p->ctx, rest, (int)(end - rest));
  if (value == NULL) return;
  if (n == 5 && strncmp(word, "model", 5) == 0 && s->table && *value) {
    s->model = value;
  } else if (n == 12 && strncmp(word, "relationship", 12) == 0 && s->table) {
    const char **slot = MEM_PUSH(p->ctx, s->relationships, s->nrelationship);
    if (slot) *slot = value;
  } else if (n == 8 && strncmp(word, "backfill", 8) == 0 && column) {
    column->backfill = value;
  } else if (n == 7 && strncmp(word, "renamed", 7) == 0 && s->table) {
    const char *from = directive_from(p, comment, rest);
    if (column)
      column->renamed_from = from;
    else
      s->table->renamed_from = from;
  } else {
    err_set(p->ctx, SQLITE_ERROR,
            "line %d: \"-- %.*s\" says nothing here; known are @model, "
            "@relationship and @renamed behind a table, @renamed and "
            "@backfill behind a column",
            token_line(p->tokens, comment->after ? comment->after - 1 : 0),
            comment->n, comment->z);
  }
}

/* The column that token i is of; NULL if it is none's. */
static Column *column_at(const Parser *p, const Table *table, int i) {
  int at = (int)(p->tokens->list[i].z - p->tokens->sql);
  for (int k = 0; k < table->ncolumn; k++)
    if (at >= table->columns[k].span.from && at < table->columns[k].span.to)
      return &table->columns[k];
  return NULL;
}

/* A comment speaks of what ends before it, a comma between not counted. */
static void read_directives(Parser *p, Statement *s, int from, int to) {
  for (int i = 0; i < p->tokens->ncomment && ctx_ok(p->ctx); i++) {
    const Comment *comment = &p->tokens->comments[i];
    bool leading = comment->after == 0 && from == 0;
    if (comment->n < 2 || *comment->z != '@') continue;
    if (!leading && (comment->after <= from || comment->after > to + 1))
      continue;
    int before = comment->after - 1;
    if (before > from && token_is(&p->tokens->list[before], ",")) before--;
    Column *column =
        s->table && !leading ? column_at(p, s->table, before) : NULL;
    apply_directive(p, leading ? &(Statement){0} : s, comment, column);
  }
}

/* ---- statements --------------------------------------------------------- */

static void statement_name(Parser *p, Statement *s) {
  if (accept2(p, "IF", "NOT")) expect(p, "EXISTS");
  int from = p->at;
  s->name = expect_name(p, "a name");
  if (accept(p, ".")) {
    s->schema = s->name;
    s->name = expect_name(p, "a name");
  }
  if (!ctx_ok(p->ctx)) return;
  const Token *first = &p->tokens->list[from];
  const Token *last = &p->tokens->list[p->at - 1];
  s->name_at = (int)(first->z - p->tokens->sql);
  s->name_end = (int)(last->z + last->n - p->tokens->sql);
}

static void create_table(Parser *p, Statement *s, int from, int to) {
  Table *table = s->table = MEM_NEW(p->ctx, Table);
  statement_name(p, s);
  if (table == NULL || !ctx_ok(p->ctx)) return;
  table->name = p->self = s->name;
  if (token_is(peek(p), "AS"))
    err_set(p->ctx, SQLITE_ERROR,
            "table \"%s\": CREATE TABLE ... AS SELECT is no definition; "
            "write its columns",
            s->name);
  table_body(p, table);
  parse_table_options(p, table);
  if (ctx_ok(p->ctx)) read_directives(p, s, from, to);
  table_check(p->ctx, table);
  table_finish(p->ctx, table);
  table->sql = s->sql;
}

/* What follows "INDEX": its terms and WHERE. */
static void index_body(Parser *p, Index *index) {
  int open = p->at;
  parse_terms(p, &index->terms, &index->nterm);
  expect(p, ")");
  if (accept(p, "WHERE")) {
    int where = p->at;
    p->at = p->end;
    if (where == p->at)
      fail(p, "an expression");
    else
      index->where = make_expr(p, where, p->at);
  }
  if (!at_end(p)) fail(p, NULL);
  const char *text = token_text(p->ctx, p->tokens, open, p->at);
  index->definition =
      mem_printf(p->ctx, "%sINDEX %s", index->unique ? "UNIQUE " : "", text);
}

static void create_index(Parser *p, Statement *s, bool unique) {
  Index *index = s->index = MEM_NEW(p->ctx, Index);
  statement_name(p, s);
  expect(p, "ON");
  const char *table = expect_name(p, "a table's name");
  if (!ctx_ok(p->ctx)) return;
  index->name = s->name;
  index->table = p->self = table;
  index->unique = unique;
  index_body(p, index);
  index_finish(p->ctx, index);
}

/* (a, b): names, also where they are written as strings. */
static void add_names(Parser *p, sqlite3_str *norm) {
  do {
    const char *name = expect_name(p, "a column's name");
    char *lower = name ? name_lower(p->ctx, name) : NULL;
    if (lower) sqlite3_str_appendf(norm, " \"%w\"", lower);
  } while (accept(p, ","));
}

static void view_head(Parser *p, sqlite3_str *norm) {
  if (!accept(p, "(")) return;
  add_names(p, norm);
  expect(p, ")");
}

/* The first of the words that is there; NULL if none is. */
static const char *accept_any(Parser *p, const char *const *words) {
  while (*words && !accept(p, *words)) words++;
  return *words;
}

/* When, what, and on which table: up to WHEN or BEGIN. What says nothing, as
** FOR EACH ROW does, is left out. */
static void trigger_head(Parser *p, sqlite3_str *norm, Object *object) {
  static const char *const events[] = {"DELETE", "INSERT", "UPDATE", NULL};
  bool after = accept(p, "AFTER"), instead = accept2(p, "INSTEAD", "OF");
  accept(p, "BEFORE");
  const char *event = accept_any(p, events);
  if (event == NULL) fail(p, "DELETE, INSERT or UPDATE");
  sqlite3_str_appendf(norm, " %s %s",
                      after     ? "AFTER"
                      : instead ? "INSTEAD OF"
                                : "BEFORE",
                      event);
  if (accept(p, "OF")) add_names(p, norm);
  expect(p, "ON");
  object->table = expect_name(p, "a table's name");
  if (accept(p, ".")) object->table = expect_name(p, "a table's name");
  char *lower = object->table ? name_lower(p->ctx, object->table) : NULL;
  if (lower) sqlite3_str_appendf(norm, " ON \"%w\"", lower);
  if (accept2(p, "FOR", "EACH")) expect(p, "ROW");
}

static void create_object(Parser *p, Statement *s, ObjectType type) {
  Ctx *ctx = p->ctx;
  Object *object = s->object = MEM_NEW(ctx, Object);
  statement_name(p, s);
  char *lower = ctx_ok(ctx) ? name_lower(ctx, s->name) : NULL;
  if (lower == NULL) return;
  object->type = type;
  object->name = s->name;
  object->sql = s->sql;
  sqlite3_str *norm = sqlite3_str_new(ctx->db);
  sqlite3_str_appendf(norm, "%s \"%w\"", object_type_name(type), lower);
  if (type == OBJECT_TRIGGER) trigger_head(p, norm, object);
  if (type == OBJECT_VIEW) view_head(p, norm);
  if (at_end(p)) fail(p, "its definition");
  const char *rest = token_normal(ctx, p->tokens, p->at, p->end, NULL);
  sqlite3_str_appendf(norm, " %s", rest ? rest : "");
  object->norm = mem_finish(ctx, norm);
}

Statement *parse_statement(Ctx *ctx, const Tokens *tokens, int from, int to) {
  Parser parser = {ctx, tokens, from, to, from, from, false, NULL};
  Parser *p = &parser;
  Statement *s = MEM_NEW(ctx, Statement);
  if (s == NULL) return NULL;
  if (to > from) {
    const Token *first = &tokens->list[from], *last = &tokens->list[to - 1];
    s->sql = mem_text(ctx, first->z, (int)(last->z + last->n - first->z));
  }
  expect(p, "CREATE");
  s->temp = accept(p, "TEMP") || accept(p, "TEMPORARY");
  bool unique = accept(p, "UNIQUE");
  if (accept(p, "INDEX"))
    create_index(p, s, unique);
  else if (!unique && accept(p, "TABLE"))
    create_table(p, s, from, to);
  else if (!unique && accept(p, "VIEW"))
    create_object(p, s, OBJECT_VIEW);
  else if (!unique && accept(p, "TRIGGER"))
    create_object(p, s, OBJECT_TRIGGER);
  else if (!unique && accept2(p, "VIRTUAL", "TABLE"))
    create_object(p, s, OBJECT_VIRTUAL);
  else
    fail(p, unique ? "INDEX" : "TABLE, INDEX, VIEW, TRIGGER or VIRTUAL TABLE");
  if (ctx_ok(ctx) && s->table == NULL) read_directives(p, s, from, to);
  return ctx_ok(ctx) ? s : NULL;
}

Statement *parse_create(Ctx *ctx, const char *sql) {
  Tokens tokens = token_list(ctx, sql);
  if (!ctx_ok(ctx)) return NULL;
  int end = token_statement_end(&tokens, 0);
  Statement *s = parse_statement(ctx, &tokens, 0, end);
  if (s && end + 1 < tokens.count) {
    err_set(ctx, SQLITE_ERROR, "line %d: more than one statement",
            token_line(&tokens, end + 1));
    return NULL;
  }
  return s;
}

/* ---- definitions of models ---------------------------------------------- */

static Parser definition_parser(Ctx *ctx, Tokens *tokens, const Table *table,
                                const char *definition) {
  *tokens = token_list(ctx, definition);
  Parser parser = {ctx, tokens, 0, tokens->count, 0, 0, true, table->name};
  return parser;
}

void parse_column(Ctx *ctx, Table *table, const char *name,
                  const char *definition) {
  Tokens tokens;
  Parser p = definition_parser(ctx, &tokens, table, definition);
  if (!ctx_ok(ctx)) return;
  parse_column_behind(&p, table, name);
  if (!at_end(&p)) fail(&p, NULL);
}

Index *parse_constraint(Ctx *ctx, Table *table, const char *name,
                        const char *definition) {
  Tokens tokens;
  Parser p = definition_parser(ctx, &tokens, table, definition);
  if (!ctx_ok(ctx)) return NULL;
  bool unique = accept2(&p, "UNIQUE", "INDEX");
  if (unique || accept(&p, "INDEX")) {
    Index *index = MEM_NEW(ctx, Index);
    if (index == NULL) return NULL;
    index->name = name;
    index->table = table->name;
    index->unique = unique;
    index_body(&p, index);
    return index;
  }
  int count = table->nconstraint;
  if (!table_constraint(&p, table) || table->nconstraint == count)
    fail(&p, "PRIMARY KEY, UNIQUE, CHECK, FOREIGN KEY or INDEX");
  if (!at_end(&p)) fail(&p, NULL);
  if (ctx_ok(ctx) && name) table->constraints[count].name = name;
  return NULL;
}

void parse_options(Ctx *ctx, Table *table, const char *options) {
  Tokens tokens;
  Parser p = definition_parser(ctx, &tokens, table, options);
  if (ctx_ok(ctx)) parse_table_options(&p, table);
}
