#include "base/guard.h"

#include "base/replica.h"
#include "base/token.h"

/* The innermost guard of the connection, or NULL. */
static Guard *innermost(const Ctx *ctx) {
  return ctx->session ? ctx->session->guard : NULL;
}

/* ---- running statements ------------------------------------------------- */

/* Returns true if the program of the statement opens a transaction. A SELECT
** without FROM that calls a function of orm does not. */
static bool opens_transaction(Ctx *ctx, sqlite3_stmt *running) {
  const char *sql = sqlite3_sql(running);
  if (sql == NULL) return false;
  if (sqlite3_stmt_isexplain(running))
    return true; /* DROP fails with it, too */
  sqlite3_stmt *stmt = db_prepare(ctx, "EXPLAIN %s", token_first(sql).z);
  err_forget(ctx);
  bool found = stmt == NULL; /* unknown: assume that it does */
  while (!found && db_row(ctx, stmt)) {
    const char *opcode = db_column(ctx, stmt, 1);
    found = opcode && (strcmp(opcode, "Transaction") == 0 ||
                       strcmp(opcode, "AutoCommit") == 0 ||
                       strcmp(opcode, "Savepoint") == 0);
  }
  db_finish(stmt);
  return found;
}

void guard_check_idle(Ctx *ctx) {
  sqlite3_stmt *stmt = sqlite3_next_stmt(ctx->db, NULL);
  for (; ctx_ok(ctx) && stmt; stmt = sqlite3_next_stmt(ctx->db, stmt))
    if (sqlite3_stmt_busy(stmt) && opens_transaction(ctx, stmt))
      err_set(ctx, SQLITE_LOCKED,
              "nothing was changed, because a statement of this connection is "
              "still running: %.200s -- finish it first, and call orm's "
              "functions in a SELECT of their own, without FROM",
              sqlite3_sql(stmt));
}

void guard_check_deferred(Ctx *ctx, const Guard *guard, const char *message) {
  int now = 0, most = 0;
  sqlite3_db_status(ctx->db, SQLITE_DBSTATUS_DEFERRED_FKS, &now, &most, 0);
  if (now && guard->settings.values[SETTING_FOREIGN_KEYS])
    err_set(ctx, SQLITE_CONSTRAINT_FOREIGNKEY, "%s", message);
}

/* ---- ending what failed ------------------------------------------------- */

/*
** After memory ran out, or after sqlite3_interrupt(), no statement can be
** prepared before the statement that called us ends, not even ROLLBACK. After
** memory ran out, SQLite before 3.39 does not step a new statement, either. But
** if one of the two happens to a running write, SQLite rolls the transaction
** back (sqlite3VdbeHalt). So one statement, the breaker, is always at its first
** row. SQLite counts it as a write, on any database, and it changes nothing.
** Stepping it to its end breaks the transaction. Before the breaker is stopped
** for a statement that SQLite would refuse beside it, a new one is prepared,
** because DDL expires the old one.
*/
static const char breaker_sql[] = "PRAGMA \"main\".journal_mode";

/* Prepares a statement without allocating memory for its text, unlike
** db_prepare(). So if memory runs out, SQLite itself notices it. */
static sqlite3_stmt *prepare(Ctx *ctx, const char *sql) {
  sqlite3_stmt *stmt = NULL;
  if (!ctx_ok(ctx)) return NULL;
  if (sqlite3_prepare_v2(ctx->db, sql, -1, &stmt, NULL) != SQLITE_OK)
    err_db(ctx);
  return stmt;
}

/* Steps the breaker to its first row. Returns true if the breaker is there, or
** if there is no breaker; false if it broke the transaction. */
static bool stand(Guard *guard) {
  return guard->breaker == NULL || sqlite3_stmt_busy(guard->breaker) ||
         sqlite3_step(guard->breaker) == SQLITE_ROW;
}

/* Breaks the transaction. Any error but NOMEM becomes an interrupt. */
static void breaks(Ctx *ctx, Guard *guard, int rc) {
  if (guard->breaker) {
    if (rc != SQLITE_NOMEM && rc != SQLITE_INTERRUPT)
      sqlite3_interrupt(ctx->db);
    sqlite3_step(guard->breaker);
  }
  sqlite3_finalize(guard->breaker);
  guard->breaker = NULL;
}

void guard_let_go(Ctx *ctx) {
  Guard *guard = innermost(ctx);
  if (!ctx_ok(ctx) || guard == NULL) return;
  sqlite3_stmt *fresh = prepare(ctx, breaker_sql);
  if (fresh == NULL) return;
  sqlite3_finalize(guard->breaker);
  guard->breaker = fresh;
}

