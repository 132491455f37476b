#include "run/status.h"

#include "archive/catalog.h"
#include "base/digest.h"
#include "ddl/live.h"
#include "dependents/fkeys.h"
#include "meta/memo.h"
#include "meta/model.h"
#include "meta/validate.h"
#include "plan/author_text.h"
#include "run/diff_report.h"
#include "run/work.h"
#include "schema/naming.h"
#include "schema/type_note.h"

/* ---- differences -------------------------------------------------------- */

Changes status_drift(Ctx *ctx, const Schema *declared) {
  Changes none = {NULL, 0, NULL};
  const Schema *live = live_read(ctx);
  Schema *part = live ? diff_restrict(ctx, live, declared, NULL) : NULL;
  return part ? diff_live(ctx, part, declared) : none;
}

/* Returns true if orm_reflect() adopted the table: the first version that has
** it is a baseline. */
static bool is_adopted(Ctx *ctx, i64 id) {
  Versions all = history_range(ctx, 0, history_current(ctx));
  for (int i = 0; ctx_ok(ctx) && i < all.count; i++) {
    const MetaRows *rows = history_rows(ctx, all.list[i].version);
    const Schema *names = rows ? model_names(ctx, rows) : NULL;
    for (int k = 0; names && k < names->ntable; k++)
      if (names->tables[k]->id == id) return history_is_baseline(&all.list[i]);
  }
  return false;
}

/* Returns true if an adopted model was renamed, and its table keeps the name
** that belongs to the old name of the model. */
static bool keeps_name(Ctx *ctx, const Table *from, const Table *to) {
  if (from->id == 0 || from->id != to->id || !from->model || !to->model)
    return false;
  if (strcmp(from->model, to->model) == 0 || !name_equal(from->name, to->name))
    return false;
  const char *was = naming_snake_case(ctx, from->model);
  const char *is = naming_snake_case(ctx, to->model);
  return was && is && name_equal(was, from->name) &&
         !name_equal(is, to->name) && is_adopted(ctx, to->id);
}

static void find_renamed(Ctx *ctx, Difference *d,
                         const Transition *transition) {
  if (!ctx_ok(ctx) || transition->from == transition->to) return;
  for (int i = 0; ctx_ok(ctx) && i < transition->from->ntable; i++) {
    const Table *from = transition->from->tables[i];
    const Table *to = schema_table(transition->to, from->name);
    if (to == NULL || !keeps_name(ctx, from, to)) continue;
    const Table **slot = MEM_PUSH(ctx, d->renamed, d->nrenamed);
    if (slot) *slot = to;
  }
}

/* Returns the message of an error that the report shows and survives, or NULL.
** */
static const char *take_report_error(Ctx *ctx) {
  if ((ctx->rc & 0xff) != SQLITE_ERROR || ctx->msg == NULL) return NULL;
  return err_take(ctx);
}

/* The declarations cannot be compared with the version, although both can be
** read, as when SQLite cannot rename a column in a view. The error is the only
** row of cause `error`, and the drift is shown nevertheless. */
static void compare_failed(Ctx *ctx, Difference *d, DiffReport *shown,
                           const char *message) {
  Invalid *slot = MEM_PUSH(ctx, d->wrongs.list, d->wrongs.count);
  if (slot) *slot = (Invalid){.message = message};
  shown->transition.from =
      transition_declared(ctx, history_current(ctx)).schema;
}

/* Finds the difference by reading only the part that the declarations change.
** Returns false if everything must be read. */
static bool part_difference(Ctx *ctx, Difference *d) {
  Work work;
  if (!work_find_part(ctx, &work)) return false;
  validate_schema(ctx, work.transition.to, work.part->live, NULL);
  fkeys_check_declared(ctx, work.transition.to, work.transition.renamed,
                       work.part->live);
  if (!ctx_ok(ctx)) { /* the complete comparison makes rows of the errors */
    err_forget(ctx);
    return false;
  }
  d->model = work.changes;
  find_renamed(ctx, d, &work.transition);
  author_text_apply(ctx, &d->model, work.part->live);
  return true;
}

