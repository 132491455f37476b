#include "run/run.h"

#include "archive/restore.h"
#include "archive/save.h"
#include "base/progress.h"
#include "base/text.h"
#include "base/token.h"
#include "ddl/edit.h"
#include "ddl/live.h"
#include "ddl/render.h"
#include "dependents/compiles.h"
#include "dependents/dqs_requote.h"
#include "dependents/dqs_view.h"
#include "dependents/fkeys.h"
#include "dependents/park.h"
#include "dependents/violation.h"
#include "plan/part.h"
#include "run/vet.h"
#include "schema/dqs_table.h"

/* ---- statements --------------------------------------------------------- */

static const char *const forbidden[] = {
    "BEGIN",  "COMMIT", "END",    "ROLLBACK", "SAVEPOINT", "RELEASE",
    "ATTACH", "DETACH", "VACUUM", "PRAGMA",   NULL,
};

/* The first words of statements that drop objects, or that may call a function
** that drops objects. */
static const char *const dropping[] = {"DROP", "SELECT", "VALUES", "WITH",
                                       NULL};

static const char *const ddl_words[] = {"CREATE", "DROP", "ALTER", NULL};

void run_check(Ctx *ctx, const Step *step) {
  Tokens tokens = token_script(ctx, step->script);
  err_prefix(ctx, "%s", step->name);
  for (int at = 0; ctx_ok(ctx) && at < tokens.count;) {
    const Token *first = &tokens.list[at];
    if (token_is_one_of(first, forbidden))
      err_set(ctx, SQLITE_ERROR,
              "%s, line %d: %.*s is not allowed in a script: transactions and "
              "settings are the caller's; nothing was run",
              step->name, token_line(&tokens, at), first->n, first->z);
    at = token_statement_end(&tokens, at) + 1;
  }
}

enum { EXCERPT = 50 };

/* Returns the beginning of a statement, on one line. */
static const char *excerpt(const char *sql, char *words) {
  int n = 0;
  Token t = token_next(sql);
  while (n < EXCERPT && t.type != TOKEN_END && !token_is(&t, ";")) {
    const char *end = t.z + t.n;
    for (; sql < end && n < EXCERPT; sql++) {
      bool space = char_is_space(*sql);
      if (space && n && words[n - 1] == ' ') continue;
      words[n++] = space ? ' ' : *sql;
    }
    if (sql == end) t = token_next(sql);
  }
  bool more = t.type != TOKEN_END && !token_is(&t, ";");
  sqlite3_snprintf(4, words + n, "%s", more ? "..." : "");
  return words;
}

/* Returns true for SELECT orm_alter_table(...), which is DDL in effect. */
static bool selects_alter(const Token *select) {
  Token name = token_behind(select);
  return token_is(select, "SELECT") && token_is(&name, "orm_alter_table");
}

static void note_way(Ctx *ctx, NameMap *ways, const Token *select,
                     sqlite3_stmt *row) {
  if (ways == NULL || !selects_alter(select)) return;
  Token name = token_behind(select);
  Token open = token_behind(&name);
  Token table = token_behind(&open);
  const char *key = token_name(ctx, &table);
  char *way = db_column_or_null(ctx, row, 0);
  if (key && way) map_put(ctx, ways, key, way);
}

/* Adds a note to the error if INSERT OR ROLLBACK or RAISE(ROLLBACK) has ended
** the caller's transaction. */
static void say_rollback(Ctx *ctx) {
  if (sqlite3_get_autocommit(ctx->db) && !ctx->session->guard->outermost)
    err_prefix(ctx, "your transaction was rolled back, with all that it did "
                    "before this call, because the script says ROLLBACK");
}

