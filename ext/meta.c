#include "meta.h"

#include "layout_2_sql.h"
#include "meta_sql.h"
#include "token.h"

/* ---- the meta tables ---------------------------------------------------- */

typedef struct MetaTable {
  const char *name;        /* orm_NAME; also its key in a snapshot */
  const char *columns[13]; /* "id" first */
} MetaTable;

static const MetaTable meta_tables[] = {
    {"model", {"id", "name", "table_name", "options"}},
    {"column", {"id", "model", "name", "definition", "backfill"}},
    {"constraint", {"id", "model", "name", "definition"}},
    {"relationship",
     {"id", "model", "name", "target", "backref", "foreign_key", "secondary",
      "remote_side", "uselist", "cascade", "order_by", "viewonly"}},
    {"object", {"id", "type", "name", "sql"}},
    {"view", {"id", "sql"}}, /* in snapshots only */
};
#define META_TABLES (sizeof(meta_tables) / sizeof(meta_tables[0]) - 1)

static const MetaTable *meta_table(const char *name) {
  const MetaTable *table = meta_tables;
  while (strcmp(table->name, name) != 0) table++;
  return table;
}

i64 meta_layout(Ctx *ctx) {
  if (!db_has_table(ctx, "orm_state")) return 0;
  i64 layout = db_int(ctx, "SELECT layout FROM \"main\".orm_state");
  if (layout < 1 || layout > META_LAYOUT)
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

static void run(Ctx *ctx, const char *script) {
  Tokens tokens = token_list(ctx, script);
  int from = 0;
  while (ctx_ok(ctx) && from < tokens.count) {
    int end = token_statement_end(&tokens, from);
    const char *sql = tokens.list[from].z;
    db_exec(ctx, "%.*s", (int)(tokens.list[end].z - sql), sql);
    from = end + 1;
  }
}

void meta_create(Ctx *ctx) {
  static const char *const layouts[META_LAYOUT] = {orm_meta_sql,
                                                   orm_layout_2_sql};
  i64 layout = meta_layout(ctx);
  for (; ctx_ok(ctx) && layout < META_LAYOUT; layout++)
    run(ctx, layouts[layout]);
}

/* ---- rows --------------------------------------------------------------- */

/* The columns of a meta table, each in its form: "%w", or the like. */
static char *column_list(Ctx *ctx, const MetaTable *table, const char *form) {
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
                    column_list(ctx, meta_table(name), "\"%w\""), name);
}

sqlite3_stmt *meta_rows_of(Ctx *ctx, const char *name, const char *model) {
  return db_prepare(
      ctx, "SELECT %s FROM \"main\".orm_%s WHERE model = %Q ORDER BY id",
      column_list(ctx, meta_table(name), "\"%w\""), name, model);
}

sqlite3_stmt *meta_rows_then(Ctx *ctx, const char *name, const char *snapshot) {
  sqlite3_stmt *stmt =
      db_prepare(ctx, "SELECT %s FROM json_each(?1, '$.%s')",
                 column_list(ctx, meta_table(name),
                             "json_extract(value, '$.%s') AS \"%w\""),
                 name);
  db_bind_text(ctx, stmt, 1, snapshot);
  return stmt;
}

const char *meta_column(const char *name, int i) {
  return meta_table(name)->columns[i];
}

/* ---- snapshots ---------------------------------------------------------- */

void meta_check_format(Ctx *ctx, const char *snapshot) {
  sqlite3_stmt *stmt =
      db_prepare(ctx, "SELECT CASE WHEN json_valid(?1)"
                      " THEN json_extract(?1, '$.format') END");
  db_bind_text(ctx, stmt, 1, snapshot);
  i64 format = db_row(ctx, stmt) ? sqlite3_column_int64(stmt, 0) : 0;
  db_finish(stmt);
  if (format != SNAPSHOT_FORMAT)
    err_set(ctx, SQLITE_ERROR,
            "a snapshot of models has format %lld, this build of orm knows %d",
            format, SNAPSHOT_FORMAT);
}

/* As SQLite's json_object() writes it. */
static void append_string(sqlite3_str *json, const char *z, int n) {
  static const char escapes[] = "\bb\ff\nn\rr\tt\"\"\\\\";
  const char *end = z + n;
  sqlite3_str_appendchar(json, 1, '"');
  while (z < end) {
    const char *plain = z;
    while (z < end && (unsigned char)*z >= ' ' && *z != '"' && *z != '\\') z++;
    sqlite3_str_append(json, plain, (int)(z - plain));
    if (z == end) break;
    const char *escape = escapes;
    while (*escape && *escape != *z) escape += 2;
    sqlite3_str_appendf(json, *escape ? "\\%c" : "\\u%04x",
                        *escape ? escape[1] : *z);
    z++;
  }
  sqlite3_str_appendchar(json, 1, '"');
}

static void append_value(Ctx *ctx, sqlite3_str *json, const MetaTable *table,
                         sqlite3_stmt *row, int i) {
  int type = sqlite3_column_type(row, i);
  const char *text = (const char *)sqlite3_column_text(row, i);
  if (type == SQLITE_BLOB)
    err_set(ctx, SQLITE_ERROR,
            "row %lld of orm_%s has a BLOB as its %s: make it text, CAST(... "
            "AS TEXT)",
            sqlite3_column_int64(row, 0), table->name, table->columns[i]);
  else if (text == NULL)
    err_nomem(ctx);
  else if (type == SQLITE_TEXT)
    append_string(json, text, sqlite3_column_bytes(row, i));
  else
    sqlite3_str_appendall(json, text);
}

