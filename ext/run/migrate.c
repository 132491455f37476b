#include "run/migrate.h"

#include "archive/catalog.h"
#include "base/digest.h"
#include "ddl/live.h"
#include "dependents/dqs_view.h"
#include "dependents/fkeys.h"
#include "meta/layout.h"
#include "meta/memo.h"
#include "meta/model.h"
#include "meta/object.h"
#include "meta/revert.h"
#include "meta/validate.h"
#include "plan/author_text.h"
#include "plan/plan.h"
#include "plan/transition.h"
#include "run/backup.h"
#include "run/diff_report.h"
#include "run/run.h"
#include "run/safe.h"
#include "run/status.h"
#include "schema/dqs_table.h"
#include "schema/naming.h"
#include "schema/type_note.h"

/* ---- the current version ------------------------------------------------ */

static const Schema *schema_at(Ctx *ctx, i64 version) {
  return transition_declared(ctx, version).schema;
}

i64 migrate_version(Ctx *ctx) {
  return meta_exists(ctx) ? history_current(ctx) : 0;
}

i64 migrate_init(Ctx *ctx) {
  if (meta_layout(ctx) == META_LAYOUT || !ctx_ok(ctx))
    return history_current(ctx);
  Guard guard;
  guard_begin(ctx, &guard);
  layout_create(ctx);
  i64 version = history_current(ctx);
  guard_end(ctx, &guard);
  return version;
}

/* ---- recording and applying --------------------------------------------- */

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

static void apply_version(Ctx *ctx, Guard *guard, const Version *v,
                          const Transition *transition, bool is_new,
                          const Options *options) {
  Step step = make_step(ctx, v, transition, false, options);
  step.is_new = is_new;
  run_check(ctx, &step);
  tell_before(ctx, options, v, transition, false);
  bool here =
      ctx_ok(ctx) && history_is_baseline(v) && is_here(ctx, v, transition);
  const char *mended = NULL;
  if (ctx_ok(ctx) && !here) mended = run_step(ctx, guard, &step);
  history_mark(ctx, v->version, true, options->timestamp, mended);
  tell_after(ctx, options, v, transition, false);
}

/* The difference from the newest version to the declarations. */
typedef struct Work {
  i64 current, head;
  Declared declared;
  Transition transition;
  Changes changes;
} Work;

static Work find_migrate_work(Ctx *ctx) {
  Work work;
  memset(&work, 0, sizeof(work));
  work.current = history_current(ctx);
  work.head = history_head(ctx);
  work.declared = model_declared(ctx);
  work.transition = transition_to_declared(ctx, work.head, &work.declared);
  if (ctx_ok(ctx)) work.changes = transition_changes(ctx, &work.transition);
  return work;
}

/* Returns true if the column has the same backfill in the schema. */
static bool has_backfill(const Schema *schema, const Column *column) {
  for (int i = 0; schema && i < schema->ntable; i++)
    for (int k = 0; k < schema->tables[i]->ncolumn; k++) {
      const Column *c = &schema->tables[i]->columns[k];
      if (c->id == column->id)
        return c->backfill && strcmp(c->backfill, column->backfill) == 0;
    }
  return false;
}

/* Marks backfills as done: those that the version runs, and those of new
** tables, which need none. */
static void spend_backfills(Ctx *ctx, const Changes *changes) {
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++) {
    const Change *c = &changes->list[i];
    bool all = c->op == OP_CREATE_TABLE;
    for (int k = 0; all && k < c->table_to->ncolumn; k++)
      if (c->table_to->columns[k].backfill_due)
        meta_spend(ctx, c->table_to->columns[k].id);
    if (change_backfills(c))
      meta_spend(ctx, c->table_to->columns[c->column_to].id);
  }
}

