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
  out->failed |= z == NULL || ctx.rc == SQLITE_NOMEM || ctx.rc == SQLITE_TOOBIG;
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
  };
  int rc = SQLITE_OK;
  for (int i = 0; rc == SQLITE_OK && i < 2; i++)
    rc = sqlite3_create_function_v2(
        db, functions[i].name, functions[i].arguments,
        SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL, functions[i].function,
        functions[i].step, functions[i].final, NULL);
  return rc;
}
