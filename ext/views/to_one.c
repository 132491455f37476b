#include "views/to_one.h"

#include "base/tree.h"

/* The unique columns of the target, whose values choose a row of the target. */
struct Choosers {
  NameList *list; /* the columns of each key or unique index */
  int count;
  NameList columns; /* the columns of all lists, each once */
  bool composite;   /* true if a list has several columns */
};

/* ---- choosing a row of the target --------------------------------------- */

/* Returns true if the terms can choose a row: they are columns that are unique
** with the comparison of `=`. Columns of a foreign key that the trigger itself
** writes cannot choose. */
static bool can_choose(const RelView *v, const Term *terms, int nterm) {
  for (int i = 0; i < nterm; i++) {
    if (terms[i].column == NULL) return false;
    if (terms[i].collate && !terms[i].own_collate) return false;
    if (v->direction->kind == RELATION_TO_ONE_CHILD &&
        view_is_key_column(v, terms[i].column))
      return false;
  }
  return true;
}

static void add_chooser(const RelView *v, Choosers *choosers, const Term *terms,
                        int nterm) {
  if (!ctx_ok(v->ctx) || !can_choose(v, terms, nterm)) return;
  NameList chooser = {NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < nterm; i++) {
    const char *k = view_quote(v, terms[i].column);
    view_push_name(
        v, &chooser,
        (NameSet){k, k, view_prefixed(v, v->direction->name, terms[i].column),
                  false});
  }
  for (int i = 0; ctx_ok(v->ctx) && i < choosers->count; i++)
    if (choosers->list[i].count == 1 && nterm == 1 &&
        template_find(&choosers->list[i], chooser.list[0].k))
      return;
  for (int i = 0; ctx_ok(v->ctx) && i < nterm; i++)
    if (!template_find(&choosers->columns, chooser.list[i].k))
      view_push_name(v, &choosers->columns, chooser.list[i]);
  choosers->composite |= nterm > 1;
  NameList *slot = MEM_PUSH(v->ctx, choosers->list, choosers->count);
  if (slot) *slot = chooser;
}

static Choosers find_choosers(const RelView *v) {
  Choosers choosers = {NULL, 0, {NULL, 0}, false};
  const Table *t = v->target;
  for (int i = 0; i < t->nconstraint; i++)
    if (constraint_is_key(&t->constraints[i]))
      add_chooser(v, &choosers, t->constraints[i].terms,
                  t->constraints[i].nterm);
  for (int i = 0; i < v->schema->nindex; i++) {
    const Index *index = v->schema->indexes[i];
    if (index->unique && !index->where.sql && name_equal(index->table, t->name))
      add_chooser(v, &choosers, index->terms, index->nterm);
  }
  return choosers;
}

/* Returns the condition for the chosen row of the target. Several lists may
** choose different rows. If `agrees` is true, or in an UPDATE if a list has
** several columns, the row must agree with all given values. */
static char *chosen(const RelView *v, const Choosers *choosers,
                    const WriteEvent *event, bool agrees) {
  Tree rows = {v->ctx, NULL, 0};
  bool strict = agrees || (choosers->composite && event == &view_update_event);
  for (int i = 0; ctx_ok(v->ctx) && i < choosers->count; i++) {
    const NameList *c = &choosers->list[i];
    if (c->count == 1)
      tree_add(&rows, view_all(v, c, event->chooses));
    else if (event == &view_insert_event)
      tree_add(&rows, view_all(v, c, "$k = NEW.$a"));
    else /* if no column has changed, no row is chosen */
      tree_add(&rows,
               mem_printf(v->ctx, "%s AND (%s)", view_all(v, c, "$k = NEW.$a"),
                          view_any(v, c, event->is_written)));
  }
  char *chooses = tree_join(&rows, " OR ", "");
  if (!strict || choosers->columns.count < 2) return chooses;
  bool several = choosers->count > 1;
  return mem_printf(v->ctx, "%s%s%s AND %s", several ? "(" : "", chooses,
                    several ? ")" : "",
                    view_all(v, &choosers->columns, event->agrees));
}

