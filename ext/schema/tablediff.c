#include "schema/tablediff.h"

#include "base/token.h"
#include "schema/dqs_table.h"

static TableDiffEntry *add_delta(Ctx *ctx, TableDiff *deltas, DiffKind kind) {
  TableDiffEntry *delta = MEM_PUSH(ctx, deltas->list, deltas->count);
  if (delta == NULL) return NULL;
  delta->kind = kind;
  delta->column_from = delta->column_to = -1;
  delta->constraint_from = delta->constraint_to = -1;
  return delta;
}

/* ---- columns ------------------------------------------------------------ */

static bool is_of(const Term *terms, int nterm, const char *column) {
  for (int i = 0; i < nterm; i++)
    if (terms[i].column && name_equal(terms[i].column, column)) return true;
  return false;
}

static bool in_key(const Table *table, const char *column) {
  const Constraint *key = table_primary_key(table);
  return key && is_of(key->terms, key->nterm, column);
}

static bool feeds(Ctx *ctx, const Table *table, const char *column) {
  for (int i = 0; i < table->ncolumn; i++)
    if (expr_uses(ctx, &table->columns[i].generated, column)) return true;
  return false;
}

bool tablediff_is_literal(const Expr *value) {
  if (value->sql == NULL || name_equal(value->sql, "NULL")) return true;
  Token token = token_next(value->sql);
  return token.type != TOKEN_WORD && !token_is(&token, "(");
}

/* Is it one that is no REAL, and does not become one because it is big? */
static bool is_integer(const Token *number) {
  int digits = 0;
  while (digits < number->n && number->z[digits] >= '0' &&
         number->z[digits] <= '9')
    digits++;
  return digits == number->n && digits <= 18;
}

bool tablediff_default_fits(const Column *column) {
  static const struct {
    const char *type;
    TokenType literal;
  } types[] = {{"INT", TOKEN_NUMBER},
               {"INTEGER", TOKEN_NUMBER},
               {"REAL", TOKEN_NUMBER},
               {"TEXT", TOKEN_STRING},
               {"BLOB", TOKEN_BLOB}};
  const char *value = column->default_value.sql;
  if (value == NULL || name_equal(value, "NULL")) return true;
  Token token = token_next(value);
  if (token_is(&token, "-") || token_is(&token, "+"))
    token = token_next(token.z + token.n);
  for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
    if (name_equal(types[i].type, column->type))
      return token.type == types[i].literal &&
             (types[i].type[0] != 'I' || is_integer(&token));
  return true; /* ANY */
}

static unsigned column_traits(Ctx *ctx, const TableDiff *d, int from, int to) {
  const Column *a = &d->from->columns[from], *b = &d->to->columns[to];
  unsigned traits = 0;
  if (in_key(d->from, a->name) || in_key(d->to, b->name)) traits |= TRAIT_KEY;
  if (feeds(ctx, d->from, a->name) || feeds(ctx, d->to, b->name))
    traits |= TRAIT_FEEDS;
  if (a->generated.sql || b->generated.sql) traits |= TRAIT_GENERATED;
  if (d->from->strict || d->to->strict) traits |= TRAIT_STRICT;
  return traits;
}

/* NOT NULL comes, goes, or says something else. */
static DiffKind not_null_kind(const Column *a, const Column *b) {
  if (!a->notnull) return TABLEDIFF_NOT_NULL;
  if (!b->notnull) return TABLEDIFF_NULL;
  return a->conflict == b->conflict ? TABLEDIFF_NAME : TABLEDIFF_CONFLICT;
}

