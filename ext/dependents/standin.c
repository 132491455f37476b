#include "dependents/standin.h"

#include "base/token.h"

/* ---- functions ----------------------------------------------------------- */

static void null_function(sqlite3_context *context, int argc,
                          sqlite3_value **argv) {
  (void)argc, (void)argv;
  sqlite3_result_null(context);
}

static void null_step(sqlite3_context *context, int argc,
                      sqlite3_value **argv) {
  (void)context, (void)argc, (void)argv;
}

static void null_value(sqlite3_context *context) {
  sqlite3_result_null(context);
}

static void check_registered(Ctx *ctx, int rc, const char *kind,
                             const char *name) {
  if ((rc & 0xff) == SQLITE_NOMEM) err_nomem(ctx);
  if (rc != SQLITE_OK)
    err_set(ctx, rc, "no stand-in for the %s \"%s\": %s", kind, name,
            sqlite3_errmsg(ctx->db));
}

void standin_function(Ctx *ctx, const char *name, int narg, FunctionKind kind,
                      int flags) {
  int rc = SQLITE_OK;
  flags |= SQLITE_UTF8;
  if (!ctx_ok(ctx)) return;
  switch (kind) {
  case FUNCTION_SCALAR:
    rc = sqlite3_create_function(ctx->db, name, narg, flags, NULL,
                                 null_function, NULL, NULL);
    break;
  case FUNCTION_AGGREGATE:
    rc = sqlite3_create_function(ctx->db, name, narg, flags, NULL, NULL,
                                 null_step, null_value);
    break;
  case FUNCTION_WINDOW:
    rc = sqlite3_create_window_function(ctx->db, name, narg, flags, NULL,
                                        null_step, null_value, null_value,
                                        null_step, NULL);
    break;
  }
  check_registered(ctx, rc, "function", name);
}

/* ---- collations ---------------------------------------------------------- */

static int compare_bytes(void *aux, int na, const void *a, int nb,
                         const void *b) {
  (void)aux;
  int order = memcmp(a, b, (size_t)(na < nb ? na : nb));
  return order ? order : na - nb;
}

/* A callback of SQLite, which cannot return an error: SQLite would report a
** missing collation, whatever the reason. So ctx has the error. */
static void add_collation(void *aux, sqlite3 *db, int encoding,
                          const char *name) {
  Ctx *ctx = (Ctx *)aux;
  int rc = sqlite3_create_collation(db, name, encoding, NULL, compare_bytes);
  check_registered(ctx, rc, "collation", name);
}

void standin_collations(Ctx *ctx) {
  if (!ctx_ok(ctx)) return;
  int rc = sqlite3_collation_needed(ctx->db, ctx, add_collation);
  check_registered(ctx, rc, "collation", "");
}

/* ---- tables of modules --------------------------------------------------- */

/* Returns a declaration of columns from the arguments of CREATE VIRTUAL TABLE:
** the first word of each argument but name=value. As full-text tables have
** them, a column with the name of the table and a column "rank" are added. */
static const char *guess_columns(Ctx *ctx, int argc, const char *const *argv) {
  NameMap *added = map_new(ctx);
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  sqlite3_str_appendall(str, "CREATE TABLE x(");
  for (int i = 3; ctx_ok(ctx) && i < argc; i++) {
    Token first = token_first(argv[i]), second = token_behind(&first);
    char *name = token_is_name(&first) && !token_is(&second, "=")
                     ? token_name(ctx, &first)
                     : NULL;
    if (name == NULL || map_get(added, name)) continue;
    map_put(ctx, added, name, added);
    sqlite3_str_appendf(str, "\"%w\", ", name);
  }
  const char *const hidden[] = {argv[2], "rank"};
  for (int i = 0, n = 0; i < 2; i++)
    if (map_get(added, hidden[i]) == NULL &&
        (i == 0 || !name_equal(argv[2], "rank")))
      sqlite3_str_appendf(str, "%s\"%w\" HIDDEN", n++ ? ", " : "", hidden[i]);
  if (map_get(added, argv[2]) && map_get(added, "rank"))
    sqlite3_str_appendall(str, "orm_hidden HIDDEN");
  sqlite3_str_appendall(str, ")");
  return mem_finish(ctx, str);
}

