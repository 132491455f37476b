#include "declare/automap.h"

#include "ddl/render.h"
#include "meta/model.h"

/* A row of orm_relationship to insert. */
typedef struct Proposal {
  const char *model, *name, *target, *backref;
  const char *foreign_key, *remote_side; /* NULL if the default is right */
  const char *secondary;                 /* many-to-many: the association */
  bool one;                              /* one-to-one */
} Proposal;

typedef struct Automap {
  Ctx *ctx;
  const Schema *schema;
  Proposal *list;
  int count;
} Automap;

/* ---- foreign keys ------------------------------------------------------- */

/* Returns the number of foreign keys from child to parent. */
static int count_keys(const Table *child, const Table *parent) {
  int n = 0;
  for (int i = 0; i < child->nconstraint; i++) {
    const Constraint *c = &child->constraints[i];
    if (c->kind == CONSTRAINT_FOREIGN && name_equal(c->parent, parent->name))
      n++;
  }
  return n;
}

/* True if two lists have the same columns, in any order. */
static bool same_terms(const Term *a, int na, const Term *b, int nb) {
  for (int i = 0; i < na; i++) {
    int k = 0;
    while (k < nb && (!b[k].column || !name_equal(a[i].column, b[k].column)))
      k++;
    if (k == nb) return false;
  }
  return na == nb;
}

/* True if the table has at most one row for each value of the key. */
static bool is_unique(const Schema *schema, const Table *table,
                      const Constraint *key) {
  for (int i = 0; i < table->nconstraint; i++) {
    const Constraint *c = &table->constraints[i];
    if ((c->kind == CONSTRAINT_PRIMARY || c->kind == CONSTRAINT_UNIQUE) &&
        same_terms(key->terms, key->nterm, c->terms, c->nterm))
      return true;
  }
  for (int i = 0; i < schema->nindex; i++) {
    const Index *index = schema->indexes[i];
    if (index->unique && !index->where.sql &&
        name_equal(index->table, table->name) &&
        same_terms(key->terms, key->nterm, index->terms, index->nterm))
      return true;
  }
  return false;
}

/* Returns the columns of a foreign key as orm_relationship has them:
** "post.user_id, post.b". With `referenced`, those of the parent, which is
** `table`. */
static char *foreign_key_text(Ctx *ctx, const Table *table,
                              const Constraint *key, bool referenced) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  const Constraint *primary = table_primary_key(table);
  for (int i = 0; i < key->nterm; i++) {
    const char *column = !referenced        ? key->terms[i].column
                         : i < key->nparent ? key->parent_columns[i]
                         : primary && i < primary->nterm
                             ? primary->terms[i].column
                             : NULL;
    if (column)
      sqlite3_str_appendf(str, "%s%s.%s", i ? ", " : "",
                          render_name(ctx, table->name),
                          render_name(ctx, column));
  }
  return mem_finish(ctx, str);
}

/* True if a relationship of the two tables uses this key already. */
static bool is_related(Ctx *ctx, const Table *child, const Table *parent,
                       const char *columns) {
  return db_int(ctx,
                "SELECT EXISTS (SELECT 1 FROM \"main\".orm_relationship WHERE"
                " (model = %Q AND target = %Q OR model = %Q AND target = %Q)"
                " AND (foreign_key IS NULL OR replace(foreign_key, ' ', '')"
                "  = replace(%Q, ' ', '') COLLATE NOCASE))",
                child->model, parent->model, parent->model, child->model,
                columns) != 0;
}

/* True if a relationship uses the association already. */
static bool is_association_known(Ctx *ctx, const Table *table) {
  return db_int(ctx,
                "SELECT EXISTS (SELECT 1 FROM \"main\".orm_relationship WHERE"
                " secondary COLLATE NOCASE IN (%Q, %Q, %Q))",
                table->name, table->model, render_name(ctx, table->name)) != 0;
}

/* ---- names -------------------------------------------------------------- */

/* Returns the default name of a relationship: "author" for author_id and
** authorId. */
static const char *relationship_name(Ctx *ctx, const Constraint *key,
                                     const Table *parent) {
  const char *column = key->terms[0].column;
  int n = (int)strlen(column);
  if (key->nterm > 1 || n < 3 || !name_equal(column + n - 2, "id"))
    return parent->name;
  if (column[n - 3] == '_') return mem_text(ctx, column, n - 3);
  return column[n - 2] == 'I' ? mem_text(ctx, column, n - 2) : parent->name;
}

/* True if the model has a relationship or backref of that name. */
static bool is_taken(const Automap *a, const char *model, const char *name) {
  for (int i = 0; i < a->count; i++) {
    const Proposal *p = &a->list[i];
    if (name_equal(p->model, model) && name_equal(p->name, name)) return true;
    if (name_equal(p->target, model) && name_equal(p->backref, name))
      return true;
  }
  return db_int(a->ctx,
                "SELECT EXISTS (SELECT 1 FROM \"main\".orm_relationship WHERE"
                " model = %Q AND name = %Q OR target = %Q AND"
                " backref = %Q COLLATE NOCASE)",
                model, name, model, name) != 0;
}

