/*
** reader: along the tokens of a text, by words, names and expressions. What
** does not fit is an error that begins with "line N: near ...", and once there
** is an error nothing fits.
*/
#ifndef ORM_READER_H
#define ORM_READER_H

#include "schema.h"
#include "token.h"

typedef struct Reader {
  Ctx *ctx;
  const Tokens *tokens;
  int at, end;      /* the next token, and the first behind the text */
  int clause, body; /* where a constraint begins: with CONSTRAINT, behind it */
  bool model;       /* a model's definition: SQLAlchemy's types, INDEX */
  const char *self; /* the table that definitions belong to, or NULL */
} Reader;

/* The next token, or the one that many ahead; of the type TOKEN_END behind the
** text. */
const Token *read_peek(const Reader *r);
const Token *read_ahead(const Reader *r, int ahead);
bool read_at_end(const Reader *r);

/* The error at the next token; `expected` is what should stand there, or NULL.
 */
void read_fail(Reader *r, const char *expected);

/* Goes past the word (past both: `ON CONFLICT`) if it is there. */
bool read_accept(Reader *r, const char *word);
bool read_accept2(Reader *r, const char *first, const char *second);
void read_expect(Reader *r, const char *word);

/* Any name, without its quotes; `what` it is, for the error. */
const char *read_name(Reader *r, const char *what);

/* The text of tokens `from` up to the next one. */
Span read_span(const Reader *r, int from);

/* Tokens from to to-1 as an expression. */
Expr read_expr(Reader *r, int from, int to);

/* `( expr )`: the expression between. */
Expr read_parens(Reader *r);

#endif
