/*
** declare: scripts of CREATE statements to meta rows, and meta rows to such a
** script.
*/
#ifndef ORM_DECLARE_H
#define ORM_DECLARE_H

#include "ddl/parse.h"

/* Declares each object of the script, or declares it anew; others stay, or,
** with `replace`, go. Makes the meta tables if they are missing. Returns the
** number of objects. All or nothing. */
i64 declare_script(Ctx *ctx, const char *script, bool replace);

/* The key of an object for `gone`: "table user", "index ix_user_name". */
const char *declare_key(Ctx *ctx, const char *type, const char *name);

/* Declares statements that were found in a database, which have no directives.
** Takes back the declarations that `gone` names. For a caller that has a guard,
** and the meta tables. */
void declare_found(Ctx *ctx, Statement **found, int count, NameMap *gone);

/* The declarations as such a script; declared on an empty database it gives
** the same schema. */
char *declare_models(Ctx *ctx);

#endif
