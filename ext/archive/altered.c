#include "archive/altered.h"

/* ---- lossy changes ------------------------------------------------------ */

const Backfill *altered_fill(const ArchiveStep *step, const AlteredTable *t,
                             int k) {
  return backfill_find(&step->fills, t->to->name, t->to->columns[k].name);
}

const Backfill *altered_fill_undone(const ArchiveStep *step,
                                    const AlteredTable *t, int i) {
  return backfill_find(&step->undone, t->from->name, t->from->columns[i].name);
}

/* Returns true if a recorded script from `before` to `c` fills the column by a
** declared backfill (see change_backfills()). An edited script may do it
** otherwise. */
static bool may_fill(const Column *before, const Column *c) {
  return column_needs_backfill(c, before) && strcmp(before->norm, c->norm) != 0;
}

bool altered_is_filled(const ArchiveStep *step, const AlteredTable *t, int i,
                       int k) {
  return altered_fill(step, t, k) ||
         (!step->undo && may_fill(&t->renamed->columns[i], &t->to->columns[k]));
}

bool altered_is_refilled(const ArchiveStep *step, const AlteredTable *t, int i,
                         int k) {
  return step->undo && (altered_fill_undone(step, t, i) ||
                        may_fill(&t->to->columns[k], &t->renamed->columns[i]));
}

bool altered_is_lossy(const ArchiveStep *step, const AlteredTable *t, int i,
                      int k) {
  return table_affinity(t->from, i) != table_affinity(t->to, k) ||
         t->to->columns[k].generated.sql || altered_is_filled(step, t, i, k) ||
         altered_is_refilled(step, t, i, k);
}

/* ---- numbers of rows ---------------------------------------------------- */

void altered_number_rows(Ctx *ctx, const AlteredTable *t, const char *where) {
  char *row = mem_printf(ctx, "\"%w\"", t->from->name);
  char *names = rowkey_names(ctx, &t->key);
  char *values = rowkey_values(ctx, &t->key, t->from, row);
  if (!ctx_ok(ctx)) return;
  db_exec(ctx,
          "INSERT INTO \"main\".orm_archive_%lld(%s) SELECT %s"
          " FROM \"main\".\"%w\" NOT INDEXED WHERE (%s) AND NOT EXISTS (SELECT "
          "1 FROM"
          " \"main\".orm_archive_%lld AS orm_i WHERE %s)",
          t->identity, names + 2, values + 2, t->from->name,
          t->key.whole || t->new_key.whole ? "1" : where, t->identity,
          rowkey_match(ctx, &t->key, t->from, "orm_i", row));
}

/* ---- restored columns --------------------------------------------------- */

ColumnEntry *altered_restore_of(const AlteredTable *t, int column) {
  for (int i = 0; i < t->nrestore; i++)
    if (t->restores[i].column == column) return &t->restores[i];
  return NULL;
}

/* Returns a condition: the value of the altered column is still the one that
** the alteration made of the saved value (orm_e). */
static char *made_condition(Ctx *ctx, const AlteredTable *t,
                            const ColumnEntry *c, const Table *names,
                            const char *row) {
  int i = table_column(t->renamed, t->to->columns[c->column].name);
  return rowkey_same_value(ctx,
                           rowkey_qualify(ctx, row, names->columns[i].name),
                           mem_printf(ctx, "orm_e.%smade", c->entry.prefix));
}

/* The archived table has no alias, so that tables of several columns can be
** joined. */
static void set_source(Ctx *ctx, RestoredColumn *restored, const ColumnEntry *c,
                       const char *number) {
  char *name = mem_printf(ctx, "orm_archive_%lld", c->entry.id);
  restored->source = mem_printf(ctx, "\"main\".%s ON %s.%srow = %s", name, name,
                                c->entry.prefix, number);
  restored->found = rowkey_qualify(ctx, name, c->entry.column);
}

RestoredColumn altered_restored_column(Ctx *ctx, const AlteredTable *t,
                                       const ColumnEntry *c,
                                       const Table *names) {
  RestoredColumn restored;
  memset(&restored, 0, sizeof(restored));
  char *row = mem_printf(ctx, "\"%w\"", names->name);
  char *saved =
      mem_printf(ctx, "\"main\".orm_archive_%lld AS orm_e", c->entry.id);
  char *number = rowkey_number(ctx, &t->key, names, t->identity, row);
  char *match = mem_printf(ctx, "orm_e.%srow = %s", c->entry.prefix, number);
  restored.table = t->renamed->name;
  restored.column = t->to->columns[c->column].name;
  restored.altered = c->altered;
  if (c->altered)
    match = mem_printf(ctx, "%s AND %s", match,
                       made_condition(ctx, t, c, names, row));
  else
    set_source(ctx, &restored, c, number);
  restored.has_value =
      mem_printf(ctx, "EXISTS (SELECT 1 FROM %s WHERE %s)", saved, match);
  restored.value = mem_printf(ctx, "(SELECT orm_e.\"%w\" FROM %s WHERE %s)",
                              c->entry.column, saved, match);
  return restored;
}
