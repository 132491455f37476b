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
** has the same meaning for all stored rows. Needs an open guard. */
void schema_text_store(Ctx *ctx, const char *type, const char *name,
                       const char *sql);

/* Returns CREATE text as SQLite stores it: without a qualifier, without IF NOT
** EXISTS and without text after the statement. Directives are removed, too.
** NULL if it is not a CREATE statement. */
char *schema_text_as_stored(Ctx *ctx, const char *sql);

/* Returns the layout in which SQLite stores the rows and keys of a table, as
** JSON. Equal texts are equal layouts. Keys are in the order of their indexes
** in sqlite_schema, which differs from that of PRAGMA index_list if one has ON
** CONFLICT REPLACE. They have the numbers of their automatic indexes, by which
** SQLite finds their root pages; the key of a WITHOUT ROWID table has a number
** too, but no index. If `values` is true, the layout also has the types and
** defaults by which stored values are read. */
char *schema_text_layout(Ctx *ctx, const char *table, bool values);

/* Returns true if there is nothing to set: the text of the table is `form`
** already, or this connection forbids edits of sqlite_schema. */
bool schema_text_is_current(Ctx *ctx, const char *table, const char *form);

/* Sets the text of the table to `form`, which must have the same meaning. Does
** nothing if the order of columns or keys would change. */
void schema_text_set_table(Ctx *ctx, const char *table, const char *form);

/* Sets the text of the index, view or trigger `name` to that of statement `s`.
** It is an error if the object is missing, or if the texts differ in meaning.
** If `strings` is true, the new text may have "x" where the old one has 'x', in
** a view or trigger; the caller proves later that "x" still is a string
** (dependents/dqs_view.h). On a connection without double-quoted strings, such
** a text is not set. */
void schema_text_set_object(Ctx *ctx, const Statement *s, const char *name,
                            bool strings);

#endif
