#include "archive/restore.h"

#include "base/tree.h"
#include "ddl/edit.h"
#include "ddl/live.h"

/* ---- columns that the script added itself ------------------------------- */

static void fill_returned(Ctx *ctx, RestoredColumn *back) {
  back->used = true;
  guard_triggers(ctx, false);
  db_exec(ctx, "UPDATE OR ABORT \"main\".\"%w\" SET \"%w\" = %s WHERE %s",
          back->table, back->column, back->value, back->has_value);
  guard_triggers(ctx, true);
}

void restore_added_column(Ctx *ctx, ArchiveWork *work, const char *table,
                          const char *column) {
  RestoredColumn *back = restored_find(&work->restored, table, column);
  if (back && !back->used && !back->altered && ctx_ok(ctx))
    fill_returned(ctx, back);
}

/* A column that the script made by other means may hold what was copied into
** it: it is filled only if it is empty, but for its default. */
static void fill_empty(Ctx *ctx, ArchiveWork *work, const Schema *live) {
  for (int i = 0; ctx_ok(ctx) && i < work->restored.count; i++) {
    RestoredColumn *back = &work->restored.list[i];
    const Table *table = schema_table(live, back->table);
    int k = table ? table_column(table, back->column) : -1;
    if (back->used || back->altered || k < 0) continue;
    if (table->columns[k].generated.sql) continue;
    i64 full = db_int(ctx,
                      "SELECT EXISTS (SELECT 1 FROM \"main\".\"%w\""
                      " WHERE \"%w\" IS NOT %s)",
                      table->name, back->column,
                      column_default_value(ctx, &table->columns[k]));
    if (!full) fill_returned(ctx, back);
  }
}

/* ---- tables ------------------------------------------------------------- */

static bool in_primary_key(const Table *t, int column) {
  const Constraint *primary = table_primary_key(t);
  for (int k = 0; primary && k < primary->nterm; k++)
    if (primary->terms[k].column &&
        name_equal(primary->terms[k].column, t->columns[column].name))
      return true;
  return false;
}

