#include "objects/graph_sql.h"

#include "base/token.h"
#include "base/tree.h"
#include "objects/json_text.h"
#include "views/template.h"

/* The state of a generation. */
typedef struct GraphSql {
  Ctx *ctx;
  GraphDialect dialect;
  int arguments;     /* the greatest number of arguments of a function */
  NameMap *aliases;  /* in use */
  int weight;        /* of the subqueries around the object, see GRAPH_WEIGHT */
  const char **with; /* the texts of the common table expressions */
  int nwith;
} GraphSql;

/* The greatest weight of nested subqueries, which the parser of SQLite before
** 3.46 can read: its stack has 100 entries. A subquery weighs 1, and an object
** in several parts or an array with ORDER BY 1 more. */
enum { GRAPH_WEIGHT = 5 };

static const char *object_sql(GraphSql *g, const Selection *s,
                              const char *alias);

/* Returns the number of members that one call of a function can take. */
static int object_step(const GraphSql *g) {
  return g->dialect == GRAPH_EXACT ? g->arguments - 1 : g->arguments / 2;
}

/* ---- names -------------------------------------------------------------- */

static const char *qualified(Ctx *ctx, const char *alias, const char *column) {
  return mem_printf(ctx, "\"%w\".\"%w\"", alias, column);
}

/* Returns an alias for a table of a subquery that no other table has: the name
** of the relationship, with a number if necessary. */
static const char *new_alias(GraphSql *g, const char *name) {
  const char *alias = name;
  for (int i = 2; ctx_ok(g->ctx) && map_get(g->aliases, alias); i++)
    alias = mem_printf(g->ctx, "%s_%d", name, i);
  if (ctx_ok(g->ctx)) map_put(g->ctx, g->aliases, alias, g);
  return alias;
}

const char *graph_sql_column(Ctx *ctx, const Class *c, int column) {
  return qualified(ctx, c->table->name, c->table->columns[column].name);
}

/* ---- values in the plain dialect ---------------------------------------- */

/* The storage classes that a column can hold, besides integers and NULL. */
typedef struct Holds {
  bool real, blob;
} Holds;

static Holds column_holds(const Table *table, int column) {
  const char *type = table->columns[column].type;
  Holds all = {table_affinity(table, column) != AFFINITY_TEXT, true};
  if (column == table->rowid_alias) return (Holds){false, false};
  if (table->strict && !name_equal(type, "ANY"))
    return (Holds){name_equal(type, "REAL"), name_equal(type, "BLOB")};
  return all;
}

/* Returns the SQL of a value that JSON can hold. %!.17g has all digits of a
** real. */
static const char *plain_value(GraphSql *g, const Table *table, int column,
                               const char *x) {
  Holds holds = column_holds(table, column);
  if (!holds.real && !holds.blob) return x;
  return mem_printf(
      g->ctx, "CASE typeof(%s)%s%s ELSE %s END", x,
      holds.real
          ? mem_printf(g->ctx,
                       " WHEN 'real' THEN CASE %s"
                       " WHEN 9e999 THEN json('{\"$real\":\"Infinity\"}')"
                       " WHEN -9e999 THEN json('{\"$real\":\"-Infinity\"}')"
                       " ELSE json(printf('%%!.17g', %s)) END",
                       x, x)
          : "",
      holds.blob
          ? mem_printf(g->ctx,
                       " WHEN 'blob' THEN json_object('$blob', hex(%s))", x)
          : "",
      x);
}

/* Returns the SQL of a column of type Boolean: 0 and 1 are false and true. */
static const char *plain_boolean(GraphSql *g, const Table *table, int column,
                                 const char *x) {
  return mem_printf(g->ctx,
                    "CASE %s WHEN 0 THEN json('false') WHEN 1 THEN json('true')"
                    " ELSE %s END",
                    x, plain_value(g, table, column, x));
}

/* Returns the SQL of a column of type JSON. Text that is not JSON, and JSON
** that reads like a value that JSON lacks, are marked. */
static const char *plain_json(GraphSql *g, const Table *table, int column,
                              const char *x) {
  return mem_printf(
      g->ctx,
      "CASE WHEN typeof(%s) <> 'text' THEN %s"
      " WHEN NOT json_valid(%s) THEN json_object('$text', hex(%s))"
      " WHEN substr(json(%s), 1, 8) IN"
      " ('{\"$blob\"', '{\"$text\"', '{\"$real\"', '{\"$json\"')"
      " THEN json_object('$json', json(%s)) ELSE json(%s) END",
      x, plain_value(g, table, column, x), x, x, x, x, x);
}

