#include "meta/changes.h"

#include <stdint.h>
#include <stdlib.h>

#include "meta/row_line.h"

/* The format that this build writes, and the newest that it reads. */
#define CHANGES_FORMAT 2

#define CHANGES_MARK "-- orm:models " /* begins the first line */

static const char view_mark[] = "-- orm:view ";

/* ---- digests ------------------------------------------------------------ */

/* Equal lines of different kinds or ids are different rows. */
static sqlite3_uint64 line_seed(MetaKind kind, i64 id) {
  return (sqlite3_uint64)id * META_KINDS + kind;
}

static void count_row_in(DigestSum *sum, MetaKind kind, i64 id,
                         const char *line) {
  digest_add(sum, line, line_seed(kind, id));
}

static void count_row_out(DigestSum *sum, MetaKind kind, i64 id,
                          const char *line) {
  digest_subtract(sum, line, line_seed(kind, id));
}

DigestSum changes_digest(Ctx *ctx, const MetaRows *rows) {
  DigestSum sum = {0, 0};
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    for (int i = 0; i < rows->of[kind].count; i++) {
      MetaRow *row = rows->of[kind].list[i];
      const char *line = row_line(ctx, kind, row);
      if (line) count_row_in(&sum, kind, row->id, line);
    }
  return sum;
}

/* ---- writing ------------------------------------------------------------ */

/* The changes under construction. */
typedef struct ChangeWriter {
  Ctx *ctx;
  sqlite3_str *lines;
  DigestSum sum;
} ChangeWriter;

static void write_change(ChangeWriter *w, MetaKind kind, MetaRow *row,
                         bool added) {
  const char *line = row_line(w->ctx, kind, row);
  if (line == NULL) return;
  sqlite3_str_appendf(w->lines, "-- orm:%s %c%lld%s%s\n",
                      columns_of(kind)->name, added ? '+' : '-', row->id,
                      *line ? " " : "", line);
  if (added)
    count_row_in(&w->sum, kind, row->id, line);
  else
    count_row_out(&w->sum, kind, row->id, line);
}

/* Writes the changes of a kind. Both lists ascend by id. */
static void write_kind(ChangeWriter *w, MetaKind kind, const MetaList *before,
                       const MetaList *after) {
  int i = 0, k = 0;
  while ((i < before->count || k < after->count) && ctx_ok(w->ctx)) {
    MetaRow *old = i < before->count ? before->list[i] : NULL;
    MetaRow *new = k < after->count ? after->list[k] : NULL;
    bool both = old && new && old->id == new->id;
    bool first = both || new == NULL || (old && old->id < new->id);
    bool second = both || !first;
    bool same = both && rows_same(kind, old, new);
    if (first && !same) write_change(w, kind, old, false);
    if (second && !same) write_change(w, kind, new, true);
    i += first;
    k += second;
  }
}

/* Returns the words about the views at the end of the first line. */
static const char *views_words(Ctx *ctx, const MetaRows *rows) {
  if (rows->views.high == 0 && rows->views.low == 0) return "";
  return mem_printf(ctx, " %s %d", digest_sum_text(ctx, &rows->views),
                    rows->form);
}

char *changes_write(Ctx *ctx, const MetaRows *before, const MetaRows *after) {
  if (!ctx_ok(ctx)) return NULL;
  ChangeWriter w = {ctx, sqlite3_str_new(ctx->db), before->digest};
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    write_kind(&w, kind, &before->of[kind], &after->of[kind]);
  const bool listed = after->form == 0 || after->listed;
  for (int i = 0; listed && i < after->of[META_VIEW].count && ctx_ok(ctx);
       i++) {
    const char *line = row_line(ctx, META_VIEW, after->of[META_VIEW].list[i]);
    sqlite3_str_appendf(w.lines, "%s%s\n", view_mark, line);
  }
  const char *lines = mem_finish(ctx, w.lines);
  return mem_printf(ctx, CHANGES_MARK "%d %s %s%s\n%s", CHANGES_FORMAT,
                    digest_sum_text(ctx, &before->digest),
                    digest_sum_text(ctx, &w.sum), views_words(ctx, after),
                    lines);
}

/* ---- reading ------------------------------------------------------------ */

enum { DIGEST_DIGITS = 32 };

/* Returns the n-th word after the mark, from 1; NULL if the line has fewer. */
static const char *head_word(const char *changes, int n) {
  if (strncmp(changes, CHANGES_MARK, strlen(CHANGES_MARK)) != 0) return NULL;
  const char *z = changes + strlen(CHANGES_MARK);
  for (; n > 1; n--) {
    z += strcspn(z, " \r\n");
    if (*z != ' ') return NULL;
    z++;
  }
  return z;
}

static bool read_digest(const char *z, DigestSum *sum) {
  char half[DIGEST_DIGITS / 2 + 1] = {0};
  if (strspn(z, "0123456789abcdef") != DIGEST_DIGITS) return false;
  memcpy(half, z, sizeof(half) - 1);
  sum->high = strtoull(half, NULL, 16);
  memcpy(half, z + sizeof(half) - 1, sizeof(half) - 1);
  sum->low = strtoull(half, NULL, 16);
  return true;
}

