#include "schema/schema.h"

#include <stdlib.h>

#include "base/nearest.h"
#include "base/token.h"
#include "schema/dqs.h"

/* ---- words of SQL for the enums ----------------------------------------- */

static const char *const affinity_names[] = {
    [AFFINITY_BLOB] = "BLOB",       [AFFINITY_TEXT] = "TEXT",
    [AFFINITY_NUMERIC] = "NUMERIC", [AFFINITY_INTEGER] = "INTEGER",
    [AFFINITY_REAL] = "REAL",
};

static const char *const conflict_names[] = {
    [CONFLICT_ABORT] = NULL,        [CONFLICT_ROLLBACK] = "ROLLBACK",
    [CONFLICT_FAIL] = "FAIL",       [CONFLICT_IGNORE] = "IGNORE",
    [CONFLICT_REPLACE] = "REPLACE",
};

static const char *const foreign_action_names[] = {
    [ACTION_NONE] = NULL,           [ACTION_RESTRICT] = "RESTRICT",
    [ACTION_SET_NULL] = "SET NULL", [ACTION_SET_DEFAULT] = "SET DEFAULT",
    [ACTION_CASCADE] = "CASCADE",
};

static const char *const constraint_kind_names[] = {
    [CONSTRAINT_PRIMARY] = "PRIMARY KEY",
    [CONSTRAINT_UNIQUE] = "UNIQUE",
    [CONSTRAINT_CHECK] = "CHECK",
    [CONSTRAINT_FOREIGN] = "FOREIGN KEY",
};

static const struct {
  const char *name, *keywords, *stored;
} object_types[] = {
    [OBJECT_VIEW] = {"view", "VIEW", "view"},
    [OBJECT_TRIGGER] = {"trigger", "TRIGGER", "trigger"},
    [OBJECT_VIRTUAL] = {"virtual table", "VIRTUAL TABLE", "table"},
};

const char *affinity_name(Affinity affinity) {
  return affinity_names[affinity];
}

const char *conflict_name(Conflict conflict) {
  return conflict_names[conflict];
}

const char *foreign_action_name(ForeignAction action) {
  return foreign_action_names[action];
}

const char *constraint_kind_name(ConstraintKind kind) {
  return constraint_kind_names[kind];
}

const char *object_type_name(ObjectType type) {
  return object_types[type].name;
}

const char *object_type_keywords(ObjectType type) {
  return object_types[type].keywords;
}

const char *object_type_stored(ObjectType type) {
  return object_types[type].stored;
}

/* ---- schemas ------------------------------------------------------------ */

Schema *schema_new(Ctx *ctx) {
  Schema *schema = MEM_NEW(ctx, Schema);
  if (schema == NULL) return NULL;
  schema->relations = map_new(ctx);
  schema->index_names = map_new(ctx);
  schema->triggers = map_new(ctx);
  return ctx_ok(ctx) ? schema : NULL;
}

/* A value in Schema.relations: a table, or a view or virtual table. They share
** one name space. */
typedef struct Relation {
  Table *table;
  Object *object;
} Relation;

static void add_relation(Ctx *ctx, Schema *schema, const char *name,
                         Table *table, Object *object) {
  Relation *other = (Relation *)map_get(schema->relations, name);
  if (other && other->table && table) {
    if (table->model && other->table->model)
      err_set(ctx, SQLITE_ERROR,
              "models \"%s\" and \"%s\" are both on table \"%s\"",
              other->table->model, table->model, name);
    else
      err_set(ctx, SQLITE_ERROR, "table \"%s\" is there twice", name);
  } else if (other) {
    err_set(ctx, SQLITE_ERROR, "\"%s\" is the name of a %s and of a %s", name,
            other->table ? "table" : object_type_name(other->object->type),
            table ? "table" : object_type_name(object->type));
  }
  Relation *relation = MEM_NEW(ctx, Relation);
  if (relation == NULL) return;
  relation->table = table;
  relation->object = object;
  map_put(ctx, schema->relations, name, relation);
}

void schema_add_table(Ctx *ctx, Schema *schema, Table *table) {
  if (!ctx_ok(ctx)) return;
  add_relation(ctx, schema, table->name, table, NULL);
  Table **slot = MEM_PUSH(ctx, schema->tables, schema->ntable);
  if (slot) *slot = table;
}

