#include "views/through.h"

#include "base/tree.h"
#include "views/choose.h"
#include "views/own.h"

/* ---- the view ----------------------------------------------------------- */

/* Returns true if the column is part of one of the two foreign keys. */
static bool is_link_column(const RelView *v, const char *k) {
  return template_find(&v->keys, k) || template_find(&v->ends, k);
}

/* Returns the further columns of the association. Its generated columns are
** left out. */
static NameList further_columns(const RelView *v) {
  const Table *t = v->direction->through;
  NameList all = view_columns(v, t, t->name, NULL, NULL), list = {NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < all.count; i++)
    if (!is_link_column(v, all.list[i].k) && !t->columns[i].generated.sql)
      view_push_name(v, &list, all.list[i]);
  return list;
}

void through_view(const RelView *v) {
  NameList further = further_columns(v);
  NameList columns = view_columns(v, v->target, NULL, NULL, NULL);
  view_check(v, v->target, &columns, &v->keys);
  view_check(v, v->target, &columns, &further);
  view_check(v, v->target, &further, &v->keys);
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  sqlite3_str_appendf(
      sql, "CREATE VIEW %s AS SELECT %s, %s.*%s%s\nFROM %s JOIN %s ON %s%s",
      view_quote(v, v->name), view_each(v, &v->keys, ", ", "$o.$k AS $a"),
      v->as.self, further.count ? ", " : "",
      view_each(v, &further, ", ", "$o.$k AS $a"),
      view_source(v, v->direction->through, v->as.other),
      view_source(v, v->target, v->as.self),
      view_all(v, &v->ends, "$s.$r=$+$o.$k"), view_order(v));
  view_end_object(v, sql);
}

/* ---- INSERT ------------------------------------------------------------- */

/* Returns the condition for an existing row of the target that has all given
** values, not only those that choose it. */
static char *fitting_row(const RelView *v, const Choosers *choosers) {
  NameList generated = view_read_only(v, v->target, NULL);
  NameList rest =
      view_columns(v, v->target, NULL, &choosers->columns, &generated);
  const char *row = choose_row(v, choosers, CHOOSE_INSERT);
  if (rest.count == 0 || !ctx_ok(v->ctx)) return mem_text(v->ctx, row, -1);
  return mem_printf(v->ctx, "(%s) AND %s", row,
                    view_all(v, &rest, "$k IS ifnull(NEW.$k, $k)"));
}

/* Returns the condition for a row of the target with a given unique value. */
static char *same_key_row(const RelView *v, const Choosers *choosers) {
  Tree rows = {v->ctx, NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < choosers->count; i++)
    tree_add(&rows, view_all(v, &choosers->list[i], "$k=NEW.$k"));
  return tree_join(&rows, " OR ", "0");
}

/* Returns the condition for the row of the target that is linked: the chosen
** one, or, if none is given, the one that was just inserted. */
static char *linked_row(const RelView *v, const Choosers *choosers) {
  const char *any = same_key_row(v, choosers), *rowid = table_rowid(v->target);
  if (rowid == NULL) return mem_text(v->ctx, any, -1);
  return mem_printf(
      v->ctx, "%s\nOR %s AND changes()=1 AND %s=last_insert_rowid()", any,
      choose_none(v, choosers, CHOOSE_INSERT), view_quote(v, rowid));
}

static char *unlike_error(const RelView *v) {
  const char *message = mem_printf(
      v->ctx, "%s: the %s with this key has other values; UPDATE changes them",
      v->name, v->target->name);
  return mem_printf(v->ctx, "RAISE(ABORT, %Q)", message);
}

/* Returns the verdict: the owner exists, and a row of the target that has a
** given unique value has all given values. */
static char *insert_verdict(const RelView *v, const Choosers *choosers,
                            const Choosers *owner) {
  NameList read_only = view_read_only(v, v->target, NULL);
  Verdict verdict = {.missed = choose_error(v, owner)};
  view_refuse_read_only(v, &verdict, &read_only);
  const char *target = view_quote(v, v->target->name);
  verdict.clash = mem_printf(v->ctx,
                             "EXISTS (SELECT 1 FROM %s WHERE %s)\nAND NOT "
                             "EXISTS (SELECT 1 FROM %s WHERE %s)",
                             target, same_key_row(v, choosers), target,
                             fitting_row(v, choosers));
  verdict.clashed = unlike_error(v);
  verdict.found = mem_printf(v->ctx, "SELECT 1 FROM %s WHERE %s",
                             view_quote(v, v->owner->name),
                             view_all(v, &v->keys, "$r=NEW.$a"));
  return view_when(v, &verdict);
}

/* Adds the INSERT into the association, unless the link exists. */
static void add_association(const RelView *v, sqlite3_str *sql,
                            const Choosers *choosers) {
  const Table *t = v->direction->through;
  NameList further = further_columns(v);
  const char *link = view_quote(v, t->name);
  sqlite3_str_appendf(sql, "INSERT INTO %s(%s, %s", link,
                      view_each(v, &v->keys, ", ", "$k"),
                      view_each(v, &v->ends, ", ", "$k"));
  for (int i = 0; i < further.count; i++)
    sqlite3_str_appendf(sql, ", %s", further.list[i].k);
  sqlite3_str_appendf(sql, ")\nSELECT %s, %s",
                      view_each(v, &v->keys, ", ", "NEW.$a"),
                      view_each(v, &v->ends, ", ", "$r"));
  for (int i = 0, n = 0; ctx_ok(v->ctx) && i < t->ncolumn; i++) {
    const char *k = view_quote(v, t->columns[i].name);
    if (k && template_find(&further, k))
      sqlite3_str_appendf(
          sql, ", %s", view_new_value(v, &t->columns[i], further.list[n++].a));
  }
  sqlite3_str_appendf(sql,
                      " FROM %s\nWHERE (%s)\nAND NOT EXISTS (SELECT 1 FROM "
                      "%s AS %s WHERE %s AND %s);\n",
                      view_quote(v, v->target->name), linked_row(v, choosers),
                      link, v->as.spare,
                      view_each(v, &v->keys, " AND ", "$k=NEW.$a"),
                      view_each(v, &v->ends, " AND ", "$k=$s.$r"));
}

