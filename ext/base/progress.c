#include "base/progress.h"

static Progress *session_progress(const Ctx *ctx) {
  return ctx->session ? ctx->session->progress : NULL;
}

bool progress_wanted(const Ctx *ctx) {
  return session_progress(ctx) != NULL;
}

static void begin_part(Progress *progress, i64 rows) {
  progress->rows = rows;
  progress->done = 0;
  progress->report(progress, true);
}

void progress_begin(Ctx *ctx, const char *format, ...) {
  Progress *progress = session_progress(ctx);
  if (progress == NULL || !ctx_ok(ctx)) return;
  va_list args;
  va_start(args, format);
  sqlite3_vsnprintf((int)sizeof(progress->part), progress->part, format, args);
  va_end(args);
  begin_part(progress, -1);
}

void progress_begin_rows(Ctx *ctx, const char *table, const char *verb) {
  Progress *progress = session_progress(ctx);
  if (progress == NULL || !ctx_ok(ctx)) return;
  i64 rows = db_int(ctx, "SELECT count(*) FROM \"main\".\"%w\"", table);
  sqlite3_snprintf((int)sizeof(progress->part), progress->part,
                   "table \"%s\": %s", table, verb);
  if (ctx_ok(ctx)) begin_part(progress, rows);
}

const char *progress_condition(const Ctx *ctx) {
  return progress_wanted(ctx) ? PROGRESS_FUNCTION "()" : "1";
}

void progress_count(Progress *progress) {
  if (progress->done < progress->rows) progress->done++;
  progress->report(progress, false);
}
