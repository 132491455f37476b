#include "dependents/scratch.h"

#include "base/token.h"

/* ---- what the connection has -------------------------------------------- */

/* Runs on the connection of the caller until lab_inside(). */
static void lab_outside(Scratch *lab) {
  lab->ctx->db = lab->outside;
}

static void lab_inside(Scratch *lab) {
  lab->ctx->db = lab->db;
}

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

/* A function of an application, as PRAGMA function_list has it. */
typedef struct ScratchFunction {
  const char *name;
  FunctionKind kind;
  int narg, flags;
} ScratchFunction;

typedef struct Functions {
  ScratchFunction *list;
  int count;
} Functions;

enum {
  KEPT_FLAGS = SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY | SQLITE_INNOCUOUS
};

/* Those that are not built in. */
static Functions added_functions(Ctx *ctx) {
  Functions all = {NULL, 0};
  sqlite3_stmt *rows = db_prepare(ctx, "PRAGMA function_list");
  while (db_row(ctx, rows)) {
    const char *type =
        sqlite3_column_int(rows, 1) ? NULL : db_peek(ctx, rows, 2);
    ScratchFunction *f = type ? MEM_PUSH(ctx, all.list, all.count) : NULL;
    if (f == NULL) continue;
    f->kind = *type == 'w'   ? FUNCTION_WINDOW
              : *type == 'a' ? FUNCTION_AGGREGATE
                             : FUNCTION_SCALAR;
    f->name = db_column(ctx, rows, 0);
    f->narg = sqlite3_column_int(rows, 4);
    f->flags = sqlite3_column_int(rows, 5) & KEPT_FLAGS;
  }
  db_finish(rows);
  return all;
}

static bool has_function(const Functions *all, const ScratchFunction *f) {
  for (int i = 0; i < all->count; i++)
    if (name_equal(all->list[i].name, f->name) && all->list[i].narg == f->narg)
      return true;
  return false;
}

static void copy_functions(Scratch *lab) {
  Ctx *ctx = lab->ctx;
  lab->functions = list(ctx, "function_list");
  Functions own = added_functions(ctx);
  lab_outside(lab);
  Functions theirs = added_functions(ctx);
  lab_inside(lab);
  for (int i = 0; ctx_ok(ctx) && i < theirs.count; i++) {
    const ScratchFunction *f = &theirs.list[i];
    if (has_function(&own, f)) continue;
    standin_function(ctx, f->name, f->narg, f->kind, f->flags);
    map_put(ctx, lab->functions, f->name, lab);
  }
}

/* The columns that the connection knows of a table, as text; NULL if it knows
** none. With `declared`, as sqlite3_declare_vtab() wants them; else as CREATE
** TABLE does. */
static const char *known_columns(Scratch *lab, const char *schema,
                                 const char *table, bool declared) {
  Ctx *ctx = lab->ctx;
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  lab_outside(lab);
  sqlite3_stmt *rows =
      db_prepare(ctx, "PRAGMA %stable_xinfo(\"%w\")", schema, table);
  int n = 0;
  for (; db_row(ctx, rows); n++)
    sqlite3_str_appendf(
        str, "%s\"%w\" %s%s", n ? ", " : "", sqlite3_column_text(rows, 1),
        declared ? (const char *)sqlite3_column_text(rows, 2) : "",
        declared && sqlite3_column_int(rows, 6) == 1 ? " HIDDEN" : "");
  db_finish(rows);
  err_forget(ctx); /* the connection may lack the module */
  lab_inside(lab);
  const char *columns = mem_finish(ctx, str);
  return n && ctx_ok(ctx) ? columns : NULL;
}

/* Says which columns a virtual table has, if the connection knows them. */
static bool declare_columns(Scratch *lab, const char *schema,
                            const char *table) {
  const char *columns = known_columns(lab, schema, table, true);
  if (columns)
    map_put(lab->ctx, lab->tables.declared, table,
            mem_printf(lab->ctx, "CREATE TABLE x(%s)", columns));
  return columns != NULL;
}

/* ---- what SQL uses ------------------------------------------------------ */

/* So that indexes and generated columns may have them. */
enum { UNKNOWN_FLAGS = SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS };

static bool know_module(Scratch *lab, const char *name) {
  if (!ctx_ok(lab->ctx) || map_get(lab->modules, name)) return false;
  bool eponymous =
      map_get(lab->offered, name) && declare_columns(lab, "", name);
  standin_module(lab->ctx, name, &lab->tables, eponymous);
  map_put(lab->ctx, lab->modules, name, lab);
  return true;
}

/* Is the call, whose name is token i, that of an aggregate? */
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

static bool know_function(Scratch *lab, const char *name) {
  Ctx *ctx = lab->ctx;
  if (!ctx_ok(ctx) || map_get(lab->functions, name)) return false;
  standin_function(ctx, name, -1, FUNCTION_SCALAR, UNKNOWN_FLAGS);
  map_put(ctx, lab->functions, name, &lab->unknown);
  return true;
}

/* SQLite replaces no function while a statement runs. So one that is known as
** scalar, by another call, gets an aggregate beside it, which SQLite prefers
** for its number of arguments. */
static bool know_aggregate(Scratch *lab, const char *name, int narg) {
  Ctx *ctx = lab->ctx;
  const void *known = map_get(lab->functions, name);
  const char *key = mem_printf(ctx, "%s/%d", name, narg);
  if (!ctx_ok(ctx) || (known && known != &lab->unknown)) return false;
  if (map_get(lab->functions, key)) return false;
  standin_function(ctx, name, narg, FUNCTION_WINDOW, UNKNOWN_FLAGS);
  map_put(ctx, lab->functions, key, lab);
  return true;
}

bool scratch_know(Scratch *lab, const char *sql) {
  Ctx *ctx = lab->ctx;
  Tokens tokens = token_list(ctx, sql);
  bool any = false;
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    if (token_is(token, "REGEXP") && !token_is(token + 1, "("))
      any |= know_function(lab, "regexp");
    if (!token_is_name(token)) continue;
    const char *name = token_name(ctx, token);
    if (name == NULL) continue;
    bool named = i > 0 && token_is(token - 1, "USING");
    if (named || map_get(lab->offered, name))
      any |= know_module(lab, name);
    else if (token_is(token + 1, "("))
      any |=
          is_aggregate(tokens.list, i)
              ? know_aggregate(lab, name, count_call_arguments(tokens.list, i))
              : know_function(lab, name);
  }
  token_done(ctx, &tokens);
  return any;
}

/* ---- making ------------------------------------------------------------- */

static bool scratch_run(Scratch *lab, const char *sql, bool only_prepare,
                        const char **why) {
  Ctx *ctx = lab->ctx;
  if (!ctx_ok(ctx)) return false;
  if (only_prepare)
    db_finish(db_prepare(ctx, "%s", sql));
  else
    db_exec(ctx, "%s", sql);
  bool done = ctx_ok(ctx);
  char *message =
      done || ctx->msg == NULL ? NULL : sqlite3_mprintf("%s", ctx->msg);
  err_forget(ctx);
  if (why && message) *why = mem_text(ctx, message, -1);
  sqlite3_free(message);
  return done;
}

/* The name of the virtual table that the SQL creates; NULL if it is another
** statement. */
static const char *virtual_name(Ctx *ctx, const char *sql) {
  Token t = token_first(sql);
  if (!token_is(&t, "CREATE")) return NULL;
  t = token_behind(&t);
  if (!token_is(&t, "VIRTUAL")) return NULL;
  t = token_behind(&t);
  Token next = token_behind(&t);
  for (int i = 0; i < 3 && token_is(&next, i == 0   ? "IF"
                                           : i == 1 ? "NOT"
                                                    : "EXISTS");
       i++) {
    t = next;
    next = token_behind(&t);
  }
  Token dot = token_behind(&next);
  if (token_is(&dot, ".")) next = token_behind(&dot);
  return token_name(ctx, &next);
}

bool scratch_try(Scratch *lab, const char *sql, const char **why) {
  Ctx *ctx = lab->ctx;
  if (!ctx_ok(ctx)) return false;
  const char *table = virtual_name(ctx, sql);
  if (table) {
    declare_columns(lab, "\"main\".", table);
    scratch_know(lab, sql);
  }
  if (scratch_run(lab, sql, false, why)) return true;
  if (scratch_know(lab, sql) && scratch_run(lab, sql, false, why)) return true;
  const char *columns =
      table ? known_columns(lab, "\"main\".", table, false) : NULL;
  return columns &&
         scratch_run(lab,
                     mem_printf(ctx, "CREATE TABLE \"%w\"(%s)", table, columns),
                     false, NULL);
}