void schema_add_index(Ctx *ctx, Schema *schema, Index *index) {
  if (!ctx_ok(ctx)) return;
  const Index *other = schema_index(schema, index->name);
  if (other)
    err_set(ctx, SQLITE_ERROR,
            "index \"%s\" is there twice: on table \"%s\" and on table \"%s\"",
            index->name, other->table, index->table);
  Index **slot = MEM_PUSH(ctx, schema->indexes, schema->nindex);
  if (slot) *slot = index;
  map_put(ctx, schema->index_names, index->name, index);
}

void schema_add_object(Ctx *ctx, Schema *schema, Object *object) {
  if (!ctx_ok(ctx)) return;
  if (object->type != OBJECT_TRIGGER) {
    add_relation(ctx, schema, object->name, NULL, object);
  } else {
    if (map_get(schema->triggers, object->name))
      err_set(ctx, SQLITE_ERROR, "trigger \"%s\" is there twice", object->name);
    map_put(ctx, schema->triggers, object->name, object);
  }
  Object **slot = MEM_PUSH(ctx, schema->objects, schema->nobject);
  if (slot) *slot = object;
}

Table *schema_table(const Schema *schema, const char *name) {
  Relation *relation = (Relation *)map_get(schema->relations, name);
  return relation ? relation->table : NULL;
}

Index *schema_index(const Schema *schema, const char *name) {
  return (Index *)map_get(schema->index_names, name);
}

Object *schema_object(const Schema *schema, ObjectType type, const char *name) {
  if (type == OBJECT_TRIGGER) return (Object *)map_get(schema->triggers, name);
  Relation *relation = (Relation *)map_get(schema->relations, name);
  Object *object = relation ? relation->object : NULL;
  return object && object->type == type ? object : NULL;
}

/* ---- tables ------------------------------------------------------------- */

int table_column(const Table *table, const char *name) {
  for (int i = 0; i < table->ncolumn; i++)
    if (name_equal(table->columns[i].name, name)) return i;
  return -1;
}

int table_counterpart(const Table *table, const Table *other, int i) {
  const char *name = other->columns[i].name;
  bool here = i < table->ncolumn && name_equal(table->columns[i].name, name);
  return here ? i : table_column(table, name);
}

/* The names of the rowid, the most usual first. */
static const char *const rowid_names[ROWID_NAMES] = {"rowid", "oid", "_rowid_"};

static bool name_is_rowid(const char *name) {
  for (int i = 0; i < ROWID_NAMES; i++)
    if (name_equal(name, rowid_names[i])) return true;
  return false;
}

const char *table_rowid_name(const Table *table, int i) {
  bool hidden =
      table->without_rowid || table_column(table, rowid_names[i]) >= 0;
  return hidden ? NULL : rowid_names[i];
}

const char *table_rowid(const Table *table) {
  for (int i = 0; i < ROWID_NAMES; i++)
    if (table_rowid_name(table, i)) return rowid_names[i];
  return table->rowid_alias < 0 ? NULL
                                : table->columns[table->rowid_alias].name;
}

const Constraint *table_primary_key(const Table *table) {
  for (int i = 0; i < table->nconstraint; i++)
    if (table->constraints[i].kind == CONSTRAINT_PRIMARY)
      return &table->constraints[i];
  return NULL;
}

bool table_autoincrement(const Table *table) {
  const Constraint *key = table_primary_key(table);
  return key && key->autoincrement;
}

const char *column_default_value(Ctx *ctx, const Column *column) {
  if (column->default_value.sql == NULL) return "NULL";
  return mem_printf(ctx, "(%s)", column->default_value.sql);
}

const char *table_options(const Table *table) {
  static const char *const names[] = {NULL, "STRICT", "WITHOUT ROWID",
                                      "WITHOUT ROWID, STRICT"};
  return names[table->without_rowid * 2 + table->strict];
}

int table_count_norm(const Table *table, const char *norm) {
  int count = 0;
  for (int i = 0; i < table->nconstraint; i++)
    if (strcmp(table->constraints[i].norm, norm) == 0) count++;
  return count;
}

