#include "ship/merge.h"

#include <stdint.h>

/* ---- rows --------------------------------------------------------------- */

/* A meta row of one side. */
typedef struct MergeRow {
  i64 id;
  MetaRow *values;                    /* its own; the id in it does not count */
  struct Entity *entity;              /* the model, column, ... of the row */
  struct Entity *models[META_MODELS]; /* the models that it names */
  bool gone;                          /* deleted by the merge */
} MergeRow;

/* A model, column, ... that rows of several sides describe. */
typedef struct Entity {
  int number;
  bool theirs;      /* it was in their base */
  bool revived;     /* they deleted it, and the winner keeps it */
  MergeRow *before; /* our row before the change; NULL: none */
  MergeRow *ours;   /* our row after the change; NULL: none */
  MergeRow *merged; /* the row of the result; NULL, or gone: none */
} Entity;

typedef struct MergeRows {
  MergeRow **list;
  int count;
} MergeRows;

/* The rows of a side. */
typedef struct MergeSide {
  MergeRows rows[META_TABLES];
} MergeSide;

struct Merge {
  MergeSide ours, merged;
  i64 last_id[META_TABLES]; /* the highest id that was ever used */
  MergeWinner winner;
  int nentity;
  MergeRows seen[META_TABLES]; /* all rows that ours ever had, an id once */
  sqlite3_str *conflicts;
  int nconflict;
  int nopen; /* conflicts that no winner decides */
};

static MergeRow *add_merge_row(Ctx *ctx, MergeRows *rows, MergeRow *row) {
  MergeRow **slot = row ? MEM_PUSH(ctx, rows->list, rows->count) : NULL;
  if (slot) *slot = row;
  return slot ? row : NULL;
}

/* Returns a copy of the row with values of its own. */
static MergeRow *copy_row(Ctx *ctx, MetaKind kind, const MergeRow *row) {
  MergeRow *copy = MEM_NEW(ctx, MergeRow);
  MetaRow *values = copy ? rows_copy_row(ctx, kind, row->values) : NULL;
  if (values == NULL) return NULL;
  *copy = *row;
  copy->values = values;
  return copy;
}

static Entity *new_entity(Ctx *ctx, Merge *m) {
  Entity *entity = MEM_NEW(ctx, Entity);
  if (entity) entity->number = ++m->nentity;
  return entity;
}

/* Returns the row of the result, or NULL. */
static MergeRow *merged_row(const Entity *entity) {
  return entity && entity->merged && !entity->merged->gone ? entity->merged
                                                           : NULL;
}

static MergeSide read_side(Ctx *ctx, const MetaRows *rows) {
  MergeSide side;
  memset(&side, 0, sizeof(side));
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    for (int i = 0; i < rows->of[kind].count && ctx_ok(ctx); i++) {
      MergeRow *row = MEM_NEW(ctx, MergeRow);
      if (row == NULL) break;
      row->id = rows->of[kind].list[i]->id;
      row->values = rows_copy_row(ctx, kind, rows->of[kind].list[i]);
      add_merge_row(ctx, &side.rows[kind], row);
    }
  return side;
}

static const MetaRows *write_side(Ctx *ctx, const MergeSide *side) {
  MetaRows *rows = MEM_NEW(ctx, MetaRows);
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    for (int i = 0; i < side->rows[kind].count && ctx_ok(ctx); i++) {
      const MergeRow *row = side->rows[kind].list[i];
      if (row->gone) continue;
      MetaRow *values = rows_copy_row(ctx, kind, row->values);
      if (values) values->id = row->id;
      rows_add(ctx, rows, kind, values);
    }
  if (ctx_ok(ctx)) rows_sort(ctx, rows);
  return ctx_ok(ctx) ? rows : NULL;
}

/* ---- correspondence ----------------------------------------------------- */

/* Returns a number that two entities share only if the merge made one row of
** them. */
static i64 entity_id(const Entity *entity) {
  const MergeRow *merged = merged_row(entity);
  if (entity == NULL) return 0;
  return merged ? merged->id : -entity->number;
}

/* Returns the own name of a row, or else its content; NULL: neither. */
static const char *row_label(MetaKind kind, const MergeRow *row) {
  const MetaTable *table = columns_of(kind);
  const char *label = row->values->texts[table->label];
  if (label == NULL && table->content)
    label = row->values->texts[table->content];
  return label;
}

