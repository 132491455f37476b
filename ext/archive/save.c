#include "archive/save.h"

#include <stdint.h>

#include "base/tree.h"
#include "dependents/orphan.h"

/* ---- foreign keys ------------------------------------------------------- */

static bool key_names_column(const Constraint *c, const char *column) {
  for (int i = 0; i < c->nterm; i++)
    if (c->terms[i].column && name_equal(c->terms[i].column, column))
      return true;
  return false;
}

char *save_orphan(Ctx *ctx, const Table *table, const char *column,
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

/* ---- tables that go ----------------------------------------------------- */

/* Those on the table that no version declares, as JSON. */
static char *others_on(Ctx *ctx, const ArchiveStep *step, const Table *table) {
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

/* [{"id":7,"name":"email","type":"TEXT"},...] */
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

static char *stored_columns(Ctx *ctx, const Table *table) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < table->ncolumn; i++)
    if (table->columns[i].generated.sql == NULL)
      sqlite3_str_appendf(str, ", \"%w\"", table->columns[i].name);
  return mem_finish(ctx, str);
}

/* prefix || "rowid" is the row's rowid where it has one that can be read, else
** a number in the order of the rows. */
static void copy_table_rows(Ctx *ctx, const Table *table, i64 entry,
                            const char *prefix, const Schema *live) {
  catalog_check_width(ctx, table, table->ncolumn + 3);
  char *list = stored_columns(ctx, table);
  const char *rowid = rowkey_rowid(ctx, table);
  char *orphan = save_orphan(ctx, table, NULL, live,
                             mem_printf(ctx, "\"%w\"", table->name));
  db_exec(ctx,
          "CREATE TABLE \"main\".orm_archive_%lld(%srowid INTEGER PRIMARY KEY,"
          " %sorphan, %shome%s)",
          entry, prefix, prefix, prefix, list);
  if (ctx_ok(ctx))
    db_exec(ctx,
            "INSERT INTO \"main\".orm_archive_%lld(%srowid, %sorphan%s)"
            " SELECT %s, nullif(%s, 0)%s FROM \"main\".\"%w\" NOT INDEXED",
            entry, prefix, prefix, list, rowid ? rowid : "NULL", orphan, list,
            table->name);
}

/* Instead of what is not kept, a note that it was not. */
static void note_missing(Ctx *ctx, const ArchiveStep *step, const char *kind,
                         const Table *table, const char *column, i64 object,
                         const char *where) {
  i64 rows = db_int(ctx, "SELECT count(*) FROM \"main\".\"%w\" WHERE %s",
                    table->name, where);
  if (rows == 0 || step->undo) return;
  i64 id = catalog_add(ctx, step, kind, table->name, column, object, "orm_");
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET purged = 1, rows = %lld"
          " WHERE id = %lld",
          rows, id);
}

static i64 sequence_of(Ctx *ctx, const Table *table) {
  if (!table_autoincrement(table)) return 0;
  return db_int(ctx,
                "SELECT seq FROM \"main\".sqlite_sequence"
                " WHERE name = %Q COLLATE NOCASE",
                table->name);
}

static void keep_rows(Ctx *ctx, const ArchiveStep *step, const Table *table,
                      const Schema *live) {
  char *prefix = rowkey_unused_prefix(ctx, table);
  char *others = others_on(ctx, step, table);
  char *columns = columns_json(ctx, table);
  const char *sql = schema_table(live, table->name)->sql;
  Entry e;
  memset(&e, 0, sizeof(e));
  e.id = catalog_add(ctx, step, "table", table->name, NULL, table->id, prefix);
  e.prefix = prefix;
  copy_table_rows(ctx, table, e.id, prefix, live);
  i64 sequence = sequence_of(ctx, table);
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET detail = %Q, sql = %Q, extras = %Q,"
          " sequence = nullif(%lld, 0) WHERE id = %lld",
          columns, sql, others, sequence, e.id);
  /* What is kept of its columns waits until it is back. */
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET owner = %lld WHERE table_name = %Q"
          " AND owner IS NULL AND kind <> 'table' AND NOT spent",
          e.id, table->name);
  catalog_measure(ctx, &e);
}

