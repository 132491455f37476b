#include "ddl/clause.h"

#include "schema/types.h"

/* ---- pieces of constraints ---------------------------------------------- */

/* Reads [ON CONFLICT word]. */
static Conflict accept_conflict(Cursor *cur) {
  if (!cursor_accept2(cur, "ON", "CONFLICT")) return CONFLICT_ABORT;
  if (cursor_accept(cur, "ABORT")) return CONFLICT_ABORT;
  for (Conflict c = CONFLICT_ROLLBACK; c <= CONFLICT_REPLACE; c++)
    if (cursor_accept(cur, conflict_name(c))) return c;
  cursor_fail(cur, "ROLLBACK, ABORT, FAIL, IGNORE or REPLACE");
  return CONFLICT_ABORT;
}

/* Returns true if the tokens are one operand, with any number of COLLATE after
** it. Another COLLATE after them then applies to the whole operand. */
static bool is_operand(const Cursor *cur, int from, int to) {
  const Token *list = cur->tokens->list;
  while (to > from + 2 && token_is(&list[to - 2], "COLLATE")) to -= 2;
  if (to == from + 1) return true;
  if (to > from + 2 && token_is_name(&list[from])) from++; /* a function */
  return token_is(&list[from], "(") && list[from].close == to - 1;
}

/* Removes each COLLATE from the end of a term, and records the last one. The
** rest is a name, or an expression with its parentheses, after which COLLATE
** can be written again. */
static void strip_collate(Cursor *cur, Term *term, int *from, int *to) {
  const Token *list = cur->tokens->list;
  for (int first = *from, last = *to;;) {
    token_strip(cur->tokens, &first, &last);
    if (last == first + 1) *from = first, *to = last;
    if (last < first + 3 || !token_is(&list[last - 2], "COLLATE")) return;
    if (!is_operand(cur, first, last - 2)) return;
    if (term->collate == NULL)
      term->collate = token_name(cur->ctx, &list[last - 1]);
    last -= 2;
    *from = first, *to = last;
  }
}

/* Returns the token at which an entry of an index or key ends. */
static int term_end(const Cursor *cur) {
  int at = cur->at;
  for (; at < cur->end; at++) {
    const Token *token = &cur->tokens->list[at];
    if (token_is(token, ",") || token_is(token, ")") ||
        token_is(token, "AUTOINCREMENT"))
      break;
    if (token_is(token, "(")) at = token->close;
  }
  return at < cur->end ? at : cur->end;
}

/* Returns true if an operand can end with token i. Otherwise ASC or DESC after
** it is a column, as in "a > desc". LIKE, GLOB, REGEXP and MATCH are names if
** no operand precedes them. */
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

/* Returns true if the last token is ASC or DESC as a direction, not as a
** column. */
static bool has_direction(const Token *list, int from, int to) {
  if (to < from + 2 || !ends_operand(list, from, to - 2)) return false;
  return token_is(&list[to - 1], "ASC") || token_is(&list[to - 1], "DESC");
}

/* Reads one entry of an index or key: an expression, COLLATE, ASC or DESC. */
static void parse_term(Cursor *cur, Term *term) {
  const Token *list = cur->tokens->list;
  int from = cur->at, to = term_end(cur);
  cur->at = to;
  if (has_direction(list, from, to)) {
    term->desc = token_is(&list[to - 1], "DESC");
    term->asc = !term->desc;
    to--;
  }
  strip_collate(cur, term, &from, &to);
  if (to == from) {
    cursor_fail(cur, "a column or an expression");
    return;
  }
  if (to == from + 1 && token_is_name(&list[from]))
    term->column = token_name(cur->ctx, &list[from]);
  term->expr = cursor_expr(cur, from, to);
}

void clause_terms(Cursor *cur, Term **terms, int *nterm) {
  cursor_expect(cur, "(");
  do {
    Term term;
    memset(&term, 0, sizeof(term));
    if (ctx_ok(cur->ctx)) parse_term(cur, &term);
    Term *slot = (Term *)mem_push(cur->ctx, terms, nterm, sizeof(Term));
    if (slot) *slot = term;
  } while (cursor_accept(cur, ","));
}

