#include "way.h"

Declared way_declared(Ctx *ctx, i64 version) {
  Declared d = {NULL, NULL};
  const Version *v = version ? history_find(ctx, version) : NULL;
  if (ctx_ok(ctx) && version && v == NULL)
    err_set(ctx, SQLITE_ERROR, "there is no version %lld", version);
  if (v) d.snapshot = v->models;
  d.schema = v ? model_read(ctx, v->models) : schema_new(ctx);
  if (version) err_prefix(ctx, "snapshot of version %lld", version);
  return d;
}

Way way_between(Ctx *ctx, const Declared *from, const Schema *to) {
  Way way = {from->schema, from->schema, to};
  if (ctx_ok(ctx) && from->snapshot)
    way.renamed = model_renamed(ctx, from->snapshot, from->schema, to);
  return way;
}

Way way_to_declared(Ctx *ctx, i64 version, const Declared *now) {
  Way way = {now->schema, now->schema, now->schema};
  const Version *v = history_find(ctx, version);
  if (!ctx_ok(ctx) || (v && strcmp(v->models, now->snapshot) == 0)) return way;
  Declared then = way_declared(ctx, version);
  return way_between(ctx, &then, now->schema);
}

Changes way_changes(Ctx *ctx, const Way *way) {
  Changes none = {NULL, 0};
  if (way->from == way->to) return none;
  return diff_schemas(ctx, way->from, way->renamed, way->to);
}

static char *list_versions(Ctx *ctx, i64 above, i64 to) {
  return db_text(ctx,
                 "SELECT group_concat(version, ', ') FROM (SELECT version FROM"
                 " \"main\".orm_migration WHERE version > %lld AND"
                 " version <= %lld ORDER BY version)",
                 above, to);
}

void way_check_no_pending(Ctx *ctx, i64 current, i64 head) {
  bool several = head - current > 1;
  if (head > current)
    err_set(ctx, SQLITE_ERROR,
            several ? "versions %s are recorded but not applied: SELECT "
                      "orm_upgrade() applies them, SELECT orm_discard() "
                      "forgets the newest"
                    : "version %s is recorded but not applied: SELECT "
                      "orm_upgrade() applies it, SELECT orm_discard() forgets "
                      "the newest",
            list_versions(ctx, current, head));
}
