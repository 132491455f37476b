#include "plan/diff.h"

#include "ddl/edit.h"
#include "ddl/render.h"
#include "plan/diff_tables.h"
#include "schema/dqs_table.h"

/* Phases: change.c has those of the kinds. */
enum { PHASE_EARLY_DROP = 3, PHASES = 13 };

/* ---- indexes and objects ------------------------------------------------ */

/* Returns the model of the table in either schema, or NULL. */
static const char *model_of(const Schema *a, const Schema *b,
                            const char *table) {
  const Table *found = table ? schema_table(a, table) : NULL;
  if (found && found->model) return found->model;
  found = table ? schema_table(b, table) : NULL;
  return found ? found->model : NULL;
}

/* Adds the creation or drop of an index. An altered index is dropped and
** created. */
static void index_change(Ctx *ctx, Changes *changes, const Schema *from,
                         const Schema *to, Op op, const Index *index) {
  Change *change = change_add(ctx, changes, op, index->name);
  if (change == NULL) return;
  change->model = model_of(to, from, index->table);
  change->detail = change->detail_back =
      mem_printf(ctx, "on %s %s", render_name(ctx, index->table),
                 index->definition ? index->definition : "");
  *(op == OP_CREATE_INDEX ? &change->index_to : &change->index_from) = index;
}

static const Index *index_by_id(const Schema *schema, i64 id) {
  for (int i = 0; id && i < schema->nindex; i++)
    if (schema->indexes[i]->id == id) return schema->indexes[i];
  return NULL;
}

/* Returns the index of `to` that equals `a` but for its name, if that name is
** not in use; else NULL. */
static const Index *index_renamed(const Schema *from, const Index *a,
                                  const Schema *to) {
  const Index *namesake = schema_index(to, a->name);
  if (namesake && (namesake->id != a->id || !strcmp(namesake->name, a->name)))
    return NULL;
  const Index *b = namesake ? namesake : index_by_id(to, a->id);
  if (b == NULL || b->id == 0 || strcmp(a->norm, b->norm) != 0) return NULL;
  return namesake || schema_index(from, b->name) == NULL ? b : NULL;
}

static void diff_rename_index(Ctx *ctx, Changes *changes, const Schema *from,
                              const Schema *to, const Index *a,
                              const Index *b) {
  Change *change = change_add(ctx, changes, OP_RENAME_INDEX, b->name);
  if (change == NULL) return;
  change->object_back = a->name;
  change->model = model_of(to, from, b->table);
  change->detail = mem_printf(ctx, "%s -> %s", a->name, b->name);
  change->detail_back = mem_printf(ctx, "%s -> %s", b->name, a->name);
  change->index_from = a;
  change->index_to = b;
}

/* Returns true if `to` has the index `a` of `from` unchanged. */
static bool keeps_index(Ctx *ctx, const Schema *from, const Index *a,
                        const Schema *to) {
  const Index *b = schema_index(to, a->name);
  if (b == NULL || strcmp(a->norm, b->norm) != 0) return false;
  const Table *old = schema_table(from, a->table);
  const Table *now = schema_table(to, b->table);
  return old == NULL || now == NULL || !dqs_table_captures(ctx, a, old, now);
}

static void diff_indexes(Ctx *ctx, Changes *changes, const Schema *from,
                         const Schema *renamed, const Schema *to) {
  NameMap *done = map_new(ctx); /* names in `to` of renamed indexes */
  for (int i = 0; ctx_ok(ctx) && i < from->nindex; i++) {
    const Index *a = renamed->indexes[i];
    const Index *b = index_renamed(from, a, to);
    const Table *old = schema_table(renamed, a->table);
    const Table *now = schema_table(to, a->table);
    if (b && old && now && dqs_table_captures(ctx, a, old, now)) b = NULL;
    if (b) {
      diff_rename_index(ctx, changes, from, to, from->indexes[i], b);
      map_put(ctx, done, b->name, changes);
      continue;
    }
    if (!keeps_index(ctx, renamed, a, to))
      index_change(ctx, changes, from, to, OP_DROP_INDEX, from->indexes[i]);
  }
  for (int i = 0; ctx_ok(ctx) && i < to->nindex; i++) {
    const Index *b = to->indexes[i], *a = schema_index(renamed, b->name);
    if (map_get(done, b->name)) continue;
    if (a == NULL || !keeps_index(ctx, renamed, a, to))
      index_change(ctx, changes, from, to, OP_CREATE_INDEX, b);
  }
}

