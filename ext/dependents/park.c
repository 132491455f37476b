#include "dependents/park.h"

#include "base/transcript.h"
#include "ddl/edit.h"
#include "ddl/live.h"
#include "dependents/compiles.h"

/* ---- indexes ------------------------------------------------------------- */

static bool lacks_one_collation(Ctx *ctx, const char *collation) {
  char *sql = collation
                  ? mem_printf(ctx, "SELECT '' < '' COLLATE \"%w\"", collation)
                  : NULL;
  if (sql == NULL) return false;
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2(ctx->db, sql, -1, &stmt, NULL);
  int why = sqlite3_extended_errcode(ctx->db);
  sqlite3_finalize(stmt);
  return rc != SQLITE_OK && why == SQLITE_ERROR_MISSING_COLLSEQ;
}

static bool lacks_collation(Ctx *ctx, const Index *index, const Table *table) {
  for (int i = 0; i < index->nterm; i++) {
    const Term *term = &index->terms[i];
    int k = term->column ? table_column(table, term->column) : -1;
    const char *inherited = k >= 0 ? table->columns[k].collate : NULL;
    if (lacks_one_collation(ctx, term->collate ? term->collate : inherited))
      return true;
  }
  return false;
}

static void park_index(Ctx *ctx, Parked *parked, const char *name) {
  sqlite3_stmt *row = db_prepare(
      ctx,
      "SELECT rowid, name, tbl_name, rootpage, sql FROM \"main\".sqlite_schema"
      " WHERE type = 'index' AND name = %Q COLLATE NOCASE",
      name);
  ParkedIndex *slot =
      db_row(ctx, row) ? MEM_PUSH(ctx, parked->indexes, parked->nindex) : NULL;
  if (slot) {
    slot->rowid = db_column(ctx, row, 0);
    slot->name = db_column(ctx, row, 1);
    slot->table = db_column(ctx, row, 2);
    slot->page = db_column(ctx, row, 3);
    slot->sql = db_column_or_null(ctx, row, 4);
  }
  db_finish(row);
  if (slot && ctx_ok(ctx))
    db_exec(ctx, "DELETE FROM \"main\".sqlite_schema WHERE rowid = %s",
            slot->rowid);
}

void park_indexes(Ctx *ctx, Parked *parked, const Schema *live,
                  const NameMap *names) {
  if (!ctx_ok(ctx) || guard_is_defensive(ctx->db)) return;
  guard_writable(ctx, true);
  for (int i = 0; ctx_ok(ctx) && i < live->nindex; i++) {
    const Index *index = live->indexes[i];
    const Table *table = schema_table(live, index->table);
    if (table == NULL || map_get(names, index->table)) continue;
    if (lacks_collation(ctx, index, table))
      park_index(ctx, parked, index->name);
  }
  guard_writable(ctx, false);
}

static void restore_indexes(Ctx *ctx, const Parked *parked) {
  if (parked->nindex == 0) return;
  guard_writable(ctx, true);
  for (int i = 0; ctx_ok(ctx) && i < parked->nindex; i++) {
    const ParkedIndex *x = &parked->indexes[i];
    db_change(
        ctx,
        "INSERT INTO \"main\".sqlite_schema"
        "(rowid, type, name, tbl_name, rootpage, sql) VALUES"
        " (CAST(?1 AS INTEGER), 'index', ?2, ?3, CAST(?4 AS INTEGER), ?5)",
        x->rowid, x->name, x->table, x->page, x->sql);
  }
  guard_writable(ctx, false);
  guard_reload(ctx);
}

/* ---- generated columns --------------------------------------------------- */

/* Older releases rewrite generated columns of other tables: RENAME COLUMN takes
** the columns that such a column uses for the renamed one, if they have the
** same position. */
enum { FIRST_SOUND_RENAME = 3037000 };

static void store_parked_text(Ctx *ctx, const char *rowid, const char *sql) {
  db_change(ctx,
            "UPDATE \"main\".sqlite_schema SET sql = ?2"
            " WHERE rowid = CAST(?1 AS INTEGER)",
            rowid, sql);
}

static bool has_generated_columns(Ctx *ctx, const char *sql) {
  const Statement *s = parse_create(ctx, sql);
  if (s == NULL) err_forget(ctx); /* live_read() has left it out, too */
  if (s == NULL || s->table == NULL) return false;
  for (int i = 0; i < s->table->ncolumn; i++)
    if (s->table->columns[i].generated.sql) return true;
  return false;
}

static void add_generated_texts(Ctx *ctx, Parked *parked,
                                const NameMap *names) {
  sqlite3_stmt *rows =
      db_prepare(ctx, "SELECT rowid, name, sql FROM \"main\".sqlite_schema"
                      " WHERE type = 'table' AND sql LIKE '%%as%%(%%'");
  while (db_row(ctx, rows)) {
    ParkedText text = {db_column(ctx, rows, 0), db_column(ctx, rows, 1),
                       db_column(ctx, rows, 2)};
    if (!ctx_ok(ctx) || map_get(names, text.table)) continue;
    if (!has_generated_columns(ctx, text.sql)) continue;
    ParkedText *slot = MEM_PUSH(ctx, parked->texts, parked->ntext);
    if (slot) *slot = text;
  }
  db_finish(rows);
}