static void save_table(Ctx *ctx, const ArchiveStep *step, const Table *table,
                       const Schema *live) {
  i64 identity = identity_find(ctx, table->name);
  if (identity) {
    RowKey key = rowkey_of(ctx, table);
    identity_verify(ctx, identity, &key);
    identity_match_rows(ctx, identity, &key);
    identity_drop_triggers(ctx, identity);
  }
  if (!step->noarchive) {
    keep_rows(ctx, step, table, live);
    return;
  }
  note_missing(ctx, step, "table", table, NULL, table->id, "1");
  if (catalog_exists(ctx))
    db_exec(ctx,
            "UPDATE \"main\".orm_archive SET spent = 1 WHERE table_name = %Q"
            " AND owner IS NULL AND kind <> 'table'",
            table->name);
}

/* ---- columns of tables that stay ---------------------------------------- */

const Backfill *save_fill(const ArchiveStep *step, const AlteredTable *s,
                          int k) {
  return backfill_find(&step->fills, s->to->name, s->to->columns[k].name);
}

const Backfill *save_fill_undone(const ArchiveStep *step, const AlteredTable *s,
                                 int i) {
  return backfill_find(&step->undone, s->from->name, s->from->columns[i].name);
}

/* Would a script from `before` fill the column, as it is recorded, by a
** backfill that is declared? (See change_backfills().) An edited one may do it
** otherwise. */
static bool may_fill(const Column *before, const Column *c) {
  return column_needs_backfill(c, before) && strcmp(before->norm, c->norm) != 0;
}

/* May the step fill column i, which is column k then? */
static bool fills(const ArchiveStep *step, const AlteredTable *s, int i,
                  int k) {
  return save_fill(step, s, k) ||
         (!step->undo && may_fill(&s->renamed->columns[i], &s->to->columns[k]));
}

/* May the way up again fill it? What is in it now must win then. */
static bool refills(const ArchiveStep *step, const AlteredTable *s, int i,
                    int k) {
  return step->undo && (save_fill_undone(step, s, i) ||
                        may_fill(&s->to->columns[k], &s->renamed->columns[i]));
}

static bool is_lossy(const ArchiveStep *step, const AlteredTable *s, int i,
                     int k) {
  return table_affinity(s->from, i) != table_affinity(s->to, k) ||
         s->to->columns[k].generated.sql || fills(step, s, i, k) ||
         refills(step, s, i, k);
}

/* The column becomes the rowid, so that a NULL in it becomes a number. */
static bool loses_nulls(const AlteredTable *s, int i, int k) {
  return k >= 0 && k == s->to->rowid_alias && i != s->from->rowid_alias;
}

/* Which rows have something to be kept of column i. What a column without
** DEFAULT and backfill has not got comes back as NULL anyhow. */
static char *worth_keeping(Ctx *ctx, const ArchiveStep *step,
                           const AlteredTable *s, int i) {
  const Column *c = &s->from->columns[i];
  if (c->value.sql || c->backfill || save_fill_undone(step, s, i))
    return mem_text(ctx, "1", -1);
  return mem_printf(ctx, "\"%w\".\"%w\" IS NOT NULL", s->from->name, c->name);
}

typedef struct Taken {
  int column; /* in from */
  int to;     /* in to, or -1 */
  char *where;
} Taken;

static bool any_row(Ctx *ctx, const char *table, const char *where) {
  return db_int(ctx, "SELECT EXISTS (SELECT 1 FROM \"main\".\"%w\" WHERE %s)",
                table, where) != 0;
}

/* The columns of which something is to be kept; how many. */
static int find_taken(Ctx *ctx, const ArchiveStep *step, const AlteredTable *s,
                      Taken **list) {
  Taken *taken = NULL;
  int count = 0;
  for (int i = 0; ctx_ok(ctx) && i < s->from->ncolumn; i++) {
    const Column *c = &s->from->columns[i];
    if (c->generated.sql) continue;
    int k = table_column(s->to, s->renamed->columns[i].name);
    bool lossy = k < 0 || is_lossy(step, s, i, k);
    if (!lossy && !loses_nulls(s, i, k)) continue;
    bool made =
        k >= 0 && (s->to->columns[k].generated.sql || k == s->to->rowid_alias ||
                   fills(step, s, i, k) || refills(step, s, i, k));
    char *where =
        made ? mem_text(ctx, "1", -1) : worth_keeping(ctx, step, s, i);
    if (!lossy)
      where = mem_printf(ctx, "\"%w\".\"%w\" IS NULL", s->from->name, c->name);
    if (!ctx_ok(ctx) || !any_row(ctx, s->from->name, where)) continue;
    Taken *slot = MEM_PUSH(ctx, taken, count);
    if (slot == NULL) break;
    slot->column = i;
    slot->to = k;
    slot->where = where;
  }
  *list = taken;
  return count;
}

