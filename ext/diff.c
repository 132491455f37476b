#include "diff.h"

#include <stdlib.h>

#include "render.h"

// clang-format off
static const OpInfo infos[] = {
  [OP_CREATE_TABLE]    = {"create_table",    OP_DROP_TABLE,      3, 0, 0},
  [OP_DROP_TABLE]      = {"drop_table",      OP_CREATE_TABLE,    5, 0, 1},
  [OP_ADD_COLUMN]      = {"add_column",      OP_DROP_COLUMN,     4, 1, 0},
  [OP_DROP_COLUMN]     = {"drop_column",     OP_ADD_COLUMN,      4, 1, 1},
  [OP_ALTER_COLUMN]    = {"alter_column",    OP_ALTER_COLUMN,    4, 1, 0},
  [OP_ADD_CONSTRAINT]  = {"add_constraint",  OP_DROP_CONSTRAINT, 4, 1, 0},
  [OP_DROP_CONSTRAINT] = {"drop_constraint", OP_ADD_CONSTRAINT,  4, 1, 0},
  [OP_ALTER_OPTIONS]   = {"alter_options",   OP_ALTER_OPTIONS,   4, 1, 0},
  [OP_CREATE_INDEX]    = {"create_index",    OP_DROP_INDEX,      6, 0, 0},
  [OP_DROP_INDEX]      = {"drop_index",      OP_CREATE_INDEX,    2, 0, 0},
  [OP_CREATE_VIEW]     = {"create_view",     OP_DROP_VIEW,       8, 0, 0},
  [OP_DROP_VIEW]       = {"drop_view",       OP_CREATE_VIEW,     1, 0, 0},
  [OP_CREATE_TRIGGER]  = {"create_trigger",  OP_DROP_TRIGGER,    9, 0, 0},
  [OP_DROP_TRIGGER]    = {"drop_trigger",    OP_CREATE_TRIGGER,  0, 0, 0},
  [OP_CREATE_VIRTUAL_TABLE] =
      {"create_virtual_table", OP_DROP_VIRTUAL_TABLE, 7, 0, 0},
  [OP_DROP_VIRTUAL_TABLE] =
      {"drop_virtual_table", OP_CREATE_VIRTUAL_TABLE, 1, 0, 1},
};
// clang-format on

const OpInfo *op_info(Op op) {
  return &infos[op];
}

/* ---- making changes ----------------------------------------------------- */

static Change *add_change(Ctx *ctx, Changes *changes, Op op,
                          const char *object) {
  Change *change = MEM_PUSH(ctx, changes->list, changes->count);
  if (change == NULL) return NULL;
  change->op = op;
  change->object = object;
  change->lossy = infos[op].lossy;
  change->column_from = change->column_to = -1;
  return change;
}

/* A change of a table that stays, or comes, or goes. */
static Change *table_change(Ctx *ctx, Changes *changes, Op op,
                            const Table *from, const Table *to,
                            const char *detail) {
  Change *change = add_change(ctx, changes, op, to ? to->name : from->name);
  if (change == NULL) return NULL;
  change->table_from = from;
  change->table_to = to;
  change->model = to && to->model ? to->model : from ? from->model : NULL;
  change->detail = change->detail_back = detail;
  return change;
}

/* ---- tables ------------------------------------------------------------- */

static const char *count_columns(Ctx *ctx, const Table *table) {
  return mem_printf(ctx, "%d column%s", table->ncolumn,
                    table->ncolumn == 1 ? "" : "s");
}

static void refuse_rename(Ctx *ctx, const char *what, const char *from,
                          const char *to) {
  err_set(ctx, SQLITE_ERROR,
          "%s \"%s\" was renamed to \"%s\": this release of orm cannot rename "
          "yet; to drop it and make another, DELETE its row and INSERT one",
          what, from, to);
}

/* The column of `to` that is column `c` of the other side; -1 if none. */
static int match_column(Ctx *ctx, const Column *c, const Table *to) {
  for (int i = 0; c->id && i < to->ncolumn; i++) {
    if (to->columns[i].id != c->id) continue;
    if (!name_equal(to->columns[i].name, c->name))
      refuse_rename(ctx, "column", c->name, to->columns[i].name);
    return i;
  }
  return table_column(to, c->name);
}