/* Runs the first statement of z and returns its end, as SQLite's parser finds
** it. */
static const char *run_one(Ctx *ctx, Vet *vet, NameMap *ways, const char *z,
                           const Token *first, bool is_ddl) {
  const char *tail = z;
  sqlite3_stmt *stmt = NULL;
  if (sqlite3_prepare_v2(ctx->db, z, -1, &stmt, &tail) != SQLITE_OK)
    err_db(ctx);
  vet_statement(ctx, vet, stmt);
  /* orm_alter_table() calls guard_let_go() itself. */
  if (token_is_one_of(first, dropping) && !selects_alter(first))
    guard_let_go(ctx);
  while (db_row(ctx, stmt)) note_way(ctx, ways, first, stmt);
  int rc = ctx->rc & 0xff;
  if (is_ddl && stmt && (rc == SQLITE_CONSTRAINT || rc == SQLITE_ERROR))
    violation_index(ctx, sqlite3_sql(stmt));
  if (rc == SQLITE_CONSTRAINT) say_rollback(ctx);
  db_finish(stmt);
  guard_hold(ctx);
  return tail;
}

/* Runs the first statement of z and returns its end. DDL runs with foreign keys
** off, because DROP TABLE would first delete all rows, with cascades. Other
** statements run with the caller's setting, so that their cascades work. For
** RENAME, the setting legacy_alter_table is off, so that it always rewrites the
** objects that name the table. In an undo, DDL may use unknown words in "double
** quotes" as strings, because the undo must restore texts from connections that
** allow such strings. */
static const char *run_statement(Ctx *ctx, Vet *vet, const Step *step,
                                 const char *z, const Token *first) {
  bool is_ddl = token_is_one_of(first, ddl_words);
  const char *tail = z;
  Parked parked = {.count = 0};
  Requote requote = dqs_requote_before(ctx, first);
  park_for_statement(ctx, &parked, first);
  guard_switch(ctx, !is_ddl && !selects_alter(first), token_is(first, "ALTER"));
  if (step->undo && (is_ddl || selects_alter(first))) guard_strings(ctx, true);
  if (!ctx_ok(ctx)) return tail;
  do {
    tail = run_one(ctx, vet, step->ways, z, first, is_ddl);
  } while (park_blocker(ctx, &parked));
  guard_strings(ctx, false);
  guard_switch(ctx, false, false);
  park_restore(ctx, &parked);
  dqs_requote_after(ctx, &requote);
  return tail;
}

/* After ALTER TABLE ... ADD, restores the archived values of the column. */
static void fill_added(Ctx *ctx, ArchiveWork *work, const Token *first) {
  Token name, word;
  if (!token_alters(first, &name, &word) || !token_is(&word, "ADD")) return;
  Token column = token_behind(&word);
  if (token_is(&column, "COLUMN")) column = token_behind(&column);
  const char *table_name = ctx_ok(ctx) ? token_name(ctx, &name) : NULL;
  const char *column_name = table_name ? token_name(ctx, &column) : NULL;
  if (column_name) restore_added_column(ctx, work, table_name, column_name);
}

/* Runs all statements of the script. Prepares each statement after the previous
** one has run. Begins at the first word of the statement, because SQLite before
** 3.35 does not skip a byte order mark. */
static void run_statements(Ctx *ctx, Vet *vet, const Step *step,
                           ArchiveWork *work) {
  char words[EXCERPT + 4];
  const char *z = step->script;
  for (int number = 1; ctx_ok(ctx) && *z; number++) {
    Token first = token_first(z);
    if (*first.z)
      progress_begin(ctx, "%s, statement %d (%s)", step->name, number,
                     excerpt(first.z, words));
    z = run_statement(ctx, vet, step, first.z, &first);
    fill_added(ctx, work, &first);
    if (!ctx_ok(ctx))
      err_prefix(ctx, "%s, statement %d (%s)", step->name, number,
                 excerpt(first.z, words));
  }
}

/* ---- undeclared indexes and triggers ------------------------------------ */

static void recreate_object(Ctx *ctx, const char *sql, const char *name,
                            const char *table) {
  db_exec(ctx, "%s", edit_in_main(ctx, sql));
  err_prefix(ctx,
             "\"%s\", which somebody put on \"%s\", went with it and cannot be "
             "put back",
             name, table);
}

