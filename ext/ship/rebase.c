#include "ship/rebase.h"

#include "archive/catalog.h"
#include "plan/plan.h"
#include "run/backup.h"
#include "run/migrate.h"
#include "ship/files.h"
#include "ship/hand_edits.h"

/* A version of ours. */
typedef struct Ours {
  const Version *version; /* as it was */
  const char *up, *down;  /* what orm wrote of it then */
  const char *models;     /* the declarations now, views aside */
} Ours;

typedef struct Rebase {
  Guard guard;
  Fork fork;
  Versions versions; /* ours */
  Ours *ours;
  i64 applied; /* the newest that is applied; 0: none of ours is */
  i64 target;  /* the version to go to in the end; 0: nothing is to be run */
  const char *declared; /* what is declared, now on top of theirs */
} Rebase;

/* ---- ours, undone ------------------------------------------------------- */

/* What orm wrote of the way from one snapshot to the next. */
static void read_scripts(Ctx *ctx, Ours *ours, const char *before) {
  Declared from = {before, model_read(ctx, before)};
  const Schema *to = ctx_ok(ctx) ? model_read(ctx, ours->version->models) : 0;
  if (!ctx_ok(ctx)) return;
  Transition way = transition_between(ctx, &from, to);
  Changes changes = {NULL, 0, NULL};
  if (ctx_ok(ctx)) changes = transition_changes(ctx, &way);
  Changes inverse =
      transition_inverse(ctx, &way, ours->version->models, &changes);
  ours->up = plan_script(ctx, &changes);
  ours->down = plan_script(ctx, &inverse);
}

static void check_ours(Ctx *ctx, const Versions *ours) {
  for (int i = 0; i < ours->count && ctx_ok(ctx); i++)
    if (history_is_baseline(&ours->list[i]))
      err_set(ctx, SQLITE_ERROR,
              "version %lld (%s) took over what was there, which is not "
              "recorded anew; SELECT orm_reflect() does that in a database "
              "that has theirs",
              ours->list[i].version, ours->list[i].message);
}

/* Takes our versions out of the history, and notes what they were. */
static void take_out_versions(Ctx *ctx, Rebase *r, const char *base) {
  const char *before = base;
  int count = r->versions.count;
  r->ours = (Ours *)mem_new(ctx, sizeof(Ours) * (size_t)count);
  for (int i = 0; i < count && ctx_ok(ctx); i++) {
    r->ours[i].version = &r->versions.list[i];
    read_scripts(ctx, &r->ours[i], before);
    before = r->versions.list[i].models;
  }
  for (int i = 0; i < count && ctx_ok(ctx); i++) {
    i64 version = r->versions.list[i].version;
    history_delete(ctx, version);
    catalog_renumber(ctx, version, -version);
  }
}

/* ---- declarations ------------------------------------------------------- */

/* The snapshot, with names in it that either has changed: what is in our words
** means what it meant among our declarations. Theirs uses names of the version
** that both have, which must be the newest. */
static const char *rename_snapshot(Ctx *ctx, const char *snapshot,
                                   const char *ours) {
  if (!ctx_ok(ctx)) return NULL;
  meta_restore(ctx, snapshot);
  model_rewrite(ctx, ours);
  model_rewrite(ctx, NULL);
  return meta_snapshot(ctx);
}

static void merge_all(Ctx *ctx, Rebase *r, const char *base,
                      const char *declared, MergeWinner winner) {
  const Versions *theirs = &r->fork.theirs;
  const char *their_base = r->fork.their_base ? r->fork.their_base : base;
  for (int i = 0; i < theirs->count; i++)
    meta_reserve_ids(ctx, theirs->list[i].models);
  if (!ctx_ok(ctx)) return;
  Merge *merge = merge_begin(ctx, base, their_base,
                             theirs->list[theirs->count - 1].models, winner);
  for (int i = 0; i < r->versions.count && ctx_ok(ctx); i++) {
    const Version *v = r->ours[i].version;
    const char *merged = merge_change(ctx, merge, v->models);
    r->ours[i].models = rename_snapshot(ctx, merged, merge_ours(ctx, merge));
    err_prefix(ctx, "version %lld (%s)", v->version, v->message);
  }
  if (!ctx_ok(ctx)) return;
  const char *merged = merge_change(ctx, merge, declared);
  r->declared = rename_snapshot(ctx, merged, merge_ours(ctx, merge));
  err_prefix(ctx, "what is declared here");
  catalog_map_ids(ctx, merge_ids(ctx, merge));
}

/* ---- ours, recorded anew ------------------------------------------------ */

