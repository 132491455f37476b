#include "dependents/dqs_requote.h"

#include "base/guard.h"
#include "base/transcript.h"
#include "ddl/live.h"
#include "dependents/dqs_view.h"
#include "dependents/park.h"
#include "dependents/violation.h"
#include "schema/dqs.h"

typedef struct NewColumns {
  const NameMap *names;
  const Table *table;
} NewColumns;

static bool is_at_risk(const void *arg, const char *name) {
  const NewColumns *n = (const NewColumns *)arg;
  return map_get(n->names, name) && table_column(n->table, name) < 0;
}

static bool expr_at_risk(Ctx *ctx, const NewColumns *n, const Expr *expr) {
  return dqs_to_strings(ctx, expr->sql, true, is_at_risk, n) != expr->sql;
}

static const char *table_at_risk(Ctx *ctx, const NewColumns *n) {
  bool risk = false;
  for (int i = 0; i < n->table->ncolumn; i++)
    risk |= expr_at_risk(ctx, n, &n->table->columns[i].generated);
  for (int i = 0; i < n->table->nconstraint; i++)
    risk |= expr_at_risk(ctx, n, &n->table->constraints[i].check);
  return risk ? mem_printf(ctx, "table \"%s\"", n->table->name) : NULL;
}

static const char *index_at_risk(Ctx *ctx, const NewColumns *n,
                                 const Index *index) {
  bool risk = expr_at_risk(ctx, n, &index->where);
  for (int i = 0; i < index->nterm; i++)
    risk |= expr_at_risk(ctx, n, &index->terms[i].expr);
  return risk ? mem_printf(ctx, "index \"%s\"", index->name) : NULL;
}

static bool is_key_of(const void *arg, const char *name) {
  return map_get((const NameMap *)arg, name) != NULL;
}

/* The texts that have one of some names in double quotes. */
typedef struct QuotedNames {
  bool in_table;  /* of the table or of an index of it */
  bool in_object; /* of a view or trigger of the schema */
} QuotedNames;

/* Looks for the names. Usually no text has one, and then nothing is parsed. */
static QuotedNames find_quoted(Ctx *ctx, const char *table,
                               const NameMap *names) {
  QuotedNames quoted = {false, false};
  sqlite3_stmt *rows = db_prepare(
      ctx,
      "SELECT sql, type IN ('table', 'index') FROM \"main\".sqlite_schema"
      " WHERE sql IS NOT NULL AND (type IN ('view', 'trigger') OR"
      "  tbl_name = %Q COLLATE NOCASE)",
      table);
  while (db_row(ctx, rows)) {
    const char *sql = db_peek(ctx, rows, 0);
    bool named = sql && dqs_contains(ctx, sql, is_key_of, names);
    bool of_table = sqlite3_column_int(rows, 1) != 0;
    quoted.in_table |= named && of_table;
    quoted.in_object |= named && !of_table;
  }
  db_finish(rows);
  return quoted;
}

static const char *object_at_risk(Ctx *ctx, const NameMap *names) {
  const Schema *live = live_read(ctx);
  const ViewStrings *list = live ? dqs_view_strings(ctx, live, names) : NULL;
  for (int i = 0; list && i < live->nobject; i++)
    if (list[i].sql)
      return mem_printf(ctx, "%s \"%s\"",
                        object_type_name(live->objects[i]->type),
                        live->objects[i]->name);
  return NULL;
}

/* Returns the object of the table that has such a string; NULL if there is
** none. */
static const char *find_in_table(Ctx *ctx, const char *table,
                                 const NameMap *names) {
  const Schema *part = live_read_table(ctx, table);
  if (part == NULL) return NULL;
  NewColumns n = {names, schema_table(part, table)};
  const char *found = n.table ? table_at_risk(ctx, &n) : NULL;
  for (int i = 0; n.table && found == NULL && i < part->nindex; i++)
    found = index_at_risk(ctx, &n, part->indexes[i]);
  return found;
}