/* Returns the type of an orm_object; NULL for other kinds. */
static const char *row_type(MetaKind kind, const MergeRow *row) {
  return kind == META_OBJECT ? row->values->texts[OBJECT_TYPE] : NULL;
}

/* Returns the key by which a row is found among the rows of its kind. */
static const char *row_key(Ctx *ctx, MetaKind kind, const MergeRow *row) {
  const char *label = row_label(kind, row), *type = row_type(kind, row);
  return mem_printf(ctx, "%lld %s %s", entity_id(row->models[0]),
                    type ? type : "", label ? label : "");
}

static NameMap *rows_by_id(Ctx *ctx, const MergeRows *rows) {
  NameMap *map = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < rows->count; i++) {
    char *key = mem_printf(ctx, "%lld", rows->list[i]->id);
    if (key) map_put(ctx, map, key, rows->list[i]);
  }
  return map;
}

static MergeRow *by_id(Ctx *ctx, const NameMap *map, i64 id) {
  char *key = ctx_ok(ctx) ? mem_printf(ctx, "%lld", id) : NULL;
  return key ? (MergeRow *)map_get(map, key) : NULL;
}

/* Returns the rows that are not gone, by their keys. */
static NameMap *rows_by_key(Ctx *ctx, MetaKind kind, const MergeRows *rows) {
  NameMap *map = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < rows->count; i++) {
    if (rows->list[i]->gone) continue;
    const char *key = row_key(ctx, kind, rows->list[i]);
    if (key) map_put(ctx, map, key, rows->list[i]);
  }
  return map;
}

static MergeRow *by_key(Ctx *ctx, const NameMap *map, MetaKind kind,
                        const MergeRow *row) {
  const char *key = ctx_ok(ctx) ? row_key(ctx, kind, row) : NULL;
  return key ? (MergeRow *)map_get(map, key) : NULL;
}

/* Sets the models that the rows of a kind name. The rows of models must have
** their entities. */
static void find_models(Ctx *ctx, MergeSide *side, MetaKind kind) {
  const MetaTable *table = columns_of(kind);
  NameMap *models = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < side->rows[META_MODEL].count; i++) {
    MergeRow *model = side->rows[META_MODEL].list[i];
    const char *name = model->values->texts[MODEL_NAME];
    if (name) map_put(ctx, models, name, model);
  }
  for (int i = 0; ctx_ok(ctx) && i < side->rows[kind].count; i++) {
    MergeRow *row = side->rows[kind].list[i];
    for (int k = 0; k < META_MODELS; k++) {
      int column = table->models[k];
      const char *name = column ? row->values->texts[column] : NULL;
      const MergeRow *model =
          name ? (const MergeRow *)map_get(models, name) : NULL;
      row->models[k] = model ? model->entity : NULL;
    }
  }
}

/* Sets the entities of all rows of `side`. A row has the entity of the row of
** `known` with the same id, if ids are comparable, or else with the same key.
** Any other row has a new entity. */
static void identify(Ctx *ctx, Merge *m, MergeSide *side,
                     const MergeSide *known, bool comparable_ids) {
  for (MetaKind kind = 0; kind < META_TABLES && ctx_ok(ctx); kind++) {
    const MergeRows *rows = &side->rows[kind];
    find_models(ctx, side, kind);
    NameMap *ids = rows_by_id(ctx, &known->rows[kind]);
    NameMap *keys = rows_by_key(ctx, kind, &known->rows[kind]);
    NameMap *own = rows_by_id(ctx, rows);
    for (int i = 0; i < rows->count && ctx_ok(ctx); i++) {
      MergeRow *row = rows->list[i];
      MergeRow *same = comparable_ids ? by_id(ctx, ids, row->id) : NULL;
      if (same == NULL) same = by_key(ctx, keys, kind, row);
      bool is_other = same && same->id != row->id && comparable_ids &&
                      by_id(ctx, own, same->id);
      row->entity = same && !is_other ? same->entity : new_entity(ctx, m);
    }
  }
}

/* ---- conflicts ---------------------------------------------------------- */

