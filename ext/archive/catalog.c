#include "archive/catalog.h"

#include "archive_sql.h"
#include "ddl/live.h"

// clang-format off
static const char *const kind_words[] = {
  [ENTRY_TABLE]    = "table",
  [ENTRY_COLUMN]   = "column",
  [ENTRY_VALUE]    = "value",
  [ENTRY_SEQUENCE] = "sequence",
  [ENTRY_IDENTITY] = "rows",
};
// clang-format on

/* Conditions over a row of orm_archive; sql/archive.sql has the states. */
#define IS_UNOWNED "owner IS NULL AND NOT spent"
#define HAS_VALUES "kind IN ('column', 'value')"
#define HAS_DATA   "kind IN ('table', 'column', 'value')"

/* ---- the catalogue ------------------------------------------------------ */

/* Returns the prefix of an entry; NULL if its rows were moved. Statements
** contain the prefix unquoted. Therefore any prefix but orm_, orm__ and so on
** is an error; a hostile file may have one. */
static const char *read_prefix(Ctx *ctx, sqlite3_stmt *row, int i) {
  const char *prefix = db_column_or_null(ctx, row, i);
  if (!ctx_ok(ctx) || prefix == NULL) return NULL;
  const char *z = strncmp(prefix, "orm_", 4) == 0 ? prefix + 4 : "?";
  while (*z == '_') z++;
  if (*z) err_set(ctx, SQLITE_CORRUPT, "orm_archive is not what orm wrote");
  return *z ? NULL : prefix;
}

#define NOT_OURS "orm_archive is not what orm wrote"

bool catalog_exists(Ctx *ctx) {
  if (!db_has_table(ctx, "orm_archive")) return false;
  db_finish(db_prepare(
      ctx, "SELECT id, kind, version, direction, table_name, column_name,"
           " object_id, owner, prefix, detail, sql, extras, sequence, rows,"
           " bytes, purged, spent FROM \"main\".orm_archive"));
  err_prefix(ctx, NOT_OURS);
  return ctx_ok(ctx);
}

/* ---- checks ------------------------------------------------------------- */

#define GIVE_UP \
  "put it back (from a backup), or give up what is kept, SELECT orm_purge()"

/* Sets an error if a table of the archive has no entry. */
static void refuse_stray_tables(Ctx *ctx, bool exists) {
  char *name = db_text_or_null(
      ctx,
      "SELECT name FROM \"main\".sqlite_schema WHERE type IN ('table', 'view')"
      " AND name GLOB 'orm_archive_[0-9]*'"
      " AND substr(name, 13) NOT GLOB '*[^0-9]*'%s LIMIT 1",
      exists ? " AND CAST(substr(name, 13) AS INTEGER) NOT IN"
               " (SELECT id FROM \"main\".orm_archive)"
             : "");
  if (name)
    err_set(ctx, SQLITE_ERROR,
            exists ? "the archive has a table \"%s\", but orm_archive has no "
                     "row of it: put that back (from a backup), or drop it"
                   : "the archive has a table \"%s\", but orm_archive, its "
                     "catalogue, is gone: put that back (from a backup), or "
                     "drop all of the archive",
            name);
}

/* Selects for each entry with a table: its id, a description of its data for
** messages, the columns that its table must have, and whether orm can have
** written the row. */
static const char entries_sql[] =
    "SELECT id, CASE kind WHEN 'rows' THEN 'which rows of \"' || table_name ||"
    "  '\" values belong to' ELSE rows || ' row' || CASE rows WHEN 1 THEN ''"
    "  ELSE 's' END || ' of \"' || table_name || ifnull('.' || column_name, '')"
    "  || '\"' END,"
    " CASE kind WHEN 'rows' THEN printf('t.orm_row')"
    "  WHEN 'table' THEN CASE WHEN prefix IS NULL THEN '1' ELSE"
    "   printf('t.%%srowid, t.%%sorphan, t.%%shome', prefix, prefix, prefix) "
    "END"
    "   || (SELECT ifnull(group_concat(printf(', t.\"%%w\"',"
    "    json_extract(value, '$.name')), ''), '') FROM \"%w\".json_each("
    "    CASE WHEN json_valid(detail) THEN detail ELSE '[]' END))"
    "  ELSE printf('t.%%srow, t.%%sorphan, t.%%smade, t.\"%%w\"', prefix, "
    "prefix,"
    "   prefix, column_name) END,"
    " CASE kind WHEN 'rows' THEN 1 ELSE kind IN ('table', 'column', 'value')"
    "  AND (prefix IS NULL AND kind = 'table' OR"
    "   prefix GLOB 'orm_*' AND trim(substr(prefix, 5), '_') = '')"
    "  AND (kind <> 'table' OR json_valid(detail)) END"
    " FROM \"main\".orm_archive WHERE NOT purged AND kind <> 'sequence'";

