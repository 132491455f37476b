#include "declare/declare.h"

#include "base/guard.h"
#include "ddl/listing.h"
#include "ddl/render.h"
#include "ddl/shadow.h"
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
  NameMap *models;        /* table names to names of models */
  bool replace;           /* declarations that the script lacks are deleted */
  sqlite3 *live;          /* the real database if ctx->db is a copy in memory */
  FormerNames *names;     /* NULL if the script has no @renamed */
  const MetaRows *newest; /* of meta_newest_backfills(); NULL if the
                         ** script has no @backfill */
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

/* ---- rows --------------------------------------------------------------- */

/* Sets d->models. */
static void read_models(Declare *d) {
  Ctx *ctx = d->ctx;
  d->models = map_new(ctx);
  sqlite3_stmt *rows = meta_rows(ctx, META_MODEL);
  while (db_row(ctx, rows)) {
    char *model = db_column_or_null(ctx, rows, MODEL_NAME);
    const char *table = db_column_or_null(ctx, rows, MODEL_TABLE_NAME);
    if (model == NULL)
      err_set(ctx, SQLITE_ERROR, "a row of orm_model has no name");
    if (!ctx_ok(ctx)) break;
    if (table == NULL || *table == 0) table = naming_snake_case(ctx, model);
    map_put(ctx, d->models, table, model);
  }
  db_finish(rows);
}

/* ---- tables ------------------------------------------------------------- */

static bool is_model(Ctx *ctx, const char *name) {
  return db_int(ctx, "SELECT count(*) FROM \"main\".orm_model WHERE name = %Q",
                name) != 0;
}