/* ---- members ------------------------------------------------------------ */

/* One side of a foreign key, with the alias of its table. */
typedef struct KeySide {
  const Table *table;
  const char *alias;
} KeySide;

/* Returns the condition that a row of the child references a row of the parent.
** Foreign keys compare by the affinity and the collation of the parent
** (https://sqlite.org/foreignkeys.html#fk_indexes). The expression parent =
** child uses the parent's collation, and parent = +child also its affinity. */
static const char *key_condition(GraphSql *g, const Constraint *foreign,
                                 const char **referenced, KeySide child,
                                 KeySide parent) {
  Tree tree = {g->ctx, NULL, 0};
  for (int i = 0; ctx_ok(g->ctx) && i < foreign->nterm; i++) {
    const char *k = foreign->terms[i].column, *r = referenced[i];
    int a = table_column(child.table, k), b = table_column(parent.table, r);
    bool same =
        table_affinity(child.table, a) == table_affinity(parent.table, b);
    tree_add(&tree, mem_printf(g->ctx, same ? "%s = %s" : "%s = +%s",
                               qualified(g->ctx, parent.alias, r),
                               qualified(g->ctx, child.alias, k)));
  }
  return tree_join(&tree, " AND ", "1");
}

/* Appends "self"."id" AS k0, and so on, for the PRIMARY KEY of a table. Sets an
** error if it has none. */
static void append_named_key(GraphSql *g, sqlite3_str *sql, const Table *table,
                             const char *alias, char name) {
  const Constraint *key = table_primary_key(table);
  if (key == NULL)
    err_set(g->ctx, SQLITE_ERROR,
            "table \"%s\" has no PRIMARY KEY, which a relationship with this "
            "primaryjoin needs",
            table->name);
  for (int i = 0; key && i < key->nterm; i++)
    sqlite3_str_appendf(sql, "%s AS %c%d, ",
                        qualified(g->ctx, alias, key->terms[i].column), name,
                        i);
}

/* Returns the columns of the PRIMARY KEY, each with the alias of its table or
** the letter of append_named_key(). */
static const char *key_vector(GraphSql *g, const Table *table,
                              const char *alias, char name) {
  const Constraint *key = table_primary_key(table);
  if (!ctx_ok(g->ctx)) return NULL;
  sqlite3_str *sql = sqlite3_str_new(g->ctx->db);
  for (int i = 0; i < key->nterm; i++) {
    sqlite3_str_appendall(sql, i ? ", " : "");
    if (alias)
      sqlite3_str_appendall(sql,
                            qualified(g->ctx, alias, key->terms[i].column));
    else
      sqlite3_str_appendf(sql, "%c%d", name, i);
  }
  return mem_finish(g->ctx, sql);
}

/* Returns the condition of a primaryjoin. The names of the tables have their
** meaning only in the inner query, so that no alias of the graph can be
** meant. */
static const char *join_condition(GraphSql *g, const Direction *d,
                                  const char *owner, KeySide other) {
  const Table *model = d->join_back ? d->target : d->owner;
  const Table *target = d->join_back ? d->owner : d->target;
  const char *self = d->join_back ? target->name : "self";
  const char *far = d->join_back ? "self" : target->name;
  if (!ctx_ok(g->ctx)) return NULL;
  sqlite3_str *sql = sqlite3_str_new(g->ctx->db);
  append_named_key(g, sql, d->target, far, 'k');
  append_named_key(g, sql, d->owner, self, 'o');
  const char *keys = mem_finish(g->ctx, sql);
  return mem_printf(
      g->ctx,
      "(%s) IN (SELECT %s FROM (SELECT %s1 FROM \"main\".\"%w\" AS self"
      " JOIN \"main\".\"%w\" ON %s) WHERE (%s) = (%s))",
      key_vector(g, d->target, other.alias, 0),
      key_vector(g, d->target, NULL, 'k'), keys, model->name, target->name,
      d->join, key_vector(g, d->owner, NULL, 'o'),
      key_vector(g, d->owner, owner, 0));
}

/* Returns the condition that joins the table `other`, the target or the
** association, to the owner. */
static const char *owner_condition(GraphSql *g, const Direction *d,
                                   const char *owner, KeySide other) {
  if (d->join) return join_condition(g, d, owner, other);
  KeySide self = {d->owner, owner};
  bool to_parent = d->kind == RELATION_TO_ONE;
  return key_condition(g, d->foreign, d->referenced, to_parent ? self : other,
                       to_parent ? other : self);
}

