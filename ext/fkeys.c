#include "fkeys.h"

typedef struct FkeyCount {
  const char *table;
  i64 before; /* -1: the check itself fails, for a mismatch */
} FkeyCount;

void fkeys_touch(Ctx *ctx, FkeyCheck *check, const char *table) {
  if (check->touched == NULL) check->touched = map_new(ctx);
  map_put(ctx, check->touched, table, check);
}

void fkeys_rename(Ctx *ctx, FkeyCheck *check, const char *from,
                  const char *to) {
  if (check->renamed == NULL) check->renamed = map_new(ctx);
  char *old = mem_text(ctx, from, -1);
  if (old) map_put(ctx, check->renamed, to, old);
}

/* Has the table foreign keys that the change may break? */
static bool concerned(const FkeyCheck *check, const Table *table) {
  bool touched = map_get(check->touched, table->name) != NULL;
  for (int i = 0; i < table->nconstraint; i++) {
    const Constraint *c = &table->constraints[i];
    if (c->kind != CONSTRAINT_FOREIGN) continue;
    if (touched || map_get(check->touched, c->parent)) return true;
  }
  return false;
}

void fkeys_gather(Ctx *ctx, FkeyCheck *check, const Schema *schema) {
  if (check->touched == NULL || !ctx_ok(ctx)) return;
  if (check->known == NULL) check->known = map_new(ctx);
  for (int i = 0; i < schema->ntable && ctx_ok(ctx); i++) {
    Table *table = schema->tables[i];
    if (!concerned(check, table) || map_get(check->known, table->name))
      continue;
    map_put(ctx, check->known, table->name, table);
    FkeyCount *slot = MEM_PUSH(ctx, check->counts, check->count);
    if (slot) slot->table = table->name;
  }
}

static sqlite3_stmt *violations(Ctx *ctx, const char *table) {
  return db_prepare(ctx, "PRAGMA \"main\".foreign_key_check(\"%w\")", table);
}

void fkeys_before(Ctx *ctx, FkeyCheck *check, const Schema *live) {
  for (int i = 0; i < check->count && ctx_ok(ctx); i++) {
    FkeyCount *count = &check->counts[i];
    const char *old = (const char *)map_get(check->renamed, count->table);
    const char *name = old ? old : count->table;
    if (schema_table(live, name) == NULL) continue;
    sqlite3_stmt *rows = violations(ctx, name);
    while (db_row(ctx, rows)) count->before++;
    db_finish(rows);
    if (ctx->rc == SQLITE_ERROR) {
      err_forget(ctx);
      count->before = -1;
    }
  }
}

void fkeys_allow(Ctx *ctx, FkeyCheck *check, const char *table, i64 count) {
  for (int i = 0; ctx_ok(ctx) && i < check->count; i++)
    if (check->counts[i].before >= 0 &&
        name_equal(check->counts[i].table, table))
      check->counts[i].before += count;
}

/* Which columns point to which table: "user_id" to "user". */
static void report(Ctx *ctx, const FkeyCount *count, i64 after,
                   const char *parent, i64 id, const char *rows) {
  char *columns =
      db_text(ctx,
              "SELECT group_concat(\"from\", ', ') FROM"
              " pragma_foreign_key_list(%Q, 'main') WHERE id = %lld",
              count->table, id);
  err_set(ctx, SQLITE_CONSTRAINT_FOREIGNKEY,
          "table \"%s\": %lld row%s no parent in \"%s\" by (%s) (first rowid%s "
          "%s); mend the rows, or make the column NULL",
          count->table, after - count->before,
          after - count->before == 1 ? " has" : "s have", parent,
          columns ? columns : "", strchr(rows, ',') ? "s" : "", rows);
}

static void count_after(Ctx *ctx, const FkeyCount *count) {
  enum { SHOWN = 3 };
  i64 after = 0, id = 0;
  const char *parent = NULL;
  sqlite3_str *first = sqlite3_str_new(ctx->db);
  sqlite3_stmt *rows = violations(ctx, count->table);
  while (db_row(ctx, rows)) {
    if (after++ == 0) {
      parent = db_column(ctx, rows, 2);
      id = sqlite3_column_int64(rows, 3);
    }
    if (after > SHOWN) continue;
    const char *rowid = db_column(ctx, rows, 1);
    sqlite3_str_appendf(first, "%s%s", after > 1 ? ", " : "",
                        rowid ? rowid : "-");
  }
  db_finish(rows);
  char *shown = mem_finish(ctx, first);
  if (count->before < 0 && ctx->rc == SQLITE_ERROR)
    err_forget(ctx);
  else if (ctx_ok(ctx) && count->before >= 0 && after > count->before)
    report(ctx, count, after, parent, id, shown);
}

void fkeys_after(Ctx *ctx, FkeyCheck *check, const Schema *live) {
  for (int i = 0; i < check->count && ctx_ok(ctx); i++)
    if (schema_table(live, check->counts[i].table))
      count_after(ctx, &check->counts[i]);
}