bool table_lacks_constraint(const Table *b, const Table *a, int i) {
  const char *norm = a->constraints[i].norm;
  int before = 0;
  for (int k = 0; k < i; k++)
    if (strcmp(a->constraints[k].norm, norm) == 0) before++;
  return before >= table_count_norm(b, norm);
}

bool constraint_follows_column(const Table *table, const Constraint *constraint,
                               const Table *other) {
  if (constraint->column < 0) return false;
  return table_column(other, table->columns[constraint->column].name) < 0;
}

Affinity type_affinity(const char *type) {
  static const struct {
    const char *part;
    Affinity affinity;
  } rules[] = {
      {"int", AFFINITY_INTEGER}, {"char", AFFINITY_TEXT},
      {"clob", AFFINITY_TEXT},   {"text", AFFINITY_TEXT},
      {"blob", AFFINITY_BLOB},   {"real", AFFINITY_REAL},
      {"floa", AFFINITY_REAL},   {"doub", AFFINITY_REAL},
  };
  if (*type == 0) return AFFINITY_BLOB;
  for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
    for (const char *z = type; *z; z++)
      if (sqlite3_strnicmp(z, rules[i].part, (int)strlen(rules[i].part)) == 0)
        return rules[i].affinity;
  return AFFINITY_NUMERIC;
}

Affinity table_affinity(const Table *table, int column) {
  const char *type = table->columns[column].type;
  if (table->strict && name_equal(type, "ANY")) return AFFINITY_BLOB;
  return type_affinity(type);
}

const char *table_suggest_column(Ctx *ctx, const Table *table,
                                 const char *name) {
  Nearest near = {.name = name};
  for (int i = 0; i < table->ncolumn; i++)
    nearest_try(&near, table->columns[i].name);
  return nearest_hint(ctx, &near, "");
}

/* Returns true if the table has the column. Mostly it is the column in whose
** definition the constraint stands, which needs no search. */
static bool names_column(const Table *table, const Constraint *c,
                         const char *name) {
  if (c->column >= 0 && name_equal(table->columns[c->column].name, name))
    return true;
  return table_column(table, name) >= 0;
}

void table_check_keys(Ctx *ctx, const Table *table) {
  int keys = 0;
  if (table->ncolumn == 0)
    err_set(ctx, SQLITE_ERROR, "table \"%s\" has no columns", table->name);
  for (int i = 0; ctx_ok(ctx) && i < table->nconstraint; i++) {
    const Constraint *c = &table->constraints[i];
    if (c->kind == CONSTRAINT_PRIMARY) keys++;
    for (int k = 0; k < c->nterm; k++)
      if (c->terms[k].column && !names_column(table, c, c->terms[k].column))
        err_set(ctx, SQLITE_ERROR,
                "table \"%s\" has no column \"%s\", which a constraint names%s",
                table->name, c->terms[k].column,
                table_suggest_column(ctx, table, c->terms[k].column));
  }
  if (keys > 1)
    err_set(ctx, SQLITE_ERROR, "table \"%s\" has more than one PRIMARY KEY",
            table->name);
}

/* Returns the index of the INTEGER PRIMARY KEY column; -1 if the table has none
** (https://sqlite.org/lang_createtable.html#rowid). Such a key is a single
** column of exactly the type INTEGER. DESC in the definition of the column
** makes it an ordinary key; in a table constraint DESC has no effect. */
static int find_integer_key(const Table *table) {
  const Constraint *key = table_primary_key(table);
  if (key == NULL || key->nterm != 1 || key->terms[0].column == NULL) return -1;
  int i = table_column(table, key->terms[0].column);
  if (i < 0 || !name_equal(table->columns[i].type, "INTEGER")) return -1;
  return key->terms[0].desc && key->column >= 0 ? -1 : i;
}

/* Sets the NOT NULLs that the PRIMARY KEY implies, and clears the norms of its
** columns. A key implies NOT NULL in a WITHOUT ROWID table; in a STRICT table,
** except for the rowid alias; and, as in SQLAlchemy, for a column whose type is
** one of SQLAlchemy. */
static void imply_not_null(Table *table) {
  const Constraint *key = table_primary_key(table);
  for (int i = 0; key && i < key->nterm; i++) {
    int at =
        key->terms[i].column ? table_column(table, key->terms[i].column) : -1;
    if (at < 0) continue;
    Column *column = &table->columns[at];
    column->norm = NULL;
    bool strict = table->strict && at != table->rowid_alias;
    if (table->without_rowid || strict || column->orm_type)
      column->notnull = true;
  }
}

