#include "meta/model_reader.h"

#include <stdlib.h>

#include "base/nearest.h"
#include "ddl/render.h"
#include "schema/dqs.h"
#include "schema/naming.h"

/* ---- names that changed ------------------------------------------------- */

void model_reader_respell(ModelReader *r, MetaKind kind, int column, i64 id,
                          const char *text) {
  MetaTexts *all = &r->respellings;
  int i = 0;
  while (i < all->count &&
         (all->list[i].id != id || all->list[i].kind != kind ||
          all->list[i].column != column))
    i++;
  MetaText *slot =
      i < all->count ? &all->list[i] : MEM_PUSH(r->ctx, all->list, all->count);
  if (slot) *slot = (MetaText){kind, id, column, text};
}

/* Returns the current name of a table of the rows. */
static const char *table_now(ModelReader *r, const char *table) {
  if (!r->names || r->reading != RENAME_ALL) return table;
  return rename_map_table(r->ctx, r->names, table);
}

/* True if a row of the same model had this definition before the renames: in
** r->before, or, with RENAME_ALL, in r->rows itself. `model` and `definition`
** are positions of columns. */
static bool had_definition(ModelReader *r, MetaKind kind, const MetaRow *row,
                           int model, int definition) {
  if (r->reading == RENAME_ALL) return true;
  const MetaList *before = r->before ? &r->before->of[kind] : NULL;
  for (int i = 0; before && i < before->count; i++) {
    const MetaRow *old = before->list[i];
    const char *owner = old->texts[model], *text = old->texts[definition];
    bool same =
        old->id == row->id || (owner && !strcmp(owner, row->texts[model]));
    if (same && text && strcmp(text, row->texts[definition]) == 0) return true;
  }
  return false;
}

/* A kind of row with a definition, and the positions of two columns in it. */
typedef struct DefinitionPlace {
  MetaKind kind;
  int model, definition;
} DefinitionPlace;

static const DefinitionPlace column_place = {META_COLUMN, COLUMN_MODEL,
                                             COLUMN_DEFINITION};
static const DefinitionPlace constraint_place = {
    META_CONSTRAINT, CONSTRAINT_MODEL, CONSTRAINT_DEFINITION};

/* Returns the definition with 'string' in place of "string" if a new column has
** that name. So the string stays a string. */
static const char *keep_strings(ModelReader *r, const DefinitionPlace *place,
                                const MetaRow *row, const char *table,
                                const char *definition) {
  if (r->added == NULL || !ctx_ok(r->ctx)) return definition;
  const NameMap *tables =
      r->reading == RENAME_ALL ? r->added->old_tables : r->added->new_tables;
  const TableNames *t = (const TableNames *)map_get(tables, table);
  if (t == NULL || t->from == NULL || t->to == NULL) return definition;
  const char *text =
      dqs_to_strings(r->ctx, definition, false, rename_map_is_new_column, t);
  bool kept =
      text != definition &&
      had_definition(r, place->kind, row, place->model, place->definition);
  return kept ? text : definition;
}

/* Returns the definition of a row with current names. `table` is the name of
** its table before the renames. */
static const char *follow(ModelReader *r, const DefinitionPlace *place,
                          const MetaRow *row, const char *table,
                          const char *definition) {
  if (!definition) return definition;
  const char *text = keep_strings(r, place, row, table, definition);
  if (r->names)
    text = rename_map_apply(r->ctx, r->names, r->reading, table, text);
  if (text != definition)
    model_reader_respell(r, place->kind, place->definition, row->id, text);
  return text;
}

/* ---- texts of rows ------------------------------------------------------ */

/* Returns a text that must not be NULL. The columns of the meta tables are NOT
** NULL, but a snapshot may come from any file. */
static const char *required(Ctx *ctx, MetaKind kind, const MetaRow *row,
                            int column) {
  if (row->texts[column] == NULL)
    err_set(ctx, SQLITE_ERROR, "a row of orm_%s has no %s",
            columns_of(kind)->name, columns_of(kind)->columns[column].name);
  return row->texts[column];
}

