#include "schema/dqs_table.h"

#include "schema/dqs.h"

/* A table before and after a change. */
typedef struct TableVersions {
  const Table *from, *to;
} TableVersions;

/* A NameTest: true for the name of a column that `to` adds. */
static bool column_is_added(const void *arg, const char *name) {
  const TableVersions *versions = (const TableVersions *)arg;
  return table_column(versions->to, name) >= 0 &&
         table_column(versions->from, name) < 0;
}

static bool has_captured_string(Ctx *ctx, const TableVersions *versions,
                                const Expr *expr) {
  return dqs_to_strings(ctx, expr->sql, true, column_is_added, versions) !=
         expr->sql;
}

static bool has_new_column(const TableVersions *versions) {
  for (int i = 0; i < versions->to->ncolumn; i++)
    if (table_counterpart(versions->from, versions->to, i) < 0) return true;
  return false;
}

bool dqs_table_captures(Ctx *ctx, const Index *index, const Table *from,
                        const Table *to) {
  TableVersions versions = {from, to};
  if (!has_new_column(&versions)) return false;
  bool captured = has_captured_string(ctx, &versions, &index->where);
  for (int i = 0; i < index->nterm; i++)
    captured |= has_captured_string(ctx, &versions, &index->terms[i].expr);
  return captured;
}

/* ---- tables ------------------------------------------------------------- */

static void *copy_bytes(Ctx *ctx, const void *bytes, size_t size) {
  void *copy = mem_new(ctx, size);
  return copy && size ? memcpy(copy, bytes, size) : copy;
}

/* Returns a norm that no other construct has. */
static const char *unique_norm(Ctx *ctx, const char *norm) {
  return mem_printf(ctx, "%s (to be quoted)", norm);
}

static bool isolate_columns(Ctx *ctx, const TableVersions *versions,
                            Column *columns) {
  bool any = false;
  for (int i = 0; ctx_ok(ctx) && i < versions->from->ncolumn; i++) {
    if (!has_captured_string(ctx, versions, &columns[i].generated)) continue;
    columns[i].norm = unique_norm(ctx, columns[i].norm);
    if (columns[i].norm)
      columns[i].part_ends[PART_GENERATED] = (int)strlen(columns[i].norm);
    any = true;
  }
  return any;
}

static bool isolate_checks(Ctx *ctx, const TableVersions *versions,
                           Constraint *list) {
  bool any = false;
  for (int i = 0; ctx_ok(ctx) && i < versions->from->nconstraint; i++) {
    if (!has_captured_string(ctx, versions, &list[i].check)) continue;
    list[i].norm = unique_norm(ctx, list[i].norm);
    list[i].rule = unique_norm(ctx, list[i].rule);
    any = true;
  }
  return any;
}

const Table *dqs_table_isolate(Ctx *ctx, const Table *from, const Table *to) {
  TableVersions versions = {from, to};
  if (!ctx_ok(ctx) || !has_new_column(&versions)) return from;
  Table *copy = (Table *)copy_bytes(ctx, from, sizeof(Table));
  Column *columns = (Column *)copy_bytes(
      ctx, from->columns, sizeof(Column) * (size_t)from->ncolumn);
  Constraint *list = (Constraint *)copy_bytes(
      ctx, from->constraints, sizeof(Constraint) * (size_t)from->nconstraint);
  if (!ctx_ok(ctx)) return from;
  bool any = isolate_columns(ctx, &versions, columns);
  any |= isolate_checks(ctx, &versions, list);
  copy->columns = columns;
  copy->constraints = list;
  return any ? copy : from;
}

/* ---- captured strings in a new definition ------------------------------- */

/* Returns true if two texts are equal but for spelling. */
static bool same_words(Ctx *ctx, const char *a, const char *b) {
  if (a == NULL || b == NULL || !ctx_ok(ctx)) return false;
  if (strcmp(a, b) == 0) return true;
  Tokens x = token_list(ctx, a), y = token_list(ctx, b);
  const char *p = token_normal(ctx, &x, 0, x.count, NULL);
  const char *q = token_normal(ctx, &y, 0, y.count, NULL);
  return p && q && strcmp(p, q) == 0;
}

/* Returns true if `from` has the same expression, for the column of that name,
** or if `column` is NULL for a CHECK. */
static bool is_old_text(Ctx *ctx, const Table *from, const Expr *expr,
                        const char *column) {
  int at = column ? table_column(from, column) : -1;
  if (column)
    return at >= 0 &&
           same_words(ctx, from->columns[at].generated.sql, expr->sql);
  for (int i = 0; i < from->nconstraint; i++)
    if (same_words(ctx, from->constraints[i].check.sql, expr->sql)) return true;
  return false;
}