/* Returns a value as an SQL literal. */
static const char *literal(Ctx *ctx, const MergeRow *row, int column) {
  const char *text = row->values->texts[column];
  if (text == NULL) return "NULL";
  return row->values->numbers >> column & 1 ? text
                                            : mem_printf(ctx, "%Q", text);
}

static const char *column_name(MetaKind kind, int column) {
  return columns_of(kind)->columns[column].name;
}

/* Returns the name of a row for messages: model "User", column "nickname". */
static const char *row_name(Ctx *ctx, MetaKind kind, const MergeRow *row) {
  const MetaTable *table = columns_of(kind);
  const int owner = table->models[0];
  const char *label = row_label(kind, row), *type = row_type(kind, row);
  const char *noun = type ? type : table->name;
  if (owner == 0 || row->values->texts[owner] == NULL)
    return mem_printf(ctx, "%s \"%s\"", noun, label);
  return mem_printf(ctx, "model \"%s\", %s \"%s\"", row->values->texts[owner],
                    noun, label);
}

enum { CONFLICTS_SHOWN = 10 };

static void note_conflict(Ctx *ctx, Merge *m, const char *name,
                          const char *description) {
  if (m->nconflict++ < CONFLICTS_SHOWN && ctx_ok(ctx))
    sqlite3_str_appendf(m->conflicts, "%s%s: %s", m->nconflict > 1 ? "; " : "",
                        name, description);
}

/* Decides a conflict: true if our side wins. Without a winner the conflict is
** noted. */
static bool ours_wins(Ctx *ctx, Merge *m, MetaKind kind, const MergeRow *row,
                      const char *description) {
  if (m->winner == MERGE_NONE && ctx_ok(ctx))
    note_conflict(ctx, m, row_name(ctx, kind, row), description);
  return m->winner == MERGE_OURS;
}

/* Notes a conflict that no winner decides: the user must change a
** declaration. */
static void open_conflict(Ctx *ctx, Merge *m, MetaKind kind,
                          const MergeRow *row, const char *description) {
  if (!ctx_ok(ctx)) return;
  m->nopen++;
  note_conflict(ctx, m, row_name(ctx, kind, row), description);
}

static void check_conflicts(Ctx *ctx, Merge *m) {
  const char *list = mem_finish(ctx, m->conflicts);
  if (ctx_ok(ctx) && m->nconflict)
    err_set(ctx, SQLITE_ERROR, "%d conflict%s with theirs: %s%s; %s",
            m->nconflict, m->nconflict == 1 ? "" : "s", list,
            m->nconflict > CONFLICTS_SHOWN ? "; ..." : "",
            m->nopen ? "declare yours otherwise"
                     : "the option 'ours' or 'theirs' says whose it is to be");
}

/* ---- values ------------------------------------------------------------- */

/* Returns the index in row->models of a column, or -1. */
static int model_index(MetaKind kind, int column) {
  for (int k = 0; k < META_MODELS; k++)
    if (columns_of(kind)->models[k] == column) return k;
  return -1;
}

/* True if two rows have the same value; names of models are the same if they
** name the same model. */
static bool same_value(MetaKind kind, const MergeRow *a, const MergeRow *b,
                       int column) {
  int k = model_index(kind, column);
  if (k >= 0 && a->models[k] && b->models[k])
    return entity_id(a->models[k]) == entity_id(b->models[k]);
  const char *x = a->values->texts[column], *y = b->values->texts[column];
  if (x == NULL || y == NULL) return x == y;
  unsigned differ = a->values->numbers ^ b->values->numbers;
  return strcmp(x, y) == 0 && (differ >> column & 1) == 0;
}

/* Returns the first column in which two rows differ; 0: none. */
static int first_difference(MetaKind kind, const MergeRow *a,
                            const MergeRow *b) {
  for (int c = 1; c < columns_of(kind)->count; c++)
    if (!same_value(kind, a, b, c)) return c;
  return 0;
}

static void copy_value(MetaKind kind, MergeRow *to, const MergeRow *from,
                       int column) {
  const unsigned bit = 1u << column;
  int k = model_index(kind, column);
  to->values->texts[column] = from->values->texts[column];
  to->values->numbers =
      (to->values->numbers & ~bit) | (from->values->numbers & bit);
  if (k >= 0) to->models[k] = from->models[k];
}

