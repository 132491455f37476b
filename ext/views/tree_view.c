#include "views/tree_view.h"

/* Returns an alias that is not the name of the table. */
static const char *walk_alias(const RelView *v) {
  return name_equal(v->target->name, "tree") ? "walk" : "tree";
}

/* Returns the name of a column that the view adds. A table may have a column of
** this name. */
static const char *added_name(const RelView *v, const char *name) {
  return table_column(v->target, name) < 0
             ? name
             : view_prefixed(v, v->direction->name, name);
}

/* Returns the columns that sort siblings. Each begins with a comma. The root
** has none of them. */
static char *sort_columns(const RelView *v, bool root) {
  const Direction *d = v->direction;
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  for (int i = 0; ctx_ok(v->ctx) && i < d->norder; i++)
    sqlite3_str_appendf(sql, ", %s",
                        root ? "NULL" : view_order_value(v, &d->order[i]));
  return mem_finish(v->ctx, sql);
}

/* Returns the ORDER BY that walks depth first, and among siblings in the order
** of the relationship or of the key. */
static char *walk_order(const RelView *v) {
  const Direction *d = v->direction;
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  sqlite3_str_appendall(sql, "ORDER BY 2 DESC");
  for (int i = 0; i < d->norder; i++)
    sqlite3_str_appendf(sql, ", %d%s%s", i + 4, *d->order[i].rest ? " " : "",
                        d->order[i].rest);
  sqlite3_str_appendall(sql, ", 1");
  return mem_finish(v->ctx, sql);
}

/* Returns the names of the columns of the walk, so that those of the table keep
** their meaning in ORDER BY. */
static char *walk_columns(const RelView *v) {
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  sqlite3_str_appendall(sql, "k_, d_, p_");
  for (int i = 0; i < v->direction->norder; i++)
    sqlite3_str_appendf(sql, ", o%d_", i);
  return mem_finish(v->ctx, sql);
}

/* Returns the query for the rows below the root, as one JSON array of depth,
** path and key. A row has one parent, so each walk that does not end meets its
** root again. RAISE() is for triggers only: a JSON path that is none gives an
** error, which has the text. */
static char *walk_query(const RelView *v, const char *walk) {
  const char *root = v->as.other, *node = v->as.self;
  const NameSet *key = v->keys.list;
  return mem_printf(
      v->ctx,
      "WITH RECURSIVE %s(%s) AS (\nSELECT %s.%s, 0, '' || %s.%s%s UNION ALL\n"
      "SELECT %s.%s, %s.d_ + iif(%s.%s IS %s.%s, json_extract('0',\n"
      "%Q || %s.%s), 1), %s.p_ || '/' || %s.%s%s\n"
      "FROM %s JOIN %s ON %s.k_ = %s%s.%s %s)\n"
      "SELECT json_group_array(json_array(d_, p_, k_)) FROM %s",
      walk, walk_columns(v), root, key->r, root, key->r, sort_columns(v, true),
      node, key->r, walk, node, key->r, root, key->r,
      mem_printf(v->ctx, "%s__tree: a cycle at ", v->name), root, key->r, walk,
      node, key->r, sort_columns(v, false), walk, node, walk,
      key->plus ? "+" : "", node, key->k, walk_order(v), walk);
}

static const char unnest[] = "json_each";

/* A view cannot say that a name is a function: a table of the name hides it. */
static void check_unnest(const RelView *v, const char *view) {
  if (schema_table(v->schema, unnest) || db_has_table(v->ctx, unnest))
    err_set(v->ctx, SQLITE_ERROR,
            "the table \"%s\" hides SQLite's function of that name, which the "
            "view \"%s\" needs; rename the table",
            unnest, view);
}

/* SQLite pushes no WHERE into a recursive query. The walk is therefore the
** argument of json_each, which SQLite computes for each root that it has found
** by WHERE. */
void tree_view(const RelView *v) {
  if (v->owner != v->target || v->keys.count > 1 || !ctx_ok(v->ctx)) return;
  const char *walk = walk_alias(v), *root = added_name(v, "root"),
             *depth = added_name(v, "depth"), *path = added_name(v, "path");
  const char *name = mem_printf(v->ctx, "%s__tree", v->name);
  check_unnest(v, name);
  const char *query = walk_query(v, walk);
  if (!ctx_ok(v->ctx)) return;
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  sqlite3_str_appendf(sql,
                      "CREATE VIEW %s AS SELECT %s.%s AS %s,\n"
                      "json_extract(%s.value, '$[0]') AS %s,\n"
                      "json_extract(%s.value, '$[1]') AS %s, %s.*\n"
                      "FROM %s JOIN %s((%s)) AS %s\n"
                      "JOIN %s ON %s.%s = json_extract(%s.value, '$[2]')",
                      view_quote(v, name), v->as.other, v->keys.list->r, root,
                      walk, depth, walk, path, v->as.self,
                      view_source(v, v->owner, v->as.other), unnest, query,
                      walk, view_source(v, v->target, v->as.self), v->as.self,
                      v->keys.list->r, walk);
  view_end_object(v, sql);
}
