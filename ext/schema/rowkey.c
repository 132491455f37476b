#include "schema/rowkey.h"

#include "base/token.h"
#include "base/tree.h"

/* ---- keys --------------------------------------------------------------- */

static bool key_can_be_null(const Table *table, const Constraint *c) {
  for (int i = 0; i < c->nterm; i++) {
    int at = table_column(table, c->terms[i].column);
    if (!table->columns[at].notnull && at != table->rowid_alias) return true;
  }
  return false;
}

/* Sets the columns of the key to those of the constraint. */
static void set_key_columns(Ctx *ctx, RowKey *key, const Constraint *unique) {
  const Table *table = key->table;
  size_t n = (size_t)unique->nterm;
  key->columns = (int *)mem_new(ctx, n * sizeof(int));
  key->collations = (const char **)mem_new(ctx, n * sizeof(char *));
  for (int i = 0; ctx_ok(ctx) && i < unique->nterm; i++) {
    const Term *term = &unique->terms[i];
    int at = table_column(table, term->column);
    key->columns[i] = at;
    key->collations[i] =
        term->collate ? term->collate : table->columns[at].collate;
    key->count++;
  }
}

/* Returns a key of a table whose rowid cannot be read: one that cannot be NULL,
** else one that can, PRIMARY KEY first. A key does not identify a row with NULL
** in it. */
static const Constraint *find_unique(const Table *table) {
  const Constraint *found = NULL;
  for (int i = 0; i < table->nconstraint; i++) {
    const Constraint *c = &table->constraints[i];
    if (!constraint_is_key(c)) continue;
    if (!key_can_be_null(table, c)) return c;
    if (found == NULL || c->kind < found->kind) found = c;
  }
  return found;
}

const char *rowkey_rowid(Ctx *ctx, const Table *table) {
  /* The rarest name first: it still means the rowid when columns are added. */
  for (int i = ROWID_NAMES - 1; i >= 0; i--)
    if (table_rowid_name(table, i)) return table_rowid_name(table, i);
  int alias = table->rowid_alias;
  if (alias < 0) return NULL;
  return mem_printf(ctx, "\"%w\"", table->columns[alias].name);
}

/* Inserts the column by its name: the order of declaration may change. */
static void add_by_name(RowKey *key, int column) {
  const Column *all = key->table->columns;
  int i = key->count++;
  for (; i > 0 &&
         sqlite3_stricmp(all[key->columns[i - 1]].name, all[column].name) > 0;
       i--)
    key->columns[i] = key->columns[i - 1];
  key->columns[i] = column;
}

RowKey rowkey_of(Ctx *ctx, const Table *table) {
  RowKey key;
  memset(&key, 0, sizeof(key));
  key.table = table;
  const Constraint *unique = table_primary_key(table);
  if (unique && key_can_be_null(table, unique)) unique = NULL;
  const char *rowid = rowkey_rowid(ctx, table);
  if (unique == NULL && rowid == NULL) unique = find_unique(table);
  if (unique) {
    set_key_columns(ctx, &key, unique);
    key.nullable = key_can_be_null(table, unique);
    return key;
  }
  key.whole = true;
  key.rowid = rowid;
  size_t n = (size_t)table->ncolumn;
  key.columns = (int *)mem_new(ctx, n * sizeof(int));
  key.collations = (const char **)mem_new(ctx, n * sizeof(char *));
  for (int i = 0; ctx_ok(ctx) && key.rowid && i < table->ncolumn; i++)
    if (table->columns[i].generated.sql == NULL) add_by_name(&key, i);
  return key;
}

bool rowkey_is_known(const RowKey *key) {
  return !key->whole || key->rowid;
}

bool rowkey_is_alias(const RowKey *key) {
  return !key->whole && key->count == 1 &&
         key->columns[0] == key->table->rowid_alias;
}

