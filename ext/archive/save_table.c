#include "archive/save_table.h"

#include "archive/identity.h"
#include "archive/swap.h"
#include "ddl/live.h"
#include "dependents/orphan.h"

/* ---- facts about a dropped table ---------------------------------------- */

/* Returns the undeclared indexes and triggers on the table as JSON, or NULL. */
static char *undeclared_on(Ctx *ctx, const ArchiveStep *step,
                           const Table *table) {
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  sqlite3_stmt *rows =
      db_prepare(ctx,
                 "SELECT json_object('name', name, 'type', type, 'sql', sql),"
                 " name, type FROM \"main\".sqlite_schema WHERE"
                 " type IN ('index', 'trigger') AND sql IS NOT NULL"
                 " AND tbl_name = %Q COLLATE NOCASE ORDER BY type, rowid",
                 table->name);
  while (db_row(ctx, rows)) {
    const char *json = db_column(ctx, rows, 0);
    const char *name = db_column(ctx, rows, 1);
    const char *type = db_column(ctx, rows, 2);
    if (!ctx_ok(ctx) || name_is_internal(name)) continue;
    bool declared = strcmp(type, "index") == 0
                        ? schema_index(step->from, name) != NULL
                        : map_get(step->from->triggers, name) != NULL;
    if (!declared)
      sqlite3_str_appendf(str, "%s%s", sqlite3_str_length(str) ? "," : "[",
                          json);
  }
  db_finish(rows);
  if (sqlite3_str_length(str)) sqlite3_str_appendall(str, "]");
  char *list = mem_finish(ctx, str);
  return list && *list ? list : NULL;
}

/* Returns the stored columns as [{"id":7,"name":"email","type":"TEXT"},...]. */
static char *columns_json(Ctx *ctx, const Table *table) {
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; ctx_ok(ctx) && i < table->ncolumn; i++) {
    char *one =
        db_text(ctx, "SELECT json_object('id', %lld, 'name', %Q, 'type', %Q)",
                table->columns[i].id, table->columns[i].name,
                value_rules_type(ctx, table, i));
    if (one && !table->columns[i].generated.sql)
      sqlite3_str_appendf(str, "%s%s", sqlite3_str_length(str) ? "," : "[",
                          one);
  }
  sqlite3_str_appendall(str, sqlite3_str_length(str) ? "]" : "[]");
  return mem_finish(ctx, str);
}

/* Returns the names of the stored columns: `, "id", "email"`. */
static char *stored_columns(Ctx *ctx, const Table *table) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < table->ncolumn; i++)
    if (table->columns[i].generated.sql == NULL)
      sqlite3_str_appendf(str, ", \"%w\"", table->columns[i].name);
  return mem_finish(ctx, str);
}

/* ---- rows --------------------------------------------------------------- */

/* Creates the table of the entry. Its column prefix || "rowid" is the rowid if
** it can be read, else a number in the order of the rows. */
static void create_copy(Ctx *ctx, const Table *table, const Entry *e) {
  const char *prefix = e->prefix;
  catalog_check_width(ctx, table, table->ncolumn + 3);
  char *list = stored_columns(ctx, table);
  if (!ctx_ok(ctx)) return;
  db_exec(ctx,
          "CREATE TABLE \"main\".orm_archive_%lld(%srowid INTEGER PRIMARY KEY,"
          " %sorphan, %shome%s)",
          e->id, prefix, prefix, prefix, list);
}

/* Copies the rows of the table that match `where`. `orphan` is an expression:
** the number of their foreign keys without a parent. */
static void copy_saved_rows(Ctx *ctx, const Table *table, const Entry *e,
                            const char *orphan, const char *where) {
  char *list = stored_columns(ctx, table);
  const char *rowid = rowkey_rowid(ctx, table);
  if (!ctx_ok(ctx)) return;
  db_exec(ctx,
          "INSERT INTO \"main\".orm_archive_%lld(%srowid, %sorphan%s)"
          " SELECT %s, nullif(%s, 0)%s FROM \"main\".\"%w\" NOT INDEXED"
          " WHERE %s",
          e->id, e->prefix, e->prefix, list, rowid ? rowid : "NULL", orphan,
          list, table->name, where);
}

void save_append_rows(Ctx *ctx, const Table *table, const Entry *e,
                      const char *where) {
  copy_saved_rows(ctx, table, e, "0", where);
}

void save_copy_moved(Ctx *ctx, Entry *e) {
  db_exec(ctx, "ALTER TABLE \"main\".orm_archive_%lld RENAME TO orm_archive_0",
          e->id);
  const Table *table = live_table(ctx, "orm_archive_0");
  if (!ctx_ok(ctx)) return;
  e->prefix = rowkey_unused_prefix(ctx, table);
  e->moved = false;
  create_copy(ctx, table, e);
  copy_saved_rows(ctx, table, e, "0", "1");
  guard_alone(ctx, "DROP TABLE \"main\".orm_archive_0");
  catalog_set_prefix(ctx, e->id, e->prefix);
}

static void save_copy(Ctx *ctx, const Table *table, const Entry *e,
                      const char *orphan) {
  create_copy(ctx, table, e);
  copy_saved_rows(ctx, table, e, orphan, "1");
  catalog_measure(ctx, e);
}

