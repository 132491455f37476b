#include "declare/reflect.h"

#include "archive/catalog.h"
#include "base/guard.h"
#include "ddl/live.h"
#include "ddl/shadow.h"
#include "declare/automap.h"
#include "declare/declare.h"
#include "meta/layout.h"
#include "meta/model.h"
#include "plan/author_text.h"
#include "plan/plan.h"
#include "plan/transition.h"
#include "run/run.h"
#include "schema/type_note.h"

typedef struct Reflect {
  Ctx *ctx;
  const char *glob;
  const NameMap *shadows; /* tables of virtual tables */
  Declared now;           /* the present version */
  const Schema *live;     /* what is there */
  const Schema *declared; /* what is declared */
  NameMap *drifted;       /* keys of what is not as the version left it */
  NameMap *pending;       /* keys of what is declared since */
  NameMap *differs;       /* keys of what is not as declared */
  int npending;           /* changes */
  Statement **found;      /* to be declared */
  int count;
  NameMap *gone; /* not to be declared any more, by declare_key() */
  int ngone;
  bool matched; /* is there anything like the glob? */
  NameMap *odd; /* tables that cannot be declared: see live_unsupported() */
} Reflect;

static NameMap *differences(Ctx *ctx, const Schema *live,
                            const Schema *declared) {
  Schema *part = diff_restrict(ctx, live, declared, NULL);
  Changes changes = {NULL, 0, NULL};
  if (part) changes = diff_live(ctx, part, declared);
  return diff_keys(ctx, &changes);
}

static void look_at_all(Reflect *r) {
  Ctx *ctx = r->ctx;
  i64 current = history_current(ctx);
  transition_check_no_pending(ctx, current, history_head(ctx));
  history_check(ctx);
  r->now = transition_declared(ctx, current);
  r->declared = model_read(ctx, NULL);
  r->live = live_read(ctx);
  if (!ctx_ok(ctx)) return;
  Transition way = transition_between(ctx, &r->now, r->declared);
  Changes pending = {NULL, 0, NULL};
  if (ctx_ok(ctx)) pending = transition_changes(ctx, &way);
  r->npending = pending.count;
  r->pending = diff_keys(ctx, &pending);
  r->drifted = differences(ctx, r->live, r->now.schema);
  r->differs = differences(ctx, r->live, r->declared);
}

/* ---- what is there ------------------------------------------------------ */

/* Tables in which virtual tables keep their content. SQLite gives them from
** 3.37 on, if the module is loaded; those of its own modules are known. */
static void add_known(Ctx *ctx, NameMap *names) {
  sqlite3_stmt *rows =
      db_prepare(ctx, "SELECT sql FROM \"main\".sqlite_schema"
                      " WHERE sql LIKE 'CREATE VIRTUAL TABLE%%'");
  while (db_row(ctx, rows)) {
    const char *sql = db_column(ctx, rows, 0);
    const Statement *s = sql ? parse_create(ctx, sql) : NULL;
    if (s) shadow_add(ctx, names, s);
    if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
  }
  db_finish(rows);
}

/* Those that SQLite says are such. */
static void add_said(Ctx *ctx, NameMap *names) {
  sqlite3_stmt *rows = db_prepare(ctx, "PRAGMA \"main\".table_list");
  while (db_row(ctx, rows)) {
    char *name = db_column(ctx, rows, 1), *type = db_column(ctx, rows, 2);
    if (name && type && strcmp(type, "shadow") == 0)
      map_put(ctx, names, name, name);
  }
  db_finish(rows);
}

/* To be asked before anything is written: where SQLite cannot connect to a
** virtual table for this, it does not say so, but may roll back. */
static NameMap *shadow_tables(Ctx *ctx) {
  NameMap *names = map_new(ctx);
  add_known(ctx, names);
  if (!ctx_ok(ctx) || sqlite3_libversion_number() < 3037000) return names;
  int idle = sqlite3_get_autocommit(ctx->db);
  add_said(ctx, names);
  if (ctx_ok(ctx) && sqlite3_get_autocommit(ctx->db) != idle)
    err_set(ctx, SQLITE_ABORT_ROLLBACK,
            "SQLite rolled the transaction back while it connected to the "
            "virtual tables, and does not say why: call this again");
  return names;
}

