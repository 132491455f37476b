#include "ship/merge.h"

#include <stdint.h>

#include "meta/meta.h"

/* ---- rows --------------------------------------------------------------- */

enum { KINDS = 5, CELLS = 12, REFS = 2 };

/* A meta table, and which of its columns say what. 0: none does. */
typedef struct MergeKind {
  const char *name;
  int refs[REFS]; /* the names of models */
  int label;      /* its own name */
  int otherwise;  /* what tells it apart if it has no name */
} MergeKind;

static const MergeKind merge_kinds[KINDS] = {
    {"model", {0}, 1, 0},      {"column", {1}, 2, 0},
    {"constraint", {1}, 2, 3}, {"relationship", {1, 3}, 2, 0},
    {"object", {0}, 2, 3},
};
enum { OBJECT_TYPE_CELL = 1 };

/* A meta row. */
typedef struct MergeRow {
  i64 id;
  const char *cells[CELLS]; /* JSON; NULL for NULL */
  struct Thing *thing;      /* what it says something of */
  struct Thing *refs[REFS]; /* the models that it names */
  bool gone;                /* not declared any more */
} MergeRow;

/* What rows of several declarations say something of. */
typedef struct Thing {
  int number;
  bool theirs;    /* did they have it when we parted? */
  bool back;      /* they deleted it, and the winner wants it nevertheless */
  MergeRow *was;  /* as we had it before a change; NULL: we had not */
  MergeRow *ours; /* as we have it; NULL: not any more */
  MergeRow *now;  /* as it is in what is made; NULL, or gone: it is not */
} Thing;

typedef struct MergeRows {
  MergeRow **list;
  int count;
} MergeRows;

/* Declarations. */
typedef struct Sheet {
  MergeRows rows[KINDS];
} Sheet;

struct Merge {
  Sheet ours, now;
  i64 last[KINDS]; /* the last id that was used */
  MergeWinner winner;
  int nthing;
  MergeRows seen[KINDS]; /* all of ours that ever were, an id once */
  sqlite3_str *conflicts;
  int nconflict;
  int nopen; /* conflicts that no winner decides */
};

static MergeRow *add_merge_row(Ctx *ctx, MergeRows *rows, MergeRow *row) {
  MergeRow **slot = row ? MEM_PUSH(ctx, rows->list, rows->count) : NULL;
  if (slot) *slot = row;
  return slot ? row : NULL;
}

static Thing *new_thing(Ctx *ctx, Merge *m) {
  Thing *thing = MEM_NEW(ctx, Thing);
  if (thing) thing->number = ++m->nthing;
  return thing;
}

static MergeRow *thing_now(const Thing *thing) {
  return thing && thing->now && !thing->now->gone ? thing->now : NULL;
}

static const char *cells_of(Ctx *ctx, const MergeKind *kind) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 1; meta_column(kind->name, i); i++)
    sqlite3_str_appendf(str, ", json_quote(json_extract(value, '$.%s'))",
                        meta_column(kind->name, i));
  return mem_finish(ctx, str);
}

static void read_kind(Ctx *ctx, MergeRows *rows, const MergeKind *kind,
                      const char *snapshot) {
  sqlite3_stmt *stmt =
      db_prepare(ctx,
                 "SELECT json_extract(value, '$.id')%s"
                 " FROM \"%w\".json_each(?1, '$.%s')",
                 cells_of(ctx, kind), db_home(ctx, "json_each"), kind->name);
  db_bind_text(ctx, stmt, 1, snapshot);
  while (db_row(ctx, stmt)) {
    MergeRow *row = MEM_NEW(ctx, MergeRow);
    if (row == NULL) break;
    row->id = sqlite3_column_int64(stmt, 0);
    for (int i = 1; i < sqlite3_column_count(stmt); i++) {
      const char *json = db_column(ctx, stmt, i);
      row->cells[i] = json && strcmp(json, "null") == 0 ? NULL : json;
    }
    add_merge_row(ctx, rows, row);
  }
  db_finish(stmt);
}

