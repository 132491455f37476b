#include "views/to_many.h"

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
void to_many_view(const RelView *v) {
  NameList columns = view_columns(v, v->target, NULL, NULL, NULL);
  view_check(v, v->target, &columns, &v->keys);
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  sqlite3_str_appendf(
      sql, "CREATE VIEW %s AS SELECT\n  %s,\n  %s\nFROM %s AS %s",
      view_quote(v, v->name),
      view_each(v, &v->keys, ",\n  ", v->mixed ? "$o.$r AS $a" : "$s.$k AS $a"),
      view_each(v, &columns, ",\n  ", "$s.$k AS $k"),
      view_quote(v, v->target->name), v->as.self);
  if (v->mixed)
    sqlite3_str_appendf(sql, " JOIN %s AS %s\n  ON %s",
                        view_quote(v, v->owner->name), v->as.other,
                        view_all(v, &v->keys, "$o.$r = $+$s.$k"));
  else
    sqlite3_str_appendf(sql, "\nWHERE %s",
                        view_all(v, &v->keys, "$s.$k IS NOT NULL"));
  Object *view = view_end_object(v, sql);
  if (view && !is_key_indexed(v))
    view->hint =
        mem_printf(v->ctx, "without INDEX (%s) it reads all of %s",
                   view_each(v, &v->keys, ", ", "$k"), v->target->name);
}

/* A ColumnValue: the owner's key in the view decides on the foreign key. */
static char *member_value(const RelView *v, const Choosers *choosers,
                          const Column *c, const WriteEvent *event) {
  (void)choosers;
  NameSet *key = template_find(&v->keys, view_quote(v, c->name));
  if (key == NULL) return NULL;
  const NameList one = {key, 1};
  return view_each(v, &one, "",
                   event == &view_insert_event
                       ? "NEW.$a"
                       : "CASE WHEN NEW.$a IS OLD.$a THEN NEW.$k"
                         " ELSE NEW.$a END");
}

/* Adds errors if the owner is not given or missing, or if it contradicts a
** given foreign key. */
static void check_owner(const RelView *v, sqlite3_str *sql,
                        const WriteEvent *event) {
  const char *owner = view_each(v, &v->keys, ", ", "$a");
  const char *given = view_any(v, &v->keys, event->is_given);
  bool insert = event == &view_insert_event;
  if (insert)
    view_add_error(v, sql, mem_printf(v->ctx, "whose? give %s", owner),
                   view_any(v, &v->keys, "NEW.$a IS NULL"));
  view_add_error(
      v, sql, mem_printf(v->ctx, "no %s has this %s", v->owner->name, owner),
      mem_printf(v->ctx, "%s%s%sNOT EXISTS (SELECT 1 FROM %s WHERE %s)",
                 insert ? "" : "(", insert ? "" : given,
                 insert ? "" : ")\n      AND ", view_quote(v, v->owner->name),
                 view_all(v, &v->keys, "$r = NEW.$a")));
  view_add_error(v, sql,
                 mem_printf(v->ctx, "%s and %s differ", owner,
                            view_each(v, &v->keys, ", ", "$k")),
                 view_any(v, &v->keys, event->differs));
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

/* An INSERT of an existing target moves it to the owner, if nothing but the two
** keys is given. */
static void insert_trigger(const RelView *v) {
  NameList key = member_key(v);
  NameList rest = view_columns(v, v->target, NULL, &key, &v->keys);
  const char *table = view_quote(v, v->target->name);
  const char *same = mem_printf(v->ctx, "EXISTS (SELECT 1 FROM %s WHERE %s)",
                                table, view_all(v, &key, "$k = NEW.$a"));
  sqlite3_str *sql = view_begin_trigger(v, "INSERT");
  check_owner(v, sql, &view_insert_event);
  view_check_generated(v, sql, v->target, &view_insert_event);
  if (rest.count)
    view_add_error(
        v, sql,
        mem_printf(v->ctx,
                   "this %s is there already; to move it, give its key "
                   "and the owner's, nothing else",
                   v->target->name),
        mem_printf(v->ctx, "%s AND (%s)", same,
                   view_any(v, &rest, "NEW.$k IS NOT NULL")));
  sqlite3_str_appendf(sql, "  UPDATE %s SET %s\n    WHERE %s;\n", table,
                      view_each(v, &v->keys, ", ", "$k = NEW.$a"),
                      view_all(v, &key, "$k = NEW.$a"));
  view_add_insert(v, sql, v->target, NULL, member_value,
                  mem_printf(v->ctx, "NOT %s", same));
  view_end_trigger(v, sql);
}

/* Returns true if a column of the foreign key cannot be NULL. */
static bool is_required(const RelView *v) {
  NameList key = view_primary_key(v, v->target);
  for (int i = 0; ctx_ok(v->ctx) && i < v->direction->foreign->nterm; i++) {
    int at = table_column(v->target, v->direction->foreign->terms[i].column);
    if (v->target->columns[at].notnull ||
        template_find(&key, v->keys.list[i].k))
      return true;
  }
  return false;
}

/* A DELETE takes the target out of the collection: its foreign key becomes
** NULL, or with delete_orphan the row is deleted. */
static void remove_trigger(const RelView *v) {
  sqlite3_str *sql = view_begin_trigger(v, "DELETE");
  if (!v->direction->delete_orphan && is_required(v)) {
    const char *message =
        mem_printf(v->ctx,
                   "%s: each %s must have its %s; delete it itself, or say "
                   "cascade 'delete-orphan'",
                   v->name, v->target->name, v->owner->name);
    sqlite3_str_appendf(sql, "  SELECT RAISE(ABORT, %Q);\n", message);
  } else {
    view_add_disconnect(v, sql);
    sqlite3_str_appendf(sql, " WHERE %s;\n", view_same_row(v, v->target));
  }
  view_end_trigger(v, sql);
}

void to_many_triggers(const RelView *v) {
  insert_trigger(v);
  sqlite3_str *sql = view_begin_trigger(v, "UPDATE");
  check_owner(v, sql, &view_update_event);
  view_check_generated(v, sql, v->target, &view_update_event);
  view_add_update(v, sql, v->target, NULL, member_value);
  view_end_trigger(v, sql);
  remove_trigger(v);
}