/* Numbers for rows that have none. Where the whole row is the key all rows get
** one, so that it can be seen when they were renumbered. */
static void number_rows(Ctx *ctx, const AlteredTable *s, const char *where) {
  char *row = mem_printf(ctx, "\"%w\"", s->from->name);
  char *names = rowkey_names(ctx, &s->key);
  char *values = rowkey_values(ctx, &s->key, s->from, row);
  if (!ctx_ok(ctx)) return;
  db_exec(ctx,
          "INSERT INTO \"main\".orm_archive_%lld(%s) SELECT %s"
          " FROM \"main\".\"%w\" NOT INDEXED WHERE (%s) AND NOT EXISTS (SELECT "
          "1 FROM"
          " \"main\".orm_archive_%lld AS orm_i WHERE %s)",
          s->rows, names + 2, values + 2, s->from->name,
          s->key.whole || s->key_to.whole ? "1" : where, s->rows,
          rowkey_match(ctx, &s->key, s->from, "orm_i", row));
}

/* The identity table; without one, no row has a number. */
static char *identity_rows(Ctx *ctx, const AlteredTable *s) {
  if (!rowkey_is_known(&s->key))
    return mem_text(ctx, "(SELECT NULL AS orm_row) AS orm_i", -1);
  return mem_printf(ctx, "\"main\".orm_archive_%lld AS orm_i", s->rows);
}

static ColumnEntry take_column(Ctx *ctx, const ArchiveStep *step,
                               const AlteredTable *s, const Taken *t,
                               const Schema *live) {
  const Column *c = &s->from->columns[t->column];
  Table one = *s->from;
  one.columns = &s->from->columns[t->column];
  one.ncolumn = 1;
  ColumnEntry f;
  memset(&f, 0, sizeof(f));
  f.column = t->to;
  f.altered = t->to >= 0;
  f.remade = f.altered && refills(step, s, t->column, t->to);
  f.entry.prefix = rowkey_unused_prefix(ctx, &one);
  f.entry.column = c->name;
  f.entry.id = catalog_add(ctx, step, f.altered ? "value" : "column",
                           s->from->name, c->name, c->id, f.entry.prefix);
  catalog_set_rules(ctx, f.entry.id,
                    value_rules_list(ctx, step->from, s->from, t->column));
  const char *p = f.entry.prefix;
  char *row = mem_printf(ctx, "\"%w\"", s->from->name);
  char *orphan = save_orphan(ctx, s->from, c->name, live, row);
  bool known = rowkey_is_known(&s->key);
  /* With the affinity that the values have already. Without it, SQLite stores
  ** the 6.0 of a VIRTUAL REAL column as 6. */
  const char *made =
      f.altered ? affinity_name(table_affinity(s->to, t->to)) : "";
  db_exec(ctx,
          "CREATE TABLE \"main\".orm_archive_%lld(%srow INTEGER PRIMARY KEY,"
          " %sorphan, %smade %s, \"%w\")",
          f.entry.id, p, p, p, made, c->name);
  db_exec(ctx,
          "INSERT INTO \"main\".orm_archive_%lld(%srow, %sorphan, \"%w\")"
          " SELECT orm_i.orm_row, nullif(%s, 0), %s.\"%w\" FROM"
          " %s CROSS JOIN \"main\".\"%w\" WHERE (%s) AND %s",
          f.entry.id, p, p, c->name, orphan, row, c->name,
          identity_rows(ctx, s), s->from->name, t->where,
          known ? rowkey_match(ctx, &s->key, s->from, "orm_i", row) : "1");
  if (s->key.nullable) /* numbers that no row has: kept to be looked at */
    db_exec(ctx,
            "INSERT INTO \"main\".orm_archive_%lld(%srow, %sorphan, \"%w\")"
            " SELECT -row_number() OVER (), nullif(%s, 0), %s.\"%w\""
            " FROM \"main\".\"%w\" WHERE (%s) AND (%s)",
            f.entry.id, p, p, c->name, orphan, row, c->name, s->from->name,
            t->where, rowkey_has_null(ctx, &s->key, s->from, row));
  if (!known) /* kept, but for a person to look at */
    db_exec(ctx, "UPDATE \"main\".orm_archive SET spent = 1 WHERE id = %lld",
            f.entry.id);
  catalog_measure(ctx, &f.entry);
  return f;
}

