#include "api/status_table.h"

#include "run/status.h"

/* How a value of the report becomes rows. `path` finds the value; an array
** gives one row for each element. `shown` and `note` are SQL over `value`, the
** element, with the report and the message of the current version. */
typedef struct Fact {
  const char *key, *path, *shown, *note;
} Fact;

// clang-format off
static const Fact facts[] = {
  {"version", "$.version", "value",
   "iif(value, message, 'no version is applied')"},
  {"head", "$.head", "value",
   "iif(value = json_extract(report, '$.version'), NULL,"
   " 'the newest recorded version')"},
  {"pending", "$.scripts", "json_extract(value, '$.version')",
   "json_extract(value, '$.message')"},
  {"errors", "$.errors", "value", "NULL"},
  {"edited", "$.edited", "value", "'its undo was edited after it was applied'"},
  {"drift", "$.drift", "value",
   "'changed without orm: SELECT orm_repair() undoes it'"},
  {"foreign", "$.foreign", "value", "'not declared; stays as it is'"},
  {"notes", "$.notes", "value", "NULL"},
  {"archive", "$.archive", "json_extract(value, '$.object')",
   "printf('version %d: %d row%s, %d byte%s', json_extract(value, '$.version'),"
   " json_extract(value, '$.rows'),"
   " iif(json_extract(value, '$.rows') = 1, '', 's'),"
   " json_extract(value, '$.bytes'),"
   " iif(json_extract(value, '$.bytes') = 1, '', 's'))"
   " || coalesce('; ' || json_extract(value, '$.orphaned')"
   " || ' cannot be restored', '')"},
  {"fingerprint", "$.fingerprint", "value", "'of the schema'"},
  {"extension", "$.extension", "value", "NULL"},
};
// clang-format on

static void add_fact(Cells *cells, const Fact *fact, const char *report,
                     const char *message) {
  Ctx *ctx = &cells->ctx;
  sqlite3_stmt *rows = db_prepare(
      ctx,
      "WITH call(report, message) AS (SELECT ?1, ?2)"
      " SELECT %s, %s FROM call, \"%w\".json_each(report, %Q)",
      fact->shown, fact->note, db_home(ctx, "json_each"), fact->path);
  db_bind_text(ctx, rows, 1, report);
  db_bind_text(ctx, rows, 2, message);
  while (db_row(ctx, rows)) {
    cells_add(cells, fact->key);
    cells_add(cells, db_column(ctx, rows, 0));
    cells_add(cells, db_column_or_null(ctx, rows, 1));
  }
  db_finish(rows);
}

/* Adds the number of differences between declarations and database. */
static void add_differences(Cells *cells) {
  const Difference d = status_difference(&cells->ctx);
  if (d.model.count == 0) return;
  cells_add(cells, "differences");
  cells_add(cells, mem_printf(&cells->ctx, "%d", d.model.count));
  cells_add(cells, "to be recorded: SELECT op, object, detail FROM orm_diff");
}

/* Returns the message of the current version, or NULL. */
static const char *current_message(Ctx *ctx) {
  i64 current = meta_exists(ctx) ? history_current(ctx) : 0;
  return current ? db_text_or_null(ctx,
                                   "SELECT message FROM \"main\".orm_migration"
                                   " WHERE version = %lld",
                                   current)
                 : NULL;
}

void status_fill(Cells *cells) {
  const char *report = status_report(&cells->ctx);
  const char *message = current_message(&cells->ctx);
  for (size_t i = 0; ctx_ok(&cells->ctx) && i < sizeof(facts) / sizeof(Fact);
       i++) {
    add_fact(cells, &facts[i], report, message);
    if (strcmp(facts[i].key, "pending") == 0) add_differences(cells);
  }
}
