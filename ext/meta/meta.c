#include "meta/meta.h"

#include <stdlib.h>

#include "base/token.h"

/* ---- the meta tables ---------------------------------------------------- */

typedef struct MetaTable {
  const char *name;        /* orm_NAME; also its key in a snapshot */
  const char *columns[13]; /* "id" first */
} MetaTable;

static const MetaTable meta_tables[META_KINDS] = {
    [META_MODEL] = {"model", {"id", "name", "table_name", "options"}},
    [META_COLUMN] = {"column",
                     {"id", "model", "name", "definition", "backfill"}},
    [META_CONSTRAINT] = {"constraint", {"id", "model", "name", "definition"}},
    [META_RELATIONSHIP] = {"relationship",
                           {"id", "model", "name", "target", "backref",
                            "foreign_key", "secondary", "remote_side",
                            "uselist", "cascade", "order_by", "viewonly"}},
    [META_OBJECT] = {"object", {"id", "type", "name", "sql"}},
    [META_VIEW] = {"view", {"id", "sql"}},
};
#define META_TABLES META_VIEW

static const MetaTable *meta_table(const char *name) {
  const MetaTable *table = meta_tables;
  while (strcmp(table->name, name) != 0) table++;
  return table;
}

i64 meta_layout(Ctx *ctx) {
  if (!db_has_table(ctx, "orm_state")) return 0;
  i64 layout = db_int(ctx, "SELECT layout FROM \"main\".orm_state");
  if (ctx_ok(ctx) && layout < 1)
    err_set(ctx, SQLITE_ERROR,
            "orm_state does not say which layout the meta tables have, a "
            "number from 1 to %d: somebody changed it; put it back (from a "
            "backup)",
            META_LAYOUT);
  if (layout > META_LAYOUT)
    err_set(ctx, SQLITE_ERROR,
            "the meta tables have layout %lld, this build of orm knows %d: "
            "load a newer orm",
            layout, META_LAYOUT);
  return ctx_ok(ctx) ? layout : 0;
}

bool meta_exists(Ctx *ctx) {
  i64 layout = meta_layout(ctx);
  if (layout && layout < META_LAYOUT)
    err_set(ctx, SQLITE_ERROR,
            "the meta tables have layout %lld, of an older orm: SELECT "
            "orm_init() brings them up to date",
            layout);
  return layout && ctx_ok(ctx);
}

void meta_require(Ctx *ctx) {
  if (!meta_exists(ctx))
    err_set(ctx, SQLITE_ERROR,
            "this database has no models yet: SELECT orm_init() makes the "
            "meta tables, SELECT orm_import('dir') brings a repository");
}

/* ---- rows --------------------------------------------------------------- */

/* The columns of a meta table, each in its form: "%w", or the like. */
static char *meta_columns(Ctx *ctx, const MetaTable *table, const char *form) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; table->columns[i]; i++) {
    if (i) sqlite3_str_appendall(str, ", ");
    sqlite3_str_appendf(str, form, table->columns[i], table->columns[i]);
  }
  return mem_finish(ctx, str);
}

sqlite3_stmt *meta_rows(Ctx *ctx, const char *name) {
  return db_prepare(ctx, "SELECT %s FROM \"main\".orm_%s ORDER BY id",
                    meta_columns(ctx, meta_table(name), "\"%w\""), name);
}

sqlite3_stmt *meta_rows_of(Ctx *ctx, const char *name, const char *model) {
  return db_prepare(
      ctx, "SELECT %s FROM \"main\".orm_%s WHERE model = %Q ORDER BY id",
      meta_columns(ctx, meta_table(name), "\"%w\""), name, model);
}

const char *meta_column(const char *name, int i) {
  return meta_table(name)->columns[i];
}

static MetaRow *row_new(Ctx *ctx, MetaKind kind) {
  MetaRow *row;
  size_t n = 0;
  while (meta_tables[kind].columns[n]) n++;
  row = (MetaRow *)mem_new(ctx, sizeof(*row) + n * sizeof(row->texts[0]));
  return row;
}

