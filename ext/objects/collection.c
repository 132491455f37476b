#include "objects/collection.h"

#include <stdlib.h>

#include "objects/objkey.h"
#include "objects/remove.h"

/* A collection that is being saved. */
typedef struct Collection {
  Store *s;
  const SavedRow *owner;
  const StoreLink *link;
  StoreClass *target;
  RowValues fixed; /* of the target: the foreign key */
} Collection;

/* ---- keys --------------------------------------------------------------- */

/* A key. It has its width with it, because qsort() passes no argument. */
typedef struct SortedKey {
  const JsonValue **values;
  int width;
} SortedKey;

static int compare_sorted(const void *a, const void *b) {
  const SortedKey *x = (const SortedKey *)a, *y = (const SortedKey *)b;
  return store_compare(x->values, y->values, x->width);
}

/* Returns the key of a row as an array. */
static const JsonValue **key_of(const Collection *c, RowValues values) {
  const ColumnList *key = &c->target->key;
  const JsonValue **copy = (const JsonValue **)mem_new(
      &c->s->work, sizeof(JsonValue *) * (size_t)key->count);
  for (int i = 0; copy && i < key->count; i++) copy[i] = values[key->list[i]];
  return copy;
}

/* Returns a row with this key. */
static RowValues row_of(const Collection *c, const JsonValue **key) {
  RowValues values = store_new_row(c->s, c->target);
  for (int i = 0; values && i < c->target->key.count; i++)
    values[c->target->key.list[i]] = key[i];
  return values;
}

static void push_saved(const Collection *c, SortedKey **list, int *count,
                       RowValues values) {
  Ctx *work = &c->s->work;
  SortedKey *slot = ctx_ok(work) ? MEM_PUSH(work, *list, *count) : NULL;
  if (slot) *slot = (SortedKey){key_of(c, values), c->target->key.count};
}

/* ---- leaving ------------------------------------------------------------ */

/* Takes the row with this key out of the collection. */
static void take_out(const Collection *c, const JsonValue **key) {
  RowValues values = row_of(c, key);
  if (!store_ok(c->s)) return;
  if (c->link->direction->delete_orphan)
    remove_object(c->s, c->target, values);
  else
    store_clear(c->s, c->target, c->link->other, values);
}

/* Takes all rows of `before`, `count` keys one after another, out of the
** collection that are not among the saved ones. */
static void take_out_others(const Collection *c, const JsonValue **before,
                            int count, SortedKey *saved, int nsaved) {
  int width = c->target->key.count;
  if (nsaved) qsort(saved, (size_t)nsaved, sizeof(SortedKey), compare_sorted);
  for (int i = 0; store_ok(c->s) && i < count; i++) {
    SortedKey key = {before + (ptrdiff_t)i * width, width};
    if (nsaved == 0 || !bsearch(&key, saved, (size_t)nsaved, sizeof(SortedKey),
                                compare_sorted))
      take_out(c, key.values);
  }
}

/* ---- the whole collection ----------------------------------------------- */

/* Saves the elements, from the first one on, and adds their keys to *saved. */
static void save_elements(const Collection *c, const JsonValue *array,
                          SortedKey **saved, int *nsaved) {
  i64 i = 0;
  for (const JsonValue *v = array->first; v && store_ok(c->s); v = v->next) {
    store_enter_index(c->s, i++);
    SavedRow row = save_object(c->s, c->target, v, c->link->other, c->fixed);
    if (store_ok(c->s)) push_saved(c, saved, nsaved, row.values);
    store_leave(c->s);
  }
}

/* Returns the keys of the rows in the collection. */
static const JsonValue **read_members(const Collection *c, int *count) {
  *count = 0;
  if (!c->owner->found) return NULL;
  return store_keys(c->s, c->target, c->link->other, c->fixed, count);
}

static void save_whole(const Collection *c, const JsonValue *array) {
  SortedKey *saved = NULL;
  int nsaved = 0, count = 0;
  const JsonValue **before = read_members(c, &count);
  save_elements(c, array, &saved, &nsaved);
  take_out_others(c, before, count, saved, nsaved);
}

/* Saves the only object of a relationship to one. The object that was in its
** place leaves first, because a UNIQUE may allow only one. */
static void save_only(const Collection *c, const JsonValue *v) {
  SortedKey *saved = NULL;
  int nsaved = 0, count = 0;
  const JsonValue **before = read_members(c, &count);
  if (v->type != JSON_NULL && count) {
    SavedRow row =
        save_look_up(c->s, c->target, v, (ColumnList){NULL, 0}, NULL);
    if (row.found) push_saved(c, &saved, &nsaved, row.values);
  }
  take_out_others(c, before, count, saved, nsaved);
  if (v->type != JSON_NULL && store_ok(c->s))
    save_object(c->s, c->target, v, c->link->other, c->fixed);
}

