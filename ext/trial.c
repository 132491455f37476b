#include "trial.h"

#include "render.h"

static void add_names(Ctx *ctx, NameMap *names, const Schema *schema) {
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++)
    map_put(ctx, names, schema->tables[i]->name, names);
  for (int i = 0; ctx_ok(ctx) && i < schema->nindex; i++)
    map_put(ctx, names, schema->indexes[i]->name, names);
  for (int i = 0; ctx_ok(ctx) && i < schema->nobject; i++)
    map_put(ctx, names, schema->objects[i]->name, names);
}

static void add_objects(Trial *trial, ObjectType type, const bool *left_out) {
  for (int i = 0; ctx_ok(trial->ctx) && i < trial->schema->nobject; i++) {
    const Object *object = trial->schema->objects[i];
    if (object->type != type || (left_out && left_out[i])) continue;
    lab_know(&trial->lab, object->sql);
    trial->sound[i] = lab_try(&trial->lab, object->sql, NULL);
  }
}

void trial_open(Trial *trial, Ctx *ctx, const Schema *schema,
                const Schema *taken, const bool *left_out) {
  memset(trial, 0, sizeof(*trial));
  trial->ctx = ctx;
  trial->schema = schema;
  trial->sound = (bool *)mem_new(ctx, (size_t)schema->nobject);
  NameMap *but = map_new(ctx);
  add_names(ctx, but, schema);
  if (taken) add_names(ctx, but, taken);
  lab_open(&trial->lab, ctx, true);
  db_exec(ctx, "BEGIN");
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++)
    lab_try(&trial->lab, render_table(ctx, schema->tables[i], false, NULL),
            NULL);
  add_objects(trial, OBJECT_VIRTUAL, left_out);
  lab_copy(&trial->lab, but, LAB_TABLES);
  for (int i = 0; ctx_ok(ctx) && i < schema->nindex; i++)
    lab_try(&trial->lab, render_index(ctx, schema->indexes[i]), NULL);
  add_objects(trial, OBJECT_VIEW, left_out);
  lab_copy(&trial->lab, but, LAB_VIEWS);
  add_objects(trial, OBJECT_TRIGGER, left_out);
  lab_copy(&trial->lab, but, LAB_TRIGGERS);
  db_exec(ctx, "COMMIT");
}

void trial_close(Trial *trial) {
  lab_close(&trial->lab);
}
