#include "meta/history.h"

#include "base/digest.h"
#include "base/text.h"
#include "meta/fold.h"

#define VERSION_COLUMNS                                              \
  "version, message, up, down, checksum, down_checksum, created_at," \
  " applied_at, file, mended, changes"

/* The texts of a Version, in the order of VERSION_COLUMNS. */
static const size_t version_texts[] = {
    offsetof(Version, message),       offsetof(Version, up),
    offsetof(Version, down),          offsetof(Version, checksum),
    offsetof(Version, down_checksum), offsetof(Version, created_at),
    offsetof(Version, applied_at),    offsetof(Version, file),
    offsetof(Version, mended),        offsetof(Version, changes),
};
enum { VERSION_TEXTS = sizeof(version_texts) / sizeof(version_texts[0]) };

static const char **version_text(Version *v, int i) {
  return (const char **)(void *)((char *)v + version_texts[i]);
}

/* typeof() does not read the value, which comes after the long texts of the
** row. */
i64 history_current(Ctx *ctx) {
  return db_int(ctx, "SELECT max(version) FROM \"main\".orm_migration"
                     " WHERE typeof(applied_at) <> 'null'");
}

i64 history_head(Ctx *ctx) {
  return db_int(ctx, "SELECT max(version) FROM \"main\".orm_migration");
}

i64 history_next(Ctx *ctx) {
  i64 head = history_head(ctx);
  if (head >= HISTORY_MOST)
    err_set(ctx, SQLITE_ERROR, "the newest version is %lld: there is no next",
            head);
  return ctx_ok(ctx) ? head + 1 : 0;
}

bool history_is_baseline(const Version *version) {
  return version->down && strncmp(version->down, HISTORY_BASELINE,
                                  strlen(HISTORY_BASELINE)) == 0;
}

bool history_is_squash(const Version *version) {
  return strncmp(version->up, HISTORY_SQUASH, strlen(HISTORY_SQUASH)) == 0;
}

/* Compares without a function: an application may have replaced it. */
i64 history_squashed(Ctx *ctx) {
  return db_int(ctx,
                "SELECT version FROM \"main\".orm_migration WHERE version ="
                " (SELECT min(version) FROM \"main\".orm_migration)"
                " AND up >= '-- orm:squash ' AND up < '-- orm:squash!'");
}

/* ---- names of files ----------------------------------------------------- */

/* Returns the name of a version's file: 001_users_and_posts.sql. It consists of
** ASCII letters, digits, - and _, which every file system accepts. */
static const char *file_name(Ctx *ctx, i64 version, const char *message) {
  enum { LONGEST = 60 };
  char words[LONGEST + 1];
  size_t n = 0;
  for (const char *z = message; *z && n < LONGEST; z++) {
    char c = char_lower(*z);
    bool plain = (c >= 'a' && c <= 'z') || char_is_digit(c) || c == '-';
    if (plain || (n && words[n - 1] != '_')) words[n++] = plain ? c : '_';
  }
  while (n && words[n - 1] == '_') n--;
  words[n] = 0;
  return mem_printf(ctx, "%03lld_%s.sql", version, n ? words : "migration");
}

/* ---- rows --------------------------------------------------------------- */

static void read_version(Ctx *ctx, sqlite3_stmt *row, Version *v) {
  v->version = sqlite3_column_int64(row, 0);
  for (int i = 0; i < VERSION_TEXTS; i++)
    *version_text(v, i) = db_column_or_null(ctx, row, i + 1);
  if (!v->message || !v->up || !v->changes)
    err_set(ctx, SQLITE_ERROR,
            "version %lld in orm_migration lacks its message, up or changes",
            v->version);
  if (ctx_ok(ctx) && v->file == NULL)
    v->file = file_name(ctx, v->version, v->message);
}

Versions history_range(Ctx *ctx, i64 above, i64 to) {
  Versions versions = {NULL, 0};
  sqlite3_stmt *rows =
      db_prepare(ctx,
                 "SELECT " VERSION_COLUMNS " FROM \"main\".orm_migration"
                 " WHERE version > %lld AND version <= %lld ORDER BY version",
                 above, to);
  while (db_row(ctx, rows)) {
    Version *v = MEM_PUSH(ctx, versions.list, versions.count);
    if (v) read_version(ctx, rows, v);
  }
  db_finish(rows);
  if (!ctx_ok(ctx)) versions.count = 0;
  return versions;
}

const Version *history_find(Ctx *ctx, i64 version) {
  if (version <= 0) return NULL; /* a hostile file may have such a row */
  Versions found = history_range(ctx, version - 1, version);
  return found.count ? &found.list[0] : NULL;
}

sqlite3_stmt *history_reader(Ctx *ctx) {
  return db_prepare(ctx, "SELECT " VERSION_COLUMNS
                         " FROM \"main\".orm_migration WHERE version = ?1");
}

bool history_read(Ctx *ctx, sqlite3_stmt *reader, i64 version, Version *v) {
  memset(v, 0, sizeof(*v));
  if (version <= 0) return false;
  db_bind_int(ctx, reader, 1, version);
  bool found = db_row(ctx, reader);
  if (found) read_version(ctx, reader, v);
  sqlite3_reset(reader);
  return found && ctx_ok(ctx);
}