static Sheet read_sheet(Ctx *ctx, const char *snapshot) {
  Sheet sheet;
  memset(&sheet, 0, sizeof(sheet));
  if (ctx_ok(ctx)) meta_check_format(ctx, snapshot);
  for (int k = 0; k < KINDS && ctx_ok(ctx); k++)
    read_kind(ctx, &sheet.rows[k], &merge_kinds[k], snapshot);
  return sheet;
}

static char *write_sheet(Ctx *ctx, const Sheet *sheet) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *json = sqlite3_str_new(ctx->db);
  sqlite3_str_appendf(json, "{\"format\":%d", SNAPSHOT_FORMAT);
  for (int k = 0; k < KINDS; k++) {
    const MergeKind *kind = &merge_kinds[k];
    const MergeRows *rows = &sheet->rows[k];
    sqlite3_str_appendf(json, ",\"%s\":[", kind->name);
    for (int i = 0, n = 0; i < rows->count; i++) {
      const MergeRow *row = rows->list[i];
      if (row->gone) continue;
      sqlite3_str_appendf(json, "%s{\"id\":%lld", n++ ? "," : "", row->id);
      for (int c = 1; meta_column(kind->name, c); c++)
        if (row->cells[c])
          sqlite3_str_appendf(json, ",\"%s\":%s", meta_column(kind->name, c),
                              row->cells[c]);
      sqlite3_str_appendall(json, "}");
    }
    sqlite3_str_appendall(json, "]");
  }
  sqlite3_str_appendall(json, "}");
  return mem_finish(ctx, json);
}

/* ---- which is which ----------------------------------------------------- */

/* A number that two things have in common if they became one. */
static i64 thing_id(const Thing *thing) {
  const MergeRow *now = thing_now(thing);
  if (thing == NULL) return 0;
  return now ? now->id : -thing->number;
}

/* What a row is known by within its kind. */
static const char *row_key(Ctx *ctx, const MergeKind *kind,
                           const MergeRow *row) {
  const char *label = row->cells[kind->label];
  if (label == NULL) label = kind->otherwise ? row->cells[kind->otherwise] : "";
  bool typed = kind == &merge_kinds[KINDS - 1] && row->cells[OBJECT_TYPE_CELL];
  return mem_printf(ctx, "%lld %s %s", thing_id(row->refs[0]),
                    typed ? row->cells[OBJECT_TYPE_CELL] : "", label);
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

/* Those that are not gone, by their keys. */
static NameMap *rows_by_key(Ctx *ctx, const MergeKind *kind,
                            const MergeRows *rows) {
  NameMap *map = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < rows->count; i++) {
    if (rows->list[i]->gone) continue;
    const char *key = row_key(ctx, kind, rows->list[i]);
    if (key) map_put(ctx, map, key, rows->list[i]);
  }
  return map;
}

static MergeRow *by_key(Ctx *ctx, const NameMap *map, const MergeKind *kind,
                        const MergeRow *row) {
  const char *key = ctx_ok(ctx) ? row_key(ctx, kind, row) : NULL;
  return key ? (MergeRow *)map_get(map, key) : NULL;
}

/* The models that the rows name. Those of the sheet must have their things. */
static void find_refs(Ctx *ctx, Sheet *sheet, int k) {
  NameMap *models = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < sheet->rows[0].count; i++) {
    MergeRow *model = sheet->rows[0].list[i];
    if (model->cells[1]) map_put(ctx, models, model->cells[1], model);
  }
  for (int i = 0; ctx_ok(ctx) && i < sheet->rows[k].count; i++) {
    MergeRow *row = sheet->rows[k].list[i];
    for (int r = 0; r < REFS; r++) {
      const char *name =
          merge_kinds[k].refs[r] ? row->cells[merge_kinds[k].refs[r]] : NULL;
      const MergeRow *model =
          name ? (const MergeRow *)map_get(models, name) : NULL;
      row->refs[r] = model ? model->thing : NULL;
    }
  }
}

