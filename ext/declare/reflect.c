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

/* The work of one orm_reflect(). diff_key() makes the keys of differences. */
typedef struct Reflect {
  Ctx *ctx;
  const char *glob;
  sqlite3_stmt *matching; /* true for a name that matches the glob */
  const NameMap *shadows; /* tables that belong to virtual tables */
  i64 current;            /* the current version */
  Declared now;           /* its declarations */
  LiveTexts texts;
  const Schema *live; /* the objects of `texts` */
  const Schema *declared;
  NameMap *drifted; /* keys of differences between the version and `live` */
  NameMap *pending; /* keys of differences between the version and `declared` */
  NameMap *differs; /* keys of differences between `declared` and `live` */
  int npending;
  Statement **found; /* to declare */
  int count;
  NameMap *gone; /* declarations to delete, by declare_key() */
  int ngone;
  bool matched;         /* the glob matches something */
  NameMap *unsupported; /* tables that cannot be declared, see live.h */
} Reflect;

/* ---- the three schemas -------------------------------------------------- */

/* Returns the keys of the differences, as far as the live objects are
** declared. */
static NameMap *differences(Ctx *ctx, const Schema *live,
                            const Schema *declared) {
  Schema *part = diff_restrict(ctx, live, declared, NULL);
  Changes changes = {NULL, 0, NULL};
  if (part) changes = diff_live(ctx, part, declared);
  return diff_keys(ctx, &changes);
}

/* Reads the version, the declarations and the live schema, and compares
** them. */
static void read_schemas(Reflect *r) {
  Ctx *ctx = r->ctx;
  r->current = history_current(ctx);
  transition_check_no_pending(ctx, r->current, history_head(ctx));
  history_check(ctx);
  r->now = transition_declared(ctx, r->current);
  r->declared = model_read(ctx, NULL);
  r->texts = live_texts(ctx);
  r->live = live_parse(ctx, &r->texts, NULL);
  if (!ctx_ok(ctx)) return;
  Transition transition = transition_between(ctx, &r->now, r->declared);
  Changes pending = {NULL, 0, NULL};
  if (ctx_ok(ctx)) pending = transition_changes(ctx, &transition);
  r->npending = pending.count;
  r->pending = diff_keys(ctx, &pending);
  r->drifted = differences(ctx, r->live, r->now.schema);
  r->differs = differences(ctx, r->live, r->declared);
}

static bool matches(const Reflect *r, const char *name) {
  if (r->glob == NULL) return true;
  db_bind_text(r->ctx, r->matching, 1, name);
  bool is = db_row(r->ctx, r->matching) && sqlite3_column_int(r->matching, 0);
  sqlite3_reset(r->matching);
  return is;
}

/* ---- objects to declare ------------------------------------------------- */

/* True if the schema has an object of the statement's type and name. *id: the
** id of a row of orm_object, or 0. */
static bool schema_has_object(const Schema *schema, const Statement *s,
                              i64 *id) {
  const Object *object =
      s->object ? schema_object(schema, s->object->type, s->name) : NULL;
  *id = object ? object->id : 0;
  if (s->table) return schema_table(schema, s->name) != NULL;
  if (s->index) return schema_index(schema, s->name) != NULL;
  return object != NULL;
}

/* True if the live object is to be declared: it is undeclared, or it was
** changed outside orm and its declaration was not. The view of a relationship
** is never declared. */
static bool is_new_object(Reflect *r, const Statement *s) {
  i64 id;
  const char *key = diff_key(r->ctx, s->table != NULL, s->name);
  if (key == NULL || map_get(r->pending, key)) return false;
  if (!schema_has_object(r->declared, s, &id)) return true;
  return map_get(r->differs, key) && (s->object == NULL || id);
}

/* Returns the @model in the comments of a stored text, or NULL. No other
** directive is read, and none if a comment is not a valid directive. */
static const char *model_directive(Ctx *ctx, const char *sql) {
  const Statement *s =
      strstr(sql, "@model") ? parse_with_directives(ctx, sql) : NULL;
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
  return s ? s->model : NULL;
}

/* Adds a statement to those to declare. */
static void add_found(Reflect *r, Statement *s) {
  Statement **slot = MEM_PUSH(r->ctx, r->found, r->count);
  if (slot) *slot = s;
}

