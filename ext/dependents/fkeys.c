#include "dependents/fkeys.h"

#include "base/nearest.h"
#include "base/progress.h"
#include "dependents/advice.h"
#include "dependents/orphan.h"

typedef struct FkeyCount {
  const char *table;
  i64 before;         /* -1: the check fails because of a mismatch */
  bool counted;       /* `before` is known */
  i64 after;          /* -1: not counted */
  OrphanList orphans; /* before the change, by foreign key */
} FkeyCount;

typedef struct FkeyKey {
  const Table *table;
  const Constraint *foreign;
} FkeyKey;

void fkeys_touch(Ctx *ctx, FkeyCheck *check, const char *table) {
  if (check->touched == NULL) check->touched = map_new(ctx);
  map_put(ctx, check->touched, table, check);
}

void fkeys_rename(Ctx *ctx, FkeyCheck *check, const char *from,
                  const char *to) {
  if (check->renamed == NULL) check->renamed = map_new(ctx);
  char *old = mem_text(ctx, from, -1);
  if (old) map_put(ctx, check->renamed, to, old);
}

/* Returns true if the change may break or end violations of the table: it is
** renamed, touched, or points to a touched table. */
static bool may_break_keys(const FkeyCheck *check, const Table *table) {
  bool touched = map_get(check->touched, table->name) != NULL;
  if (map_get(check->renamed, table->name)) return true;
  for (int i = 0; i < table->nconstraint; i++) {
    const Constraint *c = &table->constraints[i];
    if (c->kind != CONSTRAINT_FOREIGN) continue;
    if (touched || map_get(check->touched, c->parent)) return true;
  }
  return false;
}

/* Returns the key of `accepted` for the foreign keys of a table that point to
** `parent`, or to any table if that is NULL. */
static const char *acceptance_key(Ctx *ctx, const char *table,
                                  const char *parent) {
  return mem_printf(ctx, "%s %s", table, parent ? parent : "");
}

static void accept_key(Ctx *ctx, FkeyCheck *check, const char *table,
                       const char *parent) {
  if (check->accepted == NULL) check->accepted = map_new(ctx);
  const char *one = acceptance_key(ctx, table, parent);
  const char *any = acceptance_key(ctx, table, NULL);
  if (one && any) map_put(ctx, check->accepted, one, check);
  if (one && any) map_put(ctx, check->accepted, any, check);
}

/* Accepts foreign keys to tables that another program creates: their rows have
** no parent yet. */
static void accept_external(Ctx *ctx, FkeyCheck *check, const Schema *schema) {
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++) {
    const Table *table = schema->tables[i];
    for (int k = 0; ctx_ok(ctx) && k < table->nconstraint; k++)
      if (table->constraints[k].external &&
          schema_table(schema, table->constraints[k].parent) == NULL)
        accept_key(ctx, check, table->name, table->constraints[k].parent);
  }
}

static void note_created(Ctx *ctx, FkeyCheck *check, const Schema *schema,
                         const Schema *live) {
  if (check->created == NULL) check->created = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++) {
    const char *name = schema->tables[i]->name;
    if (schema_table(live, name) == NULL && !map_get(check->renamed, name))
      map_put(ctx, check->created, name, check);
  }
}

void fkeys_gather(Ctx *ctx, FkeyCheck *check, const Schema *schema,
                  const Schema *live) {
  if (check->home == NULL) check->home = ctx;
  if (check->touched == NULL || !ctx_ok(ctx)) return;
  if (check->listed == NULL) check->listed = map_new(ctx);
  accept_external(ctx, check, schema);
  note_created(ctx, check, schema, live);
  for (int i = 0; i < schema->ntable && ctx_ok(ctx); i++) {
    Table *table = schema->tables[i];
    if (!may_break_keys(check, table) || map_get(check->listed, table->name))
      continue;
    map_put(ctx, check->listed, table->name, table);
    FkeyCount *slot = MEM_PUSH(ctx, check->counts, check->count);
    if (slot == NULL) return;
    slot->table = table->name;
    slot->after = -1;
    slot->counted = schema_table(live, table->name) == NULL &&
                    map_get(check->renamed, table->name) == NULL;
  }
}

static bool is_accepted(Ctx *ctx, const FkeyCheck *check, const char *table,
                        const char *parent) {
  if (check->accepted == NULL || !ctx_ok(ctx)) return false;
  const char *key = acceptance_key(ctx, table, parent);
  return key && map_get(check->accepted, key);
}

