#include "ship/squash.h"

#include "archive/catalog.h"
#include "ddl/live.h"
#include "meta/changes.h"
#include "plan/author_text.h"
#include "plan/plan.h"
#include "plan/transition.h"
#include "ship/portable.h"

/* The versions that are combined. */
typedef struct Squash {
  Ctx *ctx;
  Versions versions;
  Declared to;        /* the declarations of the last one */
  const Schema *live; /* the live schema if it is that of the last one, or
                      ** NULL */
} Squash;

/* ---- scripts that do more ------------------------------------------------ */

static void refuse_more(Squash *s, const Version *v, const Tokens *tokens,
                        int at, const char *what) {
  err_set(s->ctx, SQLITE_ERROR,
          "version %lld (%s), line %d %s, which the combined script would not "
          "do; to combine the schema alone: SELECT orm_squash(%lld, 'schema')",
          v->version, v->message, token_line(tokens, at), what,
          s->versions.list[s->versions.count - 1].version);
}

/* Returns true if the tokens are CREATE ... AS SELECT of a table. */
static bool is_create_as(const Tokens *tokens, int at, int end) {
  for (int i = at; i < end; i++) {
    if (token_is(&tokens->list[i], "(")) return false;
    if (token_is(&tokens->list[i], "AS"))
      return !token_is(&tokens->list[at + 1], "VIEW");
  }
  return false;
}

/* Returns true if the script has created an object that is still there, and
** that no declaration has. */
static bool creates_undeclared(Squash *s, const Tokens *tokens, int at,
                               int end) {
  const Schema *live = s->live, *to = s->to.schema;
  const Statement *c = parse_statement(s->ctx, tokens, at, end);
  if (c == NULL || live == NULL) return false;
  if (c->table)
    return map_get(live->relations, c->name) &&
           !map_get(to->relations, c->name);
  if (c->index)
    return schema_index(live, c->name) && !schema_index(to, c->name);
  return schema_object(live, c->object->type, c->name) &&
         !schema_object(to, c->object->type, c->name);
}

static void check_squash_statement(Squash *s, const Version *v,
                                   const Tokens *tokens, int at, int end) {
  static const char *const writes[] = {"INSERT", "REPLACE", "WITH", NULL};
  const Token *first = &tokens->list[at];
  bool create = token_is(first, "CREATE");
  if (token_is_one_of(first, writes) ||
      (create && is_create_as(tokens, at, end)))
    refuse_more(s, v, tokens, at, "may insert rows");
  else if (create && creates_undeclared(s, tokens, at, end))
    refuse_more(s, v, tokens, at, "creates an undeclared object");
}

static void check_scripts(Squash *s) {
  Ctx *ctx = s->ctx;
  for (int i = 0; ctx_ok(ctx) && i < s->versions.count; i++) {
    const Version *v = &s->versions.list[i];
    const Tokens tokens = token_list(ctx, v->up);
    for (int at = 0; ctx_ok(ctx) && at < tokens.count;) {
      int end = token_statement_end(&tokens, at);
      if (end > at) check_squash_statement(s, v, &tokens, at, end);
      at = end + 1;
    }
  }
}

/* ---- the combined version ----------------------------------------------- */

static const char *baseline_undo_of(const Versions *versions) {
  for (int i = 0; i < versions->count; i++)
    if (history_is_baseline(&versions->list[i])) return versions->list[i].down;
  return NULL;
}

/* Writes the scripts that lead from nothing to the schema, and back. */
static void write_scripts(Squash *s, Version *v) {
  Ctx *ctx = s->ctx;
  const Declared none = {NULL, schema_new(ctx)};
  if (!ctx_ok(ctx)) return;
  const Transition t = transition_between(ctx, &none, s->to.schema);
  Changes changes = transition_changes(ctx, &t);
  if (s->live) author_text_apply(ctx, &changes, s->live);
  if (!ctx_ok(ctx)) return;
  const Changes back = transition_inverse(ctx, &t, s->to.rows, &changes);
  v->up = mem_printf(ctx, HISTORY_SQUASH "1 to %lld\n\n%s", v->version,
                     plan_script(ctx, &changes));
  v->down = baseline_undo_of(&s->versions);
  if (v->down == NULL) v->down = plan_script(ctx, &back);
}

static Version combined_version(Squash *s, const char *timestamp) {
  Ctx *ctx = s->ctx;
  Version v = s->versions.list[s->versions.count - 1];
  v.message = mem_printf(ctx, "versions 1 to %lld", v.version);
  v.file = v.mended = NULL;
  v.created_at = timestamp;
  write_scripts(s, &v);
  v.checksum = history_checksum(ctx, v.up);
  v.down_checksum = history_checksum(ctx, v.down);
  const MetaRows *none = history_rows(ctx, 0);
  if (none) v.changes = changes_write(ctx, none, s->to.rows);
  return v;
}

static void combine(Squash *s, const char *timestamp) {
  Ctx *ctx = s->ctx;
  const Version v = combined_version(s, timestamp);
  if (!ctx_ok(ctx)) return;
  history_put(ctx, &v);
  db_exec(ctx, "DELETE FROM \"main\".orm_migration WHERE version < %lld",
          v.version);
  catalog_combine(ctx, v.version);
  Trial trial;
  trial_open(&trial, ctx);
  portable_version(ctx, &trial, &v, false); /* proves that it creates the
                                            ** schema */
  trial_close(&trial, ctx);
}

/* ---- the call ----------------------------------------------------------- */

/* Reads the versions and their last declarations. */
static Squash squash_begin(Ctx *ctx, i64 version) {
  Squash s = {ctx, {NULL, 0}, {NULL, NULL}, NULL};
  history_require(ctx, version);
  i64 current = history_current(ctx);
  if (ctx_ok(ctx) && version > current)
    err_set(ctx, SQLITE_ERROR,
            "version %lld is not applied: SELECT orm_upgrade(%lld) applies it",
            version, version);
  history_check(ctx);
  if (!ctx_ok(ctx)) return s;
  s.versions = history_range(ctx, 0, version);
  s.to = transition_declared(ctx, version);
  if (version == current) s.live = live_read(ctx);
  return s;
}

i64 squash_versions(Ctx *ctx, i64 version, bool schema_only,
                    const char *timestamp) {
  Guard guard;
  meta_require(ctx);
  if (ctx_ok(ctx) && version <= 0)
    err_set(ctx, SQLITE_ERROR, "there is no version %lld to combine", version);
  guard_begin(ctx, &guard);
  Squash s = {ctx, {NULL, 0}, {NULL, NULL}, NULL};
  if (ctx_ok(ctx)) s = squash_begin(ctx, version);
  bool many = ctx_ok(ctx) && s.versions.count > 1;
  if (many && !schema_only) check_scripts(&s);
  if (many && ctx_ok(ctx)) combine(&s, timestamp);
  guard_end(ctx, &guard);
  return version;
}