/* Inserts the rows that obey the rules of the table. A column whose type cannot
** hold the archived value gets its DEFAULT. A row without its key would be
** another row: it stays in the archive. */
static void insert_rows(Ctx *ctx, const CreatedTable *come) {
  const Table *t = come->table;
  const Entry *e = &come->entry;
  sqlite3_str *into = sqlite3_str_new(ctx->db);
  sqlite3_str *from = sqlite3_str_new(ctx->db);
  Tree keys = {ctx, NULL, 0};
  const char *rowid = t->rowid_alias < 0 ? rowkey_rowid(ctx, t) : NULL;
  if (rowid) sqlite3_str_appendf(into, ", %s", rowid);
  if (rowid) sqlite3_str_appendf(from, ", %srowid", e->prefix);
  for (int i = 0; ctx_ok(ctx) && i < t->ncolumn; i++) {
    const Origin *o = &come->origins[i];
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
static char *value_match(Ctx *ctx, const CreatedTable *come, int column,
                         const char *a, const char *b) {
  const char *fits = come->origins[column].fits;
  char *same = rowkey_same_value(ctx, a, b);
  if (fits == NULL) return same;
  char *equal = mem_printf(ctx, "%s OR +%s = +%s COLLATE BINARY", same, a, b);
  return in_primary_key(come->table, column)
             ? mem_printf(ctx, "(%s)", equal)
             : mem_printf(ctx, "(%s OR NOT %s)", equal, fits);
}

/* Is the row of the table that of the entry, to the byte? First what an index
** can find. */
static char *row_match(Ctx *ctx, const CreatedTable *come) {
  const Table *t = come->table;
  char *entry = mem_printf(ctx, "orm_archive_%lld", come->entry.id);
  char *row = mem_printf(ctx, "\"%w\"", t->name);
  const char *rowid = rowkey_rowid(ctx, t);
  Tree equal = {ctx, NULL, 0};
  if (rowid)
    tree_add(&equal, mem_printf(ctx, "%s.%s = %s.%srowid", row, rowid, entry,
                                come->entry.prefix));
  for (int i = 0; ctx_ok(ctx) && i < t->ncolumn; i++) {
    const Column *c = &t->columns[i];
    const Origin *o = &come->origins[i];
    if (o->name == NULL) continue;
    char *a = rowkey_qualify(ctx, row, c->name);
    char *b = rowkey_qualify(ctx, entry, o->name);
    if (t->without_rowid && in_primary_key(t, i))
      tree_add(&equal, mem_printf(ctx, "%s = %s", a, b));
    tree_add(&equal, value_match(ctx, come, i, a, b));
  }
  return tree_join(&equal, " AND ", "1");
}

static void find_home(Ctx *ctx, const CreatedTable *come) {
  db_exec(ctx,
          "UPDATE \"main\".orm_archive_%lld SET %shome ="
          " EXISTS (SELECT 1 FROM \"main\".\"%w\" WHERE %s)",
          come->entry.id, come->entry.prefix, come->table->name,
          row_match(ctx, come));
}

/* Takes rows out again that have no parent, but those that never had one. True
** if there were some. */
static bool remove_orphans(Ctx *ctx, const CreatedTable *come,
                           const Schema *live) {
  const Table *t = come->table;
  const Entry *e = &come->entry;
  char *row = mem_printf(ctx, "\"%w\"", t->name);
  char *orphan = save_orphan(ctx, t, NULL, live, row);
  if (!ctx_ok(ctx) || strcmp(orphan, "(0)") == 0) return false;
  const char *rowid = rowkey_rowid(ctx, t);
  char *ours = rowid ? mem_printf(ctx, "%srowid = %s.%s", e->prefix, row, rowid)
                     : row_match(ctx, come);
  db_exec(ctx,
          "DELETE FROM \"main\".\"%w\" WHERE %s > 0 AND EXISTS (SELECT 1 FROM"
          " \"main\".orm_archive_%lld WHERE %shome AND %s > ifnull(%sorphan, 0)"
          " AND %s)",
          t->name, orphan, e->id, e->prefix, orphan, e->prefix, ours);
  bool some = ctx_ok(ctx) && !db_changed(ctx, 0);
  if (some) find_home(ctx, come);
  return some;
}

static void allow_orphans(Ctx *ctx, const CreatedTable *come,
                          const Schema *live, FkeyCheck *check) {
  const Table *t = come->table;
  char *row = mem_printf(ctx, "\"%w\"", t->name);
  char *orphan = save_orphan(ctx, t, NULL, live, row);
  if (!ctx_ok(ctx) || strcmp(orphan, "(0)") == 0) return;
  i64 n = db_int(ctx,
                 "SELECT sum((SELECT %s FROM \"main\".\"%w\" WHERE %s)) FROM"
                 " \"main\".orm_archive_%lld WHERE %shome AND %sorphan",
                 orphan, t->name, row_match(ctx, come), come->entry.id,
                 come->entry.prefix, come->entry.prefix);
  fkeys_allow(ctx, check, t->name, n);
}

/* Others' indexes and triggers, where their names are free and nothing is in
** their way; those that cannot be made stay in the entry. */
static void put_back_others(Ctx *ctx, const Entry *e) {
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
  if (failed == 0)
    db_exec(ctx,
            "UPDATE \"main\".orm_archive SET extras = NULL WHERE id = %lld",
            e->id);
}

/* The largest rowid ever used is not to be forgotten. */
static void raise_sequence(Ctx *ctx, i64 entry, const Table *table) {
  if (!table_autoincrement(table)) return;
  i64 kept = db_int(
      ctx, "SELECT sequence FROM \"main\".orm_archive WHERE id = %lld", entry);
  if (kept == 0) return;
  db_exec(ctx,
          "INSERT INTO \"main\".sqlite_sequence(name, seq) SELECT %Q, 0 WHERE"
          " NOT EXISTS (SELECT 1 FROM \"main\".sqlite_sequence WHERE name = %Q"
          "  COLLATE NOCASE)",
          table->name, table->name);
  db_exec(ctx,
          "UPDATE \"main\".sqlite_sequence SET seq = max(seq, %lld)"
          " WHERE name = %Q COLLATE NOCASE",
          kept, table->name);
}

/* What was kept of its columns is that of a live table again. An identity by
** another key (the table was declared anew) tells nothing about its rows: an
** empty one goes on counting instead. */
static void wake(Ctx *ctx, const CreatedTable *come) {
  i64 identity = db_int(ctx,
                        "SELECT id FROM \"main\".orm_archive WHERE owner = %lld"
                        " AND kind = 'rows'",
                        come->entry.id);
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET owner = NULL, table_name = %Q"
          " WHERE owner = %lld",
          come->table->name, come->entry.id);
  if (identity == 0) return;
  RowKey key = rowkey_of(ctx, come->table);
  if (!identity_has_key(ctx, identity, &key)) {
    i64 old = identity;
    identity = identity_create(ctx, &key, come->table->name, old);
    catalog_delete(ctx, old);
  }
  identity_create_triggers(ctx, identity, &key);
  identity_verify(ctx, identity, &key);
  identity_match_rows(ctx, identity, &key);
}

static void finish_table(Ctx *ctx, const CreatedTable *come, const Schema *live,
                         FkeyCheck *check) {
  const Entry *e = &come->entry;
  if (e->id && ctx_ok(ctx)) {
    allow_orphans(ctx, come, live, check);
    db_exec(ctx, "DELETE FROM \"main\".orm_archive_%lld WHERE %shome AND %s",
            e->id, e->prefix, come->whole);
    put_back_others(ctx, e);
    raise_sequence(ctx, e->id, come->table);
    db_exec(ctx, "UPDATE \"main\".orm_archive_%lld SET %shome = NULL", e->id,
            e->prefix);
    catalog_measure(ctx, e);
  }
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET spent = 1 WHERE kind = 'table' AND"
          " (id = %lld OR object_id = %lld)",
          e->id, come->table->id);
}