/* Decides a column that both sides changed to different values. */
static void decide_value(Ctx *ctx, Merge *m, MetaKind kind, MergeRow *merged,
                         const MergeRow *ours, int column) {
  const char *description =
      mem_printf(ctx, "%s: ours %s, theirs %s", column_name(kind, column),
                 literal(ctx, ours, column), literal(ctx, merged, column));
  if (ours_wins(ctx, m, kind, merged, description))
    copy_value(kind, merged, ours, column);
}

/* ---- our changes -------------------------------------------------------- */

/* Adds a row of ours to the result, with an id of its own. */
static void add_our_row(Ctx *ctx, Merge *m, MetaKind kind,
                        const MergeRow *row) {
  if (m->last_id[kind] == INT64_MAX)
    err_set(ctx, SQLITE_FULL,
            "no id is left for another row of orm_%s: the last one was given "
            "by hand",
            columns_of(kind)->name);
  MergeRow *merged = ctx_ok(ctx) ? copy_row(ctx, kind, row) : NULL;
  if (merged == NULL) return;
  merged->id = ++m->last_id[kind];
  row->entity->merged = merged;
  add_merge_row(ctx, &m->merged.rows[kind], merged);
}

/* If one side deletes a model and the winner keeps it, the winner keeps the
** rows of that model too. True if they deleted the model of this row, and we
** keep it. */
static bool is_revived(const MergeRow *row) {
  return row->models[0] && row->models[0]->revived;
}

/* True if we deleted the model of this row, and they keep it. */
static bool is_kept_with_model(const MergeRow *row) {
  const Entity *model = row->models[0];
  return model && model->ours == NULL && merged_row(model);
}

/* Returns true if the result has the model of our row. Otherwise the row is a
** conflict, unless they win. */
static bool has_model(Ctx *ctx, Merge *m, MetaKind kind, const MergeRow *row) {
  if (columns_of(kind)->models[0] == 0 || row->models[0] == NULL ||
      merged_row(row->models[0]))
    return true;
  if (m->winner != MERGE_THEIRS)
    open_conflict(ctx, m, kind, row,
                  "ours says something of it, theirs deletes the model");
  return false;
}

/* Repeats the change of a row that they deleted, if we win. */
static void revive_row(Ctx *ctx, Merge *m, MetaKind kind, const MergeRow *after,
                       int changed) {
  const char *description =
      mem_printf(ctx, "%s: ours %s, theirs deletes it",
                 column_name(kind, changed), literal(ctx, after, changed));
  if (!has_model(ctx, m, kind, after) ||
      !ours_wins(ctx, m, kind, after, description))
    return;
  add_our_row(ctx, m, kind, after);
  after->entity->revived = true;
}

/* Repeats our change of a row, column by column. */
static void change_row(Ctx *ctx, Merge *m, MetaKind kind,
                       const MergeRow *before, const MergeRow *after) {
  MergeRow *merged = merged_row(before->entity);
  int changed = first_difference(kind, before, after);
  if (merged == NULL && is_revived(after)) {
    add_our_row(ctx, m, kind, after);
    return;
  }
  if (changed == 0) return;
  if (merged == NULL) {
    revive_row(ctx, m, kind, after, changed);
    return;
  }
  for (int c = changed; c < columns_of(kind)->count && ctx_ok(ctx); c++) {
    if (same_value(kind, before, after, c) ||
        same_value(kind, after, merged, c))
      continue;
    if (same_value(kind, before, merged, c))
      copy_value(kind, merged, after, c);
    else
      decide_value(ctx, m, kind, merged, after, c);
  }
}

/* Repeats our deletion of a row. It is a conflict if they changed the row. */
static void delete_row(Ctx *ctx, Merge *m, MetaKind kind,
                       const MergeRow *before) {
  MergeRow *merged = merged_row(before->entity);
  int changed = merged ? first_difference(kind, before, merged) : 0;
  if (merged == NULL || is_kept_with_model(before)) return;
  const char *description = "";
  if (changed)
    description =
        mem_printf(ctx, "%s: ours deletes it, theirs %s",
                   column_name(kind, changed), literal(ctx, merged, changed));
  if (!changed || ours_wins(ctx, m, kind, before, description))
    merged->gone = true;
}