/* Returns SQL of a row with \n as the end of each line. A file may have \r\n,
** but the value of a literal must not depend on the file. */
static const char *sql_column(Ctx *ctx, const MetaRow *row, int column) {
  const char *sql = row->texts[column];
  if (sql == NULL || strstr(sql, "\r\n") == NULL) return sql;
  char *copy = mem_text(ctx, sql, -1), *to = copy;
  for (const char *z = copy; z && *z; z++)
    if (z[0] != '\r' || z[1] != '\n') *to++ = *z;
  if (to) *to = 0;
  return copy;
}

/* Returns the backfill of a column on one line, because orm_models() and
** orm_alter_table() write it as a comment. */
static const char *backfill_column(Ctx *ctx, const MetaRow *row) {
  const char *sql = sql_column(ctx, row, COLUMN_BACKFILL);
  if (sql == NULL) return NULL;
  Tokens tokens = token_list(ctx, sql);
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int k = 0; k < tokens.count; k++) {
    const Token *token = &tokens.list[k];
    bool gap = k && token->z > token[-1].z + token[-1].n;
    sqlite3_str_appendf(str, "%s%.*s", gap ? " " : "", token->n, token->z);
    if (memchr(token->z, '\n', (size_t)token->n))
      err_set(
          ctx, SQLITE_ERROR,
          "a backfill is one line: write a line end in a string as char(10)");
  }
  return mem_finish(ctx, str);
}

/* Returns the text, or NULL if it is empty. */
static const char *text_or_null(const char *text) {
  return text && *text ? text : NULL;
}

/* ---- models ------------------------------------------------------------- */

static void read_model(ModelReader *r, const MetaRow *row) {
  Ctx *ctx = r->ctx;
  Table *table = MEM_NEW(ctx, Table);
  if (table == NULL) return;
  table->id = row->id;
  table->model = required(ctx, META_MODEL, row, MODEL_NAME);
  if (ctx_ok(ctx) && *table->model == 0)
    err_set(ctx, SQLITE_ERROR, "a row of orm_model has an empty name");
  table->name = text_or_null(row->texts[MODEL_TABLE_NAME]);
  const char *options = row->texts[MODEL_OPTIONS];
  if (!ctx_ok(ctx)) return;
  if (options && !r->names_only) parse_options(ctx, table, options);
  err_prefix(ctx, "options of model \"%s\"", table->model);
  if (ctx_ok(ctx) && table->name == NULL)
    table->name = naming_snake_case(ctx, table->model);
  if (ctx_ok(ctx) && name_is_internal(table->name))
    err_set(ctx, SQLITE_ERROR,
            "model \"%s\": table names that begin with orm_ or sqlite_ are "
            "taken",
            table->model);
  table->declared_name = table->name;
  table->name = table_now(r, table->name);
  map_put(ctx, r->models, table->model, table);
  schema_add_table(ctx, r->schema, table);
}

/* Returns a hint at the declared model that resembles a name, or
** `otherwise`. */
static const char *model_hint(ModelReader *r, const char *name,
                              const char *otherwise) {
  Nearest near = {.name = name};
  for (int i = 0; i < r->schema->ntable; i++)
    nearest_try(&near, r->schema->tables[i]->model);
  return nearest_hint(r->ctx, &near, otherwise);
}

/* Returns the table of the model that owns a row. `name` is the own name of the
** row, for the message; NULL: none. */
static Table *row_model(ModelReader *r, MetaKind kind, const MetaRow *row,
                        const char *name) {
  const MetaTable *meta = columns_of(kind);
  const char *model = required(r->ctx, kind, row, meta->models[0]);
  if (!ctx_ok(r->ctx)) return NULL;
  Table *table = (Table *)map_get(r->models, model);
  if (table == NULL)
    err_set(r->ctx, SQLITE_ERROR, "orm_%s \"%s\": unknown model \"%s\"%s",
            meta->name, name ? name : "", model,
            model_hint(r, model, "; INSERT INTO orm_model(name) declares one"));
  return ctx_ok(r->ctx) ? table : NULL;
}

/* ---- columns ------------------------------------------------------------ */