/* "what was -> what will be", and the other way round. */
static Change *change_of(Ctx *ctx, Changes *changes, Op op, const Table *from,
                         const Table *to, const char *was, const char *will) {
  Change *change = table_change(ctx, changes, op, from, to,
                                mem_printf(ctx, "%s -> %s", was, will));
  if (change) change->detail_back = mem_printf(ctx, "%s -> %s", will, was);
  return change;
}

bool diff_backfills(const Change *change) {
  if (change->column_to < 0) return false;
  const Column *to = &change->table_to->columns[change->column_to];
  if (to->backfill == NULL || change->column_from < 0)
    return to->backfill != NULL;
  const Column *from = &change->table_from->columns[change->column_from];
  bool said_before =
      from->backfill && strcmp(from->backfill, to->backfill) == 0;
  return !change->inverse && !said_before;
}

static void alter_column(Ctx *ctx, Changes *changes, const Table *from, int i,
                         const Table *to, int k) {
  const Column *a = &from->columns[i], *b = &to->columns[k];
  if (strcmp(a->norm, b->norm) == 0) return;
  Change *change =
      change_of(ctx, changes, OP_ALTER_COLUMN, from, to,
                render_column(ctx, from, i), render_column(ctx, to, k));
  if (change == NULL) return;
  change->column_from = i;
  change->column_to = k;
  change->lossy = strcmp(type_affinity(a->type), type_affinity(b->type)) != 0 ||
                  (b->generated.sql && !a->generated.sql) ||
                  diff_backfills(change);
}

static void diff_columns(Ctx *ctx, Changes *changes, const Table *from,
                         const Table *to) {
  for (int i = 0; ctx_ok(ctx) && i < from->ncolumn; i++) {
    int k = match_column(ctx, &from->columns[i], to);
    if (k >= 0) {
      alter_column(ctx, changes, from, i, to, k);
      continue;
    }
    Change *change = table_change(ctx, changes, OP_DROP_COLUMN, from, to,
                                  render_column(ctx, from, i));
    if (change) change->column_from = i;
  }
  for (int k = 0; ctx_ok(ctx) && k < to->ncolumn; k++) {
    if (match_column(ctx, &to->columns[k], from) >= 0) continue;
    Change *change = table_change(ctx, changes, OP_ADD_COLUMN, from, to,
                                  render_column(ctx, to, k));
    if (change) change->column_to = k;
  }
}

/* A constraint that goes away with its column is not a change of its own, and
** neither is one that comes with it. */
static bool comes_with_column(const Table *table, const Constraint *c,
                              const Table *other) {
  if (c->column < 0) return false;
  return table_column(other, table->columns[c->column].name) < 0;
}

/* Constraints of `a` that `b` has not, or has fewer of. */
static void diff_constraints(Ctx *ctx, Changes *changes, const Table *a,
                             const Table *b, Op op) {
  for (int i = 0; ctx_ok(ctx) && i < a->nconstraint; i++) {
    const Constraint *c = &a->constraints[i];
    int before = 0;
    for (int k = 0; k < i; k++)
      if (strcmp(a->constraints[k].norm, c->norm) == 0) before++;
    if (before < table_count_norm(b, c->norm)) continue;
    if (comes_with_column(a, c, b)) continue;
    bool add = op == OP_ADD_CONSTRAINT;
    table_change(ctx, changes, op, add ? b : a, add ? a : b,
                 render_constraint(ctx, c));
  }
}

static void diff_table(Ctx *ctx, Changes *changes, const Table *from,
                       const Table *to) {
  diff_columns(ctx, changes, from, to);
  diff_constraints(ctx, changes, from, to, OP_DROP_CONSTRAINT);
  diff_constraints(ctx, changes, to, from, OP_ADD_CONSTRAINT);
  const char *before = table_options(from), *after = table_options(to);
  if (before != after)
    change_of(ctx, changes, OP_ALTER_OPTIONS, from, to,
              before ? before : "none", after ? after : "none");
}