static void check_entry(Ctx *ctx, i64 entry, const char *what,
                        const char *columns) {
  char *name = mem_printf(ctx, "orm_archive_%lld", entry);
  if (ctx_ok(ctx) && !db_has_table(ctx, name))
    err_set(ctx, SQLITE_ERROR,
            "the archive keeps %s in table \"%s\", which is gone: " GIVE_UP,
            what, name);
  if (!ctx_ok(ctx)) return;
  db_finish(
      db_prepare(ctx, "SELECT %s FROM \"main\".\"%w\" AS t", columns, name));
  err_prefix(
      ctx, "the archive keeps %s in table \"%s\", which was altered; " GIVE_UP,
      what, name);
}

void catalog_check(Ctx *ctx) {
  bool exists = catalog_exists(ctx);
  refuse_stray_tables(ctx, exists);
  if (!exists || !ctx_ok(ctx)) return;
  sqlite3_stmt *rows = db_prepare(ctx, entries_sql, db_home(ctx, "json_each"));
  while (db_row(ctx, rows)) {
    const char *what = db_column_or_null(ctx, rows, 1);
    const char *columns = db_column_or_null(ctx, rows, 2);
    if (!sqlite3_column_int(rows, 3) || !what || !columns)
      err_set(ctx, SQLITE_ERROR, NOT_OURS);
    check_entry(ctx, sqlite3_column_int64(rows, 0), what, columns);
  }
  db_finish(rows);
}

void catalog_check_width(Ctx *ctx, const Table *table, int columns) {
  if (!ctx_ok(ctx)) return;
  int most = sqlite3_limit(ctx->db, SQLITE_LIMIT_COLUMN, -1);
  if (columns > most)
    err_set(
        ctx, SQLITE_ERROR,
        "table \"%s\" has %d columns: with orm's own the archive would need "
        "%d for it, and SQLite allows %d; the option 'noarchive' keeps "
        "nothing",
        table->name, table->ncolumn, columns, most);
}

/* Sets an error if rows were added to the entry's table or removed from it. */
static void check_rows(Ctx *ctx, const Entry *e, const char *table,
                       const char *column) {
  i64 now =
      db_int(ctx, "SELECT count(*) FROM \"main\".orm_archive_%lld", e->id);
  if (ctx_ok(ctx) && now != e->rows)
    err_set(ctx, SQLITE_ERROR,
            "the archive kept %lld row%s of \"%s%s%s\" in table "
            "\"orm_archive_%lld\", which has %lld now: " GIVE_UP,
            e->rows, e->rows == 1 ? "" : "s", table, column ? "." : "",
            column ? column : "", e->id, now);
}

/* ---- entries ------------------------------------------------------------ */

static void create_catalogue(Ctx *ctx) {
  if (ctx_ok(ctx) && !catalog_exists(ctx)) db_exec(ctx, "%s", orm_archive_sql);
}

static const char *direction(bool undo) {
  return undo ? "down" : "up";
}

i64 catalog_add(Ctx *ctx, const ArchiveStep *step, EntryKind kind,
                const char *table, const char *column, i64 object,
                const char *prefix) {
  create_catalogue(ctx);
  db_exec(ctx,
          "INSERT INTO \"main\".orm_archive(kind, version, direction,"
          " table_name, column_name, object_id, prefix)"
          " VALUES (%Q, %lld, %Q, %Q, %Q, %lld, %Q)",
          kind_words[kind], step->version, direction(step->undo), table, column,
          object, prefix);
  return ctx_ok(ctx) ? sqlite3_last_insert_rowid(ctx->db) : 0;
}