/* Returns "main"."post" AS "posts". */
static const char *source_sql(GraphSql *g, KeySide table) {
  return mem_printf(g->ctx, "\"main\".\"%w\" AS \"%w\"", table.table->name,
                    table.alias);
}

/* Returns the ORDER BY of a relationship for a table with this alias. The text
** may qualify columns by the name of the table or of the model. */
static const char *order_sql(GraphSql *g, const Table *table, const char *order,
                             const char *alias) {
  Tokens tokens = token_list(g->ctx, order);
  if (!ctx_ok(g->ctx)) return NULL;
  sqlite3_str *sql = sqlite3_str_new(g->ctx->db);
  const char *from = order;
  for (int i = 0; i + 1 < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    if (!token_is_name(token) || !token_is(token + 1, ".")) continue;
    const char *name = token_name(g->ctx, token);
    if (!name_equal(name, table->name) && !name_equal(name, table->model))
      continue;
    sqlite3_str_append(sql, from, (int)(token->z - from));
    sqlite3_str_appendf(sql, "\"%w\"", alias);
    from = token->z + token->n;
  }
  sqlite3_str_appendall(sql, from);
  return mem_finish(g->ctx, sql);
}

/* Returns the rows of a many-to-many relationship: the columns of the target,
** then the further columns of the association as post_tag__weight. */
static const char *through_sql(GraphSql *g, const Member *m, const char *owner,
                               const char *inner) {
  const Direction *d = m->direction;
  KeySide target = {d->target, inner};
  KeySide link = {d->through, new_alias(g, d->through->name)};
  if (!ctx_ok(g->ctx)) return NULL;
  sqlite3_str *sql = sqlite3_str_new(g->ctx->db);
  sqlite3_str_appendf(sql, "SELECT \"%w\".*", inner);
  for (int i = 0; i < d->through->ncolumn; i++) {
    const char *column = d->through->columns[i].name;
    const char *name = mem_printf(g->ctx, "%s__%s", d->through->name, column);
    if (name && selection_further(d, name) >= 0)
      sqlite3_str_appendf(sql, ", \"%w\".\"%w\" AS \"%w\"", link.alias, column,
                          name);
  }
  sqlite3_str_appendf(sql, " FROM %s JOIN %s ON %s WHERE %s",
                      source_sql(g, link), source_sql(g, target),
                      key_condition(g, d->other, d->ends, link, target),
                      owner_condition(g, d, owner, link));
  return mem_finish(g->ctx, sql);
}

/* Returns FROM ... of the targets of a relationship to many. */
static const char *many_sql(GraphSql *g, const Member *m, const char *owner,
                            const char *alias) {
  const Direction *d = m->direction;
  bool plain = d->through == NULL && m->order == NULL;
  const char *inner = plain ? alias : new_alias(g, alias);
  KeySide target = {d->target, inner};
  if (!ctx_ok(g->ctx)) return NULL;
  const char *rows =
      d->through
          ? through_sql(g, m, owner, inner)
          : mem_printf(
                g->ctx, plain ? "%s WHERE %s" : "SELECT * FROM %s WHERE %s",
                source_sql(g, target), owner_condition(g, d, owner, target));
  if (plain || !ctx_ok(g->ctx)) return rows;
  return mem_printf(
      g->ctx, "(%s%s%s) AS \"%w\"", rows, m->order ? " ORDER BY " : "",
      m->order ? order_sql(g, d->target, m->order, inner) : "", alias);
}

/* Returns the SQL of count(). */
static const char *count_sql(GraphSql *g, const Member *m, const char *owner,
                             const char *alias) {
  const Direction *d = m->direction;
  KeySide other = {d->through ? d->through : d->target, alias};
  return mem_printf(g->ctx, "(SELECT count(*) FROM %s WHERE %s)",
                    source_sql(g, other), owner_condition(g, d, owner, other));
}

/* Returns the SQL of the object or array of a relationship. */
static const char *whole_link_sql(GraphSql *g, const Member *m,
                                  const char *owner) {
  const Direction *d = m->direction;
  const char *alias = new_alias(g, d->name);
  if (!ctx_ok(g->ctx)) return NULL;
  if (m->kind == MEMBER_COUNT) return count_sql(g, m, owner, alias);
  if (d->kind == RELATION_TO_MANY || d->kind == RELATION_THROUGH ||
      d->kind == RELATION_JOIN_MANY) {
    const char *rows = many_sql(g, m, owner, alias);
    return mem_printf(g->ctx, "(SELECT %s(%s) FROM %s)",
                      g->dialect == GRAPH_EXACT ? "orm_render_array"
                                                : "json_group_array",
                      object_sql(g, m->members, alias), rows);
  }
  KeySide target = {d->target, alias};
  return mem_printf(g->ctx, "(SELECT %s FROM %s WHERE %s%s)",
                    object_sql(g, m->members, alias), source_sql(g, target),
                    owner_condition(g, d, owner, target),
                    d->kind == RELATION_TO_ONE ? "" : " LIMIT 1");
}