/* Recreates undeclared indexes and triggers that the script dropped. A script
** drops and creates a view to change it, which drops the triggers of the view.
** An edited script may drop undeclared objects of a table. Returns true if
** there were any. */
static bool recreate_undeclared(Ctx *ctx, const Step *step,
                                const Schema *before, const Schema *now) {
  bool any = false;
  if (now == NULL) return false;
  for (int i = 0; ctx_ok(ctx) && i < before->nobject; i++) {
    const Object *o = before->objects[i];
    if (o->type == OBJECT_TRIGGER && map_get(step->to->relations, o->table) &&
        !map_get(step->from->triggers, o->name) &&
        !map_get(now->triggers, o->name)) {
      recreate_object(ctx, o->sql, o->name, o->table);
      any = true;
    }
  }
  for (int i = 0; ctx_ok(ctx) && i < before->nindex; i++) {
    const Index *index = before->indexes[i];
    if (schema_table(step->to, index->table) &&
        !schema_index(step->from, index->name) &&
        !schema_index(now, index->name)) {
      recreate_object(ctx, render_index(ctx, index), index->name, index->table);
      any = true;
    }
  }
  return any;
}

/* ---- checks before the script runs -------------------------------------- */

/* Returns true if the live table equals the one that the step creates. */
static bool is_same_table(Ctx *ctx, const Table *table) {
  Table copy = *table;
  Schema *part = schema_new(ctx), *wanted = schema_new(ctx);
  Table *live = live_table(ctx, table->name);
  if (live) schema_add_table(ctx, part, live);
  schema_add_table(ctx, wanted, &copy);
  Changes changes = diff_live(ctx, part, wanted);
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx); /* a view */
  return live && changes.count == 0;
}

/* Returns advice for the case that the database has an object with the name of
** the object that c creates. */
static const char *advice_on_name(Ctx *ctx, const Step *step,
                                  const Schema *live, const Change *c) {
  bool same = c->op == OP_CREATE_TABLE && is_same_table(ctx, c->table_to);
  if (same && step->is_new)
    return ", and it is the same: SELECT orm_reflect() adopts it";
  if (same)
    return mem_printf(
        ctx,
        ", and it is the same: if all of the version is in the "
        "database, SELECT orm_stamp(%lld); else rename or drop it",
        step->version);
  if (!step->is_new || c->op != OP_CREATE_TABLE ||
      schema_table(live, c->object) == NULL)
    return "; rename or drop it";
  return mem_printf(ctx,
                    ", and it differs: rename or drop it, or adopt it and then "
                    "change it: %s",
                    transition_adopt_calls(ctx, step->from, live, step->to));
}

/* Fails if the step creates an object whose name is in use in the database. */
static void check_free(Ctx *ctx, const Step *step, const Schema *live,
                       const Changes *changes) {
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++) {
    const Change *c = &changes->list[i];
    bool table = c->op == OP_CREATE_TABLE || c->op == OP_RENAME_TABLE;
    bool index = c->op == OP_CREATE_INDEX || c->op == OP_RENAME_INDEX;
    if (table && map_get(live->relations, c->object) &&
        !map_get(step->from->relations, c->object))
      err_set(ctx, SQLITE_ERROR,
              "%s %s \"%s\", but the database has one that no version made%s",
              step->name,
              c->op == OP_CREATE_TABLE ? "creates table" : "renames a table to",
              c->object, advice_on_name(ctx, step, live, c));
    if (index && schema_index(live, c->object) &&
        !schema_index(step->from, c->object))
      err_set(ctx, SQLITE_ERROR,
              "%s %s \"%s\", but the database has one that no version made, on "
              "table \"%s\"; drop it",
              step->name,
              c->op == OP_CREATE_INDEX ? "creates index"
                                       : "renames an index to",
              c->object, schema_index(live, c->object)->table);
  }
}

static bool is_of_table(const Change *c) {
  return c->table_from || c->table_to;
}

