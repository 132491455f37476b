#include "objects/save_graph.h"

#include "base/guard.h"
#include "meta/meta.h"
#include "objects/abandon.h"
#include "objects/association.h"
#include "objects/collection.h"
#include "objects/deferred.h"
#include "objects/key_json.h"
#include "objects/selection.h"

/* A member of the JSON that is a relationship. */
typedef struct LinkMember {
  const StoreLink *link;
  const JsonValue *value;
} LinkMember;

/* The relationships among the members of an object. */
typedef struct LinkMembers {
  LinkMember *list;
  int count;
} LinkMembers;

/* ---- members ------------------------------------------------------------ */

/* Returns true if the value can only be meant for a relationship. */
static bool is_graph(const JsonValue *v) {
  bool marked =
      v->type == JSON_OBJECT && v->count == 1 && v->first->name[0] == '$';
  return v->type == JSON_ARRAY || (v->type == JSON_OBJECT && !marked);
}

static void take_link(Store *s, StoreClass *c, const Link *link,
                      const JsonValue *v, LinkMembers *links) {
  const StoreLink *known = store_link(s, c, (int)(link - c->of->links));
  if (known && known->direction->join)
    err_set(&s->work, SQLITE_ERROR,
            "a relationship with this primaryjoin is read-only; write the rows "
            "of model \"%s\"",
            known->target->of->name);
  LinkMember *slot =
      store_ok(s) ? MEM_PUSH(&s->work, links->list, links->count) : NULL;
  if (slot) *slot = (LinkMember){known, v};
}

/* Sets the value of a column of the association. Returns false if the member
** does not name one. */
static bool take_further(const SaveFrame *frame, const JsonValue *v) {
  const Direction *via = frame && frame->via ? frame->via->direction : NULL;
  int column = selection_further(via, v->name);
  if (column >= 0) frame->further[column] = v;
  return column >= 0;
}

/* Sets the value of a column, or adds a relationship. A generated column has
** the value that its expression gives, so its member is ignored. */
static void take_member(Store *s, StoreClass *c, const JsonValue *v,
                        const SaveFrame *frame, RowValues values,
                        LinkMembers *links) {
  int column = table_column(c->of->table, v->name);
  const Link *link =
      column < 0 || is_graph(v) ? class_link(c->of, v->name) : NULL;
  if (link && (column < 0 || c->of->types[column].kind != VALUE_JSON))
    take_link(s, c, link, v, links);
  else if (column < 0 && take_further(frame, v))
    return;
  else if (column < 0)
    class_unknown_member(&s->work, c->of, v->name);
  else if (values[column])
    err_set(&s->work, SQLITE_ERROR, "two members for one column");
  else if (c->of->table->columns[column].generated.sql == NULL)
    values[column] = v;
}

/* Reads the members of an object. */
static LinkMembers take_members(Store *s, StoreClass *c, const JsonValue *v,
                                const SaveFrame *frame, RowValues values) {
  LinkMembers links = {NULL, 0};
  if (v->type != JSON_OBJECT)
    err_set(&s->work, SQLITE_ERROR,
            "an object of model \"%s\" is expected, a JSON object",
            c->of->name);
  for (const JsonValue *m = v->first; m && store_ok(s); m = m->next) {
    store_enter(s, m->name);
    take_member(s, c, m, frame, values, &links);
    store_leave(s);
  }
  return links;
}

/* ---- foreign keys ------------------------------------------------------- */

/* Sets a column of a foreign key to the value of a related object. A different
** value of this column in the JSON is an error. */
static void complete(Store *s, StoreClass *c, RowValues values, int column,
                     const JsonValue *v) {
  const JsonValue *given = values[column];
  if (!store_ok(s)) return;
  values[column] = v;
  if (given == NULL || v == NULL || store_compare(&given, &v, 1) == 0) return;
  err_set(&s->work, SQLITE_ERROR,
          "\"%s\" has another value than the related object gives it",
          c->of->table->columns[column].name);
}

/* Disconnects the object from the one that its foreign key references. Columns
** that cannot be NULL stay. */
static void disconnect(Store *s, StoreClass *c, RowValues values,
                       ColumnList own) {
  for (int i = 0; store_ok(s) && i < own.count; i++) {
    const Column *column = &c->of->table->columns[own.list[i]];
    bool stays = own.count > 1 && (values[own.list[i]] || column->notnull);
    if (!stays) complete(s, c, values, own.list[i], &store_null);
  }
}

