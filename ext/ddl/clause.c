#include "ddl/clause.h"

#include "schema/types.h"

/* ---- pieces of constraints ---------------------------------------------- */

/* [ON CONFLICT word] */
static Conflict accept_conflict(Cursor *r) {
  if (!cursor_accept2(r, "ON", "CONFLICT")) return CONFLICT_ABORT;
  if (cursor_accept(r, "ABORT")) return CONFLICT_ABORT;
  for (Conflict c = CONFLICT_ROLLBACK; c <= CONFLICT_REPLACE; c++)
    if (cursor_accept(r, conflict_name(c))) return c;
  cursor_fail(r, "ROLLBACK, ABORT, FAIL, IGNORE or REPLACE");
  return CONFLICT_ABORT;
}

/* Is it one operand, perhaps with COLLATE behind, so that another COLLATE is
** about the whole? */
static bool is_operand(const Cursor *r, int from, int to) {
  const Token *list = r->tokens->list;
  while (to > from + 2 && token_is(&list[to - 2], "COLLATE")) to -= 2;
  if (to == from + 1) return true;
  if (to > from + 2 && token_is_name(&list[from])) from++; /* a function */
  return token_is(&list[from], "(") && list[from].close == to - 1;
}

/* Takes COLLATE off the end of a term; the last one counts. What is left is a
** name, or an expression with its parentheses, to which COLLATE can be added.
** */
static void take_collate(Cursor *r, Term *term, int *from, int *to) {
  const Token *list = r->tokens->list;
  for (int first = *from, last = *to;;) {
    token_strip(r->tokens, &first, &last);
    if (last == first + 1) *from = first, *to = last;
    if (last < first + 3 || !token_is(&list[last - 2], "COLLATE")) return;
    if (!is_operand(r, first, last - 2)) return;
    if (term->collate == NULL)
      term->collate = token_name(r->ctx, &list[last - 1]);
    last -= 2;
    *from = first, *to = last;
  }
}

