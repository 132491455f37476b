#include "run/goto.h"

i64 goto_version(Ctx *ctx, i64 version, const Options *options) {
  meta_require(ctx);
  history_require(ctx, version);
  if (!ctx_ok(ctx)) return 0;
  return version < history_current(ctx)
             ? migrate_downgrade(ctx, version, options)
             : migrate_upgrade(ctx, version, options);
}
