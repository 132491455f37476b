#include "objects/collection.h"

#include "objects/abandon.h"
#include "objects/key_json.h"

#include "objects/keyset.h"
#include "objects/objkey.h"
#include "objects/remove.h"

/* A collection that is being saved. */
typedef struct Collection {
  Store *s;
  const SavedRow *owner;
  const StoreLink *link;
  StoreClass *target;
  SaveFrame frame; /* the foreign key of the targets */
  KeySet saved;
} Collection;

/* ---- common parts of collections ---------------------------------------- */

void collection_wrong_shape(Store *s, bool many) {
  err_set(&s->work, SQLITE_ERROR,
          many ? "a relationship to many takes an array, or {\"add\": [...], "
                 "\"remove\": [...]}"
               : "a relationship to one takes an object or null");
}

void collection_parts(Store *s, const JsonValue *v, const JsonValue **add,
                      const JsonValue **rest) {
  *add = json_member(v, "add");
  *rest = json_member(v, "remove");
  int known = (*add != NULL) + (*rest != NULL);
  if (v->count != known || known == 0 || (*add && (*add)->type != JSON_ARRAY) ||
      (*rest && (*rest)->type != JSON_ARRAY))
    collection_wrong_shape(s, true);
}

void collection_each(Store *s, void *collection, const JsonValue *array,
                     CollectionChange *change) {
  i64 i = 0;
  for (const JsonValue *v = array->first; v && store_ok(s); v = v->next) {
    store_enter_index(s, i++);
    change(collection, v);
    store_leave(s);
  }
}

SavedRow collection_look_up(Store *s, StoreClass *c, const JsonValue *v,
                            const SaveFrame *frame) {
  if (v->type == JSON_OBJECT) return save_look_up(s, c, v, frame);
  SavedRow row = {c, store_new_row(s, c), false};
  ObjectKey key = objkey_of_json(&s->work, c->of, v);
  if (!store_ok(s)) return row;
  for (int i = 0; i < key.count; i++)
    row.values[key.columns[i]] = key.values[i];
  ColumnList columns = {key.columns, key.count};
  row.found = store_read(s, c, c->key, columns, row.values, row.values);
  return row;
}

/* ---- leaving ------------------------------------------------------------ */

/* Returns true if the foreign key of the collection can be NULL. */
static bool can_leave(const Collection *c) {
  const Table *table = c->target->of->table;
  const ColumnList *other = &c->link->other, *key = &c->target->key;
  for (int i = 0; i < other->count; i++) {
    if (table->columns[other->list[i]].notnull) return false;
    for (int k = 0; k < key->count; k++)
      if (other->list[i] == key->list[k]) return false;
  }
  return true;
}

/* Takes a row out of the collection. An orphan stays until the end of the call.
** But if there can be only one object, the place must be free for the next one,
** because a UNIQUE may allow only one. */
static void take_out(const Collection *c, RowValues values) {
  const OwnerReference reference = {NULL, c->link->other, {NULL, 0}};
  bool orphan = c->link->direction->delete_orphan;
  bool only = c->link->direction->kind != RELATION_TO_MANY;
  if (!store_ok(c->s)) return;
  if (!orphan || (only && can_leave(c)))
    store_clear(c->s, c->target, c->link->other, values);
  if (orphan && only && !can_leave(c))
    remove_object(c->s, c->target, values);
  else if (orphan)
    abandon_object(c->s, c->target, values, &reference);
  key_json_blame(c->s, c->target, values, "cannot leave");
}

/* Takes all rows of `before`, `count` keys one after another, out of the
** collection that are not among the saved ones. */
static void take_out_others(Collection *c, const JsonValue **before,
                            int count) {
  const ColumnList *key = &c->target->key;
  for (int i = 0; store_ok(c->s) && i < count; i++) {
    const JsonValue **values = before + (ptrdiff_t)i * key->count;
    if (keyset_has(&c->saved, values, key->count)) continue;
    RowValues row = store_new_row(c->s, c->target);
    for (int k = 0; row && k < key->count; k++) row[key->list[k]] = values[k];
    take_out(c, row);
  }
}

/* ---- the whole collection ----------------------------------------------- */

/* Saves an element. */
static void save_element(void *collection, const JsonValue *v) {
  Collection *c = (Collection *)collection;
  SavedRow row = save_object(c->s, c->target, v, &c->frame);
  if (store_ok(c->s)) keyset_add(c->s, &c->saved, c->target->key, row.values);
}

