#include "objects/render_json.h"

#include "objects/json.h"
#include "objects/json_text.h"

/* ---- values ------------------------------------------------------------- */

static void render_string(JsonText *out, sqlite3_value *value) {
  const char *z = (const char *)sqlite3_value_text(value);
  size_t n = (size_t)sqlite3_value_bytes(value);
  if (z == NULL)
    out->failed = true;
  else if (!json_text_string(out, z, n))
    json_text_hex(out, "text", z, n);
}

static void render_value(JsonText *out, sqlite3_value *value) {
  switch (sqlite3_value_type(value)) {
  case SQLITE_INTEGER:
    json_text_integer(out, sqlite3_value_int64(value));
    break;
  case SQLITE_FLOAT: json_text_real(out, sqlite3_value_double(value)); break;
  case SQLITE_TEXT: render_string(out, value); break;
  case SQLITE_BLOB:
    json_text_hex(out, "blob", sqlite3_value_blob(value),
                  (size_t)sqlite3_value_bytes(value));
    break;
  default: /* SQLITE_NULL */ json_text_word(out, "null");
  }
}

static void add_boolean(JsonText *out, sqlite3_value *value) {
  bool integer = sqlite3_value_type(value) == SQLITE_INTEGER;
  i64 v = integer ? sqlite3_value_int64(value) : -1;
  if (v == 0 || v == 1)
    json_text_word(out, v ? "true" : "false");
  else
    render_value(out, value);
}

/* Returns true if the first member of a JSON value has the name of a mark. */
static bool is_marked(const JsonValue *v) {
  static const char *const marks[] = {"$blob", "$text", "$real", "$json"};
  if (v->type != JSON_OBJECT || v->count == 0) return false;
  for (int i = 0; i < 4; i++)
    if (strcmp(v->first->name, marks[i]) == 0) return true;
  return false;
}

/* Appends the text of a JSON column. */
static void add_document(Ctx *ctx, JsonText *out, const char *z, int n) {
  const JsonValue *v = json_parse(ctx, z, n);
  if (v == NULL) {
    json_text_hex(out, "text", z, (size_t)n);
    return;
  }
  bool marked = is_marked(v);
  if (marked) json_text_word(out, "{\"$json\":");
  json_text_add(out, v->source, (size_t)v->source_bytes);
  if (marked) json_text_word(out, "}");
}

/* Appends the value of a JSON column. */
static void add_json(JsonText *out, sqlite3_value *value) {
  if (sqlite3_value_type(value) != SQLITE_TEXT) {
    render_value(out, value);
    return;
  }
  Ctx ctx;
  ctx_init(&ctx, NULL);
  const char *z = (const char *)sqlite3_value_text(value);
  if (z) add_document(&ctx, out, z, sqlite3_value_bytes(value));
  out->failed |= z == NULL || ctx.rc == SQLITE_NOMEM;
  ctx_clear(&ctx);
}

/* Appends JSON that is rendered already; NULL is null. */
static void add_rendered(JsonText *out, sqlite3_value *value) {
  if (sqlite3_value_type(value) == SQLITE_NULL) {
    json_text_word(out, "null");
    return;
  }
  const char *z = (const char *)sqlite3_value_text(value);
  out->failed |= z == NULL;
  if (z) json_text_add(out, z, (size_t)sqlite3_value_bytes(value));
}

/* ---- functions ---------------------------------------------------------- */

/* Sets the text as the result, and frees the builder. */
static void render_finish(sqlite3_context *context, JsonText *out) {
  bool fixed = out->z == out->fixed;
  if (out->failed) {
    sqlite3_result_error_nomem(context);
    json_text_free(out);
  } else {
    sqlite3_result_text64(context, out->z, out->n,
                          fixed ? SQLITE_TRANSIENT : sqlite3_free, SQLITE_UTF8);
  }
}

/* Appends one value by its letter. */
static void render_member(JsonText *out, char letter, sqlite3_value *value) {
  if (letter == 'v') render_value(out, value);
  if (letter == 'b') add_boolean(out, value);
  if (letter == 'j') add_json(out, value);
  if (letter == 'r') add_rendered(out, value);
}

/* Implements orm_render_object(). */
static void render_object(sqlite3_context *context, int argc,
                          sqlite3_value **argv) {
  const char *spec = argc ? (const char *)sqlite3_value_text(argv[0]) : NULL;
  if (spec == NULL) return;
  JsonText out;
  json_text_begin(&out);
  json_text_word(&out, "{");
  for (int i = 1; i < argc && *spec; i++) {
    size_t n = strcspn(spec, "\n");
    json_text_add(&out, spec + 1, n - 1);
    render_member(&out, *spec, argv[i]);
    spec += n + (spec[n] == '\n');
  }
  json_text_word(&out, "}");
  render_finish(context, &out);
}