static MetaRow *read_row(Ctx *ctx, sqlite3_stmt *stmt, MetaKind kind,
                         size_t *bytes) {
  MetaRow *row = row_new(ctx, kind);
  if (row == NULL) return NULL;
  row->id = sqlite3_column_int64(stmt, 0);
  for (int i = 0; ctx_ok(ctx) && i < sqlite3_column_count(stmt); i++) {
    int type = sqlite3_column_type(stmt, i);
    if (type == SQLITE_NULL) continue;
    if (type == SQLITE_BLOB)
      err_set(ctx, SQLITE_ERROR,
              "row %lld of orm_%s has a BLOB as its %s: make it text, CAST(... "
              "AS TEXT)",
              row->id, meta_tables[kind].name, meta_tables[kind].columns[i]);
    if (type != SQLITE_TEXT) row->numbers |= 1u << i;
    row->texts[i] = db_column(ctx, stmt, i);
    if (row->texts[i])
      *bytes += strlen(row->texts[i]) + strlen(meta_tables[kind].columns[i]) +
                strlen("\"\":\"\",");
  }
  *bytes += strlen("{},");
  return row;
}

static MetaRow *read_meta_rows(Ctx *ctx, MetaKind kind, size_t *bytes) {
  MetaRow *first = NULL, **end = &first;
  sqlite3_stmt *stmt = meta_rows(ctx, meta_tables[kind].name);
  while (db_row(ctx, stmt)) {
    *end = read_row(ctx, stmt, kind, bytes);
    if (*end) end = &(*end)->next;
  }
  db_finish(stmt);
  return first;
}

/* The columns of the newest version that have a backfill: id, backfill. */
#define SPENT_BACKFILLS                                                        \
  "SELECT json_extract(value, '$.id') AS id,"                                  \
  " json_extract(value, '$.backfill') AS backfill"                             \
  " FROM (SELECT models FROM (SELECT models FROM \"main\".orm_migration"       \
  "  ORDER BY version DESC LIMIT 1) WHERE instr(models, '\"backfill\":')) AS " \
  "v,"                                                                         \
  " \"%w\".json_each(v.models, '$.column')"                                    \
  " WHERE json_extract(value, '$.backfill') IS NOT NULL"

/* Columns without a backfill have the one that ran last; others' are due. */
static void read_spent(Ctx *ctx, MetaRows *rows) {
  MetaRow *row = rows->first[META_COLUMN];
  bool wanted = false;
  for (MetaRow *r = row; r; r = r->next) {
    r->due = r->texts[4] != NULL;
    wanted |= !r->due;
  }
  if (!wanted) return;
  sqlite3_stmt *stmt =
      db_prepare(ctx, SPENT_BACKFILLS " ORDER BY 1", db_home(ctx, "json_each"));
  while (db_row(ctx, stmt)) {
    i64 id = sqlite3_column_int64(stmt, 0);
    while (row && row->id < id) row = row->next;
    if (row == NULL || row->id != id || row->texts[4]) continue;
    row->texts[4] = db_column(ctx, stmt, 1);
    if (row->texts[4]) rows->bytes += strlen(row->texts[4]) + 16;
  }
  db_finish(stmt);
}

void meta_spend(Ctx *ctx, i64 column) {
  db_exec(ctx,
          "UPDATE \"main\".orm_column SET backfill = NULL WHERE id = %lld"
          " AND backfill IS NOT NULL",
          column);
}

void meta_unspend(Ctx *ctx, i64 column, const char *backfill) {
  db_exec(ctx,
          "UPDATE \"main\".orm_column SET backfill = %Q WHERE id = %lld"
          " AND backfill IS NULL",
          backfill, column);
}

