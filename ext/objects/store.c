#include "objects/store.h"

#include "base/tree.h"
#include "objects/value_bind.h"

const JsonValue store_null = {.type = JSON_NULL, .stored = true};

/* ---- begin and end ------------------------------------------------------ */

void store_begin(Store *s, Ctx *ctx, bool alone) {
  memset(s, 0, sizeof(*s));
  s->deferred.watched = alone;
  s->ctx = ctx;
  ctx_share(&s->work, ctx);
  s->classes = classes_new(ctx);
  s->work.rc = ctx->rc;
}

/* Moves an error of the long memory to s->work. */
static void join_errors(Store *s) {
  if (ctx_ok(s->ctx) || !store_ok(s)) return;
  if (s->ctx->rc == SQLITE_NOMEM)
    err_nomem(&s->work);
  else
    err_set(&s->work, s->ctx->rc, "%s", s->ctx->msg);
}

const char *store_path(const Store *s, Ctx *to) {
  sqlite3_str *str = sqlite3_str_new(s->ctx->db);
  for (int i = 0; i < s->depth; i++)
    if (s->path[i].name)
      sqlite3_str_appendf(str, "%s%s", i ? "." : "", s->path[i].name);
    else
      sqlite3_str_appendf(str, "[%lld]", s->path[i].index);
  return mem_finish(to, str);
}

static void finish_class(StoreClass *c) {
  db_finish(c->by_rowid);
  for (int i = 0; i < c->nstatement; i++) db_finish(c->statements[i].stmt);
}

void store_end(Store *s) {
  for (int i = 0; i < s->count; i++) finish_class(s->list[i]);
  if (!store_ok(s) && ctx_ok(s->ctx)) {
    const char *path = store_path(s, s->ctx);
    if (path && *path) err_prefix(&s->work, "%s", path);
    if (s->work.rc == SQLITE_NOMEM)
      err_nomem(s->ctx);
    else
      err_set(s->ctx, s->work.rc, "%s", s->work.msg);
  }
  ctx_clear(&s->work);
}

void store_next(Store *s) {
  if (!store_ok(s)) return;
  ctx_clear(&s->work);
  ctx_share(&s->work, s->ctx);
}

/* ---- the path ----------------------------------------------------------- */

static void push_step(Store *s, PathStep step) {
  int room = (int)(sizeof(s->path) / sizeof(s->path[0]));
  if (s->depth == room)
    err_set(&s->work, SQLITE_ERROR, "more than %d levels", JSON_DEPTH);
  else if (store_ok(s))
    s->path[s->depth++] = step;
}

void store_enter(Store *s, const char *name) {
  push_step(s, (PathStep){name, 0});
}

void store_enter_index(Store *s, i64 index) {
  push_step(s, (PathStep){NULL, index});
}

void store_leave(Store *s) {
  if (store_ok(s)) s->depth--;
}

/* ---- classes ------------------------------------------------------------ */

/* Returns the index of the column with VERSION, or -1. */
static int version_column(const Table *table) {
  for (int i = 0; i < table->ncolumn; i++)
    if (table->columns[i].version) return i;
  return -1;
}

/* Returns the class of this name, with or without a PRIMARY KEY. */
static StoreClass *any_class(Store *s, const char *name) {
  if (!store_ok(s)) return NULL;
  const Class *of = classes_find(s->classes, name);
  for (int i = 0; i < s->count; i++)
    if (s->list[i]->of == of) return s->list[i];
  StoreClass *c = of ? MEM_NEW(s->ctx, StoreClass) : NULL;
  StoreClass **slot = c ? MEM_PUSH(s->ctx, s->list, s->count) : NULL;
  if (slot) {
    *slot = c;
    c->of = of;
    const ClassKey *key = class_primary_key(of);
    if (key) c->key = (ColumnList){key->columns, key->count};
    c->version = version_column(of->table);
    c->links =
        (StoreLink *)mem_new(s->ctx, sizeof(StoreLink) * (size_t)of->nlink);
  }
  join_errors(s);
  return store_ok(s) ? c : NULL;
}

