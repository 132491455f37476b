/*
** render: turns structs into DDL text, in the style of the recorded scripts.
*/
#ifndef ORM_RENDER_H
#define ORM_RENDER_H

#include "schema/schema.h"

/* Returns a name as SQL: bare if that is safe, otherwise "quoted". */
char *render_name(Ctx *ctx, const char *name);

/* Returns the definition of column i: name TYPE NOT NULL ..., with the
** constraints that belong to it. */
char *render_column(Ctx *ctx, const Table *table, int column);

/* Returns one part of a column's definition; "" if it has no such part. */
char *render_part(Ctx *ctx, const Column *column, ColumnPart part);

/* Returns CONSTRAINT name CHECK (...), in the form of a table constraint or, if
** `of_column` is true, of a column constraint. */
char *render_constraint(Ctx *ctx, const Constraint *constraint, bool of_column);

/* Returns CREATE TABLE without a semicolon, with a line for each item. If
** `directives` is true, it includes the comments that orm_alter_table and
** orm_declare read. `head` is lines of comments to insert after the first
** parenthesis, or NULL. */
char *render_table(Ctx *ctx, const Table *table, bool directives,
                   const char *head);

/* Returns an expression that identifies a row of the table in a message: the
** rowid, or the whole key if the rowid cannot be read. */
char *render_identity(Ctx *ctx, const Table *table);

/* Returns CREATE INDEX, without a semicolon. */
char *render_index(Ctx *ctx, const Index *index);

#endif