/* ---- columns of tables that stay ---------------------------------------- */

/* "the value of the field in the row of identity orm_i is what was kept". */
static char *is_home(Ctx *ctx, const AlteredTable *s, const ColumnEntry *f) {
  char *row = mem_printf(ctx, "\"%w\"", s->to->name);
  char *now = rowkey_qualify(ctx, row, s->to->columns[f->column].name);
  return mem_printf(
      ctx, "%s AND %s", rowkey_match(ctx, &s->key_to, s->to, "orm_i", row),
      rowkey_same_value(ctx, now,
                        rowkey_qualify(ctx, "orm_e", f->entry.column)));
}

static i64 count_entry_rows(Ctx *ctx, i64 entry) {
  return db_int(ctx, "SELECT count(*) FROM \"main\".orm_archive_%lld", entry);
}

/* The identity by the new key follows what the script made of the rows. */
static void settle_stay(Ctx *ctx, const ArchiveWork *work, AlteredTable *s) {
  if (s->rows_to == 0 || !ctx_ok(ctx)) return;
  if (s->numbers >= 0 && work->restored.list[s->numbers].used)
    db_exec(ctx, "UPDATE \"main\".orm_archive_%lld SET k0 = orm_row",
            s->rows_to);
  if (s->chosen >= 0 && !work->restored.list[s->chosen].used)
    db_exec(ctx, "DELETE FROM \"main\".orm_archive_%lld WHERE k1 > %lld",
            s->rows_to, s->base);
  if (s->rows != s->rows_to) /* deleted by the script, while triggers watched */
    db_exec(ctx,
            "DELETE FROM \"main\".orm_archive_%lld WHERE orm_row NOT IN"
            " (SELECT orm_row FROM \"main\".orm_archive_%lld)",
            s->rows_to, s->rows);
  i64 known = count_entry_rows(ctx, s->rows_to);
  identity_match_rows(ctx, s->rows_to, &s->key_to);
  if (s->filled && ctx_ok(ctx) && count_entry_rows(ctx, s->rows_to) < known)
    err_set(ctx, SQLITE_ERROR,
            "table \"%s\": the backfill of its new key gives other values each "
            "time, so that its rows could not be told again; add the column in "
            "one version, and make it the key in the next",
            s->to->name);
  if (s->key_to.stable == NULL) return;
  s->key_to.stable = NULL;
  char *row = mem_printf(ctx, "\"%w\"", s->to->name);
  char *names = rowkey_names(ctx, &s->key_to);
  char *values = rowkey_values(ctx, &s->key_to, s->to, row);
  if (ctx_ok(ctx) && rowkey_is_known(&s->key_to))
    db_exec(
        ctx,
        "UPDATE \"main\".orm_archive_%lld SET (%s) ="
        " (SELECT %s FROM \"main\".\"%w\" WHERE %s.%s = orm_archive_%lld.k0)",
        s->rows_to, names + 2, values + 2, s->to->name, row, s->key_to.rowid,
        s->rows_to);
}