static bool is_blank_text(const char *text) {
  return text[strspn(text, " \t\r\n")] == 0;
}

/* Was more written into the script than orm wrote? */
static bool is_edited(Ctx *ctx, const Ours *ours) {
  const Version *v = ours->version;
  return !hand_edits_equal(ctx, v->up, ours->up) ||
         !hand_edits_equal(ctx, v->down, ours->down);
}

/* What was written before and behind orm's own part stays there. */
static const char *carry(Ctx *ctx, const Version *v, const char *text,
                         const char *then, const char *now) {
  if (!ctx_ok(ctx)) return NULL;
  if (text == NULL) return NULL;
  if (hand_edits_equal(ctx, then, now)) return text;
  if (hand_edits_equal(ctx, text, then)) return now;
  if (is_blank_text(then) && is_blank_text(text)) return now;
  if (is_blank_text(then)) return mem_printf(ctx, "%s\n\n%s", now, text);
  char *carried = hand_edits_over(ctx, text, then, now);
  if (carried == NULL)
    err_set(ctx, SQLITE_ERROR,
            "what orm wrote of its script was edited, and is something else on "
            "top of theirs: undo it (SELECT "
            "orm_downgrade(%lld), orm_discard()), rebase what it declares, "
            "record that by orm_revision(), and edit it again",
            v->version - 1);
  return carried;
}

/* The same as nothing, if others have done it, and nobody has written more. */
static i64 record_anew(Ctx *ctx, Rebase *r, const Ours *ours) {
  const Version *v = ours->version;
  Options options = {.timestamp = v->created_at};
  bool edited = is_edited(ctx, ours);
  if (ctx_ok(ctx)) meta_restore(ctx, ours->models);
  i64 number = migrate_record_within(ctx, &r->guard, v->message, &options);
  options.empty = true;
  if (ctx_ok(ctx) && number == 0 && edited)
    number = migrate_record_within(ctx, &r->guard, v->message, &options);
  const Version *recorded = ctx_ok(ctx) ? history_find(ctx, number) : NULL;
  if (recorded && edited) {
    Version anew = *recorded;
    anew.up = carry(ctx, v, v->up, ours->up, recorded->up);
    anew.down = carry(ctx, v, v->down, ours->down, recorded->down);
    if (ctx_ok(ctx)) history_put(ctx, &anew);
  }
  return number;
}

static void record_all(Ctx *ctx, Rebase *r) {
  if (r->applied) r->target = history_head(ctx);
  for (int i = 0; i < r->versions.count && ctx_ok(ctx); i++) {
    i64 version = r->versions.list[i].version;
    i64 number = record_anew(ctx, r, &r->ours[i]);
    err_prefix(ctx, "version %lld (%s) on top of theirs", version,
               r->versions.list[i].message);
    catalog_renumber(ctx, -version, number);
    if (number && version <= r->applied) r->target = number;
  }
  if (ctx_ok(ctx)) meta_restore(ctx, r->declared);
}

/* ---- all of it ---------------------------------------------------------- */

static void rebase_guarded(Ctx *ctx, Rebase *r, Backup *backup, const char *dir,
                           const RebaseOptions *o) {
  Options options = {.timestamp = o->timestamp};
  i64 current = history_current(ctx);
  r->fork = files_fork(ctx, dir); /* again, now that nobody else can write */
  if (!ctx_ok(ctx) || r->fork.theirs.count == 0) return;
  r->versions = history_range(ctx, r->fork.base, history_head(ctx));
  r->applied = current > r->fork.base ? current : 0;
  check_ours(ctx, &r->versions);
  if (!ctx_ok(ctx)) return;
  backup_keep(ctx, backup);
  if (r->applied)
    migrate_downgrade_within(ctx, &r->guard, r->fork.base, &options);
  err_prefix(ctx, "what was made here is to be undone first");
  const Version *both = history_find(ctx, r->fork.base);
  const char *base = both ? both->models : META_NOTHING;
  const char *declared = meta_snapshot(ctx);
  take_out_versions(ctx, r, base);
  merge_all(ctx, r, base, declared, o->winner);
  files_take(ctx, &r->fork, o->timestamp);
  record_all(ctx, r);
  if (ctx_ok(ctx) && r->target) {
    migrate_upgrade_within(ctx, &r->guard, r->target, &options);
    err_prefix(ctx,
               "it cannot be applied like that (after SELECT "
               "orm_downgrade(%lld) it is only recorded, and can be edited)",
               r->fork.base);
  }
  files_withdraw(ctx, dir, &r->versions);
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
