/*
** memo: what a database remembers between two calls, so that an application
** that calls orm_migrate() at every start does not compare schemas each time.
** There are two memos, both in orm_state.
**
** "Nothing to do": the declarations equal the newest version, and that version
** is applied. This memo is the rowid of the row of orm_state, computed from the
** number of this build and the schema cookie. A change of a meta row resets the
** rowid by a trigger (sql/meta.sql). DDL, such as dropping that trigger,
** changes the cookie. .dump and VACUUM do not carry a rowid, and another build
** has another number. To read this memo costs one row.
**
** "Nothing differs": there is no drift either. This memo is a digest of all
** rows and texts that a comparison reads. The digest is computed again each
** time, so it notices any change, however it was made.
*/
#ifndef ORM_MEMO_H
#define ORM_MEMO_H

#include "base/context.h"

/* True if the database remembers "nothing to do". The meta tables must exist.
** */
bool memo_holds(Ctx *ctx);

/* Begins a comparison of the declarations whose result memo_end() remembers. No
** other connection can change the database in between unnoticed. Returns NULL
** inside the caller's transaction and on a read-only database, where nothing is
** remembered. */
sqlite3_stmt *memo_begin(Ctx *ctx);

/* Ends the comparison and remembers its result. Remembering is optional: it is
** skipped when the lock is not free at once. A busy handler of the application
** may still wait. */
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
