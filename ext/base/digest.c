#include "base/digest.h"

#include "base/xxh3.h"

/* Writes a number as 16 hex digits. */
static void write_hex(char *z, sqlite3_uint64 number) {
  for (int i = 15; i >= 0; i--, number >>= 4)
    z[i] = "0123456789abcdef"[number & 15];
}

static char *hex(Ctx *ctx, Hash128 hash) {
  char *z = (char *)mem_new(ctx, 33);
  if (z == NULL) return NULL;
  write_hex(z, hash.high);
  write_hex(z + 16, hash.low);
  return z;
}

char *digest_bytes(Ctx *ctx, const char *text, size_t n) {
  return ctx_ok(ctx) ? hex(ctx, xxh3_bytes(text, n, 0)) : NULL;
}

char *digest_text(Ctx *ctx, const char *text) {
  return ctx_ok(ctx) ? digest_bytes(ctx, text, strlen(text)) : NULL;
}

static Hash128 seeded(const char *text, sqlite3_uint64 seed) {
  return xxh3_bytes(text, strlen(text), seed);
}

void digest_add(DigestSum *sum, const char *text, sqlite3_uint64 seed) {
  Hash128 hash = seeded(text, seed);
  sum->high += hash.high;
  sum->low += hash.low;
}

void digest_subtract(DigestSum *sum, const char *text, sqlite3_uint64 seed) {
  Hash128 hash = seeded(text, seed);
  sum->high -= hash.high;
  sum->low -= hash.low;
}

char *digest_sum_text(Ctx *ctx, const DigestSum *sum) {
  return ctx_ok(ctx) ? mem_printf(ctx, "%016llx%016llx", sum->high, sum->low)
                     : NULL;
}

/* Adds a number as eight bytes, least significant first. */
static void add_number(Xxh3 *state, sqlite3_uint64 number) {
  unsigned char bytes[8];
  for (int i = 0; i < 8; i++) bytes[i] = (unsigned char)(number >> 8 * i);
  xxh3_add(state, bytes, sizeof(bytes));
}

/* Adds the type, the size of the value, and the value. A text is UTF-8,
** whatever the encoding of the database is. */
static void add_value(Ctx *ctx, Xxh3 *state, sqlite3_stmt *row, int i) {
  int type = sqlite3_column_type(row, i), n = 0;
  sqlite3_uint64 number = 0;
  double real = 0;
  const void *bytes = NULL;
  switch (type) {
  case SQLITE_NULL: break;
  case SQLITE_INTEGER:
    number = (sqlite3_uint64)sqlite3_column_int64(row, i);
    break;
  case SQLITE_FLOAT:
    real = sqlite3_column_double(row, i);
    memcpy(&number, &real, sizeof(number));
    break;
  case SQLITE_TEXT:
    bytes = sqlite3_column_text(row, i);
    n = sqlite3_column_bytes(row, i);
    if (bytes == NULL) err_nomem(ctx);
    break;
  case SQLITE_BLOB:
    bytes = sqlite3_column_blob(row, i);
    n = sqlite3_column_bytes(row, i);
    if (n && bytes == NULL) err_nomem(ctx);
    break;
  }
  add_number(state, (sqlite3_uint64)type);
  add_number(state, bytes ? (sqlite3_uint64)n : number);
  if (n && bytes) xxh3_add(state, bytes, (size_t)n);
}

static void add_row_values(Ctx *ctx, Xxh3 *state, sqlite3_stmt *row, int from) {
  for (int i = from; ctx_ok(ctx) && i < sqlite3_column_count(row); i++)
    add_value(ctx, state, row, i);
}

i64 digest_row(Ctx *ctx, sqlite3_stmt *row, int from) {
  Xxh3 state;
  xxh3_begin(&state, 0);
  add_row_values(ctx, &state, row, from);
  return (i64)xxh3_end(&state).low;
}

char *digest_rows(Ctx *ctx, const char *const *statements, int count) {
  Xxh3 state;
  xxh3_begin(&state, 0);
  for (int i = 0; i < count; i++) {
    sqlite3_stmt *rows = db_prepare(ctx, "%s", statements[i]);
    while (db_row(ctx, rows)) add_row_values(ctx, &state, rows, 0);
    db_finish(rows);
    add_number(&state, (sqlite3_uint64)i); /* marks the end of the statement */
  }
  return ctx_ok(ctx) ? hex(ctx, xxh3_end(&state)) : NULL;
}

void digest_sum_add(DigestSum *sum, const char *const *texts, int count) {
  Xxh3 state;
  xxh3_begin(&state, 0);
  for (int i = 0; i < count; i++) {
    size_t n = texts[i] ? strlen(texts[i]) : 0;
    add_number(&state, texts[i] ? n + 1 : 0);
    if (n) xxh3_add(&state, texts[i], n);
  }
  Hash128 hash = xxh3_end(&state);
  sum->low += hash.low;
  sum->high += hash.high;
}