/* Adds the proposal for a foreign key. */
static void propose(Automap *a, const Table *child, const Constraint *key) {
  Ctx *ctx = a->ctx;
  const Table *parent = schema_table(a->schema, key->parent);
  const char *columns = foreign_key_text(ctx, child, key, false);
  if (!ctx_ok(ctx) || !parent || is_related(ctx, child, parent, columns))
    return;
  bool to_self = parent == child;
  int back = to_self ? 0 : count_keys(parent, child);
  bool several = count_keys(child, parent) + back > 1;
  const char *name = relationship_name(ctx, key, parent);
  if (name && is_taken(a, child->model, name))
    name = mem_printf(ctx, "%s_%s", parent->name, key->terms[0].column);
  Proposal p = {.model = child->model,
                .name = name,
                .target = parent->model,
                .backref = several || to_self
                               ? mem_printf(ctx, "%s_by_%s", child->name, name)
                               : child->name,
                .foreign_key = several ? columns : NULL,
                .remote_side =
                    to_self ? foreign_key_text(ctx, parent, key, true) : NULL,
                .one = is_unique(a->schema, child, key)};
  Proposal *slot = MEM_PUSH(ctx, a->list, a->count);
  if (slot) *slot = p;
}

/* ---- many-to-many ------------------------------------------------------- */

/* Returns true if the column is part of the key. */
static bool constraint_has_column(const Constraint *key, const char *column) {
  for (int i = 0; i < key->nterm; i++)
    if (name_equal(key->terms[i].column, column)) return true;
  return false;
}

/* Returns true if the columns of the two foreign keys, and no others, are the
** PRIMARY KEY of the table, and no other column is NOT NULL. */
static bool is_association_key(const Table *table, const Constraint *a,
                               const Constraint *b) {
  const Constraint *primary = table_primary_key(table);
  if (primary == NULL || primary->nterm != a->nterm + b->nterm) return false;
  for (int i = 0; i < primary->nterm; i++) {
    const char *column = primary->terms[i].column;
    if (constraint_has_column(a, column) == constraint_has_column(b, column))
      return false;
  }
  for (int i = 0; i < table->ncolumn; i++) {
    const Column *c = &table->columns[i];
    if (c->notnull && !c->default_value.sql &&
        !constraint_has_column(a, c->name) &&
        !constraint_has_column(b, c->name))
      return false;
  }
  return true;
}

/* Proposes a many-to-many relationship if the table is an association: its two
** foreign keys are its key. Returns true if it is one. */
static bool propose_through(Automap *a, const Table *table) {
  const Constraint *keys[2];
  int count = 0;
  for (int i = 0; i < table->nconstraint; i++) {
    const Constraint *c = &table->constraints[i];
    if (c->kind != CONSTRAINT_FOREIGN) continue;
    if (count == 2) return false;
    keys[count++] = c;
  }
  if (count < 2 || !is_association_key(table, keys[0], keys[1])) return false;
  const Table *owner = schema_table(a->schema, keys[0]->parent);
  const Table *target = schema_table(a->schema, keys[1]->parent);
  if (owner == NULL || target == NULL) return false;
  if (is_association_known(a->ctx, table)) return true;
  const char *name = relationship_name(a->ctx, keys[1], target);
  const char *back = relationship_name(a->ctx, keys[0], owner);
  if (is_taken(a, owner->model, name) || is_taken(a, target->model, back)) {
    name = mem_printf(a->ctx, "%s_by_%s", name, table->name);
    back = mem_printf(a->ctx, "%s_by_%s", back, table->name);
  }
  Proposal *slot = MEM_PUSH(a->ctx, a->list, a->count);
  if (slot)
    *slot = (Proposal){.model = owner->model,
                       .name = name,
                       .target = target->model,
                       .backref = back,
                       .foreign_key =
                           foreign_key_text(a->ctx, table, keys[0], false),
                       .secondary = table->name};
  return true;
}

/* ---- rows --------------------------------------------------------------- */

static void insert_proposal(Ctx *ctx, const Proposal *p) {
  db_exec(ctx,
          "INSERT OR IGNORE INTO \"main\".orm_relationship(model, name, target,"
          " backref, foreign_key, secondary, remote_side, uselist, viewonly,"
          " passive_deletes)"
          " VALUES (%Q, %Q, %Q, %Q, %Q, %Q, %Q, %s, 1, 'all')",
          p->model, p->name, p->target, p->backref, p->foreign_key,
          p->secondary, p->remote_side, p->one ? "0" : "NULL");
}

/* Deletes the proposals that cannot be read as declarations. Everything that
** was declared before can be read, so no other relationship is deleted. */
static void delete_invalid(Ctx *ctx) {
  Invalids invalids = {NULL, 0};
  model_survey(ctx, &invalids, NULL);
  for (int i = 0; ctx_ok(ctx) && i < invalids.count; i++)
    if (invalids.list[i].row.kind == META_RELATIONSHIP)
      db_exec(ctx, "DELETE FROM \"main\".orm_relationship WHERE id = %lld",
              invalids.list[i].row.id);
}

void automap_relationships(Ctx *ctx, const char *glob) {
  Automap a = {ctx, model_read(ctx, NULL), NULL, 0};
  for (int i = 0; ctx_ok(ctx) && i < a.schema->ntable; i++) {
    const Table *table = a.schema->tables[i];
    bool wanted = glob == NULL || db_int(ctx, "SELECT lower(%Q) GLOB lower(%Q)",
                                         table->name, glob);
    if (!wanted || propose_through(&a, table)) continue;
    for (int k = 0; ctx_ok(ctx) && k < table->nconstraint; k++)
      if (table->constraints[k].kind == CONSTRAINT_FOREIGN)
        propose(&a, table, &table->constraints[k]);
  }
  for (int i = 0; ctx_ok(ctx) && i < a.count; i++)
    insert_proposal(ctx, &a.list[i]);
  if (ctx_ok(ctx) && a.count) delete_invalid(ctx);
}
