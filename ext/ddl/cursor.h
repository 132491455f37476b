/*
** cursor: a position in a list of tokens, and functions that move it past
** words, names and expressions. An unexpected token sets an error "line N: near
** ...". After an error no token is accepted, so that callers need not test for
** errors at every step.
*/
#ifndef ORM_CURSOR_H
#define ORM_CURSOR_H

#include "base/token.h"
#include "schema/schema.h"

struct Definitions; /* see clause.h */

/* A position, and the state of the parser there. */
typedef struct Cursor {
  Ctx *ctx;
  const Tokens *tokens;
  int at, end;      /* the next token, and the end of the text */
  int clause, body; /* first token of a constraint, with and without its name */
  bool model;       /* the definition of a model: SQLAlchemy's types, INDEX */
  const char *self; /* the table that the definition belongs to, or NULL */
  struct Definitions *known; /* cache of column definitions, or NULL */
} Cursor;

/* Return the next token, or the one `ahead` tokens after it; a TOKEN_END after
** the end. */
const Token *cursor_peek(const Cursor *cur);
const Token *cursor_ahead(const Cursor *cur, int ahead);

/* Returns true at the end of the text. */
bool cursor_at_end(const Cursor *cur);

/* Sets an error that names the next token. `expected` is the word or phrase
** that was expected there; NULL for a syntax error. */
void cursor_fail(Cursor *cur, const char *expected);

/* If the next word is this one, or the next two words are these, move past them
** and return true. Otherwise return false. */
bool cursor_accept(Cursor *cur, const char *word);
bool cursor_accept2(Cursor *cur, const char *first, const char *second);

/* Moves past the word; sets an error if another token is next. */
void cursor_expect(Cursor *cur, const char *word);

/* Moves past a name and returns it without its quotes. `expected` describes the
** name in the error: "a column's name". */
const char *cursor_name(Cursor *cur, const char *expected);

/* Returns the range of bytes from token `from` up to the cursor. */
Span cursor_span(const Cursor *cur, int from);

/* Returns tokens `from` to `to` - 1 as an expression. */
Expr cursor_expr(Cursor *cur, int from, int to);

/* Moves past "( expr )" and returns the expression without parentheses. */
Expr cursor_parens(Cursor *cur);

#endif