/* Returns the drift to report for the objects in `touched`; NULL: none. Prefers
** the drift of a table. A view or trigger may differ only because a table that
** it uses differs; then the drift of that table is returned. */
static const Change *culprit(Ctx *ctx, Changes *drift, const NameMap *touched) {
  const Change *first = NULL;
  NameMap *tables = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < drift->count; i++)
    if (is_of_table(&drift->list[i]))
      map_put(ctx, tables, drift->list[i].object, &drift->list[i]);
  for (int i = 0; ctx_ok(ctx) && i < drift->count; i++) {
    const Change *c = &drift->list[i], *table = NULL;
    if (!diff_has_key(ctx, touched, c)) continue;
    const Object *object = c->object_to ? c->object_to : c->object_from;
    if (is_of_table(c)) return c;
    if (object) table = (const Change *)compiles_find_name(ctx, object, tables);
    if (table) return table;
    if (first == NULL) first = c;
  }
  return ctx_ok(ctx) ? first : NULL;
}

enum { SAID = 3 };

/* Returns a description of the changes that repair the object of c. */
static const char *mending(Ctx *ctx, const Changes *drift, const Change *c) {
  const char *all = "";
  bool lossy = false;
  for (int i = 0, n = 0; ctx_ok(ctx) && n <= SAID && i < drift->count; i++) {
    const Change *other = &drift->list[i];
    if (!name_equal(other->object, c->object) ||
        is_of_table(other) != is_of_table(c))
      continue;
    const char *one = n < SAID ? diff_describe(ctx, other) : "...";
    all = mem_printf(ctx, "%s%s%s", all, n++ ? ", " : "", one);
    lossy |= other->lossy;
  }
  return mem_printf(ctx, "%s%s", all,
                    lossy ? " (which loses values; what was renamed, rename "
                            "back)"
                          : "");
}

/* Fails if an object that the step changes differs from its state in
** step->from. Returns the keys of all objects that differ. */
static NameMap *check_drift(Ctx *ctx, const Step *step, const Schema *live,
                            Changes *changes, bool *drifts) {
  Schema *part = diff_restrict(ctx, live, step->from, NULL);
  if (part == NULL) return NULL;
  Changes drift = diff_live(ctx, part, step->from);
  NameMap *touched = diff_keys(ctx, changes);
  const Change *c = culprit(ctx, &drift, touched);
  if (c)
    err_set(ctx, SQLITE_ERROR,
            "%s changes %s\"%s\", which is not as the recorded versions left "
            "it; to mend it: %s, or all at once: SELECT orm_repair()%s",
            step->name, diff_has_key(ctx, touched, c) ? "" : "what uses ",
            c->object, mending(ctx, &drift, c),
            step->is_new ? "; to take it over as it is: SELECT orm_reflect()"
                         : ", which keeps what it takes away in the archive");
  *drifts = drift.count > 0;
  return diff_keys(ctx, &drift);
}

/* Returns true if the step drops the table of that name. */
static bool goes_away(const Step *step, const char *name) {
  for (int i = 0; i < step->from->ntable; i++)
    if (name_equal(step->from->tables[i]->name, name))
      return schema_table(step->to, step->renamed->tables[i]->name) == NULL;
  return false;
}

/* Fails if a TEMP object has a name that the step uses, because the statements
** of the script would use the TEMP object. */
static void check_shadows(Ctx *ctx, const Step *step) {
  if (step->part) return; /* there are no TEMP objects: see part.h */
  sqlite3_stmt *rows =
      db_prepare(ctx, "SELECT type, name, tbl_name FROM sqlite_temp_schema"
                      " WHERE name NOT LIKE 'sqlite\\_%%' ESCAPE '\\'");
  while (db_row(ctx, rows)) {
    const char *type = db_column(ctx, rows, 0);
    const char *name = db_column(ctx, rows, 1);
    const char *table = db_column(ctx, rows, 2);
    if (!ctx_ok(ctx)) break;
    const Schema *const sides[] = {step->from, step->to};
    for (int i = 0; i < 2; i++) {
      bool shadows = map_get(sides[i]->relations, name) ||
                     schema_index(sides[i], name) ||
                     map_get(sides[i]->triggers, name);
      bool on_table = strcmp(type, "trigger") == 0 && goes_away(step, table);
      if (shadows || on_table)
        err_set(ctx, SQLITE_ERROR, "%s: TEMP %s \"%s\" %s; drop it first",
                step->name, type, name,
                shadows ? "hides what has that name in the database"
                        : "is on a table that goes away");
    }
  }
  db_finish(rows);
}