char *rowkey_norm(Ctx *ctx, const RowKey *key) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  sqlite3_str_appendf(str, "%s%s", key->whole ? "row" : "key",
                      key->rowid ? " rowid" : "");
  for (int i = 0; i < key->count; i++) {
    const Column *c = &key->table->columns[key->columns[i]];
    const char *collate = key->collations[i] ? key->collations[i] : "binary";
    char *name = name_lower(ctx, c->name), *lower = name_lower(ctx, collate);
    if (name && lower)
      sqlite3_str_appendf(
          str, ", \"%w\" %s %s", name,
          affinity_name(table_affinity(key->table, key->columns[i])), lower);
  }
  return mem_finish(ctx, str);
}

bool rowkey_is_same(Ctx *ctx, const Table *from, const Table *to) {
  RowKey a = rowkey_of(ctx, from), b = rowkey_of(ctx, to);
  char *was = rowkey_norm(ctx, &a), *is = rowkey_norm(ctx, &b);
  return ctx_ok(ctx) && strcmp(was, is) == 0;
}

char *rowkey_define(Ctx *ctx, const RowKey *key) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  if (key->whole) sqlite3_str_appendall(str, ", k0 INTEGER");
  for (int i = 0; i < key->count; i++) {
    sqlite3_str_appendf(
        str, ", k%d %s", i + 1,
        affinity_name(table_affinity(key->table, key->columns[i])));
    if (key->collations[i])
      sqlite3_str_appendf(str, " COLLATE \"%w\"", key->collations[i]);
  }
  return mem_finish(ctx, str);
}

char *rowkey_names(Ctx *ctx, const RowKey *key) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  if (key->whole) sqlite3_str_appendall(str, ", k0");
  for (int i = 0; i < key->count; i++) sqlite3_str_appendf(str, ", k%d", i + 1);
  return mem_finish(ctx, str);
}

char *rowkey_values(Ctx *ctx, const RowKey *key, const Table *names,
                    const char *row) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  if (key->whole)
    sqlite3_str_appendf(str, ", %s%s%s", key->rowid ? row : "NULL",
                        key->rowid ? "." : "", key->rowid ? key->rowid : "");
  for (int i = 0; i < key->count; i++)
    sqlite3_str_appendf(str, ", %s.\"%w\"", row,
                        names->columns[key->columns[i]].name);
  return mem_finish(ctx, str);
}

char *rowkey_match(Ctx *ctx, const RowKey *key, const Table *names,
                   const char *identity, const char *row) {
  if (!ctx_ok(ctx)) return NULL;
  if (!rowkey_is_known(key)) return mem_text(ctx, "0", -1);
  Tree same = {ctx, NULL, 0};
  if (key->whole)
    tree_add(&same,
             mem_printf(ctx, "%s.k0 = %s.%s", identity, row, key->rowid));
  for (int i = 0; i < key->count; i++) {
    if (key->stable && !key->stable[i]) continue;
    char *a = mem_printf(ctx, "%s.k%d", identity, i + 1);
    char *b = rowkey_qualify(ctx, row, names->columns[key->columns[i]].name);
    tree_add(&same, key->whole ? rowkey_same_value(ctx, a, b)
                               : mem_printf(ctx, "%s = %s", a, b));
  }
  return tree_join(&same, " AND ", "1");
}

/* Returns the key of a direct identity table in the row. */
static char *direct_key(Ctx *ctx, const RowKey *key, const Table *names,
                        const char *row) {
  if (!ctx_ok(ctx)) return NULL;
  return rowkey_qualify(ctx, row, names->columns[key->columns[0]].name);
}

/* SQLite evaluates the EXISTS once per statement: without exceptions, a row
** costs no look-up. */
char *rowkey_number(Ctx *ctx, const RowKey *key, const Table *names,
                    i64 identity, const char *row) {
  if (!key->direct)
    return mem_printf(ctx,
                      "(SELECT orm_i.orm_row FROM \"main\".orm_archive_%lld AS"
                      " orm_i WHERE %s)",
                      identity, rowkey_match(ctx, key, names, "orm_i", row));
  char *own = direct_key(ctx, key, names, row);
  return mem_printf(ctx,
                    "CASE WHEN EXISTS (SELECT 1 FROM"
                    " \"main\".orm_archive_%lld) THEN"
                    " ifnull((SELECT orm_i.orm_row FROM"
                    " \"main\".orm_archive_%lld AS orm_i"
                    " WHERE orm_i.k1 = %s), %s) ELSE %s END",
                    identity, identity, own, own, own);
}

