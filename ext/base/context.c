#include "base/context.h"

#include "base/guard.h"

#include "base/text.h"

/* ---- errors ------------------------------------------------------------- */

void ctx_init(Ctx *ctx, sqlite3 *db) {
  memset(ctx, 0, sizeof(*ctx));
  ctx->db = db;
}

void ctx_share(Ctx *ctx, const Ctx *other) {
  ctx_init(ctx, other->db);
  ctx->session = other->session;
}

void err_set(Ctx *ctx, int rc, const char *format, ...) {
  if (!ctx_ok(ctx)) return;
  va_list ap;
  va_start(ap, format);
  ctx->msg = sqlite3_vmprintf(format, ap);
  va_end(ap);
  ctx->rc = ctx->msg ? rc : SQLITE_NOMEM;
}

void err_move(Ctx *ctx, Ctx *other) {
  if (!ctx_ok(ctx) || ctx_ok(other)) return;
  ctx->rc = other->rc;
  ctx->msg = other->msg;
  other->msg = NULL;
}

void err_nomem(Ctx *ctx) {
  if (ctx_ok(ctx)) ctx->rc = SQLITE_NOMEM;
}

/* Advice for a stale snapshot of WAL mode: SQLite's own message, "database is
** locked", suggests to wait. */
static const char *busy_advice(int rc) {
  return rc == SQLITE_BUSY_SNAPSHOT
             ? ": somebody else has written since this transaction began to "
               "read: ROLLBACK, and do the whole transaction again"
             : "";
}

void err_db(Ctx *ctx) {
  int rc = sqlite3_extended_errcode(ctx->db);
  if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE)
    rc = SQLITE_ERROR;
  if ((rc & 0xff) == SQLITE_NOMEM)
    err_nomem(ctx);
  else
    err_set(ctx, rc, "%s%s", sqlite3_errmsg(ctx->db), busy_advice(rc));
}

void err_prefix(Ctx *ctx, const char *format, ...) {
  if (ctx_ok(ctx) || ctx->msg == NULL) return;
  va_list ap;
  va_start(ap, format);
  char *prefix = sqlite3_vmprintf(format, ap);
  va_end(ap);
  char *msg = prefix ? sqlite3_mprintf("%s: %s", prefix, ctx->msg) : NULL;
  sqlite3_free(prefix);
  if (msg == NULL) return; /* the plain message is better than none */
  sqlite3_free(ctx->msg);
  ctx->msg = msg;
}

bool err_is_refusal(const Ctx *ctx) {
  static const int codes[] = {SQLITE_ERROR, SQLITE_CONSTRAINT, SQLITE_CORRUPT,
                              SQLITE_AUTH,  SQLITE_MISMATCH,   SQLITE_READONLY};
  for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
    if ((ctx->rc & 0xff) == codes[i]) return true;
  return false;
}

/* Removes the error, whose message the caller frees. If a statement fails, and
** then its own rollback fails, for example without memory, SQLite rolls the
** whole transaction back and reports the first error: that must not be
** forgotten, because the next statement would run outside of the guard. */
static void err_remove(Ctx *ctx) {
  const Guard *guard = ctx->session ? ctx->session->guard : NULL;
  ctx->msg = NULL;
  ctx->rc = SQLITE_OK;
  if (guard == NULL || !guard->open || !sqlite3_get_autocommit(ctx->db)) return;
  db_int(ctx, "SELECT 1"); /* fails after an interrupt */
  err_set(ctx, SQLITE_ABORT, "SQLite has rolled the transaction back");
}

void err_forget(Ctx *ctx) {
  if (ctx_ok(ctx) || ctx->rc == SQLITE_NOMEM || ctx->rc == SQLITE_INTERRUPT)
    return;
  sqlite3_free(ctx->msg);
  err_remove(ctx);
}

char *err_take(Ctx *ctx) {
  char *msg = ctx->msg;
  if (ctx_ok(ctx) || ctx->rc == SQLITE_NOMEM || ctx->rc == SQLITE_INTERRUPT)
    return NULL;
  err_remove(ctx);
  char *text = mem_text(ctx, msg ? msg : "", -1);
  sqlite3_free(msg);
  return text;
}

