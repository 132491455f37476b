/*
** guard: the savepoint around a change, the write lock, the connection's
** settings, and their restoration on every path.
**
** Facts about SQLite: PRAGMA cannot switch foreign keys inside a transaction,
** sqlite3_db_config() can. The lock must be taken by a write, because a
** transaction that begins with a read does not wait for it. A bare ROLLBACK
** would end the caller's transaction.
*/
#ifndef ORM_GUARD_H
#define ORM_GUARD_H

#include "base/settings.h"

/* changes() and last_insert_rowid() of a connection. */
typedef struct Counts {
  int changes;
  i64 rowid;
} Counts;

/* Returns the counts of a connection. */
Counts guard_counts(sqlite3 *db);

/* Sets both counts. SQLite has a call that sets last_insert_rowid(). A DELETE
** of as many rows of a TEMP table sets changes(), to 0 if that would be more
** than GUARD_COUNTED rows. total_changes() can only grow. */
void guard_recount(Ctx *ctx, const Counts *counts);
enum { GUARD_COUNTED = 1000000 };

/* A change that is being made. */
typedef struct Guard {
  struct Guard *outer;   /* the guard of the script that called us, or NULL */
  bool open;             /* our savepoint exists */
  bool outermost;        /* and the caller has no transaction */
  bool rehearsal;        /* guard_end() rolls back in any case */
  Settings settings;     /* of the caller */
  Counts counts;         /* of the caller */
  sqlite3_stmt *breaker; /* see guard.c */
} Guard;

/* Fails if a statement of this connection is running that reads or writes a
** database. This also stops a CHECK constraint of a hostile file from calling
** orm: SQLite does not enforce SQLITE_DIRECTONLY for all that a schema calls.
** */
void guard_check_idle(Ctx *ctx);

/* Begins a change. Fails, before anything changes,
**   - if a statement of this connection is reading: DROP would fail with
**     SQLITE_LOCKED, and ROLLBACK TO would abort the statement;
**   - if there is no journal: ROLLBACK would undo a part only;
**   - if violations of foreign keys wait for the caller's COMMIT: switching
**     foreign keys would keep them for ever.
** Then it switches foreign keys off, because our DDL must not cascade;
** legacy_alter_table on, so that RENAME does not edit objects that name the
** table; and writable_schema off, because with it SQLite takes errors of the
** schema for warnings, and DROP COLUMN would leave an index that names the
** column. It opens the savepoint, and takes the write lock of "main", honouring
** busy_timeout, by a write that at most clears the memo (meta/memo.h).
** guard_end() must follow, whatever fails. */
void guard_begin(Ctx *ctx, Guard *guard);

/* Returns true if an unknown word in "double quotes" is a string in the
** statements of the caller (SQLITE_DBCONFIG_DQS_DML). Needs a guard. */
bool guard_has_strings(const Ctx *ctx);

/* Sets an error with that message if foreign key violations wait for COMMIT. */
void guard_check_deferred(Ctx *ctx, const Guard *guard, const char *message);

/* Ends the change: releases the savepoint, or rolls back to it if ctx has an
** error or the guard is a rehearsal, and restores the settings. A RELEASE that
** fails is rolled back, and is the error. If the caller has no transaction, a
** rehearsal ends with ROLLBACK: RELEASE would be a COMMIT, which another reader
** can block. */
void guard_end(Ctx *ctx, Guard *guard);

/* Sets the settings for a statement of a script. `user`: foreign keys and
** writable_schema are those of the caller; otherwise off. `follow`: RENAME
** edits objects that name the table; otherwise it does not. */
void guard_switch(Ctx *ctx, bool user, bool follow);

/* Sets triggers as the caller has them (true), or off. */
void guard_triggers(Ctx *ctx, bool user);

/* Allows or forbids edits of sqlite_schema. guard_end() restores the caller's
** setting. */
void guard_writable(Ctx *ctx, bool writable);

/* After an edit of sqlite_schema: raises the version of the schema and makes
** SQLite read the schema again. After a rollback SQLite reads it once more. */
void guard_reload(Ctx *ctx);

/* Makes an unknown word in "double quotes" a string (true), or what it is for
** the caller. */
void guard_strings(Ctx *ctx, bool yes);

/* Returns true if the connection forbids edits of sqlite_schema
** (SQLITE_DBCONFIG_DEFENSIVE). */
bool guard_is_defensive(sqlite3 *db);

/* Between guard_begin() and guard_end() a write is always running, the breaker:
** it breaks the transaction if memory runs out. Meanwhile SQLite refuses to
** drop tables and indexes. So drop them between guard_let_go(), which stops the
** breaker, and guard_hold(), which starts it again. Without a guard both do
** nothing. */
void guard_let_go(Ctx *ctx);
void guard_hold(Ctx *ctx);

/* Runs a statement between guard_let_go() and guard_hold(). It is prepared
** before. */
void guard_alone(Ctx *ctx, const char *sql);

#endif
