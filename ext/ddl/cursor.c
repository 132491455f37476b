#include "ddl/cursor.h"

/* ---- moving along ------------------------------------------------------- */

static const Token end_token = {TOKEN_END, "", 0, 0};

const Token *cursor_ahead(const Cursor *cur, int ahead) {
  return cur->at + ahead < cur->end ? &cur->tokens->list[cur->at + ahead]
                                    : &end_token;
}

const Token *cursor_peek(const Cursor *cur) {
  return cursor_ahead(cur, 0);
}

bool cursor_at_end(const Cursor *cur) {
  return cur->at >= cur->end;
}

void cursor_fail(Cursor *cur, const char *expected) {
  const Token *token = cursor_peek(cur);
  const char *hint = expected ? expected : "";
  int line = token_line(cur->tokens, cursor_at_end(cur) ? cur->end : cur->at);
  if (cursor_at_end(cur))
    err_set(cur->ctx, SQLITE_ERROR, "line %d: %s expected at the end", line,
            expected ? expected : "more");
  else
    err_set(cur->ctx, SQLITE_ERROR, "line %d: near \"%.*s\": %s%s", line,
            token->n, token->z, expected ? hint : "syntax error",
            expected ? " expected" : "");
}

bool cursor_accept(Cursor *cur, const char *word) {
  if (!ctx_ok(cur->ctx) || !token_is(cursor_peek(cur), word)) return false;
  cur->at++;
  return true;
}

bool cursor_accept2(Cursor *cur, const char *first, const char *second) {
  if (!token_is(cursor_peek(cur), first) ||
      !token_is(cursor_ahead(cur, 1), second))
    return false;
  cur->at += 2;
  return ctx_ok(cur->ctx);
}

void cursor_expect(Cursor *cur, const char *word) {
  if (!cursor_accept(cur, word)) cursor_fail(cur, word);
}

const char *cursor_name(Cursor *cur, const char *what) {
  if (!ctx_ok(cur->ctx)) return NULL;
  if (!token_is_name(cursor_peek(cur))) {
    cursor_fail(cur, what);
    return NULL;
  }
  return token_name(cur->ctx, &cur->tokens->list[cur->at++]);
}

Span cursor_span(const Cursor *cur, int from) {
  Span span = {0, 0};
  if (cur->at <= from) return span;
  const Token *first = &cur->tokens->list[from];
  const Token *last = &cur->tokens->list[cur->at - 1];
  span.from = (int)(first->z - cur->tokens->sql);
  span.to = (int)(last->z + last->n - cur->tokens->sql);
  return span;
}

/* ---- expressions -------------------------------------------------------- */

Expr cursor_expr(Cursor *cur, int from, int to) {
  Expr expr = {NULL, NULL};
  expr.sql = token_text(cur->ctx, cur->tokens, from, to);
  token_strip(cur->tokens, &from, &to);
  expr.norm = token_normal(cur->ctx, cur->tokens, from, to, cur->self);
  return expr;
}

Expr cursor_parens(Cursor *cur) {
  int open = cur->at;
  if (ctx_ok(cur->ctx) && !token_is(cursor_peek(cur), "("))
    cursor_fail(cur, "(");
  Expr none = {NULL, NULL};
  if (!ctx_ok(cur->ctx)) return none;
  int close = cur->tokens->list[open].close;
  if (close >= cur->end || close == open + 1) {
    cur->at = close < cur->end ? close : cur->end;
    cursor_fail(cur, close < cur->end ? "an expression" : ")");
    return none;
  }
  cur->at = close + 1;
  return cursor_expr(cur, open + 1, close);
}
