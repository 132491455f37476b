#include "aside.h"

#include "edit.h"
#include "live.h"
#include "script.h"
#include "usable.h"

/* ---- indexes ------------------------------------------------------------ */

static bool is_missing(Ctx *ctx, const char *collation) {
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
    if (is_missing(ctx, term->collate ? term->collate : inherited)) return true;
  }
  return false;
}

static void take_out(Ctx *ctx, Aside *aside, const char *name) {
  sqlite3_stmt *row = db_prepare(
      ctx,
      "SELECT rowid, name, tbl_name, rootpage, sql FROM \"main\".sqlite_schema"
      " WHERE type = 'index' AND name = %Q COLLATE NOCASE",
      name);
  AsideIndex *slot =
      db_row(ctx, row) ? MEM_PUSH(ctx, aside->indexes, aside->nindex) : NULL;
  if (slot) {
    slot->rowid = db_column(ctx, row, 0);
    slot->name = db_column(ctx, row, 1);
    slot->table = db_column(ctx, row, 2);
    slot->page = db_column(ctx, row, 3);
    slot->sql = db_column(ctx, row, 4);
  }
  db_finish(row);
  if (slot && ctx_ok(ctx))
    db_exec(ctx, "DELETE FROM \"main\".sqlite_schema WHERE rowid = %s",
            slot->rowid);
}

void aside_indexes(Ctx *ctx, Guard *guard, Aside *aside, const Schema *live,
                   const NameMap *names) {
  if (!ctx_ok(ctx) || guard_is_defensive(ctx->db)) return;
  guard_writable(ctx, guard, true);
  for (int i = 0; ctx_ok(ctx) && i < live->nindex; i++) {
    const Index *index = live->indexes[i];
    const Table *table = schema_table(live, index->table);
    if (table == NULL || map_get(names, index->table)) continue;
    if (lacks_collation(ctx, index, table)) take_out(ctx, aside, index->name);
  }
  guard_writable(ctx, guard, false);
}

/* The change that they were set aside for has raised the schema's version. */
static void put_indexes_back(Ctx *ctx, Guard *guard, const Aside *aside) {
  if (aside->nindex == 0) return;
  guard_writable(ctx, guard, true);
  for (int i = 0; ctx_ok(ctx) && i < aside->nindex; i++) {
    const AsideIndex *x = &aside->indexes[i];
    db_change(
        ctx,
        "INSERT INTO \"main\".sqlite_schema"
        "(rowid, type, name, tbl_name, rootpage, sql) VALUES"
        " (CAST(?1 AS INTEGER), 'index', ?2, ?3, CAST(?4 AS INTEGER), ?5)",
        x->rowid, x->name, x->table, x->page, x->sql);
  }
  guard_writable(ctx, guard, false);
  guard_reload(ctx, guard);
}

/* ---- texts of tables ----------------------------------------------------- */

enum { FIRST_SOUND_RENAME = 3037000 };

static void save_texts(Ctx *ctx, Aside *aside, const NameMap *names) {
  if (sqlite3_libversion_number() >= FIRST_SOUND_RENAME) return;
  sqlite3_stmt *rows =
      db_prepare(ctx, "SELECT rowid, sql FROM \"main\".sqlite_schema"
                      " WHERE type = 'table' AND sql LIKE '%% as%%(%%'");
  while (db_row(ctx, rows)) {
    Object table;
    memset(&table, 0, sizeof(table));
    table.sql = db_column(ctx, rows, 1);
    if (!ctx_ok(ctx) || usable_named(ctx, &table, names)) continue;
    AsideText *slot = MEM_PUSH(ctx, aside->texts, aside->ntext);
    if (slot == NULL) break;
    slot->rowid = db_column(ctx, rows, 0);
    slot->sql = table.sql;
  }
  db_finish(rows);
}

