#include "views/choose.h"

#include "base/tree.h"

/* ---- the choosers ------------------------------------------------------- */

/* Returns true if the terms can choose a row: they are columns that are unique
** with the comparison of `=`. Columns of a foreign key that the trigger itself
** writes cannot choose. */
static bool can_choose(const RelView *v, const Term *terms, int nterm) {
  for (int i = 0; i < nterm; i++) {
    if (terms[i].column == NULL) return false;
    if (terms[i].collate && !terms[i].own_collate) return false;
    if (v->direction->kind == RELATION_TO_ONE_CHILD &&
        view_is_key_column(v, terms[i].column))
      return false;
  }
  return true;
}

/* Adds a list of columns, unless it is a single column that is known. */
static void add_list(const RelView *v, Choosers *choosers, NameList chooser) {
  for (int i = 0; ctx_ok(v->ctx) && i < choosers->count; i++)
    if (choosers->list[i].count == 1 && chooser.count == 1 &&
        template_find(&choosers->list[i], chooser.list[0].k))
      return;
  for (int i = 0; ctx_ok(v->ctx) && i < chooser.count; i++)
    if (!template_find(&choosers->columns, chooser.list[i].k))
      view_push_name(v, &choosers->columns, chooser.list[i]);
  if (!ctx_ok(v->ctx)) return;
  NameList *slot = MEM_PUSH(v->ctx, choosers->list, choosers->count);
  if (slot) *slot = chooser;
}

static void add_chooser(const RelView *v, Choosers *choosers, const Term *terms,
                        int nterm) {
  if (!ctx_ok(v->ctx) || !can_choose(v, terms, nterm)) return;
  NameList chooser = {NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < nterm; i++) {
    const char *name = terms[i].column, *k = view_quote(v, name);
    bool plain = v->direction->kind == RELATION_THROUGH;
    const char *a = plain ? k : view_prefixed(v, v->direction->name, name);
    bool full = !view_can_be_null(choosers->table, name);
    view_push_name(v, &chooser, (NameSet){k, k, a, false, full});
  }
  add_list(v, choosers, chooser);
}

Choosers choose_by_unique(const RelView *v) {
  const Table *t = v->target;
  Choosers choosers = {t, NULL, 0, {NULL, 0}};
  for (int i = 0; i < t->nconstraint; i++)
    if (constraint_is_key(&t->constraints[i]))
      add_chooser(v, &choosers, t->constraints[i].terms,
                  t->constraints[i].nterm);
  for (int i = 0; i < v->schema->nindex; i++) {
    const Index *index = v->schema->indexes[i];
    if (index->unique && !index->where.sql && name_equal(index->table, t->name))
      add_chooser(v, &choosers, index->terms, index->nterm);
  }
  return choosers;
}

Choosers choose_by_key(const RelView *v) {
  Choosers choosers = {v->owner, NULL, 0, {NULL, 0}};
  NameList key = {NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < v->keys.count; i++) {
    const NameSet *name = &v->keys.list[i];
    view_push_name(v, &key, (NameSet){name->r, name->r, name->a, false, true});
  }
  add_list(v, &choosers, key);
  return choosers;
}

/* ---- conditions --------------------------------------------------------- */

char *choose_none(const RelView *v, const Choosers *choosers,
                  ChooseEvent event) {
  return event == CHOOSE_INSERT
             ? view_none_given(v, &choosers->columns)
             : view_all(v, &choosers->columns,
                        "(NEW.$a ISNULL OR NEW.$a IS OLD.$a)");
}

char *choose_changed(const RelView *v, const Choosers *choosers) {
  return view_differ(v, &choosers->columns, "NEW.$a", "OLD.$a");
}

/* The templates for the condition that a given value agrees with the row. */
static const char *const agrees[] = {
    [CHOOSE_INSERT] = "$k IS ifnull(NEW.$a, $k)",
    [CHOOSE_UPDATE] = "(NEW.$a ISNULL OR NEW.$a IN (OLD.$a, $k))",
};

