#include "alter/rewrite.h"

#include "base/progress.h"
#include "base/transcript.h"
#include "ddl/backfill.h"
#include "ddl/edit.h"
#include "ddl/live.h"
#include "ddl/render.h"
#include "dependents/advice.h"
#include "dependents/park.h"
#include "dependents/violation.h"
#include "schema/rowkey.h"

/*
** The procedure of https://sqlite.org/lang_altertable.html#otheralter: create
** the new table under another name, copy the rows, drop the old table, rename
** the new one. The old table is never renamed, because references would follow
** it.
*/

typedef struct Text {
  const char *name, *sql;
} Text;

typedef struct Rewrite {
  Ctx *ctx;
  const Table *old, *from, *to;
  const char *sql;  /* the new CREATE TABLE, as given */
  const char *copy; /* the name of the new table until the old one is dropped */
  const char **source; /* SQL for each new column over the old row, or NULL */
  RestoredColumns *restored; /* from the archive, by the script; or NULL */
  const char
      *identity;    /* SQL for the rowid of an old row; NULL if it has none */
  Text *dependents; /* indexes and triggers to create again */
  int ndependent;
} Rewrite;

/* ---- sources of values --------------------------------------------------- */

/* Returns the backfill as an expression over the old row. Sets an error if it
** does not compile. */
static const char *backfill_source(Rewrite *r, const Column *column) {
  Ctx *ctx = r->ctx;
  const char *source = r->old == r->from
                           ? mem_printf(ctx, "(%s)", column->backfill)
                           : backfill_value(ctx, column->backfill, r->old->name,
                                            r->from, r->old, r->from);
  db_finish(
      db_prepare(ctx, "SELECT %s FROM \"main\".\"%w\"", source, r->from->name));
  err_prefix(ctx, "table \"%s\", backfill of \"%s\"", r->from->name,
             column->name);
  return source;
}

/* Returns the value of an old column. A value 6.0 of a VIRTUAL REAL column
** needs a CAST: SQLite would store it as 6 in a column without affinity. */
static const char *old_value(Rewrite *r, const Column *old) {
  const char *name = mem_printf(r->ctx, "\"%w\"", old->name);
  if (old->generated.sql == NULL || old->stored ||
      type_affinity(old->type) != AFFINITY_REAL)
    return name;
  return mem_printf(
      r->ctx, "CASE typeof(%s) WHEN 'real' THEN CAST(%s AS REAL) ELSE %s END",
      name, name, name);
}

static const char *column_source(Rewrite *r, const Column *column) {
  if (column->generated.sql) return NULL;
  if (column->backfill) return backfill_source(r, column);
  int i = table_column(r->from, column->name);
  return i < 0 ? NULL : old_value(r, &r->from->columns[i]);
}

/* Archived values have precedence over all others. */
static void add_restored_values(Rewrite *r) {
  RestoredColumn *numbers = restored_find(r->restored, r->to->name, "");
  if (numbers && r->identity == NULL) {
    r->identity = numbers->value;
    numbers->used = true;
  }
  for (int i = 0; ctx_ok(r->ctx) && i < r->to->ncolumn; i++) {
    const Column *c = &r->to->columns[i];
    RestoredColumn *saved = restored_find(r->restored, r->to->name, c->name);
    if (saved == NULL || saved->used || c->generated.sql) continue;
    const char *otherwise = r->source[i];
    if (otherwise == NULL && i == r->to->rowid_alias) otherwise = "NULL";
    r->source[i] = restored_value(r->ctx, saved, c, otherwise);
    saved->used = true;
  }
}

static void map_columns(Rewrite *r) {
  Ctx *ctx = r->ctx;
  size_t size = sizeof(char *) * (size_t)r->to->ncolumn;
  r->source = (const char **)mem_new(ctx, size);
  for (int i = 0; ctx_ok(ctx) && i < r->to->ncolumn; i++)
    r->source[i] = column_source(r, &r->to->columns[i]);
  if (!r->from->without_rowid) {
    /* The rowid cannot be read if columns have all of its names. */
    if (table_rowid(r->from)) r->identity = render_identity(ctx, r->from);
  }
  add_restored_values(r);
  int alias = r->to->rowid_alias;
  if (ctx_ok(ctx) && alias >= 0 && r->source[alias] == NULL)
    r->source[alias] = r->identity;
}