/* Values of a foreign key's column whose parent is gone: NULL, or where that
** cannot be, the default. */
static void remove_values(Ctx *ctx, const AlteredTable *s, const ColumnEntry *f,
                          const Schema *live) {
  const Column *c = &s->to->columns[f->column];
  char *row = mem_printf(ctx, "\"%w\"", s->to->name);
  char *orphan = save_orphan(ctx, s->to, c->name, live, row);
  const char *instead = c->notnull ? column_default_value(ctx, c) : "NULL";
  if (!ctx_ok(ctx) || f->altered || strcmp(orphan, "(0)") == 0) return;
  if (c->notnull && c->value.sql == NULL) return;
  db_exec(ctx,
          "UPDATE OR IGNORE \"main\".\"%w\" SET \"%w\" = %s WHERE %s > 0 AND"
          " NOT %s AND EXISTS (SELECT 1 FROM \"main\".orm_archive_%lld AS orm_i"
          "  JOIN \"main\".orm_archive_%lld AS orm_e"
          "  ON orm_e.%srow = orm_i.orm_row"
          "  WHERE %s > ifnull(orm_e.%sorphan, 0) AND %s)",
          s->to->name, c->name, instead, orphan,
          rowkey_same_value(ctx, rowkey_qualify(ctx, row, c->name), instead),
          s->rows_to, f->entry.id, f->entry.prefix, orphan, f->entry.prefix,
          is_home(ctx, s, f));
}

static void allow_values(Ctx *ctx, const AlteredTable *s, const ColumnEntry *f,
                         const Schema *live, FkeyCheck *check) {
  char *row = mem_printf(ctx, "\"%w\"", s->to->name);
  char *orphan =
      save_orphan(ctx, s->to, s->to->columns[f->column].name, live, row);
  if (!ctx_ok(ctx) || strcmp(orphan, "(0)") == 0) return;
  i64 n = db_int(ctx,
                 "SELECT sum(%s) FROM \"main\".\"%w\" WHERE"
                 " EXISTS (SELECT 1 FROM \"main\".orm_archive_%lld AS orm_i"
                 "  JOIN \"main\".orm_archive_%lld AS orm_e"
                 "  ON orm_e.%srow = orm_i.orm_row"
                 "  WHERE orm_e.%sorphan AND %s)",
                 orphan, s->to->name, s->rows_to, f->entry.id, f->entry.prefix,
                 f->entry.prefix, is_home(ctx, s, f));
  fkeys_allow(ctx, check, s->to->name, n);
}

static void finish_back(Ctx *ctx, const AlteredTable *s, const ColumnEntry *f) {
  db_exec(
      ctx,
      "DELETE FROM \"main\".orm_archive_%lld AS orm_e WHERE EXISTS (SELECT 1"
      " FROM \"main\".orm_archive_%lld AS orm_i CROSS JOIN \"main\".\"%w\""
      " WHERE orm_i.orm_row = orm_e.%srow AND %s)",
      f->entry.id, s->rows_to, s->to->name, f->entry.prefix,
      is_home(ctx, s, f));
  catalog_measure(ctx, &f->entry);
}