static bool is_on_view(const Schema *schema, const Object *trigger) {
  return trigger->table && schema_object(schema, OBJECT_VIEW, trigger->table);
}

static Triggers triggers_on(Ctx *ctx, const Schema *schema,
                            const Object *view) {
  Triggers triggers = {NULL, 0};
  if (view->type != OBJECT_VIEW) return triggers;
  for (int i = 0; ctx_ok(ctx) && i < schema->nobject; i++) {
    const Object *object = schema->objects[i];
    if (object->table == NULL || !name_equal(object->table, view->name))
      continue;
    const Object **slot = MEM_PUSH(ctx, triggers.list, triggers.count);
    if (slot) *slot = object;
  }
  if (!ctx_ok(ctx)) triggers.count = 0;
  return triggers;
}

static void object_change(Ctx *ctx, Changes *changes, const Schema *from,
                          const Schema *to, bool create, const Object *object) {
  static const Op ops[] = {OP_CREATE_VIEW, OP_CREATE_TRIGGER,
                           OP_CREATE_VIRTUAL_TABLE};
  Op op = ops[object->type];
  Triggers triggers = triggers_on(ctx, create ? to : from, object);
  Change *change = change_add(
      ctx, changes, create ? op : change_info(op)->inverse, object->name);
  if (change == NULL) return;
  change->model = model_of(to, from, object->table);
  if (object->table)
    change->detail = mem_printf(ctx, "on %s", render_name(ctx, object->table));
  if (triggers.count)
    change->detail = change_count(ctx, triggers.count, "trigger");
  change->detail_back = change->detail;
  if (create) change->hint = object->hint;
  *(create ? &change->object_to : &change->object_from) = object;
  *(create ? &change->triggers_to : &change->triggers_from) = triggers;
}

/* Returns true if the view or table of the trigger is dropped and recreated. */
static bool target_changes(const Schema *a, const Schema *b,
                           const Object *trigger) {
  if (trigger->table == NULL) return false;
  const Object *x = schema_object(a, OBJECT_VIEW, trigger->table);
  const Object *y = schema_object(b, OBJECT_VIEW, trigger->table);
  if (x && y) return strcmp(x->norm, y->norm) != 0;
  bool here = schema_table(a, trigger->table) != NULL;
  return x != y || here != (schema_table(b, trigger->table) != NULL);
}

/* Returns true if schema `b` has the same object, so that it can stay. */
static bool object_stays(const Schema *a, const Schema *b,
                         const Object *object) {
  const Object *other = schema_object(b, object->type, object->name);
  return other && strcmp(other->norm, object->norm) == 0 &&
         !target_changes(a, b, object);
}

/* Returns true if the object needs a change of its own: it differs, and is no
** trigger of a view that changes. */
static bool changes_alone(const Schema *a, const Schema *b,
                          const Object *object) {
  bool with_view = is_on_view(a, object) && target_changes(a, b, object);
  return !with_view && !object_stays(a, b, object);
}

/* Adds the rename of a virtual table, which keeps its content. */
static void rename_virtual(Ctx *ctx, Changes *changes, const Object *a,
                           const Object *now, const Schema *to) {
  const Object *b = schema_object(to, OBJECT_VIRTUAL, now->name);
  if (a->type != OBJECT_VIRTUAL || b == NULL || name_equal(a->name, now->name))
    return;
  Change *change = change_add(ctx, changes, OP_RENAME_TABLE, b->name);
  if (change == NULL) return;
  change->object_back = a->name;
  change->detail = mem_printf(ctx, "%s -> %s", a->name, b->name);
  change->detail_back = mem_printf(ctx, "%s -> %s", b->name, a->name);
  change->object_from = a;
  change->object_to = b;
}

