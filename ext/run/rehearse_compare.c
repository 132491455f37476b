#include "run/rehearse_compare.h"

#include "base/digest.h"
#include "ddl/live.h"
#include "plan/diff.h"
#include "schema/rowkey.h"

/* ---- rows --------------------------------------------------------------- */

static i64 add_hash(i64 sum, i64 hash) {
  return (i64)((sqlite3_uint64)sum + (sqlite3_uint64)hash);
}

/* Returns a SELECT of all rows in the order of their identity. If columns hide
** all names of the rowid, the order is SQLite's own. */
static char *rows_sql(Ctx *ctx, const Table *table) {
  if (!ctx_ok(ctx)) return NULL;
  const char *rowid = rowkey_rowid(ctx, table);
  const Constraint *key = table_primary_key(table);
  bool by_key = table->without_rowid && key;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  if (by_key)
    sqlite3_str_appendf(str, "SELECT quote(\"%w\")", key->terms[0].column);
  else
    sqlite3_str_appendf(str, "SELECT %s", rowid ? rowid : "NULL");
  for (int i = 0; i < table->ncolumn; i++)
    if (table->columns[i].generated.sql == NULL)
      sqlite3_str_appendf(str, ", \"%w\"", table->columns[i].name);
  sqlite3_str_appendf(str, " FROM \"main\".\"%w\"", table->name);
  if (rowid && !by_key) sqlite3_str_appendf(str, " ORDER BY %s", rowid);
  for (int i = 0; by_key && i < key->nterm; i++)
    sqlite3_str_appendf(str, "%s \"%w\"", i ? "," : " ORDER BY",
                        key->terms[i].column);
  return mem_finish(ctx, str);
}

static void note_table(Ctx *ctx, ComparedTable *t, sqlite3_stmt *insert) {
  sqlite3_stmt *rows = db_prepare(ctx, "%s", t->sql);
  t->first = db_int(
      ctx, "SELECT coalesce(max(id), 0) + 1 FROM \"main\".orm_rehearsal");
  for (; db_row(ctx, rows); t->rows++) {
    db_bind_int(ctx, insert, 1, t->first + t->rows);
    if (sqlite3_bind_value(insert, 2, sqlite3_column_value(rows, 0)))
      err_db(ctx);
    i64 hash = digest_row(ctx, rows, 1);
    db_bind_int(ctx, insert, 3, hash);
    t->sum = add_hash(t->sum, hash);
    db_run(ctx, insert);
  }
  db_finish(rows);
}

/* ---- sequences ---------------------------------------------------------- */

static char *read_sequences(Ctx *ctx) {
  return db_text_or_null(
      ctx, "SELECT group_concat(quote(name) || ' ' || quote(seq))"
           " FROM (SELECT name, seq FROM \"main\".sqlite_sequence WHERE"
           " name NOT LIKE 'orm\\_%%' ESCAPE '\\' AND seq IS NOT 0"
           " ORDER BY name)"); /* 0 equals none */
}

/* ---- the state -------------------------------------------------------- */

void rehearse_note(Ctx *ctx, Comparison *noted, const NameMap *names) {
  memset(noted, 0, sizeof(*noted));
  noted->schema = live_read(ctx);
  noted->sequences = read_sequences(ctx);
  db_exec(ctx, "CREATE TABLE \"main\".orm_rehearsal(id INTEGER PRIMARY KEY,"
               " row, hash)");
  sqlite3_stmt *insert =
      db_prepare(ctx, "INSERT INTO \"main\".orm_rehearsal VALUES (?, ?, ?)");
  for (int i = 0; ctx_ok(ctx) && i < noted->schema->ntable; i++) {
    const Table *table = noted->schema->tables[i];
    if (!map_get(names, table->name)) continue;
    ComparedTable *t = MEM_PUSH(ctx, noted->tables, noted->count);
    if (t == NULL) break;
    t->name = table->name;
    t->sql = rows_sql(ctx, table);
    t->loose = table->rowid_alias < 0 && !table->without_rowid;
    if (t->sql) note_table(ctx, t, insert);
  }
  db_finish(insert);
}

/* ---- comparing ---------------------------------------------------------- */

