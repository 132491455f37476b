#include "alter/alter.h"

#include "alter/fts_alter.h"
#include "alter/inplace.h"
#include "alter/refill.h"
#include "alter/rewrite.h"
#include "base/guard.h"
#include "base/moment.h"
#include "base/nearest.h"
#include "base/transcript.h"
#include "ddl/live.h"
#include "ddl/render.h"
#include "ddl/schema_text.h"
#include "ddl/verbs.h"
#include "dependents/compiles.h"
#include "dependents/dqs_requote.h"
#include "dependents/dqs_view.h"
#include "dependents/fkeys.h"
#include "dependents/park.h"
#include "schema/dqs_table.h"
#include "schema/rowkey.h"

typedef struct Alter {
  Ctx *ctx;
  Guard guard;
  const char *integrity; /* the result of dqs_requote_names() */
  const Schema *before;  /* the schema before the change, if `alone` */
  const Table *old;      /* the table as it was */
  const Table *from;     /* `old` after the renames: the same columns */
  Table *to;
  const char *verbs;         /* ADD, ALTER, DROP, RENAME ...; or NULL */
  const char *sql;           /* the new CREATE TABLE, as given */
  const char *stored;        /* the same, as SQLite stores it */
  Method forced;             /* METHODS: the cheapest safe one */
  RestoredColumns *restored; /* values that the archive restores; or NULL */
  bool alone;                /* the call is not in a script */
  bool drop;                 /* columns may be dropped */
  FkeyCheck *script_fkeys;   /* the check of the script, or NULL */
  FkeyCheck fkeys;
  CompileCheck compiles;
  Parked parked; /* objects that block renames */
} Alter;

/* ---- the new definition -------------------------------------------------- */

static Table *read_new_table(Ctx *ctx, const Table *from,
                             const char *create_sql) {
  Statement *s = parse_with_directives(ctx, create_sql);
  err_prefix(ctx, "the new definition of table \"%s\"", from->name);
  if (s == NULL) return NULL;
  bool in_main = s->schema == NULL || name_equal(s->schema, "main");
  if (s->table == NULL || s->temp || !in_main)
    err_set(ctx, SQLITE_ERROR,
            "the new definition of table \"%s\" must be a CREATE TABLE in main",
            from->name);
  else if (!name_equal(s->name, from->name) &&
           !(s->table->renamed_from &&
             name_equal(s->table->renamed_from, from->name)))
    err_set(
        ctx, SQLITE_ERROR,
        "the new definition of table \"%s\" is named \"%s\"; if it is to be "
        "called so, write -- @renamed from=%s behind its (",
        from->name, s->name, render_name(ctx, from->name));
  return s->table;
}

/* ---- renames ------------------------------------------------------------- */

/* Renames the table or a column by SQLite's own RENAME, which also rewrites all
** objects that use it
** (https://sqlite.org/lang_altertable.html#alter_table_rename). `what` is ""
** for the table, and COLUMN and its name for a column. */
static void native_rename(Alter *a, const char *what, const char *to) {
  Ctx *ctx = a->ctx;
  guard_switch(ctx, false, true);
  do {
    transcript_exec(ctx, "ALTER TABLE \"main\".\"%w\" RENAME %s TO %s",
                    a->from->name, what, render_name(ctx, to));
  } while (park_blocker(ctx, &a->parked));
  guard_switch(ctx, false, false);
  err_prefix(ctx, "table \"%s\"", a->from->name);
  if (ctx_ok(ctx)) a->from = live_table(ctx, *what ? a->from->name : to);
}

static void alter_rename_column(Alter *a, const char *from, const char *to) {
  char *what = mem_printf(a->ctx, "COLUMN \"%w\"", from);
  if (what && to) native_rename(a, what, to);
}

/* Returns the new column that the old one is renamed to; NULL if there is
** none. */
static const Column *renamed_to(const Alter *a, const char *old) {
  for (int i = 0; i < a->to->ncolumn; i++) {
    const Column *c = &a->to->columns[i];
    if (c->renamed_from && name_equal(c->renamed_from, old)) return c;
  }
  return NULL;
}

/* Returns true if the change drops the column and its values. */
static bool alter_drops(const Alter *a, const char *name) {
  int namesake = table_column(a->to, name);
  bool stays = namesake >= 0 && a->to->columns[namesake].renamed_from == NULL;
  return !stays && renamed_to(a, name) == NULL;
}

