/*
** declare: scripts of CREATE statements to meta rows.
**
** The room declare/ offers other ways to declare models than rows:
**   input   a script for orm_declare(); the live schema, for orm_reflect()
**   output  rows of the meta tables
** declare reads the script and writes the rows of models, indexes and objects;
** model_rows writes the rows of one model; reflect adopts the live schema, with
** relationships from its foreign keys (automap); model_script is the way back,
** from rows to a script.
*/
#ifndef ORM_DECLARE_H
#define ORM_DECLARE_H

#include "ddl/parse.h"

/* Declares each object of the script, or replaces its declaration. Other
** declarations stay, or, with `replace`, are deleted. Creates the meta tables
** if they are missing. Returns the number of objects in the script. A script
** that changes no row writes nothing and takes no lock. Errors: a statement
** that orm or SQLite cannot read, or declarations that cannot be read
** afterwards; nothing is changed then. */
i64 declare_script(Ctx *ctx, const char *script, bool replace);

/* Returns the key of an object in the `gone` of declare_found(): "table user",
** "index ix_user_name". */
const char *declare_key(Ctx *ctx, const char *type, const char *name);

/* Declares statements that were found in a database, which have no directives,
** and deletes the declarations whose keys are in `gone` (NULL: none). The
** caller has a guard, and the meta tables exist. */
void declare_found(Ctx *ctx, Statement **found, int count, NameMap *gone);

#endif
