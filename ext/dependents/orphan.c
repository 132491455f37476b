#include "dependents/orphan.h"

#include "base/tree.h"
#include "ddl/render.h"

/* Returns the parent's column i of the foreign key, by the PRIMARY KEY if the
** key names no columns; NULL if there is none. */
static const char *parent_column(const Constraint *foreign, const Table *parent,
                                 int i) {
  const Constraint *primary = table_primary_key(parent);
  const char *name = NULL;
  if (foreign->nparent)
    name = i < foreign->nparent ? foreign->parent_columns[i] : NULL;
  else if (primary && primary->nterm == foreign->nterm)
    name = primary->terms[i].column;
  return name && table_column(parent, name) >= 0 ? name : NULL;
}

/* Returns an expression that is true if `row` (the child table or an alias of
** it) has no parent by this foreign key. NULL if that cannot be asked: the
** parent is not a table, or lacks the columns. Values are compared as SQLite
** does: with the affinity and collation of the parent. */
static char *orphan_condition(Ctx *ctx, const Constraint *foreign,
                              const Schema *live, const char *row) {
  const Table *parent = schema_table(live, foreign->parent);
  if (!ctx_ok(ctx)) return NULL;
  if (parent == NULL && map_get(live->relations, foreign->parent)) return NULL;
  Tree has = {ctx, NULL, 0}, equal = {ctx, NULL, 0};
  bool known = true;
  for (int i = 0; i < foreign->nterm; i++) {
    const char *column = parent ? parent_column(foreign, parent, i) : "";
    const char *own = foreign->terms[i].column;
    known = known && column && own;
    tree_add(&has, mem_printf(ctx, "%s.\"%w\" IS NOT NULL", row, own));
    tree_add(&equal, mem_printf(ctx, "orm_p.\"%w\" = +%s.\"%w\"",
                                column ? column : "", row, own));
  }
  char *not_null = tree_join(&has, " AND ", "1");
  char *found = tree_join(&equal, " AND ", "1");
  if (!known) return NULL;
  if (parent == NULL) return mem_printf(ctx, "(%s)", not_null);
  return mem_printf(ctx,
                    "(%s AND NOT EXISTS (SELECT 1 FROM \"main\".\"%w\" AS orm_p"
                    " WHERE %s))",
                    not_null, parent->name, found);
}

static bool key_names_column(const Constraint *c, const char *column) {
  for (int i = 0; i < c->nterm; i++)
    if (c->terms[i].column && name_equal(c->terms[i].column, column))
      return true;
  return false;
}

char *orphan_count(Ctx *ctx, const Table *table, const char *column,
                   const Schema *live, const char *row) {
  Tree orphans = {ctx, NULL, 0};
  tree_add(&orphans, "0");
  for (int i = 0; i < table->nconstraint; i++) {
    const Constraint *c = &table->constraints[i];
    if (c->kind != CONSTRAINT_FOREIGN) continue;
    if (column && !key_names_column(c, column)) continue;
    tree_add(&orphans, orphan_condition(ctx, c, live, row));
  }
  return mem_printf(ctx, "(%s)", tree_join(&orphans, " + ", "0"));
}

/* ---- counting ------------------------------------------------------------ */

enum { FIRST_ROWS = 3 };

static Orphans *find_orphans(const OrphanList *all, i64 key) {
  for (int i = 0; i < all->count; i++)
    if (all->list[i].key == key) return &all->list[i];
  return NULL;
}

void orphan_add(Ctx *ctx, OrphanList *all, sqlite3_stmt *row) {
  i64 key = sqlite3_column_int64(row, FKEY_CHECK_KEY);
  Orphans *o = find_orphans(all, key);
  if (o == NULL) {
    const char *parent = db_column(ctx, row, FKEY_CHECK_PARENT);
    o = parent ? MEM_PUSH(ctx, all->list, all->count) : NULL;
    if (o == NULL) return;
    o->key = key;
    o->parent = parent;
  }
  if (o->rows++ >= FIRST_ROWS) return;
  const char *rowid = db_column_or_null(ctx, row, FKEY_CHECK_ROWID);
  if (rowid)
    o->first = o->first ? mem_printf(ctx, "%s, %s", o->first, rowid) : rowid;
}