/* ---- deep graphs --------------------------------------------------------- */

/* Moves the subquery of a relationship into a common table expression, and
** returns the subquery that reads it. So the text nests less deep. SQLite
** resolves the names of such an expression where it is used, so it can use the
** columns of `owner`. */
static const char *deep_sql(GraphSql *g, const Member *m, const char *owner) {
  const char *name = new_alias(g, "deeper");
  const char *value = whole_link_sql(g, m, owner);
  const char *text =
      mem_printf(g->ctx, "\"%w\"(object) AS %s", name, value ? value : "");
  const char **slot = MEM_PUSH(g->ctx, g->with, g->nwith);
  if (slot) *slot = text;
  return mem_printf(g->ctx,
                    g->dialect == GRAPH_EXACT
                        ? "(SELECT object FROM \"%w\")"
                        : "(SELECT json(object) FROM \"%w\")",
                    name);
}

/* Returns true if an object needs several calls of a function. */
static bool is_wide(const GraphSql *g, const Selection *s) {
  return s->count > object_step(g);
}

/* Returns the SQL of a relationship. */
static const char *link_sql(GraphSql *g, const Member *m, const char *owner) {
  bool nested = m->order || m->direction->through;
  int weight = 1 + nested + (m->members && is_wide(g, m->members));
  if (g->weight + weight > GRAPH_WEIGHT) return deep_sql(g, m, owner);
  g->weight += weight;
  const char *sql = whole_link_sql(g, m, owner);
  g->weight -= weight;
  return sql;
}

/* Returns the SQL of a member's value. */
static const char *member_sql(GraphSql *g, const Selection *s, const Member *m,
                              const char *alias) {
  bool further = m->kind == MEMBER_FURTHER;
  if (m->kind != MEMBER_COLUMN && !further) return link_sql(g, m, alias);
  const Table *table = further ? s->via->through : s->of->table;
  const char *name = table->columns[m->column].name;
  const char *x = further ? mem_printf(g->ctx, "\"%w\".\"%w__%w\"", alias,
                                       table->name, name)
                          : qualified(g->ctx, alias, name);
  if (g->dialect == GRAPH_EXACT) return x;
  if (further) return plain_value(g, table, m->column, x);
  switch (s->of->types[m->column].kind) {
  case VALUE_BOOLEAN: return plain_boolean(g, table, m->column, x);
  case VALUE_JSON: return plain_json(g, table, m->column, x);
  case VALUE_PLAIN:
  case VALUE_DATE:
  case VALUE_DATETIME:
  case VALUE_TIME:
  case VALUE_ENUM: break;
  }
  return plain_value(g, table, m->column, x);
}

/* ---- objects ------------------------------------------------------------ */

/* Returns the letter of render_json.h for a member. */
static char render_letter(const Selection *s, const Member *m) {
  if (m->kind == MEMBER_LINK) return 'r';
  if (m->kind != MEMBER_COLUMN) return 'v';
  ValueKind kind = s->of->types[m->column].kind;
  return kind == VALUE_BOOLEAN ? 'b' : kind == VALUE_JSON ? 'j' : 'v';
}

/* Appends the members `from` to `to` - 1 as arguments of a function. */
static void append_plain(GraphSql *g, sqlite3_str *sql, const Selection *s,
                         const char *alias, int from, int to) {
  sqlite3_str_appendall(sql, "json_object(");
  for (int i = from; ctx_ok(g->ctx) && i < to; i++)
    sqlite3_str_appendf(sql, "%s%Q, %s", i > from ? ", " : "", s->list[i].label,
                        member_sql(g, s, &s->list[i], alias));
  sqlite3_str_appendall(sql, ")");
}