static void compare_column(Ctx *ctx, TableDiff *deltas, int from, int to) {
  static const DiffKind kinds[] = {TABLEDIFF_TYPE, TABLEDIFF_NOT_NULL,
                                   TABLEDIFF_DEFAULT, TABLEDIFF_COLLATE,
                                   TABLEDIFF_GENERATED};
  const Column *a = &deltas->from->columns[from];
  const Column *b = &deltas->to->columns[to];
  for (int part = 0; ctx_ok(ctx) && part < COLUMN_PARTS; part++) {
    if (column_part_equal(a, b, part)) continue;
    TableDiffEntry *d = add_delta(ctx, deltas, kinds[part]);
    if (d == NULL) return;
    if (part == PART_NOT_NULL) d->kind = not_null_kind(a, b);
    bool rowid = part == PART_NOT_NULL && from == deltas->from->rowid_alias &&
                 to == deltas->to->rowid_alias;
    if (rowid) d->kind = TABLEDIFF_NAME; /* NOT NULL has no effect there */
    d->column_from = from;
    d->column_to = to;
    d->traits = column_traits(ctx, deltas, from, to);
    if (type_affinity(a->type) != type_affinity(b->type))
      d->traits |= TRAIT_AFFINITY;
    if (a->notnull_name || b->notnull_name || a->conflict || b->conflict)
      d->traits |= TRAIT_SAYS;
  }
  if (b->backfill) tablediff_add_values(ctx, deltas);
}

/* Do columns that stay stand behind it? */
static bool stands_before(const TableDiff *deltas, int to) {
  for (int i = to + 1; i < deltas->to->ncolumn; i++)
    if (table_column(deltas->from, deltas->to->columns[i].name) >= 0)
      return true;
  return false;
}

static bool has_checks(const Table *table) {
  for (int i = 0; i < table->nconstraint; i++)
    if (table->constraints[i].kind == CONSTRAINT_CHECK) return true;
  return false;
}

/* Are the rows to be looked at, for what comes with the column? */
static bool needs_check(const Table *table, int column, bool no_default) {
  const Column *c = &table->columns[column];
  for (int i = 0; i < table->nconstraint; i++)
    if (table->constraints[i].column == column &&
        table->constraints[i].kind == CONSTRAINT_FOREIGN && !no_default)
      return true;
  return has_checks(table) || table->strict || (c->notnull && c->generated.sql);
}

static unsigned new_traits(const TableDiff *deltas, int to) {
  const Table *table = deltas->to;
  const Column *c = &table->columns[to];
  bool no_default =
      c->default_value.sql == NULL || name_equal(c->default_value.sql, "NULL");
  unsigned traits = 0;
  if (c->stored) traits |= TRAIT_STORED;
  if (table->strict && (c->generated.sql || !tablediff_default_fits(c)))
    traits |= TRAIT_STRICT;
  if (!tablediff_is_literal(&c->default_value)) traits |= TRAIT_DEFAULT;
  if (c->notnull && !c->generated.sql && no_default) traits |= TRAIT_EMPTY;
  if (stands_before(deltas, to)) traits |= TRAIT_MIDDLE;
  if (needs_check(table, to, no_default)) traits |= TRAIT_CHECKED;
  for (int i = 0; i < table->nconstraint; i++)
    if (table->constraints[i].column == to &&
        constraint_is_key(&table->constraints[i]))
      traits |= TRAIT_UNIQUE;
  return traits;
}

static unsigned dropped_traits(Ctx *ctx, const Table *table, int from) {
  const char *name = table->columns[from].name;
  unsigned traits = 0;
  if (in_key(table, name)) traits |= TRAIT_KEY;
  if (feeds(ctx, table, name)) traits |= TRAIT_FEEDS;
  if (table->columns[from].generated.sql) traits |= TRAIT_GENERATED;
  for (int i = 0; i < table->nconstraint; i++) {
    const Constraint *c = &table->constraints[i];
    bool own = c->column == from && !constraint_is_key(c);
    if (!own &&
        (is_of(c->terms, c->nterm, name) || expr_uses(ctx, &c->check, name)))
      traits |= TRAIT_USED;
  }
  return traits;
}

