#include "ship/portable.h"

#include "alter/alter.h"
#include "base/text.h"
#include "base/token.h"
#include "base/transcript.h"
#include "ddl/live.h"
#include "ddl/verbs.h"
#include "dependents/compiles.h"
#include "dependents/park.h"
#include "dependents/scratch.h"
#include "plan/plan.h"
#include "plan/transition.h"
#include "run/run.h"

/* The translation of one script. */
typedef struct Translation {
  Ctx *ctx;
  Scratch scratch;
  Guard guard;
  Transition transition;
  Script script; /* the state of the scratch database */
  Transcript output;
  const char *name; /* of the step, for messages */
  Tokens tokens;    /* of the script */
  CompileCheck compiles;
  NameMap *checkable; /* tables of transition.from that foreign_key_check can
                      ** check */
  NameMap *touched;   /* tables that the script alters or drops */
  bool drops;         /* the script drops or rewrites tables */
  bool writes;        /* the script has statements that may change rows */
  const char *mended; /* Version.mended of the version to undo; NULL: none */
  char *first_error;  /* of the script's own DDL on the scratch database, or
                      ** NULL; from sqlite3_mprintf() */
} Translation;

/* ---- the scratch database ----------------------------------------------- */

/* Runs all statements of the text on the scratch database. */
static void run_on_scratch(Translation *tr, const char *sql) {
  Ctx *ctx = tr->ctx;
  scratch_supply(&tr->scratch, sql);
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

/* Creates the schema from which the script starts. */
static void create_start(Translation *tr) {
  Ctx *ctx = tr->ctx;
  const Schema *nothing = schema_new(ctx);
  if (!ctx_ok(ctx)) return;
  Changes changes = diff_schemas(ctx, nothing, nothing, tr->transition.from);
  const char *sql = plan_script(ctx, &changes);
  if (sql) run_on_scratch(tr, sql);
  const Schema *live = live_read(ctx);
  if (live) compiles_before(ctx, &tr->compiles, live, live->relations);
  err_prefix(ctx, "%s: the schema it starts from", tr->name);
}

/* Sets an error unless the script made the schema of its target version. A
** frequent reason is a table that no version declares. */
static void verify_result(Translation *tr) {
  Ctx *ctx = tr->ctx;
  const Schema *live = live_read(ctx);
  if (live == NULL) return;
  Schema *part =
      diff_restrict(ctx, live, tr->transition.from, tr->transition.to);
  Changes left = {NULL, 0, NULL};
  if (part) left = diff_live(ctx, part, tr->transition.to);
  if (ctx_ok(ctx) && left.count)
    err_set(ctx, SQLITE_ERROR,
            "%s cannot be written without the extension: tried on a database "
            "that has what the versions declare, it does not make the schema "
            "what its models say; missing: %s%s%s",
            tr->name, diff_describe(ctx, &left.list[0]),
            tr->first_error ? "; error: " : "",
            tr->first_error ? tr->first_error : "");
  compiles_after(ctx, &tr->compiles, live);
  err_prefix(ctx, "%s", tr->name);
}

/* ---- foreign keys ------------------------------------------------------- */

static bool has_keys(const Table *table) {
  for (int i = 0; i < table->nconstraint; i++)
    if (table->constraints[i].kind == CONSTRAINT_FOREIGN) return true;
  return false;
}

/* Returns true if foreign_key_check can check the table: a foreign key that
** does not match its parent makes the check fail, whatever the rows. */
static bool can_be_checked(Ctx *ctx, const char *table) {
  sqlite3_stmt *stmt =
      db_prepare(ctx, "PRAGMA \"main\".foreign_key_check(\"%w\")", table);
  while (db_row(ctx, stmt)) {}
  db_finish(stmt);
  bool can = ctx_ok(ctx);
  if (ctx->rc == SQLITE_ERROR) err_forget(ctx);
  return can;
}

static void note_checkable(Translation *tr) {
  tr->checkable = map_new(tr->ctx);
  for (int i = 0; ctx_ok(tr->ctx) && i < tr->transition.from->ntable; i++) {
    Table *table = tr->transition.from->tables[i];
    if (has_keys(table) && can_be_checked(tr->ctx, table->name))
      map_put(tr->ctx, tr->checkable, table->name, table);
  }
}

/* Returns true if the script may orphan rows of the table. */
static bool can_orphan_rows(const Translation *tr, const Table *table) {
  if (!has_keys(table)) return false;
  if (tr->writes || map_get(tr->touched, table->name)) return true;
  for (int i = 0; i < table->nconstraint; i++) {
    const Constraint *c = &table->constraints[i];
    if (c->kind == CONSTRAINT_FOREIGN && map_get(tr->touched, c->parent))
      return true;
  }
  return false;
}

/* Returns the table before the script, NULL if it is new. */
static const Table *table_before(const Translation *tr, const Table *table) {
  for (int i = 0; i < tr->transition.renamed->ntable; i++)
    if (name_equal(tr->transition.renamed->tables[i]->name, table->name))
      return tr->transition.from->tables[i];
  return NULL;
}

/* Returns the expression that counts the violations of a table before the
** script: "0" for a new table, NULL if they cannot be counted. Appends to
** `counts` the SELECT that counts them. */
static const char *count_before(Translation *tr, const Table *table,
                                sqlite3_str *counts) {
  Ctx *ctx = tr->ctx;
  const Table *was = table_before(tr, table);
  if (was == NULL || !has_keys(was)) return "0";
  if (!map_get(tr->checkable, was->name)) return NULL;
  sqlite3_str_appendf(counts,
                      "%s\n  SELECT %Q AS child, count(*) AS n"
                      " FROM temp.pragma_foreign_key_check(%Q, 'main')",
                      sqlite3_str_length(counts) ? " UNION ALL" : "",
                      table->name, was->name);
  return mem_printf(ctx, "(SELECT n FROM temp.orm_orphans WHERE child = %Q)",
                    table->name);
}

/* Returns the number of violations that an undo may bring back: those that
** vanished when the version was applied (run_step() allows them, too). */
static i64 restored_orphans(const Translation *tr, const Table *table) {
  if (tr->mended == NULL) return 0;
  return db_int(tr->ctx,
                "SELECT value FROM \"%w\".json_each(%Q, '$.orphans')"
                " WHERE key = %Q COLLATE NOCASE",
                db_home(tr->ctx, "json_each"), tr->mended, table->name);
}

/* Adds the checks that the script left no new violation of a foreign key.
** `before` gets the statement that counts the old ones. */
static void expect_no_orphans(Translation *tr, Transcript *before) {
  Ctx *ctx = tr->ctx;
  if (!tr->drops || !ctx_ok(ctx)) return;
  sqlite3_str *counts = sqlite3_str_new(ctx->db);
  for (int i = 0; ctx_ok(ctx) && i < tr->transition.to->ntable; i++) {
    const Table *table = tr->transition.to->tables[i];
    if (!can_orphan_rows(tr, table) || !can_be_checked(ctx, table->name))
      continue;
    const char *old = count_before(tr, table, counts);
    if (old == NULL) continue;
    i64 count = restored_orphans(tr, table);
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
  tr->script.transcript = before;
  transcript_note(ctx, "CREATE TEMP TABLE orm_orphans AS%s;", list);
  tr->script.transcript = &tr->output;
}

/* ---- statements --------------------------------------------------------- */

static void touch_name(Translation *tr, const char *name) {
  if (name) map_put(tr->ctx, tr->touched, name, tr);
}

static void refuse_statement(Translation *tr, int at, const char *what) {
  err_set(tr->ctx, SQLITE_ERROR,
          "%s, line %d: %s cannot be written without the extension", tr->name,
          token_line(&tr->tokens, at), what);
}

/* Returns true for SELECT orm_alter_table('t', 'CREATE TABLE ...'
** [, 'method=...']), all arguments literals. */
static bool is_alter_call(const Translation *tr, int at, int end) {
  const Token *t = &tr->tokens.list[at];
  if (end - at != 7 && end - at != 9) return false;
  return token_is(t, "SELECT") && token_is(t + 1, "orm_alter_table") &&
         token_is(t + 2, "(") && t[3].type == TOKEN_STRING &&
         token_is(t + 4, ",") && t[5].type == TOKEN_STRING &&
         t[2].close == end - 1 &&
         (end - at == 7 || (token_is(t + 6, ",") && t[7].type == TOKEN_STRING));
}

/* Returns the CREATE TABLE that verbs make of the table; other text as it is.
** */
static const char *without_verbs(Ctx *ctx, const char *table, const char *sql) {
  if (sql == NULL || !verbs_are(ctx, sql)) return sql;
  const Table *now = live_table(ctx, table);
  return now ? verbs_apply(ctx, now, sql).sql : NULL;
}

/* Replaces a call of orm_alter_table() by the statements that it runs. */
static void expand_alter_call(Translation *tr, int at, int end) {
  Ctx *ctx = tr->ctx;
  const Token *t = &tr->tokens.list[at];
  const char *table = token_name(ctx, t + 3);
  const char *sql = without_verbs(ctx, table, token_name(ctx, t + 5));
  const char *option = end - at == 9 ? token_name(ctx, t + 7) : "";
  const char *place =
      mem_printf(ctx, "%s, line %d", tr->name, token_line(&tr->tokens, at));
  const Statement *s = sql ? parse_with_directives(ctx, sql) : NULL;
  err_prefix(ctx, "%s", place);
  if (s == NULL || !ctx_ok(ctx) || name_equal(option, "dry")) return;
  scratch_supply(&tr->scratch, sql);
  for (int i = 0; s->table && i < s->table->ncolumn; i++)
    if (s->table->columns[i].backfill)
      scratch_supply(&tr->scratch, s->table->columns[i].backfill);
  touch_name(tr, table);
  touch_name(tr, s->name);
  int written = tr->output.count;
  bool rewrite = name_equal(option, "method=rewrite");
  const AlterOptions options = {.method = rewrite ? METHOD_REWRITE : METHODS};
  alter_table(ctx, table, sql, &options);
  err_prefix(ctx, "%s", place);
  if (ctx_ok(ctx) && tr->output.count == written)
    transcript_note(ctx, "-- (nothing to do)");
}

/* Sets an error for a call of another function of ours: the plain shell lacks
** them. */
static void refuse_own_calls(Translation *tr, int at, int end) {
  for (int i = at; ctx_ok(tr->ctx) && i + 1 < end; i++) {
    const Token *token = &tr->tokens.list[i];
    if (token->type != TOKEN_WORD || !token_is(token + 1, "(")) continue;
    const char *name = token_name(tr->ctx, token);
    if (name && name_starts(name, "orm_"))
      refuse_statement(tr, i, mem_printf(tr->ctx, "this call of %s()", name));
  }
}

/* Notes the tables that a DDL statement touches. Before a DROP of a table or
** view that the target version declares, puts a check that it has no undeclared
** indexes and triggers, which would be lost. */
static void note_touched(Translation *tr, int at, int end) {
  const Token *t = &tr->tokens.list[at];
  bool table = token_is(t + 1, "TABLE"), view = token_is(t + 1, "VIEW");
  for (int i = at + 2; ctx_ok(tr->ctx) && (table || view) && i < end; i++) {
    if (!token_is_name(&tr->tokens.list[i])) continue;
    const char *name = token_name(tr->ctx, &tr->tokens.list[i]);
    if (name && table) touch_name(tr, name);
    if (name && token_is(t, "DROP") &&
        map_get(tr->transition.to->relations, name))
      transcript_expect_known(tr->ctx, name);
  }
}

/* Runs a DDL statement and copies it to the output. An error may concern a
** table that no version declares: verify_result() decides. */
static void translate_ddl(Translation *tr, int at, int end, const char *sql) {
  Ctx *ctx = tr->ctx;
  Parked parked = {.count = 0};
  bool is_alter = token_is(&tr->tokens.list[at], "ALTER");
  note_touched(tr, at, end);
  park_for_statement(ctx, &parked, &tr->tokens.list[at]);
  guard_switch(ctx, false, is_alter);
  do {
    if (ctx_ok(ctx)) run_on_scratch(tr, sql);
  } while (park_blocker(ctx, &parked));
  if ((ctx->rc & 0xff) == SQLITE_ERROR && tr->first_error == NULL && ctx->msg)
    tr->first_error = sqlite3_mprintf("%s", ctx->msg);
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
  transcript_add(ctx, sql);
  guard_switch(ctx, false, false);
  park_restore(ctx, &parked);
}

/* Returns the text between two places, without blank space at its ends. */
static char *trimmed_between(Ctx *ctx, const char *from, const char *to) {
  while (from < to && char_is_space(*from)) from++;
  while (to > from && char_is_space(to[-1])) to--;
  return mem_text(ctx, from, (int)(to - from));
}

static void translate_statement(Translation *tr, int at, int end) {
  static const char *const ddl[] = {"CREATE", "DROP", "ALTER", NULL};
  static const char *const harmless[] = {"SELECT", "ANALYZE", "REINDEX", NULL};
  Ctx *ctx = tr->ctx;
  const Token *first = &tr->tokens.list[at], *last = &tr->tokens.list[end - 1];
  bool closed = end < tr->tokens.count;
  const char *sql =
      trimmed_between(ctx, first->z, closed ? last[1].z : last->z + last->n);
  bool is_ddl = token_is_one_of(first, ddl);
  bool is_harmless = token_is_one_of(first, harmless);
  if (is_alter_call(tr, at, end)) {
    expand_alter_call(tr, at, end);
    return;
  }
  refuse_own_calls(tr, at, end);
  if (!ctx_ok(ctx)) return;
  if (is_ddl)
    translate_ddl(tr, at, end, sql);
  else
    transcript_add(ctx, sql);
  tr->writes |= !is_ddl && !is_harmless;
}

/* Translates all statements of a script. Comments keep their places. */
static void translate_statements(Translation *tr, const char *script) {
  Ctx *ctx = tr->ctx;
  tr->tokens = token_list(ctx, script);
  const char *end_of_last = script;
  for (int at = 0; ctx_ok(ctx) && at < tr->tokens.count;) {
    const Token *first = &tr->tokens.list[at];
    int end = token_statement_end(&tr->tokens, at);
    const char *comment = trimmed_between(ctx, end_of_last, first->z);
    const Token *last =
        &tr->tokens.list[end < tr->tokens.count ? end : end - 1];
    end_of_last = last->z + last->n;
    if (tr->output.count && end > at) transcript_note(ctx, "%s", "");
    if (comment && *comment) transcript_note(ctx, "%s", comment);
    if (end > at) translate_statement(tr, at, end);
    at = end + 1;
  }
  const char *rest =
      trimmed_between(ctx, end_of_last, end_of_last + strlen(end_of_last));
  if (rest && *rest) transcript_note(ctx, "%s", rest);
}

/* ---- versions ----------------------------------------------------------- */

/* Returns true if the statements drop a table. */
static bool drops_tables(const Transcript *script) {
  for (int i = 0; i < script->count; i++) {
    Token first = token_next(script->list[i]);
    Token second = token_next(first.z + first.n);
    if (token_is(&first, "DROP") && token_is(&second, "TABLE")) return true;
  }
  return false;
}

/* Returns true if a RENAME would run with the caller's legacy_alter_table: no
** rewrite before it has set that. */
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

static Portable translate_script(Translation *tr, const char *script) {
  Ctx *ctx = tr->ctx;
  Transcript before = {NULL, 0};
  tr->touched = map_new(ctx);
  scratch_open(&tr->scratch, ctx, true);
  tr->scratch.session.script = &tr->script;
  guard_begin(ctx, &tr->guard);
  if (ctx_ok(ctx)) create_start(tr);
  if (ctx_ok(ctx)) note_checkable(tr);
  tr->script.transcript = &tr->output;
  if (ctx_ok(ctx)) translate_statements(tr, script);
  tr->drops = drops_tables(&tr->output);
  if (ctx_ok(ctx)) verify_result(tr);
  if (ctx_ok(ctx)) expect_no_orphans(tr, &before);
  tr->script.transcript = &before;
  if (ctx_ok(ctx) && needs_setting(&tr->output))
    transcript_note(ctx, "PRAGMA legacy_alter_table = OFF;");
  tr->script.transcript = NULL;
  const char *head = transcript_text(ctx, &before);
  const char *body = transcript_text(ctx, &tr->output);
  Portable portable = {NULL, tr->drops};
  if (ctx_ok(ctx))
    portable.sql = mem_printf(ctx, "%s%s%s", head, *head ? "\n\n" : "", body);
  guard_end(ctx, &tr->guard);
  scratch_close(&tr->scratch);
  sqlite3_free(tr->first_error);
  return portable;
}

/* Returns the undo of a baseline: a script that only fails. */
static Portable baseline_undo(Ctx *ctx, const Version *v) {
  Transcript transcript = {NULL, 0};
  Script script = {.transcript = &transcript};
  ctx->session->script = &script;
  transcript_note(ctx, "%s", v->down);
  transcript_expect(
      ctx,
      mem_printf(ctx, "version %lld took over what was there: it is not undone",
                 v->version),
      "SELECT 0");
  ctx->session->script = NULL;
  return (Portable){transcript_text(ctx, &transcript), false};
}

static i64 version_below(Ctx *ctx, const Version *v) {
  const Version *before = history_at(ctx, v->version - 1);
  return before ? before->version : 0;
}

/* Returns true if the script leaves the schema alone: nothing must be tried on
** the scratch database then. */
static bool keeps_schema(Ctx *ctx, const char *script, const MetaRows *from,
                         const MetaRows *to) {
  static const char *const rows_only[] = {"INSERT", "UPDATE",  "DELETE",
                                          "WITH",   "REPLACE", NULL};
  const Tokens tokens = token_list(ctx, script);
  bool keeps = ctx_ok(ctx) && rows_equal(from, to) && rows_same_views(from, to);
  for (int at = 0; ctx_ok(ctx) && keeps && at < tokens.count;) {
    const Token *first = &tokens.list[at];
    int end = token_statement_end(&tokens, at);
    bool call = token_is(first, "SELECT") && end - at > 1 &&
                token_is(first + 1, "orm_alter_table");
    keeps = end == at || token_is_one_of(first, rows_only) ||
            (token_is(first, "SELECT") && !call);
    at = end + 1;
  }
  return keeps && ctx_ok(ctx);
}

/* Returns the transition between the declarations that a script leads from and
** to. If it keeps the schema, no declarations are read. */
static Transition read_transition(Ctx *ctx, const char *script,
                                  const MetaRows *from, const MetaRows *to) {
  Transition none = {NULL, NULL, NULL};
  if (!ctx_ok(ctx)) return none;
  if (keeps_schema(ctx, script, from, to)) {
    none.from = none.renamed = none.to = schema_new(ctx);
    return none;
  }
  const Declared start = {from, model_read(ctx, from)};
  const Schema *end = ctx_ok(ctx) ? model_read(ctx, to) : NULL;
  return end ? transition_between(ctx, &start, end) : none;
}

/* Translates a script that leads between these declarations. */
static Portable translate_version(Ctx *ctx, const Version *v, bool undo,
                                  const MetaRows *from, const MetaRows *to) {
  Portable none = {"", false};
  Translation tr;
  memset(&tr, 0, sizeof(tr));
  tr.ctx = ctx;
  tr.name = mem_printf(ctx, undo ? "undoing version %lld" : "version %lld",
                       v->version);
  Step step = {.name = tr.name, .script = undo ? v->down : v->up};
  if (!ctx_ok(ctx) || step.script == NULL) return none;
  if (undo && history_is_baseline(v)) return baseline_undo(ctx, v);
  run_check(ctx, &step);
  tr.transition = read_transition(ctx, step.script, from, to);
  tr.mended = undo ? v->mended : NULL;
  tr.compiles.declared = tr.transition.to;
  tr.compiles.adopted = undo || history_is_baseline(v);
  return ctx_ok(ctx) ? translate_script(&tr, step.script) : none;
}

Portable portable_version(Ctx *ctx, const Version *v, bool undo) {
  const MetaRows *below = history_rows(ctx, version_below(ctx, v));
  const MetaRows *own = history_rows(ctx, v->version);
  return translate_version(ctx, v, undo, undo ? own : below,
                           undo ? below : own);
}

char *portable_enclosed(Ctx *ctx, const Portable *portable) {
  return mem_printf(ctx, "%s%s%s",
                    portable->alone ? "PRAGMA foreign_keys = OFF;\n"
                                      "BEGIN IMMEDIATE;\n\n"
                                    : "",
                    portable->sql, portable->alone ? "\n\nCOMMIT;" : "");
}

/* ---- a range of versions -------------------------------------------- */

static void refuse_missing_undo(Ctx *ctx, const Version *v) {
  if (ctx_ok(ctx) && v->down == NULL)
    err_set(ctx, SQLITE_ERROR, "version %lld has no undo script (down)",
            v->version);
  if (ctx_ok(ctx) && history_is_baseline(v))
    err_set(ctx, SQLITE_ERROR,
            "version %lld took over what was there, which is not undone",
            v->version);
}

/* Appends the translation of a version; its memory is freed at once. Returns
** true if it must run outside of a transaction. */
static bool append_version(Ctx *ctx, sqlite3_str *scripts, const Version *v,
                           bool undo, const MetaRows *from,
                           const MetaRows *to) {
  Ctx own;
  if (!ctx_ok(ctx)) return false;
  ctx_share(&own, ctx);
  const Portable one = translate_version(&own, v, undo, from, to);
  if (ctx_ok(&own))
    sqlite3_str_appendf(scripts, "\n-- %s version %lld\n\n%s\n",
                        undo ? "Undo" : "To", v->version, one.sql);
  err_move(ctx, &own);
  ctx_clear(&own);
  return one.alone;
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
  bool alone = false;
  const MetaRows *start = history_rows(ctx, from);
  sqlite3_str *scripts = sqlite3_str_new(ctx->db);
  for (int i = 0; ctx_ok(ctx) && i < versions.count; i++) {
    const Version *v = &versions.list[undo ? versions.count - 1 - i : i];
    if (undo) refuse_missing_undo(ctx, v);
    const MetaRows *end =
        history_rows(ctx, undo ? version_below(ctx, v) : v->version);
    alone |= append_version(ctx, scripts, v, undo, start, end);
    start = end;
  }
  const char *all = mem_finish(ctx, scripts);
  return mem_printf(
      ctx,
      "-- From version %lld to %lld, plain SQL. Run it by: sqlite3 -bail "
      "file.db <this\n"
      "-- All of it is done, or, with an error, nothing. What it drops or "
      "alters "
      "is not kept.\n"
      "%sBEGIN IMMEDIATE;\n%s\nCOMMIT;\n",
      from, to, alone ? "PRAGMA foreign_keys = OFF;\n" : "", all);
}
