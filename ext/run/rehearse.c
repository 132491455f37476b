#include "run/rehearse.h"

#include "base/os.h"
#include "base/token.h"
#include "ddl/live.h"
#include "dependents/violation.h"
#include "meta/model.h"
#include "plan/plan.h"
#include "run/backup.h"
#include "run/migrate.h"
#include "run/rehearse_compare.h"
#include "run/status.h"

/* A table that a step changes. */
typedef struct Touched {
  const char *name;
  Method method; /* the most expensive one that was used */
  i64 rows;      /* before the step; of a new table, after it */
} Touched;

typedef struct Rehearsal {
  Watch watch; /* first: before_step() gets a pointer to it */
  Guard guard;
  i64 from, floor, to; /* undone down to `floor` */
  NameMap *tables;     /* what may change */
  NameMap *unsound;    /* their results of integrity_check before, or "" */
  Comparison noted;
  sqlite3_str *steps; /* of the report */
  int nstep;
  sqlite3_str *warnings; /* of the report */
  int nwarning;
  i64 running;    /* the version whose script runs; 0: none */
  bool undoing;   /* its undo */
  bool undone;    /* the second upgrade runs */
  double started; /* in seconds */
  i64 written;    /* db_total_changes() then */
  Touched *touched;
  int ntouched;
} Rehearsal;

/* ---- the report --------------------------------------------------------- */

static char *json_text(Ctx *ctx, const char *text) {
  return text ? db_text(ctx, "SELECT json_quote(%Q)", text)
              : mem_text(ctx, "null", -1);
}

/* Returns the table of a change, by its name before or after; NULL for a view,
** a trigger or a virtual table. */
static const char *table_of(const Change *c, bool after) {
  const Table *table = after ? c->table_to : c->table_from;
  const Index *index = after ? c->index_to : c->index_from;
  return table ? table->name : index ? index->table : NULL;
}

static Touched *find_touched(Rehearsal *r, const char *name) {
  for (int i = 0; name && i < r->ntouched; i++)
    if (name_equal(r->touched[i].name, name)) return &r->touched[i];
  return NULL;
}

static void touch_table(Ctx *ctx, Rehearsal *r, const char *name) {
  if (name == NULL || find_touched(r, name) || !db_has_table(ctx, name)) return;
  Touched *t = MEM_PUSH(ctx, r->touched, r->ntouched);
  if (t == NULL) return;
  t->name = name;
  t->rows = db_int(ctx, "SELECT count(*) FROM \"main\".\"%w\"", name);
}

/* Notes the method of a change: the one that orm_alter_table() returned; of
** other statements, their cost. A table has the most expensive one. */
static void add_method(Rehearsal *r, const Change *c, Method cost) {
  const char *was = table_of(c, false), *is = table_of(c, true);
  Touched *t = find_touched(r, is);
  if (t == NULL) t = find_touched(r, was);
  if (t == NULL) return;
  const char *done = NULL;
  bool alters = change_alters(c);
  if (was && alters) done = map_get(r->watch.ways, was);
  if (is && alters && done == NULL) done = map_get(r->watch.ways, is);
  Method method = done ? rules_method_of(done) : cost;
  if (method > t->method) t->method = method;
}

static void before_step(Ctx *ctx, Watch *watch, const Version *v,
                        const Transition *way, bool undo) {
  Rehearsal *r = (Rehearsal *)watch;
  Changes changes = transition_changes(ctx, way);
  r->running = v->version;
  r->undoing = undo;
  r->touched = NULL;
  r->ntouched = 0;
  for (int i = 0; ctx_ok(ctx) && i < changes.count; i++)
    touch_table(ctx, r, table_of(&changes.list[i], false));
  r->watch.ways = map_new(ctx);
  r->written = db_total_changes(ctx);
  r->started = os_seconds();
}

/* Adds warnings about rows that could make the undo impossible later. */
static void add_warnings(Ctx *ctx, Rehearsal *r, const Version *v,
                         const Changes *changes) {
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++) {
    const Change *c = &changes->list[i];
    if (c->undo == NULL) continue;
    const char *object = json_text(ctx, c->object);
    const char *message =
        json_text(ctx, mem_printf(ctx, "%s: %s", c->detail, c->undo));
    if (ctx_ok(ctx))
      sqlite3_str_appendf(
          r->warnings, "%s{\"version\":%lld,\"object\":%s,\"message\":%s}",
          r->nwarning++ ? "," : "", v->version, object, message);
  }
}

