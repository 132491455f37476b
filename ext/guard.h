/*
** guard: the savepoint around a change, the write lock, the connection's
** settings, and their restoration whatever happens.
**
** What a guard knows of SQLite: foreign keys cannot be switched by PRAGMA
** inside a transaction, but by sqlite3_db_config; a lock must be taken by a
** write, because a transaction that begins with a read cannot wait for one;
** a bare ROLLBACK would end the caller's transaction, so only ROLLBACK TO.
*/
#ifndef ORM_GUARD_H
#define ORM_GUARD_H

#include "base.h"

enum { GUARD_SETTINGS = 3 };

typedef struct Guard {
  bool open;                    /* our savepoint is there */
  bool outermost;               /* and the caller has no transaction */
  int settings[GUARD_SETTINGS]; /* as the caller has them */
  /* Kept ready, see guard_arm(). */
  sqlite3_stmt *breaker, *rollback, *release;
} Guard;

/* Refuses where a statement of this connection is running that reads or writes
** a database. That is also what stops a CHECK constraint of a hostile file:
** SQLite does not hold SQLITE_DIRECTONLY against all that a schema may call. */
void guard_check_idle(Ctx *ctx);

/* Refuses, before anything changed, where a statement of this connection is
** reading (DROP would fail with SQLITE_LOCKED, ROLLBACK TO would kill it), or
** where foreign key violations wait for the caller's COMMIT (switching
** foreign keys would leave them there for ever). Then opens the savepoint,
** switches foreign keys and triggers off, because what we do must not cascade,
** and takes the write lock of "main", honouring busy_timeout, by a write to
*lock_table that
** touches no row; NULL where there are no meta tables yet. */
void guard_begin(Ctx *ctx, Guard *guard, const char *lock_table);

/* An error with that message if foreign key violations wait for COMMIT. */
void guard_check_deferred(Ctx *ctx, const Guard *guard, const char *message);

/* Releases the savepoint, or rolls back to it if ctx has an error; restores
** the settings. A RELEASE that fails is rolled back, and is the error. Where
*the
** caller has no transaction that is a ROLLBACK, because RELEASE would be a
** COMMIT, which a reader can keep from being done. */
void guard_end(Ctx *ctx, Guard *guard);

/* For a statement of the user's: foreign keys and triggers as the caller has
** them; and off again. */
void guard_user_settings(Ctx *ctx, Guard *guard, bool on);

/* legacy_alter_table on, so that RENAME leaves views, triggers and foreign keys
** that name the table alone. */
void guard_legacy_alter(Ctx *ctx);

/* Keeps ready what ends a failed change, because there may be no memory left
** to prepare it then, and because of sqlite3_interrupt(): while the outer
** statement runs, ROLLBACK TO itself then fails with SQLITE_INTERRUPT, but an
** interrupted write rolls everything back, so one that touches no row of
** `table` waits for that. DDL and switched settings expire prepared
** statements: arm again after each. */
void guard_arm(Ctx *ctx, Guard *guard, const char *table);

#endif
