/*
** memo: what a database remembers from one call to the next: that the
** declarations are what the newest version has, and that it is applied. An
** application that calls orm_migrate() when it starts need not wait for more.
**
** It is the rowid of orm_state's row, made of the number of this build and of
** the schema cookie. A meta row that changes sets it back, by a trigger (see
** sql/updates/). DDL, as to drop that trigger, changes the cookie. Neither
** .dump nor VACUUM carries a rowid, and another build has another number.
*/
#ifndef ORM_MEMO_H
#define ORM_MEMO_H

#include "base.h"

/* Is it remembered? The meta tables must be there. */
bool memo_holds(Ctx *ctx);

/* Around a look at the declarations. What it finds can be remembered because
** until memo_end() nobody can change anything and be overlooked. Whether it is
** remembered is no matter of life: it is not in a transaction of the caller's,
** not where nothing can be written, and nobody waits for a lock, unless by a
** busy handler of the application's own. */
sqlite3_stmt *memo_begin(Ctx *ctx);
void memo_end(Ctx *ctx, sqlite3_stmt *reading, bool nothing_to_do);

/* The same at the end of a change, by who has the write lock. */
void memo_set(Ctx *ctx);

#endif
