#include "plan/diff_tables.h"

#include "base/digest.h"
#include "base/nearest.h"
#include "base/token.h"
#include "ddl/render.h"
#include "schema/dqs_table.h"
#include "schema/similar.h"
#include "schema/type_note.h"

/* Appends the backfill that the change runs to its detail. */
static void detail_backfill(Ctx *ctx, Change *change) {
  if (!change_backfills(change)) return;
  change->detail =
      mem_printf(ctx, "%s, backfill %s", change->detail,
                 change->table_to->columns[change->column_to].backfill);
}

/* A table that exists before and after; `renamed` is `from` with the new names,
** the same columns in the same order. */
typedef struct Pair {
  const Table *from, *renamed, *to;
  const Schema *schema_renamed, *schema_to;
} Pair;

/* Returns true if `b` lacks a constraint of `a` that names the column. */
static bool constraint_differs(Ctx *ctx, const Table *a, const Table *b,
                               const char *column) {
  for (int i = 0; i < a->nconstraint; i++)
    if (table_lacks_constraint(b, a, i) &&
        constraint_uses(ctx, &a->constraints[i], column))
      return true;
  return false;
}

/* Returns true if a new index names the column. */
static bool index_is_new(Ctx *ctx, const Pair *pair, const char *column) {
  for (int i = 0; i < pair->schema_to->nindex; i++) {
    const Index *index = pair->schema_to->indexes[i];
    const Index *old = schema_index(pair->schema_renamed, index->name);
    if (name_equal(index->table, pair->to->name) &&
        (old == NULL || strcmp(old->norm, index->norm) != 0) &&
        index_uses(ctx, index, column))
      return true;
  }
  return false;
}

/* Returns true if the backfill of column i of `from`, column k of `to`, runs
** although the definition stays: the name of the column, the name or options of
** its table, or a constraint or index that names it changes. */
static bool fills_unaltered(Ctx *ctx, const Pair *pair, int i, int k) {
  const Table *from = pair->from, *renamed = pair->renamed, *to = pair->to;
  const char *name = to->columns[k].name;
  if (!column_needs_backfill(&to->columns[k], &from->columns[i])) return false;
  return strcmp(from->columns[i].name, renamed->columns[i].name) != 0 ||
         strcmp(from->name, renamed->name) != 0 ||
         table_options(from) != table_options(to) ||
         constraint_differs(ctx, renamed, to, name) ||
         constraint_differs(ctx, to, renamed, name) ||
         index_is_new(ctx, pair, name);
}

static void diff_rename_column(Ctx *ctx, Changes *changes, const Pair *pair,
                               int i, int k) {
  const char *was = pair->from->columns[i].name;
  const char *will = pair->renamed->columns[i].name;
  if (strcmp(was, will) == 0) return;
  Change *change = change_add_replaced(ctx, changes, OP_RENAME_COLUMN,
                                       pair->from, pair->to, was, will);
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
  Change *change = change_add_replaced(ctx, changes, OP_ALTER_COLUMN, from, to,
                                       render_column(ctx, from, i),
                                       render_column(ctx, to, k));
  if (change == NULL) return;
  change->column_from = i;
  change->column_to = k;
  change->hint = type_note_column(ctx, b);
  change->lossy = type_affinity(a->type) != type_affinity(b->type) ||
                  (b->generated.sql && !a->generated.sql) ||
                  change_backfills(change);
  detail_backfill(ctx, change);
}

/* Sets the hint that the new column b may be the dropped column a. */
static void hint_at_rename(Ctx *ctx, Change *add, const Column *a,
                           const Column *b) {
  add->may_rename = true;
  add->hint = mem_printf(
      ctx,
      "if it is \"%s\" under another name, say so: UPDATE orm_column SET id = "
      "%lld WHERE id = %lld, or -- @renamed from=%s in orm_declare",
      a->name, a->id, b->id, render_name(ctx, a->name));
}

