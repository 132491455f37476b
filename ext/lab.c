#include "lab.h"

#include "token.h"

/* ---- functions and collations ------------------------------------------- */

static void no_value(sqlite3_context *context, int argc, sqlite3_value **argv) {
  (void)argc, (void)argv;
  sqlite3_result_null(context);
}

static int bytes_compare(void *aux, int na, const void *a, int nb,
                         const void *b) {
  (void)aux;
  int order = memcmp(a, b, (size_t)(na < nb ? na : nb));
  return order ? order : na - nb;
}

static void add_collation(void *aux, sqlite3 *db, int encoding,
                          const char *name) {
  (void)aux;
  sqlite3_create_collation(db, name, encoding, NULL, bytes_compare);
}

/* Deterministic, so that indexes and generated columns may have it. */
static void add_function(Lab *lab, const char *name) {
  sqlite3_create_function(lab->db, name, -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                          NULL, no_value, NULL, NULL);
}

/* ---- modules ------------------------------------------------------------ */

static int connect_nothing(sqlite3 *db, void *aux, int argc,
                           const char *const *argv, sqlite3_vtab **vtab,
                           char **message) {
  (void)aux, (void)argc, (void)argv, (void)message;
  int rc = sqlite3_declare_vtab(db, "CREATE TABLE x(unknown)");
  if (rc != SQLITE_OK) return rc;
  *vtab = (sqlite3_vtab *)sqlite3_malloc(sizeof(sqlite3_vtab));
  if (*vtab == NULL) return SQLITE_NOMEM;
  memset(*vtab, 0, sizeof(sqlite3_vtab));
  return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *vtab) {
  sqlite3_free(vtab);
  return SQLITE_OK;
}

static int best_index(sqlite3_vtab *vtab, sqlite3_index_info *info) {
  (void)vtab, (void)info;
  return SQLITE_OK;
}

static int rename_nothing(sqlite3_vtab *vtab, const char *name) {
  (void)vtab, (void)name;
  return SQLITE_OK;
}

/* Of a table that can be made, renamed and dropped. */
static const sqlite3_module nothing = {
    .xCreate = connect_nothing,
    .xConnect = connect_nothing,
    .xBestIndex = best_index,
    .xDisconnect = disconnect,
    .xDestroy = disconnect,
    .xRename = rename_nothing,
};

static void add_module(Lab *lab, const char *name) {
  sqlite3_create_module(lab->db, name, &nothing, NULL);
}

/* ---- what is there ------------------------------------------------------ */

/* Asked before there are tables: one could have the name of the PRAGMA's. */
static NameMap *list(Ctx *ctx, const char *pragma) {
  NameMap *names = map_new(ctx);
  sqlite3_stmt *rows = db_prepare(ctx, "PRAGMA %s", pragma);
  while (db_row(ctx, rows)) {
    char *name = db_column(ctx, rows, 0);
    if (name) map_put(ctx, names, name, name);
  }
  db_finish(rows);
  return names;
}

void lab_know(Lab *lab, const char *sql) {
  Ctx *ctx = lab->ctx;
  Tokens tokens = token_list(ctx, sql);
  for (int i = 0; ctx_ok(ctx) && i + 1 < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    bool module = token_is(token, "USING");
    if (module ? !token_is_name(token + 1)
               : !token_is_name(token) || !token_is(token + 1, "("))
      continue;
    const char *name = token_name(ctx, module ? token + 1 : token);
    NameMap *known = module ? lab->modules : lab->functions;
    if (name == NULL || map_get(known, name)) continue;
    (module ? add_module : add_function)(lab, name);
    map_put(ctx, known, name, lab);
  }
}

/* ---- open and close ----------------------------------------------------- */

static void copy_settings(Lab *lab, bool strings) {
  static const int options[] = {SQLITE_DBCONFIG_DQS_DDL,
                                SQLITE_DBCONFIG_DQS_DML};
  static const int off[] = {SQLITE_DBCONFIG_LEGACY_ALTER_TABLE,
                            SQLITE_DBCONFIG_ENABLE_FKEY};
  for (int i = 0; i < 2; i++) {
    int value = 0;
    if (strings) sqlite3_db_config(lab->outside, options[i], -1, &value);
    sqlite3_db_config(lab->db, options[i], value, (int *)NULL);
    sqlite3_db_config(lab->db, off[i], 0, (int *)NULL);
  }
}

void lab_open(Lab *lab, Ctx *ctx, bool strings) {
  memset(lab, 0, sizeof(*lab));
  lab->ctx = ctx;
  lab->outside = ctx->db;
  lab->guards = ctx->guards;
  if (!ctx_ok(ctx)) return;
  int rc = sqlite3_open(":memory:", &lab->db);
  if (rc != SQLITE_OK) {
    err_set(ctx, rc, "cannot open a database in memory");
    return;
  }
  ctx->db = lab->db;
  ctx->guards = &lab->guard;
  copy_settings(lab, strings);
  sqlite3_collation_needed(lab->db, NULL, add_collation);
  lab->functions = list(ctx, "function_list");
  lab->modules = list(ctx, "module_list");
}

void lab_close(Lab *lab) {
  lab->ctx->db = lab->outside;
  lab->ctx->guards = lab->guards;
  sqlite3_close(lab->db);
}
