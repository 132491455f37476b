#include "declare/declare.h"

#include "base/guard.h"
#include "ddl/listing.h"
#include "ddl/render.h"
#include "ddl/shadow.h"
#include "declare/lint_comments.h"
#include "declare/model_rows.h"
#include "meta/history.h"
#include "meta/layout.h"
#include "meta/model.h"
#include "meta/object.h"
#include "meta/validate.h"
#include "schema/naming.h"

typedef struct Declare {
  Ctx *ctx;
  Statement **statements;
  int count;
  bool replace;       /* declarations that the script lacks are deleted */
  RowDraft *draft;    /* the meta rows that the script changes */
  NameMap *objects;   /* declare_key() to rows of orm_object */
  FormerNames *names; /* NULL if the script has no @renamed */
  const MetaRows
      *models; /* the rows after the renames of tables; for `names` */
  const MetaRows *newest; /* of meta_newest_backfills(); NULL if the script has
                          ** no @backfill */
  NameMap *gone;          /* keys of declarations to delete, or NULL */
} Declare;

/* ---- reading the script ------------------------------------------------- */

/* Fails unless the statement creates an object of "main" that a user may
** declare. */
static void check_statement(Ctx *ctx, const Statement *s) {
  if (s->temp || (s->schema && !name_equal(s->schema, "main")))
    err_set(ctx, SQLITE_ERROR, "\"%s\": only objects of main are declared",
            s->name);
  if (name_starts(s->name, "orm_"))
    err_set(ctx, SQLITE_ERROR,
            "\"%s\": names that begin with orm_ are orm's own; if this is the "
            ".schema of a database with orm in it, SELECT orm_models() there "
            "gives its declarations",
            s->name);
  if (name_is_internal(s->name))
    err_set(ctx, SQLITE_ERROR,
            "\"%s\": names that begin with sqlite_ are taken", s->name);
}

/* Fails if the script is the name of a file. The message shows the call that
** reads the file. */
static void check_no_path(Ctx *ctx, const char *script) {
  Token first = token_next(script);
  bool path = strpbrk(script, "./\\") && !strpbrk(script, "\n(");
  if (path && first.type != TOKEN_COMMENT && !token_is(&first, "CREATE"))
    err_set(ctx, SQLITE_ERROR,
            "'%s' is no script; if it is a file, give what is in it: in the "
            "sqlite3 shell, orm_declare(readfile('%s'))",
            script, script);
}

/* Fails if SQLite cannot parse the backfill of a column. Prepares a CREATE VIEW
** for this, in which SQLite does not resolve names: the backfill may use names
** of the old row. */
static void check_backfill(Ctx *ctx, const Table *table, const Column *c) {
  sqlite3_stmt *stmt = db_prepare(ctx,
                                  "CREATE TEMP VIEW orm_backfill AS SELECT"
                                  " CASE WHEN\n%s\nTHEN 1 END",
                                  c->backfill);
  db_finish(stmt);
  if ((ctx->rc & 0xff) == SQLITE_ERROR &&
      name_starts(ctx->msg, "near \"THEN")) {
    err_forget(ctx);
    err_set(ctx, SQLITE_ERROR, "incomplete input");
  }
  err_prefix(ctx,
             "table \"%s\", column \"%s\": -- @backfill %s is no expression",
             table->name, c->name, c->backfill);
}

static void check_backfills(Ctx *ctx, const Table *table) {
  for (int i = 0; ctx_ok(ctx) && i < table->ncolumn; i++)
    if (table->columns[i].backfill)
      check_backfill(ctx, table, &table->columns[i]);
}

/* Returns the position after empty statements. */
static int skip_empty(const Tokens *tokens, int at) {
  while (at < tokens->count && token_is(&tokens->list[at], ";")) at++;
  return at;
}

/* Adds the statement in the tokens from `at` to `end`-1, with the directives
** before `next`. */
static void read_statement(Declare *d, const Tokens *tokens, int at, int end,
                           int next) {
  Ctx *ctx = d->ctx;
  if (listing_skips(ctx, tokens, at, end)) return;
  Statement *s = parse_statement(ctx, tokens, at, end);
  if (s == NULL) return;
  parse_directives(ctx, tokens, s, at, next - 1);
  check_statement(ctx, s);
  if (s->table) listing_check_commas(ctx, tokens, s->table);
  if (s->table) check_backfills(ctx, s->table);
  Statement **slot = MEM_PUSH(ctx, d->statements, d->count);
  if (slot) *slot = s;
}

