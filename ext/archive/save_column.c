#include "archive/save_column.h"

#include "archive/identity.h"
#include "archive/save_table.h"
#include "dependents/orphan.h"

/* ---- values to save ----------------------------------------------------- */

/* A column of which the step may lose values. */
typedef struct LossyColumn {
  int from;    /* column of t->from */
  int to;      /* column of t->to; -1: dropped */
  char *where; /* condition: the value of the row is saved */
} LossyColumn;

/* Returns true if the column becomes the rowid: SQLite makes a number of NULL
** then. */
static bool loses_nulls(const AlteredTable *t, int i, int k) {
  return k >= 0 && k == t->to->rowid_alias && i != t->from->rowid_alias;
}

/* Returns true if a NULL of the altered column may become a value. */
static bool changes_nulls(const ArchiveStep *step, const AlteredTable *t, int i,
                          int k) {
  return t->to->columns[k].generated.sql || k == t->to->rowid_alias ||
         altered_is_filled(step, t, i, k) || altered_is_refilled(step, t, i, k);
}

/* Returns a condition: the value of column i is to be saved. NULLs of a column
** without DEFAULT and backfill need not be saved, unless the alteration may
** change them: the column comes back as NULL. */
static char *value_condition(Ctx *ctx, const ArchiveStep *step,
                             const AlteredTable *t, int i, int k) {
  const Column *c = &t->from->columns[i];
  bool nulls = k >= 0 && changes_nulls(step, t, i, k);
  if (nulls || c->default_value.sql || c->backfill ||
      altered_fill_undone(step, t, i))
    return mem_text(ctx, "1", -1);
  return mem_printf(ctx, "\"%w\".\"%w\" IS NOT NULL", t->from->name, c->name);
}

static bool any_row(Ctx *ctx, const char *table, const char *where) {
  return db_int(ctx, "SELECT EXISTS (SELECT 1 FROM \"main\".\"%w\" WHERE %s)",
                table, where) != 0;
}

/* Sets `list` to the columns with values to save. Returns their number. */
static int find_lossy(Ctx *ctx, const ArchiveStep *step, const AlteredTable *t,
                      LossyColumn **list) {
  LossyColumn *found = NULL;
  int count = 0;
  for (int i = 0; ctx_ok(ctx) && i < t->from->ncolumn; i++) {
    const Column *c = &t->from->columns[i];
    if (c->generated.sql) continue;
    int k = table_column(t->to, t->renamed->columns[i].name);
    bool lossy = k < 0 || altered_is_lossy(step, t, i, k);
    if (!lossy && !loses_nulls(t, i, k)) continue;
    char *where = lossy ? value_condition(ctx, step, t, i, k)
                        : mem_printf(ctx, "\"%w\".\"%w\" IS NULL",
                                     t->from->name, c->name);
    if (!ctx_ok(ctx) || !any_row(ctx, t->from->name, where)) continue;
    LossyColumn *slot = MEM_PUSH(ctx, found, count);
    if (slot) *slot = (LossyColumn){i, k, where};
  }
  *list = found;
  return count;
}

/* ---- one column --------------------------------------------------------- */

/* ---- the values of one column ------------------------------------------- */

/* A statement that copies the values of a column. */
typedef struct ValueCopy {
  const AlteredTable *table;
  const Entry *entry;
  const char *orphan; /* SQL: the number of parents that the row lacks */
  const char *where;
} ValueCopy;

/* Copies the values of the rows of a FROM clause, with the number `number`;
** NULL: the number after that of the row before. */
static void copy_rows(Ctx *ctx, const ValueCopy *copy, const char *number,
                      const char *from, const char *and) {
  const Entry *e = copy->entry;
  const char *row = mem_printf(ctx, "%srow, ", e->prefix);
  db_exec(ctx,
          "INSERT INTO \"main\".orm_archive_%lld(%s%sorphan, \"%w\")"
          " SELECT %s%snullif(%s, 0), \"%w\".\"%w\" FROM %s WHERE (%s)%s",
          e->id, number ? row : "", e->prefix, e->column, number ? number : "",
          number ? ", " : "", copy->orphan, copy->table->from->name, e->column,
          from, copy->where, and);
}

