/*
** render: structs to DDL text, in the spelling of the recorded scripts.
*/
#ifndef ORM_RENDER_H
#define ORM_RENDER_H

#include "schema/schema.h"

/* Returns a name as SQL: bare where that is safe, else "quoted". */
char *render_name(Ctx *ctx, const char *name);

/* Returns the definition of column i: name TYPE NOT NULL ..., with the
** constraints that belong to it. */
char *render_column(Ctx *ctx, const Table *table, int column);

/* Returns one part of a column's definition; "" if it has none. */
char *render_part(Ctx *ctx, const Column *column, ColumnPart part);

/* Returns CONSTRAINT name CHECK (...), in the form of a table constraint or, if
** `of_column` is true, of a column constraint. */
char *render_constraint(Ctx *ctx, const Constraint *constraint, bool of_column);

/* Returns CREATE TABLE, one line for each item, without a semicolon. With
** `directives`, the comments that orm_alter_table and orm_declare read are
** included. `head`, lines of comments or NULL, follows the first parenthesis.
** */
char *render_table(Ctx *ctx, const Table *table, bool directives,
                   const char *head);

/* Returns an expression that identifies a row of the table in a message: the
** rowid, or if that cannot be read the whole key. */
char *render_identity(Ctx *ctx, const Table *table);

/* Returns CREATE INDEX, without a semicolon. */
char *render_index(Ctx *ctx, const Index *index);

#endif
