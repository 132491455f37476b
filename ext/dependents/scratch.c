#include "dependents/scratch.h"

#include "base/settings.h"
#include "base/token.h"

/* ---- functions and modules of the connection ----------------------------- */

/* Makes ctx work on the caller's connection, until use_scratch(). */
static void use_connection(Scratch *scratch) {
  scratch->ctx->db = scratch->connection;
}

static void use_scratch(Scratch *scratch) {
  scratch->ctx->db = scratch->db;
}

/* Returns the names that a PRAGMA lists. Called before the scratch database has
** tables, because a table could have the name of the PRAGMA's table-valued
** function. */
static NameMap *list_pragma(Ctx *ctx, const char *pragma) {
  NameMap *names = map_new(ctx);
  sqlite3_stmt *rows = db_prepare(ctx, "PRAGMA %s", pragma);
  while (db_row(ctx, rows)) {
    char *name = db_column(ctx, rows, 0);
    if (name) map_put(ctx, names, name, name);
  }
  db_finish(rows);
  return names;
}

/* The columns of PRAGMA function_list. */
enum {
  FUNCTION_LIST_NAME,
  FUNCTION_LIST_BUILTIN,
  FUNCTION_LIST_TYPE,
  FUNCTION_LIST_ENCODING,
  FUNCTION_LIST_NARG,
  FUNCTION_LIST_FLAGS
};

/* A row of PRAGMA function_list. */
typedef struct ScratchFunction {
  const char *name;
  FunctionKind kind;
  int narg, flags;
} ScratchFunction;

typedef struct ScratchFunctions {
  ScratchFunction *list;
  int count;
} ScratchFunctions;

enum {
  KEPT_FLAGS = SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY | SQLITE_INNOCUOUS
};

/* Returns the functions that are not built in. */
static ScratchFunctions added_functions(Ctx *ctx) {
  ScratchFunctions all = {NULL, 0};
  sqlite3_stmt *rows = db_prepare(ctx, "PRAGMA function_list");
  while (db_row(ctx, rows)) {
    bool builtin = sqlite3_column_int(rows, FUNCTION_LIST_BUILTIN);
    const char *type = builtin ? NULL : db_peek(ctx, rows, FUNCTION_LIST_TYPE);
    ScratchFunction *f = type ? MEM_PUSH(ctx, all.list, all.count) : NULL;
    if (f == NULL) continue;
    f->kind = *type == 'w'   ? FUNCTION_WINDOW
              : *type == 'a' ? FUNCTION_AGGREGATE
                             : FUNCTION_SCALAR;
    f->name = db_column(ctx, rows, FUNCTION_LIST_NAME);
    f->narg = sqlite3_column_int(rows, FUNCTION_LIST_NARG);
    f->flags = sqlite3_column_int(rows, FUNCTION_LIST_FLAGS) & KEPT_FLAGS;
  }
  db_finish(rows);
  return all;
}

static bool has_function(const ScratchFunctions *all,
                         const ScratchFunction *f) {
  for (int i = 0; i < all->count; i++)
    if (name_equal(all->list[i].name, f->name) && all->list[i].narg == f->narg)
      return true;
  return false;
}

static void copy_functions(Scratch *scratch) {
  Ctx *ctx = scratch->ctx;
  scratch->functions = list_pragma(ctx, "function_list");
  ScratchFunctions own = added_functions(ctx);
  use_connection(scratch);
  ScratchFunctions wanted = added_functions(ctx);
  use_scratch(scratch);
  for (int i = 0; ctx_ok(ctx) && i < wanted.count; i++) {
    const ScratchFunction *f = &wanted.list[i];
    if (has_function(&own, f)) continue;
    standin_function(ctx, f->name, f->narg, f->kind, f->flags);
    map_put(ctx, scratch->functions, f->name, scratch);
  }
}

