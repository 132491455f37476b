#include "meta/former_names.h"

#include "meta/history.h"

typedef struct Recorded {
  i64 version;
  bool applied;
  const Schema *tables; /* NULL until they are read */
} Recorded;

struct FormerNames {
  Ctx *ctx;
  sqlite3 *db;    /* which has the versions; ctx->db may change */
  Recorded *list; /* the newest first */
  int count;
  const Schema *none; /* an empty schema */
};

FormerNames *former_names_open(Ctx *ctx) {
  FormerNames *names = MEM_NEW(ctx, FormerNames);
  if (names == NULL) return NULL;
  names->ctx = ctx;
  names->db = ctx->db;
  names->none = schema_new(ctx);
  sqlite3_stmt *rows =
      db_prepare(ctx, "SELECT version, applied_at IS NOT NULL FROM"
                      " \"main\".orm_migration ORDER BY version DESC");
  while (db_row(ctx, rows)) {
    Recorded *slot = MEM_PUSH(ctx, names->list, names->count);
    if (slot == NULL) break;
    slot->version = sqlite3_column_int64(rows, 0);
    slot->applied = sqlite3_column_int(rows, 1) != 0;
  }
  db_finish(rows);
  return ctx_ok(ctx) ? names : NULL;
}

/* Returns the tables of a version; after an error, an empty schema. */
static const Schema *tables_of(FormerNames *names, Recorded *version) {
  Ctx *ctx = names->ctx;
  sqlite3 *db = ctx->db;
  if (version->tables == NULL && ctx_ok(ctx)) {
    ctx->db = names->db;
    const MetaRows *rows = history_rows(ctx, version->version);
    ctx->db = db;
    if (rows) version->tables = model_names(ctx, rows);
  }
  return version->tables ? version->tables : names->none;
}

const Schema *former_names_newest(FormerNames *names) {
  return names->count ? tables_of(names, &names->list[0]) : names->none;
}

const Schema *former_names_current(FormerNames *names) {
  for (int i = 0; i < names->count; i++)
    if (names->list[i].applied) return tables_of(names, &names->list[i]);
  return names->none;
}

const Table *former_names_table(const Schema *schema, i64 id,
                                const char *name) {
  for (int i = 0; id && i < schema->ntable; i++)
    if (schema->tables[i]->id == id) return schema->tables[i];
  return schema_table(schema, name);
}

bool former_names_had_table(FormerNames *names, i64 id, const char *name) {
  for (int i = 0; i < names->count; i++) {
    const Table *table = schema_table(tables_of(names, &names->list[i]), name);
    if (table && (id == 0 || table->id == id)) return true;
  }
  return false;
}

bool former_names_had_column(FormerNames *names, const Table *table, i64 id,
                             const char *name) {
  for (int i = 0; i < names->count; i++) {
    const Schema *schema = tables_of(names, &names->list[i]);
    const Table *then = former_names_table(schema, table->id, table->name);
    int k = then ? table_column(then, name) : -1;
    if (k >= 0 && (id == 0 || then->columns[k].id == id)) return true;
  }
  return false;
}
