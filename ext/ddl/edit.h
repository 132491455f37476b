/*
** edit: small edits of existing DDL text, which leave all else as its author
** wrote it.
*/
#ifndef ORM_EDIT_H
#define ORM_EDIT_H

#include "ddl/parse.h"
#include "schema/tablediff.h"

/* CREATE text to run inside "main", whatever a TEMP table may shadow. The
** qualifier is not stored by SQLite, so the author's text is. */
char *edit_in_main(Ctx *ctx, const char *sql);

/* CREATE text of a view, trigger or virtual table with another name. */
char *edit_object_name(Ctx *ctx, const char *sql, const char *name);

/* CREATE TRIGGER text of a trigger on something else. */
char *edit_trigger_target(Ctx *ctx, const char *sql, const char *name);

/* CREATE TABLE text to make a table of another name in "main". Left out:
** qualifiers of the table's own name (a CHECK may have them), which is not
** there then, and directives, which are said once. */
char *edit_renamed(Ctx *ctx, const char *sql, const char *name);

/* The same, but for the qualifiers: they are of the other name. */
char *edit_probe(Ctx *ctx, const char *sql, const char *name);

/* CREATE TABLE text whose columns are generated from nothing, AS (NULL), or, if
** `from` is not NULL, as the text `from` has it, of the same columns. */
char *edit_generated(Ctx *ctx, const char *sql, const char *from);

/* The CREATE TABLE text of a table, edited so that it says what `to` says. What
** stays is left as it is, in its order; a new column comes behind the one that
** it is declared behind. */
char *edit_table(Ctx *ctx, const char *sql, const Table *to);

/* The same; NULL, and no error, if the text that it comes to says something
** else all the same. */
char *edit_table_exact(Ctx *ctx, const char *sql, const Table *to);

/* The text with the names of `names` for those of `from`, which has the same
** columns in the same order. Names in expressions are found by their looks. */
char *edit_renames(Ctx *ctx, const char *sql, const Table *from,
                   const Table *names);

/* With the directives of the columns of `table`; without any. */
char *edit_add_directives(Ctx *ctx, const char *sql, const Table *table);
char *edit_strip_directives(Ctx *ctx, const char *sql);

#endif