/* Adds the violations of the table, whose present name is `name`, to a list in
** memory of `home`. Returns their number. */
static i64 read_orphans(Ctx *ctx, Ctx *home, const FkeyCheck *check,
                        const char *table, const char *name, OrphanList *list) {
  i64 count = 0;
  progress_begin(ctx, "table \"%s\": foreign keys", name);
  sqlite3_stmt *rows =
      db_prepare(ctx, "PRAGMA \"main\".foreign_key_check(\"%w\")", name);
  while (ctx_ok(home) && db_row(ctx, rows)) {
    const char *parent = db_peek(ctx, rows, FKEY_CHECK_PARENT);
    if (is_accepted(ctx, check, table, parent)) continue;
    orphan_add(home, list, rows);
    count++;
  }
  db_finish(rows);
  return count;
}

/* Counts the violations before the change. orm_alter_table() may count for the
** script that calls it: so the result has memory of check->home, which outlives
** the call. */
static void count_present(Ctx *ctx, const FkeyCheck *check, FkeyCount *count,
                          const char *name) {
  Ctx *home = check->home;
  count->before +=
      read_orphans(ctx, home, check, count->table, name, &count->orphans);
  if (ctx_ok(ctx)) orphan_read_columns(home, name, &count->orphans);
  if (ctx->rc == SQLITE_ERROR) {
    err_forget(ctx);
    count->before = -1;
  }
}

void fkeys_before(Ctx *ctx, FkeyCheck *check, const Schema *live) {
  for (int i = 0; i < check->count && ctx_ok(ctx); i++) {
    FkeyCount *count = &check->counts[i];
    if (count->counted) continue;
    count->counted = true;
    const char *old = (const char *)map_get(check->renamed, count->table);
    const char *name = old ? old : count->table;
    if (schema_table(live, name)) count_present(ctx, check, count, name);
  }
}

void fkeys_allow(Ctx *ctx, FkeyCheck *check, const char *table, i64 count) {
  for (int i = 0; ctx_ok(ctx) && i < check->count; i++)
    if (check->counts[i].before >= 0 &&
        name_equal(check->counts[i].table, table))
      check->counts[i].before += count;
}

/* Returns true if the change creates all parents of the orphans. */
static bool all_parents_are_new(const FkeyCheck *check,
                                const OrphanList *orphans) {
  for (int i = 0; i < orphans->count; i++)
    if (!map_get(check->created, orphans->list[i].parent)) return false;
  return true;
}

static void count_after(Ctx *ctx, const FkeyCheck *check, FkeyCount *count,
                        const Schema *live) {
  OrphanList orphans = {NULL, 0};
  bool accepted = is_accepted(ctx, check, count->table, NULL);
  i64 after =
      read_orphans(ctx, ctx, check, count->table, count->table, &orphans);
  count->after = ctx_ok(ctx) ? after : -1;
  err_prefix(ctx, "table \"%s\"", count->table);
  bool mismatch = ctx->rc == SQLITE_ERROR;
  if (mismatch && (count->before < 0 || accepted)) {
    err_forget(ctx);
  } else if (ctx_ok(ctx) && count->before >= 0 && after > count->before) {
    char *report =
        orphan_report(ctx, count->table, after - count->before, &orphans,
                      &count->orphans, check->renamed, live);
    err_set(ctx, SQLITE_CONSTRAINT_FOREIGNKEY, "table \"%s\": %s; %s",
            count->table, report,
            advice_on(ctx,
                      all_parents_are_new(check, &orphans) ? PROBLEM_NEW_PARENT
                                                           : PROBLEM_PARENT,
                      after - count->before));
  }
}

char *fkeys_ended(Ctx *ctx, const FkeyCheck *check) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *json = sqlite3_str_new(ctx->db);
  int n = 0;
  for (int i = 0; ctx_ok(ctx) && i < check->count; i++) {
    const FkeyCount *count = &check->counts[i];
    if (count->after < 0 || count->before <= count->after) continue;
    const char *old = (const char *)map_get(check->renamed, count->table);
    char *name =
        db_text(ctx, "SELECT json_quote(%Q)", old ? old : count->table);
    sqlite3_str_appendf(json, "%s%s:%lld", n++ ? "," : "{", name ? name : "",
                        count->before - count->after);
  }
  if (n) sqlite3_str_appendall(json, "}");
  char *text = mem_finish(ctx, json);
  return n ? text : NULL;
}

void fkeys_allow_all(Ctx *ctx, FkeyCheck *check, const char *json) {
  sqlite3_stmt *rows =
      json ? db_prepare(ctx, "SELECT key, value FROM \"%w\".json_each(%Q)",
                        db_home(ctx, "json_each"), json)
           : NULL;
  while (rows && db_row(ctx, rows)) {
    const char *table = db_column(ctx, rows, 0);
    if (table) fkeys_allow(ctx, check, table, sqlite3_column_int64(rows, 1));
  }
  db_finish(rows);
}

/* ---- declared foreign keys ----------------------------------------------- */