/* Tables by id. Ids are few and dense, so a map by their text would gain
** nothing over this sorted list. */
typedef struct ById {
  i64 id;
  const Table *table;
} ById;

static int by_id(const void *a, const void *b) {
  i64 x = ((const ById *)a)->id, y = ((const ById *)b)->id;
  return (x > y) - (x < y);
}

static ById *index_by_id(Ctx *ctx, const Schema *schema) {
  ById *list = (ById *)mem_new(ctx, sizeof(ById) * (size_t)schema->ntable);
  if (list == NULL) return NULL;
  for (int i = 0; i < schema->ntable; i++) {
    list[i].id = schema->tables[i]->id;
    list[i].table = schema->tables[i];
  }
  if (schema->ntable) qsort(list, (size_t)schema->ntable, sizeof(ById), by_id);
  return list;
}

static void diff_tables(Ctx *ctx, Changes *changes, const Schema *from,
                        const Schema *to) {
  ById *ids = index_by_id(ctx, to);
  for (int i = from->ntable - 1; ctx_ok(ctx) && i >= 0; i--) {
    const Table *a = from->tables[i];
    ById key = {a->id, NULL};
    const ById *same =
        a->id && to->ntable
            ? (const ById *)bsearch(&key, ids, (size_t)to->ntable, sizeof(ById),
                                    by_id)
            : NULL;
    if (same && !name_equal(same->table->name, a->name))
      refuse_rename(ctx, "table", a->name, same->table->name);
    if (schema_table(to, a->name) == NULL)
      table_change(ctx, changes, OP_DROP_TABLE, a, NULL, count_columns(ctx, a));
  }
  for (int i = 0; ctx_ok(ctx) && i < to->ntable; i++) {
    const Table *b = to->tables[i], *a = schema_table(from, b->name);
    if (a)
      diff_table(ctx, changes, a, b);
    else
      table_change(ctx, changes, OP_CREATE_TABLE, NULL, b,
                   count_columns(ctx, b));
  }
}

/* ---- indexes and objects ------------------------------------------------ */

static const char *model_of(const Schema *a, const Schema *b,
                            const char *table) {
  const Table *found = table ? schema_table(a, table) : NULL;
  if (found && found->model) return found->model;
  found = table ? schema_table(b, table) : NULL;
  return found ? found->model : NULL;
}

/* An index that was altered is dropped and created. */
static void index_change(Ctx *ctx, Changes *changes, const Schema *from,
                         const Schema *to, Op op, const Index *index) {
  Change *change = add_change(ctx, changes, op, index->name);
  if (change == NULL) return;
  change->model = model_of(to, from, index->table);
  change->detail = change->detail_back =
      mem_printf(ctx, "on %s %s", render_name(ctx, index->table),
                 index->definition ? index->definition : "");
  *(op == OP_CREATE_INDEX ? &change->index_to : &change->index_from) = index;
}

static void diff_indexes(Ctx *ctx, Changes *changes, const Schema *from,
                         const Schema *to) {
  for (int i = 0; ctx_ok(ctx) && i < from->nindex; i++) {
    const Index *a = from->indexes[i], *b = schema_index(to, a->name);
    if (b == NULL || strcmp(a->norm, b->norm) != 0)
      index_change(ctx, changes, from, to, OP_DROP_INDEX, a);
  }
  for (int i = 0; ctx_ok(ctx) && i < to->nindex; i++) {
    const Index *b = to->indexes[i], *a = schema_index(from, b->name);
    if (a == NULL || strcmp(a->norm, b->norm) != 0)
      index_change(ctx, changes, from, to, OP_CREATE_INDEX, b);
  }
}

static void object_change(Ctx *ctx, Changes *changes, const Schema *from,
                          const Schema *to, bool create, const Object *object) {
  static const Op ops[] = {OP_CREATE_VIEW, OP_CREATE_TRIGGER,
                           OP_CREATE_VIRTUAL_TABLE};
  Op op = ops[object->type];
  Change *change =
      add_change(ctx, changes, create ? op : infos[op].inverse, object->name);
  if (change == NULL) return;
  change->model = model_of(to, from, object->table);
  if (object->table)
    change->detail = change->detail_back =
        mem_printf(ctx, "on %s", render_name(ctx, object->table));
  *(create ? &change->object_to : &change->object_from) = object;
}

