#include "run/work.h"

#include "dependents/dqs_view.h"
#include "dependents/fkeys.h"
#include "meta/memo.h"
#include "meta/validate.h"
#include "schema/dqs_table.h"
#include "views/relview.h"

/* ---- the comparison ----------------------------------------------------- */

static void read_both(Ctx *ctx, Work *work) {
  memset(work, 0, sizeof(*work));
  work->moment = moment_now(ctx);
  work->current = history_current(ctx);
  work->head = history_head(ctx);
  work->now = meta_read(ctx);
  work->then = ctx_ok(ctx) ? history_rows(ctx, work->head) : NULL;
  work->texts = live_texts(ctx);
  work->settled = work->current == work->head && ctx_ok(ctx) &&
                  memo_settled(ctx, &work->texts);
}

static bool compare_part(Ctx *ctx, Work *work) {
  Partial *part =
      work->settled && model_generates(work->then)
          ? part_to_declared(ctx, &work->texts, work->then, work->head,
                             work->now, &work->respellings)
          : NULL;
  if (part == NULL) return false;
  work->part = part;
  work->declared = part->to;
  work->transition = part->transition;
  work->changes = part->changes;
  return true;
}

static void compare_all(Ctx *ctx, Work *work) {
  Declared then = {work->head ? work->then : NULL, NULL};
  work->respellings = (MetaTexts){NULL, 0};
  work->declared = model_declared_rows(ctx, work->now, work->then, work->head,
                                       &work->respellings);
  const Declared *now = &work->declared;
  work->transition = (Transition){now->schema, now->schema, now->schema};
  if (!ctx_ok(ctx)) return;
  if (work->head && rows_equal(then.rows, now->rows) &&
      rows_same_views(then.rows, now->rows))
    return;
  then.schema = work->head ? model_read(ctx, then.rows) : schema_new(ctx);
  err_prefix(ctx, "snapshot of version %lld", work->head);
  work->transition = transition_between(ctx, &then, now->schema);
}

bool work_find_part(Ctx *ctx, Work *work) {
  read_both(ctx, work);
  return ctx_ok(ctx) && compare_part(ctx, work);
}

Work work_find(Ctx *ctx) {
  Work work;
  if (work_find_part(ctx, &work) || !ctx_ok(ctx)) return work;
  compare_all(ctx, &work);
  if (ctx_ok(ctx)) work.changes = transition_changes(ctx, &work.transition);
  return work;
}

/* ---- the result --------------------------------------------------------- */

const Schema *work_live(Ctx *ctx, const Work *work) {
  return work->part ? work->part->live : live_parse(ctx, &work->texts, NULL);
}

void work_check(Ctx *ctx, const Work *work, const Schema *live) {
  const Transition *t = &work->transition;
  if (!ctx_ok(ctx) || live == NULL) return;
  dqs_table_check_schema(ctx, t->renamed, t->to, true);
  if (ctx_ok(ctx)) dqs_view_check(ctx, t->from, t->to);
  validate_schema(ctx, t->to, live, NULL);
  fkeys_check_declared(ctx, t->to, t->renamed, live);
}

bool work_is_respelt(Ctx *ctx, const Work *work) {
  if (!ctx_ok(ctx) || work->head == 0) return false;
  if (work->part) return !rows_equal(work->then, work->now);
  return work->transition.from != work->transition.to;
}

/* Returns the schema with all views that the relationships generate. */
static const Schema *generating(Ctx *ctx, const Work *work,
                                const MetaRows *rows) {
  if (work->part == NULL || rows->of[META_RELATIONSHIP].count == 0)
    return work->declared.schema;
  return model_declared_rows(ctx, rows, rows, 1, NULL).schema;
}

const MetaRows *work_rows(Ctx *ctx, const Work *work) {
  const MetaRows *rows =
      moment_is_ours(ctx, &work->moment) ? work->now : meta_read(ctx);
  const Schema *schema = ctx_ok(ctx) ? generating(ctx, work, rows) : NULL;
  return schema ? rows_with_views(ctx, rows, schema, RELVIEW_FORM) : NULL;
}

Changes work_inverse(Ctx *ctx, const Work *work, const MetaRows *rows) {
  const Partial *part = work->part;
  Changes none = {NULL, 0, NULL};
  if (part) rows = scope_rows(ctx, part->scope, rows);
  if (part && ctx_ok(ctx))
    rows = rows_with_views(ctx, rows, part->to.schema, RELVIEW_FORM);
  return ctx_ok(ctx)
             ? transition_inverse(ctx, &work->transition, rows, &work->changes)
             : none;
}