/* A dropped column and a similar new one may be a rename. orm does not guess:
** the hint shows how to declare the rename. */
static void hint_at_columns(Ctx *ctx, Changes *changes, const Pair *pair,
                            int first) {
  DroppedColumn *dropped = NULL;
  const Column **added = NULL;
  int ndropped = 0, nadded = 0;
  for (int i = first; ctx_ok(ctx) && i < changes->count; i++) {
    const Change *c = &changes->list[i];
    if (c->op == OP_DROP_COLUMN) {
      DroppedColumn *slot = MEM_PUSH(ctx, dropped, ndropped);
      if (slot)
        *slot = (DroppedColumn){&pair->from->columns[c->column_from],
                                &pair->renamed->columns[c->column_from]};
    } else if (c->op == OP_ADD_COLUMN) {
      const Column **slot = MEM_PUSH(ctx, added, nadded);
      if (slot) *slot = &pair->to->columns[c->column_to];
    }
  }
  int *match = (int *)mem_new(ctx, sizeof(int) * (size_t)(nadded + 1));
  if (match) similar_match(ctx, dropped, ndropped, added, nadded, match);
  for (int i = first, k = 0; ctx_ok(ctx) && i < changes->count; i++) {
    if (changes->list[i].op != OP_ADD_COLUMN) continue;
    if (match[k] >= 0)
      hint_at_rename(ctx, &changes->list[i], dropped[match[k]].column,
                     added[k]);
    k++;
  }
}

/* Returns a warning if the drop of column i may be impossible to undo: rows
** that are added later have no value for a NOT NULL column. */
static const char *warn_of_undo(Ctx *ctx, const Table *table, int i) {
  const Column *c = &table->columns[i];
  if (!c->notnull || c->default_value.sql || c->generated.sql || c->backfill ||
      i == table->rowid_alias)
    return NULL;
  return mem_printf(
      ctx,
      "rows added later have no value for it, so that this version cannot be "
      "undone once there is one, unless its down says what they get: "
      "/* @backfill VALUE */ after the definition of %s",
      render_name(ctx, c->name));
}

static void diff_columns(Ctx *ctx, Changes *changes, const Pair *pair) {
  const Table *from = pair->from, *renamed = pair->renamed, *to = pair->to;
  int first = changes->count;
  for (int i = 0; ctx_ok(ctx) && i < from->ncolumn; i++) {
    int k = table_counterpart(to, renamed, i);
    if (k >= 0) {
      diff_rename_column(ctx, changes, pair, i, k);
      alter_column(ctx, changes, pair, i, k);
      continue;
    }
    Change *change = change_add_table(ctx, changes, OP_DROP_COLUMN, from, to,
                                      render_column(ctx, from, i));
    if (change) change->column_from = i;
    if (change) change->undo = warn_of_undo(ctx, from, i);
  }
  for (int k = 0; ctx_ok(ctx) && k < to->ncolumn; k++) {
    if (table_counterpart(renamed, to, k) >= 0) continue;
    Change *change = change_add_table(ctx, changes, OP_ADD_COLUMN, from, to,
                                      render_column(ctx, to, k));
    if (change == NULL) return;
    change->column_to = k;
    change->hint = type_note_column(ctx, &to->columns[k]);
    detail_backfill(ctx, change);
  }
  hint_at_columns(ctx, changes, pair, first);
}

/* Adds a change for each constraint of `a` that `b` lacks. A constraint that is
** dropped or added with its column is no change of its own. */
static void diff_constraints(Ctx *ctx, Changes *changes, const Pair *pair,
                             const Table *a, const Table *b, Op op) {
  for (int i = 0; ctx_ok(ctx) && i < a->nconstraint; i++) {
    const Constraint *c = &a->constraints[i];
    if (!table_lacks_constraint(b, a, i) || constraint_follows_column(a, c, b))
      continue;
    change_add_table(ctx, changes, op, pair->from, pair->to,
                     render_constraint(ctx, c, false));
  }
}

static void diff_table(Ctx *ctx, Changes *changes, const Pair *pair) {
  const Table *from = pair->from, *renamed = pair->renamed, *to = pair->to;
  int first = changes->count;
  if (strcmp(from->name, renamed->name) != 0)
    change_add_replaced(ctx, changes, OP_RENAME_TABLE, from, to, from->name,
                        renamed->name);
  diff_columns(ctx, changes, pair);
  diff_constraints(ctx, changes, pair, renamed, to, OP_DROP_CONSTRAINT);
  diff_constraints(ctx, changes, pair, to, renamed, OP_ADD_CONSTRAINT);
  const char *before = table_options(from), *after = table_options(to);
  if (before != after)
    change_add_replaced(ctx, changes, OP_ALTER_OPTIONS, from, to,
                        before ? before : "none", after ? after : "none");
  for (int i = first; i < changes->count; i++)
    changes->list[i].table_renamed = renamed;
}