/* Returns the columns of a table, as the caller's connection knows them; NULL
** if it knows none. With `declared`, they are written for
** sqlite3_declare_vtab(), with types and HIDDEN; otherwise for CREATE TABLE. */
static const char *known_columns(Scratch *scratch, const char *schema,
                                 const char *table, bool declared) {
  Ctx *ctx = scratch->ctx;
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  use_connection(scratch);
  sqlite3_stmt *rows =
      db_prepare(ctx, "PRAGMA %stable_xinfo(\"%w\")", schema, table);
  int n = 0;
  for (; db_row(ctx, rows); n++)
    sqlite3_str_appendf(
        str, "%s\"%w\" %s%s", n ? ", " : "",
        sqlite3_column_text(rows, XINFO_NAME),
        declared ? (const char *)sqlite3_column_text(rows, XINFO_TYPE) : "",
        declared && sqlite3_column_int(rows, XINFO_HIDDEN) == 1 ? " HIDDEN"
                                                                : "");
  db_finish(rows);
  err_forget(ctx); /* the connection may lack the module */
  use_scratch(scratch);
  const char *columns = mem_finish(ctx, str);
  return n && ctx_ok(ctx) ? columns : NULL;
}

/* Notes the columns of a virtual table for its stand-in. Returns false if the
** connection does not know them. */
static bool declare_columns(Scratch *scratch, const char *schema,
                            const char *table) {
  const char *columns = known_columns(scratch, schema, table, true);
  if (columns)
    map_put(scratch->ctx, scratch->tables.declared, table,
            mem_printf(scratch->ctx, "CREATE TABLE x(%s)", columns));
  return columns != NULL;
}

/* ---- functions and modules that SQL uses --------------------------------- */

/* Indexes and generated columns may call only such functions. */
enum { UNKNOWN_FLAGS = SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS };

static bool supply_module(Scratch *scratch, const char *module) {
  Ctx *ctx = scratch->ctx;
  if (!ctx_ok(ctx) || map_get(scratch->modules, module)) return false;
  const char *name = mem_text(ctx, module, -1);
  if (name == NULL) return false;
  bool eponymous = map_get(scratch->offered_modules, name) &&
                   declare_columns(scratch, "", name);
  standin_module(ctx, name, &scratch->tables, eponymous);
  map_put(ctx, scratch->modules, name, scratch);
  return true;
}

/* Returns true if token i is the name in a call of an aggregate. */
static bool is_aggregate(const Token *list, int i) {
  const Token *behind = &list[list[i + 1].close];
  if (!token_is(behind, ")")) return false;
  return token_is(behind + 1, "OVER") || token_is(&list[i + 2], "DISTINCT") ||
         (token_is(behind + 1, "FILTER") && token_is(behind + 2, "("));
}

static int count_call_arguments(const Token *list, int i) {
  int close = list[i + 1].close, count = 1;
  if (close == i + 2 || token_is(&list[i + 2], "*")) return 0;
  for (i += 2; i < close; i++) {
    if (token_is(&list[i], "(")) i = list[i].close;
    if (token_is(&list[i], ",")) count++;
  }
  return count;
}

static bool supply_function(Scratch *scratch, const char *name) {
  Ctx *ctx = scratch->ctx;
  if (!ctx_ok(ctx) || map_get(scratch->functions, name)) return false;
  name = mem_text(ctx, name, -1);
  if (name == NULL) return false;
  standin_function(ctx, name, -1, FUNCTION_SCALAR, UNKNOWN_FLAGS);
  map_put(ctx, scratch->functions, name, &scratch->unknown);
  return true;
}

/* SQLite does not replace a function while a statement runs. So a function that
** another call has shown as a scalar keeps that stand-in, and gets an aggregate
** for this number of arguments beside it. SQLite prefers the latter for its
** number of arguments. */
static bool supply_aggregate(Scratch *scratch, const char *name, int narg) {
  Ctx *ctx = scratch->ctx;
  const void *known = map_get(scratch->functions, name);
  const char *key = mem_printf(ctx, "%s/%d", name, narg);
  name = mem_text(ctx, name, -1);
  if (!ctx_ok(ctx) || (known && known != &scratch->unknown)) return false;
  if (map_get(scratch->functions, key)) return false;
  standin_function(ctx, name, narg, FUNCTION_WINDOW, UNKNOWN_FLAGS);
  map_put(ctx, scratch->functions, key, scratch);
  return true;
}

