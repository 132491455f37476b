/*
** dqs: double-quoted strings. If no column has the name "x", SQLite takes "x"
** as a string (https://sqlite.org/quirks.html#dblquote). So the meaning of "x"
** changes when a column x is added or dropped. CHECKs, generated columns and
** indexes see only the columns of their own table. In them, this module finds
** the meaning of "x" without SQLite. Pure.
*/
#ifndef ORM_DQS_H
#define ORM_DQS_H

#include "base/token.h"

/* A test of a name without its quotes. `arg` is passed through from the
** caller. */
typedef bool NameTest(const void *arg, const char *name);

/* Returns the SQL with each "name" that is an operand and passes the test
** replaced by 'name'; `sql` itself if there is none. If `expression` is true,
** `sql` is an expression, and all its operands are tested. Otherwise it is a
** definition, and only the operands inside parentheses and after WHERE are
** tested. */
const char *dqs_to_strings(Ctx *ctx, const char *sql, bool expression,
                           NameTest *test, const void *arg);

/* Returns the first operand of an expression that passes the test; NULL if
** there is none. The operand may be bare or in quotes of any kind. */
const char *dqs_find_operand(Ctx *ctx, const char *sql, NameTest *test,
                             const void *arg);

/* Returns the SQL with each "name" that passes the test replaced by `name`,
** which SQLite never takes as a string; NULL if there is none. If `which` is
** not negative, only the name with this number, counted from 0, is replaced.
** *name is set to the last name replaced. */
const char *dqs_to_backticks(Ctx *ctx, const char *sql, int which,
                             NameTest *test, const void *arg, Token *name);

/* Returns true if the SQL has a "name" that passes the test, whether it is an
** operand or not. */
bool dqs_contains(Ctx *ctx, const char *sql, NameTest *test, const void *arg);

#endif
