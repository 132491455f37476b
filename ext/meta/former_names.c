#include "meta/former_names.h"

typedef struct Recorded {
  const char *snapshot;
  bool applied;
  const Schema *names; /* NULL until it is read */
} Recorded;

struct FormerNames {
  Ctx *ctx;
  Recorded *list; /* the newest first */
  int count;
  const Schema *none;
};

FormerNames *former_names_open(Ctx *ctx) {
  FormerNames *past = MEM_NEW(ctx, FormerNames);
  if (past == NULL) return NULL;
  past->ctx = ctx;
  past->none = schema_new(ctx);
  sqlite3_stmt *rows =
      db_prepare(ctx, "SELECT models, applied_at IS NOT NULL FROM"
                      " \"main\".orm_migration ORDER BY version DESC");
  while (db_row(ctx, rows)) {
    Recorded *slot = MEM_PUSH(ctx, past->list, past->count);
    if (slot == NULL) break;
    slot->snapshot = db_column(ctx, rows, 0);
    slot->applied = sqlite3_column_int(rows, 1) != 0;
  }
  db_finish(rows);
  return ctx_ok(ctx) ? past : NULL;
}

/* The tables of a version; an empty schema after an error. */
static const Schema *names_of(FormerNames *past, Recorded *version) {
  if (version->names == NULL && ctx_ok(past->ctx))
    version->names = model_names(past->ctx, version->snapshot);
  return version->names ? version->names : past->none;
}

const Schema *former_names_newest(FormerNames *past) {
  return past->count ? names_of(past, &past->list[0]) : past->none;
}

const Schema *former_names_current(FormerNames *past) {
  for (int i = 0; i < past->count; i++)
    if (past->list[i].applied) return names_of(past, &past->list[i]);
  return past->none;
}

const Table *former_names_table(const Schema *schema, i64 id,
                                const char *name) {
  for (int i = 0; id && i < schema->ntable; i++)
    if (schema->tables[i]->id == id) return schema->tables[i];
  return schema_table(schema, name);
}

bool former_names_had_table(FormerNames *past, i64 id, const char *name) {
  for (int i = 0; i < past->count; i++) {
    const Table *table = schema_table(names_of(past, &past->list[i]), name);
    if (table && (id == 0 || table->id == id)) return true;
  }
  return false;
}

bool former_names_had_column(FormerNames *past, const Table *table, i64 id,
                             const char *name) {
  for (int i = 0; i < past->count; i++) {
    const Schema *schema = names_of(past, &past->list[i]);
    const Table *then = former_names_table(schema, table->id, table->name);
    int k = then ? table_column(then, name) : -1;
    if (k >= 0 && (id == 0 || then->columns[k].id == id)) return true;
  }
  return false;
}