/* Registers the stand-in that a call or USING of token i needs. */
static bool supply_token(Scratch *scratch, const Tokens *tokens, int i,
                         const char *name) {
  const Token *token = &tokens->list[i];
  bool named = i > 0 && token_is(token - 1, "USING");
  if (named || map_get(scratch->offered_modules, name))
    return supply_module(scratch, name);
  if (!token_is(token + 1, "(")) return false;
  return is_aggregate(tokens->list, i)
             ? supply_aggregate(scratch, name,
                                count_call_arguments(tokens->list, i))
             : supply_function(scratch, name);
}

/* The tokens have memory of their own, because a scratch database may live for
** many statements. */
bool scratch_supply(Scratch *scratch, const char *sql) {
  Ctx *ctx = scratch->ctx, own;
  ctx_share(&own, ctx);
  Tokens tokens = {.list = NULL, .count = 0};
  if (ctx_ok(ctx)) tokens = token_list(&own, sql);
  bool any = false;
  for (int i = 0; ctx_ok(ctx) && ctx_ok(&own) && i < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    if (token_is(token, "REGEXP") && !token_is(token + 1, "("))
      any |= supply_function(scratch, "regexp");
    const char *name = token_is_name(token) ? token_name(&own, token) : NULL;
    if (name) any |= supply_token(scratch, &tokens, i, name);
  }
  err_move(ctx, &own);
  ctx_clear(&own);
  return any;
}

/* ---- creating ------------------------------------------------------------ */

static bool scratch_run(Scratch *scratch, const char *sql, bool only_prepare,
                        const char **why) {
  Ctx *ctx = scratch->ctx;
  if (!ctx_ok(ctx)) return false;
  if (only_prepare)
    db_finish(db_prepare(ctx, "%s", sql));
  else
    db_exec(ctx, "%s", sql);
  bool done = ctx_ok(ctx);
  const char *message = err_take(ctx);
  if (why && message) *why = message;
  return done;
}

/* Returns the name of the virtual table that the SQL creates; NULL for another
** statement. */
static const char *virtual_name(Ctx *ctx, const char *sql) {
  static const char *const optional[] = {"IF", "NOT", "EXISTS"};
  Token t = token_first(sql);
  if (!token_is(&t, "CREATE")) return NULL;
  t = token_behind(&t);
  if (!token_is(&t, "VIRTUAL")) return NULL;
  t = token_behind(&t);
  Token next = token_behind(&t);
  for (int i = 0; i < 3 && token_is(&next, optional[i]); i++)
    next = token_behind(&next);
  Token dot = token_behind(&next);
  if (token_is(&dot, ".")) next = token_behind(&dot);
  return token_name(ctx, &next);
}

bool scratch_create(Scratch *scratch, const char *sql, const char **why) {
  Ctx *ctx = scratch->ctx;
  if (!ctx_ok(ctx)) return false;
  const char *table = virtual_name(ctx, sql);
  if (table) {
    declare_columns(scratch, "\"main\".", table);
    scratch_supply(scratch, sql);
  }
  if (scratch_run(scratch, sql, false, why)) return true;
  if (scratch_supply(scratch, sql) && scratch_run(scratch, sql, false, why))
    return true;
  const char *columns =
      table ? known_columns(scratch, "\"main\".", table, false) : NULL;
  return columns &&
         scratch_run(scratch,
                     mem_printf(ctx, "CREATE TABLE \"%w\"(%s)", table, columns),
                     false, NULL);
}

bool scratch_prepares(Scratch *scratch, const char *sql, const char **why) {
  return scratch_run(scratch, sql, true, why) ||
         (scratch_supply(scratch, sql) && scratch_run(scratch, sql, true, why));
}

/* Returns the phase in which an object of that type is created. */
static ScratchPhase phase_of_type(const char *type) {
  if (strcmp(type, "table") == 0) return SCRATCH_TABLES;
  return strcmp(type, "trigger") == 0 ? SCRATCH_TRIGGERS : SCRATCH_VIEWS;
}