/* Removes the shadow tables of virtual tables of the script, and the indexes
** and triggers on them. */
static void drop_shadows(Declare *d) {
  NameMap *shadows = map_new(d->ctx);
  int count = 0;
  for (int i = 0; ctx_ok(d->ctx) && i < d->count; i++)
    shadow_add(d->ctx, shadows, d->statements[i]);
  for (int i = 0; ctx_ok(d->ctx) && i < d->count; i++) {
    Statement *s = d->statements[i];
    const char *table = s->index    ? s->index->table
                        : s->table  ? s->name
                        : s->object ? s->object->table
                                    : NULL;
    if (table == NULL || map_get(shadows, table) == NULL)
      d->statements[count++] = s;
  }
  if (ctx_ok(d->ctx)) d->count = count;
}

static void refuse_declared_twice(Declare *d) {
  Ctx *ctx = d->ctx;
  Schema *seen = schema_new(ctx); /* refuses two objects with one name */
  for (int i = 0; ctx_ok(ctx) && i < d->count; i++) {
    const Statement *s = d->statements[i];
    if (s->table) schema_add_table(ctx, seen, s->table);
    if (s->index) schema_add_index(ctx, seen, s->index);
    if (s->object) schema_add_object(ctx, seen, s->object);
  }
}

static void read_script(Declare *d, const char *script) {
  Ctx *ctx = d->ctx;
  check_no_path(ctx, script);
  Tokens tokens = token_list(ctx, script);
  int at = ctx_ok(ctx) ? skip_empty(&tokens, 0) : 0, next;
  parse_directives(ctx, &tokens, NULL, -1, at - 1);
  for (; ctx_ok(ctx) && at < tokens.count; at = next) {
    int end = token_statement_end(&tokens, at);
    next = skip_empty(&tokens, end);
    read_statement(d, &tokens, at, end, next);
  }
  drop_shadows(d);
  refuse_declared_twice(d);
}

/* ---- tables ------------------------------------------------------------- */

/* Returns an unused name for a new model: the name of its table in CamelCase,
** or else the name of the table, or else the name of the table with a
** number. */
static const char *new_model_name(const Declare *d, const char *table) {
  const char *name = naming_camel_case(d->ctx, table);
  if (name && row_draft_model(d->draft, name)) name = table;
  for (int i = 2; name && row_draft_model(d->draft, name); i++)
    name = mem_printf(d->ctx, "%s%d", table, i);
  return name;
}

/* Returns the name of the model of a renamed table. A model that was named
** after its table is renamed with it. */
static const char *renamed_model(Ctx *ctx, const char *model, const char *from,
                                 const char *to) {
  const char *camel = naming_camel_case(ctx, from);
  return camel && strcmp(camel, model) == 0 ? naming_camel_case(ctx, to)
                                            : model;
}

/* Restores the ids of rows that were deleted and inserted again, as
** model_keep_ids() does. */
static void keep_ids(Declare *d) {
  static const MetaKind kinds[] = {META_MODEL, META_COLUMN, META_CONSTRAINT};
  Ctx *ctx = d->ctx;
  const MetaRows *rows = row_draft_rows(d->draft);
  const Schema *declared = rows ? model_names(ctx, rows) : NULL;
  const Schema *newest = former_names_newest(d->names);
  IdPairs twins = {NULL, 0};
  if (declared && newest) twins = rename_map_id_pairs(ctx, newest, declared);
  for (int i = 0; ctx_ok(ctx) && i < twins.count; i++)
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
      if (strcmp(columns_of(kinds[k])->name, twins.list[i].meta) == 0)
        row_draft_set_id(d->draft, kinds[k], twins.list[i].to,
                         twins.list[i].from);
}

/* Resolves the renames of the tables. */
static Renames table_renames(Declare *d) {
  Ctx *ctx = d->ctx;
  Renames r = {.ctx = ctx, .names = d->names, .complete = d->replace};
  const DraftList *models = &d->draft->of[META_MODEL];
  keep_ids(d);
  for (int i = 0; ctx_ok(ctx) && i < models->count; i++)
    renamed_from_add_row(&r, models->list[i]->row->id,
                         model_table_name(ctx, models->list[i]->row));
  for (int i = 0; i < d->count; i++) {
    const Table *table = d->statements[i]->table;
    if (table) renamed_from_add_name(&r, table->name, table->renamed_from);
  }
  renamed_from_resolve(&r);
  return r;
}