StoreClass *store_class(Store *s, const char *name) {
  StoreClass *c = any_class(s, name);
  if (c && c->key.count == 0)
    err_set(&s->work, SQLITE_ERROR,
            "model \"%s\" has no PRIMARY KEY to tell its objects apart", name);
  return store_ok(s) ? c : NULL;
}

/* Returns the indexes of the columns of a foreign key in the table: `names`,
** or, if that is NULL, the columns of the child. */
static ColumnList key_columns(Ctx *ctx, const Table *table,
                              const Constraint *foreign, const char **names) {
  int n = foreign->nterm;
  int *columns = (int *)mem_new(ctx, sizeof(int) * (size_t)n);
  for (int i = 0; columns && i < n; i++)
    columns[i] =
        table_column(table, names ? names[i] : foreign->terms[i].column);
  return (ColumnList){columns, columns ? n : 0};
}

/* Sets the columns of the foreign keys of a link. */
static void find_link_columns(Store *s, StoreLink *link) {
  const Direction *d = link->direction;
  bool child = d->kind == RELATION_TO_ONE;
  if (d->join) return;
  link->own =
      key_columns(s->ctx, d->owner, d->foreign, child ? NULL : d->referenced);
  if (d->through == NULL) {
    link->other = key_columns(s->ctx, d->target, d->foreign,
                              child ? d->referenced : NULL);
  } else {
    link->other = key_columns(s->ctx, d->target, d->other, d->ends);
    link->near = key_columns(s->ctx, d->through, d->foreign, NULL);
    link->far = key_columns(s->ctx, d->through, d->other, NULL);
  }
}

const StoreLink *store_link(Store *s, StoreClass *c, int i) {
  if (!store_ok(s)) return NULL;
  StoreLink *link = &c->links[i];
  if (link->target) return link;
  link->link = &c->of->links[i];
  link->direction = classes_direction(s->classes, c->of, link->link);
  join_errors(s);
  StoreClass *target = store_class(s, link->link->target);
  if (target == NULL) return NULL;
  if (link->direction->through)
    link->through = any_class(s, link->direction->through->model);
  if (store_ok(s)) find_link_columns(s, link);
  join_errors(s);
  if (store_ok(s)) link->target = target;
  return store_ok(s) ? link : NULL;
}

RowValues store_new_row(Store *s, const StoreClass *c) {
  size_t n = (size_t)c->of->table->ncolumn;
  return (RowValues)mem_new(&s->work, sizeof(JsonValue *) * n);
}

/* Returns a copy of a value, in memory of ctx. */
static const JsonValue *keep_value(Ctx *ctx, const JsonValue *v) {
  if (v && !v->stored) {
    const char *source = mem_text(ctx, v->source, v->source_bytes);
    return source ? json_parse(ctx, source, v->source_bytes) : NULL;
  }
  JsonValue *copy = v ? MEM_NEW(ctx, JsonValue) : NULL;
  if (copy == NULL) return &store_null;
  *copy = *v;
  if (v->text) copy->text = mem_text(ctx, v->text, v->bytes);
  return copy;
}

RowValues store_keep(Store *s, const StoreClass *c, ColumnList columns,
                     RowValues values) {
  size_t n = (size_t)c->of->table->ncolumn;
  RowValues row = (RowValues)mem_new(s->ctx, sizeof(JsonValue *) * n);
  for (int i = 0; row && i < columns.count; i++)
    row[columns.list[i]] = keep_value(s->ctx, values[columns.list[i]]);
  join_errors(s);
  return row;
}

/* ---- statements --------------------------------------------------------- */

static bool same_columns(ColumnList a, ColumnList b) {
  return a.count == b.count &&
         (a.count == 0 ||
          memcmp(a.list, b.list, sizeof(int) * (size_t)a.count) == 0);
}

ColumnList store_copy_columns(Ctx *ctx, ColumnList columns) {
  size_t size = sizeof(int) * (size_t)columns.count;
  int *copy = (int *)mem_new(ctx, size);
  if (copy && size) memcpy(copy, columns.list, size);
  return (ColumnList){copy, columns.count};
}

