#include "archive/restore.h"

#include "alter/refill.h"
#include "archive/identity.h"
#include "archive/rekey.h"
#include "archive/restore_column.h"
#include "archive/restore_table.h"
#include "ddl/live.h"

/* ---- columns that the script adds --------------------------------------- */

void restore_added_column(Ctx *ctx, ArchiveWork *work, const char *table,
                          const char *column) {
  RestoredColumn *c = restored_find(&work->restored, table, column);
  if (c == NULL || c->used || c->altered || !ctx_ok(ctx)) return;
  const Table *now = live_table(ctx, table);
  if (now) refill_columns(ctx, now, &c, 1);
}

/* Restores columns that the script added by other means than ALTER TABLE ADD
** COLUMN. The script may have copied values into such a column: it is filled
** only if it has nothing but its default. */
static void fill_empty_columns(Ctx *ctx, ArchiveWork *work,
                               const Schema *live) {
  for (int i = 0; ctx_ok(ctx) && i < work->restored.count; i++) {
    RestoredColumn *c = &work->restored.list[i];
    const Table *table = schema_table(live, c->table);
    int k = table ? table_column(table, c->column) : -1;
    if (c->used || c->altered || k < 0) continue;
    if (table->columns[k].generated.sql) continue;
    i64 full = db_int(ctx,
                      "SELECT EXISTS (SELECT 1 FROM \"main\".\"%w\""
                      " WHERE \"%w\" IS NOT %s)",
                      table->name, c->column,
                      column_default_value(ctx, &table->columns[k]));
    if (!full) refill_columns(ctx, table, &c, 1);
  }
}

/* ---- after the script --------------------------------------------------- */

/* Removes restored rows and values without a parent. A removed row may leave
** other rows without a parent: repeats until none is removed. */
static void remove_orphans(Ctx *ctx, ArchiveWork *work, const Schema *live) {
  for (bool more = true; more && ctx_ok(ctx);) {
    more = false;
    for (int i = 0; i < work->ncreated; i++)
      if (work->created[i].entry.id &&
          restore_table_remove_orphans(ctx, &work->created[i], live))
        more = true;
    for (int i = 0; i < work->naltered; i++) {
      const AlteredTable *t = &work->altered[i];
      for (int k = 0; k < t->nrestore; k++)
        restore_column_remove_orphans(ctx, t, &t->restores[k], live);
    }
  }
}

static void finish_tables(Ctx *ctx, const ArchiveWork *work, const Schema *live,
                          FkeyCheck *check) {
  for (int i = 0; i < work->ncreated && ctx_ok(ctx); i++)
    restore_table_finish(ctx, &work->created[i], live, check);
  for (int i = 0; i < work->naltered && ctx_ok(ctx); i++) {
    const AlteredTable *t = &work->altered[i];
    for (int k = 0; k < t->nrestore; k++)
      restore_column_allow_orphans(ctx, t, &t->restores[k], live, check);
    restore_column_finish(ctx, &work->step, t);
  }
}

/* Entries follow the new names of their tables. */
static void move_entries(Ctx *ctx, const ArchiveWork *work) {
  bool renames = false;
  for (int i = 0; i < work->naltered; i++)
    renames |=
        strcmp(work->altered[i].from->name, work->altered[i].to->name) != 0;
  if (!renames) return;
  for (int i = 0; i < work->naltered; i++)
    catalog_move(ctx, work->altered[i].from->name, work->altered[i].to->name);
  catalog_finish_moves(ctx);
}

static void replace_triggers(Ctx *ctx, const ArchiveWork *work) {
  for (int i = 0; ctx_ok(ctx) && i < work->naltered; i++) {
    const AlteredTable *t = &work->altered[i];
    i64 identity = catalog_identity_of(ctx, t->to->name);
    if (identity) catalog_drop_triggers(ctx, identity);
    if (identity) identity_create_triggers(ctx, identity, &t->new_key);
  }
}

void restore_after(Ctx *ctx, ArchiveWork *work, FkeyCheck *check,
                   const Schema *live) {
  if (work->naltered + work->ncreated == 0 || !ctx_ok(ctx)) return;
  fill_empty_columns(ctx, work, live);
  guard_triggers(ctx, false);
  for (int i = 0; i < work->ncreated; i++)
    restore_table_rows(ctx, &work->created[i], live);
  for (int i = 0; i < work->naltered; i++)
    rekey_after(ctx, work, &work->altered[i]);
  remove_orphans(ctx, work, live);
  finish_tables(ctx, work, live, check);
  move_entries(ctx, work);
  for (int i = 0; i < work->ncreated && ctx_ok(ctx); i++)
    if (work->created[i].entry.id)
      restore_table_columns(ctx, &work->created[i]);
  catalog_clean(ctx);
  replace_triggers(ctx, work);
  guard_triggers(ctx, true);
}