static const Token *word_at(const Tokens *tokens, int i) {
  return &tokens->list[i < tokens->count ? i : tokens->count];
}

static bool mentions(const Tokens *tokens, int from, int to, const char *word) {
  for (int i = from; i < to; i++)
    if (token_is(&tokens->list[i], word)) return true;
  return false;
}

static bool is_unique_index(Ctx *ctx, const Token *name) {
  return db_int(ctx,
                "SELECT count(*) FROM \"main\".sqlite_schema WHERE"
                " type = 'index' AND name = %Q COLLATE NOCASE"
                " AND sql LIKE 'CREATE UNIQUE %%'",
                token_name(ctx, name)) > 0;
}

/* Returns true if the statement cannot break a foreign key of an existing
** table, whatever rows there are. This includes orm_alter_table(), which checks
** foreign keys itself. */
static bool keeps_keys(Ctx *ctx, const Tokens *tokens, int at, int end) {
  const Token *first = word_at(tokens, at), *second = word_at(tokens, at + 1);
  const Token *third = word_at(tokens, at + 2), *does = word_at(tokens, at + 3);
  if (token_is(first, "CREATE") || at == end) return true;
  if (token_is(first, "SELECT"))
    return token_is(second, "orm_alter_table") && third->close == end - 1;
  if (token_is(first, "DROP") && token_is(second, "INDEX"))
    return end - at == 3 && !is_unique_index(ctx, third);
  if (token_is(first, "DROP"))
    return token_is(second, "VIEW") || token_is(second, "TRIGGER");
  if (!token_is(first, "ALTER")) return false;
  if (token_is(does, "ADD")) return !mentions(tokens, at, end, "REFERENCES");
  return token_is(does, "RENAME") && !token_is(word_at(tokens, at + 4), "TO");
}

static bool script_keeps_keys(Ctx *ctx, const char *script) {
  Tokens tokens = token_script(ctx, script);
  bool keeps = true;
  for (int at = 0; ctx_ok(ctx) && keeps && at < tokens.count;) {
    int end = token_statement_end(&tokens, at);
    keeps = keeps_keys(ctx, &tokens, at, end);
    at = end + 1;
  }
  return keeps;
}

/* Adds all tables that a statement names, because it may write them. */
static void touch_named(Ctx *ctx, FkeyCheck *check, const Schema *live,
                        const Tokens *tokens, int at, int end) {
  for (; ctx_ok(ctx) && at < end; at++) {
    const Token *t = &tokens->list[at];
    const char *name = token_is_name(t) ? token_name(ctx, t) : NULL;
    if (name && schema_table(live, name)) fkeys_touch(ctx, check, name);
  }
}

/* Adds the tables that the changes concern, and all other tables that the
** script alters or writes. */
static void add_fkeys(Ctx *ctx, FkeyCheck *check, const Step *step,
                      const Schema *live, const Changes *changes) {
  Tokens tokens = token_script(ctx, step->script);
  for (int i = 0; ctx_ok(ctx) && i + 2 < tokens.count; i++) {
    const Token *name = &tokens.list[i + 2];
    if (token_is(&tokens.list[i], "orm_alter_table") &&
        name->type == TOKEN_STRING)
      fkeys_touch(ctx, check, token_name(ctx, name));
  }
  for (int at = 0; ctx_ok(ctx) && at < tokens.count;) {
    int end = token_statement_end(&tokens, at);
    if (!keeps_keys(ctx, &tokens, at, end))
      touch_named(ctx, check, live, &tokens, at, end);
    at = end + 1;
  }
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++) {
    const Change *c = &changes->list[i];
    if (c->table_from == NULL && c->table_to == NULL) continue;
    fkeys_touch(ctx, check, c->object);
    fkeys_touch(ctx, check, c->object_back);
    if (c->op == OP_RENAME_TABLE)
      fkeys_rename(ctx, check, c->object_back, c->object);
  }
  fkeys_gather(ctx, check, live, live);
  fkeys_gather(ctx, check, step->to, live);
  if (step->adopted) fkeys_accept(ctx, check, step->from, step->to, live);
  if (step->mended)
    fkeys_allow_all(
        ctx, check,
        db_text(ctx, "SELECT json_extract(%Q, '$.orphans')", step->mended));
}

