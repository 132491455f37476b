#include "base/token.h"
#include "run/lint.h"
#include "schema/type_note.h"

/* ---- keys and indexes --------------------------------------------------- */

/* The terms of an index, or of the index that SQLite creates for a key. */
typedef struct LintIndex {
  const char *name; /* NULL: of a key */
  const Term *terms;
  int nterm;
  bool unique;
} LintIndex;

typedef struct LintIndexes {
  LintIndex *list;
  int count;
} LintIndexes;

static void lint_add_index(Ctx *ctx, LintIndexes *all, const char *name,
                           const Term *terms, int nterm, bool unique) {
  LintIndex *slot = MEM_PUSH(ctx, all->list, all->count);
  if (slot) *slot = (LintIndex){name, terms, nterm, unique};
}

/* Returns the keys of the table, then its indexes without WHERE. */
static LintIndexes indexes_of(Lint *lint, const Table *table) {
  Ctx *ctx = lint->ctx;
  LintIndexes all = {NULL, 0};
  for (int i = 0; i < table->nconstraint; i++) {
    const Constraint *c = &table->constraints[i];
    if (c->kind == CONSTRAINT_PRIMARY || c->kind == CONSTRAINT_UNIQUE)
      lint_add_index(ctx, &all, NULL, c->terms, c->nterm, true);
  }
  for (int i = 0; i < lint->schema->nindex; i++) {
    const Index *index = lint->schema->indexes[i];
    if (name_equal(index->table, table->name) && index->where.sql == NULL)
      lint_add_index(ctx, &all, index->name, index->terms, index->nterm,
                     index->unique);
  }
  return all;
}

static bool has_term(const Term *terms, int nterm, const char *column) {
  for (int i = 0; i < nterm; i++)
    if (terms[i].column && name_equal(terms[i].column, column)) return true;
  return false;
}

/* Returns true if the columns of the foreign key are the first of an index. */
static bool is_indexed(const LintIndexes *all, const Constraint *key) {
  for (int i = 0; i < all->count; i++) {
    const LintIndex *index = &all->list[i];
    bool covered = index->nterm >= key->nterm;
    for (int k = 0; covered && k < key->nterm; k++)
      covered = has_term(index->terms, key->nterm, key->terms[k].column);
    if (covered) return true;
  }
  return false;
}

/* Returns the SQL that adds an index on the columns of the foreign key: to the
** declarations, or to a table that is not declared. */
static const char *index_fix(Ctx *ctx, const Table *table,
                             const Constraint *key) {
  const char *columns = lint_columns(ctx, key->terms, key->nterm);
  if (table->model)
    return mem_printf(ctx,
                      "INSERT INTO orm_constraint(model, definition) VALUES "
                      "(%Q, 'INDEX (%q)')",
                      table->model, columns);
  return mem_printf(ctx, "CREATE INDEX \"ix_%w_%w\" ON \"%w\" (%s)",
                    table->name, key->terms[0].column, table->name, columns);
}

void lint_foreign_key_index(Lint *lint) {
  Ctx *ctx = lint->ctx;
  for (int i = 0; ctx_ok(ctx) && i < lint->schema->ntable; i++) {
    const Table *table = lint->schema->tables[i];
    LintIndexes indexes = indexes_of(lint, table);
    for (int k = 0; ctx_ok(ctx) && k < table->nconstraint; k++) {
      const Constraint *c = &table->constraints[k];
      if (c->kind != CONSTRAINT_FOREIGN || is_indexed(&indexes, c)) continue;
      lint_add(lint, NULL,
               mem_printf(ctx, "%s.%s", table->name, c->terms[0].column),
               mem_printf(ctx,
                          "the foreign key to \"%s\" has no index: each DELETE "
                          "or change of a key in \"%s\" reads all of \"%s\"",
                          c->parent, c->parent, table->name),
               index_fix(ctx, table, c),
               lint_rows_text(ctx, lint_rows(lint, table)));
    }
  }
}

