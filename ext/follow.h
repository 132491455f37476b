/*
** follow: views and triggers that name what is renamed. Only SQLite itself
** knows which word of a SELECT is which column, so it is asked, on a database
** in memory that has the same names.
*/
#ifndef ORM_FOLLOW_H
#define ORM_FOLLOW_H

#include "schema.h"

/* The SQL of each object of `from`, in their order, as ALTER TABLE RENAME
** leaves it when tables and columns get the names they have in `renamed` (the
** same tables and columns, in the same order). NULL for one that is left out,
** or that does not compile: RENAME would refuse it
** (https://sqlite.org/lang_altertable.html#altertabrename). */
const char **follow_renames(Ctx *ctx, const Schema *from, const Schema *renamed,
                            const bool *left_out);

/* Does each object of the schema compile, in their order? A "name" must be one:
** it could be taken for a string otherwise. */
bool *follow_compiles(Ctx *ctx, const Schema *schema);

#endif
