#include "schema/dqs_table.h"

#include "schema/dqs.h"

typedef struct ColumnPair {
  const Table *from, *to;
} ColumnPair;

static bool comes_new(const void *arg, const char *name) {
  const ColumnPair *pair = (const ColumnPair *)arg;
  return table_column(pair->to, name) >= 0 &&
         table_column(pair->from, name) < 0;
}

static bool is_captive(Ctx *ctx, const ColumnPair *pair, const Expr *expr) {
  return dqs_to_strings(ctx, expr->sql, true, comes_new, pair) != expr->sql;
}

static bool has_new_column(const ColumnPair *pair) {
  for (int i = 0; i < pair->to->ncolumn; i++)
    if (table_counterpart(pair->from, pair->to, i) < 0) return true;
  return false;
}

bool dqs_table_captures(Ctx *ctx, const Index *index, const Table *from,
                        const Table *to) {
  ColumnPair pair = {from, to};
  if (!has_new_column(&pair)) return false;
  bool captive = is_captive(ctx, &pair, &index->where);
  for (int i = 0; i < index->nterm; i++)
    captive |= is_captive(ctx, &pair, &index->terms[i].expr);
  return captive;
}

/* ---- tables ------------------------------------------------------------- */

static void *copy_bytes(Ctx *ctx, const void *bytes, size_t size) {
  void *copy = mem_new(ctx, size);
  return copy && size ? memcpy(copy, bytes, size) : copy;
}

/* A norm that nothing else has. */
static const char *apart(Ctx *ctx, const char *norm) {
  return mem_printf(ctx, "%s (to be quoted)", norm);
}

static bool set_columns_apart(Ctx *ctx, const ColumnPair *pair,
                              Column *columns) {
  bool any = false;
  for (int i = 0; ctx_ok(ctx) && i < pair->from->ncolumn; i++) {
    if (!is_captive(ctx, pair, &columns[i].generated)) continue;
    columns[i].norm = apart(ctx, columns[i].norm);
    if (columns[i].norm)
      columns[i].part_ends[PART_GENERATED] = (int)strlen(columns[i].norm);
    any = true;
  }
  return any;
}

static bool set_checks_apart(Ctx *ctx, const ColumnPair *pair,
                             Constraint *list) {
  bool any = false;
  for (int i = 0; ctx_ok(ctx) && i < pair->from->nconstraint; i++) {
    if (!is_captive(ctx, pair, &list[i].check)) continue;
    list[i].norm = apart(ctx, list[i].norm);
    list[i].rule = apart(ctx, list[i].rule);
    any = true;
  }
  return any;
}

const Table *dqs_table_isolate(Ctx *ctx, const Table *from, const Table *to) {
  ColumnPair pair = {from, to};
  if (!ctx_ok(ctx) || !has_new_column(&pair)) return from;
  Table *copy = (Table *)copy_bytes(ctx, from, sizeof(Table));
  Column *columns = (Column *)copy_bytes(
      ctx, from->columns, sizeof(Column) * (size_t)from->ncolumn);
  Constraint *list = (Constraint *)copy_bytes(
      ctx, from->constraints, sizeof(Constraint) * (size_t)from->nconstraint);
  if (!ctx_ok(ctx)) return from;
  bool any = set_columns_apart(ctx, &pair, columns);
  any |= set_checks_apart(ctx, &pair, list);
  copy->columns = columns;
  copy->constraints = list;
  return any ? copy : from;
}

/* ---- a definition that says what it said -------------------------------- */

static bool same_words(Ctx *ctx, const char *a, const char *b) {
  if (a == NULL || b == NULL || !ctx_ok(ctx)) return false;
  if (strcmp(a, b) == 0) return true;
  Tokens x = token_list(ctx, a), y = token_list(ctx, b);
  const char *p = token_normal(ctx, &x, 0, x.count, NULL);
  const char *q = token_normal(ctx, &y, 0, y.count, NULL);
  return p && q && strcmp(p, q) == 0;
}

/* Has `from` the same expression for the column of that name, or, if that is
** NULL, for a CHECK? */
static bool was_said(Ctx *ctx, const Table *from, const Expr *expr,
                     const char *column) {
  int at = column ? table_column(from, column) : -1;
  if (column)
    return at >= 0 &&
           same_words(ctx, from->columns[at].generated.sql, expr->sql);
  for (int i = 0; i < from->nconstraint; i++)
    if (same_words(ctx, from->constraints[i].check.sql, expr->sql)) return true;
  return false;
}

