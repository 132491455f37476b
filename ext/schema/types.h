/*
** types: translates the names of SQLAlchemy 1.4's generic types as its SQLite
** dialect does (sqlalchemy/dialects/sqlite/base.py): String(64) becomes
** VARCHAR(64). The letter case of names matters: String is a type of
** SQLAlchemy, STRING is SQL. Pure.
*/
#ifndef ORM_TYPES_H
#define ORM_TYPES_H

#include "base/token.h"

/* The classes of the first word of a type. */
typedef enum TypeWord {
  TYPE_SQL,        /* SQL, used without a change */
  TYPE_SQLALCHEMY, /* a name of SQLAlchemy, to be translated */
  TYPE_UNKNOWN     /* looks like a class of SQLAlchemy: Strnig */
} TypeWord;

/* Classifies the first word of a type. */
TypeWord type_classify(const Token *word);

/* Returns the SQL type for tokens `from` to `to` - 1, which begin with a
** TYPE_SQLALCHEMY word. For a STRICT table, it is one of the types that STRICT
** allows. It is an error if the type does not take the arguments. */
char *type_translate(Ctx *ctx, const Tokens *tokens, int from, int to,
                     bool strict);

/* Returns the type that SQLite needs for values of a type of SQLAlchemy or of
** another database: TEXT for UUID. Letter case does not matter. NULL if the
** first word is not such a type. */
const char *type_intended(const char *type);

/* Returns the first word that is out of place in a type of several words, such
** as b in "TEXT b TEXT" and "INTEGER b". Returns a TOKEN_END if there is
** none. */
Token type_stray_word(const char *type);

/* Sets the error for a TYPE_UNKNOWN word. The error names the type that the
** word resembles. */
void type_unknown(Ctx *ctx, const Token *word);

#endif
