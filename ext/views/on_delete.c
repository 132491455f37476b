#include "views/on_delete.h"

/* Returns the statement that deletes the targets of the OLD owner, and between
** a table and itself also their targets at any depth. A trigger does not fire
** for its own deletes unless recursive_triggers is on. */
static char *delete_statement(const RelView *v) {
  const char *table = view_quote(v, v->target->name);
  if (v->owner != v->target || v->keys.count > 1 || v->mixed)
    return mem_printf(v->ctx, "DELETE FROM %s WHERE %s", table,
                      view_members(v));
  const char *k = v->keys.list[0].k, *r = v->keys.list[0].r;
  const char *all = v->as.spare;
  return mem_printf(v->ctx,
                    "DELETE FROM %s WHERE %s IN (WITH RECURSIVE %s(k) AS (\n"
                    "SELECT OLD.%s UNION SELECT %s.%s FROM %s JOIN %s\n"
                    "ON %s.%s=%s.k) SELECT k FROM %s)",
                    table, k, all, r, table, r, all, table, table, k, all, all);
}

/* Returns the statement that refuses to delete an owner with targets: their
** foreign key is part of their own key. */
static char *keep_statement(const RelView *v) {
  const char *message = mem_printf(
      v->ctx,
      "%s: each %s must have its %s; delete it first, or say cascade "
      "'delete'",
      v->name, v->target->name, v->owner->name);
  return mem_printf(v->ctx,
                    "SELECT RAISE(ABORT, %Q) WHERE EXISTS (SELECT 1 FROM %s\n"
                    "WHERE %s)",
                    message, view_quote(v, v->target->name), view_members(v));
}

static bool is_key_of_target(const RelView *v) {
  NameList key = view_primary_key(v, v->target);
  for (int i = 0; i < v->keys.count; i++)
    if (template_find(&key, v->keys.list[i].k)) return true;
  return false;
}

static char *null_statement(const RelView *v) {
  if (is_key_of_target(v)) return keep_statement(v);
  return mem_printf(v->ctx, "UPDATE %s SET %s WHERE %s",
                    view_quote(v, v->target->name),
                    view_each(v, &v->keys, ", ", "$k=NULL"), view_members(v));
}

/* Returns the statement that deletes the parent of the OLD row, and between a
** table and itself all parents above it. */
static char *parent_statement(const RelView *v) {
  const char *table = view_quote(v, v->target->name);
  if (v->owner != v->target || v->keys.count > 1 || v->mixed)
    return mem_printf(v->ctx, "DELETE FROM %s WHERE %s", table,
                      view_all(v, &v->keys, "$r=$+OLD.$k"));
  const char *k = v->keys.list[0].k, *r = v->keys.list[0].r;
  const char *all = v->as.spare;
  return mem_printf(v->ctx,
                    "DELETE FROM %s WHERE %s IN (WITH RECURSIVE %s(k) AS (\n"
                    "SELECT OLD.%s UNION SELECT %s.%s FROM %s JOIN %s\n"
                    "ON %s.%s=%s.k) SELECT k FROM %s)",
                    table, r, all, k, table, k, all, table, table, r, all, all);
}

/* The trigger fires after the delete, so that a cycle in a tree ends. Only if
** keys are compared by the rules of the owner's columns, it needs the owner. */
void on_delete_trigger(const RelView *v) {
  const Direction *d = v->direction;
  bool to_parent = d->kind == RELATION_TO_ONE;
  bool none = to_parent ? !d->delete_all
                        : d->passive || d->foreign->on_delete != ACTION_NONE;
  if (none || !ctx_ok(v->ctx)) return;
  const char *trigger = mem_printf(v->ctx, "%s_gone", v->name);
  const char *statement = to_parent       ? parent_statement(v)
                          : d->delete_all ? delete_statement(v)
                                          : null_statement(v);
  bool before = v->mixed && !to_parent;
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  sqlite3_str_appendf(sql, "CREATE TRIGGER %s %s DELETE ON %s BEGIN\n%s;\n",
                      view_quote(v, trigger), before ? "BEFORE" : "AFTER",
                      view_quote(v, v->owner->name), statement);
  view_end_trigger(v, sql);
}
