/*
** dqs: names and strings in double quotes. SQLite takes a "name" that means
** nothing for a string (https://sqlite.org/quirks.html#dblquote), so that it
** becomes another thing when a column of that name comes or goes. In a table
** and in its indexes there are no columns but the table's: which "name" is a
** string there is known without compiling. Pure.
*/
#ifndef ORM_DQS_H
#define ORM_DQS_H

#include "base/token.h"

/* Is this name in double quotes to be written as a 'string'? */
typedef bool NameTest(const void *arg, const char *name);

/* The SQL with 'name' for each "name" that is an operand and passes the test;
** the text itself if none does. An expression is looked at as a whole, a
** definition (`expression` false) only inside of parentheses and behind WHERE.
*/
const char *dqs_to_strings(Ctx *ctx, const char *sql, bool expression,
                           NameTest *test, const void *arg);

/* The first name that an expression has for an operand, in whatever quotes, and
** that passes the test; NULL if there is none. */
const char *dqs_find_operand(Ctx *ctx, const char *sql, NameTest *test,
                             const void *arg);

/* The SQL with a "name" that passes the test written as `name`, which SQLite
** never takes for a string: the one of that number from 0, or each if `which`
** is negative. NULL if there is no such name; then *name is left alone, else it
** is the last one. */
const char *dqs_to_backticks(Ctx *ctx, const char *sql, int which,
                             NameTest *test, const void *arg, Token *name);

/* Does the SQL have a "name" in double quotes that passes the test, whatever
** it is there? */
bool dqs_contains(Ctx *ctx, const char *sql, NameTest *test, const void *arg);

#endif
