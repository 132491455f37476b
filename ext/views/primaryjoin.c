#include "views/primaryjoin.h"

#include "base/token.h"

/* A condition that is being read. */
typedef struct Reader {
  Ctx *ctx;
  Tokens tokens;
  const Table *model, *target;
  Primaryjoin *join;
} Reader;

/* ---- the text ----------------------------------------------------------- */

/* Returns true if token i qualifies a column by the name of the model instead
** of its table. */
static bool qualifies_by_model(const Reader *r, int i) {
  const Token *token = &r->tokens.list[i];
  if (!token_is_name(token) || !token_is(token + 1, ".")) return false;
  const char *name = token_name(r->ctx, token);
  return name && !name_equal(name, r->target->name) &&
         name_equal(name, r->target->model);
}

static char *join_text(Reader *r) {
  Ctx *ctx = r->ctx;
  sqlite3_str *sql = sqlite3_str_new(ctx->db);
  int done = 0;
  for (int i = 0; ctx_ok(ctx) && i < r->tokens.count; i++) {
    if (!qualifies_by_model(r, i)) continue;
    sqlite3_str_appendf(sql, "%s%s\"%w\"", token_text(ctx, &r->tokens, done, i),
                        i ? " " : "", r->target->name);
    done = i + 1;
  }
  sqlite3_str_appendall(sql,
                        token_text(ctx, &r->tokens, done, r->tokens.count));
  return mem_finish(ctx, sql);
}

/* ---- the names ---------------------------------------------------------- */

/* Returns the table that a name before a dot means: self, the table of the
** target, or its model. NULL if it means neither. */
static const Table *qualified_table(const Reader *r, const char *name) {
  if (name_equal(name, "self")) return r->model;
  bool target =
      name_equal(name, r->target->name) || name_equal(name, r->target->model);
  return target ? r->target : NULL;
}

/* Sets an error unless table.column exists. */
static void check_qualified(const Reader *r, int i) {
  const char *table = token_name(r->ctx, &r->tokens.list[i]);
  const char *name = token_name(r->ctx, &r->tokens.list[i + 2]);
  if (!ctx_ok(r->ctx)) return;
  const Table *of = qualified_table(r, table);
  if (of == NULL)
    err_set(r->ctx, SQLITE_ERROR,
            "primaryjoin: \"%s\" is neither self nor \"%s\"", table,
            r->target->name);
  else if (table_column(of, name) < 0)
    err_set(r->ctx, SQLITE_ERROR,
            "primaryjoin: table \"%s\" has no column \"%s\"%s", of->name, name,
            table_suggest_column(r->ctx, of, name));
}

/* Sets an error unless one of the tables has the column. A word in double
** quotes may be a string. */
static void check_plain(const Reader *r, int i) {
  static const char *const values[] = {
      "NULL",         "TRUE",         "FALSE",
      "CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP",
      "rowid",        "END",          NULL};
  const Token *token = &r->tokens.list[i];
  if (token->type != TOKEN_WORD || token_is_one_of(token, values)) return;
  const char *name = token_name(r->ctx, token);
  bool in_model = name && table_column(r->model, name) >= 0;
  bool in_target = name && table_column(r->target, name) >= 0;
  if (!ctx_ok(r->ctx) || in_model != in_target) return;
  err_set(
      r->ctx, SQLITE_ERROR,
      in_model
          ? "primaryjoin: both tables have the column \"%s\"; write self.%s "
            "or %s.%s"
          : "primaryjoin: neither table has a column \"%s\"",
      name, name, r->target->name, name);
}

/* Checks the names of a condition without a subquery, in which names may mean
** other tables. */
static void check_names(const Reader *r) {
  const Token *list = r->tokens.list;
  for (int i = 0; i < r->tokens.count; i++)
    if (token_is(&list[i], "SELECT")) return;
  for (int i = 0; ctx_ok(r->ctx) && i < r->tokens.count; i++) {
    if (!token_is_operand(list, i)) continue;
    if (token_is(&list[i + 1], ".")) {
      check_qualified(r, i);
      i += 2;
    } else {
      check_plain(r, i);
    }
  }
}

/* ---- the equalities ----------------------------------------------------- */

/* A column in the condition. */
typedef struct JoinColumn {
  const char *name; /* NULL if the tokens are no column */
  bool of_self;
} JoinColumn;

