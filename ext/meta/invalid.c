#include "meta/invalid.h"

static bool is_same(const char *a, const char *b) {
  return a && b && name_equal(a, b);
}

/* ---- questions ---------------------------------------------------------- */

static bool is_tainted(const Invalids *invalids, const char *model) {
  for (int i = 0; i < invalids->count; i++)
    if (invalids->list[i].row.kind != META_RELATIONSHIP &&
        is_same(invalids->list[i].model, model))
      return true;
  return false;
}

bool invalid_is_model(const Invalids *invalids, i64 id) {
  for (int i = 0; i < invalids->count; i++)
    if (id && invalids->list[i].model_id == id &&
        invalids->list[i].row.kind != META_RELATIONSHIP)
      return true;
  return false;
}

bool invalid_is_kind(const Invalids *invalids, MetaKind kind, i64 id) {
  for (int i = 0; i < invalids->count; i++)
    if (invalids->list[i].row.kind == kind &&
        (id == 0 || invalids->list[i].row.id == id))
      return true;
  return false;
}

/* ---- adding ------------------------------------------------------------- */

static i64 find_model(const MetaRows *rows, const char *name) {
  const MetaList *models = &rows->of[META_MODEL];
  for (int i = 0; i < models->count; i++)
    if (is_same(models->list[i]->texts[MODEL_NAME], name))
      return models->list[i]->id;
  return 0;
}

/* True if the message about a relationship or a whole table would only repeat
** that another row of the model is invalid. */
static bool is_consequence(const Invalids *invalids, const MetaRow *row,
                           const Invalid *invalid) {
  bool is_relationship = invalid->row.kind == META_RELATIONSHIP;
  if (invalid->row.kind != META_MODEL && !is_relationship) return false;
  return is_tainted(invalids, invalid->model) ||
         (is_relationship &&
          is_tainted(invalids, row->texts[RELATIONSHIP_TARGET]));
}

static void describe_row(Invalid *invalid, const MetaRows *rows,
                         const MetaRow *row) {
  const MetaTable *table = columns_of(invalid->row.kind);
  const int owner = table->models[0];
  bool is_model = invalid->row.kind == META_MODEL;
  const char *label = row->texts[table->label];
  if (label == NULL && table->content) label = row->texts[table->content];
  invalid->object = label;
  invalid->model = is_model ? label : owner ? row->texts[owner] : NULL;
  invalid->model_id = is_model ? row->id : find_model(rows, invalid->model);
  invalid->whole = is_model;
  invalid->table = is_model ? row->texts[MODEL_TABLE_NAME] : NULL;
}

static bool add_invalid(Ctx *ctx, Invalids *invalids, const MetaRows *rows,
                        InvalidRow row, const char *message) {
  const MetaRow *found = rows_find(rows, row.kind, row.id);
  if (found == NULL) err_set(ctx, SQLITE_ERROR, "%s", message);
  Invalid invalid = {.row = row};
  if (found) describe_row(&invalid, rows, found);
  if (found && !is_consequence(invalids, found, &invalid))
    invalid.message = mem_text(ctx, message, -1);
  Invalid *slot =
      ctx_ok(ctx) ? MEM_PUSH(ctx, invalids->list, invalids->count) : NULL;
  if (slot) *slot = invalid;
  return ctx_ok(ctx);
}

bool invalid_add(Ctx *ctx, Invalids *invalids, const MetaRows *rows,
                 InvalidRow row) {
  bool declared = (ctx->rc & 0xff) == SQLITE_ERROR && ctx->msg && row.id;
  const char *message = declared ? err_take(ctx) : NULL;
  if (message == NULL) return false;
  if (rows == NULL) rows = meta_read(ctx);
  return rows && add_invalid(ctx, invalids, rows, row, message);
}

/* ---- leaving out -------------------------------------------------------- */

/* True if the row names the model that owns it, or its target. */
static bool names_model(MetaKind kind, const MetaRow *row, const char *model) {
  const MetaTable *table = columns_of(kind);
  if (kind == META_MODEL) return is_same(model, row->texts[MODEL_NAME]);
  for (int i = 0; i < META_MODELS; i++)
    if (table->models[i] && is_same(model, row->texts[table->models[i]]))
      return true;
  return false;
}

static bool is_left_out(const Invalids *invalids, MetaKind kind,
                        const MetaRow *row) {
  for (int i = 0; i < invalids->count; i++) {
    const Invalid *invalid = &invalids->list[i];
    if (invalid->row.kind == kind && invalid->row.id == row->id) return true;
    if (invalid->whole && names_model(kind, row, invalid->model)) return true;
  }
  return false;
}

void invalid_leave_out(const Invalids *invalids, MetaRows *rows) {
  for (MetaKind kind = 0; invalids && kind < META_TABLES; kind++) {
    MetaList *list = &rows->of[kind];
    int kept = 0;
    for (int i = 0; i < list->count; i++)
      if (!is_left_out(invalids, kind, list->list[i]))
        list->list[kept++] = list->list[i];
    list->count = kept;
  }
}