static void after_step(Ctx *ctx, Watch *watch, const Version *v,
                       const Transition *way, bool undo) {
  Rehearsal *r = (Rehearsal *)watch;
  double ms = (os_seconds() - r->started) * 1e3;
  i64 written = db_total_changes(ctx) - r->written;
  Changes changes = transition_changes(ctx, way);
  RuleState state = {sqlite3_libversion_number(), guard_is_defensive(ctx->db)};
  const Method *costs = plan_costs(ctx, &changes, &state);
  bool lossy = false;
  if (!undo && !r->undone) add_warnings(ctx, r, v, &changes);
  for (int i = 0; ctx_ok(ctx) && i < changes.count; i++) {
    const char *old = table_of(&changes.list[i], false);
    if (find_touched(r, old) == NULL)
      touch_table(ctx, r, table_of(&changes.list[i], true));
    add_method(r, &changes.list[i], costs[i]);
    lossy |= changes.list[i].lossy;
  }
  sqlite3_str_appendf(
      r->steps,
      "%s{\"version\":%lld,\"message\":%s,\"undo\":%s,\"ms\":%.3f,"
      "\"lossy\":%s,\"written\":%lld,\"tables\":[",
      r->nstep++ ? "," : "", v->version, json_text(ctx, v->message),
      undo ? "true" : "false", ms, lossy ? "true" : "false", written);
  for (int i = 0; ctx_ok(ctx) && i < r->ntouched; i++)
    sqlite3_str_appendf(
        r->steps, "%s{\"name\":%s,\"way\":\"%s\",\"rows\":%lld}", i ? "," : "",
        json_text(ctx, r->touched[i].name),
        rules_method_name(r->touched[i].method), r->touched[i].rows);
  sqlite3_str_appendall(r->steps, "]}");
  r->running = 0;
}

static char *compared(Ctx *ctx, const Comparison *noted) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; ctx_ok(ctx) && i < noted->count; i++) {
    const ComparedTable *t = &noted->tables[i];
    sqlite3_str_appendf(str, "%s{\"name\":%s,\"rows\":%lld,\"renumbered\":%s}",
                        i ? "," : "", json_text(ctx, t->name), t->rows,
                        t->renumbered ? "true" : "false");
  }
  return mem_finish(ctx, str);
}

static char *report_json(Ctx *ctx, const Rehearsal *r, const char *steps,
                         const char *warnings, const char *error) {
  const char *said = json_text(ctx, error);
  const char *tables = compared(ctx, &r->noted);
  const char *failed = mem_text(ctx, "null", -1);
  if (error && r->running)
    failed = mem_printf(ctx, "{\"version\":%lld,\"undo\":%s}", r->running,
                        r->undoing ? "true" : "false");
  return mem_printf(ctx,
                    "{\"ok\":%s,\"error\":%s,\"failed\":%s,\"from\":%lld,"
                    "\"to\":%lld,\"undone_to\":%lld,\"warnings\":[%s],"
                    "\"compared\":[%s],\"steps\":[%s]}",
                    error ? "false" : "true", said, failed, r->from, r->to,
                    r->floor, warnings, tables, steps);
}

/* ---- what may change ---------------------------------------------------- */

/* Adds all tables that a script names. A word that means something else counts,
** too. */
static void add_named(Ctx *ctx, NameMap *tables, const Schema *live,
                      const char *sql) {
  if (sql == NULL || !ctx_ok(ctx)) return;
  Tokens tokens = token_list(ctx, sql);
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    if (!token_is_name(&tokens.list[i])) continue;
    const char *name = token_name(ctx, &tokens.list[i]);
    if (name && map_get(live->relations, name))
      map_put(ctx, tables, name, tables);
  }
}

/* Adds tables that triggers write and that foreign keys cascade to. */
static void add_reached(Ctx *ctx, NameMap *tables, const Schema *live) {
  for (int i = 0; ctx_ok(ctx) && i < live->nobject; i++) {
    const Object *o = live->objects[i];
    if (map_get(tables, o->table ? o->table : o->name))
      add_named(ctx, tables, live, o->sql);
  }
  for (int i = 0; ctx_ok(ctx) && i < live->ntable; i++) {
    const Table *table = live->tables[i];
    for (int k = 0; k < table->nconstraint; k++) {
      const char *parent = table->constraints[k].parent;
      if (parent && map_get(tables, parent))
        map_put(ctx, tables, table->name, tables);
    }
  }
}

