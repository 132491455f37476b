#include "views/relate.h"

#include "base/token.h"
#include "views/relview.h"

/* ---- the foreign key ---------------------------------------------------- */

/* Is `list` ("post.user_id, b", tables optional) these columns, in any order?
 */
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

/* The columns that the key has here. */
static const char **own_columns(Ctx *ctx, const Constraint *c) {
  size_t size = sizeof(char *) * (size_t)c->nterm;
  const char **names = (const char **)mem_new(ctx, size);
  for (int i = 0; names && i < c->nterm; i++) names[i] = c->terms[i].column;
  return names;
}

/* And those it points to: said, or the parent's PRIMARY KEY. NULL if they do
** not match. */
static const char **referenced_columns(Ctx *ctx, const Constraint *c,
                                       const Table *parent) {
  const Constraint *key = table_primary_key(parent);
  if (c->nparent == 0)
    return key && key->nterm == c->nterm ? own_columns(ctx, key) : NULL;
  for (int i = 0; i < c->nparent; i++)
    if (table_column(parent, c->parent_columns[i]) < 0) return NULL;
  return c->nparent == c->nterm ? c->parent_columns : NULL;
}

/* A foreign key that could carry the relationship. */
typedef struct Candidate {
  const Table *child, *parent;
  const Constraint *foreign;
} Candidate;

typedef struct Candidates {
  Candidate *list;
  int count;
} Candidates;

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

/* post.user_id */
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

/* ---- the two sides ------------------------------------------------------ */

static const char *const cascades[] = {"save-update", "merge", "delete-orphan",
                                       "expunge", "refresh-expire"};

/* Of a cascade, what is done here or means nothing outside of a session. */
static bool read_cascade(Ctx *ctx, const Relationship *r) {
  bool orphan = false;
  Tokens tokens = token_list(ctx, r->cascade ? r->cascade : "");
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    if (token_is(&tokens.list[i], ",")) continue;
    const char *z = tokens.list[i].z;
    while (i + 2 < tokens.count && token_is(&tokens.list[i + 1], "-")) i += 2;
    const Token *last = &tokens.list[i];
    char *word = mem_text(ctx, z, (int)(last->z + last->n - z));
    bool known = false;
    for (int k = 0; word && k < 5; k++) known |= name_equal(word, cascades[k]);
    if (word && !known)
      err_set(ctx, SQLITE_ERROR,
              "cascade \"%s\" is not in this release; known are save-update, "
              "merge and delete-orphan",
              word);
    orphan |= word && name_equal(word, "delete-orphan");
  }
  return orphan;
}

/* Does the relationship go from who has the foreign key to whom it points to?
** Between a table and itself remote_side says so, by naming the columns on the
** other side, as with SQLAlchemy. */
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

/* The foreign key of the relationship, and which way it goes. */
static Side find_side(Ctx *ctx, const Relationship *r) {
  Side side = {.name = r->name,
               .owner = r->model,
               .target = r->target,
               .viewonly = r->viewonly};
  side.delete_orphan = read_cascade(ctx, r);
  Candidate c = find_foreign_key(ctx, r);
  if (!ctx_ok(ctx)) return side;
  side.foreign = c.foreign;
  side.referenced = referenced_columns(ctx, c.foreign, c.parent);
  if (ctx_ok(ctx) && side.referenced == NULL)
    err_set(ctx, SQLITE_ERROR, "the foreign key (%s) matches no key of \"%s\"",
            list_columns(ctx, &c), c.parent->name);
  side.to_parent = is_to_parent(ctx, r, &c, side.referenced);
  side.many = !side.to_parent && r->uselist != 0;
  if (side.delete_orphan && side.to_parent)
    err_set(ctx, SQLITE_ERROR,
            "cascade \"delete-orphan\" belongs to the other side");
  return side;
}

static void relate(Ctx *ctx, Schema *schema, const Relationship *r) {
  if (r->secondary)
    err_set(ctx, SQLITE_ERROR,
            "many-to-many (secondary) is not in this release");
  Side side = find_side(ctx, r);
  relview_add(ctx, schema, &side);
  if (r->backref == NULL) return;
  side.name = r->backref;
  side.owner = r->target;
  side.target = r->model;
  side.to_parent = !side.to_parent;
  side.many = !side.to_parent && r->uselist != 0;
  side.delete_orphan = false;
  relview_add(ctx, schema, &side);
}

void relate_views(Ctx *ctx, Schema *schema, const Relationship *r) {
  if (ctx_ok(ctx)) relate(ctx, schema, r);
  err_prefix(ctx, "relationship \"%s\" of model \"%s\"", r->name,
             r->model->model);
}
