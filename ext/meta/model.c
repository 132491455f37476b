#include "meta/model.h"

#include <stdlib.h>

#include "base/nearest.h"
#include "ddl/rename_map.h"
#include "ddl/render.h"
#include "dependents/dqs_view.h"
#include "dependents/rename_objects.h"
#include "meta/object.h"
#include "schema/dqs.h"
#include "schema/naming.h"
#include "views/relate.h"

/* ---- rows to structs ---------------------------------------------------- */

typedef struct ModelReader {
  Ctx *ctx;
  MetaRows rows;
  Schema *schema;
  NameMap *models;        /* names of models to their tables */
  bool bare;              /* names only, no definitions */
  const RenameMap *names; /* NULL, or names that changed */
  RenameMode reading;     /* and how definitions are read by them */
  const RenameMap *added; /* NULL, or names that columns have and had not */
  const MetaRows *before; /* RENAME_STALE: the rows of before */
  const Schema *from;     /* RENAME_ALL: what the rows say by their old names */
  const Moves *moves;     /* RENAME_ALL: virtual tables that get other names */
  bool declared;          /* they are declarations, */
  bool recorded;          /* of a database with versions */
  Relationship *relationships;
  int nrelationship;
  Rewrites rewrites;      /* what that changed */
  Definitions *known;     /* of columns, see clause.h */
  const Invalids *wrongs; /* rows that are left out; NULL: none */
  InvalidRow at;          /* that is read */
} ModelReader;

/* The last one counts. */
static void add_rewrite(ModelReader *r, const char *meta, const char *column,
                        i64 id, const char *text) {
  Rewrites *all = &r->rewrites;
  int i = 0;
  while (i < all->count &&
         (all->list[i].id != id || strcmp(all->list[i].meta, meta) != 0 ||
          strcmp(all->list[i].column, column) != 0))
    i++;
  Respelling *rewrite =
      i < all->count ? &all->list[i] : MEM_PUSH(r->ctx, all->list, all->count);
  if (rewrite) *rewrite = (Respelling){meta, column, id, text};
}

/* The name that a table of these rows is to have. */
static const char *table_now(ModelReader *r, const char *table) {
  if (!r->names || r->reading != RENAME_ALL) return table;
  return rename_map_table(r->ctx, r->names, table);
}

/* Had the model this definition before? */
static bool had_definition(ModelReader *r, MetaKind kind, const MetaRow *row) {
  if (r->reading == RENAME_ALL) return true;
  const MetaRow *old = r->before ? r->before->first[kind] : NULL;
  for (; old; old = old->next) {
    const char *model = old->texts[1], *text = old->texts[3];
    bool same = old->id == row->id || (model && !strcmp(model, row->texts[1]));
    if (same && text && strcmp(text, row->texts[3]) == 0) return true;
  }
  return false;
}

/* What was a string in double quotes stays one when a column gets its name. */
static const char *keep_strings(ModelReader *r, MetaKind kind,
                                const MetaRow *row, const char *table,
                                const char *definition) {
  if (r->added == NULL || !ctx_ok(r->ctx)) return definition;
  const NameMap *tables =
      r->reading == RENAME_ALL ? r->added->old_tables : r->added->new_tables;
  const TableNames *t = (const TableNames *)map_get(tables, table);
  if (t == NULL || t->from == NULL || t->to == NULL) return definition;
  const char *text =
      dqs_to_strings(r->ctx, definition, false, rename_map_is_new_column, t);
  return text == definition || !had_definition(r, kind, row) ? definition
                                                             : text;
}

/* The definition of a row, old names replaced. `table` is as it was read. */
static const char *follow(ModelReader *r, MetaKind kind, const MetaRow *row,
                          const char *table, const char *definition) {
  if (!definition) return definition;
  const char *text = keep_strings(r, kind, row, table, definition);
  if (r->names)
    text = rename_map_apply(r->ctx, r->names, r->reading, table, text);
  const char *meta = kind == META_COLUMN ? "column" : "constraint";
  if (text != definition) add_rewrite(r, meta, "definition", row->id, text);
  return text;
}