Difference status_difference(Ctx *ctx) {
  Difference d;
  memset(&d, 0, sizeof(d));
  if (!meta_exists(ctx) || part_difference(ctx, &d)) return d;
  const Schema *live = live_read(ctx);
  DiffReport shown = diff_report_look(ctx, history_current(ctx), live);
  d.model = shown.changes;
  d.wrongs = shown.wrongs;
  const char *failed = take_report_error(ctx);
  if (failed)
    compare_failed(ctx, &d, &shown, failed);
  else if (ctx_ok(ctx))
    find_renamed(ctx, &d, &shown.transition);
  if (ctx_ok(ctx)) d.drift = status_drift(ctx, shown.transition.from);
  transition_check_backfills(ctx, &d.drift);
  if (live) author_text_apply(ctx, &d.model, live);
  if (live) author_text_apply(ctx, &d.drift, live);
  return d;
}

static void add_json_text(Ctx *ctx, sqlite3_str *json, const char *before,
                          const char *text) {
  char *quoted = db_text(ctx, "SELECT json_quote(%Q)", text);
  if (quoted) sqlite3_str_appendf(json, "%s%s", before, quoted);
}

static void add_drift(Ctx *ctx, sqlite3_str *json, const Difference *d) {
  NameMap *said = map_new(ctx);
  for (int i = 0, n = 0; i < d->drift.count && ctx_ok(ctx); i++) {
    const char *object = d->drift.list[i].object;
    if (map_get(said, object)) continue;
    add_json_text(ctx, json, n++ ? "," : "", object);
    map_put(ctx, said, object, said);
  }
}

/* Adds undeclared indexes and triggers on declared tables. */
static void add_foreign(Ctx *ctx, sqlite3_str *json, const Schema *live,
                        const Schema *now) {
  int n = 0;
  for (int i = 0; i < live->nindex && ctx_ok(ctx); i++)
    if (schema_table(now, live->indexes[i]->table) &&
        schema_index(now, live->indexes[i]->name) == NULL)
      add_json_text(ctx, json, n++ ? "," : "", live->indexes[i]->name);
  for (int i = 0; i < live->nobject && ctx_ok(ctx); i++) {
    const Object *object = live->objects[i];
    if (object->type == OBJECT_TRIGGER && schema_table(now, object->table) &&
        schema_object(now, OBJECT_TRIGGER, object->name) == NULL)
      add_json_text(ctx, json, n++ ? "," : "", object->name);
  }
}

/* Adds the errors of the declarations and of the recorded versions. */
static void report_errors(Ctx *ctx, sqlite3_str *json, const Difference *d,
                          bool exists) {
  int n = 0;
  for (int i = 0; i < d->wrongs.count && ctx_ok(ctx); i++)
    if (d->wrongs.list[i].message)
      add_json_text(ctx, json, n++ ? "," : "", d->wrongs.list[i].message);
  if (exists) history_check(ctx);
  const char *message = take_report_error(ctx);
  if (message) add_json_text(ctx, json, n ? "," : "", message);
}

/* Adds versions whose undo script was edited after they were applied. */
static void add_edited(Ctx *ctx, sqlite3_str *json, i64 current) {
  Versions all = {NULL, 0};
  if (current) all = history_range(ctx, 0, current);
  for (int i = 0, n = 0; i < all.count && ctx_ok(ctx); i++)
    if (all.list[i].applied_at && !history_is_undo_unchanged(ctx, &all.list[i]))
      sqlite3_str_appendf(json, "%s%lld", n++ ? "," : "", all.list[i].version);
}

/* Adds the scripts that an upgrade would run. */
static void add_scripts(Ctx *ctx, sqlite3_str *json, i64 current) {
  const char *scripts = db_text(
      ctx,
      "SELECT json_group_array(json_object('version', version, 'message',"
      " CAST(message AS TEXT), 'created_at', CAST(created_at AS TEXT), 'up',"
      " CAST(up AS TEXT))) FROM (SELECT * FROM \"main\".orm_migration"
      " WHERE version > %lld ORDER BY version)",
      current);
  sqlite3_str_appendf(json, ",\"scripts\":%s", scripts);
}

