#include "ship/rebase.h"

#include "archive/catalog.h"
#include "plan/plan.h"
#include "run/backup.h"
#include "run/migrate.h"
#include "ship/files.h"
#include "ship/hand_edits.h"

/* One of our versions. */
typedef struct OurVersion {
  const Version *version; /* before the rebase, with its rows */
  const char *up, *down;  /* the scripts that orm generated for it */
  const MetaRows *rows;   /* its declarations, merged with theirs */
} OurVersion;

/* A text of the declarations that recording one of our versions rewrote. */
typedef struct Rewritten {
  MetaKind kind;
  int column; /* its position */
  i64 id;
  const char *from, *to;
} Rewritten;

typedef struct Rebase {
  Guard guard;
  Fork fork;
  Versions versions;        /* ours, before the rebase */
  OurVersion *ours;         /* the same, one for each */
  i64 applied;              /* our newest applied version; 0: none is applied */
  i64 target;               /* the version to upgrade to; 0: no upgrade */
  const MetaRows *declared; /* the present declarations, merged with theirs */
  Rewritten *rewritten;     /* in the order of our versions */
  int nrewritten;
} Rebase;

/* ---- removing our versions ---------------------------------------------- */

/* Generates the scripts of one of our versions again, to find the edits in the
** recorded ones. `before` has the rows of the version below. */
static void generate_scripts(Ctx *ctx, OurVersion *ours,
                             const MetaRows *before) {
  Declared from = {before, model_read(ctx, before)};
  const Schema *to = ctx_ok(ctx) ? model_read(ctx, ours->version->rows) : 0;
  if (!ctx_ok(ctx)) return;
  Transition transition = transition_between(ctx, &from, to);
  Changes changes = {NULL, 0, NULL};
  if (ctx_ok(ctx)) changes = transition_changes(ctx, &transition);
  Changes inverse =
      transition_inverse(ctx, &transition, ours->version->rows, &changes);
  ours->up = plan_script(ctx, &changes);
  ours->down = plan_script(ctx, &inverse);
}

/* Refuses to rebase a baseline: its objects exist, and only orm_reflect() can
** adopt them. */
static void refuse_baselines(Ctx *ctx, const Versions *ours) {
  for (int i = 0; i < ours->count && ctx_ok(ctx); i++)
    if (history_is_baseline(&ours->list[i]))
      err_set(ctx, SQLITE_ERROR,
              "version %lld (%s) took over what was there, which is not "
              "recorded anew; SELECT orm_reflect() does that in a database "
              "that has theirs",
              ours->list[i].version, ours->list[i].message);
}

/* Fills r->ours and removes our versions from the history. In the archive, a
** removed version is stored negated until it is recorded again. */
static void remove_our_versions(Ctx *ctx, Rebase *r, const MetaRows *base) {
  const MetaRows *before = base;
  int count = r->versions.count;
  r->ours = (OurVersion *)mem_new(ctx, sizeof(OurVersion) * (size_t)count);
  for (int i = 0; i < count && ctx_ok(ctx); i++) {
    r->ours[i].version = &r->versions.list[i];
    r->versions.list[i].rows = history_rows(ctx, r->versions.list[i].version);
    if (ctx_ok(ctx)) generate_scripts(ctx, &r->ours[i], before);
    before = r->versions.list[i].rows;
  }
  for (int i = count - 1; i >= 0 && ctx_ok(ctx); i--) {
    i64 version = r->versions.list[i].version;
    history_delete(ctx, version);
    catalog_renumber(ctx, version, -version);
  }
}

/* ---- merging the declarations ------------------------------------------- */

/* Returns merged rows whose definitions follow the renames of both sides. The
** names in our definitions are those of `ours`, our declarations before the
** merge. The names in their definitions are those of the newest version in
** common, which must be the newest recorded version now. */
static const MetaRows *resolve_renames(Ctx *ctx, const MetaRows *rows,
                                       const MetaRows *ours) {
  if (!ctx_ok(ctx)) return NULL;
  meta_restore(ctx, rows);
  model_respell(ctx, ours);
  model_respell(ctx, NULL);
  return meta_read(ctx);
}

