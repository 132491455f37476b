#include "alter/alter.h"

#include "alter/fts_alter.h"
#include "alter/inplace.h"
#include "alter/rewrite.h"
#include "base/guard.h"
#include "base/nearest.h"
#include "base/session.h"
#include "base/transcript.h"
#include "ddl/live.h"
#include "ddl/render.h"
#include "ddl/schema_text.h"
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
  const char *sound;    /* see dqs_requote.h */
  const Schema *before; /* alone: the whole as it was */
  const Table *old;     /* as it was */
  const Table *from;    /* with the new names: the same columns, in order */
  Table *to;
  const char *sql;           /* CREATE TABLE of the new one, as it was given */
  const char *form;          /* the same as SQLite stores it */
  const char *method;        /* the way that is forced, or NULL */
  RestoredColumns *restored; /* of the step whose script called us, or NULL */
  bool alone;                /* not in a script, which checks at its end */
  bool drop;                 /* the option: columns may be dropped */
  FkeyCheck *script;         /* what it checks then, or NULL */
  FkeyCheck fkeys;
  CompileCheck compiles;
  Parked parked; /* what blocks renames */
} Alter;

/* ---- what is wanted ----------------------------------------------------- */

static Table *read_wanted(Ctx *ctx, const Table *from, const char *create_sql) {
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

/* ---- renames ------------------------------------------------------------ */

/* By SQLite's own RENAME: it knows all that names the table or the column, and
** takes it along (https://sqlite.org/lang_altertable.html#alter_table_rename).
*/
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

/* The new column that is the old one under another name; NULL if none is. */
static const Column *renamed_to(const Alter *a, const char *old) {
  for (int i = 0; i < a->to->ncolumn; i++) {
    const Column *c = &a->to->columns[i];
    if (c->renamed_from && name_equal(c->renamed_from, old)) return c;
  }
  return NULL;
}

static void check_renames(Alter *a) {
  Ctx *ctx = a->ctx;
  for (int i = 0; ctx_ok(ctx) && i < a->to->ncolumn; i++) {
    const Column *c = &a->to->columns[i];
    if (c->renamed_from == NULL) continue;
    if (table_column(a->old, c->renamed_from) < 0)
      err_set(ctx, SQLITE_ERROR,
              "table \"%s\": column \"%s\" is said to be renamed from \"%s\", "
              "which is not there",
              a->old->name, c->name, c->renamed_from);
    else if (renamed_to(a, c->renamed_from) != c)
      err_set(ctx, SQLITE_ERROR,
              "table \"%s\": two columns are said to be renamed from \"%s\"",
              a->old->name, c->renamed_from);
  }
}

/* Does the column go, its values with it? */
static bool alter_drops(const Alter *a, const char *name) {
  int namesake = table_column(a->to, name);
  bool stays = namesake >= 0 && a->to->columns[namesake].renamed_from == NULL;
  return !stays && renamed_to(a, name) == NULL;
}

static bool may_drop(const Alter *a, const char *name) {
  for (int i = 0; i < a->to->ndropped; i++)
    if (name_equal(a->to->dropped[i], name)) return true;
  return false;
}

/* The new column that may be the dropped one, misspelt. */
static const char *resembling(const Alter *a, const char *name) {
  Nearest near = {.name = name};
  for (int i = 0; i < a->to->ncolumn; i++)
    if (table_column(a->old, a->to->columns[i].name) < 0 &&
        a->to->columns[i].renamed_from == NULL)
      nearest_try(&near, a->to->columns[i].name);
  return near.best;
}

/* "amount" (2 rows have a value; the new column "amountt" resembles it) */
static char *describe_loss(Alter *a, const char *name) {
  Ctx *ctx = a->ctx;
  i64 rows = db_int(
      ctx, "SELECT count(*) FROM \"main\".\"%w\" WHERE \"%w\" IS NOT NULL",
      a->old->name, name);
  const char *like = resembling(a, name);
  char *hint =
      like ? mem_printf(ctx, "; the new column \"%s\" resembles it", like)
           : mem_text(ctx, "", -1);
  if (rows == 0)
    return mem_printf(ctx, "\"%s\" (no row has a value%s)", name, hint);
  return mem_printf(ctx, "\"%s\" (%lld row%s a value%s)", name, rows,
                    rows == 1 ? " has" : "s have", hint);
}

/* A typo would drop a column, and nothing keeps it. */
static void check_losses(Alter *a) {
  Ctx *ctx = a->ctx;
  const char *first = NULL, *list = NULL;
  int count = 0;
  for (int i = 0; ctx_ok(ctx) && i < a->old->ncolumn; i++) {
    const char *name = a->old->columns[i].name;
    if (!alter_drops(a, name) || may_drop(a, name)) continue;
    char *loss = describe_loss(a, name);
    list = count++ ? mem_printf(ctx, "%s, %s", list, loss) : loss;
    if (first == NULL) first = name;
  }
  if (first == NULL || !ctx_ok(ctx)) return;
  const char *like = resembling(a, first);
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

/* What may be dropped must be there. */
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

/* A new foreign key to a table that is missing would make every INSERT fail. */
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

/* Does a column get the name that another one has? */
static bool alter_reuses_names(const Alter *a) {
  for (int i = 0; i < a->to->ncolumn; i++) {
    const Column *c = &a->to->columns[i];
    if (c->renamed_from && !name_equal(c->renamed_from, c->name) &&
        table_column(a->old, c->name) >= 0)
      return true;
  }
  return false;
}

/* Columns that are renamed, and those that lose their names to them, to names
** that no column has. */
static void rename_aside(Alter *a) {
  Ctx *ctx = a->ctx;
  for (int i = 0; ctx_ok(ctx) && i < a->old->ncolumn; i++) {
    const char *name = a->old->columns[i].name;
    int namesake = table_column(a->to, name);
    bool loses = namesake >= 0 && a->to->columns[namesake].renamed_from;
    const char *aside = renamed_to(a, name)
                            ? mem_printf(ctx, "orm_renamed_%d", i)
                        : loses ? mem_printf(ctx, "orm_dropped_%s", name)
                                : NULL;
    if (aside) alter_rename_column(a, name, aside);
  }
}

/* By way of names that no column has where names may be swapped. */
static void alter_rename_columns(Alter *a) {
  Ctx *ctx = a->ctx;
  bool aside = alter_reuses_names(a);
  if (aside) rename_aside(a);
  for (int i = 0; ctx_ok(ctx) && i < a->old->ncolumn; i++) {
    const char *old = a->old->columns[i].name;
    const Column *c = renamed_to(a, old);
    if (c == NULL || strcmp(old, c->name) == 0) continue;
    alter_rename_column(a, aside ? mem_printf(ctx, "orm_renamed_%d", i) : old,
                        c->name);
  }
}

/* Without being said, another case is no other name. */
static bool table_is_renamed(const Alter *a) {
  return a->to->renamed_from && strcmp(a->old->name, a->to->name) != 0;
}

/* Nothing may lose the name of a renamed column: it may soon be another's. */
static void check_meaning(Alter *a, const Schema *before) {
  Ctx *ctx = a->ctx;
  NameMap *names = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < a->to->ncolumn; i++)
    if (a->to->columns[i].renamed_from)
      map_put(ctx, names, a->to->columns[i].renamed_from, names);
  if (!ctx_ok(ctx) || !dqs_view_has_quoted(ctx, before, names)) return;
  const Schema *now = live_read(ctx);
  if (now) dqs_view_check(ctx, before, now);
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
  if (ctx_ok(a->ctx)) alter_rename_columns(a);
  park_restore(a->ctx, &a->parked);
  if (live) check_meaning(a, live);
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

/* ---- the whole ---------------------------------------------------------- */

static void verify_altered(Alter *a) {
  const Table *now = live_table(a->ctx, a->to->name);
  if (now && !table_equal(a->ctx, now, a->to))
    err_set(a->ctx, SQLITE_ERROR,
            "table \"%s\" did not become what was asked for; this is a defect "
            "of orm, and nothing was changed",
            a->to->name);
}

/* Views and triggers that name the table, as they are before the change. */
static void look_around(Alter *a) {
  Ctx *ctx = a->ctx;
  NameMap *names = map_new(ctx);
  const Schema *live = live_read(ctx);
  if (live == NULL) return;
  a->before = live;
  map_put(ctx, names, a->old->name, a->to);
  map_put(ctx, names, a->to->name, a->to);
  compiles_before(ctx, &a->compiles, live, names);
}

/* Foreign keys that the change may break: those that the table has or will
** have, and, unless its rows stay where they are, those of other tables onto
** it. */
static void count_key_orphans(Alter *a, bool others) {
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

/* What comes now may break keys: before that, those that are broken are to be
** counted. */
static void will_break_keys(Alter *a, bool others) {
  if (a->alone) {
    count_key_orphans(a, others);
  } else if (a->script) {
    const Schema *live = live_read(a->ctx);
    if (live) fkeys_before(a->ctx, a->script, live);
  }
}

static void look_again(Alter *a) {
  const Schema *live = live_read(a->ctx);
  if (live == NULL) return;
  fkeys_after(a->ctx, &a->fkeys, live);
  if (!ctx_ok(a->ctx)) return;
  compiles_after(a->ctx, &a->compiles, live);
  dqs_table_check_kept(a->ctx, a->before, live, NULL);
  dqs_view_check(a->ctx, a->before, live);
  err_prefix(a->ctx, "table \"%s\"", a->to->name);
}

/* ---- the way ------------------------------------------------------------ */

/* Has the archive values for the table? */
static bool has_returns(const Alter *a) {
  for (int i = 0; a->restored && i < a->restored->count; i++)
    if (!a->restored->list[i].used &&
        name_equal(a->restored->list[i].table, a->to->name))
      return true;
  return false;
}

/* What the archive gives back comes with the copy. */
static TableDiff list_changes(Alter *a) {
  TableDiff deltas = tablediff_compare(a->ctx, a->from, a->to);
  if (has_returns(a)) tablediff_add_values(a->ctx, &deltas);
  return deltas;
}

/* What is written down is to be run by any SQLite that orm runs on. */
static RuleState state_of(const Ctx *ctx) {
  if (transcript_wanted(ctx)) return (RuleState){OLDEST_SQLITE, true};
  return (RuleState){sqlite3_libversion_number(), guard_is_defensive(ctx->db)};
}

/* The cheapest way that is safe, or the one that is forced. There are no rows
** to be read where the change is written down. */
static Method choose(Alter *a, const TableDiff *deltas,
                     const RuleState *state) {
  Method way = rules_method(deltas, state);
  if (transcript_wanted(a->ctx) && way == METHOD_SCAN) way = METHOD_REWRITE;
  Method forced = a->method ? rules_method_of(a->method) : way;
  if (forced < way)
    err_set(a->ctx, SQLITE_ERROR, "table \"%s\": method=%s: %s", a->old->name,
            a->method, rules_why(a->ctx, deltas, state, forced));
  return forced;
}

/* May a rewrite do what could not be done so? Not where the error is one of the
** rows, or of the machine. */
static bool is_surprise(const Ctx *ctx) {
  static const int codes[] = {SQLITE_ERROR, SQLITE_CONSTRAINT, SQLITE_CORRUPT,
                              SQLITE_AUTH,  SQLITE_MISMATCH,   SQLITE_READONLY};
  for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
    if ((ctx->rc & 0xff) == codes[i]) return true;
  return false;
}

/* False if it was not as the rules expect, so that a copy is left. */
static bool change_in_place(Alter *a, const TableDiff *deltas,
                            const RuleState *state, Method way) {
  Ctx *ctx = a->ctx;
  bool all = way == METHOD_SCAN && way > rules_method(deltas, state);
  int recorded = transcript_count(ctx);
  if (!ctx_ok(ctx) || (deltas->count == 0 && !all)) return true;
  bool broken = inplace_change(ctx, deltas, state, all);
  if (broken || !is_surprise(ctx)) return true;
  if (a->method) {
    err_prefix(ctx, "table \"%s\": method=%s", a->old->name, a->method);
    return true;
  }
  err_forget(ctx);
  transcript_truncate(ctx, recorded);
  if (!sqlite3_get_autocommit(ctx->db)) return false;
  db_int(ctx, "SELECT 1"); /* is an error if it was an interrupt */
  err_set(ctx, SQLITE_ABORT, "SQLite has rolled the transaction back");
  return true;
}

static bool has_new_keys(const Alter *a) {
  for (int i = 0; i < a->to->nconstraint; i++)
    if (a->to->constraints[i].kind == CONSTRAINT_FOREIGN &&
        table_lacks_constraint(a->from, a->to, i))
      return true;
  return false;
}

/* May the rows stay where they are? A copy leaves out the archive's triggers,
** where these know rows by a column that goes. */
static bool may_stay(Alter *a, const TableDiff *deltas, const RuleState *state,
                     Method way) {
  bool chosen = a->method || transcript_wanted(a->ctx); /* see choose() */
  if (chosen && way == METHOD_REWRITE) return false;
  if (!rules_in_place(deltas, state)) return false;
  return !tablediff_has(deltas, TABLEDIFF_DROP_COLUMN) ||
         rowkey_is_same(a->ctx, a->from, a->to);
}

/* Its own texts, and those of its indexes, must not name what goes. */
static void check_dropped(Alter *a) {
  const Schema *live = live_read_table(a->ctx, a->from->name);
  if (live) dqs_table_check_dropped(a->ctx, a->from, a->to, live);
}

static Method change_table(Alter *a) {
  Ctx *ctx = a->ctx;
  RuleState state = state_of(ctx);
  TableDiff deltas = list_changes(a);
  Method way = choose(a, &deltas, &state);
  bool copies = !may_stay(a, &deltas, &state, way);
  if (copies || has_new_keys(a)) will_break_keys(a, copies);
  if (copies || !change_in_place(a, &deltas, &state, way)) {
    if (!copies) will_break_keys(a, true);
    rewrite_table(ctx, a->old, a->from, a->to, a->sql, a->restored);
    way = METHOD_REWRITE;
  }
  return way;
}

/* ---- the call ----------------------------------------------------------- */

static void read_tables(Alter *a, const char *table) {
  a->old = a->from = live_table(a->ctx, table);
  a->to = a->from ? read_wanted(a->ctx, a->from, a->sql) : NULL;
  while (ctx_ok(a->ctx)) {
    const char *sql = dqs_table_requote(a->ctx, a->sql, a->from, a->to);
    if (!ctx_ok(a->ctx) || sql == a->sql) break;
    a->sql = sql;
    a->to = read_wanted(a->ctx, a->from, sql);
  }
  a->form = a->to ? schema_text_as_stored(a->ctx, a->sql) : NULL;
}

/* Strings stay strings when columns get their names. */
static void requote(Alter *a) {
  NameMap *names = map_new(a->ctx);
  bool any = false;
  for (int i = 0; ctx_ok(a->ctx) && i < a->to->ncolumn; i++) {
    const char *name = a->to->columns[i].name;
    if (table_column(a->old, name) >= 0) continue;
    map_put(a->ctx, names, name, names);
    any = true;
  }
  if (any) a->sound = dqs_requote_names(a->ctx, a->old->name, names);
}

static bool is_done(Alter *a) {
  return ctx_ok(a->ctx) && a->method == NULL && !alter_has_renames(a) &&
         schema_text_is_current(a->ctx, a->from->name, a->form) &&
         !has_returns(a) &&
         tablediff_compare(a->ctx, a->from, a->to).count == 0;
}

static Method alter_guarded(Alter *a, const char *table) {
  Ctx *ctx = a->ctx;
  read_tables(a, table);
  if (!ctx_ok(ctx)) return METHOD_INSTANT;
  check_settings(a);
  check_renames(a);
  check_dropped_names(a);
  if (a->alone && !a->drop) check_losses(a);
  if (a->alone) check_parents(a);
  if (a->alone && ctx_ok(ctx)) look_around(a);
  if (table_is_renamed(a) && !a->alone) will_break_keys(a, true);
  if (ctx_ok(ctx)) requote(a);
  if (ctx_ok(ctx) && alter_has_renames(a)) rename_all(a);
  if (ctx_ok(ctx)) check_dropped(a);
  Method way = ctx_ok(ctx) ? change_table(a) : METHOD_INSTANT;
  if (ctx_ok(ctx)) verify_altered(a);
  if (ctx_ok(ctx)) schema_text_set_table(ctx, a->to->name, a->form);
  dqs_requote_check(ctx, a->to->name, a->sound);
  if (a->alone) look_again(a);
  return way;
}

/* An index, view or trigger says what it says: only its text is another. */
static const char *alter_object(Ctx *ctx, const char *name, const Statement *s,
                                bool alone) {
  Guard guard;
  guard_begin(ctx, &guard);
  if (ctx_ok(ctx)) schema_text_set_object(ctx, s, name, !alone);
  guard_end(ctx, &guard);
  return ctx_ok(ctx) ? rules_method_name(METHOD_INSTANT) : NULL;
}

/* A virtual table of that name; NULL if it is another thing. */
static const Object *virtual_named(Ctx *ctx, const char *name) {
  const char *sql = db_text_or_null(
      ctx,
      "SELECT sql FROM \"main\".sqlite_schema WHERE type = 'table'"
      " AND name = %Q COLLATE NOCASE AND sql LIKE 'CREATE VIRTUAL%%'",
      name);
  Statement *s = sql && ctx_ok(ctx) ? parse_create(ctx, sql) : NULL;
  return s ? s->object : NULL;
}

static const char *alter_virtual(Ctx *ctx, const Object *old,
                                 const Statement *s) {
  if (s->object == NULL || s->object->type != OBJECT_VIRTUAL ||
      !name_equal(s->name, old->name))
    err_set(ctx, SQLITE_ERROR,
            "\"%s\" is a virtual table: its new definition must be a CREATE "
            "VIRTUAL TABLE of that name",
            old->name);
  if (!ctx_ok(ctx)) return NULL;
  Guard guard;
  guard_begin(ctx, &guard);
  bool built = ctx_ok(ctx) && fts_alter_table(ctx, old, s->sql);
  guard_end(ctx, &guard);
  return ctx_ok(ctx)
             ? rules_method_name(built ? METHOD_REWRITE : METHOD_INSTANT)
             : NULL;
}

const char *alter_table(Ctx *ctx, const char *table, const char *create_sql,
                        const AlterOptions *options) {
  const char *method = options->method;
  Method way = METHOD_INSTANT;
  const Statement *s = parse_create(ctx, create_sql);
  err_prefix(ctx, "the new definition of table \"%s\"", table);
  const Object *virtual = s ? virtual_named(ctx, table) : NULL;
  bool same = virtual && s->object &&
              strcmp(s->object->norm, virtual->norm) == 0;
  if (virtual && !same) return alter_virtual(ctx, virtual, s);
  if (s && s->table == NULL && method == NULL)
    return alter_object(ctx, table, s, options->alone);
  if (method && rules_method_of(method) == METHODS)
    err_set(ctx, SQLITE_ERROR,
            "method=%s: the ways are instant, scan and rewrite", method);
  if (name_is_internal(table))
    err_set(ctx, SQLITE_ERROR, "table \"%s\" is not to be altered", table);
  Alter a;
  memset(&a, 0, sizeof(a));
  a.ctx = ctx;
  a.sql = create_sql;
  a.method = method;
  a.alone = options->alone;
  a.drop = options->drop;
  const Script *script = session_script(ctx);
  a.restored = script ? script->restored : NULL;
  a.script = script ? script->fkeys : NULL;
  if (ctx_ok(ctx)) read_tables(&a, table);
  if (ctx_ok(ctx) && !is_done(&a)) {
    guard_begin(ctx, &a.guard);
    if (ctx_ok(ctx)) way = alter_guarded(&a, table);
    guard_end(ctx, &a.guard);
  }
  return ctx_ok(ctx) ? rules_method_name(way) : NULL;
}