/* The object of that type and name in a schema: *id is that of its meta row. */
static bool schema_has_object(const Schema *schema, const Statement *s,
                              i64 *id) {
  const Object *object =
      s->object ? schema_object(schema, s->object->type, s->name) : NULL;
  *id = object ? object->id : 0;
  if (s->table) return schema_table(schema, s->name) != NULL;
  if (s->index) return schema_index(schema, s->name) != NULL;
  return object != NULL;
}

/* Is it to be declared as it is: nobody has declared it, or it has changed
** since and its declaration has not? The view of a relationship is not
** declared. */
static bool is_news(Reflect *r, const Statement *s) {
  i64 id;
  const char *key = diff_key(r->ctx, s->table != NULL, s->name);
  if (key == NULL || map_get(r->pending, key)) return false;
  if (!schema_has_object(r->declared, s, &id)) return true;
  return map_get(r->differs, key) && (s->object == NULL || id);
}

/* Of the directives in a stored text, only @model is read, and only if all of
** its comments can be read as directives. */
static const char *model_said(Ctx *ctx, const char *sql) {
  const Statement *s =
      strstr(sql, "@model") ? parse_with_directives(ctx, sql) : NULL;
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
  return s ? s->model : NULL;
}

static void find_object(Reflect *r, Statement *s) {
  Statement **slot = MEM_PUSH(r->ctx, r->found, r->count);
  if (slot) *slot = s;
}

/* One that cannot be declared, or is on one, keeps no other from it: it is
** named in the notes of orm_status(). */
static bool is_odd(Reflect *r, const char *name, const char *table,
                   const char *sql) {
  if (map_get(r->odd, table)) return true;
  if (live_unsupported(r->ctx, sql) == NULL) return false;
  map_put(r->ctx, r->odd, name, r);
  return true;
}

static void find_new_objects(Reflect *r) {
  Ctx *ctx = r->ctx;
  r->odd = map_new(ctx);
  sqlite3_stmt *rows =
      db_prepare(ctx,
                 "SELECT name, tbl_name, sql FROM \"main\".sqlite_schema WHERE"
                 " sql IS NOT NULL AND (%Q IS NULL OR"
                 " lower(tbl_name) GLOB lower(%Q)) ORDER BY rowid",
                 r->glob, r->glob);
  while (db_row(ctx, rows)) {
    const char *name = db_column(ctx, rows, 0);
    const char *table = db_column(ctx, rows, 1);
    const char *sql = db_column(ctx, rows, 2);
    if (!ctx_ok(ctx) || !name || !table || !sql) break;
    if (name_is_internal(name) || name_is_internal(table)) continue;
    if (map_get(r->shadows, table)) continue;
    r->matched = true;
    if (is_odd(r, name, table, sql) || !ctx_ok(ctx)) continue;
    Statement *s = parse_create(ctx, sql);
    err_prefix(ctx, "\"%s\"", name);
    if (s) s->model = model_said(ctx, sql);
    if (s && is_news(r, s)) find_object(r, s);
  }
  db_finish(rows);
}

/* ---- what is not there any more ----------------------------------------- */

static bool matches(const Reflect *r, const char *name) {
  return r->glob == NULL ||
         db_int(r->ctx, "SELECT lower(%Q) GLOB lower(%Q)", name, r->glob);
}

static void lose(Reflect *r, bool is_table, const char *type,
                 const char *name) {
  const char *key = diff_key(r->ctx, is_table, name);
  if (key == NULL || !map_get(r->drifted, key) || map_get(r->pending, key))
    return;
  const char *declaration = declare_key(r->ctx, type, name);
  r->matched = true;
  r->ngone++;
  if (declaration) map_put(r->ctx, r->gone, declaration, r);
}

/* An index that a column's definition says goes with a new one of that. */
static void lose_index(Reflect *r, const Index *index) {
  const Table *table = schema_table(r->live, index->table);
  lose(r, false, "index", index->name);
  if (index->id == 0 && table && table->sql)
    find_object(r, parse_create(r->ctx, table->sql));
}

static void find_gone(Reflect *r) {
  const Schema *d = r->declared, *live = r->live;
  r->gone = map_new(r->ctx);
  for (int i = 0; ctx_ok(r->ctx) && i < d->ntable; i++)
    if (!schema_table(live, d->tables[i]->name) &&
        matches(r, d->tables[i]->name))
      lose(r, true, "table", d->tables[i]->name);
  for (int i = 0; ctx_ok(r->ctx) && i < d->nindex; i++)
    if (!schema_index(live, d->indexes[i]->name) &&
        matches(r, d->indexes[i]->table))
      lose_index(r, d->indexes[i]);
  for (int i = 0; ctx_ok(r->ctx) && i < d->nobject; i++) {
    const Object *o = d->objects[i];
    if (o->id && !schema_object(live, o->type, o->name) &&
        matches(r, o->table ? o->table : o->name))
      lose(r, false, object_type_name(o->type), o->name);
  }
}