/* ---- memory ------------------------------------------------------------- */

struct Chunk {
  Chunk *next;
  size_t used, size;
};

/* 0 gives each allocation a chunk of its own, so that ASan notices an access
** beyond its end (make fuzz). */
#ifndef CHUNK_SIZE
#define CHUNK_SIZE 65536
#endif
#define ALIGN(n) (((n) + 15) & ~(size_t)15)

void ctx_clear(Ctx *ctx) {
  sqlite3_free(ctx->msg);
  for (Chunk *chunk = ctx->chunks, *next; chunk; chunk = next) {
    next = chunk->next;
    sqlite3_free(chunk);
  }
  ctx->msg = NULL;
  ctx->chunks = NULL;
  ctx->known = NULL;
  ctx->script = NULL;
  ctx->rc = SQLITE_OK;
}

static Chunk *chunk_new(Ctx *ctx, size_t bytes) {
  size_t head = ALIGN(sizeof(Chunk));
  size_t size = bytes > CHUNK_SIZE / 4 ? bytes : CHUNK_SIZE;
  Chunk *chunk = (Chunk *)sqlite3_malloc64(head + size);
  if (chunk == NULL) {
    err_nomem(ctx);
    return NULL;
  }
  chunk->used = head;
  chunk->size = head + size;
  bool full = ctx->chunks && size == bytes; /* keep the one with room first */
  Chunk **after = full ? &ctx->chunks->next : &ctx->chunks;
  chunk->next = *after;
  *after = chunk;
  return chunk;
}

/* Returns memory that is not zeroed. */
static void *arena_alloc(Ctx *ctx, size_t bytes) {
  if (!ctx_ok(ctx)) return NULL;
  bytes = ALIGN(bytes ? bytes : 1);
  Chunk *chunk = ctx->chunks;
  if (chunk == NULL || chunk->size - chunk->used < bytes) {
    chunk = chunk_new(ctx, bytes);
    if (chunk == NULL) return NULL;
  }
  void *p = (char *)chunk + chunk->used;
  chunk->used += bytes;
  return p;
}

void *mem_new(Ctx *ctx, size_t bytes) {
  void *p = arena_alloc(ctx, bytes);
  return p ? memset(p, 0, bytes) : NULL;
}

char *mem_text(Ctx *ctx, const char *z, int n) {
  if (!ctx_ok(ctx)) return NULL;
  size_t size = n < 0 ? strlen(z) : (size_t)n;
  char *copy = (char *)arena_alloc(ctx, size + 1);
  if (copy == NULL) return NULL;
  copy[size] = 0;
  return (char *)memcpy(copy, z, size);
}

static char *mem_adopt(Ctx *ctx, char *z) {
  if (z == NULL) err_nomem(ctx);
  char *copy = ctx_ok(ctx) ? mem_text(ctx, z, -1) : NULL;
  sqlite3_free(z);
  return copy;
}

char *mem_printf(Ctx *ctx, const char *format, ...) {
  if (!ctx_ok(ctx)) return NULL;
  va_list ap;
  va_start(ap, format);
  char *z = sqlite3_vmprintf(format, ap);
  va_end(ap);
  return mem_adopt(ctx, z);
}

char *mem_finish(Ctx *ctx, sqlite3_str *str) {
  int rc = sqlite3_str_errcode(str);
  bool empty = sqlite3_str_length(str) == 0;
  char *z = sqlite3_str_finish(str);
  if (rc == SQLITE_TOOBIG)
    err_set(ctx, rc, "a text of this call is too big for SQLite");
  else if (rc)
    err_nomem(ctx);
  char *text = ctx_ok(ctx) ? mem_text(ctx, empty ? "" : z, -1) : NULL;
  sqlite3_free(z);
  return text;
}

/* ---- texts -------------------------------------------------------------- */