void catalog_add_note(Ctx *ctx, const ArchiveStep *step, EntryKind kind,
                      const char *table, const char *column, i64 object,
                      i64 rows) {
  i64 id = catalog_add(ctx, step, kind, table, column, object, "orm_");
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET purged = 1, rows = %lld"
          " WHERE id = %lld",
          rows, id);
}

i64 catalog_add_identity(Ctx *ctx, const char *table, const char *norm,
                         bool direct) {
  create_catalogue(ctx);
  db_exec(ctx,
          "INSERT INTO \"main\".orm_archive(kind, table_name, detail, sequence)"
          " VALUES (%Q, %Q, %Q, %s)",
          kind_words[ENTRY_IDENTITY], table, norm, direct ? "0" : "NULL");
  return ctx_ok(ctx) ? sqlite3_last_insert_rowid(ctx->db) : 0;
}

void catalog_set_rules(Ctx *ctx, i64 entry, const char *rules) {
  db_exec(ctx, "UPDATE \"main\".orm_archive SET detail = %Q WHERE id = %lld",
          rules, entry);
}

void catalog_set_sequence(Ctx *ctx, i64 entry, i64 sequence) {
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET sequence = %lld WHERE id = %lld",
          sequence, entry);
}

void catalog_set_table(Ctx *ctx, i64 entry, const char *columns,
                       const char *sql, const char *extras, i64 sequence) {
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET detail = %Q, sql = %Q, extras = %Q,"
          " sequence = nullif(%lld, 0) WHERE id = %lld",
          columns, sql, extras, sequence, entry);
}

void catalog_set_prefix(Ctx *ctx, i64 entry, const char *prefix) {
  db_exec(ctx, "UPDATE \"main\".orm_archive SET prefix = %Q WHERE id = %lld",
          prefix, entry);
}

void catalog_clear_extras(Ctx *ctx, i64 entry) {
  db_exec(ctx, "UPDATE \"main\".orm_archive SET extras = NULL WHERE id = %lld",
          entry);
}

enum { MOST_MEASURED = 1000 };

/* Returns the bytes of the first rows of the entry's table, up to MOST_MEASURED
** rows. */
static i64 measure_bytes(Ctx *ctx, const Entry *entry) {
  if (!ctx_ok(ctx)) return 0;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  sqlite3_str_appendall(str, "SELECT 0");
  sqlite3_stmt *names = db_prepare(
      ctx, "PRAGMA \"main\".table_info(orm_archive_%lld)", entry->id);
  while (db_row(ctx, names)) {
    const char *name = db_column(ctx, names, 1);
    if (name && (entry->moved || !name_starts(name, entry->prefix)))
      sqlite3_str_appendf(str, ", sum(length(CAST(\"%w\" AS BLOB)))", name);
  }
  db_finish(names);
  sqlite3_str_appendf(str,
                      " FROM (SELECT * FROM \"main\".orm_archive_%lld"
                      " LIMIT %d)",
                      entry->id, MOST_MEASURED);
  i64 bytes = 0;
  sqlite3_stmt *sums = db_prepare(ctx, "%s", mem_finish(ctx, str));
  while (db_row(ctx, sums))
    for (int i = 1; i < sqlite3_column_count(sums); i++)
      bytes += sqlite3_column_int64(sums, i);
  db_finish(sums);
  return bytes;
}

void catalog_measure(Ctx *ctx, const Entry *entry) {
  if (!ctx_ok(ctx) || entry->id == 0) return;
  i64 rows =
      db_int(ctx, "SELECT count(*) FROM \"main\".orm_archive_%lld", entry->id);
  i64 bytes = rows ? measure_bytes(ctx, entry) : 0;
  if (rows > MOST_MEASURED)
    bytes = (i64)((double)bytes / MOST_MEASURED * (double)rows);
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET rows = %lld, bytes = %lld"
          " WHERE id = %lld",
          rows, bytes, entry->id);
}

/* ---- look-up ------------------------------------------------------------ */

