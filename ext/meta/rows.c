#include "meta/rows.h"

#include <stdint.h>
#include <stdlib.h>

/* ---- lists -------------------------------------------------------------- */

static size_t row_size(MetaKind kind) {
  size_t texts = (size_t)columns_of(kind)->count;
  return sizeof(MetaRow) + texts * sizeof(const char *);
}

MetaRow *rows_new_row(Ctx *ctx, MetaKind kind) {
  return (MetaRow *)mem_new(ctx, row_size(kind));
}

MetaRow *rows_copy_row(Ctx *ctx, MetaKind kind, const MetaRow *row) {
  MetaRow *copy = rows_new_row(ctx, kind);
  if (copy == NULL) return NULL;
  memcpy(copy, row, row_size(kind));
  copy->line = NULL;
  return copy;
}

void rows_add(Ctx *ctx, MetaRows *rows, MetaKind kind, MetaRow *row) {
  MetaRow **slot =
      row ? MEM_PUSH(ctx, rows->of[kind].list, rows->of[kind].count) : NULL;
  if (slot) *slot = row;
}

static bool is_sorted(const MetaList *rows) {
  for (int i = 1; i < rows->count; i++)
    if (rows->list[i]->id < rows->list[i - 1]->id) return false;
  return true;
}

/* Merges two sorted halves of `from` into `to`. */
static void merge_halves(MetaRow **from, MetaRow **to, int half, int count) {
  int a = 0, b = half;
  for (int i = 0; i < count; i++) {
    bool first = b == count || (a < half && from[a]->id <= from[b]->id);
    to[i] = from[first ? a++ : b++];
  }
}

/* Sorts the list. `spare` has room for as many rows. */
static void sort_list(MetaRow **list, MetaRow **spare, int count) {
  int half = count / 2;
  if (count < 2) return;
  sort_list(list, spare, half);
  sort_list(list + half, spare, count - half);
  merge_halves(list, spare, half, count);
  memcpy(list, spare, (size_t)count * sizeof(*list));
}

void rows_sort(Ctx *ctx, MetaRows *rows) {
  for (MetaKind kind = 0; kind < META_TABLES; kind++) {
    MetaList *list = &rows->of[kind];
    if (is_sorted(list)) continue;
    MetaRow **spare =
        (MetaRow **)mem_new(ctx, (size_t)list->count * sizeof(*spare));
    if (spare) sort_list(list->list, spare, list->count);
  }
}

