#include "objects/association.h"

#include "objects/abandon.h"
#include "objects/collection.h"
#include "objects/deferred.h"
#include "objects/keyset.h"
#include "objects/remove.h"

/* The links of one owner. */
typedef struct Association {
  Store *s;
  const SavedRow *owner;
  const StoreLink *link;
  ColumnList both; /* the columns of both foreign keys */
  RowValues owned; /* of the association: the foreign key onto the owner */
  KeySet saved;    /* values of the foreign key onto the target */
} Association;

/* ---- rows of the association -------------------------------------------- */

/* Returns the columns of both foreign keys, each once. */
static ColumnList both_columns(Store *s, const StoreLink *link) {
  size_t size = sizeof(int) * (size_t)(link->near.count + link->far.count);
  int *list = (int *)mem_new(&s->work, size);
  int n = 0;
  for (int i = 0; list && i < link->near.count; i++)
    list[n++] = link->near.list[i];
  for (int i = 0; list && i < link->far.count; i++) {
    bool twice = false;
    for (int k = 0; k < link->near.count; k++)
      twice |= link->near.list[k] == link->far.list[i];
    if (!twice) list[n++] = link->far.list[i];
  }
  return (ColumnList){list, n};
}

/* Begins to work on the links of the owner. */
static Association new_association(Store *s, const SavedRow *owner,
                                   const StoreLink *link) {
  Association a = {.s = s, .owner = owner, .link = link};
  a.both = both_columns(s, link);
  a.owned = store_new_row(s, link->through);
  save_read_unknown(s, owner->of, link->own, owner->values);
  for (int i = 0; store_ok(s) && i < link->own.count; i++)
    a.owned[link->near.list[i]] = owner->values[link->own.list[i]];
  return a;
}

/* Returns a row of the association with these values of the foreign key onto
** the target, by column of `values`. */
static RowValues link_row(const Association *a, RowValues values,
                          ColumnList columns) {
  const StoreLink *link = a->link;
  RowValues row = store_new_row(a->s, link->through);
  for (int i = 0; row && i < link->near.count; i++)
    row[link->near.list[i]] = a->owned[link->near.list[i]];
  for (int i = 0; row && i < link->far.count; i++)
    row[link->far.list[i]] = values[columns.list[i]];
  return row;
}

/* Returns the columns that have values. */
static ColumnList given_columns(const Association *a, RowValues values) {
  int n = a->link->through->of->table->ncolumn, count = 0;
  int *list = (int *)mem_new(&a->s->work, sizeof(int) * (size_t)n);
  for (int i = 0; list && i < n; i++)
    if (values[i]) list[count++] = i;
  return (ColumnList){list, count};
}

/* Inserts the link, or updates the further columns of a link that exists. */
static void write_link(const Association *a, RowValues row, RowValues further) {
  Store *s = a->s;
  StoreClass *through = a->link->through;
  RowValues now = store_new_row(s, through);
  if (!store_ok(s)) return;
  bool exists = store_read(s, through, a->both, a->both, row, now);
  ColumnList set = given_columns(a, further);
  if (exists && set.count == 0) return;
  for (int i = 0; store_ok(s) && i < set.count; i++)
    row[set.list[i]] = further[set.list[i]];
  if (!exists) set = given_columns(a, row);
  sqlite3_stmt *stmt =
      store_statement(s, through, exists ? STORE_UPDATE : STORE_INSERT, set,
                      exists ? a->both : (ColumnList){NULL, 0});
  store_bind(s, stmt, 1, through, set, row);
  if (exists) store_bind(s, stmt, set.count + 1, through, a->both, row);
  store_run(s, stmt);
  deferred_note(s, through, a->both, row);
}

/* ---- leaving ------------------------------------------------------------ */

/* Deletes the target of a link, whose row is `row`. */
static void delete_target(const Association *a, RowValues row) {
  const StoreLink *link = a->link;
  RowValues target = store_new_row(a->s, link->target);
  for (int i = 0; target && i < link->far.count; i++)
    target[link->other.list[i]] = row[link->far.list[i]];
  if (store_ok(a->s) && store_read(a->s, link->target, link->target->key,
                                   link->other, target, target))
    remove_object(a->s, link->target, target);
}

/* Deletes a link. Returns the number of deleted links. */
static int delete_link(const Association *a, RowValues row) {
  Store *s = a->s;
  sqlite3_stmt *stmt = store_statement(s, a->link->through, STORE_DELETE,
                                       (ColumnList){NULL, 0}, a->both);
  store_bind(s, stmt, 1, a->link->through, a->both, row);
  return store_run(s, stmt);
}

/* Notes that the target of a deleted link may be an orphan. */
static void abandon_target(const Association *a, RowValues row) {
  const StoreLink *link = a->link;
  const OwnerReference reference = {link->through, link->far, link->other};
  RowValues target = store_new_row(a->s, link->target);
  for (int i = 0; target && i < link->far.count; i++)
    target[link->other.list[i]] = row[link->far.list[i]];
  if (store_ok(a->s) && store_read(a->s, link->target, link->target->key,
                                   link->other, target, target))
    abandon_object(a->s, link->target, target, &reference);
}

