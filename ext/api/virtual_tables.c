#include "api/virtual_tables.h"

#include <stdlib.h>

#include "api/help.h"
#include "api/lint_table.h"
#include "api/log_table.h"
#include "api/status_table.h"
#include "base/guard.h"
#include "plan/plan.h"
#include "run/migrate.h"
#include "run/status.h"
#include "schema/naming.h"
#include "schema/type_note.h"

/* ---- rows as texts ------------------------------------------------------ */

/* A scan. Its rows are made when it begins. */
typedef struct TableCursor {
  sqlite3_vtab_cursor base;
  Cells cells;
  int row;
} TableCursor;

/* One of our virtual tables. */
typedef struct TableKind {
  const char *name, *declaration;
  int columns;
  unsigned integers;     /* bit i is set if column i has numbers */
  void (*fill)(Cells *); /* adds the cells of all rows */
} TableKind;

/* A virtual table of a connection. */
typedef struct VTable {
  sqlite3_vtab base;
  sqlite3 *db;
  const TableKind *kind;
} VTable;

void cells_add(Cells *cells, const char *text) {
  const char **slot = MEM_PUSH(&cells->ctx, cells->list, cells->count);
  if (slot) *slot = text;
}

/* ---- orm_diff ----------------------------------------------------------- */

/* Returns the indexes of the inverse changes: that of the change which undoes
** change i is at i. */
static int *inverse_places(Ctx *ctx, const Changes *inverse) {
  int *place = (int *)mem_new(ctx, sizeof(int) * (size_t)inverse->count);
  for (int i = 0; place && i < inverse->count; i++)
    place[inverse->list[i].seq] = i;
  return place;
}

/* Returns the detail of a change, with its hint and a note on its undo. */
static const char *detail_of(Ctx *ctx, const Change *c) {
  const char *hint = c->hint;
  if (hint == NULL && c->op == OP_CREATE_TABLE)
    hint = type_note_table(ctx, c->table_to);
  const char *const more[] = {hint, c->undo};
  const char *detail = c->detail;
  for (int i = 0; i < 2; i++)
    if (more[i])
      detail = detail ? mem_printf(ctx, "%s; %s", detail, more[i]) : more[i];
  return detail;
}

/* Adds a row for each change; the first has the number `first`. */
static void add_changes(Cells *cells, const Changes *changes, const char *cause,
                        int first) {
  Ctx *ctx = &cells->ctx;
  Changes inverse = diff_inverse(ctx, changes);
  transition_check_backfills(ctx, &inverse);
  const int *place = inverse_places(ctx, &inverse);
  RuleState state = {sqlite3_libversion_number(), guard_is_defensive(ctx->db)};
  const char **up = plan_statements(ctx, changes);
  const char **down = plan_statements(ctx, &inverse);
  const Method *costs = plan_costs(ctx, changes, &state);
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++) {
    const Change *c = &changes->list[i];
    cells_add(cells, mem_printf(ctx, "%d", first + i));
    cells_add(cells, cause);
    cells_add(cells, change_info(c->op)->name);
    cells_add(cells, c->model);
    cells_add(cells, c->object);
    cells_add(cells, detail_of(ctx, c));
    cells_add(cells, up[i]);
    cells_add(cells, down[place[i]]);
    cells_add(cells, rules_method_name(costs[i]));
    cells_add(cells, c->lossy ? "1" : "0");
  }
}

/* Adds a note that a renamed model keeps its table. */
static void add_renamed(Cells *cells, const Table *table, int seq) {
  Ctx *ctx = &cells->ctx;
  cells_add(cells, mem_printf(ctx, "%d", seq));
  cells_add(cells, "note");
  cells_add(cells, NULL);
  cells_add(cells, table->model);
  cells_add(cells, table->name);
  cells_add(cells,
            mem_printf(ctx,
                       "the model has another name now, the table stays; to "
                       "rename it, too: UPDATE orm_model SET table_name = %Q "
                       "WHERE name = %Q",
                       naming_snake_case(ctx, table->model), table->model));
  for (int i = 0; i < 3; i++) cells_add(cells, NULL); /* up, down, cost */
  cells_add(cells, "0");
}

/* Adds a row for each wrong declaration, with a cause, a name and a message
** only. Returns the number of rows. */
static int add_error_rows(Cells *cells, const Invalids *wrongs) {
  int n = 0;
  for (int i = 0; i < wrongs->count; i++) {
    const Invalid *w = &wrongs->list[i];
    if (w->message == NULL) continue;
    const char *const texts[] = {mem_printf(&cells->ctx, "%d", ++n),
                                 "error",
                                 NULL,
                                 w->model,
                                 w->object,
                                 w->message};
    for (int k = 0; k < 10; k++) cells_add(cells, k < 6 ? texts[k] : NULL);
  }
  return n;
}

static void fill_diff(Cells *cells) {
  Difference d = status_difference(&cells->ctx);
  int n = add_error_rows(cells, &d.wrongs) + 1;
  add_changes(cells, &d.model, "model", n);
  n += d.model.count;
  add_changes(cells, &d.drift, "drift", n);
  n += d.drift.count;
  for (int i = 0; ctx_ok(&cells->ctx) && i < d.nrenamed; i++)
    add_renamed(cells, d.renamed[i], n + i);
}

/* ---- orm_help ----------------------------------------------------------- */

static void fill_help(Cells *cells) {
  for (const HelpEntry *entry = help_all(); entry->name; entry++) {
    cells_add(cells, entry->name);
    cells_add(cells, entry->usage);
    cells_add(cells, entry->summary);
    cells_add(cells, entry->example);
  }
}

