#include "ship/portable.h"

#include "alter/alter.h"
#include "base/token.h"
#include "base/transcript.h"
#include "ddl/live.h"
#include "dependents/compiles.h"
#include "dependents/park.h"
#include "dependents/scratch.h"
#include "plan/plan.h"
#include "plan/transition.h"
#include "run/run.h"

typedef struct Play {
  Ctx *ctx;
  Scratch scratch;
  Guard guard;
  Transition way;
  Transcript script;
  const char *name; /* of the step, for messages */
  Tokens tokens;    /* of its script */
  CompileCheck compiles;
  NameMap *checked;   /* tables of way.from whose foreign keys can be checked */
  NameMap *touched;   /* tables that the script alters or drops */
  bool drops;         /* it drops tables, or rewrites them */
  bool writes;        /* it has statements that may change rows */
  const char *mended; /* of the version that is undone; NULL: nothing */
  char *trouble;      /* the first error of its own statements here, or NULL */
} Play;

/* ---- on a database in memory -------------------------------------------- */

/* Runs all statements of the text. */
static void lab_run(Play *p, const char *sql) {
  Ctx *ctx = p->ctx;
  scratch_supply(&p->scratch, sql);
  while (ctx_ok(ctx) && *sql) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(ctx->db, sql, -1, &stmt, &sql) != SQLITE_OK)
      err_db(ctx);
    guard_let_go(ctx);
    db_run(ctx, stmt);
    db_finish(stmt);
    guard_hold(ctx);
  }
}

static void build_start(Play *p) {
  Ctx *ctx = p->ctx;
  const Schema *nothing = schema_new(ctx);
  if (!ctx_ok(ctx)) return;
  Changes changes = diff_schemas(ctx, nothing, nothing, p->way.from);
  const char *sql = plan_script(ctx, &changes);
  if (sql) lab_run(p, sql);
  const Schema *live = live_read(ctx);
  if (live) compiles_before(ctx, &p->compiles, live, live->relations);
  err_prefix(ctx, "%s: the schema it starts from", p->name);
}

/* Where the schema there is not what it is to be, a table that no version knows
** may be to blame. */
static void verify_play(Play *p) {
  Ctx *ctx = p->ctx;
  const Schema *live = live_read(ctx);
  if (live == NULL) return;
  Schema *part = diff_restrict(ctx, live, p->way.from, p->way.to);
  Changes left = {NULL, 0, NULL};
  if (part) left = diff_live(ctx, part, p->way.to);
  if (ctx_ok(ctx) && left.count)
    err_set(ctx, SQLITE_ERROR,
            "%s cannot be written without the extension: tried on a database "
            "that has what the versions declare, it does not make the schema "
            "what its models say; missing: %s%s%s",
            p->name, diff_describe(ctx, &left.list[0]),
            p->trouble ? "; error: " : "", p->trouble ? p->trouble : "");
  compiles_after(ctx, &p->compiles, live);
  err_prefix(ctx, "%s", p->name);
}

/* ---- foreign keys ------------------------------------------------------- */

static bool has_keys(const Table *table) {
  for (int i = 0; i < table->nconstraint; i++)
    if (table->constraints[i].kind == CONSTRAINT_FOREIGN) return true;
  return false;
}

/* A key that points at no key makes the check fail, whatever the rows. */
static bool can_be_checked(Ctx *ctx, const char *table) {
  sqlite3_stmt *stmt =
      db_prepare(ctx, "PRAGMA \"main\".foreign_key_check(\"%w\")", table);
  while (db_row(ctx, stmt)) {}
  db_finish(stmt);
  bool can = ctx_ok(ctx);
  if (ctx->rc == SQLITE_ERROR) err_forget(ctx);
  return can;
}

static void note_checked(Play *p) {
  p->checked = map_new(p->ctx);
  for (int i = 0; ctx_ok(p->ctx) && i < p->way.from->ntable; i++) {
    Table *table = p->way.from->tables[i];
    if (has_keys(table) && can_be_checked(p->ctx, table->name))
      map_put(p->ctx, p->checked, table->name, table);
  }
}

