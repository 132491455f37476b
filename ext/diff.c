#include "diff.h"

#include "alike.h"
#include "captive.h"
#include "edit.h"
#include "note.h"
#include "render.h"
#include "token.h"

// clang-format off
static const OpInfo infos[] = {
  [OP_CREATE_TABLE]    = {"create_table",    OP_DROP_TABLE,      6, 0, 0},
  [OP_DROP_TABLE]      = {"drop_table",      OP_CREATE_TABLE,    8, 0, 1},
  [OP_RENAME_TABLE]    = {"rename_table",    OP_RENAME_TABLE,    4, 0, 0},
  [OP_ADD_COLUMN]      = {"add_column",      OP_DROP_COLUMN,     7, 1, 0},
  [OP_DROP_COLUMN]     = {"drop_column",     OP_ADD_COLUMN,      7, 1, 1},
  [OP_RENAME_COLUMN]   = {"rename_column",   OP_RENAME_COLUMN,   5, 1, 0},
  [OP_ALTER_COLUMN]    = {"alter_column",    OP_ALTER_COLUMN,    7, 1, 0},
  [OP_ADD_CONSTRAINT]  = {"add_constraint",  OP_DROP_CONSTRAINT, 7, 1, 0},
  [OP_DROP_CONSTRAINT] = {"drop_constraint", OP_ADD_CONSTRAINT,  7, 1, 0},
  [OP_ALTER_OPTIONS]   = {"alter_options",   OP_ALTER_OPTIONS,   7, 1, 0},
  [OP_CREATE_INDEX]    = {"create_index",    OP_DROP_INDEX,      9, 0, 0},
  [OP_DROP_INDEX]      = {"drop_index",      OP_CREATE_INDEX,    2, 0, 0},
  [OP_RENAME_INDEX]    = {"rename_index",    OP_RENAME_INDEX,    9, 0, 0},
  [OP_CREATE_VIEW]     = {"create_view",     OP_DROP_VIEW,      11, 0, 0},
  [OP_DROP_VIEW]       = {"drop_view",       OP_CREATE_VIEW,     1, 0, 0},
  [OP_CREATE_TRIGGER]  = {"create_trigger",  OP_DROP_TRIGGER,   12, 0, 0},
  [OP_DROP_TRIGGER]    = {"drop_trigger",    OP_CREATE_TRIGGER,  0, 0, 0},
  [OP_CREATE_VIRTUAL_TABLE] =
      {"create_virtual_table", OP_DROP_VIRTUAL_TABLE, 10, 0, 0},
  [OP_DROP_VIRTUAL_TABLE] =
      {"drop_virtual_table", OP_CREATE_VIRTUAL_TABLE, 1, 0, 1},
};
enum { PHASE_EARLY_DROP = 3, PHASES = 13 };
// clang-format on

const OpInfo *op_info(Op op) {
  return &infos[op];
}

bool diff_alters(const Change *change) {
  return infos[change->op].alters && (change->table_from || change->table_to);
}

/* ---- making changes ----------------------------------------------------- */

static Change *add_change(Ctx *ctx, Changes *changes, Op op,
                          const char *object) {
  Change *change = MEM_PUSH(ctx, changes->list, changes->count);
  if (change == NULL) return NULL;
  change->op = op;
  change->object = change->object_back = object;
  change->lossy = infos[op].lossy;
  change->column_from = change->column_to = -1;
  return change;
}

static const char *count_of(Ctx *ctx, int n, const char *what) {
  return mem_printf(ctx, "%d %s%s", n, what, n == 1 ? "" : "s");
}

/* A change of a table that stays, or comes, or goes. */
static Change *table_change(Ctx *ctx, Changes *changes, Op op,
                            const Table *from, const Table *to,
                            const char *detail) {
  Change *change = add_change(ctx, changes, op, to ? to->name : from->name);
  if (change == NULL) return NULL;
  if (from) change->object_back = from->name;
  change->table_from = from;
  change->table_to = to;
  change->model = to && to->model ? to->model : from ? from->model : NULL;
  change->detail = change->detail_back = detail;
  return change;
}

/* ---- tables ------------------------------------------------------------- */