/* ---- checks before the copy ---------------------------------------------- */

static void check_temp_triggers(Rewrite *r) {
  const char *name = db_text_or_null(
      r->ctx,
      "SELECT name FROM sqlite_temp_schema WHERE type = 'trigger'"
      " AND tbl_name = %Q COLLATE NOCASE AND NOT EXISTS (SELECT 1 FROM"
      " sqlite_temp_schema WHERE type IN ('table', 'view')"
      "  AND name = %Q COLLATE NOCASE)",
      r->from->name, r->from->name);
  if (name)
    err_set(r->ctx, SQLITE_ERROR,
            "table \"%s\": TEMP trigger \"%s\" would be lost; drop it first",
            r->from->name, name);
}

static i64 count_copied_rows(Rewrite *r) {
  return db_int(r->ctx, "SELECT count(*) FROM \"main\".\"%w\"", r->from->name);
}

/* Returns the number of rows for which the archive has no value. */
static i64 count_rows_without_value(Rewrite *r, const RestoredColumn *saved) {
  return db_int(r->ctx, "SELECT count(*) FROM \"main\".\"%w\" WHERE NOT %s",
                r->from->name, saved->has_value);
}

/* Sets an error if a new NOT NULL column would have NULL. */
static void check_new_columns(Rewrite *r) {
  Ctx *ctx = r->ctx;
  for (int i = 0; ctx_ok(ctx) && i < r->to->ncolumn; i++) {
    const Column *c = &r->to->columns[i];
    const RestoredColumn *saved =
        restored_find(r->restored, r->to->name, c->name);
    if (saved && (saved->altered || c->backfill)) saved = NULL;
    if ((r->source[i] && !saved) || c->generated.sql || !c->notnull ||
        c->default_value.sql || i == r->to->rowid_alias)
      continue;
    i64 rows =
        saved ? count_rows_without_value(r, saved) : count_copied_rows(r);
    if (rows)
      err_set(ctx, SQLITE_CONSTRAINT_NOTNULL,
              "table \"%s\": %lld row%s would have NULL in the new column "
              "\"%s\", which is NOT NULL; %s",
              r->from->name, rows, rows == 1 ? "" : "s", c->name,
              advice_on(ctx, PROBLEM_NEW_NULL, rows));
  }
}

/* ---- the copy ------------------------------------------------------------ */

/* Returns the name of the new table's rowid if it must be copied separately,
** otherwise NULL. */
static const char *copied_rowid(Rewrite *r) {
  if (r->identity == NULL || r->to->without_rowid || r->to->rowid_alias >= 0)
    return NULL;
  return table_rowid(r->to) ? render_identity(r->ctx, r->to) : NULL;
}

/* Rows with a rowid are copied first, so that no row without one gets
** theirs. */
static const char *copy_order(Rewrite *r) {
  int alias = r->to->rowid_alias;
  if (alias < 0 || r->source[alias] == r->identity) return "";
  const char *name = r->to->columns[alias].name;
  int same = table_column(r->from, name);
  if (same >= 0 && same == r->from->rowid_alias &&
      !restored_find(r->restored, r->to->name, name))
    return "";
  return mem_printf(r->ctx, " ORDER BY (%s) IS NULL", r->source[alias]);
}

/* Returns the first column that is not generated, if the copy has no values at
** all, not even a rowid: the row then consists of its defaults. Otherwise
** -1. */
static int first_default_column(Rewrite *r, const char *rowid) {
  int first = -1;
  for (int i = r->to->ncolumn - 1; i >= 0; i--) {
    if (r->source[i] || rowid) return -1;
    if (r->to->columns[i].generated.sql == NULL) first = i;
  }
  return first;
}

