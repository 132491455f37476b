#include "schema/tablediff.h"

#include "base/token.h"
#include "schema/dqs_table.h"

static TableDiffEntry *add_difference(Ctx *ctx, TableDiff *diff,
                                      DiffKind kind) {
  TableDiffEntry *entry = MEM_PUSH(ctx, diff->list, diff->count);
  if (entry == NULL) return NULL;
  entry->kind = kind;
  entry->column_from = entry->column_to = -1;
  entry->constraint_from = entry->constraint_to = -1;
  return entry;
}

/* ---- columns ------------------------------------------------------------ */

/* Returns true if the terms include the column. */
static bool is_of(const Term *terms, int nterm, const char *column) {
  for (int i = 0; i < nterm; i++)
    if (terms[i].column && name_equal(terms[i].column, column)) return true;
  return false;
}

static bool in_key(const Table *table, const char *column) {
  const Constraint *key = table_primary_key(table);
  return key && is_of(key->terms, key->nterm, column);
}

/* Returns true if a generated column uses the column. */
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

/* Returns true for an integer literal of at most 18 digits: a longer one may
** become a REAL. */
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
    TokenKind literal;
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

/* Returns the traits of a column that stays. */
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

/* Returns the kind of a difference in NOT NULL. */
static DiffKind not_null_kind(const Column *a, const Column *b) {
  if (!a->notnull) return TABLEDIFF_NOT_NULL;
  if (!b->notnull) return TABLEDIFF_NULL;
  return a->conflict == b->conflict ? TABLEDIFF_NAME : TABLEDIFF_CONFLICT;
}

static void compare_column(Ctx *ctx, TableDiff *diff, int from, int to) {
  static const DiffKind kinds[] = {TABLEDIFF_TYPE, TABLEDIFF_NOT_NULL,
                                   TABLEDIFF_DEFAULT, TABLEDIFF_COLLATE,
                                   TABLEDIFF_GENERATED};
  const Column *a = &diff->from->columns[from];
  const Column *b = &diff->to->columns[to];
  for (int part = 0; ctx_ok(ctx) && part < COLUMN_PARTS; part++) {
    if (column_part_equal(a, b, part)) continue;
    TableDiffEntry *d = add_difference(ctx, diff, kinds[part]);
    if (d == NULL) return;
    if (part == PART_NOT_NULL) d->kind = not_null_kind(a, b);
    bool is_rowid = part == PART_NOT_NULL && from == diff->from->rowid_alias &&
                    to == diff->to->rowid_alias;
    if (is_rowid) d->kind = TABLEDIFF_NAME; /* NOT NULL has no effect */
    d->column_from = from;
    d->column_to = to;
    d->traits = column_traits(ctx, diff, from, to);
    if (type_affinity(a->type) != type_affinity(b->type))
      d->traits |= TRAIT_AFFINITY;
    if (a->notnull_name || b->notnull_name || a->conflict || b->conflict)
      d->traits |= TRAIT_SAYS;
  }
  if (b->backfill) tablediff_add_values(ctx, diff);
}

/* Returns true if a column that stays follows the new column. */
static bool stands_before(const TableDiff *diff, int to) {
  for (int i = to + 1; i < diff->to->ncolumn; i++)
    if (table_column(diff->from, diff->to->columns[i].name) >= 0) return true;
  return false;
}

static bool has_checks(const Table *table) {
  for (int i = 0; i < table->nconstraint; i++)
    if (table->constraints[i].kind == CONSTRAINT_CHECK) return true;
  return false;
}

/* Returns true if the existing rows must be checked when the column is added.
** */
static bool needs_check(const Table *table, int column, bool no_default) {
  const Column *c = &table->columns[column];
  for (int i = 0; i < table->nconstraint; i++)
    if (table->constraints[i].column == column &&
        table->constraints[i].kind == CONSTRAINT_FOREIGN && !no_default)
      return true;
  return has_checks(table) || table->strict || (c->notnull && c->generated.sql);
}