/* Appends each column in a format that takes its name; `between` separates
** them. */
static void append_columns(sqlite3_str *sql, const Table *table,
                           ColumnList columns, const char *between,
                           const char *format) {
  for (int i = 0; i < columns.count; i++) {
    if (i) sqlite3_str_appendall(sql, between);
    sqlite3_str_appendf(sql, format, table->columns[columns.list[i]].name);
  }
}

char *store_where(Ctx *ctx, const Table *table, ColumnList columns) {
  Tree tree = {ctx, NULL, 0};
  for (int i = 0; ctx_ok(ctx) && i < columns.count; i++)
    tree_add(&tree, mem_printf(ctx, "\"%w\" = ?",
                               table->columns[columns.list[i]].name));
  return tree_join(&tree, " AND ", "1");
}

static char *statement_sql(Ctx *ctx, const Table *table, StoreVerb verb,
                           ColumnList set, ColumnList where) {
  sqlite3_str *sql = sqlite3_str_new(ctx->db);
  switch (verb) {
  case STORE_SELECT:
    sqlite3_str_appendall(sql, "SELECT ");
    append_columns(sql, table, set, ", ", "\"%w\"");
    sqlite3_str_appendf(sql, " FROM \"main\".\"%w\"", table->name);
    break;
  case STORE_INSERT:
    sqlite3_str_appendf(sql, "INSERT INTO \"main\".\"%w\"", table->name);
    if (set.count == 0) sqlite3_str_appendall(sql, " DEFAULT VALUES");
    if (set.count == 0) return mem_finish(ctx, sql);
    sqlite3_str_appendall(sql, "(");
    append_columns(sql, table, set, ", ", "\"%w\"");
    sqlite3_str_appendall(sql, ") VALUES (");
    append_columns(sql, table, set, ", ", "?");
    sqlite3_str_appendall(sql, ")");
    return mem_finish(ctx, sql);
  case STORE_UPDATE:
    sqlite3_str_appendf(sql, "UPDATE \"main\".\"%w\" SET ", table->name);
    append_columns(sql, table, set, ", ", "\"%w\" = ?");
    break;
  case STORE_DELETE:
    sqlite3_str_appendf(sql, "DELETE FROM \"main\".\"%w\"", table->name);
    break;
  }
  sqlite3_str_appendf(sql, " WHERE %s", store_where(ctx, table, where));
  return mem_finish(ctx, sql);
}

sqlite3_stmt *store_statement(Store *s, StoreClass *c, StoreVerb verb,
                              ColumnList set, ColumnList where) {
  if (!store_ok(s)) return NULL;
  for (int i = 0; i < c->nstatement; i++) {
    const StoreStatement *known = &c->statements[i];
    if (known->verb == verb && same_columns(known->set, set) &&
        same_columns(known->where, where))
      return known->stmt;
  }
  StoreStatement *slot = MEM_PUSH(s->ctx, c->statements, c->nstatement);
  if (slot) {
    slot->verb = verb;
    slot->set = store_copy_columns(s->ctx, set);
    slot->where = store_copy_columns(s->ctx, where);
    slot->stmt = db_prepare(
        s->ctx, "%s", statement_sql(s->ctx, c->of->table, verb, set, where));
    if (s->ctx->rc == SQLITE_ERROR)
      err_prefix(s->ctx, "model \"%s\" (has it been migrated?)", c->of->name);
  }
  join_errors(s);
  return store_ok(s) ? slot->stmt : NULL;
}

void store_bind(Store *s, sqlite3_stmt *stmt, int first, const StoreClass *c,
                ColumnList columns, RowValues values) {
  for (int i = 0; store_ok(s) && stmt && i < columns.count; i++) {
    int column = columns.list[i];
    store_enter(s, c->of->table->columns[column].name);
    value_bind(&s->work, stmt, first + i, c->of, column, values[column]);
    store_leave(s);
  }
}