static int standin_connect(sqlite3 *db, void *aux, int argc,
                           const char *const *argv, sqlite3_vtab **vtab,
                           char **message) {
  StandinTables *tables = (StandinTables *)aux;
  (void)message;
  const char *sql = (const char *)map_get(tables->declared, argv[2]);
  if (sql == NULL) sql = guess_columns(tables->ctx, argc, argv);
  if (sql == NULL) return SQLITE_NOMEM;
  int rc = sqlite3_declare_vtab(db, sql);
  if (rc != SQLITE_OK) return rc;
  *vtab = (sqlite3_vtab *)sqlite3_malloc(sizeof(sqlite3_vtab));
  if (*vtab == NULL) return SQLITE_NOMEM;
  memset(*vtab, 0, sizeof(sqlite3_vtab));
  return SQLITE_OK;
}

/* Differs from standin_connect() only by its address: with the same function
** for both, the module would be eponymous. */
static int standin_create(sqlite3 *db, void *aux, int argc,
                          const char *const *argv, sqlite3_vtab **vtab,
                          char **message) {
  return standin_connect(db, aux, argc, argv, vtab, message);
}

static int standin_disconnect(sqlite3_vtab *vtab) {
  sqlite3_free(vtab);
  return SQLITE_OK;
}

static int standin_best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  (void)vtab, (void)info;
  return SQLITE_OK;
}

static int standin_rename(sqlite3_vtab *vtab, const char *name) {
  (void)vtab, (void)name;
  return SQLITE_OK;
}

static int standin_update(sqlite3_vtab *vtab, int argc, sqlite3_value **argv,
                          i64 *rowid) {
  (void)vtab, (void)argc, (void)argv;
  *rowid = 0;
  return SQLITE_OK;
}

static int standin_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **cursor) {
  (void)vtab;
  *cursor = (sqlite3_vtab_cursor *)sqlite3_malloc(sizeof(sqlite3_vtab_cursor));
  if (*cursor == NULL) return SQLITE_NOMEM;
  memset(*cursor, 0, sizeof(sqlite3_vtab_cursor));
  return SQLITE_OK;
}

static int standin_close(sqlite3_vtab_cursor *cursor) {
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int standin_filter(sqlite3_vtab_cursor *cursor, int number,
                          const char *name, int argc, sqlite3_value **argv) {
  (void)cursor, (void)number, (void)name, (void)argc, (void)argv;
  return SQLITE_OK;
}

static int standin_next(sqlite3_vtab_cursor *cursor) {
  (void)cursor;
  return SQLITE_OK;
}

static int standin_eof(sqlite3_vtab_cursor *cursor) {
  (void)cursor;
  return 1;
}

static int standin_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context,
                          int i) {
  (void)cursor, (void)i;
  sqlite3_result_null(context);
  return SQLITE_OK;
}

static int standin_rowid(sqlite3_vtab_cursor *cursor, i64 *id) {
  (void)cursor;
  *id = 0;
  return SQLITE_OK;
}

#define STANDIN_METHODS                                                      \
  .xConnect = standin_connect, .xBestIndex = standin_best_index,             \
  .xDisconnect = standin_disconnect, .xDestroy = standin_disconnect,         \
  .xOpen = standin_open, .xClose = standin_close, .xFilter = standin_filter, \
  .xNext = standin_next, .xEof = standin_eof, .xColumn = standin_column,     \
  .xRowid = standin_rowid, .xUpdate = standin_update,                        \
  .xRename = standin_rename

static const sqlite3_module creatable = {.xCreate = standin_create,
                                         STANDIN_METHODS};
static const sqlite3_module with_own_table = {.xCreate = standin_connect,
                                              STANDIN_METHODS};

void standin_module(Ctx *ctx, const char *name, StandinTables *tables,
                    bool eponymous) {
  if (!ctx_ok(ctx)) return;
  int rc = sqlite3_create_module(
      ctx->db, name, eponymous ? &with_own_table : &creatable, tables);
  check_registered(ctx, rc, "module", name);
}