void meta_check_format(Ctx *ctx, const char *snapshot) {
  sqlite3_stmt *stmt =
      db_prepare(ctx, "SELECT CASE WHEN json_valid(?1)"
                      " THEN json_extract(?1, '$.format') END");
  db_bind_text(ctx, stmt, 1, snapshot);
  i64 format = db_row(ctx, stmt) ? sqlite3_column_int64(stmt, 0) : 0;
  db_finish(stmt);
  if (ctx_ok(ctx) && format == 0)
    err_set(ctx, SQLITE_ERROR,
            "a snapshot of models is no JSON that says its format");
  if (format != SNAPSHOT_FORMAT)
    err_set(ctx, SQLITE_ERROR,
            "a snapshot of models has format %lld, this build of orm knows %d",
            format, SNAPSHOT_FORMAT);
}

/* ---- rows of a snapshot ------------------------------------------------- */

/* JSON as it is read: SQLite has found it valid, so that no mark is missing. */
typedef struct Json {
  Ctx *ctx;
  const char *z;
  sqlite3_stmt *unescape;
} Json;

/* Goes past the mark, if it is next. */
static bool json_accept(Json *json, char mark) {
  static const char spaces[] = " \t\r\n";
  json->z += strspn(json->z, spaces);
  if (*json->z != mark) return false;
  json->z += 1 + strspn(json->z + 1, spaces);
  return true;
}

static const char *string_end(const char *z) {
  for (z++; *z && *z != '"'; z++)
    if (*z == '\\' && z[1]) z++;
  return *z ? z + 1 : z;
}

/* Goes past a value, and returns how many bytes it has. */
static int json_skip(Json *json) {
  const char *z = json->z;
  int depth = 0;
  do {
    depth += (*z == '{' || *z == '[') - (*z == '}' || *z == ']');
    if (*z == '"')
      z = string_end(z);
    else if (*z)
      z += 1 + strcspn(z + 1, "{}[],:\" \t\r\n");
  } while (depth > 0 && *z);
  int n = (int)(z - json->z);
  json->z = z;
  return n;
}

/* The value that is next as text; NULL for null. What is escaped, SQLite
** reads. */
static const char *json_value(Json *json, bool *number) {
  Ctx *ctx = json->ctx;
  const char *z = json->z, *text = NULL;
  int n = json_skip(json);
  *number = *z != '"';
  if (*z == 't' || *z == 'f') return *z == 't' ? "1" : "0";
  if (*number) return *z == 'n' ? NULL : mem_text(ctx, z, n);
  if (memchr(z, '\\', (size_t)n) == NULL) return mem_text(ctx, z + 1, n - 2);
  db_bind_text(ctx, json->unescape, 1, mem_text(ctx, z, n));
  if (db_row(ctx, json->unescape)) text = db_column(ctx, json->unescape, 0);
  sqlite3_reset(json->unescape);
  return text;
}

/* Is that the key that is next? */
static bool json_is_key(const Json *json, const char *name) {
  size_t n = strlen(name);
  return strncmp(json->z + 1, name, n) == 0 && json->z[n + 1] == '"';
}

static MetaRow *json_row(Json *json, MetaKind kind) {
  const char *const *columns = meta_tables[kind].columns;
  MetaRow *row = row_new(json->ctx, kind);
  bool object = json_accept(json, '{');
  if (!object) json_skip(json);
  while (object && row && *json->z && !json_accept(json, '}')) {
    int i = 0;
    while (columns[i] && !json_is_key(json, columns[i])) i++;
    json_skip(json);
    json_accept(json, ':');
    bool number;
    const char *text = json_value(json, &number);
    json_accept(json, ',');
    if (columns[i] == NULL || row->texts[i]) continue;
    row->texts[i] = text;
    row->numbers |= (unsigned)number << i;
  }
  if (row && row->texts[0]) row->id = strtoll(row->texts[0], NULL, 10);
  return row;
}

static MetaRow *json_rows(Json *json, MetaKind kind) {
  MetaRow *first = NULL, **end = &first;
  bool array = json_accept(json, '[');
  if (!array) json_skip(json);
  while (array && *json->z && !json_accept(json, ']')) {
    *end = json_row(json, kind);
    if (*end) end = &(*end)->next;
    json_accept(json, ',');
  }
  return first;
}

