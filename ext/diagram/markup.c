#include "diagram/markup.h"

/* ---- characters --------------------------------------------------------- */

/* Returns the character at z, and sets *n to the number of its bytes. A byte
** that is not UTF-8 gives -1. */
static int decode(const char *z, int *n) {
  const unsigned char *u = (const unsigned char *)z;
  static const int least[] = {0, 0, 0x80, 0x800, 0x10000};
  int length = *u < 0x80             ? 1
               : (*u & 0xe0) == 0xc0 ? 2
               : (*u & 0xf0) == 0xe0 ? 3
               : (*u & 0xf8) == 0xf0 ? 4
                                     : 0;
  *n = 1;
  if (length == 0) return -1;
  int c = length == 1 ? *u : *u & (0xff >> (length + 1));
  for (int i = 1; i < length; i++) {
    if ((u[i] & 0xc0) != 0x80) return -1;
    c = c << 6 | (u[i] & 0x3f);
  }
  if (c < least[length] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
    return -1;
  *n = length;
  return c;
}

/* Returns true for the characters of XML 1.0, without the control characters
** that it discourages. */
static bool is_printable(int c) {
  if (c < ' ') return c == '\n' || c == '\t';
  return (c < 0x7f || c > 0x9f) && c != 0xfffe && c != 0xffff;
}

static const char *reference_of(int c) {
  switch (c) {
  case '&': return "&amp;";
  case '<': return "&lt;";
  case '>': return "&gt;";
  case '"': return "&quot;";
  case '\'': return "&#39;";
  default: return NULL;
  }
}

/* Appends a text, with character references if `escaped`. */
static void add_clean(sqlite3_str *str, const char *text, bool escaped) {
  int n = 0;
  for (const char *z = text ? text : ""; *z; z += n) {
    int c = decode(z, &n);
    const char *reference = escaped ? reference_of(c) : NULL;
    if (reference)
      sqlite3_str_appendall(str, reference);
    else if (!is_printable(c))
      sqlite3_str_appendall(str, c == '\r' ? "" : "\xef\xbf\xbd");
    else
      sqlite3_str_append(str, z, n);
  }
}

void markup_text(sqlite3_str *str, const char *text) {
  add_clean(str, text, true);
}

const char *markup_plain(Ctx *ctx, const char *text) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  add_clean(str, text, false);
  return mem_finish(ctx, str);
}

const char *markup_cut(Ctx *ctx, const char *text, int most) {
  int count = 0, n = 0, end = 0;
  for (const char *z = text; *z; z += n) {
    decode(z, &n);
    if (++count < most) end = (int)(z - text) + n;
  }
  if (count <= most) return text;
  return mem_printf(ctx, "%.*s\xe2\x80\xa6", end, text);
}

/* ---- widths ------------------------------------------------------------- */

/* The widths of ' ' to '~' in Helvetica, in thousandths of its size
** (Adobe Font Metrics, Helvetica.afm). */
// clang-format off
static const short helvetica[] = {
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
  556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
  1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
  667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
  333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
  556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
};
// clang-format on

/* Returns the width of a character in thousandths of the size. */
static int character_width(int c) {
  if (c >= ' ' && c <= '~') return helvetica[c - ' '];
  if (c >= 0x300 && c < 0x370) return 0; /* accents */
  return c >= 0x1100 ? 1000 : 600;       /* from Hangul on: full width */
}

int markup_width(const char *text, int size) {
  int width = 0, n = 0;
  for (const char *z = text; *z; z += n)
    width += character_width(decode(z, &n));
  return (width * size + 999) / 1000;
}