static void norm_type(Draft *norm, const char *type) {
  static const char spaces[] = " \t\n\r\f", marks[] = "(), ";
  for (const char *z = type; *z;) {
    size_t gap = strspn(z, spaces);
    z += gap;
    if (gap && *z && norm->n && !strchr(marks, *z) &&
        !strchr(marks, norm->z[norm->n - 1]))
      draft_add(norm, " ", 1);
    size_t n = *z && strchr(marks, *z) ? 1 : strcspn(z, " \t\n\r\f(),");
    draft_lower(norm, z, n);
    z += n;
  }
}

/* Adds ` word "name"`, unless name is NULL. */
static void norm_name(Draft *norm, const char *word, const char *name) {
  if (name == NULL) return;
  draft_add(norm, " ", 1);
  draft_word(norm, word);
  draft_add(norm, " ", 1);
  draft_name(norm, name);
}

/* Adds " word value", unless value is NULL. */
static void norm_option(Draft *norm, const char *word, const char *value) {
  if (value == NULL) return;
  draft_add(norm, " ", 1);
  draft_word(norm, word);
  draft_add(norm, " ", 1);
  draft_word(norm, value);
}

static const char *collate_or_null(const char *collate) {
  return collate && !name_equal(collate, "BINARY") ? collate : NULL;
}

static void norm_part(Draft *norm, const Column *column, ColumnPart part) {
  switch (part) {
  case PART_TYPE: norm_type(norm, column->type); break;
  case PART_NOT_NULL:
    if (!column->notnull) break;
    draft_word(norm, " NOT NULL");
    norm_option(norm, "ON CONFLICT", conflict_name(column->conflict));
    norm_name(norm, "AS", column->notnull_name);
    break;
  case PART_DEFAULT:
    if (column->default_value.norm &&
        strcmp(column->default_value.norm, "NULL") != 0)
      norm_option(norm, "DEFAULT", column->default_value.norm);
    break;
  case PART_COLLATE:
    norm_name(norm, "COLLATE", collate_or_null(column->collate));
    break;
  case PART_GENERATED:
    norm_option(norm, column->stored ? "STORED" : "VIRTUAL",
                column->generated.norm);
  }
}

void column_finish(Ctx *ctx, Column *column) {
  if (!ctx_ok(ctx)) return;
  Draft norm = draft_new(ctx, 0);
  for (int part = 0; part < COLUMN_PARTS; part++) {
    norm_part(&norm, column, part);
    column->part_ends[part] = (int)norm.n;
  }
  column->norm = draft_end(&norm);
}

bool column_needs_backfill(const Column *column, const Column *before) {
  if (column->backfill == NULL || before->backfill_done) return false;
  return column->backfill_due || before->backfill == NULL ||
         strcmp(column->backfill, before->backfill) != 0;
}

bool column_part_equal(const Column *a, const Column *b, ColumnPart part) {
  int i = part ? a->part_ends[part - 1] : 0, n = a->part_ends[part] - i;
  int k = part ? b->part_ends[part - 1] : 0;
  return n == b->part_ends[part] - k &&
         memcmp(a->norm + i, b->norm + k, (size_t)n) == 0;
}

bool expr_uses(Ctx *ctx, const Expr *expr, const char *column) {
  if (expr->norm == NULL) return false;
  Tokens tokens = token_list(ctx, expr->norm);
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    if (!token_is_name(&tokens.list[i])) continue;
    const char *name = token_name(ctx, &tokens.list[i]);
    if (name && name_equal(name, column)) return true;
  }
  return false;
}

static bool terms_name(Ctx *ctx, const Term *terms, int n, const char *column) {
  for (int i = 0; i < n; i++)
    if (terms[i].column ? name_equal(terms[i].column, column)
                        : expr_uses(ctx, &terms[i].expr, column))
      return true;
  return false;
}

bool constraint_uses(Ctx *ctx, const Constraint *c, const char *column) {
  return terms_name(ctx, c->terms, c->nterm, column) ||
         expr_uses(ctx, &c->check, column);
}

