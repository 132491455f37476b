#include "ship/hand_edits.h"

#include "ddl/parse.h"
#include "plan/author_text.h"

typedef struct Part {
  int lead;         /* where the statement before it ends */
  int from, to;     /* with its semicolon */
  const char *says; /* the same for statements that say the same */
} Part;

typedef struct Parts {
  const char *text;
  Part *list;
  int count;
} Parts;

/* ---- what a statement says ---------------------------------------------- */

static const char *table_says(Ctx *ctx, Table *table) {
  Schema *schema = schema_new(ctx);
  if (schema) schema_add_table(ctx, schema, table);
  const char *says = schema ? schema_norm(ctx, schema) : NULL;
  for (int i = 0; ctx_ok(ctx) && i < table->ncolumn; i++) {
    const Column *c = &table->columns[i];
    if (c->renamed_from || c->backfill)
      says = mem_printf(ctx, "%s%s: %Q, %Q\n", says, c->name, c->renamed_from,
                        c->backfill);
  }
  return says;
}

/* SELECT orm_alter_table('t', 'CREATE TABLE ...'): what that says. */
static const char *call_says(Ctx *ctx, const Token *first) {
  const Token *call = first + 1, *name = first + 3, *text = first + 5;
  if (!token_is(first, "SELECT") || !token_is(call, "orm_alter_table") ||
      name->type != TOKEN_STRING || text->type != TOKEN_STRING ||
      !token_is(text + 1, ")"))
    return NULL;
  const char *sql = token_name(ctx, text);
  const Statement *s = sql ? parse_with_directives(ctx, sql) : NULL;
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
  return s && s->table ? mem_printf(ctx, "alter %.*s %s", name->n, name->z,
                                    table_says(ctx, s->table))
                       : NULL;
}

static const char *create_says(Ctx *ctx, const Tokens *tokens, int at,
                               int end) {
  if (!token_is(&tokens->list[at], "CREATE")) return NULL;
  const Statement *s = parse_statement(ctx, tokens, at, end);
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
  if (s == NULL) return NULL;
  return s->table   ? table_says(ctx, s->table)
         : s->index ? mem_printf(ctx, "%s %s", s->name, s->index->norm)
                    : s->object->norm;
}

static const char *says(Ctx *ctx, const Tokens *tokens, int at, int end) {
  const char *text = NULL;
  if (at + 6 < end) text = call_says(ctx, &tokens->list[at]);
  if (text == NULL) text = create_says(ctx, tokens, at, end);
  return text ? text : token_normal(ctx, tokens, at, end, NULL);
}

/* ---- scripts ------------------------------------------------------------ */

static bool has_mark(const Parts *parts, int from, int to) {
  const char *at = strstr(parts->text + from, AUTHOR_TEXT_COME_BACK);
  return at && at < parts->text + to;
}

/* The statements, without those that restore texts. */
static Parts split(Ctx *ctx, const char *text) {
  Parts parts = {text, NULL, 0};
  Tokens tokens = token_list(ctx, text);
  int lead = 0;
  for (int at = 0; ctx_ok(ctx) && at < tokens.count;) {
    int end = token_statement_end(&tokens, at);
    const Token *last = &tokens.list[end < tokens.count ? end : end - 1];
    Part part = {lead, (int)(tokens.list[at].z - text),
                 (int)(last->z + last->n - text), NULL};
    lead = part.to;
    bool wanted = end > at && !has_mark(&parts, part.lead, part.from);
    if (wanted) part.says = says(ctx, &tokens, at, end);
    Part *slot = wanted ? MEM_PUSH(ctx, parts.list, parts.count) : NULL;
    if (slot) *slot = part;
    at = end + 1;
  }
  return parts;
}

static char *comments(Ctx *ctx, const char *text) {
  Tokens tokens = token_list(ctx, text);
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; ctx_ok(ctx) && i < tokens.ncomment; i++) {
    const Comment *c = &tokens.comments[i];
    if (!name_starts(c->raw.z, AUTHOR_TEXT_COME_BACK))
      sqlite3_str_appendf(str, "%.*s\n", c->n, c->z);
  }
  return mem_finish(ctx, str);
}

bool hand_edits_equal(Ctx *ctx, const char *a, const char *b) {
  if (a == NULL || b == NULL) return a == b;
  Parts x = split(ctx, a), y = split(ctx, b);
  bool equal = ctx_ok(ctx) && x.count == y.count;
  for (int i = 0; equal && i < x.count; i++)
    equal = strcmp(x.list[i].says, y.list[i].says) == 0;
  const char *of_a = comments(ctx, a), *of_b = comments(ctx, b);
  return equal && ctx_ok(ctx) && strcmp(of_a, of_b) == 0;
}

/* Where the statements of `then` begin among those of the text; -1. */
static int find_parts(const Parts *text, const Parts *then) {
  for (int at = 0; then->count && at + then->count <= text->count; at++) {
    int i = 0;
    while (i < then->count &&
           strcmp(text->list[at + i].says, then->list[i].says) == 0)
      i++;
    if (i == then->count) return at;
  }
  return -1;
}

/* The comments before the first statement are a part of what orm wrote. */
static int begin_of(Ctx *ctx, const Parts *text, const Part *part,
                    const Parts *then) {
  const Part *first = then->list;
  char *lead =
      mem_text(ctx, then->text + first->lead, first->from - first->lead);
  const char *at = lead && *lead ? strstr(text->text + part->lead, lead) : NULL;
  return at && at < text->text + part->from ? (int)(at - text->text)
                                            : part->from;
}

char *hand_edits_over(Ctx *ctx, const char *text, const char *then,
                      const char *now) {
  Parts x = split(ctx, text), y = split(ctx, then);
  int at = ctx_ok(ctx) ? find_parts(&x, &y) : -1;
  if (at < 0) return NULL;
  int begin = begin_of(ctx, &x, &x.list[at], &y);
  int end = x.list[at + y.count - 1].to;
  while (has_mark(&x, end, (int)strlen(text))) { /* those are orm's, too */
    Tokens rest = token_list(ctx, text + end);
    if (!ctx_ok(ctx) || rest.count == 0 ||
        !has_mark(&x, end, (int)(rest.list[0].z - text)))
      break;
    const Token *last = &rest.list[token_statement_end(&rest, 0)];
    end = (int)(last->z + last->n - text);
  }
  return mem_printf(ctx, "%.*s%s%s", begin, text, now, text + end);
}
