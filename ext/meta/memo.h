/*
** memo: results of comparisons, kept in the database from one call to the next.
** An application may call orm_migrate() at every start: with the memo, this
** call compares no schemas. There are two memos, both in orm_state.
**
** "Nothing to do": the declarations equal the newest version, and that version
** is applied. The memo is the rowid of the row of orm_state: a number that is
** computed from the number of this build and the schema cookie. These events
** make the memo invalid:
**   a change of a meta row             a trigger resets the rowid
**   DDL, even on that trigger          changes the cookie
**   .dump, VACUUM                      do not keep the rowid
**   a call of another build            has another number
** A test of this memo reads one row.
**
** "Settled": the live schema is that of the current version, and the
** relationships of this version generate the views that it has. The memo is a
** digest of the version and of all texts of the live schema. Each test computes
** the digest again, so it notices every change. While the schema is settled, a
** comparison need not read the objects that no change concerns (plan/part.h).
*/
#ifndef ORM_MEMO_H
#define ORM_MEMO_H

#include "ddl/live.h"

/* True if the database remembers "nothing to do". The meta tables must
** exist. */
bool memo_holds(Ctx *ctx);

/* Begins a comparison of the declarations. memo_end() remembers its result,
** unless another connection has changed the database in between. Returns NULL
** if nothing will be remembered: inside the caller's transaction and on a
** read-only database. */
sqlite3_stmt *memo_begin(Ctx *ctx);

/* Ends the comparison and remembers its result: that nothing is to do, and,
** unless `settled` is NULL, that this live schema is settled. Remembering is
** optional: it is skipped when the write lock is not free at once. A busy
** handler of the application may still wait for the lock. */
void memo_end(Ctx *ctx, sqlite3_stmt *reading, bool nothing_to_do,
              const LiveTexts *settled);

/* Remembers "nothing to do" at the end of a change. The caller has the write
** lock. */
void memo_set(Ctx *ctx);

/* True if the database remembers that this live schema is settled. The meta
** tables must exist. */
bool memo_settled(Ctx *ctx, const LiveTexts *live);

/* Remembers that this live schema is settled. The caller has the write lock. */
void memo_settle(Ctx *ctx, const LiveTexts *live);

#endif