/* Notes whether violations of deferred foreign keys are pending. If there are
** none any more, all rows that have been noted have their parents. */
static void watch_deferred(Store *s) {
  int now = 0, most = 0;
  sqlite3_db_status(s->ctx->db, SQLITE_DBSTATUS_DEFERRED_FKS, &now, &most, 0);
  if (now == 0) {
    s->deferred.since = NULL;
    s->deferred.count = 0;
  } else if (s->deferred.since == NULL) {
    s->deferred.since = store_path(s, s->ctx);
    join_errors(s);
  }
}

int store_run(Store *s, sqlite3_stmt *stmt) {
  if (!store_ok(s) || stmt == NULL) return 0;
  while (db_row(&s->work, stmt)) {}
  int changes = store_ok(s) ? sqlite3_changes(s->ctx->db) : 0;
  sqlite3_reset(stmt);
  if (s->deferred.watched && store_ok(s)) watch_deferred(s);
  return changes;
}

/* ---- rows --------------------------------------------------------------- */

void store_take_value(Store *s, JsonValue *v, sqlite3_value *value) {
  static const JsonType types[] = {[SQLITE_INTEGER] = JSON_INTEGER,
                                   [SQLITE_FLOAT] = JSON_REAL,
                                   [SQLITE_TEXT] = JSON_STRING,
                                   [SQLITE_BLOB] = JSON_BLOB,
                                   [SQLITE_NULL] = JSON_NULL};
  v->stored = true;
  v->type = types[sqlite3_value_type(value)];
  if (v->type == JSON_INTEGER) v->integer = sqlite3_value_int64(value);
  if (v->type == JSON_REAL) v->real = sqlite3_value_double(value);
  if (v->type != JSON_STRING && v->type != JSON_BLOB) return;
  const void *z = v->type == JSON_STRING ? sqlite3_value_text(value)
                                         : sqlite3_value_blob(value);
  v->bytes = sqlite3_value_bytes(value);
  if (z == NULL && v->bytes) err_nomem(&s->work);
  if (store_ok(s))
    v->text = mem_text(&s->work, z ? (const char *)z : "", v->bytes);
}

/* Returns a value of a row. */
static const JsonValue *column_value(Store *s, sqlite3_stmt *stmt, int i) {
  JsonValue *v = MEM_NEW(&s->work, JsonValue);
  if (v) store_take_value(s, v, sqlite3_column_value(stmt, i));
  return v;
}

bool store_read(Store *s, StoreClass *c, ColumnList set, ColumnList where,
                RowValues values, RowValues to) {
  sqlite3_stmt *stmt = store_statement(s, c, STORE_SELECT, set, where);
  store_bind(s, stmt, 1, c, where, values);
  bool found = stmt && db_row(&s->work, stmt);
  for (int i = 0; found && store_ok(s) && i < set.count; i++)
    to[set.list[i]] = column_value(s, stmt, i);
  sqlite3_reset(stmt);
  return found && store_ok(s);
}

void store_read_key(Store *s, StoreClass *c, const char *name, i64 rowid,
                    RowValues to) {
  if (!store_ok(s)) return;
  if (c->by_rowid == NULL) {
    sqlite3_str *sql = sqlite3_str_new(s->ctx->db);
    append_columns(sql, c->of->table, c->key, ", ", "\"%w\"");
    c->by_rowid =
        db_prepare(s->ctx, "SELECT %s FROM \"main\".\"%w\" WHERE %s = ?",
                   mem_finish(s->ctx, sql), c->of->table->name, name);
  }
  join_errors(s);
  db_bind_int(&s->work, c->by_rowid, 1, rowid);
  bool found = store_ok(s) && db_row(&s->work, c->by_rowid);
  for (int i = 0; found && store_ok(s) && i < c->key.count; i++)
    to[c->key.list[i]] = column_value(s, c->by_rowid, i);
  sqlite3_reset(c->by_rowid);
}

const JsonValue **store_list(Store *s, StoreClass *c, ColumnList set,
                             ColumnList where, RowValues values, int *count) {
  const JsonValue **list = NULL;
  int n = 0;
  sqlite3_stmt *stmt = store_statement(s, c, STORE_SELECT, set, where);
  store_bind(s, stmt, 1, c, where, values);
  while (stmt && db_row(&s->work, stmt))
    for (int i = 0; store_ok(s) && i < set.count; i++) {
      const JsonValue **slot = MEM_PUSH(&s->work, list, n);
      if (slot) *slot = column_value(s, stmt, i);
    }
  sqlite3_reset(stmt);
  *count = set.count ? n / set.count : 0;
  return list;
}