/* Reads the columns of a key. PRIMARY KEY (id AUTOINCREMENT) is legal. */
static void parse_columns(Cursor *cur, Constraint *c) {
  clause_terms(cur, &c->terms, &c->nterm);
  if (c->kind == CONSTRAINT_PRIMARY)
    c->autoincrement = cursor_accept(cur, "AUTOINCREMENT");
  cursor_expect(cur, ")");
  for (int i = 0; ctx_ok(cur->ctx) && i < c->nterm; i++)
    if (c->terms[i].column == NULL)
      err_set(cur->ctx, SQLITE_ERROR, "\"%s\" is no column: keys take columns",
              c->terms[i].expr.sql);
}

static ForeignAction parse_action(Cursor *cur) {
  if (cursor_accept2(cur, "SET", "NULL")) return ACTION_SET_NULL;
  if (cursor_accept2(cur, "SET", "DEFAULT")) return ACTION_SET_DEFAULT;
  if (cursor_accept2(cur, "NO", "ACTION")) return ACTION_NONE;
  if (cursor_accept(cur, "CASCADE")) return ACTION_CASCADE;
  if (cursor_accept(cur, "RESTRICT")) return ACTION_RESTRICT;
  cursor_fail(cur, "SET NULL, SET DEFAULT, CASCADE, RESTRICT or NO ACTION");
  return ACTION_NONE;
}

/* Reads [INITIALLY DEFERRED | IMMEDIATE] after [NOT] DEFERRABLE. Returns true
** for DEFERRABLE INITIALLY DEFERRED, the only clause that defers the check
** (https://sqlite.org/foreignkeys.html#fk_deferred). */
static bool read_initially(Cursor *cur, bool deferrable) {
  if (!cursor_accept(cur, "INITIALLY")) return false;
  bool deferred = cursor_accept(cur, "DEFERRED");
  if (!deferred) cursor_expect(cur, "IMMEDIATE");
  return deferred && deferrable;
}

/* Reads a deferral clause; returns false if there is none. */
static bool accept_deferrable(Cursor *cur, Constraint *c) {
  bool never = cursor_accept2(cur, "NOT", "DEFERRABLE");
  if (!never && !cursor_accept(cur, "DEFERRABLE")) return false;
  c->deferred = read_initially(cur, !never);
  return true;
}

static void parse_references(Cursor *cur, Constraint *c) {
  c->parent = cursor_name(cur, "a table's name");
  if (cursor_accept(cur, "(")) {
    do {
      const char *name = cursor_name(cur, "a column's name");
      const char **slot = MEM_PUSH(cur->ctx, c->parent_columns, c->nparent);
      if (slot) *slot = name;
    } while (cursor_accept(cur, ","));
    cursor_expect(cur, ")");
  }
  for (;;) {
    if (cursor_accept2(cur, "ON", "DELETE"))
      c->on_delete = parse_action(cur);
    else if (cursor_accept2(cur, "ON", "UPDATE"))
      c->on_update = parse_action(cur);
    else if (cursor_accept2(cur, "ON", "INSERT"))
      parse_action(cur); /* SQLite accepts and ignores it */
    else if (cursor_accept(cur, "MATCH"))
      c->match = cursor_name(cur, "a name");
    else if (!accept_deferrable(cur, c))
      return;
  }
}

static bool is_time_word(const Token *token) {
  return token_is(token, "CURRENT_TIME") || token_is(token, "CURRENT_DATE") ||
         token_is(token, "CURRENT_TIMESTAMP");
}