/* Merges the declarations of our versions, then the present ones, with theirs.
** `base` has the rows of the newest version in common. */
static void merge_declarations(Ctx *ctx, Rebase *r, const MetaRows *base,
                               const MetaRows *declared, MergeWinner winner) {
  const Versions *theirs = &r->fork.theirs;
  const MetaRows *their_base = r->fork.their_base ? r->fork.their_base : base;
  if (!ctx_ok(ctx)) return;
  for (int i = 0; i < theirs->count; i++)
    meta_reserve_ids(ctx, theirs->list[i].rows);
  if (!ctx_ok(ctx)) return;
  Merge *merge = merge_begin(ctx, base, their_base,
                             theirs->list[theirs->count - 1].rows, winner);
  for (int i = 0; i < r->versions.count && ctx_ok(ctx); i++) {
    const Version *v = r->ours[i].version;
    const MetaRows *merged = merge_change(ctx, merge, v->rows);
    r->ours[i].rows = resolve_renames(ctx, merged, merge_ours(ctx, merge));
    err_prefix(ctx, "version %lld (%s)", v->version, v->message);
  }
  if (!ctx_ok(ctx)) return;
  const MetaRows *merged = merge_change(ctx, merge, declared);
  r->declared = resolve_renames(ctx, merged, merge_ours(ctx, merge));
  err_prefix(ctx, "what is declared here");
  catalog_map_ids(ctx, merge_ids(ctx, merge));
}

/* ---- recording our versions again --------------------------------------- */

static bool is_blank_text(const char *text) {
  return text[strspn(text, " \t\r\n")] == 0;
}

/* Returns true if a script of the version differs from the generated one. */
static bool is_edited(Ctx *ctx, const OurVersion *ours) {
  const Version *v = ours->version;
  return !hand_edits_equal(ctx, v->up, ours->up) ||
         !hand_edits_equal(ctx, v->down, ours->down);
}

/* Returns the script `edited` with its generated part replaced. `before` is
** that part as generated before the rebase, `after` as generated now. Edits
** before and after the part stay; edits inside it are an error. */
static const char *keep_edits(Ctx *ctx, const Version *v, const char *edited,
                              const char *before, const char *after) {
  if (!ctx_ok(ctx)) return NULL;
  if (edited == NULL) return NULL;
  if (hand_edits_equal(ctx, before, after)) return edited;
  if (hand_edits_equal(ctx, edited, before)) return after;
  if (is_blank_text(before) && is_blank_text(edited)) return after;
  if (is_blank_text(before)) return mem_printf(ctx, "%s\n\n%s", after, edited);
  char *script = hand_edits_move(ctx, edited, before, after);
  if (script == NULL)
    err_set(ctx, SQLITE_ERROR,
            "what orm wrote of its script was edited, and is something else on "
            "top of theirs: undo it (SELECT "
            "orm_downgrade(%lld), orm_discard()), rebase what it declares, "
            "record that by orm_revision(), and edit it again",
            v->version - 1);
  return script;
}

/* Adds the texts of the column that differ between two states. */
static void find_rewritten(Ctx *ctx, Rebase *r, MetaKind kind, int column,
                           const MetaRows *before, const MetaRows *after) {
  const MetaList *rows = &after->of[kind];
  for (int i = 0; i < rows->count && ctx_ok(ctx); i++) {
    const MetaRow *row = rows->list[i], *old = rows_find(before, kind, row->id);
    const char *from = old ? old->texts[column] : NULL;
    const char *to = row->texts[column];
    if (!from || !to || strcmp(from, to) == 0) continue;
    Rewritten *slot = MEM_PUSH(ctx, r->rewritten, r->nrewritten);
    if (slot) *slot = (Rewritten){kind, column, row->id, from, to};
  }
}

/* Restores declarations in which our versions before have not rewritten their
** texts: a rename of ours reaches a view of theirs only where it is recorded.
** */
static void restore_declared(Ctx *ctx, const Rebase *r, const MetaRows *rows) {
  if (ctx_ok(ctx)) meta_restore(ctx, rows);
  for (int i = 0; i < r->nrewritten && ctx_ok(ctx); i++) {
    const Rewritten *w = &r->rewritten[i];
    const MetaTable *table = columns_of(w->kind);
    const char *column = table->columns[w->column].name;
    db_exec(ctx, "UPDATE main.orm_%s SET %s = %Q WHERE id = %lld AND %s = %Q",
            table->name, column, w->to, w->id, column, w->from);
  }
}

