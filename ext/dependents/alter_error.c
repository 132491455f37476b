#include "dependents/alter_error.h"

/* Returns true if the message begins with "error in view NAME: ". Where the
** RENAME would break a sound view, it begins with "error in view NAME after
** rename: ", and *after is set. */
static bool message_begins(const char *message, const char *type,
                           const char *name, bool *after) {
  size_t n = strlen(type), m = strlen(name);
  if (strncmp(message, "error in ", 9) != 0) return false;
  message += 9;
  if (strncmp(message, type, n) != 0 || message[n] != ' ') return false;
  message += n + 1;
  if (strncmp(message, name, m) != 0) return false;
  *after = strncmp(message + m, " after rename: ", 15) == 0;
  return *after || strncmp(message + m, ": ", 2) == 0;
}

static void find_named_object(Ctx *ctx, const char *message,
                              AlterError *blocker) {
  sqlite3_stmt *rows =
      db_prepare(ctx, "SELECT type, name FROM \"main\".sqlite_schema"
                      " WHERE type IN ('view', 'trigger')");
  while (db_row(ctx, rows)) {
    const char *type = db_peek(ctx, rows, 0), *name = db_peek(ctx, rows, 1);
    bool after = false;
    if (!type || !name || !message_begins(message, type, name, &after))
      continue;
    blocker->type = *type == 'v' ? OBJECT_VIEW : OBJECT_TRIGGER;
    blocker->name = mem_text(ctx, name, -1);
    blocker->after_rename = after;
  }
  db_finish(rows);
}

AlterError alter_error_find(Ctx *ctx) {
  AlterError blocker = {OBJECT_VIEW, NULL, false};
  int rc = ctx->rc;
  if (ctx_ok(ctx) || (rc & 0xff) != SQLITE_ERROR || ctx->msg == NULL)
    return blocker;
  const char *message = err_take(ctx);
  if (message) find_named_object(ctx, message, &blocker);
  if (message) err_set(ctx, rc, "%s", message);
  return blocker;
}

void alter_error_drop(Ctx *ctx, const AlterError *blocker) {
  err_forget(ctx);
  db_exec(ctx, "DROP %s \"main\".\"%w\"", object_type_name(blocker->type),
          blocker->name);
}