void lint_no_key(Lint *lint) {
  Ctx *ctx = lint->ctx;
  for (int i = 0; ctx_ok(ctx) && i < lint->schema->ntable; i++) {
    const Table *table = lint->schema->tables[i];
    LintIndexes indexes = indexes_of(lint, table);
    bool keyed = table->rowid_alias >= 0;
    for (int k = 0; k < indexes.count; k++) keyed |= indexes.list[k].unique;
    if (keyed) continue;
    lint_add(lint, NULL, table->name,
             "no PRIMARY KEY and no UNIQUE: equal rows cannot be told apart, "
             "and VACUUM may renumber the rowids",
             NULL, lint_rows_text(ctx, lint_rows(lint, table)));
  }
}

static bool is_same_term(const Term *a, const Term *b) {
  const char *x = a->own_collate ? NULL : a->collate;
  const char *y = b->own_collate ? NULL : b->collate;
  if (!name_equal(x, y) || a->desc != b->desc) return false;
  if (a->column || b->column) return name_equal(a->column, b->column);
  return a->expr.norm && b->expr.norm &&
         strcmp(a->expr.norm, b->expr.norm) == 0;
}

/* Returns true if index b does all that a does. Of two equal indexes only the
** later one is useless. */
static bool replaces(const LintIndex *a, const LintIndex *b, bool earlier) {
  if (a->nterm > b->nterm) return false;
  for (int i = 0; i < a->nterm; i++)
    if (!is_same_term(&a->terms[i], &b->terms[i])) return false;
  bool equal = a->nterm == b->nterm;
  if (a->unique) return equal && b->unique && earlier;
  return !equal || b->unique || earlier;
}

/* Returns the SQL that removes an index, NULL if it is part of the definition
** of a column. */
static const char *drop_fix(Lint *lint, const Table *table, const char *name) {
  const Index *index = schema_index(lint->schema, name);
  if (index->id)
    return mem_printf(lint->ctx, "DELETE FROM orm_constraint WHERE id = %lld",
                      index->id);
  if (table->model) return NULL;
  return mem_printf(lint->ctx, "DROP INDEX \"%w\"", name);
}

void lint_duplicate_index(Lint *lint) {
  Ctx *ctx = lint->ctx;
  for (int i = 0; ctx_ok(ctx) && i < lint->schema->ntable; i++) {
    const Table *table = lint->schema->tables[i];
    LintIndexes all = indexes_of(lint, table);
    for (int a = 0; a < all.count; a++) {
      const LintIndex *index = &all.list[a];
      int b = 0;
      while (b < all.count && (a == b || !replaces(index, &all.list[b], b < a)))
        b++;
      if (index->name == NULL || b == all.count) continue;
      const LintIndex *other = &all.list[b];
      lint_add(lint, NULL, index->name,
               other->name
                   ? mem_printf(ctx, "index \"%s\" of \"%s\" does the same",
                                other->name, table->name)
                   : mem_printf(ctx, "the key (%s) of \"%s\" does the same",
                                lint_columns(ctx, other->terms, other->nterm),
                                table->name),
               drop_fix(lint, table, index->name),
               lint_rows_text(ctx, lint_rows(lint, table)));
    }
  }
}

/* ---- columns and constraints -------------------------------------------- */

/* Returns how many values of the column SQLite has stored as numbers. */
static const char *stored_as_numbers(Lint *lint, const Table *table,
                                     const Column *c) {
  if (lint_rows(lint, table) < 0) return NULL;
  return lint_text(
      lint,
      mem_printf(lint->ctx,
                 "SELECT printf('%%d of %%d values are numbers',"
                 " sum(typeof(\"%w\") IN ('integer', 'real')), count(\"%w\"))"
                 " FROM \"main\".\"%w\"",
                 c->name, c->name, table->name));
}

void lint_type(Lint *lint) {
  Ctx *ctx = lint->ctx;
  for (int i = 0; ctx_ok(ctx) && i < lint->schema->ntable; i++) {
    const Table *table = lint->schema->tables[i];
    for (int k = 0; ctx_ok(ctx) && k < table->ncolumn; k++) {
      const Column *c = &table->columns[k];
      const char *note = type_note_column(ctx, c);
      if (note)
        lint_add(lint, NULL, mem_printf(ctx, "%s.%s", table->name, c->name),
                 note, NULL, stored_as_numbers(lint, table, c));
    }
  }
}