bool index_uses(Ctx *ctx, const Index *index, const char *column) {
  return terms_name(ctx, index->terms, index->nterm, column) ||
         expr_uses(ctx, &index->where, column);
}

static void norm_terms(Draft *norm, const Term *terms, int n, bool plain) {
  for (int i = 0; i < n; i++) {
    const Term *term = &terms[i];
    draft_word(norm, i ? ", " : " (");
    if (term->column) {
      draft_name(norm, term->column);
    } else if (term->expr.norm) {
      draft_add(norm, "(", 1);
      draft_word(norm, term->expr.norm);
      draft_add(norm, ")", 1);
    }
    norm_name(norm, "COLLATE", term->own_collate ? NULL : term->collate);
    if (term->desc && !plain) draft_word(norm, " DESC");
  }
  draft_word(norm, n ? ")" : "");
}

static void norm_foreign(Draft *norm, const Constraint *c) {
  norm_name(norm, "REFERENCES", c->parent);
  for (int i = 0; i < c->nparent; i++)
    norm_name(norm, i ? "," : "(", c->parent_columns[i]);
  norm_option(norm, "ON DELETE", foreign_action_name(c->on_delete));
  norm_option(norm, "ON UPDATE", foreign_action_name(c->on_update));
  if (c->deferred) draft_word(norm, " DEFERRED");
}

static void norm_rule(Draft *norm, const Constraint *c, bool is_rowid) {
  draft_word(norm, constraint_kind_name(c->kind));
  norm_terms(norm, c->terms, c->nterm, is_rowid);
  if (is_rowid) draft_word(norm, " ROWID");
  if (c->autoincrement) draft_word(norm, " AUTOINCREMENT");
  norm_option(norm, "ON CONFLICT", conflict_name(c->conflict));
  norm_option(norm, "", c->check.norm);
  if (c->kind == CONSTRAINT_FOREIGN) norm_foreign(norm, c);
}

static void norm_constraint(Ctx *ctx, Constraint *c, bool is_rowid) {
  Draft rule = draft_new(ctx, 0);
  norm_rule(&rule, c, is_rowid);
  c->norm = c->rule = draft_end(&rule);
  if (c->name == NULL) return;
  Draft norm = draft_new(ctx, 0);
  norm_rule(&norm, c, is_rowid);
  norm_name(&norm, "AS", c->name);
  c->norm = draft_end(&norm);
}

/* ---- double-quoted strings ---------------------------------------------- */

/* The columns that an expression may name. */
typedef struct Scope {
  const Table *table;
  bool rowid; /* may name the rowid, too */
} Scope;

static bool is_string(const void *arg, const char *name) {
  const Scope *scope = (const Scope *)arg;
  if (scope->rowid && name_is_rowid(name)) return false;
  return table_column(scope->table, name) < 0;
}

/* If the expression has strings in double quotes, makes its norm equal to the
** norm with these strings in single quotes, and returns true. */
static bool find_expr_strings(Ctx *ctx, const Scope *scope, Expr *expr) {
  const char *sql = dqs_to_strings(ctx, expr->sql, true, is_string, scope);
  if (!ctx_ok(ctx) || sql == expr->sql) return false;
  Tokens tokens = token_list(ctx, sql);
  int from = 0, to = tokens.count;
  token_strip(&tokens, &from, &to);
  expr->norm = token_normal(ctx, &tokens, from, to, scope->table->name);
  return ctx_ok(ctx);
}

static void find_table_strings(Ctx *ctx, Table *table) {
  Scope check = {table, !table->without_rowid}, generated = {table, false};
  for (int i = 0; ctx_ok(ctx) && i < table->ncolumn; i++)
    if (find_expr_strings(ctx, &generated, &table->columns[i].generated))
      table->columns[i].norm = NULL;
  for (int i = 0; ctx_ok(ctx) && i < table->nconstraint; i++)
    find_expr_strings(ctx, &check, &table->constraints[i].check);
}

static void find_index_strings(Ctx *ctx, const Table *table, Index *index) {
  Scope scope = {table, false};
  for (int i = 0; ctx_ok(ctx) && i < index->nterm; i++)
    if (find_expr_strings(ctx, &scope, &index->terms[i].expr))
      if (index->terms[i].column && is_string(&scope, index->terms[i].column))
        index->terms[i].column = NULL;
  find_expr_strings(ctx, &scope, &index->where);
}