/* Adds a change of a full-text table whose content table, or a column of it,
** has another name now. */
static void follow_content(Ctx *ctx, Changes *changes, const Object *a,
                           const Object *now, const Schema *to) {
  const Object *b = schema_object(to, OBJECT_VIRTUAL, now->name);
  if (a->type != OBJECT_VIRTUAL || b == NULL ||
      strcmp(b->norm, now->norm) != 0 || strcmp(a->sql, now->sql) == 0)
    return;
  const char *moved = edit_object_name(ctx, a->sql, now->name);
  const Statement *s = moved ? parse_create(ctx, moved) : NULL;
  if (s == NULL || strcmp(s->object->norm, now->norm) == 0) return;
  Change *change = change_add(ctx, changes, OP_ALTER_OPTIONS, b->name);
  if (change == NULL) return;
  change->detail = change->detail_back = "names of its content";
  change->object_from = a;
  change->object_to = b;
}

static void diff_objects(Ctx *ctx, Changes *changes, const Schema *from,
                         const Schema *renamed, const Schema *to) {
  for (int i = 0; ctx_ok(ctx) && i < from->nobject; i++)
    rename_virtual(ctx, changes, from->objects[i], renamed->objects[i], to);
  for (int i = 0; ctx_ok(ctx) && i < from->nobject; i++)
    follow_content(ctx, changes, from->objects[i], renamed->objects[i], to);
  for (int i = from->nobject - 1; ctx_ok(ctx) && i >= 0; i--)
    if (changes_alone(renamed, to, renamed->objects[i]))
      object_change(ctx, changes, from, to, false, from->objects[i]);
  for (int i = 0; ctx_ok(ctx) && i < to->nobject; i++)
    if (changes_alone(to, renamed, to->objects[i]))
      object_change(ctx, changes, from, to, true, to->objects[i]);
}

/* ---- order -------------------------------------------------------------- */

/* The facts that decide the place of a change among the others. */
typedef struct Places {
  NameMap *new_names;      /* of renamed tables */
  NameMap *column_renames; /* tables with renamed columns */
} Places;

static Places find_places(Ctx *ctx, const Changes *changes) {
  Places p = {map_new(ctx), map_new(ctx)};
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++) {
    const Change *c = &changes->list[i];
    if (c->op == OP_RENAME_TABLE)
      map_put(ctx, p.new_names, c->object, p.new_names);
    if (c->op == OP_RENAME_COLUMN)
      map_put(ctx, p.column_renames, c->object, p.column_renames);
  }
  return p;
}

/* A table is dropped late, so that a script may still read it; early, if
** another table gets its name. A table with renamed columns is altered before
** other tables are altered or created: these refer to it by the new names, and
** SQLite's RENAME COLUMN would take such a name for the old column. */
static int phase_of(const Change *change, const Places *places) {
  bool drops = change->op == OP_DROP_TABLE;
  if (drops && map_get(places->new_names, change->object))
    return PHASE_EARLY_DROP;
  bool alters = change_alters(change);
  if (alters && map_get(places->column_renames, change->object))
    return change_info(OP_RENAME_COLUMN)->phase;
  return change_info(change->op)->phase;
}

static void add_copy(Ctx *ctx, Changes *changes, const Change *change) {
  Change *slot = MEM_PUSH(ctx, changes->list, changes->count);
  if (slot) *slot = *change;
}

/* Returns the changes by phase; within a phase, their order stays. */
static Changes in_phases(Ctx *ctx, const Changes *changes) {
  Changes sorted = {NULL, 0, NULL};
  const Places places = find_places(ctx, changes);
  for (int phase = 0; ctx_ok(ctx) && phase < PHASES; phase++)
    for (int i = 0; i < changes->count; i++)
      if (phase_of(&changes->list[i], &places) == phase)
        add_copy(ctx, &sorted, &changes->list[i]);
  if (!ctx_ok(ctx)) sorted.count = 0;
  return sorted;
}

