#include "alter/refill.h"

#include "alter/exchange.h"
#include "base/guard.h"
#include "base/progress.h"
#include "base/token.h"

static bool is_written_later(const RestoredColumn *c, const Table *from,
                             const Table *to) {
  return !c->altered && c->new_rowid == NULL &&
         table_column(to, c->column) >= 0 && table_column(from, c->column) < 0;
}

bool refill_is_possible(const RestoredColumns *restored, const Table *from,
                        const Table *to) {
  for (int i = 0; restored && i < restored->count; i++) {
    const RestoredColumn *c = &restored->list[i];
    if (!c->used && name_equal(c->table, to->name) &&
        !is_written_later(c, from, to))
      return false;
  }
  return true;
}

/* ---- an UPDATE ----------------------------------------------------------- */

static bool has_check(const Table *table) {
  for (int i = 0; i < table->nconstraint; i++)
    if (table->constraints[i].kind == CONSTRAINT_CHECK) return true;
  return false;
}

/* Returns true if each row may be written, with NULL for a row without a saved
** value: it has this NULL already, and no CHECK can refuse the row. SQLite then
** updates the rows in one pass, which a subquery in WHERE prevents. */
static bool may_write_all(const Table *table, const char *column) {
  int k = table_column(table, column);
  return k >= 0 && !table->columns[k].default_value.sql &&
         !table->columns[k].notnull && !has_check(table);
}

/* A list of columns that are written together. */
typedef struct RefillGroup {
  RestoredColumn **list;
  int count;
} RefillGroup;

static RestoredColumn *refill_find(const RefillGroup *g, const char *name) {
  for (int i = 0; i < g->count; i++)
    if (name_equal(g->list[i]->column, name)) return g->list[i];
  return NULL;
}

/* Writes the columns of the rows that match `where`. */
static void update_rows(Ctx *ctx, const Table *table, const RefillGroup *g,
                        const char *where) {
  if (g->count == 0 || !ctx_ok(ctx)) return;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < g->count; i++)
    sqlite3_str_appendf(str, "%s\"%w\" = %s", i ? ", " : "", g->list[i]->column,
                        g->list[i]->value);
  char *values = mem_finish(ctx, str);
  progress_begin_rows(ctx, table->name, "filling");
  guard_triggers(ctx, false);
  db_exec(ctx, "UPDATE OR ABORT \"main\".\"%w\" SET %s WHERE %s AND %s",
          table->name, values, progress_condition(ctx), where);
  guard_triggers(ctx, true);
}

/* ---- a copy of the table ------------------------------------------------- */

/* For fewer rows, an UPDATE costs less than reading the schema again. */
enum { FEWEST_COPIED = 10000 };

/* Returns true if an index of the table may use the column: it could not stay
** as it is. */
static bool is_in_index(Ctx *ctx, const char *table, const char *column) {
  sqlite3_stmt *rows =
      db_prepare(ctx,
                 "SELECT sql FROM \"main\".sqlite_schema WHERE type = 'index'"
                 " AND sql IS NOT NULL AND tbl_name = %Q COLLATE NOCASE",
                 table);
  bool found = false;
  while (!found && db_row(ctx, rows)) {
    const char *sql = db_column(ctx, rows, 0);
    found = sql && token_mentions(ctx, sql, column);
  }
  db_finish(rows);
  return found;
}

static bool has_generated(const Table *table) {
  for (int i = 0; i < table->ncolumn; i++)
    if (table->columns[i].generated.sql) return true;
  return false;
}

static bool is_any_in_index(Ctx *ctx, const Table *table,
                            const RefillGroup *g) {
  for (int i = 0; i < g->count; i++)
    if (is_in_index(ctx, table->name, g->list[i]->column)) return true;
  return false;
}

/* Returns the number of rows if they can be copied into another b-tree of the
** same layout; otherwise 0. */
static i64 count_copied(Ctx *ctx, const Table *table, const RefillGroup *g) {
  if (table->rowid_alias < 0 || has_generated(table) ||
      !exchange_is_possible(ctx) || is_any_in_index(ctx, table, g))
    return 0;
  i64 rows = db_int(ctx, "SELECT count(*) FROM \"main\".\"%w\"", table->name);
  return rows < FEWEST_COPIED ? 0 : rows;
}

/* Returns true if the keys of the table are 1, 2, ... `rows`. Then SQLite gives
** the rows of the copy the same keys, which takes less time than looking for
** each key in the copy. */
static bool is_dense(Ctx *ctx, const Table *table, i64 rows) {
  const char *id = table->columns[table->rowid_alias].name;
  return db_int(ctx,
                "SELECT (SELECT min(\"%w\") FROM \"main\".\"%w\") = 1 AND"
                " (SELECT max(\"%w\") FROM \"main\".\"%w\") = %lld",
                id, table->name, id, table->name, rows) != 0;
}