Entry catalog_find(Ctx *ctx, const ArchiveStep *step, EntryKind kind,
                   const char *table, const char *column, i64 object) {
  Entry e;
  memset(&e, 0, sizeof(e));
  if (!ctx_ok(ctx) || step->noarchive || !catalog_exists(ctx)) return e;
  sqlite3_stmt *row =
      db_prepare(ctx,
                 "SELECT id, version, rows, prefix, column_name, purged,"
                 " version = %lld AND direction = %Q AS opposite,"
                 " CASE kind WHEN 'table' THEN NULL ELSE detail END,"
                 " direction = 'discarded'"
                 " FROM \"main\".orm_archive WHERE kind = %Q AND " IS_UNOWNED
                 " AND (kind = 'table' OR table_name = %Q)"
                 " AND (object_id = %lld OR opposite AND table_name = %Q"
                 "      AND column_name IS %Q)"
                 " AND (kind <> 'value' OR opposite)"
                 " ORDER BY object_id = %lld DESC, id DESC LIMIT 1",
                 step->version, direction(!step->undo), kind_words[kind], table,
                 object, table, column, object);
  if (db_row(ctx, row)) {
    e.id = sqlite3_column_int64(row, 0);
    e.version = sqlite3_column_int64(row, 1);
    e.rows = sqlite3_column_int64(row, 2);
    e.prefix = read_prefix(ctx, row, 3);
    e.column = db_column_or_null(ctx, row, 4);
    e.purged = sqlite3_column_int(row, 5) != 0;
    e.opposite = sqlite3_column_int(row, 6) != 0;
    e.rules = db_column_or_null(ctx, row, 7);
    e.discarded = sqlite3_column_int(row, 8) != 0;
    e.moved = kind == ENTRY_TABLE && e.prefix == NULL;
  }
  db_finish(row);
  return e;
}

bool catalog_has_entries(Ctx *ctx, const char *table) {
  if (!ctx_ok(ctx) || !catalog_exists(ctx)) return false;
  return db_int(ctx,
                "SELECT EXISTS (SELECT 1 FROM \"main\".orm_archive WHERE"
                " kind <> 'table' AND owner IS NULL AND table_name = %Q)",
                table) != 0;
}

bool catalog_has_values(Ctx *ctx, const ArchiveStep *step, const char *table) {
  if (!ctx_ok(ctx) || step->noarchive || !catalog_exists(ctx)) return false;
  return db_int(ctx,
                "SELECT EXISTS (SELECT 1 FROM \"main\".orm_archive WHERE"
                " kind = 'value' AND " IS_UNOWNED " AND table_name = %Q"
                " AND version = %lld AND direction = %Q)",
                table, step->version, direction(!step->undo)) != 0;
}

bool catalog_can_restore(Ctx *ctx, const ArchiveStep *step, const Entry *e,
                         const char *table, const char *column) {
  if (e->id && !e->purged) check_rows(ctx, e, table, column);
  if (e->id == 0 || !e->purged) return e->id != 0 && ctx_ok(ctx);
  if (!step->undo || e->rows == 0) return false;
  i64 to = db_int(ctx,
                  "SELECT max(version) FROM \"main\".orm_migration"
                  " WHERE version < %lld",
                  step->version);
  err_set(ctx, SQLITE_ERROR,
          "%s would bring \"%s%s%s\" back without %s %lld row%s, which "
          "orm_purge() or 'noarchive' gave up; SELECT orm_downgrade(%lld, "
          "'noarchive') goes on without them",
          step->name, table, column ? "." : "", column ? column : "",
          column ? "the values of" : "its", e->rows, e->rows == 1 ? "" : "s",
          to);
  return false;
}

i64 catalog_identity_of(Ctx *ctx, const char *table) {
  if (!ctx_ok(ctx) || !catalog_exists(ctx)) return 0;
  return db_int(ctx,
                "SELECT id FROM \"main\".orm_archive WHERE kind = 'rows'"
                " AND table_name = %Q AND " IS_UNOWNED " ORDER BY id DESC",
                table);
}

i64 catalog_owned_identity(Ctx *ctx, i64 owner) {
  return db_int(ctx,
                "SELECT id FROM \"main\".orm_archive WHERE owner = %lld"
                " AND kind = 'rows'",
                owner);
}

char *catalog_identity_norm(Ctx *ctx, i64 identity) {
  return db_text_or_null(
      ctx, "SELECT detail FROM \"main\".orm_archive WHERE id = %lld", identity);
}

