#include "views/relate.h"

#include "base/token.h"
#include "views/primaryjoin.h"

/* ---- the foreign key ---------------------------------------------------- */

/* Returns true if `list`, "post.user_id, b", names exactly these columns, in
** any order. The table names in the list are optional. */
static bool names_columns(Ctx *ctx, const char *list, const Table *table,
                          const char *const *columns, int count) {
  Tokens tokens = token_list(ctx, list);
  int found = 0;
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    if (token_is(&tokens.list[i], ",")) continue;
    const char *name = token_name(ctx, &tokens.list[i]);
    if (name && token_is(&tokens.list[i + 1], ".")) {
      if (!name_equal(name, table->name) && !name_equal(name, table->model))
        return false;
      i += 2;
      name = token_name(ctx, &tokens.list[i]);
    }
    int k = 0;
    while (name && k < count && !name_equal(columns[k], name)) k++;
    if (!name || k == count) return false;
    found++;
  }
  return found == count;
}

/* Returns the names of the columns of a key. */
static const char **own_columns(Ctx *ctx, const Constraint *c) {
  size_t size = sizeof(char *) * (size_t)c->nterm;
  const char **names = (const char **)mem_new(ctx, size);
  for (int i = 0; names && i < c->nterm; i++) names[i] = c->terms[i].column;
  return names;
}

/* Returns the columns that a foreign key references: those that it names, or
** the PRIMARY KEY of the parent. NULL if they are missing or their number is
** wrong. */
static const char **referenced_columns(Ctx *ctx, const Constraint *c,
                                       const Table *parent) {
  const Constraint *key = table_primary_key(parent);
  if (c->nparent == 0)
    return key && key->nterm == c->nterm ? own_columns(ctx, key) : NULL;
  for (int i = 0; i < c->nparent; i++)
    if (table_column(parent, c->parent_columns[i]) < 0) return NULL;
  return c->nparent == c->nterm ? c->parent_columns : NULL;
}

/* A foreign key between the two tables. */
typedef struct Candidate {
  const Table *child, *parent;
  const Constraint *foreign;
} Candidate;

typedef struct Candidates {
  Candidate *list;
  int count;
} Candidates;

/* Adds the foreign keys of `child` onto `parent`, or, if the relationship has
** foreign_key, those that it names. */
static void add_candidates(Ctx *ctx, Candidates *all, const Relationship *r,
                           const Table *child, const Table *parent) {
  for (int i = 0; ctx_ok(ctx) && i < child->nconstraint; i++) {
    const Constraint *c = &child->constraints[i];
    if (c->kind != CONSTRAINT_FOREIGN || !name_equal(c->parent, parent->name))
      continue;
    if (r->foreign_key && !names_columns(ctx, r->foreign_key, child,
                                         own_columns(ctx, c), c->nterm))
      continue;
    Candidate *slot = MEM_PUSH(ctx, all->list, all->count);
    if (slot) *slot = (Candidate){child, parent, c};
  }
}

/* Returns "post.user_id", for messages. */
static char *list_columns(Ctx *ctx, const Candidate *c) {
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < c->foreign->nterm; i++)
    sqlite3_str_appendf(str, "%s%s.%s", i ? ", " : "", c->child->name,
                        c->foreign->terms[i].column);
  return mem_finish(ctx, str);
}

static char *list_candidates(Ctx *ctx, const Candidates *all) {
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < all->count; i++)
    sqlite3_str_appendf(str, "%s%s", i ? "; " : "",
                        list_columns(ctx, &all->list[i]));
  return mem_finish(ctx, str);
}

/* Returns the only foreign key that fits; sets an error if there is none, or if
** there are several. */
static Candidate find_foreign_key(Ctx *ctx, const Relationship *r) {
  Candidates all = {NULL, 0};
  Candidate none = {NULL, NULL, NULL};
  add_candidates(ctx, &all, r, r->model, r->target);
  if (r->model != r->target) add_candidates(ctx, &all, r, r->target, r->model);
  if (!ctx_ok(ctx)) return none;
  if (all.count == 0)
    err_set(ctx, SQLITE_ERROR, "no foreign key %s%s%sjoins \"%s\" and \"%s\"%s",
            r->foreign_key ? "(" : "", r->foreign_key ? r->foreign_key : "",
            r->foreign_key ? ") " : "", r->model->name, r->target->name,
            r->foreign_key
                ? ""
                : "; give one of them a column that REFERENCES the other");
  if (all.count > 1)
    err_set(ctx, SQLITE_ERROR,
            "several foreign keys join \"%s\" and \"%s\"; say which in "
            "foreign_key: %s",
            r->model->name, r->target->name, list_candidates(ctx, &all));
  return ctx_ok(ctx) ? all.list[0] : none;
}

