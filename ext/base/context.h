/*
** Room base: the foundation of all other rooms.
**
** Input: the connection of a call, SQL texts, the rows of statements. Output:
** an error or none, memory that lives until the call ends, tokens, and a
** connection with the settings that it had before the call.
**
**   context     errors, memory, statements, names
**   session     the state that calls on a connection share
**   moment      whether another connection has written
**   guard       savepoint, write lock and settings around a change
**   settings    the settings of the connection that orm changes
**   replica     connections to a database that dqlite replicates
**   token       SQL text to tokens, by SQLite's rules
**   transcript  the plain SQL that a change runs
**   progress    reports on the progress of a long call
**   text, tree, digest, xxh3, nearest, os, disk   small helpers
**
** context: the context of a call, which is the first argument of every function
** that can fail. Once ctx->rc is set, functions do nothing and return 0, NULL
** or false. The first error wins, and clean-up always runs. (SQLite's
** ext/recover and ext/intck work the same way.)
**
** Memory of a Ctx lives until ctx_clear(). Nothing is freed singly: a call has
** one arena. Unless a header says otherwise, functions return memory of ctx.
*/
#ifndef ORM_CONTEXT_H
#define ORM_CONTEXT_H

/* Declares fsync(), isatty() and O_CLOEXEC, and makes sizes of files 64 bits
** wide. This header is the first include of every file, so that no system
** header comes before it. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L /* NOLINT(bugprone-reserved-identifier) */
#endif
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64 /* NOLINT(bugprone-reserved-identifier) */
#endif

/* ORM_VERSION, a string, and ORM_VERSION_NUMBER, 1000000 * major + 1000 * minor
** + patch, made from the file VERSION. The memo (meta/memo.h) contains the
** number, so a build that may read the same rows differently must have another
** number. */
#include "version.h"

/* The oldest version of SQLite that orm supports. Recorded scripts run on that
** version, too. */
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

/* The context of a call. */
typedef struct Ctx {
  sqlite3 *db;      /* the connection; NULL in modules that are pure */
  int rc;           /* SQLITE_OK, or the code of the first error */
  char *msg;        /* of the first error; NULL if memory ran out; owned */
  Chunk *chunks;    /* the arena */
  Session *session; /* shared with other calls, see session.h; NULL in virtual
                    ** tables, which change nothing */
  struct KnownRows *known; /* what meta/fold.c has read already; in the arena */
  struct Tokens *script;   /* of the last token_script(); in the arena */
} Ctx;

/* Begins the context of a call on a connection. */
void ctx_init(Ctx *ctx, sqlite3 *db);
/* Begins a context that has the connection and session of `other`, but its own
** error and its own memory. */
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

/* Sets the error, unless one is set. `rc` is a result code of SQLite. Formats,
** here and below, are those of sqlite3_mprintf(). */
void err_set(Ctx *ctx, int rc, const char *format, ...);
/* Sets SQLITE_NOMEM, unless an error is set. */
void err_nomem(Ctx *ctx);
/* Sets the latest error of the connection, unless an error is set. */
void err_db(Ctx *ctx);
/* Adds "prefix: " to the front of the message, if an error is set. */
void err_prefix(Ctx *ctx, const char *format, ...);

/* Moves the error of `other` to ctx, unless ctx has one. */
void err_move(Ctx *ctx, Ctx *other);

/* Returns true if the error is not one of the machine, such as a full disk:
** another method may succeed. */
bool err_is_refusal(const Ctx *ctx);

/* Clears the error. SQLITE_NOMEM and SQLITE_INTERRUPT stay. If SQLite has
** rolled back the transaction of the guard, the error becomes SQLITE_ABORT. */
void err_forget(Ctx *ctx);
/* Clears the error as err_forget() does, and returns its message, or "" if it
** has no message. Returns NULL if no error is set, or if the error stays. */
char *err_take(Ctx *ctx);

/* Returns zeroed memory. If memory runs out, sets an error and returns NULL. */
void *mem_new(Ctx *ctx, size_t bytes);
#define MEM_NEW(ctx, Type) ((Type *)mem_new(ctx, sizeof(Type)))
/* Returns a copy of the first n bytes of z, or of all of z if n < 0, with a NUL
** at its end. After an error z may be NULL, as the text that a failed call
** returned. */
char *mem_text(Ctx *ctx, const char *z, int n);
/* Returns the formatted text. */
char *mem_printf(Ctx *ctx, const char *format, ...);
/* Ends a string builder of SQLite and returns its text; "" if it is empty. */
char *mem_finish(Ctx *ctx, sqlite3_str *str);

/* A text under construction at the end of the arena, where it can grow without
** being copied. Norms and lists of tokens, of which a call makes thousands, are
** built this way. All other texts use sqlite3_str, which can format. */
typedef struct Draft {
  Ctx *ctx;
  char *z;
  size_t n, room;
} Draft;

/* Begins a text with room for `room` bytes; 0 if the length is unknown. */
Draft draft_new(Ctx *ctx, size_t room);
/* Makes room for n more bytes. If memory runs out, sets an error and returns
** false. */
bool draft_grow(Draft *draft, size_t n);
/* Adds n bytes. */
static inline void draft_add(Draft *draft, const char *z, size_t n) {
  if (draft->n + n >= draft->room && !draft_grow(draft, n)) return;
  memcpy(draft->z + draft->n, z, n);
  draft->n += n;
}
/* Adds a text. */
static inline void draft_word(Draft *draft, const char *word) {
  draft_add(draft, word, strlen(word));
}
/* Adds n bytes in lower case. */
void draft_lower(Draft *draft, const char *z, size_t n);
/* Adds a name in "quotes" and in lower case. */
void draft_name(Draft *draft, const char *name);
/* Adds a text as a JSON string, with the escapes of SQLite's json_object(). */
void draft_string(Draft *draft, const char *z);
/* Ends the text and returns it. */
char *draft_end(Draft *draft);