/* Where the entry of an index or key ends. */
static int term_end(const Cursor *r) {
  int at = r->at;
  for (; at < r->end; at++) {
    const Token *token = &r->tokens->list[at];
    if (token_is(token, ",") || token_is(token, ")") ||
        token_is(token, "AUTOINCREMENT"))
      break;
    if (token_is(token, "(")) at = token->close;
  }
  return at < r->end ? at : r->end;
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
static void parse_term(Cursor *r, Term *term) {
  const Token *list = r->tokens->list;
  int from = r->at, to = term_end(r);
  r->at = to;
  if (has_direction(list, from, to)) {
    term->desc = token_is(&list[to - 1], "DESC");
    term->asc = !term->desc;
    to--;
  }
  take_collate(r, term, &from, &to);
  if (to == from) {
    cursor_fail(r, "a column or an expression");
    return;
  }
  if (to == from + 1 && token_is_name(&list[from]))
    term->column = token_name(r->ctx, &list[from]);
  term->expr = cursor_expr(r, from, to);
}

void clause_terms(Cursor *r, Term **terms, int *nterm) {
  cursor_expect(r, "(");
  do {
    Term term;
    memset(&term, 0, sizeof(term));
    if (ctx_ok(r->ctx)) parse_term(r, &term);
    Term *slot = (Term *)mem_push(r->ctx, terms, nterm, sizeof(Term));
    if (slot) *slot = term;
  } while (cursor_accept(r, ","));
}

/* The columns of a key: PRIMARY KEY (id AUTOINCREMENT) is legal. */
static void parse_columns(Cursor *r, Constraint *c) {
  clause_terms(r, &c->terms, &c->nterm);
  if (c->kind == CONSTRAINT_PRIMARY)
    c->autoincrement = cursor_accept(r, "AUTOINCREMENT");
  cursor_expect(r, ")");
  for (int i = 0; ctx_ok(r->ctx) && i < c->nterm; i++)
    if (c->terms[i].column == NULL)
      err_set(r->ctx, SQLITE_ERROR, "\"%s\" is no column: keys take columns",
              c->terms[i].expr.sql);
}

static ForeignAction parse_action(Cursor *r) {
  if (cursor_accept2(r, "SET", "NULL")) return ACTION_SET_NULL;
  if (cursor_accept2(r, "SET", "DEFAULT")) return ACTION_SET_DEFAULT;
  if (cursor_accept2(r, "NO", "ACTION")) return ACTION_NONE;
  if (cursor_accept(r, "CASCADE")) return ACTION_CASCADE;
  if (cursor_accept(r, "RESTRICT")) return ACTION_RESTRICT;
  cursor_fail(r, "SET NULL, SET DEFAULT, CASCADE, RESTRICT or NO ACTION");
  return ACTION_NONE;
}

/* [NOT] DEFERRABLE [INITIALLY DEFERRED | IMMEDIATE]; true if it was there.
** https://sqlite.org/foreignkeys.html#fk_deferred: only DEFERRABLE INITIALLY
** DEFERRED is deferred. */
static bool accept_deferrable(Cursor *r, Constraint *c) {
  bool not_deferrable = cursor_accept2(r, "NOT", "DEFERRABLE");
  if (!not_deferrable && !cursor_accept(r, "DEFERRABLE")) return false;
  bool deferred = false;
  if (cursor_accept(r, "INITIALLY")) {
    deferred = cursor_accept(r, "DEFERRED");
    if (!deferred) cursor_expect(r, "IMMEDIATE");
  }
  if (c) c->deferred = deferred && !not_deferrable;
  return true;
}

static void parse_references(Cursor *r, Constraint *c) {
  c->parent = cursor_name(r, "a table's name");
  if (cursor_accept(r, "(")) {
    do {
      const char *name = cursor_name(r, "a column's name");
      const char **slot = MEM_PUSH(r->ctx, c->parent_columns, c->nparent);
      if (slot) *slot = name;
    } while (cursor_accept(r, ","));
    cursor_expect(r, ")");
  }
  for (;;) {
    if (cursor_accept2(r, "ON", "DELETE"))
      c->on_delete = parse_action(r);
    else if (cursor_accept2(r, "ON", "UPDATE"))
      c->on_update = parse_action(r);
    else if (cursor_accept2(r, "ON", "INSERT"))
      parse_action(r); /* read by SQLite, without effect */
    else if (cursor_accept(r, "MATCH"))
      c->match = cursor_name(r, "a name");
    else if (!accept_deferrable(r, c))
      return;
  }
}

/* DEFAULT takes a bare or "quoted" word as a string, so that is its norm. */
static Expr make_default(Cursor *r, int from, int to) {
  Expr expr = cursor_expr(r, from, to);
  token_strip(r->tokens, &from, &to);
  const Token *token = &r->tokens->list[from];
  bool word = token->type == TOKEN_QUOTED ||
              (token->type == TOKEN_WORD && token_is_name(token) &&
               !token_is(token, "TRUE") && !token_is(token, "FALSE") &&
               !name_starts(token->z, "CURRENT_"));
  if (to - from != 1 || !word) return expr;
  char *value = token_name(r->ctx, token);
  if (value) expr.norm = mem_printf(r->ctx, "%Q", value);
  if (value) expr.sql = mem_printf(r->ctx, "%Q", value);
  return expr;
}

static Expr default_value(Cursor *r) {
  const Expr none = {NULL, NULL};
  int from = r->at;
  if (token_is(cursor_peek(r), "(")) {
    cursor_parens(r);
    return ctx_ok(r->ctx) ? make_default(r, from, r->at) : none;
  }
  bool sign = cursor_accept(r, "+") || cursor_accept(r, "-");
  const Token *token = cursor_peek(r);
  bool literal = token->type == TOKEN_NUMBER || token->type == TOKEN_STRING ||
                 token->type == TOKEN_BLOB || token_is(token, "NULL") ||
                 name_starts(token->z, "CURRENT_");
  if (!literal && (sign || !token_is_name(token))) {
    cursor_fail(r, "a value, or an expression in parentheses");
    return none;
  }
  r->at++;
  return make_default(r, from, r->at);
}

/* ---- columns ------------------------------------------------------------ */

/* Does a type end here, because a constraint begins? */
static bool begins_constraint(const Cursor *r) {
  const Token *token = cursor_peek(r);
  if (token_is(token, "GENERATED"))
    return token_is(cursor_ahead(r, 1), "ALWAYS") &&
           token_is(cursor_ahead(r, 2), "AS");
  return !token_is_type(token);
}

static bool is_quoted(const Token *token) {
  return token->type == TOKEN_QUOTED || token->type == TOKEN_STRING;
}

/* What SQLite makes of [nvarchar](50) depends on its version: it is left as it
** is written. */
static bool is_bracketed(const Token *token, int from, int to) {
  return *token->z == '[' && to > from + 1;
}

/* As SQLite has it, a quoted word is all of the type, whatever stands behind.
** In a model's definition it is a word that is not SQLAlchemy's. */
static char *type_text(Cursor *r, int from, int to) {
  const Token *token = &r->tokens->list[from];
  if (!is_quoted(token) || is_bracketed(token, from, to))
    return token_text(r->ctx, r->tokens, from, to);
  char *word = token_name(r->ctx, token);
  if (!r->model) return word;
  const char *rest = token_text(r->ctx, r->tokens, from + 1, to);
  const char *gap = rest && *rest && *rest != '(' ? " " : "";
  return mem_printf(r->ctx, "%s%s%s", word, gap, rest);
}

static void parse_type(Cursor *r, Table *table, Column *column) {
  int from = r->at;
  TypeWord class = cursor_at_end(r) ? TYPE_SQL : type_classify(cursor_peek(r));
  while (!cursor_at_end(r) && !begins_constraint(r)) r->at++;
  if (r->at > from && token_is(cursor_peek(r), "(")) {
    int close = r->tokens->list[r->at].close;
    if (close >= r->end) cursor_fail(r, "a type's arguments and )");
    r->at = close + 1;
  }
  column->type = "";
  column->parts[PART_TYPE] = cursor_span(r, from);
  if (r->at == from || !ctx_ok(r->ctx)) return;
  if (r->model && class == TYPE_UNKNOWN) {
    type_unknown(r->ctx, &r->tokens->list[from]);
    return;
  }
  column->orm_type = r->model && class == TYPE_SQLALCHEMY;
  if (column->orm_type && from + 1 < r->at &&
      !token_is(&r->tokens->list[from + 1], "("))
    err_set(r->ctx, SQLITE_ERROR, "\"%.*s\" means nothing behind the type %.*s",
            r->tokens->list[from + 1].n, r->tokens->list[from + 1].z,
            r->tokens->list[from].n, r->tokens->list[from].z);
  if (column->orm_type)
    column->type =
        type_translate(r->ctx, r->tokens, from, r->at, table->strict);
  else
    column->type = type_text(r, from, r->at);
}

static Constraint *new_constraint(Cursor *r, Table *table, ConstraintKind kind,
                                  const char **name, int column) {
  Constraint *c = MEM_PUSH(r->ctx, table->constraints, table->nconstraint);
  if (c == NULL) return NULL;
  c->kind = kind;
  c->name = *name;
  c->column = column;
  *name = NULL;
  if (column < 0 || kind == CONSTRAINT_CHECK) return c;
  Term *term = MEM_PUSH(r->ctx, c->terms, c->nterm);
  if (term) term->column = table->columns[column].name;
  return c;
}

static void column_primary_key(Cursor *r, Table *table, const char **name,
                               int column) {
  Constraint *c = new_constraint(r, table, CONSTRAINT_PRIMARY, name, column);
  cursor_expect(r, "KEY");
  if (c == NULL || c->terms == NULL) return;
  if (cursor_accept(r, "DESC"))
    c->terms[0].desc = true;
  else
    cursor_accept(r, "ASC");
  c->conflict = accept_conflict(r);
  c->autoincrement = cursor_accept(r, "AUTOINCREMENT");
}

static void column_unique(Cursor *r, Table *table, const char **name,
                          int column) {
  if (r->model && cursor_accept(r, "INDEX")) {
    table->columns[column].unique_index = true;
    return;
  }
  Constraint *c = new_constraint(r, table, CONSTRAINT_UNIQUE, name, column);
  if (c) c->conflict = accept_conflict(r);
}

static void column_generated(Cursor *r, Column *column) {
  column->generated = cursor_parens(r);
  column->stored = cursor_accept(r, "STORED");
  if (!column->stored) cursor_accept(r, "VIRTUAL");
  column->parts[PART_GENERATED] = cursor_span(r, r->clause);
}

static void column_default(Cursor *r, Column *column, const char *name) {
  column->value = default_value(r);
  column->default_name = name;
  column->parts[PART_DEFAULT] = cursor_span(r, r->clause);
}

static void column_not_null(Cursor *r, Column *column, const char *name) {
  column->notnull = true;
  column->notnull_name = name;
  column->conflict = accept_conflict(r);
  column->parts[PART_NOT_NULL] = cursor_span(r, r->clause);
}

static void column_references(Cursor *r, Table *table, const char **name,
                              int column) {
  Constraint *c = new_constraint(r, table, CONSTRAINT_FOREIGN, name, column);
  if (c) parse_references(r, c);
}

static void column_check(Cursor *r, Table *table, const char **name,
                         int column) {
  Constraint *c = new_constraint(r, table, CONSTRAINT_CHECK, name, column);
  if (c) c->check = cursor_parens(r);
  if (c) accept_conflict(r); /* read by SQLite, without effect */
}

/* One constraint of the column; false if none begins here. A name is for what
** follows it, which need not keep it. */
static bool column_constraint(Cursor *r, Table *table, int column,
                              const char **name) {
  Column *self = &table->columns[column];
  if (cursor_peek(r)->type != TOKEN_WORD) return false;
  if (*name == NULL) r->clause = r->at;
  r->body = r->at;
  bool named = cursor_accept(r, "CONSTRAINT");
  if (named) {
    *name = cursor_name(r, "a constraint's name");
  } else if (cursor_accept(r, "PRIMARY")) {
    column_primary_key(r, table, name, column);
  } else if (cursor_accept2(r, "NOT", "NULL")) {
    column_not_null(r, self, *name);
  } else if (cursor_accept(r, "NULL")) {
    accept_conflict(r);
  } else if (cursor_accept(r, "UNIQUE")) {
    column_unique(r, table, name, column);
  } else if (r->model && cursor_accept(r, "INDEX")) {
    self->index = true;
  } else if (cursor_accept(r, "CHECK")) {
    column_check(r, table, name, column);
  } else if (cursor_accept(r, "DEFAULT")) {
    column_default(r, self, *name);
  } else if (cursor_accept(r, "COLLATE")) {
    self->collate = cursor_name(r, "a collation's name");
    self->parts[PART_COLLATE] = cursor_span(r, r->clause);
  } else if (cursor_accept(r, "REFERENCES")) {
    column_references(r, table, name, column);
  } else if (token_is(cursor_peek(r), "DEFERRABLE") ||
             (token_is(cursor_peek(r), "NOT") &&
              token_is(cursor_ahead(r, 1), "DEFERRABLE"))) {
    Constraint *last =
        table->nconstraint ? &table->constraints[table->nconstraint - 1] : NULL;
    accept_deferrable(r, last);
    if (last) last->span.to = cursor_span(r, r->clause).to;
  } else if (token_is(cursor_peek(r), "GENERATED") ||
             token_is(cursor_peek(r), "AS")) {
    if (cursor_accept(r, "GENERATED")) cursor_expect(r, "ALWAYS");
    cursor_expect(r, "AS");
    column_generated(r, self);
  } else if (cursor_accept(r, "NOT")) {
    cursor_fail(r, "NULL");
  } else {
    return false;
  }
  if (!named) *name = NULL;
  return ctx_ok(r->ctx);
}

/* What an orm_column row would say: the text behind the name. Its type, up to
** `typed`, is quoted where it was, or looks like SQLAlchemy's, so that it stays
** what it is. */
static const char *column_definition(Cursor *r, int from, int typed,
                                     const char *type) {
  const char *text = token_text(r->ctx, r->tokens, from, r->at);
  const Token *word = &r->tokens->list[from];
  if (r->model || typed == from || !text) return text;
  const char *rest = token_text(r->ctx, r->tokens, typed, r->at);
  if (is_bracketed(word, from, typed)) return text;
  if (is_quoted(word) && rest)
    return mem_printf(r->ctx, *rest ? "\"%w\" %s" : "\"%w\"", type, rest);
  if (type_classify(word) == TYPE_SQL) return text;
  return mem_printf(r->ctx, "\"%.*s\"%s", word->n, word->z, text + word->n);
}

/* Where the newest constraint is written. */
static void note_constraint(const Cursor *r, Table *table) {
  Constraint *c = &table->constraints[table->nconstraint - 1];
  c->span = cursor_span(r, r->clause);
  c->body = (int)(r->tokens->list[r->body].z - r->tokens->sql);
}

static void read_definition(Cursor *r, Table *table, int column) {
  Column *self = &table->columns[column];
  int from = r->at;
  const char *constraint_name = NULL;
  parse_type(r, table, self);
  int typed = r->at;
  for (bool more = true; more && ctx_ok(r->ctx);) {
    int count = table->nconstraint;
    more = column_constraint(r, table, column, &constraint_name);
    if (table->nconstraint > count) note_constraint(r, table);
  }
  self->definition = column_definition(r, from, typed, self->type);
  column_finish(r->ctx, self);
}

/* ---- the same words again ----------------------------------------------- */

/* What the words behind a column's name come to: the only column of a table
** without names. Many columns have the same: VARCHAR(80) NOT NULL. */
typedef struct Definition {
  const char *text;
  int n, at; /* where it stood in what it was read from */
  bool model;
  Table table;
} Definition;

/* Those read last, by a hash of their texts. */
typedef struct Definitions {
  const Definition *slots[1024];
} Definitions;

static const Definition **definition_slot(Ctx *ctx, const char *text, int n) {
  if (ctx->definitions == NULL) ctx->definitions = MEM_NEW(ctx, Definitions);
  unsigned hash = 2166136261u;
  for (int i = 0; i < n; i++)
    hash = (hash ^ (unsigned char)text[i]) * 16777619u;
  return ctx->definitions ? &ctx->definitions->slots[hash >> 22] : NULL;
}

/* Where the definition that begins here ends; here, if it may mean something
** else in another table: it names one with a dot, perhaps its own, or says
** DEFERRABLE of a constraint before it. */
static int definition_end(const Cursor *r) {
  int at = r->at;
  for (int depth = 0; at < r->end; at++) {
    const Token *token = &r->tokens->list[at];
    char mark = token->type == TOKEN_OPERATOR ? *token->z : 0;
    if (depth == 0 && (mark == ',' || mark == ')')) break;
    depth += (mark == '(') - (mark == ')');
    if (mark == '.' || token_is(token, "DEFERRABLE")) return r->at;
  }
  return at;
}

static const Definition *find_definition(Cursor *r, bool strict, int end) {
  const Token *first = &r->tokens->list[r->at],
              *last = &r->tokens->list[end - 1];
  int n = (int)(last->z + last->n - first->z);
  const Definition **slot = definition_slot(r->ctx, first->z, n);
  if (slot == NULL) return NULL;
  const Definition *known = *slot;
  if (known && known->n == n && memcmp(known->text, first->z, (size_t)n) == 0 &&
      known->model == r->model && known->table.strict == strict) {
    r->at = end;
    return known;
  }
  Definition *d = MEM_NEW(r->ctx, Definition);
  if (d == NULL) return NULL;
  d->text = mem_text(r->ctx, first->z, n);
  d->n = n;
  d->at = (int)(first->z - r->tokens->sql);
  d->model = r->model;
  d->table.strict = strict;
  MEM_RESERVE(r->ctx, d->table.columns, 1);
  if (MEM_PUSH(r->ctx, d->table.columns, d->table.ncolumn))
    read_definition(r, &d->table, 0);
  if (ctx_ok(r->ctx) && r->at == end) *slot = d;
  return d;
}

static Span moved(Span span, int by) {
  Span there = {span.from + by, span.to + by};
  return span.to ? there : span;
}

static void add_constraint_again(Ctx *ctx, Table *table, int column,
                                 const Constraint *known, int by) {
  Constraint *c = MEM_PUSH(ctx, table->constraints, table->nconstraint);
  if (c == NULL) return;
  *c = *known;
  c->column = column;
  c->span = moved(c->span, by);
  c->body += by;
  if (c->nterm == 0) return;
  MEM_RESERVE(ctx, c->terms, 1);
  if (!ctx_ok(ctx)) return;
  *c->terms = *known->terms;
  c->terms->column = table->columns[column].name;
}

/* Makes the column, which has but a name, what it was at byte `at`. */
static void add_definition(Ctx *ctx, Table *table, int column,
                           const Definition *d, int at) {
  Column *self = &table->columns[column];
  const char *name = self->name;
  *self = *d->table.columns;
  self->name = name;
  for (int i = 0; i < COLUMN_PARTS; i++)
    self->parts[i] = moved(self->parts[i], at - d->at);
  for (int i = 0; i < d->table.nconstraint; i++)
    add_constraint_again(ctx, table, column, &d->table.constraints[i],
                         at - d->at);
}

void clause_column(Cursor *r, Table *table, const char *name) {
  if (name && table_column(table, name) >= 0)
    err_set(r->ctx, SQLITE_ERROR, "column \"%s\" is there twice", name);
  Column *column = MEM_PUSH(r->ctx, table->columns, table->ncolumn);
  if (column == NULL) return;
  column->name = name;
  int from = r->at, end = definition_end(r), i = table->ncolumn - 1;
  if (end == from) {
    read_definition(r, table, i);
    return;
  }
  int at = (int)(r->tokens->list[from].z - r->tokens->sql);
  const Definition *d = find_definition(r, table->strict, end);
  if (ctx_ok(r->ctx)) add_definition(r->ctx, table, i, d, at);
}

/* ---- constraints of a table --------------------------------------------- */

static void table_foreign_key(Cursor *r, Constraint *c) {
  cursor_expect(r, "KEY");
  parse_columns(r, c);
  cursor_expect(r, "REFERENCES");
  parse_references(r, c);
  if (ctx_ok(r->ctx) && c->nparent && c->nparent != c->nterm)
    err_set(r->ctx, SQLITE_ERROR,
            "the foreign key onto \"%s\" has %d columns here and %d there",
            c->parent, c->nterm, c->nparent);
}

bool clause_constraint(Cursor *r, Table *table) {
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
  r->clause = r->at;
  while (cursor_accept(r, "CONSTRAINT"))
    name = cursor_name(r, "a constraint's name");
  int from = r->body = r->at;
  size_t k = 0;
  while (k < 4 && !cursor_accept(r, kinds[k].word)) k++;
  if (k == 4) return r->at > r->clause;
  Constraint *c = new_constraint(r, table, kinds[k].kind, &name, -1);
  if (c == NULL) return false;
  switch (c->kind) {
  case CONSTRAINT_PRIMARY:
    cursor_expect(r, "KEY");
    parse_columns(r, c);
    break;
  case CONSTRAINT_UNIQUE: parse_columns(r, c); break;
  case CONSTRAINT_CHECK: c->check = cursor_parens(r); break;
  case CONSTRAINT_FOREIGN: table_foreign_key(r, c); break;
  }
  if (c->kind != CONSTRAINT_FOREIGN) c->conflict = accept_conflict(r);
  if (c->kind == CONSTRAINT_CHECK) c->conflict = CONFLICT_ABORT;
  c->definition = token_text(r->ctx, r->tokens, from, r->at);
  if (ctx_ok(r->ctx)) note_constraint(r, table);
  return ctx_ok(r->ctx);
}