static void take_columns(Ctx *ctx, const ArchiveStep *step, AlteredTable *s,
                         const Schema *live) {
  Taken *taken = NULL;
  int count = find_taken(ctx, step, s, &taken);
  for (int i = 0; i < count && step->noarchive; i++)
    note_missing(ctx, step, taken[i].to < 0 ? "column" : "value", s->from,
                 s->from->columns[taken[i].column].name,
                 s->from->columns[taken[i].column].id, taken[i].where);
  if (step->noarchive || count == 0 || !ctx_ok(ctx)) return;
  bool known = rowkey_is_known(&s->key);
  if (s->rows == 0 && known) {
    s->rows = identity_create(ctx, &s->key, s->from->name, 0);
    if (!s->key.whole) identity_create_triggers(ctx, s->rows, &s->key);
  }
  for (int i = 0; known && i < count; i++) number_rows(ctx, s, taken[i].where);
  for (int i = 0; i < count && ctx_ok(ctx); i++) {
    ColumnEntry f = take_column(ctx, step, s, &taken[i], live);
    ColumnEntry *slot = MEM_PUSH(ctx, s->taken, s->ntaken);
    if (slot) *slot = f;
  }
}

/* ---- what comes back ---------------------------------------------------- */

/* The entry is of another version than the step undoes or does again: one that
** was discarded, and declared otherwise. Its values are only those of the
** column if nothing else fills it, and they obey its rules. */
static bool still_fits(Ctx *ctx, const ArchiveStep *step, const AlteredTable *s,
                       int k, const Entry *e) {
  if (save_fill(step, s, k)) return false;
  char *rules = value_rules_list(ctx, step->to, s->to, k);
  return rules && (e->rules == NULL || value_rules_imply(ctx, e->rules, rules));
}

static void find_backs(Ctx *ctx, const ArchiveStep *step, AlteredTable *s) {
  for (int k = 0; ctx_ok(ctx) && k < s->to->ncolumn; k++) {
    const Column *c = &s->to->columns[k];
    if (c->generated.sql) continue;
    bool altered = table_column(s->renamed, c->name) >= 0;
    Entry e = catalog_find(ctx, step, altered ? "value" : "column",
                           s->from->name, c->name, c->id);
    if (e.id && !e.answers && !still_fits(ctx, step, s, k, &e)) continue;
    if (!catalog_can_restore(ctx, step, &e, s->to->name, c->name)) continue;
    ColumnEntry *slot = s->rows ? MEM_PUSH(ctx, s->backs, s->nback) : NULL;
    if (slot == NULL) continue;
    slot->entry = e;
    slot->column = k;
    slot->altered = altered;
  }
}

static char *save_entry_row(Ctx *ctx, const AlteredTable *s,
                            const ColumnEntry *f, const Table *names,
                            const char *row) {
  char *match = rowkey_match(ctx, &s->key, names, "orm_i", row);
  const char *made = "";
  if (f->altered) { /* its present value must be what was made of the old one */
    int i = table_column(s->renamed, s->to->columns[f->column].name);
    made = mem_printf(
        ctx, " AND %s",
        rowkey_same_value(ctx, rowkey_qualify(ctx, row, names->columns[i].name),
                          mem_printf(ctx, "orm_e.%smade", f->entry.prefix)));
  }
  return mem_printf(ctx,
                    " FROM \"main\".orm_archive_%lld AS orm_i JOIN"
                    " \"main\".orm_archive_%lld AS orm_e"
                    " ON orm_e.%srow = orm_i.orm_row WHERE %s%s",
                    s->rows, f->entry.id, f->entry.prefix, match, made);
}