static const char *note_begin(int n) {
  return n ? "," : ",\"notes\":[";
}

/* Adds notes on objects that cannot be declared, after n others. Returns the
** number of all notes. */
static int add_odd(Ctx *ctx, sqlite3_str *json, int n) {
  sqlite3_stmt *rows =
      db_prepare(ctx, "SELECT type, name, sql FROM \"main\".sqlite_schema"
                      " WHERE sql IS NOT NULL ORDER BY rowid");
  while (db_row(ctx, rows)) {
    const char *type = db_column(ctx, rows, 0);
    const char *name = db_column(ctx, rows, 1);
    const char *sql = db_column(ctx, rows, 2);
    if (!ctx_ok(ctx) || name_is_internal(name)) continue;
    const char *why = live_unsupported(ctx, sql);
    if (why == NULL) continue;
    why = mem_printf(ctx, "%s \"%s\" cannot be declared: %s", type, name, why);
    if (why) add_json_text(ctx, json, note_begin(n++), why);
  }
  db_finish(rows);
  return n;
}

/* Adds notes on misleading types of declared tables, and on objects that cannot
** be declared. */
static void add_notes(Ctx *ctx, sqlite3_str *json, const Schema *now) {
  int n = 0;
  for (int i = 0; i < now->ntable && ctx_ok(ctx); i++) {
    const char *notes = type_note_table(ctx, now->tables[i]);
    if (notes == NULL) continue;
    notes = mem_printf(ctx, "table \"%s\", %s", now->tables[i]->name, notes);
    if (notes) add_json_text(ctx, json, note_begin(n++), notes);
  }
  n = add_odd(ctx, json, n);
  if (n) sqlite3_str_appendall(json, "]");
}

char *status_report(Ctx *ctx) {
  bool exists = meta_exists(ctx);
  i64 current = exists ? history_current(ctx) : 0;
  i64 head = exists ? history_head(ctx) : 0;
  const char *pending =
      exists ? db_text(ctx,
                       "SELECT json_group_array(version) FROM (SELECT version"
                       " FROM \"main\".orm_migration WHERE version > %lld"
                       " ORDER BY version)",
                       current)
             : "[]";
  const Schema *now =
      exists ? transition_declared(ctx, current).schema : schema_new(ctx);
  const Schema *live = live_read(ctx);
  if (!ctx_ok(ctx)) return NULL;
  const Difference d = status_difference(ctx);
  if (!ctx_ok(ctx)) return NULL;
  Schema *part = diff_restrict(ctx, live, now, NULL);
  sqlite3_str *json = sqlite3_str_new(ctx->db);
  sqlite3_str_appendf(json, "{\"version\":%lld,\"head\":%lld,\"pending\":%s",
                      current, head, pending);
  if (exists) add_scripts(ctx, json, current);
  sqlite3_str_appendall(json, ",\"errors\":[");
  report_errors(ctx, json, &d, exists);
  sqlite3_str_appendall(json, "],\"edited\":[");
  add_edited(ctx, json, current);
  sqlite3_str_appendall(json, "],\"drift\":[");
  add_drift(ctx, json, &d);
  sqlite3_str_appendall(json, "],\"foreign\":[");
  add_foreign(ctx, json, live, now);
  const char *archive = catalog_status(ctx);
  sqlite3_str_appendall(json, "]");
  add_notes(ctx, json, now);
  sqlite3_str_appendf(json, ",\"archive\":%s", archive ? archive : "[]");
  if (part) schema_adopt_norms(ctx, part, now);
  const char *norm = part ? schema_norm(ctx, part) : NULL;
  if (norm)
    add_json_text(ctx, json, ",\"fingerprint\":", digest_text(ctx, norm));
  add_json_text(ctx, json, ",\"extension\":", ORM_VERSION);
  sqlite3_str_appendall(json, "}");
  return mem_finish(ctx, json);
}