/* Finds what the rows of `sheet` say something of: the same as those of
** `known` that have the same id, if ids tell, or else the same key. */
static void identify(Ctx *ctx, Merge *m, Sheet *sheet, const Sheet *known,
                     bool ids_tell) {
  for (int k = 0; k < KINDS && ctx_ok(ctx); k++) {
    const MergeRows *rows = &sheet->rows[k];
    find_refs(ctx, sheet, k);
    NameMap *ids = rows_by_id(ctx, &known->rows[k]);
    NameMap *keys = rows_by_key(ctx, &merge_kinds[k], &known->rows[k]);
    NameMap *own = rows_by_id(ctx, rows);
    for (int i = 0; i < rows->count && ctx_ok(ctx); i++) {
      MergeRow *row = rows->list[i];
      MergeRow *same = ids_tell ? by_id(ctx, ids, row->id) : NULL;
      if (same == NULL) same = by_key(ctx, keys, &merge_kinds[k], row);
      bool is_other =
          same && same->id != row->id && ids_tell && by_id(ctx, own, same->id);
      row->thing = same && !is_other ? same->thing : new_thing(ctx, m);
    }
  }
}

/* ---- conflicts ---------------------------------------------------------- */

static const char *shown(Ctx *ctx, const char *json) {
  if (json == NULL) return "NULL";
  return db_text(ctx, "SELECT quote(json_extract(%Q, '$'))", json);
}

/* model "User", column "nickname" */
static const char *row_name(Ctx *ctx, const MergeKind *kind,
                            const MergeRow *row) {
  const char *model = kind->refs[0] ? row->cells[kind->refs[0]] : NULL;
  const char *label = row->cells[kind->label];
  if (label == NULL && kind->otherwise) label = row->cells[kind->otherwise];
  char *text = db_text_or_null(ctx, "SELECT json_extract(%Q, '$')", label);
  const char *noun = kind->name;
  if (kind == &merge_kinds[KINDS - 1] && row->cells[OBJECT_TYPE_CELL])
    noun = db_text(ctx, "SELECT json_extract(%Q, '$')",
                   row->cells[OBJECT_TYPE_CELL]);
  if (model == NULL) return mem_printf(ctx, "%s \"%s\"", noun, text);
  return mem_printf(ctx, "model \"%s\", %s \"%s\"",
                    db_text(ctx, "SELECT json_extract(%Q, '$')", model), noun,
                    text);
}

enum { CONFLICTS_SHOWN = 10 };

static void note_conflict(Ctx *ctx, Merge *m, const char *name,
                          const char *what) {
  if (m->nconflict++ < CONFLICTS_SHOWN && ctx_ok(ctx))
    sqlite3_str_appendf(m->conflicts, "%s%s: %s", m->nconflict > 1 ? "; " : "",
                        name, what);
}

/* One that the winner decides: is it us? */
static bool ours_wins(Ctx *ctx, Merge *m, const MergeKind *kind,
                      const MergeRow *row, const char *what) {
  if (m->winner == MERGE_NONE && ctx_ok(ctx))
    note_conflict(ctx, m, row_name(ctx, kind, row), what);
  return m->winner == MERGE_OURS;
}

/* One that nobody can decide but its authors. */
static void open_conflict(Ctx *ctx, Merge *m, const MergeKind *kind,
                          const MergeRow *row, const char *what) {
  if (!ctx_ok(ctx)) return;
  m->nopen++;
  note_conflict(ctx, m, row_name(ctx, kind, row), what);
}

static void check_conflicts(Ctx *ctx, Merge *m) {
  const char *said = mem_finish(ctx, m->conflicts);
  if (ctx_ok(ctx) && m->nconflict)
    err_set(ctx, SQLITE_ERROR, "%d conflict%s with theirs: %s%s; %s",
            m->nconflict, m->nconflict == 1 ? "" : "s", said,
            m->nconflict > CONFLICTS_SHOWN ? "; ..." : "",
            m->nopen ? "declare yours otherwise"
                     : "the option 'ours' or 'theirs' says whose it is to be");
}

/* ---- what changed ------------------------------------------------------- */

/* Which reference a column is; -1: none. */
static int ref_of(const MergeKind *kind, int cell) {
  for (int r = 0; r < REFS; r++)
    if (kind->refs[r] == cell) return r;
  return -1;
}

static bool same_cell(const MergeKind *kind, const MergeRow *a,
                      const MergeRow *b, int cell) {
  int r = ref_of(kind, cell);
  const char *x = a->cells[cell], *y = b->cells[cell];
  if (r >= 0 && a->refs[r] && b->refs[r])
    return thing_id(a->refs[r]) == thing_id(b->refs[r]);
  return strcmp(x ? x : "", y ? y : "") == 0;
}

