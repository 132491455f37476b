#include "objects/deferred.h"

#include "ddl/live.h"
#include "dependents/orphan.h"

/* ---- noting ------------------------------------------------------------- */

static bool has_foreign_key(const Table *table) {
  for (int i = 0; i < table->nconstraint; i++)
    if (table->constraints[i].kind == CONSTRAINT_FOREIGN) return true;
  return false;
}

void deferred_note(Store *s, const StoreClass *c, ColumnList key,
                   RowValues values) {
  Deferred *all = &s->deferred;
  if (!store_ok(s) || all->since == NULL || !has_foreign_key(c->of->table))
    return;
  DeferredRow *row = MEM_PUSH(s->ctx, all->rows, all->count);
  if (row == NULL) return;
  row->of = c;
  row->key = store_copy_columns(s->ctx, key);
  row->values = store_keep(s, c, key, values);
  row->path = store_path(s, s->ctx);
}

/* ---- the end ------------------------------------------------------------ */

/* Returns true if the row exists and a parent of it does not. */
static bool is_orphan(Store *s, const DeferredRow *row, const Schema *live) {
  Ctx *ctx = &s->work;
  const Table *table = schema_table(live, row->of->of->table->name);
  if (table == NULL) return false;
  const char *count = orphan_count(ctx, table, NULL, live, "orm_c");
  sqlite3_stmt *stmt = db_prepare(
      ctx, "SELECT 1 FROM \"main\".\"%w\" AS orm_c WHERE %s AND %s",
      table->name, store_where(ctx, row->of->of->table, row->key), count);
  store_bind(s, stmt, 1, row->of, row->key, row->values);
  bool found = db_row(ctx, stmt);
  db_finish(stmt);
  return found;
}

void deferred_check(Store *s) {
  const Deferred *all = &s->deferred;
  const char *path = all->since;
  if (!store_ok(s) || path == NULL) return;
  const Schema *live = live_read(&s->work);
  for (int i = 0; store_ok(s) && i < all->count; i++) {
    if (!is_orphan(s, &all->rows[i], live)) continue;
    path = all->rows[i].path;
    break;
  }
  if (!store_ok(s)) return;
  err_set(&s->work, SQLITE_CONSTRAINT_FOREIGNKEY,
          "%s%sFOREIGN KEY constraint failed", path, *path ? ": " : "");
}
