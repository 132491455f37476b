/*
** declare: translates scripts of CREATE statements to meta rows.
**
** The room declare/: users declare models by a script or by existing tables,
** instead of by rows.
**   input   a script for orm_declare(); the live schema, for orm_reflect()
**   output  rows of the meta tables
** declare reads the script and changes the rows of models, indexes and objects;
** model_rows changes the rows of one model; both work on rows in memory, which
** row_draft reads and writes. reflect adopts the live schema, with
** relationships from its foreign keys (automap); model_script does the reverse
** and writes rows as a script.
*/
#ifndef ORM_DECLARE_H
#define ORM_DECLARE_H

#include "ddl/parse.h"

/* Declares each object of the script, or replaces its declaration. Other
** declarations stay, or, with `replace`, are deleted. Creates the meta tables
** if they are missing. Returns the number of objects in the script. If the
** script changes no row, the call writes nothing and takes no lock. Errors: a
** statement that orm or SQLite cannot read; declarations that cannot be read
** after the script. Nothing is changed then. */
i64 declare_script(Ctx *ctx, const char *script, bool replace);

/* Returns the key of an object in parameter `gone` of declare_found(): "table
** user", "index ix_user_name". */
const char *declare_key(Ctx *ctx, const char *type, const char *name);

/* Declares statements that come from a database and so have no directives.
** Deletes the declarations whose keys are in `gone` (NULL: none). The caller
** has a guard, and the meta tables exist. */
void declare_found(Ctx *ctx, Statement **found, int count, NameMap *gone);

#endif
