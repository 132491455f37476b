#include "meta/memo.h"

#include "base/digest.h"
#include "base/guard.h"
#include "base/replica.h"

/* Returns the rowid that means "nothing to do" now: 31 bits for the build, 32
** bits for the cookie. */
static i64 memo_now(Ctx *ctx) {
  _Static_assert(ORM_VERSION_NUMBER < 0x80000000, "31 bits for the version");
  i64 cookie = db_int(ctx, "PRAGMA \"main\".schema_version");
  return (i64)ORM_VERSION_NUMBER << 32 | (cookie & 0xffffffff);
}

/* The rowid and the cookie are read in one read transaction. */
bool memo_holds(Ctx *ctx) {
  sqlite3_stmt *row = db_prepare(ctx, "SELECT rowid FROM \"main\".orm_state");
  i64 memo = db_row(ctx, row) ? sqlite3_column_int64(row, 0) : 0;
  bool holds = memo > 1 && memo == memo_now(ctx);
  db_finish(row);
  return holds && ctx_ok(ctx);
}

/* True if the triggers that reset the memo exist. Recreating a meta table can
** lose some of them. */
static bool is_watched(Ctx *ctx) {
  enum { TRIGGERS = 18 }; /* of sql/updates/layout_2.sql */
  return db_int(ctx, "SELECT count(*) FROM \"main\".sqlite_schema"
                     " WHERE type = 'trigger' AND tbl_name GLOB 'orm_*'"
                     " AND sql GLOB '* AFTER [IUD]* ON orm_* BEGIN*"
                     "UPDATE orm_state SET rowid = 1 WHERE rowid > 1;*'") ==
         TRIGGERS;
}

void memo_set(Ctx *ctx) {
  if (!is_watched(ctx)) return;
  db_exec(ctx, "UPDATE \"main\".orm_state SET rowid = %lld", memo_now(ctx));
}

sqlite3_stmt *memo_begin(Ctx *ctx) {
  if (!ctx_ok(ctx) || !sqlite3_get_autocommit(ctx->db) ||
      sqlite3_db_readonly(ctx->db, "main") || replica_is_dqlite(ctx->db))
    return NULL;
  sqlite3_stmt *row = db_prepare(ctx, "SELECT rowid FROM \"main\".orm_state");
  db_row(ctx, row);
  return row;
}

/* Remembers without waiting. A connection that is reading does not wait for the
** write lock, it fails at once; only the COMMIT would wait, for other
** readers. */
static void set_at_once(Ctx *ctx, const LiveTexts *settled) {
  Counts counts = guard_counts(ctx->db);
  int timeout = (int)db_int(ctx, "PRAGMA busy_timeout");
  if (timeout) sqlite3_busy_timeout(ctx->db, 0);
  memo_set(ctx);
  if (settled) memo_settle(ctx, settled);
  if (timeout) sqlite3_busy_timeout(ctx->db, timeout);
  err_forget(ctx);
  guard_recount(ctx, &counts);
  err_forget(ctx);
}

void memo_end(Ctx *ctx, sqlite3_stmt *reading, bool nothing_to_do,
              const LiveTexts *settled) {
  if (reading && nothing_to_do && ctx_ok(ctx)) set_at_once(ctx, settled);
  db_finish(reading);
}

/* ---- "settled" ---------------------------------------------------------- */

/* Returns the digest of the current version and of the live schema. */
static char *settled_digest(Ctx *ctx, const LiveTexts *live) {
  const char *const statements[] = {
      mem_printf(ctx, "SELECT %d, %d, %Q", ORM_VERSION_NUMBER,
                 sqlite3_libversion_number(), live_digest(ctx, live)),
      "SELECT version, changes FROM \"main\".orm_migration WHERE version ="
      " (SELECT max(version) FROM \"main\".orm_migration"
      "  WHERE typeof(applied_at) <> 'null')",
  };
  return ctx_ok(ctx) ? digest_rows(ctx, statements, 2) : NULL;
}

bool memo_settled(Ctx *ctx, const LiveTexts *live) {
  const char *then =
      db_text_or_null(ctx, "SELECT settled FROM \"main\".orm_state");
  const char *now = then ? settled_digest(ctx, live) : NULL;
  return now && strcmp(now, then) == 0;
}

void memo_settle(Ctx *ctx, const LiveTexts *live) {
  const char *now = settled_digest(ctx, live);
  if (now) db_exec(ctx, "UPDATE \"main\".orm_state SET settled = %Q", now);
}