static void compare_schema(Ctx *ctx, const Comparison *noted) {
  Schema *now = live_read(ctx);
  Changes left = {NULL, 0, NULL};
  if (now) left = diff_live(ctx, now, noted->schema);
  if (left.count && ctx_ok(ctx))
    err_set(ctx, SQLITE_ERROR, "the schema is not as it was; to mend it: %s",
            diff_describe(ctx, &left.list[0]));
}

static void err_row(Ctx *ctx, const ComparedTable *t, sqlite3_stmt *row,
                    const char *what) {
  const char *name = db_column_or_null(ctx, row, 0);
  err_set(ctx, SQLITE_ERROR, "table \"%s\": row %s %s", t->name,
          name ? name : "-", what);
}

/* Returns true if both rows have the same identity. For a table WITHOUT ROWID
** it is the first column of the key, quoted, which may be one of several; it
** names the row in messages. */
static bool same_identity(Ctx *ctx, sqlite3_stmt *a, sqlite3_stmt *b) {
  if (sqlite3_column_type(a, 0) == SQLITE_INTEGER)
    return sqlite3_column_int64(a, 0) == sqlite3_column_int64(b, 0);
  if (sqlite3_column_type(a, 0) == SQLITE_NULL) return true;
  const char *x = (const char *)sqlite3_column_text(a, 0);
  const char *y = (const char *)sqlite3_column_text(b, 0);
  if (x == NULL || y == NULL) err_nomem(ctx);
  return x && y && strcmp(x, y) == 0;
}

static void compare_row(Ctx *ctx, const ComparedTable *t, sqlite3_stmt *was,
                        sqlite3_stmt *is) {
  i64 hash = sqlite3_column_int64(was, 1);
  if (!same_identity(ctx, was, is)) {
    bool more = sqlite3_column_int64(was, 0) > sqlite3_column_int64(is, 0);
    err_row(ctx, t, more ? is : was,
            more ? "was not there before" : "is not there any more");
  } else if (digest_row(ctx, is, 1) != hash) {
    err_row(ctx, t, is, "has not the values that it had");
  }
}

/* Compares row by row. The error names the first difference. */
static void compare_rows(Ctx *ctx, const ComparedTable *t, sqlite3_stmt *was,
                         sqlite3_stmt *is) {
  for (bool more = true; ctx_ok(ctx) && more;) {
    bool before = db_row(ctx, was), now = db_row(ctx, is);
    if (!ctx_ok(ctx)) break;
    if (before && now)
      compare_row(ctx, t, was, is);
    else if (before)
      err_row(ctx, t, was, "is not there any more");
    else if (now)
      err_row(ctx, t, is, "was not there before");
    more = before && now;
  }
}

/* Returns true if the rows are equal except for their rowids. */
static bool same_rows(Ctx *ctx, const ComparedTable *t) {
  i64 sum = 0, count = 0;
  sqlite3_stmt *rows = db_prepare(ctx, "%s", t->sql);
  for (; db_row(ctx, rows); count++)
    sum = add_hash(sum, digest_row(ctx, rows, 1));
  db_finish(rows);
  return ctx_ok(ctx) && sum == t->sum && count == t->rows;
}

static void compare_table(Ctx *ctx, ComparedTable *t) {
  bool same = t->loose && same_rows(ctx, t);
  sqlite3_stmt *was = db_prepare(ctx,
                                 "SELECT row, hash FROM \"main\".orm_rehearsal"
                                 " WHERE id >= %lld AND id < %lld ORDER BY id",
                                 t->first, t->first + t->rows);
  sqlite3_stmt *is = db_prepare(ctx, "%s", t->sql);
  compare_rows(ctx, t, was, is);
  db_finish(was);
  db_finish(is);
  if (!same || ctx->rc != SQLITE_ERROR) return;
  t->renumbered = true;
  err_forget(ctx);
}

void rehearse_compare(Ctx *ctx, Comparison *noted) {
  if (ctx_ok(ctx)) compare_schema(ctx, noted);
  for (int i = 0; ctx_ok(ctx) && i < noted->count; i++)
    compare_table(ctx, &noted->tables[i]);
  const char *now = read_sequences(ctx);
  const char *then = noted->sequences ? noted->sequences : "none";
  if (ctx_ok(ctx) && strcmp(now ? now : "none", then) != 0)
    err_set(ctx, SQLITE_ERROR,
            "AUTOINCREMENT's sequences are not as they were: %s; before: %s",
            now ? now : "none", then);
}
