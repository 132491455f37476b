#include "views/relview.h"

#include "views/join_view.h"
#include "views/on_delete.h"
#include "views/through.h"
#include "views/to_many.h"
#include "views/to_one.h"
#include "views/tree_view.h"

static const struct {
  void (*add_view)(const RelView *v);
  void (*add_triggers)(const RelView *v);
} relation_kinds[] = {
    [RELATION_TO_ONE] = {to_one_view, to_one_triggers},
    [RELATION_TO_ONE_CHILD] = {to_one_view, to_one_child_triggers},
    [RELATION_TO_MANY] = {to_many_view, to_many_triggers},
    [RELATION_THROUGH] = {through_view, through_triggers},
    [RELATION_JOIN_ONE] = {join_one_view, NULL},
    [RELATION_JOIN_MANY] = {join_many_view, NULL},
};

static const char *collation(const Table *table, int column) {
  const char *collate = table->columns[column].collate;
  return collate ? collate : "BINARY";
}

/* Adds column i of the foreign key. Foreign keys compare by the affinity and
** the collation of the parent (https://sqlite.org/foreignkeys.html#fk_indexes).
** The expression parent = child uses the parent's collation, and parent =
** +child also its affinity. */
static void add_key(RelView *v, const Table *child, const Table *parent,
                    int i) {
  const char *k = v->direction->foreign->terms[i].column;
  const char *r = v->direction->referenced[i];
  int a = table_column(child, k), b = table_column(parent, r);
  bool plus = table_affinity(child, a) != table_affinity(parent, b);
  v->mixed |= plus || !name_equal(collation(child, a), collation(parent, b));
  view_push_name(v, &v->keys,
                 (NameSet){view_quote(v, k), view_quote(v, r),
                           view_prefixed(v, v->direction->owner->name, r), plus,
                           !view_can_be_null(parent, r)});
}

static void add_keys(RelView *v) {
  bool to_parent = v->direction->kind == RELATION_TO_ONE;
  const Table *through = v->direction->through;
  const Table *child = through ? through : to_parent ? v->owner : v->target;
  const Table *parent = to_parent ? v->target : v->owner;
  const Constraint *foreign = v->direction->foreign;
  for (int i = 0; ctx_ok(v->ctx) && foreign && i < foreign->nterm; i++)
    add_key(v, child, parent, i);
}

/* Adds the columns of the association that reference the target. */
static void add_ends(RelView *v) {
  const Direction *d = v->direction;
  for (int i = 0; ctx_ok(v->ctx) && d->through && i < d->other->nterm; i++) {
    const char *k = d->other->terms[i].column, *r = d->ends[i];
    int a = table_column(d->through, k), b = table_column(d->target, r);
    bool plus = table_affinity(d->through, a) != table_affinity(d->target, b);
    const char *name = view_quote(v, r);
    view_push_name(v, &v->ends,
                   (NameSet){view_quote(v, k), name, name, plus, true});
  }
}

/* Sets the aliases. A table keeps its own name, except if the FROM clause has
** another of that name. */
static void set_aliases(RelView *v) {
  static const char *const spares[] = {"self", "this", "own"};
  const Table *through = v->direction->through;
  bool to_many = v->direction->kind == RELATION_TO_MANY || through;
  const char *self = to_many ? v->target->name : v->owner->name;
  const char *other = through   ? through->name
                      : to_many ? v->owner->name
                                : v->direction->name;
  int k = 0; /* two names cannot take all three */
  while (k < 2 && (name_equal(spares[k], self) || name_equal(spares[k], other)))
    k++;
  v->as.spare = spares[k];
  bool same = name_equal(self, other);
  v->as.self = same && !to_many ? spares[k] : view_quote(v, self);
  v->as.other = same && to_many ? spares[k] : view_quote(v, other);
}

void relview_add(Ctx *ctx, Schema *schema, const Direction *direction) {
  if (!ctx_ok(ctx)) return;
  RelView view = {.ctx = ctx,
                  .schema = schema,
                  .direction = direction,
                  .owner = direction->owner,
                  .target = direction->target};
  const RelView *v = &view;
  view.name =
      mem_printf(ctx, "%s__%s", direction->owner->name, direction->name);
  set_aliases(&view);
  add_keys(&view);
  add_ends(&view);
  if (!ctx_ok(ctx)) return;
  relation_kinds[direction->kind].add_view(v);
  if (direction->kind == RELATION_TO_MANY) tree_view(v);
  if (!ctx_ok(ctx) || direction->viewonly) return;
  relation_kinds[direction->kind].add_triggers(v);
  if (direction->kind == RELATION_THROUGH)
    through_delete_triggers(v);
  else
    on_delete_trigger(v);
}
