#include "objects/value_bind.h"

#include <math.h>

#include "base/nearest.h"
#include "base/text.h"

/* A value to be bound, and its column. */
typedef struct ValueBinding {
  Ctx *ctx;
  sqlite3_stmt *stmt;
  int i;
  const Class *of;
  int column;
} ValueBinding;

/* ---- errors ------------------------------------------------------------- */

static const char *type_word(const JsonValue *v) {
  static const char *const words[] = {
      [JSON_NULL] = "null",        [JSON_FALSE] = "false",
      [JSON_TRUE] = "true",        [JSON_INTEGER] = "a number",
      [JSON_REAL] = "a number",    [JSON_HUGE] = "a number",
      [JSON_STRING] = "a string",  [JSON_ARRAY] = "an array",
      [JSON_OBJECT] = "an object", [JSON_BLOB] = "a BLOB"};
  return words[v->type];
}

/* Sets the error that the column takes `wanted`, and not the value. */
static void misfit(const ValueBinding *b, const JsonValue *v,
                   const char *wanted) {
  if (v->type == JSON_STRING)
    err_set(b->ctx, SQLITE_MISMATCH, "'%.40s' is not %s", v->text, wanted);
  else if (v->type == JSON_INTEGER || v->type == JSON_REAL)
    err_set(b->ctx, SQLITE_MISMATCH, "%.40s is not %s",
            mem_text(b->ctx, v->source, v->source_bytes), wanted);
  else
    err_set(b->ctx, SQLITE_MISMATCH, "%s is not %s", type_word(v), wanted);
}

static void check_code(const ValueBinding *b, int rc) {
  if (rc == SQLITE_TOOBIG)
    err_set(b->ctx, rc, "the value is longer than SQLite allows");
  else if (rc)
    err_db(b->ctx);
}

/* ---- values that JSON lacks --------------------------------------------- */

/* Returns the bytes that hexadecimal digits give. Sets an error for any other
** text. */
static char *read_hex(const ValueBinding *b, const JsonValue *hex) {
  char *bytes = (char *)mem_new(b->ctx, (size_t)hex->bytes / 2 + 1);
  bool valid = hex->type == JSON_STRING && hex->bytes % 2 == 0;
  for (int i = 0; bytes && valid && i < hex->bytes; i++) {
    int digit = char_hex(hex->text[i]);
    valid = digit >= 0;
    if (!valid) break;
    bytes[i / 2] = (char)(i % 2 ? bytes[i / 2] << 4 | digit : digit);
  }
  if (!valid)
    err_set(b->ctx, SQLITE_MISMATCH, "%s takes pairs of hexadecimal digits",
            hex->name);
  return ctx_ok(b->ctx) ? bytes : NULL;
}

static void bind_blob_mark(const ValueBinding *b, const JsonValue *hex) {
  const char *bytes = read_hex(b, hex);
  if (bytes)
    check_code(b, sqlite3_bind_blob(b->stmt, b->i, bytes, hex->bytes / 2,
                                    SQLITE_STATIC));
}

static void bind_text_mark(const ValueBinding *b, const JsonValue *hex) {
  const char *bytes = read_hex(b, hex);
  if (bytes)
    check_code(b, sqlite3_bind_text(b->stmt, b->i, bytes, hex->bytes / 2,
                                    SQLITE_STATIC));
}

static void bind_real_mark(const ValueBinding *b, const JsonValue *word) {
  bool text = word->type == JSON_STRING;
  bool negative = text && strcmp(word->text, "-Infinity") == 0;
  if (!negative && (!text || strcmp(word->text, "Infinity") != 0))
    err_set(b->ctx, SQLITE_MISMATCH,
            "$real takes \"Infinity\" or \"-Infinity\"");
  else
    check_code(
        b, sqlite3_bind_double(b->stmt, b->i, negative ? -INFINITY : INFINITY));
}

/* Binds the text of a JSON value. */
static void bind_source(const ValueBinding *b, const JsonValue *v) {
  check_code(b, sqlite3_bind_text(b->stmt, b->i, v->source, v->source_bytes,
                                  SQLITE_STATIC));
}

