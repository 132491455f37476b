/*
** guard: the savepoint around a change, the write lock, the connection's
** settings, and their restoration whatever happens.
**
** What a guard knows of SQLite: foreign keys cannot be switched by PRAGMA
** inside a transaction, but by sqlite3_db_config; a lock must be taken by a
** write, because a transaction that begins with a read cannot wait for one;
** a bare ROLLBACK would end the caller's transaction, where there is one.
*/
#ifndef ORM_GUARD_H
#define ORM_GUARD_H

#include "base/context.h"

enum { GUARD_SETTINGS = 6 };

/* changes() and last_insert_rowid() of the connection. SQLite has a call that
** sets the second. A DELETE of as many rows of a TEMP table sets the first, to
** 0 if that would be more than GUARD_COUNTED. total_changes() can only grow. */
enum { GUARD_COUNTED = 1000000 };
typedef struct Counts {
  int changes;
  i64 rowid;
} Counts;

Counts guard_counts(sqlite3 *db);
/* Sets both as they were. */
void guard_recount(Ctx *ctx, const Counts *counts);

typedef struct Guard {
  struct Guard *outer;          /* of the script that called us, or NULL */
  bool open;                    /* our savepoint is there */
  bool outermost;               /* and the caller has no transaction */
  bool rehearsal;               /* guard_end() rolls back in any case */
  int settings[GUARD_SETTINGS]; /* as the caller has them */
  Counts counts;                /* likewise */
  sqlite3_stmt *breaker;        /* see guard.c */
} Guard;

/* Refuses where a statement of this connection is running that reads or writes
** a database. That is also what stops a CHECK constraint of a hostile file:
** SQLite does not hold SQLITE_DIRECTONLY against all that a schema may call. */
void guard_check_idle(Ctx *ctx);

/* Refuses, before anything changed, where a statement of this connection is
** reading (DROP would fail with SQLITE_LOCKED, ROLLBACK TO would kill it),
** where there is no journal (ROLLBACK would leave a part), or where foreign key
** violations wait for the caller's COMMIT (switching foreign keys would leave
** them there for ever). Then switches foreign keys off, because what we do must
** not cascade, legacy_alter_table on, so that RENAME leaves alone what names
** the table, and writable_schema off, because with it SQLite takes errors of
** the schema for warnings: DROP COLUMN would leave an index that names the
** column. Opens the savepoint; and takes the write lock of "main",
** honouring busy_timeout, by a write that at most forgets what memo.h
** remembers. */
void guard_begin(Ctx *ctx, Guard *guard);

/* Inside a guard: do the caller's own statements take "x" for a string
** (SQLITE_DBCONFIG_DQS_DML)? */
bool guard_has_strings(const Ctx *ctx);

/* An error with that message if foreign key violations wait for COMMIT. */
void guard_check_deferred(Ctx *ctx, const Guard *guard, const char *message);

/* Releases the savepoint, or rolls back to it if ctx has an error, or if it was
** a rehearsal; restores the settings. A RELEASE that fails is rolled back, and
** is the error. If the caller has no transaction, that is a ROLLBACK: RELEASE
** would be a COMMIT, which a reader can keep from being done. */
void guard_end(Ctx *ctx, Guard *guard);

/* For a statement of a script: foreign keys and writable_schema as the caller
** has them, or off; RENAME taking along what names the table, or leaving that
** alone. */
void guard_switch(Ctx *ctx, bool user, bool follow);

/* Triggers as the caller has them (true), or off. */
void guard_triggers(Ctx *ctx, bool user);

/* Allows or forbids edits of sqlite_schema. guard_end() restores the caller's
** setting. */
void guard_writable(Ctx *ctx, bool writable);

/* After an edit of sqlite_schema: raises the schema's version, and has SQLite
** read the schema again, and so that a rollback makes it do so once more. */
void guard_reload(Ctx *ctx);

/* Is a word in "double quotes" that is no name a string? Yes, or as the caller
** has it. */
void guard_strings(Ctx *ctx, bool yes);

/* Does the connection refuse such edits (SQLITE_DBCONFIG_DEFENSIVE)? */
bool guard_is_defensive(sqlite3 *db);

/* Between guard_begin() and guard_end() a write is always under way, which is
** to break the transaction where memory runs out. Meanwhile SQLite refuses to
** drop tables and indexes, in what a SELECT calls, too. So that is done after
** guard_let_go() and before guard_hold(). Without a guard they do nothing. */
void guard_let_go(Ctx *ctx);
void guard_hold(Ctx *ctx);

/* One statement, prepared before, run between them. */
void guard_alone(Ctx *ctx, const char *sql);

#endif
