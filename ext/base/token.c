#include "base/token.h"

#include "base/text.h"

/* ---- keywords ----------------------------------------------------------- */

enum {
  RESERVED = 1, /* never a name unless quoted */
  JOINS = 2     /* a name, but not in a type or as an alias */
};

typedef struct Keyword {
  const char *word;
  int use; /* 0: an ordinary name */
} Keyword;

/* All keywords of SQLite 3.53, sorted. RESERVED are those that SQLite's parser
** does not accept as names (no %fallback), and those that mean a value when
** they are not quoted. */
// clang-format off
static const Keyword keywords[] = {
  {"ABORT", 0}, {"ACTION", 0}, {"ADD", 1}, {"AFTER", 0}, {"ALL", 1},
  {"ALTER", 1}, {"ALWAYS", 0}, {"ANALYZE", 0}, {"AND", 1}, {"AS", 1},
  {"ASC", 0}, {"ATTACH", 0}, {"AUTOINCREMENT", 1}, {"BEFORE", 0},
  {"BEGIN", 0}, {"BETWEEN", 1}, {"BY", 0}, {"CASCADE", 0}, {"CASE", 1},
  {"CAST", 0}, {"CHECK", 1}, {"COLLATE", 1}, {"COLUMN", 0}, {"COMMIT", 1},
  {"CONFLICT", 0}, {"CONSTRAINT", 1}, {"CREATE", 1}, {"CROSS", 2},
  {"CURRENT", 0}, {"CURRENT_DATE", 1}, {"CURRENT_TIME", 1},
  {"CURRENT_TIMESTAMP", 1}, {"DATABASE", 0}, {"DEFAULT", 1},
  {"DEFERRABLE", 1}, {"DEFERRED", 0}, {"DELETE", 1}, {"DESC", 0},
  {"DETACH", 0}, {"DISTINCT", 1}, {"DO", 0}, {"DROP", 1}, {"EACH", 0},
  {"ELSE", 1}, {"END", 0}, {"ESCAPE", 1}, {"EXCEPT", 1}, {"EXCLUDE", 0},
  {"EXCLUSIVE", 0}, {"EXISTS", 1}, {"EXPLAIN", 0}, {"FAIL", 0},
  {"FALSE", 1}, {"FILTER", 0}, {"FIRST", 0}, {"FOLLOWING", 0}, {"FOR", 0},
  {"FOREIGN", 1}, {"FROM", 1}, {"FULL", 2}, {"GENERATED", 0}, {"GLOB", 0},
  {"GROUP", 1}, {"GROUPS", 0}, {"HAVING", 1}, {"IF", 0}, {"IGNORE", 0},
  {"IMMEDIATE", 0}, {"IN", 1}, {"INDEX", 1}, {"INDEXED", 2},
  {"INITIALLY", 0}, {"INNER", 2}, {"INSERT", 1}, {"INSTEAD", 0},
  {"INTERSECT", 1}, {"INTO", 1}, {"IS", 1}, {"ISNULL", 1}, {"JOIN", 1},
  {"KEY", 0}, {"LAST", 0}, {"LEFT", 2}, {"LIKE", 0}, {"LIMIT", 1},
  {"MATCH", 0}, {"MATERIALIZED", 0}, {"NATURAL", 2}, {"NO", 0}, {"NOT", 1},
  {"NOTHING", 1}, {"NOTNULL", 1}, {"NULL", 1}, {"NULLS", 0}, {"OF", 0},
  {"OFFSET", 0}, {"ON", 1}, {"OR", 1}, {"ORDER", 1}, {"OTHERS", 0},
  {"OUTER", 2}, {"OVER", 0}, {"PARTITION", 0}, {"PLAN", 0}, {"PRAGMA", 0},
  {"PRECEDING", 0}, {"PRIMARY", 1}, {"QUERY", 0}, {"RAISE", 0},
  {"RANGE", 0}, {"RECURSIVE", 0}, {"REFERENCES", 1}, {"REGEXP", 0},
  {"REINDEX", 0}, {"RELEASE", 0}, {"RENAME", 0}, {"REPLACE", 0},
  {"RESTRICT", 0}, {"RETURNING", 1}, {"RIGHT", 2}, {"ROLLBACK", 0},
  {"ROW", 0}, {"ROWS", 0}, {"SAVEPOINT", 0}, {"SELECT", 1}, {"SET", 1},
  {"TABLE", 1}, {"TEMP", 0}, {"TEMPORARY", 0}, {"THEN", 1}, {"TIES", 0},
  {"TO", 1}, {"TRANSACTION", 1}, {"TRIGGER", 0}, {"TRUE", 1},
  {"UNBOUNDED", 0}, {"UNION", 1}, {"UNIQUE", 1}, {"UPDATE", 1},
  {"USING", 1}, {"VACUUM", 0}, {"VALUES", 1}, {"VIEW", 0}, {"VIRTUAL", 0},
  {"WHEN", 1}, {"WHERE", 1}, {"WINDOW", 0}, {"WITH", 0}, {"WITHIN", 0},
  {"WITHOUT", 0},
};
// clang-format on