/* ---- many-to-many ------------------------------------------------------- */

/* Returns the foreign key of the association onto `parent`, other than `not`.
** Sets an error if there is none, or if there are several. */
static const Constraint *find_link(Ctx *ctx, const Relationship *r,
                                   const Table *parent,
                                   const Constraint * not ) {
  Candidates all = {NULL, 0};
  const Constraint *found = NULL;
  int count = 0;
  add_candidates(ctx, &all, r, r->through, parent);
  for (int i = 0; ctx_ok(ctx) && i < all.count; i++) {
    if (all.list[i].foreign == not ) continue;
    found = all.list[i].foreign;
    count++;
  }
  if (ctx_ok(ctx) && count == 0)
    err_set(ctx, SQLITE_ERROR,
            "secondary \"%s\" has no foreign key%s%s onto \"%s\"",
            r->through->name, r->foreign_key ? " " : "",
            r->foreign_key ? r->foreign_key : "", parent->name);
  if (count > 1)
    err_set(ctx, SQLITE_ERROR,
            "secondary \"%s\" has several foreign keys onto \"%s\"; say in "
            "foreign_key which is the key of the model: %s",
            r->through->name, parent->name, list_candidates(ctx, &all));
  return ctx_ok(ctx) ? found : NULL;
}

/* Returns the columns of an end that the foreign key references. */
static const char **end_columns(Ctx *ctx, const Constraint *key,
                                const Table *end) {
  if (!ctx_ok(ctx)) return NULL;
  const char **columns = referenced_columns(ctx, key, end);
  if (columns == NULL && ctx_ok(ctx))
    err_set(ctx, SQLITE_ERROR,
            "a foreign key of secondary matches no key of "
            "\"%s\"",
            end->name);
  return columns;
}

static void find_through(Ctx *ctx, const Relationship *r, Direction *d) {
  d->kind = RELATION_THROUGH;
  d->through = r->through;
  if (d->through == NULL)
    err_set(ctx, SQLITE_ERROR, "secondary: no table \"%s\" is declared",
            r->secondary);
  if (!ctx_ok(ctx)) return;
  Relationship any = *r;
  any.foreign_key = NULL;
  d->foreign = find_link(ctx, r, r->model, NULL);
  if (ctx_ok(ctx)) d->other = find_link(ctx, &any, r->target, d->foreign);
  d->referenced = end_columns(ctx, d->foreign, r->model);
  d->ends = end_columns(ctx, d->other, r->target);
}

/* Returns the kind of a direction. Only uselist 0 makes a relationship to the
** child a relationship to one. */
static RelationKind relation_kind(bool to_parent, int uselist) {
  if (to_parent) return RELATION_TO_ONE;
  return uselist == 0 ? RELATION_TO_ONE_CHILD : RELATION_TO_MANY;
}

/* ---- primaryjoin -------------------------------------------------------- */

/* The equalities of a condition as a foreign key. */
typedef struct JoinKey {
  const Table *child, *parent;
  const char **columns, **referenced; /* of the child, and of the parent */
  int count;
} JoinKey;

static bool has_column(const JoinKey *key, const char *column) {
  for (int i = 0; i < key->count; i++)
    if (name_equal(key->referenced[i], column)) return true;
  return false;
}

/* Returns true if the terms are unique, and the referenced columns include all
** of them. */
static bool covers(const JoinKey *key, const Term *terms, int nterm) {
  for (int i = 0; i < nterm; i++)
    if (!terms[i].column || !has_column(key, terms[i].column)) return false;
  return nterm == key->count;
}

/* Returns true if the referenced columns name one row of the parent. */
static bool is_parent_unique(const Schema *schema, const JoinKey *key) {
  const Table *t = key->parent;
  for (int i = 0; i < t->nconstraint; i++)
    if (constraint_is_key(&t->constraints[i]) &&
        covers(key, t->constraints[i].terms, t->constraints[i].nterm))
      return true;
  for (int i = 0; i < schema->nindex; i++) {
    const Index *index = schema->indexes[i];
    if (index->unique && !index->where.sql &&
        name_equal(index->table, t->name) &&
        covers(key, index->terms, index->nterm))
      return true;
  }
  return false;
}

