/*
** schema_text: the text of a table, index, view or trigger in sqlite_schema.
** SQLite writes names anew where it renames; with an edit of the text, all is
** as its author wrote it.
*/
#ifndef ORM_SCHEMA_TEXT_H
#define ORM_SCHEMA_TEXT_H

#include "ddl/parse.h"

/* Replaces the text, which is not looked at: it must mean the same to all that
** is stored. To be called inside a guard. */
void schema_text_store(Ctx *ctx, const char *type, const char *name,
                       const char *sql);

/* The text as SQLite stores it: without a qualifier, IF NOT EXISTS, what
** follows, and directives. NULL if it is no CREATE statement. */
char *schema_text_as_stored(Ctx *ctx, const char *sql);

/* Has the table this text, or can its text not be edited on this connection? */
bool schema_text_is_current(Ctx *ctx, const char *table, const char *form);

/* Gives the table this text, which says what its present text says; leaves it
** alone where the columns or keys would stand in another order. */
void schema_text_set_table(Ctx *ctx, const char *table, const char *form);

/* Gives the index, view or trigger that the statement is about its text. An
** error if there is none of its name, or one that says something else.
** `strings`: in a view or trigger, "x" may replace 'x', which is only right if
** the caller proves later that it still is a string (dqs_view.h); where the
** connection has no strings in double quotes, 'x' stays. */
void schema_text_set_object(Ctx *ctx, const Statement *s, const char *name,
                            bool strings);

#endif