static void append_rows(Ctx *ctx, sqlite3_str *json, const MetaTable *table) {
  sqlite3_stmt *rows = meta_rows(ctx, table->name);
  for (int n = 0; db_row(ctx, rows); n++) {
    sqlite3_str_appendall(json, n ? ",{" : "{");
    for (int i = 0, said = 0; ctx_ok(ctx) && table->columns[i]; i++) {
      if (sqlite3_column_type(rows, i) == SQLITE_NULL) continue;
      sqlite3_str_appendf(json, "%s\"%s\":", said++ ? "," : "",
                          table->columns[i]);
      append_value(ctx, json, table, rows, i);
    }
    sqlite3_str_appendchar(json, 1, '}');
  }
  db_finish(rows);
}

char *meta_snapshot(Ctx *ctx) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *json = sqlite3_str_new(ctx->db);
  sqlite3_str_appendf(json, "{\"format\":%d", SNAPSHOT_FORMAT);
  for (size_t i = 0; i < META_TABLES; i++) {
    sqlite3_str_appendf(json, ",\"%s\":[", meta_tables[i].name);
    append_rows(ctx, json, &meta_tables[i]);
    sqlite3_str_appendall(json, "]");
  }
  sqlite3_str_appendall(json, "}");
  return mem_finish(ctx, json);
}

static const char views_begin[] = ",\"view\":[";

char *meta_add_views(Ctx *ctx, const char *snapshot, const Schema *schema) {
  if (!ctx_ok(ctx)) return NULL;
  int n = 0;
  sqlite3_str *json = sqlite3_str_new(ctx->db);
  sqlite3_str_append(json, snapshot, (int)strlen(snapshot) - 1);
  for (int i = 0; i < schema->nobject; i++) {
    const char *sql = schema->objects[i]->sql;
    if (schema->objects[i]->id) continue;
    sqlite3_str_appendf(json, "%s{\"sql\":", n++ ? "," : views_begin);
    append_string(json, sql, (int)strlen(sql));
    sqlite3_str_appendchar(json, 1, '}');
  }
  sqlite3_str_appendall(json, n ? "]}" : "}");
  return mem_finish(ctx, json);
}

bool meta_same_rows(const char *snapshot, const char *rows) {
  size_t n = strlen(rows) - 1;
  return strncmp(snapshot, rows, n) == 0 &&
         (strcmp(snapshot + n, "}") == 0 ||
          strncmp(snapshot + n, views_begin, strlen(views_begin)) == 0);
}

static void restore_rows(Ctx *ctx, const MetaTable *table,
                         const char *snapshot) {
  sqlite3_stmt *rows = meta_rows_then(ctx, table->name, snapshot);
  sqlite3_stmt *insert = db_prepare(
      ctx, "INSERT INTO \"main\".orm_%s(%s) VALUES (%s)", table->name,
      column_list(ctx, table, "\"%w\""), column_list(ctx, table, ":%s"));
  while (db_row(ctx, rows)) {
    for (int i = 0; i < sqlite3_column_count(rows); i++)
      if (sqlite3_bind_value(insert, i + 1, sqlite3_column_value(rows, i)))
        err_db(ctx);
    db_run(ctx, insert);
  }
  db_finish(insert);
  db_finish(rows);
}

void meta_restore(Ctx *ctx, const char *snapshot) {
  if (ctx_ok(ctx)) meta_check_format(ctx, snapshot);
  for (size_t i = 0; i < META_TABLES; i++)
    db_exec(ctx, "DELETE FROM \"main\".orm_%s", meta_tables[i].name);
  for (size_t i = 0; i < META_TABLES && ctx_ok(ctx); i++)
    restore_rows(ctx, &meta_tables[i], snapshot);
}

void meta_reserve_ids(Ctx *ctx, const char *snapshot) {
  for (size_t i = 0; i < META_TABLES && ctx_ok(ctx); i++) {
    const char *name = meta_tables[i].name;
    i64 most = db_int(ctx,
                      "SELECT max(json_extract(value, '$.id'))"
                      " FROM json_each(%Q, '$.%s')",
                      snapshot, name);
    if (most <= 0) continue;
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
  for (size_t i = 0; i < META_TABLES && has && ctx_ok(ctx); i++) {
    sqlite3_stmt *stmt = db_prepare(
        ctx,
        "SELECT EXISTS ("
        "SELECT json_remove(value, '$.id') FROM json_each(?2, '$.%s')"
        " EXCEPT "
        "SELECT json_remove(value, '$.id') FROM json_each(?1, '$.%s'))",
        meta_tables[i].name, meta_tables[i].name);
    db_bind_text(ctx, stmt, 1, a);
    db_bind_text(ctx, stmt, 2, b);
    has = db_row(ctx, stmt) && sqlite3_column_int(stmt, 0) == 0;
    db_finish(stmt);
  }
  return has && ctx_ok(ctx);
}
