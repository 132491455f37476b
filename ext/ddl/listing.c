#include "ddl/listing.h"

/* ---- statements that are skipped ---------------------------------------- */

/* Words that a skipped statement begins with, up to the name. */
static const struct {
  const char *words[3];
  const char *names; /* GLOB pattern in lower case */
} skipped[] = {
    {{"CREATE", "TABLE", NULL}, "sqlite_sequence"},
    {{"CREATE", "TABLE", NULL}, "sqlite_stat[1-4]"},
    {{"CREATE", "INDEX", NULL}, "sqlite_autoindex_*"},
    {{"CREATE", "UNIQUE", "INDEX"}, "sqlite_autoindex_*"},
    {{"INSERT", "INTO", NULL}, "sqlite_stat[1-4]"},
    {{"INSERT", "INTO", NULL}, "schema_migrations"},
    {{"ANALYZE", NULL, NULL}, "sqlite_schema"},
    {{"ANALYZE", NULL, NULL}, "sqlite_master"},
    {{"ANALYZE", NULL, NULL}, ""},
};
enum { SKIPPED = sizeof(skipped) / sizeof(skipped[0]) };

/* Returns the index after the words; -1 if other words are there. */
static int after_words(const Tokens *tokens, int from, int to,
                       const char *const *words) {
  int at = from;
  for (int i = 0; i < 3 && words[i]; i++, at++)
    if (at >= to || !token_is(&tokens->list[at], words[i])) return -1;
  return at;
}

/* Returns the name at token `at`, without IF NOT EXISTS and its schema. */
static const char *name_at(Ctx *ctx, const Tokens *tokens, int at, int to) {
  const Token *list = tokens->list;
  if (at + 3 <= to && token_is(&list[at], "IF")) at += 3;
  if (at + 3 <= to && token_is(&list[at + 1], ".")) at += 2;
  return at < to ? token_name(ctx, &list[at]) : "";
}

/* ---- statements that are errors ----------------------------------------- */

/* The first words of all statements but CREATE. */
static const char *const others[] = {
    "ALTER",   "ANALYZE", "ATTACH",  "BEGIN",    "COMMIT",    "DELETE",
    "DETACH",  "DROP",    "END",     "EXPLAIN",  "INSERT",    "PRAGMA",
    "REINDEX", "RELEASE", "REPLACE", "ROLLBACK", "SAVEPOINT", "SELECT",
    "UPDATE",  "VACUUM",  "VALUES",  "WITH",
};
enum { OTHERS = sizeof(others) / sizeof(others[0]) };

static void fail_other(Ctx *ctx, const Tokens *tokens, int from) {
  const Token *word = &tokens->list[from];
  err_set(
      ctx, SQLITE_ERROR,
      "line %d: \"%.*s\" declares nothing: only CREATE statements do; %s to "
      "take in a whole script, as .dump prints it, run it on an empty "
      "database (sqlite3 new.db < script.sql), load orm there and SELECT "
      "orm_reflect(); SELECT orm_models() then gives it as CREATE statements",
      token_line(tokens, from), word->n, word->z,
      token_is(word, "DROP")
          ? "leave it out, and use 'replace' to drop what the script lacks;"
          : "leave it out; or,");
}

bool listing_skips(Ctx *ctx, const Tokens *tokens, int from, int to) {
  for (int i = 0; ctx_ok(ctx) && i < SKIPPED; i++) {
    int at = after_words(tokens, from, to, skipped[i].words);
    const char *name = at < 0 ? NULL : name_at(ctx, tokens, at, to);
    char *lower = name ? name_lower(ctx, name) : NULL;
    if (lower && sqlite3_strglob(skipped[i].names, lower) == 0) return true;
  }
  for (int i = 0; ctx_ok(ctx) && i < OTHERS; i++)
    if (token_is(&tokens->list[from], others[i])) fail_other(ctx, tokens, from);
  return false;
}

/* ---- commas ------------------------------------------------------------- */

static int line_at(const Tokens *tokens, const char *z) {
  int line = 1;
  for (const char *at = tokens->sql; at < z; at++) line += *at == '\n';
  return line;
}

void listing_check_commas(Ctx *ctx, const Tokens *tokens, const Table *table) {
  for (int i = 0; ctx_ok(ctx) && i < table->ncolumn; i++) {
    const Column *c = &table->columns[i];
    const char *end = tokens->sql + c->parts[PART_TYPE].to;
    Token word = token_next(tokens->sql + c->parts[PART_TYPE].from);
    while (ctx_ok(ctx) && word.z < end && !token_is(&word, "(")) {
      Token next = token_behind(&word);
      const char *line = memchr(word.z, '\n', (size_t)(next.z - word.z));
      if (line && next.z < end && !token_is(&next, "("))
        err_set(
            ctx, SQLITE_ERROR,
            "line %d: the type of column \"%s\" goes on with \"%.*s\" on a "
            "new line: is a comma missing before it? If not, write the type "
            "on one line",
            line_at(tokens, next.z), c->name, next.n, next.z);
      word = next;
    }
  }
}
