#include "archive/restore_table.h"

#include "archive/identity.h"
#include "archive/save_table.h"
#include "archive/swap.h"
#include "base/tree.h"
#include "ddl/edit.h"
#include "dependents/orphan.h"

/* ---- saved columns ------------------------------------------------------ */

/* A column of a dropped table, as its entry notes it. */
typedef struct SavedColumn {
  i64 id;
  const char *name, *type; /* type: NULL if the entry does not have it */
  bool used;
} SavedColumn;

/* Sets `list` to the columns of the entry. Returns their number. */
static int list_saved(Ctx *ctx, const Entry *e, SavedColumn **list) {
  SavedColumn *columns = NULL;
  int count = 0;
  sqlite3_stmt *rows =
      db_prepare(ctx,
                 "SELECT json_extract(value, '$.id'),"
                 " json_extract(value, '$.name'), json_extract(value, '$.type')"
                 " FROM \"main\".orm_archive, \"%w\".json_each(detail)"
                 " WHERE orm_archive.id = %lld",
                 db_home(ctx, "json_each"), e->id);
  while (db_row(ctx, rows)) {
    SavedColumn *slot = MEM_PUSH(ctx, columns, count);
    if (slot == NULL) break;
    slot->id = sqlite3_column_int64(rows, 0);
    slot->name = db_column(ctx, rows, 1);
    slot->type = db_column_or_null(ctx, rows, 2);
  }
  db_finish(rows);
  *list = columns;
  return count;
}

static bool has_id(const Table *table, i64 id) {
  for (int i = 0; i < table->ncolumn; i++)
    if (table->columns[i].id == id) return true;
  return false;
}

/* Returns the saved column with the id of `c`, or else the one of its name
** whose id no column of the table has. */
static SavedColumn *find_saved(SavedColumn *list, int count, const Table *table,
                               const Column *c) {
  for (int i = 0; i < count; i++)
    if (list[i].id == c->id) return &list[i];
  for (int i = 0; i < count; i++)
    if (name_equal(list[i].name, c->name) && !has_id(table, list[i].id))
      return &list[i];
  return NULL;
}

void restore_table_find_origins(Ctx *ctx, CreatedTable *created) {
  const Table *t = created->table;
  const Entry *e = &created->entry;
  SavedColumn *list = NULL;
  int count = list_saved(ctx, e, &list);
  Tree whole = {ctx, NULL, 0};
  created->origins =
      (Origin *)mem_new(ctx, sizeof(Origin) * (size_t)(t->ncolumn + 1));
  for (int i = 0; ctx_ok(ctx) && i < t->ncolumn; i++) {
    SavedColumn *saved = find_saved(list, count, t, &t->columns[i]);
    if (saved == NULL || t->columns[i].generated.sql) continue;
    Origin *o = &created->origins[i];
    saved->used = true;
    o->name = saved->name;
    char *value =
        mem_printf(ctx, "orm_archive_%lld.\"%w\"", e->id, saved->name);
    if (e->discarded && saved->type)
      o->fits =
          value_rules_fit(ctx, saved->type, value_rules_type(ctx, t, i), value);
    if (o->fits) tree_add(&whole, o->fits);
  }
  for (int i = 0; i < count; i++)
    if (!list[i].used)
      tree_add(&whole, mem_printf(ctx, "\"%w\" IS NULL", list[i].name));
  created->whole = tree_join(&whole, " AND ", "1");
}

/* ---- rows --------------------------------------------------------------- */

static bool in_primary_key(const Table *t, int column) {
  const Constraint *primary = table_primary_key(t);
  for (int k = 0; primary && k < primary->nterm; k++)
    if (primary->terms[k].column &&
        name_equal(primary->terms[k].column, t->columns[column].name))
      return true;
  return false;
}