void save_read_unknown(Store *s, StoreClass *c, ColumnList columns,
                       RowValues values) {
  bool known = true;
  for (int i = 0; i < columns.count; i++)
    known &= values[columns.list[i]] != NULL;
  if (store_ok(s) && !known) store_read(s, c, columns, c->key, values, values);
}

/* Saves the object of a relationship to one, and completes the foreign key. */
static void save_parent(Store *s, StoreClass *c, const LinkMember *m,
                        RowValues values) {
  const StoreLink *link = m->link;
  if (m->value->type == JSON_NULL) {
    disconnect(s, c, values, link->own);
    return;
  }
  SavedRow parent = save_object(s, link->target, m->value, NULL);
  if (store_ok(s))
    save_read_unknown(s, link->target, link->other, parent.values);
  for (int i = 0; store_ok(s) && i < link->own.count; i++)
    complete(s, c, values, link->own.list[i],
             parent.values[link->other.list[i]]);
}

/* ---- the row ------------------------------------------------------------ */

/* Returns true if all columns have values, none of them NULL. */
static bool are_given(ColumnList columns, RowValues values) {
  for (int i = 0; i < columns.count; i++) {
    const JsonValue *v = values[columns.list[i]];
    if (v == NULL || v->type == JSON_NULL) return false;
  }
  return columns.count > 0;
}

/* Sets the PRIMARY KEY of a row that a UNIQUE has found. A column that the JSON
** gives, or that another UNIQUE has found, must agree. */
static void take_key(Store *s, StoreClass *c, RowValues values,
                     RowValues found) {
  for (int i = 0; store_ok(s) && i < c->key.count; i++) {
    int column = c->key.list[i];
    const JsonValue *given = values[column];
    if (given && given->type != JSON_NULL &&
        store_compare(&given, &found[column], 1) != 0)
      err_set(&s->work, SQLITE_CONSTRAINT_UNIQUE,
              "the members identify two different objects of model \"%s\"",
              c->of->name);
    values[column] = found[column];
  }
}

/* Finds the row of the object. If a UNIQUE finds it, *matched gets the columns
** of that UNIQUE, which need no update. */
static bool find_row(Store *s, StoreClass *c, RowValues values, bool *matched) {
  if (are_given(c->key, values))
    return store_read(s, c, c->key, c->key, values, values);
  bool any = false;
  RowValues found = NULL;
  for (int i = 0; store_ok(s) && i < c->of->nkey; i++) {
    const ClassKey *key = &c->of->keys[i];
    ColumnList columns = {key->columns, key->count};
    if (key->primary || !are_given(columns, values)) continue;
    if (found == NULL) found = store_new_row(s, c);
    if (!store_read(s, c, c->key, columns, values, found)) continue;
    take_key(s, c, values, found);
    any = true;
    for (int k = 0; k < key->count; k++) matched[key->columns[k]] = true;
  }
  return any && store_ok(s);
}

/* Updates the columns that have values, except those that found the row. */
static void update_row(Store *s, StoreClass *c, RowValues values,
                       bool *matched) {
  store_next_version(s, c, values);
  if (!store_ok(s)) return;
  int n = c->of->table->ncolumn, count = 0;
  int *columns = (int *)mem_new(&s->work, sizeof(int) * (size_t)n);
  for (int i = 0; i < c->key.count; i++) matched[c->key.list[i]] = true;
  for (int i = 0; columns && i < n; i++)
    if (values[i] && !matched[i]) columns[count++] = i;
  if (count == (c->version >= 0)) return; /* nothing but the version */
  ColumnList set = {columns, count};
  sqlite3_stmt *stmt = store_statement(s, c, STORE_UPDATE, set, c->key);
  store_bind(s, stmt, 1, c, set, values);
  store_bind(s, stmt, count + 1, c, c->key, values);
  if (store_run(s, stmt) == 0 && store_ok(s))
    err_set(&s->work, SQLITE_CONSTRAINT, "a trigger has ignored the update");
}

/* Reads the PRIMARY KEY of the row that was inserted last. */
static void read_new_key(Store *s, StoreClass *c, RowValues values) {
  const Table *table = c->of->table;
  JsonValue *rowid = MEM_NEW(&s->work, JsonValue);
  if (rowid == NULL) return;
  *rowid = (JsonValue){.type = JSON_INTEGER, .stored = true};
  rowid->integer = sqlite3_last_insert_rowid(s->ctx->db);
  if (table->rowid_alias >= 0) {
    values[table->rowid_alias] = rowid;
    return;
  }
  const char *name = table_rowid(table);
  if (name == NULL)
    err_set(&s->work, SQLITE_ERROR,
            "a new object of model \"%s\" needs its PRIMARY KEY", c->of->name);
  store_read_key(s, c, name, rowid->integer, values);
}