/* Returns the traits of a new column. */
static unsigned new_traits(const TableDiff *diff, int to) {
  const Table *table = diff->to;
  const Column *c = &table->columns[to];
  bool no_default =
      c->default_value.sql == NULL || name_equal(c->default_value.sql, "NULL");
  unsigned traits = 0;
  if (c->stored) traits |= TRAIT_STORED;
  if (table->strict && (c->generated.sql || !tablediff_default_fits(c)))
    traits |= TRAIT_STRICT;
  if (!tablediff_is_literal(&c->default_value)) traits |= TRAIT_DEFAULT;
  if (c->notnull && !c->generated.sql && no_default) traits |= TRAIT_EMPTY;
  if (stands_before(diff, to)) traits |= TRAIT_MIDDLE;
  if (needs_check(table, to, no_default)) traits |= TRAIT_CHECKED;
  for (int i = 0; i < table->nconstraint; i++)
    if (table->constraints[i].column == to &&
        constraint_is_key(&table->constraints[i]))
      traits |= TRAIT_UNIQUE;
  return traits;
}

/* Returns the traits of a dropped column. */
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

static void compare_columns(Ctx *ctx, TableDiff *diff) {
  const Table *from = diff->from, *to = diff->to;
  for (int i = 0; ctx_ok(ctx) && i < from->ncolumn; i++) {
    int k = table_column(to, from->columns[i].name);
    if (k >= 0) {
      compare_column(ctx, diff, i, k);
      continue;
    }
    TableDiffEntry *d = add_difference(ctx, diff, TABLEDIFF_DROP_COLUMN);
    if (d == NULL) return;
    d->column_from = i;
    d->traits = dropped_traits(ctx, from, i);
  }
  for (int k = 0; ctx_ok(ctx) && k < to->ncolumn; k++) {
    if (table_column(from, to->columns[k].name) >= 0) continue;
    TableDiffEntry *d = add_difference(ctx, diff, TABLEDIFF_ADD_COLUMN);
    if (d == NULL) return;
    d->column_to = k;
    d->traits = new_traits(diff, k);
    if (to->columns[k].backfill) tablediff_add_values(ctx, diff);
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

/* Returns true if `b` is a changed form of `a`: same kind, and same columns,
** parent or rule. */
static bool is_changed_form(const Constraint *a, const Constraint *b) {
  if (a->kind != b->kind) return false;
  switch (a->kind) {
  case CONSTRAINT_PRIMARY: return true;
  case CONSTRAINT_UNIQUE: return same_key_columns(a, b);
  case CONSTRAINT_CHECK: return strcmp(a->rule, b->rule) == 0;
  case CONSTRAINT_FOREIGN: return same_key_columns(a, b) && same_parent(a, b);
  }
  return false;
}

/* For each kind of constraint: it is added, dropped, or changed. */
static const DiffKind constraint_kinds[][3] = {
    [CONSTRAINT_PRIMARY] = {TABLEDIFF_KEY, TABLEDIFF_KEY, TABLEDIFF_KEY},
    [CONSTRAINT_UNIQUE] = {TABLEDIFF_ADD_UNIQUE, TABLEDIFF_DROP_UNIQUE,
                           TABLEDIFF_UNIQUE},
    [CONSTRAINT_CHECK] = {TABLEDIFF_ADD_CHECK, TABLEDIFF_DROP_CHECK,
                          TABLEDIFF_NAME},
    [CONSTRAINT_FOREIGN] = {TABLEDIFF_ADD_FOREIGN, TABLEDIFF_DROP_FOREIGN,
                            TABLEDIFF_FOREIGN},
};

/* Returns true if constraint i of the new table is added, and not as part of a
** new column. */
static bool is_added(const TableDiff *diff, int i) {
  const Constraint *c = &diff->to->constraints[i];
  return table_lacks_constraint(diff->from, diff->to, i) &&
         !constraint_follows_column(diff->to, c, diff->from);
}

/* Returns true if constraint i of the old table is dropped, and not as part of
** a dropped column. */
static bool is_rule_dropped(const TableDiff *diff, int i) {
  const Constraint *c = &diff->from->constraints[i];
  return table_lacks_constraint(diff->to, diff->from, i) &&
         !constraint_follows_column(diff->from, c, diff->to);
}

/* Returns the added constraint that dropped constraint i becomes; -1 if none.
** */
static int successor(const TableDiff *diff, const bool *matched, int i) {
  const Constraint *a = &diff->from->constraints[i];
  for (int k = 0; k < diff->to->nconstraint; k++)
    if (!matched[k] && is_added(diff, k) &&
        is_changed_form(a, &diff->to->constraints[k]))
      return k;
  return -1;
}

static void compare_constraint(Ctx *ctx, TableDiff *diff, int from, int to) {
  const Constraint *a = from < 0 ? NULL : &diff->from->constraints[from];
  const Constraint *b = to < 0 ? NULL : &diff->to->constraints[to];
  int kind = a ? a->kind : b->kind;
  TableDiffEntry *d = add_difference(ctx, diff,
                                     constraint_kinds[kind][!a   ? 0
                                                            : !b ? 1
                                                                 : 2]);
  if (d == NULL) return;
  if (a && b && strcmp(a->rule, b->rule) == 0) d->kind = TABLEDIFF_NAME;
  d->constraint_from = from;
  d->constraint_to = to;
  if (a && a->name == NULL) d->traits |= TRAIT_UNNAMED;
}

static void compare_constraints(Ctx *ctx, TableDiff *diff) {
  bool *matched = (bool *)mem_new(ctx, (size_t)diff->to->nconstraint + 1);
  for (int i = 0; ctx_ok(ctx) && i < diff->from->nconstraint; i++) {
    if (!is_rule_dropped(diff, i)) continue;
    int k = successor(diff, matched, i);
    if (k >= 0) matched[k] = true;
    compare_constraint(ctx, diff, i, k);
  }
  for (int k = 0; ctx_ok(ctx) && k < diff->to->nconstraint; k++)
    if (is_added(diff, k) && !matched[k]) compare_constraint(ctx, diff, -1, k);
}

/* ---- the whole ---------------------------------------------------------- */

TableDiff tablediff_compare(Ctx *ctx, const Table *from, const Table *to) {
  TableDiff diff = {dqs_table_isolate(ctx, from, to), to, NULL, 0};
  if (!ctx_ok(ctx)) return diff;
  if (table_options(from) != table_options(to))
    add_difference(ctx, &diff, TABLEDIFF_OPTIONS);
  compare_columns(ctx, &diff);
  compare_constraints(ctx, &diff);
  return diff;
}

void tablediff_add_values(Ctx *ctx, TableDiff *diff) {
  if (ctx_ok(ctx) && !tablediff_has(diff, TABLEDIFF_VALUES))
    add_difference(ctx, diff, TABLEDIFF_VALUES);
}

bool tablediff_has(const TableDiff *diff, DiffKind kind) {
  for (int i = 0; i < diff->count; i++)
    if (diff->list[i].kind == kind) return true;
  return false;
}

/* Words for messages. The name of the column follows, if there is one. */
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

char *tablediff_describe(Ctx *ctx, const TableDiff *diff,
                         const TableDiffEntry *entry) {
  const char *word = words[entry->kind];
  const char *name =
      entry->column_to >= 0     ? diff->to->columns[entry->column_to].name
      : entry->column_from >= 0 ? diff->from->columns[entry->column_from].name
                                : NULL;
  return name ? mem_printf(ctx, "%s \"%s\"", word, name)
              : mem_text(ctx, word, -1);
}