DigestSum changes_head(Ctx *ctx, const char *changes, bool after) {
  DigestSum sum = {0, 0};
  const char *format = head_word(changes, 1);
  const char *digest = head_word(changes, after ? 3 : 2);
  if (format && digest && atoi(format) > CHANGES_FORMAT)
    err_set(ctx, SQLITE_ERROR,
            "the changes of the models have format %d, this build of orm knows "
            "%d",
            atoi(format), CHANGES_FORMAT);
  if (!digest || !read_digest(digest, &sum))
    err_set(ctx, SQLITE_ERROR,
            "the changes of the models do not begin with " CHANGES_MARK
            "%d and two digests",
            CHANGES_FORMAT);
  return sum;
}

/* A line of the changes. */
typedef struct ChangeLine {
  MetaKind kind;
  i64 id;
  bool added;
  int order; /* in the text */
  MetaRow *row;
} ChangeLine;

typedef struct ChangeLines {
  ChangeLine *list;
  int count;
} ChangeLines;

static void bad_change(Ctx *ctx, const char *line) {
  err_set(ctx, SQLITE_ERROR, "cannot read the line %.*s",
          (int)strcspn(line, "\r\n"), line);
}

static MetaKind kind_of_line(const char *word) {
  MetaKind kind = 0;
  for (; kind < META_KINDS; kind++) {
    size_t n = strlen(columns_of(kind)->name);
    if (strncmp(word, columns_of(kind)->name, n) == 0 && word[n] == ' ') break;
  }
  return kind;
}

static void read_change(Ctx *ctx, ChangeLines *lines, const char *line) {
  static const char mark[] = "-- orm:";
  bool marked = strncmp(line, mark, strlen(mark)) == 0;
  const char *z = line + strlen(mark);
  ChangeLine change = {.kind = marked ? kind_of_line(z) : META_KINDS,
                       .order = lines->count};
  if (change.kind == META_KINDS) {
    bad_change(ctx, line);
    return;
  }
  z += strlen(columns_of(change.kind)->name) + 1;
  change.added = *z == '+' || change.kind == META_VIEW;
  if (change.kind != META_VIEW) {
    char *end = NULL;
    if (*z == '+' || *z == '-') change.id = strtoll(z + 1, &end, 10);
    if (end == NULL || end == z + 1 || strchr(" \r\n", *end) == NULL)
      bad_change(ctx, line);
    if (!ctx_ok(ctx)) return;
    z = end + (*end == ' ');
  }
  change.row = row_line_read(ctx, change.kind, change.id, z);
  err_prefix(ctx, "row %lld of orm_%s", change.id,
             columns_of(change.kind)->name);
  ChangeLine *slot =
      ctx_ok(ctx) ? MEM_PUSH(ctx, lines->list, lines->count) : NULL;
  if (slot) *slot = change;
}

/* Orders lines by kind and id. */
static int compare_changes(const void *x, const void *y) {
  const ChangeLine *a = (const ChangeLine *)x, *b = (const ChangeLine *)y;
  if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
  if (a->id != b->id) return a->id < b->id ? -1 : 1;
  if (a->added != b->added) return a->added ? 1 : -1;
  return a->order < b->order ? -1 : 1;
}

/* Reads the lines after the first one: those of views, or all others. Empty
** lines do not count. */
static ChangeLines read_changes(Ctx *ctx, const char *changes, bool views) {
  ChangeLines lines = {NULL, 0};
  const char *z = changes + strcspn(changes, "\n");
  for (; *z && ctx_ok(ctx); z += strcspn(z, "\n")) {
    z++;
    bool view = strncmp(z, view_mark, strlen(view_mark)) == 0;
    if (*z && strchr("\r\n", *z) == NULL && view == views)
      read_change(ctx, &lines, z);
  }
  if (ctx_ok(ctx) && lines.count > 1)
    qsort(lines.list, (size_t)lines.count, sizeof(ChangeLine), compare_changes);
  return lines;
}

/* ---- applying ----------------------------------------------------------- */

static void err_does_not_fit(Ctx *ctx, const ChangeLine *line,
                             const MetaRow *present, bool add) {
  const char *name = columns_of(line->kind)->name;
  const char *text = row_line(ctx, line->kind, line->row);
  if (present && add)
    err_set(ctx, SQLITE_ERROR,
            "row %lld of orm_%s (%s) is added, and exists already", line->id,
            name, text);
  else if (present)
    err_set(ctx, SQLITE_ERROR, "row %lld of orm_%s is \"%s\", and not \"%s\"",
            line->id, name,
            row_line(ctx, line->kind, (MetaRow *)(uintptr_t)present), text);
  else
    err_set(ctx, SQLITE_ERROR,
            "row %lld of orm_%s (%s) is removed, and does not exist", line->id,
            name, text);
}

/* The rows of a kind under construction. */
typedef struct Applying {
  MetaKind kind;
  const MetaList *from;
  int at; /* the next row of `from` */
  MetaRows *to;
  DigestSum sum;
} Applying;

