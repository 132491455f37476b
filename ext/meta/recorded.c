#include "meta/recorded.h"

#include "meta/changes.h"
#include "meta/row_line.h"

static void read_kind(Ctx *ctx, MetaRows *rows, MetaKind kind) {
  sqlite3_stmt *lines = db_prepare(
      ctx,
      "SELECT id, line FROM \"main\".orm_recorded WHERE kind = %Q ORDER BY id",
      columns_of(kind)->name);
  while (db_row(ctx, lines)) {
    const char *line = db_column(ctx, lines, 1);
    if (line == NULL) break;
    i64 id = sqlite3_column_int64(lines, 0);
    MetaRow *row = row_line_read(ctx, kind, id, line);
    if (row) row->line = line;
    rows_add(ctx, rows, kind, row);
  }
  db_finish(lines);
}

MetaRows *recorded_read(Ctx *ctx) {
  MetaRows *rows = MEM_NEW(ctx, MetaRows);
  if (rows == NULL) return NULL;
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    read_kind(ctx, rows, kind);
  rows->digest = changes_digest(ctx, rows);
  rows->recorded = true;
  return ctx_ok(ctx) ? rows : NULL;
}

static void write_kind_difference(Ctx *ctx, MetaKind kind,
                                  const MetaRows *before,
                                  const MetaRows *after) {
  const char *name = columns_of(kind)->name;
  const MetaList *old = &before->of[kind], *new = &after->of[kind];
  for (int i = 0; i < old->count && ctx_ok(ctx); i++)
    if (rows_find(after, kind, old->list[i]->id) == NULL)
      db_exec(ctx,
              "DELETE FROM \"main\".orm_recorded WHERE kind = %Q AND id = %lld",
              name, old->list[i]->id);
  sqlite3_stmt *insert =
      db_prepare(ctx,
                 "INSERT OR REPLACE INTO \"main\".orm_recorded(kind, id, line)"
                 " VALUES (%Q, ?1, ?2)",
                 name);
  for (int i = 0; i < new->count &&ctx_ok(ctx); i++) {
    MetaRow *row = new->list[i];
    const MetaRow *was = rows_find(before, kind, row->id);
    if (was && rows_same(kind, was, row)) continue;
    db_bind_int(ctx, insert, 1, row->id);
    db_bind_text(ctx, insert, 2, row_line(ctx, kind, row));
    db_run(ctx, insert);
  }
  db_finish(insert);
}

/* Returns true if orm_recorded was last written with these rows. */
static bool is_recorded_as(Ctx *ctx, const MetaRows *rows) {
  const char *then =
      db_text_or_null(ctx, "SELECT recorded FROM \"main\".orm_state");
  const char *digest = digest_sum_text(ctx, &rows->digest);
  return then && digest && strcmp(then, digest) == 0;
}

void recorded_write(Ctx *ctx, const MetaRows *before, const MetaRows *rows) {
  MetaRows none;
  memset(&none, 0, sizeof(none));
  if (before == NULL || !is_recorded_as(ctx, before)) {
    db_exec(ctx, "DELETE FROM \"main\".orm_recorded");
    before = &none;
  }
  for (MetaKind kind = 0; kind < META_TABLES && ctx_ok(ctx); kind++)
    write_kind_difference(ctx, kind, before, rows);
  db_exec(ctx, "UPDATE \"main\".orm_state SET recorded = %Q",
          digest_sum_text(ctx, &rows->digest));
}
