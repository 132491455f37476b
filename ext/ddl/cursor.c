#include "ddl/cursor.h"

/* ---- moving along ------------------------------------------------------- */

static const Token end_token = {TOKEN_END, "", 0, 0};

const Token *cursor_ahead(const Cursor *r, int ahead) {
  return r->at + ahead < r->end ? &r->tokens->list[r->at + ahead] : &end_token;
}

const Token *cursor_peek(const Cursor *r) {
  return cursor_ahead(r, 0);
}

bool cursor_at_end(const Cursor *r) {
  return r->at >= r->end;
}

void cursor_fail(Cursor *r, const char *expected) {
  const Token *token = cursor_peek(r);
  const char *hint = expected ? expected : "";
  int line = token_line(r->tokens, cursor_at_end(r) ? r->end : r->at);
  if (cursor_at_end(r))
    err_set(r->ctx, SQLITE_ERROR, "line %d: %s expected at the end", line,
            expected ? expected : "more");
  else
    err_set(r->ctx, SQLITE_ERROR, "line %d: near \"%.*s\": %s%s", line,
            token->n, token->z, expected ? hint : "syntax error",
            expected ? " expected" : "");
}

bool cursor_accept(Cursor *r, const char *word) {
  if (!ctx_ok(r->ctx) || !token_is(cursor_peek(r), word)) return false;
  r->at++;
  return true;
}

bool cursor_accept2(Cursor *r, const char *first, const char *second) {
  if (!token_is(cursor_peek(r), first) || !token_is(cursor_ahead(r, 1), second))
    return false;
  r->at += 2;
  return ctx_ok(r->ctx);
}

void cursor_expect(Cursor *r, const char *word) {
  if (!cursor_accept(r, word)) cursor_fail(r, word);
}

const char *cursor_name(Cursor *r, const char *what) {
  if (!ctx_ok(r->ctx)) return NULL;
  if (!token_is_name(cursor_peek(r))) {
    cursor_fail(r, what);
    return NULL;
  }
  return token_name(r->ctx, &r->tokens->list[r->at++]);
}

Span cursor_span(const Cursor *r, int from) {
  Span span = {0, 0};
  if (r->at <= from) return span;
  const Token *first = &r->tokens->list[from];
  const Token *last = &r->tokens->list[r->at - 1];
  span.from = (int)(first->z - r->tokens->sql);
  span.to = (int)(last->z + last->n - r->tokens->sql);
  return span;
}

/* ---- expressions -------------------------------------------------------- */

Expr cursor_expr(Cursor *r, int from, int to) {
  Expr expr = {NULL, NULL};
  expr.sql = token_text(r->ctx, r->tokens, from, to);
  token_strip(r->tokens, &from, &to);
  expr.norm = token_normal(r->ctx, r->tokens, from, to, r->self);
  return expr;
}

Expr cursor_parens(Cursor *r) {
  int open = r->at;
  if (ctx_ok(r->ctx) && !token_is(cursor_peek(r), "(")) cursor_fail(r, "(");
  Expr none = {NULL, NULL};
  if (!ctx_ok(r->ctx)) return none;
  int close = r->tokens->list[open].close;
  if (close >= r->end || close == open + 1) {
    r->at = close < r->end ? close : r->end;
    cursor_fail(r, close < r->end ? "an expression" : ")");
    return none;
  }
  r->at = close + 1;
  return cursor_expr(r, open + 1, close);
}