/* Inserts the saved rows that obey the rules of the table. A column whose type
** cannot hold the saved value gets its DEFAULT. A row without its key would be
** another row: it stays in the archive. */
static void insert_rows(Ctx *ctx, const CreatedTable *created) {
  const Table *t = created->table;
  const Entry *e = &created->entry;
  sqlite3_str *into = sqlite3_str_new(ctx->db);
  sqlite3_str *from = sqlite3_str_new(ctx->db);
  Tree keys = {ctx, NULL, 0};
  const char *rowid = t->rowid_alias < 0 ? rowkey_rowid(ctx, t) : NULL;
  if (rowid) sqlite3_str_appendf(into, ", %s", rowid);
  if (rowid) sqlite3_str_appendf(from, ", %srowid", e->prefix);
  for (int i = 0; ctx_ok(ctx) && i < t->ncolumn; i++) {
    const Origin *o = &created->origins[i];
    if (o->name == NULL) continue;
    bool key = in_primary_key(t, i);
    sqlite3_str_appendf(into, ", \"%w\"", t->columns[i].name);
    if (o->fits && key) tree_add(&keys, o->fits);
    if (o->fits == NULL || key)
      sqlite3_str_appendf(from, ", \"%w\"", o->name);
    else
      sqlite3_str_appendf(from, ", CASE WHEN %s THEN \"%w\" ELSE %s END",
                          o->fits, o->name,
                          column_default_value(ctx, &t->columns[i]));
  }
  char *columns = mem_finish(ctx, into), *values = mem_finish(ctx, from);
  if (!ctx_ok(ctx) || *columns == 0) return;
  db_exec(ctx,
          "INSERT OR IGNORE INTO \"main\".\"%w\"(%s) SELECT %s FROM"
          " \"main\".orm_archive_%lld WHERE %s ORDER BY %srowid",
          t->name, columns + 2, values + 2, e->id,
          tree_join(&keys, " AND ", "1"), e->prefix);
}

/* Returns a condition: `a`, the value of the column in the table, is `b`, that
** of the entry, or `b` does not fit. */
static char *value_match(Ctx *ctx, const CreatedTable *created, int column,
                         const char *a, const char *b) {
  const char *fits = created->origins[column].fits;
  char *same = rowkey_same_value(ctx, a, b);
  if (fits == NULL) return same;
  char *equal = mem_printf(ctx, "%s OR +%s = +%s COLLATE BINARY", same, a, b);
  return in_primary_key(created->table, column)
             ? mem_printf(ctx, "(%s)", equal)
             : mem_printf(ctx, "(%s OR NOT %s)", equal, fits);
}

/* Returns a condition: the row of the table is the row of the entry, to the
** byte. Terms that an index can find come first. */
static char *row_match(Ctx *ctx, const CreatedTable *created) {
  const Table *t = created->table;
  char *entry = mem_printf(ctx, "orm_archive_%lld", created->entry.id);
  char *row = mem_printf(ctx, "\"%w\"", t->name);
  const char *rowid = rowkey_rowid(ctx, t);
  Tree equal = {ctx, NULL, 0};
  if (rowid)
    tree_add(&equal, mem_printf(ctx, "%s.%s = %s.%srowid", row, rowid, entry,
                                created->entry.prefix));
  for (int i = 0; ctx_ok(ctx) && i < t->ncolumn; i++) {
    const Column *c = &t->columns[i];
    const Origin *o = &created->origins[i];
    if (o->name == NULL) continue;
    char *a = rowkey_qualify(ctx, row, c->name);
    char *b = rowkey_qualify(ctx, entry, o->name);
    if (t->without_rowid && in_primary_key(t, i))
      tree_add(&equal, mem_printf(ctx, "%s = %s", a, b));
    tree_add(&equal, value_match(ctx, created, i, a, b));
  }
  return tree_join(&equal, " AND ", "1");
}

/* Sets orm_home of the saved rows that are in the table again. */
static void mark_restored(Ctx *ctx, const CreatedTable *created) {
  db_exec(ctx,
          "UPDATE \"main\".orm_archive_%lld SET %shome ="
          " EXISTS (SELECT 1 FROM \"main\".\"%w\" WHERE %s)",
          created->entry.id, created->entry.prefix, created->table->name,
          row_match(ctx, created));
}

