#include "ship/trial.h"

#include "plan/plan.h"

/* ---- the scratch database ----------------------------------------------- */

void trial_open(Trial *trial, const Ctx *ctx) {
  ctx_share(&trial->ctx, ctx);
  scratch_open(&trial->scratch, &trial->ctx, true);
  trial->version = 0;
  trial->settled = true;
}

void trial_close(Trial *trial, Ctx *ctx) {
  scratch_close(&trial->scratch);
  err_move(ctx, &trial->ctx);
  ctx_clear(&trial->ctx);
}

/* Opens an empty scratch database in place of the present one. */
static void reopen(Ctx *ctx, Trial *trial) {
  const Ctx outer = {.db = trial->scratch.connection,
                     .session = trial->scratch.outer};
  trial_close(trial, ctx);
  trial_open(trial, &outer);
  err_move(ctx, &trial->ctx);
  ctx->db = trial->ctx.db;
}

void trial_supply(Ctx *ctx, Trial *trial, const char *sql) {
  if (ctx_ok(ctx)) scratch_supply(&trial->scratch, sql);
  err_move(ctx, &trial->ctx);
}

void trial_run(Ctx *ctx, Trial *trial, const char *sql) {
  trial_supply(ctx, trial, sql);
  while (ctx_ok(ctx) && *sql) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(ctx->db, sql, -1, &stmt, &sql) != SQLITE_OK)
      err_db(ctx);
    guard_let_go(ctx);
    db_run(ctx, stmt);
    db_finish(stmt);
    guard_hold(ctx);
  }
}

/* ---- the start ---------------------------------------------------------- */

/* Returns the complete transition. It is read with the caller's connection,
** which has the functions and modules of the application. */
static Transition read_whole(Ctx *ctx, Trial *trial, const TrialStep *step) {
  Transition none = {NULL, NULL, NULL};
  ctx->db = trial->scratch.connection;
  ctx->session = trial->scratch.outer;
  const Declared from = {step->from, model_read(ctx, step->from)};
  const Schema *to = ctx_ok(ctx) ? model_read(ctx, step->to) : NULL;
  if (to) none = transition_between(ctx, &from, to);
  ctx->db = trial->scratch.db;
  ctx->session = &trial->scratch.session;
  return none;
}

/* Returns true if only the part that the step changes must be read. */
static bool is_partial(const Trial *trial, const TrialStep *step) {
  return trial->version == step->from_version && trial->settled &&
         !step->whole && model_generates(step->from) &&
         model_generates(step->to);
}

/* Finds what the step changes. */
static void find_changes(Ctx *ctx, Trial *trial, TrialStep *step) {
  step->part = NULL;
  if (is_partial(trial, step)) {
    const LiveTexts texts = live_texts(ctx);
    step->part = part_between(ctx, &texts, step->from, step->to, step->script);
  }
  if (!ctx_ok(ctx)) return;
  step->transition =
      step->part ? step->part->transition : read_whole(ctx, trial, step);
}

/* Creates the schema of the version in an empty scratch database. Whether the
** result is exact is found out after the step. */
static void create_schema(Ctx *ctx, Trial *trial, const Schema *schema,
                          i64 version) {
  Guard guard;
  reopen(ctx, trial);
  guard_begin(ctx, &guard);
  const Schema *nothing = schema_new(ctx);
  Changes changes = {NULL, 0, NULL};
  if (ctx_ok(ctx)) changes = diff_schemas(ctx, nothing, nothing, schema);
  const char *sql = plan_script(ctx, &changes);
  if (sql) trial_run(ctx, trial, sql);
  guard_end(ctx, &guard);
  trial->version = version;
  trial->settled = false;
}

void trial_begin(Ctx *ctx, Trial *trial, TrialStep *step) {
  find_changes(ctx, trial, step);
  if (ctx_ok(ctx) && trial->version != step->from_version)
    create_schema(ctx, trial, step->transition.from, step->from_version);
  step->settled = trial->settled;
  guard_begin(ctx, &step->guard);
  step->guard.rehearsal = step->back;
  const Schema *live = step->part ? step->part->live : live_read(ctx);
  step->compiles.declared = step->transition.to;
  step->compiles.adopted = step->adopted;
  step->compiles.no_temp = step->part != NULL;
  if (live && ctx_ok(ctx))
    compiles_before(ctx, &step->compiles, live, live->relations);
  err_prefix(ctx, "%s: the schema it starts from", step->name);
}

/* ---- the result --------------------------------------------------------- */

/* Returns the schema after the script: of the part, if only objects of the part
** have changed. */
static Schema *schema_after(Ctx *ctx, Trial *trial, TrialStep *step) {
  const LiveTexts now = live_texts(ctx);
  if (step->part && ctx_ok(ctx) && !part_has_changes(ctx, step->part, &now)) {
    step->part = NULL;
    step->transition = read_whole(ctx, trial, step);
  }
  return live_parse(ctx, &now,
                    step->part ? scope_relations(step->part->scope) : NULL);
}

/* Returns the first difference of the declared objects, in words; NULL if there
** is none. Others remain from a script that makes what no version declares. */
static const char *first_missing(Ctx *ctx, const Schema *live,
                                 const Transition *t) {
  Schema *part = diff_restrict(ctx, live, t->from, t->to);
  Changes left = {NULL, 0, NULL};
  if (part) left = diff_live(ctx, part, t->to);
  return left.count ? diff_describe(ctx, &left.list[0]) : NULL;
}

/* Notes that the scratch database has exactly the schema of step->to. */
static void settle(Ctx *ctx, Trial *trial, const TrialStep *step) {
  trial->settled = (step->settled && model_generates(step->to)) ||
                   part_is_generated(ctx, step->to, step->transition.to);
  trial->version = step->to_version;
}

/* A frequent reason for a difference is a table that no version declares. */
void trial_verify(Ctx *ctx, Trial *trial, TrialStep *step, const char *reason) {
  Schema *live = schema_after(ctx, trial, step);
  if (live == NULL || !ctx_ok(ctx)) return;
  trial->version = -1;
  bool exact = diff_live(ctx, live, step->transition.to).count == 0;
  const char *missing =
      exact ? NULL : first_missing(ctx, live, &step->transition);
  if (missing && ctx_ok(ctx))
    err_set(ctx, SQLITE_ERROR,
            "%s cannot be written without the extension: tried on a database "
            "that has what the versions declare, it does not make the schema "
            "what its models say; missing: %s%s%s",
            step->name, missing, reason ? "; error: " : "",
            reason ? reason : "");
  compiles_after(ctx, &step->compiles, live);
  err_prefix(ctx, "%s", step->name);
  if (exact && ctx_ok(ctx) && !part_has_temp(ctx)) settle(ctx, trial, step);
}

void trial_end(Ctx *ctx, Trial *trial, TrialStep *step) {
  guard_end(ctx, &step->guard);
  if (step->back) trial->version = step->from_version;
  if (step->back) trial->settled = step->settled;
  if (!ctx_ok(ctx)) trial->version = -1;
}

void trial_skip(Trial *trial, const TrialStep *step) {
  if (trial->version == step->from_version && !step->back)
    trial->version = step->to_version;
}
