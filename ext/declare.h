/*
** declare: scripts of CREATE statements to meta rows, and meta rows to such a
** script.
*/
#ifndef ORM_DECLARE_H
#define ORM_DECLARE_H

#include "base.h"

/* Declares each object of the script, or declares it anew; others stay, or,
** with `replace`, go. Makes the meta tables if they are missing. Returns the
** number of objects. All or nothing. */
i64 declare_script(Ctx *ctx, const char *script, bool replace);

/* The declarations as such a script; declared on an empty database it gives
** the same schema. */
char *declare_models(Ctx *ctx);

#endif