char *rowkey_join(Ctx *ctx, const RowKey *key, const Table *names, i64 identity,
                  const char *row, const char *number) {
  if (!key->direct)
    return mem_printf(ctx,
                      " CROSS JOIN \"main\".orm_archive_%lld AS orm_i"
                      " CROSS JOIN \"main\".%s WHERE orm_i.orm_row = %s AND %s",
                      identity, row, number,
                      rowkey_match(ctx, key, names, "orm_i", row));
  return mem_printf(
      ctx,
      " CROSS JOIN \"main\".%s WHERE %s = CASE WHEN EXISTS"
      " (SELECT 1 FROM \"main\".orm_archive_%lld) THEN ifnull("
      "(SELECT orm_i.k1 FROM \"main\".orm_archive_%lld AS orm_i"
      "  WHERE orm_i.orm_row = %s), CASE WHEN %s NOT IN (SELECT k1"
      "  FROM \"main\".orm_archive_%lld) THEN %s END) ELSE %s END",
      row, direct_key(ctx, key, names, row), identity, identity, number, number,
      identity, number, number);
}

char *rowkey_has_null(Ctx *ctx, const RowKey *key, const Table *names,
                      const char *row) {
  Tree nulls = {ctx, NULL, 0};
  for (int i = 0; i < key->count; i++)
    tree_add(&nulls, mem_printf(ctx, "%s.\"%w\" IS NULL", row,
                                names->columns[key->columns[i]].name));
  return tree_join(&nulls, " OR ", "0");
}

/* ---- triggers ----------------------------------------------------------- */

static const char *const events[ROWKEY_TRIGGERS] = {"insert", "update",
                                                    "delete"};

char *rowkey_trigger_name(Ctx *ctx, i64 entry, int i) {
  return mem_printf(ctx, "orm_archive_%lld_%s", entry, events[i]);
}

/* Returns "k1 = NEW.a, ..." for SET. */
static char *set_list(Ctx *ctx, const RowKey *key) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  if (key->whole) sqlite3_str_appendf(str, ", k0 = NEW.%s", key->rowid);
  for (int i = 0; i < key->count; i++)
    sqlite3_str_appendf(str, ", k%d = NEW.\"%w\"", i + 1,
                        key->table->columns[key->columns[i]].name);
  char *list = mem_finish(ctx, str);
  return list ? list + 2 : NULL;
}

/* Returns the body of the UPDATE trigger of a direct key: the row keeps its
** number. INSERT OR REPLACE would do something else if the statement of the
** user has a conflict clause of its own. */
static char *direct_update_body(Ctx *ctx, const RowKey *key, i64 entry) {
  const char *id = key->table->columns[key->columns[0]].name;
  return mem_printf(
      ctx,
      "DELETE FROM orm_archive_%lld WHERE k1 = NEW.\"%w\";\n"
      "  INSERT INTO orm_archive_%lld(k1, orm_row) SELECT NEW.\"%w\","
      " ifnull((SELECT orm_row FROM orm_archive_%lld WHERE k1 = OLD.\"%w\"),"
      " CASE WHEN OLD.\"%w\" <= %lld THEN OLD.\"%w\" ELSE '' END);\n"
      "  DELETE FROM orm_archive_%lld WHERE k1 = OLD.\"%w\";",
      entry, id, entry, id, entry, id, id, key->highest, id, entry, id);
}

/* Returns the body of the UPDATE trigger. An identity with the new key is
** deleted: its row no longer exists, because keys are unique. Then the identity
** of the row gets the new key. */
static char *update_body(Ctx *ctx, const RowKey *key, i64 entry) {
  if (key->direct) return direct_update_body(ctx, key, entry);
  char *name = mem_printf(ctx, "orm_archive_%lld", entry);
  const char *old = rowkey_match(ctx, key, key->table, name, "OLD");
  const char *now = rowkey_match(ctx, key, key->table, name, "NEW");
  return mem_printf(ctx,
                    "DELETE FROM %s WHERE %s AND NOT (%s);\n"
                    "  UPDATE %s SET %s WHERE %s;",
                    name, now, old, name, set_list(ctx, key), old);
}

