#include "views/own.h"

#include "base/token.h"

/* The group of each column: a number, or one of these. */
enum { GROUP_LIGHT = 0, GROUP_KEY = -1, GROUP_GENERATED = -2 };

/* The groups of the columns of a table under construction. */
typedef struct Grouping {
  const RelView *v;
  const Table *table;
  int *groups; /* of each column */
  int count;   /* the number of the last group */
} Grouping;

/* Puts a column into a group, with all columns of the group that it has. */
static void join_group(Grouping *g, int column, int group) {
  int old = g->groups[column];
  if (old == GROUP_KEY || old == GROUP_GENERATED || old == group) return;
  g->groups[column] = group;
  for (int i = 0; old != GROUP_LIGHT && i < g->table->ncolumn; i++)
    if (g->groups[i] == old) g->groups[i] = group;
}

static void join_column_named(Grouping *g, const char *name, int group) {
  int column = name ? table_column(g->table, name) : -1;
  if (column >= 0) join_group(g, column, group);
}

/* Puts the columns that occur in an expression into a group. */
static void join_expression(Grouping *g, const char *sql, int group) {
  if (sql == NULL) return;
  Tokens tokens = token_list(g->v->ctx, sql);
  for (int i = 0; ctx_ok(g->v->ctx) && i < tokens.count; i++)
    if (token_is_name(&tokens.list[i]))
      join_column_named(g, token_name(g->v->ctx, &tokens.list[i]), group);
}

static void join_terms(Grouping *g, const Term *terms, int nterm, int group) {
  for (int i = 0; i < nterm; i++) {
    join_column_named(g, terms[i].column, group);
    if (terms[i].column == NULL) join_expression(g, terms[i].expr.sql, group);
  }
}

/* Joins the columns of a CHECK that names columns of a group. A CHECK of light
** columns alone needs no group: they are written together. */
static void join_check(Grouping *g, const char *sql) {
  Tokens tokens = token_list(g->v->ctx, sql);
  int group = GROUP_LIGHT;
  for (int i = 0; ctx_ok(g->v->ctx) && i < tokens.count; i++) {
    if (!token_is_name(&tokens.list[i])) continue;
    const char *name = token_name(g->v->ctx, &tokens.list[i]);
    int column = name ? table_column(g->table, name) : -1;
    if (column >= 0 && g->groups[column] > group) group = g->groups[column];
  }
  if (group != GROUP_LIGHT) join_expression(g, sql, group);
}

/* Joins the columns of the foreign key of a child. A relationship with
** primaryjoin may have one that the table does not declare. */
static void join_foreign_key(Grouping *g) {
  const Direction *d = g->v->direction;
  if (d->kind == RELATION_TO_ONE || d->kind == RELATION_TO_MANY)
    join_terms(g, d->foreign->terms, d->foreign->nterm, ++g->count);
}

static void find_groups(Grouping *g) {
  const Table *t = g->table;
  const Constraint *primary = table_primary_key(t);
  for (int i = 0; i < t->ncolumn; i++)
    if (t->columns[i].generated.sql) g->groups[i] = GROUP_GENERATED;
  for (int i = 0; primary && i < primary->nterm; i++)
    join_column_named(g, primary->terms[i].column, GROUP_KEY);
  for (int i = 0; i < t->nconstraint; i++) {
    const Constraint *c = &t->constraints[i];
    if (c->kind == CONSTRAINT_UNIQUE || c->kind == CONSTRAINT_FOREIGN)
      join_terms(g, c->terms, c->nterm, ++g->count);
  }
  join_foreign_key(g);
  for (int i = 0; i < g->v->schema->nindex; i++) {
    const Index *index = g->v->schema->indexes[i];
    if (!name_equal(index->table, t->name)) continue;
    join_terms(g, index->terms, index->nterm, ++g->count);
    join_expression(g, index->where.sql, g->count);
  }
  for (int i = 0; ctx_ok(g->v->ctx) && i < t->nconstraint; i++)
    if (t->constraints[i].kind == CONSTRAINT_CHECK)
      join_check(g, t->constraints[i].check.sql);
}

/* Returns true if one statement must write all columns: several statements
** would not find the row again. */
static bool is_whole(const RelView *v, const Table *table) {
  const Constraint *primary = table_primary_key(table);
  RelationKind kind = v->direction->kind;
  bool child = kind == RELATION_TO_ONE || kind == RELATION_TO_MANY;
  for (int i = 0; primary && i < primary->nterm; i++) {
    const char *column = primary->terms[i].column;
    if (view_can_be_null(table, column) ||
        (child && view_is_key_column(v, column)))
      return true;
  }
  return false;
}

