#include "archive/restore_column.h"

#include "archive/restore_table.h"
#include "dependents/orphan.h"

/* ---- restored values ---------------------------------------------------- */

/* Returns a condition: the row has the saved value (orm_e) in the column. */
static char *has_saved_value(Ctx *ctx, const AlteredTable *t,
                             const ColumnEntry *c) {
  char *row = mem_printf(ctx, "\"%w\"", t->to->name);
  char *now = rowkey_qualify(ctx, row, t->to->columns[c->column].name);
  return rowkey_same_value(ctx, now,
                           rowkey_qualify(ctx, "orm_e", c->entry.column));
}

/* Returns "orm_archive_<entry> AS orm_e WHERE ..." for a subquery: the saved
** value of the row, if the row has it in the column. */
static char *saved_value_in_row(Ctx *ctx, const AlteredTable *t,
                                const ColumnEntry *c) {
  char *row = mem_printf(ctx, "\"%w\"", t->to->name);
  return mem_printf(
      ctx, "\"main\".orm_archive_%lld AS orm_e WHERE orm_e.%srow = %s AND %s",
      c->entry.id, c->entry.prefix,
      rowkey_number(ctx, &t->new_key, t->to, t->new_identity, row),
      has_saved_value(ctx, t, c));
}

/* Returns " CROSS JOIN ... WHERE ...": joins the row of a saved value orm_e. */
static char *row_of_saved(Ctx *ctx, const AlteredTable *t,
                          const ColumnEntry *c) {
  return rowkey_join(ctx, &t->new_key, t->to, t->new_identity,
                     mem_printf(ctx, "\"%w\"", t->to->name),
                     mem_printf(ctx, "orm_e.%srow", c->entry.prefix));
}

void restore_column_remove_orphans(Ctx *ctx, const AlteredTable *t,
                                   const ColumnEntry *e, const Schema *live) {
  const Column *c = &t->to->columns[e->column];
  char *row = mem_printf(ctx, "\"%w\"", t->to->name);
  char *orphan = orphan_count(ctx, t->to, c->name, live, row);
  const char *instead = c->notnull ? column_default_value(ctx, c) : "NULL";
  if (!ctx_ok(ctx) || e->altered || strcmp(orphan, "(0)") == 0) return;
  if (c->notnull && c->default_value.sql == NULL) return;
  db_exec(ctx,
          "UPDATE OR IGNORE \"main\".\"%w\" SET \"%w\" = %s WHERE %s > 0 AND"
          " NOT %s AND EXISTS (SELECT 1 FROM %s"
          "  AND %s > ifnull(orm_e.%sorphan, 0))",
          t->to->name, c->name, instead, orphan,
          rowkey_same_value(ctx, rowkey_qualify(ctx, row, c->name), instead),
          saved_value_in_row(ctx, t, e), orphan, e->entry.prefix);
}

void restore_column_allow_orphans(Ctx *ctx, const AlteredTable *t,
                                  const ColumnEntry *c, const Schema *live,
                                  FkeyCheck *check) {
  char *row = mem_printf(ctx, "\"%w\"", t->to->name);
  char *orphan =
      orphan_count(ctx, t->to, t->to->columns[c->column].name, live, row);
  if (!ctx_ok(ctx) || strcmp(orphan, "(0)") == 0) return;
  i64 n = db_int(ctx,
                 "SELECT sum(%s) FROM \"main\".\"%w\" WHERE"
                 " EXISTS (SELECT 1 FROM %s AND orm_e.%sorphan)",
                 orphan, t->to->name, saved_value_in_row(ctx, t, c),
                 c->entry.prefix);
  fkeys_allow(ctx, check, t->to->name, n);
}

/* ---- the end of the step ------------------------------------------------ */

/* Returns true if the table has all saved values of the entry. */
static bool has_all_saved(Ctx *ctx, const AlteredTable *t,
                          const ColumnEntry *c) {
  return db_int(ctx,
                "SELECT (SELECT count(*) FROM \"main\".orm_archive_%lld) ="
                " (SELECT count(*) FROM \"main\".orm_archive_%lld AS orm_e%s"
                "  AND %s)",
                c->entry.id, c->entry.id, row_of_saved(ctx, t, c),
                has_saved_value(ctx, t, c)) != 0;
}