char *choose_row(const RelView *v, const Choosers *choosers,
                 ChooseEvent event) {
  Tree rows = {v->ctx, NULL, 0}, all = {v->ctx, NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < choosers->count; i++)
    tree_add(&rows, view_all(v, &choosers->list[i], "$k=NEW.$a"));
  const char *driver = tree_join(&rows, " OR ", "");
  if (choosers->count < 2) return mem_text(v->ctx, driver ? driver : "", -1);
  tree_add(&all, mem_printf(v->ctx, "(%s)", driver));
  tree_add(&all, view_all(v, &choosers->columns, agrees[event]));
  return tree_join(&all, " AND ", "");
}

/* Returns the condition that the foreign key, if it is given, agrees with the
** row of the parent. The key that a row is chosen by is not NULL; another may
** be, and then no child can have it. */
static char *key_agrees(const RelView *v, const Choosers *choosers,
                        ChooseEvent event) {
  if (event == CHOOSE_INSERT)
    return view_all(v, &v->keys, "$r=ifnull(NEW.$k, $r)");
  Tree all = {v->ctx, NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < v->keys.count; i++) {
    const NameList one = {&v->keys.list[i], 1};
    const NameSet *chooser = template_find(&choosers->columns, one.list->r);
    tree_add(&all, view_all(v, &one, "(NEW.$k IS OLD.$k OR $r=$+NEW.$k)"));
    bool full = chooser ? chooser->notnull : one.list->notnull;
    if (!full) tree_add(&all, mem_printf(v->ctx, "%s NOTNULL", one.list->r));
  }
  return tree_join(&all, " AND ", "");
}

char *choose_parent(const RelView *v, const Choosers *choosers,
                    ChooseEvent event) {
  return mem_printf(v->ctx, "%s AND %s", choose_row(v, choosers, event),
                    key_agrees(v, choosers, event));
}

char *choose_other(const RelView *v, const Choosers *choosers,
                   const NameList *key) {
  if (choosers->count < 2) return mem_text(v->ctx, "", -1);
  return mem_printf(v->ctx, " AND %s", view_differ(v, key, "$r", "OLD.$a"));
}

/* Returns the condition that a value is given, in an UPDATE that has changed a
** chooser. An incomplete key of several columns chooses no row. */
static char *is_given(const RelView *v, const Choosers *choosers) {
  if (choosers->count == 1)
    return view_all(v, &choosers->columns, "NEW.$a NOTNULL");
  return view_any(v, &choosers->columns, "nullif(NEW.$a, OLD.$a) NOTNULL");
}

/* ---- the query ---------------------------------------------------------- */

char *choose_error(const RelView *v, const Choosers *choosers) {
  const char *names = view_each(v, &choosers->columns, ", ", "$a");
  const char *message =
      mem_printf(v->ctx, "%s: no %s has %s %s", v->name, choosers->table->name,
                 choosers->columns.count == 1 ? "this" : "these", names);
  return mem_printf(v->ctx, "RAISE(ABORT, %Q)", message);
}

/* Returns the subquery of the result in the chosen row. Without a row, it
** fails. */
static char *chosen_value(const RelView *v, const Choosers *choosers,
                          ChooseEvent event, const char *result) {
  NameList key = view_referenced(v);
  const char *other =
      event == CHOOSE_UPDATE ? choose_other(v, choosers, &key) : "";
  return mem_printf(v->ctx, "ifnull((SELECT %s FROM %s WHERE %s%s),\n%s)",
                    result, view_quote(v, choosers->table->name),
                    choose_parent(v, choosers, event), other,
                    choose_error(v, choosers));
}

char *choose_inserted(const RelView *v, const Choosers *choosers,
                      const NameSet *key, const char *otherwise) {
  return mem_printf(v->ctx, "iif(%s, %s, %s)",
                    choose_none(v, choosers, CHOOSE_INSERT), otherwise,
                    chosen_value(v, choosers, CHOOSE_INSERT, key->r));
}

char *choose_updated(const RelView *v, const Choosers *choosers,
                     const NameSet *key) {
  return mem_printf(v->ctx, "CASE WHEN %s THEN NEW.%s WHEN %s THEN %s END",
                    view_equal(v, &choosers->columns, "NEW.$a", "OLD.$a"),
                    key->k, is_given(v, choosers),
                    chosen_value(v, choosers, CHOOSE_UPDATE, key->r));
}
