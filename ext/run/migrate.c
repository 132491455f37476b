#include "run/migrate.h"

#include "archive/catalog.h"
#include "base/digest.h"
#include "ddl/live.h"
#include "dependents/dqs_view.h"
#include "dependents/fkeys.h"
#include "meta/validate.h"
#include "meta/layout.h"
#include "meta/memo.h"
#include "meta/model.h"
#include "meta/object.h"
#include "meta/revert.h"
#include "plan/author_text.h"
#include "plan/plan.h"
#include "plan/transition.h"
#include "run/backup.h"
#include "run/diff_report.h"
#include "run/run.h"
#include "schema/dqs_table.h"
#include "schema/naming.h"
#include "schema/type_note.h"

/* ---- small things ------------------------------------------------------- */

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

/* The script of a version, or its undo. `way` and `options` are of no concern
** to run_check(), and may be NULL there. */
static Step make_step(Ctx *ctx, const Version *v, const Transition *way,
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
  if (way) step.from = way->from;
  if (way) step.renamed = way->renamed;
  if (way) step.to = way->to;
  return step;
}

/* Is all of what the baseline took over here already, as it was there? If only
** some of it is, an error. */
static bool is_here(Ctx *ctx, const Version *v, const Transition *way) {
  const Schema *live = live_read(ctx);
  Schema *part = live ? diff_restrict(ctx, live, way->from, way->to) : NULL;
  if (part == NULL) return false;
  Changes changes = transition_changes(ctx, way);
  const NameMap *concerned = diff_keys(ctx, &changes);
  Changes missing = diff_live(ctx, part, way->to);
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
                        const Transition *way, bool undo) {
  Watch *watch = options->watch;
  if (watch && ctx_ok(ctx)) watch->before(ctx, watch, v, way, undo);
}

static void tell_after(Ctx *ctx, const Options *options, const Version *v,
                       const Transition *way, bool undo) {
  Watch *watch = options->watch;
  if (watch && ctx_ok(ctx)) watch->after(ctx, watch, v, way, undo);
}

static void apply_version(Ctx *ctx, Guard *guard, const Version *v,
                          const Transition *way, bool is_new,
                          const Options *options) {
  Step step = make_step(ctx, v, way, false, options);
  step.is_new = is_new;
  run_check(ctx, &step);
  tell_before(ctx, options, v, way, false);
  bool here = ctx_ok(ctx) && history_is_baseline(v) && is_here(ctx, v, way);
  const char *mended = NULL;
  if (ctx_ok(ctx) && !here) mended = run_step(ctx, guard, &step);
  history_mark(ctx, v->version, true, options->timestamp, mended);
  tell_after(ctx, options, v, way, false);
}

/* What there is to record: from the newest version to the declarations. */
typedef struct Work {
  i64 current, head;
  Declared declared;
  Transition way;
  Changes changes;
} Work;

static Work find_migrate_work(Ctx *ctx) {
  Work work;
  memset(&work, 0, sizeof(work));
  work.current = history_current(ctx);
  work.head = history_head(ctx);
  work.declared = model_declared(ctx);
  work.way = transition_to_declared(ctx, work.head, &work.declared);
  if (ctx_ok(ctx)) work.changes = transition_changes(ctx, &work.way);
  return work;
}

/* Has the schema this backfill of the column? */
static bool has_backfill(const Schema *schema, const Column *column) {
  for (int i = 0; schema && i < schema->ntable; i++)
    for (int k = 0; k < schema->tables[i]->ncolumn; k++) {
      const Column *c = &schema->tables[i]->columns[k];
      if (c->id == column->id)
        return c->backfill && strcmp(c->backfill, column->backfill) == 0;
    }
  return false;
}

/* What the version runs, or need not run because its table is new, is done. */
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

