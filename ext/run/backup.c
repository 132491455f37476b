
#include "run/backup.h"

#include <errno.h>

#include "base/disk.h"
#include "base/guard.h"
#include "base/os.h"

/* ---- pages -------------------------------------------------------------- */

/* The result that a copy must have. */
typedef struct Copy {
  const char *schema;
  int pages;
  i64 seen; /* PRAGMA data_version */
} Copy;

/* Returns one row for any database. While the statement stands at it, it holds
** a read transaction: no writer changes the pages that the copy reads. */
static const char schema_sql[] =
    "SELECT group_concat(quote(type) || quote(name) || quote(tbl_name) ||"
    " quote(rootpage) || quote(sql)) FROM (SELECT type, name, tbl_name,"
    " rootpage, sql FROM \"main\".sqlite_schema ORDER BY rowid)";

enum { AT_ONCE = 1000 };

static void step_all(Ctx *ctx, sqlite3_backup *backup) {
  int rc = SQLITE_OK;
  while (ctx_ok(ctx) && rc == SQLITE_OK) {
    rc = sqlite3_backup_step(backup, AT_ONCE);
    db_int(ctx, "SELECT 1"); /* an interrupt stops this, but no step */
  }
  if (rc != SQLITE_DONE) err_set(ctx, rc, "%s", sqlite3_errstr(rc));
}

static void copy_pages(Ctx *ctx, sqlite3 *to, Copy *copy) {
  if (ctx_ok(ctx) && sqlite3_txn_state(ctx->db, "main") == SQLITE_TXN_WRITE)
    err_set(ctx, SQLITE_BUSY,
            "this connection is in a transaction that writes, and only what is "
            "committed is copied: COMMIT first, or do this before the BEGIN");
  sqlite3_stmt *held = db_prepare(ctx, schema_sql);
  if (db_row(ctx, held)) copy->schema = db_column_or_null(ctx, held, 0);
  copy->seen = db_int(ctx, "PRAGMA \"main\".data_version");
  sqlite3_backup *backup = NULL;
  if (ctx_ok(ctx)) backup = sqlite3_backup_init(to, "main", ctx->db, "main");
  if (backup) step_all(ctx, backup);
  if (backup == NULL)
    err_set(ctx, sqlite3_extended_errcode(to), "%s", sqlite3_errmsg(to));
  else
    copy->pages = sqlite3_backup_pagecount(backup);
  sqlite3_backup_finish(backup);
  db_finish(held);
}

void backup_copy(Ctx *ctx, sqlite3 *to) {
  Copy copy = {NULL, 0, 0};
  copy_pages(ctx, to, &copy);
}

static int interrupted(void *p) {
  Ctx *ctx = (Ctx *)p;
  db_int(ctx, "SELECT 1");
  return !ctx_ok(ctx);
}

void backup_interrupts(Ctx *ctx, sqlite3 *other) {
  sqlite3_progress_handler(other, 100000, interrupted, ctx);
}

/* ---- where it may go ---------------------------------------------------- */

static bool same_file(const OsFile *a, const OsFile *b) {
  return a->device == b->device && a->number == b->number;
}

static const char *directory(Ctx *ctx, const char *path) {
  int n = (int)(os_base_name(path) - path);
  return n ? mem_text(ctx, path, n) : ".";
}

/* Endings of files that SQLite has beside a database:
** https://sqlite.org/tempfiles.html */
static const char *const companions[] = {"-journal", "-wal", "-shm"};

/* Returns true if the path names such a file of the database, existing or not.
** */
static bool is_companion(Ctx *ctx, const char *path, const char *database) {
  OsFile a, b;
  const char *mine = directory(ctx, path), *its = directory(ctx, database);
  if (!mine || !its || !os_stat(mine, &a) || !os_stat(its, &b) ||
      !same_file(&a, &b))
    return false;
  size_t n = strlen(os_base_name(database));
  if (strncmp(os_base_name(path), os_base_name(database), n) != 0) return false;
  for (int i = 0; i < 3; i++)
    if (strcmp(os_base_name(path) + n, companions[i]) == 0) return true;
  return false;
}

/* Fails if the file belongs to a database of this connection, by any name. */
static void check_foreign(Ctx *ctx, const char *path, const OsFile *there) {
  sqlite3_stmt *rows = db_prepare(ctx, "PRAGMA database_list");
  while (db_row(ctx, rows)) {
    OsFile database;
    const char *name = db_column(ctx, rows, 1);
    const char *file = db_column_or_null(ctx, rows, 2);
    if (name == NULL || file == NULL || *file == 0) continue;
    bool same =
        there && os_stat(file, &database) && same_file(there, &database);
    if (same || is_companion(ctx, path, file))
      err_set(ctx, SQLITE_ERROR,
              "\"%s\" is %sthe file of database \"%s\" itself: a backup goes "
              "to another file",
              path, same ? "" : "part of ", name);
  }
  db_finish(rows);
}

