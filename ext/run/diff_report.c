#include "run/diff_report.h"

#include "dependents/compiles.h"
#include "dependents/fkeys.h"
#include "meta/validate.h"
#include "schema/naming.h"

/* Returns the tables of models that are wrong, by their old and new names. */
static NameMap *hidden_tables(Ctx *ctx, const Invalids *wrongs,
                              const Schema *from) {
  NameMap *names = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < wrongs->count; i++) {
    const Invalid *w = &wrongs->list[i];
    const char *name = w->table;
    if (w->whole && name == NULL && w->model)
      name = naming_snake_case(ctx, w->model);
    if (name) map_put(ctx, names, name, names);
  }
  for (int i = 0; ctx_ok(ctx) && i < from->ntable; i++)
    if (invalid_is_model(wrongs, from->tables[i]->id))
      map_put(ctx, names, from->tables[i]->name, from->tables[i]);
  return names;
}

static bool is_hidden_object(Ctx *ctx, const Object *object,
                             const Invalids *wrongs, const NameMap *tables) {
  if (object == NULL) return false;
  if (object->id == 0 && invalid_is_kind(wrongs, META_RELATIONSHIP, 0))
    return true;
  if (object->id && invalid_is_kind(wrongs, META_OBJECT, object->id))
    return true;
  return compiles_find_name(ctx, object, tables) != NULL;
}

static bool is_hidden(Ctx *ctx, const Change *c, const Invalids *wrongs,
                      const NameMap *tables) {
  const Table *const both[] = {c->table_from, c->table_to};
  const Index *const indexes[] = {c->index_from, c->index_to};
  for (int i = 0; i < 2; i++) {
    if (both[i] && invalid_is_model(wrongs, both[i]->id)) return true;
    if (indexes[i] && map_get(tables, indexes[i]->table)) return true;
  }
  return is_hidden_object(ctx, c->object_from, wrongs, tables) ||
         is_hidden_object(ctx, c->object_to, wrongs, tables);
}

static Changes changes_of(Ctx *ctx, const DiffReport *report) {
  Changes all = transition_changes(ctx, &report->transition), some = all;
  if (report->wrongs.count == 0 || !ctx_ok(ctx)) return all;
  const NameMap *tables =
      hidden_tables(ctx, &report->wrongs, report->transition.from);
  some.list = NULL;
  some.count = 0;
  for (int i = 0; ctx_ok(ctx) && i < all.count; i++) {
    if (is_hidden(ctx, &all.list[i], &report->wrongs, tables)) continue;
    Change *slot = MEM_PUSH(ctx, some.list, some.count);
    if (slot == NULL) break;
    *slot = all.list[i];
    slot->seq = some.count - 1;
  }
  return some;
}

/* Checks declarations that could be read. `at` gets the row that is wrong. */
static void check_readable(Ctx *ctx, const Invalids *wrongs,
                           const Transition *transition, const Schema *live,
                           InvalidRow *at) {
  const Table *table = NULL;
  if (!ctx_ok(ctx) || transition->from == transition->to) return;
  validate_schema(ctx, transition->to, live, at);
  if (!ctx_ok(ctx)) return;
  fkeys_check_except(ctx, transition->to, transition->renamed, live,
                     hidden_tables(ctx, wrongs, transition->from), &table);
  *at = (InvalidRow){META_MODEL, table ? table->id : 0};
}

DiffReport diff_report_look(Ctx *ctx, i64 version, const Schema *live) {
  DiffReport report = {0};
  if (!ctx_ok(ctx)) return report;
  for (bool again = true; again;) {
    InvalidRow at = {META_MODEL, 0};
    Declared declared = model_survey(ctx, &report.wrongs, NULL);
    report.transition = transition_to_declared(ctx, version, &declared);
    check_readable(ctx, &report.wrongs, &report.transition, live, &at);
    again = !ctx_ok(ctx) && invalid_add(ctx, &report.wrongs, NULL, at);
  }
  if (ctx_ok(ctx)) report.changes = changes_of(ctx, &report);
  return report;
}