/* Returns the object that has such a string, in words: `index "i"`; NULL if
** there is none. */
static const char *find_at_risk(Ctx *ctx, const char *table,
                                const NameMap *names) {
  const QuotedNames quoted = find_quoted(ctx, table, names);
  const char *found = quoted.in_table ? find_in_table(ctx, table, names) : NULL;
  if (found == NULL && quoted.in_object) found = object_at_risk(ctx, names);
  return found;
}

/* Runs RENAME COLUMN on a probe. It first writes every string of the schema in
** single quotes (https://sqlite.org/lang_altertable.html#altertabrename). */
static void rename_probe(Ctx *ctx, Parked *parked) {
  transcript_exec(ctx, "CREATE TABLE \"main\".orm_quotes(a)");
  guard_switch(ctx, false, true);
  guard_strings(ctx, true);
  do {
    transcript_exec(ctx,
                    "ALTER TABLE \"main\".orm_quotes RENAME COLUMN a TO b");
  } while (park_blocker(ctx, parked));
  guard_strings(ctx, false);
  guard_switch(ctx, false, false);
  transcript_drop_table(ctx, "orm_quotes");
}

static const char *integrity_report(Ctx *ctx, const char *table) {
  const Table *now = live_table(ctx, table);
  return now ? violation_integrity(ctx, now) : NULL;
}

const char *dqs_requote_names(Ctx *ctx, const char *table,
                              const NameMap *names) {
  if (!ctx_ok(ctx) || find_at_risk(ctx, table, names) == NULL) return NULL;
  const char *before = integrity_report(ctx, table);
  Parked parked = {.count = 0};
  const Schema *live = live_read(ctx);
  if (live) park_for_rename(ctx, &parked, live, map_new(ctx));
  if (ctx_ok(ctx)) rename_probe(ctx, &parked);
  park_restore(ctx, &parked);
  const char *left = find_at_risk(ctx, table, names);
  if (left && ctx_ok(ctx))
    err_set(ctx, SQLITE_ERROR,
            "%s has a string in double quotes that would become a new column "
            "of table \"%s\": write it in 'single quotes' first",
            left, table);
  return before;
}

void dqs_requote_check(Ctx *ctx, const char *table, const char *before) {
  const char *now = before ? integrity_report(ctx, table) : NULL;
  if (now && *now && strcmp(now, before) != 0)
    err_set(ctx, SQLITE_CORRUPT, "PRAGMA integrity_check of table \"%s\": %s",
            table, now);
}

/* Returns a map with the name that the token is; NULL if it is not a name. */
static NameMap *map_of_name(Ctx *ctx, const Token *token) {
  NameMap *names = map_new(ctx);
  const char *name =
      ctx_ok(ctx) && token_is_name(token) ? token_name(ctx, token) : NULL;
  if (name) map_put(ctx, names, name, names);
  return name && ctx_ok(ctx) ? names : NULL;
}

Requote dqs_requote_before(Ctx *ctx, const Token *first) {
  Requote requote = {NULL, NULL, NULL};
  Token table, word;
  if (!token_alters(first, &table, &word)) return requote;
  bool renames = token_is(&word, "RENAME");
  Token name = token_behind(&word);
  if (token_is(&name, "COLUMN")) name = token_behind(&name);
  if (renames ? token_is(&name, "TO") : !token_is(&word, "ADD")) return requote;
  if (renames) {
    const NameMap *old = map_of_name(ctx, &name);
    if (old && find_quoted(ctx, NULL, old).in_object)
      requote.before = live_read(ctx);
    name = token_behind(&name);
    name = token_behind(&name);
  }
  const NameMap *names = map_of_name(ctx, &name);
  requote.table = names ? token_name(ctx, &table) : NULL;
  if (requote.table)
    requote.integrity = dqs_requote_names(ctx, requote.table, names);
  return requote;
}

void dqs_requote_after(Ctx *ctx, const Requote *requote) {
  if (requote->table)
    dqs_requote_check(ctx, requote->table, requote->integrity);
  const Schema *now = requote->before ? live_read(ctx) : NULL;
  if (now) dqs_view_check(ctx, requote->before, now);
}
