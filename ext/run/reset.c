#include "run/reset.h"

#include "base/guard.h"
#include "meta/history.h"
#include "meta/meta.h"

static bool is_same_row(MetaKind kind, const MetaRow *a, const MetaRow *b) {
  for (int i = 0; i < columns_of(kind)->count; i++) {
    const char *x = a->texts[i], *y = b->texts[i];
    if (x == NULL || y == NULL ? x != y : strcmp(x, y) != 0) return false;
  }
  return true;
}

/* Returns the number of rows that only one side has, or that differ. Both lists
** ascend by id. */
static i64 count_differences(MetaKind kind, const MetaRow *a,
                             const MetaRow *b) {
  i64 n = 0;
  while (a || b) {
    bool both = a && b && a->id == b->id;
    if (!both || !is_same_row(kind, a, b)) n++;
    bool first = both || b == NULL || (a && a->id < b->id);
    if (both || !first) b = b->next;
    if (first) a = a->next;
  }
  return n;
}

/* Makes the declarations those of the snapshot. Returns the number of rows that
** differed. */
static i64 reset_to(Ctx *ctx, const char *snapshot) {
  MetaRows now = meta_read(ctx, NULL), then = meta_read(ctx, snapshot);
  i64 n = 0;
  for (MetaKind kind = 0; ctx_ok(ctx) && kind < META_TABLES; kind++)
    n += count_differences(kind, now.first[kind], then.first[kind]);
  if (n) meta_restore(ctx, snapshot);
  return n;
}

i64 reset_declarations(Ctx *ctx, i64 version) {
  Guard guard;
  meta_require(ctx);
  guard_begin(ctx, &guard);
  if (version < 0) version = history_current(ctx);
  history_require(ctx, version);
  const Version *v = version ? history_find(ctx, version) : NULL;
  i64 n = 0;
  if (ctx_ok(ctx)) n = reset_to(ctx, v ? v->models : SNAPSHOT_EMPTY);
  guard_end(ctx, &guard);
  return n;
}