/* Returns true if the foreign key has the columns of the condition. */
static bool has_pairs(const Constraint *c, const char **referenced,
                      const JoinKey *key) {
  for (int i = 0; i < c->nterm; i++) {
    int k = 0;
    while (k < key->count &&
           !(name_equal(c->terms[i].column, key->columns[k]) &&
             name_equal(referenced[i], key->referenced[k])))
      k++;
    if (k == key->count) return false;
  }
  return c->nterm == key->count;
}

/* Returns the declared foreign key with these columns, NULL if there is
** none. */
static const Constraint *declared_join_key(Ctx *ctx, const JoinKey *key) {
  for (int i = 0; ctx_ok(ctx) && i < key->child->nconstraint; i++) {
    const Constraint *c = &key->child->constraints[i];
    if (c->kind != CONSTRAINT_FOREIGN ||
        !name_equal(c->parent, key->parent->name))
      continue;
    const char **referenced = referenced_columns(ctx, c, key->parent);
    if (referenced && has_pairs(c, referenced, key)) return c;
  }
  return NULL;
}

/* Returns a foreign key that the table does not declare. */
static const Constraint *make_join_key(Ctx *ctx, const JoinKey *key) {
  Constraint *c = MEM_NEW(ctx, Constraint);
  if (c == NULL) return NULL;
  *c = (Constraint){.kind = CONSTRAINT_FOREIGN,
                    .column = -1,
                    .parent = key->parent->name,
                    .parent_columns = key->referenced,
                    .nparent = key->count};
  for (int i = 0; i < key->count; i++) {
    Term *term = MEM_PUSH(ctx, c->terms, c->nterm);
    if (term) term->column = key->columns[i];
  }
  return c;
}

/* Returns true if the target has the foreign key, in the first of two keys, and
** not the model: foreign_key names its columns, or it declares the foreign key,
** or only it lacks a unique key of the columns. */
static bool is_target_child(Ctx *ctx, const Schema *schema,
                            const Relationship *r, const JoinKey *keys) {
  for (int i = 0; r->foreign_key && i < 2; i++)
    if (names_columns(ctx, r->foreign_key, keys[i].child, keys[i].columns,
                      keys[i].count))
      return i == 0;
  if (r->foreign_key)
    err_set(ctx, SQLITE_ERROR,
            "foreign_key \"%s\" is not the columns of one side of primaryjoin",
            r->foreign_key);
  for (int i = 0; i < 2; i++)
    if (declared_join_key(ctx, &keys[i])) return i == 0;
  return is_parent_unique(schema, &keys[0]) ||
         !is_parent_unique(schema, &keys[1]);
}

/* Sets the kind of a direction that a condition defines. Equalities of columns
** that name one row of a table are a foreign key. */
static void find_joined(Ctx *ctx, const Schema *schema, const Relationship *r,
                        Direction *d) {
  Primaryjoin join = primaryjoin_read(ctx, r->primaryjoin, r->model, r->target);
  const JoinKey keys[] = {
      {r->target, r->model, join.target, join.self, join.count},
      {r->model, r->target, join.self, join.target, join.count}};
  if (r->secondary)
    err_set(ctx, SQLITE_ERROR,
            "primaryjoin and secondary exclude each other; declare a view in "
            "orm_object");
  if (!ctx_ok(ctx)) return;
  bool to_child = join.count && is_target_child(ctx, schema, r, keys);
  const JoinKey *key = &keys[to_child ? 0 : 1];
  bool unique = join.count && is_parent_unique(schema, key);
  if (unique && join.only) {
    const Constraint *declared = declared_join_key(ctx, key);
    d->kind = relation_kind(!to_child, r->uselist);
    d->foreign = declared ? declared : make_join_key(ctx, key);
    d->referenced = declared ? referenced_columns(ctx, declared, key->parent)
                             : key->referenced;
    return;
  }
  bool to_one = r->uselist == 0 || (unique && !to_child);
  d->kind = to_one ? RELATION_JOIN_ONE : RELATION_JOIN_MANY;
  d->back = unique && to_child ? RELATION_JOIN_ONE : RELATION_JOIN_MANY;
  d->join = join.text;
  d->viewonly = true;
}

/* ---- the two directions ------------------------------------------------- */

/* The words of `cascade`, https://docs.sqlalchemy.org/orm/cascades.html. Those
** without an effect have a meaning only in a session of SQLAlchemy. */
static const struct {
  const char *word;
  bool deletes, orphan;
} cascades[] = {
    {"save-update", false, false},
    {"merge", false, false},
    {"refresh-expire", false, false},
    {"expunge", false, false},
    {"delete", true, false},
    {"delete-orphan", false, true},
    {"all", true, false},
    {"none", false, false},
};
enum { CASCADES = sizeof(cascades) / sizeof(*cascades) };