/* The room includes the NUL. A text at the end of its chunk grows in place. */
bool draft_grow(Draft *draft, size_t n) {
  size_t room = ALIGN(2 * draft->room + n + 1);
  Chunk *chunk = draft->ctx->chunks;
  bool last = draft->z && draft->z + draft->room == (char *)chunk + chunk->used;
  if (last && chunk->size - chunk->used >= room - draft->room) {
    chunk->used += room - draft->room;
  } else {
    char *z = (char *)arena_alloc(draft->ctx, room);
    if (z == NULL) return false;
    if (draft->z) memcpy(z, draft->z, draft->n);
    draft->z = z;
  }
  draft->room = room;
  return ctx_ok(draft->ctx);
}

Draft draft_new(Ctx *ctx, size_t room) {
  Draft draft = {ctx, NULL, 0, 0};
  if (room) draft_grow(&draft, room);
  return draft;
}

void draft_lower(Draft *draft, const char *z, size_t n) {
  if (draft->n + n >= draft->room && !draft_grow(draft, n)) return;
  for (size_t i = 0; i < n; i++) draft->z[draft->n++] = char_lower(z[i]);
}

void draft_name(Draft *draft, const char *name) {
  draft_add(draft, "\"", 1);
  while (*name) {
    size_t n = strcspn(name, "\"");
    draft_lower(draft, name, n);
    name += n;
    if (*name == '"') {
      draft_add(draft, "\"\"", 2);
      name++;
    }
  }
  draft_add(draft, "\"", 1);
}

/* Adds a character that a JSON string does not contain as it is. */
static void draft_escape(Draft *draft, char c) {
  static const char escapes[] = "\bb\ff\nn\rr\tt\"\"\\\\";
  const char *escape = escapes;
  char text[8];
  while (*escape && *escape != c) escape += 2;
  sqlite3_snprintf(sizeof(text), text, *escape ? "\\%c" : "\\u%04x",
                   *escape ? escape[1] : c);
  draft_word(draft, text);
}

void draft_string(Draft *draft, const char *z) {
  draft_add(draft, "\"", 1);
  while (*z) {
    size_t n = 0;
    while ((unsigned char)z[n] >= ' ' && z[n] != '"' && z[n] != '\\') n++;
    draft_add(draft, z, n);
    z += n;
    if (*z) draft_escape(draft, *z++);
  }
  draft_add(draft, "\"", 1);
}

char *draft_end(Draft *draft) {
  if (!ctx_ok(draft->ctx)) return NULL;
  if (draft->z == NULL) return mem_text(draft->ctx, "", 0);
  draft->z[draft->n] = 0;
  Chunk *chunk = draft->ctx->chunks;
  if (draft->z + draft->room == (char *)chunk + chunk->used)
    chunk->used -= draft->room - ALIGN(draft->n + 1);
  return draft->z;
}

/* ---- arrays ------------------------------------------------------------- */

/* Is stored before the first element. It has the alignment of
** sqlite3_malloc(). */
typedef union ArrayHead {
  int room;
  i64 width;
} ArrayHead;

/* Makes room for `room` elements and keeps the first `count`. */
static bool array_resize(Ctx *ctx, char **array, int count, int room,
                         size_t size) {
  ArrayHead *head =
      (ArrayHead *)arena_alloc(ctx, sizeof(ArrayHead) + (size_t)room * size);
  if (head == NULL) return false;
  head->room = room;
  char *grown = (char *)(head + 1);
  if (*array) memcpy(grown, *array, (size_t)count * size);
  *array = grown;
  return true;
}

void mem_reserve(Ctx *ctx, void *array, int room, size_t size) {
  array_resize(ctx, (char **)array, 0, room, size);
}

void *mem_push(Ctx *ctx, void *array, int *count, size_t size) {
  if (!ctx_ok(ctx)) return NULL;
  char **elements = (char **)array;
  int n = *count;
  bool full = *elements == NULL || n == ((ArrayHead *)*elements)[-1].room;
  if (full && !array_resize(ctx, elements, n, n ? 2 * n : 2, size)) return NULL;
  *count = n + 1;
  return memset(*elements + (size_t)n * size, 0, size);
}

/* ---- statements --------------------------------------------------------- */