/* Fails because the table has no column with the old name of the directive. The
** message suggests a column that the new definition would drop. */
static void refuse_unknown_column(Alter *a, const Column *column) {
  Nearest near = {.name = column->renamed_from};
  for (int i = 0; i < a->old->ncolumn; i++)
    if (alter_drops(a, a->old->columns[i].name))
      nearest_try(&near, a->old->columns[i].name);
  err_set(a->ctx, SQLITE_ERROR,
          "table \"%s\": column \"%s\" is declared as renamed from \"%s\", "
          "but there is no such column%s",
          a->old->name, column->name, near.name,
          nearest_hint(a->ctx, &near, ""));
}

static void check_renames(Alter *a) {
  Ctx *ctx = a->ctx;
  for (int i = 0; ctx_ok(ctx) && i < a->to->ncolumn; i++) {
    const Column *c = &a->to->columns[i];
    if (c->renamed_from == NULL) continue;
    if (table_column(a->old, c->renamed_from) < 0)
      refuse_unknown_column(a, c);
    else if (renamed_to(a, c->renamed_from) != c)
      err_set(ctx, SQLITE_ERROR,
              "table \"%s\": two columns are said to be renamed from \"%s\"",
              a->old->name, c->renamed_from);
  }
}

static bool is_drop_allowed(const Alter *a, const char *name) {
  for (int i = 0; i < a->to->ndropped; i++)
    if (name_equal(a->to->dropped[i], name)) return true;
  return false;
}

/* Returns the new column whose name resembles that of the dropped one; it may
** be a misspelling. */
static const char *resembling_column(const Alter *a, const char *name) {
  Nearest near = {.name = name};
  for (int i = 0; i < a->to->ncolumn; i++)
    if (table_column(a->old, a->to->columns[i].name) < 0 &&
        a->to->columns[i].renamed_from == NULL)
      nearest_try(&near, a->to->columns[i].name);
  return near.best;
}

/* Describes a dropped column: "amount" (2 rows have a value; the new column
** "amountt" resembles it) */
static char *describe_loss(Alter *a, const char *name) {
  Ctx *ctx = a->ctx;
  i64 rows = db_int(
      ctx, "SELECT count(*) FROM \"main\".\"%w\" WHERE \"%w\" IS NOT NULL",
      a->old->name, name);
  const char *like = resembling_column(a, name);
  char *hint =
      like ? mem_printf(ctx, "; the new column \"%s\" resembles it", like)
           : mem_text(ctx, "", -1);
  if (rows == 0)
    return mem_printf(ctx, "\"%s\" (no row has a value%s)", name, hint);
  return mem_printf(ctx, "\"%s\" (%lld row%s a value%s)", name, rows,
                    rows == 1 ? " has" : "s have", hint);
}

/* Refuses to drop columns without permission: a misspelt name would drop a
** column, and no archive saves its values. */
static void check_losses(Alter *a) {
  Ctx *ctx = a->ctx;
  const char *first = NULL, *list = NULL;
  int count = 0;
  for (int i = 0; ctx_ok(ctx) && i < a->old->ncolumn; i++) {
    const char *name = a->old->columns[i].name;
    if (!alter_drops(a, name) || is_drop_allowed(a, name)) continue;
    char *loss = describe_loss(a, name);
    list = count++ ? mem_printf(ctx, "%s, %s", list, loss) : loss;
    if (first == NULL) first = name;
  }
  if (first == NULL || !ctx_ok(ctx)) return;
  const char *like = resembling_column(a, first);
  char *rename =
      like ? mem_printf(
                 ctx,
                 "write -- @renamed from=%s after \"%s\" if that is it, or ",
                 render_name(ctx, first), like)
           : mem_text(ctx, "", -1);
  err_set(
      ctx, SQLITE_ERROR,
      "table \"%s\" would lose the column%s %s; %sallow it by -- @dropped %s "
      "between the parentheses, or by the option 'drop'",
      a->old->name, count > 1 ? "s" : "", list, rename,
      render_name(ctx, first));
}

