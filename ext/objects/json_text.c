#include "objects/json_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

void json_text_begin(JsonText *text) {
  text->z = text->fixed;
  text->n = 0;
  text->room = sizeof(text->fixed);
  text->failed = false;
}

void json_text_free(JsonText *text) {
  if (text->z != text->fixed) sqlite3_free(text->z);
  text->z = text->fixed;
}

/* Makes room for n more bytes. Returns false without memory. */
static bool grow(JsonText *text, size_t n) {
  size_t room = 2 * (text->n + n);
  bool fixed = text->z == text->fixed;
  char *z = (char *)sqlite3_realloc64(fixed ? NULL : text->z, room);
  text->failed |= z == NULL;
  if (z == NULL) return false;
  if (fixed) memcpy(z, text->fixed, text->n);
  text->z = z;
  text->room = room;
  return true;
}

void json_text_add(JsonText *text, const char *z, size_t n) {
  if (text->failed || (text->n + n > text->room && !grow(text, n))) return;
  memcpy(text->z + text->n, z, n);
  text->n += n;
}

void json_text_word(JsonText *text, const char *word) {
  json_text_add(text, word, strlen(word));
}

/* ---- numbers ------------------------------------------------------------ */

void json_text_integer(JsonText *text, i64 value) {
  char z[24];
  size_t at = sizeof(z);
  sqlite3_uint64 rest =
      value < 0 ? 0 - (sqlite3_uint64)value : (sqlite3_uint64)value;
  do {
    z[--at] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest);
  if (value < 0) z[--at] = '-';
  json_text_add(text, z + at, sizeof(z) - at);
}

/* snprintf() and strtod() agree on the decimal point of the locale; JSON has a
** point. */
static void add_finite(JsonText *text, double value) {
  char z[64];
  int n = 0;
  for (int digits = 15; digits <= 17; digits++) {
    n = snprintf(z, sizeof(z), "%.*g", digits, value);
    if (strtod(z, NULL) == value) break;
  }
  bool integral = true, pointed = false;
  for (int i = 0; i < n; i++) {
    char c = z[i];
    bool plain = char_is_digit(c) || c == '-' || c == '+' || c == 'e';
    if (plain) json_text_add(text, &c, 1);
    if (!plain && !pointed) {
      json_text_add(text, ".", 1);
      pointed = true;
    }
    if (!char_is_digit(c) && c != '-') integral = false;
  }
  if (integral) json_text_add(text, ".0", 2);
}

void json_text_real(JsonText *text, double value) {
  if (isinf(value))
    json_text_word(text, value < 0 ? "{\"$real\":\"-Infinity\"}"
                                   : "{\"$real\":\"Infinity\"}");
  else
    add_finite(text, value);
}

/* ---- UTF-8 -------------------------------------------------------------- */

/* Returns the bytes of the UTF-8 character at z, of which n bytes exist; 0 if
** it is not valid. */
static int utf8_size(const unsigned char *z, int n) {
  if (z[0] < 0x80) return 1;
  int size = z[0] >= 0xf0 ? 4 : z[0] >= 0xe0 ? 3 : 2;
  if (z[0] < 0xc2 || z[0] > 0xf4 || size > n) return 0;
  for (int i = 1; i < size; i++)
    if ((z[i] & 0xc0) != 0x80) return 0;
  bool overlong =
      (z[0] == 0xe0 && z[1] < 0xa0) || (z[0] == 0xf0 && z[1] < 0x90);
  bool surrogate = z[0] == 0xed && z[1] >= 0xa0;
  bool beyond = z[0] == 0xf4 && z[1] >= 0x90;
  return overlong || surrogate || beyond ? 0 : size;
}

bool json_text_is_utf8(const char *z, int n) {
  const unsigned char *u = (const unsigned char *)z;
  for (int i = 0; i < n;) {
    int size = utf8_size(u + i, n - i);
    if (size == 0) return false;
    i += size;
  }
  return true;
}

/* ---- strings ------------------------------------------------------------ */

/* Appends a character that a string cannot have as it is. */
static void add_escape(JsonText *text, char c) {
  static const char letters[] = "bfnrt\"\\", values[] = "\b\f\n\r\t\"\\";
  static const char digits[] = "0123456789abcdef";
  const char *at = c ? strchr(values, c) : NULL;
  if (at) {
    char escape[2] = {'\\', letters[at - values]};
    json_text_add(text, escape, 2);
  } else {
    char escape[6] = {'\\', 'u', '0', '0', digits[c >> 4 & 15], digits[c & 15]};
    json_text_add(text, escape, 6);
  }
}

/* Returns the number of ASCII characters at z that need no escape in a string.
*/
static size_t plain_length(const char *z, size_t n) {
  size_t i = 0;
  while (i < n && (unsigned char)z[i] - 0x20u < 0x60 && z[i] != '"' &&
         z[i] != '\\')
    i++;
  return i;
}

bool json_text_string(JsonText *text, const char *z, size_t n) {
  size_t start = text->n;
  json_text_add(text, "\"", 1);
  for (size_t i = 0; i < n;) {
    size_t plain = plain_length(z + i, n - i);
    json_text_add(text, z + i, plain);
    i += plain;
    if (i == n) break;
    int left = n - i > 4 ? 4 : (int)(n - i);
    int size = utf8_size((const unsigned char *)z + i, left);
    if (size == 0) {
      if (!text->failed) text->n = start;
      return false;
    }
    if (size == 1 && z[i] != 0x7f)
      add_escape(text, z[i]);
    else
      json_text_add(text, z + i, (size_t)size);
    i += (size_t)size;
  }
  json_text_add(text, "\"", 1);
  return true;
}

void json_text_hex(JsonText *text, const char *name, const void *bytes,
                   size_t n) {
  static const char digits[] = "0123456789ABCDEF";
  const unsigned char *z = (const unsigned char *)bytes;
  json_text_word(text, "{\"$");
  json_text_word(text, name);
  json_text_word(text, "\":\"");
  for (size_t i = 0; i < n; i++) {
    char pair[2] = {digits[z[i] >> 4], digits[z[i] & 15]};
    json_text_add(text, pair, 2);
  }
  json_text_word(text, "\"}");
}