/* Returns true if each saved column returns to the column of its name: after
** renames it may belong to another. */
static bool keeps_columns(const CreatedTable *created) {
  const Table *t = created->table;
  for (int i = 0; i < t->ncolumn; i++) {
    const char *name = created->origins[i].name;
    if (!t->columns[i].generated.sql &&
        (name == NULL || !name_equal(name, t->columns[i].name)))
      return false;
  }
  return true;
}

/* Moves the rows back if the entry has the layout of the table. */
static bool move_rows(Ctx *ctx, const CreatedTable *created,
                      const Schema *live) {
  const char *sql = db_text_or_null(
      ctx, "SELECT sql FROM \"main\".orm_archive WHERE id = %lld",
      created->entry.id);
  bool empty = !db_int(ctx,
                       "SELECT EXISTS (SELECT 1 FROM \"main\".\"%w\""
                       " NOT INDEXED)",
                       created->table->name);
  return ctx_ok(ctx) && sql && empty && keeps_columns(created) &&
         swap_in(ctx, created->table->name, sql, live, created->entry.id);
}

void restore_table_rows(Ctx *ctx, CreatedTable *created, const Schema *live) {
  if (created->entry.id == 0 || !ctx_ok(ctx)) return;
  if (created->entry.moved) {
    created->moved = move_rows(ctx, created, live);
    if (created->moved) return;
    save_copy_moved(ctx, &created->entry);
  }
  insert_rows(ctx, created);
  mark_restored(ctx, created);
}

/* Saves the orphans among moved rows again, and deletes them. None was an
** orphan when the rows were moved into the archive. */
static bool save_orphans(Ctx *ctx, CreatedTable *created, const char *orphan) {
  const Table *t = created->table;
  Entry *e = &created->entry;
  if (!db_int(ctx, "SELECT EXISTS (SELECT 1 FROM \"main\".\"%w\" WHERE %s)",
              t->name, orphan) ||
      !ctx_ok(ctx))
    return false;
  if (e->moved) save_copy_moved(ctx, e);
  save_append_rows(ctx, t, e, orphan);
  db_exec(ctx, "DELETE FROM \"main\".\"%w\" WHERE %s", t->name, orphan);
  return true;
}

bool restore_table_remove_orphans(Ctx *ctx, CreatedTable *created,
                                  const Schema *live) {
  const Table *t = created->table;
  const Entry *e = &created->entry;
  char *row = mem_printf(ctx, "\"%w\"", t->name);
  char *orphan = orphan_count(ctx, t, NULL, live, row);
  if (!ctx_ok(ctx) || strcmp(orphan, "(0)") == 0) return false;
  if (created->moved) return save_orphans(ctx, created, orphan);
  const char *rowid = rowkey_rowid(ctx, t);
  char *ours = rowid ? mem_printf(ctx, "%srowid = %s.%s", e->prefix, row, rowid)
                     : row_match(ctx, created);
  db_exec(ctx,
          "DELETE FROM \"main\".\"%w\" WHERE %s > 0 AND EXISTS (SELECT 1 FROM"
          " \"main\".orm_archive_%lld WHERE %shome AND %s > ifnull(%sorphan, 0)"
          " AND %s)",
          t->name, orphan, e->id, e->prefix, orphan, e->prefix, ours);
  bool some = ctx_ok(ctx) && !db_changed(ctx, 0);
  if (some) mark_restored(ctx, created);
  return some;
}

/* Rows that were orphans when archived do not count as new violations. */
static void allow_orphans(Ctx *ctx, const CreatedTable *created,
                          const Schema *live, FkeyCheck *check) {
  const Table *t = created->table;
  char *row = mem_printf(ctx, "\"%w\"", t->name);
  char *orphan = orphan_count(ctx, t, NULL, live, row);
  if (!ctx_ok(ctx) || strcmp(orphan, "(0)") == 0) return;
  i64 n = db_int(ctx,
                 "SELECT sum((SELECT %s FROM \"main\".\"%w\" WHERE %s)) FROM"
                 " \"main\".orm_archive_%lld WHERE %shome AND %sorphan",
                 orphan, t->name, row_match(ctx, created), created->entry.id,
                 created->entry.prefix, created->entry.prefix);
  fkeys_allow(ctx, check, t->name, n);
}