void guard_hold(Ctx *ctx) {
  Guard *guard = innermost(ctx);
  if (guard && !stand(guard)) err_db(ctx);
}

static void run_alone(Ctx *ctx, const char *sql) {
  sqlite3_stmt *stmt = sql ? prepare(ctx, sql) : NULL;
  guard_let_go(ctx);
  db_run(ctx, stmt);
  db_finish(stmt);
}

void guard_alone(Ctx *ctx, const char *sql) {
  run_alone(ctx, sql);
  guard_hold(ctx);
}

/* Runs a statement. Returns an SQLite result code. */
static int exec(sqlite3 *db, const char *sql) {
  return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

/* Rolls back to our savepoint and releases it. Returns an SQLite result
** code. */
static int roll_back_to(Ctx *ctx) {
  int rc = exec(ctx->db, "ROLLBACK TO orm");
  if (rc != SQLITE_OK) return rc;
  Ctx end;
  ctx_share(&end, ctx);
  run_alone(&end, "RELEASE orm");
  rc = end.rc;
  ctx_clear(&end);
  return rc;
}

/* Rolls back to our savepoint and releases it, whatever error is set. If SQLite
** rolled the transaction back already, nothing is left to do. An authorizer may
** deny ROLLBACK (SQLITE_TRANSACTION) and allow the savepoint. If it denies both
** now, the transaction is broken as by an interrupt. Returns an SQLite result
** code. */
static int guard_undo(Ctx *ctx, Guard *guard) {
  if (sqlite3_get_autocommit(ctx->db)) return SQLITE_ABORT;
  stand(guard);
  int rc = guard->outermost ? exec(ctx->db, "ROLLBACK") : SQLITE_AUTH;
  if (rc != SQLITE_OK && !sqlite3_get_autocommit(ctx->db))
    rc = roll_back_to(ctx);
  if (rc != SQLITE_OK) breaks(ctx, guard, rc & 0xff);
  return rc;
}

/* ---- counts ------------------------------------------------------------- */

Counts guard_counts(sqlite3 *db) {
  Counts counts = {sqlite3_changes(db), sqlite3_last_insert_rowid(db)};
  return counts;
}

/* Sets changes() to 0 or 1 by a write to orm_state that changes no value.
** Returns false if that is impossible. Unlike a ROLLBACK of DDL, it does not
** make SQLite read the schema again. */
static bool count_state(Ctx *ctx, int n) {
  if (n > 1 || !db_has_table(ctx, "orm_state") || !ctx_ok(ctx)) return false;
  db_exec(ctx, "UPDATE \"main\".orm_state SET layout = layout WHERE %d", n);
  return ctx_ok(ctx) && sqlite3_changes(ctx->db) == n;
}

/* Inserts and deletes as many rows as changes() is to count. Creating or
** dropping a TEMP table makes SQLite prepare all statements again, which fails
** during an interrupt. So inside a guard ROLLBACK TO removes the table, while
** the breaker stands. Elsewhere it is dropped; if an open blob prevents that,
** an empty table stays. */
static void count_again(Ctx *ctx, const Counts *counts) {
  bool guarded = innermost(ctx) != NULL;
  int n = counts->changes > GUARD_COUNTED ? 0 : counts->changes;
  if (guarded && count_state(ctx, n)) return;
  if (guarded) guard_alone(ctx, "SAVEPOINT orm_counts");
  db_exec(ctx, "CREATE TEMP TABLE IF NOT EXISTS orm_changes(n)");
  db_exec(ctx,
          "INSERT INTO temp.orm_changes WITH RECURSIVE c(n) AS"
          " (SELECT 1 WHERE %d > 0 UNION ALL SELECT n + 1 FROM c WHERE n < %d)"
          " SELECT NULL FROM c",
          n, n);
  db_exec(ctx, "DELETE FROM temp.orm_changes");
  db_exec(ctx,
          guarded ? "ROLLBACK TO orm_counts" : "DROP TABLE temp.orm_changes");
  if (guarded) guard_alone(ctx, "RELEASE orm_counts");
}

void guard_recount(Ctx *ctx, const Counts *counts) {
  if (ctx_ok(ctx) && sqlite3_changes(ctx->db) != counts->changes)
    count_again(ctx, counts);
  sqlite3_set_last_insert_rowid(ctx->db, counts->rowid);
}

/* Sets the counts after an error, except a fault of the machine: another write
** could then roll back the caller's transaction. */
static void recount_failed(Ctx *ctx, const Counts *counts) {
  static const int faults[] = {SQLITE_NOMEM, SQLITE_INTERRUPT, SQLITE_FULL,
                               SQLITE_IOERR};
  Ctx end;
  ctx_share(&end, ctx);
  for (int i = 0; i < 4; i++)
    if ((ctx->rc & 0xff) == faults[i]) end.rc = ctx->rc;
  guard_recount(&end, counts);
  ctx_clear(&end);
}

/* ---- switching ---------------------------------------------------------- */

/* Changes a setting: to the value, or to that of the caller. */
static void switch_to(Ctx *ctx, Setting setting, int value) {
  if (ctx_ok(ctx)) settings_set(ctx->db, setting, value);
}

static void switch_back(Ctx *ctx, Setting setting) {
  switch_to(ctx, setting, innermost(ctx)->settings.values[setting]);
}

static void switch_off(Ctx *ctx, Setting setting, bool user) {
  if (user)
    switch_back(ctx, setting);
  else
    switch_to(ctx, setting, 0);
}

void guard_switch(Ctx *ctx, bool user, bool follow) {
  switch_off(ctx, SETTING_FOREIGN_KEYS, user);
  switch_off(ctx, SETTING_WRITABLE_SCHEMA, user);
  switch_to(ctx, SETTING_LEGACY_ALTER, !follow);
}

void guard_triggers(Ctx *ctx, bool user) {
  switch_off(ctx, SETTING_TRIGGERS, user);
}

bool guard_has_strings(const Ctx *ctx) {
  const Guard *guard = innermost(ctx);
  while (guard->outer) guard = guard->outer;
  return guard->settings.values[SETTING_DML_STRINGS] != 0;
}

bool guard_is_defensive(sqlite3 *db) {
  return settings_get(db, SETTING_DEFENSIVE) != 0;
}

void guard_writable(Ctx *ctx, bool writable) {
  switch_to(ctx, SETTING_WRITABLE_SCHEMA, writable);
}

void guard_strings(Ctx *ctx, bool yes) {
  static const Setting both[] = {SETTING_DDL_STRINGS, SETTING_DML_STRINGS};
  for (int i = 0; i < 2; i++)
    if (yes)
      switch_to(ctx, both[i], 1);
    else
      switch_back(ctx, both[i]);
}

/* The version is raised so that no other connection keeps the old schema.
** ROLLBACK TO reads the schema again if the transaction has changed it. PRAGMA
** writable_schema = RESET also reads it again, but does not note that the
** transaction has changed it. A rollback would then leave the connection with
** the schema that was rolled back. */
void guard_reload(Ctx *ctx) {
  i64 cookie = db_int(ctx, "PRAGMA \"main\".schema_version") + 1;
  db_exec(ctx, "PRAGMA \"main\".schema_version = %lld", cookie);
  if (ctx_ok(ctx) && db_int(ctx, "PRAGMA \"main\".schema_version") != cookie)
    err_set(ctx, SQLITE_ERROR, "the schema's version cannot be raised");
  guard_alone(ctx, "SAVEPOINT orm_reload");
  db_exec(ctx, "ROLLBACK TO orm_reload");
  guard_alone(ctx, "RELEASE orm_reload");
}

/* ---- begin and end ------------------------------------------------------ */

/* Takes the write lock by a write that changes one row at most and clears the
** memo, because something is going to change. Without meta tables, by a write
** that is undone at once. */
static void take_lock(Ctx *ctx, bool has_state) {
  if (has_state) {
    db_exec(ctx, "UPDATE \"main\".orm_state SET rowid = 1 WHERE rowid > 1");
  } else {
    db_exec(ctx, "CREATE TABLE \"main\".orm_lock(x)");
    guard_alone(ctx, "DROP TABLE \"main\".orm_lock");
  }
}

/* Without a journal, a rollback restores only pages that are in the cache. */
static void check_journal(Ctx *ctx) {
  char *mode = db_text(ctx, "PRAGMA \"main\".journal_mode");
  if (mode && strcmp(mode, "off") == 0)
    err_set(ctx, SQLITE_ERROR,
            "nothing was changed, because PRAGMA journal_mode is off, and "
            "SQLite could take nothing back of what fails: set another");
}

/* SQLite would refuse the first write with the same error, but that write would
** set changes() to 0. */
static void check_query_only(Ctx *ctx) {
  if (db_int(ctx, "PRAGMA query_only"))
    err_set(ctx, SQLITE_READONLY,
            "attempt to write a readonly database: PRAGMA query_only is on");
}

static void check_caller(Ctx *ctx) {
  guard_check_idle(ctx);
  replica_check(ctx);
  check_query_only(ctx);
  check_journal(ctx);
}

static void check_deferred(Ctx *ctx, const Guard *guard) {
  guard_check_deferred(ctx, guard,
                       "nothing was changed, because this transaction has "
                       "foreign key violations that wait for its COMMIT: mend "
                       "them first");
}

/* Fails if an authorizer allows the savepoint but not its end. */
static void check_ends(Ctx *ctx) {
  static const char *const ends[] = {"ROLLBACK TO orm", "RELEASE orm"};
  if (!ctx_ok(ctx)) return;
  for (int i = 0; i < 2; i++) sqlite3_finalize(prepare(ctx, ends[i]));
  err_prefix(ctx, "nothing was changed, because it could not be undone");
}

/* Prepares everything before it stops the breaker of the outer guard. */
static void guard_open(Ctx *ctx, Guard *guard) {
  sqlite3_stmt *savepoint = prepare(ctx, "SAVEPOINT orm");
  guard_let_go(ctx);
  if (ctx_ok(ctx) && guard->outer) sqlite3_reset(guard->outer->breaker);
  db_run(ctx, savepoint);
  db_finish(savepoint);
  guard->open = ctx_ok(ctx);
  guard_hold(ctx);
}

/* Notes the state of the caller's connection and becomes the innermost
** guard. */
static void note_caller(Ctx *ctx, Guard *guard) {
  memset(guard, 0, sizeof(*guard));
  guard->counts = guard_counts(ctx->db);
  guard->outer = ctx->session->guard;
  ctx->session->guard = guard;
  guard->settings = settings_save(ctx->db);
  guard->outermost = sqlite3_get_autocommit(ctx->db) != 0;
}

/* An outer guard has the lock already, and has made the checks whose result
** cannot change since. */
void guard_begin(Ctx *ctx, Guard *guard) {
  note_caller(ctx, guard);
  bool inner = guard->outer != NULL;
  bool has_state = !inner && db_has_table(ctx, "orm_state");
  if (inner)
    guard_check_idle(ctx);
  else
    check_caller(ctx);
  check_deferred(ctx, guard);
  if (!inner) check_ends(ctx);
  if (!ctx_ok(ctx)) return;
  settings_set(ctx->db, SETTING_FOREIGN_KEYS, 0);
  settings_set(ctx->db, SETTING_LEGACY_ALTER, 1);
  settings_set(ctx->db, SETTING_WRITABLE_SCHEMA, 0);
  guard_open(ctx, guard);
  if (guard->open && !inner) take_lock(ctx, has_state);
}

void guard_begin_rows(Ctx *ctx, Guard *guard) {
  note_caller(ctx, guard);
  check_caller(ctx);
  check_ends(ctx);
  if (!ctx_ok(ctx)) return;
  guard_open(ctx, guard);
  if (guard->open)
    db_exec(ctx, "UPDATE \"main\".orm_state SET layout = layout WHERE 0");
}

/* The breaker of the outer guard was stopped for our SAVEPOINT, so the outer
** guard gets ours. */
static void hand_over(Ctx *ctx, Guard *guard) {
  if (guard->outer && guard->breaker) {
    if (!stand(guard)) err_db(ctx);
    sqlite3_finalize(guard->outer->breaker);
    guard->outer->breaker = guard->breaker;
  } else {
    sqlite3_finalize(guard->breaker);
  }
}

void guard_end(Ctx *ctx, Guard *guard) {
  bool kept = !guard->rehearsal && guard->open;
  if (guard->open) {
    if (kept && guard->outer == NULL) guard_recount(ctx, &guard->counts);
    if (kept) run_alone(ctx, "RELEASE orm");
    int rc = SQLITE_OK;
    if (guard->rehearsal || !ctx_ok(ctx)) rc = guard_undo(ctx, guard);
    if (rc != SQLITE_OK) err_set(ctx, rc, "%s", sqlite3_errstr(rc));
  }
  hand_over(ctx, guard);
  ctx->session->guard = guard->outer;
  settings_restore(ctx->db, &guard->settings);
  if (guard->outer == NULL && guard->open && (!kept || !ctx_ok(ctx)))
    recount_failed(ctx, &guard->counts);
}