static void compare_columns(Ctx *ctx, TableDiff *deltas) {
  const Table *from = deltas->from, *to = deltas->to;
  for (int i = 0; ctx_ok(ctx) && i < from->ncolumn; i++) {
    int k = table_column(to, from->columns[i].name);
    if (k >= 0) {
      compare_column(ctx, deltas, i, k);
      continue;
    }
    TableDiffEntry *d = add_delta(ctx, deltas, TABLEDIFF_DROP_COLUMN);
    if (d == NULL) return;
    d->column_from = i;
    d->traits = dropped_traits(ctx, from, i);
  }
  for (int k = 0; ctx_ok(ctx) && k < to->ncolumn; k++) {
    if (table_column(from, to->columns[k].name) >= 0) continue;
    TableDiffEntry *d = add_delta(ctx, deltas, TABLEDIFF_ADD_COLUMN);
    if (d == NULL) return;
    d->column_to = k;
    d->traits = new_traits(deltas, k);
    if (to->columns[k].backfill) tablediff_add_values(ctx, deltas);
  }
}

/* ---- constraints -------------------------------------------------------- */

static bool same_key_columns(const Constraint *a, const Constraint *b) {
  if (a->nterm != b->nterm) return false;
  for (int i = 0; i < a->nterm; i++)
    if (!name_equal(a->terms[i].column, b->terms[i].column)) return false;
  return true;
}

static bool same_parent(const Constraint *a, const Constraint *b) {
  if (!name_equal(a->parent, b->parent) || a->nparent != b->nparent)
    return false;
  for (int i = 0; i < a->nparent; i++)
    if (!name_equal(a->parent_columns[i], b->parent_columns[i])) return false;
  return true;
}

/* Is it the same constraint, said otherwise? */
static bool is_akin(const Constraint *a, const Constraint *b) {
  if (a->kind != b->kind) return false;
  switch (a->kind) {
  case CONSTRAINT_PRIMARY: return true;
  case CONSTRAINT_UNIQUE: return same_key_columns(a, b);
  case CONSTRAINT_CHECK: return strcmp(a->rule, b->rule) == 0;
  case CONSTRAINT_FOREIGN: return same_key_columns(a, b) && same_parent(a, b);
  }
  return false;
}

/* By the constraint's kind: it comes, goes, is said otherwise. */
static const DiffKind constraint_kinds[][3] = {
    [CONSTRAINT_PRIMARY] = {TABLEDIFF_KEY, TABLEDIFF_KEY, TABLEDIFF_KEY},
    [CONSTRAINT_UNIQUE] = {TABLEDIFF_ADD_UNIQUE, TABLEDIFF_DROP_UNIQUE,
                           TABLEDIFF_UNIQUE},
    [CONSTRAINT_CHECK] = {TABLEDIFF_ADD_CHECK, TABLEDIFF_DROP_CHECK,
                          TABLEDIFF_NAME},
    [CONSTRAINT_FOREIGN] = {TABLEDIFF_ADD_FOREIGN, TABLEDIFF_DROP_FOREIGN,
                            TABLEDIFF_FOREIGN},
};

static bool is_added(const TableDiff *deltas, int i) {
  const Constraint *c = &deltas->to->constraints[i];
  return table_lacks_constraint(deltas->from, deltas->to, i) &&
         !constraint_follows_column(deltas->to, c, deltas->from);
}

static bool is_rule_dropped(const TableDiff *deltas, int i) {
  const Constraint *c = &deltas->from->constraints[i];
  return table_lacks_constraint(deltas->to, deltas->from, i) &&
         !constraint_follows_column(deltas->from, c, deltas->to);
}

/* The added constraint that the dropped one becomes; -1 if it goes. */
static int successor(const TableDiff *deltas, const bool *taken, int i) {
  const Constraint *a = &deltas->from->constraints[i];
  for (int k = 0; k < deltas->to->nconstraint; k++)
    if (!taken[k] && is_added(deltas, k) &&
        is_akin(a, &deltas->to->constraints[k]))
      return k;
  return -1;
}

static void compare_constraint(Ctx *ctx, TableDiff *deltas, int from, int to) {
  const Constraint *a = from < 0 ? NULL : &deltas->from->constraints[from];
  const Constraint *b = to < 0 ? NULL : &deltas->to->constraints[to];
  int kind = a ? a->kind : b->kind;
  TableDiffEntry *d = add_delta(ctx, deltas,
                                constraint_kinds[kind][!a   ? 0
                                                       : !b ? 1
                                                            : 2]);
  if (d == NULL) return;
  if (a && b && strcmp(a->rule, b->rule) == 0) d->kind = TABLEDIFF_NAME;
  d->constraint_from = from;
  d->constraint_to = to;
  if (a && a->name == NULL) d->traits |= TRAIT_UNNAMED;
}

