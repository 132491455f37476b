#include "views/to_one.h"

/* ---- the view ----------------------------------------------------------- */

void to_one_view(const RelView *v) {
  NameList own = view_columns(v, v->owner, NULL, NULL, NULL);
  NameList others = view_columns(v, v->target, v->direction->name, NULL, NULL);
  view_check(v, v->owner, &own, &others);
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  sqlite3_str_appendf(sql,
                      "CREATE VIEW %s AS SELECT %s.*,\n%s\n"
                      "FROM %s LEFT JOIN %s ON %s",
                      view_quote(v, v->name), v->as.self,
                      view_each(v, &others, ", ", "$o.$k AS $a"),
                      view_source(v, v->owner, v->as.self),
                      view_source(v, v->target, v->as.other),
                      view_all(v, &v->keys,
                               v->direction->kind == RELATION_TO_ONE
                                   ? "$o.$r=$+$s.$k"
                                   : "$s.$r=$+$o.$k"));
  view_end_object(v, sql);
}

/* Adds the trigger that refuses an UPDATE of read-only columns, and the one for
** DELETE. */
static void add_plain_triggers(const RelView *v, const NameList *read_only) {
  view_read_only_trigger(v, read_only);
  view_delete_trigger(v, v->owner);
}

/* ---- the owner has the foreign key -------------------------------------- */

/* Returns the values of the foreign key for view_add_insert(): those of the
** chosen row, or if no row is chosen the values that are given. */
static NameList inserted_keys(const RelView *v, const Choosers *choosers) {
  NameList values = {NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && choosers->count && i < v->keys.count; i++) {
    const char *name = v->direction->foreign->terms[i].column;
    const Column *c = &v->owner->columns[table_column(v->owner, name)];
    const NameSet *key = &v->keys.list[i];
    const char *value =
        choose_inserted(v, choosers, key, view_new_value(v, c, key->k));
    view_push_name(v, &values, (NameSet){key->k, NULL, value, false, false});
  }
  return values;
}

void to_one_update_trigger(const RelView *v, const OwnColumns *own,
                           const Choosers *choosers) {
  OwnKey foreign = {{NULL, 0}, choosers->columns};
  for (int i = 0; ctx_ok(v->ctx) && choosers->count && i < v->keys.count; i++) {
    const NameSet *key = &v->keys.list[i];
    const char *value = choose_updated(v, choosers, key);
    view_push_name(v, &foreign.values,
                   (NameSet){key->k, NULL, value, false, false});
  }
  sqlite3_str *sql = view_begin_trigger(v, "update", "UPDATE", NULL);
  own_add_light(v, sql, own);
  own_add_groups(v, sql, own, &foreign);
  view_end_trigger(v, sql);
}

void to_one_triggers(const RelView *v) {
  Choosers choosers = choose_by_unique(v);
  OwnColumns own = own_columns_of(v, v->owner);
  NameList read_only = view_read_only(v, v->owner, &choosers.columns);
  Verdict verdict = {.error = NULL};
  view_refuse_read_only(v, &verdict, &read_only);
  sqlite3_str *sql =
      view_begin_trigger(v, "insert", "INSERT", view_when(v, &verdict));
  NameList keys = inserted_keys(v, &choosers);
  view_add_insert(v, sql, v->owner, &keys, NULL);
  view_end_trigger(v, sql);
  to_one_update_trigger(v, &own, &choosers);
  add_plain_triggers(v, &read_only);
}

/* ---- the target has the foreign key ------------------------------------- */

/* Returns the SQL for column i of the parent's key in the row that the trigger
** has just inserted. The row is found by its rowid. A WITHOUT ROWID table does
** not generate keys, so its key is the given value. */
static char *inserted_key(const RelView *v, int i) {
  const Table *t = v->owner;
  int at = table_column(t, v->direction->referenced[i]);
  if (at == t->rowid_alias) return mem_text(v->ctx, "last_insert_rowid()", -1);
  for (int k = 0; k < ROWID_NAMES; k++)
    if (table_rowid_name(t, k))
      return mem_printf(
          v->ctx, "(SELECT %s FROM %s WHERE %s=last_insert_rowid())",
          v->keys.list[i].r, view_quote(v, t->name), table_rowid_name(t, k));
  return view_new_value(v, &t->columns[at], v->keys.list[i].r);
}

/* Returns "user_id = last_insert_rowid()", or in an UPDATE "user_id =
** NEW.id". */
static char *connection(const RelView *v, ChooseEvent event) {
  if (event == CHOOSE_UPDATE) return view_each(v, &v->keys, ", ", "$k=NEW.$r");
  if (!ctx_ok(v->ctx)) return NULL;
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  for (int i = 0; ctx_ok(v->ctx) && i < v->keys.count; i++)
    sqlite3_str_appendf(sql, "%s%s=%s", i ? ", " : "", v->keys.list[i].k,
                        inserted_key(v, i));
  return mem_finish(v->ctx, sql);
}

/* Adds the UPDATE that connects the chosen row to the owner. */
static void add_connect(const RelView *v, sqlite3_str *sql,
                        const Choosers *choosers, ChooseEvent event) {
  sqlite3_str_appendf(sql, "UPDATE %s SET %s\nWHERE %s",
                      view_quote(v, v->target->name), connection(v, event),
                      choose_row(v, choosers, event));
  if (event == CHOOSE_UPDATE) {
    NameList key = view_target_key(v);
    sqlite3_str_appendf(sql, " AND %s%s", choose_changed(v, choosers),
                        choose_other(v, choosers, &key));
  }
  sqlite3_str_appendall(sql, ";\n");
}

/* Returns the verdict on the choosers. A row must exist if one is given. */
static void require_chosen(const RelView *v, Verdict *verdict,
                           const Choosers *choosers, ChooseEvent event) {
  if (choosers->count == 0) return;
  verdict->right = mem_printf(
      v->ctx, "%s\nOR EXISTS (SELECT 1 FROM %s WHERE %s)",
      choose_none(v, choosers, event), view_quote(v, v->target->name),
      choose_row(v, choosers, event));
  verdict->missed = choose_error(v, choosers);
}

void to_one_child_triggers(const RelView *v) {
  Choosers choosers = choose_by_unique(v);
  OwnColumns own = own_columns_of(v, v->owner);
  NameList read_only = view_read_only(v, v->owner, &choosers.columns);
  Verdict verdict = {.error = NULL}, change = verdict;
  view_refuse_read_only(v, &verdict, &read_only);
  require_chosen(v, &verdict, &choosers, CHOOSE_INSERT);
  sqlite3_str *sql =
      view_begin_trigger(v, "insert", "INSERT", view_when(v, &verdict));
  view_add_insert(v, sql, v->owner, NULL, NULL);
  if (choosers.count) {
    sqlite3_str_appendall(sql, "SELECT RAISE(IGNORE) WHERE changes()=0;\n");
    add_connect(v, sql, &choosers, CHOOSE_INSERT);
  }
  view_end_trigger(v, sql);
  require_chosen(v, &change, &choosers, CHOOSE_UPDATE);
  sql = view_begin_trigger(v, "update", "UPDATE", view_when(v, &change));
  if (choosers.count) {
    view_add_disconnect(v, sql);
    sqlite3_str_appendf(sql, "\nWHERE %s AND %s;\n", view_members(v),
                        choose_changed(v, &choosers));
  }
  own_add_light(v, sql, &own);
  own_add_groups(v, sql, &own, NULL);
  if (choosers.count) add_connect(v, sql, &choosers, CHOOSE_UPDATE);
  view_end_trigger(v, sql);
  add_plain_triggers(v, &read_only);
}