/* Returns the expression of a DEFAULT. To SQLite, DEFAULT abc and DEFAULT "abc"
** are strings, so both become 'abc'. */
static Expr make_default(Cursor *cur, int from, int to) {
  Expr expr = cursor_expr(cur, from, to);
  token_strip(cur->tokens, &from, &to);
  const Token *token = &cur->tokens->list[from];
  bool value = token_is(token, "TRUE") || token_is(token, "FALSE") ||
               is_time_word(token);
  bool word = token->type == TOKEN_QUOTED ||
              (token->type == TOKEN_WORD && token_is_name(token) && !value);
  if (to - from != 1 || !word) return expr;
  char *text = token_name(cur->ctx, token);
  if (text) expr.norm = expr.sql = mem_printf(cur->ctx, "%Q", text);
  return expr;
}

static Expr parse_default_value(Cursor *cur) {
  const Expr none = {NULL, NULL};
  int from = cur->at;
  if (token_is(cursor_peek(cur), "(")) {
    cursor_parens(cur);
    return ctx_ok(cur->ctx) ? make_default(cur, from, cur->at) : none;
  }
  bool sign = cursor_accept(cur, "+") || cursor_accept(cur, "-");
  const Token *token = cursor_peek(cur);
  bool literal = token->type == TOKEN_NUMBER || token->type == TOKEN_STRING ||
                 token->type == TOKEN_BLOB || token_is(token, "NULL") ||
                 is_time_word(token);
  if (!literal && (sign || !token_is_name(token))) {
    cursor_fail(cur, "a value, or an expression in parentheses");
    return none;
  }
  cur->at++;
  return make_default(cur, from, cur->at);
}

/* ---- columns ------------------------------------------------------------ */

/* Returns true if a type that begins at token `from` ends here, because a
** constraint begins. */
static bool begins_constraint(const Cursor *cur, int from) {
  const Token *token = cursor_peek(cur);
  if (cur->model && cur->at > from && token_is(token, "VERSION")) return true;
  if (token_is(token, "GENERATED"))
    return token_is(cursor_ahead(cur, 1), "ALWAYS") &&
           token_is(cursor_ahead(cur, 2), "AS");
  return !token_is_type(token);
}

static bool is_quoted(const Token *token) {
  return token->type == TOKEN_QUOTED || token->type == TOKEN_STRING;
}

/* Returns true for [nvarchar](50). The type that SQLite reads from it depends
** on the version, so the text is kept unchanged. */
static bool is_bracketed(const Token *token, int from, int to) {
  return *token->z == '[' && to > from + 1;
}

/* Returns the type in tokens `from` to `to` - 1. To SQLite, a quoted first word
** is the whole type, and the words after it are ignored. In the definition of a
** model, quotes only prevent that the word is read as a type of SQLAlchemy. */
static char *type_text(Cursor *cur, int from, int to) {
  const Token *token = &cur->tokens->list[from];
  if (!is_quoted(token) || is_bracketed(token, from, to))
    return token_text(cur->ctx, cur->tokens, from, to);
  char *word = token_name(cur->ctx, token);
  if (!cur->model) return word;
  const char *rest = token_text(cur->ctx, cur->tokens, from + 1, to);
  const char *gap = rest && *rest && *rest != '(' ? " " : "";
  return mem_printf(cur->ctx, "%s%s%s", word, gap, rest);
}

static void parse_type(Cursor *cur, Table *table, Column *column) {
  int from = cur->at;
  TypeWord class =
      cursor_at_end(cur) ? TYPE_SQL : type_classify(cursor_peek(cur));
  while (!cursor_at_end(cur) && !begins_constraint(cur, from)) cur->at++;
  if (cur->at > from && token_is(cursor_peek(cur), "(")) {
    int close = cur->tokens->list[cur->at].close;
    if (close >= cur->end) cursor_fail(cur, "a type's arguments and )");
    cur->at = close + 1;
  }
  column->type = "";
  column->parts[PART_TYPE] = cursor_span(cur, from);
  if (cur->at == from || !ctx_ok(cur->ctx)) return;
  if (cur->model && class == TYPE_UNKNOWN) {
    type_unknown(cur->ctx, &cur->tokens->list[from]);
    return;
  }
  column->orm_type = cur->model && class == TYPE_SQLALCHEMY;
  if (column->orm_type && from + 1 < cur->at &&
      !token_is(&cur->tokens->list[from + 1], "("))
    err_set(cur->ctx, SQLITE_ERROR,
            "\"%.*s\" means nothing behind the type %.*s",
            cur->tokens->list[from + 1].n, cur->tokens->list[from + 1].z,
            cur->tokens->list[from].n, cur->tokens->list[from].z);
  if (column->orm_type)
    column->type =
        type_translate(cur->ctx, cur->tokens, from, cur->at, table->strict);
  else
    column->type = type_text(cur, from, cur->at);
}