/* ---- declarations ------------------------------------------------------- */

const MetaRows *history_rows(Ctx *ctx, i64 version) {
  return fold_rows(ctx, version);
}

void history_set_rows(Ctx *ctx, i64 version, const MetaRows *rows) {
  const Neighbours neighbours = fold_begin(ctx, version);
  const char *changes = fold_changes(ctx, version, rows);
  db_exec(ctx,
          "UPDATE \"main\".orm_migration SET changes = %Q WHERE version = %lld",
          changes, version);
  fold_end(ctx, &neighbours);
}

bool history_has(Ctx *ctx, i64 version, const MetaRows *rows) {
  if (version == 0) return false;
  const MetaRows *own = history_rows(ctx, version);
  return own && rows_equal(own, rows) && rows_same_views(own, rows);
}

/* ---- one version -------------------------------------------------------- */

void history_require(Ctx *ctx, i64 version) {
  if (!ctx_ok(ctx) || version == 0) return;
  if (history_find(ctx, version)) return;
  i64 squashed = history_squashed(ctx);
  if (version < squashed)
    err_set(ctx, SQLITE_ERROR,
            "there is no version %lld: orm_squash() has combined the versions "
            "up to %lld",
            version, squashed);
  else
    err_set(ctx, SQLITE_ERROR,
            "there is no version %lld; recorded are versions up to %lld",
            version, history_head(ctx));
}

const Version *history_at(Ctx *ctx, i64 version) {
  i64 newest = db_int(
      ctx,
      "SELECT max(version) FROM \"main\".orm_migration WHERE version <= %lld",
      version);
  return newest ? history_find(ctx, newest) : NULL;
}

/* Returns the rows to record. A RENAME rewrites views that no script creates in
** their new form. Therefore a version with a RENAME records its views. */
static const MetaRows *with_own_views(Ctx *ctx, const Version *v) {
  if (v->rows->form == 0 || v->up == NULL ||
      sqlite3_strlike("%RENAME%", v->up, 0) != 0)
    return v->rows;
  MetaRows *rows = MEM_NEW(ctx, MetaRows);
  if (rows == NULL) return NULL;
  *rows = *v->rows;
  rows->listed = true;
  return rows;
}

void history_put(Ctx *ctx, const Version *version) {
  Version v = *version;
  const Neighbours neighbours = fold_begin(ctx, v.version);
  const MetaRows *rows = v.rows ? with_own_views(ctx, &v) : NULL;
  if (rows) v.changes = fold_changes(ctx, v.version, rows);
  sqlite3_stmt *stmt = db_prepare(
      ctx, "INSERT OR REPLACE INTO \"main\".orm_migration(" VERSION_COLUMNS
           ") VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
           "  coalesce(?7, strftime('%%Y-%%m-%%d %%H:%%M:%%S', 'now')), ?8,"
           "  ?9, ?10, ?11)");
  if (ctx_ok(ctx) && !v.file) v.file = file_name(ctx, v.version, v.message);
  db_bind_int(ctx, stmt, 1, v.version);
  for (int i = 0; i < VERSION_TEXTS; i++)
    db_bind_text(ctx, stmt, i + 2, *version_text(&v, i));
  db_run(ctx, stmt);
  db_finish(stmt);
  fold_end(ctx, &neighbours);
}

void history_delete(Ctx *ctx, i64 version) {
  const Neighbours neighbours = fold_begin(ctx, version);
  db_exec(ctx, "DELETE FROM \"main\".orm_migration WHERE version = %lld",
          version);
  fold_end(ctx, &neighbours);
}

void history_mark(Ctx *ctx, const Version *v, bool applied,
                  const char *timestamp, const char *mended) {
  if (applied)
    db_exec(ctx,
            "UPDATE \"main\".orm_migration SET checksum = %Q,"
            " down_checksum = %Q, mended = %Q, applied_at ="
            " coalesce(%Q, strftime('%%Y-%%m-%%d %%H:%%M:%%S', 'now'))"
            " WHERE version = %lld",
            history_checksum(ctx, v->up), history_checksum(ctx, v->down),
            mended, timestamp, v->version);
  else
    db_exec(ctx,
            "UPDATE \"main\".orm_migration SET checksum = NULL,"
            " down_checksum = NULL, mended = NULL, applied_at = NULL WHERE "
            "version = %lld",
            v->version);
  if (ctx_ok(ctx) && sqlite3_changes(ctx->db) == 0)
    err_set(ctx, SQLITE_ERROR, "version %lld is not recorded any more",
            v->version);
}

void history_take_checksums(Ctx *ctx, const Version *v) {
  db_exec(ctx,
          "UPDATE \"main\".orm_migration SET checksum = %Q,"
          " down_checksum = %Q WHERE version = %lld",
          history_checksum(ctx, v->up), history_checksum(ctx, v->down),
          v->version);
}

/* Returns the present checksum, of the same texts as the recorded one. */
static char *checksum_now(Ctx *ctx, const Version *v) {
  return v->down_checksum ? history_checksum(ctx, v->up)
                          : history_checksum_both(ctx, v->up, v->down);
}

