#include "objects/classes.h"

#include <stdlib.h>

#include "base/nearest.h"
#include "meta/meta.h"
#include "objects/value_type.h"
#include "schema/naming.h"
#include "views/relate.h"

Classes *classes_new(Ctx *ctx) {
  meta_require(ctx);
  Classes *classes = MEM_NEW(ctx, Classes);
  if (classes == NULL) return NULL;
  classes->ctx = ctx;
  classes->reader = (ModelReader){.ctx = ctx};
  model_reader_begin(&classes->reader);
  return ctx_ok(ctx) ? classes : NULL;
}

/* ---- keys --------------------------------------------------------------- */

/* Adds a key; `terms` are its columns. */
static void push_key(Ctx *ctx, Class *c, const Term *terms, int nterm,
                     bool primary) {
  ClassKey key = {.count = nterm, .primary = primary};
  key.columns = (int *)mem_new(ctx, sizeof(int) * (size_t)nterm);
  for (int i = 0; key.columns && i < nterm; i++) {
    key.columns[i] =
        terms[i].column ? table_column(c->table, terms[i].column) : -1;
    if (key.columns[i] < 0) return;
  }
  ClassKey *slot = ctx_ok(ctx) ? MEM_PUSH(ctx, c->keys, c->nkey) : NULL;
  if (slot) *slot = key;
}

/* Adds the PRIMARY KEY, then the constraints and indexes that are UNIQUE. */
static void push_keys(Classes *classes, Class *c) {
  Ctx *ctx = classes->ctx;
  const Schema *schema = classes->reader.schema;
  const Constraint *primary = table_primary_key(c->table);
  if (primary) push_key(ctx, c, primary->terms, primary->nterm, true);
  for (int i = 0; ctx_ok(ctx) && i < c->table->nconstraint; i++) {
    const Constraint *unique = &c->table->constraints[i];
    if (unique->kind == CONSTRAINT_UNIQUE)
      push_key(ctx, c, unique->terms, unique->nterm, false);
  }
  for (int i = 0; ctx_ok(ctx) && i < schema->nindex; i++) {
    const Index *index = schema->indexes[i];
    if (index->unique && index->where.sql == NULL &&
        name_equal(index->table, c->table->name))
      push_key(ctx, c, index->terms, index->nterm, false);
  }
}

/* ---- links -------------------------------------------------------------- */

static void add_link(Ctx *ctx, Class *c, const MetaRow *row, bool back) {
  const char *name =
      row->texts[back ? RELATIONSHIP_BACKREF : RELATIONSHIP_NAME];
  if (name == NULL || *name == 0) return;
  Link *link = MEM_PUSH(ctx, c->links, c->nlink);
  if (link == NULL) return;
  link->name = name;
  link->target = row->texts[back ? RELATIONSHIP_MODEL : RELATIONSHIP_TARGET];
  link->row = row;
  link->back = back;
}

static void add_links(Ctx *ctx, Class *c) {
  MetaList rows = meta_find(ctx, META_RELATIONSHIP, "model", c->name);
  for (int i = 0; i < rows.count && ctx_ok(ctx); i++)
    add_link(ctx, c, rows.list[i], false);
  rows = meta_find(ctx, META_RELATIONSHIP, "target", c->name);
  for (int i = 0; i < rows.count && ctx_ok(ctx); i++)
    add_link(ctx, c, rows.list[i], true);
}

/* ---- classes ------------------------------------------------------------ */

static Class *find_known(const Classes *classes, const char *name) {
  for (int i = 0; i < classes->count; i++)
    if (name_equal(classes->list[i]->name, name)) return classes->list[i];
  return NULL;
}

/* Sets the error for an unknown model. */
static void unknown_model(Ctx *ctx, const char *name) {
  Nearest near = {.name = name};
  sqlite3_stmt *stmt =
      db_prepare(ctx, "SELECT name FROM \"main\".orm_model ORDER BY id");
  while (db_row(ctx, stmt)) nearest_try(&near, db_column(ctx, stmt, 0));
  db_finish(stmt);
  err_set(ctx, SQLITE_ERROR, "unknown model \"%s\"%s", name,
          nearest_hint(ctx, &near, ""));
}

static void take_all(ModelReader *r, MetaKind kind, MetaList rows) {
  for (int i = 0; i < rows.count && ctx_ok(r->ctx); i++)
    model_reader_take(r, kind, rows.list[i]);
}

/* Reads the table of a model and the types of its columns. */
static void read_table(Classes *classes, Class *c, const MetaRow *model) {
  Ctx *ctx = classes->ctx;
  ModelReader *r = &classes->reader;
  const MetaList columns = meta_find(ctx, META_COLUMN, "model", c->name);
  if (ctx_ok(ctx)) model_reader_take(r, META_MODEL, model);
  take_all(r, META_COLUMN, columns);
  take_all(r, META_CONSTRAINT,
           meta_find(ctx, META_CONSTRAINT, "model", c->name));
  if (!ctx_ok(ctx)) return;
  Table *table = (Table *)map_get(r->models, c->name);
  table_check_keys(ctx, table);
  err_prefix(ctx, "model \"%s\"", c->name);
  table_finish(ctx, table);
  c->table = table;
  size_t size = sizeof(ValueType) * (size_t)table->ncolumn;
  c->types = (ValueType *)mem_new(ctx, size);
  for (int i = 0; ctx_ok(ctx) && i < columns.count; i++)
    c->types[i] = value_type_of(ctx, columns.list[i]->texts[COLUMN_DEFINITION]);
}

