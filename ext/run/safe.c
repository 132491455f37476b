#include "run/safe.h"

/* Returns the lossy changes as a list, or "" if there are none. */
static const char *list_lossy(Ctx *ctx, const Changes *changes) {
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < changes->count; i++)
    if (changes->list[i].lossy)
      sqlite3_str_appendf(str, "%s%s", sqlite3_str_length(str) ? ", " : "",
                          diff_describe(ctx, &changes->list[i]));
  return mem_finish(ctx, str);
}

/* Returns the hints of changes that may be renames, each after "; ". */
static const char *list_renames(Ctx *ctx, const Changes *changes) {
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < changes->count; i++) {
    const Change *c = &changes->list[i];
    if (c->may_rename && c->hint)
      sqlite3_str_appendf(str, "; %s: %s", diff_describe(ctx, c), c->hint);
  }
  return mem_finish(ctx, str);
}

void safe_check(Ctx *ctx, const char *subject, const char *remedy,
                const Changes *changes) {
  if (!ctx_ok(ctx)) return;
  const char *lossy = list_lossy(ctx, changes);
  const char *renames = list_renames(ctx, changes);
  if (ctx_ok(ctx) && *lossy)
    err_set(ctx, SQLITE_ERROR,
            "%s loses values: %s%s%s; if the values shall go, call it without "
            "'safe': the archive keeps those of tables until orm_purge()",
            subject, lossy, renames, *renames ? remedy : "");
}

void safe_check_version(Ctx *ctx, const Version *v,
                        const Transition *transition) {
  if (!ctx_ok(ctx)) return;
  const char *subject =
      mem_printf(ctx, "version %lld (%s)", v->version, v->message);
  Changes changes = transition_changes(ctx, transition);
  safe_check(ctx, subject, "; first SELECT orm_discard(), then record it again",
             &changes);
}
