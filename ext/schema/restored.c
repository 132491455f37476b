#include "schema/restored.h"

RestoredColumn *restored_find(RestoredColumns *restored, const char *table,
                              const char *column) {
  for (int i = 0; restored && i < restored->count; i++) {
    RestoredColumn *one = &restored->list[i];
    if (name_equal(one->table, table) && name_equal(one->column, column))
      return one;
  }
  return NULL;
}

char *restored_value(Ctx *ctx, const RestoredColumn *restored,
                     const Column *column, const char *otherwise) {
  if (otherwise == NULL) otherwise = column_default_value(ctx, column);
  if (restored->new_rowid)
    otherwise =
        mem_printf(ctx, "ifnull(%s, %s)", otherwise, restored->new_rowid);
  return mem_printf(ctx, "CASE WHEN %s THEN %s ELSE %s END",
                    restored->has_value, restored->value, otherwise);
}