/* Binds an object that marks a value which JSON lacks. Returns false if the
** value is not such an object. */
static bool bind_mark(const ValueBinding *b, const JsonValue *v) {
  static const struct {
    const char *name;
    void (*bind)(const ValueBinding *, const JsonValue *);
    bool json; /* for JSON columns only */
  } marks[] = {{"$blob", bind_blob_mark, false},
               {"$text", bind_text_mark, false},
               {"$real", bind_real_mark, false},
               {"$json", bind_source, true}};
  bool json = b->of->types[b->column].kind == VALUE_JSON;
  if (v->type != JSON_OBJECT || v->count != 1) return false;
  for (int i = 0; i < 4; i++) {
    if (strcmp(v->first->name, marks[i].name) != 0 || (marks[i].json && !json))
      continue;
    marks[i].bind(b, v->first);
    return true;
  }
  return false;
}

/* ---- plain values ------------------------------------------------------- */

/* Returns the declared type of the column, for messages. */
static const char *type_name(const ValueBinding *b) {
  const char *type = b->of->table->columns[b->column].type;
  return type && *type ? type : "a column without a type";
}

/* Binds an integer of more than 64 bits as a real where the column holds
** reals. */
static void bind_huge(const ValueBinding *b, const JsonValue *v) {
  Affinity affinity = table_affinity(b->of->table, b->column);
  if (affinity != AFFINITY_REAL && affinity != AFFINITY_NUMERIC)
    err_set(b->ctx, SQLITE_MISMATCH, "%.40s does not fit into 64 bits",
            mem_text(b->ctx, v->source, v->source_bytes));
  else
    check_code(b, sqlite3_bind_double(b->stmt, b->i, v->real));
}

static void bind_plain(const ValueBinding *b, const JsonValue *v) {
  switch (v->type) {
  case JSON_NULL: check_code(b, sqlite3_bind_null(b->stmt, b->i)); break;
  case JSON_INTEGER:
    check_code(b, sqlite3_bind_int64(b->stmt, b->i, v->integer));
    break;
  case JSON_REAL:
    check_code(b, sqlite3_bind_double(b->stmt, b->i, v->real));
    break;
  case JSON_HUGE: bind_huge(b, v); break;
  case JSON_STRING:
    check_code(
        b, sqlite3_bind_text(b->stmt, b->i, v->text, v->bytes, SQLITE_STATIC));
    break;
  case JSON_BLOB:
    check_code(
        b, sqlite3_bind_blob(b->stmt, b->i, v->text, v->bytes, SQLITE_STATIC));
    break;
  case JSON_FALSE:
  case JSON_TRUE:
  case JSON_ARRAY:
  case JSON_OBJECT:
    misfit(b, v, mem_printf(b->ctx, "a value of %s", type_name(b)));
  }
}

/* ---- types -------------------------------------------------------------- */

static void bind_boolean(const ValueBinding *b, const JsonValue *v) {
  bool number = v->type == JSON_INTEGER && (v->integer == 0 || v->integer == 1);
  if (v->type == JSON_TRUE || v->type == JSON_FALSE)
    check_code(b, sqlite3_bind_int(b->stmt, b->i, v->type == JSON_TRUE));
  else if (v->type == JSON_NULL || number)
    bind_plain(b, v);
  else
    misfit(b, v, "true or false");
}

static void bind_document(const ValueBinding *b, const JsonValue *v) {
  if (v->type == JSON_NULL)
    bind_plain(b, v);
  else
    bind_source(b, v);
}

/* Reads n digits at *z, up to the greatest value `most`. Returns -1 for
** anything else. */
static int read_digits(const char **z, int n, int most) {
  int value = 0;
  for (int i = 0; i < n; i++) {
    if (!char_is_digit((*z)[i])) return -1;
    value = value * 10 + ((*z)[i] - '0');
  }
  *z += n;
  return value <= most ? value : -1;
}

static bool accept_one(const char **z, char c) {
  if (**z != c) return false;
  ++*z;
  return true;
}

/* Steps over a date; returns false if it does not exist. */
static bool read_date(const char **z) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int year = read_digits(z, 4, 9999);
  int month = accept_one(z, '-') ? read_digits(z, 2, 12) : -1;
  int day = accept_one(z, '-') ? read_digits(z, 2, 31) : -1;
  if (year < 0 || month < 1 || day < 1) return false;
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day <= days[month - 1] + (month == 2 && leap);
}