/* "what was -> what will be", and the other way round. */
static Change *change_of(Ctx *ctx, Changes *changes, Op op, const Table *from,
                         const Table *to, const char *was, const char *will) {
  Change *change = table_change(ctx, changes, op, from, to,
                                mem_printf(ctx, "%s -> %s", was, will));
  if (change) change->detail_back = mem_printf(ctx, "%s -> %s", will, was);
  return change;
}

bool diff_backfills(const Change *change) {
  if (change->column_to < 0 || change->op == OP_RENAME_COLUMN) return false;
  const Column *to = &change->table_to->columns[change->column_to];
  if (to->backfill == NULL || change->column_from < 0)
    return to->backfill != NULL && !change->unfilled;
  const Column *from = &change->table_from->columns[change->column_from];
  return !change->inverse && column_says_backfill(to, from);
}

/* Says in `detail` which backfill the change runs. */
static void detail_backfill(Ctx *ctx, Change *change) {
  if (!diff_backfills(change)) return;
  change->detail =
      mem_printf(ctx, "%s, backfill %s", change->detail,
                 change->table_to->columns[change->column_to].backfill);
}

/* A table that stays: as it was, with the names that it gets, as it will be.
** The first two have the same columns in the same order. */
typedef struct Pair {
  const Table *from, *renamed, *to;
  const Schema *all_renamed, *all_to; /* their schemas */
} Pair;

/* Does the change of a constraint concern the column? */
static bool constraint_differs(Ctx *ctx, const Table *a, const Table *b,
                               const char *column) {
  for (int i = 0; i < a->nconstraint; i++)
    if (table_lacks(b, a, i) &&
        constraint_names(ctx, &a->constraints[i], column))
      return true;
  return false;
}

/* Is there a new index that names the column? */
static bool index_is_new(Ctx *ctx, const Pair *pair, const char *column) {
  for (int i = 0; i < pair->all_to->nindex; i++) {
    const Index *index = pair->all_to->indexes[i];
    const Index *old = schema_index(pair->all_renamed, index->name);
    if (name_equal(index->table, pair->to->name) &&
        (old == NULL || strcmp(old->norm, index->norm) != 0) &&
        index_names(ctx, index, column))
      return true;
  }
  return false;
}

/* The backfill of column i, which is k then, runs though its definition stays:
** its name, its table's name or options, or what names it is another. */
static bool fills_unaltered(Ctx *ctx, const Pair *pair, int i, int k) {
  const Table *from = pair->from, *renamed = pair->renamed, *to = pair->to;
  const char *name = to->columns[k].name;
  if (!column_says_backfill(&to->columns[k], &from->columns[i])) return false;
  return strcmp(from->columns[i].name, renamed->columns[i].name) != 0 ||
         strcmp(from->name, renamed->name) != 0 ||
         table_options(from) != table_options(to) ||
         constraint_differs(ctx, renamed, to, name) ||
         constraint_differs(ctx, to, renamed, name) ||
         index_is_new(ctx, pair, name);
}

static void rename_column(Ctx *ctx, Changes *changes, const Pair *pair, int i,
                          int k) {
  const char *was = pair->from->columns[i].name;
  const char *will = pair->renamed->columns[i].name;
  if (strcmp(was, will) == 0) return;
  Change *change = change_of(ctx, changes, OP_RENAME_COLUMN, pair->from,
                             pair->to, was, will);
  if (change == NULL) return;
  change->column_from = i;
  change->column_to = k;
}

static void alter_column(Ctx *ctx, Changes *changes, const Pair *pair, int i,
                         int k) {
  const Table *from = pair->from, *to = pair->to;
  const Column *a = &pair->renamed->columns[i], *b = &to->columns[k];
  if (strcmp(a->norm, b->norm) == 0 && !fills_unaltered(ctx, pair, i, k))
    return;
  Change *change =
      change_of(ctx, changes, OP_ALTER_COLUMN, from, to,
                render_column(ctx, from, i), render_column(ctx, to, k));
  if (change == NULL) return;
  change->column_from = i;
  change->column_to = k;
  change->hint = note_type(ctx, b);
  change->lossy = strcmp(type_affinity(a->type), type_affinity(b->type)) != 0 ||
                  (b->generated.sql && !a->generated.sql) ||
                  diff_backfills(change);
  detail_backfill(ctx, change);
}