/* Fails if a column with `-- @dropped` does not exist, or if the new definition
** has it. */
static void check_dropped_names(Alter *a) {
  for (int i = 0; ctx_ok(a->ctx) && i < a->to->ndropped; i++) {
    Nearest near = {.name = a->to->dropped[i]};
    if (table_column(a->old, near.name) < 0) {
      for (int k = 0; k < a->old->ncolumn; k++)
        nearest_try(&near, a->old->columns[k].name);
      err_set(a->ctx, SQLITE_ERROR,
              "table \"%s\" has no column \"%s\" that could be dropped%s",
              a->old->name, near.name, nearest_hint(a->ctx, &near, ""));
    } else if (!alter_drops(a, near.name)) {
      err_set(a->ctx, SQLITE_ERROR,
              "table \"%s\": column \"%s\" has -- @dropped, but is in the new "
              "definition",
              a->old->name, near.name);
    }
  }
}

/* Refuses a new foreign key to a missing table: each INSERT would fail. */
static void check_parents(Alter *a) {
  Ctx *ctx = a->ctx;
  for (int i = 0; ctx_ok(ctx) && i < a->to->nconstraint; i++) {
    const Constraint *c = &a->to->constraints[i];
    if (c->kind != CONSTRAINT_FOREIGN || c->external ||
        !table_lacks_constraint(a->from, a->to, i) ||
        name_equal(c->parent, a->to->name) || db_has_table(ctx, c->parent))
      continue;
    err_set(
        ctx, SQLITE_ERROR,
        "table \"%s\": there is no table \"%s\", to which the foreign key of "
        "\"%s\" points; create it first, or write -- @external after the key "
        "if something else makes that table",
        a->old->name, c->parent, c->terms[0].column);
  }
}

/* Returns true if a column gets the name of another one. */
static bool alter_reuses_names(const Alter *a) {
  for (int i = 0; i < a->to->ncolumn; i++) {
    const Column *c = &a->to->columns[i];
    if (c->renamed_from && !name_equal(c->renamed_from, c->name) &&
        table_column(a->old, c->name) >= 0)
      return true;
  }
  return false;
}

/* Gives temporary names to the columns that are renamed and to the columns
** whose names are reused. */
static void rename_to_temporary(Alter *a) {
  Ctx *ctx = a->ctx;
  for (int i = 0; ctx_ok(ctx) && i < a->old->ncolumn; i++) {
    const char *name = a->old->columns[i].name;
    int namesake = table_column(a->to, name);
    bool loses = namesake >= 0 && a->to->columns[namesake].renamed_from;
    const char *temporary = renamed_to(a, name)
                                ? mem_printf(ctx, "orm_renamed_%d", i)
                            : loses ? mem_printf(ctx, "orm_dropped_%s", name)
                                    : NULL;
    if (temporary) alter_rename_column(a, name, temporary);
  }
}

/* Returns true if the table is renamed. Only a directive renames it, even if
** just the letter case changes. */
static bool table_is_renamed(const Alter *a) {
  return a->to->renamed_from && strcmp(a->old->name, a->to->name) != 0;
}

/* Sets an error if a view or trigger still has the old name of a renamed
** column, and SQLite now reads that name as a string. Later another column may
** get this name. */
static void check_strings(Alter *a, const Schema *before) {
  Ctx *ctx = a->ctx;
  NameMap *names = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < a->to->ncolumn; i++)
    if (a->to->columns[i].renamed_from)
      map_put(ctx, names, a->to->columns[i].renamed_from, names);
  if (!ctx_ok(ctx) || !dqs_view_has_quoted(ctx, before, names)) return;
  const Schema *now = live_read(ctx);
  if (now) dqs_view_check(ctx, before, now);
}

/* Renames the columns. If a new name is in use, all columns concerned first get
** temporary names. Views are checked at that point: before 3.37, SQLite may
** leave an old name in a view, and the view would then silently use another
** column. */
static void alter_rename_columns(Alter *a, const Schema *before) {
  Ctx *ctx = a->ctx;
  bool temporary = alter_reuses_names(a);
  if (temporary) rename_to_temporary(a);
  if (temporary) check_strings(a, before);
  for (int i = 0; ctx_ok(ctx) && i < a->old->ncolumn; i++) {
    const char *old = a->old->columns[i].name;
    const Column *c = renamed_to(a, old);
    if (c == NULL || strcmp(old, c->name) == 0) continue;
    alter_rename_column(
        a, temporary ? mem_printf(ctx, "orm_renamed_%d", i) : old, c->name);
  }
}

