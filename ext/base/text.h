/*
** text: classes of characters as in SQLite, independent of the locale. Pure.
*/
#ifndef ORM_TEXT_H
#define ORM_TEXT_H

#include <stdbool.h>
#include <string.h>

/* Returns true for the white space of SQL. */
static inline bool char_is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/* Returns true for 0 to 9. */
static inline bool char_is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Returns true for A to Z. */
static inline bool char_is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

/* Returns an ASCII letter in lower case, and any other character unchanged. */
static inline char char_lower(char c) {
  return char_is_upper(c) ? (char)(c | 32) : c;
}

/* Returns the value of a hexadecimal digit, or -1. */
static inline int char_hex(char c) {
  if (char_is_digit(c)) return c - '0';
  c = char_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Returns true if the text ends with `end`. Letter case matters. */
static inline bool text_ends_with(const char *text, const char *end) {
  size_t n = strlen(text), m = strlen(end);
  return n >= m && strcmp(text + n - m, end) == 0;
}

#endif