static void read_snapshot(Ctx *ctx, MetaRows *rows, const char *snapshot) {
  meta_check_format(ctx, snapshot);
  if (!ctx_ok(ctx)) return;
  Json json = {ctx, snapshot, db_prepare(ctx, "SELECT json_extract(?1, '$')")};
  json_accept(&json, '{');
  while (ctx_ok(ctx) && *json.z && !json_accept(&json, '}')) {
    MetaKind kind = 0;
    while (kind < META_KINDS && !json_is_key(&json, meta_tables[kind].name))
      kind++;
    json_skip(&json);
    json_accept(&json, ':');
    if (kind < META_KINDS)
      rows->first[kind] = json_rows(&json, kind);
    else
      json_skip(&json);
    json_accept(&json, ',');
  }
  db_finish(json.unescape);
}

MetaRows meta_read(Ctx *ctx, const char *snapshot) {
  MetaRows rows;
  memset(&rows, 0, sizeof(rows));
  if (snapshot) read_snapshot(ctx, &rows, snapshot);
  for (MetaKind kind = 0; !snapshot && kind < META_TABLES; kind++)
    rows.first[kind] = read_meta_rows(ctx, kind, &rows.bytes);
  if (!snapshot) read_spent(ctx, &rows);
  return rows;
}

/* ---- snapshots ---------------------------------------------------------- */

/* As SQLite's json_object() writes it. */
static void append_string(Draft *json, const char *z) {
  static const char escapes[] = "\bb\ff\nn\rr\tt\"\"\\\\";
  draft_add(json, "\"", 1);
  while (*z) {
    size_t plain = 0;
    while ((unsigned char)z[plain] >= ' ' && z[plain] != '"' &&
           z[plain] != '\\')
      plain++;
    draft_add(json, z, plain);
    z += plain;
    if (*z == 0) break;
    const char *escape = escapes;
    while (*escape && *escape != *z) escape += 2;
    char text[8];
    sqlite3_snprintf(sizeof(text), text, *escape ? "\\%c" : "\\u%04x",
                     *escape ? escape[1] : *z);
    draft_word(json, text);
    z++;
  }
  draft_add(json, "\"", 1);
}

static void append_row(Draft *json, const MetaTable *table,
                       const MetaRow *row) {
  draft_add(json, "{", 1);
  for (int i = 0, said = 0; table->columns[i]; i++) {
    if (row->texts[i] == NULL) continue;
    draft_word(json, said++ ? ",\"" : "\"");
    draft_word(json, table->columns[i]);
    draft_word(json, "\":");
    if (row->numbers >> i & 1)
      draft_word(json, row->texts[i]);
    else
      append_string(json, row->texts[i]);
  }
  draft_add(json, "}", 1);
}

char *meta_snapshot_of(Ctx *ctx, const MetaRows *rows) {
  const char *begin = mem_printf(ctx, "{\"format\":%d", SNAPSHOT_FORMAT);
  if (begin == NULL) return NULL;
  Draft json = draft_new(ctx, rows->bytes + 64);
  draft_word(&json, begin);
  for (MetaKind kind = 0; kind < META_TABLES; kind++) {
    draft_word(&json, ",\"");
    draft_word(&json, meta_tables[kind].name);
    draft_word(&json, "\":[");
    for (const MetaRow *row = rows->first[kind]; row; row = row->next) {
      if (row != rows->first[kind]) draft_add(&json, ",", 1);
      append_row(&json, &meta_tables[kind], row);
    }
    draft_add(&json, "]", 1);
  }
  draft_add(&json, "}", 1);
  return draft_end(&json);
}

char *meta_snapshot(Ctx *ctx) {
  MetaRows rows = meta_read(ctx, NULL);
  return meta_snapshot_of(ctx, &rows);
}

static const char views_begin[] = ",\"view\":[";

const char *meta_add_views(Ctx *ctx, const char *snapshot,
                           const Schema *schema) {
  if (!ctx_ok(ctx)) return NULL;
  int n = 0;
  Draft json = draft_new(ctx, 0);
  for (int i = 0; i < schema->nobject; i++) {
    if (schema->objects[i]->id) continue;
    if (n == 0) draft_add(&json, snapshot, strlen(snapshot) - 1);
    draft_word(&json, n++ ? "," : views_begin);
    draft_word(&json, "{\"sql\":");
    append_string(&json, schema->objects[i]->sql);
    draft_add(&json, "}", 1);
  }
  draft_word(&json, "]}");
  return n ? draft_end(&json) : snapshot;
}