static void rename_all(Alter *a) {
  NameMap *names = map_new(a->ctx);
  map_put(a->ctx, names, a->old->name, names);
  const Schema *live = live_read(a->ctx);
  if (live) park_for_rename(a->ctx, &a->parked, live, names);
  if (ctx_ok(a->ctx) && table_is_renamed(a)) {
    if (name_equal(a->old->name, a->to->name))
      native_rename(a, "", "orm_renamed");
    if (ctx_ok(a->ctx)) native_rename(a, "", a->to->name);
  }
  if (live && ctx_ok(a->ctx)) alter_rename_columns(a, live);
  park_restore(a->ctx, &a->parked);
  if (live) check_strings(a, live);
}

static bool alter_has_renames(const Alter *a) {
  bool has = table_is_renamed(a);
  for (int i = 0; i < a->to->ncolumn; i++)
    has |= a->to->columns[i].renamed_from != NULL;
  return has;
}

static void check_settings(Alter *a) {
  if (db_int(a->ctx, "PRAGMA ignore_check_constraints"))
    err_set(a->ctx, SQLITE_ERROR,
            "table \"%s\": PRAGMA ignore_check_constraints is on, so that the "
            "copy could not be trusted; switch it off",
            a->from->name);
}

/* ---- checks before and after --------------------------------------------- */

static void verify_altered(Alter *a) {
  const Table *now = live_table(a->ctx, a->to->name);
  if (now && !table_equal(a->ctx, now, a->to))
    err_set(a->ctx, SQLITE_ERROR,
            "table \"%s\" did not become what was asked for; this is a defect "
            "of orm, and nothing was changed",
            a->to->name);
}

/* Notes the views and triggers that use the table and work before the
** change. */
static void note_working_objects(Alter *a) {
  Ctx *ctx = a->ctx;
  NameMap *names = map_new(ctx);
  const Schema *live = live_read(ctx);
  if (live == NULL) return;
  a->before = live;
  map_put(ctx, names, a->old->name, a->to);
  map_put(ctx, names, a->to->name, a->to);
  compiles_before(ctx, &a->compiles, live, names);
}

/* Counts the violations of the foreign keys that the change may break: the keys
** of the table before and after the change, and with `others` the keys of other
** tables that refer to it. */
static void count_orphans_alone(Alter *a, bool others) {
  Ctx *ctx = a->ctx;
  const Schema *live = live_read(ctx);
  Schema *wanted = live ? schema_new(ctx) : NULL;
  if (wanted == NULL) return;
  schema_add_table(ctx, wanted, a->to);
  fkeys_touch(ctx, &a->fkeys, a->to->name);
  if (others) fkeys_gather(ctx, &a->fkeys, live, live);
  fkeys_gather(ctx, &a->fkeys, wanted, live);
  fkeys_before(ctx, &a->fkeys, live);
}

/* Counts violations of foreign keys before the first statement that may break
** one. */
static void count_orphans_before(Alter *a, bool others) {
  if (a->alone) {
    count_orphans_alone(a, others);
  } else if (a->script_fkeys) {
    const Schema *live = live_read(a->ctx);
    if (live) fkeys_before(a->ctx, a->script_fkeys, live);
  }
}

static void check_after(Alter *a) {
  const Schema *live = live_read(a->ctx);
  if (live == NULL) return;
  fkeys_after(a->ctx, &a->fkeys, live);
  if (!ctx_ok(a->ctx)) return;
  compiles_after(a->ctx, &a->compiles, live);
  dqs_table_check_kept(a->ctx, a->before, live, NULL);
  dqs_view_check(a->ctx, a->before, live);
  err_prefix(a->ctx, "table \"%s\"", a->to->name);
}

/* ---- the method ---------------------------------------------------------- */

/* Returns true if the archive restores values of the table. */
static bool has_returns(const Alter *a) {
  for (int i = 0; a->restored && i < a->restored->count; i++)
    if (!a->restored->list[i].used &&
        name_equal(a->restored->list[i].table, a->to->name))
      return true;
  return false;
}