static void say_rename(Ctx *ctx, Change *add, const Column *a,
                       const Column *b) {
  add->hint = mem_printf(
      ctx,
      "if it is \"%s\" under another name, say so: UPDATE orm_column SET id = "
      "%lld WHERE id = %lld, or -- @renamed from=%s in orm_declare",
      a->name, a->id, b->id, render_name(ctx, a->name));
}

/* A column that goes and a like one that comes may be the same to the author;
** nothing is guessed, but it is said how to say so. */
static void hint_at_columns(Ctx *ctx, Changes *changes, const Pair *pair,
                            int first) {
  Gone *gone = NULL;
  const Column **news = NULL;
  int ngone = 0, nnew = 0;
  for (int i = first; ctx_ok(ctx) && i < changes->count; i++) {
    const Change *c = &changes->list[i];
    if (c->op == OP_DROP_COLUMN) {
      Gone *slot = MEM_PUSH(ctx, gone, ngone);
      if (slot)
        *slot = (Gone){&pair->from->columns[c->column_from],
                       &pair->renamed->columns[c->column_from]};
    } else if (c->op == OP_ADD_COLUMN) {
      const Column **slot = MEM_PUSH(ctx, news, nnew);
      if (slot) *slot = &pair->to->columns[c->column_to];
    }
  }
  int *match = (int *)mem_new(ctx, sizeof(int) * (size_t)(nnew + 1));
  if (match) alike_match(ctx, gone, ngone, news, nnew, match);
  for (int i = first, k = 0; ctx_ok(ctx) && i < changes->count; i++) {
    if (changes->list[i].op != OP_ADD_COLUMN) continue;
    if (match[k] >= 0)
      say_rename(ctx, &changes->list[i], gone[match[k]].column, news[k]);
    k++;
  }
}

/* Rows that are added after a NOT NULL column was dropped have no value for it.
*/
static const char *warn_of_undo(Ctx *ctx, const Table *table, int i) {
  const Column *c = &table->columns[i];
  if (!c->notnull || c->value.sql || c->generated.sql || c->backfill ||
      i == table->rowid_alias)
    return NULL;
  return mem_printf(
      ctx,
      "rows added later have no value for it, so that this version cannot be "
      "undone once there is one, unless its down says what they get: "
      "-- @backfill VALUE and a line end after the definition of %s",
      render_name(ctx, c->name));
}

static void diff_columns(Ctx *ctx, Changes *changes, const Pair *pair) {
  const Table *from = pair->from, *renamed = pair->renamed, *to = pair->to;
  int first = changes->count;
  for (int i = 0; ctx_ok(ctx) && i < from->ncolumn; i++) {
    int k = table_counterpart(to, renamed, i);
    if (k >= 0) {
      rename_column(ctx, changes, pair, i, k);
      alter_column(ctx, changes, pair, i, k);
      continue;
    }
    Change *change = table_change(ctx, changes, OP_DROP_COLUMN, from, to,
                                  render_column(ctx, from, i));
    if (change) change->column_from = i;
    if (change) change->undo = warn_of_undo(ctx, from, i);
  }
  for (int k = 0; ctx_ok(ctx) && k < to->ncolumn; k++) {
    if (table_counterpart(renamed, to, k) >= 0) continue;
    Change *change = table_change(ctx, changes, OP_ADD_COLUMN, from, to,
                                  render_column(ctx, to, k));
    if (change == NULL) return;
    change->column_to = k;
    change->hint = note_type(ctx, &to->columns[k]);
    detail_backfill(ctx, change);
  }
  hint_at_columns(ctx, changes, pair, first);
}

/* Constraints of `a` that `b` has not. One that goes away with its column is
** not a change of its own, and neither is one that comes with it. */
static void diff_constraints(Ctx *ctx, Changes *changes, const Pair *pair,
                             const Table *a, const Table *b, Op op) {
  for (int i = 0; ctx_ok(ctx) && i < a->nconstraint; i++) {
    const Constraint *c = &a->constraints[i];
    if (!table_lacks(b, a, i) || table_along_column(a, c, b)) continue;
    table_change(ctx, changes, op, pair->from, pair->to,
                 render_constraint(ctx, c, false));
  }
}