/* Can the script leave rows of the table without a parent? */
static bool play_concerns(const Play *p, const Table *table) {
  if (!has_keys(table)) return false;
  if (p->writes || map_get(p->touched, table->name)) return true;
  for (int i = 0; i < table->nconstraint; i++) {
    const Constraint *c = &table->constraints[i];
    if (c->kind == CONSTRAINT_FOREIGN && map_get(p->touched, c->parent))
      return true;
  }
  return false;
}

/* What the table was called before; NULL: it is new. */
static const Table *table_before(const Play *p, const Table *table) {
  for (int i = 0; i < p->way.renamed->ntable; i++)
    if (name_equal(p->way.renamed->tables[i]->name, table->name))
      return p->way.from->tables[i];
  return NULL;
}

/* The violations of the table before the script; "0" if it is new; NULL if they
** cannot be counted. */
static const char *script_count_before(Play *p, const Table *table,
                                       sqlite3_str *counts) {
  Ctx *ctx = p->ctx;
  const Table *was = table_before(p, table);
  if (was == NULL || !has_keys(was)) return "0";
  if (!map_get(p->checked, was->name)) return NULL;
  sqlite3_str_appendf(counts,
                      "%s\n  SELECT %Q AS child, count(*) AS n"
                      " FROM temp.pragma_foreign_key_check(%Q, 'main')",
                      sqlite3_str_length(counts) ? " UNION ALL" : "",
                      table->name, was->name);
  return mem_printf(ctx, "(SELECT n FROM temp.orm_orphans WHERE child = %Q)",
                    table->name);
}

/* The undo may bring back rows without a parent that the version has released,
** as run_step() has it. */
static i64 released(const Play *p, const Table *table) {
  if (p->mended == NULL) return 0;
  return db_int(p->ctx,
                "SELECT value FROM \"%w\".json_each(%Q, '$.orphans')"
                " WHERE key = %Q COLLATE NOCASE",
                db_home(p->ctx, "json_each"), p->mended, table->name);
}

/* Rows are counted before and after: only new violations are an error. */
static void check_keys(Play *p, Transcript *before) {
  Ctx *ctx = p->ctx;
  if (!p->drops || !ctx_ok(ctx)) return;
  sqlite3_str *counts = sqlite3_str_new(ctx->db);
  for (int i = 0; ctx_ok(ctx) && i < p->way.to->ntable; i++) {
    const Table *table = p->way.to->tables[i];
    if (!play_concerns(p, table) || !can_be_checked(ctx, table->name)) continue;
    const char *old = script_count_before(p, table, counts);
    if (old == NULL) continue;
    i64 count = released(p, table);
    const char *more = count ? mem_printf(ctx, " + %lld", count) : "";
    transcript_expect(
        ctx,
        mem_printf(ctx,
                   "\"%s\" has rows that this script left without a parent",
                   table->name),
        mem_printf(ctx,
                   "SELECT count(*) <= %s%s\n"
                   "  FROM temp.pragma_foreign_key_check(%Q, 'main')",
                   old, more, table->name));
  }
  const char *list = mem_finish(ctx, counts);
  if (!ctx_ok(ctx) || *list == 0) return;
  transcript_note(ctx, "DROP TABLE temp.orm_orphans;");
  ctx->script = before;
  transcript_note(ctx, "CREATE TEMP TABLE orm_orphans AS%s;", list);
  ctx->script = &p->script;
}

/* ---- statements --------------------------------------------------------- */

static void touch_name(Play *p, const char *name) {
  if (name) map_put(p->ctx, p->touched, name, p);
}

static void refuse_statement(Play *p, int at, const char *what) {
  err_set(p->ctx, SQLITE_ERROR,
          "%s, line %d: %s cannot be written without the extension", p->name,
          token_line(&p->tokens, at), what);
}

/* SELECT orm_alter_table('t', 'CREATE TABLE ...' [, 'method=...']) */
static bool is_alter_call(const Play *p, int at, int end) {
  const Token *t = &p->tokens.list[at];
  if (end - at != 7 && end - at != 9) return false;
  return token_is(t, "SELECT") && token_is(t + 1, "orm_alter_table") &&
         token_is(t + 2, "(") && t[3].type == TOKEN_STRING &&
         token_is(t + 4, ",") && t[5].type == TOKEN_STRING &&
         t[2].close == end - 1 &&
         (end - at == 7 || (token_is(t + 6, ",") && t[7].type == TOKEN_STRING));
}

