#include "meta/snapshot.h"

#include <stdlib.h>

#include "meta/changes.h"

/* The only format of snapshots. */
#define SNAPSHOT_FORMAT 1

/* A position in JSON that SQLite found valid, so that brackets and quotes match
** and each key has a value. */
typedef struct Json {
  Ctx *ctx;
  const char *z;
  sqlite3_stmt *unescape; /* returns a JSON string without escapes */
} Json;

/* Skips the mark and the spaces around it; false if something else is next. */
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

/* Skips a value. Returns its length in bytes. */
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

/* Reads a value as text; NULL for null. SQLite resolves escapes. */
static const char *json_value(Json *json, bool *number) {
  Ctx *ctx = json->ctx;
  const char *z = json->z, *text = NULL;
  int n = json_skip(json);
  *number = strchr("\"{[", *z) == NULL;
  if (*z == 't' || *z == 'f') return *z == 't' ? "1" : "0";
  if (*number) return *z == 'n' ? NULL : mem_text(ctx, z, n);
  if (memchr(z, '\\', (size_t)n) == NULL) return mem_text(ctx, z + 1, n - 2);
  db_bind_text(ctx, json->unescape, 1, mem_text(ctx, z, n));
  if (db_row(ctx, json->unescape)) text = db_column(ctx, json->unescape, 0);
  sqlite3_reset(json->unescape);
  return text;
}

/* True if the next key is `name`. */
static bool json_is_key(const Json *json, const char *name) {
  size_t n = strlen(name);
  return strncmp(json->z + 1, name, n) == 0 && json->z[n + 1] == '"';
}

/* Reads an object. Unknown keys are skipped; of equal keys the first counts. */
static MetaRow *json_row(Json *json, MetaKind kind) {
  const MetaTable *table = columns_of(kind);
  MetaRow *row = rows_new_row(json->ctx, kind);
  bool object = json_accept(json, '{');
  if (!object) json_skip(json);
  while (object && row && *json->z && !json_accept(json, '}')) {
    int i = 0;
    while (i < table->count && !json_is_key(json, table->columns[i].name)) i++;
    json_skip(json);
    json_accept(json, ':');
    bool number;
    const char *text = json_value(json, &number);
    json_accept(json, ',');
    if (i == table->count || row->texts[i]) continue;
    row->texts[i] = text;
    row->numbers |= (unsigned)(number && text) << i;
  }
  if (row && row->texts[0]) row->id = strtoll(row->texts[0], NULL, 10);
  return row;
}

/* Reads an array of objects. */
static void json_rows(Json *json, MetaRows *rows, MetaKind kind) {
  bool array = json_accept(json, '[');
  if (!array) json_skip(json);
  while (array && *json->z && !json_accept(json, ']')) {
    rows_add(json->ctx, rows, kind, json_row(json, kind));
    json_accept(json, ',');
  }
}

/* json_extract() tells a lack of memory from text that is no JSON;
** json_valid() does not. */
static void check_format(Ctx *ctx, const char *snapshot) {
  sqlite3_stmt *stmt =
      db_prepare(ctx, "SELECT json_extract(?1, '$.format'), json_valid(?1)");
  db_bind_text(ctx, stmt, 1, snapshot);
  bool valid = db_row(ctx, stmt) && sqlite3_column_int(stmt, 1);
  i64 format = valid ? sqlite3_column_int64(stmt, 0) : 0;
  db_finish(stmt);
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
  if (ctx_ok(ctx) && format == 0)
    err_set(ctx, SQLITE_ERROR,
            "a snapshot of models is no JSON that says its format");
  if (format != SNAPSHOT_FORMAT)
    err_set(ctx, SQLITE_ERROR,
            "a snapshot of models has format %lld, this build of orm knows %d",
            format, SNAPSHOT_FORMAT);
}

/* Returns the kind whose name is the next key, or META_KINDS. */
static MetaKind json_kind(const Json *json) {
  MetaKind kind = 0;
  while (kind < META_KINDS && !json_is_key(json, columns_of(kind)->name))
    kind++;
  return kind;
}

static void check_ids(Ctx *ctx, const MetaRows *rows) {
  for (MetaKind kind = 0; kind < META_TABLES && ctx_ok(ctx); kind++) {
    const MetaList *list = &rows->of[kind];
    for (int i = 0; i < list->count; i++) {
      const i64 id = list->list[i]->id;
      if (id == 0)
        err_set(ctx, SQLITE_ERROR, "a row of orm_%s has no id",
                columns_of(kind)->name);
      else if (i && list->list[i - 1]->id == id)
        err_set(ctx, SQLITE_ERROR, "two rows of orm_%s have the id %lld",
                columns_of(kind)->name, id);
    }
  }
}

MetaRows *snapshot_read(Ctx *ctx, const char *snapshot) {
  if (ctx_ok(ctx)) check_format(ctx, snapshot);
  MetaRows *rows = MEM_NEW(ctx, MetaRows);
  if (!ctx_ok(ctx) || rows == NULL) return NULL;
  Json json = {ctx, snapshot, db_prepare(ctx, "SELECT json_extract(?1, '$')")};
  json_accept(&json, '{');
  while (ctx_ok(ctx) && *json.z && !json_accept(&json, '}')) {
    MetaKind kind = json_kind(&json);
    json_skip(&json);
    json_accept(&json, ':');
    if (kind < META_KINDS)
      json_rows(&json, rows, kind);
    else
      json_skip(&json);
    json_accept(&json, ',');
  }
  db_finish(json.unescape);
  rows_sort(ctx, rows);
  check_ids(ctx, rows);
  if (ctx_ok(ctx)) rows->digest = changes_digest(ctx, rows);
  rows->recorded = true;
  return ctx_ok(ctx) ? rows : NULL;
}