enum { MOST_NAMED = 5 };

/* Returns a hint that lists the declared views and triggers whose text the
** rename changes: SQLite's RENAME writes the new name into them. NULL if there
** are none. */
static const char *hint_at_followers(Ctx *ctx, const Schema *from,
                                     const Schema *renamed, const char *old) {
  const char *all = NULL;
  int n = 0;
  for (int i = 0; ctx_ok(ctx) && i < from->nobject; i++) {
    const Object *object = from->objects[i];
    if (object->id == 0 || strcmp(object->sql, renamed->objects[i]->sql) == 0 ||
        !token_mentions(ctx, object->sql, old))
      continue;
    if (++n > MOST_NAMED) continue;
    all = mem_printf(ctx, "%s%s %s", all ? mem_printf(ctx, "%s, ", all) : "",
                     object_type_name(object->type),
                     render_name(ctx, object->name));
  }
  if (n > MOST_NAMED)
    all = mem_printf(ctx, "%s and %d more", all, n - MOST_NAMED);
  return all ? mem_printf(ctx, "also in %s", all) : NULL;
}

/* Many columns of one name may be renamed: their hint is made once. */
void diff_tables_hint(Ctx *ctx, Changes *changes, const Schema *from,
                      const Schema *renamed) {
  static const char none[] = "";
  NameMap *hints = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++) {
    Change *c = &changes->list[i];
    const char *old = c->op == OP_RENAME_TABLE ? c->object_back
                      : c->op == OP_RENAME_COLUMN
                          ? c->table_from->columns[c->column_from].name
                          : NULL;
    if (old == NULL || c->hint) continue;
    const char *hint = (const char *)map_get(hints, old);
    if (hint == NULL) hint = hint_at_followers(ctx, from, renamed, old);
    map_put(ctx, hints, old, (void *)(size_t)(hint ? hint : none));
    if (hint && *hint) c->hint = hint;
  }
}

/* Returns true if both tables have the same columns. */
static bool has_same_columns(const Table *a, const Table *b) {
  if (a->ncolumn != b->ncolumn) return false;
  for (int i = 0; i < a->ncolumn; i++) {
    int k = table_counterpart(b, a, i);
    if (k < 0 || strcmp(a->columns[i].norm, b->columns[k].norm) != 0)
      return false;
  }
  return true;
}

/* The dropped tables that have an id. */
typedef struct DroppedTables {
  const Table **list;
  int count;
  NameMap *by_columns; /* columns_key() to the first table with these columns */
} DroppedTables;

/* Returns a key that tables with the same columns share. */
static const char *columns_key(Ctx *ctx, const Table *table) {
  DigestSum sum = {0, 0};
  for (int i = 0; i < table->ncolumn; i++)
    digest_sum_add(&sum, &table->columns[i].norm, 1);
  return digest_sum_text(ctx, &sum);
}

static void add_dropped(Ctx *ctx, DroppedTables *dropped, const Table *table) {
  if (table->id == 0) return;
  const char *key = columns_key(ctx, table);
  const Table **slot = MEM_PUSH(ctx, dropped->list, dropped->count);
  if (slot == NULL || key == NULL) return;
  *slot = table;
  if (map_get(dropped->by_columns, key) == NULL)
    map_put(ctx, dropped->by_columns, key, (void *)(size_t)table);
}

/* Above this number, dropped tables are not compared by their names: the time
** would grow with the product of dropped and new tables. */
enum { MOST_COMPARED = 200 };

