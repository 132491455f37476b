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

/* Sets changes() and last_insert_rowid() of the connection. SQLite has a call
** for the rowid. To set changes() to n, n rows of a TEMP table are inserted and
** deleted; if n is above GUARD_COUNTED, changes() becomes 0. total_changes() is
** not restored: it can only grow. */
void guard_recount(Ctx *ctx, const Counts *counts);
enum { GUARD_COUNTED = 1000000 };

/* A change in progress. */
typedef struct Guard {
  struct Guard *outer;   /* of the script that made this call, or NULL */
  bool open;             /* the savepoint exists */
  bool outermost;        /* the caller has no transaction */
  bool rehearsal;        /* guard_end() rolls back in any case */
  Settings settings;     /* of the caller */
  Counts counts;         /* of the caller */
  sqlite3_stmt *breaker; /* see guard.c */
} Guard;

/* Sets an error if a running statement of this connection reads or writes a
** database. This also protects against a hostile file in which a CHECK
** constraint calls orm, because SQLite does not enforce SQLITE_DIRECTONLY for
** every call in a schema. */
void guard_check_idle(Ctx *ctx);

/* Begins a change. Sets an error, before anything changes,
**   - if a statement of this connection is reading: DROP would fail with
**     SQLITE_LOCKED, and ROLLBACK TO would abort the statement;
**   - on a database of dqlite, if the caller has no transaction (replica.h);
**   - if PRAGMA query_only is on;
**   - if the journal is off: ROLLBACK would undo only a part of the change;
**   - if foreign key violations wait for the caller's COMMIT: once foreign keys
**     have been switched, the COMMIT would fail for ever;
**   - if an authorizer denies ROLLBACK TO or RELEASE.
** Otherwise it changes these settings until guard_end():
**   - foreign keys off, because orm's own DDL must not cascade;
**   - legacy_alter_table on, so that RENAME does not edit objects that name the
**     table;
**   - writable_schema off: if it is on, SQLite treats errors in the schema as
**     warnings, and DROP COLUMN leaves an index that names the column.
** Then it opens the savepoint and takes the write lock of "main" within
** busy_timeout. The write that takes the lock changes nothing, except that it
** clears the memo (meta/memo.h). guard_end() must follow, even after an
** error. */
void guard_begin(Ctx *ctx, Guard *guard);

/* Begins a change of rows. Does the same as guard_begin() with these
** differences. The settings stay, so that foreign keys act as the caller wants
** them, and violations may wait for the caller's COMMIT. The memo stays,
** because rows are no declarations. The meta tables must exist. */
void guard_begin_rows(Ctx *ctx, Guard *guard);

/* Returns true if the caller's connection takes an unknown word in "double
** quotes" as a string (SQLITE_DBCONFIG_DQS_DML). Needs an open guard. */
bool guard_has_strings(const Ctx *ctx);

/* Sets an error with this message if foreign key violations wait for COMMIT. */
void guard_check_deferred(Ctx *ctx, const Guard *guard, const char *message);

/* Ends the change and restores the settings. Releases the savepoint, or rolls
** back to it if ctx has an error or the guard is a rehearsal. If RELEASE fails,
** the change is rolled back, and the error is that of RELEASE. If the caller
** has no transaction, a rehearsal ends with ROLLBACK, because RELEASE would be
** a COMMIT, which a reader on another connection can block. */
void guard_end(Ctx *ctx, Guard *guard);

/* Sets the settings for a statement of a script. If `user` is true, foreign
** keys and writable_schema are as the caller set them; otherwise both are off.
** If `follow` is true, RENAME edits objects that name the table; otherwise it
** does not. */
void guard_switch(Ctx *ctx, bool user, bool follow);

/* Restores the caller's setting of triggers if `user` is true; otherwise
** switches triggers off. */
void guard_triggers(Ctx *ctx, bool user);

/* Allows or forbids edits of sqlite_schema. guard_end() restores the caller's
** setting. */
void guard_writable(Ctx *ctx, bool writable);

/* Raises the version of the schema and makes SQLite read the schema again. To
** be called after an edit of sqlite_schema. If the edit is rolled back later,
** SQLite reads the schema once more. */
void guard_reload(Ctx *ctx);

/* Makes SQLite take an unknown word in "double quotes" as a string if `yes` is
** true; otherwise restores the caller's setting. */
void guard_strings(Ctx *ctx, bool yes);

/* Returns true if the connection forbids edits of sqlite_schema
** (SQLITE_DBCONFIG_DEFENSIVE). */
bool guard_is_defensive(sqlite3 *db);

/* Stop and restart the breaker, a write statement that is running all the time
** between guard_begin() and guard_end(). If memory runs out, the breaker makes
** SQLite roll the transaction back (see guard.c). But SQLite refuses to drop
** tables and indexes while a statement is running. So a DROP must be between
** guard_let_go(), which stops the breaker, and guard_hold(), which restarts it.
** Without a guard both functions do nothing. */
void guard_let_go(Ctx *ctx);
void guard_hold(Ctx *ctx);

/* Runs a statement while the breaker is stopped: prepares the statement, calls
** guard_let_go(), runs the statement, and calls guard_hold(). */
void guard_alone(Ctx *ctx, const char *sql);

#endif
