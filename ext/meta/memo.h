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
** "Nothing differs": there is no drift either. The memo is a digest of all rows
** and texts that a comparison reads. Each test computes the digest again, so it
** notices every change.
*/
#ifndef ORM_MEMO_H
#define ORM_MEMO_H

#include "base/context.h"

/* True if the database remembers "nothing to do". The meta tables must
** exist. */
bool memo_holds(Ctx *ctx);

/* Begins a comparison of the declarations. memo_end() remembers its result,
** unless another connection has changed the database in between. Returns NULL
** if nothing will be remembered: inside the caller's transaction and on a
** read-only database. */
sqlite3_stmt *memo_begin(Ctx *ctx);

/* Ends the comparison and remembers its result. Remembering is optional: it is
** skipped when the write lock is not free at once. A busy handler of the
** application may still wait for the lock. */
void memo_end(Ctx *ctx, sqlite3_stmt *reading, bool nothing_to_do,
              bool nothing_differs);

/* Remembers "nothing to do" at the end of a change. The caller has the write
** lock. */
void memo_set(Ctx *ctx);

/* True if the database remembers "nothing differs" and is unchanged since. The
** meta tables must exist. */
bool memo_settled(Ctx *ctx);

/* Remembers "nothing differs". The caller has the write lock. */
void memo_settle(Ctx *ctx);

#endif
