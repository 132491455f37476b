#include "run/vet.h"

#include "base/guard.h"
#include "base/text.h"
#include "base/token.h"
#include "schema/schema.h"

/* ---- the program of a statement ----------------------------------------- */

/* An instruction; z is P4 as EXPLAIN shows it, or "". */
typedef struct Instruction {
  const char *opcode, *z;
  i64 p1, p2, p3, p5;
  bool fired; /* by a trigger or an action of a foreign key */
} Instruction;

typedef void Look(Ctx *ctx, const Vet *vet, const Instruction *instruction);

/* The first words of statements that may call functions, that write rows, and
** that are DDL. */
static const char *const running[] = {"SELECT",  "VALUES", "WITH",
                                      "INSERT",  "UPDATE", "DELETE",
                                      "REPLACE", "CREATE", NULL};
static const char *const writing[] = {"INSERT",  "UPDATE", "DELETE",
                                      "REPLACE", "WITH",   NULL};
static const char *const ddl_actions[] = {"CREATE", "DROP", "ALTER", NULL};

/* Calls `look` for each instruction. Each program begins with address 0; the
** program of the statement is the first. */
static void explain(Ctx *ctx, const Vet *vet, sqlite3_stmt *stmt, Look *look) {
  Script *script = ctx_script(ctx);
  Vetting *vetting = script->vetting;
  script->vetting = NULL;
  sqlite3_stmt *rows = db_prepare(ctx, "EXPLAIN %s", sqlite3_sql(stmt));
  for (int programs = 0; db_row(ctx, rows);) {
    programs += sqlite3_column_int(rows, 0) == 0;
    const char *opcode = db_column(ctx, rows, 1);
    const char *z = db_column_or_null(ctx, rows, 5);
    if (!ctx_ok(ctx)) break;
    Instruction instruction = {
        opcode,
        z ? z : "",
        sqlite3_column_int64(rows, 2),
        sqlite3_column_int64(rows, 3),
        sqlite3_column_int64(rows, 4),
        sqlite3_column_int64(rows, 6),
        programs > 1,
    };
    look(ctx, vet, &instruction);
  }
  db_finish(rows);
  script->vetting = vetting;
}

/* ---- functions ---------------------------------------------------------- */

/* Functions of SQLite's shell and extensions that reach outside the database,
** whatever flags they were registered with. */
static const char *const outside[] = {
    "edit",   "fts3_tokenizer", "load_extension",
    "lsmode", "readfile",       "writefile",
    NULL,
};
static const char *const outside_tables[] = {"fsdir", "zipfile", NULL};

static const char *const calling[] = {
    "Function", "Function0",  "PureFunc", "PureFunc0", "AggStep", "AggStep0",
    "AggStep1", "AggInverse", "AggValue", "AggFinal",  NULL,
};

static void err_function(Ctx *ctx, const Vet *vet, const char *what,
                         const char *name) {
  err_set(
      ctx, SQLITE_ERROR,
      "a script may not %s %s on this connection, because %s; a script is a "
      "program: read it (SELECT orm_status()), and if you trust it, run it "
      "on a connection that does",
      what, name, vet->why);
}

/* P4 is "name(2)", with the number of arguments. */
static void look_at_call(Ctx *ctx, const Vet *vet, const Instruction *i) {
  const char *open = strrchr(i->z, '(');
  if (open == NULL || !name_is_one_of(i->opcode, calling)) return;
  char *name = mem_text(ctx, i->z, (int)(open - i->z));
  if (name == NULL || name_starts(name, "orm_")) return;
  if (name_is_one_of(name, outside) || map_get(vet->direct, name))
    err_function(ctx, vet, "call", mem_printf(ctx, "%s()", name));
}

/* Finds table-valued functions by name: they are no instructions. */
static void look_at_names(Ctx *ctx, const Vet *vet, const char *sql) {
  Tokens tokens = token_list(ctx, sql);
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    const Token *t = &tokens.list[i];
    const char *name = token_is_name(t) ? token_name(ctx, t) : NULL;
    if (name && name_is_one_of(name, outside_tables) &&
        !db_has_table(ctx, name))
      err_function(ctx, vet, "read", name);
  }
}

/* Leaves out PRAGMAs and savepoints: they call no function, and EXPLAIN might
** run them. */
static void vet_functions(Ctx *ctx, sqlite3_stmt *stmt) {
  const Vet *vet = ctx_script(ctx)->vet;
  const char *sql = sqlite3_sql(stmt);
  if (!ctx_ok(ctx) || sql == NULL) return;
  Token first = token_first(sql);
  if (!token_is_one_of(&first, running)) return;
  explain(ctx, vet, stmt, look_at_call);
  look_at_names(ctx, vet, sql);
}

static const char *distrust(sqlite3 *db) {
  if (guard_is_defensive(db))
    return "it is defensive (SQLITE_DBCONFIG_DEFENSIVE)";
  return settings_get(db, SETTING_TRUSTED_SCHEMA)
             ? NULL
             : "it does not trust schemas (trusted_schema is off)";
}

