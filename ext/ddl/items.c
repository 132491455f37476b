#include "ddl/items.h"

/* The text between two items. The part up to `split` belongs to the item before
** it, the rest to the item after it. */
typedef struct Gap {
  int from, split, to;
  int comma; /* its byte; -1 if the gap has none */
} Gap;

typedef struct Layout {
  Ctx *ctx;
  const Tokens *tokens;
  const char *sql;
  Gap *gaps; /* before each old item, and after the last */
  int nspan;
  sqlite3_str *out;
  bool open; /* the output ends in a -- comment without its line end */
} Layout;

/* ---- gaps --------------------------------------------------------------- */

/* Returns the byte of the text at which a token begins. */
static int place(const Layout *l, const Token *token) {
  return (int)(token->z - l->sql);
}

/* Returns the end of the comment that begins at `at`; `at` if none does. */
static int comment_end(const Layout *l, int at) {
  for (int i = 0; i < l->tokens->ncomment; i++) {
    const Token *raw = &l->tokens->comments[i].raw;
    if (place(l, raw) == at) return at + raw->n;
  }
  return at;
}

/* Returns the first line end that is not in a comment; -1 if there is none. */
static int line_end(const Layout *l, int from, int to) {
  for (int at = from; at < to;) {
    int end = comment_end(l, at);
    if (end == at && l->sql[at] == '\n')
      return at > from && l->sql[at - 1] == '\r' ? at - 1 : at;
    at = end > at ? end : at + 1;
  }
  return -1;
}

static Gap gap_between(const Layout *l, int from, int to, bool first,
                       bool last) {
  Gap gap = {from, 0, to, -1};
  for (int i = 0; i < l->tokens->count && gap.comma < 0; i++) {
    int at = place(l, &l->tokens->list[i]);
    if (at >= from && at < to && token_is(&l->tokens->list[i], ","))
      gap.comma = at;
  }
  gap.split = line_end(l, from, to);
  if (gap.split < 0) gap.split = first ? from : last ? to : gap.comma + 1;
  if (gap.split < from) gap.split = from; /* no comma */
  return gap;
}

static void find_gaps(Layout *l, int open, int close, const Span *spans) {
  l->gaps = (Gap *)mem_new(l->ctx, sizeof(Gap) * (size_t)(l->nspan + 1));
  for (int i = 0; ctx_ok(l->ctx) && i <= l->nspan; i++) {
    int from = i ? spans[i - 1].to : open + 1;
    int to = i < l->nspan ? spans[i].from : close;
    l->gaps[i] = gap_between(l, from, to, i == 0, i == l->nspan);
  }
}

static bool comma_in(const Gap *gap, int from, int to) {
  return gap->comma >= from && gap->comma < to;
}

/* ---- output ------------------------------------------------------------- */

/* Adds text to the output, after a line end if a -- comment is open. */
static void put(Layout *l, const char *z, int n) {
  if (n <= 0) return;
  if (l->open && *z != '\n' && *z != '\r')
    sqlite3_str_appendchar(l->out, 1, '\n');
  sqlite3_str_append(l->out, z, n);
  l->open = false;
}

/* Adds bytes of the old text, with or without the comma. */
static void put_range(Layout *l, int from, int to, int comma, bool with) {
  bool has = comma >= from && comma < to && !with;
  put(l, l->sql + from, (has ? comma : to) - from);
  if (has) put(l, l->sql + comma + 1, to - comma - 1);
  for (int i = 0; i < l->tokens->ncomment; i++) {
    const Token *raw = &l->tokens->comments[i].raw;
    if (*raw->z == '-' && place(l, raw) >= from && place(l, raw) + raw->n == to)
      l->open = true;
  }
}

/* Returns the text before an item on its line, from the line end on; empty if
** the item does not begin a line. */
static Span sample(const Layout *l, const Gap *gap) {
  int at = gap->to;
  while (at > gap->split &&
         (strchr(" \t", l->sql[at - 1]) || at - 1 == gap->comma))
    at--;
  Span none = {0, 0};
  if (at <= gap->split || l->sql[at - 1] != '\n') return none;
  at -= at - 1 > gap->split && l->sql[at - 2] == '\r' ? 2 : 1;
  return (Span){at, gap->to};
}

