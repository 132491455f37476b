/*
** dqs: double-quoted strings. SQLite takes a "name" that no column has as a
** string (https://sqlite.org/quirks.html#dblquote). So its meaning changes when
** a column of that name is added or dropped. CHECKs, generated columns and
** indexes see only the columns of their own table: there, the meaning is known
** without compiling. Pure.
*/
#ifndef ORM_DQS_H
#define ORM_DQS_H

#include "base/token.h"

/* A test of a name, without its quotes. `arg` is the caller's. */
typedef bool NameTest(const void *arg, const char *name);

/* Returns the SQL with each "name" that is an operand and passes the test
** replaced by 'name'; `sql` itself if there is none. Of an expression
** (`expression` true) all operands count; of a definition, those inside of
** parentheses and after WHERE. */
const char *dqs_to_strings(Ctx *ctx, const char *sql, bool expression,
                           NameTest *test, const void *arg);

/* Returns the first operand of an expression, in any quotes or none, that
** passes the test; NULL if there is none. */
const char *dqs_find_operand(Ctx *ctx, const char *sql, NameTest *test,
                             const void *arg);

/* Returns the SQL with each "name" that passes the test replaced by `name`,
** which SQLite never takes as a string; NULL if there is none. `which` selects
** one of these names, counted from 0; all of them if negative. *name is set to
** the last name replaced. */
const char *dqs_to_backticks(Ctx *ctx, const char *sql, int which,
                             NameTest *test, const void *arg, Token *name);

/* Returns true if the SQL has a "name" that passes the test, operand or not. */
bool dqs_contains(Ctx *ctx, const char *sql, NameTest *test, const void *arg);

#endif