/* Notes that the owner of a deleted link may be an orphan of the other side. */
static void abandon_owner(const Association *a) {
  const StoreLink *link = a->link;
  const OwnerReference reference = {link->through, link->near, link->own};
  abandon_object(a->s, a->owner->of, a->owner->values, &reference);
}

/* Deletes a link and notes its ends as possible orphans. Returns the number of
** deleted links. */
static int unlink_row(const Association *a, RowValues row) {
  int count = delete_link(a, row);
  if (count && a->link->direction->delete_orphan) abandon_target(a, row);
  if (count && a->link->link->orphans) abandon_owner(a);
  return count;
}
/* Deletes link i of `before`, the keys of links one after another. `owner`: the
** owner is being deleted, with its targets if the cascade says so. */
static void delete_one(const Association *a, const JsonValue **before, int i,
                       bool owner) {
  const ColumnList *far = &a->link->far;
  const JsonValue **values = before + (ptrdiff_t)i * far->count;
  RowValues row = store_new_row(a->s, a->link->through);
  for (int k = 0; row && k < far->count; k++) row[far->list[k]] = values[k];
  row = row ? link_row(a, row, *far) : NULL;
  if (row == NULL || !store_ok(a->s)) return;
  if (!owner) {
    unlink_row(a, row);
    return;
  }
  delete_link(a, row);
  if (a->link->direction->delete_all && store_ok(a->s)) delete_target(a, row);
}

/* Deletes the links that are not among the saved ones. */
static void delete_others(Association *a, const JsonValue **before, int count) {
  int width = a->link->far.count;
  for (int i = 0; store_ok(a->s) && i < count; i++)
    if (!keyset_has(&a->saved, before + (ptrdiff_t)i * width, width))
      delete_one(a, before, i, false);
}

/* Returns the foreign keys onto the targets of all links. */
static const JsonValue **read_links(const Association *a, int *count) {
  *count = 0;
  if (!store_ok(a->s) || !a->owner->found) return NULL;
  return store_list(a->s, a->link->through, a->link->far, a->link->near,
                    a->owned, count);
}

/* ---- elements ----------------------------------------------------------- */

/* Saves a target and its link. */
static void save_linked(void *association, const JsonValue *v) {
  Association *a = (Association *)association;
  const StoreLink *link = a->link;
  SaveFrame frame = {.via = link,
                     .further = store_new_row(a->s, link->through)};
  SavedRow target = save_object(a->s, link->target, v, &frame);
  if (!store_ok(a->s)) return;
  save_read_unknown(a->s, link->target, link->other, target.values);
  RowValues row = link_row(a, target.values, link->other);
  if (!store_ok(a->s)) return;
  write_link(a, row, frame.further);
  RowValues stored = store_new_row(a->s, link->through);
  if (store_ok(a->s) &&
      store_read(a->s, link->through, a->both, a->both, row, stored))
    keyset_add(a->s, &a->saved, link->far, stored);
}

/* Deletes the link of the target that an element of "remove" names. */
static void unlink_element(void *association, const JsonValue *v) {
  Association *a = (Association *)association;
  const StoreLink *link = a->link;
  SaveFrame frame = {.via = link,
                     .further = store_new_row(a->s, link->through)};
  SavedRow target = collection_look_up(a->s, link->target, v, &frame);
  int count = 0;
  if (target.found) {
    save_read_unknown(a->s, link->target, link->other, target.values);
    RowValues row = link_row(a, target.values, link->other);
    if (store_ok(a->s)) count = unlink_row(a, row);
  }
  if (count == 0)
    err_set(&a->s->work, SQLITE_ERROR, "no such object in the collection");
}

static void save_linked_part(Association *a, const JsonValue *v) {
  const JsonValue *add = NULL, *rest = NULL;
  collection_parts(a->s, v, &add, &rest);
  if (rest && store_ok(a->s)) {
    store_enter(a->s, "remove");
    collection_each(a->s, a, rest, unlink_element);
    store_leave(a->s);
  }
  if (add && store_ok(a->s)) {
    store_enter(a->s, "add");
    collection_each(a->s, a, add, save_linked);
    store_leave(a->s);
  }
}

/* ---- all ---------------------------------------------------------------- */

void association_save(Store *s, const SavedRow *owner, const StoreLink *link,
                      const JsonValue *v) {
  Association a = new_association(s, owner, link);
  if (!store_ok(s)) return;
  if (v->type == JSON_ARRAY) {
    int count = 0;
    const JsonValue **before = read_links(&a, &count);
    collection_each(s, &a, v, save_linked);
    delete_others(&a, before, count);
  } else if (v->type == JSON_OBJECT) {
    save_linked_part(&a, v);
  } else {
    collection_wrong_shape(s, true);
  }
}

void association_remove(Store *s, const SavedRow *owner,
                        const StoreLink *link) {
  Association a = new_association(s, owner, link);
  int count = 0;
  const JsonValue **before = read_links(&a, &count);
  for (int i = 0; store_ok(s) && i < count; i++)
    delete_one(&a, before, i, true);
}