/* Copies the rows. OR ABORT, because a constraint of the table may have ON
** CONFLICT REPLACE, which would silently delete rows. NOT INDEXED, so that rows
** come in the order of their keys. */
static void copy_old_rows(Rewrite *r) {
  Ctx *ctx = r->ctx;
  if (!ctx_ok(ctx)) return;
  const char *rowid = copied_rowid(r);
  sqlite3_str *names = sqlite3_str_new(ctx->db);
  sqlite3_str *values = sqlite3_str_new(ctx->db);
  if (rowid) sqlite3_str_appendf(names, ", %s", rowid);
  if (rowid) sqlite3_str_appendf(values, ", %s", r->identity);
  int filler = first_default_column(r, rowid);
  for (int i = 0; i < r->to->ncolumn; i++) {
    const Column *c = &r->to->columns[i];
    if (r->source[i] == NULL && i != filler) continue;
    sqlite3_str_appendf(names, ", \"%w\"", c->name);
    sqlite3_str_appendf(values, ", %s",
                        r->source[i] ? r->source[i]
                                     : column_default_value(ctx, c));
  }
  char *into = mem_finish(ctx, names), *from = mem_finish(ctx, values);
  progress_begin_rows(ctx, r->from->name, "copying");
  if (!ctx_ok(ctx)) return;
  const char *counted =
      progress_wanted(ctx) ? " WHERE " PROGRESS_FUNCTION "()" : "";
  transcript_exec(ctx,
                  "INSERT OR ABORT INTO \"main\".\"%w\"(%s)\n  SELECT %s"
                  " FROM \"main\".\"%w\" NOT INDEXED%s%s",
                  r->copy, into + 2, from + 2, r->from->name, counted,
                  copy_order(r));
  if (ctx_ok(ctx) && !db_changed(ctx, count_copied_rows(r)))
    err_set(ctx, SQLITE_ERROR,
            "table \"%s\": the copy does not have its rows; a backfill must be "
            "an expression over one row, not an aggregate",
            r->from->name);
}

/* ---- why the copy failed ------------------------------------------------- */

/* Creates the rows as they would be in the new table: in a table with its
** columns but without its constraints, so that types and collations have their
** effect. The savepoint removes that table. */
static CheckedRows new_rows(Rewrite *r, Ctx *ctx) {
  CheckedRows rows = {r->from->name, "SELECT * FROM \"main\".orm_proof",
                      table_rowid(r->from) == NULL, r->from, r->to};
  sqlite3_str *columns = sqlite3_str_new(ctx->db);
  sqlite3_str *names = sqlite3_str_new(ctx->db);
  sqlite3_str *values = sqlite3_str_new(ctx->db);
  for (int i = 0; i < r->to->ncolumn; i++) {
    const Column *c = &r->to->columns[i];
    sqlite3_str_appendf(columns, ", \"%w\" %s", c->name,
                        r->to->strict && name_equal(c->type, "ANY") ? ""
                                                                    : c->type);
    if (c->collate) sqlite3_str_appendf(columns, " COLLATE \"%w\"", c->collate);
    if (c->generated.sql) {
      sqlite3_str_appendf(columns, " AS (%s)", c->generated.sql);
      continue;
    }
    sqlite3_str_appendf(names, ", \"%w\"", c->name);
    sqlite3_str_appendf(values, ", %s",
                        r->source[i]           ? r->source[i]
                        : c->default_value.sql ? c->default_value.sql
                                               : "NULL");
  }
  char *list = mem_finish(ctx, columns), *into = mem_finish(ctx, names);
  char *from = mem_finish(ctx, values);
  db_exec(ctx, "CREATE TABLE \"main\".orm_proof(orm_row%s)", list);
  db_exec(ctx,
          "INSERT INTO \"main\".orm_proof(orm_row%s)"
          " SELECT %s%s FROM \"main\".\"%w\" NOT INDEXED",
          into, render_identity(ctx, r->from), from, r->from->name);
  return rows;
}