bool meta_same_rows(const char *snapshot, const char *rows) {
  size_t n = strlen(rows) - 1;
  return strncmp(snapshot, rows, n) == 0 &&
         (strcmp(snapshot + n, "}") == 0 ||
          strncmp(snapshot + n, views_begin, strlen(views_begin)) == 0);
}

static void restore_rows(Ctx *ctx, const MetaTable *table, const MetaRow *row) {
  sqlite3_stmt *insert = db_prepare(
      ctx, "INSERT INTO \"main\".orm_%s(%s) VALUES (%s)", table->name,
      meta_columns(ctx, table, "\"%w\""), meta_columns(ctx, table, ":%s"));
  for (; row && ctx_ok(ctx); row = row->next) {
    for (int i = 0; table->columns[i]; i++)
      db_bind_text(ctx, insert, i + 1, row->texts[i]);
    db_run(ctx, insert);
  }
  db_finish(insert);
}

void meta_restore(Ctx *ctx, const char *snapshot) {
  MetaRows rows = meta_read(ctx, snapshot);
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    db_exec(ctx, "DELETE FROM \"main\".orm_%s", meta_tables[kind].name);
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    restore_rows(ctx, &meta_tables[kind], rows.first[kind]);
  db_exec(ctx,
          "UPDATE \"main\".orm_column SET backfill = NULL WHERE"
          " backfill IS NOT NULL AND (id, backfill) IN (" SPENT_BACKFILLS ")",
          db_home(ctx, "json_each"));
}

/* AUTOINCREMENT ends at 2^63 - 1. Nobody comes this far row by row. */
#define MOST_ID ((i64)1 << 53)

void meta_reserve_ids(Ctx *ctx, const char *snapshot) {
  const char *home = db_home(ctx, "json_each");
  for (int i = 0; i < META_TABLES && ctx_ok(ctx); i++) {
    const char *name = meta_tables[i].name;
    i64 most = db_int(ctx,
                      "SELECT max(json_extract(value, '$.id'))"
                      " FROM \"%w\".json_each(%Q, '$.%s')",
                      home, snapshot, name);
    if (most <= 0) continue;
    if (most > MOST_ID)
      err_set(ctx, SQLITE_ERROR,
              "a snapshot of models has the id %lld in orm_%s: after that "
              "SQLite would have none left for the next row",
              most, name);
    db_exec(ctx,
            "INSERT INTO \"main\".sqlite_sequence(name, seq)"
            " SELECT 'orm_%s', 0 WHERE NOT EXISTS (SELECT 1 FROM"
            "  \"main\".sqlite_sequence WHERE name = 'orm_%s')",
            name, name);
    db_exec(ctx,
            "UPDATE \"main\".sqlite_sequence SET seq = max(seq, %lld)"
            " WHERE name = 'orm_%s'",
            most, name);
  }
}

bool meta_has_rows(Ctx *ctx, const char *a, const char *b) {
  bool has = true;
  const char *home = db_home(ctx, "json_each");
  for (int i = 0; i < META_TABLES && has && ctx_ok(ctx); i++) {
    sqlite3_stmt *stmt = db_prepare(
        ctx,
        "SELECT EXISTS ("
        "SELECT json_remove(value, '$.id') FROM \"%w\".json_each(?2, '$.%s')"
        " EXCEPT "
        "SELECT json_remove(value, '$.id') FROM \"%w\".json_each(?1, '$.%s'))",
        home, meta_tables[i].name, home, meta_tables[i].name);
    db_bind_text(ctx, stmt, 1, a);
    db_bind_text(ctx, stmt, 2, b);
    has = db_row(ctx, stmt) && sqlite3_column_int(stmt, 0) == 0;
    db_finish(stmt);
  }
  return has && ctx_ok(ctx);
}