static int count_in(const NameMap *tables, const Schema *live) {
  int count = 0;
  for (int i = 0; i < live->ntable; i++)
    count += map_get(tables, live->tables[i]->name) != NULL;
  for (int i = 0; i < live->nobject; i++)
    count += map_get(tables, live->objects[i]->name) != NULL;
  return count;
}

static void find_tables(Ctx *ctx, Rehearsal *r) {
  const Schema *live = live_read(ctx);
  Versions versions = history_range(ctx, r->floor, r->to);
  r->tables = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < versions.count; i++) {
    const Version *v = &versions.list[i];
    add_named(ctx, r->tables, live, v->up);
    err_prefix(ctx, "version %lld", v->version);
    if (!ctx_ok(ctx)) return;
    add_named(ctx, r->tables, live, v->down);
    err_prefix(ctx, "undoing version %lld", v->version);
  }
  for (int before = -1; ctx_ok(ctx) && before < count_in(r->tables, live);) {
    before = count_in(r->tables, live);
    add_reached(ctx, r->tables, live);
  }
}

/* ---- integrity_check ---------------------------------------------------- */

static void note_sound(Ctx *ctx, Rehearsal *r) {
  const Schema *live = live_read(ctx);
  r->unsound = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < live->ntable; i++) {
    const char *name = live->tables[i]->name;
    if (!map_get(r->tables, name)) continue;
    const char *said = violation_integrity(ctx, live->tables[i]);
    if (ctx_ok(ctx)) map_put(ctx, r->unsound, name, mem_text(ctx, said, -1));
  }
}

/* Checks tables that are new, and tables that may have changed. */
static void check_sound(Ctx *ctx, const Rehearsal *r) {
  const Schema *live = live_read(ctx), *then = r->noted.schema;
  for (int i = 0; ctx_ok(ctx) && i < live->ntable; i++) {
    const char *name = live->tables[i]->name;
    const char *before = (const char *)map_get(r->unsound, name);
    if (before == NULL && schema_table(then, name)) continue;
    const char *now = violation_integrity(ctx, live->tables[i]);
    if (ctx_ok(ctx) && *now && strcmp(now, before ? before : "") != 0)
      err_set(ctx, SQLITE_ERROR, "PRAGMA integrity_check of table \"%s\": %s",
              name, now);
  }
}

/* ---- the rehearsal ------------------------------------------------------ */

/* Finds the versions to rehearse; false if there are none. With a guard, a
** difference is recorded as a version. */
static bool find_rehearse_work(Ctx *ctx, Rehearsal *r, i64 target,
                               Guard *guard) {
  Options none = {.timestamp = NULL};
  meta_require(ctx);
  r->from = r->floor = history_current(ctx);
  r->to = migrate_upgrade_target(ctx, target);
  if (!ctx_ok(ctx) || r->to > r->from || target != -1) return r->to > r->from;
  if (guard == NULL) {
    Difference d = status_difference(ctx);
    return d.model.count + d.wrongs.count > 0;
  }
  i64 version = migrate_record_within(ctx, guard, NULL, &none);
  if (version) r->to = version;
  return version != 0;
}

/* Finds the version to undo down to: a baseline is not undone. */
static void find_floor(Ctx *ctx, Rehearsal *r) {
  Versions versions = history_range(ctx, r->from, r->to);
  for (int i = 0; i < versions.count; i++)
    if (history_is_baseline(&versions.list[i]))
      r->floor = versions.list[i].version;
}

static void play_versions(Ctx *ctx, Rehearsal *r) {
  Options options = {.watch = &r->watch};
  Guard *guard = &r->guard;
  find_floor(ctx, r);
  if (r->floor > r->from)
    migrate_upgrade_within(ctx, guard, r->floor, &options);
  if (ctx_ok(ctx)) find_tables(ctx, r);
  if (ctx_ok(ctx)) note_sound(ctx, r);
  if (ctx_ok(ctx)) rehearse_note(ctx, &r->noted, r->tables);
  if (ctx_ok(ctx)) migrate_upgrade_within(ctx, guard, r->to, &options);
  if (ctx_ok(ctx)) check_sound(ctx, r);
  if (ctx_ok(ctx)) migrate_downgrade_within(ctx, guard, r->floor, &options);
  if (!ctx_ok(ctx)) return;
  rehearse_compare(ctx, &r->noted);
  check_sound(ctx, r);
  err_prefix(ctx, "after the undo down to version %lld", r->floor);
  if (!ctx_ok(ctx)) return;
  r->undone = true;
  migrate_upgrade_within(ctx, guard, r->to, &options);
  check_sound(ctx, r);
  err_prefix(ctx, "the second time");
}