/* Once the version is discarded, what it has run is due again. */
static void unspend_backfills(Ctx *ctx, const Version *v) {
  const Schema *gone = model_read(ctx, v->models);
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
    dqs_table_check_schema(ctx, work->way.renamed, work->way.to, true);
  if (ctx_ok(ctx)) dqs_view_check(ctx, work->way.from, work->way.to);
  if (live) validate_schema(ctx, work->way.to, live, NULL);
  if (live) fkeys_check_declared(ctx, work->way.to, work->way.renamed, live);
  model_respell(ctx, NULL);
  object_name_rows(ctx);
  v.version = history_next(ctx);
  if (!ctx_ok(ctx)) return 0;
  v.message = message && *message ? message : plan_message(ctx, &work->changes);
  v.models = snapshot_add_views(ctx, meta_snapshot(ctx), work->way.to);
  Changes inverse =
      transition_inverse(ctx, &work->way, v.models, &work->changes);
  transition_check_backfills(ctx, &inverse);
  v.up = plan_script(ctx, &work->changes);
  v.down = plan_script(ctx, &inverse);
  v.created_at = options->timestamp;
  history_put(ctx, &v);
  spend_backfills(ctx, &work->changes);
  return v.version;
}

/* Rows may differ where the schema does not: a relationship, a spelling. The
** newest version takes them up, so that what is shipped is what is declared. */
static bool snapshot_is_old(Ctx *ctx, const Work *work) {
  if (work->head == 0 || sqlite3_db_readonly(ctx->db, "main") == 1)
    return false;
  if (work->way.from == work->way.to) return false;
  return ctx_ok(ctx) && !history_has(ctx, work->head, work->declared.snapshot);
}

static void refresh_snapshot(Ctx *ctx, const Work *work) {
  db_exec(ctx,
          "UPDATE \"main\".orm_migration SET models = %Q"
          " WHERE version = %lld",
          work->declared.snapshot, work->head);
}

/* Is there neither a version to record or to apply, nor a snapshot to refresh?
 */
static bool is_nothing(Ctx *ctx, const Work *work) {
  return ctx_ok(ctx) && work->changes.count == 0 &&
         work->current == work->head && !snapshot_is_old(ctx, work);
}

static Changes find_drift(Ctx *ctx, const Schema *declared) {
  Changes none = {NULL, 0, NULL};
  const Schema *live = live_read(ctx);
  Schema *part = live ? diff_restrict(ctx, live, declared, NULL) : NULL;
  return part ? diff_live(ctx, part, declared) : none;
}

/* At the end of a change: what there is to do now, or is wrong with the
** declarations, is none of its business. */
static void remember(Ctx *ctx) {
  if (!ctx_ok(ctx)) return;
  Work work = find_migrate_work(ctx);
  if (is_nothing(ctx, &work)) {
    memo_set(ctx);
    if (find_drift(ctx, work.way.from).count == 0) memo_settle(ctx);
  }
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
}

/* The option 'verify': what was applied is what is recorded, and is here. */
static void verify_versions(Ctx *ctx) {
  history_check(ctx);
  i64 current = history_current(ctx);
  const Schema *now = schema_at(ctx, current);
  Changes drift = find_drift(ctx, now);
  if (drift.count && ctx_ok(ctx))
    err_set(ctx, SQLITE_ERROR,
            "the schema is not as version %lld left it (%d difference%s, "
            "first: %s); to mend it: SELECT orm_repair(); to take it over as "
            "it is: SELECT orm_reflect()",
            current, drift.count, drift.count == 1 ? "" : "s",
            diff_describe(ctx, &drift.list[0]));
}

