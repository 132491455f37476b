#include "ship/hand_edits.h"

#include "ddl/parse.h"
#include "plan/author_text.h"

/* One statement of a script. Places are byte offsets into the script. */
typedef struct ScriptPart {
  int lead;            /* the end of the statement before */
  int from, to;        /* the statement, its semicolon included */
  const char *meaning; /* equal for statements that differ in layout only */
} ScriptPart;

typedef struct ScriptParts {
  const char *text;
  ScriptPart *list;
  int count;
} ScriptParts;

/* ---- the meaning of a statement ----------------------------------------- */

static const char *table_meaning(Ctx *ctx, Table *table) {
  Schema *schema = schema_new(ctx);
  if (schema) schema_add_table(ctx, schema, table);
  const char *meaning = schema ? schema_norm(ctx, schema) : NULL;
  for (int i = 0; ctx_ok(ctx) && i < table->ncolumn; i++) {
    const Column *c = &table->columns[i];
    if (c->renamed_from || c->backfill)
      meaning = mem_printf(ctx, "%s%s: %Q, %Q\n", meaning, c->name,
                           c->renamed_from, c->backfill);
  }
  return meaning;
}

/* Returns the meaning of SELECT orm_alter_table('t', 'CREATE TABLE ...'), NULL
** for another statement. */
static const char *alter_call_meaning(Ctx *ctx, const Token *first) {
  const Token *call = first + 1, *name = first + 3, *text = first + 5;
  if (!token_is(first, "SELECT") || !token_is(call, "orm_alter_table") ||
      name->type != TOKEN_STRING || text->type != TOKEN_STRING ||
      !token_is(text + 1, ")"))
    return NULL;
  const char *sql = token_name(ctx, text);
  const Statement *s = sql ? parse_with_directives(ctx, sql) : NULL;
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
  return s && s->table ? mem_printf(ctx, "alter %.*s %s", name->n, name->z,
                                    table_meaning(ctx, s->table))
                       : NULL;
}

/* Returns the meaning of a CREATE statement, NULL for another statement. */
static const char *create_meaning(Ctx *ctx, const Tokens *tokens, int at,
                                  int end) {
  if (!token_is(&tokens->list[at], "CREATE")) return NULL;
  const Statement *s = parse_statement(ctx, tokens, at, end);
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
  if (s == NULL) return NULL;
  return s->table   ? table_meaning(ctx, s->table)
         : s->index ? mem_printf(ctx, "%s %s", s->name, s->index->norm)
                    : s->object->norm;
}

static const char *statement_meaning(Ctx *ctx, const Tokens *tokens, int at,
                                     int end) {
  const char *text = NULL;
  if (at + 6 < end) text = alter_call_meaning(ctx, &tokens->list[at]);
  if (text == NULL) text = create_meaning(ctx, tokens, at, end);
  return text ? text : token_normal(ctx, tokens, at, end, NULL);
}

/* ---- scripts ------------------------------------------------------------ */

/* Returns true if the text between two places has the comment that begins a
** statement which restores a text (AUTHOR_TEXT_RESTORED). */
static bool has_restore_comment(const ScriptParts *parts, int from, int to) {
  const char *at = strstr(parts->text + from, AUTHOR_TEXT_RESTORED);
  return at && at < parts->text + to;
}

/* Returns the statements of a script, without those that restore texts. */
static ScriptParts script_parts(Ctx *ctx, const char *text) {
  ScriptParts parts = {text, NULL, 0};
  Tokens tokens = token_list(ctx, text);
  int lead = 0;
  for (int at = 0; ctx_ok(ctx) && at < tokens.count;) {
    int end = token_statement_end(&tokens, at);
    const Token *last = &tokens.list[end < tokens.count ? end : end - 1];
    ScriptPart part = {lead, (int)(tokens.list[at].z - text),
                       (int)(last->z + last->n - text), NULL};
    lead = part.to;
    bool wanted =
        end > at && !has_restore_comment(&parts, part.lead, part.from);
    if (wanted) part.meaning = statement_meaning(ctx, &tokens, at, end);
    ScriptPart *slot = wanted ? MEM_PUSH(ctx, parts.list, parts.count) : NULL;
    if (slot) *slot = part;
    at = end + 1;
  }
  return parts;
}

/* Returns the comments of a script, a line each, without those that begin a
** restoring statement. */
static char *script_comments(Ctx *ctx, const char *text) {
  Tokens tokens = token_list(ctx, text);
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; ctx_ok(ctx) && i < tokens.ncomment; i++) {
    const Comment *c = &tokens.comments[i];
    if (!name_starts(c->raw.z, AUTHOR_TEXT_RESTORED))
      sqlite3_str_appendf(str, "%.*s\n", c->n, c->z);
  }
  return mem_finish(ctx, str);
}

bool hand_edits_equal(Ctx *ctx, const char *a, const char *b) {
  if (a == NULL || b == NULL) return a == b;
  ScriptParts x = script_parts(ctx, a), y = script_parts(ctx, b);
  bool equal = ctx_ok(ctx) && x.count == y.count;
  for (int i = 0; equal && i < x.count; i++)
    equal = strcmp(x.list[i].meaning, y.list[i].meaning) == 0;
  const char *comments_a = script_comments(ctx, a);
  const char *comments_b = script_comments(ctx, b);
  return equal && ctx_ok(ctx) && strcmp(comments_a, comments_b) == 0;
}

/* Returns the index in `script` at which the statements of `part` begin; -1 if
** the script does not have them in succession. */
static int find_parts(const ScriptParts *script, const ScriptParts *part) {
  for (int at = 0; part->count && at + part->count <= script->count; at++) {
    int i = 0;
    while (i < part->count &&
           strcmp(script->list[at + i].meaning, part->list[i].meaning) == 0)
      i++;
    if (i == part->count) return at;
  }
  return -1;
}

/* Returns the place in `script` at which orm's part begins: with the comments
** that orm wrote before its first statement, if the script still has them. */
static int begin_of_part(Ctx *ctx, const ScriptParts *script,
                         const ScriptPart *statement, const ScriptParts *part) {
  const ScriptPart *first = part->list;
  char *lead =
      mem_text(ctx, part->text + first->lead, first->from - first->lead);
  const char *at =
      lead && *lead ? strstr(script->text + statement->lead, lead) : NULL;
  return at && at < script->text + statement->from ? (int)(at - script->text)
                                                   : statement->from;
}

/* Returns the end of orm's part of a script, whose last statement ends at
** `end`: after the restoring statements that follow, which are orm's, too. */
static int end_of_part(Ctx *ctx, const ScriptParts *script, int end) {
  const char *text = script->text;
  while (has_restore_comment(script, end, (int)strlen(text))) {
    Tokens rest = token_list(ctx, text + end);
    if (!ctx_ok(ctx) || rest.count == 0 ||
        !has_restore_comment(script, end, (int)(rest.list[0].z - text)))
      break;
    const Token *last = &rest.list[token_statement_end(&rest, 0)];
    end = (int)(last->z + last->n - text);
  }
  return end;
}

char *hand_edits_move(Ctx *ctx, const char *edited, const char *generated,
                      const char *replacement) {
  ScriptParts x = script_parts(ctx, edited);
  ScriptParts y = script_parts(ctx, generated);
  int at = ctx_ok(ctx) ? find_parts(&x, &y) : -1;
  if (at < 0) return NULL;
  int begin = begin_of_part(ctx, &x, &x.list[at], &y);
  int end = end_of_part(ctx, &x, x.list[at + y.count - 1].to);
  return mem_printf(ctx, "%.*s%s%s", begin, edited, replacement, edited + end);
}