/* Returns true if the step drops a foreign key of a table that stays. Then the
** caller counts the rows without a parent, because the undo may have as many
** again. */
static bool drops_keys(const Step *step, const Changes *changes) {
  for (int i = 0; !step->undo && i < changes->count; i++) {
    const Change *c = &changes->list[i];
    const Table *from = c->table_from, *to = c->table_to;
    for (int k = 0; from && to && k < from->nconstraint; k++)
      if (from->constraints[k].kind == CONSTRAINT_FOREIGN &&
          table_lacks_constraint(to, from, k))
        return true;
  }
  return false;
}

/* Adds the name of a changed object. For an index or a trigger, also adds the
** name of its table, because other objects may need the key of the index or the
** effects of the trigger. */
static void add_changed(Ctx *ctx, NameMap *names, const Schema *schema,
                        const char *name) {
  const Index *index = schema_index(schema, name);
  const Object *trigger = schema_object(schema, OBJECT_TRIGGER, name);
  map_put(ctx, names, name, names);
  if (index) map_put(ctx, names, index->table, names);
  if (trigger) map_put(ctx, names, trigger->table, names);
}

/* Returns the names of all objects that the changes concern, and of all other
** objects that the script drops or alters. */
static NameMap *names_changed(Ctx *ctx, const Step *step,
                              const Changes *changes, const Schema *live) {
  NameMap *names = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++) {
    add_changed(ctx, names, live, changes->list[i].object);
    add_changed(ctx, names, live, changes->list[i].object_back);
  }
  Tokens tokens = token_script(ctx, step->script);
  for (int at = 0; ctx_ok(ctx) && at < tokens.count;) {
    int end = token_statement_end(&tokens, at);
    const Token *first = &tokens.list[at];
    bool drops = token_is(first, "DROP") || token_is(first, "ALTER") ||
                 (at + 1 < end && selects_alter(first));
    for (; ctx_ok(ctx) && drops && at < end; at++) {
      const char *name = token_is_name(&tokens.list[at])
                             ? token_name(ctx, &tokens.list[at])
                             : NULL;
      if (name) add_changed(ctx, names, live, name);
    }
    at = end + 1;
  }
  return names;
}

/* ---- the outcome -------------------------------------------------------- */

static void verify_step(Ctx *ctx, const Step *step, const Schema *live,
                        const NameMap *drifted) {
  Schema *part = diff_restrict(ctx, live, step->from, step->to);
  Changes left = {NULL, 0, NULL};
  if (part) left = diff_live(ctx, part, step->to);
  for (int i = 0; ctx_ok(ctx) && i < left.count; i++) {
    if (diff_has_key(ctx, drifted, &left.list[i])) continue;
    err_set(ctx, SQLITE_ERROR,
            "%s was run, but the schema is not what its models say, so "
            "everything was rolled back; missing: %s",
            step->name, diff_describe(ctx, &left.list[i]));
  }
}

/* Returns the result of run_step(). */
static const char *mended(Ctx *ctx, const FkeyCheck *fkeys,
                          const CompileCheck *compiles, const Schema *live) {
  const char *orphans = fkeys_ended(ctx, fkeys);
  const char *objects = compiles_mended(ctx, compiles, live);
  if (!orphans && !objects) return NULL;
  return mem_printf(ctx, "{\"orphans\":%s,\"objects\":%s}",
                    orphans ? orphans : "{}", objects ? objects : "[]");
}

/* ---- the phases of a step ------------------------------------------------ */