static sqlite3_stmt *prepare_list(Ctx *ctx, const char *format, va_list ap) {
  if (!ctx_ok(ctx)) return NULL;
  char *sql = sqlite3_vmprintf(format, ap);
  if (sql == NULL) {
    err_nomem(ctx);
    return NULL;
  }
  sqlite3_stmt *stmt = NULL;
  if (sqlite3_prepare_v2(ctx->db, sql, -1, &stmt, NULL) != SQLITE_OK)
    err_db(ctx);
  sqlite3_free(sql);
  const Script *script = ctx_script(ctx);
  if (stmt && script && script->vetting) script->vetting(ctx, stmt);
  return stmt;
}

sqlite3_stmt *db_prepare(Ctx *ctx, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  sqlite3_stmt *stmt = prepare_list(ctx, format, ap);
  va_end(ap);
  return stmt;
}

void db_bind_text(Ctx *ctx, sqlite3_stmt *stmt, int i, const char *z) {
  if (!ctx_ok(ctx) || stmt == NULL) return;
  if (sqlite3_bind_text(stmt, i, z, -1, SQLITE_TRANSIENT)) err_db(ctx);
}

void db_bind_int(Ctx *ctx, sqlite3_stmt *stmt, int i, i64 v) {
  if (!ctx_ok(ctx) || stmt == NULL) return;
  if (sqlite3_bind_int64(stmt, i, v)) err_db(ctx);
}

bool db_row(Ctx *ctx, sqlite3_stmt *stmt) {
  if (!ctx_ok(ctx) || stmt == NULL) return false;
  int rc = sqlite3_step(stmt);
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) err_db(ctx);
  return rc == SQLITE_ROW;
}

void db_run(Ctx *ctx, sqlite3_stmt *stmt) {
  while (db_row(ctx, stmt)) {}
  sqlite3_reset(stmt);
}

#define HIDDEN \
  "the authorizer of this connection hides it, or the database is damaged"

/* Returns NULL for NULL. */
const char *db_peek_or_null(Ctx *ctx, sqlite3_stmt *stmt, int i) {
  if (!ctx_ok(ctx)) return NULL;
  const char *z = (const char *)sqlite3_column_text(stmt, i);
  if (z == NULL) {
    if (sqlite3_errcode(ctx->db) == SQLITE_NOMEM) err_nomem(ctx);
    return NULL;
  }
  if ((size_t)sqlite3_column_bytes(stmt, i) != strlen(z)) {
    err_set(ctx, SQLITE_ERROR, "a NUL character inside the text '%s'", z);
    return NULL;
  }
  return z;
}

const char *db_peek(Ctx *ctx, sqlite3_stmt *stmt, int i) {
  const char *z = db_peek_or_null(ctx, stmt, i);
  if (z == NULL)
    err_set(ctx, SQLITE_AUTH,
            "\"%s\" reads as NULL, which it never is; " HIDDEN,
            sqlite3_column_name(stmt, i));
  return z;
}

char *db_column(Ctx *ctx, sqlite3_stmt *stmt, int i) {
  const char *z = db_peek(ctx, stmt, i);
  return z ? mem_text(ctx, z, sqlite3_column_bytes(stmt, i)) : NULL;
}

char *db_column_or_null(Ctx *ctx, sqlite3_stmt *stmt, int i) {
  const char *z = db_peek_or_null(ctx, stmt, i);
  return z ? mem_text(ctx, z, -1) : NULL;
}

void db_finish(sqlite3_stmt *stmt) {
  sqlite3_finalize(stmt);
}

void db_exec(Ctx *ctx, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  sqlite3_stmt *stmt = prepare_list(ctx, format, ap);
  va_end(ap);
  while (db_row(ctx, stmt)) {}
  db_finish(stmt);
}

bool db_change_list(Ctx *ctx, const char *sql, const char *const *texts,
                    int count) {
  sqlite3_stmt *stmt = db_prepare(ctx, "%s", sql);
  if (stmt == NULL) return false;
  int parameters = sqlite3_bind_parameter_count(stmt);
  for (int i = 0; i < count && i < parameters; i++)
    db_bind_text(ctx, stmt, i + 1, texts[i]);
  db_run(ctx, stmt);
  db_finish(stmt);
  return ctx_ok(ctx) && !db_changed(ctx, 0);
}

