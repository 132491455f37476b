#include "run/reset.h"

#include "base/guard.h"
#include "meta/history.h"
#include "meta/meta.h"

/* Makes the declarations those of the version. Returns the number of rows that
** differed. */
static i64 reset_to(Ctx *ctx, i64 version) {
  const MetaRows *now = meta_read(ctx), *then = history_rows(ctx, version);
  i64 n = ctx_ok(ctx) ? rows_count_differences(now, then) : 0;
  if (n) meta_restore(ctx, then);
  return n;
}

i64 reset_declarations(Ctx *ctx, i64 version) {
  Guard guard;
  meta_require(ctx);
  guard_begin(ctx, &guard);
  if (version < 0) version = history_current(ctx);
  history_require(ctx, version);
  i64 n = ctx_ok(ctx) ? reset_to(ctx, version) : 0;
  guard_end(ctx, &guard);
  return n;
}