/* Marks the backfills of a discarded version as due again. */
static void unspend_backfills(Ctx *ctx, const Version *v,
                              const MetaRows *rows) {
  const Schema *gone = model_read(ctx, rows);
  i64 head = history_head(ctx);
  const Schema *left = head ? schema_at(ctx, head) : NULL;
  const Backfills fills = backfill_list(ctx, v->up);
  for (int i = 0; ctx_ok(ctx) && i < gone->ntable; i++) {
    const Table *table = gone->tables[i];
    for (int k = 0; k < table->ncolumn; k++) {
      const Column *c = &table->columns[k];
      if (c->backfill && (backfill_find(&fills, table->name, c->name) ||
                          !has_backfill(left, c)))
        meta_unspend(ctx, c->id, c->backfill);
    }
  }
}

static i64 record_version(Ctx *ctx, Work *work, const char *message,
                          const Options *options) {
  Version v;
  memset(&v, 0, sizeof(v));
  const Schema *live = live_read(ctx);
  if (live && work->current == work->head)
    author_text_apply(ctx, &work->changes, live);
  if (ctx_ok(ctx))
    dqs_table_check_schema(ctx, work->transition.renamed, work->transition.to,
                           true);
  if (ctx_ok(ctx))
    dqs_view_check(ctx, work->transition.from, work->transition.to);
  if (live) validate_schema(ctx, work->transition.to, live, NULL);
  if (live)
    fkeys_check_declared(ctx, work->transition.to, work->transition.renamed,
                         live);
  model_respell(ctx, NULL);
  object_name_rows(ctx);
  v.version = history_next(ctx);
  if (!ctx_ok(ctx)) return 0;
  v.message = message && *message ? message : plan_message(ctx, &work->changes);
  const MetaRows *rows = meta_read(ctx);
  if (rows) v.rows = rows_with_views(ctx, rows, work->transition.to);
  Changes inverse =
      transition_inverse(ctx, &work->transition, v.rows, &work->changes);
  transition_check_backfills(ctx, &inverse);
  v.up = plan_script(ctx, &work->changes);
  v.down = plan_script(ctx, &inverse);
  v.created_at = options->timestamp;
  history_put(ctx, &v);
  spend_backfills(ctx, &work->changes);
  return v.version;
}

/* Returns true if the meta rows differ from those of the newest version, while
** the schema does not: a relationship, another spelling. The newest version
** then gets the new rows, so that an export has all declarations. */
static bool head_is_old(Ctx *ctx, const Work *work) {
  if (work->head == 0 || sqlite3_db_readonly(ctx->db, "main") == 1)
    return false;
  if (work->transition.from == work->transition.to) return false;
  return ctx_ok(ctx) && !history_has(ctx, work->head, work->declared.rows);
}

/* Returns true if there is no version to record or to apply, and the newest
** version has all declarations. */
static bool is_nothing(Ctx *ctx, const Work *work) {
  return ctx_ok(ctx) && work->changes.count == 0 &&
         work->current == work->head && !head_is_old(ctx, work);
}

/* Sets the memo at the end of a change, if nothing is left to do. An error in
** the declarations does not matter here. */
static void remember(Ctx *ctx) {
  if (!ctx_ok(ctx)) return;
  Work work = find_migrate_work(ctx);
  if (is_nothing(ctx, &work)) {
    memo_set(ctx);
    if (status_drift(ctx, work.transition.from).count == 0) memo_settle(ctx);
  }
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
}

/* Does what the option 'verify' asks for: the applied versions must be as
** recorded, and the live schema that of the current version. */
static void verify_versions(Ctx *ctx) {
  history_check(ctx);
  i64 current = history_current(ctx);
  const Schema *now = schema_at(ctx, current);
  Changes drift = status_drift(ctx, now);
  if (drift.count && ctx_ok(ctx))
    err_set(ctx, SQLITE_ERROR,
            "the schema is not as version %lld left it (%d difference%s, "
            "first: %s); to mend it: SELECT orm_repair(); to take it over as "
            "it is: SELECT orm_reflect()",
            current, drift.count, drift.count == 1 ? "" : "s",
            diff_describe(ctx, &drift.list[0]));
}