/* Returns the text with the strings of a span in single quotes. */
static const char *requote_span(Ctx *ctx, const TableVersions *versions,
                                const char *sql, const Span *span) {
  const char *part = mem_text(ctx, sql + span->from, span->to - span->from);
  const char *single =
      part ? dqs_to_strings(ctx, part, false, column_is_added, versions) : part;
  if (single == part) return sql;
  return mem_printf(ctx, "%.*s%s%s", span->from, sql, single, sql + span->to);
}

const char *dqs_table_requote(Ctx *ctx, const char *sql, const Table *from,
                              const Table *to) {
  TableVersions versions = {from, to};
  if (!ctx_ok(ctx) || !has_new_column(&versions)) return sql;
  for (int i = 0; ctx_ok(ctx) && i < to->ncolumn; i++) {
    const Column *c = &to->columns[i];
    if (has_captured_string(ctx, &versions, &c->generated) &&
        is_old_text(ctx, from, &c->generated, c->name))
      return requote_span(ctx, &versions, sql, &c->parts[PART_GENERATED]);
  }
  for (int i = 0; ctx_ok(ctx) && i < to->nconstraint; i++) {
    const Constraint *c = &to->constraints[i];
    if (has_captured_string(ctx, &versions, &c->check) &&
        is_old_text(ctx, from, &c->check, NULL))
      return requote_span(ctx, &versions, sql, &c->span);
  }
  return sql;
}

/* ---- dropped columns ---------------------------------------------------- */

/* A NameTest: true for the name of a column that `to` drops. */
static bool column_is_dropped(const void *arg, const char *name) {
  const TableVersions *versions = (const TableVersions *)arg;
  return table_column(versions->from, name) >= 0 &&
         table_column(versions->to, name) < 0;
}

/* A change of a table, and the schemas before and after it. */
typedef struct ColumnChange {
  Ctx *ctx;
  TableVersions versions;
  const Schema *before, *after;
  bool strict; /* a string of the column's name in a new text is an error */
} ColumnChange;

static void refuse_column(const ColumnChange *c, const char *column,
                          const char *what, const char *name) {
  err_set(c->ctx, SQLITE_ERROR,
          "table \"%s\": column \"%s\" cannot be dropped, because %s%s%s names "
          "it: change or drop that, too",
          c->versions.to->name, column, what, name, *what == 'C' ? ")" : "\"");
}

/* Returns a dropped column that the expression names; NULL if it names none. */
static const char *named_by(const ColumnChange *c, const Expr *expr) {
  return dqs_find_operand(c->ctx, expr->sql, column_is_dropped, &c->versions);
}

/* Does the same for an index. */
static const char *named_by_index(const ColumnChange *c, const Index *index) {
  const char *column = named_by(c, &index->where);
  for (int i = 0; column == NULL && i < index->nterm; i++) {
    const Term *term = &index->terms[i];
    if (term->column == NULL)
      column = named_by(c, &term->expr);
    else if (column_is_dropped(&c->versions, term->column))
      column = term->column;
  }
  return column;
}

/* Sets an error if the index names a dropped column. If the index did not name
** it before the change, its "name" is a string. */
static void check_index_names(const ColumnChange *c, const Index *index) {
  if (!name_equal(index->table, c->versions.to->name)) return;
  const char *column = named_by_index(c, index);
  if (column == NULL) return;
  const Index *old = schema_index(c->before, index->name);
  if (old ? named_by_index(c, old) != NULL : c->strict)
    refuse_column(c, column, "index \"", index->name);
}

/* Returns true if a generated column or a CHECK names a dropped column. */
static bool table_has_name(const ColumnChange *c, const Table *table) {
  bool names = false;
  for (int i = 0; i < table->ncolumn; i++)
    names |= named_by(c, &table->columns[i].generated) != NULL;
  for (int i = 0; i < table->nconstraint; i++)
    names |= named_by(c, &table->constraints[i].check) != NULL;
  return names;
}

/* Returns a dropped column that the expression names; NULL if it names none. In
** a text that existed before, a string of this name does not count: in the
** norm, it is in single quotes. */
static const char *truly_named_by(const ColumnChange *c, const Expr *expr,
                                  bool was_said) {
  const Expr norm = {expr->norm, NULL};
  const char *column = named_by(c, expr);
  return column && was_said && named_by(c, &norm) == NULL ? NULL : column;
}

/* Sets an error if a CHECK or a generated column names a dropped column. */
static void check_table(const ColumnChange *c) {
  const Table *from = c->versions.from, *to = c->versions.to;
  if (!table_has_name(c, to) || (!table_has_name(c, from) && !c->strict))
    return;
  for (int i = 0; ctx_ok(c->ctx) && i < to->ncolumn; i++) {
    int k = table_counterpart(from, to, i);
    const Column *column = &to->columns[i];
    bool was_said =
        k >= 0 && column_part_equal(&from->columns[k], column, PART_GENERATED);
    const char *dropped = truly_named_by(c, &column->generated, was_said);
    if (dropped) refuse_column(c, dropped, "column \"", column->name);
  }
  for (int i = 0; ctx_ok(c->ctx) && i < to->nconstraint; i++) {
    const Constraint *check = &to->constraints[i];
    const char *dropped =
        truly_named_by(c, &check->check, !table_lacks_constraint(from, to, i));
    if (dropped) refuse_column(c, dropped, "CHECK (", check->check.sql);
  }
}