/* Adds a constraint; `column` is -1 for a constraint of the table. */
static Constraint *new_constraint(Cursor *cur, Table *table,
                                  ConstraintKind kind, const char *name,
                                  int column) {
  Constraint *c = MEM_PUSH(cur->ctx, table->constraints, table->nconstraint);
  if (c == NULL) return NULL;
  c->kind = kind;
  c->name = name;
  c->column = column;
  if (column < 0 || kind == CONSTRAINT_CHECK) return c;
  Term *term = MEM_PUSH(cur->ctx, c->terms, c->nterm);
  if (term) term->column = table->columns[column].name;
  return c;
}

/* ---- clauses of a column ------------------------------------------------ */

/* The column whose clauses are being read. */
typedef struct ClauseTarget {
  Cursor *cur;
  Table *table;
  Column *column;
  int index;        /* of the column */
  const char *name; /* of CONSTRAINT, for the next clause; or NULL */
} ClauseTarget;

static Constraint *column_rule(ClauseTarget *t, ConstraintKind kind) {
  return new_constraint(t->cur, t->table, kind, t->name, t->index);
}

/* Records the bytes of a part of the column, with its CONSTRAINT name. */
static void end_part(ClauseTarget *t, ColumnPart part) {
  t->column->parts[part] = cursor_span(t->cur, t->cur->clause);
}

static void read_constraint_name(ClauseTarget *t) {
  t->name = cursor_name(t->cur, "a constraint's name");
}

static void read_primary_key(ClauseTarget *t) {
  Constraint *c = column_rule(t, CONSTRAINT_PRIMARY);
  cursor_expect(t->cur, "KEY");
  if (c == NULL || c->terms == NULL) return;
  if (cursor_accept(t->cur, "DESC"))
    c->terms[0].desc = true;
  else
    cursor_accept(t->cur, "ASC");
  c->conflict = accept_conflict(t->cur);
  c->autoincrement = cursor_accept(t->cur, "AUTOINCREMENT");
}

static void read_unique(ClauseTarget *t) {
  if (t->cur->model && cursor_accept(t->cur, "INDEX")) {
    t->column->unique_index = true;
    return;
  }
  Constraint *c = column_rule(t, CONSTRAINT_UNIQUE);
  if (c) c->conflict = accept_conflict(t->cur);
}

static void read_index(ClauseTarget *t) {
  t->column->index = true;
}

static void read_version_word(ClauseTarget *t) {
  t->column->version = true;
}

static void read_check(ClauseTarget *t) {
  Constraint *c = column_rule(t, CONSTRAINT_CHECK);
  if (c) c->check = cursor_parens(t->cur);
  if (c) accept_conflict(t->cur); /* SQLite accepts and ignores it */
}

static void read_references(ClauseTarget *t) {
  Constraint *c = column_rule(t, CONSTRAINT_FOREIGN);
  if (c) parse_references(t->cur, c);
}

/* Applies a deferral clause that does not directly follow REFERENCES to the
** constraint before it, of any kind. */
static void read_deferrable(ClauseTarget *t, bool deferrable) {
  bool deferred = read_initially(t->cur, deferrable);
  if (t->table->nconstraint == 0) return;
  Constraint *last = &t->table->constraints[t->table->nconstraint - 1];
  last->deferred = deferred;
  last->span.to = cursor_span(t->cur, t->cur->clause).to;
}

static void read_is_deferrable(ClauseTarget *t) {
  read_deferrable(t, true);
}

static void read_not_deferrable(ClauseTarget *t) {
  read_deferrable(t, false);
}