/* ---- a part of the collection ------------------------------------------- */

/* Returns the row that an element of "remove" names: a key, or an object with
** the columns of a key. */
static SavedRow look_up(const Collection *c, const JsonValue *v) {
  Store *s = c->s;
  const ColumnList none = {NULL, 0};
  if (v->type == JSON_OBJECT) return save_look_up(s, c->target, v, none, NULL);
  SavedRow row = {c->target, store_new_row(s, c->target), false};
  ObjectKey key = objkey_of_json(&s->work, c->target->of, v);
  if (!store_ok(s)) return row;
  for (int i = 0; i < key.count; i++)
    row.values[key.columns[i]] = key.values[i];
  ColumnList columns = {key.columns, key.count};
  row.found =
      store_read(s, c->target, c->target->key, columns, row.values, row.values);
  return row;
}

/* Returns true if the row belongs to the collection. */
static bool is_member(const Collection *c, RowValues values) {
  const ColumnList *other = &c->link->other;
  ColumnList key = c->target->key;
  int *where = (int *)mem_new(&c->s->work,
                              sizeof(int) * (size_t)(key.count + other->count));
  RowValues row = store_new_row(c->s, c->target);
  int n = 0;
  for (int i = 0; row && where && i < other->count; i++) {
    where[n++] = other->list[i];
    row[other->list[i]] = c->fixed[other->list[i]];
  }
  for (int i = 0; row && where && i < key.count; i++) {
    bool twice = row[key.list[i]] != NULL;
    if (!twice) where[n++] = key.list[i];
    if (!twice) row[key.list[i]] = values[key.list[i]];
  }
  return store_ok(c->s) &&
         store_read(c->s, c->target, key, (ColumnList){where, n}, row, row);
}

static void remove_elements(const Collection *c, const JsonValue *array) {
  i64 i = 0;
  for (const JsonValue *v = array->first; v && store_ok(c->s); v = v->next) {
    store_enter_index(c->s, i++);
    SavedRow row = look_up(c, v);
    if (store_ok(c->s) && (!row.found || !is_member(c, row.values)))
      err_set(&c->s->work, SQLITE_ERROR, "no such object in the collection");
    if (store_ok(c->s)) take_out(c, key_of(c, row.values));
    store_leave(c->s);
  }
}

/* Sets the error for a value of a wrong shape. */
static void wrong_shape(const Collection *c) {
  err_set(&c->s->work, SQLITE_ERROR,
          c->link->direction->kind == RELATION_TO_MANY
              ? "a relationship to many takes an array, or {\"add\": [...], "
                "\"remove\": [...]}"
              : "a relationship to one takes an object or null");
}

/* Removes first, so that a UNIQUE can be free for an object that is added. */
static void save_part(const Collection *c, const JsonValue *v) {
  const JsonValue *add = json_member(v, "add");
  const JsonValue *rest = json_member(v, "remove");
  int known = (add != NULL) + (rest != NULL);
  if (v->count != known || known == 0 || (add && add->type != JSON_ARRAY) ||
      (rest && rest->type != JSON_ARRAY)) {
    wrong_shape(c);
    return;
  }
  SortedKey *saved = NULL;
  int nsaved = 0;
  if (rest) {
    store_enter(c->s, "remove");
    remove_elements(c, rest);
    store_leave(c->s);
  }
  if (add) {
    store_enter(c->s, "add");
    save_elements(c, add, &saved, &nsaved);
    store_leave(c->s);
  }
}

/* ---- all ---------------------------------------------------------------- */

/* Reads the foreign key of the collection from the owner's row. */
static void read_fixed(Collection *c) {
  const StoreLink *link = c->link;
  RowValues values = c->owner->values;
  c->fixed = store_new_row(c->s, c->target);
  for (int i = 0; store_ok(c->s) && i < link->own.count; i++) {
    if (values[link->own.list[i]] == NULL)
      store_read(c->s, c->owner->of, link->own, c->owner->of->key, values,
                 values);
    if (store_ok(c->s))
      c->fixed[link->other.list[i]] = values[link->own.list[i]];
  }
}

void collection_save(Store *s, const SavedRow *owner, const StoreLink *link,
                     const JsonValue *v) {
  Collection c = {s, owner, link, link->target, NULL};
  bool many = link->direction->kind == RELATION_TO_MANY;
  read_fixed(&c);
  if (!store_ok(s)) return;
  if (!many && (v->type == JSON_OBJECT || v->type == JSON_NULL))
    save_only(&c, v);
  else if (many && v->type == JSON_ARRAY)
    save_whole(&c, v);
  else if (many && v->type == JSON_OBJECT)
    save_part(&c, v);
  else
    wrong_shape(&c);
}