/* Fails if there is a journal beside the path: SQLite would take it for the
** journal of the copy, and play it into the copy. */
static void check_alone(Ctx *ctx, const char *path) {
  for (int i = 0; ctx_ok(ctx) && i < 2; i++) {
    const char *beside = mem_printf(ctx, "%s%s", path, companions[i]);
    OsFile there;
    if (beside && os_stat(beside, &there))
      err_set(ctx, SQLITE_ERROR,
              "\"%s\" is there: another database of the name \"%s\" is in use, "
              "or was left by a crash; give another name",
              beside, path);
  }
}

static void check_target(Ctx *ctx, const char *path, bool replace) {
  OsFile there;
  bool exists = os_stat(path, &there);
  check_foreign(ctx, path, exists ? &there : NULL);
  if (*os_base_name(path) == 0 || (exists && !there.regular))
    err_set(ctx, SQLITE_ERROR,
            "\"%s\" is no file: give the name of one to be made", path);
  if (exists && !replace)
    err_set(ctx, SQLITE_ERROR,
            "\"%s\" is there already: give another name, or let SELECT "
            "orm_backup(file, 'replace') write over it",
            path);
  check_alone(ctx, path);
}

/* ---- other connections -------------------------------------------------- */

/* Opens a connection; NULL, and an error, if that fails. */
static sqlite3 *open_copy(Ctx *ctx, const char *name, int flags,
                          const char *vfs) {
  sqlite3 *db = NULL;
  int rc = ctx_ok(ctx) ? sqlite3_open_v2(name, &db, flags, vfs) : SQLITE_OK;
  if (rc == SQLITE_OK) return db;
  err_set(ctx, rc, "%s", sqlite3_errstr(rc));
  sqlite3_close(db);
  return NULL;
}

/* Returns the file name as a URI in which no character is special. */
static char *file_uri(Ctx *ctx, const char *path, const char *query) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  sqlite3_str_appendall(str, *path == '/' ? "file://" : "file:");
  for (const char *z = path; *z; z++)
    if (strchr("%?#", *z))
      sqlite3_str_appendf(str, "%%%02x", *z);
    else
      sqlite3_str_appendchar(str, 1, *z);
  sqlite3_str_appendall(str, query);
  return mem_finish(ctx, str);
}

/* Copies the error of another context. */
static void take_error(Ctx *ctx, const Ctx *other) {
  if (other->rc == SQLITE_NOMEM)
    err_nomem(ctx);
  else if (!ctx_ok(other))
    err_set(ctx, other->rc, "%s", other->msg);
}

/* ---- proof -------------------------------------------------------------- */

/* Ignores rows that break a rule: they are content, not damage. Also ignores
** errors from functions and collations that only the application has. */
static void check_pages(Ctx *look) {
  sqlite3_stmt *rows = db_prepare(look, "PRAGMA quick_check");
  while (db_row(look, rows)) {
    const char *said = db_column(look, rows, 0);
    if (said == NULL || strcmp(said, "ok") == 0 || strstr(said, " value in ") ||
        strstr(said, "constraint failed in "))
      continue;
    err_set(look, SQLITE_CORRUPT,
            "the copy is damaged, as the database itself may be: %.200s", said);
  }
  db_finish(rows);
  if ((look->rc & 0xff) == SQLITE_ERROR) err_forget(look);
}

static void check_copy(Ctx *look, const Copy *copy, i64 size) {
  i64 pages = db_int(look, "PRAGMA page_count");
  i64 bytes = pages * db_int(look, "PRAGMA page_size");
  const char *schema = db_text_or_null(look, schema_sql);
  const char *wanted = copy->schema ? copy->schema : "";
  /* An empty database has no page, its copy has one. */
  if (ctx_ok(look) &&
      (pages != (copy->pages ? copy->pages : 1) || bytes != size ||
       strcmp(schema ? schema : "", wanted) != 0))
    err_set(look, SQLITE_CORRUPT,
            "the copy has %lld pages, %lld bytes, and not the %d pages and the "
            "schema of the database",
            pages, size, copy->pages);
  if (ctx_ok(look)) check_pages(look);
}

