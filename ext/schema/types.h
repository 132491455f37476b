/*
** types: translates the names of SQLAlchemy 1.4's generic types as its SQLite
** dialect does (sqlalchemy/dialects/sqlite/base.py): String(64) becomes
** VARCHAR(64). Names are matched letter for letter: String is SQLAlchemy's,
** STRING is SQL. Pure.
*/
#ifndef ORM_TYPES_H
#define ORM_TYPES_H

#include "base/token.h"

/* What the first word of a type is. */
typedef enum TypeWord {
  TYPE_SQL,        /* SQL, used as it is */
  TYPE_SQLALCHEMY, /* a name of SQLAlchemy, to be translated */
  TYPE_UNKNOWN     /* Strnig: looks like a class, but is unknown */
} TypeWord;

/* Classifies the first word of a type. */
TypeWord type_classify(const Token *word);

/* Returns the SQL type for tokens from to to-1, which begin with a
** TYPE_SQLALCHEMY word; in a STRICT table, one of the types that STRICT allows.
** Arguments that the type does not take are an error. */
char *type_translate(Ctx *ctx, const Tokens *tokens, int from, int to,
                     bool strict);

/* Returns the SQLite type for the values of a type of SQLAlchemy or of another
** database, in any letter case: TEXT for UUID. NULL if the first word is not
** such a type. */
const char *type_intended(const char *type);

/* Returns the word that does not belong to a type of several words, as b in
** "TEXT b TEXT" and "INTEGER b"; a TOKEN_END if there is none. */
Token type_stray_word(const char *type);

/* Sets the error for a TYPE_UNKNOWN word, with the type that it resembles. */
void type_unknown(Ctx *ctx, const Token *word);

#endif
