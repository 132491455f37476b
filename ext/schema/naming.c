#include "schema/naming.h"

#include "base/text.h"

static bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

char *naming_snake_case(Ctx *ctx, const char *name) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (const char *z = name; *z; z++) {
    bool after_word = z > name && (is_lower(z[-1]) || char_is_digit(z[-1]));
    bool begins_word = z > name && z[-1] != '_' && is_lower(z[1]);
    if (char_is_upper(*z) && (after_word || begins_word))
      sqlite3_str_appendchar(str, 1, '_');
    sqlite3_str_appendchar(str, 1, char_lower(*z));
  }
  return mem_finish(ctx, str);
}

char *naming_camel_case(Ctx *ctx, const char *table) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (const char *z = table; *z; z++) {
    bool first = z == table || z[-1] == '_';
    if (*z == '_') continue;
    sqlite3_str_appendchar(str, 1,
                           first && is_lower(*z) ? (char)(*z & ~32) : *z);
  }
  char *name = mem_finish(ctx, str);
  char *back = name ? naming_snake_case(ctx, name) : NULL;
  if (back == NULL) return NULL;
  return strcmp(back, table) == 0 ? name : mem_text(ctx, table, -1);
}

char *naming_index_name(Ctx *ctx, const Index *index) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  sqlite3_str_appendf(str, "ix_%s", index->table);
  for (int i = 0; i < index->nterm; i++) {
    const Term *term = &index->terms[i];
    sqlite3_str_appendchar(str, 1, '_');
    bool word = false; /* of an expression: its words, joined by _ */
    for (const char *z = term->column ? term->column : term->expr.sql; *z;
         z++) {
      bool part = term->column || char_is_upper(*z) || is_lower(*z) ||
                  char_is_digit(*z) || *z == '_';
      if (part) sqlite3_str_appendchar(str, 1, *z);
      if (!part && word && z[1] && z[1] != ')')
        sqlite3_str_appendchar(str, 1, '_');
      word = part;
    }
  }
  return mem_finish(ctx, str);
}
