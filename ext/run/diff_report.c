#include "run/diff_report.h"

#include "dependents/compiles.h"
#include "dependents/fkeys.h"
#include "meta/validate.h"
#include "schema/naming.h"

/* The tables of models that are wrong, by the names of before and of now. */
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

static Changes changes_of(Ctx *ctx, const DiffReport *shown) {
  Changes all = transition_changes(ctx, &shown->way), some = all;
  if (shown->wrongs.count == 0 || !ctx_ok(ctx)) return all;
  const NameMap *tables = hidden_tables(ctx, &shown->wrongs, shown->way.from);
  some.list = NULL;
  some.count = 0;
  for (int i = 0; ctx_ok(ctx) && i < all.count; i++) {
    if (is_hidden(ctx, &all.list[i], &shown->wrongs, tables)) continue;
    Change *slot = MEM_PUSH(ctx, some.list, some.count);
    if (slot == NULL) break;
    *slot = all.list[i];
    slot->seq = some.count - 1;
  }
  return some;
}

/* What can be read may still be refused. `at` gets the row. */
static void check_readable(Ctx *ctx, const Invalids *wrongs,
                           const Transition *way, const Schema *live,
                           InvalidRow *at) {
  const Table *table = NULL;
  if (!ctx_ok(ctx) || way->from == way->to) return;
  validate_schema(ctx, way->to, live, at);
  if (!ctx_ok(ctx)) return;
  fkeys_check_except(ctx, way->to, way->renamed, live,
                     hidden_tables(ctx, wrongs, way->from), &table);
  *at = (InvalidRow){META_MODEL, table ? table->id : 0};
}

DiffReport diff_report_look(Ctx *ctx, i64 version, const Schema *live) {
  DiffReport shown;
  memset(&shown, 0, sizeof(shown));
  if (!ctx_ok(ctx)) return shown;
  for (bool again = true; again;) {
    InvalidRow at = {META_MODEL, 0};
    Declared declared = model_survey(ctx, &shown.wrongs);
    shown.way = transition_to_declared(ctx, version, &declared);
    check_readable(ctx, &shown.wrongs, &shown.way, live, &at);
    again = !ctx_ok(ctx) && invalid_add(ctx, &shown.wrongs, NULL, at);
  }
  if (ctx_ok(ctx)) shown.changes = changes_of(ctx, &shown);
  return shown;
}
