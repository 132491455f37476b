#include "plan/transition.h"

#include "plan/author_text.h"

Declared transition_declared(Ctx *ctx, i64 version) {
  Declared d = {NULL, NULL};
  if (!ctx_ok(ctx)) return d;
  if (version) d.rows = history_rows(ctx, version);
  if (!ctx_ok(ctx)) return d;
  d.schema = version ? model_read(ctx, d.rows) : schema_new(ctx);
  if (version) err_prefix(ctx, "snapshot of version %lld", version);
  return d;
}

Transition transition_between(Ctx *ctx, const Declared *from,
                              const Schema *to) {
  Transition t = {from->schema, from->schema, to};
  if (ctx_ok(ctx) && from->rows)
    t.renamed = model_renamed(ctx, from->rows, from->schema, to);
  return t;
}

Transition transition_to_declared(Ctx *ctx, i64 version, const Declared *now) {
  Transition t = {now->schema, now->schema, now->schema};
  if (!ctx_ok(ctx) || history_has(ctx, version, now->rows)) return t;
  Declared then = transition_declared(ctx, version);
  return transition_between(ctx, &then, now->schema);
}

Changes transition_changes(Ctx *ctx, const Transition *transition) {
  Changes none = {NULL, 0, NULL};
  if (transition->from == transition->to) return none;
  return diff_schemas(ctx, transition->from, transition->renamed,
                      transition->to);
}

/* ---- inverses ----------------------------------------------------------- */

static bool is_rename(const Change *c) {
  return c->op == OP_RENAME_TABLE || c->op == OP_RENAME_COLUMN;
}

static bool changes_have_renames(const Changes *changes) {
  for (int i = 0; i < changes->count; i++)
    if (is_rename(&changes->list[i])) return true;
  return false;
}

/* Returns the keys of the objects that the changes write as a whole: it does
** not matter what a RENAME has made of their texts. */
static NameMap *written_keys(Ctx *ctx, const Changes *changes) {
  Changes whole = {NULL, 0, NULL};
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++) {
    const Change *c = &changes->list[i];
    if (is_rename(c) || c->op == OP_ADD_COLUMN) continue;
    Change *slot = MEM_PUSH(ctx, whole.list, whole.count);
    if (slot) *slot = *c;
  }
  return diff_keys(ctx, &whole);
}

/* Returns true if the change may undo the effect of a RENAME on the text of an
** object. */
static bool is_after_rename(const Change *c) {
  return !is_rename(c) && c->op != OP_ADD_COLUMN && c->op != OP_DROP_COLUMN;
}

Changes transition_inverse(Ctx *ctx, const Transition *transition,
                           const MetaRows *rows, const Changes *changes) {
  Changes inverse = diff_inverse(ctx, changes), extra = {NULL, 0, NULL};
  if (!ctx_ok(ctx) || !changes_have_renames(changes)) return inverse;
  Declared to = {rows, transition->to};
  Transition undo = transition_between(ctx, &to, transition->from);
  Changes all = {NULL, 0, NULL};
  if (ctx_ok(ctx)) all = transition_changes(ctx, &undo);
  const NameMap *written = written_keys(ctx, &inverse);
  for (int i = 0; ctx_ok(ctx) && i < all.count; i++) {
    Change *c = &all.list[i];
    if (!is_after_rename(c) || diff_has_key(ctx, written, c)) continue;
    Change *slot = MEM_PUSH(ctx, extra.list, extra.count);
    if (slot == NULL) break;
    *slot = *c;
    slot->inverse = true;
  }
  if (changes->live) author_text_apply_inverse(ctx, &extra, changes->live);
  return extra.count ? diff_join(ctx, &inverse, &extra) : inverse;
}

/* ---- backfills of inverses ---------------------------------------------- */

/* Returns a SELECT of a row of NULLs with the names that a backfill may use. */
static char *row_of_nulls(Ctx *ctx, const Changes *changes,
                          const Change *change) {
  const Table *table = change->table_from;
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  sqlite3_str_appendall(str, "SELECT 0");
  for (int i = 0; i < table->ncolumn; i++)
    sqlite3_str_appendf(str, ", NULL AS \"%w\"", table->columns[i].name);
  for (int i = 0; i < changes->count; i++) {
    const Change *c = &changes->list[i];
    if (c->op == OP_RENAME_COLUMN && c->table_to == change->table_to)
      sqlite3_str_appendf(str, ", NULL AS \"%w\"",
                          c->table_to->columns[c->column_to].name);
  }
  for (int i = 0; i < ROWID_NAMES; i++)
    if (table_rowid_name(table, i))
      sqlite3_str_appendf(str, ", NULL AS %s", table_rowid_name(table, i));
  return mem_finish(ctx, str);
}

