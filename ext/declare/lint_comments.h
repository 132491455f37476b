/*
** lint_comments: the comments that switch rules of orm_lint off, `-- @lint
** off=rule`, and the rows of orm_lint_off.
**
** A comment after the head of a table is a row whose `object` is the table; one
** after a column, a row whose `object` is "table.column". In `object`, which is
** a GLOB pattern, the characters * ? [ of names are in brackets.
*/
#ifndef ORM_LINT_COMMENTS_H
#define ORM_LINT_COMMENTS_H

#include "ddl/parse.h"

/* Returns true if orm_lint_off lacks a row that the tables of the script
** declare, or has another row of these tables. A table without such comments
** keeps its rows. Sets an error if a rule does not exist. */
bool lint_comments_differ(Ctx *ctx, Statement *const *statements, int count);

/* Writes these rows, and deletes the other rows of these tables. */
void lint_comments_write(Ctx *ctx, Statement *const *statements, int count);

/* Sets `lint_off` of the tables of a schema and their columns from
** orm_lint_off. */
void lint_comments_read(Ctx *ctx, const Schema *schema);

#endif