/* ---- commas ------------------------------------------------------------- */

/* Where the comma after an item is written. */
typedef enum Comma {
  COMMA_NONE, /* nowhere: it is optional between constraints */
  COMMA_HERE, /* right after the item */
  COMMA_LATE, /* at its old place, in the part of the gap before the split */
  COMMA_NEXT  /* at its old place, in the part after the split */
} Comma;

/* Returns the gap before the last old item, which new items imitate. */
static const Gap *last_lead(const Layout *l) {
  return &l->gaps[l->nspan > 1 ? l->nspan - 1 : 0];
}

static Comma comma_between(const Layout *l, const Item *a, const Item *b) {
  const Gap *behind = a->old_index < 0 ? NULL : &l->gaps[a->old_index + 1];
  const Gap *before = b->old_index < 0 ? last_lead(l) : &l->gaps[b->old_index];
  if (behind && behind == before && before->comma < 0) return COMMA_NONE;
  if (behind && comma_in(behind, behind->from, behind->split))
    return COMMA_LATE;
  Span lead =
      b->old_index < 0 ? sample(l, before) : (Span){before->split, before->to};
  return comma_in(before, lead.from, lead.to) ? COMMA_NEXT : COMMA_HERE;
}

/* ---- the whole ---------------------------------------------------------- */

/* Adds the text before an item. */
static void put_lead(Layout *l, const Item *item, bool first, bool comma) {
  if (item->old_index >= 0) {
    const Gap *gap = &l->gaps[item->old_index];
    put_range(l, gap->split, gap->to, gap->comma, comma);
    return;
  }
  const Gap *gap = first ? &l->gaps[0] : last_lead(l);
  Span lead = sample(l, gap);
  if (lead.to)
    put_range(l, lead.from, lead.to, gap->comma, comma);
  else if (!first)
    put(l, " ", 1);
}

/* Adds an item and the part of the gap that belongs to it. */
static void lay_out_item(Layout *l, const Item *item, Comma comma) {
  put(l, item->text, (int)strlen(item->text));
  if (comma == COMMA_HERE) put(l, ",", 1);
  if (item->old_index < 0) return;
  const Gap *gap = &l->gaps[item->old_index + 1];
  put_range(l, gap->from, gap->split, gap->comma, comma == COMMA_LATE);
}

char *items_text(Ctx *ctx, const Tokens *tokens, const Span *spans, int nspan,
                 const Item *items, int nitem, const char *options) {
  const Token *token = tokens->list;
  while (token->type != TOKEN_END && !token_is(token, "(")) token++;
  if (!ctx_ok(ctx) || token->type == TOKEN_END) return NULL;
  Layout l = {ctx, tokens, tokens->sql, NULL, nspan, NULL, false};
  int open = place(&l, token), close = place(&l, &tokens->list[token->close]);
  find_gaps(&l, open, close, spans);
  if (!ctx_ok(ctx)) return NULL;
  l.out = sqlite3_str_new(ctx->db);
  put(&l, l.sql, open + 1);
  put_range(&l, open + 1, l.gaps[0].split, -1, false);
  Comma comma = COMMA_NONE;
  for (int i = 0; i < nitem; i++) {
    put_lead(&l, &items[i], i == 0, comma == COMMA_NEXT);
    comma = i + 1 < nitem ? comma_between(&l, &items[i], &items[i + 1])
                          : COMMA_NONE;
    lay_out_item(&l, &items[i], comma);
  }
  put_range(&l, l.gaps[nspan].split, close, -1, false);
  put(&l, ")", 1);
  if (options)
    sqlite3_str_appendf(l.out, "%s%s", *options ? " " : "", options);
  else
    put(&l, l.sql + close + 1, (int)strlen(l.sql + close + 1));
  return mem_finish(ctx, l.out);
}
