/*
** schema_text: edits the text of a table, index, view or trigger in
** sqlite_schema. SQLite's RENAME respells names in the text; these edits
** restore the author's text (https://sqlite.org/lang_altertable.html section
** 7).
*/
#ifndef ORM_SCHEMA_TEXT_H
#define ORM_SCHEMA_TEXT_H

#include "ddl/parse.h"

/* Replaces the text without a check. The caller guarantees that the new text
** means the same for all stored rows. Only inside a guard. */
void schema_text_store(Ctx *ctx, const char *type, const char *name,
                       const char *sql);

/* Returns CREATE text as SQLite stores it: without a qualifier, IF NOT EXISTS,
** text after the statement, and directives. NULL if it is not a CREATE
** statement. */
char *schema_text_as_stored(Ctx *ctx, const char *sql);

/* Returns true if the table has this text already, or if this connection cannot
** edit it. */
bool schema_text_is_current(Ctx *ctx, const char *table, const char *form);

/* Gives the table this text, which must have the same meaning. Does nothing if
** columns or keys would have another order. */
void schema_text_set_table(Ctx *ctx, const char *table, const char *form);

/* Gives the index, view or trigger `name` the text of statement `s`. It is an
** error if the object is missing, or if the texts differ in meaning. With
** `strings`, "x" may replace 'x' in a view or trigger; the caller proves later
** that it still is a string (dependents/dqs_view.h). On a connection without
** double-quoted strings, 'x' stays. */
void schema_text_set_object(Ctx *ctx, const Statement *s, const char *name,
                            bool strings);

#endif
