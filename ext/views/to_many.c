#include "views/to_many.h"

#include "views/to_one.h"

/* Returns true if the terms begin with the foreign key, in any order. */
static bool begins_with_key(const RelView *v, const Term *terms, int nterm) {
  for (int i = 0; i < v->direction->foreign->nterm; i++)
    if (i >= nterm || terms[i].column == NULL ||
        !view_is_key_column(v, terms[i].column))
      return false;
  return true;
}

/* Returns true if an index finds the targets of one owner. */
static bool is_key_indexed(const RelView *v) {
  const Table *t = v->target;
  for (int i = 0; i < t->nconstraint; i++)
    if (constraint_is_key(&t->constraints[i]) &&
        begins_with_key(v, t->constraints[i].terms, t->constraints[i].nterm))
      return true;
  for (int i = 0; i < v->schema->nindex; i++) {
    const Index *index = v->schema->indexes[i];
    if (!index->where.sql && name_equal(index->table, t->name) &&
        begins_with_key(v, index->terms, index->nterm))
      return true;
  }
  return false;
}

/* Where child and parent differ in affinity or collation, the child's value may
** be another spelling of the key, so the view shows the parent's. */
static char *to_many_text(const RelView *v) {
  if (v->mixed)
    return mem_printf(v->ctx, "SELECT %s, %s.* FROM %s JOIN %s ON %s",
                      view_each(v, &v->keys, ", ", "$o.$r AS $a"), v->as.self,
                      view_source(v, v->target, v->as.self),
                      view_source(v, v->owner, v->as.other),
                      view_all(v, &v->keys, "$o.$r=$+$s.$k"));
  return mem_printf(v->ctx, "SELECT %s, * FROM %s WHERE %s",
                    view_each(v, &v->keys, ", ", "$k AS $a"),
                    view_quote(v, v->target->name),
                    view_all(v, &v->keys, "$k NOTNULL"));
}

void to_many_view(const RelView *v) {
  NameList columns = view_columns(v, v->target, NULL, NULL, NULL);
  view_check(v, v->target, &columns, &v->keys);
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  sqlite3_str_appendf(sql, "CREATE VIEW %s AS %s%s", view_quote(v, v->name),
                      to_many_text(v), view_order(v));
  Object *view = view_end_object(v, sql);
  if (view && !is_key_indexed(v))
    view->hint =
        mem_printf(v->ctx, "without INDEX (%s) it reads all of %s",
                   view_each(v, &v->keys, ", ", "$k"), v->target->name);
}

/* Returns the target's key. Of a column that is part of the foreign key, $a is
** the owner's key, which decides on its value. */
static NameList member_key(const RelView *v) {
  NameList key = view_primary_key(v, v->target);
  for (int i = 0; i < key.count; i++) {
    const NameSet *foreign = template_find(&v->keys, key.list[i].k);
    if (foreign) key.list[i].a = foreign->a;
  }
  return key;
}

/* Returns the columns of the target that are in no key and not generated. */
static NameList other_columns(const RelView *v, const NameList *key) {
  NameList generated = view_read_only(v, v->target, NULL), rest = {NULL, 0};
  NameList all = view_columns(v, v->target, NULL, key, &v->keys);
  for (int i = 0; ctx_ok(v->ctx) && i < all.count; i++)
    if (!template_find(&generated, all.list[i].k))
      view_push_name(v, &rest, all.list[i]);
  return rest;
}

/* Returns the values of the foreign key for view_add_insert(). */
static NameList owner_keys(const RelView *v) {
  NameList values = {NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < v->keys.count; i++)
    view_push_name(v, &values,
                   (NameSet){v->keys.list[i].k, NULL,
                             mem_printf(v->ctx, "NEW.%s", v->keys.list[i].a),
                             false, false});
  return values;
}

/* Returns the value that moves a target: the owner's key, or an error if more
** than the keys is given. A row of keys and generated columns is moved. */
static const char *moved_key(const RelView *v, const char *value,
                             const NameList *rest) {
  if (rest->count == 0) return value;
  const char *message = mem_printf(
      v->ctx, "%s: this %s exists; to move it, give only its key and %s",
      v->name, v->target->name, view_each(v, &v->keys, ", ", "$a"));
  return mem_printf(v->ctx, "iif(%s, %s,\nRAISE(ABORT, %Q))",
                    view_none_given(v, rest), value, message);
}

/* An INSERT moves an existing target to the owner, if nothing but the two keys
** is given. */
static void insert_trigger(const RelView *v, const Choosers *choosers,
                           const NameList *read_only) {
  NameList key = member_key(v), rest = other_columns(v, &key);
  NameList values = owner_keys(v);
  const char *table = view_quote(v, v->target->name);
  const char *same = view_all(v, &key, "$k=NEW.$a");
  Verdict verdict = {.missed = choose_error(v, choosers)};
  view_refuse_read_only(v, &verdict, read_only);
  verdict.found = mem_printf(v->ctx, "SELECT 1 FROM %s WHERE %s",
                             view_quote(v, v->owner->name),
                             choose_parent(v, choosers, CHOOSE_INSERT));
  sqlite3_str *sql =
      view_begin_trigger(v, "insert", "INSERT", view_when(v, &verdict));
  sqlite3_str_appendf(sql, "UPDATE %s SET", table);
  for (int i = 0; ctx_ok(v->ctx) && i < v->keys.count; i++)
    sqlite3_str_appendf(sql, "%s %s=%s", i ? "," : "", v->keys.list[i].k,
                        i ? values.list[i].a
                          : moved_key(v, values.list[i].a, &rest));
  sqlite3_str_appendf(sql, " WHERE %s;\n", same);
  view_add_insert(v, sql, v->target, &values, "changes()=0");
  view_end_trigger(v, sql);
}

/* Returns true if a column of the foreign key cannot be NULL. */
static bool is_required(const RelView *v) {
  NameList key = view_primary_key(v, v->target);
  for (int i = 0; ctx_ok(v->ctx) && i < v->direction->foreign->nterm; i++) {
    const char *name = v->direction->foreign->terms[i].column;
    if (!view_can_be_null(v->target, name) ||
        template_find(&key, v->keys.list[i].k))
      return true;
  }
  return false;
}

/* A DELETE takes the target out of the collection: its foreign key becomes
** NULL, or with delete_orphan the row is deleted. */
static void remove_trigger(const RelView *v) {
  sqlite3_str *sql = view_begin_trigger(v, "delete", "DELETE", NULL);
  if (!v->direction->delete_orphan && is_required(v)) {
    const char *message =
        mem_printf(v->ctx,
                   "%s: each %s must have its %s; delete it itself, or say "
                   "cascade 'delete-orphan'",
                   v->name, v->target->name, v->owner->name);
    sqlite3_str_appendf(sql, "SELECT RAISE(ABORT, %Q);\n", message);
  } else {
    view_add_disconnect(v, sql);
    sqlite3_str_appendf(sql, " WHERE %s;\n", view_same_row(v, v->target));
  }
  view_end_trigger(v, sql);
}

void to_many_triggers(const RelView *v) {
  Choosers choosers = choose_by_key(v);
  OwnColumns own = own_columns_of(v, v->target);
  NameList read_only = view_read_only(v, v->target, NULL);
  insert_trigger(v, &choosers, &read_only);
  to_one_update_trigger(v, &own, &choosers);
  view_read_only_trigger(v, &read_only);
  remove_trigger(v);
}