/* Deletes the saved values that the table has. In most cases it has all, and
** DELETE without a condition does not visit the rows. */
static void delete_restored(Ctx *ctx, const AlteredTable *t,
                            const ColumnEntry *c) {
  char *condition =
      has_all_saved(ctx, t, c)
          ? mem_text(ctx, "", -1)
          : mem_printf(ctx, " WHERE EXISTS (SELECT 1 FROM (SELECT 1)%s AND %s)",
                       row_of_saved(ctx, t, c), has_saved_value(ctx, t, c));
  db_exec(ctx, "DELETE FROM \"main\".orm_archive_%lld AS orm_e%s", c->entry.id,
          condition);
  catalog_measure(ctx, &c->entry);
}

/* Stores the value that the alteration made of each saved value (orm_made).
** Values that it left unchanged need not be saved. */
static void complete_saved(Ctx *ctx, const AlteredTable *t,
                           const ColumnEntry *c) {
  if (!c->altered || t->new_identity == 0) return;
  char *row = mem_printf(ctx, "\"%w\"", t->to->name);
  db_exec(ctx,
          "UPDATE \"main\".orm_archive_%lld AS orm_e SET %smade = (SELECT %s"
          " FROM (SELECT 1)%s)",
          c->entry.id, c->entry.prefix,
          rowkey_qualify(ctx, row, t->to->columns[c->column].name),
          row_of_saved(ctx, t, c));
  if (!c->refilled) delete_restored(ctx, t, c);
}

/* waiting -> spent: no step restores from an entry twice. The last call also
** spends entries that the same step saved when it ran before, if orm_stamp()
** has changed the version since. */
static void spend_entries(Ctx *ctx, const ArchiveStep *step,
                          const AlteredTable *t) {
  const char *table = t->from->name;
  for (int k = 0; ctx_ok(ctx) && k < t->to->ncolumn; k++)
    if (table_column(t->renamed, t->to->columns[k].name) < 0)
      catalog_spend_column(ctx, table, t->to->columns[k].id);
  for (int i = 0; i < t->nrestore; i++)
    catalog_spend(ctx, t->restores[i].entry.id);
  i64 below = t->nsave ? t->saves[0].entry.id : catalog_last_id(ctx) + 1;
  catalog_spend_values(ctx, table, step->version, below);
}

/* Deletes saved values which the alteration had made of the values that the
** step restored: the alteration makes them again. A backfill may not. */
static void delete_reproducible(Ctx *ctx, const ArchiveStep *step,
                                const AlteredTable *t,
                                const ColumnEntry *saved) {
  for (int i = 0; i < t->nrestore && ctx_ok(ctx); i++) {
    const ColumnEntry *c = &t->restores[i];
    if (!c->altered || c->column != saved->column) continue;
    const Column *to = &t->to->columns[c->column];
    int k = table_column(t->renamed, to->name);
    if (to->backfill || t->from->columns[k].backfill ||
        altered_fill(step, t, c->column) || altered_fill_undone(step, t, k))
      continue;
    db_exec(ctx,
            "DELETE FROM \"main\".orm_archive_%lld WHERE %srow IN"
            " (SELECT orm_e.%srow FROM \"main\".orm_archive_%lld AS orm_e"
            "  JOIN \"main\".orm_archive_%lld AS orm_t"
            "  ON orm_t.%srow = orm_e.%srow AND %s%s AND %s)",
            saved->entry.id, saved->entry.prefix, c->entry.prefix, c->entry.id,
            saved->entry.id, saved->entry.prefix, c->entry.prefix,
            rowkey_same_value(ctx,
                              rowkey_qualify(ctx, "orm_t", saved->entry.column),
                              mem_printf(ctx, "orm_e.%smade", c->entry.prefix)),
            row_of_saved(ctx, t, c), has_saved_value(ctx, t, c));
  }
}

static void finish_sequence(Ctx *ctx, const ArchiveStep *step,
                            const AlteredTable *t) {
  if (table_autoincrement(t->from) || !table_autoincrement(t->to)) return;
  Entry e =
      catalog_find(ctx, step, ENTRY_SEQUENCE, t->from->name, NULL, t->to->id);
  restore_table_sequence(ctx, e.id, t->to);
  catalog_spend(ctx, e.id);
}

void restore_column_finish(Ctx *ctx, const ArchiveStep *step,
                           const AlteredTable *t) {
  for (int i = 0; i < t->nsave; i++)
    delete_reproducible(ctx, step, t, &t->saves[i]);
  for (int i = 0; i < t->nrestore; i++)
    delete_restored(ctx, t, &t->restores[i]);
  for (int i = 0; i < t->nsave; i++) complete_saved(ctx, t, &t->saves[i]);
  finish_sequence(ctx, step, t);
  spend_entries(ctx, step, t);
  if (t->identity && t->identity != t->new_identity)
    catalog_delete(ctx, t->identity);
}