static void add_index(ModelReader *r, Index *index) {
  Ctx *ctx = r->ctx;
  if (index == NULL || !ctx_ok(ctx)) return;
  if (r->from) index->name = r->from->indexes[r->schema->nindex]->name;
  if (index->name == NULL) index->name = naming_index_name(ctx, index);
  index_finish(ctx, index);
  schema_add_index(ctx, r->schema, index);
}

/* Adds the index that a definition such as `String(64) UNIQUE INDEX` declares.
** SQLAlchemy makes the same index of Column(String(64), index=True,
** unique=True). */
static void add_column_index(ModelReader *r, const Table *table,
                             const Column *column) {
  Index *index = MEM_NEW(r->ctx, Index);
  if (index == NULL) return;
  index->id = -column->id;
  index->table = table->name;
  index->unique = column->unique_index;
  Term *term = MEM_PUSH(r->ctx, index->terms, index->nterm);
  if (term) term->column = column->name;
  index->definition =
      mem_printf(r->ctx, "%sINDEX (%s)", column->unique_index ? "UNIQUE " : "",
                 render_name(r->ctx, column->name));
  add_index(r, index);
}

/* Allocates the columns of a table in one call. Counts only consecutive rows of
** the model, because a model usually has no others. */
static void reserve_columns(const ModelReader *r, Table *table) {
  if (r->rows == NULL) return;
  const MetaList *rows = &r->rows->of[META_COLUMN];
  const char *model = rows->list[r->index]->texts[COLUMN_MODEL];
  int end = r->index + 1;
  while (end < rows->count && rows->list[end]->texts[COLUMN_MODEL] &&
         strcmp(rows->list[end]->texts[COLUMN_MODEL], model) == 0)
    end++;
  MEM_MAKE_ROOM(r->ctx, table->columns, end - r->index);
}

static void read_column(ModelReader *r, const MetaRow *row) {
  Ctx *ctx = r->ctx;
  const char *name = required(ctx, META_COLUMN, row, COLUMN_NAME);
  const char *definition = sql_column(ctx, row, COLUMN_DEFINITION);
  Table *table = row_model(r, META_COLUMN, row, name);
  if (table == NULL) return;
  if (table->columns == NULL) reserve_columns(r, table);
  if (*name == 0)
    err_set(ctx, SQLITE_ERROR, "model \"%s\": a column without a name",
            table->model);
  if (r->names && r->reading == RENAME_ALL)
    name = rename_map_column(r->names, table->declared_name, name);
  definition = follow(r, &column_place, row, table->declared_name, definition);
  if (r->names_only || definition == NULL) definition = "";
  parse_column(ctx, r->known, table, name, definition);
  err_prefix(ctx, "model \"%s\", column \"%s\"", table->model, name);
  if (!ctx_ok(ctx)) return;
  Column *column = &table->columns[table->ncolumn - 1];
  column->id = row->id;
  column->backfill = backfill_column(ctx, row);
  column->backfill_due = row->backfill_due;
  err_prefix(ctx, "model \"%s\", column \"%s\"", table->model, name);
  if (column->index || column->unique_index) add_column_index(r, table, column);
}

/* ---- constraints -------------------------------------------------------- */

static void read_constraint(ModelReader *r, const MetaRow *row) {
  Ctx *ctx = r->ctx;
  const char *name = row->texts[CONSTRAINT_NAME];
  required(ctx, META_CONSTRAINT, row, CONSTRAINT_DEFINITION);
  const char *definition = sql_column(ctx, row, CONSTRAINT_DEFINITION);
  Table *table = row_model(r, META_CONSTRAINT, row, name);
  if (table == NULL) return;
  definition =
      follow(r, &constraint_place, row, table->declared_name, definition);
  Index *index = parse_constraint(ctx, table, name, definition);
  err_prefix(ctx, "model \"%s\", constraint \"%s\"", table->model,
             name ? name : definition);
  if (index) index->id = row->id;
  add_index(r, index);
}

/* ---- relationships ------------------------------------------------------ */