/* Returns the columns of a group. */
static NameList group_columns(const Grouping *g, int group) {
  NameList list = {NULL, 0};
  for (int i = 0; ctx_ok(g->v->ctx) && i < g->table->ncolumn; i++) {
    if (g->groups[i] != group) continue;
    const char *k = view_quote(g->v, g->table->columns[i].name);
    view_push_name(g->v, &list, (NameSet){k, k, k, false, false});
  }
  return list;
}

OwnColumns own_columns_of(const RelView *v, const Table *table) {
  OwnColumns own = {.table = table, .whole = is_whole(v, table)};
  Grouping g = {v, table, NULL, GROUP_LIGHT};
  g.groups = (int *)mem_new(v->ctx, sizeof(int) * (size_t)table->ncolumn);
  if (!ctx_ok(v->ctx)) return own;
  find_groups(&g);
  for (int i = 0; own.whole && i < table->ncolumn; i++)
    if (g.groups[i] != GROUP_GENERATED) g.groups[i] = GROUP_LIGHT;
  own.light = group_columns(&g, GROUP_LIGHT);
  own.key = group_columns(&g, GROUP_KEY);
  for (int i = 1; ctx_ok(v->ctx) && !own.whole && i <= g.count; i++) {
    NameList group = group_columns(&g, i);
    if (group.count == 0) continue;
    NameList *slot = MEM_PUSH(v->ctx, own.groups, own.count);
    if (slot) *slot = group;
  }
  return own;
}

/* ---- statements --------------------------------------------------------- */

/* Returns "a=NEW.a, b=NEW.b", with the values of the foreign key. */
static char *assignments(const RelView *v, const NameList *columns,
                         const OwnKey *key) {
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  for (int i = 0; ctx_ok(v->ctx) && i < columns->count; i++) {
    const char *k = columns->list[i].k;
    const NameSet *name = key ? template_find(&key->values, k) : NULL;
    sqlite3_str_appendf(sql, "%s%s=%s%s", i ? ", " : "", k, name ? "" : "NEW.",
                        name ? name->a : k);
  }
  return mem_finish(v->ctx, sql);
}

/* Adds the statement that writes these columns. `changed` is a condition that
** begins with AND, or empty. */
static void add_update(const RelView *v, sqlite3_str *sql,
                       const OwnColumns *own, const NameList *columns,
                       const OwnKey *key, const char *changed) {
  if (columns->count == 0 || !ctx_ok(v->ctx)) return;
  const char *values = assignments(v, columns, key);
  sqlite3_str_appendf(sql, "UPDATE %s SET %s WHERE %s%s;\n",
                      view_quote(v, own->table->name), values,
                      view_same_row(v, own->table), changed);
}

/* Returns the condition that the columns have changed, or those that change the
** foreign key. */
static char *if_changed(const RelView *v, const NameList *columns,
                        const OwnKey *key) {
  NameList all = {NULL, 0};
  bool foreign = false;
  for (int i = 0; ctx_ok(v->ctx) && i < columns->count; i++) {
    view_push_name(v, &all, columns->list[i]);
    foreign |= key && template_find(&key->values, columns->list[i].k);
  }
  for (int i = 0; ctx_ok(v->ctx) && foreign && i < key->more.count; i++)
    view_push_name(v, &all, key->more.list[i]);
  return mem_printf(v->ctx, " AND %s",
                    view_differ(v, &all, "NEW.$a", "OLD.$a"));
}

void own_add_light(const RelView *v, sqlite3_str *sql, const OwnColumns *own) {
  if (!own->whole) add_update(v, sql, own, &own->light, NULL, "");
}

void own_add_groups(const RelView *v, sqlite3_str *sql, const OwnColumns *own,
                    const OwnKey *key) {
  if (own->whole) {
    add_update(v, sql, own, &own->light, key, "");
    return;
  }
  for (int i = 0; ctx_ok(v->ctx) && i < own->count; i++)
    add_update(v, sql, own, &own->groups[i], key,
               if_changed(v, &own->groups[i], key));
  add_update(v, sql, own, &own->key, NULL, if_changed(v, &own->key, NULL));
}