/* The model of a table that is renamed. */
typedef struct MovedModel {
  DraftModel *model; /* NULL: the row was deleted */
  const char *name;  /* the name that it gets, if that is free */
  bool renamed;
} MovedModel;

/* Sets the new table names, and gives the models that are renamed a name that
** no model has, because two tables can exchange their names. */
static MovedModel *move_models(Declare *d, const Renames *r) {
  Ctx *ctx = d->ctx;
  MovedModel *moved =
      (MovedModel *)mem_new(ctx, sizeof(MovedModel) * ((size_t)r->count + 1));
  for (int i = 0; ctx_ok(ctx) && i < r->count; i++) {
    const NamedRow *row = renamed_from_row_by_id(r, r->list[i].source);
    if (row) moved[i].model = row_draft_table(d->draft, row->name);
  }
  for (int i = 0; ctx_ok(ctx) && i < r->count; i++) {
    MovedModel *m = &moved[i];
    const char *to = r->list[i].name;
    if (m->model == NULL) continue;
    const char *from = model_table_name(ctx, m->model->row->row);
    const char *name = m->model->row->row->texts[MODEL_NAME];
    m->name = from ? renamed_model(ctx, name, from, to) : NULL;
    m->renamed = m->name && strcmp(m->name, name) != 0;
    row_draft_set_table(d->draft, m->model, to);
    if (m->renamed)
      row_draft_rename_model(d->draft, m->model, mem_printf(ctx, "\1%s", to));
  }
  return moved;
}

/* Renames the models of renamed tables. A model whose new name is taken gets
** the name of a new model. */
static void rename_models(Declare *d, const Renames *r) {
  MovedModel *moved = move_models(d, r);
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; ctx_ok(d->ctx) && i < r->count; i++) {
      MovedModel *m = &moved[i];
      if (!m->renamed) continue;
      if (pass == 1) m->name = new_model_name(d, r->list[i].name);
      if (!ctx_ok(d->ctx) || row_draft_model(d->draft, m->name)) continue;
      row_draft_rename_model(d->draft, m->model, m->name);
      m->renamed = false;
    }
}

/* Deletes each model whose table has the new name of a renamed table, unless
** that model is renamed, too. */
static void drop_taken(Declare *d, const Renames *r) {
  for (int i = 0; ctx_ok(d->ctx) && i < r->count; i++) {
    if (renamed_from_row_by_id(r, r->list[i].source) == NULL) continue;
    const NamedRow *taken = renamed_from_row_by_name(r, r->list[i].name);
    if (taken && !renamed_from_is_renamed(r, taken))
      row_draft_delete(d->draft, row_draft_table(d->draft, taken->name)->row);
  }
}

/* Restores the ids of models whose rows were deleted. */
static void restore_model_ids(Declare *d, const Renames *r) {
  for (int i = 0; ctx_ok(d->ctx) && i < r->count; i++) {
    const Rename *rename = &r->list[i];
    if (!renamed_from_lacks_row(r, rename)) continue;
    const NamedRow *heir = renamed_from_heir(r, rename);
    const char *name = rename->name;
    DraftModel *model =
        heir ? row_draft_table(d->draft, heir->name)
             : row_draft_add_model(d->draft, new_model_name(d, name), name);
    if (model) model->row->row->id = rename->source;
  }
}

static void rename_declared_tables(Declare *d) {
  if (d->names == NULL || !ctx_ok(d->ctx)) return;
  const Renames r = table_renames(d);
  drop_taken(d, &r);
  rename_models(d, &r);
  restore_model_ids(d, &r);
  if (ctx_ok(d->ctx)) d->models = row_draft_rows(d->draft);
}

/* Fails if another model has the name, as the meta table would. */
static void check_model_name(Declare *d, const DraftModel *model,
                             const char *name) {
  const DraftModel *other = name ? row_draft_model(d->draft, name) : NULL;
  if (other && other != model)
    err_set(d->ctx, SQLITE_CONSTRAINT_UNIQUE,
            "UNIQUE constraint failed: orm_model.name");
}

