#include "meta/row_line.h"

#include "base/text.h"

/* ---- characters --------------------------------------------------------- */

static bool is_name_start(char c) {
  return (char_lower(c) >= 'a' && char_lower(c) <= 'z') || c == '_' ||
         (unsigned char)c >= 0x80;
}

/* Returns the length of the plain name at z; 0: none begins there. */
static size_t plain_name(const char *z) {
  size_t n = 0;
  if (!is_name_start(*z)) return 0;
  while (is_name_start(z[n]) || char_is_digit(z[n])) n++;
  return n;
}

/* Returns the length of the name of the field "name=" at z; 0: none. */
static size_t field_name(const char *z) {
  size_t n = strspn(z, "abcdefghijklmnopqrstuvwxyz_");
  return z[n] == '=' ? n : 0;
}

static bool is_number_text(const char *z) {
  return *z && z[strspn(z, "+-.0123456789eEIinfNaF")] == 0;
}

/* ---- writing ------------------------------------------------------------ */

static void add_plain_name(Draft *line, const char *name) {
  size_t n = plain_name(name);
  if (n && name[n] == 0)
    draft_add(line, name, n);
  else
    draft_string(line, name);
}

static void add_field(Draft *line, MetaKind kind, const MetaRow *row, int i) {
  const char *text = row->texts[i];
  if (line->n) draft_add(line, " ", 1);
  draft_word(line, columns_of(kind)->columns[i].name);
  draft_add(line, "=", 1);
  if (row->numbers >> i & 1 && is_number_text(text))
    draft_word(line, text);
  else
    draft_string(line, text);
}

/* Returns true if the column is a text. */
static bool has_text(const MetaRow *row, int column) {
  return column && row->texts[column] && !(row->numbers >> column & 1);
}

/* Returns true if the text can end the line without quotes. */
static bool can_be_bare(const char *text) {
  size_t n = strlen(text);
  if (n == 0 || *text == ' ' || text[n - 1] == ' ' || field_name(text))
    return false;
  for (const char *z = text; *z; z++)
    if ((unsigned char)*z < ' ') return false;
  return true;
}

/* Adds the names at the beginning of a line. Returns the columns that it has
** written, as bits. */
static unsigned add_subject(Draft *line, const MetaTable *table,
                            const MetaRow *row) {
  const int owner = table->models[0], label = table->label;
  unsigned done = 0;
  if (owner && !has_text(row, owner)) return 0;
  if (owner) add_plain_name(line, row->texts[owner]);
  if (owner) done = 1u << owner;
  if (!has_text(row, label)) return done;
  if (owner) draft_add(line, ".", 1);
  add_plain_name(line, row->texts[label]);
  return done | 1u << label;
}

const char *row_line(Ctx *ctx, MetaKind kind, MetaRow *row) {
  const MetaTable *table = columns_of(kind);
  if (row->line || !ctx_ok(ctx)) return row->line;
  Draft line = draft_new(ctx, 0);
  unsigned done = add_subject(&line, table, row);
  bool bare = done && has_text(row, table->bare) &&
              can_be_bare(row->texts[table->bare]);
  if (bare) done |= 1u << table->bare;
  for (int i = 1; i < table->count; i++)
    if (row->texts[i] && !(done >> i & 1)) add_field(&line, kind, row, i);
  if (bare) draft_add(&line, " ", 1);
  if (bare) draft_word(&line, row->texts[table->bare]);
  row->line = draft_end(&line);
  return row->line;
}

/* ---- reading ------------------------------------------------------------ */

/* A place in a line. */
typedef struct LineReader {
  Ctx *ctx;
  const char *z;
} LineReader;

static void bad_line(LineReader *r) {
  err_set(r->ctx, SQLITE_ERROR, "cannot read \"%.40s\"", r->z);
}

/* Returns the control character whose code is the next four digits: the form
** is a backslash, u and the digits. */
static char read_code(LineReader *r) {
  int code = 0;
  for (int i = 0; i < 4; i++) {
    int digit = char_hex(*r->z);
    if (digit < 0) bad_line(r);
    if (!ctx_ok(r->ctx)) return 0;
    code = code * 16 + digit;
    r->z++;
  }
  if (code == 0 || code > 0x7f) bad_line(r);
  return (char)code;
}