/* Returns the first key if all keys are positive and have no gap, no key is an
** exception and all values are saved; otherwise 0. Then SQLite itself gives the
** rows of the copy the same numbers. This takes half of the time, because it
** need not look for each number in the copy. */
static i64 first_of_dense(Ctx *ctx, const ValueCopy *copy) {
  const AlteredTable *t = copy->table;
  const char *id = t->from->columns[t->key.columns[0]].name;
  const char *table = t->from->name;
  i64 first = db_int(ctx,
                     "SELECT (SELECT min(\"%w\") FROM \"main\".\"%w\") WHERE"
                     " (SELECT max(\"%w\") FROM \"main\".\"%w\") - (SELECT"
                     " min(\"%w\") FROM \"main\".\"%w\") + 1 ="
                     " (SELECT count(*) FROM \"main\".\"%w\")",
                     id, table, id, table, id, table, table);
  if (first <= 0 || !identity_is_plain(ctx, t->identity)) return 0;
  return db_int(ctx,
                "SELECT EXISTS (SELECT 1 FROM \"main\".\"%w\" NOT INDEXED"
                " WHERE NOT (%s))",
                table, copy->where)
             ? 0
             : first;
}

/* Copies the values of a table whose key is the number. A row before the first
** key, which is deleted again, makes SQLite begin with that key. */
static void copy_direct(Ctx *ctx, const ValueCopy *copy) {
  const AlteredTable *t = copy->table;
  const Entry *e = copy->entry;
  char *row = mem_printf(ctx, "\"%w\"", t->from->name);
  char *from = mem_printf(ctx, "\"main\".%s NOT INDEXED", row);
  i64 first = first_of_dense(ctx, copy);
  if (first == 0) {
    char *number = rowkey_number(ctx, &t->key, t->from, t->identity, row);
    copy_rows(ctx, copy, number, from, "");
    return;
  }
  if (first > 1)
    db_exec(ctx, "INSERT INTO \"main\".orm_archive_%lld(%srow) VALUES (%lld)",
            e->id, e->prefix, first - 1);
  const char *id = t->from->columns[t->key.columns[0]].name;
  copy_rows(ctx, copy, NULL, from,
            mem_printf(ctx, " ORDER BY %s", rowkey_qualify(ctx, row, id)));
  if (first > 1)
    db_exec(ctx, "DELETE FROM \"main\".orm_archive_%lld WHERE %srow = %lld",
            e->id, e->prefix, first - 1);
}

/* Copies the values of the table. A row with NULL in its key has no number: its
** value is saved under a negative one, to be looked at. */
static void copy_values(Ctx *ctx, const ValueCopy *copy) {
  const AlteredTable *t = copy->table;
  char *row = mem_printf(ctx, "\"%w\"", t->from->name);
  if (t->key.direct) {
    copy_direct(ctx, copy);
  } else if (rowkey_is_known(&t->key)) {
    char *from = mem_printf(
        ctx, "\"main\".orm_archive_%lld AS orm_i CROSS JOIN \"main\".%s",
        t->identity, row);
    char *match = rowkey_match(ctx, &t->key, t->from, "orm_i", row);
    copy_rows(ctx, copy, "orm_i.orm_row", from,
              mem_printf(ctx, " AND %s", match));
  } else {
    copy_rows(ctx, copy, NULL, mem_printf(ctx, "\"main\".%s", row), "");
  }
  if (t->key.nullable)
    copy_rows(ctx, copy, "-row_number() OVER ()",
              mem_printf(ctx, "\"main\".%s", row),
              mem_printf(ctx, " AND (%s)",
                         rowkey_has_null(ctx, &t->key, t->from, row)));
}

