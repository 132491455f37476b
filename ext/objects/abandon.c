#include "objects/abandon.h"

#include "objects/key_json.h"
#include "objects/remove.h"

/* An object that has lost an owner. */
struct Abandoned {
  StoreClass *of;
  RowValues key;
  OwnerReference reference;
  const char *path;       /* of the object or collection that it has left */
  bool kept;              /* it has a new owner */
  struct Abandoned *next; /* of the same object, by another reference */
};

/* ---- noting ------------------------------------------------------------- */

/* Returns a name for the object. Names differ by more than letter case, because
** a NameMap ignores the case. */
static const char *note_name(Store *s, const StoreClass *c, RowValues key) {
  JsonText text;
  json_text_begin(&text);
  for (int i = 0; i < c->key.count; i++) {
    const JsonValue *v = key[c->key.list[i]];
    const char type[] = {(char)('a' + (int)v->type), 0};
    json_text_word(&text, type);
    if (v->type == JSON_INTEGER) json_text_integer(&text, v->integer);
    if (v->type == JSON_REAL) json_text_real(&text, v->real);
    if (v->type == JSON_STRING || v->type == JSON_BLOB)
      json_text_hex(&text, "", v->text, (size_t)v->bytes);
  }
  if (text.failed) err_nomem(&s->work);
  char *name = store_ok(s) ? mem_printf(s->ctx, "%s %.*s", c->of->name,
                                        (int)text.n, text.z)
                           : NULL;
  json_text_free(&text);
  return name;
}

static bool same_reference(const OwnerReference *a, const StoreClass *through,
                           ColumnList columns) {
  if (a->through != through || a->columns.count != columns.count) return false;
  for (int i = 0; i < columns.count; i++)
    if (a->columns.list[i] != columns.list[i]) return false;
  return true;
}

/* Returns the first note of an object; NULL if there is none. */
static struct Abandoned *first_note(Store *s, const StoreClass *c,
                                    RowValues key) {
  if (!store_ok(s) || s->abandoned.count == 0) return NULL;
  const char *name = note_name(s, c, key);
  return name ? (struct Abandoned *)map_get(s->abandoned.names, name) : NULL;
}

void abandon_object(Store *s, StoreClass *c, RowValues key,
                    const OwnerReference *reference) {
  AbandonedList *all = &s->abandoned;
  struct Abandoned *first = first_note(s, c, key), *a = first;
  while (a &&
         !same_reference(&a->reference, reference->through, reference->columns))
    a = a->next;
  if (a) a->kept = false;
  if (a || !store_ok(s)) return;
  if (all->names == NULL) all->names = map_new(s->ctx);
  a = MEM_NEW(s->ctx, struct Abandoned);
  struct Abandoned **slot = a ? MEM_PUSH(s->ctx, all->list, all->count) : NULL;
  const char *name = slot ? note_name(s, c, key) : NULL;
  if (name == NULL) return;
  *slot = a;
  a->of = c;
  a->key = store_keep(s, c, c->key, key);
  a->reference = *reference;
  a->path = store_path(s, s->ctx);
  a->next = first;
  map_put(s->ctx, all->names, name, a);
}

void abandon_keep(Store *s, StoreClass *c, RowValues values) {
  struct Abandoned *a = first_note(s, c, values);
  for (; a; a = a->next) {
    const ColumnList *columns = &a->reference.columns;
    bool given = a->reference.through == NULL;
    for (int i = 0; given && i < columns->count; i++) {
      const JsonValue *v = values[columns->list[i]];
      given = v && v->type != JSON_NULL;
    }
    a->kept |= given;
  }
}

bool abandon_has(Store *s, StoreClass *c, RowValues key, ColumnList columns) {
  struct Abandoned *a = first_note(s, c, key);
  while (a && !same_reference(&a->reference, NULL, columns)) a = a->next;
  return a && !a->kept;
}

/* ---- the end ------------------------------------------------------------ */

/* Returns true if the object exists and the association still links it. */
static bool is_linked(Store *s, const struct Abandoned *a) {
  const OwnerReference *r = &a->reference;
  RowValues object = store_new_row(s, a->of);
  RowValues link = store_new_row(s, r->through);
  if (!store_ok(s) ||
      !store_read(s, a->of, r->keys, a->of->key, a->key, object))
    return false;
  for (int i = 0; i < r->keys.count; i++)
    link[r->columns.list[i]] = object[r->keys.list[i]];
  return store_read(s, r->through, r->columns, r->columns, link, link);
}

void abandon_end(Store *s) {
  const AbandonedList *all = &s->abandoned;
  for (int i = 0; store_ok(s) && i < all->count; i++) {
    const struct Abandoned *a = all->list[i];
    bool kept = a->reference.through ? is_linked(s, a) : a->kept;
    if (!kept) remove_object(s, a->of, a->key);
    key_json_blame(s, a->of, a->key, "cannot be deleted");
    if (!store_ok(s) && *a->path) err_prefix(&s->work, "%s", a->path);
  }
}