/* Adds the effect of a word to the direction; an unknown word is an error. */
static void apply_cascade(Ctx *ctx, Direction *d, const char *word) {
  for (int k = 0; ctx_ok(ctx) && k < CASCADES; k++) {
    if (!name_equal(word, cascades[k].word)) continue;
    d->delete_all |= cascades[k].deletes;
    d->delete_orphan |= cascades[k].orphan;
    return;
  }
  err_set(ctx, SQLITE_ERROR,
          "unknown cascade \"%s\"; known are save-update, merge, delete, "
          "delete-orphan and all",
          word);
}

static void read_cascade(Ctx *ctx, const Relationship *r, Direction *d) {
  Tokens tokens = token_list(ctx, r->cascade ? r->cascade : "");
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    if (token_is(&tokens.list[i], ",")) continue;
    const char *z = tokens.list[i].z;
    while (i + 2 < tokens.count && token_is(&tokens.list[i + 1], "-")) i += 2;
    const Token *last = &tokens.list[i];
    char *word = mem_text(ctx, z, (int)(last->z + last->n - z));
    if (word) apply_cascade(ctx, d, word);
  }
}

/* Returns true for passive_deletes 'all' and true values. SQLAlchemy leaves the
** rows that it has not loaded to the database then; a trigger loads none. */
static bool is_passive(Ctx *ctx, const Relationship *r) {
  static const char *const values[] = {"all", "1", "true", NULL};
  static const char *const off[] = {"", "0", "false", NULL};
  const char *text = r->passive_deletes ? r->passive_deletes : "";
  if (name_is_one_of(text, values)) return true;
  if (!name_is_one_of(text, off))
    err_set(ctx, SQLITE_ERROR,
            "unknown passive_deletes \"%s\"; known are all, 1 and 0", text);
  return false;
}

/* Returns true if the relationship goes from the child, which has the foreign
** key, to the parent. Between a table and itself, remote_side decides: as in
** SQLAlchemy, it names the columns of the target. */
static bool is_to_parent(Ctx *ctx, const Relationship *r, const Candidate *c,
                         const char *const *referenced) {
  bool to_self = c->child == c->parent;
  bool to_parent = !to_self && c->child == r->model;
  if (r->remote_side == NULL || !ctx_ok(ctx)) return to_parent;
  int n = c->foreign->nterm;
  if ((to_self || to_parent) &&
      names_columns(ctx, r->remote_side, c->parent, referenced, n))
    return true;
  if (!to_parent && names_columns(ctx, r->remote_side, c->child,
                                  own_columns(ctx, c->foreign), n))
    return false;
  err_set(ctx, SQLITE_ERROR,
          "remote_side \"%s\" is not what the foreign key (%s) has on the "
          "other side",
          r->remote_side, list_columns(ctx, c));
  return false;
}

/* Returns the token that begins the direction of a term, "COLLATE x DESC NULLS
** LAST"; `to` if it has none. */
static int find_order_direction(const Tokens *tokens, int from, int to) {
  static const char *const words[] = {"ASC",  "DESC",    "NULLS", "FIRST",
                                      "LAST", "COLLATE", NULL};
  int at = to;
  while (at > from + 1 &&
         (token_is_one_of(&tokens->list[at - 1], words) ||
          (at > from + 2 && token_is(&tokens->list[at - 2], "COLLATE"))))
    at--;
  return at;
}

/* Returns the term in tokens `from` to `to` - 1: a column of the target, also
** as table.column, or an expression. */
static OrderTerm read_term(Ctx *ctx, const Relationship *r,
                           const Tokens *tokens, int from, int to) {
  int column = from + (token_is(&tokens->list[from + 1], ".") ? 2 : 0);
  int end = find_order_direction(tokens, from, to);
  const char *rest = token_text(ctx, tokens, end, to);
  if (column != end - 1 || !token_is_name(&tokens->list[column]))
    return (OrderTerm){NULL, token_text(ctx, tokens, from, end), rest};
  const OrderTerm term = {token_name(ctx, &tokens->list[column]), NULL, rest};
  if (term.column && table_column(r->target, term.column) < 0)
    err_set(ctx, SQLITE_ERROR,
            "order_by \"%s\": table \"%s\" has no column \"%s\"%s", r->order_by,
            r->target->name, term.column,
            table_suggest_column(ctx, r->target, term.column));
  return term;
}

