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
#include "run/safe.h"
#include "run/stage.h"
#include "run/status.h"
#include "run/work.h"
#include "schema/dqs_table.h"
#include "schema/naming.h"

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

/* ---- recording --------------------------------------------- */

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
static void unspend_backfills(Ctx *ctx, const Version *v, const Schema *gone) {
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

static void write_respellings(Ctx *ctx, const MetaTexts *respellings) {
  for (int i = 0; ctx_ok(ctx) && i < respellings->count; i++)
    meta_write_text(ctx, &respellings->list[i]);
}

/* Records the difference as a version, and returns the version. */
static Version record_version(Ctx *ctx, Work *work, const char *message,
                              const Options *options) {
  Version v;
  memset(&v, 0, sizeof(v));
  const Schema *live = work_live(ctx, work);
  if (live && work->current == work->head)
    author_text_apply(ctx, &work->changes, live);
  work_check(ctx, work, live);
  write_respellings(ctx, &work->respellings);
  if (ctx_ok(ctx) && work->now->of[META_OBJECT].count) object_name_rows(ctx);
  v.version = history_next(ctx);
  if (!ctx_ok(ctx)) return v;
  v.message = message && *message ? message : plan_message(ctx, &work->changes);
  v.rows = work_rows(ctx, work);
  Changes inverse = work_inverse(ctx, work, v.rows);
  transition_check_backfills(ctx, &inverse);
  v.up = plan_script(ctx, &work->changes);
  v.down = plan_script(ctx, &inverse);
  v.created_at = options->timestamp;
  history_put(ctx, &v);
  spend_backfills(ctx, &work->changes);
  return v;
}

/* Returns true if the newest version is to get the present rows, so that an
** export has all declarations. */
static bool is_respelt(Ctx *ctx, const Work *work) {
  return sqlite3_db_readonly(ctx->db, "main") != 1 &&
         work_is_respelt(ctx, work);
}

/* Returns true if there is no version to record or to apply, and the newest
** version has all declarations. */
static bool is_nothing(Ctx *ctx, const Work *work) {
  return ctx_ok(ctx) && work->changes.count == 0 &&
         work->current == work->head && !is_respelt(ctx, work);
}

/* Returns true if the newest version is applied and has the rows of the meta
** tables. */
static bool is_done(Ctx *ctx) {
  i64 head = history_head(ctx);
  if (history_current(ctx) != head || !ctx_ok(ctx)) return false;
  const MetaRows *now = meta_read(ctx);
  const MetaRows *then = now ? history_rows(ctx, head) : NULL;
  return then && model_generates(then) && rows_equal(now, then);
}

/* Sets the memos at the end of a change: the live schema `settled` (or NULL) is
** settled, nothing is left to do. An error does not matter here. */
static void remember(Ctx *ctx, const LiveTexts *settled, bool done) {
  if (!ctx_ok(ctx)) return;
  if (settled) memo_settle(ctx, settled);
  if (done) memo_set(ctx);
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
}

/* Sets the memos at the end of a walk, whose steps have memory of their own. */
static void remember_walk(Ctx *ctx, bool settled, bool done) {
  LiveTexts live = {NULL, 0};
  if (settled && ctx_ok(ctx)) live = live_texts(ctx);
  remember(ctx, settled ? &live : NULL, done);
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

/* A call of migrate_record(). */
typedef struct Record {
  Guard *guard;
  Backup *backup; /* or NULL */
  const char *message;
  bool apply;
  const Options *options;
  bool settled;    /* result: the live schema is settled */
  LiveTexts texts; /* then: the live schema */
  bool done;       /* result: nothing is left to do */
} Record;

/* Applies the version that was just recorded. */
static void apply_new(Ctx *ctx, Record *record, const Work *work,
                      const Version *v) {
  Stage stage = {.from_version = work->head,
                 .to_version = v->version,
                 .from = work->then,
                 .to = v->rows,
                 .texts = work->texts,
                 .settled = work->settled};
  if (work->part == NULL) stage.whole = work->transition;
  stage_apply(ctx, record->guard, &stage, v, true, record->options);
  record->settled = stage.settled;
  record->texts = stage.texts;
  record->done = true;
}

/* Records and applies the work, under the lock. Returns the result of
** migrate_record(). */
static i64 record_work(Ctx *ctx, Record *record, Work *work) {
  if (record->apply)
    transition_check_no_pending(ctx, work->current, work->head);
  if (record->apply) history_check(ctx);
  if (record->options->empty) check_no_difference(ctx, work);
  if (work->changes.count == 0 && !record->options->empty) {
    record->settled = work->settled;
    record->texts = work->texts;
    record->done = work->current == work->head;
    if (is_respelt(ctx, work))
      history_set_rows(ctx, work->head, work_rows(ctx, work));
    return record->apply ? work->current : 0;
  }
  if (record->options->safe)
    safe_check(ctx, "the migration", "", &work->changes);
  backup_keep(ctx, record->backup);
  const Version v = record_version(ctx, work, record->message, record->options);
  if (record->apply && ctx_ok(ctx)) apply_new(ctx, record, work, &v);
  return v.version;
}

/* Under the lock, finds the work again, unless `found` (or NULL) is still
** right. */
static i64 record_guarded(Ctx *ctx, Record *record, const Work *found) {
  Work work;
  if (found && moment_is_now(ctx, &found->moment))
    work = *found;
  else
    work = work_find(ctx);
  if (ctx_ok(ctx) &&
      model_keep_ids(ctx, work.transition.from, work.transition.to))
    work = work_find(ctx);
  work.moment.own = db_total_changes(ctx);
  return ctx_ok(ctx) ? record_work(ctx, record, &work) : 0;
}

/* Begins the change and records the work. */
static i64 record_change(Ctx *ctx, Record *record, const Work *work) {
  Backup backup;
  Guard guard;
  record->guard = &guard;
  record->backup = &backup;
  backup_take(ctx, &backup, record->options->backup, false);
  bool ours = moment_is_ours(ctx, &work->moment);
  guard_begin(ctx, &guard);
  i64 version = 0;
  if (ctx_ok(ctx)) version = record_guarded(ctx, record, ours ? work : NULL);
  remember(ctx, record->settled ? &record->texts : NULL, record->done);
  if (record->options->verify) verify_versions(ctx);
  guard_end(ctx, &guard);
  backup_end(ctx, &backup);
  record->guard = NULL;
  record->backup = NULL;
  return version;
}

/* Finds the work, and remembers if nothing is to do. */
static Work find_and_remember(Ctx *ctx) {
  sqlite3_stmt *reading = memo_begin(ctx);
  Work work = work_find(ctx);
  bool nothing = is_nothing(ctx, &work);
  bool settled =
      nothing && reading &&
      (work.settled || !status_drift(ctx, work.transition.from).count);
  memo_end(ctx, reading, nothing, settled ? &work.texts : NULL);
  return work;
}

i64 migrate_record(Ctx *ctx, const char *message, bool and_apply,
                   const Options *options) {
  meta_require(ctx);
  bool trusting = !options->verify && !options->empty;
  if (trusting && memo_holds(ctx)) return and_apply ? history_head(ctx) : 0;
  Work work = find_and_remember(ctx);
  if (!ctx_ok(ctx)) return 0;
  if (and_apply) transition_check_no_pending(ctx, work.current, work.head);
  if (work.changes.count == 0 && !is_respelt(ctx, &work) && !options->empty) {
    if (options->verify) verify_versions(ctx);
    return and_apply ? work.current : 0;
  }
  Record record = {.message = message, .apply = and_apply, .options = options};
  return record_change(ctx, &record, &work);
}

/* ---- upgrade and downgrade ---------------------------------------------- */

/* Returns true if the live schema is settled. For a single step that is not
** worth a comparison: then the step compares everything. */
static bool is_settled(Ctx *ctx, const Stage *stage, int steps) {
  if (!ctx_ok(ctx) || memo_settled(ctx, &stage->texts) || !ctx_ok(ctx))
    return ctx_ok(ctx);
  if (steps < 2) return false;
  const Schema *now = schema_at(ctx, stage->from_version);
  return now && status_drift(ctx, now).count == 0 &&
         part_is_generated(ctx, stage->from, now);
}

/* A walk through versions. */
typedef struct Walk {
  Ctx *ctx;
  Guard *guard;
  const Options *options;
  Stage stage;
  Ctx last; /* memory of the last step, which has stage.texts */
} Walk;

/* Runs one step, to the version stage.to_version. A watch may have changed the
** schema for a look at it. */
static void walk_step(Ctx *ctx, Walk *walk, const Version *v) {
  Stage *stage = &walk->stage;
  if (walk->options->watch) stage->texts = live_texts(ctx);
  stage->whole.from = NULL;
  if (!ctx_ok(ctx)) return;
  if (stage->to_version > stage->from_version)
    stage_apply(ctx, walk->guard, stage, v, false, walk->options);
  else
    stage_undo(ctx, walk->guard, stage, v, walk->options);
}

/* Runs one step with memory of its own, which a watch may keep, and which the
** next step needs. The declarations share their rows, so they live until the
** end of the call. */
static void walk_on(Walk *walk, const Version *v, i64 to) {
  Ctx *ctx = walk->ctx, own;
  Stage *stage = &walk->stage;
  ctx_share(&own, ctx);
  stage->to_version = to;
  stage->to = history_rows(ctx, to);
  if (ctx_ok(ctx)) walk_step(walk->options->watch ? ctx : &own, walk, v);
  stage->from_version = to;
  stage->from = stage->to;
  err_move(ctx, &own);
  ctx_clear(&walk->last);
  walk->last = own;
}

/* Begins a walk of so many steps at the current version. */
static Walk walk_begin(Ctx *ctx, Guard *guard, i64 current, int steps,
                       const Options *options) {
  Walk walk = {.ctx = ctx, .guard = guard, .options = options};
  Stage *stage = &walk.stage;
  ctx_share(&walk.last, ctx);
  stage->from_version = current;
  if (steps == 0 || !ctx_ok(ctx)) return walk;
  stage->from = history_rows(ctx, current);
  stage->texts = live_texts(ctx);
  stage->settled = ctx_ok(ctx) && is_settled(ctx, stage, steps);
  return walk;
}

/* Returns true if the live schema is settled at the end. */
static bool walk_end(Walk *walk) {
  ctx_clear(&walk->last);
  return walk->stage.settled;
}

/* Returns true if the live schema is settled at the end. */
static bool upgrade_guarded(Ctx *ctx, Guard *guard, Backup *backup, i64 target,
                            const Options *options) {
  history_check(ctx);
  i64 current = history_current(ctx);
  Versions versions = history_range(ctx, current, target);
  stage_check_scripts(ctx, &versions, true);
  if (versions.count) backup_keep(ctx, backup);
  Walk walk = walk_begin(ctx, guard, current, versions.count, options);
  for (int i = 0; i < versions.count && ctx_ok(ctx); i++)
    walk_on(&walk, &versions.list[i], versions.list[i].version);
  return walk_end(&walk);
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
  bool settled =
      ctx_ok(ctx) && upgrade_guarded(ctx, &guard, &backup, target, options);
  remember_walk(ctx, settled, is_done(ctx));
  if (options->verify) verify_versions(ctx);
  i64 version = history_current(ctx);
  guard_end(ctx, &guard);
  backup_end(ctx, &backup);
  return version;
}

/* Returns true if the live schema is settled at the end. */
static bool downgrade_guarded(Ctx *ctx, Guard *guard, Backup *backup,
                              i64 target, const Options *options) {
  history_check(ctx);
  i64 current = history_current(ctx);
  Versions versions = history_range(ctx, target, current);
  stage_check_scripts(ctx, &versions, false);
  if (versions.count) backup_keep(ctx, backup);
  Walk walk = walk_begin(ctx, guard, current, versions.count, options);
  for (int i = versions.count - 1; i >= 0 && ctx_ok(ctx); i--)
    walk_on(&walk, &versions.list[i],
            i ? versions.list[i - 1].version : target);
  return walk_end(&walk);
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
  bool settled =
      ctx_ok(ctx) && downgrade_guarded(ctx, &guard, &backup, target, options);
  remember_walk(ctx, settled, false);
  i64 version = history_current(ctx);
  guard_end(ctx, &guard);
  backup_end(ctx, &backup);
  return version;
}

/* ---- inside a guard ----------------------------------------------------- */

i64 migrate_record_within(Ctx *ctx, Guard *guard, const char *message,
                          const Options *options) {
  Record record = {.guard = guard, .message = message, .options = options};
  return record_guarded(ctx, &record, NULL);
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
  if (rows && ctx_ok(ctx))
    revert_texts(ctx, rows, history_rows(ctx, before ? before->version : 0));
  const Schema *schema = rows ? model_read(ctx, rows) : NULL;
  history_delete(ctx, head);
  if (schema) unspend_backfills(ctx, gone, schema);
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
      history_mark(ctx, &all.list[i], applied, timestamp, NULL);
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