/* Returns the column in tokens `from` to `to` - 1: self.a, post.b, or a name
** that only one of the tables has. */
static JoinColumn read_join_column(Reader *r, int from, int to) {
  JoinColumn column = {NULL, false};
  const Token *list = r->tokens.list;
  token_strip(&r->tokens, &from, &to);
  bool qualified = to - from == 3 && token_is(&list[from + 1], ".");
  if ((to - from != 1 && !qualified) || !token_is_name(&list[from]) ||
      list[from].type == TOKEN_STRING)
    return column;
  const char *name = token_name(r->ctx, &list[to - 1]);
  const char *table = qualified ? token_name(r->ctx, &list[from]) : NULL;
  if (name == NULL) return column;
  bool in_model = table_column(r->model, name) >= 0;
  bool in_target = table_column(r->target, name) >= 0;
  if (!qualified && in_model == in_target) return column;
  column.of_self = qualified ? name_equal(table, "self") : in_model;
  column.name = name;
  return column;
}

/* Returns the token = of the tokens; -1 if there is none. */
static int find_equals(const Reader *r, int from, int to) {
  for (int i = from; i < to; i++)
    if (token_is(&r->tokens.list[i], "=") || token_is(&r->tokens.list[i], "=="))
      return i;
  return -1;
}

/* Reads an operand of AND. */
static void read_operand(Reader *r, int from, int to) {
  Primaryjoin *join = r->join;
  token_strip(&r->tokens, &from, &to);
  int at = find_equals(r, from, to);
  JoinColumn a = {NULL, false}, b = {NULL, false};
  if (at >= 0) a = read_join_column(r, from, at);
  if (a.name) b = read_join_column(r, at + 1, to);
  if (b.name == NULL || a.of_self == b.of_self) {
    join->only = false;
    return;
  }
  int n = join->count;
  const char **self = MEM_PUSH(r->ctx, join->self, n);
  const char **target = MEM_PUSH(r->ctx, join->target, join->count);
  if (self) *self = a.of_self ? a.name : b.name;
  if (target) *target = a.of_self ? b.name : a.name;
}

/* Returns true if a word outside of parentheses gives AND another meaning than
** that all operands must hold. */
static bool is_chain(const Reader *r) {
  static const char *const words[] = {"OR", "BETWEEN", "CASE", "NOT", NULL};
  for (int i = 0; i < r->tokens.count; i++) {
    const Token *token = &r->tokens.list[i];
    if (token_is_one_of(token, words)) return false;
    if (token_is(token, "(")) i = token->close;
  }
  return true;
}

static void read_operands(Reader *r) {
  int from = 0, to = r->tokens.count;
  r->join->only = is_chain(r);
  if (!r->join->only) return;
  token_strip(&r->tokens, &from, &to);
  for (int i = from; ctx_ok(r->ctx) && i <= to; i++) {
    const Token *token = &r->tokens.list[i];
    if (i < to && token_is(token, "(")) i = token->close;
    if (i < to && !token_is(&r->tokens.list[i], "AND")) continue;
    read_operand(r, from, i);
    from = i + 1;
  }
}

/* Returns true if the parentheses are paired, so that the text is one
** expression in a longer statement. */
static bool is_balanced(const Tokens *tokens) {
  for (int i = 0; i < tokens->count; i++) {
    const Token *token = &tokens->list[i];
    if (token_is(token, ")") || token_is(token, ";")) return false;
    if (!token_is(token, "(")) continue;
    if (token->close >= tokens->count) return false;
    i = token->close;
  }
  return tokens->count > 0;
}

Primaryjoin primaryjoin_read(Ctx *ctx, const char *text, const Table *model,
                             const Table *target) {
  Primaryjoin join = {.only = false};
  if (!ctx_ok(ctx)) return join;
  Reader r = {ctx, token_list(ctx, text), model, target, &join};
  if (ctx_ok(ctx) && !is_balanced(&r.tokens))
    err_set(ctx, SQLITE_ERROR, "primaryjoin \"%s\" is not an expression", text);
  if (name_equal(target->name, "self"))
    err_set(ctx, SQLITE_ERROR,
            "primaryjoin: in it, \"self\" is the table of the model; give the "
            "table \"self\" another name");
  if (!ctx_ok(ctx)) return join;
  check_names(&r);
  if (!ctx_ok(ctx)) return join;
  join.text = join_text(&r);
  read_operands(&r);
  return join;
}