static void expand(Play *p, int at, int end) {
  Ctx *ctx = p->ctx;
  const Token *t = &p->tokens.list[at];
  const char *table = token_name(ctx, t + 3);
  const char *sql = token_name(ctx, t + 5);
  const char *option = end - at == 9 ? token_name(ctx, t + 7) : "";
  const char *place =
      mem_printf(ctx, "%s, line %d", p->name, token_line(&p->tokens, at));
  const Statement *s = sql ? parse_with_directives(ctx, sql) : NULL;
  err_prefix(ctx, "%s", place);
  if (s == NULL || !ctx_ok(ctx)) return;
  scratch_supply(&p->scratch, sql);
  for (int i = 0; s->table && i < s->table->ncolumn; i++)
    if (s->table->columns[i].backfill)
      scratch_supply(&p->scratch, s->table->columns[i].backfill);
  touch_name(p, table);
  touch_name(p, s->name);
  int written = p->script.count;
  const AlterOptions options = {
      .method = name_equal(option, "method=rewrite") ? "rewrite" : NULL};
  alter_table(ctx, table, sql, &options);
  err_prefix(ctx, "%s", place);
  if (ctx_ok(ctx) && p->script.count == written)
    transcript_note(ctx, "-- (nothing to do)");
}

/* A call of a function of ours is what the plain shell does not know. */
static void check_calls(Play *p, int at, int end) {
  for (int i = at; ctx_ok(p->ctx) && i + 1 < end; i++) {
    const Token *token = &p->tokens.list[i];
    if (token->type != TOKEN_WORD || !token_is(token + 1, "(")) continue;
    const char *name = token_name(p->ctx, token);
    if (name && name_starts(name, "orm_"))
      refuse_statement(p, i, mem_printf(p->ctx, "this call of %s()", name));
  }
}

/* A table that changes; what comes back after a DROP comes as it is here. */
static void play_note_table(Play *p, int at, int end) {
  const Token *t = &p->tokens.list[at];
  bool table = token_is(t + 1, "TABLE"), view = token_is(t + 1, "VIEW");
  for (int i = at + 2; ctx_ok(p->ctx) && (table || view) && i < end; i++) {
    if (!token_is_name(&p->tokens.list[i])) continue;
    const char *name = token_name(p->ctx, &p->tokens.list[i]);
    if (name && table) touch_name(p, name);
    if (name && token_is(t, "DROP") && map_get(p->way.to->relations, name))
      transcript_expect_known(p->ctx, name);
  }
}

/* What fails here may be about a table that no version knows: that is for the
** outcome to say. */
static void run_ddl(Play *p, int at, int end, const char *sql) {
  Ctx *ctx = p->ctx;
  Parked parked = {.count = 0};
  bool is_alter = token_is(&p->tokens.list[at], "ALTER");
  play_note_table(p, at, end);
  park_for_statement(ctx, &parked, &p->tokens.list[at]);
  guard_switch(ctx, false, is_alter);
  do {
    if (ctx_ok(ctx)) lab_run(p, sql);
  } while (park_blocker(ctx, &parked));
  if ((ctx->rc & 0xff) == SQLITE_ERROR && p->trouble == NULL && ctx->msg)
    p->trouble = sqlite3_mprintf("%s", ctx->msg);
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
  transcript_add(ctx, sql);
  guard_switch(ctx, false, false);
  park_restore(ctx, &parked);
}

/* The text between two places, blank space at its ends left out. */
static char *between(Ctx *ctx, const char *from, const char *to) {
  while (from < to && strchr(" \t\r\n", *from)) from++;
  while (to > from && strchr(" \t\r\n", to[-1])) to--;
  return mem_text(ctx, from, (int)(to - from));
}