/* Returns the model of a table with its row set. Its name is that of -- @model,
** or else the present one, or else a new one. */
static DraftModel *declare_model(Declare *d, const Statement *s) {
  Ctx *ctx = d->ctx;
  DraftModel *model = row_draft_table(d->draft, s->name);
  const char *old = model ? model->row->row->texts[MODEL_NAME] : NULL;
  const char *name = s->model ? s->model
                     : old    ? old
                              : new_model_name(d, s->name);
  check_model_name(d, model, name);
  if (!ctx_ok(ctx)) return NULL;
  if (old && strcmp(old, name) != 0)
    row_draft_rename_model(d->draft, model, name);
  if (model == NULL) model = row_draft_add_model(d->draft, name, s->name);
  if (model == NULL) return NULL;
  const char **texts = model->row->row->texts;
  if (!name_equal(texts[MODEL_TABLE_NAME], s->name))
    row_draft_set_table(d->draft, model, s->name);
  texts[MODEL_OPTIONS] = table_options(s->table);
  return model;
}

/* ---- statements --------------------------------------------------------- */

/* The key begins with the type, because, for example, an index and a trigger
** may have the same name. */
const char *declare_key(Ctx *ctx, const char *type, const char *name) {
  return mem_printf(ctx, "%s %s", type, name);
}

static void declare_table(Declare *d, const Statement *s) {
  const ModelRowsMode mode = {.keep_indexes = !d->replace,
                              .names = d->names,
                              .models = d->models,
                              .newest = d->newest};
  model_rows_declare(d->draft, declare_model(d, s), s, &mode);
}

static void declare_index(Declare *d, const Statement *s) {
  DraftModel *model = row_draft_table(d->draft, s->index->table);
  if (model == NULL || model->row->gone)
    err_set(d->ctx, SQLITE_ERROR,
            "index \"%s\" is on table \"%s\", which is not declared", s->name,
            s->index->table);
  else
    model_rows_index(d->draft, model, s->index);
}

/* Sets the type and name of each row of orm_object from its sql, and makes the
** rows known by these. */
static void read_objects(Declare *d) {
  Ctx *ctx = d->ctx;
  const DraftList *rows = &d->draft->of[META_OBJECT];
  d->objects = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < rows->count; i++) {
    const char **texts = rows->list[i]->row->texts;
    Object *object =
        object_parse(ctx, texts[OBJECT_SQL], rows->list[i]->row->id);
    if (object == NULL) return;
    texts[OBJECT_TYPE] = object_type_name(object->type);
    texts[OBJECT_NAME] = object->name;
    const char *key = declare_key(ctx, texts[OBJECT_TYPE], object->name);
    if (key) map_put(ctx, d->objects, key, rows->list[i]);
  }
}

static void declare_object(Declare *d, const Statement *s) {
  const char *type = object_type_name(s->object->type);
  const char *key = declare_key(d->ctx, type, s->name);
  DraftRow *row = key ? (DraftRow *)map_get(d->objects, key) : NULL;
  if (key && row == NULL)
    row = row_draft_add(d->draft, NULL, META_OBJECT, s->name);
  if (row == NULL) return;
  row->row->texts[OBJECT_TYPE] = type;
  row->row->texts[OBJECT_NAME] = s->name;
  row->row->texts[OBJECT_SQL] = s->sql;
}

/* Returns the keys of all objects of the script. */
static NameMap *script_names(Declare *d) {
  NameMap *names = map_new(d->ctx);
  for (int i = 0; i < d->count && ctx_ok(d->ctx); i++) {
    Statement *s = d->statements[i];
    const char *type = s->table   ? "table"
                       : s->index ? "index"
                                  : object_type_name(s->object->type);
    const char *key = declare_key(d->ctx, type, s->name);
    if (key) map_put(d->ctx, names, key, s);
  }
  return names;
}

/* Returns the key of the object that a row declares; "" for another row. */
static const char *declared_key(Ctx *ctx, const DraftRow *row) {
  const char **texts = row->row->texts, *type = "index", *name = NULL;
  if (row->kind == META_MODEL) {
    type = "table";
    name = model_table_name(ctx, row->row);
  } else if (row->kind == META_CONSTRAINT) {
    name = texts[CONSTRAINT_NAME];
  } else if (row->kind == META_OBJECT) {
    type = texts[OBJECT_TYPE];
    name = texts[OBJECT_NAME];
  }
  return name && type ? declare_key(ctx, type, name) : "";
}