/* Returns the keys of the rows in the collection. */
static const JsonValue **read_members(const Collection *c, int *count) {
  *count = 0;
  if (!c->owner->found) return NULL;
  return store_list(c->s, c->target, c->target->key, c->link->other,
                    c->frame.given, count);
}

static void save_whole(Collection *c, const JsonValue *array) {
  int count = 0;
  const JsonValue **before = read_members(c, &count);
  collection_each(c->s, c, array, save_element);
  take_out_others(c, before, count);
}

/* Saves the only object of a relationship to one. The object that was in its
** place leaves first, because a UNIQUE may allow only one. */
static void save_only(Collection *c, const JsonValue *v) {
  int count = 0;
  const JsonValue **before = read_members(c, &count);
  if (v->type != JSON_NULL && count) {
    SavedRow row = save_look_up(c->s, c->target, v, NULL);
    if (row.found) keyset_add(c->s, &c->saved, c->target->key, row.values);
  }
  take_out_others(c, before, count);
  if (v->type != JSON_NULL && store_ok(c->s)) save_element(c, v);
}

/* ---- a part of the collection ------------------------------------------- */

/* Returns true if the row belongs to the collection. */
static bool is_member(const Collection *c, RowValues values) {
  const ColumnList *other = &c->link->other;
  ColumnList key = c->target->key;
  size_t size = sizeof(int) * (size_t)(key.count + other->count);
  int *where = (int *)mem_new(&c->s->work, size);
  RowValues row = store_new_row(c->s, c->target);
  int n = 0;
  for (int i = 0; row && where && i < other->count; i++) {
    where[n++] = other->list[i];
    row[other->list[i]] = c->frame.given[other->list[i]];
  }
  for (int i = 0; row && where && i < key.count; i++) {
    const JsonValue **slot = &row[key.list[i]];
    if (*slot && store_compare(slot, &values[key.list[i]], 1) != 0)
      return false;
    if (*slot == NULL) where[n++] = key.list[i];
    *slot = values[key.list[i]];
  }
  return store_ok(c->s) &&
         store_read(c->s, c->target, key, (ColumnList){where, n}, row, row) &&
         !abandon_has(c->s, c->target, row, c->link->other);
}

/* Takes the row that an element of "remove" names out of the collection. */
static void remove_element(void *collection, const JsonValue *v) {
  Collection *c = (Collection *)collection;
  SavedRow row = collection_look_up(c->s, c->target, v, &c->frame);
  if (store_ok(c->s) && (!row.found || !is_member(c, row.values)))
    err_set(&c->s->work, SQLITE_ERROR, "no such object in the collection");
  take_out(c, row.values);
}

/* Removes first, so that a UNIQUE can be free for an object that is added. */
static void save_part(Collection *c, const JsonValue *v) {
  const JsonValue *add = NULL, *rest = NULL;
  collection_parts(c->s, v, &add, &rest);
  if (rest && store_ok(c->s)) {
    store_enter(c->s, "remove");
    collection_each(c->s, c, rest, remove_element);
    store_leave(c->s);
  }
  if (add && store_ok(c->s)) {
    store_enter(c->s, "add");
    collection_each(c->s, c, add, save_element);
    store_leave(c->s);
  }
}

/* ---- all ---------------------------------------------------------------- */

/* Reads the foreign key of the collection from the owner's row. */
static void read_frame(Collection *c) {
  const StoreLink *link = c->link;
  RowValues values = c->owner->values;
  c->frame.fixed = link->other;
  c->frame.given = store_new_row(c->s, c->target);
  save_read_unknown(c->s, c->owner->of, link->own, values);
  for (int i = 0; store_ok(c->s) && i < link->own.count; i++)
    c->frame.given[link->other.list[i]] = values[link->own.list[i]];
}

void collection_save(Store *s, const SavedRow *owner, const StoreLink *link,
                     const JsonValue *v) {
  Collection c = {.s = s, .owner = owner, .link = link, .target = link->target};
  bool many = link->direction->kind == RELATION_TO_MANY;
  read_frame(&c);
  if (!store_ok(s)) return;
  if (!many && (v->type == JSON_OBJECT || v->type == JSON_NULL))
    save_only(&c, v);
  else if (many && v->type == JSON_ARRAY)
    save_whole(&c, v);
  else if (many && v->type == JSON_OBJECT)
    save_part(&c, v);
  else
    collection_wrong_shape(s, many);
}
