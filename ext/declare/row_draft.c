#include "declare/row_draft.h"

#include "base/settings.h"
#include "meta/model.h"

/* ---- rows --------------------------------------------------------------- */

static DraftRow *push_row(Ctx *ctx, DraftList *list, DraftRow *row) {
  DraftRow **slot = row ? MEM_PUSH(ctx, list->list, list->count) : NULL;
  if (slot) *slot = row;
  return slot ? row : NULL;
}

/* Adds a row to the draft. `was` is the stored row, or NULL. */
static DraftRow *new_draft_row(RowDraft *draft, MetaKind kind,
                               const MetaRow *was) {
  Ctx *ctx = draft->ctx;
  DraftRow *row = MEM_NEW(ctx, DraftRow);
  if (row == NULL) return NULL;
  row->kind = kind;
  row->was = was;
  row->row = was ? rows_copy_row(ctx, kind, was) : rows_new_row(ctx, kind);
  if (row->row == NULL) return NULL;
  return push_row(ctx, &draft->of[kind], row);
}

DraftModel *row_draft_model(const RowDraft *draft, const char *name) {
  return (DraftModel *)map_get(draft->models, name);
}

DraftModel *row_draft_table(const RowDraft *draft, const char *table) {
  return (DraftModel *)map_get(draft->tables, table);
}

bool row_draft_is_index(const DraftRow *row) {
  const char *definition = row->row->texts[CONSTRAINT_DEFINITION];
  return definition && (strncmp(definition, "INDEX", 5) == 0 ||
                        strncmp(definition, "UNIQUE INDEX", 12) == 0);
}

static const char *owner_name(const DraftRow *row) {
  return row->row->texts[columns_of(row->kind)->models[0]];
}

bool row_draft_owns(const DraftModel *model, const DraftRow *row) {
  return !row->gone &&
         name_equal(owner_name(row), model->row->row->texts[MODEL_NAME]);
}

DraftRow *row_draft_named(const DraftModel *model, MetaKind kind,
                          const char *name) {
  DraftRow *row = (DraftRow *)map_get(model->names[kind], name);
  return row && row_draft_owns(model, row) ? row : NULL;
}

/* ---- reading ------------------------------------------------------------ */

static void add_draft_model(RowDraft *draft, DraftRow *row) {
  Ctx *ctx = draft->ctx;
  DraftModel *model = row ? MEM_NEW(ctx, DraftModel) : NULL;
  if (model == NULL) return;
  model->row = row;
  for (MetaKind kind = META_COLUMN; kind < META_OBJECT; kind++)
    model->names[kind] = map_new(ctx);
  const char *name = row->row->texts[MODEL_NAME];
  if (name == NULL)
    err_set(ctx, SQLITE_ERROR, "a row of orm_model has no name");
  if (ctx_ok(ctx)) map_put(ctx, draft->models, name, model);
  const char *table = model_table_name(ctx, row->row);
  if (table) map_put(ctx, draft->tables, table, model);
}

/* Adds a row to the rows that the model owns. */
static void add_owned(Ctx *ctx, DraftModel *model, DraftRow *row) {
  const char *name = row->row->texts[columns_of(row->kind)->label];
  push_row(ctx, &model->of[row->kind], row);
  if (name)
    map_put(ctx, model->names[row->kind], name, row);
  else
    model->has_unnamed = true;
}

/* Adds a row to the model that owns it, if that model exists. */
static void add_to_model(RowDraft *draft, DraftRow *row) {
  const char *owner = row ? owner_name(row) : NULL;
  DraftModel *model = owner ? row_draft_model(draft, owner) : NULL;
  if (model) add_owned(draft->ctx, model, row);
}

static void read_draft(RowDraft *draft) {
  const MetaRows *rows = meta_read_stored(draft->ctx);
  for (MetaKind kind = 0; rows && kind < META_TABLES; kind++)
    for (int i = 0; ctx_ok(draft->ctx) && i < rows->of[kind].count; i++) {
      DraftRow *row = new_draft_row(draft, kind, rows->of[kind].list[i]);
      if (kind == META_MODEL)
        add_draft_model(draft, row);
      else if (kind != META_OBJECT)
        add_to_model(draft, row);
    }
}