/* What the option 'empty' wants. */
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
  Work work =
      find_migrate_work(ctx); /* again, now that nobody else can write */
  if (ctx_ok(ctx) && model_keep_ids(ctx, work.way.from, work.way.to))
    work = find_migrate_work(ctx);
  if (!ctx_ok(ctx)) return 0;
  if (and_apply) transition_check_no_pending(ctx, work.current, work.head);
  if (and_apply) history_check(ctx);
  if (options->empty) check_no_difference(ctx, &work);
  if (work.changes.count == 0 && !options->empty) {
    if (snapshot_is_old(ctx, &work)) refresh_snapshot(ctx, &work);
    return and_apply ? work.current : 0;
  }
  backup_keep(ctx, backup);
  i64 version = record_version(ctx, &work, message, options);
  if (!and_apply) return version;
  const Version *v = history_find(ctx, version);
  if (v) apply_version(ctx, guard, v, &work.way, true, options);
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
  bool settled = nothing && reading && !find_drift(ctx, work.way.from).count;
  memo_end(ctx, reading, nothing, settled);
  if (!ctx_ok(ctx)) return 0;
  if (and_apply) transition_check_no_pending(ctx, work.current, work.head);
  if (work.changes.count == 0 && !snapshot_is_old(ctx, &work) &&
      !options->empty) {
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

/* Before the first statement runs, all scripts are looked at. */
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
    Transition way = transition_between(ctx, &from, to);
    if (ctx_ok(ctx))
      apply_version(ctx, guard, &versions.list[i], &way, false, options);
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
                         const Transition *way, const Options *options) {
  Step step = make_step(ctx, v, way, true, options);
  tell_before(ctx, options, v, way, true);
  if (ctx_ok(ctx)) run_step(ctx, guard, &step);
  history_mark(ctx, v->version, false, NULL, NULL);
  tell_after(ctx, options, v, way, true);
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
    Transition way = transition_between(ctx, &from, to);
    if (ctx_ok(ctx)) undo_version(ctx, guard, &versions.list[i], &way, options);
  }
}

/* One version back from the present one. */
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

/* ---- parts of a whole --------------------------------------------------- */

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
  const Version *before = ctx_ok(ctx) ? history_at(ctx, head - 1) : NULL;
  if (gone && before) revert_texts(ctx, gone->models, before->models);
  history_delete(ctx, head);
  if (gone) unspend_backfills(ctx, gone);
  catalog_discard(ctx, head);
  guard_end(ctx, &guard);
  return current;
}

/* Nothing that any recorded version declares may be there but what this one
** does. */
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

/* Is a version not applied below the present one? It was brought back. */
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

/* ---- looking ------------------------------------------------------------ */

/* Was the table adopted by orm_reflect(), which fills table_name? */
static bool is_adopted(Ctx *ctx, i64 id) {
  Versions all = history_range(ctx, 0, history_current(ctx));
  for (int i = 0; ctx_ok(ctx) && i < all.count; i++) {
    const Schema *names = model_names(ctx, all.list[i].models);
    for (int k = 0; names && k < names->ntable; k++)
      if (names->tables[k]->id == id) return history_is_baseline(&all.list[i]);
  }
  return false;
}

/* Has the model another name, while its table keeps the one that was made from
** the old name? */
static bool keeps_name(Ctx *ctx, const Table *from, const Table *to) {
  if (from->id == 0 || from->id != to->id || !from->model || !to->model)
    return false;
  if (strcmp(from->model, to->model) == 0 || !name_equal(from->name, to->name))
    return false;
  const char *was = naming_snake_case(ctx, from->model);
  const char *is = naming_snake_case(ctx, to->model);
  return was && is && name_equal(was, from->name) &&
         !name_equal(is, to->name) && is_adopted(ctx, to->id);
}

static void find_renamed(Ctx *ctx, Difference *d, const Transition *way) {
  if (!ctx_ok(ctx) || way->from == way->to) return;
  for (int i = 0; ctx_ok(ctx) && i < way->from->ntable; i++) {
    const Table *from = way->from->tables[i];
    const Table *to = schema_table(way->to, from->name);
    if (to == NULL || !keeps_name(ctx, from, to)) continue;
    const Table **slot = MEM_PUSH(ctx, d->renamed, d->nrenamed);
    if (slot) *slot = to;
  }
}

