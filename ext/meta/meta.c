#include "meta/meta.h"

#include "meta/history.h"

/* ---- the meta tables ---------------------------------------------------- */

i64 meta_layout(Ctx *ctx) {
  if (!db_has_table(ctx, "orm_state")) return 0;
  i64 layout = db_int(ctx, "SELECT layout FROM \"main\".orm_state");
  if (ctx_ok(ctx) && layout < 1)
    err_set(ctx, SQLITE_ERROR,
            "orm_state does not say which layout the meta tables have, a "
            "number from 1 to %d: somebody changed it; put it back (from a "
            "backup)",
            META_LAYOUT);
  if (layout > META_LAYOUT)
    err_set(ctx, SQLITE_ERROR,
            "the meta tables have layout %lld, this build of orm knows %d: "
            "load a newer orm",
            layout, META_LAYOUT);
  return ctx_ok(ctx) ? layout : 0;
}

bool meta_exists(Ctx *ctx) {
  i64 layout = meta_layout(ctx);
  if (layout && layout < META_LAYOUT)
    err_set(ctx, SQLITE_ERROR,
            "the meta tables have layout %lld, of an older orm: SELECT "
            "orm_init() brings them up to date",
            layout);
  return layout && ctx_ok(ctx);
}

void meta_require(Ctx *ctx) {
  if (!meta_exists(ctx))
    err_set(ctx, SQLITE_ERROR,
            "this database has no models yet: SELECT orm_init() makes the "
            "meta tables, SELECT orm_import('dir') brings a repository");
}

/* ---- reading ------------------------------------------------------------ */

/* Returns the columns of a meta table as a list, each in the format `form`. */
static char *column_list(Ctx *ctx, const MetaTable *table, const char *form) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < table->count; i++) {
    if (i) sqlite3_str_appendall(str, ", ");
    sqlite3_str_appendf(str, form, table->columns[i].name);
  }
  return mem_finish(ctx, str);
}

sqlite3_stmt *meta_rows(Ctx *ctx, MetaKind kind) {
  const MetaTable *table = columns_of(kind);
  return db_prepare(ctx, "SELECT %s FROM \"main\".orm_%s ORDER BY id",
                    column_list(ctx, table, "\"%w\""), table->name);
}

static sqlite3_stmt *rows_with(Ctx *ctx, MetaKind kind, const char *column,
                               const char *text) {
  const MetaTable *table = columns_of(kind);
  return db_prepare(
      ctx, "SELECT %s FROM \"main\".orm_%s WHERE \"%w\" = %Q ORDER BY id",
      column_list(ctx, table, "\"%w\""), table->name, column, text);
}

sqlite3_stmt *meta_rows_of(Ctx *ctx, MetaKind kind, const char *model) {
  return rows_with(ctx, kind, "model", model);
}

static MetaRow *read_row(Ctx *ctx, sqlite3_stmt *stmt, MetaKind kind) {
  const MetaTable *table = columns_of(kind);
  MetaRow *row = rows_new_row(ctx, kind);
  if (row == NULL) return NULL;
  row->id = sqlite3_column_int64(stmt, 0);
  for (int i = 0; ctx_ok(ctx) && i < table->count; i++) {
    int type = sqlite3_column_type(stmt, i);
    if (type == SQLITE_NULL) continue;
    if (type == SQLITE_BLOB)
      err_set(ctx, SQLITE_ERROR,
              "row %lld of orm_%s has a BLOB as its %s: make it text, CAST(... "
              "AS TEXT)",
              row->id, table->name, table->columns[i].name);
    if (type != SQLITE_TEXT) row->numbers |= 1u << i;
    row->texts[i] = db_column(ctx, stmt, i);
  }
  return row;
}

static void read_rows(Ctx *ctx, MetaRows *rows, MetaKind kind,
                      sqlite3_stmt *stmt) {
  while (db_row(ctx, stmt))
    rows_add(ctx, rows, kind, read_row(ctx, stmt, kind));
  db_finish(stmt);
}

MetaList meta_find(Ctx *ctx, MetaKind kind, const char *column,
                   const char *text) {
  MetaRows rows;
  memset(&rows, 0, sizeof(rows));
  read_rows(ctx, &rows, kind, rows_with(ctx, kind, column, text));
  return rows.of[kind];
}

/* ---- backfills that have run -------------------------------------------- */

const MetaRows *meta_newest_backfills(Ctx *ctx) {
  const MetaRows *rows = history_rows(ctx, history_head(ctx));
  const MetaList *columns = rows ? &rows->of[META_COLUMN] : NULL;
  for (int i = 0; columns && i < columns->count; i++)
    if (columns->list[i]->texts[COLUMN_BACKFILL]) return rows;
  return NULL;
}

/* Returns the backfill of the column with that id; NULL: none. */
static const char *backfill_of(const MetaRows *rows, i64 id) {
  const MetaRow *row = rows_find(rows, META_COLUMN, id);
  return row ? row->texts[COLUMN_BACKFILL] : NULL;
}

