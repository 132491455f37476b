/*
** cursor: a position in a list of tokens, moved by words, names and
** expressions. A token that does not fit sets an error "line N: near ...".
** After an error no token fits, so that callers need not test for errors at
** every step.
*/
#ifndef ORM_CURSOR_H
#define ORM_CURSOR_H

#include "base/token.h"
#include "schema/schema.h"

struct Definitions; /* see clause.h */

/* A position, and what the parser knows there. */
typedef struct Cursor {
  Ctx *ctx;
  const Tokens *tokens;
  int at, end; /* the next token, and the end of the text */
  int clause,
      body;   /* first token of a constraint: CONSTRAINT; after its name */
  bool model; /* the definition of a model: SQLAlchemy's types, INDEX */
  const char *self; /* the table that the definition belongs to, or NULL */
  struct Definitions *known; /* cache of column definitions, or NULL */
} Cursor;

/* Return the next token, or the one `ahead` tokens after it; a TOKEN_END after
** the end. */
const Token *cursor_peek(const Cursor *cur);
const Token *cursor_ahead(const Cursor *cur, int ahead);

/* Returns true at the end of the text. */
bool cursor_at_end(const Cursor *cur);

/* Sets the error at the next token. `expected` is the word or phrase that fits
** there; NULL for a syntax error. */
void cursor_fail(Cursor *cur, const char *expected);

/* Return true and move if the next word, or the next two words, are these. */
bool cursor_accept(Cursor *cur, const char *word);
bool cursor_accept2(Cursor *cur, const char *first, const char *second);

/* Moves past the word; sets an error if another token is next. */
void cursor_expect(Cursor *cur, const char *word);

/* Returns the name at the cursor without its quotes and moves. `expected`
** describes it for the error: "a column's name". */
const char *cursor_name(Cursor *cur, const char *expected);

/* Returns the range of bytes from token `from` up to the cursor. */
Span cursor_span(const Cursor *cur, int from);

/* Returns tokens from to to-1 as an expression. */
Expr cursor_expr(Cursor *cur, int from, int to);

/* Moves past "( expr )" and returns the expression without parentheses. */
Expr cursor_parens(Cursor *cur);

#endif