static void put_texts_back(Ctx *ctx, Guard *guard, const Aside *aside) {
  bool changed = false;
  if (aside->ntext == 0 || guard_is_defensive(ctx->db)) return;
  guard_writable(ctx, guard, true);
  for (int i = 0; ctx_ok(ctx) && i < aside->ntext; i++)
    changed |= db_change(ctx,
                         "UPDATE \"main\".sqlite_schema SET sql = ?2"
                         " WHERE rowid = CAST(?1 AS INTEGER) AND sql <> ?2",
                         aside->texts[i].rowid, aside->texts[i].sql, 0, 0, 0);
  guard_writable(ctx, guard, false);
  if (changed) guard_reload(ctx, guard);
}

/* ---- views and triggers ------------------------------------------------- */

static bool is_aside(const Aside *aside, const Object *object) {
  for (int i = 0; i < aside->count; i++)
    if (aside->list[i].norm == object->norm) return true;
  return false;
}

/* Is it on a view that is set aside, and goes with it? */
static bool goes_along(const Aside *aside, const Schema *live,
                       const Object *object) {
  const Object *view =
      object->table ? schema_object(live, OBJECT_VIEW, object->table) : NULL;
  return view && is_aside(aside, view);
}

static const char *stored_sql(Ctx *ctx, const Object *object) {
  return db_text(ctx,
                 "SELECT sql FROM \"main\".sqlite_schema"
                 " WHERE type = %Q AND name = %Q COLLATE NOCASE",
                 object_type_name(object->type), object->name);
}

/* Views first: what stands on them is broken with them. */
static void find_broken(Ctx *ctx, Aside *aside, const Schema *live,
                        const NameMap *names) {
  static const ObjectType order[] = {OBJECT_VIEW, OBJECT_TRIGGER};
  for (int k = 0; k < 2; k++)
    for (int i = 0; ctx_ok(ctx) && i < live->nobject; i++) {
      const Object *object = live->objects[i];
      if (object->type != order[k] || usable_named(ctx, object, names))
        continue;
      if (!goes_along(aside, live, object) &&
          usable_compiles(ctx, object, live))
        continue;
      Object *slot = MEM_PUSH(ctx, aside->list, aside->count);
      if (slot) *slot = *object;
      if (slot) slot->sql = stored_sql(ctx, object);
    }
}

void aside_set(Ctx *ctx, Guard *guard, Aside *aside, const Schema *live,
               const NameMap *names) {
  int before = usable_enable_triggers(ctx, 1);
  find_broken(ctx, aside, live, names);
  usable_enable_triggers(ctx, before);
  for (int i = aside->count - 1; ctx_ok(ctx) && i >= 0; i--)
    script_exec(ctx, "DROP %s \"main\".\"%w\"",
                object_type_name(aside->list[i].type), aside->list[i].name);
  aside_indexes(ctx, guard, aside, live, names);
  save_texts(ctx, aside, names);
}

void aside_for(Ctx *ctx, Guard *guard, Aside *aside, const Token *first) {
  Token name, word;
  if (!token_alters(first, &name, &word) || !token_is(&word, "RENAME")) return;
  NameMap *names = map_new(ctx);
  char *renamed = token_name(ctx, &name);
  const Schema *live = live_read(ctx);
  if (live == NULL || renamed == NULL) return;
  map_put(ctx, names, renamed, aside);
  aside_set(ctx, guard, aside, live, names);
}

/* ---- putting back ------------------------------------------------------- */

void aside_put_back(Ctx *ctx, Guard *guard, const Aside *aside) {
  put_indexes_back(ctx, guard, aside);
  put_texts_back(ctx, guard, aside);
  for (int i = 0; ctx_ok(ctx) && i < aside->count; i++) {
    const Object *object = &aside->list[i];
    script_exec(ctx, "%s", edit_in_main(ctx, object->sql));
    err_prefix(ctx, "%s \"%s\", which does not work",
               object_type_name(object->type), object->name);
  }
}