/* ---- versions ----------------------------------------------------------- */

/* Sets the error for an object that was read before another version of it was
** written. */
static void stale(Store *s, const StoreClass *c, const JsonValue *given,
                  i64 version) {
  err_set(&s->work, SQLITE_BUSY_SNAPSHOT,
          "the object of model \"%s\" is stale: its version in the database is "
          "%lld, not %.*s; read it again",
          c->of->name, version, given->source_bytes, given->source);
}

void store_next_version(Store *s, StoreClass *c, RowValues values) {
  if (!store_ok(s) || c->version < 0) return;
  const ColumnList column = {&c->version, 1};
  const JsonValue *given = values[c->version];
  RowValues now = store_new_row(s, c);
  JsonValue *next = MEM_NEW(&s->work, JsonValue);
  if (next == NULL || !store_read(s, c, column, c->key, values, now)) return;
  i64 version = now[c->version]->integer; /* 0 if it is NULL */
  if (given && given->type != JSON_NULL &&
      (given->type != JSON_INTEGER || given->integer != version))
    stale(s, c, given, version);
  next->type = JSON_INTEGER;
  next->stored = true;
  next->integer = version + 1;
  values[c->version] = next;
}

/* Sets an error if a column belongs to the PRIMARY KEY, because an object must
** have a key. */
static void check_clears(Store *s, const StoreClass *c, ColumnList columns) {
  for (int i = 0; i < columns.count; i++)
    for (int k = 0; k < c->key.count; k++)
      if (columns.list[i] == c->key.list[k])
        err_set(&s->work, SQLITE_CONSTRAINT,
                "an object of model \"%s\" cannot lose \"%s\", a part of its "
                "PRIMARY KEY; delete the object, or say cascade 'delete' or "
                "'delete-orphan'",
                c->of->name, c->of->table->columns[columns.list[i]].name);
}

void store_clear(Store *s, StoreClass *c, ColumnList columns, RowValues key) {
  int *set =
      (int *)mem_new(&s->work, sizeof(int) * (size_t)(columns.count + 1));
  RowValues values = store_new_row(s, c);
  check_clears(s, c, columns);
  if (!store_ok(s)) return;
  memcpy(values, key, sizeof(*values) * (size_t)c->of->table->ncolumn);
  memcpy(set, columns.list, sizeof(int) * (size_t)columns.count);
  int n = columns.count;
  if (c->version >= 0) {
    values[c->version] = NULL;
    store_next_version(s, c, values);
    set[n++] = c->version;
  }
  const ColumnList all = {set, n};
  sqlite3_stmt *stmt = store_statement(s, c, STORE_UPDATE, all, c->key);
  store_bind(s, stmt, n + 1, c, c->key, values);
  for (int i = 0; i < columns.count; i++) values[columns.list[i]] = &store_null;
  store_bind(s, stmt, 1, c, all, values);
  store_run(s, stmt);
}

/* ---- comparing ---------------------------------------------------------- */

/* Compares two values of rows. */
static int compare_stored(const JsonValue *a, const JsonValue *b) {
  if (a->type != b->type) return a->type < b->type ? -1 : 1;
  if (a->type == JSON_INTEGER)
    return (a->integer > b->integer) - (a->integer < b->integer);
  if (a->type == JSON_REAL) return (a->real > b->real) - (a->real < b->real);
  if (a->type != JSON_STRING && a->type != JSON_BLOB) return 0;
  int n = a->bytes < b->bytes ? a->bytes : b->bytes;
  int order = memcmp(a->text, b->text, (size_t)n);
  return order ? order : (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

int store_compare(const JsonValue *const *a, const JsonValue *const *b, int n) {
  int order = 0;
  for (int i = 0; order == 0 && i < n; i++) order = compare_stored(a[i], b[i]);
  return order;
}