MetaRow *rows_find(const MetaRows *rows, MetaKind kind, i64 id) {
  const MetaList *list = &rows->of[kind];
  int low = 0, high = list->count;
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (list->list[middle]->id < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low < list->count && list->list[low]->id == id ? list->list[low]
                                                        : NULL;
}

/* ---- comparison --------------------------------------------------------- */

static bool is_same_text(const char *a, const char *b) {
  return a == b || (a && b && strcmp(a, b) == 0);
}

bool rows_same(MetaKind kind, const MetaRow *a, const MetaRow *b) {
  if (a == b) return true;
  if (a->id != b->id) return false;
  for (int i = 1; i < columns_of(kind)->count; i++)
    if (!is_same_text(a->texts[i], b->texts[i]) ||
        ((a->numbers ^ b->numbers) >> i & 1))
      return false;
  return true;
}

static i64 count_in_kind(const MetaList *x, const MetaList *y, MetaKind kind) {
  i64 n = 0;
  for (int i = 0, k = 0; i < x->count || k < y->count; n++) {
    i64 a = i < x->count ? x->list[i]->id : INT64_MAX;
    i64 b = k < y->count ? y->list[k]->id : INT64_MAX;
    if (a == b && i < x->count && k < y->count)
      n -= rows_same(kind, x->list[i], y->list[k]);
    bool first = a < b || k == y->count, both = a == b;
    i += first || both;
    k += !first || both;
  }
  return n;
}

i64 rows_count_differences(const MetaRows *a, const MetaRows *b) {
  i64 n = 0;
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    n += count_in_kind(&a->of[kind], &b->of[kind], kind);
  return n;
}

static bool equal_kind(const MetaRows *a, const MetaRows *b, MetaKind kind) {
  const MetaList *x = &a->of[kind], *y = &b->of[kind];
  if (x->count != y->count) return false;
  for (int i = 0; i < x->count; i++)
    if (!rows_same(kind, x->list[i], y->list[i])) return false;
  return true;
}

bool rows_equal(const MetaRows *a, const MetaRows *b) {
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    if (!equal_kind(a, b, kind)) return false;
  return true;
}

/* The kind of the rows that compare_values() sorts is part of each element, for
** qsort() passes nothing else. */
typedef struct KindRow {
  MetaKind kind;
  const MetaRow *row;
} KindRow;

/* Orders two rows by their values without the id. */
static int compare_values(const void *x, const void *y) {
  const KindRow *a = (const KindRow *)x, *b = (const KindRow *)y;
  for (int i = 1; i < columns_of(a->kind)->count; i++) {
    const char *s = a->row->texts[i], *t = b->row->texts[i];
    bool one_is_null = s == NULL || t == NULL;
    int order = one_is_null ? (s != NULL) - (t != NULL) : strcmp(s, t);
    if (order == 0)
      order = (int)(a->row->numbers >> i & 1) - (int)(b->row->numbers >> i & 1);
    if (order) return order;
  }
  return 0;
}

static KindRow *by_values(Ctx *ctx, const MetaRows *rows, MetaKind kind) {
  const MetaList *list = &rows->of[kind];
  KindRow *sorted =
      (KindRow *)mem_new(ctx, (size_t)(list->count + 1) * sizeof(KindRow));
  for (int i = 0; sorted && i < list->count; i++)
    sorted[i] = (KindRow){kind, list->list[i]};
  if (sorted)
    qsort(sorted, (size_t)list->count, sizeof(KindRow), compare_values);
  return sorted;
}

static bool contains_kind(Ctx *ctx, const MetaRows *a, const MetaRows *b,
                          MetaKind kind) {
  if (equal_kind(a, b, kind)) return true;
  const KindRow *x = by_values(ctx, a, kind), *y = by_values(ctx, b, kind);
  if (!ctx_ok(ctx)) return false;
  int at = 0;
  for (int i = 0; i < b->of[kind].count; i++) {
    while (at < a->of[kind].count && compare_values(&x[at], &y[i]) < 0) at++;
    if (at == a->of[kind].count || compare_values(&x[at], &y[i])) return false;
  }
  return true;
}

bool rows_contain(Ctx *ctx, const MetaRows *a, const MetaRows *b) {
  if (!ctx_ok(ctx)) return false;
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    if (!contains_kind(ctx, a, b, kind)) return false;
  return ctx_ok(ctx);
}

/* ---- views -------------------------------------------------------------- */

const MetaRows *rows_with_views(Ctx *ctx, const MetaRows *rows,
                                const Schema *declared, int form) {
  MetaRows *all = MEM_NEW(ctx, MetaRows);
  if (all == NULL) return NULL;
  *all = *rows;
  all->recorded = false;
  all->form = form;
  all->of[META_VIEW] = (MetaList){NULL, 0};
  for (int i = 0; i < declared->nobject && ctx_ok(ctx); i++) {
    if (declared->objects[i]->id) continue;
    MetaRow *row = rows_new_row(ctx, META_VIEW);
    if (row) row->texts[VIEW_SQL] = declared->objects[i]->sql;
    rows_add(ctx, all, META_VIEW, row);
  }
  all->views = rows_digest_views(declared);
  return ctx_ok(ctx) ? all : NULL;
}

DigestSum rows_digest_views(const Schema *schema) {
  DigestSum sum = {0, 0};
  for (int i = 0; i < schema->nobject; i++)
    if (schema->objects[i]->id == 0)
      digest_add(&sum, schema->objects[i]->sql, 0);
  return sum;
}

/* Returns the digest of the texts of the views. */
static DigestSum views_of(const MetaRows *rows) {
  const MetaList *views = &rows->of[META_VIEW];
  DigestSum sum = {0, 0};
  if (views->count == 0) return rows->views;
  for (int i = 0; i < views->count; i++)
    if (views->list[i]->texts[VIEW_SQL])
      digest_add(&sum, views->list[i]->texts[VIEW_SQL], 0);
  return sum;
}

bool rows_same_views(const MetaRows *a, const MetaRows *b) {
  const DigestSum x = views_of(a), y = views_of(b);
  return digest_sum_equal(&x, &y);
}