/* What the alteration made of the values; those that it left alone need not be
** kept. */
static void finish_taken(Ctx *ctx, const AlteredTable *s,
                         const ColumnEntry *f) {
  if (!f->altered || s->rows_to == 0) return;
  char *row = mem_printf(ctx, "\"%w\"", s->to->name);
  db_exec(ctx,
          "UPDATE \"main\".orm_archive_%lld AS orm_e SET %smade = (SELECT %s"
          " FROM \"main\".orm_archive_%lld AS orm_i CROSS JOIN"
          " \"main\".\"%w\" WHERE orm_i.orm_row = orm_e.%srow AND %s)",
          f->entry.id, f->entry.prefix,
          rowkey_qualify(ctx, row, s->to->columns[f->column].name), s->rows_to,
          s->to->name, f->entry.prefix,
          rowkey_match(ctx, &s->key_to, s->to, "orm_i", row));
  if (!f->remade) finish_back(ctx, s, f);
}

/* No entry is asked twice: what is left of one had its chance. */
static void spend(Ctx *ctx, const ArchiveStep *step, const AlteredTable *s) {
  const char *table = s->from->name;
  for (int k = 0; ctx_ok(ctx) && k < s->to->ncolumn; k++)
    if (table_column(s->renamed, s->to->columns[k].name) < 0)
      db_exec(ctx,
              "UPDATE \"main\".orm_archive SET spent = 1 WHERE owner IS NULL"
              " AND kind = 'column' AND table_name = %Q AND object_id = %lld",
              table, s->to->columns[k].id);
  for (int i = 0; i < s->nback; i++)
    db_exec(ctx, "UPDATE \"main\".orm_archive SET spent = 1 WHERE id = %lld",
            s->backs[i].entry.id);
  /* Those of the opposite step; and those of this one when it was done before,
  ** and stamped away since. */
  i64 now = s->ntaken ? s->taken[0].entry.id : catalog_last_id(ctx) + 1;
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET spent = 1 WHERE kind = 'value' AND"
          " owner IS NULL AND table_name = %Q AND version = %lld AND id < %lld",
          table, step->version, now);
}

/* Values that gave way to those that they were made of: the alteration makes
** them again. (A backfill may not.) */
static void drop_made(Ctx *ctx, const ArchiveStep *step, const AlteredTable *s,
                      const ColumnEntry *taken) {
  for (int i = 0; i < s->nback && ctx_ok(ctx); i++) {
    const ColumnEntry *f = &s->backs[i];
    if (!f->altered || f->column != taken->column) continue;
    const Column *to = &s->to->columns[f->column];
    int k = table_column(s->renamed, to->name);
    if (to->backfill || s->from->columns[k].backfill ||
        save_fill(step, s, f->column) || save_fill_undone(step, s, k))
      continue;
    db_exec(ctx,
            "DELETE FROM \"main\".orm_archive_%lld WHERE %srow IN"
            " (SELECT orm_e.%srow FROM \"main\".orm_archive_%lld AS orm_e"
            "  JOIN \"main\".orm_archive_%lld AS orm_t"
            "  ON orm_t.%srow = orm_e.%srow AND %s"
            "  JOIN \"main\".orm_archive_%lld AS orm_i"
            "  ON orm_i.orm_row = orm_e.%srow CROSS JOIN \"main\".\"%w\""
            "  WHERE %s)",
            taken->entry.id, taken->entry.prefix, f->entry.prefix, f->entry.id,
            taken->entry.id, taken->entry.prefix, f->entry.prefix,
            rowkey_same_value(ctx,
                              rowkey_qualify(ctx, "orm_t", taken->entry.column),
                              mem_printf(ctx, "orm_e.%smade", f->entry.prefix)),
            s->rows_to, f->entry.prefix, s->to->name, is_home(ctx, s, f));
  }
}