/* Deletes the declarations whose keys are in `keys` if `named` is true, else
** all others. */
static void delete_declarations(Declare *d, const NameMap *keys, bool named) {
  static const MetaKind kinds[] = {META_MODEL, META_CONSTRAINT, META_OBJECT};
  for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
    const DraftList *rows = &d->draft->of[kinds[k]];
    for (int i = 0; ctx_ok(d->ctx) && i < rows->count; i++) {
      DraftRow *row = rows->list[i];
      if (row->gone ||
          (kinds[k] == META_CONSTRAINT && !row_draft_is_index(row)))
        continue;
      const char *key = declared_key(d->ctx, row);
      if (key && (map_get(keys, key) != NULL) == named)
        row_draft_delete(d->draft, row);
    }
  }
}

/* Makes the draft of the meta rows after all statements. */
static void declare_all(Declare *d, bool exists) {
  Ctx *ctx = d->ctx;
  d->draft = row_draft_open(ctx, exists);
  if (d->draft == NULL) return;
  read_objects(d);
  model_rows_spell_indexes(d->draft);
  rename_declared_tables(d);
  for (int i = 0; ctx_ok(ctx) && i < d->count; i++)
    if (d->statements[i]->table) declare_table(d, d->statements[i]);
  for (int i = 0; ctx_ok(ctx) && i < d->count; i++) {
    if (d->statements[i]->index) declare_index(d, d->statements[i]);
    if (ctx_ok(ctx) && d->statements[i]->object)
      declare_object(d, d->statements[i]);
  }
  if (d->gone) delete_declarations(d, d->gone, true);
  if (d->replace) delete_declarations(d, script_names(d), false);
}

/* Reads the parts of the recorded versions that the directives of the script
** need. */
static void read_versions(Declare *d) {
  bool renames = false, backfills = false;
  for (int i = 0; i < d->count; i++) {
    const Table *table = d->statements[i]->table;
    renames |= table && table->renamed_from;
    for (int k = 0; table && k < table->ncolumn; k++) {
      renames |= table->columns[k].renamed_from != NULL;
      backfills |= table->columns[k].backfill != NULL;
    }
  }
  if (ctx_ok(d->ctx) && renames) d->names = former_names_open(d->ctx);
  if (ctx_ok(d->ctx) && backfills) d->newest = meta_newest_backfills(d->ctx);
}

/* True if the script changes a row. If not, the call needs no lock and works on
** a read-only file. Sets the errors of the script. */
static bool changes_rows(Declare *d) {
  read_versions(d);
  declare_all(d, true);
  if (ctx_ok(d->ctx) && row_draft_changed(d->draft)) return true;
  if (lint_comments_differ(d->ctx, d->statements, d->count)) return true;
  model_read(d->ctx, NULL);
  return false;
}

/* Writes the rows of all statements. Returns the declared schema; reading it
** finds the errors of the script in this call. */
static const Schema *write_declarations(Declare *d, bool exists) {
  read_versions(d);
  declare_all(d, exists);
  if (ctx_ok(d->ctx)) row_draft_write(d->draft);
  lint_comments_write(d->ctx, d->statements, d->count);
  return ctx_ok(d->ctx) ? model_read(d->ctx, NULL) : NULL;
}

i64 declare_script(Ctx *ctx, const char *script, bool replace) {
  Declare d = {.ctx = ctx, .replace = replace};
  Guard guard;
  read_script(&d, script);
  if (meta_exists(ctx) && !changes_rows(&d)) return d.count;
  guard_begin(ctx, &guard);
  bool exists = meta_exists(ctx);
  if (ctx_ok(ctx) && !exists) layout_create(ctx);
  const Schema *declared = write_declarations(&d, exists);
  if (declared) validate_statements(ctx, d.statements, d.count, declared);
  guard_end(ctx, &guard);
  return d.count;
}

void declare_found(Ctx *ctx, Statement **found, int count, NameMap *gone) {
  Declare d = {.ctx = ctx, .statements = found, .count = count, .gone = gone};
  if (!ctx_ok(ctx)) return;
  declare_all(&d, true);
  if (ctx_ok(ctx)) row_draft_write(d.draft);
}