/* Compares a keyword with n bytes in any letter case. Returns a number as
** strcmp() does. */
static int keyword_order(const char *word, const char *z, int n) {
  for (int i = 0; i < n; i++) {
    int order = word[i] - (z[i] >= 'a' && z[i] <= 'z' ? z[i] - 32 : z[i]);
    if (order) return order;
  }
  return word[n];
}

static const Keyword *keyword_find(const char *z, int n) {
  int low = 0, high = (int)(sizeof(keywords) / sizeof(keywords[0])) - 1;
  while (low <= high) {
    int mid = (low + high) / 2;
    int order = keyword_order(keywords[mid].word, z, n);
    if (order == 0) return &keywords[mid];
    if (order < 0)
      low = mid + 1;
    else
      high = mid - 1;
  }
  return NULL;
}

static int word_use(const Token *token) {
  const Keyword *keyword = keyword_find(token->z, token->n);
  return keyword ? keyword->use : 0;
}

/* ---- characters --------------------------------------------------------- */

/* Returns the length of the white space at the start of z. A byte order mark is
** white space, as in SQLite. */
static int skip_space(const char *z) {
  int i = 0;
  for (;;) {
    if (char_is_space(z[i]))
      i++;
    else if (z[i] == '\xef' && strncmp(z + i, "\xef\xbb\xbf", 3) == 0)
      i += 3;
    else
      return i;
  }
}

static bool is_letter(char c) {
  return (unsigned char)((c | 32) - 'a') < 26 || c == '_' ||
         (unsigned char)c >= 0x80;
}

static bool is_word(char c) {
  return is_letter(c) || char_is_digit(c) || c == '$';
}

bool token_needs_quotes(const char *name) {
  if (!is_letter(*name) || (unsigned char)*name >= 0x80) return true;
  const char *z = name;
  while (is_word(*z) && *z != '$' && (unsigned char)*z < 0x80) z++;
  return *z || keyword_find(name, (int)(z - name)) != NULL;
}

/* ---- one token ---------------------------------------------------------- */

/* Returns the length of a token that ends with the quote `close`; 0 if it is
** not closed. Inside the token, a doubled quote is one character, except in
** [x]. */
static int quoted_length(const char *z, char close) {
  for (int i = 1; z[i]; i++) {
    if (z[i] != close) continue;
    if (close == ']' || z[i + 1] != close) return i + 1;
    i++;
  }
  return 0;
}

static int number_length(const char *z) {
  int i = 0;
  if (z[0] == '0' && (z[1] == 'x' || z[1] == 'X')) i = 2;
  while (is_word(z[i]) || z[i] == '.' ||
         ((z[i] == '+' || z[i] == '-') && i && (z[i - 1] | 32) == 'e' &&
          char_is_digit(z[i + 1]) && (z[1] | 32) != 'x'))
    i++;
  return i;
}

static int operator_length(const char *z) {
  static const char *const long_operators[] = {
      "->>", "->", "||", "<<", "<=", "<>", ">=", ">>", "==", "!=",
  };
  bool is_long = z[0] && z[1] && strchr("<=>|", z[1]);
  for (size_t i = 0; is_long && i < sizeof(long_operators) / sizeof(char *);
       i++) {
    size_t n = strlen(long_operators[i]);
    if (strncmp(z, long_operators[i], n) == 0) return (int)n;
  }
  return strchr("()*+,-./;<=>|&~%", *z) ? 1 : 0;
}

static int variable_length(const char *z) {
  int i = 1;
  while (is_word(z[i]) || z[i] == ':') i++;
  return i;
}

/* Returns the length of the comment that z begins with; 0 if there is none, or
** if it is not closed. */
static int comment_length(const char *z) {
  if (z[0] == '-' && z[1] == '-') return (int)strcspn(z, "\n");
  if (z[0] != '/' || z[1] != '*') return 0;
  const char *end = strstr(z + 2, "*/");
  return end ? (int)(end - z) + 2 : 0;
}