static void compare_constraints(Ctx *ctx, TableDiff *deltas) {
  bool *taken = (bool *)mem_new(ctx, (size_t)deltas->to->nconstraint + 1);
  for (int i = 0; ctx_ok(ctx) && i < deltas->from->nconstraint; i++) {
    if (!is_rule_dropped(deltas, i)) continue;
    int k = successor(deltas, taken, i);
    if (k >= 0) taken[k] = true;
    compare_constraint(ctx, deltas, i, k);
  }
  for (int k = 0; ctx_ok(ctx) && k < deltas->to->nconstraint; k++)
    if (is_added(deltas, k) && !taken[k])
      compare_constraint(ctx, deltas, -1, k);
}

/* ---- the whole ---------------------------------------------------------- */

TableDiff tablediff_compare(Ctx *ctx, const Table *from, const Table *to) {
  TableDiff deltas = {dqs_table_isolate(ctx, from, to), to, NULL, 0};
  if (!ctx_ok(ctx)) return deltas;
  if (table_options(from) != table_options(to))
    add_delta(ctx, &deltas, TABLEDIFF_OPTIONS);
  compare_columns(ctx, &deltas);
  compare_constraints(ctx, &deltas);
  return deltas;
}

void tablediff_add_values(Ctx *ctx, TableDiff *deltas) {
  if (ctx_ok(ctx) && !tablediff_has(deltas, TABLEDIFF_VALUES))
    add_delta(ctx, deltas, TABLEDIFF_VALUES);
}

bool tablediff_has(const TableDiff *deltas, DiffKind kind) {
  for (int i = 0; i < deltas->count; i++)
    if (deltas->list[i].kind == kind) return true;
  return false;
}

/* With the name of the column, where it is of one. */
static const char *const words[TABLEDIFF_KINDS] = {
    [TABLEDIFF_ADD_COLUMN] = "the new column",
    [TABLEDIFF_DROP_COLUMN] = "dropping",
    [TABLEDIFF_VALUES] = "filling columns",
    [TABLEDIFF_TYPE] = "the type of",
    [TABLEDIFF_NOT_NULL] = "NOT NULL for",
    [TABLEDIFF_NULL] = "no NOT NULL for",
    [TABLEDIFF_CONFLICT] = "ON CONFLICT of",
    [TABLEDIFF_DEFAULT] = "the DEFAULT of",
    [TABLEDIFF_COLLATE] = "the collation of",
    [TABLEDIFF_GENERATED] = "what generates",
    [TABLEDIFF_KEY] = "another PRIMARY KEY",
    [TABLEDIFF_ADD_UNIQUE] = "a new UNIQUE",
    [TABLEDIFF_DROP_UNIQUE] = "dropping a UNIQUE",
    [TABLEDIFF_UNIQUE] = "ON CONFLICT of a UNIQUE",
    [TABLEDIFF_ADD_CHECK] = "a new CHECK",
    [TABLEDIFF_DROP_CHECK] = "dropping a CHECK",
    [TABLEDIFF_ADD_FOREIGN] = "a new foreign key",
    [TABLEDIFF_DROP_FOREIGN] = "dropping a foreign key",
    [TABLEDIFF_FOREIGN] = "the actions of a foreign key",
    [TABLEDIFF_NAME] = "the name of a constraint",
    [TABLEDIFF_OPTIONS] = "STRICT or WITHOUT ROWID",
};

char *tablediff_describe(Ctx *ctx, const TableDiff *deltas,
                         const TableDiffEntry *delta) {
  const char *word = words[delta->kind];
  const char *name =
      delta->column_to >= 0     ? deltas->to->columns[delta->column_to].name
      : delta->column_from >= 0 ? deltas->from->columns[delta->column_from].name
                                : NULL;
  return name ? mem_printf(ctx, "%s \"%s\"", word, name)
              : mem_text(ctx, word, -1);
}