/* The first column in which they differ; 0: none. */
static int first_difference(const MergeKind *kind, const MergeRow *a,
                            const MergeRow *b) {
  for (int c = 1; meta_column(kind->name, c); c++)
    if (!same_cell(kind, a, b, c)) return c;
  return 0;
}

static void take_cell(const MergeKind *kind, MergeRow *now, const MergeRow *row,
                      int cell) {
  int r = ref_of(kind, cell);
  now->cells[cell] = row->cells[cell];
  if (r >= 0) now->refs[r] = row->refs[r];
}

/* Both have changed it, and not to the same. */
static void settle_cell(Ctx *ctx, Merge *m, const MergeKind *kind,
                        MergeRow *now, const MergeRow *ours, int cell) {
  const char *what =
      mem_printf(ctx, "%s: ours %s, theirs %s", meta_column(kind->name, cell),
                 shown(ctx, ours->cells[cell]), shown(ctx, now->cells[cell]));
  if (ours_wins(ctx, m, kind, now, what)) take_cell(kind, now, ours, cell);
}

static void add_their_row(Ctx *ctx, Merge *m, int k, const MergeRow *row) {
  MergeRow *now = MEM_NEW(ctx, MergeRow);
  if (now == NULL) return;
  if (m->last[k] == INT64_MAX)
    err_set(ctx, SQLITE_FULL,
            "no id is left for another row of orm_%s: the last one was given "
            "by hand",
            merge_kinds[k].name);
  if (!ctx_ok(ctx)) return;
  *now = *row;
  now->id = ++m->last[k];
  row->thing->now = now;
  add_merge_row(ctx, &m->now.rows[k], now);
}

/* A model that is deleted takes its rows along. Where the winner wants to have
** it all the same, those of whoever keeps it come back, or stay, with it. */
static bool row_comes_back(const MergeRow *row) {
  return row->refs[0] && row->refs[0]->back;
}

static bool row_stays(const MergeRow *row) {
  const Thing *model = row->refs[0];
  return model && model->ours == NULL && thing_now(model);
}

/* Can it be there? Its model may be gone. */
static bool has_model(Ctx *ctx, Merge *m, const MergeKind *kind,
                      const MergeRow *row) {
  if (kind->refs[0] == 0 || row->refs[0] == NULL || thing_now(row->refs[0]))
    return true;
  if (m->winner != MERGE_THEIRS)
    open_conflict(ctx, m, kind, row,
                  "ours says something of it, theirs deletes the model");
  return false;
}

static void change_row(Ctx *ctx, Merge *m, int k, const MergeRow *before,
                       const MergeRow *after) {
  const MergeKind *kind = &merge_kinds[k];
  MergeRow *now = thing_now(before->thing);
  int changed = first_difference(kind, before, after);
  if (now == NULL && row_comes_back(after)) {
    add_their_row(ctx, m, k, after);
    return;
  }
  if (changed == 0) return;
  if (now == NULL) {
    const char *what = mem_printf(ctx, "%s: ours %s, theirs deletes it",
                                  meta_column(kind->name, changed),
                                  shown(ctx, after->cells[changed]));
    if (!has_model(ctx, m, kind, after) ||
        !ours_wins(ctx, m, kind, after, what))
      return;
    add_their_row(ctx, m, k, after);
    after->thing->back = true;
    return;
  }
  for (int c = changed; meta_column(kind->name, c) && ctx_ok(ctx); c++) {
    if (same_cell(kind, before, after, c) || same_cell(kind, after, now, c))
      continue;
    if (same_cell(kind, before, now, c))
      take_cell(kind, now, after, c);
    else
      settle_cell(ctx, m, kind, now, after, c);
  }
}

static void delete_row(Ctx *ctx, Merge *m, int k, const MergeRow *before) {
  const MergeKind *kind = &merge_kinds[k];
  MergeRow *now = thing_now(before->thing);
  int changed = now ? first_difference(kind, before, now) : 0;
  if (now == NULL || row_stays(before)) return;
  const char *what = "";
  if (changed)
    what = mem_printf(ctx, "%s: ours deletes it, theirs %s",
                      meta_column(kind->name, changed),
                      shown(ctx, now->cells[changed]));
  if (!changed || ours_wins(ctx, m, kind, before, what)) now->gone = true;
}