/* Adds a zeroed element to an array and returns the element. An empty array is
** NULL, and its *count is 0. The next call may move the elements, so pointers
** to them are valid only until then. If memory runs out, sets an error and
** returns NULL. */
void *mem_push(Ctx *ctx, void *array, int *count, size_t size);
#define MEM_PUSH(ctx, array, count) \
  mem_push(ctx, &(array), &(count), sizeof(*(array)))
/* Reserves memory for `room` elements of an empty array of mem_push(). */
void mem_reserve(Ctx *ctx, void *array, int room, size_t size);
#define MEM_MAKE_ROOM(ctx, array, room) \
  mem_reserve(ctx, &(array), room, sizeof(*(array)))

/* Prepares a statement. Returns NULL after an error. In the format, "%w" is for
** names and %Q for literals. db_finish() must follow. */
sqlite3_stmt *db_prepare(Ctx *ctx, const char *format, ...);
/* Bind a value to parameter i, counted from 1. db_bind_text() binds a copy of
** the text, or NULL if z is NULL. */
void db_bind_text(Ctx *ctx, sqlite3_stmt *stmt, int i, const char *z);
void db_bind_int(Ctx *ctx, sqlite3_stmt *stmt, int i, i64 v);
/* Steps the statement; returns true if it has a row. */
bool db_row(Ctx *ctx, sqlite3_stmt *stmt);
/* Steps the statement to its end and resets it. */
void db_run(Ctx *ctx, sqlite3_stmt *stmt);
/* Returns column i, counted from 0, as text. NULL is an error, because only
** columns that are never NULL are read this way. They read as NULL if an
** authorizer returns SQLITE_IGNORE, or if the database is damaged. A NUL
** character inside the text is an error, too: no name and no SQL has one. */
char *db_column(Ctx *ctx, sqlite3_stmt *stmt, int i);
/* Returns the same as db_column() without a copy: the text is valid until the
** next step. */
const char *db_peek(Ctx *ctx, sqlite3_stmt *stmt, int i);
/* Returns the same; NULL is no error. */
const char *db_peek_or_null(Ctx *ctx, sqlite3_stmt *stmt, int i);
/* Returns the same as db_column(), but NULL, without an error, if the column is
** NULL. */
char *db_column_or_null(Ctx *ctx, sqlite3_stmt *stmt, int i);
/* Finalizes the statement, which may be NULL. */
void db_finish(sqlite3_stmt *stmt);
/* Runs a statement. */
void db_exec(Ctx *ctx, const char *format, ...);
/* Implements db_change(). */
bool db_change_list(Ctx *ctx, const char *sql, const char *const *texts,
                    int count);
/* Runs a statement whose parameters ?1, ?2, ... are these texts; a NULL pointer
** binds NULL. Texts without a parameter are ignored. Returns true if the
** statement changed a row. */
#define db_change(ctx, sql, ...)               \
  db_change_list(                              \
      ctx, sql, (const char *[]){__VA_ARGS__}, \
      (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)))
/* Run a query and return the first column of its first row. If there is no row
** or the column is NULL, db_int() returns 0, db_text() sets an error, and
** db_text_or_null() returns NULL. */
i64 db_int(Ctx *ctx, const char *format, ...);
char *db_text(Ctx *ctx, const char *format, ...);
char *db_text_or_null(Ctx *ctx, const char *format, ...);

/* Returns true if the last INSERT, UPDATE or DELETE changed this number of
** rows. */
bool db_changed(Ctx *ctx, i64 rows);
/* Returns the number of rows that this connection has changed. Before SQLite
** 3.37 the number wraps at 32 bits. */
i64 db_total_changes(Ctx *ctx);

/* Returns true if "main" has a table or view of that name. */
bool db_has_table(Ctx *ctx, const char *name);

/* Returns the schema that qualifies a table-valued function: FROM
** "%w".json_each(...). A table of the function's name would hide the function,
** because SQLite looks for the table first. So the result is a schema without
** such a table. It is an error if every schema of the connection has one. */
const char *db_home(Ctx *ctx, const char *function);

/* Returns true if the names are equal in SQL: the case of ASCII letters does
** not matter. NULL equals only NULL. */
static inline bool name_equal(const char *a, const char *b) {
  if (a && b && (*a ^ *b) & ~0x20) return false; /* most end here */
  return sqlite3_stricmp(a, b) == 0;
}
/* Returns true if the name is one of the words, a list that ends with NULL. */
static inline bool name_is_one_of(const char *name, const char *const *words) {
  while (*words && !name_equal(name, *words)) words++;
  return *words != NULL;
}
/* Returns the name with ASCII letters in lower case. */
char *name_lower(Ctx *ctx, const char *name);
/* Returns true if the name begins with the prefix, in any case. */
bool name_starts(const char *name, const char *prefix);
/* Returns true for names that begin with sqlite_ or orm_. */
bool name_is_internal(const char *name);

#endif