/* Column i, which a row must have: NOT NULL in the tables, but snapshots come
** from anywhere. */
static const char *required(Ctx *ctx, const MetaRow *row, int i,
                            const char *meta) {
  if (row->texts[i] == NULL)
    err_set(ctx, SQLITE_ERROR, "a row of orm_%s has no %s", meta,
            meta_column(meta, i));
  return row->texts[i];
}

/* SQL of a row, line ends made alike: files may come with others, and a literal
** must not depend on them. */
static const char *sql_column(Ctx *ctx, const MetaRow *row, int i) {
  const char *sql = row->texts[i];
  if (sql == NULL || strstr(sql, "\r\n") == NULL) return sql;
  char *copy = mem_text(ctx, sql, -1), *to = copy;
  for (const char *z = copy; z && *z; z++)
    if (z[0] != '\r' || z[1] != '\n') *to++ = *z;
  if (to) *to = 0;
  return copy;
}

/* A backfill on one line, as the comment that it becomes. */
static const char *backfill_column(Ctx *ctx, const MetaRow *row, int i) {
  const char *sql = sql_column(ctx, row, i);
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

static void read_model(ModelReader *r, const MetaRow *row) {
  Ctx *ctx = r->ctx;
  Table *table = MEM_NEW(ctx, Table);
  if (table == NULL) return;
  table->id = row->id;
  table->model = required(ctx, row, 1, "model");
  if (ctx_ok(ctx) && *table->model == 0)
    err_set(ctx, SQLITE_ERROR, "a row of orm_model has an empty name");
  table->name = row->texts[2];
  const char *options = row->texts[3];
  if (!ctx_ok(ctx)) return;
  if (options && !r->bare) parse_options(ctx, table, options);
  err_prefix(ctx, "options of model \"%s\"", table->model);
  if (ctx_ok(ctx) && (table->name == NULL || *table->name == 0))
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

/* The declared model that resembles a name, as a hint; or `otherwise`. */
static const char *model_hint(ModelReader *r, const char *name,
                              const char *otherwise) {
  Nearest near = {.name = name};
  for (int i = 0; i < r->schema->ntable; i++)
    nearest_try(&near, r->schema->tables[i]->model);
  return nearest_hint(r->ctx, &near, otherwise);
}

/* The table of the model that a row of `meta` names in its first column. */
static Table *row_model(ModelReader *r, const char *meta, const MetaRow *row,
                        const char *name) {
  const char *model = required(r->ctx, row, 1, meta);
  if (!ctx_ok(r->ctx)) return NULL;
  Table *table = (Table *)map_get(r->models, model);
  if (table == NULL)
    err_set(r->ctx, SQLITE_ERROR, "orm_%s \"%s\": unknown model \"%s\"%s", meta,
            name ? name : "", model,
            model_hint(r, model, "; INSERT INTO orm_model(name) declares one"));
  return ctx_ok(r->ctx) ? table : NULL;
}

/* That a relationship names as its target. */
static Table *row_target(ModelReader *r, const MetaRow *row, const char *name) {
  const char *target = required(r->ctx, row, 3, "relationship");
  const char *model = row->texts[1];
  if (!ctx_ok(r->ctx)) return NULL;
  Table *table = (Table *)map_get(r->models, target);
  if (table == NULL)
    err_set(r->ctx, SQLITE_ERROR,
            "target of orm_relationship \"%s\": unknown model \"%s\"%s declare "
            "it, or give up the relationship: DELETE FROM orm_relationship "
            "WHERE model = %Q AND name = %Q",
            name, target, model_hint(r, target, ";"), model, name);
  return ctx_ok(r->ctx) ? table : NULL;
}

static void add_index(ModelReader *r, Index *index) {
  Ctx *ctx = r->ctx;
  if (index == NULL || !ctx_ok(ctx)) return;
  if (r->from) index->name = r->from->indexes[r->schema->nindex]->name;
  if (index->name == NULL) index->name = naming_index_name(ctx, index);
  index_finish(ctx, index);
  schema_add_index(ctx, r->schema, index);
}

/* String(64) UNIQUE INDEX: what Column(..., index=True, unique=True) makes. */
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

/* The columns of a model mostly stand together. */
static void reserve_columns(Ctx *ctx, Table *table, const MetaRow *row) {
  int count = 1;
  for (const MetaRow *next = row->next;
       next && next->texts[1] && strcmp(next->texts[1], row->texts[1]) == 0;
       next = next->next)
    count++;
  MEM_RESERVE(ctx, table->columns, count);
}

static void read_column(ModelReader *r, const MetaRow *row) {
  Ctx *ctx = r->ctx;
  const char *name = required(ctx, row, 2, "column");
  const char *definition = sql_column(ctx, row, 3);
  Table *table = row_model(r, "column", row, name);
  if (table == NULL) return;
  if (table->columns == NULL) reserve_columns(ctx, table, row);
  if (*name == 0)
    err_set(ctx, SQLITE_ERROR, "model \"%s\": a column without a name",
            table->model);
  if (r->names && r->reading == RENAME_ALL)
    name = rename_map_column(r->names, table->declared_name, name);
  definition = follow(r, META_COLUMN, row, table->declared_name, definition);
  parse_column(ctx, r->known, table, name,
               definition && !r->bare ? definition : "");
  err_prefix(ctx, "model \"%s\", column \"%s\"", table->model, name);
  if (!ctx_ok(ctx)) return;
  Column *column = &table->columns[table->ncolumn - 1];
  column->id = row->id;
  column->backfill = backfill_column(ctx, row, 4);
  column->backfill_due = row->due;
  err_prefix(ctx, "model \"%s\", column \"%s\"", table->model, name);
  if (column->index || column->unique_index) add_column_index(r, table, column);
}

static void read_constraint(ModelReader *r, const MetaRow *row) {
  Ctx *ctx = r->ctx;
  const char *name = row->texts[2];
  required(ctx, row, 3, "constraint");
  const char *definition = sql_column(ctx, row, 3);
  Table *table = row_model(r, "constraint", row, name);
  if (table == NULL) return;
  definition =
      follow(r, META_CONSTRAINT, row, table->declared_name, definition);
  Index *index = parse_constraint(ctx, table, name, definition);
  err_prefix(ctx, "model \"%s\", constraint \"%s\"", table->model,
             name ? name : definition);
  if (index) index->id = row->id;
  add_index(r, index);
}

/* A text of a relationship that may name columns or tables, by their names of
** now. An empty one says as little as NULL. */
static const char *relationship_text(ModelReader *r, const MetaRow *row,
                                     int column, const Relationship *rel) {
  const char *text = row->texts[column];
  if (text == NULL || *text == 0) return NULL;
  if (r->names == NULL || r->reading != RENAME_STALE || !ctx_ok(r->ctx))
    return text;
  const char *const tables[] = {rel->target->name, rel->model->name};
  const char *now = rename_map_apply_list(r->ctx, r->names, tables, 2, text);
  if (now != text)
    add_rewrite(r, "relationship", meta_column("relationship", column), row->id,
                now);
  return now;
}

static void read_relationship(ModelReader *r, const MetaRow *row) {
  Ctx *ctx = r->ctx;
  Relationship rel = {.id = row->id};
  rel.name = required(ctx, row, 2, "relationship");
  rel.model = row_model(r, "relationship", row, rel.name);
  rel.target = row_target(r, row, rel.name);
  if (rel.model == NULL || rel.target == NULL) return;
  rel.backref = row->texts[4];
  if (rel.backref && *rel.backref == 0) rel.backref = NULL;
  rel.foreign_key = relationship_text(r, row, 5, &rel);
  rel.secondary = relationship_text(r, row, 6, &rel);
  rel.remote_side = relationship_text(r, row, 7, &rel);
  rel.uselist = row->texts[8] ? atoi(row->texts[8]) != 0 : -1;
  rel.cascade = row->texts[9];
  relationship_text(r, row, 10, &rel); /* order_by */
  rel.viewonly = row->texts[11] && atoi(row->texts[11]) != 0;
  Relationship *slot = MEM_PUSH(ctx, r->relationships, r->nrelationship);
  if (slot) *slot = rel;
}

/* What the relationships come to, of declarations. A snapshot has it written
** down, so that it stays what it was whatever later releases make of it. */
static void add_views(ModelReader *r) {
  Ctx *ctx = r->ctx;
  for (int i = 0; ctx_ok(ctx) && i < r->nrelationship; i++) {
    r->at = (InvalidRow){META_RELATIONSHIP, r->relationships[i].id};
    relate_views(ctx, r->schema, &r->relationships[i]);
  }
  if (ctx_ok(ctx)) r->at.id = 0;
}

static void model_add_object(ModelReader *r, Object *object) {
  if (object == NULL || !ctx_ok(r->ctx)) return;
  if (object->type != OBJECT_TRIGGER) object->name = table_now(r, object->name);
  if (r->names && r->reading == RENAME_ALL)
    object_follow_content(r->ctx, object, r->names);
  if (r->moves) object_move(r->ctx, object, r->moves);
  schema_add_object(r->ctx, r->schema, object);
}

static void read_view(ModelReader *r, const MetaRow *row) {
  model_add_object(r, object_parse(r->ctx, row->texts[1], 0));
}

static void read_object(ModelReader *r, const MetaRow *row) {
  i64 id = row->id;
  required(r->ctx, row, 3, "object");
  const char *sql = sql_column(r->ctx, row, 3);
  const char *wanted = sql;
  if (r->declared) wanted = object_wanted(r->ctx, row, r->before, r->recorded);
  if (wanted != sql && ctx_ok(r->ctx))
    add_rewrite(r, "object", "sql", id, wanted);
  model_add_object(r, object_parse(r->ctx, wanted, id));
}

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

static void finish_schema(ModelReader *r) {
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

typedef void ReadStep(ModelReader *, const MetaRow *);
static ReadStep *const read_steps[META_KINDS] = {
    [META_MODEL] = read_model,
    [META_COLUMN] = read_column,
    [META_CONSTRAINT] = read_constraint,
    [META_RELATIONSHIP] = read_relationship,
    [META_OBJECT] = read_object,
    [META_VIEW] = read_view,
};

/* reader->rows, up to those of a kind, into reader->schema. */
static void read_kinds(ModelReader *r, MetaKind last) {
  r->schema = schema_new(r->ctx);
  r->known = clause_definitions(r->ctx);
  r->models = map_new(r->ctx);
  for (MetaKind kind = 0; kind <= last; kind++)
    for (const MetaRow *row = r->rows.first[kind]; row && ctx_ok(r->ctx);
         row = row->next) {
      r->at = (InvalidRow){kind, row->id};
      read_steps[kind](r, row);
    }
  if (ctx_ok(r->ctx)) r->at.id = 0;
}

/* ---- declarations with names of before ---------------------------------- */

/* If it fails, `at` (or NULL) gets the row. */
static const Schema *read_names(Ctx *ctx, const MetaRows *rows,
                                InvalidRow *at) {
  ModelReader reader = {.ctx = ctx, .rows = *rows, .bare = true};
  read_kinds(&reader, META_COLUMN);
  if (at) *at = reader.at;
  return ctx_ok(ctx) ? reader.schema : NULL;
}

/* The snapshot of the newest version; NULL if there is none, or if it has the
** rows of `snapshot`. */
static char *newest_snapshot(Ctx *ctx, const char *snapshot, i64 *version) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_stmt *row =
      db_prepare(ctx, "SELECT version, models FROM \"main\".orm_migration"
                      " ORDER BY version DESC LIMIT 1");
  char *newest = NULL;
  if (db_row(ctx, row)) {
    *version = sqlite3_column_int64(row, 0);
    const char *models = (const char *)sqlite3_column_text(row, 1);
    if (models == NULL || !meta_same_rows(models, snapshot))
      newest = db_column(ctx, row, 1);
  }
  db_finish(row);
  return newest;
}

const Schema *model_names(Ctx *ctx, const char *snapshot) {
  MetaRows rows = meta_read(ctx, snapshot);
  return ctx_ok(ctx) ? read_names(ctx, &rows, NULL) : NULL;
}

/* What changed its name between the rows `before`, of that version, and the
** declarations, and which names columns have that they had not. */
static void find_names(ModelReader *r, i64 version, const MetaRows *before) {
  Ctx *ctx = r->ctx;
  const Schema *from = read_names(ctx, before, NULL);
  if (version) err_prefix(ctx, "snapshot of version %lld", version);
  const Schema *to = from ? read_names(ctx, &r->rows, &r->at) : NULL;
  const RenameMap *names = to ? rename_map_build(ctx, from, to) : NULL;
  if (names == NULL) return;
  r->names = names->changed ? names : NULL;
  r->added = names->has_new_columns ? names : NULL;
  r->before = before;
  r->reading = RENAME_STALE;
}

static bool any_mentioned(Ctx *ctx, const RenameMap *names,
                          const Schema *schema) {
  for (int i = 0; ctx_ok(ctx) && i < schema->nobject; i++)
    if (rename_map_uses_old_name(ctx, names, schema->objects[i]->sql))
      return true;
  return false;
}

/* What SQLite makes of the objects of `from`. Where its RENAME refuses, because
** of one that the author has changed since, only of those that `to` has just as
** they are: the others will be dropped before anything is renamed. */
static const char **follow_all(Ctx *ctx, const Schema *from,
                               const Schema *renamed, const Schema *to) {
  const char **texts = rename_objects_follow(ctx, from, renamed, NULL);
  err_forget(ctx);
  if (texts || !ctx_ok(ctx)) return texts;
  bool *changed = (bool *)mem_new(ctx, (size_t)from->nobject);
  for (int i = 0; ctx_ok(ctx) && i < from->nobject; i++) {
    const Object *same = object_same(to, from->objects[i]);
    changed[i] =
        same == NULL || strcmp(same->norm, from->objects[i]->norm) != 0;
  }
  return ctx_ok(ctx) ? rename_objects_follow(ctx, from, renamed, changed)
                     : NULL;
}

/* `from` with the names of now, but for its objects. */
static Schema *snapshot_rename_tables(Ctx *ctx, const char *snapshot,
                                      const Schema *from,
                                      const RenameMap *names,
                                      const Moves *moves) {
  ModelReader reader = {.ctx = ctx,
                        .rows = meta_read(ctx, snapshot),
                        .names = names,
                        .reading = RENAME_ALL,
                        .added = names->has_new_columns ? names : NULL,
                        .moves = moves,
                        .from = from};
  read_kinds(&reader, META_VIEW);
  if (ctx_ok(ctx)) finish_schema(&reader);
  return ctx_ok(ctx) ? reader.schema : NULL;
}

const Schema *model_renamed(Ctx *ctx, const char *snapshot, const Schema *from,
                            const Schema *to) {
  const RenameMap *names = rename_map_build(ctx, from, to);
  if (names == NULL) return from;
  const Moves moves = object_moves_kept(ctx, from, to);
  if (!names->changed && moves.count == 0) return from;
  Schema *renamed = snapshot_rename_tables(ctx, snapshot, from, names, &moves);
  if (renamed == NULL) return NULL;
  if (!names->crossed && any_mentioned(ctx, names, from)) {
    const char **texts = follow_all(ctx, from, renamed, to);
    for (int i = 0; ctx_ok(ctx) && i < renamed->nobject; i++)
      if (texts[i] &&
          rename_map_uses_old_name(ctx, names, from->objects[i]->sql))
        object_replace(ctx, renamed->objects[i], texts[i]);
  }
  object_follow(ctx, renamed, from, &moves, NULL, false);
  return ctx_ok(ctx) ? renamed : NULL;
}

typedef struct StaleNames {
  StaleName *list;
  int count;
} StaleNames;

static void add_stale_name(Ctx *ctx, StaleNames *stale, const Table *table,
                           const char *column, const char *old) {
  StaleName *slot = MEM_PUSH(ctx, stale->list, stale->count);
  if (slot) *slot = (StaleName){table, column, old};
}

/* The names of before that nothing else has now, of tables and columns. */
static StaleNames find_stale(ModelReader *r, const Schema *from) {
  StaleNames stale = {NULL, 0};
  for (int i = 0; ctx_ok(r->ctx) && i < r->schema->ntable; i++) {
    const Table *table = r->schema->tables[i];
    const TableNames *names =
        (const TableNames *)map_get(r->names->new_tables, table->name);
    const Table *was =
        names && names->from ? schema_table(from, names->from) : NULL;
    if (was && !map_get(r->schema->relations, was->name))
      add_stale_name(r->ctx, &stale, table, NULL, was->name);
    for (int k = 0; was && k < was->ncolumn; k++) {
      const char *old = was->columns[k].name;
      const char *now = (const char *)map_get(names->renamed_columns, old);
      if (now && !map_get(names->new_columns, old) &&
          table_column(table, now) >= 0)
        add_stale_name(r->ctx, &stale, table, now, old);
    }
  }
  return stale;
}

/* What the text means was dropped, and something else has its name now. */
static bool names_dropped(const char *sql) {
  return strstr(sql, "orm_dropped_") != NULL;
}

static void follow_object(ModelReader *r, Object *object, const char *sql) {
  if (sql == NULL || strcmp(sql, object->sql) == 0) return;
  object_replace(r->ctx, object, sql);
  add_rewrite(r, "object", "sql", object->id, object->sql);
}

/* An object whose author left it as it was in the newest version means what it
** meant: its text is what SQLite's RENAME makes of it. Returns which objects of
** the schema are to be read otherwise: those that are new or edited. */
static bool *follow_unchanged(ModelReader *r, const char *before,
                              const Schema *from) {
  Ctx *ctx = r->ctx;
  const Schema *schema = r->schema;
  bool *changed = (bool *)mem_new(ctx, (size_t)schema->nobject);
  const Schema *renamed =
      snapshot_rename_tables(ctx, before, from, r->names, NULL);
  const char **texts = renamed ? follow_all(ctx, from, renamed, schema) : NULL;
  for (int i = 0; ctx_ok(ctx) && i < schema->nobject; i++)
    changed[i] =
        schema->objects[i]->id != 0 &&
        rename_map_uses_old_name(ctx, r->names, schema->objects[i]->sql);
  for (int i = 0; ctx_ok(ctx) && i < from->nobject; i++) {
    Object *object = object_same(schema, from->objects[i]);
    if (!object || strcmp(object->norm, from->objects[i]->norm) != 0) continue;
    int at = 0;
    while (schema->objects[at] != object) at++;
    if (!changed[at] || (texts[i] && names_dropped(texts[i]))) continue;
    follow_object(r, object, texts[i]);
    changed[at] = false;
  }
  return changed;
}

/* In others, names are current; a name that does not exist any more is looked
** up among the old ones. */
static void follow_changed(ModelReader *r, const Schema *from,
                           const bool *changed) {
  Ctx *ctx = r->ctx;
  bool any = false;
  for (int i = 0; ctx_ok(ctx) && i < r->schema->nobject; i++) any |= changed[i];
  if (!any) return;
  const bool *resolves = rename_objects_resolves(ctx, r->schema, from);
  any = false;
  for (int i = 0; ctx_ok(ctx) && i < r->schema->nobject; i++)
    any |= changed[i] && !resolves[i];
  StaleNames stale = {NULL, 0};
  if (any) stale = find_stale(r, from);
  const char **texts =
      stale.count
          ? rename_objects_stale(ctx, r->schema, from, stale.list, stale.count)
          : NULL;
  for (int i = 0; texts && ctx_ok(ctx) && i < r->schema->nobject; i++)
    if (changed[i] && !resolves[i])
      follow_object(r, r->schema->objects[i], texts[i]);
}

/* Full-text tables that are as they were, and what names their columns. */
static void follow_contents(ModelReader *r, const Schema *from) {
  Ctx *ctx = r->ctx;
  const int count = r->schema->nobject;
  bool *changed = (bool *)mem_new(ctx, (size_t)count);
  if (changed == NULL) return;
  object_follow_contents(ctx, r->schema, from, r->names, changed);
  for (int i = 0; ctx_ok(ctx) && i < count; i++)
    if (changed[i] && r->schema->objects[i]->id)
      add_rewrite(r, "object", "sql", r->schema->objects[i]->id,
                  r->schema->objects[i]->sql);
}

static void follow_objects(ModelReader *r, const char *before) {
  Ctx *ctx = r->ctx;
  if (!ctx_ok(ctx) || !any_mentioned(ctx, r->names, r->schema)) return;
  const Schema *from = model_read(ctx, before);
  const bool *changed = from ? follow_unchanged(r, before, from) : NULL;
  if (ctx_ok(ctx)) follow_contents(r, from);
  if (ctx_ok(ctx)) follow_changed(r, from, changed);
}

static NameMap *added_names(Ctx *ctx, const RenameMap *added,
                            const Schema *to) {
  NameMap *names = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < to->ntable; i++) {
    const Table *table = to->tables[i];
    const TableNames *t =
        (const TableNames *)map_get(added->new_tables, table->name);
    for (int k = 0; t && t->from && k < table->ncolumn; k++)
      if (rename_map_is_new_column(t, table->columns[k].name))
        map_put(ctx, names, table->columns[k].name, names);
  }
  return names;
}

/* What was a string in double quotes in a view or trigger that is as it was
** stays one when a column gets its name. */
static void keep_object_strings(ModelReader *r, const char *before) {
  Ctx *ctx = r->ctx;
  const NameMap *names = added_names(ctx, r->added, r->schema);
  if (!dqs_view_has_quoted(ctx, r->schema, names)) return;
  const Schema *from = model_read(ctx, before);
  const ViewStrings *list = from ? dqs_view_strings(ctx, from, names) : NULL;
  for (int i = 0; list && ctx_ok(ctx) && i < from->nobject; i++) {
    Object *object =
        list[i].sql ? object_same(r->schema, from->objects[i]) : NULL;
    if (!object || object->id == 0 ||
        strcmp(object->norm, from->objects[i]->norm) != 0)
      continue;
    object_replace(ctx, object, list[i].sql);
    add_rewrite(r, "object", "sql", object->id, object->sql);
  }
}

/* What names a view or a virtual table that has another name now. */
static void follow_moves(ModelReader *r, const char *before, i64 version) {
  Ctx *ctx = r->ctx;
  const Schema *from = ctx_ok(ctx) ? model_read(ctx, before) : NULL;
  if (version) err_prefix(ctx, "snapshot of version %lld", version);
  if (from == NULL) return;
  const Moves moves = object_moves(ctx, from, r->schema);
  const int count = r->schema->nobject;
  bool *changed = (bool *)mem_new(ctx, (size_t)count);
  if (changed == NULL) return;
  object_follow(ctx, r->schema, from, &moves, changed, true);
  for (int i = 0; ctx_ok(ctx) && i < count; i++)
    if (changed[i] && r->schema->objects[i]->id)
      add_rewrite(r, "object", "sql", r->schema->objects[i]->id,
                  r->schema->objects[i]->sql);
}

/* The rows, read through what was renamed since that snapshot (NULL: nothing);
** what was written by old names is in r->rewrites. */
static void read_through(ModelReader *r, const char *before, i64 version) {
  Ctx *ctx = r->ctx;
  MetaRows rows;
  if (before) rows = meta_read(ctx, before);
  if (version) err_prefix(ctx, "snapshot of version %lld", version);
  if (before && ctx_ok(ctx)) find_names(r, version, &rows);
  r->declared = true;
  r->recorded = before || version;
  read_kinds(r, META_OBJECT);
  if (ctx_ok(ctx)) finish_schema(r);
  add_views(r);
  if (r->names) follow_objects(r, before);
  if (r->added && ctx_ok(ctx)) keep_object_strings(r, before);
  if (before && object_may_move(ctx, r->schema, &rows))
    follow_moves(r, before, version);
  r->before = NULL;
  if (!ctx_ok(ctx)) r->schema = NULL;
}

/* The declarations; returns the snapshot of their rows. */
static const char *read_declared(ModelReader *r) {
  Ctx *ctx = r->ctx;
  i64 version = 0;
  r->rows = meta_read(ctx, NULL);
  invalid_leave_out(r->wrongs, &r->rows);
  const char *snapshot = meta_snapshot_of(ctx, &r->rows);
  const char *before = newest_snapshot(ctx, snapshot, &version);
  read_through(r, before, version);
  return snapshot;
}

Schema *model_read(Ctx *ctx, const char *snapshot) {
  ModelReader reader = {.ctx = ctx};
  if (snapshot == NULL) {
    read_declared(&reader);
    return reader.schema;
  }
  reader.rows = meta_read(ctx, snapshot);
  read_kinds(&reader, META_VIEW);
  if (ctx_ok(ctx)) finish_schema(&reader);
  return ctx_ok(ctx) ? reader.schema : NULL;
}

Declared model_declared(Ctx *ctx) {
  ModelReader reader = {.ctx = ctx};
  const char *rows = read_declared(&reader);
  Declared d = {NULL, reader.schema};
  if (d.schema) d.snapshot = meta_add_views(ctx, rows, d.schema);
  return d;
}

Declared model_survey(Ctx *ctx, Invalids *wrongs) {
  for (;;) {
    ModelReader reader = {.ctx = ctx, .wrongs = wrongs};
    const char *rows = read_declared(&reader);
    Declared d = {NULL, reader.schema};
    if (ctx_ok(ctx)) d.snapshot = meta_add_views(ctx, rows, d.schema);
    if (ctx_ok(ctx) || !invalid_add(ctx, wrongs, &reader.rows, reader.at))
      return d;
  }
}

Rewrites model_rewrites(Ctx *ctx, const MetaRows *rows, const char *before) {
  ModelReader reader = {.ctx = ctx, .rows = *rows};
  read_through(&reader, before, 0);
  return reader.rewrites;
}

void model_rewrite(Ctx *ctx, const char *before) {
  ModelReader reader = {.ctx = ctx};
  if (before) {
    reader.rows = meta_read(ctx, NULL);
    read_through(&reader, before, 0);
  } else {
    read_declared(&reader);
  }
  for (int i = 0; ctx_ok(ctx) && i < reader.rewrites.count; i++) {
    const Respelling *rewrite = &reader.rewrites.list[i];
    db_exec(ctx, "UPDATE \"main\".orm_%s SET %s = %Q WHERE id = %lld",
            rewrite->meta, rewrite->column, rewrite->text, rewrite->id);
  }
}

bool model_keep_ids(Ctx *ctx, const Schema *from, const Schema *to) {
  IdPairs twins = rename_map_id_pairs(ctx, from, to);
  for (int i = 0; ctx_ok(ctx) && i < twins.count; i++) {
    const IdPair *twin = &twins.list[i]; /* ignored: another row has that id */
    db_exec(ctx,
            "UPDATE OR IGNORE \"main\".orm_%s SET id = %lld WHERE id = %lld",
            twin->meta, twin->from, twin->to);
  }
  return ctx_ok(ctx) && twins.count > 0;
}