/* Lists the differences. If the archive restores values of columns that exist,
** adds a difference that needs a rewrite. */
static TableDiff list_changes(Alter *a) {
  TableDiff deltas = tablediff_compare(a->ctx, a->from, a->to);
  if (has_returns(a) && !refill_is_possible(a->restored, a->from, a->to))
    tablediff_add_values(a->ctx, &deltas);
  return deltas;
}

/* Writes the values that the archive restores in columns that a change in place
** has added. Returns true if there are any. */
static bool refill(Alter *a) {
  RestoredColumn **list = NULL;
  int count = 0;
  for (int i = 0; a->restored && i < a->restored->count; i++) {
    RestoredColumn *c = &a->restored->list[i];
    if (c->used || !name_equal(c->table, a->to->name)) continue;
    RestoredColumn **slot = MEM_PUSH(a->ctx, list, count);
    if (slot) *slot = c;
  }
  refill_columns(a->ctx, a->to, list, count);
  return count > 0;
}

/* Returns the state for the rules. A transcript must run on any SQLite that orm
** supports, so its state is that of the oldest one, in defensive mode. */
static RuleState rule_state(const Ctx *ctx) {
  if (transcript_wanted(ctx)) return (RuleState){OLDEST_SQLITE, true};
  return (RuleState){sqlite3_libversion_number(), guard_is_defensive(ctx->db)};
}

/* Returns the cheapest safe method, or the forced one. A transcript is made on
** a database without rows, where a scan proves nothing. Therefore a transcript
** has a rewrite in place of a scan. */
static Method choose_method(Alter *a, const TableDiff *deltas,
                            const RuleState *state) {
  Method method = rules_method(deltas, state);
  if (transcript_wanted(a->ctx) && method == METHOD_SCAN)
    method = METHOD_REWRITE;
  if (a->forced == METHODS) return method;
  if (a->forced < method)
    err_set(a->ctx, SQLITE_ERROR, "table \"%s\": method=%s: %s", a->old->name,
            rules_method_name(a->forced),
            rules_why(a->ctx, deltas, state, a->forced));
  return a->forced;
}

/* Makes the change in place. Returns false if SQLite refused a change that the
** rules allow: the caller then makes a rewrite. */
static bool change_in_place(Alter *a, const TableDiff *deltas,
                            const RuleState *state, Method method) {
  Ctx *ctx = a->ctx;
  bool all = method == METHOD_SCAN && method > rules_method(deltas, state);
  int recorded = transcript_count(ctx);
  if (!ctx_ok(ctx) || (deltas->count == 0 && !all)) return true;
  bool broken = inplace_change(ctx, deltas, state, all);
  if (broken || !err_is_refusal(ctx)) return true;
  if (a->forced != METHODS) {
    err_prefix(ctx, "table \"%s\": method=%s", a->old->name,
               rules_method_name(a->forced));
    return true;
  }
  err_forget(ctx);
  transcript_truncate(ctx, recorded);
  return !ctx_ok(ctx);
}

static bool has_new_keys(const Alter *a) {
  for (int i = 0; i < a->to->nconstraint; i++)
    if (a->to->constraints[i].kind == CONSTRAINT_FOREIGN &&
        table_lacks_constraint(a->from, a->to, i))
      return true;
  return false;
}

/* Returns true if a rewrite is faster than one DROP COLUMN per column: each of
** them writes all rows and compiles the whole schema. A rewrite refuses a table
** with TEMP triggers. */
static bool drops_many(Alter *a, const TableDiff *deltas) {
  enum { FEW = 2 };
  int drops = 0;
  for (int i = 0; i < deltas->count; i++)
    drops += deltas->list[i].kind == TABLEDIFF_DROP_COLUMN;
  return drops > FEW && !db_int(a->ctx,
                                "SELECT EXISTS (SELECT 1 FROM"
                                " sqlite_temp_schema WHERE type = 'trigger'"
                                " AND tbl_name = %Q COLLATE NOCASE)",
                                a->from->name);
}

/* Returns true if the rows can stay in place. A rewrite is needed to drop a
** column that the triggers of the archive use: the copy omits these
** triggers. */
static bool may_keep_rows(Alter *a, const TableDiff *deltas,
                          const RuleState *state, Method method) {
  bool chosen = a->forced != METHODS ||
                transcript_wanted(a->ctx); /* see choose_method() */
  if (chosen && method == METHOD_REWRITE) return false;
  if (!rules_in_place(deltas, state) || drops_many(a, deltas)) return false;
  return !tablediff_has(deltas, TABLEDIFF_DROP_COLUMN) ||
         rowkey_is_same(a->ctx, a->from, a->to);
}