static RestoredColumn make_return(Ctx *ctx, const AlteredTable *s,
                                  const ColumnEntry *f, const Table *names) {
  RestoredColumn back;
  memset(&back, 0, sizeof(back));
  char *row = mem_printf(ctx, "\"%w\"", names->name);
  char *from = save_entry_row(ctx, s, f, names, row);
  back.table = s->renamed->name;
  back.column = s->to->columns[f->column].name;
  back.altered = f->altered;
  back.has_value = mem_printf(ctx, "EXISTS (SELECT 1%s)", from);
  back.value =
      mem_printf(ctx, "(SELECT orm_e.\"%w\"%s)", f->entry.column, from);
  return back;
}

/* ---- the new key -------------------------------------------------------- */

static ColumnEntry *find_back(const AlteredTable *s, int column) {
  for (int i = 0; i < s->nback; i++)
    if (s->backs[i].column == column) return &s->backs[i];
  return NULL;
}

/* The sequence that AUTOINCREMENT goes on from when it comes back, or 0. */
static i64 kept_sequence(Ctx *ctx, const ArchiveStep *step,
                         const AlteredTable *s) {
  if (table_autoincrement(s->from) || !table_autoincrement(s->to)) return 0;
  Entry e = catalog_find(ctx, step, "sequence", s->from->name, NULL, s->to->id);
  if (e.id == 0) return 0;
  return db_int(
      ctx, "SELECT sequence FROM \"main\".orm_archive WHERE id = %lld", e.id);
}

/* May there be rows that neither have nor bring along their new rowid? */
static bool chooses_rowids(Ctx *ctx, const ArchiveStep *step,
                           const AlteredTable *s) {
  int k = s->to->rowid_alias;
  if (k < 0) return false;
  int i = table_column(s->renamed, s->to->columns[k].name);
  if (i >= 0) return i != s->from->rowid_alias;
  return save_fill(step, s, k) || find_back(s, k) ||
         rowkey_rowid(ctx, s->from) == NULL || kept_sequence(ctx, step, s) > 0;
}

/* What the column of `to` will be in a row as it is now. */
static char *future_value(Ctx *ctx, const ArchiveStep *step, AlteredTable *s,
                          int k) {
  const Column *c = &s->to->columns[k];
  int i = table_column(s->renamed, c->name);
  const Backfill *fill = save_fill(step, s, k);
  char *value = NULL;
  if (fill)
    value = backfill_value(ctx, fill->value, fill->row, s->from, s->from,
                           s->renamed);
  else if (i >= 0)
    value = mem_printf(ctx, "\"%w\".\"%w\"", s->from->name,
                       s->from->columns[i].name);
  s->filled |= fill != NULL;
  const char *rowid = rowkey_rowid(ctx, s->from);
  if (value == NULL && k == s->to->rowid_alias)
    value = chooses_rowids(ctx, step, s)
                ? mem_text(ctx, "NULL", -1)
                : mem_printf(ctx, "\"%w\".%s", s->from->name, rowid);
  ColumnEntry *f = find_back(s, k);
  if (f == NULL)
    return value ? value : mem_printf(ctx, "%s", column_default_value(ctx, c));

  RestoredColumn back = make_return(ctx, s, f, s->from);
  return restored_value(ctx, &back, c, value);
}

/* The columns of the whole row that surely stay as they are. */
static const bool *find_stable(Ctx *ctx, const ArchiveStep *step,
                               const AlteredTable *s) {
  const RowKey *key = &s->key_to;
  bool *stable = (bool *)mem_new(ctx, sizeof(bool) * (size_t)(key->count + 1));
  for (int n = 0; stable && n < key->count; n++) {
    int k = key->columns[n];
    int i = table_column(s->renamed, s->to->columns[k].name);
    stable[n] = i >= 0 && !s->from->columns[i].generated.sql &&
                !is_lossy(step, s, i, k) && find_back(s, k) == NULL;
  }
  return stable;
}

