#include "guard.h"

/* ---- is anybody reading? ------------------------------------------------ */

/* A statement holds the schema if its program opens a transaction; our own
** bare SELECT f() does not. */
static bool opens_transaction(sqlite3 *db, sqlite3_stmt *running) {
  const char *sql = sqlite3_sql(running);
  if (sql == NULL) return false;
  if (sqlite3_stmt_isexplain(running)) return true; /* DROP minds it, too */
  char *explain = sqlite3_mprintf("EXPLAIN %s", sql);
  sqlite3_stmt *stmt = NULL;
  bool found = true; /* if we cannot know, it may */
  if (explain && sqlite3_prepare_v2(db, explain, -1, &stmt, NULL) == SQLITE_OK)
    found = false;
  while (!found && sqlite3_step(stmt) == SQLITE_ROW) {
    const char *opcode = (const char *)sqlite3_column_text(stmt, 1);
    found = opcode == NULL || strcmp(opcode, "Transaction") == 0 ||
            strcmp(opcode, "AutoCommit") == 0 ||
            strcmp(opcode, "Savepoint") == 0;
  }
  sqlite3_finalize(stmt);
  sqlite3_free(explain);
  return found;
}

void guard_check_idle(Ctx *ctx) {
  sqlite3_stmt *stmt = sqlite3_next_stmt(ctx->db, NULL);
  for (; ctx_ok(ctx) && stmt; stmt = sqlite3_next_stmt(ctx->db, stmt))
    if (sqlite3_stmt_busy(stmt) && opens_transaction(ctx->db, stmt))
      err_set(ctx, SQLITE_LOCKED,
              "nothing was changed, because a statement of this connection is "
              "still running: %.200s -- finish it first, and call orm's "
              "functions in a SELECT of their own, without FROM",
              sqlite3_sql(stmt));
}

/* What we switch, by its place in Guard.settings. */
enum { FOREIGN_KEYS, TRIGGERS, LEGACY_ALTER };
static const int settings[GUARD_SETTINGS] = {
    SQLITE_DBCONFIG_ENABLE_FKEY,
    SQLITE_DBCONFIG_ENABLE_TRIGGER,
    SQLITE_DBCONFIG_LEGACY_ALTER_TABLE,
};

void guard_check_deferred(Ctx *ctx, const Guard *guard, const char *message) {
  int now = 0, most = 0;
  sqlite3_db_status(ctx->db, SQLITE_DBSTATUS_DEFERRED_FKS, &now, &most, 0);
  if (now && guard->settings[FOREIGN_KEYS])
    err_set(ctx, SQLITE_CONSTRAINT_FOREIGNKEY, "%s", message);
}

/* ---- settings ----------------------------------------------------------- */

static int config_get(sqlite3 *db, int option) {
  int value = 0;
  sqlite3_db_config(db, option, -1, &value);
  return value;
}

static void config_set(sqlite3 *db, int option, int value) {
  if (config_get(db, option) != value)
    sqlite3_db_config(db, option, value, (int *)NULL);
}

void guard_user_settings(Ctx *ctx, Guard *guard, bool on) {
  for (int i = FOREIGN_KEYS; i <= TRIGGERS; i++)
    config_set(ctx->db, settings[i], on ? guard->settings[i] : 0);
}

void guard_legacy_alter(Ctx *ctx) {
  config_set(ctx->db, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 1);
}

/* ---- begin and end ------------------------------------------------------ */

/* The new one, if there is memory for it, else the old one. */
static void renew(Ctx *ctx, sqlite3_stmt **stmt, const char *sql,
                  const char *table) {
  sqlite3_stmt *fresh = db_prepare(ctx, sql, table);
  if (fresh == NULL) return;
  sqlite3_finalize(*stmt);
  *stmt = fresh;
}

static const char *rollback_sql(const Guard *guard) {
  return guard->outermost ? "ROLLBACK" : "ROLLBACK TO orm";
}

void guard_arm(Ctx *ctx, Guard *guard, const char *table) {
  renew(ctx, &guard->rollback, rollback_sql(guard), NULL);
  renew(ctx, &guard->release, "RELEASE orm", NULL);
  if (table)
    renew(ctx, &guard->breaker, "DELETE FROM \"main\".\"%w\" WHERE 0", table);
}

void guard_begin(Ctx *ctx, Guard *guard, const char *lock_table) {
  memset(guard, 0, sizeof(*guard));
  for (int i = 0; i < GUARD_SETTINGS; i++)
    guard->settings[i] = config_get(ctx->db, settings[i]);
  if (!ctx_ok(ctx)) return;
  guard_check_idle(ctx);
  guard_check_deferred(
      ctx, guard,
      "nothing was changed, because this transaction has foreign key "
      "violations that wait for its COMMIT: mend them first");
  guard->outermost = sqlite3_get_autocommit(ctx->db) != 0;
  db_exec(ctx, "SAVEPOINT orm");
  guard->open = ctx_ok(ctx);
  if (!guard->open) return;
  guard_user_settings(ctx, guard, false);
  if (lock_table == NULL) { /* a write, and nothing is left of it */
    db_exec(ctx, "CREATE TABLE \"main\".orm_lock(x)");
    db_exec(ctx, "DROP TABLE \"main\".orm_lock");
  }
  guard_arm(ctx, guard, lock_table);
  if (guard->breaker) db_run(ctx, guard->breaker);
}

/* Steps what was kept ready; if it expired, prepares it anew. */
static int finish(sqlite3 *db, sqlite3_stmt *ready, const char *sql) {
  int rc = ready ? sqlite3_step(ready) : SQLITE_ERROR;
  if (ready) sqlite3_reset(ready);
  if (rc == SQLITE_DONE || rc == SQLITE_INTERRUPT) return rc;
  return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

/* Rolls back to our savepoint and ends it, whatever error is set. What SQLite
** rolled back already is no longer there: no harm. */
static void undo(sqlite3 *db, Guard *guard) {
  int rc = finish(db, guard->rollback, rollback_sql(guard));
  if (rc == SQLITE_INTERRUPT && guard->breaker) sqlite3_step(guard->breaker);
  if (!guard->outermost) finish(db, guard->release, "RELEASE orm");
}

void guard_end(Ctx *ctx, Guard *guard) {
  if (guard->open) {
    db_exec(ctx, "RELEASE orm");
    if (!ctx_ok(ctx)) undo(ctx->db, guard);
  }
  sqlite3_finalize(guard->breaker);
  sqlite3_finalize(guard->rollback);
  sqlite3_finalize(guard->release);
  guard->breaker = guard->rollback = guard->release = NULL;
  guard->open = false;
  for (int i = 0; i < GUARD_SETTINGS; i++)
    config_set(ctx->db, settings[i], guard->settings[i]);
}