/* Returns true if the terms are exactly the columns that the foreign key points
** to, each with the collation of its column.
** https://sqlite.org/foreignkeys.html#fk_indexes */
static bool terms_cover(const Term *terms, int nterm, const Constraint *c) {
  if (nterm != c->nparent) return false;
  for (int i = 0; i < c->nparent; i++) {
    bool found = false;
    for (int k = 0; k < nterm; k++)
      if (terms[k].column && name_equal(terms[k].column, c->parent_columns[i]))
        found = terms[k].collate == NULL || terms[k].own_collate;
    if (!found) return false;
  }
  return true;
}

/* Returns the number of columns of the primary key. In a table WITHOUT ROWID, a
** column that is named twice counts once
** (https://sqlite.org/withoutrowid.html). */
static int key_size(const Table *table, const Constraint *key) {
  int size = 0;
  for (int i = 0; i < key->nterm; i++) {
    bool again = false;
    for (int k = 0; k < i && table->without_rowid; k++)
      again |= name_equal(key->terms[k].column, key->terms[i].column);
    if (!again) size++;
  }
  return size;
}

static bool is_key(const Schema *schema, const Table *parent,
                   const Constraint *c) {
  for (int i = 0; i < parent->nconstraint; i++) {
    const Constraint *key = &parent->constraints[i];
    if (key->kind > CONSTRAINT_UNIQUE) continue;
    if (c->nparent == 0 ? key->kind == CONSTRAINT_PRIMARY &&
                              key_size(parent, key) == c->nterm
                        : terms_cover(key->terms, key->nterm, c))
      return true;
  }
  for (int i = 0; i < schema->nindex && c->nparent; i++) {
    const Index *index = schema->indexes[i];
    if (index->unique && index->where.sql == NULL &&
        name_equal(index->table, parent->name) &&
        terms_cover(index->terms, index->nterm, c))
      return true;
  }
  return false;
}

void fkeys_require_keys(Ctx *ctx, FkeyCheck *check, const Schema *live,
                        const NameMap *parents) {
  for (int i = 0; ctx_ok(ctx) && i < live->ntable; i++) {
    const Table *table = live->tables[i];
    for (int k = 0; ctx_ok(ctx) && k < table->nconstraint; k++) {
      const Constraint *c = &table->constraints[k];
      const Table *parent =
          c->kind == CONSTRAINT_FOREIGN && map_get(parents, c->parent)
              ? schema_table(live, c->parent)
              : NULL;
      if (parent == NULL || !is_key(live, parent, c)) continue;
      FkeyKey *slot = MEM_PUSH(ctx, check->keys, check->nkey);
      if (slot) *slot = (FkeyKey){table, c};
    }
  }
}

static void check_still_key(Ctx *ctx, const FkeyKey *key, const Schema *live) {
  const Constraint *c = key->foreign;
  const Table *now = schema_table(live, key->table->name);
  const Table *parent = schema_table(live, c->parent);
  if (now == NULL || parent == NULL || !table_count_norm(now, c->norm) ||
      is_key(live, parent, c))
    return;
  err_set(
      ctx, SQLITE_ERROR,
      "table \"%s\": the foreign key of \"%s\" would point to columns of "
      "table \"%s\" that are no longer its PRIMARY KEY or UNIQUE, so that no "
      "row of either could be written; drop the foreign key first, or keep "
      "the key",
      now->name, c->terms[0].column, parent->name);
}

void fkeys_after(Ctx *ctx, FkeyCheck *check, const Schema *live) {
  for (int i = 0; i < check->count && ctx_ok(ctx); i++)
    if (check->counts[i].counted && schema_table(live, check->counts[i].table))
      count_after(ctx, check, &check->counts[i], live);
  for (int i = 0; i < check->nkey && ctx_ok(ctx); i++)
    if (!is_accepted(ctx, check, check->keys[i].table->name,
                     check->keys[i].foreign->parent))
      check_still_key(ctx, &check->keys[i], live);
}

/* Returns the parent: a table of the version, or a live table that the version
** does not drop. NULL if there is neither. */
static const Table *find_declared_parent(const Constraint *c,
                                         const Schema *schema,
                                         const Schema *old,
                                         const Schema *live) {
  const Table *parent = schema_table(schema, c->parent);
  if (parent) return parent;
  return schema_table(old, c->parent) ? NULL : schema_table(live, c->parent);
}