static void read_not_null(ClauseTarget *t) {
  t->column->notnull = true;
  t->column->notnull_name = t->name;
  t->column->conflict = accept_conflict(t->cur);
  end_part(t, PART_NOT_NULL);
}

static void read_null(ClauseTarget *t) {
  accept_conflict(t->cur);
}

static void read_default(ClauseTarget *t) {
  t->column->default_value = parse_default_value(t->cur);
  t->column->default_name = t->name;
  end_part(t, PART_DEFAULT);
}

static void read_collate(ClauseTarget *t) {
  t->column->collate = cursor_name(t->cur, "a collation's name");
  end_part(t, PART_COLLATE);
}

static void read_generated(ClauseTarget *t) {
  t->column->generated = cursor_parens(t->cur);
  t->column->stored = cursor_accept(t->cur, "STORED");
  if (!t->column->stored) cursor_accept(t->cur, "VIRTUAL");
  end_part(t, PART_GENERATED);
}

static void read_generated_always(ClauseTarget *t) {
  cursor_expect(t->cur, "ALWAYS");
  cursor_expect(t->cur, "AS");
  read_generated(t);
}

static void fail_not(ClauseTarget *t) {
  cursor_fail(t->cur, "NULL");
}

/* The clauses of a column, by the words that they begin with. The first line
** that fits is used. To add a clause, add a line. */
static const struct ClauseRule {
  const char *first, *second;    /* second: NULL if one word suffices */
  bool model;                    /* only in the definition of a model */
  void (*read)(ClauseTarget *t); /* reads what follows the words */
} clause_rules[] = {
    {"CONSTRAINT", NULL, false, read_constraint_name},
    {"PRIMARY", NULL, false, read_primary_key},
    {"NOT", "NULL", false, read_not_null},
    {"NOT", "DEFERRABLE", false, read_not_deferrable},
    {"NOT", NULL, false, fail_not},
    {"NULL", NULL, false, read_null},
    {"UNIQUE", NULL, false, read_unique},
    {"INDEX", NULL, true, read_index},
    {"VERSION", NULL, true, read_version_word},
    {"CHECK", NULL, false, read_check},
    {"DEFAULT", NULL, false, read_default},
    {"COLLATE", NULL, false, read_collate},
    {"REFERENCES", NULL, false, read_references},
    {"DEFERRABLE", NULL, false, read_is_deferrable},
    {"GENERATED", NULL, false, read_generated_always},
    {"AS", NULL, false, read_generated},
};
enum { CLAUSE_RULES = sizeof(clause_rules) / sizeof(clause_rules[0]) };

static bool accept_rule(Cursor *cur, const struct ClauseRule *rule) {
  if (rule->model && !cur->model) return false;
  return rule->second ? cursor_accept2(cur, rule->first, rule->second)
                      : cursor_accept(cur, rule->first);
}

/* Reads one clause; returns false if none begins here. A CONSTRAINT name
** belongs to the next clause, even if that clause cannot have a name. */
static bool read_clause(ClauseTarget *t) {
  Cursor *cur = t->cur;
  if (cursor_peek(cur)->type != TOKEN_WORD) return false;
  if (t->name == NULL) cur->clause = cur->at;
  cur->body = cur->at;
  int i = 0;
  while (i < CLAUSE_RULES && !accept_rule(cur, &clause_rules[i])) i++;
  if (i == CLAUSE_RULES) return false;
  clause_rules[i].read(t);
  if (clause_rules[i].read != read_constraint_name) t->name = NULL;
  return ctx_ok(cur->ctx);
}

/* Returns orm_column.definition for the column: the text after the name. The
** type ends at token `typed`. It is quoted in the result if it was quoted, or
** if it looks like a type of SQLAlchemy, so that it keeps its meaning in a
** model. */
static const char *column_definition(Cursor *cur, int from, int typed,
                                     const char *type) {
  const char *text = token_text(cur->ctx, cur->tokens, from, cur->at);
  const Token *word = &cur->tokens->list[from];
  if (cur->model || typed == from || !text) return text;
  const char *rest = token_text(cur->ctx, cur->tokens, typed, cur->at);
  if (is_bracketed(word, from, typed)) return text;
  if (is_quoted(word) && rest)
    return mem_printf(cur->ctx, *rest ? "\"%w\" %s" : "\"%w\"", type, rest);
  if (type_classify(word) == TYPE_SQL) return text;
  return mem_printf(cur->ctx, "\"%.*s\"%s", word->n, word->z, text + word->n);
}