/* Returns the functions that are SQLITE_DIRECTONLY; none if SQLite was built
** without PRAGMA function_list. */
static NameMap *list_direct(Ctx *ctx) {
  NameMap *names = map_new(ctx);
  sqlite3_stmt *rows = db_prepare(ctx, "PRAGMA function_list");
  while (db_row(ctx, rows)) {
    char *name = db_column(ctx, rows, 0);
    if (name && sqlite3_column_int64(rows, 5) & SQLITE_DIRECTONLY)
      map_put(ctx, names, name, name);
  }
  db_finish(rows);
  return names;
}

void vet_begin(Ctx *ctx, Script *script, Vet *vet) {
  memset(vet, 0, sizeof(*vet));
  vet->cookie = -1;
  vet->why = distrust(ctx->db);
  if (!ctx_ok(ctx) || vet->why == NULL) return;
  vet->direct = list_direct(ctx);
  script->vet = vet;
  script->vetting = vet_functions;
}

/* ---- orm's own tables --------------------------------------------------- */

/* Returns true for tables of orm, their triggers (orm_model_...) and archive
** tables (orm_archive_1). Scripts may use other names that begin with orm_,
** such as orm_renamed_..., to swap two names. */
static bool is_own(const char *name) {
  static const char *const tables[] = {
      "orm_model",  "orm_column",    "orm_constraint", "orm_relationship",
      "orm_object", "orm_migration", "orm_state",      "orm_archive",
  };
  for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
    size_t n = strlen(tables[i]);
    if (name_starts(name, tables[i]) && (name[n] == 0 || name[n] == '_'))
      return true;
  }
  return false;
}

static void err_own(Ctx *ctx, const char *name) {
  err_set(ctx, SQLITE_ERROR,
          "a script may not change \"%s\", which is orm's own", name);
}

static Token skip(Token t, const char *const *words) {
  while (token_is_one_of(&t, words)) t = token_behind(&t);
  return t;
}

/* Returns the object of a DDL statement; for CREATE INDEX and CREATE TRIGGER
** the table after ON. */
static Token target(const Token *first) {
  static const char *const before[] = {"TEMP", "TEMPORARY", "UNIQUE", "VIRTUAL",
                                       NULL};
  static const char *const exists[] = {"IF", "NOT", "EXISTS", NULL};
  static const char *const on[] = {"INDEX", "TRIGGER", NULL};
  Token t = skip(token_behind(first), before);
  if (token_is(first, "CREATE") && token_is_one_of(&t, on))
    while (t.type != TOKEN_END && !token_is(&t, "ON")) t = token_behind(&t);
  t = skip(token_behind(&t), exists);
  Token dot = token_behind(&t);
  return token_is(&dot, ".") ? token_behind(&dot) : t;
}

/* Reads the root pages again if the schema has changed: with auto_vacuum, a
** DROP TABLE moves them. */
static void read_pages(Ctx *ctx, Vet *vet) {
  i64 cookie = db_int(ctx, "PRAGMA \"main\".schema_version");
  if (cookie == vet->cookie) return;
  vet->cookie = cookie;
  vet->npage = 0;
  sqlite3_stmt *rows = db_prepare(
      ctx, "SELECT rootpage, tbl_name FROM \"main\".sqlite_schema WHERE"
           " tbl_name LIKE 'orm\\_%%' ESCAPE '\\' AND rootpage > 0");
  while (db_row(ctx, rows)) {
    const char *table = db_column(ctx, rows, 1);
    if (!ctx_ok(ctx)) break;
    if (!is_own(table)) continue;
    OwnPage *page = MEM_PUSH(ctx, vet->pages, vet->npage);
    if (page == NULL) break;
    page->root = sqlite3_column_int64(rows, 0);
    page->table = table;
  }
  db_finish(rows);
}

/* Allows writes of triggers to the archive: its triggers keep it correct. */
static void look_at_write(Ctx *ctx, const Vet *vet, const Instruction *i) {
  enum { P2_IS_REGISTER = 0x10 };
  bool clears = strcmp(i->opcode, "Clear") == 0;
  bool opens = strcmp(i->opcode, "OpenWrite") == 0 && !(i->p5 & P2_IS_REGISTER);
  i64 root = clears ? i->p1 : i->p2, database = clears ? i->p2 : i->p3;
  if ((!clears && !opens) || database != 0) return;
  for (int k = 0; k < vet->npage; k++) {
    const OwnPage *page = &vet->pages[k];
    bool archive = name_starts(page->table, "orm_archive");
    if (page->root == root && !(archive && i->fired)) err_own(ctx, page->table);
  }
}

void vet_statement(Ctx *ctx, Vet *vet, sqlite3_stmt *stmt) {
  if (!ctx_ok(ctx) || stmt == NULL) return;
  Token first = token_first(sqlite3_sql(stmt));
  if (token_is_one_of(&first, ddl_actions)) {
    Token t = target(&first);
    const char *name = token_is_name(&t) ? token_name(ctx, &t) : NULL;
    if (name && is_own(name)) err_own(ctx, name);
  } else if (token_is_one_of(&first, writing)) { /* not REINDEX, ANALYZE */
    read_pages(ctx, vet);
    explain(ctx, vet, stmt, look_at_write);
  }
  if (vet->why) vet_functions(ctx, stmt);
}