/* ---- the report ---------------------------------------------------------- */

/* The columns of PRAGMA foreign_key_list that are read. */
enum { FKEY_LIST_ID = 0, FKEY_LIST_FROM = 3 };

/* Reads the columns of the foreign key: "user_id", or "a, b". */
static void read_key_columns(Ctx *ctx, const char *table, Orphans *o) {
  sqlite3_stmt *rows =
      db_prepare(ctx, "PRAGMA \"main\".foreign_key_list(\"%w\")", table);
  while (db_row(ctx, rows)) {
    const char *column = db_column(ctx, rows, FKEY_LIST_FROM);
    if (sqlite3_column_int64(rows, FKEY_LIST_ID) != o->key || column == NULL)
      continue;
    o->columns =
        o->columns ? mem_printf(ctx, "%s, %s", o->columns, column) : column;
  }
  db_finish(rows);
}

/* Returns true if the foreign key has these columns, joined by commas. */
static bool has_columns(Ctx *ctx, const Constraint *c, const char *columns) {
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < c->nterm; i++)
    sqlite3_str_appendf(str, "%s%s", i ? ", " : "", c->terms[i].column);
  char *own = mem_finish(ctx, str);
  return own && columns && name_equal(own, columns);
}

/* Replaces the rowids of the first rows by keys, for a table without rowids. */
static void read_first(Ctx *ctx, const Table *table, Orphans *o,
                       const Schema *live) {
  char *row = mem_printf(ctx, "\"%w\"", table->name);
  char *identity = render_identity(ctx, table);
  for (int i = 0; ctx_ok(ctx) && i < table->nconstraint; i++) {
    const Constraint *c = &table->constraints[i];
    if (c->kind != CONSTRAINT_FOREIGN || !name_equal(c->parent, o->parent) ||
        !has_columns(ctx, c, o->columns))
      continue;
    char *orphan = orphan_condition(ctx, c, live, row);
    if (orphan == NULL) return;
    o->first = db_text_or_null(
        ctx,
        "SELECT group_concat(orm_row, ', ') FROM (SELECT %s AS orm_row FROM"
        " \"main\".\"%w\" WHERE %s LIMIT %d)",
        identity, table->name, orphan, FIRST_ROWS);
    return;
  }
}

/* Returns the number of orphans by this foreign key before the change. If the
** change has renamed its columns, the key is not found, and all orphans count
** as new. */
static i64 rows_before(const Orphans *o, const OrphanList *before,
                       const NameMap *renamed) {
  const char *old = (const char *)map_get(renamed, o->parent);
  for (int i = 0; i < before->count; i++) {
    const Orphans *b = &before->list[i];
    if (b->columns && o->columns && name_equal(b->columns, o->columns) &&
        (name_equal(b->parent, o->parent) ||
         (old && name_equal(b->parent, old))))
      return b->rows;
  }
  return 0;
}

void orphan_read_columns(Ctx *ctx, const char *table, OrphanList *all) {
  for (int i = 0; ctx_ok(ctx) && i < all->count; i++)
    read_key_columns(ctx, table, &all->list[i]);
}

char *orphan_report(Ctx *ctx, const char *table, i64 more, OrphanList *now,
                    const OrphanList *before, const NameMap *renamed,
                    const Schema *live) {
  const Table *t = schema_table(live, table);
  bool by_key = t && table_rowid(t) == NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  orphan_read_columns(ctx, table, now);
  for (int i = 0; ctx_ok(ctx) && i < now->count; i++) {
    Orphans *o = &now->list[i];
    i64 rows =
        now->count == 1 ? more : o->rows - rows_before(o, before, renamed);
    if (rows <= 0) continue;
    if (by_key) read_first(ctx, t, o, live);
    bool several = o->first && strstr(o->first, ", ");
    sqlite3_str_appendf(str, "%s%lld row%s no parent in \"%s\" by (%s)",
                        sqlite3_str_length(str) ? ", and " : "", rows,
                        rows == 1 ? " has" : "s have", o->parent,
                        o->columns ? o->columns : "");
    if (o->first)
      sqlite3_str_appendf(str, " (first %s%s %s)", by_key ? "key" : "rowid",
                          several && o->rows > 1 ? "s" : "", o->first);
  }
  return mem_finish(ctx, str);
}