static bool is_checksum(const char *now, const char *then) {
  return now && then && strcmp(now, then) == 0;
}

bool history_is_unchanged(Ctx *ctx, const Version *v) {
  return is_checksum(checksum_now(ctx, v), v->checksum);
}

bool history_is_undo_unchanged(Ctx *ctx, const Version *v) {
  return v->down_checksum == NULL ||
         is_checksum(history_checksum(ctx, v->down), v->down_checksum);
}

/* Returns true if a number between two versions is missing. Counting is faster
** than looking up each neighbour. */
static bool has_inner_gap(Ctx *ctx) {
  return db_int(ctx, "SELECT (SELECT max(version) FROM \"main\".orm_migration)"
                     " - (SELECT min(version) FROM \"main\".orm_migration)"
                     " >= (SELECT count(*) FROM \"main\".orm_migration)") == 1;
}

void history_check_gaps(Ctx *ctx) {
  i64 next = db_int(ctx, "SELECT min(version) FROM \"main\".orm_migration");
  i64 gap =
      next > 1 && next != history_squashed(ctx) ? 1
      : !has_inner_gap(ctx)
          ? 0
          : db_int(ctx, "SELECT min(version) + 1 FROM"
                        " \"main\".orm_migration AS m WHERE version <"
                        " (SELECT max(version) FROM \"main\".orm_migration)"
                        " AND NOT EXISTS (SELECT 1 FROM"
                        "  \"main\".orm_migration AS n"
                        "  WHERE n.version = m.version + 1)");
  if (gap <= 0 || !ctx_ok(ctx)) return;
  i64 current = history_current(ctx);
  const char *stamp =
      current > gap ? mem_printf(ctx,
                                 ", and SELECT orm_stamp(%lld) says that it is "
                                 "applied",
                                 current)
                    : "";
  err_set(
      ctx, SQLITE_ERROR,
      "version %lld is missing in orm_migration, although version %lld is "
      "recorded: SELECT orm_import(dir) brings it back from the repository%s",
      gap, history_head(ctx), stamp);
}

/* Sets an error unless the version is applied, and as it was applied. */
static void check_version(Ctx *ctx, const Version *v, i64 current) {
  if (v->applied_at == NULL)
    err_set(ctx, SQLITE_ERROR,
            "version %lld is not applied, although version %lld above it is",
            v->version, current);
  if (ctx_ok(ctx) && !history_is_unchanged(ctx, v))
    err_set(ctx, SQLITE_ERROR,
            "version %lld (%s) was edited after it was applied: its script "
            "has checksum %s, what was applied had %s; put the text back, "
            "and make a new version of the change",
            v->version, v->message, checksum_now(ctx, v),
            v->checksum ? v->checksum : "none");
}

/* Reads of a version that is in order only its script and its checksum. */
void history_check(Ctx *ctx) {
  history_check_gaps(ctx);
  const i64 current = history_current(ctx);
  sqlite3_stmt *rows = db_prepare(
      ctx,
      "SELECT version, up, CASE WHEN down_checksum IS NOT NULL"
      " AND applied_at IS NOT NULL THEN checksum END"
      " FROM \"main\".orm_migration WHERE version > 0 AND version <= %lld"
      " ORDER BY version",
      current);
  while (db_row(ctx, rows)) {
    const char *up = db_peek_or_null(ctx, rows, 1);
    const char *checksum = db_peek_or_null(ctx, rows, 2);
    if (up && is_checksum(history_checksum(ctx, up), checksum)) continue;
    const Version *v = history_find(ctx, sqlite3_column_int64(rows, 0));
    if (v) check_version(ctx, v, current);
  }
  db_finish(rows);
}

/* ---- checksums ---------------------------------------------------------- */

static bool is_line_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Skips white space at the begin of the text. Returns the end of the text
** without the white space there. */
static const char *trim_script(const char **text) {
  const char *end = *text + strlen(*text);
  while (is_line_space(**text)) (*text)++;
  while (end > *text && is_line_space(end[-1])) end--;
  return end;
}

/* Appends a script in the form that is digested. */
static void append_normal(sqlite3_str *str, const char *text) {
  const char *end = trim_script(&text);
  for (; text < end; text++)
    if (text[0] != '\r' || text[1] != '\n')
      sqlite3_str_appendchar(str, 1, *text);
}

char *history_checksum(Ctx *ctx, const char *script) {
  if (!ctx_ok(ctx)) return NULL;
  const char *text = script ? script : "", *end = trim_script(&text);
  if (memchr(text, '\r', (size_t)(end - text)) == NULL)
    return digest_bytes(ctx, text, (size_t)(end - text));
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  append_normal(str, text);
  return digest_text(ctx, mem_finish(ctx, str));
}

char *history_checksum_both(Ctx *ctx, const char *up, const char *down) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  append_normal(str, up ? up : "");
  sqlite3_str_appendall(str, "\n-- migrate:down\n");
  append_normal(str, down ? down : "");
  return digest_text(ctx, mem_finish(ctx, str));
}
