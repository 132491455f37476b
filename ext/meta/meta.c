#include "meta/meta.h"

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

static MetaRow *read_row(Ctx *ctx, sqlite3_stmt *stmt, MetaKind kind,
                         size_t *bytes) {
  const MetaTable *table = columns_of(kind);
  MetaRow *row = snapshot_new_row(ctx, kind);
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
    if (row->texts[i])
      *bytes += strlen(row->texts[i]) + strlen(table->columns[i].name) +
                strlen("\"\":\"\",");
  }
  *bytes += strlen("{},");
  return row;
}

static MetaRow *read_rows(Ctx *ctx, MetaKind kind, sqlite3_stmt *stmt,
                          size_t *bytes) {
  MetaRow *first = NULL, **end = &first;
  while (db_row(ctx, stmt)) {
    *end = read_row(ctx, stmt, kind, bytes);
    if (*end) end = &(*end)->next;
  }
  db_finish(stmt);
  return first;
}

MetaRow *meta_find(Ctx *ctx, MetaKind kind, const char *column,
                   const char *text) {
  size_t bytes = 0;
  return read_rows(ctx, kind, rows_with(ctx, kind, column, text), &bytes);
}

/* ---- backfills that have run -------------------------------------------- */

MetaRow *meta_newest_columns(Ctx *ctx) {
  /* Few versions have a backfill: most snapshots need not be read. */
  const char *snapshot =
      db_text_or_null(ctx, "SELECT models FROM (SELECT models FROM"
                           "  \"main\".orm_migration"
                           "  ORDER BY version DESC LIMIT 1)"
                           " WHERE instr(models, '\"backfill\":')");
  return snapshot ? snapshot_read(ctx, snapshot).first[META_COLUMN] : NULL;
}

/* Returns the row with that id. The search begins at *at, because both sides
** mostly ascend, and leaves *at behind the row that it finds. */
static const MetaRow *find_next(const MetaRow *rows, const MetaRow **at,
                                i64 id) {
  const MetaRow *row = *at;
  while (row && row->id != id) row = row->next;
  if (row == NULL)
    for (row = rows; row != *at && row->id != id;) row = row->next;
  if (row == NULL || row->id != id) return NULL;
  *at = row->next;
  return row;
}

/* Gives rows of orm_column without a backfill the one that has run. */
static void read_spent(Ctx *ctx, MetaRows *rows) {
  bool wanted = false;
  for (MetaRow *row = rows->first[META_COLUMN]; row; row = row->next) {
    row->backfill_due = row->texts[COLUMN_BACKFILL] != NULL;
    wanted |= !row->backfill_due;
  }
  const MetaRow *newest = wanted ? meta_newest_columns(ctx) : NULL,
                *at = newest;
  for (MetaRow *row = rows->first[META_COLUMN]; newest && row;
       row = row->next) {
    const MetaRow *spent =
        row->backfill_due ? NULL : find_next(newest, &at, row->id);
    const char *backfill = spent ? spent->texts[COLUMN_BACKFILL] : NULL;
    if (backfill == NULL) continue;
    row->texts[COLUMN_BACKFILL] = backfill;
    rows->bytes += strlen(backfill) + strlen("\"backfill\":\"\",");
  }
}

/* Removes the backfills that the newest version has too. */
static void leave_out_spent(Ctx *ctx, MetaRow *columns) {
  const MetaRow *newest = meta_newest_columns(ctx), *at = newest;
  for (MetaRow *row = columns; newest && row; row = row->next) {
    const char **backfill = &row->texts[COLUMN_BACKFILL];
    const MetaRow *spent = *backfill ? find_next(newest, &at, row->id) : NULL;
    const char *then = spent ? spent->texts[COLUMN_BACKFILL] : NULL;
    if (then && strcmp(then, *backfill) == 0) *backfill = NULL;
  }
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

MetaRows meta_read(Ctx *ctx, const char *snapshot) {
  if (snapshot) return snapshot_read(ctx, snapshot);
  MetaRows rows;
  memset(&rows, 0, sizeof(rows));
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    rows.first[kind] = read_rows(ctx, kind, meta_rows(ctx, kind), &rows.bytes);
  read_spent(ctx, &rows);
  return rows;
}

char *meta_snapshot(Ctx *ctx) {
  MetaRows rows = meta_read(ctx, NULL);
  return snapshot_write(ctx, &rows);
}

/* ---- writing ------------------------------------------------------------ */

static void restore_rows(Ctx *ctx, MetaKind kind, const MetaRow *row) {
  const MetaTable *table = columns_of(kind);
  sqlite3_stmt *insert = db_prepare(
      ctx, "INSERT INTO \"main\".orm_%s(%s) VALUES (%s)", table->name,
      column_list(ctx, table, "\"%w\""), column_list(ctx, table, ":%s"));
  for (; row && ctx_ok(ctx); row = row->next) {
    for (int i = 0; i < table->count; i++)
      db_bind_text(ctx, insert, i + 1, row->texts[i]);
    db_run(ctx, insert);
  }
  db_finish(insert);
}

void meta_restore(Ctx *ctx, const char *snapshot) {
  MetaRows rows = snapshot_read(ctx, snapshot);
  leave_out_spent(ctx, rows.first[META_COLUMN]);
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    db_exec(ctx, "DELETE FROM \"main\".orm_%s", columns_of(kind)->name);
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    restore_rows(ctx, kind, rows.first[kind]);
}

void meta_write_text(Ctx *ctx, const MetaText *text) {
  const MetaTable *table = columns_of(text->kind);
  db_exec(ctx, "UPDATE \"main\".orm_%s SET \"%w\" = %Q WHERE id = %lld",
          table->name, table->columns[text->column].name, text->text, text->id);
}

/* SQLite's AUTOINCREMENT fails after 2^63 - 1. No one reaches this number row
** by row. */
#define MOST_ID ((i64)1 << 53)

void meta_reserve_ids(Ctx *ctx, const char *snapshot) {
  const char *home = db_home(ctx, "json_each");
  for (MetaKind kind = 0; kind < META_TABLES && ctx_ok(ctx); kind++) {
    const char *name = columns_of(kind)->name;
    i64 most = db_int(ctx,
                      "SELECT max(json_extract(value, '$.id'))"
                      " FROM \"%w\".json_each(%Q, '$.%s')",
                      home, snapshot, name);
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