/* Returns true if the error is a result of the rehearsal. Others, such as a
** lock, a full disk or an interrupt, are errors of the call. */
static bool is_finding(int rc) {
  static const int findings[] = {SQLITE_ERROR, SQLITE_CONSTRAINT,
                                 SQLITE_MISMATCH, SQLITE_TOOBIG};
  for (int i = 0; i < 4; i++)
    if ((rc & 0xff) == findings[i]) return true;
  return false;
}

static char *finish(Ctx *ctx, Rehearsal *r) {
  const char *error = is_finding(ctx->rc) && ctx->msg ? err_take(ctx) : NULL;
  const char *steps = mem_finish(ctx, r->steps);
  const char *warnings = mem_finish(ctx, r->warnings);
  return ctx_ok(ctx) ? report_json(ctx, r, steps, warnings, error) : NULL;
}

char *rehearse_here(Ctx *ctx, i64 target) {
  Rehearsal r;
  memset(&r, 0, sizeof(r));
  r.watch.before = before_step;
  r.watch.after = after_step;
  bool work = find_rehearse_work(ctx, &r, target, NULL);
  if (!ctx_ok(ctx)) return NULL;
  if (!work) return report_json(ctx, &r, "", "", NULL);
  if (sqlite3_db_readonly(ctx->db, "main") == 1)
    err_set(ctx, SQLITE_READONLY,
            "the database cannot be written: rehearse on a copy, SELECT "
            "orm_rehearse(NULL, 'copy')");
  if (!ctx_ok(ctx)) return NULL;
  guard_begin(ctx, &r.guard);
  r.guard.rehearsal = true;
  r.steps = sqlite3_str_new(ctx->db);
  r.warnings = sqlite3_str_new(ctx->db);
  if (ctx_ok(ctx)) work = find_rehearse_work(ctx, &r, target, &r.guard);
  if (ctx_ok(ctx) && work) play_versions(ctx, &r);
  guard_end(ctx, &r.guard);
  return finish(ctx, &r);
}

/* ---- on a copy ---------------------------------------------------------- */

/* Gives the copy the settings of the connection that a script may notice. */
static void copy_connection_settings(Ctx *ctx, sqlite3 *to) {
  const Settings settings = settings_save(ctx->db);
  settings_restore(to, &settings);
  i64 recursive = db_int(ctx, "PRAGMA recursive_triggers");
  Ctx there;
  ctx_init(&there, to);
  db_exec(&there, "PRAGMA recursive_triggers = %lld", recursive);
  ctx_clear(&there);
}

/* Calls the SQL function on the copy, so that it has a session there. */
static char *call_on(Ctx *ctx, sqlite3 *copy, i64 target) {
  static const char name[] = "orm_rehearse: ";
  Ctx there;
  ctx_init(&there, copy);
  char *version = target == -1 ? mem_text(ctx, "NULL", -1)
                               : mem_printf(ctx, "%lld", target);
  char *text = db_text(&there, "SELECT orm_rehearse(%s)", version);
  if (text) text = mem_text(ctx, text, -1);
  const char *said = there.msg ? there.msg : "";
  if (name_starts(said, name)) said += strlen(name);
  if (there.rc == SQLITE_NOMEM) err_nomem(ctx);
  if (!ctx_ok(&there)) err_set(ctx, there.rc, "%s", said);
  ctx_clear(&there);
  return text;
}

char *rehearse_copy(Ctx *ctx, i64 target, int (*load)(sqlite3 *)) {
  meta_require(ctx);
  guard_check_idle(ctx);
  if (!ctx_ok(ctx)) return NULL;
  sqlite3 *copy = NULL;
  char *text = NULL;
  int rc = sqlite3_open_v2("", &copy,
                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
  if (rc == SQLITE_OK) rc = load(copy);
  if (rc != SQLITE_OK) err_set(ctx, rc, "%s", sqlite3_errstr(rc));
  if (ctx_ok(ctx)) backup_copy(ctx, copy);
  if (ctx_ok(ctx)) copy_connection_settings(ctx, copy);
  if (copy) backup_interrupts(ctx, copy);
  if (ctx_ok(ctx)) text = call_on(ctx, copy, target);
  sqlite3_close(copy);
  return text;
}