static void play_statement(Play *p, int at, int end) {
  static const char *const ddl[] = {"CREATE", "DROP", "ALTER"};
  static const char *const harmless[] = {"SELECT", "ANALYZE", "REINDEX"};
  Ctx *ctx = p->ctx;
  const Token *first = &p->tokens.list[at], *last = &p->tokens.list[end - 1];
  bool closed = end < p->tokens.count;
  const char *sql =
      between(ctx, first->z, closed ? last[1].z : last->z + last->n);
  bool is_ddl = false, is_harmless = false;
  for (int i = 0; i < 3; i++) {
    is_ddl |= token_is(first, ddl[i]);
    is_harmless |= token_is(first, harmless[i]);
  }
  if (is_alter_call(p, at, end)) {
    expand(p, at, end);
    return;
  }
  check_calls(p, at, end);
  if (!ctx_ok(ctx)) return;
  if (is_ddl)
    run_ddl(p, at, end, sql);
  else
    transcript_add(ctx, sql);
  p->writes |= !is_ddl && !is_harmless;
}

/* Comments stay where they stand. */
static void play_statements(Play *p, const char *script) {
  Ctx *ctx = p->ctx;
  p->tokens = token_list(ctx, script);
  const char *behind = script;
  for (int at = 0; ctx_ok(ctx) && at < p->tokens.count;) {
    const Token *first = &p->tokens.list[at];
    int end = token_statement_end(&p->tokens, at);
    const char *comment = between(ctx, behind, first->z);
    const Token *last = &p->tokens.list[end < p->tokens.count ? end : end - 1];
    behind = last->z + last->n;
    if (p->script.count && end > at) transcript_note(ctx, "%s", "");
    if (comment && *comment) transcript_note(ctx, "%s", comment);
    if (end > at) play_statement(p, at, end);
    at = end + 1;
  }
  const char *rest = between(ctx, behind, behind + strlen(behind));
  if (rest && *rest) transcript_note(ctx, "%s", rest);
}

/* ---- versions ----------------------------------------------------------- */

/* Is a table dropped in what was written, by the script itself or a rewrite? */
static bool drops_tables(const Transcript *script) {
  for (int i = 0; i < script->count; i++) {
    Token first = token_next(script->list[i]);
    Token second = token_next(first.z + first.n);
    if (token_is(&first, "DROP") && token_is(&second, "TABLE")) return true;
  }
  return false;
}

/* Is there an ALTER TABLE before which a rewrite has not set
** legacy_alter_table? RENAME then depends on the setting of whoever runs the
** script. */
static bool needs_setting(const Transcript *script) {
  bool legacy = false;
  for (int i = 0; i < script->count; i++) {
    Token first = token_next(script->list[i]), name, word;
    if (token_is(&first, "PRAGMA")) {
      legacy = strstr(script->list[i], "= ON") != NULL;
      continue;
    }
    while (first.type == TOKEN_COMMENT) first = token_next(first.z + first.n);
    if (!legacy && token_alters(&first, &name, &word) &&
        token_is(&word, "RENAME"))
      return true;
  }
  return false;
}

static Portable play_script(Play *p, const char *script) {
  Ctx *ctx = p->ctx;
  Transcript before = {NULL, 0};
  p->touched = map_new(ctx);
  scratch_open(&p->scratch, ctx, true);
  guard_begin(ctx, &p->guard);
  if (ctx_ok(ctx)) build_start(p);
  if (ctx_ok(ctx)) note_checked(p);
  ctx->script = &p->script;
  if (ctx_ok(ctx)) play_statements(p, script);
  p->drops = drops_tables(&p->script);
  if (ctx_ok(ctx)) verify_play(p);
  if (ctx_ok(ctx)) check_keys(p, &before);
  ctx->script = NULL;
  if (ctx_ok(ctx) && needs_setting(&p->script)) {
    ctx->script = &before;
    transcript_note(ctx, "PRAGMA legacy_alter_table = OFF;");
    ctx->script = NULL;
  }
  const char *head = transcript_text(ctx, &before);
  const char *body = transcript_text(ctx, &p->script);
  Portable portable = {NULL, p->drops};
  if (ctx_ok(ctx))
    portable.sql = mem_printf(ctx, "%s%s%s", head, *head ? "\n\n" : "", body);
  guard_end(ctx, &p->guard);
  scratch_close(&p->scratch);
  sqlite3_free(p->trouble);
  return portable;
}