RowDraft *row_draft_open(Ctx *ctx, bool exists) {
  RowDraft *draft = MEM_NEW(ctx, RowDraft);
  if (draft == NULL) return NULL;
  draft->ctx = ctx;
  draft->models = map_new(ctx);
  draft->tables = map_new(ctx);
  draft->indexes = map_new(ctx);
  if (exists) read_draft(draft);
  return ctx_ok(ctx) ? draft : NULL;
}

/* ---- changing ----------------------------------------------------------- */

DraftModel *row_draft_add_model(RowDraft *draft, const char *name,
                                const char *table) {
  DraftRow *row = name ? new_draft_row(draft, META_MODEL, NULL) : NULL;
  if (row == NULL) return NULL;
  row->row->texts[MODEL_NAME] = name;
  row->row->texts[MODEL_TABLE_NAME] = table;
  add_draft_model(draft, row);
  return ctx_ok(draft->ctx) ? row_draft_model(draft, name) : NULL;
}

DraftRow *row_draft_add(RowDraft *draft, DraftModel *model, MetaKind kind,
                        const char *name) {
  DraftRow *row = new_draft_row(draft, kind, NULL);
  if (row == NULL) return NULL;
  row->row->texts[columns_of(kind)->label] = name;
  if (model == NULL) return row;
  row->row->texts[columns_of(kind)->models[0]] =
      model->row->row->texts[MODEL_NAME];
  add_to_model(draft, row);
  return ctx_ok(draft->ctx) ? row : NULL;
}

void row_draft_rename_model(RowDraft *draft, DraftModel *model,
                            const char *name) {
  Ctx *ctx = draft->ctx;
  const char *old = model->row->row->texts[MODEL_NAME];
  if (name == NULL || !ctx_ok(ctx)) return;
  for (MetaKind kind = META_COLUMN; kind < META_OBJECT; kind++)
    for (int i = 0; i < model->of[kind].count; i++) {
      DraftRow *row = model->of[kind].list[i];
      if (row_draft_owns(model, row))
        row->row->texts[columns_of(kind)->models[0]] = name;
    }
  for (int i = 0; i < draft->of[META_RELATIONSHIP].count; i++) {
    const char **target =
        &draft->of[META_RELATIONSHIP].list[i]->row->texts[RELATIONSHIP_TARGET];
    if (name_equal(*target, old)) *target = name;
  }
  model->row->row->texts[MODEL_NAME] = name;
  if (row_draft_model(draft, old) == model)
    map_put(ctx, draft->models, old, NULL);
  map_put(ctx, draft->models, name, model);
}

/* Makes the table of the model unknown by its name. */
static void forget_table(RowDraft *draft, DraftModel *model) {
  const char *table = model_table_name(draft->ctx, model->row->row);
  if (table && row_draft_table(draft, table) == model)
    map_put(draft->ctx, draft->tables, table, NULL);
}

void row_draft_set_table(RowDraft *draft, DraftModel *model,
                         const char *table) {
  forget_table(draft, model);
  model->row->row->texts[MODEL_TABLE_NAME] = table;
  map_put(draft->ctx, draft->tables, table, model);
}

void row_draft_rename(RowDraft *draft, DraftModel *model, DraftRow *row,
                      const char *name) {
  const char **present = &row->row->texts[columns_of(row->kind)->label];
  NameMap *names = model->names[row->kind];
  if (*present && map_get(names, *present) == row)
    map_put(draft->ctx, names, *present, NULL);
  *present = name;
  if (name)
    map_put(draft->ctx, names, name, row);
  else
    model->has_unnamed = true;
}

void row_draft_move(RowDraft *draft, DraftRow *row, DraftModel *model) {
  if (row_draft_owns(model, row)) return;
  row->row->texts[CONSTRAINT_MODEL] = model->row->row->texts[MODEL_NAME];
  add_owned(draft->ctx, model, row);
}

void row_draft_add_index(RowDraft *draft, DraftRow *row) {
  const char *name = row->row->texts[CONSTRAINT_NAME];
  if (name) map_put(draft->ctx, draft->indexes, name, row);
}