i64 db_int(Ctx *ctx, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  sqlite3_stmt *stmt = prepare_list(ctx, format, ap);
  va_end(ap);
  i64 value = db_row(ctx, stmt) ? sqlite3_column_int64(stmt, 0) : 0;
  db_finish(stmt);
  return value;
}

char *db_text(Ctx *ctx, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  sqlite3_stmt *stmt = prepare_list(ctx, format, ap);
  va_end(ap);
  char *value = db_row(ctx, stmt) ? db_column(ctx, stmt, 0) : NULL;
  if (value == NULL)
    err_set(ctx, SQLITE_AUTH, "no row is found by: %.200s; " HIDDEN,
            sqlite3_sql(stmt));
  db_finish(stmt);
  return value;
}

char *db_text_or_null(Ctx *ctx, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  sqlite3_stmt *stmt = prepare_list(ctx, format, ap);
  va_end(ap);
  char *value = db_row(ctx, stmt) ? db_column_or_null(ctx, stmt, 0) : NULL;
  db_finish(stmt);
  return value;
}

/* SQLite before 3.37 counts in 32 bits. */
bool db_changed(Ctx *ctx, i64 rows) {
#if SQLITE_VERSION_NUMBER >= 3037000
  if (sqlite3_libversion_number() >= 3037000)
    return sqlite3_changes64(ctx->db) == rows;
#endif
  return (unsigned)sqlite3_changes(ctx->db) == (unsigned)rows;
}

i64 db_total_changes(Ctx *ctx) {
#if SQLITE_VERSION_NUMBER >= 3037000
  if (sqlite3_libversion_number() >= 3037000)
    return sqlite3_total_changes64(ctx->db);
#endif
  return sqlite3_total_changes(ctx->db);
}

/* Reading a row makes SQLite notice changes of the schema by other connections.
** After that, looking up a name takes no time, however many tables there are.
** In a guard this connection has the lock, so that there are no such changes.
** */
bool db_has_table(Ctx *ctx, const char *name) {
  bool locked =
      ctx->session && ctx->session->guard && ctx->session->guard->open;
  if (!locked) db_int(ctx, "SELECT 1 FROM \"main\".sqlite_schema LIMIT 1");
  if (!ctx_ok(ctx)) return false;
  int rc = sqlite3_table_column_metadata(ctx->db, "main", name, NULL, NULL,
                                         NULL, NULL, NULL, NULL);
  if (rc != SQLITE_OK && rc != SQLITE_ERROR) err_db(ctx);
  return rc == SQLITE_OK;
}

static bool has_relation(Ctx *ctx, const char *schema, const char *name) {
  return db_int(
             ctx,
             "SELECT EXISTS (SELECT 1 FROM \"%w\".sqlite_master"
             " WHERE name = %Q COLLATE NOCASE AND type IN ('table', 'view'))",
             schema, name) != 0;
}

const char *db_home(Ctx *ctx, const char *function) {
  /* Most connections have an empty temp schema, which is quick to search. */
  if (!has_relation(ctx, "temp", function)) return "temp";
  const char *home = NULL;
  sqlite3_stmt *schemas = db_prepare(ctx, "PRAGMA database_list");
  while (home == NULL && db_row(ctx, schemas)) {
    const char *schema = db_column(ctx, schemas, 1);
    if (schema && !has_relation(ctx, schema, function)) home = schema;
  }
  db_finish(schemas);
  if (home == NULL)
    err_set(ctx, SQLITE_ERROR,
            "every schema of this connection has a table named \"%s\", which "
            "hides SQLite's function of that name; drop the TEMP one",
            function);
  return home ? home : "temp";
}

/* ---- names -------------------------------------------------------------- */

char *name_lower(Ctx *ctx, const char *name) {
  Draft lower = draft_new(ctx, strlen(name));
  draft_lower(&lower, name, strlen(name));
  return draft_end(&lower);
}

bool name_starts(const char *name, const char *prefix) {
  return sqlite3_strnicmp(name, prefix, (int)strlen(prefix)) == 0;
}

bool name_is_internal(const char *name) {
  return name_starts(name, "sqlite_") || name_starts(name, "orm_");
}