/* Fails if there is a difference: the option 'empty' is for an empty version.
** */
static void check_no_difference(Ctx *ctx, const Work *work) {
  if (ctx_ok(ctx) && work->changes.count)
    err_set(ctx, SQLITE_ERROR,
            "there is something to record already (%d difference%s, first: "
            "%s): do that first, without the option 'empty'",
            work->changes.count, work->changes.count == 1 ? "" : "s",
            diff_describe(ctx, &work->changes.list[0]));
}

static i64 record_guarded(Ctx *ctx, Guard *guard, Backup *backup,
                          const char *message, bool and_apply,
                          const Options *options) {
  Work work = find_migrate_work(ctx); /* again, under the lock */
  if (ctx_ok(ctx) &&
      model_keep_ids(ctx, work.transition.from, work.transition.to))
    work = find_migrate_work(ctx);
  if (!ctx_ok(ctx)) return 0;
  if (and_apply) transition_check_no_pending(ctx, work.current, work.head);
  if (and_apply) history_check(ctx);
  if (options->empty) check_no_difference(ctx, &work);
  if (work.changes.count == 0 && !options->empty) {
    if (head_is_old(ctx, &work))
      history_set_rows(ctx, work.head, work.declared.rows);
    return and_apply ? work.current : 0;
  }
  if (options->safe) safe_check(ctx, "the migration", "", &work.changes);
  backup_keep(ctx, backup);
  i64 version = record_version(ctx, &work, message, options);
  if (!and_apply) return version;
  const Version *v = history_find(ctx, version);
  if (v) apply_version(ctx, guard, v, &work.transition, true, options);
  return version;
}

i64 migrate_record(Ctx *ctx, const char *message, bool and_apply,
                   const Options *options) {
  meta_require(ctx);
  bool trusting = !options->verify && !options->empty;
  if (trusting && memo_holds(ctx)) return and_apply ? history_head(ctx) : 0;
  sqlite3_stmt *reading = memo_begin(ctx);
  Work work = find_migrate_work(ctx);
  bool nothing = is_nothing(ctx, &work);
  bool settled =
      nothing && reading && !status_drift(ctx, work.transition.from).count;
  memo_end(ctx, reading, nothing, settled);
  if (!ctx_ok(ctx)) return 0;
  if (and_apply) transition_check_no_pending(ctx, work.current, work.head);
  if (work.changes.count == 0 && !head_is_old(ctx, &work) && !options->empty) {
    if (options->verify) verify_versions(ctx);
    return and_apply ? work.current : 0;
  }
  Backup backup;
  Guard guard;
  backup_take(ctx, &backup, options->backup, false);
  guard_begin(ctx, &guard);
  i64 version = 0;
  if (ctx_ok(ctx))
    version = record_guarded(ctx, &guard, &backup, message, and_apply, options);
  remember(ctx);
  if (options->verify) verify_versions(ctx);
  guard_end(ctx, &guard);
  backup_end(ctx, &backup);
  return version;
}

/* ---- upgrade and downgrade ---------------------------------------------- */