/* Opens the copy as immutable, so that no file appears beside it. */
static void prove_copy(Ctx *ctx, Backup *backup, const Copy *copy) {
  OsFile file;
  if (!ctx_ok(ctx) || backup->temporary == NULL) return;
  if (os_stat(backup->temporary, &file))
    backup->bytes = file.size;
  else
    disk_error(ctx, "write the backup", backup->temporary, "");
  const char *uri = file_uri(ctx, backup->temporary, "?immutable=1");
  sqlite3 *db =
      open_copy(ctx, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
  if (db == NULL) return;
  Ctx look;
  ctx_init(&look, db);
  backup_interrupts(ctx, db);
  check_copy(&look, copy, backup->bytes);
  take_error(ctx, &look);
  ctx_clear(&look);
  sqlite3_close(db);
}

/* ---- the file ----------------------------------------------------------- */

/* Returns the mode of the database, so that no other user can read the copy.
** We must be able to write it. */
static int mode_of(Ctx *ctx) {
  OsFile file;
  const char *name = sqlite3_db_filename(ctx->db, "main");
  bool there = name && *name && os_stat(name, &file);
  return there ? (file.mode & 0666) | 0600 : 0666;
}

static void make_temporary(Ctx *ctx, Backup *backup) {
  const char *name = disk_temporary(ctx, backup->path);
  if (name == NULL) return;
  FILE *file = os_create(name, mode_of(ctx));
  if (file)
    backup->temporary = name;
  else
    disk_error(ctx, "write the backup", name, "");
  if (file) fclose(file);
}

static void drop_temporary(Backup *backup) {
  if (backup->temporary) os_remove(backup->temporary);
  backup->temporary = NULL;
}

/* Copies from the connection of `from`: ctx, or a second one to the same file.
** */
static void write_copy(Ctx *ctx, Ctx *from, Backup *backup) {
  Copy copy = {NULL, 0, 0};
  make_temporary(ctx, backup);
  if (!ctx_ok(ctx)) return;
  const char *uri = file_uri(ctx, backup->temporary, "");
  sqlite3 *to =
      open_copy(ctx, uri, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, NULL);
  /* Without a journal no file is left beside it; a failed copy is removed. */
  if (to && sqlite3_exec(to, "PRAGMA journal_mode=off; PRAGMA synchronous=full",
                         NULL, NULL, NULL))
    err_set(ctx, sqlite3_extended_errcode(to), "%s", sqlite3_errmsg(to));
  if (to && ctx_ok(ctx)) copy_pages(from, to, &copy);
  if (from != ctx) take_error(ctx, from);
  sqlite3_close(to);
  backup->seen = copy.seen;
  prove_copy(ctx, backup, &copy);
  err_prefix(ctx, "the backup \"%s\"", backup->path);
}

void backup_take(Ctx *ctx, Backup *backup, const char *path, bool replace) {
  memset(backup, 0, sizeof(*backup));
  if (path == NULL || !ctx_ok(ctx)) return;
  guard_check_idle(ctx); /* a file is an effect, like a row */
  if (ctx_ok(ctx)) check_target(ctx, path, replace);
  backup->path = path;
  backup->replace = replace;
  if (ctx_ok(ctx)) write_copy(ctx, ctx, backup);
}

/* Copies again under the write lock. This connection would copy its uncommitted
** pages, so another one copies: it sees committed pages only, and no other
** connection can commit while it runs. */
static void take_again(Ctx *ctx, Backup *backup) {
  sqlite3_vfs *vfs = NULL;
  sqlite3_file_control(ctx->db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs);
  drop_temporary(backup);
  sqlite3 *db = open_copy(ctx, sqlite3_db_filename(ctx->db, "main"),
                          SQLITE_OPEN_READONLY | SQLITE_OPEN_PRIVATECACHE,
                          vfs ? vfs->zName : NULL);
  if (db == NULL) return;
  Ctx from;
  ctx_init(&from, db);
  write_copy(ctx, &from, backup);
  ctx_clear(&from);
  sqlite3_close(db);
}

static void put_in_place(Ctx *ctx, Backup *backup) {
  const char *from = backup->temporary, *to = backup->path;
  bool done = backup->replace ? os_replace(from, to) : os_rename(from, to);
  if (!done && !backup->replace && errno == EEXIST)
    err_set(ctx, SQLITE_ERROR, "\"%s\" is there now: give another name", to);
  else if (!done)
    disk_error(ctx, "write the backup", to, "");
  if (!ctx_ok(ctx)) return;
  backup->temporary = NULL;
  backup->kept = true;
  const char *dir = directory(ctx, to);
  if (dir) os_sync_directory(dir); /* or the name is lost with the power */
}

void backup_keep(Ctx *ctx, Backup *backup) {
  if (backup == NULL || backup->path == NULL || !ctx_ok(ctx)) return;
  if (db_int(ctx, "PRAGMA \"main\".data_version") != backup->seen)
    take_again(ctx, backup);
  if (ctx_ok(ctx) && backup->temporary) put_in_place(ctx, backup);
}

void backup_end(Ctx *ctx, Backup *backup) {
  drop_temporary(backup);
  if (backup->kept) err_prefix(ctx, "after the backup \"%s\"", backup->path);
}

i64 backup_file(Ctx *ctx, const char *path, bool replace) {
  Backup backup;
  backup_take(ctx, &backup, path, replace);
  if (ctx_ok(ctx) && backup.temporary) put_in_place(ctx, &backup);
  backup_end(ctx, &backup);
  return backup.bytes;
}