static void find_violations(Rewrite *r, Ctx *search) {
  CheckedRows rows = new_rows(r, search);
  if (r->to->rowid_alias >= 0)
    violation_rowid(search, &rows, r->to->columns[r->to->rowid_alias].name);
  for (int i = 0; i < r->to->ncolumn; i++)
    if (r->to->columns[i].notnull && !r->to->columns[i].generated.sql)
      violation_not_null(search, &rows, &r->to->columns[i]);
  for (int i = 0; r->to->strict && i < r->to->ncolumn; i++)
    violation_strict(search, &rows, &r->to->columns[i]);
  for (int i = 0; i < r->to->nconstraint; i++) {
    const Constraint *c = &r->to->constraints[i];
    if (c->kind == CONSTRAINT_CHECK) violation_check(search, &rows, c);
    if (constraint_is_key(c))
      violation_unique(search, &rows, c->terms, c->nterm, NULL);
  }
}

/* SQLite's message has the temporary name of the table, or no table. */
static void put_table_name(Rewrite *r) {
  Ctx *ctx = r->ctx;
  const char *msg = ctx->msg ? ctx->msg : "", *at = strstr(msg, r->copy);
  size_t skip = at ? strlen(r->copy) : 0;
  if (at == NULL) at = msg;
  char *named =
      sqlite3_mprintf("table \"%s\": %.*s%s%s", r->from->name, (int)(at - msg),
                      msg, skip ? r->from->name : "", at + skip);
  if (named == NULL) return;
  sqlite3_free(ctx->msg);
  ctx->msg = named;
}

/* Replaces SQLite's message by one that counts the rows, if they can be found;
** otherwise puts the name of the table into it. */
static void explain_failure(Rewrite *r) {
  Ctx *ctx = r->ctx;
  int rc = ctx->rc;
  Ctx search;
  ctx_share(&search, ctx);
  if ((rc & 0xff) == SQLITE_CONSTRAINT || rc == SQLITE_MISMATCH)
    find_violations(r, &search);
  if (!violation_explain(ctx, &search)) put_table_name(r);
  ctx_clear(&search);
}

/* SQLite before 3.53 does not check the types of generated columns, not even in
** a STRICT table. */
static void verify_generated(Rewrite *r) {
  Ctx *ctx = r->ctx;
  if (!r->to->strict || !ctx_ok(ctx)) return;
  CheckedRows rows = violation_rows(ctx, r->to, r->copy);
  rows.table = r->from->name;
  rows.before = r->from;
  rows.now = r->to;
  for (int i = 0; ctx_ok(ctx) && i < r->to->ncolumn; i++)
    if (r->to->columns[i].generated.sql)
      violation_strict(ctx, &rows, &r->to->columns[i]);
}

/* ---- indexes, triggers, statistics --------------------------------------- */

static void read_indexes_and_triggers(Rewrite *r) {
  Ctx *ctx = r->ctx;
  /* The archive's triggers identify rows by their key. */
  bool keeps = rowkey_is_same(ctx, r->from, r->to);

  sqlite3_stmt *rows = db_prepare(
      ctx,
      "SELECT name, sql FROM \"main\".sqlite_schema WHERE sql IS NOT NULL"
      " AND type IN ('index', 'trigger') AND tbl_name = %Q COLLATE NOCASE"
      " ORDER BY type, rowid",
      r->from->name);
  while (db_row(ctx, rows)) {
    const char *name = db_column(ctx, rows, 0);
    if (name && name_is_internal(name) && !keeps) continue;
    Text *text = MEM_PUSH(ctx, r->dependents, r->ndependent);
    if (text == NULL) break;
    text->name = name;
    text->sql = db_column(ctx, rows, 1);
  }
  db_finish(rows);
}

static void create_indexes_and_triggers(Rewrite *r) {
  Ctx *ctx = r->ctx;
  for (int i = 0; ctx_ok(ctx) && i < r->ndependent; i++) {
    progress_begin(ctx, "table \"%s\": making \"%s\"", r->to->name,
                   r->dependents[i].name);
    transcript_exec(ctx, "%s", edit_in_main(ctx, r->dependents[i].sql));
    bool broken = (ctx->rc & 0xff) == SQLITE_CONSTRAINT;
    if (broken) /* names the rows and the table */
      violation_index(ctx, r->dependents[i].sql);
    err_prefix(ctx, "table \"%s\" cannot keep \"%s\"", r->from->name,
               r->dependents[i].name);
  }
}

