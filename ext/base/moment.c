#include "base/moment.h"

Moment moment_now(Ctx *ctx) {
  Moment now = {db_int(ctx, "PRAGMA \"main\".data_version"),
                db_total_changes(ctx),
                db_int(ctx, "PRAGMA \"main\".schema_version")};
  return now;
}

bool moment_is_ours(Ctx *ctx, const Moment *then) {
  return db_total_changes(ctx) == then->own && ctx_ok(ctx);
}

bool moment_is_now(Ctx *ctx, const Moment *then) {
  const Moment now = moment_now(ctx);
  return ctx_ok(ctx) && now.others == then->others &&
         now.cookie == then->cookie;
}