/* ---- other facts about the table ---------------------------------------- */

/* Creates the undeclared indexes and triggers of the table again. If one cannot
** be created, because its name is in use or rows break its rule, all texts stay
** in the entry. */
static void restore_undeclared(Ctx *ctx, const Entry *e) {
  sqlite3_stmt *rows = db_prepare(
      ctx,
      "SELECT json_extract(value, '$.sql'), json_extract(value, '$.name')"
      " FROM \"main\".orm_archive, \"%w\".json_each(extras)"
      " WHERE orm_archive.id = %lld",
      db_home(ctx, "json_each"), e->id);
  const char **sqls = NULL;
  int count = 0, failed = 0;
  while (db_row(ctx, rows)) {
    const char *sql = db_column(ctx, rows, 0);
    const char **slot = MEM_PUSH(ctx, sqls, count);
    if (slot) *slot = sql;
  }
  db_finish(rows);
  for (int i = 0; ctx_ok(ctx) && i < count; i++) {
    const char *sql = edit_in_main(ctx, sqls[i]);
    if (sql) db_exec(ctx, "%s", sql);
    int rc = ctx->rc & 0xff;
    if (rc == SQLITE_ERROR || rc == SQLITE_CONSTRAINT) {
      err_forget(ctx);
      failed++;
    }
  }
  if (failed == 0) catalog_clear_extras(ctx, e->id);
}

void restore_table_sequence(Ctx *ctx, i64 entry, const Table *table) {
  if (!table_autoincrement(table)) return;
  i64 sequence = catalog_sequence(ctx, entry);
  if (sequence == 0) return;
  db_exec(ctx,
          "INSERT INTO \"main\".sqlite_sequence(name, seq) SELECT %Q, 0 WHERE"
          " NOT EXISTS (SELECT 1 FROM \"main\".sqlite_sequence WHERE name = %Q"
          "  COLLATE NOCASE)",
          table->name, table->name);
  db_exec(ctx,
          "UPDATE \"main\".sqlite_sequence SET seq = max(seq, %lld)"
          " WHERE name = %Q COLLATE NOCASE",
          sequence, table->name);
}

/* ---- the end of the step ------------------------------------------------ */

void restore_table_finish(Ctx *ctx, const CreatedTable *created,
                          const Schema *live, FkeyCheck *check) {
  const Entry *e = &created->entry;
  if (e->id && ctx_ok(ctx) && created->moved) {
    restore_undeclared(ctx, e);
    restore_table_sequence(ctx, e->id, created->table);
    catalog_measure(ctx, e);
  } else if (e->id && ctx_ok(ctx)) {
    allow_orphans(ctx, created, live, check);
    db_exec(ctx, "DELETE FROM \"main\".orm_archive_%lld WHERE %shome AND %s",
            e->id, e->prefix, created->whole);
    restore_undeclared(ctx, e);
    restore_table_sequence(ctx, e->id, created->table);
    db_exec(ctx, "UPDATE \"main\".orm_archive_%lld SET %shome = NULL", e->id,
            e->prefix);
    catalog_measure(ctx, e);
  }
  catalog_spend_table(ctx, e->id, created->table->id);
}

void restore_table_columns(Ctx *ctx, const CreatedTable *created) {
  i64 identity = catalog_owned_identity(ctx, created->entry.id);
  catalog_disown(ctx, created->entry.id, created->table->name);
  if (identity == 0) return;
  RowKey key = rowkey_of(ctx, created->table);
  identity_read(ctx, identity, &key);
  if (identity_has_key(ctx, identity, &key))
    identity_create_triggers(ctx, identity, &key);
  identity = identity_verify(ctx, identity, &key);
  identity_match_rows(ctx, identity, &key);
}