/* Records the place of the newest constraint. */
static void note_constraint(const Cursor *cur, Table *table) {
  Constraint *c = &table->constraints[table->nconstraint - 1];
  c->span = cursor_span(cur, cur->clause);
  c->body = (int)(cur->tokens->list[cur->body].z - cur->tokens->sql);
}

static void read_definition(Cursor *cur, Table *table, int index) {
  ClauseTarget t = {cur, table, &table->columns[index], index, NULL};
  int from = cur->at;
  parse_type(cur, table, t.column);
  int typed = cur->at;
  for (bool more = true; more && ctx_ok(cur->ctx);) {
    int count = table->nconstraint;
    more = read_clause(&t);
    if (table->nconstraint > count) note_constraint(cur, table);
  }
  t.column->definition = column_definition(cur, from, typed, t.column->type);
  column_finish(cur->ctx, t.column);
}

/* ---- the cache of definitions ------------------------------------------- */

/* A parsed definition: a table whose only column has no name. */
typedef struct Definition {
  const char *text;
  int n;  /* bytes */
  int at; /* byte of the text that it was parsed from */
  bool model;
  Table table;
} Definition;

/* The newest definition for each hash of a text. */
struct Definitions {
  const Definition *slots[1024];
};

Definitions *clause_definitions(Ctx *ctx) {
  return MEM_NEW(ctx, Definitions);
}

static const Definition **definition_slot(Definitions *known, const char *text,
                                          int n) {
  unsigned hash = 2166136261u;
  for (int i = 0; i < n; i++)
    hash = (hash ^ (unsigned char)text[i]) * 16777619u;
  return &known->slots[hash >> 22];
}

/* Returns the token at which the definition at the cursor ends. Returns the
** cursor itself if the definition may have another meaning in another table: if
** it has a qualified name, or a DEFERRABLE, which may apply to a constraint
** before it. */
static int definition_end(const Cursor *cur) {
  int at = cur->at;
  for (int depth = 0; at < cur->end; at++) {
    const Token *token = &cur->tokens->list[at];
    char mark = token->type == TOKEN_OPERATOR ? *token->z : 0;
    if (depth == 0 && (mark == ',' || mark == ')')) break;
    depth += (mark == '(') - (mark == ')');
    if (mark == '.' || token_is(token, "DEFERRABLE")) return cur->at;
  }
  return at;
}

/* Returns the definition in the tokens up to `end` and moves the cursor to its
** end. Takes it from the cache, or parses it and adds it to the cache. */
static const Definition *find_definition(Cursor *cur, bool strict, int end) {
  const Token *first = &cur->tokens->list[cur->at],
              *last = &cur->tokens->list[end - 1];
  int n = (int)(last->z + last->n - first->z);
  const Definition **slot = definition_slot(cur->known, first->z, n);
  const Definition *known = *slot;
  if (known && known->n == n && memcmp(known->text, first->z, (size_t)n) == 0 &&
      known->model == cur->model && known->table.strict == strict) {
    cur->at = end;
    return known;
  }
  Definition *d = MEM_NEW(cur->ctx, Definition);
  if (d == NULL) return NULL;
  d->text = mem_text(cur->ctx, first->z, n);
  d->n = n;
  d->at = (int)(first->z - cur->tokens->sql);
  d->model = cur->model;
  d->table.strict = strict;
  MEM_MAKE_ROOM(cur->ctx, d->table.columns, 1);
  if (MEM_PUSH(cur->ctx, d->table.columns, d->table.ncolumn))
    read_definition(cur, &d->table, 0);
  if (ctx_ok(cur->ctx) && cur->at == end) *slot = d;
  return d;
}