i64 catalog_sequence(Ctx *ctx, i64 entry) {
  return db_int(
      ctx, "SELECT sequence FROM \"main\".orm_archive WHERE id = %lld", entry);
}

i64 catalog_highest(Ctx *ctx, i64 identity) {
  return db_int(ctx,
                "SELECT ifnull(sequence, -1) FROM \"main\".orm_archive"
                " WHERE id = %lld AND kind = 'rows'",
                identity);
}

i64 catalog_last_id(Ctx *ctx) {
  if (!ctx_ok(ctx) || !catalog_exists(ctx)) return 0;
  return db_int(ctx, "SELECT max(id) FROM \"main\".orm_archive");
}

/* ---- deletion ----------------------------------------------------------- */

static void drop_table(Ctx *ctx, i64 entry) {
  guard_alone(
      ctx,
      mem_printf(ctx, "DROP TABLE IF EXISTS \"main\".orm_archive_%lld", entry));
}

void catalog_drop_triggers(Ctx *ctx, i64 identity) {
  for (int i = 0; i < ROWKEY_TRIGGERS; i++)
    db_exec(ctx, "DROP TRIGGER IF EXISTS \"main\".%s",
            rowkey_trigger_name(ctx, identity, i));
}

void catalog_delete(Ctx *ctx, i64 entry) {
  catalog_drop_triggers(ctx, entry);
  drop_table(ctx, entry);
  db_exec(ctx, "DELETE FROM \"main\".orm_archive WHERE id = %lld", entry);
}

/* Sets `ids` to the ids that a SELECT returns. Returns their number. */
static int list_ids(Ctx *ctx, i64 **ids, const char *select) {
  i64 *list = NULL;
  int count = 0;
  sqlite3_stmt *rows = db_prepare(ctx, "%s", select);
  while (db_row(ctx, rows)) {
    i64 *slot = MEM_PUSH(ctx, list, count);
    if (slot) *slot = sqlite3_column_int64(rows, 0);
  }
  db_finish(rows);
  *ids = list;
  return count;
}

static void delete_all(Ctx *ctx, const char *select) {
  i64 *ids = NULL;
  int count = list_ids(ctx, &ids, select);
  for (int i = 0; i < count && ctx_ok(ctx); i++) catalog_delete(ctx, ids[i]);
}

void catalog_clean(Ctx *ctx) {
  if (!ctx_ok(ctx) || !catalog_exists(ctx)) return;
  /* owned -> spent: the table will not be restored. */
  db_exec(ctx, "UPDATE \"main\".orm_archive SET spent = 1, owner = NULL"
               " WHERE owner IS NOT NULL AND owner NOT IN (SELECT id FROM"
               "  \"main\".orm_archive WHERE NOT spent AND NOT purged)");
  delete_all(ctx, "SELECT id FROM \"main\".orm_archive WHERE"
                  " " HAS_VALUES " AND (rows = 0 OR purged AND spent)"
                  " OR kind = 'table' AND spent AND (purged OR rows = 0 AND"
                  "  extras IS NULL)"
                  " OR kind = 'sequence' AND spent");
  delete_all(ctx,
             "SELECT id FROM \"main\".orm_archive AS r WHERE kind = 'rows'"
             " AND (spent OR NOT EXISTS (SELECT 1 FROM \"main\".orm_archive"
             "  AS e WHERE e.kind IN ('column', 'value') AND NOT e.spent"
             "  AND NOT e.purged AND e.table_name = r.table_name"
             "  AND e.owner IS r.owner))");
}

/* ---- transitions -------------------------------------------------------- */

void catalog_own(Ctx *ctx, const char *table, i64 owner) {
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET owner = %lld WHERE table_name = %Q"
          " AND kind <> 'table' AND " IS_UNOWNED,
          owner, table);
}

void catalog_disown(Ctx *ctx, i64 owner, const char *table) {
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET owner = NULL, table_name = %Q"
          " WHERE owner = %lld",
          table, owner);
}

void catalog_spend(Ctx *ctx, i64 entry) {
  db_exec(ctx, "UPDATE \"main\".orm_archive SET spent = 1 WHERE id = %lld",
          entry);
}

