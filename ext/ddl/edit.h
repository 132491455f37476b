/*
** edit: small edits of existing DDL text. All text that an edit does not
** concern stays as its author wrote it.
*/
#ifndef ORM_EDIT_H
#define ORM_EDIT_H

#include "ddl/parse.h"
#include "schema/tablediff.h"

/* Returns CREATE text with the qualifier "main", so that a TEMP table of the
** same name does not matter. SQLite does not store the qualifier. */
char *edit_in_main(Ctx *ctx, const char *sql);

/* Returns CREATE text of a view, trigger or virtual table with another name. */
char *edit_object_name(Ctx *ctx, const char *sql, const char *name);

/* Returns CREATE TRIGGER text for a trigger on another table or view. */
char *edit_trigger_target(Ctx *ctx, const char *sql, const char *name);

/* Return CREATE TABLE text for a table of another name in "main", without
** directives, which take effect once. Columns qualified by the table's own name
** (a CHECK may have such) lose the qualifier in edit_renamed(), because the
** table will get its own name back; in edit_probe() they get the other name. */
char *edit_renamed(Ctx *ctx, const char *sql, const char *name);
char *edit_probe(Ctx *ctx, const char *sql, const char *name);

/* Returns CREATE TABLE text in which generated columns are AS (NULL), or, if
** `from` is not NULL, have the expressions of the text `from`, which has the
** same columns in the same order. */
char *edit_generated(Ctx *ctx, const char *sql, const char *from);

/* Returns CREATE TABLE text edited so that it has the definition `to`. Items
** that stay keep their text and order. A new column follows the column that it
** follows in `to`. */
char *edit_table(Ctx *ctx, const char *sql, const Table *to);

/* Does the same, but returns NULL, without an error, if the edited text does
** not parse to a table equal to `to`. */
char *edit_table_exact(Ctx *ctx, const char *sql, const Table *to);

/* Returns CREATE TABLE text with the table and column names of `from` replaced
** by those of `names`, which has the same columns in the same order. A name in
** an expression is taken as a column's by its position only. */
char *edit_renames(Ctx *ctx, const char *sql, const Table *from,
                   const Table *names);

/* Returns CREATE TABLE text with the directives of the columns of `table`. */
char *edit_add_directives(Ctx *ctx, const char *sql, const Table *table);

/* Returns the text without directives; other comments stay. */
char *edit_strip_directives(Ctx *ctx, const char *sql);

#endif