bool scratch_prepares(Scratch *lab, const char *sql, const char **why) {
  return scratch_run(lab, sql, true, why) ||
         (scratch_know(lab, sql) && scratch_run(lab, sql, true, why));
}

typedef struct ScratchTexts {
  const char **list;
  int count;
} ScratchTexts;

static ScratchTexts read_schema_texts(Scratch *lab, const NameMap *but,
                                      ScratchPhase phase) {
  static const char *const types[SCRATCH_PHASES] = {
      [SCRATCH_TABLES] = "'table'",
      [SCRATCH_VIEWS] = "'view', 'index'",
      [SCRATCH_TRIGGERS] = "'trigger'",
  };
  Ctx *ctx = lab->ctx;
  ScratchTexts texts = {NULL, 0};
  lab_outside(lab);
  sqlite3_stmt *rows = db_prepare(
      ctx,
      "SELECT name, sql FROM \"main\".sqlite_schema WHERE sql IS NOT NULL"
      " AND type IN (%s) ORDER BY rowid",
      types[phase]);
  while (db_row(ctx, rows)) {
    const char *name = db_peek(ctx, rows, 0);
    if (name == NULL || (but && map_get(but, name))) continue;
    const char **slot = MEM_PUSH(ctx, texts.list, texts.count);
    if (slot) *slot = db_column(ctx, rows, 1);
  }
  db_finish(rows);
  lab_inside(lab);
  return texts;
}

/* Views and triggers are created whatever they call; whoever compiles them, or
** renames what they use, needs stand-ins. Under writable_schema, SQLite lets
** tables be named sqlite_stat1. */
void scratch_copy(Scratch *lab, const NameMap *but, ScratchPhase phase) {
  Ctx *ctx = lab->ctx;
  if (!ctx_ok(ctx)) return;
  ScratchTexts texts = read_schema_texts(lab, but, phase);
  db_exec(ctx, "PRAGMA writable_schema = ON");
  for (int i = 0; ctx_ok(ctx) && i < texts.count; i++) {
    if (texts.list[i] == NULL) continue;
    if (phase != SCRATCH_TABLES) scratch_know(lab, texts.list[i]);
    scratch_try(lab, texts.list[i], NULL);
  }
  db_exec(ctx, "PRAGMA writable_schema = OFF");
}

/* ---- open and close ----------------------------------------------------- */

static void copy_lab_settings(Scratch *lab, bool strings) {
  static const int options[] = {SQLITE_DBCONFIG_DQS_DDL,
                                SQLITE_DBCONFIG_DQS_DML};
  static const int off[] = {SQLITE_DBCONFIG_LEGACY_ALTER_TABLE,
                            SQLITE_DBCONFIG_ENABLE_FKEY};
  for (int i = 0; i < 2; i++) {
    sqlite3_db_config(lab->db, options[i], strings, (int *)NULL);
    sqlite3_db_config(lab->db, off[i], 0, (int *)NULL);
  }
}

void scratch_open(Scratch *lab, Ctx *ctx, bool strings) {
  memset(lab, 0, sizeof(*lab));
  lab->ctx = ctx;
  lab->outside = ctx->db;
  lab->guards = ctx->guards;
  if (!ctx_ok(ctx)) return;
  lab->offered = list(ctx, "module_list");
  int rc = sqlite3_open(":memory:", &lab->db);
  if ((rc & 0xff) == SQLITE_NOMEM) err_nomem(ctx);
  if (rc != SQLITE_OK) err_set(ctx, rc, "cannot open a database in memory");
  if (!ctx_ok(ctx)) return;
  ctx->db = lab->db;
  ctx->guards = &lab->guard;
  lab->tables.ctx = ctx;
  lab->tables.declared = map_new(ctx);
  copy_lab_settings(lab, strings);
  standin_collations(ctx);
  lab->modules = list(ctx, "module_list");
  copy_functions(lab);
}

void scratch_close(Scratch *lab) {
  lab->ctx->db = lab->outside;
  lab->ctx->guards = lab->guards;
  sqlite3_close(lab->db);
}