void catalog_spend_columns(Ctx *ctx, const char *table) {
  if (!ctx_ok(ctx) || !catalog_exists(ctx)) return;
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET spent = 1 WHERE table_name = %Q"
          " AND owner IS NULL AND kind <> 'table'",
          table);
}

void catalog_spend_column(Ctx *ctx, const char *table, i64 object) {
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET spent = 1 WHERE owner IS NULL"
          " AND kind = 'column' AND table_name = %Q AND object_id = %lld",
          table, object);
}

void catalog_spend_values(Ctx *ctx, const char *table, i64 version, i64 below) {
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET spent = 1 WHERE kind = 'value' AND"
          " owner IS NULL AND table_name = %Q AND version = %lld AND id < %lld",
          table, version, below);
}

void catalog_spend_table(Ctx *ctx, i64 entry, i64 object) {
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET spent = 1 WHERE kind = 'table' AND"
          " (id = %lld OR object_id = %lld)",
          entry, object);
}

/* Uses temporary names that no table has, because two tables may swap their
** names. */
void catalog_move(Ctx *ctx, const char *from, const char *to) {
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET table_name = char(1) || %Q"
          " WHERE table_name = %Q AND owner IS NULL AND kind <> 'table'",
          to, from);
}

void catalog_finish_moves(Ctx *ctx) {
  db_exec(ctx, "UPDATE \"main\".orm_archive SET table_name ="
               " substr(table_name, 2) WHERE table_name >= char(1) AND"
               " table_name < char(2)");
}

void catalog_discard(Ctx *ctx, i64 version) {
  if (!ctx_ok(ctx) || !catalog_exists(ctx)) return;
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET direction = 'discarded',"
          " spent = max(spent, kind = 'value')"
          " WHERE version = %lld AND direction = 'down'",
          version);
  catalog_clean(ctx);
}

void catalog_combine(Ctx *ctx, i64 version) {
  if (!ctx_ok(ctx) || !catalog_exists(ctx)) return;
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET direction = 'discarded',"
          " spent = max(spent, kind = 'value')"
          " WHERE version BETWEEN 1 AND %lld AND direction IN ('up', 'down')",
          version);
  catalog_clean(ctx);
}

void catalog_renumber(Ctx *ctx, i64 from, i64 to) {
  if (!ctx_ok(ctx) || !catalog_exists(ctx)) return;
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET version = %lld WHERE version = %lld",
          to, from);
  if (to == 0) catalog_discard(ctx, to);
}

/* Changes object_id, and the ids of the columns in `detail` of kind table. */
void catalog_map_ids(Ctx *ctx, const char *ids) {
  if (!ctx_ok(ctx) || !catalog_exists(ctx)) return;
  const char *home = db_home(ctx, "json_each");
  db_exec(ctx,
          "WITH ids(kind, old, new) AS (SELECT m.key, CAST(i.key AS INTEGER),"
          "  i.value FROM \"%w\".json_each(%Q) AS m,"
          "  \"%w\".json_each(m.value) AS i"
          "  WHERE m.key IN ('model', 'column'))"
          " UPDATE \"main\".orm_archive AS e SET"
          " object_id = (SELECT CASE WHEN count(*) THEN max(new)"
          "   ELSE e.object_id END FROM ids WHERE old = e.object_id AND"
          "   ids.kind = CASE WHEN e.kind IN ('table', 'sequence')"
          "    THEN 'model' ELSE 'column' END),"
          " detail = CASE e.kind WHEN 'table' THEN"
          "  (SELECT json_group_array(json_set(value, '$.id',"
          "   (SELECT CASE WHEN count(*) THEN max(new)"
          "     ELSE json_extract(value, '$.id') END FROM ids WHERE"
          "     ids.kind = 'column' AND old = json_extract(value, '$.id'))))"
          "   FROM \"%w\".json_each(e.detail)) ELSE e.detail END"
          " WHERE version < 0",
          home, ids, home, home);
}

void catalog_mark_repair(Ctx *ctx, i64 above) {
  if (!ctx_ok(ctx) || !catalog_exists(ctx)) return;
  db_exec(ctx,
          "UPDATE \"main\".orm_archive SET direction = 'repair', spent = 1"
          " WHERE id > %lld AND kind <> 'rows'",
          above);
  catalog_clean(ctx);
}