/* Reads a model. */
static void read_model_class(Classes *classes, Class *c, const MetaRow *model) {
  c->name = model->texts[MODEL_NAME];
  read_table(classes, c, model);
  if (!ctx_ok(classes->ctx)) return;
  push_keys(classes, c);
  add_links(classes->ctx, c);
}

/* Reads the columns of a view. */
static void read_view_columns(Ctx *ctx, Class *c, Table *table) {
  int count = 0;
  sqlite3_stmt *rows =
      db_prepare(ctx, "PRAGMA \"main\".table_xinfo(%Q)", c->name);
  while (db_row(ctx, rows)) {
    Column *column = MEM_PUSH(ctx, table->columns, table->ncolumn);
    ValueType *type = MEM_PUSH(ctx, c->types, count);
    if (column == NULL || type == NULL) break;
    column->name = db_column(ctx, rows, 1);
    column->type = db_column(ctx, rows, 2);
    *type = value_type_of(ctx, column->type);
  }
  db_finish(rows);
}

/* Reads a view. Sets the error for an unknown model if there is no such
** view. */
static void read_view_class(Ctx *ctx, Class *c, const char *name) {
  c->view = true;
  c->name = db_text_or_null(ctx,
                            "SELECT name FROM \"main\".sqlite_schema WHERE "
                            "type = 'view' AND name = %Q COLLATE NOCASE",
                            name);
  Table *table = MEM_NEW(ctx, Table);
  if (ctx_ok(ctx) && c->name == NULL) unknown_model(ctx, name);
  if (!ctx_ok(ctx)) return;
  table->name = c->name;
  table->rowid_alias = -1;
  c->table = table;
  read_view_columns(ctx, c, table);
}

const Class *classes_find(Classes *classes, const char *name) {
  Ctx *ctx = classes->ctx;
  Class *c = find_known(classes, name);
  if (c || !ctx_ok(ctx)) return c;
  const MetaList model = meta_find(ctx, META_MODEL, "name", name);
  c = MEM_NEW(ctx, Class);
  if (c == NULL) return NULL;
  if (model.count)
    read_model_class(classes, c, model.list[0]);
  else
    read_view_class(ctx, c, name);
  if (!ctx_ok(ctx)) return NULL;
  Class **slot = MEM_PUSH(ctx, classes->list, classes->count);
  if (slot) *slot = c;
  return ctx_ok(ctx) ? c : NULL;
}

const Class *classes_target(Classes *classes, const Link *link) {
  return classes_find(classes, link->target);
}

/* Returns the table of an association, which `secondary` names by its table or
** its model; NULL if it is not declared. */
static const Table *find_association(Classes *classes, const char *secondary) {
  Ctx *ctx = classes->ctx;
  const char *model = NULL;
  sqlite3_stmt *rows = db_prepare(
      ctx, "SELECT name, table_name FROM \"main\".orm_model ORDER BY id");
  while (model == NULL && db_row(ctx, rows)) {
    const char *name = db_column(ctx, rows, 0);
    const char *table = db_column_or_null(ctx, rows, 1);
    if (name && (table == NULL || *table == 0))
      table = naming_snake_case(ctx, name);
    if (name_equal(name, secondary) || name_equal(table, secondary))
      model = name;
  }
  db_finish(rows);
  const Class *c = model ? classes_find(classes, model) : NULL;
  return c ? c->table : NULL;
}

/* Both models must be read before the relationship. */
static void resolve(Classes *classes, Link *link) {
  Ctx *ctx = classes->ctx;
  ModelReader *r = &classes->reader;
  if (classes_target(classes, link) == NULL) return;
  model_reader_take(r, META_RELATIONSHIP, link->row);
  if (!ctx_ok(ctx)) return;
  Relationship *rel = &r->relationships.list[r->relationships.count - 1];
  if (rel->secondary) rel->through = find_association(classes, rel->secondary);
  Directions both = relate_directions(ctx, r->schema, rel);
  if (!ctx_ok(ctx)) return;
  link->direction = both.list[link->back && both.count > 1];
  link->orphans = link->back && both.list[0].delete_orphan;
  link->resolved = true;
}

const Direction *classes_direction(Classes *classes, const Class *owner,
                                   const Link *link) {
  Link *mine = &owner->links[link - owner->links];
  if (!mine->resolved && ctx_ok(classes->ctx)) resolve(classes, mine);
  return ctx_ok(classes->ctx) ? &mine->direction : NULL;
}

/* ---- members ------------------------------------------------------------ */

const Link *class_link(const Class *c, const char *name) {
  for (int i = 0; i < c->nlink; i++)
    if (name_equal(c->links[i].name, name)) return &c->links[i];
  return NULL;
}

const ClassKey *class_primary_key(const Class *c) {
  return c->nkey && c->keys[0].primary ? &c->keys[0] : NULL;
}

void class_unknown_member(Ctx *ctx, const Class *c, const char *name) {
  Nearest near = {.name = name};
  for (int i = 0; i < c->table->ncolumn; i++)
    nearest_try(&near, c->table->columns[i].name);
  for (int i = 0; i < c->nlink; i++) nearest_try(&near, c->links[i].name);
  err_set(ctx, SQLITE_ERROR, "model \"%s\" has no \"%s\"%s", c->name, name,
          nearest_hint(ctx, &near, ""));
}

const char *class_list_keys(Ctx *ctx, const Class *c) {
  if (c->nkey == 0) return "none";
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < c->nkey; i++)
    for (int k = 0; k < c->keys[i].count; k++)
      sqlite3_str_appendf(str, "%s%s%s",
                          k   ? ", "
                          : i ? ", ("
                              : "(",
                          c->table->columns[c->keys[i].columns[k]].name,
                          k == c->keys[i].count - 1 ? ")" : "");
  return mem_finish(ctx, str);
}