/* Sets an error if a new column captures a string that is a whole term of an
** index. Single quotes do not help: SQLite takes 'x' as a name there. */
static void check_terms(const ColumnChange *c, const Index *old) {
  const Index *now = schema_index(c->after, old->name);
  for (int i = 0; now && i < old->nterm && i < now->nterm; i++) {
    const Term *was = &old->terms[i], *is = &now->terms[i];
    if (was->column || is->column == NULL || *was->expr.sql != '"' ||
        strcmp(was->expr.sql, is->expr.sql) != 0)
      continue;
    err_set(
        c->ctx, SQLITE_ERROR,
        "index \"%s\" of table \"%s\" has the string %s for a term, which the "
        "new column of that name would become: change or drop the index "
        "first",
        now->name, now->table, is->expr.sql);
  }
}

static void check_change(const ColumnChange *c) {
  TableVersions back = {c->versions.to, c->versions.from};
  if (!ctx_ok(c->ctx) || !has_new_column(&back)) return;
  check_table(c);
  for (int i = 0; ctx_ok(c->ctx) && i < c->after->nindex; i++)
    check_index_names(c, c->after->indexes[i]);
}

void dqs_table_check_dropped(Ctx *ctx, const Table *from, const Table *to,
                             const Schema *live) {
  ColumnChange c = {ctx, {from, to}, live, live, false};
  check_change(&c);
}

void dqs_table_check_schema(Ctx *ctx, const Schema *from, const Schema *to,
                            bool strict) {
  for (int i = 0; ctx_ok(ctx) && i < from->ntable; i++) {
    const Table *now = schema_table(to, from->tables[i]->name);
    ColumnChange c = {ctx, {from->tables[i], now}, from, to, strict};
    if (now) check_change(&c);
  }
  ColumnChange c = {ctx, {NULL, NULL}, from, to, strict};
  for (int i = 0; ctx_ok(ctx) && i < from->nindex; i++)
    check_terms(&c, from->indexes[i]);
}

/* ---- texts that stay ---------------------------------------------------- */

static bool same_sql(const char *a, const char *b) {
  return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Returns true if two indexes have the same text. */
static bool same_text(const Index *a, const Index *b) {
  bool same = a->nterm == b->nterm && same_sql(a->where.sql, b->where.sql);
  for (int i = 0; same && i < a->nterm; i++)
    same = same_sql(a->terms[i].expr.sql, b->terms[i].expr.sql);
  return same;
}

static void refuse_meaning(Ctx *ctx, const Table *table, const char *what,
                           const char *name) {
  err_set(
      ctx, SQLITE_ERROR,
      "table \"%s\": a \"name\" in %s \"%s\" would be a column where it was "
      "a string, or the other way round: write 'it' in single quotes first",
      table->name, what, name);
}

static void check_kept_table(Ctx *ctx, const Table *a, const Table *b) {
  for (int i = 0; ctx_ok(ctx) && i < b->ncolumn; i++) {
    int k = table_counterpart(a, b, i);
    const Expr *was = k < 0 ? NULL : &a->columns[k].generated;
    const Expr *is = &b->columns[i].generated;
    if (was && was->sql && same_sql(was->sql, is->sql) &&
        strcmp(was->norm, is->norm) != 0)
      refuse_meaning(ctx, b, "column", b->columns[i].name);
  }
  for (int i = 0; ctx_ok(ctx) && i < b->nconstraint; i++) {
    const Expr *is = &b->constraints[i].check;
    for (int k = 0; is->sql && k < a->nconstraint; k++)
      if (same_sql(a->constraints[k].check.sql, is->sql) &&
          strcmp(a->constraints[k].check.norm, is->norm) != 0)
        refuse_meaning(ctx, b, "CHECK", is->sql);
  }
}

void dqs_table_check_kept(Ctx *ctx, const Schema *before, const Schema *after,
                          const Schema *declared) {
  for (int i = 0; ctx_ok(ctx) && i < after->ntable; i++) {
    const Table *now = after->tables[i];
    const Table *old = schema_table(before, now->name);
    bool wanted = declared && schema_table(declared, now->name);
    if (old && !wanted) check_kept_table(ctx, old, now);
  }
  for (int i = 0; ctx_ok(ctx) && i < after->nindex; i++) {
    const Index *now = after->indexes[i];
    const Index *old = schema_index(before, now->name);
    const Table *table = schema_table(after, now->table);
    bool wanted = declared && schema_index(declared, now->name);
    if (old && table && !wanted && name_equal(old->table, now->table) &&
        same_text(old, now) && strcmp(old->norm, now->norm) != 0)
      refuse_meaning(ctx, table, "index", now->name);
  }
}