/* Returns the first argument of orm_render_object(), see render_json.h. */
static const char *render_spec(GraphSql *g, const Selection *s, int from,
                               int to) {
  JsonText spec;
  json_text_begin(&spec);
  for (int i = from; i < to; i++) {
    const char letter[] = {render_letter(s, &s->list[i]), ',', 0};
    const char *label = s->list[i].label;
    json_text_add(&spec, letter, i > from ? 2 : 1);
    if (!json_text_string(&spec, label, strlen(label)))
      err_set(g->ctx, SQLITE_ERROR, "the name \"%s\" is not UTF-8", label);
    json_text_word(&spec, ":\n");
  }
  if (spec.failed) err_nomem(g->ctx);
  char *text = ctx_ok(g->ctx) ? mem_text(g->ctx, spec.z, (int)spec.n) : NULL;
  json_text_free(&spec);
  return text;
}

static void append_exact(GraphSql *g, sqlite3_str *sql, const Selection *s,
                         const char *alias, int from, int to) {
  sqlite3_str_appendf(sql, "orm_render_object(%Q", render_spec(g, s, from, to));
  for (int i = from; ctx_ok(g->ctx) && i < to; i++)
    sqlite3_str_appendf(sql, ", %s", member_sql(g, s, &s->list[i], alias));
  sqlite3_str_appendall(sql, ")");
}

/* Returns the object of the members `from` to `to` - 1. */
static const char *part_sql(GraphSql *g, const Selection *s, const char *alias,
                            int from, int to) {
  sqlite3_str *sql = sqlite3_str_new(g->ctx->db);
  if (g->dialect == GRAPH_EXACT)
    append_exact(g, sql, s, alias, from, to);
  else
    append_plain(g, sql, s, alias, from, to);
  return mem_finish(g->ctx, sql);
}

/* Returns one object of the members of several, part_sql() of `step` members
** each: a function has few arguments, a table may have 2,000 columns. */
static const char *joined_sql(GraphSql *g, const Selection *s,
                              const char *alias, int step) {
  sqlite3_str *members = sqlite3_str_new(g->ctx->db);
  sqlite3_str *parts = sqlite3_str_new(g->ctx->db);
  for (int i = 0, n = 0; ctx_ok(g->ctx) && i < s->count; i += step, n++) {
    int to = i + step < s->count ? i + step : s->count;
    sqlite3_str_appendf(members, "%ssubstr(p%d, 2, length(p%d) - 2)",
                        n ? " || ',' || " : "", n, n);
    sqlite3_str_appendf(parts, "%s%s AS p%d", n ? ", " : "",
                        part_sql(g, s, alias, i, to), n);
  }
  const char *list = mem_finish(g->ctx, members);
  return mem_printf(g->ctx, "(SELECT %s('{' || %s || '}') FROM (SELECT %s))",
                    g->dialect == GRAPH_EXACT ? "" : "json", list,
                    mem_finish(g->ctx, parts));
}

static const char *object_sql(GraphSql *g, const Selection *s,
                              const char *alias) {
  int step = object_step(g);
  return s->count <= step ? part_sql(g, s, alias, 0, s->count)
                          : joined_sql(g, s, alias, step);
}

/* Returns WITH and the common table expressions; "" if there are none. */
static const char *with_sql(const GraphSql *g) {
  if (g->nwith == 0) return "";
  sqlite3_str *sql = sqlite3_str_new(g->ctx->db);
  for (int i = 0; i < g->nwith; i++)
    sqlite3_str_appendf(sql, "%s%s", i ? ", " : "WITH ", g->with[i]);
  sqlite3_str_appendall(sql, " ");
  return mem_finish(g->ctx, sql);
}

const char *graph_sql(Ctx *ctx, const Selection *selection,
                      GraphDialect dialect) {
  GraphSql g = {.ctx = ctx, .dialect = dialect};
  if (!ctx_ok(ctx)) return NULL;
  const char *table = selection->of->table->name;
  g.arguments = sqlite3_limit(ctx->db, SQLITE_LIMIT_FUNCTION_ARG, -1);
  g.aliases = map_new(ctx);
  if (ctx_ok(ctx)) map_put(ctx, g.aliases, table, &g);
  if (g.arguments < 4)
    err_set(ctx, SQLITE_ERROR,
            "SQLITE_LIMIT_FUNCTION_ARG of this connection is below 4");
  if (!ctx_ok(ctx)) return NULL;
  g.weight = is_wide(&g, selection);
  const char *object = object_sql(&g, selection, table);
  if (!ctx_ok(ctx)) return NULL;
  char *sql = mem_printf(ctx, "%sSELECT %s AS object FROM \"main\".\"%w\"",
                         with_sql(&g), object, table);
  return sql && dialect == GRAPH_PLAIN ? template_wrap(ctx, sql) : sql;
}
