#include "alter/inplace.h"

#include "base/progress.h"
#include "base/transcript.h"
#include "base/tree.h"
#include "ddl/edit.h"
#include "ddl/live.h"
#include "ddl/render.h"
#include "ddl/schema_text.h"
#include "dependents/violation.h"

typedef struct InPlace {
  Ctx *ctx;
  Guard guard;
  const TableDiff *deltas;
  const RuleState *state;
  const char *name;  /* of the table */
  const char *probe; /* name of a table with the new definition */
  bool all;
  bool broken; /* rows break a rule */
} InPlace;

static const Rule *rule_of_change(const InPlace *p, int i) {
  return rules_find(&p->deltas->list[i], p->state);
}

static bool has_means(const InPlace *p, Means means) {
  for (int i = 0; i < p->deltas->count; i++)
    if (rule_of_change(p, i)->means == means) return true;
  return false;
}

static bool has_proof(const InPlace *p, Proof proof) {
  for (int i = 0; i < p->deltas->count; i++)
    if (rule_of_change(p, i)->proof == proof) return true;
  return false;
}

/* ---- SQLite's own ALTER TABLE -------------------------------------------- */

static char *native_clause(Ctx *ctx, const TableDiff *deltas,
                           const TableDiffEntry *d) {
  const Table *from = deltas->from, *to = deltas->to;
  switch (d->kind) {
  case TABLEDIFF_ADD_COLUMN:
    return mem_printf(ctx, "ADD COLUMN %s",
                      render_column(ctx, to, d->column_to));
  case TABLEDIFF_DROP_COLUMN:
    return mem_printf(ctx, "DROP COLUMN \"%w\"",
                      from->columns[d->column_from].name);
  case TABLEDIFF_NOT_NULL:
    return mem_printf(ctx, "ALTER COLUMN \"%w\" SET NOT NULL",
                      to->columns[d->column_to].name);
  case TABLEDIFF_NULL:
    return mem_printf(ctx, "ALTER COLUMN \"%w\" DROP NOT NULL",
                      from->columns[d->column_from].name);
  case TABLEDIFF_ADD_CHECK:
    return mem_printf(
        ctx, "ADD %s",
        render_constraint(ctx, &to->constraints[d->constraint_to], false));
  case TABLEDIFF_DROP_CHECK:
    return mem_printf(ctx, "DROP CONSTRAINT \"%w\"",
                      from->constraints[d->constraint_from].name);
  case TABLEDIFF_VALUES:
  case TABLEDIFF_TYPE:
  case TABLEDIFF_CONFLICT:
  case TABLEDIFF_DEFAULT:
  case TABLEDIFF_COLLATE:
  case TABLEDIFF_GENERATED:
  case TABLEDIFF_KEY:
  case TABLEDIFF_ADD_UNIQUE:
  case TABLEDIFF_DROP_UNIQUE:
  case TABLEDIFF_UNIQUE:
  case TABLEDIFF_ADD_FOREIGN:
  case TABLEDIFF_DROP_FOREIGN:
  case TABLEDIFF_FOREIGN:
  case TABLEDIFF_NAME:
  case TABLEDIFF_OPTIONS: break;
  }
  err_set(ctx, SQLITE_INTERNAL, "SQLite has no ALTER TABLE for this change");
  return NULL;
}

/* Runs the native statements: with `columns`, those that add or drop columns,
** otherwise the others. Columns come first, because the proofs may use new
** columns, and an edit does not drop columns. */
static void alter_natively(InPlace *p, bool columns) {
  Ctx *ctx = p->ctx;
  for (int i = 0; ctx_ok(ctx) && i < p->deltas->count; i++) {
    const TableDiffEntry *d = &p->deltas->list[i];
    if (rule_of_change(p, i)->means != MEANS_NATIVE) continue;
    bool is_column =
        d->kind == TABLEDIFF_ADD_COLUMN || d->kind == TABLEDIFF_DROP_COLUMN;
    if (is_column != columns) continue;
    const char *clause = native_clause(ctx, p->deltas, d);
    progress_begin(ctx, "table \"%s\": %s", p->name, clause);
    transcript_exec(ctx, "ALTER TABLE \"main\".\"%w\" %s", p->name, clause);
  }
}

/* ---- the text in sqlite_schema ------------------------------------------- */

static char *read_table_text(InPlace *p) {
  return db_text(p->ctx,
                 "SELECT sql FROM \"main\".sqlite_schema"
                 " WHERE type = 'table' AND name = %Q COLLATE NOCASE",
                 p->name);
}

