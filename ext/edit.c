#include "edit.h"

char *edit_renamed(Ctx *ctx, const char *sql, const Statement *s,
                   const char *name) {
  if (!ctx_ok(ctx)) return NULL;
  return mem_printf(ctx, "%.*s%s%s", s->name_at, sql, name, sql + s->name_end);
}

char *edit_in_main(Ctx *ctx, const char *sql) {
  Statement *s = parse_create(ctx, sql);
  if (s == NULL) return NULL;
  return edit_renamed(ctx, sql, s, mem_printf(ctx, "\"main\".\"%w\"", s->name));
}
