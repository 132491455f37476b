/*
** cursor: along the tokens of a text, by words, names and expressions. What
** does not fit is an error that begins with "line N: near ...", and once there
** is an error nothing fits.
*/
#ifndef ORM_CURSOR_H
#define ORM_CURSOR_H

#include "base/token.h"
#include "schema/schema.h"

struct Definitions; /* see clause.h */

typedef struct Cursor {
  Ctx *ctx;
  const Tokens *tokens;
  int at, end;      /* the next token, and the first behind the text */
  int clause, body; /* where a constraint begins: with CONSTRAINT, behind it */
  bool model;       /* a model's definition: SQLAlchemy's types, INDEX */
  const char *self; /* the table that definitions belong to, or NULL */
  struct Definitions *known; /* definitions parsed before, or NULL */
} Cursor;

/* The next token, or the one that many ahead; of the type TOKEN_END behind the
** text. */
const Token *cursor_peek(const Cursor *cur);
const Token *cursor_ahead(const Cursor *cur, int ahead);
bool cursor_at_end(const Cursor *cur);

/* The error at the next token; `expected` is what should stand there, or NULL.
 */
void cursor_fail(Cursor *cur, const char *expected);

/* Goes past the word (past both: `ON CONFLICT`) if it is there. */
bool cursor_accept(Cursor *cur, const char *word);
bool cursor_accept2(Cursor *cur, const char *first, const char *second);
void cursor_expect(Cursor *cur, const char *word);

/* Any name, without its quotes; `what` it is, for the error. */
const char *cursor_name(Cursor *cur, const char *what);

/* The text of tokens `from` up to the next one. */
Span cursor_span(const Cursor *cur, int from);

/* Tokens from to to-1 as an expression. */
Expr cursor_expr(Cursor *cur, int from, int to);

/* `( expr )`: the expression between. */
Expr cursor_parens(Cursor *cur);

#endif
