#include "objects/json.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "objects/json_text.h"

/* The state of a parser. */
typedef struct Parser {
  Ctx *ctx;
  const char *start, *z, *end;
  int depth;
  int values; /* read so far */
} Parser;

static JsonValue *parse_value(Parser *p);

/* Sets the error "not JSON at byte N: expected ...". */
static void expected(Parser *p, const char *what) {
  err_set(p->ctx, SQLITE_ERROR, "not JSON at byte %lld: expected %s",
          (i64)(p->z - p->start) + 1, what);
}

static void skip_blanks(Parser *p) {
  while (p->z < p->end &&
         (*p->z == ' ' || *p->z == '\t' || *p->z == '\n' || *p->z == '\r'))
    p->z++;
}

/* Returns true, and steps over the character, if it is the next one. */
static bool accept(Parser *p, char c) {
  skip_blanks(p);
  if (p->z == p->end || *p->z != c) return false;
  p->z++;
  return true;
}

/* Adds a character as UTF-8. */
static void add_character(Draft *text, unsigned c) {
  char z[4];
  size_t n = 0;
  if (c < 0x80) {
    z[n++] = (char)c;
  } else if (c < 0x800) {
    z[n++] = (char)(0xc0 | c >> 6);
    z[n++] = (char)(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    z[n++] = (char)(0xe0 | c >> 12);
    z[n++] = (char)(0x80 | (c >> 6 & 0x3f));
    z[n++] = (char)(0x80 | (c & 0x3f));
  } else {
    z[n++] = (char)(0xf0 | c >> 18);
    z[n++] = (char)(0x80 | (c >> 12 & 0x3f));
    z[n++] = (char)(0x80 | (c >> 6 & 0x3f));
    z[n++] = (char)(0x80 | (c & 0x3f));
  }
  draft_add(text, z, n);
}

/* ---- strings ------------------------------------------------------------ */

/* Returns the number that the four digits after the u at z make, or -1 if they
** are not four digits. */
static int read_hex4(const Parser *p, const char *z) {
  int value = 0;
  if (p->end - z < 5) return -1;
  for (int i = 1; i <= 4; i++) {
    int digit = char_hex(z[i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/* Reads the \u at p->z, the u, with the second half of a surrogate pair. */
static void read_unicode(Parser *p, Draft *text) {
  int c = read_hex4(p, p->z);
  int low = -1;
  bool high = c >= 0xd800 && c < 0xdc00;
  if (high && p->end - p->z > 6 && p->z[5] == '\\' && p->z[6] == 'u')
    low = read_hex4(p, p->z + 6);
  if (c < 0) {
    expected(p, "four hexadecimal digits after \\u");
  } else if (high && low >= 0xdc00 && low < 0xe000) {
    add_character(text, 0x10000u + ((unsigned)(c - 0xd800) << 10) +
                            (unsigned)(low - 0xdc00));
    p->z += 11;
  } else if (high || (c >= 0xdc00 && c < 0xe000)) {
    expected(p, "a pair of surrogates: a single one is no character");
  } else {
    add_character(text, (unsigned)c);
    p->z += 5;
  }
}

/* Reads an escape; p->z is after the backslash. */
static void read_escape(Parser *p, Draft *text) {
  static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
  const char *at =
      p->z < p->end && *p->z ? strchr(letters, *p->z) : (const char *)NULL;
  if (at) {
    draft_add(text, &values[at - letters], 1);
    p->z++;
  } else if (p->z < p->end && *p->z == 'u') {
    read_unicode(p, text);
  } else {
    expected(p, "an escape that JSON knows after \\");
  }
}

/* Returns the end of the plain characters at z: the quote, a backslash, a
** control character, or the end of the input. */
static const char *plain_end(const Parser *p, const char *z) {
  while (z < p->end && *z != '"' && *z != '\\' && (unsigned char)*z >= 0x20)
    z++;
  return z;
}

/* Adds the plain characters at p->z. */
static void read_plain(Parser *p, Draft *text) {
  const char *end = plain_end(p, p->z);
  if (!json_text_is_utf8(p->z, (int)(end - p->z)))
    expected(p, "UTF-8 in this string");
  draft_add(text, p->z, (size_t)(end - p->z));
  p->z = end;
}

/* Reads a string; p->z is after its quote. Sets *bytes, and returns the
** decoded text. */
static const char *read_string(Parser *p, int *bytes) {
  const char *close = plain_end(p, p->z);
  Draft text = draft_new(p->ctx, (size_t)(close - p->z) + 1);
  while (ctx_ok(p->ctx)) {
    read_plain(p, &text);
    if (p->z == p->end || (unsigned char)*p->z < 0x20) {
      expected(p, "the \" that ends the string");
      break;
    }
    if (*p->z++ == '"') break;
    read_escape(p, &text);
  }
  *bytes = (int)text.n;
  return draft_end(&text);
}

/* ---- numbers ------------------------------------------------------------ */

/* Returns the real that the n characters are. strtod() expects the decimal
** point of the locale, which the application may have set. */
static double to_real(Ctx *ctx, const char *z, int n) {
  const char *point = localeconv()->decimal_point;
  const char *dot = (const char *)memchr(z, '.', (size_t)n);
  int before = dot ? (int)(dot - z) : n;
  const char *after = dot ? dot + 1 : z + n;
  char *copy = mem_printf(ctx, "%.*s%s%.*s", before, z, dot ? point : "",
                          (int)(z + n - after), after);
  return copy ? strtod(copy, NULL) : 0;
}

static void skip_digits(Parser *p) {
  if (p->z == p->end || !char_is_digit(*p->z)) expected(p, "a digit");
  while (p->z < p->end && char_is_digit(*p->z)) p->z++;
}

/* Sets the value of an integer. */
static void finish_integer(Ctx *ctx, JsonValue *v, int n) {
  bool negative = *v->source == '-';
  sqlite3_uint64 limit = ((sqlite3_uint64)1 << 63) - (negative ? 0 : 1);
  sqlite3_uint64 value = 0;
  v->type = JSON_INTEGER;
  for (int i = negative; i < n; i++) {
    unsigned digit = (unsigned)(v->source[i] - '0');
    if (value > (limit - digit) / 10) {
      v->type = JSON_HUGE;
      v->real = to_real(ctx, v->source, n);
      return;
    }
    value = value * 10 + digit;
  }
  v->integer = (i64)(negative ? 0 - value : value);
}

static void read_number(Parser *p, JsonValue *v) {
  const char *start = p->z;
  bool real = false;
  if (*p->z == '-') p->z++;
  if (p->z < p->end && *p->z == '0')
    p->z++;
  else
    skip_digits(p);
  if (p->z < p->end && *p->z == '.') {
    real = true;
    p->z++;
    skip_digits(p);
  }
  if (p->z < p->end && (*p->z == 'e' || *p->z == 'E')) {
    real = true;
    p->z++;
    if (p->z < p->end && (*p->z == '+' || *p->z == '-')) p->z++;
    skip_digits(p);
  }
  if (!ctx_ok(p->ctx)) return;
  int n = (int)(p->z - start);
  if (!real) {
    finish_integer(p->ctx, v, n);
    return;
  }
  v->type = JSON_REAL;
  v->real = to_real(p->ctx, start, n);
  if (isinf(v->real))
    err_set(p->ctx, SQLITE_ERROR,
            "%.40s is too big for a real; {\"$real\": \"Infinity\"} is the "
            "infinite one",
            mem_text(p->ctx, start, n));
}

/* ---- arrays and objects ------------------------------------------------- */

static int compare_names(const void *a, const void *b) {
  return strcmp((*(const JsonValue *const *)a)->name,
                (*(const JsonValue *const *)b)->name);
}

/* Sets an error if two members of the object have one name. */
static void check_duplicates(Parser *p, const JsonValue *object) {
  const JsonValue **all = (const JsonValue **)mem_new(
      p->ctx, sizeof(JsonValue *) * (size_t)object->count);
  if (all == NULL) return;
  int n = 0;
  for (const JsonValue *m = object->first; m; m = m->next) all[n++] = m;
  qsort((void *)all, (size_t)n, sizeof(all[0]), compare_names);
  for (int i = 1; i < n; i++)
    if (strcmp(all[i - 1]->name, all[i]->name) == 0)
      err_set(p->ctx, SQLITE_ERROR, "two members \"%s\" in one object",
              all[i]->name);
}

/* Returns the name of the next member, and steps over its colon. */
static const char *read_name(Parser *p) {
  int bytes = 0;
  if (!accept(p, '"')) {
    expected(p, "the name of a member in \"quotes\"");
    return NULL;
  }
  const char *name = read_string(p, &bytes);
  if (name && strlen(name) != (size_t)bytes)
    err_set(p->ctx, SQLITE_ERROR, "a NUL character in the name of a member");
  if (ctx_ok(p->ctx) && !accept(p, ':')) expected(p, "\":\"");
  return name;
}

/* Reads the elements of an array, or the members of an object, up to `close`;
** p->z is after the opening character. */
static void read_elements(Parser *p, JsonValue *v, char close) {
  JsonValue **end = &v->first;
  if (++p->depth > JSON_DEPTH)
    err_set(p->ctx, SQLITE_ERROR, "JSON with more than %d levels", JSON_DEPTH);
  bool more = !accept(p, close);
  while (more && ctx_ok(p->ctx)) {
    const char *name = v->type == JSON_OBJECT ? read_name(p) : NULL;
    JsonValue *element = ctx_ok(p->ctx) ? parse_value(p) : NULL;
    if (element == NULL) return;
    element->name = name;
    v->count++;
    *end = element;
    end = &element->next;
    more = accept(p, ',');
    if (!more && !accept(p, close))
      expected(p, close == '}' ? "\",\" or \"}\"" : "\",\" or \"]\"");
  }
  p->depth--;
  if (v->type == JSON_OBJECT && v->count > 1) check_duplicates(p, v);
}

/* ---- values ------------------------------------------------------------- */

static bool read_word(Parser *p, const char *word) {
  size_t n = strlen(word);
  if ((size_t)(p->end - p->z) < n || memcmp(p->z, word, n) != 0) return false;
  p->z += n;
  return true;
}

static void read_scalar(Parser *p, JsonValue *v) {
  static const struct {
    const char *word;
    JsonType type;
  } words[] = {{"null", JSON_NULL}, {"true", JSON_TRUE}, {"false", JSON_FALSE}};
  if (p->z < p->end && (*p->z == '-' || char_is_digit(*p->z))) {
    read_number(p, v);
    return;
  }
  for (int i = 0; i < 3; i++) {
    if (!read_word(p, words[i].word)) continue;
    v->type = words[i].type;
    return;
  }
  expected(p, "a value");
}

static JsonValue *parse_value(Parser *p) {
  if (++p->values > JSON_VALUES)
    err_set(p->ctx, SQLITE_TOOBIG,
            "more than %d values in one object; save an array of objects",
            JSON_VALUES);
  JsonValue *v = MEM_NEW(p->ctx, JsonValue);
  if (v == NULL) return NULL;
  skip_blanks(p);
  v->source = p->z;
  if (accept(p, '"')) {
    v->type = JSON_STRING;
    v->text = read_string(p, &v->bytes);
  } else if (accept(p, '{')) {
    v->type = JSON_OBJECT;
    read_elements(p, v, '}');
  } else if (accept(p, '[')) {
    v->type = JSON_ARRAY;
    read_elements(p, v, ']');
  } else {
    read_scalar(p, v);
  }
  v->source_bytes = (int)(p->z - v->source);
  return ctx_ok(p->ctx) ? v : NULL;
}

static void check_end(Parser *p) {
  skip_blanks(p);
  if (p->z < p->end) expected(p, "the end of the text");
}

JsonValue *json_parse(Ctx *ctx, const char *text, int bytes) {
  Parser p = {ctx, text, text, text + bytes, 0, 0};
  JsonValue *v = ctx_ok(ctx) ? parse_value(&p) : NULL;
  check_end(&p);
  return ctx_ok(ctx) ? v : NULL;
}

bool json_begin_array(JsonReader *reader, const char *text, int bytes) {
  Parser p = {NULL, text, text, text + bytes, 0, 0};
  bool array = accept(&p, '[');
  *reader = (JsonReader){text, p.z, text + bytes};
  return array;
}

/* The character before reader->z is "[" or ",", or "]" at the end. */
JsonValue *json_next_element(Ctx *ctx, JsonReader *reader) {
  Parser p = {ctx, reader->start, reader->z, reader->end, 1, 0};
  JsonValue *v = NULL;
  bool ended = p.z[-1] == ']' || (p.z[-1] == '[' && accept(&p, ']'));
  if (!ended && ctx_ok(ctx)) v = parse_value(&p);
  if (v && !accept(&p, ',') && !accept(&p, ']')) expected(&p, "\",\" or \"]\"");
  if (ended && ctx_ok(ctx)) check_end(&p);
  reader->z = p.z;
  return ctx_ok(ctx) ? v : NULL;
}

const JsonValue *json_member(const JsonValue *object, const char *name) {
  const JsonValue *m = object->first;
  while (m && strcmp(m->name, name) != 0) m = m->next;
  return m;
}