/* Returns true if the backfill names a column that does not exist. Other errors
** do not count: the caller may have functions and tables that are missing here.
*/
static bool is_stale(Ctx *ctx, const Changes *changes, const Change *change) {
  const char *row = row_of_nulls(ctx, changes, change);
  const char *backfill = change->table_to->columns[change->column_to].backfill;
  if (row == NULL) return false;
  db_finish(db_prepare(ctx, "SELECT (%s) FROM (%s) AS \"%w\"", backfill, row,
                       change->table_from->name));
  bool wrong = (ctx->rc & 0xff) == SQLITE_ERROR;
  bool stale = wrong && strstr(ctx->msg, "no such column") != NULL;
  if (wrong) err_forget(ctx);
  return stale;
}

void transition_check_backfills(Ctx *ctx, Changes *changes) {
  for (int i = 0; i < changes->count && ctx_ok(ctx); i++) {
    Change *c = &changes->list[i];
    if (c->op == OP_ADD_COLUMN && change_backfills(c))
      c->unfilled = is_stale(ctx, changes, c);
  }
}

/* ---- advice to adopt ---------------------------------------------------- */

/* Appends "DELETE FROM orm_<meta> WHERE name IN ('a', 'b'); ", or nothing
** without names. */
static void add_delete(sqlite3_str *str, const char *meta, const char *names) {
  if (*names)
    sqlite3_str_appendf(str, "DELETE FROM orm_%s WHERE name IN (%s); ", meta,
                        names);
}

static void list_name(sqlite3_str *names, const char *name) {
  sqlite3_str_appendf(names, "%s%Q", sqlite3_str_length(names) ? ", " : "",
                      name);
}

/* The declarations that no version has. */
typedef struct NewDeclarations {
  const char *models, *objects; /* lists of names */
  const char *only; /* the table, if the database has exactly one of them */
} NewDeclarations;

static NewDeclarations find_new_declarations(Ctx *ctx, const Schema *now,
                                             const Schema *live,
                                             const Schema *declared) {
  sqlite3_str *models = sqlite3_str_new(ctx->db);
  sqlite3_str *objects = sqlite3_str_new(ctx->db);
  NewDeclarations found = {NULL, NULL, NULL};
  int count = 0;
  for (int i = 0; i < declared->ntable; i++) {
    const Table *table = declared->tables[i];
    if (map_get(now->relations, table->name)) continue;
    list_name(models, table->model);
    if (map_get(live->relations, table->name) == NULL) continue;
    found.only = count++ == 0 ? table->name : NULL;
  }
  for (int i = 0; i < declared->nobject; i++) {
    const Object *o = declared->objects[i];
    if (o->id == 0 || schema_object(now, o->type, o->name)) continue;
    list_name(objects, o->name);
    if (schema_object(live, o->type, o->name)) found.only = NULL;
  }
  found.models = mem_finish(ctx, models);
  found.objects = mem_finish(ctx, objects);
  return found;
}

const char *transition_adopt_calls(Ctx *ctx, const Schema *now,
                                   const Schema *live, const Schema *declared) {
  if (!ctx_ok(ctx)) return "";
  const NewDeclarations found = find_new_declarations(ctx, now, live, declared);
  if (!ctx_ok(ctx)) return "";
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  sqlite3_str_appendall(str,
                        "keep the script that SELECT orm_models() gives; ");
  add_delete(str, "model", found.models);
  add_delete(str, "object", found.objects);
  sqlite3_str_appendf(
      str, found.only ? "SELECT orm_reflect(%Q); " : "SELECT orm_reflect(); ",
      found.only);
  sqlite3_str_appendall(
      str, "SELECT orm_declare(that script); SELECT orm_migrate()");
  return mem_finish(ctx, str);
}

/* ---- pending versions --------------------------------------------------- */

static char *list_versions(Ctx *ctx, i64 above, i64 to) {
  return db_text_or_null(
      ctx,
      "SELECT group_concat(version, ', ') FROM (SELECT version FROM"
      " \"main\".orm_migration WHERE version > %lld AND"
      " version <= %lld ORDER BY version)",
      above, to);
}

void transition_check_no_pending(Ctx *ctx, i64 current, i64 head) {
  bool several = head - current > 1;
  if (head > current)
    err_set(ctx, SQLITE_ERROR,
            several ? "versions %s are recorded but not applied: SELECT "
                      "orm_upgrade() applies them, SELECT orm_discard() "
                      "forgets the newest"
                    : "version %s is recorded but not applied: SELECT "
                      "orm_upgrade() applies it, SELECT orm_discard() forgets "
                      "the newest",
            list_versions(ctx, current, head));
}
