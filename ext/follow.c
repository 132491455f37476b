#include "follow.h"

#include "lab.h"
#include "render.h"
#include "usable.h"

/* A laboratory with the tables of a schema, bare of all but their columns, and
** its objects. */
typedef struct Trial {
  Ctx *ctx;
  Lab lab;
  const Schema *schema;
  bool *compiles; /* of the schema's objects, in their order */
} Trial;

/* ---- the laboratory ----------------------------------------------------- */

static void add_table(Trial *trial, const Table *table) {
  Ctx *ctx = trial->ctx;
  if (!ctx_ok(ctx)) return;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < table->ncolumn; i++)
    sqlite3_str_appendf(str, "%s\"%w\"", i ? ", " : "", table->columns[i].name);
  db_exec(ctx, "CREATE TABLE \"%w\"(%s)", table->name, mem_finish(ctx, str));
}

static void add_object(Trial *trial, int i) {
  Ctx *ctx = trial->ctx;
  lab_know(&trial->lab, trial->schema->objects[i]->sql);
  if (!ctx_ok(ctx)) return;
  db_exec(ctx, "%s", trial->schema->objects[i]->sql);
  trial->compiles[i] = ctx_ok(ctx);
  err_forget(ctx);
}

/* What does not compile goes, and what stands on it, until all does. */
static void drop_broken(Trial *trial) {
  Ctx *ctx = trial->ctx;
  for (bool more = true; more && ctx_ok(ctx);) {
    more = false;
    for (int i = 0; ctx_ok(ctx) && i < trial->schema->nobject; i++) {
      const Object *object = trial->schema->objects[i];
      if (object->type == OBJECT_VIRTUAL || !trial->compiles[i]) continue;
      if (usable_compiles(ctx, object, trial->schema) || !ctx_ok(ctx)) continue;
      db_exec(ctx, "DROP %s IF EXISTS \"%w\"", object_type_name(object->type),
              object->name);
      more = true;
      trial->compiles[i] = false;
    }
  }
}

static void trial_open(Trial *trial, Ctx *ctx, const Schema *schema,
                       bool strings, const bool *left_out) {
  memset(trial, 0, sizeof(*trial));
  trial->ctx = ctx;
  trial->schema = schema;
  trial->compiles = (bool *)mem_new(ctx, (size_t)schema->nobject);
  lab_open(&trial->lab, ctx, strings);
  for (int i = 0; i < schema->ntable; i++) add_table(trial, schema->tables[i]);
  for (int i = 0; i < schema->nobject; i++)
    if (left_out == NULL || !left_out[i]) add_object(trial, i);
  drop_broken(trial);
}

static void trial_close(Trial *trial) {
  lab_close(&trial->lab);
}

/* ---- renaming ----------------------------------------------------------- */

static void rename_column(Trial *trial, const char *table, const char *from,
                          const char *to) {
  db_exec(trial->ctx, "ALTER TABLE \"%w\" RENAME COLUMN \"%w\" TO %s", table,
          from, render_name(trial->ctx, to));
}

static void rename_columns(Trial *trial, const Table *from, const Table *to,
                           bool last) {
  Ctx *ctx = trial->ctx;
  for (int i = 0; ctx_ok(ctx) && i < from->ncolumn; i++) {
    const char *old = from->columns[i].name, *now = to->columns[i].name;
    const char *between = mem_printf(ctx, "orm_%s_%d", from->name, i);
    if (strcmp(old, now) != 0)
      rename_column(trial, from->name, last ? between : old,
                    last ? now : between);
  }
}

static void rename_tables(Trial *trial, const Schema *to) {
  const Schema *from = trial->schema;
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; ctx_ok(trial->ctx) && i < from->ntable; i++) {
      const char *old = from->tables[i]->name, *now = to->tables[i]->name;
      const char *between = mem_printf(trial->ctx, "orm_table_%d", i);
      if (strcmp(old, now) == 0) continue;
      db_exec(trial->ctx, "ALTER TABLE \"%w\" RENAME TO %s",
              pass ? between : old,
              pass ? render_name(trial->ctx, now) : between);
    }
}

static const char *read_back(Trial *trial, const Object *object) {
  return db_text(trial->ctx,
                 "SELECT sql FROM sqlite_schema"
                 " WHERE name = %Q COLLATE NOCASE AND (type = 'trigger') = %d",
                 object->name, object->type == OBJECT_TRIGGER);
}

const char **follow_renames(Ctx *ctx, const Schema *from, const Schema *renamed,
                            const bool *left_out) {
  Trial trial;
  size_t size = sizeof(char *) * (size_t)from->nobject;
  const char **texts = (const char **)mem_new(ctx, size);
  if (texts == NULL) return NULL;
  trial_open(&trial, ctx, from, true, left_out);
  /* By way of names that nobody has, so that names may be swapped, and no view
  ** of several tables meets with one twice meanwhile. */
  for (int last = 0; last < 2; last++)
    for (int i = 0; ctx_ok(ctx) && i < from->ntable; i++)
      rename_columns(&trial, from->tables[i], renamed->tables[i], last);
  rename_tables(&trial, renamed);
  for (int i = 0; ctx_ok(ctx) && i < from->nobject; i++)
    if (trial.compiles[i]) texts[i] = read_back(&trial, from->objects[i]);
  trial_close(&trial);
  return ctx_ok(ctx) ? texts : NULL;
}

bool *follow_compiles(Ctx *ctx, const Schema *schema) {
  Trial trial;
  trial_open(&trial, ctx, schema, false, NULL);
  trial_close(&trial);
  return ctx_ok(ctx) ? trial.compiles : NULL;
}