/* Records one of our versions on top of theirs; returns its new number. Returns
** 0 if theirs contain its changes already and its scripts were not edited. */
static i64 record_again(Ctx *ctx, Rebase *r, const OurVersion *ours) {
  const Version *v = ours->version;
  Options options = {.timestamp = v->created_at};
  bool edited = is_edited(ctx, ours);
  restore_declared(ctx, r, ours->rows);
  const MetaRows *before = meta_read(ctx);
  i64 number = migrate_record_within(ctx, &r->guard, v->message, &options);
  options.empty = true;
  if (ctx_ok(ctx) && number == 0 && edited)
    number = migrate_record_within(ctx, &r->guard, v->message, &options);
  const Version *recorded = ctx_ok(ctx) ? history_find(ctx, number) : NULL;
  if (recorded && edited) {
    Version edit = *recorded;
    edit.up = keep_edits(ctx, v, v->up, ours->up, recorded->up);
    edit.down = keep_edits(ctx, v, v->down, ours->down, recorded->down);
    if (ctx_ok(ctx)) history_put(ctx, &edit);
  }
  const MetaRows *after = recorded ? history_rows(ctx, number) : NULL;
  if (after) {
    find_rewritten(ctx, r, META_OBJECT, OBJECT_SQL, before, after);
    find_rewritten(ctx, r, META_COLUMN, COLUMN_DEFINITION, before, after);
    find_rewritten(ctx, r, META_CONSTRAINT, CONSTRAINT_DEFINITION, before,
                   after);
  }
  return number;
}

/* Records our versions again and restores the declarations. */
static void record_all_again(Ctx *ctx, Rebase *r) {
  if (r->applied) r->target = history_head(ctx);
  for (int i = 0; i < r->versions.count && ctx_ok(ctx); i++) {
    i64 version = r->versions.list[i].version;
    i64 number = record_again(ctx, r, &r->ours[i]);
    err_prefix(ctx, "version %lld (%s) on top of theirs", version,
               r->versions.list[i].message);
    catalog_renumber(ctx, -version, number);
    if (number && version <= r->applied) r->target = number;
  }
  restore_declared(ctx, r, r->declared);
}

/* ---- the whole rebase --------------------------------------------------- */

static void rebase_guarded(Ctx *ctx, Rebase *r, Backup *backup, const char *dir,
                           const RebaseOptions *o) {
  Options options = {.timestamp = o->timestamp};
  i64 current = history_current(ctx);
  r->fork = files_fork(ctx, dir); /* again, now that we have the write lock */
  if (!ctx_ok(ctx) || r->fork.theirs.count == 0) return;
  r->versions = history_range(ctx, r->fork.base, history_head(ctx));
  r->applied = current > r->fork.base ? current : 0;
  refuse_baselines(ctx, &r->versions);
  if (!ctx_ok(ctx)) return;
  backup_keep(ctx, backup);
  if (r->applied)
    migrate_downgrade_within(ctx, &r->guard, r->fork.base, &options);
  err_prefix(ctx, "what was made here is to be undone first");
  const MetaRows *base = history_rows(ctx, r->fork.base);
  const MetaRows *declared = meta_read(ctx);
  remove_our_versions(ctx, r, base);
  merge_declarations(ctx, r, base, declared, o->winner);
  files_import_fork(ctx, &r->fork, o->timestamp);
  record_all_again(ctx, r);
  if (ctx_ok(ctx) && r->target) {
    migrate_upgrade_within(ctx, &r->guard, r->target, &options);
    err_prefix(ctx,
               "it cannot be applied like that (after SELECT "
               "orm_downgrade(%lld) it is only recorded, and can be edited)",
               r->fork.base);
  }
  files_remove_exported(ctx, dir, &r->versions);
}

i64 rebase_onto(Ctx *ctx, const char *dir, const RebaseOptions *options) {
  Rebase r;
  memset(&r, 0, sizeof(r));
  meta_require(ctx);
  if (ctx_ok(ctx)) r.fork = files_fork(ctx, dir);
  if (!ctx_ok(ctx) || r.fork.theirs.count == 0) return history_head(ctx);
  Backup backup;
  backup_take(ctx, &backup, options->backup, false);
  guard_begin(ctx, &r.guard);
  if (ctx_ok(ctx)) rebase_guarded(ctx, &r, &backup, dir, options);
  i64 head = history_head(ctx);
  guard_end(ctx, &r.guard);
  backup_end(ctx, &backup);
  return head;
}