/* Returns the table of the target model of a relationship. */
static Table *row_target(ModelReader *r, const MetaRow *row, const char *name) {
  const char *target =
      required(r->ctx, META_RELATIONSHIP, row, RELATIONSHIP_TARGET);
  if (!ctx_ok(r->ctx)) return NULL;
  Table *table = (Table *)map_get(r->models, target);
  if (table == NULL)
    err_set(r->ctx, SQLITE_ERROR,
            "target of orm_relationship \"%s\": unknown model \"%s\"%s declare "
            "it, or give up the relationship: DELETE FROM orm_relationship "
            "WHERE model = %Q AND name = %Q",
            name, target, model_hint(r, target, ";"),
            row->texts[RELATIONSHIP_MODEL], name);
  return ctx_ok(r->ctx) ? table : NULL;
}

/* Returns a text of a relationship that names columns or tables, with current
** names; NULL if it is empty. */
static const char *relationship_text(ModelReader *r, const MetaRow *row,
                                     int column, const Relationship *rel) {
  const char *text = text_or_null(row->texts[column]);
  if (text == NULL || r->names == NULL || r->reading != RENAME_STALE ||
      !ctx_ok(r->ctx))
    return text;
  const char *const tables[] = {rel->target->name, rel->model->name};
  const char *now =
      column == RELATIONSHIP_PRIMARYJOIN
          ? rename_map_apply_join(r->ctx, r->names, tables[0], tables[1], text)
          : rename_map_apply_list(r->ctx, r->names, tables, 2, text);
  if (now != text)
    model_reader_respell(r, META_RELATIONSHIP, column, row->id, now);
  return now;
}

/* Returns a flag: 0, 1, or `otherwise` if the column is NULL. */
static int flag(const MetaRow *row, int column, int otherwise) {
  const char *text = row->texts[column];
  return text ? atoi(text) != 0 : otherwise;
}

static void read_relationship(ModelReader *r, const MetaRow *row) {
  Ctx *ctx = r->ctx;
  Relationship rel = {.id = row->id};
  rel.name = required(ctx, META_RELATIONSHIP, row, RELATIONSHIP_NAME);
  rel.model = row_model(r, META_RELATIONSHIP, row, rel.name);
  rel.target = row_target(r, row, rel.name);
  if (rel.model == NULL || rel.target == NULL) return;
  rel.backref = text_or_null(row->texts[RELATIONSHIP_BACKREF]);
  rel.foreign_key = relationship_text(r, row, RELATIONSHIP_FOREIGN_KEY, &rel);
  rel.secondary = relationship_text(r, row, RELATIONSHIP_SECONDARY, &rel);
  rel.remote_side = relationship_text(r, row, RELATIONSHIP_REMOTE_SIDE, &rel);
  rel.uselist = flag(row, RELATIONSHIP_USELIST, -1);
  rel.cascade = row->texts[RELATIONSHIP_CASCADE];
  rel.passive_deletes = row->texts[RELATIONSHIP_PASSIVE_DELETES];
  rel.primaryjoin = relationship_text(r, row, RELATIONSHIP_PRIMARYJOIN, &rel);
  rel.order_by = relationship_text(r, row, RELATIONSHIP_ORDER_BY, &rel);
  rel.viewonly = flag(row, RELATIONSHIP_VIEWONLY, 0);
  Relationship *slot =
      MEM_PUSH(ctx, r->relationships.list, r->relationships.count);
  if (slot) *slot = rel;
}

/* Returns the table of this name, or of the model of this name. */
static Table *named_table(ModelReader *r, const char *name) {
  Table *table = schema_table(r->schema, name);
  return table ? table : (Table *)map_get(r->models, name);
}

void model_reader_add_views(ModelReader *r) {
  Ctx *ctx = r->ctx;
  for (int i = 0; ctx_ok(ctx) && i < r->relationships.count; i++) {
    r->at = (InvalidRow){META_RELATIONSHIP, r->relationships.list[i].id};
    Relationship *rel = &r->relationships.list[i];
    if (rel->secondary) rel->through = named_table(r, rel->secondary);
    relate_views(ctx, r->schema, rel);
  }
  if (ctx_ok(ctx)) r->at.id = 0;
}

