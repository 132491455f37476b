#include "views/join_view.h"

/* Returns the alias of the table that the condition calls `self`, or of the
** other. */
static const char *owner_alias(const RelView *v) {
  return v->direction->join_back ? view_quote(v, v->owner->name) : "self";
}

static const char *target_alias(const RelView *v) {
  return v->direction->join_back ? "self" : view_quote(v, v->target->name);
}

void join_many_view(const RelView *v) {
  const Aliases as = {target_alias(v), owner_alias(v), NULL};
  NameList columns = view_columns(v, v->target, NULL, NULL, NULL);
  NameList key = view_primary_key(v, v->owner);
  const Constraint *primary = table_primary_key(v->owner);
  if (primary == NULL)
    err_set(v->ctx, SQLITE_ERROR,
            "table \"%s\" has no PRIMARY KEY to tell its rows apart; give it "
            "one",
            v->owner->name);
  for (int i = 0; ctx_ok(v->ctx) && i < key.count; i++)
    key.list[i].a = view_prefixed(v, v->owner->name, primary->terms[i].column);
  view_check(v, v->target, &columns, &key);
  if (!ctx_ok(v->ctx)) return;
  RelView named = *v;
  named.as = as;
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  sqlite3_str_appendf(
      sql, "CREATE VIEW %s AS SELECT %s, %s.*\nFROM %s JOIN %s\nON %s%s",
      view_quote(v, v->name), view_each(&named, &key, ", ", "$o.$k AS $a"),
      as.self, view_source(v, v->owner, as.other),
      view_source(v, v->target, as.self), v->direction->join,
      view_order(&named));
  view_end_object(v, sql);
}

void join_one_view(const RelView *v) {
  RelView named = *v;
  named.as = (Aliases){owner_alias(v), target_alias(v), NULL};
  NameList own = view_columns(v, v->owner, NULL, NULL, NULL);
  NameList others = view_columns(v, v->target, v->direction->name, NULL, NULL);
  view_check(v, v->owner, &own, &others);
  if (!ctx_ok(v->ctx)) return;
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  sqlite3_str_appendf(
      sql, "CREATE VIEW %s AS SELECT %s.*,\n%s\nFROM %s LEFT JOIN %s\nON %s",
      view_quote(v, v->name), named.as.self,
      view_each(&named, &others, ", ", "$o.$k AS $a"),
      view_source(v, v->owner, named.as.self),
      view_source(v, v->target, named.as.other), v->direction->join);
  view_end_object(v, sql);
}
