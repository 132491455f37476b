/*
** naming: default names: of the table of a model, of the model of a table, of
** an index. Pure.
*/
#ifndef ORM_NAMING_H
#define ORM_NAMING_H

#include "schema/schema.h"

/* Default table name: BlogPost -> blog_post (as Flask-SQLAlchemy's
** camel_to_snake_case); and the model of a table: blog_post -> BlogPost, but
** the name itself where that would not lead back. */
char *naming_snake_case(Ctx *ctx, const char *name);
char *naming_camel_case(Ctx *ctx, const char *table);

/* Default name of an index: ix_user_nickname. */
char *naming_index_name(Ctx *ctx, const Index *index);

#endif