static DraftRow *find_by_id(const RowDraft *draft, MetaKind kind, i64 id) {
  const DraftList *list = &draft->of[kind];
  for (int i = 0; id && i < list->count; i++)
    if (!list->list[i]->gone && list->list[i]->row->id == id)
      return list->list[i];
  return NULL;
}

void row_draft_set_id(RowDraft *draft, MetaKind kind, i64 from, i64 to) {
  DraftRow *row = find_by_id(draft, kind, from);
  if (row && !find_by_id(draft, kind, to)) row->row->id = to;
}

static void delete_owned(RowDraft *draft, DraftModel *model) {
  for (MetaKind kind = META_COLUMN; kind < META_OBJECT; kind++)
    for (int i = 0; i < model->of[kind].count; i++)
      if (row_draft_owns(model, model->of[kind].list[i]))
        row_draft_delete(draft, model->of[kind].list[i]);
}

void row_draft_delete(RowDraft *draft, DraftRow *row) {
  row->gone = true;
  if (row->kind != META_MODEL) return;
  const char *name = row->row->texts[MODEL_NAME];
  DraftModel *model = row_draft_model(draft, name);
  if (model == NULL || model->row != row) return;
  delete_owned(draft, model);
  forget_table(draft, model);
  map_put(draft->ctx, draft->models, name, NULL);
}

/* ---- the result --------------------------------------------------------- */

const MetaRows *row_draft_rows(const RowDraft *draft) {
  Ctx *ctx = draft->ctx;
  MetaRows *rows = MEM_NEW(ctx, MetaRows);
  for (MetaKind kind = 0; rows && kind < META_TABLES; kind++)
    for (int i = 0; ctx_ok(ctx) && i < draft->of[kind].count; i++) {
      DraftRow *row = draft->of[kind].list[i];
      if (!row->gone && row->row->id) rows_add(ctx, rows, kind, row->row);
    }
  if (ctx_ok(ctx)) rows_sort(ctx, rows);
  return ctx_ok(ctx) ? rows : NULL;
}