/* Both may have added the same. */
static void insert_row(Ctx *ctx, Merge *m, int k, const MergeRow *row,
                       const NameMap *keys) {
  const MergeKind *kind = &merge_kinds[k];
  if (!has_model(ctx, m, kind, row)) return;
  MergeRow *twin = by_key(ctx, keys, kind, row);
  if (twin == NULL || twin->thing->ours) {
    add_their_row(ctx, m, k, row);
    return;
  }
  row->thing->now = twin;
  for (int c = 1; meta_column(kind->name, c) && ctx_ok(ctx); c++)
    if (!same_cell(kind, row, twin, c)) settle_cell(ctx, m, kind, twin, row, c);
}

/* ---- what it comes to --------------------------------------------------- */

/* Rows of a model carry its name. */
static void name_models(Sheet *now, int k) {
  for (int i = 0; i < now->rows[k].count; i++) {
    MergeRow *row = now->rows[k].list[i];
    for (int r = 0; r < REFS; r++) {
      const MergeRow *model = thing_now(row->refs[r]);
      if (merge_kinds[k].refs[r] && model)
        row->cells[merge_kinds[k].refs[r]] = model->cells[1];
    }
  }
}

/* What they have added to a model that we delete. */
static void refuse_stray_rows(Ctx *ctx, Merge *m, int k) {
  const MergeKind *kind = &merge_kinds[k];
  for (int i = 0; i < m->now.rows[k].count && ctx_ok(ctx); i++) {
    MergeRow *row = m->now.rows[k].list[i];
    if (row->gone || row->refs[0] == NULL || thing_now(row->refs[0])) continue;
    if (m->winner == MERGE_OURS)
      row->gone = true;
    else
      open_conflict(ctx, m, kind, row,
                    "ours deletes the model, theirs says something of it");
  }
}

/* Two may have got one name. */
static void check_twins(Ctx *ctx, Merge *m, int k) {
  const MergeKind *kind = &merge_kinds[k];
  const MergeRows *rows = &m->now.rows[k];
  NameMap *keys = rows_by_key(ctx, kind, rows);
  for (int i = 0; i < rows->count && ctx_ok(ctx); i++) {
    const MergeRow *row = rows->list[i];
    const MergeRow *other = row->gone ? row : by_key(ctx, keys, kind, row);
    if (row->cells[kind->label] && other && other != row)
      open_conflict(ctx, m, kind, row,
                    "one is called so by ours, another by theirs");
  }
}

/* Which rows of ours were there before, and which are now. */
static void mark_rows(Ctx *ctx, Merge *m, int k, const MergeRows *after) {
  const MergeRows *before = &m->ours.rows[k];
  for (int i = 0; i < before->count; i++) {
    before->list[i]->thing->was = before->list[i];
    before->list[i]->thing->ours = NULL;
  }
  for (int i = 0; i < after->count && ctx_ok(ctx); i++) {
    MergeRow *row = after->list[i];
    const MergeRow *was = row->thing->was;
    row->thing->ours = row;
    if (was == NULL || was->id != row->id) add_merge_row(ctx, &m->seen[k], row);
  }
}

static void change_kind(Ctx *ctx, Merge *m, int k, const MergeRows *after) {
  const MergeRows *before = &m->ours.rows[k];
  mark_rows(ctx, m, k, after);
  for (int i = 0; i < before->count && ctx_ok(ctx); i++) {
    const MergeRow *row = before->list[i];
    if (row->thing->ours)
      change_row(ctx, m, k, row, row->thing->ours);
    else
      delete_row(ctx, m, k, row);
  }
  NameMap *keys = rows_by_key(ctx, &merge_kinds[k], &m->now.rows[k]);
  for (int i = 0; i < after->count && ctx_ok(ctx); i++)
    if (after->list[i]->thing->was == NULL)
      insert_row(ctx, m, k, after->list[i], keys);
  name_models(&m->now, k);
  refuse_stray_rows(ctx, m, k);
  check_twins(ctx, m, k);
}