/* The identity by the key that the rows will have, made from what they are. */
static void make_next(Ctx *ctx, const ArchiveStep *step, AlteredTable *s) {
  s->rows_to = identity_create(ctx, &s->key_to, s->from->name, s->rows);
  if (s->key_to.whole) s->key_to.stable = find_stable(ctx, step, s);
  char *row = mem_printf(ctx, "\"%w\"", s->from->name);
  const char *rowid = rowkey_rowid(ctx, s->from);
  char *names = rowkey_names(ctx, &s->key_to);
  if (!ctx_ok(ctx)) return;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  if (s->key_to.whole) sqlite3_str_appendf(str, ", %s", rowid ? rowid : "NULL");
  for (int n = 0; n < s->key_to.count; n++)
    sqlite3_str_appendf(str, ", %s",
                        s->key_to.stable && !s->key_to.stable[n]
                            ? "NULL"
                            : future_value(ctx, step, s, s->key_to.columns[n]));
  char *match = rowkey_match(ctx, &s->key, s->from, "orm_i", row);
  db_exec(ctx,
          "INSERT INTO \"main\".orm_archive_%lld(orm_row%s)"
          " SELECT (SELECT orm_row FROM \"main\".orm_archive_%lld AS orm_i"
          "  WHERE %s)%s FROM \"main\".\"%w\" WHERE EXISTS (SELECT 1 FROM"
          " \"main\".orm_archive_%lld AS orm_i WHERE %s)",
          s->rows_to, names, s->rows, match, mem_finish(ctx, str),
          s->from->name, s->rows, match);
}

/* ---- tables that stay --------------------------------------------------- */

static bool kept_is_renamed(const AlteredTable *s) {
  bool renamed = strcmp(s->from->name, s->renamed->name) != 0;
  for (int i = 0; i < s->from->ncolumn; i++)
    if (strcmp(s->from->columns[i].name, s->renamed->columns[i].name) != 0)
      renamed = true;
  return renamed;
}

static void keep_sequence(Ctx *ctx, const ArchiveStep *step,
                          const AlteredTable *s) {
  if (table_autoincrement(s->to) || step->noarchive) return;
  i64 sequence = sequence_of(ctx, s->from);
  if (sequence == 0) return;
  i64 id = catalog_add(ctx, step, "sequence", s->from->name, NULL, s->from->id,
                       "orm_");
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET sequence = %lld WHERE id = %lld",
          sequence, id);
}

/* Rows of a table WITHOUT ROWID get rowids: those that we can tell them by. */
static void number_rowids(Ctx *ctx, ArchiveWork *work, AlteredTable *s) {
  char *row = mem_printf(ctx, "\"%w\"", s->renamed->name);
  char *match = rowkey_match(ctx, &s->key, s->renamed, "orm_i", row);
  s->numbers = work->restored.count;
  RestoredColumn *back =
      MEM_PUSH(ctx, work->restored.list, work->restored.count);
  if (back == NULL) return;
  back->table = s->renamed->name;
  back->column = "";
  back->altered = true;
  back->has_value = "1";
  back->value = mem_printf(ctx,
                           "(SELECT orm_i.orm_row FROM"
                           " \"main\".orm_archive_%lld AS orm_i WHERE %s)",
                           s->rows, match);
}

/* The column that becomes the rowid gets the number that the new identity says,
** by the Return that it has, or by one that returns nothing else. */
static void return_number(Ctx *ctx, ArchiveWork *work, AlteredTable *s) {
  const char *column = s->to->columns[s->to->rowid_alias].name;
  char *row = mem_printf(ctx, "\"%w\"", s->renamed->name);
  char *match = rowkey_match(ctx, &s->key, s->renamed, "orm_i", row);
  RestoredColumn *back =
      restored_find(&work->restored, s->renamed->name, column);
  if (back == NULL) {
    back = MEM_PUSH(ctx, work->restored.list, work->restored.count);
    if (back == NULL) return;
    back->table = s->renamed->name;
    back->column = column;
    back->has_value = back->value = "NULL";
  }
  s->chosen = (int)(back - work->restored.list);
  back->altered = true; /* no UPDATE could do that */
  back->new_rowid =
      mem_printf(ctx,
                 "(SELECT orm_n.k1 FROM \"main\".orm_archive_%lld AS orm_i JOIN"
                 " \"main\".orm_archive_%lld AS orm_n ON orm_n.orm_row ="
                 " orm_i.orm_row WHERE %s AND +orm_n.k1 > %lld)",
                 s->rows, s->rows_to, match, s->base);
}

