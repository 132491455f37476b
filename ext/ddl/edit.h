/*
** edit: small edits of existing DDL text. The rest of the text stays as its
** author wrote it.
*/
#ifndef ORM_EDIT_H
#define ORM_EDIT_H

#include "ddl/parse.h"
#include "schema/tablediff.h"

/* Returns CREATE text with the name qualified by "main", so that a TEMP table
** of the same name has no effect. SQLite does not store the qualifier. */
char *edit_in_main(Ctx *ctx, const char *sql);

/* Returns CREATE text of a view, trigger or virtual table with its name
** replaced. */
char *edit_object_name(Ctx *ctx, const char *sql, const char *name);

/* Returns CREATE TRIGGER text with the name of the trigger's table or view
** replaced. */
char *edit_trigger_target(Ctx *ctx, const char *sql, const char *name);

/* Return CREATE TABLE text with the name of the table replaced and qualified by
** "main". Directives are removed, because they take effect only once. A CHECK
** may qualify columns by the name of its table. edit_renamed() removes such
** qualifiers, because the table will get its own name back; edit_probe()
** replaces them by the new name. */
char *edit_renamed(Ctx *ctx, const char *sql, const char *name);
char *edit_probe(Ctx *ctx, const char *sql, const char *name);

/* Returns CREATE TABLE text in which each generated column is AS (NULL). If
** `from` is not NULL, it is CREATE TABLE text with the same columns in the same
** order, and the generated columns get their expressions from it. */
char *edit_generated(Ctx *ctx, const char *sql, const char *from);

/* Returns CREATE TABLE text edited so that it defines the table `to`. Items
** that stay keep their text and order. A new column is inserted after the
** column that precedes it in `to`. */
char *edit_table(Ctx *ctx, const char *sql, const Table *to);

/* Does the same, but returns NULL, without an error, if the edited text does
** not parse to a table equal to `to`. */
char *edit_table_exact(Ctx *ctx, const char *sql, const Table *to);

/* Returns CREATE TABLE text with the table and column names of `from` replaced
** by those of `names`, which has the same columns in the same order. In an
** expression, the position of a name alone decides whether it is a column. */
char *edit_renames(Ctx *ctx, const char *sql, const Table *from,
                   const Table *names);

/* Returns CREATE TABLE text with the directives of the columns of `table`. */
char *edit_add_directives(Ctx *ctx, const char *sql, const Table *table);

/* Returns the text without directives; other comments stay. */
char *edit_strip_directives(Ctx *ctx, const char *sql);

#endif