/* Refuses to drop a column that the table's own expressions or its indexes
** use. */
static void check_dropped_uses(Alter *a) {
  int kept = 0;
  while (kept < a->from->ncolumn &&
         table_column(a->to, a->from->columns[kept].name) >= 0)
    kept++;
  if (kept == a->from->ncolumn) return;
  const Schema *live = live_read_table(a->ctx, a->from->name);
  if (live) dqs_table_check_dropped(a->ctx, a->from, a->to, live);
}

static Method change_table(Alter *a) {
  Ctx *ctx = a->ctx;
  RuleState state = rule_state(ctx);
  TableDiff deltas = list_changes(a);
  Method method = choose_method(a, &deltas, &state);
  bool copies = !may_keep_rows(a, &deltas, &state, method);
  if (copies || has_new_keys(a)) count_orphans_before(a, copies);
  if (copies || !change_in_place(a, &deltas, &state, method)) {
    if (!copies) count_orphans_before(a, true);
    rewrite_table(ctx, a->old, a->from, a->to, a->sql, a->restored);
    method = METHOD_REWRITE;
  }
  return refill(a) ? METHOD_REWRITE : method;
}

/* ---- the plan ------------------------------------------------------------ */

/* Returns the table as the renames will leave it. */
static const Table *renamed_table(Alter *a) {
  Table names = *a->old;
  names.name = table_is_renamed(a) ? a->to->name : a->old->name;
  names.columns =
      (Column *)mem_new(a->ctx, sizeof(Column) * (size_t)(a->old->ncolumn + 1));
  for (int i = 0; names.columns && i < names.ncolumn; i++) {
    names.columns[i] = a->old->columns[i];
    const Column *c = renamed_to(a, names.columns[i].name);
    if (c) names.columns[i].name = c->name;
  }
  const char *sql = a->old->sql;
  return ctx_ok(a->ctx) ? verbs_rename(a->ctx, &sql, &names) : NULL;
}

/* Adds a text to a JSON array. */
static void plan_add_text(Ctx *ctx, sqlite3_str *json, const char *text) {
  const char *quoted =
      text ? db_text(ctx, "SELECT json_quote(%Q)", text) : NULL;
  if (quoted)
    sqlite3_str_appendf(json, "%s%s", sqlite3_str_length(json) > 1 ? "," : "",
                        quoted);
}

/* Returns the changes in words, the renames first, as JSON. */
static const char *list_planned(Alter *a, const TableDiff *deltas) {
  Ctx *ctx = a->ctx;
  sqlite3_str *json = sqlite3_str_new(ctx->db);
  sqlite3_str_appendall(json, "[");
  if (table_is_renamed(a))
    plan_add_text(ctx, json,
                  mem_printf(ctx, "\"%s\" is renamed to \"%s\"", a->old->name,
                             a->to->name));
  for (int i = 0; i < a->to->ncolumn; i++)
    if (a->to->columns[i].renamed_from)
      plan_add_text(ctx, json,
                    mem_printf(ctx, "\"%s\" is renamed to \"%s\"",
                               a->to->columns[i].renamed_from,
                               a->to->columns[i].name));
  for (int i = 0; i < deltas->count; i++)
    plan_add_text(ctx, json, tablediff_describe(ctx, deltas, &deltas->list[i]));
  sqlite3_str_appendall(json, "]");
  return mem_finish(ctx, json);
}

/* Returns the names of the dropped columns as JSON. */
static const char *list_dropped(Alter *a) {
  sqlite3_str *json = sqlite3_str_new(a->ctx->db);
  sqlite3_str_appendall(json, "[");
  for (int i = 0; i < a->old->ncolumn; i++)
    if (alter_drops(a, a->old->columns[i].name))
      plan_add_text(a->ctx, json, a->old->columns[i].name);
  sqlite3_str_appendall(json, "]");
  return mem_finish(a->ctx, json);
}

