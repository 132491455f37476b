#include "ddl/directive.h"

#include "base/nearest.h"

typedef struct DirectiveRule {
  const char *word, *usage, *place; /* usage: NULL if it has no value */
} DirectiveRule;

static const DirectiveRule directive_rules[DIRECTIVES] = {
    [DIRECTIVE_MODEL] = {"@model", "@model Name", "after the head of a table"},
    [DIRECTIVE_RELATIONSHIP] = {"@relationship",
                                "@relationship name Target backref=name",
                                "after the head of a table"},
    [DIRECTIVE_RENAMED] = {"@renamed", "@renamed from=old_name",
                           "after the head of a table, or after a column"},
    [DIRECTIVE_BACKFILL] = {"@backfill", "@backfill expression",
                            "after a column"},
    [DIRECTIVE_DROPPED] = {"@dropped", "@dropped column",
                           "between the parentheses of a table"},
    [DIRECTIVE_VERSION] = {"@version", NULL, "after a column"},
    [DIRECTIVE_EXTERNAL] = {"@external", NULL, "after a foreign key"},
    [DIRECTIVE_LINT] = {"@lint", "@lint off=rule",
                        "after the head of a table, or after a column"},
};

/* ---- errors ------------------------------------------------------------- */

typedef struct Source {
  Ctx *ctx;
  const Tokens *tokens;
  const Comment *comment;
} Source;

/* "line 3: "-- @renamd from=x": message". */
static void fail_directive(const Source *s, const char *message) {
  int before = s->comment->after ? s->comment->after - 1 : 0;
  err_set(s->ctx, SQLITE_ERROR, "line %d: \"-- %.*s\": %s",
          token_line(s->tokens, before), s->comment->n, s->comment->z, message);
}

static void fail_unknown(const Source *s, const char *word) {
  Nearest near = {.name = word};
  for (int i = 0; i < DIRECTIVES; i++)
    nearest_try(&near, directive_rules[i].word);
  const char *hint = nearest_hint(
      s->ctx, &near,
      "; known are @model, @relationship, "
      "@renamed, @backfill, @dropped, @version, @external and @lint");
  fail_directive(s,
                 mem_printf(s->ctx, "unknown directive \"%s\"%s", word, hint));
}

void directive_misplaced(Ctx *ctx, const Tokens *tokens, const Comment *comment,
                         DirectiveKind kind) {
  const Source source = {ctx, tokens, comment};
  fail_directive(&source, mem_printf(ctx, "%s has a meaning only %s",
                                     directive_rules[kind].word,
                                     directive_rules[kind].place));
}

void directive_repeated(Ctx *ctx, const Tokens *tokens, const Comment *comment,
                        DirectiveKind kind) {
  const Source source = {ctx, tokens, comment};
  fail_directive(&source, mem_printf(ctx, "%s is there twice",
                                     directive_rules[kind].word));
}

/* ---- values ------------------------------------------------------------- */

/* Returns the only name of a value, without its quotes. */
static const char *read_quoted_name(const Source *s, const char *value,
                                    const char *what) {
  Ctx *ctx = s->ctx;
  Token token = token_next(value);
  if (!token_is_name(&token)) return value;
  if (token_next(token.z + token.n).type != TOKEN_END)
    fail_directive(s, mem_printf(ctx,
                                 "only \"%.*s\" is the %s; write other words "
                                 "in a comment of their own",
                                 token.n, token.z, what));
  return token_name(ctx, &token);
}

/* from=old */
static const char *old_name(const Source *s, const char *value) {
  if (sqlite3_strnicmp(value, "from=", 5) != 0 || value[5] == 0) {
    fail_directive(s, "@renamed from=old_name expected");
    return NULL;
  }
  return read_quoted_name(s, value + 5, "old name");
}

/* off=rule, rule */
static const char *off_rules(const Source *s, const char *value) {
  if (strncmp(value, "off=", 4) != 0 || value[4] == 0) {
    fail_directive(s, "@lint off=rule expected");
    return NULL;
  }
  return value + 4;
}

/* Adds the directive from "@" up to `end`. */
static void new_directive(const Source *s, Directives *all, const char *from,
                          const char *end) {
  Ctx *ctx = s->ctx;
  int n = 0, kind = 0;
  while (from + n < end && from[n] != ' ' && from[n] != '\t') n++;
  const char *word = mem_text(ctx, from, n);
  while (word && kind < DIRECTIVES &&
         strcmp(directive_rules[kind].word, word) != 0)
    kind++;
  if (word && kind == DIRECTIVES) fail_unknown(s, word);
  for (from += n; from < end && (*from == ' ' || *from == '\t');) from++;
  while (end > from && strchr(" \t\r\n", end[-1])) end--;
  const char *value = mem_text(ctx, from, (int)(end - from));
  if (!ctx_ok(ctx)) return;
  const char *usage = directive_rules[kind].usage;
  if (usage && *value == 0)
    fail_directive(s, mem_printf(ctx, "%s expected", usage));
  if (usage == NULL && *value)
    fail_directive(
        s, mem_printf(ctx,
                      "%s alone expected; write other words in a comment "
                      "of their own",
                      word));
  if (kind == DIRECTIVE_RENAMED) value = old_name(s, value);
  if (kind == DIRECTIVE_LINT) value = off_rules(s, value);
  if (kind == DIRECTIVE_DROPPED)
    value = read_quoted_name(s, value, "dropped column");
  Directive *slot = MEM_PUSH(ctx, all->list, all->count);
  if (slot) *slot = (Directive){(DirectiveKind)kind, value};
}

/* ---- comments ----------------------------------------------------------- */

/* Returns the next "@word" at or after z, outside of quotes and at the
** beginning of a word; the end of the text if there is none. */
static const char *next_directive(const char *text, const char *z) {
  for (;;) {
    Token token = token_next(z);
    bool begins = token.z == text || strchr(" \t\r\n", token.z[-1]);
    if (token.type == TOKEN_END) return token.z;
    if (*token.z == '@' && begins) return token.z;
    z = token.z + (token.type == TOKEN_ILLEGAL ? 1 : token.n);
  }
}

/* Sets an error if a comment of prose contains a directive, which its author
** may expect to be read. */
static void check_prose(const Source *s, const char *text) {
  for (int i = 0; i < DIRECTIVES && ctx_ok(s->ctx); i++) {
    const char *word = directive_rules[i].word, *z = strstr(text, word);
    bool begins = z && z > text && strchr(" \t\r\n", z[-1]);
    if (begins && strchr(" \t\r\n", z[strlen(word)]))
      fail_directive(s, mem_printf(s->ctx,
                                   "%s is read only at the beginning of a "
                                   "comment",
                                   word));
  }
  if (name_starts(text, "renamed from="))
    fail_directive(s, "did you mean \"@renamed\"?");
}

Directives directive_read(Ctx *ctx, const Tokens *tokens,
                          const Comment *comment) {
  const Source source = {ctx, tokens, comment};
  Directives all = {NULL, 0};
  const char *text = mem_text(ctx, comment->z, comment->n);
  if (text && *text != '@') {
    check_prose(&source, text);
    return all;
  }
  for (const char *z = text, *end; z && *z && ctx_ok(ctx); z = end) {
    end = next_directive(text, z + 1);
    new_directive(&source, &all, z, end);
  }
  return all;
}