/* Completes a row that was read: a row of orm_column without a backfill gets
** the one that has run. Returns the row of the newest version instead, if it is
** the same. */
static MetaRow *shared_row(MetaRow *row, MetaKind kind, MetaRow *was) {
  if (kind == META_COLUMN) {
    row->backfill_due = row->texts[COLUMN_BACKFILL] != NULL;
    if (was && !row->backfill_due)
      row->texts[COLUMN_BACKFILL] = was->texts[COLUMN_BACKFILL];
  }
  return was && !row->backfill_due && rows_same(kind, row, was) ? was : row;
}

void meta_spend(Ctx *ctx, i64 column) {
  db_exec(ctx,
          "UPDATE \"main\".orm_column SET backfill = NULL WHERE id = %lld"
          " AND backfill IS NOT NULL",
          column);
}

void meta_unspend(Ctx *ctx, i64 column, const char *backfill) {
  db_exec(ctx,
          "UPDATE \"main\".orm_column SET backfill = %Q WHERE id = %lld"
          " AND backfill IS NULL",
          backfill, column);
}

MetaRows *meta_read_stored(Ctx *ctx) {
  MetaRows *rows = MEM_NEW(ctx, MetaRows);
  for (MetaKind kind = 0; rows && kind < META_TABLES; kind++)
    read_rows(ctx, rows, kind, meta_rows(ctx, kind));
  return ctx_ok(ctx) ? rows : NULL;
}

/* Returns true if column i of the statement has the text. */
static bool stores_text(sqlite3_stmt *stmt, int i, const char *text) {
  const char *z = (const char *)sqlite3_column_text(stmt, i);
  size_t n = strlen(text);
  return z && (size_t)sqlite3_column_bytes(stmt, i) == n &&
         memcmp(z, text, n) == 0;
}

/* Returns true if the current row of the statement is the same as `was`, and
** nothing of it must be copied. A backfill that has run is stored as NULL. */
static bool is_stored_as(sqlite3_stmt *stmt, MetaKind kind,
                         const MetaRow *was) {
  bool same = was != NULL;
  for (int i = 1; same && i < columns_of(kind)->count; i++) {
    int type = sqlite3_column_type(stmt, i);
    bool backfill = kind == META_COLUMN && i == COLUMN_BACKFILL;
    if (type == SQLITE_NULL)
      same = backfill || was->texts[i] == NULL;
    else
      same = type == SQLITE_TEXT && !backfill && was->texts[i] &&
             !(was->numbers >> i & 1) && stores_text(stmt, i, was->texts[i]);
  }
  return same;
}

MetaRows *meta_read(Ctx *ctx) {
  const MetaRows *newest = history_rows(ctx, history_head(ctx));
  MetaRows *rows = newest ? MEM_NEW(ctx, MetaRows) : NULL;
  for (MetaKind kind = 0; rows && kind < META_TABLES; kind++) {
    sqlite3_stmt *stmt = meta_rows(ctx, kind);
    while (db_row(ctx, stmt)) {
      MetaRow *was = rows_find(newest, kind, sqlite3_column_int64(stmt, 0));
      MetaRow *row = was;
      if (!is_stored_as(stmt, kind, was)) row = read_row(ctx, stmt, kind);
      if (row != was) row = row ? shared_row(row, kind, was) : NULL;
      rows_add(ctx, rows, kind, row);
    }
    db_finish(stmt);
  }
  return ctx_ok(ctx) ? rows : NULL;
}

/* ---- writing ------------------------------------------------------------ */

/* Returns the rows without the backfills that have run. */
static const MetaRows *without_spent(Ctx *ctx, const MetaRows *rows) {
  const MetaRows *newest = meta_newest_backfills(ctx);
  MetaRows *copy = newest ? MEM_NEW(ctx, MetaRows) : NULL;
  if (copy == NULL) return rows;
  *copy = *rows;
  copy->of[META_COLUMN] = (MetaList){NULL, 0};
  for (int i = 0; ctx_ok(ctx) && i < rows->of[META_COLUMN].count; i++) {
    MetaRow *row = rows->of[META_COLUMN].list[i];
    const char *spent = backfill_of(newest, row->id);
    const char *backfill = row->texts[COLUMN_BACKFILL];
    if (spent && backfill && strcmp(spent, backfill) == 0) {
      row = rows_copy_row(ctx, META_COLUMN, row);
      if (row) row->texts[COLUMN_BACKFILL] = NULL;
    }
    rows_add(ctx, copy, META_COLUMN, row);
  }
  return copy;
}

static bool has_same_row(const MetaRows *rows, MetaKind kind,
                         const MetaRow *row) {
  const MetaRow *other = rows_find(rows, kind, row->id);
  return other && rows_same(kind, row, other);
}

