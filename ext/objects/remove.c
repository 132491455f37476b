#include "objects/remove.h"

#include "base/guard.h"
#include "meta/meta.h"
#include "objects/association.h"
#include "objects/objkey.h"

/* The greatest number of objects on a path of cascades, as of SQLite's
** triggers. */
enum { REMOVE_DEPTH = 1000 };

/* An object that is being deleted, and those whose deletion has led to it. */
typedef struct Removal {
  const struct Removal *outer;
  StoreClass *of;
  RowValues key;
  int depth;
} Removal;

static int remove_row(Store *s, const Removal *r);

/* Returns true if the row is being deleted already. */
static bool is_going(const Removal *r, const StoreClass *c,
                     const JsonValue **key) {
  for (; r; r = r->outer) {
    int same = r->of == c;
    for (int i = 0; same && i < c->key.count; i++)
      same = store_compare(&r->key[c->key.list[i]], &key[i], 1) == 0;
    if (same) return true;
  }
  return false;
}

/* Deletes a child, or, if `delete` is false, sets its foreign key to NULL. */
static void leave(Store *s, const Removal *child, const StoreLink *link,
                  bool delete) {
  if (delete)
    remove_row(s, child);
  else
    store_clear(s, child->of, link->other, child->key);
}

/* Deletes the children, or sets their foreign keys to NULL. */
static void leave_children(Store *s, const Removal *r, const StoreLink *link,
                           RowValues fixed, bool delete) {
  StoreClass *c = link->target;
  int count = 0;
  const JsonValue **keys = store_list(s, c, c->key, link->other, fixed, &count);
  for (int i = 0; store_ok(s) && i < count; i++) {
    const JsonValue **key = keys + (ptrdiff_t)i * c->key.count;
    Removal child = {r, c, store_new_row(s, c), r->depth + 1};
    for (int k = 0; child.key && k < c->key.count; k++)
      child.key[c->key.list[k]] = key[k];
    if (store_ok(s) && !is_going(r, c, key)) leave(s, &child, link, delete);
  }
}

/* Returns the values of the columns of the target that the foreign key joins;
** NULL if a part is NULL, and
** so there are no children. */
static RowValues child_key(Store *s, const Removal *r, const StoreLink *link) {
  RowValues row = store_new_row(s, r->of);
  RowValues fixed = store_new_row(s, link->target);
  if (!store_ok(s) || !store_read(s, r->of, link->own, r->of->key, r->key, row))
    return NULL;
  for (int i = 0; i < link->own.count; i++) {
    fixed[link->other.list[i]] = row[link->own.list[i]];
    if (row[link->own.list[i]]->type == JSON_NULL) return NULL;
  }
  return fixed;
}

/* Applies the cascade of one relationship to the deletion of its owner. If the
** foreign key has ON DELETE, SQLite acts. */
static void cascade(Store *s, const Removal *r, const StoreLink *link) {
  const Direction *d = link->direction;
  if (d->kind == RELATION_TO_ONE || d->viewonly || d->passive ||
      d->foreign->on_delete != ACTION_NONE)
    return;
  if (link->through) {
    const SavedRow owner = {r->of, r->key, true};
    association_remove(s, &owner, link);
    return;
  }
  RowValues fixed = child_key(s, r, link);
  if (fixed == NULL) return;
  leave_children(s, r, link, fixed, d->delete_all);
}

/* Returns the key of the parent that the cascade deletes with the object; NULL
** if there is none. */
static RowValues parent_key(Store *s, const Removal *r, const StoreLink *link) {
  const Direction *d = link->direction;
  if (d->kind != RELATION_TO_ONE || d->viewonly || !d->delete_all) return NULL;
  return child_key(s, r, link);
}

/* Deletes a row after its children and before its parents. Returns the number
** of rows that were deleted. */
static int remove_row(Store *s, const Removal *r) {
  int count = r->of->of->nlink;
  if (r->depth > REMOVE_DEPTH)
    err_set(&s->work, SQLITE_ERROR, "a cascade of more than %d objects",
            REMOVE_DEPTH);
  RowValues *parents =
      (RowValues *)mem_new(&s->work, sizeof(RowValues) * ((size_t)count + 1));
  for (int i = 0; store_ok(s) && i < count; i++) {
    const StoreLink *link = store_link(s, r->of, i);
    if (link) cascade(s, r, link);
    if (link) parents[i] = parent_key(s, r, link);
  }
  sqlite3_stmt *stmt = store_statement(s, r->of, STORE_DELETE,
                                       (ColumnList){NULL, 0}, r->of->key);
  store_bind(s, stmt, 1, r->of, r->of->key, r->key);
  int changes = store_run(s, stmt);
  for (int i = 0; store_ok(s) && i < count; i++)
    if (parents[i])
      leave_children(s, r, store_link(s, r->of, i), parents[i], true);
  return changes;
}

int remove_object(Store *s, StoreClass *c, RowValues key) {
  const Removal r = {NULL, c, key, 0};
  return store_ok(s) ? remove_row(s, &r) : 0;
}

/* Returns the row that a key names, NULL if there is none. */
static RowValues find_keyed(Store *s, StoreClass *c, sqlite3_value *value) {
  ObjectKey key = objkey_read(&s->work, c->of, value);
  if (!store_ok(s) || objkey_has_null(&key)) return NULL;
  RowValues row = store_new_row(s, c);
  JsonValue *plain = MEM_NEW(&s->work, JsonValue);
  if (!store_ok(s)) return NULL;
  for (int i = 0; i < key.count; i++)
    row[key.columns[i]] = key.plain ? plain : key.values[i];
  if (key.plain) store_take_value(s, plain, key.plain);
  ColumnList where = {key.columns, key.count};
  return store_read(s, c, c->key, where, row, row) ? row : NULL;
}

int remove_graph(Ctx *ctx, const char *model, sqlite3_value *key) {
  meta_require(ctx);
  if (!ctx_ok(ctx)) return 0;
  Guard guard;
  int count = 0;
  Store *s = MEM_NEW(ctx, Store);
  if (s == NULL) return 0;
  guard_begin_rows(ctx, &guard);
  store_begin(s, ctx, false);
  StoreClass *c = store_ok(s) ? store_class(s, model) : NULL;
  RowValues row = c ? find_keyed(s, c, key) : NULL;
  if (row) count = remove_object(s, c, row);
  store_end(s);
  guard_end(ctx, &guard);
  return count;
}
