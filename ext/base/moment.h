/*
** moment: the state of "main" that a call has read before it takes the write
** lock. As long as nothing has been written, the call need not read it again.
*/
#ifndef ORM_MOMENT_H
#define ORM_MOMENT_H

#include "base/context.h"

/* The state of "main" as this connection sees it. */
typedef struct Moment {
  i64 others; /* PRAGMA data_version: changes of other connections */
  i64 own;    /* the number of rows that this connection has changed */
  i64 cookie; /* PRAGMA schema_version */
} Moment;

/* Returns the present moment. To be called before the first reading. */
Moment moment_now(Ctx *ctx);

/* Returns true if this connection has written nothing since `then`. To be
** called before the lock is taken. */
bool moment_is_ours(Ctx *ctx, const Moment *then);

/* Returns true if no other connection has written since `then`. To be called
** under the lock. */
bool moment_is_now(Ctx *ctx, const Moment *then);

#endif
