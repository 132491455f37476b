/*
** token: SQL text to tokens, by the rules of SQLite's tokenizer
** (https://sqlite.org/lang_keywords.html, lang_expr.html#literal_values_).
** Tokens point into their text, which must live as long as they do. White space
** is left out. Comments are in a separate list, because orm reads directives in
** them (`-- @renamed from=x`).
*/
#ifndef ORM_TOKEN_H
#define ORM_TOKEN_H

#include "base/context.h"

/* Kinds of tokens. */
typedef enum TokenKind {
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
} TokenKind;

/* A token of a text. */
typedef struct Token {
  TokenKind type;
  const char *z; /* into the input */
  int n;         /* bytes */
  int close;     /* of "(": the index of its ")", or the count if unclosed */
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
  Token *list; /* `count` tokens, then a TOKEN_END */
  int count;
  Comment *comments;
  int ncomment;
} Tokens;

/* Returns the first token of z, after white space. It may be a comment. At the
** end of the text it is a TOKEN_END. */
Token token_next(const char *z);

/* Returns all tokens of sql. A TOKEN_ILLEGAL is an error, which gives the
** line. */
Tokens token_list(Ctx *ctx, const char *sql);

/* Returns the same for a long script. ctx keeps the list: the next call with
** the same pointer returns it again. So the text must not change until
** ctx_clear(). */
Tokens token_script(Ctx *ctx, const char *sql);

/* Returns true if the token is this keyword (in any letter case) or this
** operator. A quoted word is neither. */
bool token_is(const Token *token, const char *word);

/* Returns true if the token is one of the words, a list that ends with NULL. */
bool token_is_one_of(const Token *token, const char *const *words);

/* Returns true if SQLite accepts the token where it expects a name. Strings are
** accepted there, too. */
bool token_is_name(const Token *token);

/* Returns true if the token can be a word of a type. All names can, except the
** keywords of joins, such as CROSS and LEFT. */
bool token_is_type(const Token *token);

/* Returns true if this name occurs in the SQL, with any meaning. */
bool token_mentions(Ctx *ctx, const char *sql, const char *name);

/* Returns the name or string that the token is, without quotes. */
char *token_name(Ctx *ctx, const Token *token);

/* Returns true if token i of a list can be the name of a column in an
** expression. A word after an operand cannot: it is an operator such as LIKE,
** or a word such as DESC. A name before a parenthesis cannot: it is a
** function. */
bool token_is_operand(const Token *list, int i);

/* Moves *from and *to inwards while parentheses enclose all of tokens *from to
** *to - 1. */
void token_strip(const Tokens *tokens, int *from, int *to);

/* Returns the norm of tokens `from` to `to` - 1: their canonical spelling. Two
** texts with equal norms are equal SQL. The norm does not depend on the case of
** keywords and names, on quotes, white space and comments, or on == for = and
** <> for !=. `self` is the name of a table or NULL. Where it qualifies a
** column, it is left out. */
char *token_normal(Ctx *ctx, const Tokens *tokens, int from, int to,
                   const char *self);

/* Returns the text of tokens `from` to `to` - 1, with a space in place of each
** comment. */
char *token_text(Ctx *ctx, const Tokens *tokens, int from, int to);

/* Returns the end of the statement that begins at token `from`: the index of
** its semicolon, or tokens->count. Semicolons inside a trigger do not end
** it. */
int token_statement_end(const Tokens *tokens, int from);

/* Returns true if this token begins an ALTER TABLE statement. Sets *name to the
** table, without its schema, and *word to the next word: RENAME, ADD, DROP. */
bool token_alters(const Token *first, Token *name, Token *word);

/* Returns the next token of the text, after comments. */
Token token_behind(const Token *token);

/* Returns the first token of the first statement of z. Comments and empty
** statements before it are skipped. */
Token token_first(const char *z);

/* Returns the text that ends the statement `sql`: ";", or "\n;" if `sql` ends
** in a -- comment, in which a semicolon would be lost. */
const char *token_semicolon(const char *sql);

/* Returns the line of token i in its text, from 1, for messages. */
int token_line(const Tokens *tokens, int i);

/* Returns true if some version of SQLite since 3.34 requires quotes around the
** name. */
bool token_needs_quotes(const char *name);

#endif
