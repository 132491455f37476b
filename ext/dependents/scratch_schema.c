#include "dependents/scratch_schema.h"

#include "ddl/render.h"

static void add_schema_names(Ctx *ctx, NameMap *names, const Schema *schema) {
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++)
    map_put(ctx, names, schema->tables[i]->name, names);
  for (int i = 0; ctx_ok(ctx) && i < schema->nindex; i++)
    map_put(ctx, names, schema->indexes[i]->name, names);
  for (int i = 0; ctx_ok(ctx) && i < schema->nobject; i++)
    map_put(ctx, names, schema->objects[i]->name, names);
}

static void add_objects(ScratchSchema *scratch, ObjectType type,
                        const bool *left_out) {
  for (int i = 0; ctx_ok(scratch->ctx) && i < scratch->schema->nobject; i++) {
    const Object *object = scratch->schema->objects[i];
    if (object->type != type || (left_out && left_out[i])) continue;
    scratch_supply(&scratch->base, object->sql);
    scratch->created[i] = scratch_create(&scratch->base, object->sql, NULL);
  }
}

void scratch_schema_open(ScratchSchema *scratch, Ctx *ctx, const Schema *schema,
                         const Schema *taken, const bool *left_out) {
  memset(scratch, 0, sizeof(*scratch));
  scratch->ctx = ctx;
  scratch->schema = schema;
  scratch->created = (bool *)mem_new(ctx, (size_t)schema->nobject);
  NameMap *except = map_new(ctx);
  add_schema_names(ctx, except, schema);
  if (taken) add_schema_names(ctx, except, taken);
  scratch_open(&scratch->base, ctx, true);
  db_exec(ctx, "BEGIN");
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++)
    scratch_create(&scratch->base,
                   render_table(ctx, schema->tables[i], false, NULL), NULL);
  add_objects(scratch, OBJECT_VIRTUAL, left_out);
  scratch_copy(&scratch->base, except, SCRATCH_TABLES);
  for (int i = 0; ctx_ok(ctx) && i < schema->nindex; i++)
    scratch_create(&scratch->base, render_index(ctx, schema->indexes[i]), NULL);
  add_objects(scratch, OBJECT_VIEW, left_out);
  scratch_copy(&scratch->base, except, SCRATCH_VIEWS);
  add_objects(scratch, OBJECT_TRIGGER, left_out);
  scratch_copy(&scratch->base, except, SCRATCH_TRIGGERS);
  db_exec(ctx, "COMMIT");
}

void scratch_schema_close(ScratchSchema *scratch) {
  scratch_close(&scratch->base);
}