static void link_trigger(const RelView *v, const Choosers *choosers,
                         const Choosers *owner) {
  sqlite3_str *sql = view_begin_trigger(v, "insert", "INSERT",
                                        insert_verdict(v, choosers, owner));
  view_add_insert(v, sql, v->target, NULL,
                  mem_printf(v->ctx, "NOT EXISTS (SELECT 1 FROM %s WHERE %s)",
                             view_quote(v, v->target->name),
                             same_key_row(v, choosers)));
  add_association(v, sql, choosers);
  view_end_trigger(v, sql);
}

/* ---- UPDATE and DELETE -------------------------------------------------- */

/* Returns the condition for the link of the OLD row. */
static char *old_link(const RelView *v) {
  return mem_printf(v->ctx, "%s AND %s", view_all(v, &v->keys, "$k=OLD.$a"),
                    view_all(v, &v->ends, "$k=OLD.$a"));
}

/* An UPDATE of the owner's key moves the link. */
static void update_trigger(const RelView *v, const OwnColumns *own,
                           const Choosers *owner) {
  NameList link = further_columns(v);
  for (int i = 0; ctx_ok(v->ctx) && i < v->keys.count; i++)
    view_push_name(v, &link, v->keys.list[i]);
  Verdict verdict = {.missed = choose_error(v, owner)};
  verdict.right = mem_printf(
      v->ctx, "%s\nOR EXISTS (SELECT 1 FROM %s WHERE %s)",
      view_equal(v, &v->keys, "NEW.$a", "OLD.$a"),
      view_quote(v, v->owner->name), view_all(v, &v->keys, "$r=NEW.$a"));
  sqlite3_str *sql =
      view_begin_trigger(v, "update", "UPDATE", view_when(v, &verdict));
  sqlite3_str_appendf(sql, "UPDATE %s SET %s\nWHERE %s AND %s;\n",
                      view_quote(v, v->direction->through->name),
                      view_each(v, &link, ", ", "$k=NEW.$a"), old_link(v),
                      view_differ(v, &link, "NEW.$a", "OLD.$a"));
  own_add_light(v, sql, own);
  own_add_groups(v, sql, own, NULL);
  view_end_trigger(v, sql);
}

/* A DELETE removes the link. With delete_orphan, the target has one owner. */
static void unlink_trigger(const RelView *v) {
  sqlite3_str *sql = view_begin_trigger(v, "delete", "DELETE", NULL);
  sqlite3_str_appendf(sql, "DELETE FROM %s WHERE %s;\n",
                      view_quote(v, v->direction->through->name), old_link(v));
  if (v->direction->delete_orphan)
    sqlite3_str_appendf(sql, "DELETE FROM %s WHERE %s;\n",
                        view_quote(v, v->target->name),
                        view_same_row(v, v->target));
  view_end_trigger(v, sql);
}

void through_triggers(const RelView *v) {
  Choosers choosers = choose_by_unique(v), owner = choose_by_key(v);
  OwnColumns own = own_columns_of(v, v->target);
  NameList read_only = view_read_only(v, v->target, NULL);
  link_trigger(v, &choosers, &owner);
  update_trigger(v, &own, &owner);
  view_read_only_trigger(v, &read_only);
  unlink_trigger(v);
}

/* ---- a deleted end ------------------------------------------------------ */

/* Returns the statement that deletes the targets of a deleted owner. */
static char *delete_targets(const RelView *v) {
  const char *through = view_quote(v, v->direction->through->name);
  int n = v->ends.count;
  return mem_printf(v->ctx,
                    "DELETE FROM %s WHERE %s%s%s IN (SELECT %s FROM %s\n"
                    "WHERE %s);\n",
                    view_quote(v, v->target->name), n > 1 ? "(" : "",
                    view_each(v, &v->ends, ", ", "$r"), n > 1 ? ")" : "",
                    view_each(v, &v->ends, ", ", "$k"), through,
                    view_all(v, &v->keys, "$k=OLD.$r"));
}

static void add_gone_trigger(const RelView *v, const char *suffix,
                             const Table *end, const NameList *keys,
                             const char *before) {
  const char *name = mem_printf(v->ctx, "%s_%s", v->name, suffix);
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  sqlite3_str_appendf(sql,
                      "CREATE TRIGGER %s AFTER DELETE ON %s BEGIN\n"
                      "%sDELETE FROM %s WHERE %s;\n",
                      view_quote(v, name), view_quote(v, end->name), before,
                      view_quote(v, v->direction->through->name),
                      view_all(v, keys, "$k=OLD.$r"));
  view_end_trigger(v, sql);
}

void through_delete_triggers(const RelView *v) {
  const Direction *d = v->direction;
  if (d->passive || !ctx_ok(v->ctx)) return;
  if (d->foreign->on_delete == ACTION_NONE)
    add_gone_trigger(v, "gone", v->owner, &v->keys,
                     d->delete_all ? delete_targets(v) : "");
  if (!d->has_back && d->other->on_delete == ACTION_NONE)
    add_gone_trigger(v, "target_gone", v->target, &v->ends, "");
}
