#include "schema/types.h"

#include "base/nearest.h"

typedef enum Arguments {
  ARGS_NONE,    /* takes none: Integer */
  ARGS_KEPT,    /* String(64): VARCHAR(64) */
  ARGS_DROPPED, /* Float(53): FLOAT */
  ARGS_ENUM     /* Enum('a', 'bcd'): VARCHAR(3), the longest */
} Arguments;

typedef struct TypeRule {
  const char *name, *sql, *strict;
  Arguments arguments;
  int most; /* the largest number of arguments; -1: one or more */
} TypeRule;

static const TypeRule type_rules[] = {
    {"BigInteger", "BIGINT", "INTEGER", ARGS_NONE, 0},
    {"Boolean", "BOOLEAN", "INTEGER", ARGS_NONE, 0},
    {"Date", "DATE", "TEXT", ARGS_NONE, 0},
    {"DateTime", "DATETIME", "TEXT", ARGS_NONE, 0},
    {"Enum", "VARCHAR", "TEXT", ARGS_ENUM, -1},
    {"Float", "FLOAT", "REAL", ARGS_DROPPED, 1},
    {"Integer", "INTEGER", "INTEGER", ARGS_NONE, 0},
    {"Interval", "DATETIME", "TEXT", ARGS_NONE, 0},
    {"JSON", "JSON", "TEXT", ARGS_NONE, 0},
    {"LargeBinary", "BLOB", "BLOB", ARGS_DROPPED, 1},
    {"Numeric", "NUMERIC", "REAL", ARGS_KEPT, 2},
    {"PickleType", "BLOB", "BLOB", ARGS_NONE, 0},
    {"SmallInteger", "SMALLINT", "INTEGER", ARGS_NONE, 0},
    {"String", "VARCHAR", "TEXT", ARGS_KEPT, 1},
    {"Text", "TEXT", "TEXT", ARGS_KEPT, 1},
    {"Time", "TIME", "TEXT", ARGS_NONE, 0},
    {"Unicode", "VARCHAR", "TEXT", ARGS_KEPT, 1},
    {"UnicodeText", "TEXT", "TEXT", ARGS_KEPT, 1},
};
#define TYPE_RULES (sizeof(type_rules) / sizeof(type_rules[0]))

/* Type names of SQL that people also write with a capital: Varchar. */
static const char *const sql_words[] = {
    "any",      "bigint",    "binary",    "bit",      "blob",      "bool",
    "char",     "character", "clob",      "counter",  "currency",  "decimal",
    "double",   "float",     "guid",      "int",      "int2",      "int4",
    "int8",     "integer",   "long",      "longtext", "mediumint", "memo",
    "money",    "national",  "native",    "nchar",    "nvarchar",  "number",
    "real",     "single",    "smallint",  "string",   "timestamp", "tinyint",
    "unsigned", "uuid",      "varbinary", "varchar",  "varying",   "xml",
    "year",     NULL,
};

static const TypeRule *rule_find(const Token *word) {
  for (size_t i = 0; i < TYPE_RULES; i++)
    if (*type_rules[i].name == *word->z &&
        strlen(type_rules[i].name) == (size_t)word->n &&
        strncmp(type_rules[i].name, word->z, (size_t)word->n) == 0)
      return &type_rules[i];
  return NULL;
}

/* Returns true if the word has a capital first and a small letter after it. */
static bool looks_like_class(const Token *word) {
  if (*word->z < 'A' || *word->z > 'Z') return false;
  for (int i = 1; i < word->n; i++)
    if (word->z[i] >= 'a' && word->z[i] <= 'z') return true;
  return false;
}

TypeWord type_classify(const Token *word) {
  if (word->type != TOKEN_WORD) return TYPE_SQL;
  if (rule_find(word)) return TYPE_SQLALCHEMY;
  if (!looks_like_class(word)) return TYPE_SQL;
  if (token_is_one_of(word, sql_words)) return TYPE_SQL;
  return TYPE_UNKNOWN;
}

/* Returns the number of arguments in tokens from to to-1, "word ( x, y )". */
static int count_type_arguments(const Tokens *tokens, int from, int to) {
  if (to - from < 4) return 0; /* word ( x ) */
  int count = 1;
  for (int i = from + 2; i < to - 1; i++)
    if (token_is(&tokens->list[i], ",")) count++;
  return count;
}

/* Returns the length of the longest argument of Enum, in characters. */
static int longest_string(Ctx *ctx, const Tokens *tokens, int from, int to) {
  int longest = 0;
  for (int i = from + 2; i < to; i += 2) {
    if (tokens->list[i].type != TOKEN_STRING ||
        !token_is(&tokens->list[i + 1], i + 2 < to ? "," : ")")) {
      err_set(ctx, SQLITE_ERROR, "Enum takes strings: Enum('a', 'b')");
      return 0;
    }
    char *value = token_name(ctx, &tokens->list[i]);
    int n = 0;
    for (const char *z = value; z && *z; z++)
      if (((unsigned char)*z & 0xc0) != 0x80) n++;
    if (n > longest) longest = n;
  }
  return longest;
}

