/*
** context: what every other module stands on. The context of one call (its
** connection, its first error, its memory), quoting, and small helpers
** around prepare and step.
**
** A Ctx goes first in every call that can fail. Once ctx->rc is set, calls do
** nothing and return 0, NULL or false; the first error wins; clean-up always
** runs. (The manner of SQLite's ext/recover and ext/intck.)
**
** Memory taken from a Ctx lives until ctx_clear() and is never freed singly:
** one call of a user is one arena.
*/
#ifndef ORM_CONTEXT_H
#define ORM_CONTEXT_H

/* fsync(), isatty(), O_CLOEXEC. This header is the first include of every
** file, so that no system header comes before it. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L /* NOLINT(bugprone-reserved-identifier) */
#endif

/* Two builds that may see the same rows differently have different numbers. */
#define ORM_VERSION        "0.1.0"
#define ORM_VERSION_NUMBER 1000 /* 1000000 * major + 1000 * minor + patch */

/* Generated columns, sqlite_schema and window functions are older; what needs
** 3.34 is the recorded scripts' promise to run wherever orm does. */
#define OLDEST_SQLITE 3034000

#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT3

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/session.h"

typedef sqlite3_int64 i64;
typedef struct Chunk Chunk;

typedef struct Ctx {
  sqlite3 *db; /* the connection; NULL in modules that are pure */
  int rc;      /* SQLITE_OK, or the code of the first error */
  char *msg;   /* its message, NULL if out of memory; owned by the Ctx */
  Chunk *chunks;
  Session *session; /* shared with other calls, see session.h; NULL in virtual
                    ** tables, which change nothing */
} Ctx;

void ctx_init(Ctx *ctx, sqlite3 *db);
/* Begins a context with the connection and session of another, and with an
** error and memory of its own. */
void ctx_share(Ctx *ctx, const Ctx *other);
/* Frees the message and all memory taken from ctx. */
void ctx_clear(Ctx *ctx);
/* Returns the script that is being run on the connection, or NULL. */
static inline Script *ctx_script(const Ctx *ctx) {
  return ctx->session ? ctx->session->script : NULL;
}
/* Returns the version whose undo is being run; 0 if there is none. */
static inline i64 ctx_undoing(const Ctx *ctx) {
  const Script *script = ctx_script(ctx);
  return script ? script->undoing : 0;
}
/* Returns true if no error is set. */
static inline bool ctx_ok(const Ctx *ctx) {
  return ctx->rc == SQLITE_OK;
}

/* Errors. Each is without effect if an error is set already. The formats are
** those of sqlite3_mprintf. */
void err_set(Ctx *ctx, int rc, const char *format, ...);
void err_nomem(Ctx *ctx);
/* The connection's present error, as code and message. */
void err_db(Ctx *ctx);
/* Puts "prefix: " before the message of the error that is set, if any. */
void err_prefix(Ctx *ctx, const char *format, ...);

/* Forgets an error that the caller can do without; never out-of-memory or
** interrupt. */
void err_forget(Ctx *ctx);
/* Forgets the error likewise and returns its message, "" if it has none. NULL
** if there is no error, or if it is one that is not forgotten. */
char *err_take(Ctx *ctx);

/* Memory, zeroed; NULL with the error set when there is none. */
void *mem_new(Ctx *ctx, size_t bytes);
#define MEM_NEW(ctx, Type) ((Type *)mem_new(ctx, sizeof(Type)))
/* A copy of n bytes of z, or of all of z if n < 0, and a NUL. */
char *mem_text(Ctx *ctx, const char *z, int n);
char *mem_printf(Ctx *ctx, const char *format, ...);
/* Ends a string builder and moves its text to ctx; "" if nothing was added. */
char *mem_finish(Ctx *ctx, sqlite3_str *str);

/* A text in the making, which grows at the end of the arena: of all ways the
** cheapest, for what is made by the thousand. */
typedef struct Draft {
  Ctx *ctx;
  char *z;
  size_t n, room;
} Draft;

/* Room for that many bytes, if it is known. */
Draft draft_new(Ctx *ctx, size_t room);
/* Is there room for n bytes more? Makes it. */
bool draft_grow(Draft *draft, size_t n);
static inline void draft_add(Draft *draft, const char *z, size_t n) {
  if (draft->n + n >= draft->room && !draft_grow(draft, n)) return;
  memcpy(draft->z + draft->n, z, n);
  draft->n += n;
}
static inline void draft_word(Draft *draft, const char *word) {
  draft_add(draft, word, strlen(word));
}
/* In lower case. */
void draft_lower(Draft *draft, const char *z, size_t n);
/* A name in "quotes", in lower case. */
void draft_name(Draft *draft, const char *name);
/* What was added; "" if nothing. */
char *draft_end(Draft *draft);