ScratchObjects scratch_objects(Scratch *scratch, const NameMap *except) {
  Ctx *ctx = scratch->ctx;
  ScratchObjects objects = {NULL, 0};
  use_connection(scratch);
  sqlite3_stmt *rows =
      db_prepare(ctx, "SELECT type, name, tbl_name, sql FROM"
                      " \"main\".sqlite_schema WHERE sql IS NOT NULL"
                      " ORDER BY rowid");
  while (db_row(ctx, rows)) {
    const char *type = db_peek(ctx, rows, 0), *name = db_peek(ctx, rows, 1);
    if (type == NULL || name == NULL || map_get(except, name)) continue;
    ScratchObject *slot = MEM_PUSH(ctx, objects.list, objects.count);
    if (slot == NULL) break;
    slot->phase = phase_of_type(type);
    slot->name = db_column(ctx, rows, 1);
    slot->table = db_column(ctx, rows, 2);
    slot->sql = db_column(ctx, rows, 3);
  }
  db_finish(rows);
  use_scratch(scratch);
  if (!ctx_ok(ctx)) objects.count = 0;
  return objects;
}

/* CREATE VIEW and CREATE TRIGGER succeed even if a function is missing, but
** compiling or renaming later does not: so stand-ins are registered first.
** SQLite creates tables named sqlite_stat1 only under writable_schema. */
void scratch_copy(Scratch *scratch, const ScratchObjects *objects,
                  const NameMap *tables, ScratchPhase phase) {
  Ctx *ctx = scratch->ctx;
  db_exec(ctx, "PRAGMA writable_schema = ON");
  for (int i = 0; ctx_ok(ctx) && i < objects->count; i++) {
    const ScratchObject *object = &objects->list[i];
    if (object->phase != phase || (tables && !map_get(tables, object->table)))
      continue;
    if (phase != SCRATCH_TABLES) scratch_supply(scratch, object->sql);
    scratch_create(scratch, object->sql, NULL);
  }
  db_exec(ctx, "PRAGMA writable_schema = OFF");
}

void scratch_copy_all(Scratch *scratch) {
  ScratchObjects objects = scratch_objects(scratch, NULL);
  for (ScratchPhase phase = 0; phase < SCRATCH_PHASES; phase++)
    scratch_copy(scratch, &objects, NULL, phase);
}

/* ---- open and close ------------------------------------------------------ */

void scratch_allow_strings(Scratch *scratch, bool allow) {
  settings_set(scratch->db, SETTING_DDL_STRINGS, allow);
  settings_set(scratch->db, SETTING_DML_STRINGS, allow);
}

static void set_scratch_options(Scratch *scratch, bool strings) {
  scratch_allow_strings(scratch, strings);
  settings_set(scratch->db, SETTING_LEGACY_ALTER, 0);
  settings_set(scratch->db, SETTING_FOREIGN_KEYS, 0);
}

void scratch_open(Scratch *scratch, Ctx *ctx, bool strings) {
  memset(scratch, 0, sizeof(*scratch));
  scratch->ctx = ctx;
  scratch->connection = ctx->db;
  scratch->outer = ctx->session;
  if (!ctx_ok(ctx)) return;
  scratch->offered_modules = list_pragma(ctx, "module_list");
  int rc = sqlite3_open(":memory:", &scratch->db);
  if ((rc & 0xff) == SQLITE_NOMEM) err_nomem(ctx);
  if (rc != SQLITE_OK) err_set(ctx, rc, "cannot open a database in memory");
  if (!ctx_ok(ctx)) return;
  ctx->db = scratch->db;
  ctx->session = &scratch->session;
  scratch->tables.ctx = ctx;
  scratch->tables.declared = map_new(ctx);
  set_scratch_options(scratch, strings);
  standin_collations(ctx);
  scratch->modules = list_pragma(ctx, "module_list");
  copy_functions(scratch);
}

void scratch_close(Scratch *scratch) {
  scratch->ctx->db = scratch->connection;
  scratch->ctx->session = scratch->outer;
  sqlite3_close(scratch->db);
}