/* A step that is being run. */
typedef struct StepRun {
  Guard *guard;
  Step *step;
  Script script;
  Vet vet;
  LiveTexts texts;      /* the live schema before the script */
  LiveTexts now;        /* the live schema after it */
  Schema *after;        /* `now`, or the part of it; NULL: not parsed yet */
  i64 cookie;           /* of `now` */
  const Schema *before; /* the live schema, or the part of it */
  Changes changes;      /* from step->from to step->to */
  NameMap *drifted;     /* keys of drift that the step does not change */
  bool drifts;          /* there is such drift */
  FkeyCheck fkeys;
  CompileCheck compiles;
  ArchiveWork work;
} StepRun;

/* Reads the live schema and refuses a database that the step does not fit. */
static void check_database(Ctx *ctx, StepRun *run) {
  const Step *step = run->step;
  run->texts = step->part ? step->part->texts : live_texts(ctx);
  run->before =
      step->part ? step->part->live : live_parse(ctx, &run->texts, NULL);
  if (!ctx_ok(ctx)) return;
  run->changes = diff_schemas(ctx, step->from, step->renamed, step->to);
  if (!ctx_ok(ctx)) return;
  check_shadows(ctx, step);
  dqs_table_check_schema(ctx, step->renamed, step->to, false);
  check_free(ctx, step, run->before, &run->changes);
  run->drifted =
      check_drift(ctx, step, run->before, &run->changes, &run->drifts);
}

/* Notes which rows break a foreign key, and which views and triggers work. */
static void note_before(Ctx *ctx, StepRun *run) {
  const Step *step = run->step;
  const Schema *live = run->before;
  add_fkeys(ctx, &run->fkeys, step, live, &run->changes);
  if (!script_keeps_keys(ctx, step->script) || drops_keys(step, &run->changes))
    fkeys_before(ctx, &run->fkeys, live);
  run->compiles.declared = step->to;
  run->compiles.adopted = step->adopted;
  run->compiles.mended = step->mended;
  run->compiles.no_temp = step->part != NULL;
  const NameMap *names = names_changed(ctx, step, &run->changes, live);
  compiles_before(ctx, &run->compiles, live, names);
  fkeys_require_keys(ctx, &run->fkeys, live, names);
}

/* Archives the values that the step removes. */
static void archive_before(Ctx *ctx, StepRun *run) {
  const Step *step = run->step;
  ArchiveStep archived = {.name = step->name,
                          .from = step->from,
                          .renamed = step->renamed,
                          .to = step->to,
                          .version = step->version,
                          .undo = step->undo,
                          .noarchive = step->noarchive,
                          .checked = step->checked,
                          .script = step->script,
                          .fills = backfill_list(ctx, step->script),
                          .undone = backfill_list(ctx, step->undone)};
  progress_begin(ctx, "%s: what it takes away", step->name);
  save_before(ctx, &run->work, &archived, run->before);
  if (run->work.ncreated || run->work.naltered)
    fkeys_before(ctx, &run->fkeys, run->before);
}

/* Runs the script. While it runs, the session has the data of the step that
** orm_alter_table() needs. */
static void run_all(Ctx *ctx, StepRun *run) {
  const Step *step = run->step;
  run->script.restored = &run->work.restored;
  run->script.fkeys = &run->fkeys;
  run->script.undoing = step->undo ? step->version : 0;
  run_statements(ctx, &run->vet, step, &run->work);
  run->script.restored = NULL;
  run->script.fkeys = NULL;
  run->script.undoing = 0;
  if (ctx_ok(ctx))
    guard_check_deferred(
        ctx, run->guard,
        mem_printf(ctx,
                   "%s: FOREIGN KEY constraint failed: the script leaves rows "
                   "without a parent",
                   step->name));
}

/* ---- the part that the step changes ---------------------------------------
** */

static i64 schema_cookie(Ctx *ctx) {
  return db_int(ctx, "PRAGMA \"main\".schema_version");
}

/* Reads the live schema after the script. */
static void read_now(Ctx *ctx, StepRun *run) {
  run->cookie = schema_cookie(ctx);
  run->now = live_texts(ctx);
  run->after = NULL;
}