static char *plan_change(Alter *a) {
  Ctx *ctx = a->ctx;
  check_renames(a);
  check_dropped_names(a);
  if (ctx_ok(ctx)) a->from = renamed_table(a);
  if (!ctx_ok(ctx)) return NULL;
  RuleState state = rule_state(ctx);
  TableDiff deltas = list_changes(a);
  Method method = choose_method(a, &deltas, &state);
  if (!may_keep_rows(a, &deltas, &state, method)) method = METHOD_REWRITE;
  const char *changes = list_planned(a, &deltas);
  const char *dropped = list_dropped(a);
  return db_text(ctx,
                 "SELECT json_object('method', %Q, 'rows', (SELECT count(*)"
                 " FROM \"main\".\"%w\"), 'changes', json(%Q), 'dropped',"
                 " json(%Q), 'why', %Q, 'sql', %Q)",
                 rules_method_name(method), a->old->name, changes, dropped,
                 rules_why(ctx, &deltas, &state, METHOD_INSTANT), a->stored);
}

/* ---- the call ------------------------------------------------------------ */

/* Applies the verbs to the present text of the table. */
static void read_verbs(Alter *a) {
  Verbs verbs = verbs_apply(a->ctx, a->old, a->verbs);
  a->sql = verbs.sql;
  a->drop |= verbs.drops;
  if (verbs.fills && !a->alone)
    err_set(a->ctx, SQLITE_ERROR,
            "table \"%s\": USING: in a script write the complete CREATE TABLE, "
            "with -- @backfill after the column: the archive then keeps the "
            "old values",
            a->old->name);
}

static void read_tables(Alter *a, const char *table) {
  a->old = a->from = live_table(a->ctx, table);
  if (a->old && a->verbs) read_verbs(a);
  if (!ctx_ok(a->ctx)) return;
  a->to = a->from ? read_new_table(a->ctx, a->from, a->sql) : NULL;
  while (ctx_ok(a->ctx)) {
    const char *sql = dqs_table_requote(a->ctx, a->sql, a->from, a->to);
    if (!ctx_ok(a->ctx) || sql == a->sql) break;
    a->sql = sql;
    a->to = read_new_table(a->ctx, a->from, sql);
  }
  a->stored = a->to ? schema_text_as_stored(a->ctx, a->sql) : NULL;
}

/* Changes "string" to 'string' where a new column gets that name. */
static void requote_strings(Alter *a) {
  NameMap *names = map_new(a->ctx);
  bool any = false;
  for (int i = 0; ctx_ok(a->ctx) && i < a->to->ncolumn; i++) {
    const char *name = a->to->columns[i].name;
    if (table_column(a->old, name) >= 0) continue;
    map_put(a->ctx, names, name, names);
    any = true;
  }
  if (any) a->integrity = dqs_requote_names(a->ctx, a->old->name, names);
}

static bool is_unchanged(Alter *a) {
  return ctx_ok(a->ctx) && a->forced == METHODS && !alter_has_renames(a) &&
         schema_text_is_current(a->ctx, a->from->name, a->stored) &&
         !has_returns(a) &&
         tablediff_compare(a->ctx, a->from, a->to).count == 0;
}

/* Makes the change that was found before the lock was taken, at `moment`. */
static Method alter_guarded(Alter *a, const char *table, const Moment *moment) {
  Ctx *ctx = a->ctx;
  if (!moment_is_now(ctx, moment)) read_tables(a, table);
  if (!ctx_ok(ctx)) return METHOD_INSTANT;
  check_settings(a);
  check_renames(a);
  check_dropped_names(a);
  if (a->alone && !a->drop) check_losses(a);
  if (a->alone) check_parents(a);
  if (a->alone && ctx_ok(ctx)) note_working_objects(a);
  if (table_is_renamed(a) && !a->alone) count_orphans_before(a, true);
  if (ctx_ok(ctx)) requote_strings(a);
  if (ctx_ok(ctx) && alter_has_renames(a)) rename_all(a);
  if (ctx_ok(ctx)) check_dropped_uses(a);
  Method method = ctx_ok(ctx) ? change_table(a) : METHOD_INSTANT;
  if (ctx_ok(ctx)) verify_altered(a);
  if (ctx_ok(ctx)) schema_text_set_table(ctx, a->to->name, a->stored);
  dqs_requote_check(ctx, a->to->name, a->integrity);
  if (a->alone) check_after(a);
  return method;
}