/* Steps over a time zone, which is optional: Z, +01:00. */
static bool read_zone(const char **z) {
  if (accept_one(z, 'Z') || **z == 0) return true;
  if (!accept_one(z, '+') && !accept_one(z, '-')) return false;
  return read_digits(z, 2, 23) >= 0 && accept_one(z, ':') &&
         read_digits(z, 2, 59) >= 0;
}

/* Steps over a time: 23:59, 23:59:59, 23:59:59.999, and a zone. */
static bool read_time(const char **z) {
  if (read_digits(z, 2, 23) < 0 || !accept_one(z, ':') ||
      read_digits(z, 2, 59) < 0)
    return false;
  if (accept_one(z, ':')) {
    if (read_digits(z, 2, 59) < 0) return false;
    if (accept_one(z, '.')) {
      if (!char_is_digit(**z)) return false;
      while (char_is_digit(**z)) ++*z;
    }
  }
  return read_zone(z);
}

/* Returns true if z is a date or time of this kind. A DateTime may lack the
** time, a Date may not have one. */
static bool is_moment(ValueKind kind, const char *z) {
  if (kind == VALUE_TIME) return read_time(&z) && *z == 0;
  if (!read_date(&z)) return false;
  if (*z == 0) return true;
  if (kind == VALUE_DATE || (!accept_one(&z, ' ') && !accept_one(&z, 'T')))
    return false;
  return read_time(&z) && *z == 0;
}

static void bind_moment(const ValueBinding *b, const JsonValue *v) {
  ValueKind kind = b->of->types[b->column].kind;
  if (v->type == JSON_STRING &&
      (strlen(v->text) != (size_t)v->bytes || !is_moment(kind, v->text)))
    misfit(b, v,
           kind == VALUE_DATE   ? "a date: 2026-01-31"
           : kind == VALUE_TIME ? "a time: 23:59:59"
                                : "a date and time: 2026-01-31 23:59:59");
  bind_plain(b, v);
}

static void bind_enum(const ValueBinding *b, const JsonValue *v) {
  const ValueType *type = &b->of->types[b->column];
  bool known = v->type == JSON_NULL;
  Nearest near = {.name = v->type == JSON_STRING ? v->text : NULL};
  for (int i = 0; near.name && i < type->nword; i++) {
    known |= strcmp(type->words[i], near.name) == 0;
    if (!known) nearest_try(&near, type->words[i]);
  }
  if (!known)
    misfit(b, v,
           mem_printf(b->ctx, "a word of this Enum%s",
                      near.name ? nearest_hint(b->ctx, &near, "") : ""));
  bind_plain(b, v);
}

static void check_length(const ValueBinding *b, const JsonValue *v) {
  int most = b->of->types[b->column].length, n = 0;
  if (v->type != JSON_STRING || most == 0 || v->bytes <= most) return;
  for (int i = 0; i < v->bytes; i++)
    n += ((unsigned char)v->text[i] & 0xc0) != 0x80;
  if (n > most)
    err_set(b->ctx, SQLITE_MISMATCH, "%d characters, and %s takes %d", n,
            type_name(b), most);
}

void value_bind(Ctx *ctx, sqlite3_stmt *stmt, int i, const Class *c, int column,
                const JsonValue *v) {
  const ValueBinding b = {ctx, stmt, i, c, column};
  if (!ctx_ok(ctx) || bind_mark(&b, v)) return;
  if (v->stored) {
    bind_plain(&b, v);
    return;
  }
  switch (c->types[column].kind) {
  case VALUE_PLAIN:
    check_length(&b, v);
    if (ctx_ok(ctx)) bind_plain(&b, v);
    break;
  case VALUE_BOOLEAN: bind_boolean(&b, v); break;
  case VALUE_JSON: bind_document(&b, v); break;
  case VALUE_DATE:
  case VALUE_DATETIME:
  case VALUE_TIME: bind_moment(&b, v); break;
  case VALUE_ENUM: bind_enum(&b, v); break;
  }
}
