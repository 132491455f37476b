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

/* Adds the shadow tables of SQLite's own modules, by their names. SQLite lists
** shadow tables only from 3.37 on, and only if the module is loaded. */
static void add_known_shadows(Ctx *ctx, NameMap *names) {
  sqlite3_stmt *rows =
      db_prepare(ctx, "SELECT sql FROM \"main\".sqlite_schema"
                      " WHERE sql LIKE 'CREATE VIRTUAL TABLE%%'");
  while (db_row(ctx, rows)) {
    const char *sql = db_column(ctx, rows, 0);
    const Statement *s = sql ? parse_create(ctx, sql) : NULL;
    if (s) shadow_add(ctx, names, s);
    if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
  }
  db_finish(rows);
}

/* Adds the shadow tables that SQLite lists. */
static void add_listed_shadows(Ctx *ctx, NameMap *names) {
  sqlite3_stmt *rows = db_prepare(ctx, "PRAGMA \"main\".table_list");
  while (db_row(ctx, rows)) {
    char *name = db_column(ctx, rows, 1), *type = db_column(ctx, rows, 2);
    if (name && type && strcmp(type, "shadow") == 0)
      map_put(ctx, names, name, name);
  }
  db_finish(rows);
}

NameMap *shadow_find(Ctx *ctx) {
  NameMap *names = map_new(ctx);
  add_known_shadows(ctx, names);
  if (!ctx_ok(ctx) || sqlite3_libversion_number() < 3037000) return names;
  int idle = sqlite3_get_autocommit(ctx->db);
  add_listed_shadows(ctx, names);
  if (ctx_ok(ctx) && sqlite3_get_autocommit(ctx->db) != idle)
    err_set(ctx, SQLITE_ABORT_ROLLBACK,
            "SQLite rolled the transaction back while it connected to the "
            "virtual tables, and does not say why: call this again");
  return names;
}
