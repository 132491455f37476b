#include "run/goto.h"

i64 goto_version(Ctx *ctx, i64 version, const Options *options) {
  meta_require(ctx);
  i64 current = history_current(ctx);
  if (!ctx_ok(ctx) || (version == current && !options->verify)) return current;
  history_require(ctx, version);
  if (!ctx_ok(ctx)) return 0;
  return version < current ? migrate_downgrade(ctx, version, options)
                           : migrate_upgrade(ctx, version, options);
}