static void park_generated(Ctx *ctx, Parked *parked, const NameMap *names) {
  if (!ctx_ok(ctx) || sqlite3_libversion_number() >= FIRST_SOUND_RENAME) return;
  add_generated_texts(ctx, parked, names);
  if (parked->ntext == 0 || guard_is_defensive(ctx->db)) return;
  guard_writable(ctx, true);
  for (int i = 0; ctx_ok(ctx) && i < parked->ntext; i++)
    store_parked_text(ctx, parked->texts[i].rowid,
                      edit_generated(ctx, parked->texts[i].sql, NULL));
  guard_writable(ctx, false);
  guard_reload(ctx);
}

/* Restores the expressions in the present text: RENAME may have changed other
** parts of it, such as foreign keys. */
static void restore_generated(Ctx *ctx, const Parked *parked) {
  bool defensive = guard_is_defensive(ctx->db);
  if (!ctx_ok(ctx) || parked->ntext == 0) return;
  if (!defensive) guard_writable(ctx, true);
  for (int i = 0; ctx_ok(ctx) && i < parked->ntext; i++) {
    const ParkedText *text = &parked->texts[i];
    const char *now =
        db_text(ctx, "SELECT sql FROM \"main\".sqlite_schema WHERE rowid = %s",
                text->rowid);
    const char *sound = now ? edit_generated(ctx, now, text->sql) : NULL;
    if (sound == NULL || strcmp(now, sound) == 0) continue;
    if (defensive)
      err_set(ctx, SQLITE_ERROR,
              "SQLite before 3.37 would change what generates columns of table "
              "\"%s\" with it, and on a connection that is defensive "
              "(SQLITE_DBCONFIG_DEFENSIVE) that cannot be mended",
              text->table);
    store_parked_text(ctx, text->rowid, sound);
  }
  if (defensive) return;
  guard_writable(ctx, false);
  guard_reload(ctx);
}

/* ---- views and triggers -------------------------------------------------- */

static void add_parked(Ctx *ctx, Parked *parked, const Object *object,
                       const char *sql) {
  Object *slot = MEM_PUSH(ctx, parked->list, parked->count);
  if (slot == NULL) return;
  *slot = *object;
  slot->sql = sql;
}

/* Adds the view or trigger, and the triggers on a view, as they are stored.
** Returns false, and adds nothing, if it uses one of the renamed names. */
static bool add_blocker(Ctx *ctx, Parked *parked, const AlterError *blocker) {
  bool view = blocker->type == OBJECT_VIEW;
  sqlite3_stmt *rows = db_prepare(
      ctx,
      "SELECT sql FROM \"main\".sqlite_schema WHERE type IN (%s)"
      " AND %Q COLLATE NOCASE IN (name, tbl_name) ORDER BY type = 'trigger'",
      view ? "'view', 'trigger'" : "'trigger'", blocker->name);
  int first = parked->count;
  while (db_row(ctx, rows)) {
    const char *sql = db_column(ctx, rows, 0);
    const Statement *s = sql ? parse_create(ctx, sql) : NULL;
    bool is_it = s && s->object && name_equal(s->name, blocker->name) &&
                 s->object->type == blocker->type;
    bool on_it = view && s && s->object && s->object->table &&
                 name_equal(s->object->table, blocker->name);
    if (is_it || on_it) add_parked(ctx, parked, s->object, sql);
  }
  db_finish(rows);
  bool parks = ctx_ok(ctx) && parked->count > first &&
               !compiles_find_name(ctx, &parked->list[first], parked->names);
  if (!parks) parked->count = first;
  return parks;
}

bool park_blocker(Ctx *ctx, Parked *parked) {
  AlterError blocker = alter_error_find(ctx);
  if (blocker.name == NULL || blocker.after_rename || parked->names == NULL)
    return false;
  int rc = ctx->rc;
  const char *why = err_take(ctx);
  bool parks = ctx_ok(ctx) && add_blocker(ctx, parked, &blocker);
  if (!parks && ctx_ok(ctx)) err_set(ctx, rc, "%s", why);
  if (!parks) return false;
  transcript_exec(ctx, "DROP %s \"main\".\"%w\"",
                  object_type_name(blocker.type), blocker.name);
  return ctx_ok(ctx);
}

void park_for_rename(Ctx *ctx, Parked *parked, const Schema *live,
                     const NameMap *names) {
  parked->names = names;
  park_indexes(ctx, parked, live, names);
  park_generated(ctx, parked, names);
}

/* True if a table or index has a collation of its own. */
static bool has_collations(Ctx *ctx) {
  return db_int(ctx, "SELECT EXISTS (SELECT 1 FROM \"main\".sqlite_schema"
                     " WHERE instr(upper(sql), 'COLLATE'))") != 0;
}

void park_for_statement(Ctx *ctx, Parked *parked, const Token *first) {
  Token name, word;
  if (!token_alters(first, &name, &word) || !token_is(&word, "RENAME")) return;
  NameMap *names = map_new(ctx);
  char *renamed = token_name(ctx, &name);
  const Schema *live = has_collations(ctx) ? live_read(ctx) : schema_new(ctx);
  if (live == NULL || renamed == NULL || !ctx_ok(ctx)) return;
  map_put(ctx, names, renamed, parked);
  park_for_rename(ctx, parked, live, names);
}

/* ---- restoring ----------------------------------------------------------- */

void park_restore(Ctx *ctx, const Parked *parked) {
  restore_indexes(ctx, parked);
  restore_generated(ctx, parked);
  for (int i = 0; ctx_ok(ctx) && i < parked->count; i++) {
    const Object *object = &parked->list[i];
    transcript_exec(ctx, "%s", edit_in_main(ctx, object->sql));
    err_prefix(ctx, "%s \"%s\", which does not work",
               object_type_name(object->type), object->name);
  }
}
