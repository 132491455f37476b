/*
** memo: what a database remembers from one call to the next.
**
** That the declarations are what the newest version has, and that it is
** applied. An application that calls orm_migrate() when it starts need not wait
** for more. It is the rowid of orm_state's row, made of the number of this
** build and of the schema cookie. A meta row that changes sets it back, by a
** trigger (see sql/updates/). DDL, as to drop that trigger, changes the cookie.
** Neither .dump nor VACUUM carries a rowid, and another build has another
** number.
**
** And that nothing differs, not even by drift: the digest of all that a
** comparison looks at, as it was when it found nothing. That is read in full
** each time, so whatever changes is seen, however it was changed.
*/
#ifndef ORM_MEMO_H
#define ORM_MEMO_H

#include "base/context.h"

/* Is it remembered? The meta tables must be there. */
bool memo_holds(Ctx *ctx);

/* Around a look at the declarations. What it finds can be remembered because
** until memo_end() nobody can change anything and be overlooked. Whether it is
** remembered is no matter of life: it is not in a transaction of the caller's,
** not where nothing can be written, and nobody waits for a lock, unless by a
** busy handler of the application's own. */
sqlite3_stmt *memo_begin(Ctx *ctx);
void memo_end(Ctx *ctx, sqlite3_stmt *reading, bool nothing_to_do,
              bool nothing_differs);

/* The same at the end of a change, by who has the write lock. */
void memo_set(Ctx *ctx);

/* Is all as it was when nothing differed? The meta tables must be there. */
bool memo_settled(Ctx *ctx);

/* Nothing differs now. For who has the write lock. */
void memo_settle(Ctx *ctx);

#endif