/* Is what the trigger is on dropped and made anew on the way? */
static bool target_changes(const Schema *a, const Schema *b,
                           const Object *trigger) {
  if (trigger->table == NULL) return false;
  const Object *x = schema_object(a, OBJECT_VIEW, trigger->table);
  const Object *y = schema_object(b, OBJECT_VIEW, trigger->table);
  if (x && y) return strcmp(x->norm, y->norm) != 0;
  return x != y || schema_table(a, trigger->table) == NULL ||
         schema_table(b, trigger->table) == NULL;
}

/* Has the other schema the same object, and may it stay as it is? */
static bool stays(const Schema *a, const Schema *b, const Object *object) {
  const Object *other = schema_object(b, object->type, object->name);
  return other && strcmp(other->norm, object->norm) == 0 &&
         !target_changes(a, b, object);
}

static void diff_objects(Ctx *ctx, Changes *changes, const Schema *from,
                         const Schema *to) {
  for (int i = from->nobject - 1; ctx_ok(ctx) && i >= 0; i--)
    if (!stays(from, to, from->objects[i]))
      object_change(ctx, changes, from, to, false, from->objects[i]);
  for (int i = 0; ctx_ok(ctx) && i < to->nobject; i++)
    if (!stays(to, from, to->objects[i]))
      object_change(ctx, changes, from, to, true, to->objects[i]);
}

/* ---- the whole ---------------------------------------------------------- */

/* By phase, keeping the order within a phase. */
static Changes in_phases(Ctx *ctx, const Changes *changes) {
  enum { PHASES = 10 };
  Changes sorted = {NULL, 0};
  for (int phase = 0; phase < PHASES; phase++)
    for (int i = 0; i < changes->count; i++) {
      if (infos[changes->list[i].op].phase != phase) continue;
      Change *slot = MEM_PUSH(ctx, sorted.list, sorted.count);
      if (slot) *slot = changes->list[i];
    }
  if (!ctx_ok(ctx)) sorted.count = 0;
  return sorted;
}

Changes diff_schemas(Ctx *ctx, const Schema *from, const Schema *to) {
  Changes changes = {NULL, 0};
  if (!ctx_ok(ctx)) return changes;
  diff_tables(ctx, &changes, from, to);
  diff_indexes(ctx, &changes, from, to);
  diff_objects(ctx, &changes, from, to);
  changes = in_phases(ctx, &changes);
  for (int i = 0; i < changes.count; i++) changes.list[i].seq = i;
  return changes;
}

Changes diff_inverse(Ctx *ctx, const Changes *changes) {
  Changes inverse = {NULL, 0};
  for (int i = changes->count - 1; i >= 0; i--) {
    const Change *c = &changes->list[i];
    Change *slot = MEM_PUSH(ctx, inverse.list, inverse.count);
    if (slot == NULL) break;
    *slot = *c;
    slot->inverse = true;
    slot->op = infos[c->op].inverse;
    slot->lossy = infos[slot->op].lossy || (c->op == slot->op && c->lossy);
    slot->detail = c->detail_back;
    slot->detail_back = c->detail;
    slot->table_from = c->table_to;
    slot->table_to = c->table_from;
    slot->column_from = c->column_to;
    slot->column_to = c->column_from;
    slot->index_from = c->index_to;
    slot->index_to = c->index_from;
    slot->object_from = c->object_to;
    slot->object_to = c->object_from;
  }
  return in_phases(ctx, &inverse);
}

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

char *diff_describe(Ctx *ctx, const Change *change) {
  return mem_printf(ctx, "%s \"%s\"%s%s%s", infos[change->op].name,
                    change->object, change->detail ? " (" : "",
                    change->detail ? change->detail : "",
                    change->detail ? ")" : "");
}