static void store_table_text(InPlace *p, const char *sql) {
  Ctx *ctx = p->ctx;
  schema_text_store(ctx, "table", p->name, sql);
  db_finish(db_prepare(ctx, "SELECT * FROM \"main\".\"%w\"", p->name));
}

/* Returns the table's text, edited to define `to`. Sets an error if the edited
** text does not parse to `to`. */
static const char *edited_text(InPlace *p, const Table *to) {
  Ctx *ctx = p->ctx;
  const char *text = read_table_text(p);
  const char *sql = text ? edit_table(ctx, text, to) : NULL;
  const Statement *s = sql ? parse_create(ctx, sql) : NULL;
  if (s && (s->table == NULL || !table_equal(ctx, s->table, to)))
    err_set(ctx, SQLITE_ERROR, "its definition cannot be edited");
  return ctx_ok(ctx) ? sql : NULL;
}

/* Creates a probe: an empty table with the new definition. A definition that
** SQLite refuses would make the whole file unreadable, so the definition is
** tried here first. Its rules must compile, too. */
static void create_probe(InPlace *p) {
  Ctx *ctx = p->ctx;
  const char *sql = edited_text(p, p->deltas->to);
  p->probe = mem_printf(ctx, "orm_probe_%s", p->name);
  if (!ctx_ok(ctx)) return;
  db_exec(ctx, "%s", edit_renamed(ctx, sql, p->probe));
  db_finish(
      db_prepare(ctx, "INSERT INTO \"main\".\"%w\" DEFAULT VALUES", p->probe));
}

static void edit_definition(InPlace *p, const Table *to) {
  const char *sql = edited_text(p, to);
  if (sql) store_table_text(p, sql);
}

/* ---- rows that are older than a column ----------------------------------- */

/*
** A row that was written before ALTER TABLE ADD COLUMN ends before the new
** column, and SQLite reads its value from the definition: another DEFAULT would
** change this value. To find such rows, the DEFAULT is set to a mark, a value
** that no other row has. If a row has the mark by chance, the table is
** rewritten; nothing is lost.
*/
static const char mark[] = "x'9ad1f06b7f5e4cc3a8b24e0d6c3f7195'";

static bool is_short(const InPlace *p, int i) {
  return rule_of_change(p, i)->proof == PROOF_SHORT;
}

/* Returns the present table, with the mark in place of the defaults that
** change. */
static const Table *marked_table(InPlace *p) {
  Ctx *ctx = p->ctx;
  const char *text = read_table_text(p);
  Statement *s = text ? parse_create(ctx, text) : NULL;
  if (s == NULL || s->table == NULL) return NULL;
  for (int i = 0; i < p->deltas->count; i++) {
    if (!is_short(p, i)) continue;
    const TableDiffEntry *d = &p->deltas->list[i];
    const char *name = p->deltas->from->columns[d->column_from].name;
    Column *c = &s->table->columns[table_column(s->table, name)];
    c->default_value.sql = c->default_value.norm = mark;
    c->norm = NULL;
  }
  table_finish(ctx, s->table);
  return s->table;
}

/* ---- proofs -------------------------------------------------------------- */

static char *short_condition(InPlace *p) {
  Tree conditions = {p->ctx, NULL, 0};
  for (int i = 0; i < p->deltas->count; i++) {
    const TableDiffEntry *d = &p->deltas->list[i];
    if (is_short(p, i))
      tree_add(&conditions,
               mem_printf(p->ctx, "\"%w\" IS %s",
                          p->deltas->to->columns[d->column_to].name, mark));
  }
  return tree_join(&conditions, " OR ", "");
}

/* Returns true if NOT NULL of the column must be proved. */
static bool proves_column(const InPlace *p, int column) {
  const Column *c = &p->deltas->to->columns[column];
  if (!c->notnull || column == p->deltas->to->rowid_alias) return false;
  for (int i = 0; i < p->deltas->count; i++) {
    Proof proof = rule_of_change(p, i)->proof;
    if (p->deltas->list[i].column_to == column &&
        (proof == PROOF_NOT_NULL || proof == PROOF_COLUMN))
      return true;
  }
  return p->all;
}

/* Returns true if the constraint is a CHECK that must be proved. */
static bool proves_check(const InPlace *p, int constraint) {
  const Constraint *c = &p->deltas->to->constraints[constraint];
  if (c->kind != CONSTRAINT_CHECK) return false;
  for (int i = 0; i < p->deltas->count; i++) {
    const TableDiffEntry *d = &p->deltas->list[i];
    Proof proof = rule_of_change(p, i)->proof;
    if (proof == PROOF_CHECK && d->constraint_to == constraint) return true;
    if (proof == PROOF_COLUMN && d->column_to == c->column) return true;
  }
  return p->all;
}