/* Returns an unused name for a new model: the name of its table in CamelCase,
** or else the name of the table, or else the name of the table with a
** number. */
static const char *new_model(Ctx *ctx, const char *table) {
  const char *name = naming_camel_case(ctx, table);
  if (name && is_model(ctx, name)) name = table;
  for (int i = 2; ctx_ok(ctx) && is_model(ctx, name); i++)
    name = mem_printf(ctx, "%s%d", table, i);
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

/* Resolves the renames of the tables. */
static Renames table_renames(Declare *d) {
  Ctx *ctx = d->ctx;
  Renames r = {
      .ctx = ctx, .names = d->names, .live = d->live, .complete = d->replace};
  const Schema *declared = model_names(ctx, NULL);
  if (declared) model_keep_ids(ctx, former_names_newest(d->names), declared);
  declared = model_names(ctx, NULL);
  for (int i = 0; declared && i < declared->ntable; i++)
    renamed_from_add_row(&r, declared->tables[i]->id,
                         declared->tables[i]->name);
  for (int i = 0; i < d->count; i++) {
    const Table *table = d->statements[i]->table;
    if (table) renamed_from_add_name(&r, table->name, table->renamed_from);
  }
  renamed_from_resolve(&r);
  return r;
}

/* Renames the tables in the rows of models, in three steps, because two tables
** can exchange their names:
**  1. the row gets the new table name, and a model that is renamed gets a
**     name that no model has;
**  2. the model gets its new name, if that is free;
**  3. otherwise the model gets the name of a new model. */
static void rename_model_rows(Declare *d, const Renames *r) {
  static const char set_table[] =
      "UPDATE \"main\".orm_model SET table_name = ?2, name = CASE name"
      "  COLLATE BINARY WHEN ?3 THEN name ELSE char(1) || ?2 END WHERE id = ?1";
  static const char set_model[] =
      "UPDATE \"main\".orm_model SET name = ?3 WHERE name = char(1) || ?2"
      " AND NOT EXISTS (SELECT 1 FROM \"main\".orm_model WHERE name = ?3)";
  static const char set_other_model[] =
      "UPDATE \"main\".orm_model SET name = ?4 WHERE name = char(1) || ?2";
  static const char *const steps[] = {set_table, set_model, set_other_model};
  Ctx *ctx = d->ctx;
  for (int step = 0; step < 3; step++)
    for (int i = 0; ctx_ok(ctx) && i < r->count; i++) {
      const NamedRow *row = renamed_from_row_by_id(r, r->list[i].source);
      if (row == NULL) continue;
      const char *to = r->list[i].name;
      const char *model = (const char *)map_get(d->models, row->name);
      const char *name = renamed_model(ctx, model, row->name, to);
      const char *other = step == 2 ? new_model(ctx, to) : NULL;
      const char *id = mem_printf(ctx, "%lld", row->id);
      db_change(ctx, steps[step], id, to, name, other);
    }
}

/* Deletes each model whose table has the new name of a renamed table, unless
** that model is renamed, too. */
static void drop_taken(Ctx *ctx, const Renames *r) {
  for (int i = 0; ctx_ok(ctx) && i < r->count; i++) {
    if (renamed_from_row_by_id(r, r->list[i].source) == NULL) continue;
    const NamedRow *taken = renamed_from_row_by_name(r, r->list[i].name);
    if (taken && !renamed_from_is_renamed(r, taken))
      db_exec(ctx, "DELETE FROM \"main\".orm_model WHERE id = %lld", taken->id);
  }
}

/* Restores the ids of models whose rows were deleted. */
static void restore_model_ids(Ctx *ctx, const Renames *r) {
  for (int i = 0; ctx_ok(ctx) && i < r->count; i++) {
    const Rename *rename = &r->list[i];
    if (!renamed_from_restore_id(r, rename, "model"))
      db_exec(ctx,
              "INSERT INTO \"main\".orm_model(id, name, table_name)"
              " VALUES (%lld, %Q, %Q)",
              rename->source, new_model(ctx, rename->name), rename->name);
  }
}

static void rename_declared_tables(Declare *d) {
  if (d->names == NULL) return;
  const Renames r = table_renames(d);
  drop_taken(d->ctx, &r);
  rename_model_rows(d, &r);
  restore_model_ids(d->ctx, &r);
  if (ctx_ok(d->ctx)) read_models(d);
}

/* Writes the row of the model of a table, and returns the name of the model:
** that of -- @model, or else the present one, or else a new one. */
static const char *declare_model(Declare *d, const Statement *s) {
  Ctx *ctx = d->ctx;
  const char *options = table_options(s->table);
  const char *old = (const char *)map_get(d->models, s->name);
  const char *model = s->model ? s->model : old ? old : new_model(ctx, s->name);
  if (old && model && strcmp(old, model) != 0)
    db_change(ctx, "UPDATE \"main\".orm_model SET name = ?2 WHERE name = ?1",
              old, model);
  if (!old && model)
    db_change(ctx, "INSERT INTO \"main\".orm_model(name) VALUES (?1)", model);
  db_change(ctx,
            "UPDATE \"main\".orm_model SET options = ?3, table_name = CASE"
            "  WHEN table_name = ?2 COLLATE NOCASE THEN table_name ELSE ?2 END"
            " WHERE name = ?1"
            " AND (table_name COLLATE NOCASE IS NOT ?2 OR options IS NOT ?3)",
            model, s->name, options);
  if (model) map_put(ctx, d->models, s->name, mem_text(ctx, model, -1));
  return model;
}

/* ---- statements --------------------------------------------------------- */

static void declare_table(Declare *d, const Statement *s) {
  const char *model = declare_model(d, s);
  const ModelRowsMode mode = {.keep_indexes = !d->replace,
                              .names = d->names,
                              .newest = d->newest,
                              .live = d->live};
  model_rows_declare(d->ctx, model, s, &mode);
}

static void declare_index(Declare *d, const Statement *s) {
  const char *model = (const char *)map_get(d->models, s->index->table);
  if (model == NULL)
    err_set(d->ctx, SQLITE_ERROR,
            "index \"%s\" is on table \"%s\", which is not declared", s->name,
            s->index->table);
  model_rows_index(d->ctx, model, s->index);
}

static void declare_object(Declare *d, const Statement *s) {
  const char *type = object_type_name(s->object->type);
  if (!db_change(d->ctx,
                 "UPDATE \"main\".orm_object SET sql = ?3, name = ?2"
                 " WHERE type = ?1 AND name = ?2",
                 type, s->name, s->sql))
    db_change(d->ctx,
              "INSERT INTO \"main\".orm_object(type, name, sql)"
              " VALUES (?1, ?2, ?3)",
              type, s->name, s->sql);
}

/* The key begins with the type, because, for example, an index and a trigger
** may have the same name. */
const char *declare_key(Ctx *ctx, const char *type, const char *name) {
  return mem_printf(ctx, "%s %s", type, name);
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

/* Runs the statement `delete` (?1: id) for the rows of `select` (id, type,
** name, model) whose keys are in `keys`, or, if `named` is false, for all other
** rows. A model without table_name has the default name of its table. */
static void delete_rows(Ctx *ctx, const NameMap *keys, bool named,
                        const char *select, const char *delete) {
  sqlite3_stmt *rows = db_prepare(ctx, "%s", select);
  while (db_row(ctx, rows)) {
    const char *id = db_column(ctx, rows, 0);
    const char *type = db_column_or_null(ctx, rows, 1);
    const char *name = db_column_or_null(ctx, rows, 2);
    const char *model = db_column_or_null(ctx, rows, 3);
    if (name == NULL && model) name = naming_snake_case(ctx, model);
    const char *key = name ? declare_key(ctx, type, name) : "";
    if (key && (map_get(keys, key) != NULL) == named)
      db_change(ctx, delete, id);
  }
  db_finish(rows);
}

/* Deletes the declarations whose keys are in `keys` if `named` is true, else
** all others. */
static void delete_declarations(Ctx *ctx, const NameMap *keys, bool named) {
  if (!ctx_ok(ctx)) return;
  delete_rows(ctx, keys, named,
              "SELECT id, 'table', nullif(table_name, ''), name"
              " FROM \"main\".orm_model",
              "DELETE FROM \"main\".orm_model WHERE id = ?1");
  delete_rows(ctx, keys, named,
              "SELECT id, 'index', name, NULL FROM \"main\".orm_constraint"
              " WHERE " MODEL_ROWS_IS_INDEX,
              "DELETE FROM \"main\".orm_constraint WHERE id = ?1");
  delete_rows(ctx, keys, named,
              "SELECT id, type, name, NULL FROM \"main\".orm_object",
              "DELETE FROM \"main\".orm_object WHERE id = ?1");
}

/* Writes the rows of all statements. Returns the declared schema; reading it
** finds the errors of the script in this call. */
static const Schema *declare_all(Declare *d) {
  Ctx *ctx = d->ctx;
  read_models(d);
  object_name_rows(ctx);
  model_rows_spell_indexes(ctx);
  rename_declared_tables(d);
  for (int i = 0; ctx_ok(ctx) && i < d->count; i++)
    if (d->statements[i]->table) declare_table(d, d->statements[i]);
  for (int i = 0; ctx_ok(ctx) && i < d->count; i++) {
    if (d->statements[i]->index) declare_index(d, d->statements[i]);
    if (d->statements[i]->object) declare_object(d, d->statements[i]);
  }
  if (d->gone) delete_declarations(ctx, d->gone, true);
  if (d->replace) delete_declarations(ctx, script_names(d), false);
  return model_read(ctx, NULL);
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

/* True if the script would change a row. Runs the script on a copy, in memory,
** of the meta tables and the newest version. So a script that changes nothing
** needs no lock and works on a read-only file. Sets the errors of the
** script. */
static bool changes_rows(Declare *d) {
  Ctx *ctx = d->ctx;
  const MetaRows *now = meta_read(ctx), *then = NULL;
  const i64 head = history_head(ctx);
  const Version newest = {.version = 1,
                          .message = "",
                          .up = "",
                          .created_at = "",
                          .rows = head ? history_rows(ctx, head) : NULL};
  sqlite3 *copy = NULL, *db = ctx->db;
  if (!ctx_ok(ctx)) return false;
  int rc = sqlite3_open(":memory:", &copy);
  if (rc != SQLITE_OK) {
    err_set(ctx, rc, "cannot open a database in memory");
  } else {
    ctx->db = copy;
    layout_create(ctx);
    meta_restore(ctx, now);
    if (head) history_put(ctx, &newest);
    if (ctx_ok(ctx)) declare_all(d);
    then = meta_read(ctx);
    ctx->db = db;
  }
  sqlite3_close(copy);
  return then && !rows_equal(now, then);
}

i64 declare_script(Ctx *ctx, const char *script, bool replace) {
  Declare d = {.ctx = ctx, .live = ctx->db, .replace = replace};
  Guard guard;
  read_script(&d, script);
  if (meta_exists(ctx)) {
    read_versions(&d);
    if (!changes_rows(&d)) return d.count;
  }
  guard_begin(ctx, &guard);
  if (ctx_ok(ctx) && !meta_exists(ctx)) layout_create(ctx);
  read_versions(&d);
  const Schema *declared = ctx_ok(ctx) ? declare_all(&d) : NULL;
  if (declared) validate_statements(ctx, d.statements, d.count, declared);
  guard_end(ctx, &guard);
  return d.count;
}

void declare_found(Ctx *ctx, Statement **found, int count, NameMap *gone) {
  Declare d = {.ctx = ctx, .statements = found, .count = count, .gone = gone};
  if (ctx_ok(ctx)) declare_all(&d);
}
