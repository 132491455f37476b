#include "ddl/shadow.h"

enum { MOST = 6 };

static const struct {
  const char *module;
  const char *suffixes[MOST];
} modules[] = {
    {"fts3", {"content", "segments", "segdir"}},
    {"fts4", {"content", "segments", "segdir", "docsize", "stat"}},
    {"fts5", {"data", "idx", "content", "docsize", "config"}},
    {"rtree", {"node", "parent", "rowid"}},
    {"rtree_i32", {"node", "parent", "rowid"}},
    {"geopoly", {"node", "parent", "rowid"}},
    {"spellfix1", {"vocab"}},
};
enum { MODULES = sizeof(modules) / sizeof(modules[0]) };

/* Returns the module of a CREATE VIRTUAL TABLE; "" if it has none. */
static const char *module_of(Ctx *ctx, const char *sql) {
  Tokens tokens = token_list(ctx, sql);
  for (int i = 0; ctx_ok(ctx) && i + 1 < tokens.count; i++)
    if (token_is(&tokens.list[i], "USING"))
      return token_name(ctx, &tokens.list[i + 1]);
  return "";
}

void shadow_add(Ctx *ctx, NameMap *names, const Statement *s) {
  if (s->object == NULL || s->object->type != OBJECT_VIRTUAL) return;
  const char *module = module_of(ctx, s->sql);
  int i = 0;
  while (ctx_ok(ctx) && i < MODULES && !name_equal(modules[i].module, module))
    i++;
  for (int k = 0; ctx_ok(ctx) && i < MODULES && k < MOST; k++) {
    const char *suffix = modules[i].suffixes[k];
    char *name = suffix ? mem_printf(ctx, "%s_%s", s->name, suffix) : NULL;
    if (name) map_put(ctx, names, name, names);
  }
}