/* Returns the changes with the renames of columns first in each group: a new
** column may have the old name of a renamed one. */
static Changes renames_first(Ctx *ctx, Changes changes) {
  Changes sorted = {NULL, 0, NULL};
  for (int from = 0, first, to; from < changes.count; from = to) {
    change_group(&changes, from, &first, &to);
    for (int pass = 0; pass < 2; pass++)
      for (int i = from; i < to; i++)
        if ((changes.list[i].op == OP_RENAME_COLUMN) == (pass == 0))
          add_copy(ctx, &sorted, &changes.list[i]);
  }
  if (!ctx_ok(ctx)) sorted.count = 0;
  return sorted;
}

/* ---- two schemas -------------------------------------------------------- */

Changes diff_schemas(Ctx *ctx, const Schema *from, const Schema *renamed,
                     const Schema *to) {
  Changes changes = {NULL, 0, NULL};
  if (!ctx_ok(ctx)) return changes;
  diff_tables_list(ctx, &changes, from, renamed, to);
  diff_indexes(ctx, &changes, from, renamed, to);
  diff_objects(ctx, &changes, from, renamed, to);
  if (renamed != from) diff_tables_hint(ctx, &changes, from, renamed);
  changes = renames_first(ctx, in_phases(ctx, &changes));
  for (int i = 0; i < changes.count; i++) changes.list[i].seq = i;
  return changes;
}

/* Marks the declared backfills of live columns as done. */
static void adopt_backfills(Schema *live, const Schema *declared) {
  for (int i = 0; i < live->ntable; i++) {
    const Table *table = schema_table(declared, live->tables[i]->name);
    for (int k = 0; table && k < live->tables[i]->ncolumn; k++) {
      Column *c = &live->tables[i]->columns[k];
      int same = table_counterpart(table, live->tables[i], k);
      if (same >= 0) c->backfill = table->columns[same].backfill;
      c->backfill_done = same >= 0;
    }
  }
}

Changes diff_live(Ctx *ctx, Schema *live, const Schema *declared) {
  if (live && declared) {
    schema_adopt_norms(ctx, live, declared);
    adopt_backfills(live, declared);
  }
  return diff_schemas(ctx, live, live, declared);
}

/* ---- inverses ----------------------------------------------------------- */

/* Returns the change that undoes c. */
static Change inverse_of(const Change *c) {
  Change inverse = *c;
  inverse.inverse = true;
  inverse.op = change_info(c->op)->inverse;
  inverse.lossy =
      change_info(inverse.op)->lossy || (c->op == inverse.op && c->lossy);
  inverse.object = c->object_back;
  inverse.object_back = c->object;
  inverse.detail = c->detail_back;
  inverse.detail_back = c->detail;
  inverse.hint = inverse.undo = NULL;
  inverse.may_rename = false;
  inverse.table_from = c->table_to;
  inverse.table_to = c->table_from;
  inverse.table_renamed = NULL;
  inverse.text_from = c->text_to;
  inverse.text_to = c->text_from;
  inverse.column_from = c->column_to;
  inverse.column_to = c->column_from;
  inverse.index_from = c->index_to;
  inverse.index_to = c->index_from;
  inverse.object_from = c->object_to;
  inverse.object_to = c->object_from;
  inverse.triggers_from = c->triggers_to;
  inverse.triggers_to = c->triggers_from;
  return inverse;
}

Changes diff_inverse(Ctx *ctx, const Changes *changes) {
  Changes inverse = {NULL, 0, NULL};
  for (int i = changes->count - 1; i >= 0; i--) {
    Change *slot = MEM_PUSH(ctx, inverse.list, inverse.count);
    if (slot == NULL) break;
    *slot = inverse_of(&changes->list[i]);
  }
  inverse = renames_first(ctx, in_phases(ctx, &inverse));
  inverse.live = changes->live;
  return inverse;
}

