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

static bool is_wanted(const NameMap *tables, const char *table) {
  return tables == NULL || map_get(tables, table) != NULL;
}

static void add_objects(ScratchSchema *scratch, const NameMap *tables,
                        ObjectType type) {
  const bool *left_out = scratch->left_out;
  for (int i = 0; ctx_ok(scratch->ctx) && i < scratch->schema->nobject; i++) {
    const Object *object = scratch->schema->objects[i];
    if (object->type != type || (left_out && left_out[i]) ||
        !is_wanted(tables, object->table ? object->table : object->name))
      continue;
    scratch_supply(&scratch->base, object->sql);
    scratch->created[i] = scratch_create(&scratch->base, object->sql, NULL);
  }
}

static void add_tables(ScratchSchema *scratch, const NameMap *tables) {
  Ctx *ctx = scratch->ctx;
  for (int i = 0; ctx_ok(ctx) && i < scratch->schema->ntable; i++) {
    const Table *table = scratch->schema->tables[i];
    if (is_wanted(tables, table->name))
      scratch_create(&scratch->base, render_table(ctx, table, false, NULL),
                     NULL);
  }
}

static void add_indexes(ScratchSchema *scratch, const NameMap *tables) {
  Ctx *ctx = scratch->ctx;
  for (int i = 0; ctx_ok(ctx) && i < scratch->schema->nindex; i++) {
    const Index *index = scratch->schema->indexes[i];
    if (is_wanted(tables, index->table))
      scratch_create(&scratch->base, render_index(ctx, index), NULL);
  }
}

void scratch_schema_begin(ScratchSchema *scratch, Ctx *ctx,
                          const Schema *schema, const Schema *taken,
                          const bool *left_out) {
  memset(scratch, 0, sizeof(*scratch));
  scratch->ctx = ctx;
  scratch->schema = schema;
  scratch->left_out = left_out;
  scratch->created = (bool *)mem_new(ctx, (size_t)schema->nobject);
  NameMap *except = map_new(ctx);
  add_schema_names(ctx, except, schema);
  if (taken) add_schema_names(ctx, except, taken);
  scratch_open(&scratch->base, ctx, true);
  if (ctx_ok(ctx)) scratch->others = scratch_objects(&scratch->base, except);
}

void scratch_schema_fill(ScratchSchema *scratch, const NameMap *tables) {
  Scratch *base = &scratch->base;
  const ScratchObjects *others = &scratch->others;
  db_exec(scratch->ctx, "BEGIN");
  if (ctx_ok(scratch->ctx)) scratch_allow_strings(base, true);
  add_tables(scratch, tables);
  add_objects(scratch, tables, OBJECT_VIRTUAL);
  scratch_copy(base, others, tables, SCRATCH_TABLES);
  add_indexes(scratch, tables);
  add_objects(scratch, tables, OBJECT_VIEW);
  scratch_copy(base, others, tables, SCRATCH_VIEWS);
  add_objects(scratch, tables, OBJECT_TRIGGER);
  scratch_copy(base, others, tables, SCRATCH_TRIGGERS);
}

void scratch_schema_empty(ScratchSchema *scratch) {
  db_exec(scratch->ctx, "ROLLBACK");
  if (scratch->created)
    memset(scratch->created, 0, (size_t)scratch->schema->nobject);
}

void scratch_schema_open(ScratchSchema *scratch, Ctx *ctx, const Schema *schema,
                         const Schema *taken, const bool *left_out) {
  scratch_schema_begin(scratch, ctx, schema, taken, left_out);
  scratch_schema_fill(scratch, NULL);
  db_exec(ctx, "COMMIT");
}

void scratch_schema_close(ScratchSchema *scratch) {
  scratch_close(&scratch->base);
}
