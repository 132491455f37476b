/*
** types: the names of SQLAlchemy 1.4's generic types, and what its SQLite
** dialect makes of them (sqlalchemy/dialects/sqlite/base.py; String(64) is
** VARCHAR(64)). Matched letter for letter: String is SQLAlchemy's, STRING is
** taken as SQL.
*/
#ifndef ORM_TYPES_H
#define ORM_TYPES_H

#include "base/token.h"

typedef enum TypeWord {
  TYPE_SQL,        /* a type of SQL's, taken as it is */
  TYPE_SQLALCHEMY, /* to be translated */
  TYPE_UNKNOWN     /* Strnig: looks like a class, but is none */
} TypeWord;

TypeWord type_classify(const Token *word);

/* The SQL for tokens from to to-1, which begin with a TYPE_SQLALCHEMY word.
** In a STRICT table, one of the five types that it knows. Arguments that the
** type does not take are an error. */
char *type_translate(Ctx *ctx, const Tokens *tokens, int from, int to,
                     bool strict);

/* The type of SQLite that a name from SQLAlchemy or from another database
** stands for, whatever its case: TEXT for UUID. NULL if the first word is no
** such name. */
const char *type_intended(const char *type);

/* The word in a type of several words that does not look like part of it, as b
** in "TEXT b TEXT" and "INTEGER b"; of the type TOKEN_END if there is none. */
Token type_stray_word(const char *type);

/* Sets the error for a TYPE_UNKNOWN word: names the type that it resembles. */
void type_unknown(Ctx *ctx, const Token *word);

#endif