/* ---- completing tables and indexes -------------------------------------- */

/* Marks the terms of a key or an index whose COLLATE repeats that of the
** column. */
static void find_own_collations(const Table *table, Term *terms, int nterm) {
  for (int i = 0; i < nterm; i++) {
    int at = terms[i].column && terms[i].collate
                 ? table_column(table, terms[i].column)
                 : -1;
    if (at < 0) continue;
    const char *own = table->columns[at].collate;
    terms[i].own_collate = name_equal(terms[i].collate, own ? own : "BINARY");
  }
}

void schema_finish(Ctx *ctx, Schema *schema) {
  for (int i = 0; ctx_ok(ctx) && i < schema->nindex; i++) {
    Index *index = schema->indexes[i];
    const Table *table = schema_table(schema, index->table);
    if (table) find_index_strings(ctx, table, index);
    if (table) find_own_collations(table, index->terms, index->nterm);
    if (table) index_finish(ctx, index);
  }
}

/* Sets the rowid alias, and marks terms whose COLLATE has no effect. SQLite
** ignores COLLATE in an INTEGER PRIMARY KEY, even in a WITHOUT ROWID table. */
static void find_keys(Table *table) {
  int integer = find_integer_key(table);
  table->rowid_alias = table->without_rowid ? -1 : integer;
  for (int i = 0; i < table->nconstraint; i++) {
    Constraint *c = &table->constraints[i];
    find_own_collations(table, c->terms, c->nterm);
    if (c->kind == CONSTRAINT_PRIMARY && integer >= 0)
      c->terms[0].own_collate = true;
  }
}

void table_finish(Ctx *ctx, Table *table) {
  if (!ctx_ok(ctx)) return;
  find_keys(table);
  imply_not_null(table);
  find_table_strings(ctx, table);
  for (int i = 0; i < table->ncolumn; i++)
    if (table->columns[i].norm == NULL) column_finish(ctx, &table->columns[i]);
  for (int i = 0; i < table->nconstraint; i++) {
    Constraint *c = &table->constraints[i];
    bool is_rowid = c->kind == CONSTRAINT_PRIMARY && table->rowid_alias >= 0;
    norm_constraint(ctx, c, is_rowid);
  }
}

void index_finish(Ctx *ctx, Index *index) {
  if (!ctx_ok(ctx)) return;
  Draft norm = draft_new(ctx, 0);
  draft_word(&norm, index->unique ? "UNIQUE" : "INDEX");
  norm_name(&norm, "ON", index->table);
  norm_terms(&norm, index->terms, index->nterm, false);
  norm_option(&norm, "WHERE", index->where.norm);
  index->norm = draft_end(&norm);
}

static bool constraints_equal(const Table *a, const Table *b) {
  if (a->nconstraint != b->nconstraint) return false;
  for (int i = 0; i < a->nconstraint; i++) {
    const char *norm = a->constraints[i].norm;
    if (table_count_norm(a, norm) != table_count_norm(b, norm)) return false;
  }
  return true;
}

bool table_equal(Ctx *ctx, const Table *a, const Table *b) {
  if (!ctx_ok(ctx)) return false;
  if (!name_equal(a->name, b->name) || a->ncolumn != b->ncolumn) return false;
  if (a->without_rowid != b->without_rowid || a->strict != b->strict)
    return false;
  for (int i = 0; i < a->ncolumn; i++) {
    int at = table_counterpart(b, a, i);
    if (at < 0 || strcmp(a->columns[i].norm, b->columns[at].norm) != 0)
      return false;
  }
  return constraints_equal(a, b);
}

/* ---- strings that SQLite's RENAME has rewritten ------------------------- */

static bool token_alike(Ctx *ctx, const Token *a, const Token *b) {
  bool quoted = (a->type == TOKEN_STRING && b->type == TOKEN_QUOTED) ||
                (a->type == TOKEN_QUOTED && b->type == TOKEN_STRING);
  if (!quoted) return a->n == b->n && strncmp(a->z, b->z, (size_t)a->n) == 0;
  const char *x = token_name(ctx, a), *y = token_name(ctx, b);
  return x && y && name_equal(x, y);
}

