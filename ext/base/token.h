/*
** token: SQL text to tokens, by the rules of SQLite's tokenizer
** (https://sqlite.org/lang_keywords.html, lang_expr.html#literal_values_).
** Tokens borrow their input. White space is left out; comments are kept on a
** list of their own, because orm reads directives (`-- @renamed from=x`) in
** them.
*/
#ifndef ORM_TOKEN_H
#define ORM_TOKEN_H

#include "base/context.h"

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
  TOKEN_ILLEGAL /* a stray character, or a quote or comment never closed */
} TokenType;

typedef struct Token {
  TokenType type;
  const char *z; /* into the input */
  int n;         /* bytes */
  int close;     /* of a ( in a list: the index of its ), or the count */
} Token;

typedef struct Comment {
  const char *z; /* the text without its -- or slash-star marks, trimmed */
  int n;
  int after; /* how many tokens stand before it */
  Token raw; /* with its marks */
} Comment;

typedef struct Tokens {
  const char *sql;
  Token *list; /* count of them, and a TOKEN_END more */
  int count;
  Comment *comments;
  int ncomment;
} Tokens;

/* The first token of z (comments are tokens here); skips leading white
** space. At the end of the text, a TOKEN_END. */
Token token_next(const char *z);

/* All tokens of sql. A TOKEN_ILLEGAL is an error that says where. */
Tokens token_list(Ctx *ctx, const char *sql);

/* Is it this keyword (any case) or operator, not quoted? */
bool token_is(const Token *token, const char *word);

/* Returns true if the token is one of the words, a list that ends with NULL. */
bool token_is_one_of(const Token *token, const char *const *words);

/* Can it stand where SQL wants a name? Strings can, by SQLite's grace. */
bool token_is_name(const Token *token);

/* Can it be a word of a type? All names can but CROSS, LEFT and the like. */
bool token_is_type(const Token *token);

/* Does the SQL have this name anywhere? */
bool token_mentions(Ctx *ctx, const char *sql, const char *name);

/* The name or the string that it stands for, quotes taken off. */
char *token_name(Ctx *ctx, const Token *token);

/* Can token i of a list be the name of a column in an expression? A word after
** an operand is an operator (LIKE) or a word like DESC, and a name before a
** parenthesis is a function. */
bool token_is_operand(const Token *list, int i);

/* Takes off parentheses around all of the tokens from to to-1. */
void token_strip(const Tokens *tokens, int *from, int *to);

/* Tokens from to to-1 in one spelling, so that equal strings mean equal SQL:
** case of keywords and names, quoting, white space, comments, == and <> do not
** matter. `self`, if not NULL, is the table whose columns may be qualified by
** its name: the qualifier is left out. */
char *token_normal(Ctx *ctx, const Tokens *tokens, int from, int to,
                   const char *self);

/* The text that tokens from to to-1 were made of, each comment replaced by a
** space. */
char *token_text(Ctx *ctx, const Tokens *tokens, int from, int to);

/* The end of the statement that begins at token `from`: the index of its
** semicolon, or tokens->count. Knows that a trigger has semicolons inside. */
int token_statement_end(const Tokens *tokens, int from);

/* Is this the first token of ALTER TABLE? Then the table's name, after that of
** its schema, if any, and the word behind it: RENAME, ADD, DROP. */
bool token_alters(const Token *first, Token *name, Token *word);

/* The first token behind this one in its text that is no comment. */
Token token_behind(const Token *token);

/* The first word of the first statement of z: comments and empty statements are
** passed over. */
Token token_first(const char *z);

/* Returns the end of a statement to append to `sql`: ";", or "\n;" after a --
** comment, which would swallow the semicolon. */
const char *token_semicolon(const char *sql);

/* 1-based line of token i in its text, for messages. */
int token_line(const Tokens *tokens, int i);

/* Must this name be quoted in SQL that any SQLite since 3.34 reads? */
bool token_needs_quotes(const char *name);

#endif