/* Returns the WHEN clause of the UPDATE trigger: a declared key changes. */
static char *update_when(Ctx *ctx, const RowKey *key) {
  if (key->whole) return mem_text(ctx, "", -1);
  Tree differ = {ctx, NULL, 0};
  for (int i = 0; i < key->count; i++) {
    const char *name = key->table->columns[key->columns[i]].name;
    tree_add(&differ,
             mem_printf(ctx, "OLD.\"%w\" IS NOT NEW.\"%w\"", name, name));
  }
  return mem_printf(ctx, " WHEN %s", tree_join(&differ, " OR ", "1"));
}

/* Returns the OF clause of the UPDATE trigger: an UPDATE of other columns pays
** nothing. SQLite compares it with the names in SET as they are written, and a
** rowid alias has three more names. */
static char *update_of(Ctx *ctx, const RowKey *key) {
  if (key->whole || key->count == 0 || !ctx_ok(ctx))
    return mem_text(ctx, "", -1);
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < key->count; i++) {
    int column = key->columns[i];
    sqlite3_str_appendf(str, "%s\"%w\"", i ? ", " : " OF ",
                        key->table->columns[column].name);
    if (column == key->table->rowid_alias)
      sqlite3_str_appendall(str, ", rowid, oid, _rowid_");
  }
  return mem_finish(ctx, str);
}

/* Returns the body of the INSERT or DELETE trigger. A new row with a key that
** was a number becomes an exception without a number. */
static char *delete_body(Ctx *ctx, const RowKey *key, i64 entry,
                         const char *row) {
  char *name = mem_printf(ctx, "orm_archive_%lld", entry);
  char *body = mem_printf(ctx, "DELETE FROM %s WHERE %s;", name,
                          rowkey_match(ctx, key, key->table, name, row));
  if (!key->direct || strcmp(row, "NEW") != 0 || !ctx_ok(ctx)) return body;
  const char *id = key->table->columns[key->columns[0]].name;
  return mem_printf(ctx,
                    "%s\n  INSERT INTO %s(k1, orm_row) SELECT NEW.\"%w\", ''"
                    " WHERE NEW.\"%w\" <= %lld;",
                    body, name, id, id, key->highest);
}

char *rowkey_trigger(Ctx *ctx, const RowKey *key, i64 entry, int i) {
  char *body = i == 1 ? update_body(ctx, key, entry)
                      : delete_body(ctx, key, entry, i == 0 ? "NEW" : "OLD");
  if (!ctx_ok(ctx)) return NULL;
  return mem_printf(ctx,
                    "CREATE TRIGGER \"main\".%s AFTER %s%s ON \"%w\"%s BEGIN\n"
                    "  %s\nEND",
                    rowkey_trigger_name(ctx, entry, i), events[i],
                    i == 1 ? update_of(ctx, key) : "", key->table->name,
                    i == 1 ? update_when(ctx, key) : "", body);
}

/* ---- expressions -------------------------------------------------------- */

/* The + removes the affinity that would make 1 of '1'; as text, 1 and 1.0
** differ. Triggers contain this condition: it does not call typeof(), which the
** application may have replaced. */
char *rowkey_same_value(Ctx *ctx, const char *a, const char *b) {
  return mem_printf(
      ctx,
      "(+%s IS +%s COLLATE BINARY AND CAST(%s AS TEXT) IS CAST(%s AS TEXT))", a,
      b, a, b);
}

char *rowkey_qualify(Ctx *ctx, const char *row, const char *column) {
  return mem_printf(ctx, "%s.\"%w\"", row, column);
}

char *rowkey_unused_prefix(Ctx *ctx, const Table *table) {
  const char *prefix = "orm_";
  for (bool used = true; used && ctx_ok(ctx);) {
    used = false;
    for (int i = 0; i < table->ncolumn && !used; i++)
      used = name_starts(table->columns[i].name, prefix);
    if (used) prefix = mem_printf(ctx, "%s_", prefix);
  }
  return ctx_ok(ctx) ? mem_text(ctx, prefix, -1) : NULL;
}