static void diff_table(Ctx *ctx, Changes *changes, const Pair *pair) {
  const Table *from = pair->from, *renamed = pair->renamed, *to = pair->to;
  int first = changes->count;
  if (strcmp(from->name, renamed->name) != 0)
    change_of(ctx, changes, OP_RENAME_TABLE, from, to, from->name,
              renamed->name);
  diff_columns(ctx, changes, pair);
  diff_constraints(ctx, changes, pair, renamed, to, OP_DROP_CONSTRAINT);
  diff_constraints(ctx, changes, pair, to, renamed, OP_ADD_CONSTRAINT);
  const char *before = table_options(from), *after = table_options(to);
  if (before != after)
    change_of(ctx, changes, OP_ALTER_OPTIONS, from, to,
              before ? before : "none", after ? after : "none");
  for (int i = first; i < changes->count; i++)
    changes->list[i].table_renamed = renamed;
}

enum { NAMED = 5 };

/* The declared views and triggers whose text the rename changes: SQLite's
** RENAME writes the new name into them. */
static const char *hint_at_followers(Ctx *ctx, const Schema *from,
                                     const Schema *renamed, const char *old) {
  const char *all = NULL;
  int n = 0;
  for (int i = 0; ctx_ok(ctx) && i < from->nobject; i++) {
    const Object *object = from->objects[i];
    if (object->id == 0 || strcmp(object->sql, renamed->objects[i]->sql) == 0 ||
        !token_mentions(ctx, object->sql, old))
      continue;
    if (++n > NAMED) continue;
    all = mem_printf(ctx, "%s%s %s", all ? mem_printf(ctx, "%s, ", all) : "",
                     object_type_name(object->type),
                     render_name(ctx, object->name));
  }
  if (n > NAMED) all = mem_printf(ctx, "%s and %d more", all, n - NAMED);
  return all ? mem_printf(ctx, "also in %s", all) : NULL;
}

static void hint_at_renames(Ctx *ctx, Changes *changes, const Schema *from,
                            const Schema *renamed) {
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++) {
    Change *c = &changes->list[i];
    const char *old = c->op == OP_RENAME_TABLE ? c->object_back
                      : c->op == OP_RENAME_COLUMN
                          ? c->table_from->columns[c->column_from].name
                          : NULL;
    if (old && c->hint == NULL)
      c->hint = hint_at_followers(ctx, from, renamed, old);
  }
}

/* The same columns, by name and definition? */
static bool alike(const Table *a, const Table *b) {
  if (a->ncolumn != b->ncolumn) return false;
  for (int i = 0; i < a->ncolumn; i++) {
    int k = table_counterpart(b, a, i);
    if (k < 0 || strcmp(a->columns[i].norm, b->columns[k].norm) != 0)
      return false;
  }
  return true;
}

static void hint_at_table(Ctx *ctx, Changes *changes, Change *create) {
  const Table *b = create->table_to;
  for (int i = 0; i < changes->count; i++) {
    const Change *drop = &changes->list[i];
    const Table *a = drop->table_from;
    if (drop->op != OP_DROP_TABLE || a->id == 0 || b->id == 0 || !alike(a, b))
      continue;
    create->hint = mem_printf(
        ctx,
        "if it is \"%s\" under another name, say so: UPDATE orm_model SET id = "
        "%lld WHERE id = %lld, or -- @renamed from=%s in orm_declare",
        a->name, a->id, b->id, render_name(ctx, a->name));
    return;
  }
}

/* A foreign key to a table that goes: where foreign keys are on, its table
** cannot be written any more. */
static const char *hint_at_children(Ctx *ctx, const Schema *to,
                                    const char *parent) {
  for (int i = 0; ctx_ok(ctx) && i < to->ntable; i++) {
    const Table *table = to->tables[i];
    for (int k = 0; k < table->nconstraint; k++) {
      const Constraint *c = &table->constraints[k];
      if (c->kind == CONSTRAINT_FOREIGN && name_equal(c->parent, parent))
        return mem_printf(ctx, "%s (%s) still REFERENCES it",
                          render_name(ctx, table->name), c->terms[0].column);
    }
  }
  return NULL;
}