/* Returns true if the object of an entry has the same names in `rows`. `entry`
** has the columns kind, object_id, table_name and column_name. */
static bool is_object_in(Ctx *ctx, sqlite3_stmt *entry, const MetaRows *rows) {
  const char *kind = db_column(ctx, entry, 0);
  i64 object = sqlite3_column_int64(entry, 1);
  const char *table = db_column_or_null(ctx, entry, 2);
  const char *name = db_column_or_null(ctx, entry, 3);
  if (!ctx_ok(ctx)) return false;
  bool whole = strcmp(kind, "table") == 0 || strcmp(kind, "sequence") == 0;
  const MetaRow *column = whole ? NULL : rows_find(rows, META_COLUMN, object);
  const MetaList *models = &rows->of[META_MODEL];
  for (int i = 0; table && i < models->count; i++) {
    const MetaRow *model = models->list[i];
    const char *own = model->texts[MODEL_TABLE_NAME];
    if (!name_equal(own ? own : model->texts[MODEL_NAME], table)) continue;
    if (whole
            ? model->id == object
            : column && name && name_equal(column->texts[COLUMN_NAME], name) &&
                  name_equal(column->texts[COLUMN_MODEL],
                             model->texts[MODEL_NAME]))
      return true;
  }
  return false;
}

void catalog_detach(Ctx *ctx, i64 version, const MetaRows *rows) {
  if (!ctx_ok(ctx) || !catalog_exists(ctx)) return;
  i64 *others = NULL;
  int count = 0;
  sqlite3_stmt *entries = db_prepare(
      ctx,
      "SELECT kind, object_id, table_name, column_name, id"
      " FROM \"main\".orm_archive WHERE version >= %lld AND direction <> 'up'"
      " AND object_id IS NOT NULL",
      version);
  while (db_row(ctx, entries)) {
    if (is_object_in(ctx, entries, rows)) continue;
    i64 *slot = MEM_PUSH(ctx, others, count);
    if (slot) *slot = sqlite3_column_int64(entries, 4);
  }
  db_finish(entries);
  for (int i = 0; i < count && ctx_ok(ctx); i++)
    db_exec(ctx,
            "UPDATE \"main\".orm_archive SET object_id = NULL,"
            " direction = 'discarded' WHERE id = %lld",
            others[i]);
}

/* ---- orm_purge() and orm_status() --------------------------------------- */

i64 catalog_purge(Ctx *ctx, i64 version) {
  if (!ctx_ok(ctx) || !catalog_exists(ctx)) return 0;
  char *which = mem_printf(
      ctx, "kind <> 'rows' AND NOT purged AND version <= %lld", version);
  i64 freed =
      db_int(ctx, "SELECT sum(rows) FROM \"main\".orm_archive WHERE %s", which);
  /* -> purged: these entries, which a downgrade would need. The others are
  ** deleted. */
  char *noted = mem_printf(ctx,
                           "%s AND direction = 'up' AND NOT spent AND rows > 0"
                           " AND kind <> 'sequence'",
                           which);
  delete_all(ctx, mem_printf(ctx,
                             "SELECT id FROM \"main\".orm_archive WHERE %s"
                             " AND NOT (%s)",
                             which, noted));
  i64 *ids = NULL;
  int count = list_ids(ctx, &ids,
                       mem_printf(ctx,
                                  "SELECT id FROM \"main\".orm_archive"
                                  " WHERE %s",
                                  noted));
  for (int i = 0; i < count && ctx_ok(ctx); i++) {
    drop_table(ctx, ids[i]);
    db_exec(ctx,
            "UPDATE \"main\".orm_archive SET purged = 1, bytes = 0,"
            " sql = NULL, extras = NULL, sequence = NULL WHERE id = %lld",
            ids[i]);
  }
  catalog_clean(ctx);
  return freed;
}

/* Returns true unless the table of the entry was dropped. */
static bool has_data(Ctx *ctx, i64 entry) {
  const char *name = mem_printf(ctx, "orm_archive_%lld", entry);
  return name && db_has_table(ctx, name);
}

