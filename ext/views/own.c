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

/* ---- triggers ----------------------------------------------------------- */

void own_light_trigger(const RelView *v, const OwnColumns *own) {
  if (own->whole || own->light.count == 0 || !ctx_ok(v->ctx)) return;
  const char *event =
      mem_printf(v->ctx, "UPDATE OF %s", view_each(v, &own->light, ", ", "$k"));
  sqlite3_str *sql = view_begin_trigger(v, "update", event, NULL);
  sqlite3_str_appendf(sql, "  UPDATE %s SET %s\n  WHERE %s;\n",
                      view_quote(v, own->table->name),
                      view_each(v, &own->light, ", ", "$k = NEW.$k"),
                      view_same_row(v, own->table));
  view_end_trigger(v, sql);
}

char *own_event(const RelView *v, const OwnColumns *own, const NameList *more) {
  if (!ctx_ok(v->ctx)) return NULL;
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  sqlite3_str_appendf(
      sql, "UPDATE OF %s",
      view_each(v, own->whole ? &own->light : &own->key, ", ", "$k"));
  for (int i = 0; i < own->count; i++)
    sqlite3_str_appendf(sql, ", %s", view_each(v, &own->groups[i], ", ", "$k"));
  if (more->count)
    sqlite3_str_appendf(sql, ", %s", view_each(v, more, ", ", "$a"));
  return mem_finish(v->ctx, sql);
}

void own_add_groups(const RelView *v, sqlite3_str *sql, const OwnColumns *own) {
  for (int i = 0; ctx_ok(v->ctx) && i < own->count; i++)
    sqlite3_str_appendf(sql, "  UPDATE %s SET %s WHERE %s AND %s;\n",
                        view_quote(v, own->table->name),
                        view_each(v, &own->groups[i], ", ", "$k = NEW.$k"),
                        view_same_row(v, own->table),
                        view_differ(v, &own->groups[i], "NEW.$k", "OLD.$k"));
}

/* Adds the UPDATE of all columns. */
static void add_whole(const RelView *v, sqlite3_str *sql, const OwnColumns *own,
                      const NameList *special) {
  sqlite3_str_appendf(sql, "  UPDATE %s SET", view_quote(v, own->table->name));
  for (int i = 0; ctx_ok(v->ctx) && i < own->light.count; i++) {
    const char *k = own->light.list[i].k;
    const NameSet *name = special ? template_find(special, k) : NULL;
    sqlite3_str_appendf(sql, "%s %s = %s", i ? "," : "", k,
                        name ? name->a : mem_printf(v->ctx, "NEW.%s", k));
  }
  sqlite3_str_appendf(sql, "\n  WHERE %s;\n", view_same_row(v, own->table));
}

/* The statement for a new key writes the light columns, too: if it runs before
** the trigger that writes them, that does not find the row. */
void own_add_key(const RelView *v, sqlite3_str *sql, const OwnColumns *own,
                 const NameList *special) {
  if (own->whole) {
    add_whole(v, sql, own, special);
    return;
  }
  sqlite3_str_appendf(sql, "  UPDATE %s SET %s",
                      view_quote(v, own->table->name),
                      view_each(v, &own->key, ", ", "$k = NEW.$k"));
  if (own->light.count)
    sqlite3_str_appendf(sql, ", %s",
                        view_each(v, &own->light, ", ", "$k = NEW.$k"));
  sqlite3_str_appendf(sql, "\n  WHERE %s AND %s;\n",
                      view_same_row(v, own->table),
                      view_differ(v, &own->key, "NEW.$k", "OLD.$k"));
}