static Token token_make(TokenKind type, const char *z, int n) {
  Token token = {n > 0 ? type : TOKEN_ILLEGAL, z, n > 0 ? n : 1, 0};
  return token;
}

Token token_next(const char *z) {
  z += skip_space(z);
  if (*z == 0) {
    Token end = {TOKEN_END, z, 0, 0};
    return end;
  }
  if ((z[0] == '-' && z[1] == '-') || (z[0] == '/' && z[1] == '*'))
    return token_make(TOKEN_COMMENT, z, comment_length(z));
  if ((*z | 32) == 'x' && z[1] == '\'') {
    int n = quoted_length(z + 1, '\'');
    return token_make(TOKEN_BLOB, z, n ? n + 1 : 0);
  }
  if (char_is_digit(*z) || (*z == '.' && char_is_digit(z[1])))
    return token_make(TOKEN_NUMBER, z, number_length(z));
  if (is_letter(*z)) {
    int n = 1;
    while (is_word(z[n])) n++;
    return token_make(TOKEN_WORD, z, n);
  }
  switch (*z) {
  case '\'': return token_make(TOKEN_STRING, z, quoted_length(z, '\''));
  case '"':
  case '`': return token_make(TOKEN_QUOTED, z, quoted_length(z, *z));
  case '[': return token_make(TOKEN_QUOTED, z, quoted_length(z, ']'));
  case '?':
  case ':':
  case '@':
  case '$':
  case '#': return token_make(TOKEN_VARIABLE, z, variable_length(z));
  default: return token_make(TOKEN_OPERATOR, z, operator_length(z));
  }
}

/* ---- lists of tokens ---------------------------------------------------- */

static void comment_add(Ctx *ctx, Tokens *tokens, Token token) {
  Comment *comment = MEM_PUSH(ctx, tokens->comments, tokens->ncomment);
  if (comment == NULL) return;
  const char *end = token.z + token.n;
  if (*token.z == '/') end -= 2;
  comment->z = token.z + 2;
  while (comment->z < end && char_is_space(*comment->z)) comment->z++;
  while (end > comment->z && char_is_space(end[-1])) end--;
  comment->n = (int)(end - comment->z);
  comment->after = tokens->count;
  comment->raw = token;
}

/* Sets `close` of each "(". While a "(" is open, its `close` is the index of
** the next outer open "(", or -1. */
static void match_parens(Tokens *tokens) {
  int open = -1;
  for (int i = 0; i < tokens->count; i++) {
    Token *token = &tokens->list[i];
    if (token_is(token, "(")) {
      token->close = open;
      open = i;
    } else if (token_is(token, ")") && open >= 0) {
      int outer = tokens->list[open].close;
      tokens->list[open].close = i;
      open = outer;
    }
  }
  while (open >= 0) {
    int outer = tokens->list[open].close;
    tokens->list[open].close = tokens->count;
    open = outer;
  }
}

/* Builds the list at the end of the arena, so that a short text uses little
** memory. */
Tokens token_list(Ctx *ctx, const char *sql) {
  enum { FIRST_ROOM = 16 };
  Tokens tokens = {sql, NULL, 0, NULL, 0};
  Draft list = draft_new(ctx, FIRST_ROOM * sizeof(Token));
  Token token = {TOKEN_ILLEGAL, sql, 0, 0};
  while (ctx_ok(ctx) && token.type != TOKEN_END) {
    token = token_next(token.z + token.n);
    if (token.type == TOKEN_COMMENT) {
      comment_add(ctx, &tokens, token);
      continue;
    }
    draft_add(&list, (const char *)&token, sizeof(token));
    if (ctx_ok(ctx)) tokens.count++;
    tokens.list = (Token *)(void *)list.z;
    if (token.type == TOKEN_ILLEGAL)
      err_set(ctx, SQLITE_ERROR, "line %d: unrecognized token near \"%.20s\"",
              token_line(&tokens, tokens.count - 1), token.z);
  }
  draft_end(&list);
  if (tokens.count) tokens.count--; /* TOKEN_END is not counted */
  match_parens(&tokens);
  return tokens;
}

Tokens token_script(Ctx *ctx, const char *sql) {
  if (ctx_ok(ctx) && ctx->script && ctx->script->sql == sql)
    return *ctx->script;
  const Tokens tokens = token_list(ctx, sql);
  ctx->script = MEM_NEW(ctx, Tokens);
  if (ctx->script) *ctx->script = tokens;
  return tokens;
}