/* Adds one zeroed element to an array that began as NULL with *count 0, and
** returns it; elements may move, so keep no pointers to them meanwhile. */
void *mem_push(Ctx *ctx, void *array, int *count, size_t size);
#define MEM_PUSH(ctx, array, count) \
  mem_push(ctx, &(array), &(count), sizeof(*(array)))
/* Gives such an array, still NULL, room for that many. */
void mem_reserve(Ctx *ctx, void *array, int room, size_t size);
#define MEM_RESERVE(ctx, array, room) \
  mem_reserve(ctx, &(array), room, sizeof(*(array)))

/* Prepared statements. Formats as above: %w inside "..." for names, %Q for
** literals. */
sqlite3_stmt *db_prepare(Ctx *ctx, const char *format, ...);
void db_bind_text(Ctx *ctx, sqlite3_stmt *stmt, int i, const char *z);
void db_bind_int(Ctx *ctx, sqlite3_stmt *stmt, int i, i64 v);
/* Steps: true if there is a row. */
bool db_row(Ctx *ctx, sqlite3_stmt *stmt);
/* Steps a statement that gives no rows, and resets it. */
void db_run(Ctx *ctx, sqlite3_stmt *stmt);
/* Column i as text in ctx. NULL is an error: for a column that is never NULL,
** but reads as NULL under an authorizer that answers SQLITE_IGNORE. A NUL
** character inside is an error, too: no name and no SQL has one. */
char *db_column(Ctx *ctx, sqlite3_stmt *stmt, int i);
/* The same, without a copy: valid until the statement is stepped. */
const char *db_peek(Ctx *ctx, sqlite3_stmt *stmt, int i);
/* The same for a column that may be NULL: NULL gives NULL. */
char *db_column_or_null(Ctx *ctx, sqlite3_stmt *stmt, int i);
void db_finish(sqlite3_stmt *stmt);
void db_exec(Ctx *ctx, const char *format, ...);
/* Runs a statement with these texts (NULL: NULL) for its parameters ?1, ?2, ...
** Texts that have no parameter are ignored. Returns true if it changed a row.
*/
#define db_change(ctx, sql, ...)               \
  db_change_list(                              \
      ctx, sql, (const char *[]){__VA_ARGS__}, \
      (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)))
bool db_change_list(Ctx *ctx, const char *sql, const char *const *texts,
                    int count);
/* First column of the first row. If there is no row: 0, an error, NULL. If it
** has NULL: 0, an error, NULL. */
i64 db_int(Ctx *ctx, const char *format, ...);
char *db_text(Ctx *ctx, const char *format, ...);
char *db_text_or_null(Ctx *ctx, const char *format, ...);

/* Did the last INSERT, UPDATE or DELETE change so many rows? */
bool db_changed(Ctx *ctx, i64 rows);
/* The rows that this connection has changed; before SQLite 3.37 the count wraps
** at 32 bits. */
i64 db_total_changes(Ctx *ctx);

/* Is a table of that name in "main"? */
bool db_has_table(Ctx *ctx, const char *name);

/* The schema to write before a table-valued function: FROM "%w".json_each(...).
** SQLite looks there for a table of that name before it looks for the function,
** so this is a schema without such a table. An error if every schema of the
** connection has one. */
const char *db_home(Ctx *ctx, const char *function);

/* Names compare as SQLite's identifiers do: ASCII letters alike. */
static inline bool name_equal(const char *a, const char *b) {
  if (a && b && (*a ^ *b) & ~0x20) return false; /* most end here */
  return sqlite3_stricmp(a, b) == 0;
}
/* Returns true if the name is one of the words, a list that ends with NULL. */
static inline bool name_is_one_of(const char *name, const char *const *words) {
  while (*words && !name_equal(name, *words)) words++;
  return *words != NULL;
}
char *name_lower(Ctx *ctx, const char *name);
bool name_starts(const char *name, const char *prefix);
/* Is this the name of something of SQLite's or orm's own? */
bool name_is_internal(const char *name);

#endif