/* ---- the baseline ------------------------------------------------------- */

/* A relationship's views follow the tables, by orm_migrate(). */
static bool is_of_relationship(const Reflect *r, const Change *c) {
  const Object *o = c->object_to ? c->object_to : c->object_from;
  if (o == NULL) return false;
  const Schema *const sides[] = {r->now.schema, r->declared};
  for (int i = 0; i < 2; i++) {
    const Object *known = schema_object(sides[i], o->type, o->name);
    if (known && known->id == 0) return true;
  }
  return false;
}

/* Is the difference one that the baseline has nothing to do with? */
static bool is_outside(const Reflect *r, const Change *c) {
  return is_of_relationship(r, c) || (diff_has_key(r->ctx, r->drifted, c) &&
                                      !diff_has_key(r->ctx, r->pending, c));
}

/* Something is declared, and the database has it otherwise. */
static void fail_differs(Reflect *r, const Change *c) {
  Ctx *ctx = r->ctx;
  const char *way;
  if (!map_get(r->now.schema->relations, c->object) &&
      map_get(r->live->relations, c->object))
    way = mem_printf(
        ctx, "to adopt it as it is and then change it: %s",
        transition_adopt_calls(ctx, r->now.schema, r->live, r->declared));
  else if (diff_has_key(ctx, r->drifted, c))
    way = "it was changed in the database as well: SELECT orm_repair() undoes "
          "that; or take your change of the declaration back, SELECT "
          "orm_reflect(), and make the change again";
  else
    way = "SELECT orm_migrate() makes it so, before anything is adopted";
  err_set(ctx, SQLITE_ERROR, "\"%s\" is declared otherwise than it is (%s); %s",
          c->object, diff_describe(ctx, c), way);
}

/* What was adopted is now declared as it is. Anything else that is declared,
** and not there, would be recorded with it. */
static void check_declared(Reflect *r) {
  Ctx *ctx = r->ctx;
  Schema *part = diff_restrict(ctx, r->live, r->declared, r->now.schema);
  Changes left = {NULL, 0, NULL};
  if (part) left = diff_live(ctx, part, r->declared);
  const Change *wrong = NULL; /* of a table rather than of what is on it */
  for (int i = 0; ctx_ok(ctx) && i < left.count; i++) {
    const Change *c = &left.list[i];
    bool of_table = c->table_from || c->table_to;
    if ((wrong == NULL || of_table) && !is_outside(r, c)) wrong = c;
  }
  if (ctx_ok(ctx) && wrong) fail_differs(r, wrong);
}

/* The views of relationships as they are: orm_migrate() makes them follow. */
static const Schema *views_now(const Reflect *r) {
  Schema *views = schema_new(r->ctx);
  for (int i = 0; ctx_ok(r->ctx) && i < r->now.schema->nobject; i++) {
    const Object *o = r->now.schema->objects[i];
    Object *live = schema_object(r->live, o->type, o->name);
    if (o->id == 0 && live) schema_add_object(r->ctx, views, live);
  }
  return views;
}

static const char baseline_down[] = HISTORY_BASELINE
    "\n-- This version took over what was there already: its undo is refused.";

/* The script, with a comment about each type that misleads. */
static const char *with_notes(Ctx *ctx, const Changes *changes) {
  const char *script = plan_script(ctx, changes);
  for (int i = changes->count - 1; ctx_ok(ctx) && i >= 0; i--) {
    const Change *c = &changes->list[i];
    const char *notes =
        c->op == OP_CREATE_TABLE ? type_note_table(ctx, c->table_to) : NULL;
    char *line =
        notes ? mem_printf(ctx, "table \"%s\", %s", c->object, notes) : NULL;
    for (char *z = line; z && *z; z++)
      if (*z == '\n' || *z == '\r') *z = ' ';
    if (line) script = mem_printf(ctx, "-- %s\n%s", line, script);
  }
  return script;
}

