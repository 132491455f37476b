#include "ship/portable.h"

#include "alter/alter.h"
#include "base/text.h"
#include "base/token.h"
#include "base/transcript.h"
#include "ddl/verbs.h"
#include "dependents/park.h"
#include "run/run.h"
#include "ship/trial.h"

/* The translation of one script. */
typedef struct Translation {
  Ctx *ctx;
  Trial *trial;
  TrialStep step;
  Script script; /* the state of the scratch database */
  Transcript output;
  Tokens tokens;      /* of the script */
  NameMap *checkable; /* tables of the version from which the script starts that
                      ** foreign_key_check can check */
  NameMap *touched;   /* tables that the script alters or drops */
  bool drops;         /* the script drops or rewrites tables */
  bool writes;        /* the script has statements that may change rows */
  const char *mended; /* Version.mended of the version to undo; NULL: none */
  char *first_error;  /* of the script's own DDL on the scratch database, or
                      ** NULL; from sqlite3_mprintf() */
} Translation;

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
  for (int i = 0; ctx_ok(tr->ctx) && i < tr->step.transition.from->ntable;
       i++) {
    Table *table = tr->step.transition.from->tables[i];
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
  for (int i = 0; i < tr->step.transition.renamed->ntable; i++)
    if (name_equal(tr->step.transition.renamed->tables[i]->name, table->name))
      return tr->step.transition.from->tables[i];
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
  for (int i = 0; ctx_ok(ctx) && i < tr->step.transition.to->ntable; i++) {
    const Table *table = tr->step.transition.to->tables[i];
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

static const char *const ddl[] = {"CREATE", "DROP", "ALTER", NULL};

static void touch_name(Translation *tr, const char *name) {
  if (name) map_put(tr->ctx, tr->touched, name, tr);
}

static void refuse_statement(Translation *tr, int at, const char *what) {
  err_set(tr->ctx, SQLITE_ERROR,
          "%s, line %d: %s cannot be written without the extension",
          tr->step.name, token_line(&tr->tokens, at), what);
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
  const char *place = mem_printf(ctx, "%s, line %d", tr->step.name,
                                 token_line(&tr->tokens, at));
  const Statement *s = sql ? parse_with_directives(ctx, sql) : NULL;
  err_prefix(ctx, "%s", place);
  if (s == NULL || !ctx_ok(ctx) || name_equal(option, "dry")) return;
  trial_supply(ctx, tr->trial, sql);
  for (int i = 0; s->table && i < s->table->ncolumn; i++)
    if (s->table->columns[i].backfill)
      trial_supply(ctx, tr->trial, s->table->columns[i].backfill);
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
        map_get(tr->step.transition.to->relations, name))
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
    if (ctx_ok(ctx)) trial_run(ctx, tr->trial, sql);
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
  Ctx *ctx = tr->ctx;
  const Token *first = &tr->tokens.list[at], *last = &tr->tokens.list[end - 1];
  bool closed = end < tr->tokens.count;
  const char *sql =
      trimmed_between(ctx, first->z, closed ? last[1].z : last->z + last->n);
  if (is_alter_call(tr, at, end)) {
    expand_alter_call(tr, at, end);
    return;
  }
  refuse_own_calls(tr, at, end);
  if (!ctx_ok(ctx)) return;
  if (token_is_one_of(first, ddl))
    translate_ddl(tr, at, end, sql);
  else
    transcript_add(ctx, sql);
}

/* Returns true if a statement may change rows. */
static bool has_writes(const Tokens *tokens) {
  static const char *const harmless[] = {"SELECT", "ANALYZE", "REINDEX", NULL};
  bool writes = false;
  for (int at = 0; at < tokens->count && !writes;) {
    const Token *first = &tokens->list[at];
    int end = token_statement_end(tokens, at);
    writes = end > at && !token_is_one_of(first, ddl) &&
             !token_is_one_of(first, harmless);
    at = end + 1;
  }
  return writes;
}

/* Translates all statements of a script. Comments keep their places. */
static void translate_statements(Translation *tr, const char *script) {
  Ctx *ctx = tr->ctx;
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

/* Returns the text of the translation. */
static Portable portable_text(Translation *tr, const Transcript *before) {
  Ctx *ctx = tr->ctx;
  const char *head = transcript_text(ctx, before);
  const char *body = transcript_text(ctx, &tr->output);
  Portable portable = {NULL, tr->drops};
  if (ctx_ok(ctx))
    portable.sql = mem_printf(ctx, "%s%s%s", head, *head ? "\n\n" : "", body);
  return portable;
}

/* Translates the script, while it is tried on the scratch database. */
static Portable try_script(Translation *tr) {
  Ctx *ctx = tr->ctx;
  Transcript before = {NULL, 0};
  tr->touched = map_new(ctx);
  trial_begin(ctx, tr->trial, &tr->step);
  ctx->session->script = &tr->script;
  if (ctx_ok(ctx)) note_checkable(tr);
  tr->script.transcript = &tr->output;
  if (ctx_ok(ctx)) translate_statements(tr, tr->step.script);
  tr->drops = drops_tables(&tr->output);
  trial_verify(ctx, tr->trial, &tr->step, tr->first_error);
  if (ctx_ok(ctx)) expect_no_orphans(tr, &before);
  tr->script.transcript = &before;
  if (ctx_ok(ctx) && needs_setting(&tr->output))
    transcript_note(ctx, "PRAGMA legacy_alter_table = OFF;");
  ctx->session->script = NULL;
  trial_end(ctx, tr->trial, &tr->step);
  sqlite3_free(tr->first_error);
  return portable_text(tr, &before);
}

/* Translates a script that leaves the schema alone. */
static Portable copy_script(Translation *tr) {
  const Transcript before = {NULL, 0};
  tr->script.transcript = &tr->output;
  tr->ctx->session->script = &tr->script;
  translate_statements(tr, tr->step.script);
  tr->ctx->session->script = NULL;
  trial_skip(tr->trial, &tr->step);
  return portable_text(tr, &before);
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

/* Returns true if the script leaves the schema alone: nothing must be tried on
** the scratch database then. */
static bool keeps_schema(const Translation *tr) {
  static const char *const rows_only[] = {"INSERT", "UPDATE",  "DELETE",
                                          "WITH",   "REPLACE", NULL};
  const TrialStep *step = &tr->step;
  bool keeps =
      rows_equal(step->from, step->to) && rows_same_views(step->from, step->to);
  for (int at = 0; keeps && at < tr->tokens.count;) {
    const Token *first = &tr->tokens.list[at];
    int end = token_statement_end(&tr->tokens, at);
    bool call = token_is(first, "SELECT") && end - at > 1 &&
                token_is(first + 1, "orm_alter_table");
    keeps = end == at || token_is_one_of(first, rows_only) ||
            (token_is(first, "SELECT") && !call);
    at = end + 1;
  }
  return keeps;
}

/* Translates the script of the step: that of the version or its undo. */
static Portable translate_version(Ctx *ctx, Trial *trial, const Version *v,
                                  bool undo, const TrialStep *trial_step) {
  Portable none = {"", false};
  Translation tr = {.ctx = ctx, .trial = trial, .step = *trial_step};
  tr.step.name = mem_printf(ctx, undo ? "undoing version %lld" : "version %lld",
                            v->version);
  tr.step.script = undo ? v->down : v->up;
  if (!ctx_ok(ctx) || tr.step.script == NULL) return none;
  if (undo && history_is_baseline(v)) return baseline_undo(ctx, v);
  const Step step = {.name = tr.step.name, .script = tr.step.script};
  run_check(ctx, &step);
  tr.tokens = token_list(ctx, tr.step.script);
  tr.mended = undo ? v->mended : NULL;
  tr.writes = tr.step.whole = has_writes(&tr.tokens);
  tr.step.adopted = undo || history_is_baseline(v);
  if (!ctx_ok(ctx)) return none;
  return keeps_schema(&tr) ? copy_script(&tr) : try_script(&tr);
}

static i64 version_below(Ctx *ctx, const Version *v) {
  const Version *before = history_at(ctx, v->version - 1);
  return before ? before->version : 0;
}

/* Translates the script of the step. `own` gets the memory, which the caller
** frees, also after an error; ctx gets the error. */
static Portable translate_step(Ctx *ctx, Ctx *own, Trial *trial,
                               const Version *v, bool undo, TrialStep *step) {
  Portable none = {NULL, false};
  if (ctx_ok(ctx)) step->from = history_rows(ctx, step->from_version);
  if (ctx_ok(ctx)) step->to = history_rows(ctx, step->to_version);
  err_move(ctx, &trial->ctx);
  ctx_share(own, &trial->ctx);
  if (!ctx_ok(ctx)) return none;
  const Portable one = translate_version(own, trial, v, undo, step);
  const bool done = ctx_ok(own);
  err_move(ctx, own);
  return done ? one : none;
}

Portable portable_version(Ctx *ctx, Trial *trial, const Version *v, bool undo) {
  const i64 below = version_below(ctx, v);
  TrialStep step = {.from_version = undo ? v->version : below,
                    .to_version = undo ? below : v->version,
                    .back = undo};
  Ctx own;
  Portable one = translate_step(ctx, &own, trial, v, undo, &step);
  if (one.sql) one.sql = mem_text(ctx, one.sql, -1);
  ctx_clear(&own);
  return one;
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
static bool append_version(Ctx *ctx, Trial *trial, sqlite3_str *scripts,
                           const Version *v, bool undo, TrialStep *step) {
  Ctx own;
  const Portable one = translate_step(ctx, &own, trial, v, undo, step);
  if (one.sql)
    sqlite3_str_appendf(scripts, "\n-- %s version %lld\n\n%s\n",
                        undo ? "Undo" : "To", v->version, one.sql);
  ctx_clear(&own);
  return one.alone;
}

/* Returns the translations of the versions, one after the other. */
static const char *translate_range(Ctx *ctx, const Versions *versions, i64 from,
                                   bool undo, bool *alone) {
  Trial trial;
  TrialStep step = {.from_version = from};
  trial_open(&trial, ctx);
  sqlite3_str *scripts = sqlite3_str_new(ctx->db);
  for (int i = 0; ctx_ok(ctx) && i < versions->count; i++) {
    const int at = undo ? versions->count - 1 - i : i;
    const Version *v = &versions->list[at];
    if (undo) refuse_missing_undo(ctx, v);
    step.to_version = undo ? version_below(ctx, v) : v->version;
    *alone |= append_version(ctx, &trial, scripts, v, undo, &step);
    step.from_version = step.to_version;
  }
  trial_close(&trial, ctx);
  return mem_finish(ctx, scripts);
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
  const char *all = translate_range(ctx, &versions, from, undo, &alone);
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
