#include "schema/dqs.h"

static bool is_double(const Token *token) {
  return token->type == TOKEN_QUOTED && *token->z == '"';
}

/* Returns true for a "name" that passes the test. */
static bool passes(Ctx *ctx, const Token *token, NameTest *test,
                   const void *arg) {
  const char *name = is_double(token) ? token_name(ctx, token) : NULL;
  return name && test(arg, name);
}

bool dqs_contains(Ctx *ctx, const char *sql, NameTest *test, const void *arg) {
  if (!ctx_ok(ctx) || sql == NULL || strchr(sql, '"') == NULL) return false;
  Tokens tokens = token_list(ctx, sql);
  bool any = false;
  for (int i = 0; ctx_ok(ctx) && !any && i < tokens.count; i++)
    any = passes(ctx, &tokens.list[i], test, arg);
  return any;
}

/* Returns true if token i is a whole term of an index. SQLite takes 'x' as a
** name there. */
static bool is_term(const Tokens *tokens, int i) {
  const Token *next = &tokens->list[i + 1];
  bool begins = i && (token_is(next - 2, "(") || token_is(next - 2, ","));
  return begins && (next->type == TOKEN_END || token_is(next, ",") ||
                    token_is(next, ")") || token_is(next, "ASC") ||
                    token_is(next, "DESC") || token_is(next, "COLLATE"));
}

const char *dqs_to_strings(Ctx *ctx, const char *sql, bool expression,
                           NameTest *test, const void *arg) {
  if (!ctx_ok(ctx) || sql == NULL || strchr(sql, '"') == NULL) return sql;
  Tokens tokens = token_list(ctx, sql);
  sqlite3_str *out = NULL;
  const char *at = sql;
  bool inside = expression, index = false;
  for (int i = 0, depth = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    if (token_is(token, "(")) depth++;
    if (token_is(token, ")")) depth--;
    if (depth == 0 && token_is(token, "WHERE")) inside = true;
    if (depth == 0 && token_is(token, "INDEX")) index = true;
    if (index && depth == 1 && is_term(&tokens, i)) continue;
    if (depth == 0 && token_is(token, "REFERENCES") && token_is(token + 2, "("))
      i = token[2].close; /* columns of another table */
    if ((depth == 0 && !inside) || !token_is_operand(tokens.list, i)) continue;
    bool qualified =
        token_is(token + 1, ".") || (i && token_is(token - 1, "."));
    if (qualified || !passes(ctx, token, test, arg)) continue;
    if (out == NULL) out = sqlite3_str_new(ctx->db);
    sqlite3_str_append(out, at, (int)(token->z - at));
    sqlite3_str_appendf(out, "%Q", token_name(ctx, token));
    at = token->z + token->n;
  }
  if (out == NULL) return sql;
  sqlite3_str_appendall(out, at);
  return mem_finish(ctx, out);
}

const char *dqs_find_operand(Ctx *ctx, const char *sql, NameTest *test,
                             const void *arg) {
  if (!ctx_ok(ctx) || sql == NULL) return NULL;
  Tokens tokens = token_list(ctx, sql);
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    if (!token_is_operand(tokens.list, i)) continue;
    if (token_is(&tokens.list[i + 1], ".")) i += 2; /* table.column */
    const char *name = token_name(ctx, &tokens.list[i]);
    if (name && test(arg, name)) return name;
  }
  return NULL;
}

/* Adds the name in backticks. */
static void add_ticked(sqlite3_str *out, const char *name) {
  sqlite3_str_appendchar(out, 1, '`');
  for (; *name; name++)
    sqlite3_str_appendchar(out, *name == '`' ? 2 : 1, *name);
  sqlite3_str_appendchar(out, 1, '`');
}

const char *dqs_to_backticks(Ctx *ctx, const char *sql, int which,
                             NameTest *test, const void *arg, Token *name) {
  if (!ctx_ok(ctx) || strchr(sql, '"') == NULL) return NULL;
  Tokens tokens = token_list(ctx, sql);
  sqlite3_str *out = NULL;
  const char *at = sql;
  for (int i = 0, number = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    if (!passes(ctx, token, test, arg)) continue;
    if (number++ != which && which >= 0) continue;
    if (out == NULL) out = sqlite3_str_new(ctx->db);
    sqlite3_str_append(out, at, (int)(token->z - at));
    const char *text = token_name(ctx, token);
    if (text) add_ticked(out, text);
    at = token->z + token->n;
    *name = *token;
  }
  if (out == NULL) return NULL;
  sqlite3_str_appendall(out, at);
  return mem_finish(ctx, out);
}