/* Repeats our insertion of a row. Both sides may have inserted the same: `keys`
** has the rows of the result. */
static void insert_row(Ctx *ctx, Merge *m, MetaKind kind, const MergeRow *row,
                       const NameMap *keys) {
  if (!has_model(ctx, m, kind, row)) return;
  MergeRow *twin = by_key(ctx, keys, kind, row);
  if (twin == NULL || twin->entity->ours) {
    add_our_row(ctx, m, kind, row);
    return;
  }
  row->entity->merged = twin;
  for (int c = 1; c < columns_of(kind)->count && ctx_ok(ctx); c++)
    if (!same_value(kind, row, twin, c))
      decide_value(ctx, m, kind, twin, row, c);
}

/* ---- the result --------------------------------------------------------- */

/* Writes the merged names of models into the rows that name them. */
static void name_models(MergeSide *merged, MetaKind kind) {
  const MetaTable *table = columns_of(kind);
  for (int i = 0; i < merged->rows[kind].count; i++) {
    MergeRow *row = merged->rows[kind].list[i];
    for (int k = 0; k < META_MODELS; k++) {
      const MergeRow *model = merged_row(row->models[k]);
      if (table->models[k] && model)
        row->values->texts[table->models[k]] = model->values->texts[MODEL_NAME];
    }
  }
}

/* Deletes the rows that they added to a model that we deleted, or notes the
** conflict. */
static void refuse_stray_rows(Ctx *ctx, Merge *m, MetaKind kind) {
  for (int i = 0; i < m->merged.rows[kind].count && ctx_ok(ctx); i++) {
    MergeRow *row = m->merged.rows[kind].list[i];
    if (row->gone || !row->models[0] || merged_row(row->models[0])) continue;
    if (m->winner == MERGE_OURS)
      row->gone = true;
    else
      open_conflict(ctx, m, kind, row,
                    "ours deletes the model, theirs says something of it");
  }
}

/* Notes a conflict for two rows with the same name. */
static void check_twins(Ctx *ctx, Merge *m, MetaKind kind) {
  const MergeRows *rows = &m->merged.rows[kind];
  NameMap *keys = rows_by_key(ctx, kind, rows);
  for (int i = 0; i < rows->count && ctx_ok(ctx); i++) {
    const MergeRow *row = rows->list[i];
    const MergeRow *other = row->gone ? row : by_key(ctx, keys, kind, row);
    if (row->values->texts[columns_of(kind)->label] && other && other != row)
      open_conflict(ctx, m, kind, row,
                    "one is called so by ours, another by theirs");
  }
}

/* Sets before and ours of each entity. `after` has our rows after the
** change. */
static void mark_rows(Ctx *ctx, Merge *m, MetaKind kind,
                      const MergeRows *after) {
  const MergeRows *before = &m->ours.rows[kind];
  for (int i = 0; i < before->count; i++) {
    before->list[i]->entity->before = before->list[i];
    before->list[i]->entity->ours = NULL;
  }
  for (int i = 0; i < after->count && ctx_ok(ctx); i++) {
    MergeRow *row = after->list[i];
    const MergeRow *old = row->entity->before;
    row->entity->ours = row;
    if (old == NULL || old->id != row->id)
      add_merge_row(ctx, &m->seen[kind], row);
  }
}

static void change_kind(Ctx *ctx, Merge *m, MetaKind kind,
                        const MergeRows *after) {
  const MergeRows *before = &m->ours.rows[kind];
  mark_rows(ctx, m, kind, after);
  for (int i = 0; i < before->count && ctx_ok(ctx); i++) {
    const MergeRow *row = before->list[i];
    if (row->entity->ours)
      change_row(ctx, m, kind, row, row->entity->ours);
    else
      delete_row(ctx, m, kind, row);
  }
  NameMap *keys = rows_by_key(ctx, kind, &m->merged.rows[kind]);
  for (int i = 0; i < after->count && ctx_ok(ctx); i++)
    if (after->list[i]->entity->before == NULL)
      insert_row(ctx, m, kind, after->list[i], keys);
  name_models(&m->merged, kind);
  refuse_stray_rows(ctx, m, kind);
  check_twins(ctx, m, kind);
}