/* Implements a step of orm_render_array(). */
static void render_array_step(sqlite3_context *context, int argc,
                              sqlite3_value **argv) {
  JsonText *out =
      (JsonText *)sqlite3_aggregate_context(context, sizeof(JsonText));
  if (out == NULL || argc != 1) return;
  bool first = out->z == NULL;
  if (first) json_text_begin(out);
  json_text_word(out, first ? "[" : ",");
  add_rendered(out, argv[0]);
}

/* Implements the result of orm_render_array(). */
static void render_array_final(sqlite3_context *context) {
  JsonText *out = (JsonText *)sqlite3_aggregate_context(context, 0);
  if (out == NULL || out->z == NULL) {
    sqlite3_result_text(context, "[]", 2, SQLITE_STATIC);
    return;
  }
  json_text_word(out, "]");
  render_finish(context, out);
}

/* ---- the rest of a graph ------------------------------------------------ */

static const char graph_pointer[] = "orm_graph";

RenderRest render_json_rest(Ctx *ctx, const char *const *sql, int count) {
  RenderRest rest = {sql, NULL, 0};
  size_t size = sizeof(sqlite3_stmt *) * (size_t)count;
  rest.stmts = (sqlite3_stmt **)mem_new(ctx, size);
  if (rest.stmts) rest.count = count;
  return rest;
}

void render_json_end_rest(const RenderRest *rest) {
  for (int i = 0; i < rest->count; i++) {
    db_finish(rest->stmts[i]);
    rest->stmts[i] = NULL;
  }
}

void render_json_bind_rest(sqlite3_stmt *stmt, const RenderRest *rest) {
  if (rest->count)
    sqlite3_bind_pointer(stmt, 1, (void *)(size_t)rest, graph_pointer, NULL);
}

/* Runs a statement with the key as parameters. Returns a result code. */
static int run_rest(sqlite3_context *context, sqlite3_stmt *stmt, int argc,
                    sqlite3_value **argv) {
  for (int i = 0; i < argc; i++) {
    int rc = sqlite3_bind_value(stmt, i + 2, argv[i]);
    if (rc) return rc;
  }
  int rc = sqlite3_step(stmt);
  if (rc == SQLITE_ROW)
    sqlite3_result_value(context, sqlite3_column_value(stmt, 0));
  return sqlite3_reset(stmt);
}

/* Implements orm_render_rest(). */
static void render_rest(sqlite3_context *context, int argc,
                        sqlite3_value **argv) {
  sqlite3 *db = sqlite3_context_db_handle(context);
  const RenderRest *rest =
      argc < 3
          ? NULL
          : (const RenderRest *)sqlite3_value_pointer(argv[0], graph_pointer);
  int i = rest ? sqlite3_value_int(argv[1]) : 0;
  if (rest == NULL || i < 0 || i >= rest->count) return;
  int rc = SQLITE_OK;
  if (rest->stmts[i] == NULL)
    rc = sqlite3_prepare_v2(db, rest->sql[i], -1, &rest->stmts[i], NULL);
  if (rc == SQLITE_OK) {
    render_json_bind_rest(rest->stmts[i], rest);
    rc = run_rest(context, rest->stmts[i], argc - 2, argv + 2);
  }
  if (rc == SQLITE_OK) return;
  sqlite3_result_error(context, sqlite3_errmsg(db), -1);
  sqlite3_result_error_code(context, rc);
}

int render_json_register(sqlite3 *db) {
  static const struct {
    const char *name;
    int arguments;
    void (*function)(sqlite3_context *, int, sqlite3_value **);
    void (*step)(sqlite3_context *, int, sqlite3_value **);
    void (*final)(sqlite3_context *);
  } functions[] = {
      {"orm_render_object", -1, render_object, NULL, NULL},
      {"orm_render_array", 1, NULL, render_array_step, render_array_final},
      {"orm_render_rest", -1, render_rest, NULL, NULL},
  };
  int rc = SQLITE_OK;
  for (int i = 0; rc == SQLITE_OK && i < 3; i++)
    rc = sqlite3_create_function_v2(
        db, functions[i].name, functions[i].arguments,
        SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL, functions[i].function,
        functions[i].step, functions[i].final, NULL);
  return rc;
}