Changes diff_join(Ctx *ctx, const Changes *a, const Changes *b) {
  Changes both = {NULL, 0, NULL};
  for (int i = 0; i < a->count; i++) add_copy(ctx, &both, &a->list[i]);
  for (int i = 0; i < b->count; i++) add_copy(ctx, &both, &b->list[i]);
  both = renames_first(ctx, in_phases(ctx, &both));
  both.live = a->live;
  return both;
}

/* ---- parts of a schema -------------------------------------------------- */

static bool has_name(const Schema *schema, const char *name) {
  return schema && map_get(schema->relations, name) != NULL;
}

Schema *diff_restrict(Ctx *ctx, const Schema *live, const Schema *a,
                      const Schema *b) {
  Schema *part = schema_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < live->ntable; i++)
    if (has_name(a, live->tables[i]->name) ||
        has_name(b, live->tables[i]->name))
      schema_add_table(ctx, part, live->tables[i]);
  for (int i = 0; ctx_ok(ctx) && i < live->nindex; i++) {
    const char *name = live->indexes[i]->name;
    if ((a && schema_index(a, name)) || (b && schema_index(b, name)))
      schema_add_index(ctx, part, live->indexes[i]);
  }
  for (int i = 0; ctx_ok(ctx) && i < live->nobject; i++) {
    Object *object = live->objects[i];
    bool trigger = object->type == OBJECT_TRIGGER;
    bool wanted =
        trigger ? (a && schema_object(a, OBJECT_TRIGGER, object->name)) ||
                      (b && schema_object(b, OBJECT_TRIGGER, object->name))
                : has_name(a, object->name) || has_name(b, object->name);
    if (wanted) schema_add_object(ctx, part, object);
  }
  return ctx_ok(ctx) ? part : NULL;
}

const char *diff_key(Ctx *ctx, bool is_table, const char *name) {
  return mem_printf(ctx, "%s %s", is_table ? "table" : "object", name);
}

static const char *change_key(Ctx *ctx, const Change *c, const char *name) {
  bool is_table =
      !c->object_from && !c->object_to && !c->index_from && !c->index_to;
  return diff_key(ctx, is_table, name);
}

static void put_key(Ctx *ctx, NameMap *keys, const char *key, Change *c) {
  if (key && ctx_ok(ctx)) map_put(ctx, keys, key, c);
}

/* Adds the keys under the names before and after; of a view, also those of its
** triggers. */
static void put_keys(Ctx *ctx, NameMap *keys, Change *c) {
  const Triggers both[] = {c->triggers_from, c->triggers_to};
  put_key(ctx, keys, change_key(ctx, c, c->object_back), c);
  put_key(ctx, keys, change_key(ctx, c, c->object), c);
  for (int side = 0; side < 2; side++)
    for (int i = 0; i < both[side].count; i++)
      put_key(ctx, keys, change_key(ctx, c, both[side].list[i]->name), c);
}

NameMap *diff_keys(Ctx *ctx, const Changes *changes) {
  NameMap *keys = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++)
    put_keys(ctx, keys, &changes->list[i]);
  return keys;
}

bool diff_has_key(Ctx *ctx, const NameMap *keys, const Change *c) {
  const Triggers both[] = {c->triggers_from, c->triggers_to};
  const char *key = change_key(ctx, c, c->object);
  bool found = key && map_get(keys, key);
  for (int side = 0; side < 2; side++)
    for (int i = 0; !found && i < both[side].count; i++) {
      key = change_key(ctx, c, both[side].list[i]->name);
      found = key && map_get(keys, key);
    }
  return found;
}

char *diff_describe(Ctx *ctx, const Change *change) {
  return mem_printf(ctx, "%s \"%s\"%s%s%s", change_info(change->op)->name,
                    change->object, change->detail ? " (" : "",
                    change->detail ? change->detail : "",
                    change->detail ? ")" : "");
}
