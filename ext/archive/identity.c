#include "archive/identity.h"

#include "archive/catalog.h"
#include "base/tree.h"

/* ---- tables and triggers ------------------------------------------------ */

/* Creates the tables of a direct identity table. The index finds the row of a
** number. */
static void create_direct(Ctx *ctx, i64 id) {
  db_exec(ctx,
          "CREATE TABLE \"main\".orm_archive_%lld(k1 INTEGER PRIMARY KEY,"
          " orm_row)",
          id);
  db_exec(ctx,
          "CREATE INDEX \"main\".orm_archive_%lld_key ON"
          " orm_archive_%lld(orm_row)",
          id, id);
}

static void create_complete(Ctx *ctx, const RowKey *key, i64 id, i64 like) {
  char *define = rowkey_define(ctx, key);
  char *names = rowkey_names(ctx, key);
  if (!ctx_ok(ctx)) return;
  i64 highest = like ? catalog_highest(ctx, like) : -1;
  db_exec(ctx,
          "CREATE TABLE \"main\".orm_archive_%lld(orm_row INTEGER PRIMARY KEY"
          " AUTOINCREMENT%s)",
          id, define);
  if (highest >= 0)
    db_exec(ctx,
            "INSERT INTO \"main\".sqlite_sequence(name, seq)"
            " VALUES ('orm_archive_%lld', %lld)",
            id, highest);
  else if (like)
    db_exec(ctx,
            "INSERT INTO \"main\".sqlite_sequence(name, seq)"
            " SELECT 'orm_archive_%lld', seq FROM \"main\".sqlite_sequence"
            " WHERE name = 'orm_archive_%lld'",
            id, like);
  if (*names)
    db_exec(
        ctx,
        "CREATE INDEX \"main\".orm_archive_%lld_key ON orm_archive_%lld(%s)",
        id, id, key->whole ? "k0" : names + 2);
}

i64 identity_create(Ctx *ctx, const RowKey *key, const char *table, i64 like) {
  catalog_check_width(ctx, key->table, key->count + 2);
  i64 id = catalog_add_identity(ctx, table, rowkey_norm(ctx, key), key->direct);
  if (!ctx_ok(ctx)) return 0;
  if (key->direct)
    create_direct(ctx, id);
  else
    create_complete(ctx, key, id, like);
  return id;
}

void identity_read(Ctx *ctx, i64 identity, RowKey *key) {
  i64 highest = identity ? catalog_highest(ctx, identity) : -1;
  key->direct = ctx_ok(ctx) && highest >= 0;
  key->highest = key->direct ? highest : 0;
}

void identity_create_triggers(Ctx *ctx, i64 identity, const RowKey *key) {
  for (int i = 0; rowkey_is_known(key) && i < ROWKEY_TRIGGERS; i++)
    db_exec(ctx, "%s", rowkey_trigger(ctx, key, identity, i));
}

bool identity_has_key(Ctx *ctx, i64 identity, const RowKey *key) {
  char *norm = catalog_identity_norm(ctx, identity);
  char *wanted = rowkey_norm(ctx, key);
  return ctx_ok(ctx) && norm && strcmp(norm, wanted) == 0;
}

bool identity_is_plain(Ctx *ctx, i64 identity) {
  return !db_int(ctx, "SELECT EXISTS (SELECT 1 FROM \"main\".orm_archive_%lld)",
                 identity);
}

/* Keys up to here may become numbers. The numbers above are for rows whose key
** has been a number of another row, so that SQLite's largest rowid leaves room
** for them. */
#define HIGHEST_KEY ((i64)1 << 62)

/* Numbers the rows that are exceptions without a number, above all numbers and
** keys. */
static void number_exceptions(Ctx *ctx, i64 identity, RowKey *key) {
  const char *table = key->table->name;
  const char *id = key->table->columns[key->columns[0]].name;
  db_exec(ctx,
          "DELETE FROM \"main\".orm_archive_%lld WHERE k1 NOT IN"
          " (SELECT \"%w\" FROM \"main\".\"%w\")",
          identity, id, table);
  db_exec(ctx,
          "UPDATE \"main\".orm_archive_%lld SET orm_row = %lld + orm_n FROM"
          " (SELECT k1 AS orm_k, row_number() OVER (ORDER BY k1) AS orm_n"
          "  FROM \"main\".orm_archive_%lld WHERE orm_row = '')"
          " WHERE k1 = orm_k",
          identity, key->highest, identity);
  if (ctx_ok(ctx)) key->highest += sqlite3_changes(ctx->db);
}

bool identity_number_rows(Ctx *ctx, i64 identity, RowKey *key) {
  i64 before = key->highest;
  const char *table = key->table->name;
  const char *id = key->table->columns[key->columns[0]].name;
  db_exec(ctx,
          "INSERT INTO \"main\".orm_archive_%lld(k1, orm_row) SELECT \"%w\", ''"
          " FROM \"main\".\"%w\" WHERE \"%w\" > %lld AND \"%w\" NOT IN"
          " (SELECT k1 FROM \"main\".orm_archive_%lld)",
          identity, id, table, id, HIGHEST_KEY, id, identity);
  i64 last = db_int(ctx,
                    "SELECT max(\"%w\") FROM \"main\".\"%w\""
                    " WHERE \"%w\" <= %lld",
                    id, table, id, HIGHEST_KEY);
  if (last > key->highest) key->highest = last;
  if (!identity_is_plain(ctx, identity)) number_exceptions(ctx, identity, key);
  if (key->highest == before) return false;
  catalog_set_sequence(ctx, identity, key->highest);
  return true;
}