bool token_is(const Token *token, const char *word) {
  if ((*token->z ^ *word) & ~0x20) return false; /* most end here */
  if (token->type != TOKEN_WORD && token->type != TOKEN_OPERATOR) return false;
  return sqlite3_strnicmp(token->z, word, token->n) == 0 && word[token->n] == 0;
}

bool token_is_one_of(const Token *token, const char *const *words) {
  while (*words && !token_is(token, *words)) words++;
  return *words != NULL;
}

bool token_is_name(const Token *token) {
  if (token->type == TOKEN_WORD) {
    /* TRUE, FALSE and CURRENT_... are legal names, but values if bare. */
    return word_use(token) != RESERVED || token_is(token, "TRUE") ||
           token_is(token, "FALSE") || name_starts(token->z, "CURRENT_");
  }
  return token->type == TOKEN_QUOTED || token->type == TOKEN_STRING;
}

bool token_is_type(const Token *token) {
  bool joins = token->type == TOKEN_WORD && word_use(token) == JOINS;
  return !joins && token_is_name(token);
}

char *token_name(Ctx *ctx, const Token *token) {
  if (token->type != TOKEN_QUOTED && token->type != TOKEN_STRING)
    return mem_text(ctx, token->z, token->n);
  char *name = mem_text(ctx, token->z + 1, token->n - 2);
  if (name == NULL || *token->z == '[') return name;
  char *to = name;
  for (const char *from = name; *from; from++) {
    *to++ = *from;
    if (*from == *token->z) from++;
  }
  *to = 0;
  return name;
}

/* ---- operands ----------------------------------------------------------- */

/* Operators that could be names. */
static const char *const word_operators[] = {"LIKE",   "GLOB",   "MATCH",
                                             "REGEXP", "ESCAPE", NULL};

bool token_is_operand(const Token *list, int i) {
  const Token *before = i ? &list[i - 1] : NULL;
  if (!token_is_name(&list[i]) || list[i].type == TOKEN_STRING) return false;
  if (token_is(&list[i + 1], "(")) return false;
  if (before == NULL || token_is_one_of(before, word_operators)) return true;
  return !token_is_name(before) && before->type != TOKEN_NUMBER &&
         before->type != TOKEN_BLOB && !token_is(before, ")") &&
         !token_is(before, "COLLATE") && !token_is(before, "AS");
}

void token_strip(const Tokens *tokens, int *from, int *to) {
  while (*to - *from > 2 && token_is(&tokens->list[*from], "(") &&
         tokens->list[*from].close == *to - 1) {
    ++*from;
    --*to;
  }
}

/* ---- one spelling ------------------------------------------------------- */

/* Returns true if token i is a keyword of a join, such as LEFT in t LEFT JOIN
** u, and not an alias or a table. */
static bool is_join(const Tokens *tokens, int i) {
  static const char *const before_table[] = {"FROM", "JOIN", ",", NULL};
  const Token *token = &tokens->list[i], *next = token + 1;
  if (token->type != TOKEN_WORD || word_use(token) != JOINS) return false;
  if (i > 0 && token_is_one_of(token - 1, before_table)) return false;
  return token_is(next, "JOIN") ||
         (next->type == TOKEN_WORD && word_use(next) == JOINS);
}

static void normal_token(Ctx *ctx, Draft *text, const Tokens *tokens, int i) {
  const Token *token = &tokens->list[i];
  bool reserved = token->type == TOKEN_WORD && word_use(token) == RESERVED;
  if (reserved || is_join(tokens, i)) {
    draft_word(text, keyword_find(token->z, token->n)->word);
  } else if (token->type == TOKEN_WORD || token->type == TOKEN_QUOTED) {
    const char *name = token_name(ctx, token);
    if (name) draft_name(text, name);
  } else if (token_is(token, "==")) {
    draft_word(text, "=");
  } else if (token_is(token, "<>")) {
    draft_word(text, "!=");
  } else if (token->type == TOKEN_NUMBER || token->type == TOKEN_BLOB) {
    draft_lower(text, token->z, (size_t)token->n);
  } else {
    draft_add(text, token->z, (size_t)token->n);
  }
}

static bool is_qualifier(Ctx *ctx, const Tokens *tokens, int i, int to,
                         const char *self) {
  const Token *token = &tokens->list[i];
  if (self == NULL || i + 2 >= to || !token_is_name(token)) return false;
  if (!token_is(token + 1, ".")) return false;
  char *name = token_name(ctx, token);
  return name && name_equal(name, self);
}

