#include "alter/refill.h"

#include "base/guard.h"
#include "base/progress.h"

static bool is_written_later(const RestoredColumn *c, const Table *from,
                             const Table *to) {
  return !c->altered && c->new_rowid == NULL &&
         table_column(to, c->column) >= 0 && table_column(from, c->column) < 0;
}

bool refill_is_possible(const RestoredColumns *restored, const Table *from,
                        const Table *to) {
  for (int i = 0; restored && i < restored->count; i++) {
    const RestoredColumn *c = &restored->list[i];
    if (!c->used && name_equal(c->table, to->name) &&
        !is_written_later(c, from, to))
      return false;
  }
  return true;
}

static bool has_check(const Table *table) {
  for (int i = 0; i < table->nconstraint; i++)
    if (table->constraints[i].kind == CONSTRAINT_CHECK) return true;
  return false;
}

/* Returns true if each row may be written, with NULL for a row without a saved
** value: it has this NULL already, and no CHECK can refuse the row. SQLite then
** updates the rows in one pass, which a subquery in WHERE prevents. */
static bool may_write_all(const Table *table, const char *column) {
  int k = table_column(table, column);
  return k >= 0 && !table->columns[k].default_value.sql &&
         !table->columns[k].notnull && !has_check(table);
}

void refill_column(Ctx *ctx, const Table *table, RestoredColumn *c) {
  const char *where = may_write_all(table, c->column) ? "1" : c->has_value;
  c->used = true;
  progress_begin_rows(ctx, table->name, "filling");
  guard_triggers(ctx, false);
  db_exec(ctx,
          "UPDATE OR ABORT \"main\".\"%w\" SET \"%w\" = %s WHERE %s AND %s",
          table->name, c->column, c->value, progress_condition(ctx), where);
  guard_triggers(ctx, true);
}