i64 identity_complete(Ctx *ctx, i64 identity, RowKey *key) {
  identity_number_rows(ctx, identity, key);
  char *row = mem_printf(ctx, "\"%w\"", key->table->name);
  char *number = rowkey_number(ctx, key, key->table, identity, row);
  key->direct = false;
  i64 id = identity_create(ctx, key, key->table->name, identity);
  char *values = rowkey_values(ctx, key, key->table, row);
  if (!ctx_ok(ctx)) return id;
  db_exec(ctx,
          "INSERT INTO \"main\".orm_archive_%lld(orm_row, k1) SELECT"
          " %s%s FROM \"main\".%s NOT INDEXED",
          id, number, values, row);
  catalog_delete(ctx, identity);
  identity_create_triggers(ctx, id, key);
  return id;
}

i64 identity_verify(Ctx *ctx, i64 identity, RowKey *key) {
  i64 triggers = db_int(ctx,
                        "SELECT count(*) FROM \"main\".sqlite_schema"
                        " WHERE type = 'trigger' AND tbl_name = %Q"
                        "  COLLATE NOCASE AND name IN (%Q, %Q, %Q)",
                        key->table->name, rowkey_trigger_name(ctx, identity, 0),
                        rowkey_trigger_name(ctx, identity, 1),
                        rowkey_trigger_name(ctx, identity, 2));
  identity_read(ctx, identity, key);
  bool by_key = identity_has_key(ctx, identity, key) &&
                (!key->direct || rowkey_is_alias(key));
  if (!ctx_ok(ctx) || (triggers == ROWKEY_TRIGGERS && by_key)) return identity;
  key->direct = false;
  i64 empty = identity_create(ctx, key, key->table->name, identity);
  catalog_delete(ctx, identity);
  identity_create_triggers(ctx, empty, key);
  return empty;
}

/* ---- rows that got another rowid ---------------------------------------- */

/* Returns an expression for the content of a row as one text: of the row `row`
** of the table, or of a row of the identity table (row NULL). */
static char *row_content(Ctx *ctx, const RowKey *key, const char *row) {
  Tree values = {ctx, NULL, 0};
  for (int i = 0; i < key->count; i++) {
    if (key->stable && !key->stable[i]) continue;
    char *name = row ? rowkey_qualify(ctx, row,
                                      key->table->columns[key->columns[i]].name)
                     : mem_printf(ctx, "k%d", i + 1);
    tree_add(&values, mem_printf(ctx, "',' || quote(%s)", name));
  }
  return tree_join(&values, " || ", "''");
}

/* Gives identities the rowids that their rows have now. VACUUM gives rows other
** rowids. A row that is the only one of its content is found by its content.
** Rows of equal content cannot be told apart: their identities are deleted. */
static void find_by_content(Ctx *ctx, i64 identity, const RowKey *key) {
  const char *table = key->table->name;
  char *row = mem_printf(ctx, "\"%w\"", table);
  db_exec(ctx, "CREATE TABLE \"main\".orm_archive_0(o INTEGER PRIMARY KEY, r)");
  db_exec(ctx,
          "INSERT INTO \"main\".orm_archive_0 SELECT o, r FROM"
          " (SELECT %s AS c, min(orm_row) AS o FROM \"main\".orm_archive_%lld"
          "  GROUP BY 1 HAVING count(*) = 1) AS x JOIN"
          " (SELECT %s AS c, min(\"%w\".%s) AS r FROM \"main\".\"%w\""
          "  GROUP BY 1 HAVING count(*) = 1) AS y ON x.c = y.c",
          row_content(ctx, key, NULL), identity, row_content(ctx, key, row),
          table, key->rowid, table);
  db_exec(ctx,
          "DELETE FROM \"main\".orm_archive_%lld WHERE orm_row NOT IN"
          " (SELECT o FROM \"main\".orm_archive_0)",
          identity);
  db_exec(ctx,
          "UPDATE \"main\".orm_archive_%lld SET k0 ="
          " (SELECT r FROM \"main\".orm_archive_0 WHERE o = orm_row)",
          identity);
  guard_alone(ctx, "DROP TABLE IF EXISTS \"main\".orm_archive_0");
}

void identity_match_rows(Ctx *ctx, i64 identity, const RowKey *key) {
  if (!ctx_ok(ctx) || key->direct) return;
  char *name = mem_printf(ctx, "orm_archive_%lld", identity);
  char *row = mem_printf(ctx, "\"%w\"", key->table->name);
  char *lost = mem_printf(
      ctx, "NOT EXISTS (SELECT 1 FROM \"main\".\"%w\" WHERE %s)",
      key->table->name, rowkey_match(ctx, key, key->table, name, row));
  if (!key->whole || !key->rowid)
    db_exec(ctx, "DELETE FROM \"main\".%s WHERE %s", name, lost);
  else if (db_int(ctx, "SELECT EXISTS (SELECT 1 FROM \"main\".%s WHERE %s)",
                  name, lost))
    find_by_content(ctx, identity, key);
}

i64 identity_count(Ctx *ctx, i64 identity) {
  return db_int(ctx, "SELECT count(*) FROM \"main\".orm_archive_%lld",
                identity);
}