/* Takes over the rows with ids below `id`. */
static void take_below(Ctx *ctx, Applying *a, i64 id) {
  while (a->at < a->from->count && a->from->list[a->at]->id < id)
    rows_add(ctx, a->to, a->kind, a->from->list[a->at++]);
}

/* Applies the lines of one id: a removal, an addition, or both. */
static void apply_id(Ctx *ctx, Applying *a, const ChangeLine *removed,
                     const ChangeLine *added) {
  const i64 id = removed ? removed->id : added->id;
  take_below(ctx, a, id);
  MetaRow *present = a->at < a->from->count ? a->from->list[a->at] : NULL;
  if (present && present->id != id) present = NULL;
  if (removed && (!present || !rows_same(a->kind, present, removed->row)))
    err_does_not_fit(ctx, removed, present, false);
  if (!removed && present) err_does_not_fit(ctx, added, present, true);
  if (!ctx_ok(ctx)) return;
  if (removed)
    count_row_out(&a->sum, a->kind, id, row_line(ctx, a->kind, present));
  if (removed) a->at++;
  if (added) rows_add(ctx, a->to, a->kind, added->row);
  const char *line = added ? row_line(ctx, a->kind, added->row) : NULL;
  if (line) count_row_in(&a->sum, a->kind, id, line);
}

/* Applies the lines of a kind, which begin at *next, and moves *next after
** them. */
static void apply_kind(Ctx *ctx, Applying *a, const ChangeLines *lines,
                       int *next, bool back) {
  if (*next == lines->count || lines->list[*next].kind != a->kind) {
    a->to->of[a->kind] = *a->from; /* unchanged: the list is shared */
    return;
  }
  while (*next < lines->count && lines->list[*next].kind == a->kind &&
         ctx_ok(ctx)) {
    const ChangeLine *first = &lines->list[(*next)++], *second = NULL;
    if (*next < lines->count && lines->list[*next].kind == a->kind &&
        lines->list[*next].id == first->id)
      second = &lines->list[(*next)++];
    if (second && (first->added || !second->added))
      err_set(ctx, SQLITE_ERROR, "row %lld of orm_%s is %s twice", first->id,
              columns_of(a->kind)->name, first->added ? "added" : "removed");
    const ChangeLine *plus = second ? second : first->added ? first : NULL;
    const ChangeLine *minus = first->added ? NULL : first;
    if (ctx_ok(ctx)) apply_id(ctx, a, back ? plus : minus, back ? minus : plus);
  }
  take_below(ctx, a, INT64_MAX);
  while (a->at < a->from->count)
    rows_add(ctx, a->to, a->kind, a->from->list[a->at++]);
}

static void check_digest(Ctx *ctx, const DigestSum *sum,
                         const DigestSum *wanted, const char *when) {
  if (ctx_ok(ctx) && !digest_sum_equal(sum, wanted))
    err_set(ctx, SQLITE_ERROR,
            "the models %s it have the digest %s, and not %s", when,
            digest_sum_text(ctx, sum), digest_sum_text(ctx, wanted));
}

MetaRows *changes_apply(Ctx *ctx, const MetaRows *rows, const char *changes,
                        bool back) {
  if (!ctx_ok(ctx)) return NULL;
  const DigestSum from = changes_head(ctx, changes, back);
  const DigestSum to = changes_head(ctx, changes, !back);
  ChangeLines lines = {NULL, 0};
  if (ctx_ok(ctx)) lines = read_changes(ctx, changes, false);
  MetaRows *result = MEM_NEW(ctx, MetaRows);
  if (!ctx_ok(ctx)) return NULL;
  result->digest = rows->digest;
  result->recorded = true;
  int next = 0;
  for (MetaKind kind = 0; kind < META_TABLES && ctx_ok(ctx); kind++) {
    Applying a = {kind, &rows->of[kind], 0, result, result->digest};
    apply_kind(ctx, &a, &lines, &next, back);
    result->digest = a.sum;
  }
  check_digest(ctx, &rows->digest, &from, back ? "after" : "before");
  check_digest(ctx, &result->digest, &to, back ? "before" : "after");
  return ctx_ok(ctx) ? result : NULL;
}

MetaRows *changes_views(Ctx *ctx, const MetaRows *rows, const char *changes) {
  if (!ctx_ok(ctx)) return NULL;
  const ChangeLines lines = read_changes(ctx, changes, true);
  MetaRows *result = MEM_NEW(ctx, MetaRows);
  if (!ctx_ok(ctx)) return NULL;
  *result = *rows;
  result->of[META_VIEW] = (MetaList){NULL, 0};
  const char *digest = head_word(changes, 4), *form = head_word(changes, 5);
  result->views = (DigestSum){0, 0};
  if (digest && !read_digest(digest, &result->views))
    err_set(ctx, SQLITE_ERROR, "the digest of the views is wrong");
  result->form = form ? atoi(form) : 0;
  for (int i = 0; i < lines.count && ctx_ok(ctx); i++)
    rows_add(ctx, result, META_VIEW, lines.list[i].row);
  return ctx_ok(ctx) ? result : NULL;
}
