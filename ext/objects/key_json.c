#include "objects/key_json.h"

static void add_key_value(JsonText *text, const JsonValue *v) {
  if (v->type == JSON_INTEGER)
    json_text_integer(text, v->integer);
  else if (v->type == JSON_REAL)
    json_text_real(text, v->real);
  else if (v->type == JSON_BLOB)
    json_text_hex(text, "blob", v->text, (size_t)v->bytes);
  else if (v->type == JSON_NULL)
    json_text_word(text, "null");
  else if (v->type != JSON_STRING)
    json_text_add(text, v->source, (size_t)v->source_bytes);
  else if (!json_text_string(text, v->text, (size_t)v->bytes))
    json_text_hex(text, "text", v->text, (size_t)v->bytes);
}

void key_json_add(JsonText *text, const StoreClass *c, RowValues values,
                  bool array) {
  const ColumnList *key = &c->key;
  array |= key->count > 1;
  if (array) json_text_word(text, "[");
  for (int i = 0; i < key->count; i++) {
    if (i) json_text_word(text, ",");
    add_key_value(text, values[key->list[i]]);
  }
  if (array) json_text_word(text, "]");
}

void key_json_blame(Store *s, const StoreClass *c, RowValues values,
                    const char *what) {
  if (store_ok(s)) return;
  JsonText text;
  json_text_begin(&text);
  key_json_add(&text, c, values, false);
  if (!text.failed)
    err_prefix(&s->work, "object %.*s %s", (int)text.n, text.z, what);
  json_text_free(&text);
}