/* Copies the largest rowid ever used. */
static void carry_sequence(Rewrite *r) {
  if (!table_autoincrement(r->from) || !table_autoincrement(r->to)) return;
  transcript_exec(
      r->ctx, "DELETE FROM \"main\".sqlite_sequence WHERE name = %Q", r->copy);
  transcript_exec(r->ctx,
                  "INSERT INTO \"main\".sqlite_sequence(name, seq)"
                  " SELECT %Q, seq FROM \"main\".sqlite_sequence"
                  " WHERE name = %Q COLLATE NOCASE",
                  r->copy, r->from->name);
}

/* DROP TABLE deletes the statistics of its table. So they are moved to the
** temporary name, and back afterwards. */
static void move_statistics(Rewrite *r, const char *from, const char *to) {
  static const char *const tables[] = {"sqlite_stat1", "sqlite_stat4"};
  for (int i = 0; i < 2; i++) {
    if (!ctx_ok(r->ctx) || !db_has_table(r->ctx, tables[i])) continue;
    db_exec(r->ctx,
            "UPDATE \"main\".%s SET tbl = %Q WHERE tbl = %Q COLLATE NOCASE",
            tables[i], to, from);
  }
}

/* ---- the transcript ------------------------------------------------------ */

/* Adds to the transcript a check that the table has the same columns as here.
** The values of another column would be lost, and a missing column would be
** read as a string. */
static void expect_columns(Rewrite *r) {
  Ctx *ctx = r->ctx;
  const Table *table = r->from;
  if (!transcript_wanted(ctx) || !ctx_ok(ctx)) return;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < table->ncolumn; i++)
    sqlite3_str_appendf(str, "%s%Q", i ? ", " : "", table->columns[i].name);
  char *names = mem_finish(ctx, str);
  transcript_expect(
      ctx,
      mem_printf(ctx, "\"%s\" has other columns than this script copies",
                 table->name),
      mem_printf(ctx,
                 "SELECT count(*) = %d AND"
                 " sum(name COLLATE NOCASE IN (%s)) = %d\n"
                 "  FROM temp.pragma_table_xinfo(%Q, 'main')",
                 table->ncolumn, names, table->ncolumn, table->name));
  transcript_expect_known(ctx, table->name);
}

/* ---- the rewrite --------------------------------------------------------- */

static void rename_copy(Rewrite *r) {
  Ctx *ctx = r->ctx;
  Parked parked = {.count = 0};
  const Schema *live = live_read(ctx);
  if (live) park_indexes(ctx, &parked, live, map_new(ctx));
  transcript_note(ctx, "PRAGMA legacy_alter_table = ON;");
  transcript_exec(ctx, "ALTER TABLE \"main\".\"%w\" RENAME TO \"%w\"", r->copy,
                  r->to->name);
  transcript_note(ctx, "PRAGMA legacy_alter_table = OFF;");
  park_restore(ctx, &parked);
}

static void rewrite(Rewrite *r) {
  Ctx *ctx = r->ctx;
  const char *name = r->from->name;
  r->copy = mem_printf(ctx, "orm_rewrite_%s", name);
  read_indexes_and_triggers(r);
  if (!ctx_ok(ctx)) return;
  expect_columns(r);
  transcript_exec(ctx, "%s", edit_renamed(ctx, r->sql, r->copy));
  copy_old_rows(r);
  if (!ctx_ok(ctx)) explain_failure(r);
  verify_generated(r);
  carry_sequence(r);
  move_statistics(r, name, r->copy);
  transcript_drop_table(ctx, name);
  rename_copy(r);
  create_indexes_and_triggers(r);
  move_statistics(r, r->copy, name);
}

void rewrite_table(Ctx *ctx, const Table *old, const Table *from,
                   const Table *to, const char *create_sql,
                   RestoredColumns *restored) {
  Rewrite r;
  memset(&r, 0, sizeof(r));
  r.ctx = ctx;
  r.old = old;
  r.from = from;
  r.to = to;
  r.sql = create_sql;
  r.restored = restored;
  check_temp_triggers(&r);
  map_columns(&r);
  check_new_columns(&r);
  if (ctx_ok(ctx)) rewrite(&r);
}
