/*
** render: structs to DDL, in the spelling that the recorded scripts show.
*/
#ifndef ORM_RENDER_H
#define ORM_RENDER_H

#include "schema/schema.h"

/* A name as SQL has it: bare where that is safe, "quoted" where not. */
char *render_name(Ctx *ctx, const char *name);

/* name TYPE NOT NULL ..., with the constraints written behind it. */
char *render_column(Ctx *ctx, const Table *table, int column);

/* One part of that: its type, NOT NULL...; "" if it has none. */
char *render_part(Ctx *ctx, const Column *column, ColumnPart part);

/* CONSTRAINT name CHECK (...), in the form that stands in a table, or that
** stands behind its column. */
char *render_constraint(Ctx *ctx, const Constraint *constraint, bool behind);

/* CREATE TABLE, a line a column, without a semicolon. With directives, the
** comments that orm_alter_table and orm_declare read are there too. `head`, if
** not NULL, stands behind the opening parenthesis: lines of comments. */
char *render_table(Ctx *ctx, const Table *table, bool directives,
                   const char *head);

/* An expression for what tells a row of the table apart, for messages: its
** rowid or, where that is none or cannot be read, its whole key. */
char *render_identity(Ctx *ctx, const Table *table);

char *render_index(Ctx *ctx, const Index *index);

#endif