/* A table of fewer rows is copied: that costs less than reading the schema
** again. */
enum { FEWEST_MOVED = 1000 };

static bool is_dropped_by(const ArchiveStep *step, const char *table) {
  for (int i = 0; i < step->from->ntable; i++)
    if (name_equal(step->from->tables[i]->name, table))
      return !schema_table(step->to, step->renamed->tables[i]->name);
  return false;
}

/* Returns true if a table that stays has a foreign key to the table: it is
** checked while the script runs. */
static bool is_parent(const ArchiveStep *step, const Table *table,
                      const Schema *live) {
  for (int i = 0; i < live->ntable; i++) {
    const Table *child = live->tables[i];
    for (int k = 0; k < child->nconstraint; k++)
      if (child->constraints[k].kind == CONSTRAINT_FOREIGN &&
          name_equal(child->constraints[k].parent, table->name) &&
          !is_dropped_by(step, child->name))
        return true;
  }
  return false;
}

/* Returns true if rows of the table have no parent: a copy notes which. */
static bool has_orphans(Ctx *ctx, const Table *table, const char *orphan) {
  if (!ctx_ok(ctx) || strcmp(orphan, "(0)") == 0) return false;
  return db_int(ctx,
                "SELECT EXISTS (SELECT 1 FROM \"main\".\"%w\" NOT INDEXED"
                " WHERE %s)",
                table->name, orphan) != 0;
}

static bool can_move(Ctx *ctx, const ArchiveStep *step, const Table *table,
                     const Schema *live, const char *orphan) {
  i64 rows = db_int(ctx,
                    "SELECT count(*) FROM (SELECT 1 FROM \"main\".\"%w\""
                    " NOT INDEXED LIMIT %d)",
                    table->name, FEWEST_MOVED);
  return ctx_ok(ctx) && rows == FEWEST_MOVED && step->script &&
         !is_parent(step, table, live) &&
         swap_is_unread(ctx, step->script, table->name) &&
         !has_orphans(ctx, table, orphan);
}

static void save_rows(Ctx *ctx, ArchiveWork *work, const Table *table,
                      const Schema *live) {
  const ArchiveStep *step = &work->step;
  char *undeclared = undeclared_on(ctx, step, table);
  char *columns = columns_json(ctx, table);
  Entry e;
  memset(&e, 0, sizeof(e));
  e.prefix = rowkey_unused_prefix(ctx, table);
  e.id = catalog_add(ctx, step, ENTRY_TABLE, table->name, NULL, table->id,
                     e.prefix);
  catalog_set_table(ctx, e.id, columns, schema_table(live, table->name)->sql,
                    undeclared, save_sequence_of(ctx, table));
  catalog_own(ctx, table->name, e.id);
  char *orphan = orphan_count(ctx, table, NULL, live,
                              mem_printf(ctx, "\"%w\"", table->name));
  if (can_move(ctx, step, table, live, orphan)) {
    MovedTable *slot = MEM_PUSH(ctx, work->moves, work->nmove);
    if (slot) *slot = (MovedTable){table, e};
  } else {
    save_copy(ctx, table, &e, orphan);
  }
}

void save_table(Ctx *ctx, ArchiveWork *work, const Table *table,
                const Schema *live) {
  const ArchiveStep *step = &work->step;
  i64 identity = catalog_identity_of(ctx, table->name);
  if (identity) {
    RowKey key = rowkey_of(ctx, table);
    identity = identity_verify(ctx, identity, &key);
    identity_match_rows(ctx, identity, &key);
    catalog_drop_triggers(ctx, identity);
  }
  if (!step->noarchive) {
    save_rows(ctx, work, table, live);
    return;
  }
  save_note(ctx, step, ENTRY_TABLE, table, NULL, table->id, "1");
  catalog_spend_columns(ctx, table->name);
}

void save_move_tables(Ctx *ctx, ArchiveWork *work, const Schema *live) {
  for (int i = 0; ctx_ok(ctx) && i < work->nmove; i++) {
    MovedTable *move = &work->moves[i];
    Entry *e = &move->entry;
    e->moved = swap_out(ctx, move->table, live, e->id);
    if (e->moved) {
      catalog_set_prefix(ctx, e->id, NULL);
      catalog_measure(ctx, e);
    } else {
      save_copy(ctx, move->table, e, "0");
    }
  }
}

/* ---- shared with save_column -------------------------------------------- */

i64 save_sequence_of(Ctx *ctx, const Table *table) {
  if (!table_autoincrement(table)) return 0;
  return db_int(ctx,
                "SELECT seq FROM \"main\".sqlite_sequence"
                " WHERE name = %Q COLLATE NOCASE",
                table->name);
}

void save_note(Ctx *ctx, const ArchiveStep *step, EntryKind kind,
               const Table *table, const char *column, i64 object,
               const char *where) {
  i64 rows = db_int(ctx, "SELECT count(*) FROM \"main\".\"%w\" WHERE %s",
                    table->name, where);
  if (rows == 0 || step->undo) return;
  catalog_add_note(ctx, step, kind, table->name, column, object, rows);
}