/* Returns the statement of a live object. NULL if it, or its table, cannot be
** declared: it is skipped, so that others can be declared; orm_status() lists
** it in its notes. */
static Statement *supported(Reflect *r, const LiveText *text) {
  const char *why;
  if (map_get(r->unsupported, text->table)) return NULL;
  Statement *s = live_statement(r->ctx, text, &why);
  if (why) map_put(r->ctx, r->unsupported, text->name, r);
  return s;
}

/* Finds the live objects that are to be declared. */
static void find_new_objects(Reflect *r) {
  Ctx *ctx = r->ctx;
  r->unsupported = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < r->texts.count; i++) {
    const LiveText *text = &r->texts.list[i];
    if (!matches(r, text->table) || map_get(r->shadows, text->table)) continue;
    r->matched = true;
    Statement *s = supported(r, text);
    if (s == NULL) continue;
    s->model = model_directive(ctx, text->sql);
    if (is_new_object(r, s)) add_found(r, s);
  }
}

/* ---- declarations to delete --------------------------------------------- */

/* Deletes the declaration of a missing object if a version created it and the
** declaration was not changed since. */
static void add_gone(Reflect *r, bool is_table, const char *type,
                     const char *name) {
  const char *key = diff_key(r->ctx, is_table, name);
  if (key == NULL || !map_get(r->drifted, key) || map_get(r->pending, key))
    return;
  const char *declaration = declare_key(r->ctx, type, name);
  r->matched = true;
  r->ngone++;
  if (declaration) map_put(r->ctx, r->gone, declaration, r);
}

/* Deletes the declaration of a missing index. If it is part of the definition
** of a column, the table is declared again. */
static void add_gone_index(Reflect *r, const Index *index) {
  const Table *table = schema_table(r->live, index->table);
  add_gone(r, false, "index", index->name);
  if (index->id == 0 && table && table->sql)
    add_found(r, parse_create(r->ctx, table->sql));
}

/* Finds the declarations of objects that are missing in the live schema. */
static void find_gone(Reflect *r) {
  const Schema *d = r->declared, *live = r->live;
  r->gone = map_new(r->ctx);
  for (int i = 0; ctx_ok(r->ctx) && i < d->ntable; i++)
    if (!schema_table(live, d->tables[i]->name) &&
        matches(r, d->tables[i]->name))
      add_gone(r, true, "table", d->tables[i]->name);
  for (int i = 0; ctx_ok(r->ctx) && i < d->nindex; i++)
    if (!schema_index(live, d->indexes[i]->name) &&
        matches(r, d->indexes[i]->table))
      add_gone_index(r, d->indexes[i]);
  for (int i = 0; ctx_ok(r->ctx) && i < d->nobject; i++) {
    const Object *o = d->objects[i];
    if (o->id && !schema_object(live, o->type, o->name) &&
        matches(r, o->table ? o->table : o->name))
      add_gone(r, false, object_type_name(o->type), o->name);
  }
}

/* ---- the baseline ------------------------------------------------------- */

/* True if the object is a view of a relationship: orm_migrate() recreates these
** views. */
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

/* True if the difference does not concern the baseline: it belongs to a
** relationship, or it is drift of an object whose declaration is unchanged. */
static bool is_outside(const Reflect *r, const Change *c) {
  return is_of_relationship(r, c) || (diff_has_key(r->ctx, r->drifted, c) &&
                                      !diff_has_key(r->ctx, r->pending, c));
}

/* Fails because an object is declared otherwise than it is. The message shows
** the way out. */
static void fail_differs(Reflect *r, const Change *c) {
  Ctx *ctx = r->ctx;
  const char *advice;
  if (!map_get(r->now.schema->relations, c->object) &&
      map_get(r->live->relations, c->object))
    advice = mem_printf(
        ctx, "to adopt it as it is and then change it: %s",
        transition_adopt_calls(ctx, r->now.schema, r->live, r->declared));
  else if (diff_has_key(ctx, r->drifted, c))
    advice =
        "it was changed in the database as well: SELECT orm_repair() undoes "
        "that; or take your change of the declaration back, SELECT "
        "orm_reflect(), and make the change again";
  else
    advice = "SELECT orm_migrate() makes it so, before anything is adopted";
  err_set(ctx, SQLITE_ERROR, "\"%s\" is declared otherwise than it is (%s); %s",
          c->object, diff_describe(ctx, c), advice);
}