static void diff_tables(Ctx *ctx, Changes *changes, const Schema *from,
                        const Schema *renamed, const Schema *to) {
  for (int i = from->ntable - 1; ctx_ok(ctx) && i >= 0; i--) {
    const Table *a = from->tables[i];
    const char *name = renamed->tables[i]->name;
    if (schema_table(to, name)) continue;
    Change *drop = table_change(ctx, changes, OP_DROP_TABLE, a, NULL,
                                count_of(ctx, a->ncolumn, "column"));
    if (drop) drop->hint = hint_at_children(ctx, to, name);
  }
  for (int i = 0; ctx_ok(ctx) && i < from->ntable; i++) {
    Pair pair = {from->tables[i], renamed->tables[i],
                 schema_table(to, renamed->tables[i]->name), renamed, to};
    if (pair.to == NULL) continue;
    pair.renamed = captive_table(ctx, pair.renamed, pair.to);
    diff_table(ctx, changes, &pair);
  }
  for (int i = 0; ctx_ok(ctx) && i < to->ntable; i++) {
    const Table *b = to->tables[i];
    if (schema_table(renamed, b->name)) continue;
    Change *create = table_change(ctx, changes, OP_CREATE_TABLE, NULL, b,
                                  count_of(ctx, b->ncolumn, "column"));
    if (create) create->hint = note_types(ctx, b);
    if (create) hint_at_table(ctx, changes, create);
  }
}