static void finish_stay(Ctx *ctx, const ArchiveStep *step,
                        const AlteredTable *s) {
  for (int i = 0; i < s->ntaken; i++) drop_made(ctx, step, s, &s->taken[i]);
  for (int i = 0; i < s->nback; i++) finish_back(ctx, s, &s->backs[i]);
  for (int i = 0; i < s->ntaken; i++) finish_taken(ctx, s, &s->taken[i]);
  if (!table_autoincrement(s->from) && table_autoincrement(s->to)) {
    Entry e =
        catalog_find(ctx, step, "sequence", s->from->name, NULL, s->to->id);
    raise_sequence(ctx, e.id, s->to);
    db_exec(ctx, "UPDATE \"main\".orm_archive SET spent = 1 WHERE id = %lld",
            e.id);
  }
  spend(ctx, step, s);
  if (s->rows && s->rows != s->rows_to) catalog_delete(ctx, s->rows);
}

/* ---- the whole ---------------------------------------------------------- */

/* Rows go, so that others lose their parents: until none does. */
static void mend_keys(Ctx *ctx, const ArchiveWork *work, const Schema *live) {
  for (bool more = true; more && ctx_ok(ctx);) {
    more = false;
    for (int i = 0; i < work->ncreated; i++)
      if (work->created[i].entry.id &&
          remove_orphans(ctx, &work->created[i], live))
        more = true;
    for (int i = 0; i < work->naltered; i++)
      for (int k = 0; k < work->altered[i].nback; k++)
        remove_values(ctx, &work->altered[i], &work->altered[i].backs[k], live);
  }
}

/* By way of names that nobody has, because two may have been swapped. */
static void follow_column_names(Ctx *ctx, const ArchiveWork *work) {
  for (int i = 0; i < work->naltered; i++)
    db_exec(ctx,
            "UPDATE \"main\".orm_archive SET table_name = char(1) || %Q"
            " WHERE table_name = %Q AND owner IS NULL AND kind <> 'table'",
            work->altered[i].to->name, work->altered[i].from->name);
  if (work->naltered)
    db_exec(ctx, "UPDATE \"main\".orm_archive SET table_name ="
                 " substr(table_name, 2) WHERE table_name >= char(1) AND"
                 " table_name < char(2)");
}

static void make_triggers(Ctx *ctx, const ArchiveWork *work) {
  for (int i = 0; ctx_ok(ctx) && i < work->naltered; i++) {
    const AlteredTable *s = &work->altered[i];
    i64 identity = identity_find(ctx, s->to->name);
    if (identity) identity_drop_triggers(ctx, identity);
    if (identity) identity_create_triggers(ctx, identity, &s->key_to);
  }
}

void restore_after(Ctx *ctx, ArchiveWork *work, FkeyCheck *check) {
  if (work->naltered + work->ncreated == 0 || !ctx_ok(ctx)) return;
  const Schema *made = work->restored.count ? live_read(ctx) : NULL;
  if (made) fill_empty(ctx, work, made);
  guard_triggers(ctx, false);
  for (int i = 0; i < work->ncreated && ctx_ok(ctx); i++) {
    if (work->created[i].entry.id == 0) continue;
    insert_rows(ctx, &work->created[i]);
    find_home(ctx, &work->created[i]);
  }
  for (int i = 0; i < work->naltered; i++)
    settle_stay(ctx, work, &work->altered[i]);
  const Schema *live = live_read(ctx);
  if (live) mend_keys(ctx, work, live);
  for (int i = 0; i < work->ncreated && ctx_ok(ctx); i++)
    finish_table(ctx, &work->created[i], live, check);
  for (int i = 0; i < work->naltered && ctx_ok(ctx); i++) {
    const AlteredTable *s = &work->altered[i];
    for (int k = 0; k < s->nback; k++)
      allow_values(ctx, s, &s->backs[k], live, check);
    finish_stay(ctx, &work->step, s);
  }
  follow_column_names(ctx, work);
  for (int i = 0; i < work->ncreated && ctx_ok(ctx); i++)
    if (work->created[i].entry.id) wake(ctx, &work->created[i]);
  catalog_clean(ctx);
  make_triggers(ctx, work);
  guard_triggers(ctx, true);
}