/* Returns the dropped table that the new table b may be under another name: one
** with the same columns, or else the one with the most similar name. NULL if
** there is none. */
static const Table *find_former(Ctx *ctx, const DroppedTables *dropped,
                                const Table *b) {
  if (b->id == 0 || dropped->count == 0) return NULL;
  const char *key = columns_key(ctx, b);
  const Table *same =
      key ? (const Table *)map_get(dropped->by_columns, key) : NULL;
  if (same && has_same_columns(same, b)) return same;
  const Table *similar = NULL;
  Nearest near = {.name = b->name};
  if (dropped->count > MOST_COMPARED) return NULL;
  for (int i = 0; i < dropped->count; i++) {
    const char *best = near.best;
    nearest_try(&near, dropped->list[i]->name);
    if (near.best != best) similar = dropped->list[i];
  }
  return similar;
}

/* Sets the hint that the created table may be a dropped one. */
static void hint_at_dropped(Ctx *ctx, const DroppedTables *dropped,
                            Change *create) {
  const Table *b = create->table_to, *a = find_former(ctx, dropped, b);
  if (a == NULL) return;
  create->may_rename = true;
  create->hint = mem_printf(
      ctx,
      "if it is \"%s\" under another name, say so: UPDATE orm_model SET id = "
      "%lld WHERE id = %lld, or -- @renamed from=%s in orm_declare",
      a->name, a->id, b->id, render_name(ctx, a->name));
}

/* A foreign key. */
typedef struct ChildKey {
  const Table *table;
  const Constraint *key;
} ChildKey;

/* Returns the first foreign key to each parent, by the name of the parent. */
static NameMap *find_child_keys(Ctx *ctx, const Schema *to) {
  NameMap *keys = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < to->ntable; i++)
    for (int k = 0; k < to->tables[i]->nconstraint; k++) {
      const Constraint *c = &to->tables[i]->constraints[k];
      if (c->kind != CONSTRAINT_FOREIGN || map_get(keys, c->parent)) continue;
      ChildKey *key = MEM_NEW(ctx, ChildKey);
      if (key == NULL) break;
      *key = (ChildKey){to->tables[i], c};
      map_put(ctx, keys, c->parent, key);
    }
  return keys;
}

/* Returns a hint if a table has a foreign key to the dropped table `parent`:
** with foreign keys on, that table cannot be written any more. */
static const char *hint_at_children(Ctx *ctx, const NameMap *keys,
                                    const char *parent) {
  const ChildKey *child = (const ChildKey *)map_get(keys, parent);
  if (child == NULL) return NULL;
  return mem_printf(ctx, "%s (%s) still REFERENCES it",
                    render_name(ctx, child->table->name),
                    child->key->terms[0].column);
}

static DroppedTables diff_dropped(Ctx *ctx, Changes *changes,
                                  const Schema *from, const Schema *renamed,
                                  const Schema *to) {
  DroppedTables dropped = {NULL, 0, map_new(ctx)};
  const NameMap *keys = NULL;
  for (int i = from->ntable - 1; ctx_ok(ctx) && i >= 0; i--) {
    const Table *a = from->tables[i];
    const char *name = renamed->tables[i]->name;
    if (schema_table(to, name)) continue;
    Change *drop = change_add_table(ctx, changes, OP_DROP_TABLE, a, NULL,
                                    change_count(ctx, a->ncolumn, "column"));
    if (keys == NULL) keys = find_child_keys(ctx, to);
    if (drop) drop->hint = hint_at_children(ctx, keys, name);
    add_dropped(ctx, &dropped, a);
  }
  return dropped;
}

void diff_tables_list(Ctx *ctx, Changes *changes, const Schema *from,
                      const Schema *renamed, const Schema *to) {
  const DroppedTables dropped = diff_dropped(ctx, changes, from, renamed, to);
  for (int i = 0; ctx_ok(ctx) && i < from->ntable; i++) {
    Pair pair = {from->tables[i], renamed->tables[i],
                 schema_table(to, renamed->tables[i]->name), renamed, to};
    if (pair.to == NULL) continue;
    pair.renamed = dqs_table_isolate(ctx, pair.renamed, pair.to);
    diff_table(ctx, changes, &pair);
  }
  for (int i = 0; ctx_ok(ctx) && i < to->ntable; i++) {
    const Table *b = to->tables[i];
    if (schema_table(renamed, b->name)) continue;
    Change *create = change_add_table(ctx, changes, OP_CREATE_TABLE, NULL, b,
                                      change_count(ctx, b->ncolumn, "column"));
    if (create) hint_at_dropped(ctx, &dropped, create);
  }
}
