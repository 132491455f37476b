#include "objects/value_type.h"

#include <stdlib.h>

#include "base/token.h"

/* The first words of types. `sized` is true if (n) is a length in
** characters. */
static const struct {
  const char *word;
  ValueKind kind;
  bool sized;
} value_words[] = {
    {"bool", VALUE_BOOLEAN, false},       {"boolean", VALUE_BOOLEAN, false},
    {"char", VALUE_PLAIN, true},          {"character", VALUE_PLAIN, true},
    {"date", VALUE_DATE, false},          {"datetime", VALUE_DATETIME, false},
    {"enum", VALUE_ENUM, false},          {"interval", VALUE_DATETIME, false},
    {"json", VALUE_JSON, false},          {"nchar", VALUE_PLAIN, true},
    {"nvarchar", VALUE_PLAIN, true},      {"string", VALUE_PLAIN, true},
    {"text", VALUE_PLAIN, true},          {"time", VALUE_TIME, false},
    {"timestamp", VALUE_DATETIME, false}, {"unicode", VALUE_PLAIN, true},
    {"unicodetext", VALUE_PLAIN, true},   {"varchar", VALUE_PLAIN, true},
};

/* Returns the strings in the parentheses of Enum('a', 'b'). */
static void read_words(Ctx *ctx, const Tokens *tokens, ValueType *type) {
  for (int i = 2; ctx_ok(ctx) && i < tokens->count; i++) {
    if (token_is(&tokens->list[i], ")")) return;
    if (tokens->list[i].type != TOKEN_STRING) continue;
    const char *word = token_name(ctx, &tokens->list[i]);
    const char **slot = MEM_PUSH(ctx, type->words, type->nword);
    if (slot) *slot = word;
  }
}

/* Returns n of TYPE(n), 0 if the type has no length. CHARACTER VARYING(n) has
** its length after the second word. */
static int read_length(const Tokens *tokens) {
  int at = 1;
  if (at < tokens->count && tokens->list[at].type == TOKEN_WORD) at++;
  if (at + 2 >= tokens->count || !token_is(&tokens->list[at], "(") ||
      tokens->list[at + 1].type != TOKEN_NUMBER)
    return 0;
  return atoi(tokens->list[at + 1].z);
}

ValueType value_type_of(Ctx *ctx, const char *definition) {
  ValueType type = {VALUE_PLAIN, 0, NULL, 0};
  if (!ctx_ok(ctx) || definition == NULL) return type;
  Tokens tokens = token_list(ctx, definition);
  if (!ctx_ok(ctx) || tokens.count == 0 || !token_is_name(&tokens.list[0]))
    return type;
  const char *word = token_name(ctx, &tokens.list[0]);
  for (size_t i = 0; i < sizeof(value_words) / sizeof(value_words[0]); i++) {
    if (!name_equal(word, value_words[i].word)) continue;
    type.kind = value_words[i].kind;
    if (value_words[i].sized) type.length = read_length(&tokens);
  }
  if (type.kind == VALUE_ENUM) read_words(ctx, &tokens, &type);
  return type;
}
