#include "meta/snapshot.h"

#include <stdlib.h>

/* The format that this build writes, and the only one that it reads. */
#define SNAPSHOT_FORMAT 1

/* ---- JSON to rows ------------------------------------------------------- */

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
  *number = *z != '"';
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
    row->numbers |= (unsigned)number << i;
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
  return ctx_ok(ctx) ? rows : NULL;
}

/* ---- rows to JSON ------------------------------------------------------- */

/* Appends a string with the same escapes as SQLite's json_object(). */
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

/* Appends a row. Its id comes from row->id, which merging changes. */
static void append_row(Draft *json, MetaKind kind, const MetaRow *row) {
  const MetaTable *table = columns_of(kind);
  char id[40] = "{";
  if (kind != META_VIEW)
    sqlite3_snprintf(sizeof(id), id, "{\"id\":%lld", row->id);
  draft_word(json, id);
  for (int i = 1; i < table->count; i++) {
    if (row->texts[i] == NULL) continue;
    draft_word(json, kind == META_VIEW ? "\"" : ",\"");
    draft_word(json, table->columns[i].name);
    draft_word(json, "\":");
    if (row->numbers >> i & 1)
      draft_word(json, row->texts[i]);
    else
      append_string(json, row->texts[i]);
  }
  draft_add(json, "}", 1);
}

static void append_list(Draft *json, MetaKind kind, const MetaList *rows) {
  draft_word(json, ",\"");
  draft_word(json, columns_of(kind)->name);
  draft_word(json, "\":[");
  for (int i = 0; i < rows->count; i++) {
    if (i) draft_add(json, ",", 1);
    append_row(json, kind, rows->list[i]);
  }
  draft_add(json, "]", 1);
}

char *snapshot_write(Ctx *ctx, const MetaRows *rows) {
  const char *begin = mem_printf(ctx, "{\"format\":%d", SNAPSHOT_FORMAT);
  if (begin == NULL) return NULL;
  Draft json = draft_new(ctx, 0);
  draft_word(&json, begin);
  for (MetaKind kind = 0; kind < META_KINDS; kind++)
    if (kind != META_VIEW || rows->of[kind].count)
      append_list(&json, kind, &rows->of[kind]);
  draft_add(&json, "}", 1);
  return draft_end(&json);
}