static ColumnEntry add_entry(Ctx *ctx, const ArchiveStep *step,
                             const AlteredTable *t, const LossyColumn *lossy) {
  const Column *c = &t->from->columns[lossy->from];
  Table one = *t->from;
  one.columns = &t->from->columns[lossy->from];
  one.ncolumn = 1;
  ColumnEntry e;
  memset(&e, 0, sizeof(e));
  e.column = lossy->to;
  e.altered = lossy->to >= 0;
  e.refilled =
      e.altered && altered_is_refilled(step, t, lossy->from, lossy->to);
  e.entry.prefix = rowkey_unused_prefix(ctx, &one);
  e.entry.column = c->name;
  e.entry.id = catalog_add(ctx, step, e.altered ? ENTRY_VALUE : ENTRY_COLUMN,
                           t->from->name, c->name, c->id, e.entry.prefix);
  catalog_set_rules(ctx, e.entry.id,
                    value_rules_list(ctx, step->from, t->from, lossy->from));
  return e;
}

static ColumnEntry save_column(Ctx *ctx, const ArchiveStep *step,
                               const AlteredTable *t, const LossyColumn *lossy,
                               const Schema *live) {
  ColumnEntry c = add_entry(ctx, step, t, lossy);
  const Entry *e = &c.entry;
  /* orm_made has the affinity that the altered values have. Without it, SQLite
  ** stores the 6.0 of a VIRTUAL REAL column as 6. */
  const char *made =
      c.altered ? affinity_name(table_affinity(t->to, lossy->to)) : "";
  db_exec(ctx,
          "CREATE TABLE \"main\".orm_archive_%lld(%srow INTEGER PRIMARY KEY,"
          " %sorphan, %smade %s, \"%w\")",
          e->id, e->prefix, e->prefix, e->prefix, made, e->column);
  char *row = mem_printf(ctx, "\"%w\"", t->from->name);
  const char *orphan = orphan_count(ctx, t->from, e->column, live, row);
  ValueCopy copy = {t, e, orphan, lossy->where};
  if (ctx_ok(ctx)) copy_values(ctx, &copy);
  if (!rowkey_is_known(&t->key)) catalog_spend(ctx, e->id);
  catalog_measure(ctx, e);
  return c;
}

/* ---- all columns -------------------------------------------------------- */

static void note_columns(Ctx *ctx, const ArchiveStep *step,
                         const AlteredTable *t, const LossyColumn *list,
                         int count) {
  for (int i = 0; i < count; i++) {
    const Column *c = &t->from->columns[list[i].from];
    save_note(ctx, step, list[i].to < 0 ? ENTRY_COLUMN : ENTRY_VALUE, t->from,
              c->name, c->id, list[i].where);
  }
}

/* Gives each row with a value to save a number in the identity table. The
** triggers are created after the script if it does not need them: each ALTER
** TABLE of SQLite compiles all triggers of the file. */
static void number_rows(Ctx *ctx, const ArchiveStep *step, AlteredTable *t,
                        const LossyColumn *list, int count) {
  if (!rowkey_is_known(&t->key)) return;
  bool created = t->identity == 0, raised = false;
  if (created) {
    t->key.direct = rowkey_is_alias(&t->key);
    t->identity = identity_create(ctx, &t->key, t->from->name, 0);
  }
  if (t->key.direct) raised = identity_number_rows(ctx, t->identity, &t->key);
  if (raised && !created) catalog_drop_triggers(ctx, t->identity);
  if ((raised || created) && !t->key.whole && !step->only_ddl)
    identity_create_triggers(ctx, t->identity, &t->key);
  for (int i = 0; i < count && !t->key.direct; i++)
    altered_number_rows(ctx, t, list[i].where);
}

void save_columns(Ctx *ctx, const ArchiveStep *step, AlteredTable *t,
                  const Schema *live) {
  LossyColumn *list = NULL;
  int count = find_lossy(ctx, step, t, &list);
  if (step->noarchive) note_columns(ctx, step, t, list, count);
  if (step->noarchive || count == 0 || !ctx_ok(ctx)) return;
  number_rows(ctx, step, t, list, count);
  for (int i = 0; i < count && ctx_ok(ctx); i++) {
    ColumnEntry c = save_column(ctx, step, t, &list[i], live);
    ColumnEntry *slot = MEM_PUSH(ctx, t->saves, t->nsave);
    if (slot) *slot = c;
  }
}