/* Records what is declared now, relationships' views aside, as the next
** version, unless there is no difference. */
static i64 record_baseline(Reflect *r, const char *timestamp) {
  Ctx *ctx = r->ctx;
  Version v;
  memset(&v, 0, sizeof(v));
  v.models = snapshot_add_views(ctx, meta_snapshot(ctx), views_now(r));
  const Schema *to = ctx_ok(ctx) ? model_read(ctx, v.models) : NULL;
  if (to == NULL) return 0;
  Transition way = transition_between(ctx, &r->now, to);
  Changes changes = {NULL, 0, NULL};
  if (ctx_ok(ctx)) changes = transition_changes(ctx, &way);
  if (changes.count == 0) return history_current(ctx);
  author_text_apply(ctx, &changes, r->live);
  v.version = history_next(ctx);
  v.message = "baseline";
  v.up = with_notes(ctx, &changes);
  v.down = baseline_down;
  v.created_at = timestamp;
  if (!ctx_ok(ctx)) return 0;
  history_put(ctx, &v);
  history_mark(ctx, v.version, true, timestamp, NULL);
  return v.version;
}

static Reflect find_reflect_work(Ctx *ctx, const char *glob,
                                 const NameMap *shadows) {
  Reflect r;
  memset(&r, 0, sizeof(r));
  r.ctx = ctx;
  r.glob = glob;
  r.shadows = shadows;
  look_at_all(&r);
  if (ctx_ok(ctx)) find_new_objects(&r);
  if (ctx_ok(ctx)) find_gone(&r);
  if (ctx_ok(ctx) && glob && !r.matched)
    err_set(ctx, SQLITE_ERROR,
            "no table, view or virtual table here is like \"%s\"", glob);
  return r;
}

static i64 adopt_all(Reflect *r, const char *timestamp) {
  Ctx *ctx = r->ctx;
  if (ctx_ok(ctx)) declare_found(ctx, r->found, r->count, r->gone);
  if (ctx_ok(ctx)) r->declared = model_read(ctx, NULL);
  if (ctx_ok(ctx)) check_declared(r);
  return ctx_ok(ctx) ? record_baseline(r, timestamp) : 0;
}

i64 reflect_adopt(Ctx *ctx, const char *glob, bool relationships,
                  const char *timestamp) {
  const NameMap *shadows = shadow_tables(ctx);
  if (!relationships && meta_exists(ctx)) {
    Reflect r = find_reflect_work(ctx, glob, shadows);
    bool none = r.count == 0 && r.ngone == 0 && r.npending == 0;
    if (!ctx_ok(ctx) || none) return history_current(ctx);
  }
  Guard guard;
  guard_begin(ctx, &guard);
  if (ctx_ok(ctx) && !meta_exists(ctx)) layout_create(ctx);
  i64 version = 0;
  if (ctx_ok(ctx)) {
    Reflect r = find_reflect_work(ctx, glob, shadows);
    version = adopt_all(&r, timestamp);
  }
  if (ctx_ok(ctx) && relationships) automap_relationships(ctx, glob);
  guard_end(ctx, &guard);
  return version;
}

/* ---- repair ------------------------------------------------------------- */

/* The step from what is there to what the present version declares. */
static i64 repair_guarded(Ctx *ctx, Guard *guard) {
  i64 current = history_current(ctx);
  Declared now = transition_declared(ctx, current);
  const Schema *live = live_read(ctx);
  if (!ctx_ok(ctx)) return 0;
  Schema *part = diff_restrict(ctx, live, now.schema, NULL);
  Changes drift = {NULL, 0, NULL};
  if (part) drift = diff_live(ctx, part, now.schema);
  transition_check_backfills(ctx, &drift);
  author_text_apply(ctx, &drift, live);
  if (drift.count == 0 || guard == NULL) return drift.count;
  Step step = {.name = "the repair",
               .script = plan_script(ctx, &drift),
               .from = part,
               .to = now.schema,
               .renamed = part,
               .version = current};
  i64 kept = catalog_last_id(ctx);
  if (ctx_ok(ctx)) run_step(ctx, guard, &step);
  catalog_mark_repair(ctx, kept);
  return drift.count;
}

i64 reflect_repair(Ctx *ctx) {
  meta_require(ctx);
  if (!ctx_ok(ctx) || repair_guarded(ctx, NULL) == 0) return 0;
  Guard guard;
  guard_begin(ctx, &guard);
  i64 count = ctx_ok(ctx) ? repair_guarded(ctx, &guard) : 0;
  guard_end(ctx, &guard);
  return count;
}