static bool uses_columns(Ctx *ctx, const Table *table, const Expr *expr) {
  for (int i = 0; i < table->ncolumn; i++)
    if (expr_uses(ctx, expr, table->columns[i].name)) return true;
  for (int i = 0; i < ROWID_NAMES; i++)
    if (table_rowid_name(table, i) &&
        expr_uses(ctx, expr, table_rowid_name(table, i)))
      return true;
  return false;
}

/* Returns true if the expression, a comparison with NULL, is never false. */
static bool compares_with_null(Ctx *ctx, const Expr *expr) {
  static const char *const operators[] = {"=", "==", "<>", "!=", "<",
                                          ">", "<=", ">=", NULL};
  Tokens tokens = token_list(ctx, expr->sql);
  for (int i = 1; ctx_ok(ctx) && i < tokens.count; i++) {
    bool last = i + 1 == tokens.count;
    if (last && token_is(&tokens.list[i], "NULL") &&
        token_is_one_of(&tokens.list[i - 1], operators))
      return i <= 2;
  }
  return false;
}

/* Returns why the CHECK is never false, or NULL. */
static const char *never_false(Lint *lint, const Table *table,
                               const Constraint *c) {
  Ctx *ctx = lint->ctx;
  if (compares_with_null(ctx, &c->check))
    return "a comparison with NULL is never false: write IS NOT NULL";
  if (uses_columns(ctx, table, &c->check)) return NULL;
  i64 value = lint_int(
      lint, mem_printf(ctx, "SELECT coalesce((%s), 1) <> 0", c->check.sql));
  return value == 1 ? "it names no column, so it is never false" : NULL;
}

void lint_check_constant(Lint *lint) {
  Ctx *ctx = lint->ctx;
  for (int i = 0; ctx_ok(ctx) && i < lint->schema->ntable; i++) {
    const Table *table = lint->schema->tables[i];
    for (int k = 0; ctx_ok(ctx) && k < table->nconstraint; k++) {
      const Constraint *c = &table->constraints[k];
      const char *why =
          c->kind == CONSTRAINT_CHECK ? never_false(lint, table, c) : NULL;
      if (why)
        lint_add(lint, NULL, table->name,
                 mem_printf(ctx, "CHECK (%s): %s", c->check.sql, why), NULL,
                 lint_rows_text(ctx, lint_rows(lint, table)));
    }
  }
}

/* ---- declarations and views --------------------------------------------- */

void lint_declaration(Lint *lint) {
  const Invalids *wrongs = &lint->difference.wrongs;
  for (int i = 0; ctx_ok(lint->ctx) && i < wrongs->count; i++) {
    const Invalid *w = &wrongs->list[i];
    const char *object = w->object ? w->object : w->model;
    if (w->object && w->model)
      object = mem_printf(lint->ctx, "%s.%s", w->model, w->object);
    if (w->message)
      lint_add(lint, NULL, object ? object : "models", w->message, NULL, NULL);
  }
}

/* Returns the SQL that removes a view, from the declarations if it is
** declared. */
static const char *view_fix(Lint *lint, const char *name) {
  const Object *view = schema_object(lint->schema, OBJECT_VIEW, name);
  if (view && view->id)
    return mem_printf(lint->ctx, "DELETE FROM orm_object WHERE id = %lld",
                      view->id);
  return mem_printf(lint->ctx, "DROP VIEW \"%w\"", name);
}

void lint_view(Lint *lint) {
  Ctx *ctx = lint->ctx;
  for (int i = 0; ctx_ok(ctx) && i < lint->live->nobject; i++) {
    const Object *view = lint->live->objects[i];
    if (view->type != OBJECT_VIEW) continue;
    db_finish(
        db_prepare(ctx, "SELECT * FROM \"main\".\"%w\" LIMIT 0", view->name));
    if ((ctx->rc & 0xff) != SQLITE_ERROR) continue;
    const char *message = err_take(ctx);
    lint_add(lint, NULL, view->name,
             mem_printf(ctx, "the view does not work: %s", message),
             view_fix(lint, view->name), NULL);
  }
}