/* ---- objects ------------------------------------------------------------ */

static void model_add_object(ModelReader *r, Object *object) {
  if (object == NULL || !ctx_ok(r->ctx)) return;
  if (object->type != OBJECT_TRIGGER) object->name = table_now(r, object->name);
  if (r->names && r->reading == RENAME_ALL)
    object_follow_content(r->ctx, object, r->names);
  if (r->renames) object_rename(r->ctx, object, r->renames);
  schema_add_object(r->ctx, r->schema, object);
}

static void read_view(ModelReader *r, const MetaRow *row) {
  model_add_object(r, object_parse(r->ctx, row->texts[VIEW_SQL], 0));
}

static void read_object(ModelReader *r, const MetaRow *row) {
  i64 id = row->id;
  required(r->ctx, META_OBJECT, row, OBJECT_SQL);
  const char *sql = sql_column(r->ctx, row, OBJECT_SQL);
  const char *wanted = sql;
  if (r->declared) wanted = object_wanted(r->ctx, row, r->before, r->recorded);
  if (wanted != sql && ctx_ok(r->ctx))
    model_reader_respell(r, META_OBJECT, OBJECT_SQL, id, wanted);
  model_add_object(r, object_parse(r->ctx, wanted, id));
}

/* ---- the whole ---------------------------------------------------------- */

static void check_index_name(Ctx *ctx, const Schema *schema,
                             const Index *index) {
  const Table *table = schema_table(schema, index->table);
  for (int i = 0; table && i < index->nterm; i++) {
    const char *column = index->terms[i].column;
    if (column && table_column(table, column) < 0)
      err_set(ctx, SQLITE_ERROR,
              "index \"%s\": table \"%s\" has no column \"%s\"%s", index->name,
              table->name, column, table_suggest_column(ctx, table, column));
  }
  if (schema_table(schema, index->name))
    err_set(ctx, SQLITE_ERROR, "\"%s\" is the name of a table and of an index",
            index->name);
}

void model_reader_finish(ModelReader *r) {
  Ctx *ctx = r->ctx;
  Schema *schema = r->schema;
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++) {
    Table *table = schema->tables[i];
    r->at = (InvalidRow){META_MODEL, table->id};
    table_check_keys(ctx, table);
    err_prefix(ctx, "model \"%s\"", table->model);
    table_finish(ctx, table);
  }
  if (ctx_ok(ctx)) r->at.id = 0;
  schema_finish(ctx, schema);
  for (int i = 0; ctx_ok(ctx) && i < schema->nindex; i++) {
    const Table *table = schema_table(schema, schema->indexes[i]->table);
    r->at = (InvalidRow){META_MODEL, table ? table->id : 0};
    check_index_name(ctx, schema, schema->indexes[i]);
  }
  if (ctx_ok(ctx)) r->at.id = 0;
}

typedef void ReadRow(ModelReader *, const MetaRow *);
static ReadRow *const row_readers[META_KINDS] = {
    [META_MODEL] = read_model,
    [META_COLUMN] = read_column,
    [META_CONSTRAINT] = read_constraint,
    [META_RELATIONSHIP] = read_relationship,
    [META_OBJECT] = read_object,
    [META_VIEW] = read_view,
};

void model_reader_begin(ModelReader *r) {
  r->schema = schema_new(r->ctx);
  r->known = clause_definitions(r->ctx);
  r->models = map_new(r->ctx);
}

void model_reader_take(ModelReader *r, MetaKind kind, const MetaRow *row) {
  r->at = (InvalidRow){kind, row->id};
  row_readers[kind](r, row);
}

void model_reader_read(ModelReader *r, MetaKind last) {
  model_reader_begin(r);
  for (MetaKind kind = 0; kind <= last; kind++) {
    const MetaList *list = &r->rows->of[kind];
    for (r->index = 0; r->index < list->count && ctx_ok(r->ctx); r->index++)
      model_reader_take(r, kind, list->list[r->index]);
  }
  if (ctx_ok(r->ctx)) r->at.id = 0;
}