/* Returns the live schema after the script, or the part of it. */
static Schema *live_now(Ctx *ctx, StepRun *run) {
  const Partial *part = run->step->part;
  if (run->after == NULL)
    run->after =
        live_parse(ctx, &run->now, part ? scope_relations(part->scope) : NULL);
  return ctx_ok(ctx) ? run->after : NULL;
}

/* Compares everything from now on, although the step began with a part. The
** rest of the schema was settled, so it had no drift. */
static void widen(Ctx *ctx, StepRun *run) {
  Step *step = run->step;
  Declared from = {step->rows_from, NULL}, to = {step->rows_to, NULL};
  from.schema = from.rows ? model_read(ctx, from.rows) : schema_new(ctx);
  to.schema = to.rows ? model_read(ctx, to.rows) : schema_new(ctx);
  if (!ctx_ok(ctx)) return;
  const Transition whole = transition_between(ctx, &from, to.schema);
  step->part = NULL;
  step->from = whole.from;
  step->renamed = whole.renamed;
  step->to = whole.to;
  run->after = NULL;
  run->before = live_parse(ctx, &run->texts, NULL);
}

/* Recreates undeclared objects that were dropped, and restores archived values.
*/
static void restore_rest(Ctx *ctx, StepRun *run) {
  read_now(ctx, run);
  if (run->step->part && ctx_ok(ctx) &&
      !part_has_changes(ctx, run->step->part, &run->now))
    widen(ctx, run);
  if (recreate_undeclared(ctx, run->step, run->before, live_now(ctx, run)))
    read_now(ctx, run);
  progress_begin(ctx, "%s: what comes back", run->step->name);
  const Schema *live = live_now(ctx, run);
  if (live) restore_after(ctx, &run->work, &run->fkeys, live);
  if (ctx_ok(ctx) && schema_cookie(ctx) != run->cookie) read_now(ctx, run);
}

/* ---- verification -------------------------------------------------------- */

/* Returns the live schema after the step, which must be as the step declares
** it. If the part is not, everything is compared, for the message. */
static const Schema *verified(Ctx *ctx, StepRun *run) {
  const Step *step = run->step;
  const Schema *after = live_now(ctx, run);
  if (after) verify_step(ctx, step, after, run->drifted);
  if (step->part == NULL || !err_is_refusal(ctx)) return after;
  err_forget(ctx);
  widen(ctx, run);
  after = live_now(ctx, run);
  if (after) verify_step(ctx, step, after, run->drifted);
  return after;
}

/* Verifies the result. Returns the result of run_step(). */
static const char *verify_after(Ctx *ctx, StepRun *run) {
  Step *step = run->step;
  if (!ctx_ok(ctx)) return NULL;
  if (step->part && !part_has_changes(ctx, step->part, &run->now))
    widen(ctx, run);
  const Schema *after = ctx_ok(ctx) ? verified(ctx, run) : NULL;
  if (!ctx_ok(ctx)) return NULL;
  fkeys_after(ctx, &run->fkeys, after);
  compiles_after(ctx, &run->compiles, after);
  dqs_table_check_kept(ctx, run->before, after, step->to);
  dqs_view_check(ctx, run->before, after);
  err_prefix(ctx, "%s", step->name);
  step->settled = !run->drifts;
  step->now = run->now;
  return step->undo ? NULL : mended(ctx, &run->fkeys, &run->compiles, after);
}

static const char *run_phases(Ctx *ctx, StepRun *run) {
  check_database(ctx, run);
  if (!ctx_ok(ctx)) return NULL;
  note_before(ctx, run);
  archive_before(ctx, run);
  run_all(ctx, run);
  restore_rest(ctx, run);
  return verify_after(ctx, run);
}

const char *run_step(Ctx *ctx, Guard *guard, Step *step) {
  StepRun run = {.guard = guard, .step = step};
  vet_begin(ctx, &run.script, &run.vet);
  ctx->session->script = &run.script;
  const char *text = run_phases(ctx, &run);
  ctx->session->script = NULL;
  return text;
}