/* Gives a new object its first version. An object with a version was read
** before, and another program has deleted it. */
static void first_version(Store *s, StoreClass *c, RowValues values) {
  static const JsonValue first = {
      .type = JSON_INTEGER, .integer = 1, .stored = true};
  if (c->version < 0) return;
  const JsonValue *given = values[c->version];
  if (given && given->type != JSON_NULL && are_given(c->key, values))
    err_set(&s->work, SQLITE_BUSY_SNAPSHOT,
            "the object of model \"%s\" is stale: it has version %.*s, and it "
            "is no longer in the database",
            c->of->name, given->source_bytes, given->source);
  if (given == NULL || given->type == JSON_NULL) values[c->version] = &first;
}

static void insert_object(Store *s, StoreClass *c, RowValues values) {
  first_version(s, c, values);
  int n = c->of->table->ncolumn, count = 0;
  int *columns = (int *)mem_new(&s->work, sizeof(int) * (size_t)n);
  for (int i = 0; columns && i < n; i++)
    if (values[i]) columns[count++] = i;
  ColumnList set = {columns, count};
  sqlite3_stmt *stmt =
      store_statement(s, c, STORE_INSERT, set, (ColumnList){NULL, 0});
  store_bind(s, stmt, 1, c, set, values);
  if (store_run(s, stmt) == 0 && store_ok(s))
    err_set(&s->work, SQLITE_CONSTRAINT,
            "a trigger or an ON CONFLICT clause has ignored the row");
  if (store_ok(s) && !are_given(c->key, values)) read_new_key(s, c, values);
}

/* ---- objects ------------------------------------------------------------ */

/* Sets the foreign key of the collection that the object is in. */
static void set_fixed(Store *s, StoreClass *c, const SaveFrame *frame,
                      RowValues values) {
  for (int i = 0; frame && store_ok(s) && i < frame->fixed.count; i++)
    complete(s, c, values, frame->fixed.list[i],
             frame->given[frame->fixed.list[i]]);
}

SavedRow save_look_up(Store *s, StoreClass *c, const JsonValue *v,
                      const SaveFrame *frame) {
  SavedRow row = {c, store_new_row(s, c), false};
  bool *matched = (bool *)mem_new(&s->work, (size_t)c->of->table->ncolumn);
  if (!store_ok(s)) return row;
  take_members(s, c, v, frame, row.values);
  set_fixed(s, c, frame, row.values);
  row.found = store_ok(s) && find_row(s, c, row.values, matched);
  return row;
}

/* Saves a member that is a relationship to children or through an
** association. */
static void save_many(Store *s, const SavedRow *row, const StoreLink *link,
                      const JsonValue *v) {
  if (link->through)
    association_save(s, row, link, v);
  else
    collection_save(s, row, link, v);
}

/* Saves the members that are relationships, those to one if `parents` is true,
** else the others. */
static void save_links(Store *s, const SavedRow *row, const LinkMembers *links,
                       bool parents) {
  for (int i = 0; store_ok(s) && i < links->count; i++) {
    const LinkMember *m = &links->list[i];
    if ((m->link->direction->kind == RELATION_TO_ONE) != parents) continue;
    store_enter(s, m->link->link->name);
    if (parents)
      save_parent(s, row->of, m, row->values);
    else
      save_many(s, row, m->link, m->value);
    store_leave(s);
  }
}

/* Notes the object as a possible orphan if null disconnects it from its owner
** by a relationship with delete-orphan. Its foreign key stays, because it may
** be NOT NULL. */
static void abandon_orphan(Store *s, const SavedRow *row,
                           const LinkMembers *links) {
  for (int i = 0; store_ok(s) && i < links->count; i++) {
    const StoreLink *link = links->list[i].link;
    if (!link->link->orphans || link->through ||
        links->list[i].value->type != JSON_NULL)
      continue;
    const OwnerReference reference = {NULL, link->own, {NULL, 0}};
    RowValues now = store_new_row(s, row->of);
    if (!store_ok(s) ||
        !store_read(s, row->of, link->own, row->of->key, row->values, now) ||
        !are_given(link->own, now))
      continue;
    for (int k = 0; k < link->own.count; k++)
      row->values[link->own.list[k]] = NULL;
    store_enter(s, link->link->name);
    abandon_object(s, row->of, row->values, &reference);
    store_leave(s);
  }
}