char *merge_change(Ctx *ctx, Merge *m, const char *ours) {
  Sheet after = read_sheet(ctx, ours);
  if (!ctx_ok(ctx) || m == NULL) return NULL;
  identify(ctx, m, &after, &m->ours, true);
  m->conflicts = sqlite3_str_new(ctx->db);
  for (int k = 0; k < KINDS && ctx_ok(ctx); k++)
    change_kind(ctx, m, k, &after.rows[k]);
  check_conflicts(ctx, m);
  m->ours = after;
  return write_sheet(ctx, &m->now);
}

/* A row that is not declared any more has an id that no other has. */
char *merge_ours(Ctx *ctx, const Merge *m) {
  if (!ctx_ok(ctx)) return NULL;
  Sheet sheet = m->ours;
  for (int k = 0; k < KINDS; k++) {
    MergeRows rows = {NULL, 0};
    for (int i = 0; i < m->ours.rows[k].count && ctx_ok(ctx); i++) {
      MergeRow *copy = MEM_NEW(ctx, MergeRow);
      if (copy == NULL) break;
      *copy = *m->ours.rows[k].list[i];
      const MergeRow *now = thing_now(copy->thing);
      copy->id = now ? now->id : -copy->id;
      add_merge_row(ctx, &rows, copy);
    }
    sheet.rows[k] = rows;
  }
  return write_sheet(ctx, &sheet);
}

/* Rows of ours that they never had are among what we have changed. */
static void leave_out(Ctx *ctx, Merge *m) {
  for (int k = 0; k < KINDS; k++) {
    MergeRows both = {NULL, 0};
    for (int i = 0; i < m->ours.rows[k].count && ctx_ok(ctx); i++) {
      MergeRow *row = m->ours.rows[k].list[i];
      if (!row->thing->theirs) continue;
      add_merge_row(ctx, &both, row);
      add_merge_row(ctx, &m->seen[k], row);
    }
    m->ours.rows[k] = both;
  }
}

Merge *merge_begin(Ctx *ctx, const char *base, const char *their_base,
                   const char *theirs, MergeWinner winner) {
  Merge *m = MEM_NEW(ctx, Merge);
  if (m == NULL) return NULL;
  Sheet none;
  memset(&none, 0, sizeof(none));
  m->winner = winner;
  m->ours = read_sheet(ctx, base);
  m->now = read_sheet(ctx, theirs);
  Sheet then = read_sheet(ctx, their_base);
  identify(ctx, m, &m->ours, &none, false);
  identify(ctx, m, &then, &m->ours, false);
  identify(ctx, m, &m->now, &then, true);
  for (int k = 0; k < KINDS && ctx_ok(ctx); k++) {
    for (int i = 0; i < then.rows[k].count; i++)
      then.rows[k].list[i]->thing->theirs = true;
    for (int i = 0; i < m->now.rows[k].count; i++)
      m->now.rows[k].list[i]->thing->now = m->now.rows[k].list[i];
    m->last[k] = db_int(ctx,
                        "SELECT max(seq) FROM \"main\".sqlite_sequence"
                        " WHERE name = 'orm_%s'",
                        merge_kinds[k].name);
  }
  leave_out(ctx, m);
  return ctx_ok(ctx) ? m : NULL;
}

char *merge_ids(Ctx *ctx, const Merge *m) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *json = sqlite3_str_new(ctx->db);
  for (int k = 0; k < KINDS; k++) {
    sqlite3_str_appendf(json, "%s\"%s\":{", k ? "," : "{", merge_kinds[k].name);
    for (int i = 0; i < m->seen[k].count; i++) {
      const MergeRow *row = m->seen[k].list[i], *now = thing_now(row->thing);
      sqlite3_str_appendf(json, "%s\"%lld\":", i ? "," : "", row->id);
      if (now)
        sqlite3_str_appendf(json, "%lld", now->id);
      else
        sqlite3_str_appendall(json, "null");
    }
    sqlite3_str_appendall(json, "}");
  }
  sqlite3_str_appendall(json, "}");
  return mem_finish(ctx, json);
}