/* SQLite would give rows whose new rowid is NULL any that is free, and nobody
** could tell which got which. So the identity by the new key says it: above all
** that are known, and those that AUTOINCREMENT gave before. */
static void choose_rowids(Ctx *ctx, ArchiveWork *work, AlteredTable *s) {
  i64 known = db_int(ctx,
                     "SELECT max(k1) FROM \"main\".orm_archive_%lld"
                     " WHERE typeof(k1) = 'integer'",
                     s->rows_to);
  i64 rows =
      db_int(ctx, "SELECT count(*) FROM \"main\".orm_archive_%lld", s->rows_to);
  i64 sequence = kept_sequence(ctx, &work->step, s);
  s->base = known > sequence ? known : sequence;
  if (!ctx_ok(ctx) || s->base > INT64_MAX - rows) return;
  db_exec(ctx,
          "UPDATE \"main\".orm_archive_%lld SET k1 = %lld + orm_n FROM"
          " (SELECT orm_row AS orm_r, row_number() OVER (ORDER BY orm_row) AS"
          "  orm_n FROM \"main\".orm_archive_%lld WHERE k1 IS NULL)"
          " WHERE orm_row = orm_r",
          s->rows_to, s->base, s->rows_to);
  return_number(ctx, work, s);
}

static bool is_key_filled(const ArchiveStep *step, AlteredTable *s) {
  for (int n = 0; n < s->key_to.count; n++) {
    int k = s->key_to.columns[n];
    if (save_fill(step, s, k) || find_back(s, k)) return true;
  }
  return false;
}

/* By other columns, by those of the same names that are others now, or by other
** values. */
static bool has_new_key(Ctx *ctx, const ArchiveStep *step, AlteredTable *s) {
  if (is_key_filled(step, s)) return true;
  RowKey renamed = rowkey_of(ctx, s->renamed);
  char *from = rowkey_norm(ctx, &s->key);
  char *same = rowkey_norm(ctx, &renamed);
  char *to = rowkey_norm(ctx, &s->key_to);
  return ctx_ok(ctx) && (strcmp(from, to) != 0 || strcmp(same, to) != 0);
}

static void take_stay(Ctx *ctx, ArchiveWork *work, AlteredTable *s,
                      const Schema *live) {
  const ArchiveStep *step = &work->step;
  bool filled = backfill_find(&step->fills, s->to->name, NULL) ||
                backfill_find(&step->undone, s->from->name, NULL);
  if (table_equal(ctx, s->from, s->to) && !kept_is_renamed(s) && !filled)
    return;
  s->key = rowkey_of(ctx, s->from);
  s->key_to = rowkey_of(ctx, s->to);
  s->rows = identity_find(ctx, s->from->name);
  if (s->rows) {
    identity_verify(ctx, s->rows, &s->key);
    identity_match_rows(ctx, s->rows, &s->key);
    /* Those of a declared key go on while the script runs. Those that name all
    ** columns would be in the way of a DROP COLUMN. */
    if (s->key.whole) identity_drop_triggers(ctx, s->rows);
  }
  find_backs(ctx, step, s);
  take_columns(ctx, step, s, live);
  keep_sequence(ctx, step, s);
  if (!ctx_ok(ctx) || !catalog_exists(ctx)) return;
  bool chooses = chooses_rowids(ctx, step, s);
  if (s->rows == 0 && chooses && rowkey_is_known(&s->key) &&
      kept_sequence(ctx, step, s))
    s->rows = identity_create(ctx, &s->key, s->from->name, 0);
  if (s->rows && (s->key_to.whole || chooses)) number_rows(ctx, s, "1");
  s->rows_to = s->rows;
  if (s->rows && (has_new_key(ctx, step, s) || s->key_to.whole))
    make_next(ctx, step, s);
  for (int i = 0; i < s->nback; i++) {
    RestoredColumn *slot =
        MEM_PUSH(ctx, work->restored.list, work->restored.count);
    if (slot) *slot = make_return(ctx, s, &s->backs[i], s->renamed);
  }
  s->numbers = s->chosen = -1;
  if (s->rows && s->from->without_rowid && s->key_to.rowid)
    number_rowids(ctx, work, s);
  if (s->rows != s->rows_to && chooses) choose_rowids(ctx, work, s);
  AlteredTable *slot = MEM_PUSH(ctx, work->altered, work->naltered);
  if (slot) *slot = *s;
}