/* Returns the number of values of an entry whose row is missing, if the
** identity table is direct. `table` has the rows: it is the live table, or the
** table of the archive for the dropped table; both have the same rowids. */
static i64 count_rowless(Ctx *ctx, i64 entry, const char *prefix, i64 identity,
                         const char *table) {
  const Table *t =
      ctx_ok(ctx) && db_has_table(ctx, table) ? live_table(ctx, table) : NULL;
  i64 rows =
      db_int(ctx, "SELECT count(*) FROM \"main\".orm_archive_%lld", entry);
  if (t == NULL || t->rowid_alias < 0) return rows;
  RowKey key = rowkey_of(ctx, t);
  key.direct = rowkey_is_alias(&key);
  if (!key.direct) return rows;
  char *join =
      rowkey_join(ctx, &key, t, identity, mem_printf(ctx, "\"%w\"", t->name),
                  mem_printf(ctx, "orm_e.%srow", prefix));
  return rows - db_int(ctx,
                       "SELECT count(*) FROM \"main\".orm_archive_%lld AS"
                       " orm_e%s",
                       entry, join);
}

/* Returns the number of rows that no step can restore. In a spent entry these
** are all rows; in any other entry, the values whose row is missing in the
** identity table. */
static i64 count_orphaned(Ctx *ctx, i64 entry) {
  sqlite3_stmt *row = db_prepare(
      ctx,
      "SELECT rows, spent, kind = 'table', prefix, (SELECT max(r.id) FROM"
      "  \"main\".orm_archive AS r WHERE r.kind = 'rows' AND NOT r.spent AND"
      "  r.table_name = e.table_name AND r.owner IS e.owner),"
      " ifnull('orm_archive_' || owner, table_name)"
      " FROM \"main\".orm_archive AS e WHERE id = %lld",
      entry);
  i64 rows = 0, identity = 0;
  bool spent = false, table = false;
  const char *prefix = NULL, *home = NULL;
  if (db_row(ctx, row)) {
    rows = sqlite3_column_int64(row, 0);
    spent = sqlite3_column_int(row, 1) != 0;
    table = sqlite3_column_int(row, 2) != 0;
    prefix = read_prefix(ctx, row, 3);
    identity = sqlite3_column_int64(row, 4);
    home = db_column_or_null(ctx, row, 5);
  }
  db_finish(row);
  if (spent) return rows;
  if (table) return 0;
  if (prefix == NULL) return rows;
  if (identity == 0 || !has_data(ctx, identity) || !has_data(ctx, entry))
    return rows;
  i64 orphans =
      catalog_highest(ctx, identity) >= 0 && home
          ? count_rowless(ctx, entry, prefix, identity, home)
          : db_int(ctx,
                   "SELECT count(*) FROM \"main\".orm_archive_%lld WHERE %srow"
                   " NOT IN (SELECT orm_row FROM \"main\".orm_archive_%lld)",
                   entry, prefix, identity);
  err_prefix(ctx, "table \"orm_archive_%lld\" of the archive", entry);
  return orphans;
}

char *catalog_status(Ctx *ctx) {
  if (!ctx_ok(ctx)) return NULL;
  if (!catalog_exists(ctx)) return mem_text(ctx, "[]", -1);
  sqlite3_str *json = sqlite3_str_new(ctx->db);
  sqlite3_stmt *rows = db_prepare(
      ctx, "SELECT id, json_object('version', version, 'object', table_name ||"
           " ifnull('.' || column_name, ''), 'rows', rows, 'bytes', bytes)"
           " FROM \"main\".orm_archive WHERE " HAS_DATA
           " AND NOT purged ORDER BY id");
  while (db_row(ctx, rows)) {
    char *entry = db_column(ctx, rows, 1);
    i64 orphans = count_orphaned(ctx, sqlite3_column_int64(rows, 0));
    if (entry == NULL) break;
    sqlite3_str_appendf(json, "%s%.*s", sqlite3_str_length(json) ? "," : "[",
                        (int)strlen(entry) - 1, entry);
    if (orphans) sqlite3_str_appendf(json, ",\"orphaned\":%lld", orphans);
    sqlite3_str_appendall(json, "}");
  }
  db_finish(rows);
  sqlite3_str_appendall(json, sqlite3_str_length(json) ? "]" : "[]");
  return mem_finish(ctx, json);
}