/* Checks all scripts before the first statement runs. */
static void check_scripts(Ctx *ctx, const Versions *versions, bool up) {
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

static void upgrade_guarded(Ctx *ctx, Guard *guard, Backup *backup, i64 target,
                            const Options *options) {
  history_check(ctx);
  i64 current = history_current(ctx);
  Versions versions = history_range(ctx, current, target);
  check_scripts(ctx, &versions, true);
  if (versions.count) backup_keep(ctx, backup);
  for (int i = 0; i < versions.count && ctx_ok(ctx); i++) {
    Declared from =
        transition_declared(ctx, i ? versions.list[i - 1].version : current);
    const Schema *to = schema_at(ctx, versions.list[i].version);
    Transition transition = transition_between(ctx, &from, to);
    if (options->safe) safe_check_version(ctx, &versions.list[i], &transition);
    if (ctx_ok(ctx))
      apply_version(ctx, guard, &versions.list[i], &transition, false, options);
  }
}

i64 migrate_upgrade_target(Ctx *ctx, i64 target) {
  i64 current = history_current(ctx), head = history_head(ctx);
  if (target == -1)
    target = head;
  else
    history_require(ctx, target);
  if (ctx_ok(ctx) && target < current)
    err_set(ctx, SQLITE_ERROR,
            "the database is at version %lld, above %lld: "
            "SELECT orm_downgrade(%lld) goes back",
            current, target, target);
  return target;
}

i64 migrate_upgrade(Ctx *ctx, i64 target, const Options *options) {
  meta_require(ctx);
  i64 current = history_current(ctx);
  target = migrate_upgrade_target(ctx, target);
  if (ctx_ok(ctx) && target == current && options->verify) verify_versions(ctx);
  if (!ctx_ok(ctx) || target == current) return current;
  Backup backup;
  Guard guard;
  backup_take(ctx, &backup, options->backup, false);
  guard_begin(ctx, &guard);
  if (ctx_ok(ctx)) upgrade_guarded(ctx, &guard, &backup, target, options);
  remember(ctx);
  if (options->verify) verify_versions(ctx);
  i64 version = history_current(ctx);
  guard_end(ctx, &guard);
  backup_end(ctx, &backup);
  return version;
}

static void undo_version(Ctx *ctx, Guard *guard, const Version *v,
                         const Transition *transition, const Options *options) {
  Step step = make_step(ctx, v, transition, true, options);
  tell_before(ctx, options, v, transition, true);
  if (ctx_ok(ctx)) run_step(ctx, guard, &step);
  history_mark(ctx, v->version, false, NULL, NULL);
  tell_after(ctx, options, v, transition, true);
}

static void downgrade_guarded(Ctx *ctx, Guard *guard, Backup *backup,
                              i64 target, const Options *options) {
  history_check(ctx);
  Versions versions = history_range(ctx, target, history_current(ctx));
  check_scripts(ctx, &versions, false);
  if (versions.count) backup_keep(ctx, backup);
  for (int i = versions.count - 1; i >= 0 && ctx_ok(ctx); i--) {
    Declared from = transition_declared(ctx, versions.list[i].version);
    const Schema *to =
        schema_at(ctx, i ? versions.list[i - 1].version : target);
    Transition transition = transition_between(ctx, &from, to);
    if (ctx_ok(ctx))
      undo_version(ctx, guard, &versions.list[i], &transition, options);
  }
}

/* Returns the version before the current one; 0: none. */
static i64 one_version_back(Ctx *ctx, i64 current) {
  const Version *v = history_at(ctx, current - 1);
  return v ? v->version : 0;
}

i64 migrate_downgrade(Ctx *ctx, i64 target, const Options *options) {
  meta_require(ctx);
  i64 current = history_current(ctx);
  if (ctx_ok(ctx) && current == 0)
    err_set(ctx, SQLITE_ERROR, "the database is at version 0 already");
  if (ctx_ok(ctx) && target == -1) target = one_version_back(ctx, current);
  history_require(ctx, target);
  if (ctx_ok(ctx) && target > current)
    err_set(ctx, SQLITE_ERROR,
            "the database is at version %lld, below %lld: "
            "SELECT orm_upgrade(%lld) goes there",
            current, target, target);
  if (!ctx_ok(ctx) || target == current) return current;
  Backup backup;
  Guard guard;
  backup_take(ctx, &backup, options->backup, false);
  guard_begin(ctx, &guard);
  if (ctx_ok(ctx)) downgrade_guarded(ctx, &guard, &backup, target, options);
  i64 version = history_current(ctx);
  guard_end(ctx, &guard);
  backup_end(ctx, &backup);
  return version;
}

/* ---- inside a guard ----------------------------------------------------- */

i64 migrate_record_within(Ctx *ctx, Guard *guard, const char *message,
                          const Options *options) {
  return record_guarded(ctx, guard, NULL, message, false, options);
}

void migrate_upgrade_within(Ctx *ctx, Guard *guard, i64 target,
                            const Options *options) {
  upgrade_guarded(ctx, guard, NULL, target, options);
}

void migrate_downgrade_within(Ctx *ctx, Guard *guard, i64 target,
                              const Options *options) {
  downgrade_guarded(ctx, guard, NULL, target, options);
}

/* ---- discard and stamp -------------------------------------------------- */

i64 migrate_discard(Ctx *ctx) {
  meta_require(ctx);
  Guard guard;
  guard_begin(ctx, &guard);
  i64 current = history_current(ctx), head = history_head(ctx);
  if (ctx_ok(ctx) && head == 0)
    err_set(ctx, SQLITE_ERROR, "there is no recorded version to discard");
  if (ctx_ok(ctx) && head == current)
    err_set(ctx, SQLITE_ERROR,
            "version %lld is applied: SELECT orm_downgrade() undoes it first",
            head);
  const Version *gone = ctx_ok(ctx) ? history_find(ctx, head) : NULL;
  const MetaRows *rows = gone ? history_rows(ctx, head) : NULL;
  const Version *before = ctx_ok(ctx) ? history_at(ctx, head - 1) : NULL;
  if (rows && before)
    revert_texts(ctx, rows, history_rows(ctx, before->version));
  history_delete(ctx, head);
  if (rows) unspend_backfills(ctx, gone, rows);
  catalog_discard(ctx, head);
  guard_end(ctx, &guard);
  return current;
}

/* Fails unless the live schema is that of the version: objects that only other
** recorded versions declare must be missing. */
static void check_is_at(Ctx *ctx, i64 version) {
  const Schema *live = live_read(ctx), *wanted = schema_at(ctx, version);
  Versions all = history_range(ctx, 0, history_head(ctx));
  Changes left = {NULL, 0, NULL};
  for (int i = 0; i < all.count && ctx_ok(ctx); i++) {
    const Schema *other = schema_at(ctx, all.list[i].version);
    Schema *part = other ? diff_restrict(ctx, live, wanted, other) : NULL;
    Changes more = {NULL, 0, NULL};
    if (part) more = diff_live(ctx, part, wanted);
    if (more.count > left.count) left = more;
  }
  if (left.count && ctx_ok(ctx))
    err_set(ctx, SQLITE_ERROR,
            "the live schema is not that of version %lld (%d difference%s, "
            "first: %s); the option 'force' stamps it all the same",
            version, left.count, left.count == 1 ? "" : "s",
            diff_describe(ctx, &left.list[0]));
}

/* Returns true if a version below the current one is not marked as applied: its
** row was restored by hand. */
static bool has_unmarked(Ctx *ctx) {
  return db_int(ctx,
                "SELECT count(*) FROM \"main\".orm_migration"
                " WHERE version < %lld AND typeof(applied_at) = 'null'",
                history_current(ctx)) > 0;
}

i64 migrate_stamp(Ctx *ctx, i64 version, bool force, const char *timestamp) {
  meta_require(ctx);
  history_require(ctx, version);
  if (ctx_ok(ctx) && version == history_current(ctx) && !has_unmarked(ctx)) {
    if (!force) check_is_at(ctx, version);
    return version;
  }
  Guard guard;
  guard_begin(ctx, &guard);
  if (ctx_ok(ctx) && !force) check_is_at(ctx, version);
  Versions all = {NULL, 0};
  if (ctx_ok(ctx)) all = history_range(ctx, 0, history_head(ctx));
  for (int i = 0; i < all.count && ctx_ok(ctx); i++) {
    bool applied = all.list[i].version <= version;
    if (applied != (all.list[i].applied_at != NULL))
      history_mark(ctx, all.list[i].version, applied, timestamp, NULL);
  }
  i64 now = history_current(ctx);
  guard_end(ctx, &guard);
  return now;
}

/* ---- the archive -------------------------------------------------------- */

i64 migrate_purge(Ctx *ctx, i64 version) {
  meta_require(ctx);
  if (!ctx_ok(ctx) || !catalog_exists(ctx)) return 0;
  Guard guard;
  guard_begin(ctx, &guard);
  i64 rows = catalog_purge(ctx, version < 0 ? HISTORY_MOST : version);
  guard_end(ctx, &guard);
  return rows;
}