static Span moved(Span span, int by) {
  Span there = {span.from + by, span.to + by};
  return span.to ? there : span;
}

static void copy_constraint(Ctx *ctx, Table *table, int column,
                            const Constraint *known, int by) {
  Constraint *c = MEM_PUSH(ctx, table->constraints, table->nconstraint);
  if (c == NULL) return;
  *c = *known;
  c->column = column;
  c->span = moved(c->span, by);
  c->body += by;
  if (c->nterm == 0) return;
  MEM_MAKE_ROOM(ctx, c->terms, 1);
  if (!ctx_ok(ctx)) return;
  *c->terms = *known->terms;
  c->terms->column = table->columns[column].name;
}

/* Copies a definition to a column that has only a name. In the text of that
** column, the definition is at byte `at`. */
static void add_definition(Ctx *ctx, Table *table, int column,
                           const Definition *d, int at) {
  Column *self = &table->columns[column];
  const char *name = self->name;
  *self = *d->table.columns;
  self->name = name;
  for (int i = 0; i < COLUMN_PARTS; i++)
    self->parts[i] = moved(self->parts[i], at - d->at);
  for (int i = 0; i < d->table.nconstraint; i++)
    copy_constraint(ctx, table, column, &d->table.constraints[i], at - d->at);
}

void clause_column(Cursor *cur, Table *table, const char *name) {
  if (name && table_column(table, name) >= 0)
    err_set(cur->ctx, SQLITE_ERROR, "column \"%s\" is there twice", name);
  Column *column = MEM_PUSH(cur->ctx, table->columns, table->ncolumn);
  if (column == NULL) return;
  column->name = name;
  int from = cur->at, end = definition_end(cur), i = table->ncolumn - 1;
  if (end == from || cur->known == NULL) {
    read_definition(cur, table, i);
    return;
  }
  int at = (int)(cur->tokens->list[from].z - cur->tokens->sql);
  const Definition *d = find_definition(cur, table->strict, end);
  if (ctx_ok(cur->ctx)) add_definition(cur->ctx, table, i, d, at);
}

/* ---- constraints of a table --------------------------------------------- */

static void table_foreign_key(Cursor *cur, Constraint *c) {
  cursor_expect(cur, "KEY");
  parse_columns(cur, c);
  cursor_expect(cur, "REFERENCES");
  parse_references(cur, c);
  if (ctx_ok(cur->ctx) && c->nparent && c->nparent != c->nterm)
    err_set(cur->ctx, SQLITE_ERROR,
            "the foreign key onto \"%s\" has %d columns here and %d there",
            c->parent, c->nterm, c->nparent);
}

bool clause_constraint(Cursor *cur, Table *table) {
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
  cur->clause = cur->at;
  while (cursor_accept(cur, "CONSTRAINT"))
    name = cursor_name(cur, "a constraint's name");
  int from = cur->body = cur->at;
  size_t k = 0;
  while (k < 4 && !cursor_accept(cur, kinds[k].word)) k++;
  if (k == 4) return cur->at > cur->clause;
  Constraint *c = new_constraint(cur, table, kinds[k].kind, name, -1);
  if (c == NULL) return false;
  switch (c->kind) {
  case CONSTRAINT_PRIMARY:
    cursor_expect(cur, "KEY");
    parse_columns(cur, c);
    break;
  case CONSTRAINT_UNIQUE: parse_columns(cur, c); break;
  case CONSTRAINT_CHECK: c->check = cursor_parens(cur); break;
  case CONSTRAINT_FOREIGN: table_foreign_key(cur, c); break;
  }
  if (c->kind != CONSTRAINT_FOREIGN) c->conflict = accept_conflict(cur);
  if (c->kind == CONSTRAINT_CHECK) c->conflict = CONFLICT_ABORT;
  c->definition = token_text(cur->ctx, cur->tokens, from, cur->at);
  if (ctx_ok(cur->ctx)) note_constraint(cur, table);
  return ctx_ok(cur->ctx);
}
