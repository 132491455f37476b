/*
** naming: default names of tables, models and indexes. Pure.
*/
#ifndef ORM_NAMING_H
#define ORM_NAMING_H

#include "schema/schema.h"

/* Returns the default table name of a model: BlogPost -> blog_post, as
** Flask-SQLAlchemy's camel_to_snake_case. */
char *naming_snake_case(Ctx *ctx, const char *name);

/* Returns the model name of a table: blog_post -> BlogPost. Returns the name of
** the table itself if naming_snake_case() would not convert the result back to
** it. */
char *naming_camel_case(Ctx *ctx, const char *table);

/* Returns the default name of an index: ix_user_nickname. In place of an
** expression, it has the words of the expression, joined by "_". */
char *naming_index_name(Ctx *ctx, const Index *index);

#endif