/* ---- the whole ---------------------------------------------------------- */

/* A column of a dropped table, as its entry notes it. */
typedef struct OldColumn {
  i64 id;
  const char *name, *type; /* type: NULL if it was not noted */
  bool used;
} OldColumn;

static int old_columns(Ctx *ctx, const Entry *e, OldColumn **list) {
  OldColumn *columns = NULL;
  int count = 0;
  sqlite3_stmt *rows =
      db_prepare(ctx,
                 "SELECT json_extract(value, '$.id'),"
                 " json_extract(value, '$.name'), json_extract(value, '$.type')"
                 " FROM \"main\".orm_archive, \"%w\".json_each(detail)"
                 " WHERE orm_archive.id = %lld",
                 db_home(ctx, "json_each"), e->id);
  while (db_row(ctx, rows)) {
    OldColumn *slot = MEM_PUSH(ctx, columns, count);
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

/* Returns the old column with the id of `c`, or else the one of its name whose
** id no column of the table has. */
static OldColumn *find_old(OldColumn *list, int count, const Table *table,
                           const Column *c) {
  for (int i = 0; i < count; i++)
    if (list[i].id == c->id) return &list[i];
  for (int i = 0; i < count; i++)
    if (name_equal(list[i].name, c->name) && !has_id(table, list[i].id))
      return &list[i];
  return NULL;
}

/* Finds the archived column of each column. If the version that took the rows
** was discarded, the column may have another type now: then only the values
** return that this type can hold. */
static void find_origins(Ctx *ctx, CreatedTable *come) {
  const Table *t = come->table;
  const Entry *e = &come->entry;
  OldColumn *list = NULL;
  int count = old_columns(ctx, e, &list);
  Tree whole = {ctx, NULL, 0};
  come->origins =
      (Origin *)mem_new(ctx, sizeof(Origin) * (size_t)(t->ncolumn + 1));
  for (int i = 0; ctx_ok(ctx) && i < t->ncolumn; i++) {
    OldColumn *old = find_old(list, count, t, &t->columns[i]);
    if (old == NULL || t->columns[i].generated.sql) continue;
    Origin *o = &come->origins[i];
    old->used = true;
    o->name = old->name;
    char *value = mem_printf(ctx, "orm_archive_%lld.\"%w\"", e->id, old->name);
    if (e->discarded && old->type)
      o->fits =
          value_rules_fit(ctx, old->type, value_rules_type(ctx, t, i), value);
    if (o->fits) tree_add(&whole, o->fits);
  }
  for (int i = 0; i < count; i++)
    if (!list[i].used)
      tree_add(&whole, mem_printf(ctx, "\"%w\" IS NULL", list[i].name));
  come->whole = tree_join(&whole, " AND ", "1");
}

static void find_come(Ctx *ctx, ArchiveWork *work, const Table *table) {
  Entry e =
      catalog_find(ctx, &work->step, "table", table->name, NULL, table->id);
  bool has = catalog_can_restore(ctx, &work->step, &e, table->name, NULL);
  if (!ctx_ok(ctx) || !catalog_exists(ctx)) return;
  CreatedTable *slot = MEM_PUSH(ctx, work->created, work->ncreated);
  if (slot == NULL) return;
  slot->table = table;
  if (!has) return;
  slot->entry = e;
  find_origins(ctx, slot);
}

void save_before(Ctx *ctx, ArchiveWork *work, const ArchiveStep *step,
                 const Schema *live) {
  memset(work, 0, sizeof(*work));
  work->step = *step;
  catalog_check(ctx);
  for (int i = 0; ctx_ok(ctx) && i < step->to->ntable; i++)
    if (schema_table(step->renamed, step->to->tables[i]->name) == NULL)
      find_come(ctx, work, step->to->tables[i]);
  for (int i = 0; ctx_ok(ctx) && i < step->from->ntable; i++) {
    AlteredTable s;
    memset(&s, 0, sizeof(s));
    s.from = step->from->tables[i];
    s.renamed = step->renamed->tables[i];
    s.to = schema_table(step->to, s.renamed->name);
    if (schema_table(live, s.from->name) == NULL) continue;
    if (s.to)
      take_stay(ctx, work, &s, live);
    else
      save_table(ctx, step, s.from, live);
  }
}