static bool equal_text(const char *a, const char *b) {
  return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_changed(const DraftRow *row) {
  if (row->gone || row->was == NULL) return row->gone != (row->was == NULL);
  if (row->row->id != row->was->id) return true;
  for (int i = 1; i < columns_of(row->kind)->count; i++)
    if (!equal_text(row->row->texts[i], row->was->texts[i])) return true;
  return false;
}

bool row_draft_changed(const RowDraft *draft) {
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    for (int i = 0; i < draft->of[kind].count; i++)
      if (is_changed(draft->of[kind].list[i])) return true;
  return false;
}

/* ---- writing ------------------------------------------------------------ */

/* True if the row gets a name, model or id that another row may give up. */
static bool changes_key(const DraftRow *row) {
  const MetaTable *table = columns_of(row->kind);
  const int keys[] = {table->label, table->models[0]};
  if (row->gone || row->was == NULL) return false;
  if (row->row->id != row->was->id) return true;
  for (int i = 0; i < 2; i++)
    if (!equal_text(row->row->texts[keys[i]], row->was->texts[keys[i]]))
      return true;
  return false;
}

/* Deletes rows of the kind. */
static void write_deletes(RowDraft *draft, MetaKind kind) {
  Ctx *ctx = draft->ctx;
  sqlite3_stmt *stmt = NULL;
  for (int i = 0; ctx_ok(ctx) && i < draft->of[kind].count; i++) {
    const DraftRow *row = draft->of[kind].list[i];
    if (!row->gone || row->was == NULL) continue;
    if (stmt == NULL)
      stmt = db_prepare(ctx, "DELETE FROM \"main\".orm_%s WHERE id = ?1",
                        columns_of(kind)->name);
    db_bind_int(ctx, stmt, 1, row->was->id);
    db_run(ctx, stmt);
  }
  db_finish(stmt);
}

/* Gives rows whose keys change keys that no row has: names can be exchanged. A
** model that is deleted then takes no row with it that has moved. */
static void write_passing_keys(RowDraft *draft, MetaKind kind) {
  Ctx *ctx = draft->ctx;
  const MetaTable *table = columns_of(kind);
  sqlite3_stmt *stmt = NULL;
  for (int i = 0; ctx_ok(ctx) && i < draft->of[kind].count; i++) {
    const DraftRow *row = draft->of[kind].list[i];
    if (!changes_key(row)) continue;
    if (stmt == NULL)
      stmt = db_prepare(
          ctx,
          "UPDATE \"main\".orm_%s SET id = -id, \"%w\" = char(1) || id%s"
          " WHERE id = ?1",
          table->name, table->columns[table->label].name,
          kind == META_MODEL || kind == META_OBJECT ? "" : ", model = char(1)");
    db_bind_int(ctx, stmt, 1, row->was->id);
    db_run(ctx, stmt);
  }
  db_finish(stmt);
}

/* Prepares the UPDATE of all columns of a row: ?1 is the new id, the last
** parameter is the present one. */
static sqlite3_stmt *prepare_update(Ctx *ctx, MetaKind kind) {
  const MetaTable *table = columns_of(kind);
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *list = sqlite3_str_new(ctx->db);
  for (int i = 0; i < table->count; i++)
    sqlite3_str_appendf(list, "%s\"%w\" = ?%d", i ? ", " : "",
                        table->columns[i].name, i + 1);
  return db_prepare(ctx, "UPDATE \"main\".orm_%s SET %s WHERE id = ?%d",
                    table->name, mem_finish(ctx, list), table->count + 1);
}

/* Prepares the INSERT of so many rows. The parameters are the columns of the
** first row, then those of the next: first the id, or NULL for a new one. */
static sqlite3_stmt *prepare_insert(Ctx *ctx, MetaKind kind, int rows) {
  const MetaTable *table = columns_of(kind);
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *names = sqlite3_str_new(ctx->db);
  sqlite3_str *values = sqlite3_str_new(ctx->db);
  for (int i = 0; i < table->count; i++)
    sqlite3_str_appendf(names, "%s\"%w\"", i ? ", " : "",
                        table->columns[i].name);
  for (int i = 0; i < rows * table->count; i++)
    sqlite3_str_appendall(values, i == 0                  ? "(?"
                                  : i % table->count == 0 ? "), (?"
                                                          : ", ?");
  const char *list = mem_finish(ctx, names), *marks = mem_finish(ctx, values);
  return db_prepare(ctx, "INSERT INTO \"main\".orm_%s(%s) VALUES %s)",
                    table->name, list, marks);
}

/* Binds the columns of the row, from parameter `first`. */
static void bind_row(Ctx *ctx, sqlite3_stmt *stmt, int first,
                     const DraftRow *row) {
  if (row->was || row->row->id)
    db_bind_int(ctx, stmt, first, row->row->id);
  else
    db_bind_text(ctx, stmt, first, NULL);
  for (int i = 1; i < columns_of(row->kind)->count; i++)
    db_bind_text(ctx, stmt, first + i, row->row->texts[i]);
}

static void update_draft_rows(RowDraft *draft, MetaKind kind) {
  Ctx *ctx = draft->ctx;
  sqlite3_stmt *stmt = NULL;
  for (int i = 0; ctx_ok(ctx) && i < draft->of[kind].count; i++) {
    const DraftRow *row = draft->of[kind].list[i];
    if (row->gone || row->was == NULL || !is_changed(row)) continue;
    if (stmt == NULL) stmt = prepare_update(ctx, kind);
    bind_row(ctx, stmt, 1, row);
    db_bind_int(ctx, stmt, columns_of(kind)->count + 1,
                changes_key(row) ? -row->was->id : row->was->id);
    db_run(ctx, stmt);
  }
  db_finish(stmt);
}

/* New rows of one kind, and the statements that insert one of them, or several:
** AUTOINCREMENT writes sqlite_sequence once in a statement. */
typedef struct Insertion {
  Ctx *ctx;
  MetaKind kind;
  DraftRow **rows;
  int count;
  sqlite3_stmt *one, *several;
} Insertion;

enum { SEVERAL = 20 };

/* Inserts n rows from row `at` on. Ids that SQLite chooses are consecutive. */
static void insert_draft_batch(Insertion *in, sqlite3_stmt *stmt, int at,
                               int n) {
  Ctx *ctx = in->ctx;
  for (int i = 0; ctx_ok(ctx) && i < n; i++)
    bind_row(ctx, stmt, i * columns_of(in->kind)->count + 1, in->rows[at + i]);
  db_run(ctx, stmt);
  i64 last = sqlite3_last_insert_rowid(ctx->db);
  for (int i = 0; ctx_ok(ctx) && i < n; i++)
    in->rows[at + i]->row->id = last - n + 1 + i;
}

/* Returns true if SQLite chooses the ids of SEVERAL rows from row `at` on. */
static bool are_several(const Insertion *in, int at) {
  if (at + SEVERAL > in->count) return false;
  for (int i = 0; i < SEVERAL; i++)
    if (in->rows[at + i]->row->id) return false;
  return true;
}

static void insert_all(Insertion *in) {
  Ctx *ctx = in->ctx;
  for (int at = 0; ctx_ok(ctx) && at < in->count;) {
    int n = are_several(in, at) ? SEVERAL : 1;
    sqlite3_stmt **stmt = n == 1 ? &in->one : &in->several;
    if (*stmt == NULL) *stmt = prepare_insert(ctx, in->kind, n);
    insert_draft_batch(in, *stmt, at, n);
    at += n;
  }
  db_finish(in->one);
  db_finish(in->several);
}

/* Lists the rows to insert. */
static Insertion list_new_rows(const RowDraft *draft, MetaKind kind) {
  Insertion in = {draft->ctx, kind, NULL, 0, NULL, NULL};
  for (int i = 0; i < draft->of[kind].count; i++) {
    DraftRow *row = draft->of[kind].list[i];
    if (row->gone || row->was || !is_changed(row)) continue;
    DraftRow **slot = MEM_PUSH(in.ctx, in.rows, in.count);
    if (slot) *slot = row;
  }
  return in;
}

/* From this number of rows on, a trigger for each row is worth avoiding: it
** takes longer than the INSERT. */
enum { MANY_ROWS = 100 };

/* True if `count` is many, and if an INSERT of rows of the kind fires only the
** trigger of orm that resets the memo. */
static bool inserts_in_bulk(const RowDraft *draft, MetaKind kind, int count) {
  const char *name = columns_of(kind)->name;
  return count >= MANY_ROWS &&
         db_int(draft->ctx,
                "SELECT EXISTS (SELECT 1 FROM (SELECT type, name, tbl_name"
                "  FROM \"main\".sqlite_schema UNION ALL SELECT type, name,"
                "  tbl_name FROM sqlite_temp_schema)"
                " WHERE type = 'trigger' AND tbl_name = 'orm_%s' COLLATE NOCASE"
                " AND name NOT IN ('orm_%s_inserted', 'orm_%s_updated',"
                "  'orm_%s_removed', 'orm_%s_renamed', 'orm_%s_deleted'))",
                name, name, name, name, name, name) == 0;
}

/* Inserts the new rows of the kind. In bulk, without triggers, and resets the
** memo once. */
static void insert_draft_rows(RowDraft *draft, MetaKind kind) {
  Ctx *ctx = draft->ctx;
  Insertion in = list_new_rows(draft, kind);
  bool bulk = inserts_in_bulk(draft, kind, in.count);
  int before = settings_get(ctx->db, SETTING_TRIGGERS);
  if (bulk) settings_set(ctx->db, SETTING_TRIGGERS, 0);
  insert_all(&in);
  settings_set(ctx->db, SETTING_TRIGGERS, before);
  if (bulk)
    db_exec(ctx, "UPDATE \"main\".orm_state SET rowid = 1 WHERE rowid > 1");
}

/* The order: rows of models first, then models, because the triggers of
** orm_model delete and rename the rows of a model. */
void row_draft_write(RowDraft *draft) {
  for (MetaKind kind = META_COLUMN; kind < META_TABLES; kind++)
    write_deletes(draft, kind);
  for (MetaKind kind = META_COLUMN; kind < META_TABLES; kind++)
    write_passing_keys(draft, kind);
  write_deletes(draft, META_MODEL);
  write_passing_keys(draft, META_MODEL);
  for (MetaKind kind = 0; kind < META_TABLES; kind++) {
    update_draft_rows(draft, kind);
    if (ctx_ok(draft->ctx)) insert_draft_rows(draft, kind);
  }
}