/* The text with the part that a span of it covers requoted. */
static const char *requote_span(Ctx *ctx, const ColumnPair *pair,
                                const char *sql, const Span *span) {
  const char *part = mem_text(ctx, sql + span->from, span->to - span->from);
  const char *single =
      part ? dqs_to_strings(ctx, part, false, comes_new, pair) : part;
  if (single == part) return sql;
  return mem_printf(ctx, "%.*s%s%s", span->from, sql, single, sql + span->to);
}

const char *dqs_table_requote(Ctx *ctx, const char *sql, const Table *from,
                              const Table *to) {
  ColumnPair pair = {from, to};
  if (!ctx_ok(ctx) || !has_new_column(&pair)) return sql;
  for (int i = 0; ctx_ok(ctx) && i < to->ncolumn; i++) {
    const Column *c = &to->columns[i];
    if (is_captive(ctx, &pair, &c->generated) &&
        was_said(ctx, from, &c->generated, c->name))
      return requote_span(ctx, &pair, sql, &c->parts[PART_GENERATED]);
  }
  for (int i = 0; ctx_ok(ctx) && i < to->nconstraint; i++) {
    const Constraint *c = &to->constraints[i];
    if (is_captive(ctx, &pair, &c->check) &&
        was_said(ctx, from, &c->check, NULL))
      return requote_span(ctx, &pair, sql, &c->span);
  }
  return sql;
}

/* ---- dropped columns ---------------------------------------------------- */

static bool is_gone(const void *arg, const char *name) {
  const ColumnPair *pair = (const ColumnPair *)arg;
  return table_column(pair->from, name) >= 0 &&
         table_column(pair->to, name) < 0;
}

/* Tables and schemas before and after a change. */
typedef struct ColumnChange {
  Ctx *ctx;
  ColumnPair pair;
  const Schema *before, *after;
  bool strict; /* a text that is new may not name the column, either */
} ColumnChange;

static void refuse_column(const ColumnChange *c, const char *column,
                          const char *what, const char *name) {
  err_set(c->ctx, SQLITE_ERROR,
          "table \"%s\": column \"%s\" cannot be dropped, because %s%s%s names "
          "it: change or drop that, too",
          c->pair.to->name, column, what, name, *what == 'C' ? ")" : "\"");
}

static const char *named_by(const ColumnChange *c, const Expr *expr) {
  return dqs_find_operand(c->ctx, expr->sql, is_gone, &c->pair);
}

/* A dropped column that the index names; NULL if it names none. */
static const char *named_by_index(const ColumnChange *c, const Index *index) {
  const char *column = named_by(c, &index->where);
  for (int i = 0; column == NULL && i < index->nterm; i++) {
    const Term *term = &index->terms[i];
    if (term->column == NULL)
      column = named_by(c, &term->expr);
    else if (is_gone(&c->pair, term->column))
      column = term->column;
  }
  return column;
}

/* A name in an index that did not name the column before is a string. */
static void check_index_names(const ColumnChange *c, const Index *index) {
  if (!name_equal(index->table, c->pair.to->name)) return;
  const char *column = named_by_index(c, index);
  if (column == NULL) return;
  const Index *old = schema_index(c->before, index->name);
  if (old ? named_by_index(c, old) != NULL : c->strict)
    refuse_column(c, column, "index \"", index->name);
}

static bool table_has_name(const ColumnChange *c, const Table *table) {
  bool names = false;
  for (int i = 0; i < table->ncolumn; i++)
    names |= named_by(c, &table->columns[i].generated) != NULL;
  for (int i = 0; i < table->nconstraint; i++)
    names |= named_by(c, &table->constraints[i].check) != NULL;
  return names;
}

/* A dropped column that the expression names, if that is no string: in a norm,
** strings are in single quotes. NULL if there is none. */
static const char *truly_named_by(const ColumnChange *c, const Expr *expr,
                                  bool was_said) {
  const Expr norm = {expr->norm, NULL};
  const char *column = named_by(c, expr);
  return column && was_said && named_by(c, &norm) == NULL ? NULL : column;
}

/* So is one in a CHECK or a generated column that says what one said before. */
static void check_table(const ColumnChange *c) {
  const Table *from = c->pair.from, *to = c->pair.to;
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

/* A string that is a whole term of an index cannot be written otherwise: SQLite
** takes 'x' for a name there. */
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
  ColumnPair back = {c->pair.to, c->pair.from};
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