const MetaRows *merge_change(Ctx *ctx, Merge *m, const MetaRows *ours) {
  if (!ctx_ok(ctx) || m == NULL) return NULL;
  MergeSide after = read_side(ctx, ours);
  identify(ctx, m, &after, &m->ours, true);
  m->conflicts = sqlite3_str_new(ctx->db);
  for (MetaKind kind = 0; kind < META_TABLES && ctx_ok(ctx); kind++)
    change_kind(ctx, m, kind, &after.rows[kind]);
  check_conflicts(ctx, m);
  m->ours = after;
  return ctx_ok(ctx) ? write_side(ctx, &m->merged) : NULL;
}

const MetaRows *merge_ours(Ctx *ctx, const Merge *m) {
  if (!ctx_ok(ctx)) return NULL;
  MergeSide side;
  memset(&side, 0, sizeof(side));
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    for (int i = 0; i < m->ours.rows[kind].count && ctx_ok(ctx); i++) {
      MergeRow *copy = copy_row(ctx, kind, m->ours.rows[kind].list[i]);
      if (copy == NULL) break;
      const MergeRow *merged = merged_row(copy->entity);
      copy->id = merged ? merged->id : -copy->id; /* no other row has -id */
      add_merge_row(ctx, &side.rows[kind], copy);
    }
  return ctx_ok(ctx) ? write_side(ctx, &side) : NULL;
}

/* ---- the beginning ------------------------------------------------------ */

/* Removes the rows that only our base has: they count as our additions. */
static void leave_out(Ctx *ctx, Merge *m) {
  for (MetaKind kind = 0; kind < META_TABLES; kind++) {
    MergeRows both = {NULL, 0};
    for (int i = 0; i < m->ours.rows[kind].count && ctx_ok(ctx); i++) {
      MergeRow *row = m->ours.rows[kind].list[i];
      if (!row->entity->theirs) continue;
      add_merge_row(ctx, &both, row);
      add_merge_row(ctx, &m->seen[kind], row);
    }
    m->ours.rows[kind] = both;
  }
}

Merge *merge_begin(Ctx *ctx, const MetaRows *base, const MetaRows *their_base,
                   const MetaRows *theirs, MergeWinner winner) {
  Merge *m = MEM_NEW(ctx, Merge);
  if (m == NULL) return NULL;
  MergeSide none;
  memset(&none, 0, sizeof(none));
  m->winner = winner;
  m->ours = read_side(ctx, base);
  m->merged = read_side(ctx, theirs);
  MergeSide then = read_side(ctx, their_base);
  identify(ctx, m, &m->ours, &none, false);
  identify(ctx, m, &then, &m->ours, false);
  identify(ctx, m, &m->merged, &then, true);
  for (MetaKind kind = 0; kind < META_TABLES && ctx_ok(ctx); kind++) {
    const MergeRows *merged = &m->merged.rows[kind];
    for (int i = 0; i < then.rows[kind].count; i++)
      then.rows[kind].list[i]->entity->theirs = true;
    for (int i = 0; i < merged->count; i++)
      merged->list[i]->entity->merged = merged->list[i];
    m->last_id[kind] = db_int(ctx,
                              "SELECT max(seq) FROM \"main\".sqlite_sequence"
                              " WHERE name = 'orm_%s'",
                              columns_of(kind)->name);
  }
  leave_out(ctx, m);
  return ctx_ok(ctx) ? m : NULL;
}

char *merge_ids(Ctx *ctx, const Merge *m) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *json = sqlite3_str_new(ctx->db);
  for (MetaKind kind = 0; kind < META_TABLES; kind++) {
    sqlite3_str_appendf(json, "%s\"%s\":{", kind ? "," : "{",
                        columns_of(kind)->name);
    for (int i = 0; i < m->seen[kind].count; i++) {
      const MergeRow *row = m->seen[kind].list[i];
      const MergeRow *merged = merged_row(row->entity);
      sqlite3_str_appendf(json, "%s\"%lld\":", i ? "," : "", row->id);
      if (merged)
        sqlite3_str_appendf(json, "%lld", merged->id);
      else
        sqlite3_str_appendall(json, "null");
    }
    sqlite3_str_appendall(json, "}");
  }
  sqlite3_str_appendall(json, "}");
  return mem_finish(ctx, json);
}