/* Fails if a declaration still differs from the live schema: the baseline would
** record it as applied. A difference of a table is reported before one of its
** indexes or triggers. */
static void check_declared(Reflect *r) {
  Ctx *ctx = r->ctx;
  Schema *part = diff_restrict(ctx, r->live, r->declared, r->now.schema);
  Changes left = {NULL, 0, NULL};
  if (part) left = diff_live(ctx, part, r->declared);
  const Change *wrong = NULL;
  for (int i = 0; ctx_ok(ctx) && i < left.count; i++) {
    const Change *c = &left.list[i];
    bool of_table = c->table_from || c->table_to;
    if ((wrong == NULL || of_table) && !is_outside(r, c)) wrong = c;
  }
  if (ctx_ok(ctx) && wrong) fail_differs(r, wrong);
}

/* Returns the live views of relationships of the current version. */
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

/* Returns the script with a comment about each misleading column type. */
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

/* True if the baseline is the first version and has no relationships: then its
** schema is that of the declarations. */
static bool is_plain(const Reflect *r) {
  bool plain = r->now.rows == NULL;
  for (int i = 0; plain && i < r->declared->nobject; i++)
    plain = r->declared->objects[i]->id != 0;
  return plain;
}

/* Records the declarations as the next version, with the views of relationships
** as they are. `rows` has the declarations. Returns the current version if
** nothing changed. */
static i64 record_baseline(Reflect *r, const MetaRows *rows,
                           const char *timestamp) {
  Ctx *ctx = r->ctx;
  Version v;
  memset(&v, 0, sizeof(v));
  const Schema *views = views_now(r);
  if (ctx_ok(ctx)) v.rows = rows_with_views(ctx, rows, views, 0);
  if (!ctx_ok(ctx)) return 0;
  const Schema *to = is_plain(r) ? r->declared : model_read(ctx, v.rows);
  if (to == NULL) return 0;
  Transition transition = transition_between(ctx, &r->now, to);
  Changes changes = {NULL, 0, NULL};
  if (ctx_ok(ctx)) changes = transition_changes(ctx, &transition);
  if (changes.count == 0) return history_current(ctx);
  author_text_apply(ctx, &changes, r->live);
  v.version = history_next(ctx);
  v.message = "baseline";
  v.up = with_notes(ctx, &changes);
  v.down = baseline_down;
  v.created_at = timestamp;
  if (!ctx_ok(ctx)) return 0;
  history_put(ctx, &v);
  history_mark(ctx, &v, true, timestamp, NULL);
  return v.version;
}

/* Reads the schemas and finds the work. */
static Reflect find_reflect_work(Ctx *ctx, const char *glob,
                                 const NameMap *shadows) {
  Reflect r;
  memset(&r, 0, sizeof(r));
  r.ctx = ctx;
  r.glob = glob;
  r.shadows = shadows;
  read_schemas(&r);
  r.matching =
      db_prepare(ctx, "SELECT lower(?1) GLOB lower(%Q)", glob ? glob : "");
  if (ctx_ok(ctx)) find_new_objects(&r);
  if (ctx_ok(ctx)) find_gone(&r);
  db_finish(r.matching);
  if (ctx_ok(ctx) && glob && !r.matched)
    err_set(ctx, SQLITE_ERROR,
            "no table, view or virtual table here is like \"%s\"", glob);
  return r;
}

/* Declares, verifies and records. Returns the version. */
static i64 adopt_all(Reflect *r, const char *timestamp) {
  Ctx *ctx = r->ctx;
  if (ctx_ok(ctx)) declare_found(ctx, r->found, r->count, r->gone);
  const MetaRows *rows = meta_read(ctx);
  Declared declared = {NULL, NULL};
  if (rows)
    declared = model_declared_rows(ctx, rows, r->now.rows, r->current, NULL);
  r->declared = declared.schema;
  if (ctx_ok(ctx)) check_declared(r);
  return ctx_ok(ctx) ? record_baseline(r, rows, timestamp) : 0;
}

i64 reflect_adopt(Ctx *ctx, const char *glob, bool relationships,
                  const char *timestamp) {
  const NameMap *shadows = shadow_find(ctx);
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

/* Runs the changes from the live schema to the schema of the current version.
** Without a guard it only counts them. */
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