/* Returns true if all rows of orm_model stay. Triggers delete the rows of a
** model with it. */
static bool keeps_models(const MetaRows *now, const MetaRows *wanted) {
  const MetaList *models = &now->of[META_MODEL];
  for (int i = 0; i < models->count; i++)
    if (!has_same_row(wanted, META_MODEL, models->list[i])) return false;
  return true;
}

/* Deletes the rows of `now` that are not wanted. */
static void delete_unwanted(Ctx *ctx, MetaKind kind, const MetaRows *now,
                            const MetaRows *wanted) {
  sqlite3_stmt *gone = NULL;
  for (int i = 0; ctx_ok(ctx) && i < now->of[kind].count; i++) {
    const MetaRow *row = now->of[kind].list[i];
    if (has_same_row(wanted, kind, row)) continue;
    if (gone == NULL)
      gone = db_prepare(ctx, "DELETE FROM \"main\".orm_%s WHERE id = ?1",
                        columns_of(kind)->name);
    db_bind_int(ctx, gone, 1, row->id);
    db_run(ctx, gone);
  }
  db_finish(gone);
}

static sqlite3_stmt *insertion(Ctx *ctx, const MetaTable *table) {
  return db_prepare(ctx, "INSERT INTO \"main\".orm_%s(%s) VALUES (%s)",
                    table->name, column_list(ctx, table, "\"%w\""),
                    column_list(ctx, table, ":%s"));
}

/* Inserts the wanted rows that `now` lacks. */
static void insert_wanted(Ctx *ctx, MetaKind kind, const MetaRows *now,
                          const MetaRows *wanted) {
  const MetaTable *table = columns_of(kind);
  sqlite3_stmt *insert = NULL;
  for (int k = 0; ctx_ok(ctx) && k < wanted->of[kind].count; k++) {
    const MetaRow *row = wanted->of[kind].list[k];
    if (has_same_row(now, kind, row)) continue;
    if (insert == NULL) insert = insertion(ctx, table);
    for (int i = 0; i < table->count; i++)
      db_bind_text(ctx, insert, i + 1, row->texts[i]);
    if (row->id) db_bind_int(ctx, insert, 1, row->id);
    db_run(ctx, insert);
  }
  db_finish(insert);
}

/* Changes the rows `now`, as they are stored, to those of `rows`. */
static void replace_rows(Ctx *ctx, const MetaRows *now, const MetaRows *rows) {
  static const MetaRows none;
  const MetaRows *wanted = ctx_ok(ctx) ? without_spent(ctx, rows) : NULL;
  if (!ctx_ok(ctx)) return;
  bool all = !keeps_models(now, wanted);
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    if (all)
      db_exec(ctx, "DELETE FROM \"main\".orm_%s", columns_of(kind)->name);
    else
      delete_unwanted(ctx, kind, now, wanted);
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    insert_wanted(ctx, kind, all ? &none : now, wanted);
}

void meta_restore(Ctx *ctx, const MetaRows *rows) {
  const MetaRows *now = meta_read_stored(ctx);
  if (now) replace_rows(ctx, now, rows);
}

/* Unlike stored rows, rows that were read have the backfills that have run. */
void meta_restore_from(Ctx *ctx, const MetaRows *now, const MetaRows *rows) {
  if (!ctx_ok(ctx)) return;
  const MetaList *columns = &now->of[META_COLUMN];
  int i = 0;
  while (i < columns->count && !columns->list[i]->texts[COLUMN_BACKFILL]) i++;
  if (i < columns->count)
    meta_restore(ctx, rows);
  else
    replace_rows(ctx, now, rows);
}

void meta_write_text(Ctx *ctx, const MetaText *text) {
  const MetaTable *table = columns_of(text->kind);
  db_exec(ctx, "UPDATE \"main\".orm_%s SET \"%w\" = %Q WHERE id = %lld",
          table->name, table->columns[text->column].name, text->text, text->id);
}

/* SQLite's AUTOINCREMENT fails after 2^63 - 1. No one reaches this number row
** by row. */
#define MOST_ID ((i64)1 << 53)

void meta_reserve_ids(Ctx *ctx, const MetaRows *rows) {
  for (MetaKind kind = 0; kind < META_TABLES && ctx_ok(ctx); kind++) {
    const char *name = columns_of(kind)->name;
    const MetaList *list = &rows->of[kind];
    i64 most = list->count ? list->list[list->count - 1]->id : 0;
    if (most <= 0) continue;
    if (most > MOST_ID)
      err_set(ctx, SQLITE_ERROR,
              "a snapshot of models has the id %lld in orm_%s: after that "
              "SQLite would have none left for the next row",
              most, name);
    db_exec(ctx,
            "INSERT INTO \"main\".sqlite_sequence(name, seq)"
            " SELECT 'orm_%s', 0 WHERE NOT EXISTS (SELECT 1 FROM"
            "  \"main\".sqlite_sequence WHERE name = 'orm_%s')",
            name, name);
    db_exec(ctx,
            "UPDATE \"main\".sqlite_sequence SET seq = max(seq, %lld)"
            " WHERE name = 'orm_%s'",
            most, name);
  }
}