char *type_translate(Ctx *ctx, const Tokens *tokens, int from, int to,
                     bool strict) {
  const TypeRule *rule = rule_find(&tokens->list[from]);
  if (!ctx_ok(ctx) || rule == NULL) return NULL;
  int count = count_type_arguments(tokens, from, to);
  bool parens = to > from + 1;
  if ((rule->most >= 0 && count > rule->most) ||
      (parens && count == 0 && rule->arguments == ARGS_ENUM) ||
      (rule->arguments == ARGS_ENUM && !parens)) {
    err_set(ctx, SQLITE_ERROR, "type %s takes %s", rule->name,
            rule->most < 0    ? "at least one string"
            : rule->most == 0 ? "no argument"
            : rule->most == 1 ? "one argument at the most"
                              : "two arguments at the most");
    return NULL;
  }
  int longest = 0;
  if (rule->arguments == ARGS_ENUM)
    longest = longest_string(ctx, tokens, from, to);
  if (strict) return mem_text(ctx, rule->strict, -1);
  if (rule->arguments == ARGS_ENUM)
    return mem_printf(ctx, "%s(%d)", rule->sql, longest);
  if (rule->arguments == ARGS_KEPT && count)
    return mem_printf(ctx, "%s%s", rule->sql,
                      token_text(ctx, tokens, from + 1, to));
  return mem_text(ctx, rule->sql, -1);
}

/* ---- types that mislead ------------------------------------------------- */

/* Types of other databases whose affinity in SQLite does not suit their values.
*/
static const struct {
  const char *name, *sql;
} foreign[] = {
    {"bytea", "BLOB"},       {"cidr", "TEXT"},
    {"enum", "TEXT"},        {"guid", "TEXT"},
    {"inet", "TEXT"},        {"macaddr", "TEXT"},
    {"str", "TEXT"},         {"timestamp", "TEXT"},
    {"timestamptz", "TEXT"}, {"uniqueidentifier", "TEXT"},
    {"uuid", "TEXT"},        {"xml", "TEXT"},
};
enum { FOREIGN = sizeof(foreign) / sizeof(foreign[0]) };

const char *type_intended(const char *type) {
  Token word = token_next(type);
  for (size_t i = 0; i < TYPE_RULES; i++)
    if (token_is(&word, type_rules[i].name)) return type_rules[i].sql;
  for (int i = 0; i < FOREIGN; i++)
    if (token_is(&word, foreign[i].name)) return foreign[i].sql;
  return NULL;
}

/* Words that a type may begin or end with. */
static const char *const bases[] = {
    "bigint", "blob",     "bool",     "boolean",   "char",    "character",
    "clob",   "date",     "datetime", "decimal",   "double",  "float",
    "int",    "integer",  "json",     "nchar",     "numeric", "nvarchar",
    "real",   "smallint", "text",     "timestamp", "tinyint", "varchar",
};
/* Words that may stand beside another word of a type. */
static const char *const modifiers[] = {
    "big",      "binary", "identity", "large",  "local",     "long",
    "medium",   "native", "national", "object", "precision", "raw",
    "set",      "short",  "signed",   "small",  "time",      "tiny",
    "unsigned", "var",    "varying",  "with",   "without",   "year",
    "zerofill", "zone",
};

static bool is_among(const Token *word, const char *const *words, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (token_is(word, words[i])) return true;
  return false;
}
#define IS_AMONG(word, words) \
  is_among(word, words, sizeof(words) / sizeof((words)[0]))

Token type_stray_word(const char *type) {
  Token word = token_next(type), before = word;
  Token second = token_behind(&word);
  if (second.type != TOKEN_WORD) word.type = TOKEN_END; /* usually */
  bool base_seen = false, known_before = true;
  for (; word.type == TOKEN_WORD; word = token_behind(&word)) {
    bool base = IS_AMONG(&word, bases),
         known = base || IS_AMONG(&word, modifiers);
    if (base_seen && !known) return word;
    if (base && !known_before) return before;
    base_seen |= base;
    known_before = known;
    before = word;
  }
  word.type = TOKEN_END;
  return word;
}

void type_unknown(Ctx *ctx, const Token *word) {
  const char *name = mem_text(ctx, word->z, word->n);
  Nearest near = {.name = name};
  for (size_t i = 0; i < TYPE_RULES; i++)
    nearest_try(&near, type_rules[i].name);
  const char *hint = nearest_hint(
      ctx, &near,
      ": it is neither SQL's nor one of SQLAlchemy's, as String is;");
  err_set(ctx, SQLITE_ERROR,
          "unknown type \"%s\"%s quote it (\"\"%s\"\") to take it as it is",
          name, hint, name);
}
