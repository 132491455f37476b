#include "dependents/scratch_schema.h"

#include "ddl/render.h"

static void take_names(Ctx *ctx, NameMap *names, const Schema *schema) {
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++)
    map_put(ctx, names, schema->tables[i]->name, names);
  for (int i = 0; ctx_ok(ctx) && i < schema->nindex; i++)
    map_put(ctx, names, schema->indexes[i]->name, names);
  for (int i = 0; ctx_ok(ctx) && i < schema->nobject; i++)
    map_put(ctx, names, schema->objects[i]->name, names);
}

static void add_objects(ScratchSchema *trial, ObjectType type,
                        const bool *left_out) {
  for (int i = 0; ctx_ok(trial->ctx) && i < trial->schema->nobject; i++) {
    const Object *object = trial->schema->objects[i];
    if (object->type != type || (left_out && left_out[i])) continue;
    scratch_know(&trial->lab, object->sql);
    trial->sound[i] = scratch_try(&trial->lab, object->sql, NULL);
  }
}

void scratch_schema_open(ScratchSchema *trial, Ctx *ctx, const Schema *schema,
                         const Schema *taken, const bool *left_out) {
  memset(trial, 0, sizeof(*trial));
  trial->ctx = ctx;
  trial->schema = schema;
  trial->sound = (bool *)mem_new(ctx, (size_t)schema->nobject);
  NameMap *but = map_new(ctx);
  take_names(ctx, but, schema);
  if (taken) take_names(ctx, but, taken);
  scratch_open(&trial->lab, ctx, true);
  db_exec(ctx, "BEGIN");
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++)
    scratch_try(&trial->lab, render_table(ctx, schema->tables[i], false, NULL),
                NULL);
  add_objects(trial, OBJECT_VIRTUAL, left_out);
  scratch_copy(&trial->lab, but, SCRATCH_TABLES);
  for (int i = 0; ctx_ok(ctx) && i < schema->nindex; i++)
    scratch_try(&trial->lab, render_index(ctx, schema->indexes[i]), NULL);
  add_objects(trial, OBJECT_VIEW, left_out);
  scratch_copy(&trial->lab, but, SCRATCH_VIEWS);
  add_objects(trial, OBJECT_TRIGGER, left_out);
  scratch_copy(&trial->lab, but, SCRATCH_TRIGGERS);
  db_exec(ctx, "COMMIT");
}

void scratch_schema_close(ScratchSchema *trial) {
  scratch_close(&trial->lab);
}