Difference migrate_difference(Ctx *ctx) {
  Difference d;
  memset(&d, 0, sizeof(d));
  if (!meta_exists(ctx) || memo_settled(ctx)) return d;
  const Schema *live = live_read(ctx);
  DiffReport shown = diff_report_look(ctx, history_current(ctx), live);
  d.model = shown.changes;
  d.wrongs = shown.wrongs;
  if (ctx_ok(ctx)) find_renamed(ctx, &d, &shown.way);
  if (ctx_ok(ctx)) d.drift = find_drift(ctx, shown.way.from);
  transition_check_backfills(ctx, &d.drift);
  if (live) author_text_apply(ctx, &d.model, live);
  if (live) author_text_apply(ctx, &d.drift, live);
  return d;
}

static void add_json_text(Ctx *ctx, sqlite3_str *json, const char *before,
                          const char *text) {
  char *quoted = db_text(ctx, "SELECT json_quote(%Q)", text);
  if (quoted) sqlite3_str_appendf(json, "%s%s", before, quoted);
}

static void add_drift(Ctx *ctx, sqlite3_str *json, const Difference *d) {
  NameMap *said = map_new(ctx);
  for (int i = 0, n = 0; i < d->drift.count && ctx_ok(ctx); i++) {
    const char *object = d->drift.list[i].object;
    if (map_get(said, object)) continue;
    add_json_text(ctx, json, n++ ? "," : "", object);
    map_put(ctx, said, object, said);
  }
}

/* Indexes and triggers of others on tables that are declared. */
static void add_foreign(Ctx *ctx, sqlite3_str *json, const Schema *live,
                        const Schema *now) {
  int n = 0;
  for (int i = 0; i < live->nindex && ctx_ok(ctx); i++)
    if (schema_table(now, live->indexes[i]->table) &&
        schema_index(now, live->indexes[i]->name) == NULL)
      add_json_text(ctx, json, n++ ? "," : "", live->indexes[i]->name);
  for (int i = 0; i < live->nobject && ctx_ok(ctx); i++) {
    const Object *object = live->objects[i];
    if (object->type == OBJECT_TRIGGER && schema_table(now, object->table) &&
        schema_object(now, OBJECT_TRIGGER, object->name) == NULL)
      add_json_text(ctx, json, n++ ? "," : "", object->name);
  }
}

/* What is wrong with the declarations and the recorded versions. */
static void report_errors(Ctx *ctx, sqlite3_str *json, const Difference *d,
                          bool exists) {
  int n = 0;
  for (int i = 0; i < d->wrongs.count && ctx_ok(ctx); i++)
    if (d->wrongs.list[i].message)
      add_json_text(ctx, json, n++ ? "," : "", d->wrongs.list[i].message);
  if (exists) history_check(ctx);
  if ((ctx->rc & 0xff) != SQLITE_ERROR || ctx->msg == NULL) return;
  const char *message = err_take(ctx);
  if (message) add_json_text(ctx, json, n ? "," : "", message);
}

/* Versions whose undo is not the one that they were applied with. */
static void add_edited(Ctx *ctx, sqlite3_str *json, i64 current) {
  Versions all = {NULL, 0};
  if (current) all = history_range(ctx, 0, current);
  for (int i = 0, n = 0; i < all.count && ctx_ok(ctx); i++)
    if (all.list[i].applied_at && !history_is_undo_unchanged(ctx, &all.list[i]))
      sqlite3_str_appendf(json, "%s%lld", n++ ? "," : "", all.list[i].version);
}

/* The scripts that an upgrade would run, to be read before. */
static void add_scripts(Ctx *ctx, sqlite3_str *json, i64 current) {
  const char *scripts = db_text(
      ctx,
      "SELECT json_group_array(json_object('version', version, 'message',"
      " CAST(message AS TEXT), 'created_at', CAST(created_at AS TEXT), 'up',"
      " CAST(up AS TEXT))) FROM (SELECT * FROM \"main\".orm_migration"
      " WHERE version > %lld ORDER BY version)",
      current);
  sqlite3_str_appendf(json, ",\"scripts\":%s", scripts);
}

