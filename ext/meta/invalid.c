#include "meta/invalid.h"

enum {
  NAME = 1,
  OWN_NAME = 2,
  TABLE = 2,
  TARGET = 3,
  SQL = 3
}; /* columns of meta rows */

static const MetaRow *find_row(const MetaRows *rows, InvalidRow row) {
  const MetaRow *found = rows->first[row.kind];
  while (found && found->id != row.id) found = found->next;
  return found;
}

static bool is_same(const char *a, const char *b) {
  return a && b && name_equal(a, b);
}

static i64 find_model(const MetaRows *rows, const char *name) {
  const MetaRow *row = rows->first[META_MODEL];
  while (row && !is_same(row->texts[NAME], name)) row = row->next;
  return row ? row->id : 0;
}

static bool is_tainted(const Invalids *wrongs, const char *model) {
  for (int i = 0; i < wrongs->count; i++)
    if (wrongs->list[i].row.kind != META_RELATIONSHIP &&
        is_same(wrongs->list[i].model, model))
      return true;
  return false;
}

bool invalid_is_model(const Invalids *wrongs, i64 id) {
  for (int i = 0; i < wrongs->count; i++)
    if (id && wrongs->list[i].model_id == id &&
        wrongs->list[i].row.kind != META_RELATIONSHIP)
      return true;
  return false;
}

bool invalid_is_kind(const Invalids *wrongs, MetaKind kind, i64 id) {
  for (int i = 0; i < wrongs->count; i++)
    if (wrongs->list[i].row.kind == kind &&
        (id == 0 || wrongs->list[i].row.id == id))
      return true;
  return false;
}

/* What is said of a relationship, or of a whole table, of which something else
** is wrong would only repeat that. */
static bool is_consequence(const Invalids *wrongs, const MetaRow *row,
                           const Invalid *wrong) {
  bool is_relationship = wrong->row.kind == META_RELATIONSHIP;
  if (wrong->row.kind != META_MODEL && !is_relationship) return false;
  return is_tainted(wrongs, wrong->model) ||
         (is_relationship && is_tainted(wrongs, row->texts[TARGET]));
}

static void describe_row(Invalid *wrong, const MetaRows *rows,
                         const MetaRow *row) {
  bool is_object = wrong->row.kind == META_OBJECT;
  bool is_model = wrong->row.kind == META_MODEL;
  wrong->model = is_object ? NULL : row->texts[NAME];
  wrong->model_id = is_model ? row->id : find_model(rows, wrong->model);
  wrong->object = row->texts[is_model ? NAME : OWN_NAME];
  if (wrong->object == NULL) wrong->object = row->texts[SQL];
  wrong->whole = is_model;
  wrong->table = is_model ? row->texts[TABLE] : NULL;
}

static bool add_invalid(Ctx *ctx, Invalids *wrongs, const MetaRows *rows,
                        InvalidRow row, const char *message) {
  const MetaRow *found = find_row(rows, row);
  if (found == NULL) err_set(ctx, SQLITE_ERROR, "%s", message);
  Invalid wrong = {.row = row};
  if (found) describe_row(&wrong, rows, found);
  if (found && !is_consequence(wrongs, found, &wrong))
    wrong.message = mem_text(ctx, message, -1);
  Invalid *slot =
      ctx_ok(ctx) ? MEM_PUSH(ctx, wrongs->list, wrongs->count) : NULL;
  if (slot) *slot = wrong;
  return ctx_ok(ctx);
}

bool invalid_add(Ctx *ctx, Invalids *wrongs, const MetaRows *rows,
                 InvalidRow row) {
  MetaRows own;
  bool declared = (ctx->rc & 0xff) == SQLITE_ERROR && ctx->msg && row.id;
  const char *message = declared ? err_take(ctx) : NULL;
  if (message == NULL) return false;
  if (rows == NULL) own = meta_read(ctx, NULL);
  return ctx_ok(ctx) &&
         add_invalid(ctx, wrongs, rows ? rows : &own, row, message);
}

static bool is_left_out(const Invalids *wrongs, MetaKind kind,
                        const MetaRow *row) {
  for (int i = 0; i < wrongs->count; i++) {
    const Invalid *w = &wrongs->list[i];
    if (w->row.kind == kind && w->row.id == row->id) return true;
    if (w->whole && kind != META_OBJECT && is_same(w->model, row->texts[NAME]))
      return true;
    if (w->whole && kind == META_RELATIONSHIP &&
        is_same(w->model, row->texts[TARGET]))
      return true;
  }
  return false;
}

void invalid_leave_out(const Invalids *wrongs, MetaRows *rows) {
  for (MetaKind kind = 0; wrongs && kind < META_VIEW; kind++)
    for (MetaRow **at = &rows->first[kind]; *at;)
      if (is_left_out(wrongs, kind, *at))
        *at = (*at)->next;
      else
        at = &(*at)->next;
}