/* Creates a table that stores rows as `table` does. */
static void create_tree(Ctx *ctx, const Table *table, const char *copy) {
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < table->ncolumn; i++)
    sqlite3_str_appendf(
        str, "%s\"%w\" %s", i ? ", " : "", table->columns[i].name,
        i == table->rowid_alias ? "INTEGER PRIMARY KEY"
                                : affinity_name(table_affinity(table, i)));
  char *columns = mem_finish(ctx, str);
  db_exec(ctx, "CREATE TABLE \"main\".\"%w\"(%s)", copy, columns);
}

static char *join_sources(Ctx *ctx, const RefillGroup *g) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < g->count; i++)
    sqlite3_str_appendf(str, " LEFT JOIN %s", g->list[i]->source);
  return mem_finish(ctx, str);
}

static void copy_all_rows(Ctx *ctx, const Table *table, const RefillGroup *g,
                          const char *copy, i64 rows) {
  bool dense = is_dense(ctx, table, rows);
  sqlite3_str *names = sqlite3_str_new(ctx->db);
  sqlite3_str *values = sqlite3_str_new(ctx->db);
  for (int i = 0; i < table->ncolumn; i++) {
    const char *name = table->columns[i].name;
    const RestoredColumn *c = refill_find(g, name);
    if (dense && i == table->rowid_alias) continue;
    sqlite3_str_appendf(names, ", \"%w\"", name);
    if (c)
      sqlite3_str_appendf(values, ", %s", c->found);
    else
      sqlite3_str_appendf(values, ", \"%w\".\"%w\"", table->name, name);
  }
  char *into = mem_finish(ctx, names), *from = mem_finish(ctx, values);
  char *sources = join_sources(ctx, g);
  if (!ctx_ok(ctx)) return;
  progress_begin_rows(ctx, table->name, "filling");
  db_exec(ctx,
          "INSERT INTO \"main\".\"%w\"(%s) SELECT %s FROM \"main\".\"%w\""
          " NOT INDEXED%s WHERE %s ORDER BY \"%w\".\"%w\"",
          copy, into + 2, from + 2, table->name, sources,
          progress_condition(ctx), table->name,
          table->columns[table->rowid_alias].name);
  if (ctx_ok(ctx) && !db_changed(ctx, rows))
    err_set(ctx, SQLITE_ERROR, "the copy does not have the rows");
}

/* Writes all rows with the values into another b-tree, and gives the table this
** b-tree. An UPDATE would have to split most pages, because the rows become
** longer. Returns false if that is impossible here. */
static bool copy_tree(Ctx *ctx, const Table *table, const RefillGroup *g) {
  i64 rows = count_copied(ctx, table, g);
  if (rows == 0 || !ctx_ok(ctx)) return false;
  Guard guard;
  TreePairs pairs = {NULL, 0};
  const char *copy = mem_printf(ctx, "orm_refill_%s", table->name);
  guard_begin(ctx, &guard);
  if (ctx_ok(ctx)) create_tree(ctx, table, copy);
  if (ctx_ok(ctx)) copy_all_rows(ctx, table, g, copy, rows);
  exchange_add(ctx, &pairs, table->name, copy);
  if (ctx_ok(ctx)) exchange_trees(ctx, &pairs);
  if (ctx_ok(ctx))
    guard_alone(ctx, mem_printf(ctx, "DROP TABLE \"main\".\"%w\"", copy));
  guard_end(ctx, &guard);
  return exchange_was_made(ctx);
}

/* ---- the columns --------------------------------------------------------- */

/* SQLite joins up to 64 tables. */
enum { MOST_JOINED = 50 };

static void write_group(Ctx *ctx, const Table *table, RefillGroup *g) {
  if (g->count && !copy_tree(ctx, table, g)) update_rows(ctx, table, g, "1");
  g->count = 0;
}

void refill_columns(Ctx *ctx, const Table *table, RestoredColumn **list,
                    int count) {
  RestoredColumn *slots[MOST_JOINED];
  RefillGroup group = {slots, 0};
  for (int i = 0; ctx_ok(ctx) && i < count; i++) {
    RefillGroup one = {&list[i], 1};
    list[i]->used = true;
    if (!list[i]->source || !may_write_all(table, list[i]->column))
      update_rows(ctx, table, &one, list[i]->has_value);
    else
      slots[group.count++] = list[i];
    if (group.count == MOST_JOINED) write_group(ctx, table, &group);
  }
  if (ctx_ok(ctx)) write_group(ctx, table, &group);
}
