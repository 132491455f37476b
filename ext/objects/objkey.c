#include "objects/objkey.h"

#include "base/text.h"
#include "base/tree.h"
#include "objects/graph_sql.h"
#include "objects/value_bind.h"

/* Sets the error that the class has no PRIMARY KEY of `count` columns. */
static void wrong_key(Ctx *ctx, const Class *c, const char *given) {
  err_set(ctx, SQLITE_ERROR, "%s is no key of model \"%s\"; its keys: %s",
          given, c->name, class_list_keys(ctx, c));
}

/* Returns a key of these columns with room for their values. */
static ObjectKey new_key(Ctx *ctx, const Class *c, const int *columns,
                         int count) {
  ObjectKey key = {.of = c, .columns = columns, .count = count};
  key.values =
      (const JsonValue **)mem_new(ctx, sizeof(JsonValue *) * (size_t)count);
  return key;
}

static ObjectKey array_key(Ctx *ctx, const Class *c, const JsonValue *array) {
  const ClassKey *primary = class_primary_key(c);
  if (primary == NULL || primary->count != array->count)
    wrong_key(ctx, c, mem_printf(ctx, "an array of %d", array->count));
  if (!ctx_ok(ctx)) return (ObjectKey){.of = c};
  ObjectKey key = new_key(ctx, c, primary->columns, primary->count);
  const JsonValue *v = array->first;
  for (int i = 0; ctx_ok(ctx) && v; i++, v = v->next) key.values[i] = v;
  return key;
}

/* Returns true if `key` has all columns of a key of the class. */
static bool has_unique(const ObjectKey *key) {
  for (int i = 0; i < key->of->nkey; i++) {
    const ClassKey *unique = &key->of->keys[i];
    int found = 0;
    for (int k = 0; k < unique->count; k++)
      for (int j = 0; j < key->count; j++)
        found += key->columns[j] == unique->columns[k];
    if (found == unique->count) return true;
  }
  return false;
}

static ObjectKey object_key(Ctx *ctx, const Class *c, const JsonValue *object) {
  int *columns = (int *)mem_new(ctx, sizeof(int) * (size_t)object->count);
  ObjectKey key = new_key(ctx, c, columns, object->count);
  const JsonValue *v = object->first;
  for (int i = 0; ctx_ok(ctx) && v; i++, v = v->next) {
    columns[i] = table_column(c->table, v->name);
    key.values[i] = v;
    if (columns[i] < 0) class_unknown_member(ctx, c, v->name);
  }
  if (ctx_ok(ctx) && !c->view && !has_unique(&key))
    wrong_key(ctx, c, mem_text(ctx, object->source, object->source_bytes));
  return key;
}

/* Returns a key of one column without its value. It takes no memory, because
** orm_get() makes one for each row of a query. */
static ObjectKey scalar_key(Ctx *ctx, const Class *c) {
  const ClassKey *primary = class_primary_key(c);
  if (primary && primary->count == 1)
    return (ObjectKey){.of = c, .columns = primary->columns, .count = 1};
  wrong_key(ctx, c, "a single value");
  return (ObjectKey){.of = c};
}

ObjectKey objkey_of_json(Ctx *ctx, const Class *c, const JsonValue *v) {
  if (v->type == JSON_ARRAY) return array_key(ctx, c, v);
  if (v->type == JSON_OBJECT) return object_key(ctx, c, v);
  ObjectKey key = scalar_key(ctx, c);
  key.values = (const JsonValue **)mem_new(ctx, sizeof(JsonValue *));
  if (ctx_ok(ctx)) key.values[0] = v;
  return key;
}

/* Returns true if the value is a text that begins as an array or object. */
static bool looks_like_json(sqlite3_value *value) {
  if (sqlite3_value_type(value) != SQLITE_TEXT) return false;
  const char *z = (const char *)sqlite3_value_text(value);
  while (z && char_is_space(*z)) z++;
  return z && (*z == '{' || *z == '[');
}

ObjectKey objkey_read(Ctx *ctx, const Class *c, sqlite3_value *value) {
  if (looks_like_json(value)) {
    int n = sqlite3_value_bytes(value);
    const char *text =
        mem_text(ctx, (const char *)sqlite3_value_text(value), n);
    const JsonValue *v = text ? json_parse(ctx, text, n) : NULL;
    err_prefix(ctx, "the key");
    return v ? objkey_of_json(ctx, c, v) : (ObjectKey){.of = c};
  }
  ObjectKey key = scalar_key(ctx, c);
  key.plain = value;
  return key;
}

bool objkey_has_null(const ObjectKey *key) {
  if (key->plain) return sqlite3_value_type(key->plain) == SQLITE_NULL;
  for (int i = 0; i < key->count; i++)
    if (key->values[i]->type == JSON_NULL) return true;
  return false;
}

const char *objkey_where(Ctx *ctx, const ObjectKey *key) {
  Tree tree = {ctx, NULL, 0};
  for (int i = 0; ctx_ok(ctx) && i < key->count; i++)
    tree_add(&tree, mem_printf(ctx, "%s = ?%d",
                               graph_sql_column(ctx, key->of, key->columns[i]),
                               i + 1));
  return tree_join(&tree, " AND ", "0");
}

bool objkey_same_columns(const ObjectKey *key, const int *columns, int count) {
  if (count != key->count) return false;
  for (int i = 0; i < count; i++)
    if (key->columns[i] != columns[i]) return false;
  return true;
}

void objkey_bind(Ctx *ctx, const ObjectKey *key, sqlite3_stmt *stmt) {
  if (!ctx_ok(ctx) || stmt == NULL) return;
  if (key->plain) {
    if (sqlite3_bind_value(stmt, 1, key->plain)) err_db(ctx);
    return;
  }
  for (int i = 0; ctx_ok(ctx) && i < key->count; i++) {
    value_bind(ctx, stmt, i + 1, key->of, key->columns[i], key->values[i]);
    err_prefix(ctx, "%s", key->of->table->columns[key->columns[i]].name);
  }
}