/* Returns a hint for the name of a missing parent: "; did you mean
** "blog_post"?", or that it is the name of a model; "" if no name resembles it.
** The child table is not proposed. */
static const char *hint_of_parent(Ctx *ctx, const Schema *schema,
                                  const Table *child, const char *name) {
  Nearest near = {.name = name};
  for (int i = 0; i < schema->ntable; i++) {
    const Table *table = schema->tables[i];
    if (table->model && name_equal(table->model, name))
      return mem_printf(ctx,
                        "; \"%s\" is the model of table \"%s\": write that",
                        table->model, table->name);
    if (table != child) nearest_try(&near, table->name);
  }
  return nearest_hint(ctx, &near, "");
}

/* Returns the columns of a foreign key, as they stand between quotes:
** `user_id`, or `a", "b`. */
static char *quoted_columns(Ctx *ctx, const Constraint *c) {
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < c->nterm; i++)
    sqlite3_str_appendf(str, "%s%s", i ? "\", \"" : "", c->terms[i].column);
  return mem_finish(ctx, str);
}

static void refuse_missing(Ctx *ctx, const Table *table, const Constraint *c,
                           const Schema *schema, const Schema *old) {
  bool dropped = schema_table(old, c->parent) != NULL;
  err_set(ctx, SQLITE_ERROR,
          "model \"%s\": the foreign key of \"%s\" points to table \"%s\", "
          "which %s%s; %s, or write -- @external after the key if something "
          "else makes that table",
          table->model, quoted_columns(ctx, c), c->parent,
          dropped ? "this version drops" : "no model declares",
          hint_of_parent(ctx, schema, table, c->parent),
          dropped ? "drop the key, too" : "declare it");
}

static void check_foreign_key(Ctx *ctx, const Table *table, const Constraint *c,
                              const Schema *schema, const Schema *old,
                              const Schema *live) {
  const Table *parent = find_declared_parent(c, schema, old, live);
  const Schema *home = schema_table(schema, c->parent) ? schema : live;
  if (parent == NULL) {
    if (!c->external) refuse_missing(ctx, table, c, schema, old);
    return;
  }
  for (int i = 0; i < c->nparent; i++)
    if (table_column(parent, c->parent_columns[i]) < 0)
      err_set(ctx, SQLITE_ERROR,
              "model \"%s\": the foreign key of \"%s\" points to column "
              "\"%s\", which table \"%s\" does not have",
              table->model, c->terms[0].column, c->parent_columns[i],
              parent->name);
  if (!is_key(home, parent, c))
    err_set(ctx, SQLITE_ERROR,
            "model \"%s\": the foreign key of \"%s\" points to columns of "
            "table \"%s\" that are neither its PRIMARY KEY nor UNIQUE",
            table->model, c->terms[0].column, parent->name);
}

/* Returns true if the parent of the foreign key is missing, or if the key does
** not point to a key of it. */
static bool is_broken(const Schema *schema, const Schema *live,
                      const Constraint *c) {
  const Schema *home = schema_table(schema, c->parent) ? schema : live;
  const Table *parent = schema_table(home, c->parent);
  return parent == NULL || !is_key(home, parent, c);
}

/* Returns true if the schema has the same foreign key, and it is broken there,
** too. */
static bool is_broken_already(const Schema *schema, const Schema *live,
                              const char *table, const Constraint *c) {
  const Table *before = schema_table(schema, table);
  return before && table_count_norm(before, c->norm) &&
         is_broken(schema, live, c);
}

void fkeys_accept(Ctx *ctx, FkeyCheck *check, const Schema *from,
                  const Schema *to, const Schema *live) {
  for (int i = 0; ctx_ok(ctx) && i < to->ntable; i++) {
    const Table *table = to->tables[i];
    for (int k = 0; ctx_ok(ctx) && k < table->nconstraint; k++) {
      const Constraint *c = &table->constraints[k];
      if (c->kind != CONSTRAINT_FOREIGN) continue;
      bool goes = schema_table(from, c->parent) && !schema_table(to, c->parent);
      if (!goes && !is_broken(to, live, c)) continue;
      accept_key(ctx, check, table->name, c->parent);
    }
  }
}

void fkeys_check_except(Ctx *ctx, const Schema *schema, const Schema *old,
                        const Schema *live, const NameMap *parents,
                        const Table **at) {
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++) {
    const Table *table = schema->tables[i];
    *at = table;
    for (int k = 0; ctx_ok(ctx) && k < table->nconstraint; k++) {
      const Constraint *c = &table->constraints[k];
      if (c->kind != CONSTRAINT_FOREIGN || map_get(parents, c->parent))
        continue;
      if (is_broken_already(old, live, table->name, c)) continue;
      if (is_broken_already(live, live, table->name, c)) continue;
      check_foreign_key(ctx, table, c, schema, old, live);
    }
  }
}

void fkeys_check_declared(Ctx *ctx, const Schema *schema, const Schema *old,
                          const Schema *live) {
  const Table *at = NULL;
  fkeys_check_except(ctx, schema, old, live, NULL, &at);
}
