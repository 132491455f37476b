#include "edit.h"

char *edit_in_main(Ctx *ctx, const char *sql) {
  Statement *s = parse_create(ctx, sql);
  if (s == NULL) return NULL;
  const char *qualifier = s->schema ? "" : "\"main\".";
  return mem_printf(ctx, "%.*s%s%s", s->name_at, sql, qualifier,
                    sql + s->name_at);
}