/* For each list of one column, adds an error if no row of the target has the
** given value. */
static void check_exists(const RelView *v, sqlite3_str *sql,
                         const Choosers *choosers, const WriteEvent *event) {
  for (int i = 0; ctx_ok(v->ctx) && i < choosers->count; i++) {
    const NameList *c = &choosers->list[i];
    if (c->count > 1) continue;
    view_add_error(
        v, sql,
        mem_printf(v->ctx, "no %s has this %s", v->target->name,
                   view_each(v, c, "", "$a")),
        mem_printf(v->ctx,
                   "%s\n"
                   "      AND NOT EXISTS (SELECT 1 FROM %s WHERE %s)",
                   view_each(v, c, "", event->is_given),
                   view_quote(v, v->target->name),
                   view_each(v, c, "", "$k = NEW.$a")));
  }
}

/* Adds an error if the given values, including a given foreign key, do not
** belong to one row. */
static void check_agree(const RelView *v, sqlite3_str *sql,
                        const Choosers *choosers, const WriteEvent *event) {
  bool foreign = v->direction->kind == RELATION_TO_ONE;
  if (choosers->count + choosers->composite + foreign < 2) return;
  const char *columns = view_each(v, &choosers->columns, ", ", "$a");
  const char *keys = foreign ? view_each(v, &v->keys, "", ", $k") : "";
  const char *agrees =
      foreign ? view_each(v, &v->keys, "", event->key_agrees) : "";
  view_add_error(v, sql,
                 mem_printf(v->ctx, "no %s is all that is given: %s%s",
                            v->target->name, columns, keys),
                 mem_printf(v->ctx,
                            "(%s)\n"
                            "      AND NOT EXISTS (SELECT 1 FROM %s\n"
                            "        WHERE %s%s)",
                            view_any(v, &choosers->columns, event->is_given),
                            view_quote(v, v->target->name),
                            chosen(v, choosers, event, true), agrees));
}

/* Adds an error if a column of the target that does not choose is written. */
static void check_read_only(const RelView *v, sqlite3_str *sql,
                            const Choosers *choosers, const WriteEvent *event) {
  NameList rest =
      view_columns(v, v->target, v->direction->name, &choosers->columns, NULL);
  if (rest.count == 0) return;
  char *error =
      choosers->count
          ? mem_printf(v->ctx, "only %s can be written here; change %s itself",
                       view_each(v, &choosers->columns, ", ", "$a"),
                       v->target->name)
          : mem_printf(v->ctx, "%s cannot be written here; change %s itself",
                       view_each(v, &rest, ", ", "$a"), v->target->name);
  view_add_error(v, sql, error, view_any(v, &rest, event->is_written));
}

/* Begins a trigger with the checks of the written values. */
static sqlite3_str *begin_choosing_trigger(const RelView *v,
                                           const Choosers *choosers,
                                           const WriteEvent *event) {
  sqlite3_str *sql = view_begin_trigger(v, event->word);
  check_exists(v, sql, choosers, event);
  if (choosers->count) check_agree(v, sql, choosers, event);
  check_read_only(v, sql, choosers, event);
  view_check_generated(v, sql, v->owner, event);
  return sql;
}

/* ---- the view and its triggers: the owner has the foreign key ----------- */

void to_one_view(const RelView *v) {
  NameList own = view_columns(v, v->owner, NULL, NULL, NULL);
  NameList others = view_columns(v, v->target, v->direction->name, NULL, NULL);
  view_check(v, v->owner, &own, &others);
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  sqlite3_str_appendf(
      sql,
      "CREATE VIEW %s AS SELECT\n  %s,\n  %s\n"
      "FROM %s AS %s LEFT JOIN %s AS %s\n  ON %s",
      view_quote(v, v->name), view_each(v, &own, ",\n  ", "$s.$k AS $k"),
      view_each(v, &others, ",\n  ", "$o.$k AS $a"),
      view_quote(v, v->owner->name), v->as.self, view_quote(v, v->target->name),
      v->as.other,
      view_all(v, &v->keys,
               v->direction->kind == RELATION_TO_ONE ? "$o.$r = $+$s.$k"
                                                     : "$s.$r = $+$o.$k"));
  view_end_object(v, sql);
}