static void read_order(Ctx *ctx, const Relationship *r, Direction *d) {
  if (r->order_by == NULL) return;
  Tokens tokens = token_list(ctx, r->order_by);
  OrderTerm *list = NULL;
  if (tokens.count == 0) return;
  for (int from = 0, i = 0; ctx_ok(ctx) && i <= tokens.count; i++) {
    const Token *token = &tokens.list[i];
    bool open = i < tokens.count && token_is(token, "(");
    if (open) i = token->close;
    if (i < tokens.count && !token_is(&tokens.list[i], ",")) continue;
    if (i == from || (open && i >= tokens.count)) {
      err_set(ctx, SQLITE_ERROR, "order_by \"%s\" is not complete",
              r->order_by);
      break;
    }
    OrderTerm *slot = MEM_PUSH(ctx, list, d->norder);
    if (slot) *slot = read_term(ctx, r, &tokens, from, i);
    from = i + 1;
  }
  d->order = list;
}

static void find_keyed_kind(Ctx *ctx, const Relationship *r, Direction *d) {
  Candidate c = find_foreign_key(ctx, r);
  if (!ctx_ok(ctx)) return;
  d->foreign = c.foreign;
  d->referenced = referenced_columns(ctx, c.foreign, c.parent);
  if (ctx_ok(ctx) && d->referenced == NULL)
    err_set(ctx, SQLITE_ERROR, "the foreign key (%s) matches no key of \"%s\"",
            list_columns(ctx, &c), c.parent->name);
  d->kind = relation_kind(is_to_parent(ctx, r, &c, d->referenced), r->uselist);
}

/* Returns the direction from the model to its target. */
static Direction find_direction(Ctx *ctx, const Schema *schema,
                                const Relationship *r) {
  Direction d = {.name = r->name,
                 .owner = r->model,
                 .target = r->target,
                 .viewonly = r->viewonly};
  read_cascade(ctx, r, &d);
  d.passive = is_passive(ctx, r);
  d.has_back = r->backref != NULL;
  if (r->primaryjoin)
    find_joined(ctx, schema, r, &d);
  else if (r->secondary)
    find_through(ctx, r, &d);
  else
    find_keyed_kind(ctx, r, &d);
  if (d.kind != RELATION_TO_ONE && d.kind != RELATION_TO_ONE_CHILD)
    read_order(ctx, r, &d);
  if (d.delete_orphan && d.kind == RELATION_TO_ONE)
    err_set(ctx, SQLITE_ERROR,
            "cascade \"%s\": delete-orphan belongs to the other side",
            r->cascade);
  if ((d.delete_orphan || d.delete_all) && d.join)
    err_set(ctx, SQLITE_ERROR,
            "cascade \"%s\" needs a primaryjoin of equal columns, a key of one "
            "table and columns of the other",
            r->cascade);
  return d;
}

/* Makes the direction of the backref from that of the relationship. */
static void reverse_through(Direction *d) {
  const Constraint *foreign = d->foreign;
  const char **referenced = d->referenced;
  d->foreign = d->other;
  d->referenced = d->ends;
  d->other = foreign;
  d->ends = referenced;
}

/* The backref is the opposite direction of the same foreign key. Only the side
** that is declared has the cascade. */
static Directions find_directions(Ctx *ctx, const Schema *schema,
                                  const Relationship *r) {
  Directions both = {.count = 1};
  both.list[0] = find_direction(ctx, schema, r);
  if (r->backref == NULL) return both;
  Direction back = both.list[0];
  back.name = r->backref;
  back.owner = r->target;
  back.target = r->model;
  back.join_back = true;
  if (back.through)
    reverse_through(&back);
  else if (back.join)
    back.kind = back.back;
  else
    back.kind = relation_kind(back.kind != RELATION_TO_ONE, r->uselist);
  back.norder = 0;
  back.delete_orphan = back.delete_all = false;
  both.list[both.count++] = back;
  return both;
}

Directions relate_directions(Ctx *ctx, const Schema *schema,
                             const Relationship *r) {
  Directions both = {.count = 0};
  if (ctx_ok(ctx)) both = find_directions(ctx, schema, r);
  err_prefix(ctx, "relationship \"%s\" of model \"%s\"", r->name,
             r->model->model);
  return both;
}

void relate_views(Ctx *ctx, Schema *schema, const Relationship *r) {
  if (!ctx_ok(ctx)) return;
  Directions both = find_directions(ctx, schema, r);
  for (int i = 0; ctx_ok(ctx) && i < both.count; i++)
    relview_add(ctx, schema, &both.list[i]);
  err_prefix(ctx, "relationship \"%s\" of model \"%s\"", r->name,
             r->model->model);
}