SavedRow save_object(Store *s, StoreClass *c, const JsonValue *v,
                     const SaveFrame *frame) {
  SavedRow row = {c, NULL, false};
  if (!store_ok(s)) return row;
  row.values = store_new_row(s, c);
  bool *matched = (bool *)mem_new(&s->work, (size_t)c->of->table->ncolumn);
  if (!store_ok(s)) return row;
  LinkMembers links = take_members(s, c, v, frame, row.values);
  set_fixed(s, c, frame, row.values);
  save_links(s, &row, &links, true);
  row.found = store_ok(s) && find_row(s, c, row.values, matched);
  if (row.found) abandon_orphan(s, &row, &links);
  if (store_ok(s) && row.found)
    update_row(s, c, row.values, matched);
  else if (store_ok(s))
    insert_object(s, c, row.values);
  deferred_note(s, c, c->key, row.values);
  abandon_keep(s, c, row.values);
  save_links(s, &row, &links, false);
  return row;
}

/* ---- keys --------------------------------------------------------------- */

static void result_json(Ctx *ctx, sqlite3_context *out, const JsonText *text) {
  if (text->failed) err_nomem(ctx);
  if (ctx_ok(ctx))
    sqlite3_result_text64(out, text->z, text->n, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/* Sets the key of a row as the result. A text that reads like JSON is written
** as an array, see objkey.h. */
static void result_key(Store *s, const SavedRow *row, sqlite3_context *out) {
  const JsonValue *v = row->values[row->of->key.list[0]];
  bool plain = row->of->key.count == 1;
  const char *z = v->type == JSON_STRING ? v->text : "";
  while (*z == ' ' || *z == '\t' || *z == '\n' || *z == '\r' || *z == '\f') z++;
  if (plain && v->type == JSON_INTEGER) {
    sqlite3_result_int64(out, v->integer);
  } else if (plain && v->type == JSON_REAL) {
    sqlite3_result_double(out, v->real);
  } else if (plain && v->type == JSON_BLOB) {
    sqlite3_result_blob(out, v->text, v->bytes, SQLITE_TRANSIENT);
  } else if (plain && v->type == JSON_STRING && *z != '[' && *z != '{') {
    sqlite3_result_text(out, v->text, v->bytes, SQLITE_TRANSIENT);
  } else {
    JsonText text;
    json_text_begin(&text);
    key_json_add(&text, row->of, row->values, true);
    result_json(&s->work, out, &text);
    json_text_free(&text);
  }
}

/* ---- calls -------------------------------------------------------------- */

/* Saves the objects of an array, one at a time. */
static void save_array(Store *s, StoreClass *c, JsonReader *reader,
                       sqlite3_context *out) {
  JsonText keys;
  json_text_begin(&keys);
  json_text_word(&keys, "[");
  for (i64 i = 0; store_ok(s); i++) {
    store_enter_index(s, i);
    JsonValue *v = json_next_element(&s->work, reader);
    SavedRow row = {c, NULL, false};
    if (v) row = save_object(s, c, v, NULL);
    store_leave(s);
    if (v == NULL || !store_ok(s)) break;
    if (i) json_text_word(&keys, ",");
    key_json_add(&keys, c, row.values, false);
    store_next(s);
  }
  json_text_word(&keys, "]");
  if (store_ok(s)) result_json(&s->work, out, &keys);
  json_text_free(&keys);
}

static void save_text(Store *s, const char *model, const char *text, int n,
                      sqlite3_context *out) {
  StoreClass *c = store_class(s, model);
  JsonReader reader;
  if (c == NULL) return;
  if (json_begin_array(&reader, text, n)) {
    save_array(s, c, &reader, out);
    return;
  }
  JsonValue *v = json_parse(&s->work, text, n);
  if (v == NULL) return;
  SavedRow row = save_object(s, c, v, NULL);
  if (store_ok(s)) result_key(s, &row, out);
}

void save_json(Ctx *ctx, const char *model, sqlite3_value *json,
               sqlite3_context *out) {
  const char *text = (const char *)sqlite3_value_text(json);
  int n = sqlite3_value_bytes(json);
  meta_require(ctx);
  if (ctx_ok(ctx) && text == NULL)
    err_set(ctx, SQLITE_ERROR, "the JSON is NULL");
  if (!ctx_ok(ctx)) return;
  Guard guard;
  Store *s = MEM_NEW(ctx, Store);
  if (s == NULL) return;
  guard_begin_rows(ctx, &guard);
  store_begin(s, ctx, guard.outermost);
  if (store_ok(s)) save_text(s, model, text, n, out);
  abandon_end(s);
  deferred_check(s);
  store_end(s);
  guard_end(ctx, &guard);
}