/* Returns the condition that is true for rows that break a rule; "" if there is
** nothing to prove. */
static char *broken_condition(InPlace *p) {
  Ctx *ctx = p->ctx;
  const Table *to = p->deltas->to;
  Tree conditions = {ctx, NULL, 0};
  for (int i = 0; i < to->ncolumn; i++)
    if (proves_column(p, i))
      tree_add(&conditions, violation_is_null(ctx, &to->columns[i]));
  for (int i = 0; i < to->nconstraint; i++)
    if (proves_check(p, i))
      tree_add(&conditions, violation_is_false(ctx, &to->constraints[i]));
  return tree_join(&conditions, " OR ", "");
}

/* Reports how many rows break which rule. */
static void report_broken(InPlace *p) {
  const Table *to = p->deltas->to;
  Ctx search;
  ctx_share(&search, p->ctx);
  CheckedRows rows = violation_rows(&search, to, p->name);
  rows.before = p->deltas->from;
  rows.now = to;
  for (int i = 0; i < to->ncolumn; i++)
    if (proves_column(p, i))
      violation_not_null(&search, &rows, &to->columns[i]);
  for (int i = 0; i < to->nconstraint; i++)
    if (proves_check(p, i))
      violation_check(&search, &rows, &to->constraints[i]);
  p->broken = search.rc == SQLITE_CONSTRAINT;
  if (!violation_explain(p->ctx, &search))
    err_set(p->ctx, search.rc ? search.rc : SQLITE_ERROR, "%s",
            search.rc ? search.msg : "rows break its rules");
  ctx_clear(&search);
}

/* Reads the rows once, and proves all rules. A row with the mark ends the pass
** before a rule is evaluated on the mark, which is not the row's value. NOT
** INDEXED, because indexes do not have the mark. */
static void prove_rules(InPlace *p) {
  enum { ROW_NONE, ROW_BROKEN, ROW_SHORT };
  Ctx *ctx = p->ctx;
  bool marked = has_proof(p, PROOF_SHORT);
  const Table *table = marked ? marked_table(p) : NULL;
  if (table) edit_definition(p, table);
  const char *older = marked ? short_condition(p) : "";
  const char *broken = broken_condition(p);
  if (!ctx_ok(ctx) || (*older == 0 && *broken == 0)) return;
  progress_begin_rows(ctx, p->name, "reading");
  i64 found = db_int(ctx,
                     "SELECT CASE WHEN %s THEN %d ELSE %d END"
                     " FROM \"main\".\"%w\"%s WHERE %s AND (%s%s%s) LIMIT 1",
                     marked ? older : "0", ROW_SHORT, ROW_BROKEN, p->name,
                     marked ? " NOT INDEXED" : "", progress_condition(ctx),
                     older, *older && *broken ? " OR " : "", broken);
  if (found == ROW_SHORT)
    err_set(ctx, SQLITE_ERROR,
            "rows are there that have a column's value from its DEFAULT");
  if (found == ROW_BROKEN) report_broken(p);
}

/* ---- the change ---------------------------------------------------------- */

static void verify_text(InPlace *p) {
  const Table *now = live_table(p->ctx, p->name);
  if (now && !table_equal(p->ctx, now, p->deltas->to))
    err_set(p->ctx, SQLITE_ERROR,
            "its definition did not become what was asked for");
}

static void change_text(InPlace *p) {
  Ctx *ctx = p->ctx;
  bool edits = has_means(p, MEANS_EDIT);
  alter_natively(p, true);
  if (edits) create_probe(p);
  prove_rules(p);
  alter_natively(p, false);
  if (edits) edit_definition(p, p->deltas->to);
  verify_text(p);
  if (edits)
    guard_alone(ctx, mem_printf(ctx, "DROP TABLE \"main\".\"%w\"", p->probe));
}

bool inplace_change(Ctx *ctx, const TableDiff *deltas, const RuleState *state,
                    bool all) {
  InPlace p;
  memset(&p, 0, sizeof(p));
  p.ctx = ctx;
  p.deltas = deltas;
  p.state = state;
  p.name = deltas->from->name;
  p.all = all;
  guard_begin(ctx, &p.guard);
  if (ctx_ok(ctx)) change_text(&p);
  guard_end(ctx, &p.guard);
  return p.broken;
}