/* A ColumnValue. Sets a column of the foreign key to the key of the chosen
** row. */
static char *owner_value(const RelView *v, const Choosers *choosers,
                         const Column *c, const WriteEvent *event) {
  const char *k = view_quote(v, c->name);
  const NameSet *key = template_find(&v->keys, k);
  if (key == NULL || choosers->count == 0) return NULL;
  const char *row = mem_printf(v->ctx, "(SELECT %s FROM %s WHERE %s)", key->r,
                               view_quote(v, v->target->name),
                               chosen(v, choosers, event, false));
  if (event == &view_update_event)
    return mem_printf(v->ctx, "CASE WHEN %s THEN NEW.%s ELSE %s END",
                      view_all(v, &choosers->columns, "NEW.$a IS OLD.$a"), k,
                      row);
  const char *value = view_default(c);
  if (value == NULL) value = "NULL";
  return mem_printf(v->ctx,
                    "CASE WHEN NEW.%s IS NOT NULL THEN NEW.%s"
                    " WHEN %s THEN %s ELSE %s END",
                    k, k, view_any(v, &choosers->columns, event->is_given), row,
                    value);
}

void to_one_triggers(const RelView *v) {
  Choosers choosers = find_choosers(v);
  sqlite3_str *sql = begin_choosing_trigger(v, &choosers, &view_insert_event);
  view_add_insert(v, sql, v->owner, &choosers, owner_value, NULL);
  view_end_trigger(v, sql);
  sql = begin_choosing_trigger(v, &choosers, &view_update_event);
  view_add_update(v, sql, v->owner, &choosers, owner_value);
  view_end_trigger(v, sql);
  view_delete_trigger(v, v->owner);
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
          v->ctx, "(SELECT %s FROM %s WHERE %s = last_insert_rowid())",
          v->keys.list[i].r, view_quote(v, t->name), table_rowid_name(t, k));
  return view_new_value(v, &t->columns[at]);
}

/* Adds the UPDATE that connects the chosen row to the owner. */
static void add_connect(const RelView *v, sqlite3_str *sql,
                        const Choosers *choosers, const WriteEvent *event) {
  sqlite3_str_appendf(sql, "  UPDATE %s SET ", view_quote(v, v->target->name));
  for (int i = 0; ctx_ok(v->ctx) && i < v->keys.count; i++) {
    const char *value = event == &view_insert_event
                            ? inserted_key(v, i)
                            : mem_printf(v->ctx, "NEW.%s", v->keys.list[i].r);
    sqlite3_str_appendf(sql, "%s%s = %s", i ? ",\n    " : "", v->keys.list[i].k,
                        value);
  }
  sqlite3_str_appendf(sql, "\n    WHERE %s;\n",
                      chosen(v, choosers, event, false));
}

/* Returns the condition for the rows of the target that belong to the owner. */
static char *members(const RelView *v) {
  if (!v->mixed) return view_all(v, &v->keys, "$k = OLD.$r");
  const Aliases as = {v->as.self, view_quote(v, v->target->name)};
  return mem_printf(v->ctx, "EXISTS (SELECT 1 FROM %s AS %s\n      WHERE %s)",
                    view_quote(v, v->owner->name), v->as.self,
                    template_join(v->ctx, &as, &v->keys, " AND ",
                                  "$s.$r = OLD.$r AND $s.$r = $+$o.$k"));
}

void to_one_child_triggers(const RelView *v) {
  Choosers choosers = find_choosers(v);
  sqlite3_str *sql = begin_choosing_trigger(v, &choosers, &view_insert_event);
  view_add_insert(v, sql, v->owner, &choosers, NULL, NULL);
  if (choosers.count) {
    sqlite3_str_appendall(sql, "  SELECT RAISE(IGNORE) WHERE changes() = 0;\n");
    add_connect(v, sql, &choosers, &view_insert_event);
  }
  view_end_trigger(v, sql);
  sql = begin_choosing_trigger(v, &choosers, &view_update_event);
  if (choosers.count) {
    view_add_disconnect(v, sql);
    sqlite3_str_appendf(
        sql, "\n    WHERE %s AND (%s);\n", members(v),
        view_any(v, &choosers.columns, view_update_event.is_written));
  }
  view_add_update(v, sql, v->owner, &choosers, NULL);
  if (choosers.count) add_connect(v, sql, &choosers, &view_update_event);
  view_end_trigger(v, sql);
  view_delete_trigger(v, v->owner);
}