/* Replaces the text of an index, view or trigger by a text of the same
** meaning. */
static void alter_object_text(Ctx *ctx, const char *name, const Statement *s,
                              bool alone) {
  Guard guard;
  guard_begin(ctx, &guard);
  if (ctx_ok(ctx)) schema_text_set_object(ctx, s, name, !alone);
  guard_end(ctx, &guard);
}

/* Returns the virtual table of that name; NULL if there is none. */
static const Object *find_virtual_table(Ctx *ctx, const char *name) {
  const char *sql = db_text_or_null(
      ctx,
      "SELECT sql FROM \"main\".sqlite_schema WHERE type = 'table'"
      " AND name = %Q COLLATE NOCASE AND sql LIKE 'CREATE VIRTUAL%%'",
      name);
  Statement *s = sql && ctx_ok(ctx) ? parse_create(ctx, sql) : NULL;
  return s ? s->object : NULL;
}

static Method alter_virtual_table(Ctx *ctx, const Object *old,
                                  const Statement *s) {
  Guard guard;
  if (s->object == NULL || s->object->type != OBJECT_VIRTUAL ||
      !name_equal(s->name, old->name))
    err_set(ctx, SQLITE_ERROR,
            "\"%s\" is a virtual table: its new definition must be a CREATE "
            "VIRTUAL TABLE of that name",
            old->name);
  if (!ctx_ok(ctx)) return METHOD_INSTANT;
  guard_begin(ctx, &guard);
  bool rebuilt = ctx_ok(ctx) && fts_alter_table(ctx, old, s->sql);
  guard_end(ctx, &guard);
  return rebuilt ? METHOD_REWRITE : METHOD_INSTANT;
}

static Method alter_ordinary_table(Ctx *ctx, const char *table,
                                   const char *create_sql,
                                   const AlterOptions *options) {
  const Script *script = ctx_script(ctx);
  Method method = METHOD_INSTANT;
  Alter a;
  memset(&a, 0, sizeof(a));
  a.ctx = ctx;
  a.sql = create_sql;
  if (verbs_are(ctx, create_sql)) a.verbs = create_sql;
  a.forced = options->method;
  a.alone = options->alone;
  a.drop = options->drop;
  a.restored = script ? script->restored : NULL;
  a.script_fkeys = script ? script->fkeys : NULL;
  if (name_is_internal(table))
    err_set(ctx, SQLITE_ERROR, "table \"%s\" is not to be altered", table);
  const Moment moment = moment_now(ctx);
  if (ctx_ok(ctx)) read_tables(&a, table);
  if (ctx_ok(ctx) && options->plan) {
    *options->plan = plan_change(&a);
    return method;
  }
  if (!ctx_ok(ctx) || is_unchanged(&a)) return method;
  guard_begin(ctx, &a.guard);
  if (ctx_ok(ctx)) method = alter_guarded(&a, table, &moment);
  guard_end(ctx, &a.guard);
  return method;
}

Method alter_method(Ctx *ctx, const char *word) {
  Method method = word ? rules_method_of(word) : METHODS;
  if (word && method == METHODS)
    err_set(ctx, SQLITE_ERROR,
            "method=%s: the methods are instant, scan and rewrite", word);
  return method;
}

Method alter_table(Ctx *ctx, const char *table, const char *create_sql,
                   const AlterOptions *options) {
  if (verbs_are(ctx, create_sql))
    return alter_ordinary_table(ctx, table, create_sql, options);
  const Statement *s = parse_create(ctx, create_sql);
  err_prefix(ctx, "the new definition of table \"%s\"", table);
  const Object *virtual = s ? find_virtual_table(ctx, table) : NULL;
  bool same = virtual && s->object &&
              strcmp(s->object->norm, virtual->norm) == 0;
  if (ctx_ok(ctx) && options->plan && (virtual || s->table == NULL))
    err_set(ctx, SQLITE_ERROR, "'dry' plans the change of an ordinary table");
  if (virtual && !same) return alter_virtual_table(ctx, virtual, s);
  if (s == NULL || s->table || options->method != METHODS)
    return alter_ordinary_table(ctx, table, create_sql, options);
  alter_object_text(ctx, table, s, options->alone);
  return METHOD_INSTANT;
}
