#include "base/replica.h"

bool replica_is_dqlite(sqlite3 *db) {
  static const char prefix[] = "dqlite";
  sqlite3_vfs *vfs = NULL;
  int rc =
      sqlite3_file_control(db, "main", SQLITE_FCNTL_VFS_POINTER, (void *)&vfs);
  return rc == SQLITE_OK && vfs && vfs->zName &&
         strncmp(vfs->zName, prefix, sizeof(prefix) - 1) == 0;
}

void replica_check(Ctx *ctx) {
  if (ctx_ok(ctx) && sqlite3_get_autocommit(ctx->db) &&
      replica_is_dqlite(ctx->db))
    err_set(ctx, SQLITE_MISUSE,
            "nothing was changed, because dqlite does not replicate a change "
            "that a SELECT makes outside a transaction: BEGIN first, COMMIT "
            "afterwards");
}

void replica_adapt(sqlite3 *db) {
  if (replica_is_dqlite(db))
    sqlite3_exec(db, "PRAGMA cache_spill = off; PRAGMA temp_store = memory",
                 NULL, NULL, NULL);
}
