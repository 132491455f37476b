#include "run/stage.h"

#include "ddl/backfill.h"
#include "ddl/live.h"
#include "run/safe.h"

/* ---- the step ----------------------------------------------------------- */

/* Returns the step of a version or of its undo. For run_check(), `transition`
** and `options` may be NULL. */
static Step make_step(Ctx *ctx, const Version *v, const Transition *transition,
                      bool undo, const Options *options) {
  Step step;
  memset(&step, 0, sizeof(step));
  step.name = mem_printf(ctx, undo ? "undoing version %lld" : "version %lld",
                         v->version);
  step.script = undo ? v->down : v->up;
  step.undone = undo ? v->up : NULL;
  step.version = v->version;
  step.undo = undo;
  step.adopted = undo || history_is_baseline(v);
  step.mended = undo ? v->mended : NULL;
  step.noarchive = options && options->noarchive;
  step.ways = options && options->watch ? options->watch->ways : NULL;
  if (transition) step.from = transition->from;
  if (transition) step.renamed = transition->renamed;
  if (transition) step.to = transition->to;
  return step;
}

/* Returns true if the database has all objects of the baseline, as they are
** declared. If it has only some of them, it is an error. */
static bool is_here(Ctx *ctx, const Version *v, const Transition *transition) {
  const Schema *live = live_read(ctx);
  Schema *part =
      live ? diff_restrict(ctx, live, transition->from, transition->to) : NULL;
  if (part == NULL) return false;
  Changes changes = transition_changes(ctx, transition);
  const NameMap *concerned = diff_keys(ctx, &changes);
  Changes missing = diff_live(ctx, part, transition->to);
  const Change *first = NULL;
  int count = 0;
  for (int i = 0; ctx_ok(ctx) && i < missing.count; i++) {
    if (!diff_has_key(ctx, concerned, &missing.list[i])) continue;
    if (first == NULL) first = &missing.list[i];
    count++;
  }
  if (count && count < changes.count && ctx_ok(ctx))
    err_set(ctx, SQLITE_ERROR,
            "version %lld took over what was there, and only some of that is "
            "here; missing: %s",
            v->version, diff_describe(ctx, first));
  return ctx_ok(ctx) && count == 0;
}

static void tell_before(Ctx *ctx, const Options *options, const Version *v,
                        const Transition *transition, bool undo) {
  Watch *watch = options->watch;
  if (watch && ctx_ok(ctx)) watch->before(ctx, watch, v, transition, undo);
}

static void tell_after(Ctx *ctx, const Options *options, const Version *v,
                       const Transition *transition, bool undo) {
  Watch *watch = options->watch;
  if (watch && ctx_ok(ctx)) watch->after(ctx, watch, v, transition, undo);
}

/* ---- the comparison ------------------------------------------------------ */

static Declared stage_side(Ctx *ctx, const MetaRows *rows, i64 version) {
  Declared side = {version ? rows : NULL, NULL};
  if (ctx_ok(ctx))
    side.schema = version ? model_read(ctx, rows) : schema_new(ctx);
  if (version) err_prefix(ctx, "snapshot of version %lld", version);
  return side;
}

/* Returns the complete transition. */
static const Transition *stage_whole(Ctx *ctx, Stage *stage) {
  if (stage->whole.from == NULL && ctx_ok(ctx)) {
    Declared from = stage_side(ctx, stage->from, stage->from_version);
    Declared to = stage_side(ctx, stage->to, stage->to_version);
    stage->whole = transition_between(ctx, &from, to.schema);
  }
  return &stage->whole;
}

/* Returns the comparison of the part that the step changes; NULL if everything
** must be compared. A watch and a baseline look at the complete schemas. */
static const Partial *stage_part(Ctx *ctx, const Stage *stage, const Version *v,
                                 const char *script, const Options *options) {
  if (!stage->settled || options->watch || history_is_baseline(v)) return NULL;
  if (!model_generates(stage->from) || !model_generates(stage->to)) return NULL;
  return part_between(ctx, &stage->texts, stage->from, stage->to, script);
}

/* ---- running ------------------------------------------------------------ */

/* Runs the script of the step. Returns the result of run_step(). */
static const char *run_stage(Ctx *ctx, Guard *guard, Stage *stage, Step *step) {
  bool settled = stage->settled;
  if (!ctx_ok(ctx)) return NULL;
  step->rows_from = stage->from_version ? stage->from : NULL;
  step->rows_to = stage->to_version ? stage->to : NULL;
  step->checked = stage->checked;
  const char *mended = run_step(ctx, guard, step);
  stage->checked = true;
  stage->texts = step->now;
  stage->settled =
      step->settled && ((settled && model_generates(stage->to)) ||
                        part_is_generated(ctx, stage->to, step->to));
  return mended;
}

/* Returns the transition of the step: of the part, or the complete one. */
static const Transition *transition_of(Ctx *ctx, Stage *stage,
                                       const Partial *part) {
  return part ? &part->transition : stage_whole(ctx, stage);
}

void stage_apply(Ctx *ctx, Guard *guard, Stage *stage, const Version *v,
                 bool is_new, const Options *options) {
  const Partial *part = stage_part(ctx, stage, v, v->up, options);
  const Transition *transition = transition_of(ctx, stage, part);
  Step step = make_step(ctx, v, transition, false, options);
  step.part = part;
  step.is_new = is_new;
  run_check(ctx, &step);
  if (options->safe && !is_new && ctx_ok(ctx))
    safe_check_version(ctx, v, transition);
  tell_before(ctx, options, v, transition, false);
  bool here =
      ctx_ok(ctx) && history_is_baseline(v) && is_here(ctx, v, transition);
  const char *mended = NULL;
  if (here)
    stage->settled = false;
  else
    mended = run_stage(ctx, guard, stage, &step);
  history_mark(ctx, v, true, options->timestamp, mended);
  tell_after(ctx, options, v, transition, false);
}

void stage_undo(Ctx *ctx, Guard *guard, Stage *stage, const Version *v,
                const Options *options) {
  const Partial *part = stage_part(ctx, stage, v, v->down, options);
  const Transition *transition = transition_of(ctx, stage, part);
  Step step = make_step(ctx, v, transition, true, options);
  step.part = part;
  tell_before(ctx, options, v, transition, true);
  run_stage(ctx, guard, stage, &step);
  history_mark(ctx, v, false, NULL, NULL);
  tell_after(ctx, options, v, transition, true);
}

void stage_check_scripts(Ctx *ctx, const Versions *versions, bool up) {
  for (int i = 0; i < versions->count && ctx_ok(ctx); i++) {
    const Version *v = &versions->list[i];
    Step step = make_step(ctx, v, NULL, !up, NULL);
    if (step.script == NULL)
      err_set(ctx, SQLITE_ERROR,
              up ? "version %lld has no script (up)"
                 : "version %lld has no undo script: UPDATE orm_migration SET "
                   "down = ... WHERE version = %lld gives it one",
              v->version, v->version);
    else if (!up && history_is_baseline(v))
      err_set(ctx, SQLITE_ERROR,
              "version %lld took over what was there, which is not undone: "
              "SELECT orm_downgrade(%lld) goes back as far as that",
              v->version, v->version);
    else if (ctx_ok(ctx))
      run_check(ctx, &step);
  }
}