/* A new virtual table is a function that fills it, a row here, and an entry in
** help.c. */
static TableKind table_kinds[] = {
    {"orm_diff",
     "CREATE TABLE orm_diff(seq INTEGER, cause TEXT, op TEXT, model TEXT,"
     " object TEXT, detail TEXT, up TEXT, down TEXT, cost TEXT,"
     " lossy INTEGER)",
     10, 1u << 0 | 1u << 9, fill_diff},
    {"orm_help",
     "CREATE TABLE orm_help(name TEXT, usage TEXT, summary TEXT,"
     " example TEXT)",
     4, 0, fill_help},
    {"orm_lint",
     "CREATE TABLE orm_lint(rule TEXT, severity TEXT, object TEXT,"
     " message TEXT, fix TEXT, proof TEXT)",
     6, 0, lint_fill},
    {"orm_log",
     "CREATE TABLE orm_log(version INTEGER, message TEXT, state TEXT,"
     " created TEXT, applied TEXT, changes TEXT, lossy INTEGER, kept TEXT,"
     " file TEXT)",
     9, 1u << 0 | 1u << 6, log_fill},
    {"orm_status", "CREATE TABLE orm_status(key TEXT, value TEXT, note TEXT)",
     3, 0, status_fill},
};

/* ---- SQLite's methods --------------------------------------------------- */

static int vt_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                      sqlite3_vtab **out, char **message) {
  (void)argc, (void)argv, (void)message;
  const TableKind *kind = (const TableKind *)aux;
  int rc = sqlite3_declare_vtab(db, kind->declaration);
  if (rc == SQLITE_OK) rc = sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
  if (rc != SQLITE_OK) return rc;
  VTable *table = (VTable *)sqlite3_malloc(sizeof(VTable));
  if (table == NULL) return SQLITE_NOMEM;
  memset(table, 0, sizeof(*table));
  table->db = db;
  table->kind = kind;
  *out = &table->base;
  return SQLITE_OK;
}

static int vt_disconnect(sqlite3_vtab *table) {
  sqlite3_free(table);
  return SQLITE_OK;
}

static int vt_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
  (void)table;
  info->idxNum = (int)(info->colUsed & 0xffff);
  info->estimatedCost = 1000;
  info->estimatedRows = 100;
  return SQLITE_OK;
}

static int vt_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out) {
  TableCursor *cursor = (TableCursor *)sqlite3_malloc(sizeof(TableCursor));
  if (cursor == NULL) return SQLITE_NOMEM;
  memset(cursor, 0, sizeof(*cursor));
  ctx_init(&cursor->cells.ctx, ((VTable *)table)->db);
  *out = &cursor->base;
  return SQLITE_OK;
}

static void cursor_clear(TableCursor *cursor) {
  ctx_clear(&cursor->cells.ctx);
  cursor->cells.list = NULL;
  cursor->cells.count = cursor->row = 0;
}

static int vt_close(sqlite3_vtab_cursor *base) {
  cursor_clear((TableCursor *)base);
  sqlite3_free(base);
  return SQLITE_OK;
}

static int vt_filter(sqlite3_vtab_cursor *base, int number, const char *text,
                     int argc, sqlite3_value **argv) {
  (void)text, (void)argc, (void)argv;
  TableCursor *cursor = (TableCursor *)base;
  const TableKind *kind = ((VTable *)base->pVtab)->kind;
  cursor_clear(cursor);
  cursor->cells.used = (unsigned)number;
  kind->fill(&cursor->cells);
  Ctx *ctx = &cursor->cells.ctx;
  if (ctx_ok(ctx)) return SQLITE_OK;
  sqlite3_free(base->pVtab->zErrMsg);
  base->pVtab->zErrMsg =
      ctx->msg ? sqlite3_mprintf("%s: %s", kind->name, ctx->msg) : NULL;
  return ctx->rc;
}

static int vt_next(sqlite3_vtab_cursor *base) {
  ((TableCursor *)base)->row++;
  return SQLITE_OK;
}

static int vt_eof(sqlite3_vtab_cursor *base) {
  const TableCursor *cursor = (const TableCursor *)base;
  const TableKind *kind = ((const VTable *)base->pVtab)->kind;
  return cursor->row * kind->columns >= cursor->cells.count;
}

static int vt_column(sqlite3_vtab_cursor *base, sqlite3_context *out, int i) {
  const TableCursor *cursor = (const TableCursor *)base;
  const TableKind *kind = ((const VTable *)base->pVtab)->kind;
  const char *cell = cursor->cells.list[cursor->row * kind->columns + i];
  if (cell == NULL) return SQLITE_OK;
  if (kind->integers >> i & 1)
    sqlite3_result_int(out, atoi(cell));
  else
    sqlite3_result_text(out, cell, -1, SQLITE_TRANSIENT);
  return SQLITE_OK;
}

static int vt_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
  *rowid = ((TableCursor *)base)->row + 1;
  return SQLITE_OK;
}

/* Without xCreate, the tables are eponymous: they need no CREATE. */
static const sqlite3_module table_methods = {
    .xConnect = vt_connect,
    .xBestIndex = vt_best_index,
    .xDisconnect = vt_disconnect,
    .xOpen = vt_open,
    .xClose = vt_close,
    .xFilter = vt_filter,
    .xNext = vt_next,
    .xEof = vt_eof,
    .xColumn = vt_column,
    .xRowid = vt_rowid,
};

int virtual_tables_register(sqlite3 *db) {
  int rc = SQLITE_OK;
  for (size_t i = 0;
       rc == SQLITE_OK && i < sizeof(table_kinds) / sizeof(table_kinds[0]); i++)
    rc = sqlite3_create_module_v2(db, table_kinds[i].name, &table_methods,
                                  &table_kinds[i], NULL);
  return rc;
}
