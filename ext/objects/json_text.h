/*
** json_text: a JSON text under construction. Short texts need no memory: they
** stay in a buffer of the builder. Not part of a Ctx, because the SQL functions
** of render_json.h make one text for each row. If memory runs out, the builder
** sets `failed` and ignores further calls.
*/
#ifndef ORM_JSON_TEXT_H
#define ORM_JSON_TEXT_H

#include "base/context.h"

/* A text under construction. */
typedef struct JsonText {
  char *z; /* `fixed`, or memory of sqlite3_malloc64() */
  size_t n, room;
  bool failed; /* memory ran out */
  char fixed[480];
} JsonText;

/* Begins a text. json_text_free() must follow. */
void json_text_begin(JsonText *text);
/* Frees the memory of a text. */
void json_text_free(JsonText *text);

/* Append n bytes, a text, an integer. */
void json_text_add(JsonText *text, const char *z, size_t n);
void json_text_word(JsonText *text, const char *word);
void json_text_integer(JsonText *text, i64 value);

/* Appends a real, with as many digits as it needs to read back the same; an
** infinite one as {"$real":"Infinity"}. */
void json_text_real(JsonText *text, double value);

/* Appends a string in quotes, with escapes. Returns false, and appends nothing,
** if the n bytes are not valid UTF-8. */
bool json_text_string(JsonText *text, const char *z, size_t n);

/* Appends {"$name":"hex of the n bytes"}. */
void json_text_hex(JsonText *text, const char *name, const void *bytes,
                   size_t n);

/* Returns true if the n bytes are valid UTF-8. */
bool json_text_is_utf8(const char *z, int n);

#endif