static char read_line_escape(LineReader *r) {
  static const char escapes[] = "b\bf\fn\nr\rt\t\"\"\\\\//";
  char c = *r->z;
  if (c) r->z++;
  if (c == 'u') return read_code(r);
  for (const char *escape = escapes; *escape; escape += 2)
    if (*escape == c) return escape[1];
  bad_line(r);
  return 0;
}

static char *read_line_string(LineReader *r) {
  Draft text = draft_new(r->ctx, 0);
  r->z++;
  while (ctx_ok(r->ctx) && *r->z && *r->z != '"') {
    size_t n = strcspn(r->z, "\"\\");
    draft_add(&text, r->z, n);
    r->z += n;
    if (*r->z != '\\') continue;
    r->z++;
    char c = read_line_escape(r);
    draft_add(&text, &c, 1);
  }
  if (ctx_ok(r->ctx) && *r->z != '"') bad_line(r);
  char *result = draft_end(&text);
  if (ctx_ok(r->ctx)) r->z++;
  return ctx_ok(r->ctx) ? result : NULL;
}

static char *read_plain_name(LineReader *r) {
  if (*r->z == '"') return read_line_string(r);
  size_t n = plain_name(r->z);
  if (n == 0) bad_line(r);
  char *name = mem_text(r->ctx, r->z, (int)n);
  r->z += n;
  return name;
}

/* Returns true if the next word is one of the names at the beginning. */
static bool has_subject(const LineReader *r, const MetaTable *table) {
  return table->label && *r->z && field_name(r->z) == 0;
}

static void read_subject(LineReader *r, const MetaTable *table, MetaRow *row) {
  const int owner = table->models[0];
  row->texts[owner ? owner : table->label] = read_plain_name(r);
  if (!ctx_ok(r->ctx) || owner == 0 || *r->z != '.') return;
  r->z++;
  row->texts[table->label] = read_plain_name(r);
}

static void read_field(LineReader *r, const MetaTable *table, MetaRow *row) {
  size_t n = field_name(r->z);
  int i = 1;
  while (i < table->count && (strncmp(table->columns[i].name, r->z, n) != 0 ||
                              table->columns[i].name[n] != 0))
    i++;
  if (i == table->count || row->texts[i]) bad_line(r);
  if (!ctx_ok(r->ctx)) return;
  r->z += n + 1;
  if (*r->z == '"') {
    row->texts[i] = read_line_string(r);
    return;
  }
  n = strcspn(r->z, " ");
  row->texts[i] = mem_text(r->ctx, r->z, (int)n);
  row->numbers |= 1u << i;
  if (row->texts[i] && !is_number_text(row->texts[i])) bad_line(r);
  r->z += n;
}

/* Returns the line without spaces and CR at its end. */
static char *trimmed(Ctx *ctx, const char *line) {
  size_t n = strcspn(line, "\n");
  while (n && (line[n - 1] == ' ' || line[n - 1] == '\r')) n--;
  return mem_text(ctx, line, (int)n);
}

MetaRow *row_line_read(Ctx *ctx, MetaKind kind, i64 id, const char *line) {
  const MetaTable *table = columns_of(kind);
  MetaRow *row = rows_new_row(ctx, kind);
  LineReader r = {ctx, trimmed(ctx, line)};
  if (!ctx_ok(ctx)) return NULL;
  row->id = id;
  if (has_subject(&r, table)) read_subject(&r, table, row);
  while (ctx_ok(ctx) && *r.z) {
    if (*r.z == ' ')
      r.z++;
    else if (field_name(r.z))
      read_field(&r, table, row);
    else if (table->bare && r.z[-1] == ' ' && row->texts[table->bare] == NULL) {
      row->texts[table->bare] = r.z;
      r.z += strlen(r.z);
    } else
      bad_line(&r);
  }
  return ctx_ok(ctx) ? row : NULL;
}
