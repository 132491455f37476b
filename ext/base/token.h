/*
** token: SQL text to tokens, by the rules of SQLite's tokenizer
** (https://sqlite.org/lang_keywords.html, lang_expr.html#literal_values_).
** Tokens point into their text, which must live as long. White space is left
** out. Comments are in a list of their own, because orm reads directives in
** them (`-- @renamed from=x`).
*/
#ifndef ORM_TOKEN_H
#define ORM_TOKEN_H

#include "base/context.h"

/* Kinds of tokens. */
typedef enum TokenType {
  TOKEN_END,
  TOKEN_WORD,   /* bare identifier or keyword */
  TOKEN_QUOTED, /* "x", [x] or `x` */
  TOKEN_STRING, /* 'x' */
  TOKEN_NUMBER,
  TOKEN_BLOB, /* x'00' */
  TOKEN_VARIABLE,
  TOKEN_OPERATOR, /* ( ) , ; . || <> ... */
  TOKEN_COMMENT,
  TOKEN_ILLEGAL /* a stray character, or an unclosed quote or comment */
} TokenType;

/* A token of a text. */
typedef struct Token {
  TokenType type;
  const char *z; /* into the input */
  int n;         /* bytes */
  int close;     /* of "(" in a list: the index of its ")", or the count */
} Token;

/* A comment of a text. */
typedef struct Comment {
  const char *z; /* the text without its -- or slash-star marks, trimmed */
  int n;
  int after; /* the number of tokens before it */
  Token raw; /* the comment with its marks */
} Comment;

/* The tokens of a text. */
typedef struct Tokens {
  const char *sql;
  Token *list; /* `count` tokens, and a TOKEN_END behind them */
  int count;
  Comment *comments;
  int ncomment;
} Tokens;

/* Returns the first token of z, which may be a comment. White space before it
** is skipped. At the end of the text it is a TOKEN_END. */
Token token_next(const char *z);

/* Returns all tokens of sql. A TOKEN_ILLEGAL is an error with its line. */
Tokens token_list(Ctx *ctx, const char *sql);

/* Returns true if the token is this keyword, in any case, or operator. A quoted
** word is neither. */
bool token_is(const Token *token, const char *word);

/* Returns true if the token is one of the words, a list that ends with NULL. */
bool token_is_one_of(const Token *token, const char *const *words);

/* Returns true if SQLite takes the token for a name, where it expects one. It
** does so with strings, too. */
bool token_is_name(const Token *token);

/* Returns true if the token can be a word of a type: all names except CROSS,
** LEFT and the like. */
bool token_is_type(const Token *token);

/* Returns true if the SQL has this name anywhere. */
bool token_mentions(Ctx *ctx, const char *sql, const char *name);

/* Returns the name or the string of the token, without quotes. */
char *token_name(Ctx *ctx, const Token *token);

/* Returns true if token i of a list can be the name of a column in an
** expression. A word after an operand is an operator (LIKE) or a word like
** DESC, and a name before a parenthesis is a function. */
bool token_is_operand(const Token *list, int i);

/* Removes parentheses around the whole of tokens `from` to `to` - 1, by moving
** both ends. */
void token_strip(const Tokens *tokens, int *from, int *to);

/* Returns tokens `from` to `to` - 1 in one spelling, the norm. Two texts with
** equal norms are equal SQL: the case of keywords and names, quoting, white
** space, comments, == and <> do not matter. If `self` is the name of a table,
** it is left out where it qualifies a column; NULL: no table. */
char *token_normal(Ctx *ctx, const Tokens *tokens, int from, int to,
                   const char *self);

/* Returns the text of tokens `from` to `to` - 1, with a space for each comment.
*/
char *token_text(Ctx *ctx, const Tokens *tokens, int from, int to);

/* Returns the end of the statement that begins at token `from`: the index of
** its semicolon, or tokens->count. Semicolons inside a trigger do not end it.
** */
int token_statement_end(const Tokens *tokens, int from);

/* Returns true if ALTER TABLE begins with this token. `name` gets the table,
** without its schema, and `word` the word behind it: RENAME, ADD, DROP. */
bool token_alters(const Token *first, Token *name, Token *word);

/* Returns the next token of the text that is no comment. */
Token token_behind(const Token *token);

/* Returns the first token of the first statement of z, after comments and empty
** statements. */
Token token_first(const char *z);

/* Returns the end of a statement to append to `sql`: ";", or "\n;" after a --
** comment, which would swallow the semicolon. */
const char *token_semicolon(const char *sql);

/* Returns the line of token i in its text, from 1, for messages. */
int token_line(const Tokens *tokens, int i);

/* Returns true if the name must be quoted for some SQLite since 3.34. */
bool token_needs_quotes(const char *name);

#endif