static Portable refuse_baseline(Ctx *ctx, const Version *v) {
  Transcript script = {NULL, 0};
  ctx->script = &script;
  transcript_note(ctx, "%s", v->down);
  transcript_expect(
      ctx,
      mem_printf(ctx, "version %lld took over what was there: it is not undone",
                 v->version),
      "SELECT 0");
  ctx->script = NULL;
  return (Portable){transcript_text(ctx, &script), false};
}

static i64 version_below(Ctx *ctx, const Version *v) {
  const Version *before = history_at(ctx, v->version - 1);
  return before ? before->version : 0;
}

Portable portable_version(Ctx *ctx, const Version *v, bool undo) {
  Portable none = {"", false};
  Play p;
  memset(&p, 0, sizeof(p));
  p.ctx = ctx;
  p.name = mem_printf(ctx, undo ? "undoing version %lld" : "version %lld",
                      v->version);
  Step step = {.name = p.name, .script = undo ? v->down : v->up};
  if (!ctx_ok(ctx) || step.script == NULL) return none;
  if (undo && history_is_baseline(v)) return refuse_baseline(ctx, v);
  run_check(ctx, &step);
  i64 before = version_below(ctx, v);
  Declared from = transition_declared(ctx, undo ? v->version : before);
  Declared to = transition_declared(ctx, undo ? before : v->version);
  if (ctx_ok(ctx)) p.way = transition_between(ctx, &from, to.schema);
  p.mended = undo ? v->mended : NULL;
  p.compiles.declared = to.schema;
  p.compiles.adopted = undo || history_is_baseline(v);
  return ctx_ok(ctx) ? play_script(&p, step.script) : none;
}

char *portable_enclosed(Ctx *ctx, const Portable *portable) {
  return mem_printf(ctx, "%s%s%s",
                    portable->alone ? "PRAGMA foreign_keys = OFF;\n"
                                      "BEGIN IMMEDIATE;\n\n"
                                    : "",
                    portable->sql, portable->alone ? "\n\nCOMMIT;" : "");
}

/* ---- from version to version -------------------------------------------- */

static void check_undo(Ctx *ctx, const Version *v) {
  if (ctx_ok(ctx) && v->down == NULL)
    err_set(ctx, SQLITE_ERROR, "version %lld has no undo script (down)",
            v->version);
  if (ctx_ok(ctx) && history_is_baseline(v))
    err_set(ctx, SQLITE_ERROR,
            "version %lld took over what was there, which is not undone",
            v->version);
}

char *portable_range(Ctx *ctx, i64 from, i64 to) {
  meta_require(ctx);
  if (from == -1) from = history_current(ctx);
  if (to == -1) to = history_head(ctx);
  history_require(ctx, from);
  history_require(ctx, to);
  if (!ctx_ok(ctx)) return NULL;
  bool undo = from > to;
  Versions versions = history_range(ctx, undo ? to : from, undo ? from : to);
  Portable all = {"", false};
  for (int i = 0; ctx_ok(ctx) && i < versions.count; i++) {
    const Version *v = &versions.list[undo ? versions.count - 1 - i : i];
    if (undo) check_undo(ctx, v);
    Portable one = portable_version(ctx, v, undo);
    all.alone |= one.alone;
    all.sql = mem_printf(ctx, "%s\n-- %s version %lld\n\n%s\n", all.sql,
                         undo ? "Undo" : "To", v->version, one.sql);
  }
  return mem_printf(
      ctx,
      "-- From version %lld to %lld, plain SQL. Run it by: sqlite3 -bail "
      "file.db <this\n"
      "-- All of it is done, or, with an error, nothing. What it drops or "
      "alters "
      "is not kept.\n"
      "%sBEGIN IMMEDIATE;\n%s\nCOMMIT;\n",
      from, to, all.alone ? "PRAGMA foreign_keys = OFF;\n" : "", all.sql);
}