/* Replaces *norm by `other` if they differ only in the quotes of strings. */
static void adopt_spelling(Ctx *ctx, const char **norm, const char *other) {
  if (!ctx_ok(ctx) || strcmp(*norm, other) == 0) return;
  if (!strchr(*norm, '\'') && !strchr(other, '\'')) return;
  Tokens a = token_list(ctx, *norm), b = token_list(ctx, other);
  bool alike = ctx_ok(ctx) && a.count == b.count;
  for (int i = 0; alike && i < a.count; i++)
    alike = token_alike(ctx, &a.list[i], &b.list[i]);
  if (alike) *norm = other;
}

/* Copies NOT NULL from the rowid alias of the declared table to that of the
** live table, because it has no effect on a rowid alias. */
static void adopt_not_null(Ctx *ctx, Table *live, const Table *declared) {
  int i = live->rowid_alias;
  int k = i < 0 ? -1 : table_counterpart(declared, live, i);
  if (k < 0 || k != declared->rowid_alias) return;
  Column *column = &live->columns[i];
  const Column *other = &declared->columns[k];
  live->adopted |= strcmp(column->norm, other->norm) != 0;
  column->notnull = other->notnull;
  column->notnull_name = other->notnull_name;
  column->conflict = other->conflict;
  column_finish(ctx, column);
}

void schema_adopt_norms(Ctx *ctx, Schema *live, const Schema *declared) {
  for (int i = 0; ctx_ok(ctx) && i < live->nobject; i++) {
    Object *o = live->objects[i];
    const Object *same = schema_object(declared, o->type, o->name);
    if (same) adopt_spelling(ctx, &o->norm, same->norm);
  }
  for (int i = 0; ctx_ok(ctx) && i < live->ntable; i++) {
    const Table *table = schema_table(declared, live->tables[i]->name);
    if (table) adopt_not_null(ctx, live->tables[i], table);
  }
}

/* ---- the norm of a schema ----------------------------------------------- */

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts the lines, so that the order of declaration does not matter, and
** returns them as one text. */
static char *join_sorted(Ctx *ctx, const char **lines, int count) {
  if (!ctx_ok(ctx)) return NULL;
  if (count) qsort(lines, (size_t)count, sizeof(*lines), by_text);
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < count; i++) sqlite3_str_appendf(str, "%s\n", lines[i]);
  return mem_finish(ctx, str);
}

/* Adds a line to an array. */
static void add_line(Ctx *ctx, const char ***lines, int *count, char *line) {
  const char **slot =
      (const char **)mem_push(ctx, lines, count, sizeof(char *));
  if (slot) *slot = line;
}

static char *table_lines(Ctx *ctx, const Table *table) {
  const char **lines = NULL;
  int count = 0;
  for (int i = 0; i < table->ncolumn; i++)
    add_line(ctx, &lines, &count,
             mem_printf(ctx, "  %s %s", name_lower(ctx, table->columns[i].name),
                        table->columns[i].norm));
  for (int i = 0; i < table->nconstraint; i++)
    add_line(ctx, &lines, &count,
             mem_printf(ctx, "  %s", table->constraints[i].norm));
  return mem_printf(ctx, "table %s%s%s\n%s", name_lower(ctx, table->name),
                    table->without_rowid ? " WITHOUT ROWID" : "",
                    table->strict ? " STRICT" : "",
                    join_sorted(ctx, lines, count));
}

char *schema_norm(Ctx *ctx, const Schema *schema) {
  const char **lines = NULL;
  int count = 0;
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++)
    add_line(ctx, &lines, &count, table_lines(ctx, schema->tables[i]));
  for (int i = 0; ctx_ok(ctx) && i < schema->nindex; i++)
    add_line(ctx, &lines, &count,
             mem_printf(ctx, "index %s %s",
                        name_lower(ctx, schema->indexes[i]->name),
                        schema->indexes[i]->norm));
  for (int i = 0; ctx_ok(ctx) && i < schema->nobject; i++)
    add_line(ctx, &lines, &count, mem_text(ctx, schema->objects[i]->norm, -1));
  return join_sorted(ctx, lines, count);
}