bool diff_renames_simply(const Change *change) {
  const Table *from = change->table_from;
  int other =
      table_column(from, change->table_to->columns[change->column_to].name);
  return other < 0 || other == change->column_from;
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

static const Index *index_by_id(const Schema *schema, i64 id) {
  for (int i = 0; id && i < schema->nindex; i++)
    if (schema->indexes[i]->id == id) return schema->indexes[i];
  return NULL;
}

/* The index of `to` that is the same but for its name, which is free. */
static const Index *index_renamed(const Schema *from, const Index *a,
                                  const Schema *to) {
  const Index *namesake = schema_index(to, a->name);
  if (namesake && (namesake->id != a->id || !strcmp(namesake->name, a->name)))
    return NULL;
  const Index *b = namesake ? namesake : index_by_id(to, a->id);
  if (b == NULL || b->id == 0 || strcmp(a->norm, b->norm) != 0) return NULL;
  return namesake || schema_index(from, b->name) == NULL ? b : NULL;
}

static void rename_index(Ctx *ctx, Changes *changes, const Schema *from,
                         const Schema *to, const Index *a, const Index *b) {
  Change *change = add_change(ctx, changes, OP_RENAME_INDEX, b->name);
  if (change == NULL) return;
  change->object_back = a->name;
  change->model = model_of(to, from, b->table);
  change->detail = mem_printf(ctx, "%s -> %s", a->name, b->name);
  change->detail_back = mem_printf(ctx, "%s -> %s", b->name, a->name);
  change->index_from = a;
  change->index_to = b;
}

/* Has `to` the index `a` of `from`, and may that stay as it is? */
static bool keeps_index(Ctx *ctx, const Schema *from, const Index *a,
                        const Schema *to) {
  const Index *b = schema_index(to, a->name);
  if (b == NULL || strcmp(a->norm, b->norm) != 0) return false;
  const Table *old = schema_table(from, a->table);
  const Table *now = schema_table(to, b->table);
  return old == NULL || now == NULL || !captive_index(ctx, a, old, now);
}

static void diff_indexes(Ctx *ctx, Changes *changes, const Schema *from,
                         const Schema *renamed, const Schema *to) {
  NameMap *done = map_new(ctx); /* names in `to` of what was renamed */
  for (int i = 0; ctx_ok(ctx) && i < from->nindex; i++) {
    const Index *a = renamed->indexes[i];
    const Index *b = index_renamed(from, a, to);
    const Table *old = schema_table(renamed, a->table);
    const Table *now = schema_table(to, a->table);
    if (b && old && now && captive_index(ctx, a, old, now)) b = NULL;
    if (b) {
      rename_index(ctx, changes, from, to, from->indexes[i], b);
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

/* Is the trigger on a view? */
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
  Change *change =
      add_change(ctx, changes, create ? op : infos[op].inverse, object->name);
  if (change == NULL) return;
  change->model = model_of(to, from, object->table);
  if (object->table)
    change->detail = mem_printf(ctx, "on %s", render_name(ctx, object->table));
  if (triggers.count) change->detail = count_of(ctx, triggers.count, "trigger");
  change->detail_back = change->detail;
  if (create) change->hint = object->hint;
  *(create ? &change->object_to : &change->object_from) = object;
  *(create ? &change->triggers_to : &change->triggers_from) = triggers;
}

/* Is what the trigger is on dropped and made anew on the way? */
static bool target_changes(const Schema *a, const Schema *b,
                           const Object *trigger) {
  if (trigger->table == NULL) return false;
  const Object *x = schema_object(a, OBJECT_VIEW, trigger->table);
  const Object *y = schema_object(b, OBJECT_VIEW, trigger->table);
  if (x && y) return strcmp(x->norm, y->norm) != 0;
  bool here = schema_table(a, trigger->table) != NULL;
  return x != y || here != (schema_table(b, trigger->table) != NULL);
}

/* Has the other schema the same object, and may it stay as it is? */
static bool stays(const Schema *a, const Schema *b, const Object *object) {
  const Object *other = schema_object(b, object->type, object->name);
  return other && strcmp(other->norm, object->norm) == 0 &&
         !target_changes(a, b, object);
}

/* Is it a change of its own? */
static bool changes_alone(const Schema *a, const Schema *b,
                          const Object *object) {
  bool with_view = is_on_view(a, object) && target_changes(a, b, object);
  return !with_view && !stays(a, b, object);
}

/* A virtual table that gets another name, and keeps what it holds. */
static void rename_virtual(Ctx *ctx, Changes *changes, const Object *a,
                           const Object *now, const Schema *to) {
  const Object *b = schema_object(to, OBJECT_VIRTUAL, now->name);
  if (a->type != OBJECT_VIRTUAL || b == NULL || name_equal(a->name, now->name))
    return;
  Change *change = add_change(ctx, changes, OP_RENAME_TABLE, b->name);
  if (change == NULL) return;
  change->object_back = a->name;
  change->detail = mem_printf(ctx, "%s -> %s", a->name, b->name);
  change->detail_back = mem_printf(ctx, "%s -> %s", b->name, a->name);
  change->object_from = a;
  change->object_to = b;
}

/* A full-text table whose content is called otherwise now. */
static void follow_content(Ctx *ctx, Changes *changes, const Object *a,
                           const Object *now, const Schema *to) {
  const Object *b = schema_object(to, OBJECT_VIRTUAL, now->name);
  if (a->type != OBJECT_VIRTUAL || b == NULL ||
      strcmp(b->norm, now->norm) != 0 || strcmp(a->sql, now->sql) == 0)
    return;
  const char *moved = edit_named(ctx, a->sql, now->name);
  const Statement *s = moved ? parse_create(ctx, moved) : NULL;
  if (s == NULL || strcmp(s->object->norm, now->norm) == 0) return;
  Change *change = add_change(ctx, changes, OP_ALTER_OPTIONS, b->name);
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

/* ---- the whole ---------------------------------------------------------- */

/* What a change's place among the others depends on. */
typedef struct Places {
  NameMap *taken;   /* names that tables get by being renamed */
  NameMap *renames; /* tables whose columns are renamed */
} Places;

static Places find_places(Ctx *ctx, const Changes *changes) {
  Places p = {map_new(ctx), map_new(ctx)};
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++) {
    const Change *c = &changes->list[i];
    if (c->op == OP_RENAME_TABLE) map_put(ctx, p.taken, c->object, p.taken);
    if (c->op == OP_RENAME_COLUMN)
      map_put(ctx, p.renames, c->object, p.renames);
  }
  return p;
}

/* A table goes late, so that a script may still read it; but its name may be
** wanted. A table whose columns are renamed is altered before others are, and
** before new ones come: what refers to it does so by the new names, which
** SQLite's RENAME COLUMN would take for the old ones. */
static int phase_of(const Change *change, const Places *places) {
  bool drops = change->op == OP_DROP_TABLE;
  if (drops && map_get(places->taken, change->object)) return PHASE_EARLY_DROP;
  bool alters = diff_alters(change);
  if (alters && map_get(places->renames, change->object))
    return infos[OP_RENAME_COLUMN].phase;
  return infos[change->op].phase;
}

static void add_copy(Ctx *ctx, Changes *changes, const Change *change) {
  Change *slot = MEM_PUSH(ctx, changes->list, changes->count);
  if (slot) *slot = *change;
}

/* By phase, keeping the order within a phase. */
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

/* The end of the run of changes that alter one table, which begins at `from`.
 */
static int group_end(const Changes *changes, int from) {
  const Change *first = &changes->list[from];
  int to = from + 1;
  while (diff_alters(first) && to < changes->count &&
         diff_alters(&changes->list[to]) &&
         changes->list[to].table_to == first->table_to)
    to++;
  return to;
}

/* Of the changes of one table, renames before all else: a new column may have
** the name that one gives up. */
static Changes renames_first(Ctx *ctx, Changes changes) {
  Changes sorted = {NULL, 0, NULL};
  for (int from = 0, to; from < changes.count; from = to) {
    to = group_end(&changes, from);
    for (int pass = 0; pass < 2; pass++)
      for (int i = from; i < to; i++)
        if ((changes.list[i].op == OP_RENAME_COLUMN) == (pass == 0))
          add_copy(ctx, &sorted, &changes.list[i]);
  }
  if (!ctx_ok(ctx)) sorted.count = 0;
  return sorted;
}

Changes diff_schemas(Ctx *ctx, const Schema *from, const Schema *renamed,
                     const Schema *to) {
  Changes changes = {NULL, 0, NULL};
  if (!ctx_ok(ctx)) return changes;
  diff_tables(ctx, &changes, from, renamed, to);
  diff_indexes(ctx, &changes, from, renamed, to);
  diff_objects(ctx, &changes, from, renamed, to);
  if (renamed != from) hint_at_renames(ctx, &changes, from, renamed);
  changes = renames_first(ctx, in_phases(ctx, &changes));
  for (int i = 0; i < changes.count; i++) changes.list[i].seq = i;
  return changes;
}

static void adopt_backfills(Schema *live, const Schema *declared) {
  for (int i = 0; i < live->ntable; i++) {
    const Table *table = schema_table(declared, live->tables[i]->name);
    for (int k = 0; table && k < live->tables[i]->ncolumn; k++) {
      Column *c = &live->tables[i]->columns[k];
      int same = table_counterpart(table, live->tables[i], k);
      if (same >= 0) c->backfill = table->columns[same].backfill;
      c->filled = same >= 0;
    }
  }
}

Changes diff_live(Ctx *ctx, Schema *live, const Schema *declared) {
  if (live && declared) {
    schema_adopt(ctx, live, declared);
    adopt_backfills(live, declared);
  }
  return diff_schemas(ctx, live, live, declared);
}

/* The change that undoes c. */
static Change inverse_of(const Change *c) {
  Change back = *c;
  back.inverse = true;
  back.op = infos[c->op].inverse;
  back.lossy = infos[back.op].lossy || (c->op == back.op && c->lossy);
  back.object = c->object_back;
  back.object_back = c->object;
  back.detail = c->detail_back;
  back.detail_back = c->detail;
  back.hint = back.undo = NULL;
  back.table_from = c->table_to;
  back.table_to = c->table_from;
  back.table_renamed = NULL;
  back.text_from = c->text_to;
  back.text_to = c->text_from;
  back.column_from = c->column_to;
  back.column_to = c->column_from;
  back.index_from = c->index_to;
  back.index_to = c->index_from;
  back.object_from = c->object_to;
  back.object_to = c->object_from;
  back.triggers_from = c->triggers_to;
  back.triggers_to = c->triggers_from;
  return back;
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

/* By the names before and after; of a view, those of its triggers too. */
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
  return mem_printf(ctx, "%s \"%s\"%s%s%s", infos[change->op].name,
                    change->object, change->detail ? " (" : "",
                    change->detail ? change->detail : "",
                    change->detail ? ")" : "");
}