static const char *note_begin(int n) {
  return n ? "," : ",\"notes\":[";
}

/* What orm_reflect() left undeclared; returns the number of notes. */
static int add_odd(Ctx *ctx, sqlite3_str *json, int n) {
  sqlite3_stmt *rows =
      db_prepare(ctx, "SELECT type, name, sql FROM \"main\".sqlite_schema"
                      " WHERE sql IS NOT NULL ORDER BY rowid");
  while (db_row(ctx, rows)) {
    const char *type = db_column(ctx, rows, 0);
    const char *name = db_column(ctx, rows, 1);
    const char *sql = db_column(ctx, rows, 2);
    if (!ctx_ok(ctx) || name_is_internal(name)) continue;
    const char *why = live_unsupported(ctx, sql);
    if (why == NULL) continue;
    why = mem_printf(ctx, "%s \"%s\" cannot be declared: %s", type, name, why);
    if (why) add_json_text(ctx, json, note_begin(n++), why);
  }
  db_finish(rows);
  return n;
}

/* Types that mislead, of the tables that are declared, and objects that cannot
** be declared, if there are any. */
static void add_notes(Ctx *ctx, sqlite3_str *json, const Schema *now) {
  int n = 0;
  for (int i = 0; i < now->ntable && ctx_ok(ctx); i++) {
    const char *notes = type_note_table(ctx, now->tables[i]);
    if (notes == NULL) continue;
    notes = mem_printf(ctx, "table \"%s\", %s", now->tables[i]->name, notes);
    if (notes) add_json_text(ctx, json, note_begin(n++), notes);
  }
  n = add_odd(ctx, json, n);
  if (n) sqlite3_str_appendall(json, "]");
}

char *migrate_status(Ctx *ctx) {
  bool exists = meta_exists(ctx);
  i64 current = exists ? history_current(ctx) : 0;
  i64 head = exists ? history_head(ctx) : 0;
  const char *pending =
      exists ? db_text(ctx,
                       "SELECT json_group_array(version) FROM (SELECT version"
                       " FROM \"main\".orm_migration WHERE version > %lld"
                       " ORDER BY version)",
                       current)
             : "[]";
  const Schema *now = exists ? schema_at(ctx, current) : schema_new(ctx);
  const Schema *live = live_read(ctx);
  if (!ctx_ok(ctx)) return NULL;
  const Difference d = migrate_difference(ctx);
  Schema *part = diff_restrict(ctx, live, now, NULL);
  sqlite3_str *json = sqlite3_str_new(ctx->db);
  sqlite3_str_appendf(json, "{\"version\":%lld,\"head\":%lld,\"pending\":%s",
                      current, head, pending);
  if (exists) add_scripts(ctx, json, current);
  sqlite3_str_appendall(json, ",\"errors\":[");
  report_errors(ctx, json, &d, exists);
  sqlite3_str_appendall(json, "],\"edited\":[");
  add_edited(ctx, json, current);
  sqlite3_str_appendall(json, "],\"drift\":[");
  add_drift(ctx, json, &d);
  sqlite3_str_appendall(json, "],\"foreign\":[");
  add_foreign(ctx, json, live, now);
  const char *archive = catalog_status(ctx);
  sqlite3_str_appendall(json, "]");
  add_notes(ctx, json, now);
  sqlite3_str_appendf(json, ",\"archive\":%s", archive ? archive : "[]");
  if (part) schema_adopt_norms(ctx, part, now);
  const char *norm = part ? schema_norm(ctx, part) : NULL;
  if (norm)
    add_json_text(ctx, json, ",\"fingerprint\":", digest_text(ctx, norm));
  add_json_text(ctx, json, ",\"extension\":", ORM_VERSION);
  sqlite3_str_appendall(json, "}");
  return mem_finish(ctx, json);
}