char *token_normal(Ctx *ctx, const Tokens *tokens, int from, int to,
                   const char *self) {
  Draft text = draft_new(ctx, 0);
  for (int i = from; ctx_ok(ctx) && i < to; i++) {
    if (is_qualifier(ctx, tokens, i, to, self)) {
      i++;
      continue;
    }
    if (text.n) draft_add(&text, " ", 1);
    normal_token(ctx, &text, tokens, i);
  }
  return draft_end(&text);
}

static bool has_comment(const Tokens *tokens, int from, int to) {
  for (int i = 0; i < tokens->ncomment; i++)
    if (tokens->comments[i].after > from && tokens->comments[i].after < to)
      return true;
  return false;
}

char *token_text(Ctx *ctx, const Tokens *tokens, int from, int to) {
  if (!ctx_ok(ctx)) return NULL;
  if (from >= to) return mem_text(ctx, "", 0);
  const Token *first = &tokens->list[from], *last = &tokens->list[to - 1];
  if (!has_comment(tokens, from, to))
    return mem_text(ctx, first->z, (int)(last->z + last->n - first->z));
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = from; i < to; i++) {
    const Token *token = &tokens->list[i];
    sqlite3_str_append(str, token->z, token->n);
    if (i + 1 >= to) break;
    const char *gap = token->z + token->n;
    int n = (int)(token[1].z - gap);
    bool comment = memchr(gap, '-', (size_t)n) || memchr(gap, '/', (size_t)n);
    if (comment)
      sqlite3_str_appendchar(str, 1, ' ');
    else
      sqlite3_str_append(str, gap, n);
  }
  return mem_finish(ctx, str);
}

/* ---- statements --------------------------------------------------------- */

/* Returns true if CREATE TRIGGER begins at token `from`. Such a statement ends
** at the last semicolon of "; END ;", as in sqlite3_complete(). */
static bool is_trigger(const Tokens *tokens, int from) {
  const Token *token = &tokens->list[from];
  const Token *end = &tokens->list[tokens->count];
  if (token_is(token, "EXPLAIN")) {
    token++;
    if (token < end && token_is(token, "QUERY")) token += 2;
  }
  if (token >= end || !token_is(token, "CREATE")) return false;
  token++;
  if (token < end && (token_is(token, "TEMP") || token_is(token, "TEMPORARY")))
    token++;
  return token < end && token_is(token, "TRIGGER");
}

int token_statement_end(const Tokens *tokens, int from) {
  if (from >= tokens->count) return tokens->count;
  bool trigger = is_trigger(tokens, from);
  for (int i = from; i < tokens->count; i++) {
    if (!token_is(&tokens->list[i], ";")) continue;
    if (!trigger) return i;
    if (i >= from + 2 && token_is(&tokens->list[i - 1], "END") &&
        token_is(&tokens->list[i - 2], ";"))
      return i;
  }
  return tokens->count;
}

Token token_behind(const Token *token) {
  Token next = token_next(token->z + token->n);
  while (next.type == TOKEN_COMMENT) next = token_next(next.z + next.n);
  return next;
}

Token token_first(const char *z) {
  Token token = token_next(z);
  while (token.type == TOKEN_COMMENT || token_is(&token, ";"))
    token = token_behind(&token);
  return token;
}

/* Most statements have no comment in their last line. */
const char *token_semicolon(const char *sql) {
  const char *line = strrchr(sql, '\n');
  if (strstr(line ? line : sql, "--") == NULL) return ";";
  Token last = token_next(sql), token = last;
  for (; token.type != TOKEN_END; token = token_next(token.z + token.n))
    last = token;
  bool open = last.type == TOKEN_COMMENT && *last.z == '-';
  return open && strchr(last.z, '\n') == NULL ? "\n;" : ";";
}

bool token_alters(const Token *first, Token *name, Token *word) {
  if (!token_is(first, "ALTER")) return false;
  Token table = token_behind(first);
  *name = token_behind(&table);
  *word = token_behind(name);
  if (token_is(word, ".")) {
    *name = token_behind(word);
    *word = token_behind(name);
  }
  return token_is(&table, "TABLE");
}

int token_line(const Tokens *tokens, int i) {
  int line = 1;
  for (const char *z = tokens->sql; z < tokens->list[i].z; z++)
    if (*z == '\n') line++;
  return line;
}

bool token_mentions(Ctx *ctx, const char *sql, const char *name) {
  Tokens tokens = token_list(ctx, sql);
  bool found = false;
  for (int i = 0; ctx_ok(ctx) && !found && i < tokens.count; i++) {
    const char *word = token_is_name(&tokens.list[i])
                           ? token_name(ctx, &tokens.list[i])
                           : NULL;
    found = word && name_equal(word, name);
  }
  return found;
}
