#include "declare/declare.h"

#include "base/guard.h"
#include "ddl/listing.h"
#include "ddl/render.h"
#include "ddl/shadow.h"
#include "declare/model_script.h"
#include "meta/accept.h"
#include "meta/layout.h"
#include "meta/model.h"
#include "meta/object.h"
#include "schema/naming.h"

typedef struct Declare {
  Ctx *ctx;
  Statement **statements;
  int count;
  NameMap *models; /* table names to names of models */
  bool replace;
  sqlite3 *live;     /* the database itself, while ctx->db is a copy */
  FormerNames *past; /* recorded names; NULL if the script renames nothing */
  NameMap *gone;     /* what is not declared any more, or NULL */
} Declare;

/* ---- reading the script ------------------------------------------------- */

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

/* A file name instead of the script that the file holds. */
static void check_no_path(Ctx *ctx, const char *script) {
  Token first = token_next(script);
  bool path = strpbrk(script, "./\\") && !strpbrk(script, "\n(");
  if (path && first.type != TOKEN_COMMENT && !token_is(&first, "CREATE"))
    err_set(ctx, SQLITE_ERROR,
            "'%s' is no script; if it is a file, give what is in it: in the "
            "sqlite3 shell, orm_declare(readfile('%s'))",
            script, script);
}

/* SQLite reads the expression, without looking for its names, which may be
** those of the old row. */
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

/* Past empty statements. */
static int skip_empty(const Tokens *tokens, int at) {
  while (at < tokens->count && token_is(&tokens->list[at], ";")) at++;
  return at;
}

/* The statement in tokens at to end-1, with its directives, up to `next`. */
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

/* Leaves out the tables that virtual tables of the script keep, and what is on
** them. */
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
  Schema *seen = schema_new(ctx); /* a name twice is an error */
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

static void read_models(Declare *d) {
  Ctx *ctx = d->ctx;
  d->models = map_new(ctx);
  sqlite3_stmt *rows = meta_rows(ctx, "model");
  while (db_row(ctx, rows)) {
    char *model = db_column_or_null(ctx, rows, 1);
    const char *table = db_column_or_null(ctx, rows, 2);
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
  return db_int(ctx, "SELECT count(*) FROM main.orm_model WHERE name = %Q",
                name) != 0;
}

/* A new model is named after its table: CamelCase if that is free, else the
** table's name, else with a number. */
static const char *new_model(Ctx *ctx, const char *table) {
  const char *name = naming_camel_case(ctx, table);
  if (name && is_model(ctx, name)) name = table;
  for (int i = 2; ctx_ok(ctx) && is_model(ctx, name); i++)
    name = mem_printf(ctx, "%s%d", table, i);
  return name;
}

/* The model of a table that was named after it is named after it again. */
static const char *renamed_model(Ctx *ctx, const char *model, const char *from,
                                 const char *to) {
  const char *camel = naming_camel_case(ctx, from);
  return camel && strcmp(camel, model) == 0 ? naming_camel_case(ctx, to)
                                            : model;
}

static Renames table_renames(Declare *d) {
  Ctx *ctx = d->ctx;
  Renames r = {
      .ctx = ctx, .past = d->past, .live = d->live, .complete = d->replace};
  const Schema *names = model_names(ctx, NULL);
  if (names) model_keep_ids(ctx, former_names_newest(d->past), names);
  names = model_names(ctx, NULL);
  for (int i = 0; names && i < names->ntable; i++)
    renamed_from_declared(&r, names->tables[i]->id, names->tables[i]->name);
  for (int i = 0; i < d->count; i++) {
    const Table *table = d->statements[i]->table;
    if (table) renamed_from_add(&r, table->name, table->renamed_from);
  }
  renamed_from_solve(&r);
  return r;
}

/* All at once, so that names may be swapped. A model takes the name of its
** table along; if another has that, and keeps it, it is named as a new one. */
static void rename_model_rows(Declare *d, const Renames *r) {
  static const char put_aside[] =
      "UPDATE main.orm_model SET table_name = ?2, name = CASE name"
      "  COLLATE BINARY WHEN ?3 THEN name ELSE char(1) || ?2 END WHERE id = ?1";
  static const char take_along[] =
      "UPDATE main.orm_model SET name = ?3 WHERE name = char(1) || ?2"
      " AND NOT EXISTS (SELECT 1 FROM main.orm_model WHERE name = ?3)";
  static const char name_anew[] =
      "UPDATE main.orm_model SET name = ?4 WHERE name = char(1) || ?2";
  static const char *const steps[] = {put_aside, take_along, name_anew};
  Ctx *ctx = d->ctx;
  for (int step = 0; step < 3; step++)
    for (int i = 0; ctx_ok(ctx) && i < r->count; i++) {
      const Named *row = renamed_from_row(r, r->list[i].source);
      if (row == NULL) continue;
      const char *to = r->list[i].name;
      const char *model = (const char *)map_get(d->models, row->name);
      const char *name = renamed_model(ctx, model, row->name, to);
      const char *other = step == 2 ? new_model(ctx, to) : NULL;
      const char *id = mem_printf(ctx, "%lld", row->id);
      db_change(ctx, steps[step], id, to, name, other, 0);
    }
}

/* A table that was declared under the new name already goes. */
static void drop_taken(Ctx *ctx, const Renames *r) {
  for (int i = 0; ctx_ok(ctx) && i < r->count; i++) {
    if (renamed_from_row(r, r->list[i].source) == NULL) continue;
    const Named *taken = renamed_from_named(r, r->list[i].name);
    if (taken && !renamed_from_frees(r, taken))
      db_exec(ctx, "DELETE FROM main.orm_model WHERE id = %lld", taken->id);
  }
}

/* Models whose rows were deleted get back their ids, by which the newest
** version knows their tables. */
static void restore_model_ids(Ctx *ctx, const Renames *r) {
  for (int i = 0; ctx_ok(ctx) && i < r->count; i++) {
    const Rename *rename = &r->list[i];
    if (rename->source == 0 || renamed_from_row(r, rename->source)) continue;
    const Named *row = renamed_from_named(r, rename->name);
    if (row && !renamed_from_frees(r, row))
      db_exec(ctx, "UPDATE main.orm_model SET id = %lld WHERE id = %lld",
              rename->source, row->id);
    else
      db_exec(ctx,
              "INSERT INTO main.orm_model(id, name, table_name)"
              " VALUES (%lld, %Q, %Q)",
              rename->source, new_model(ctx, rename->name), rename->name);
  }
}

static void rename_declared_tables(Declare *d) {
  if (d->past == NULL) return;
  const Renames r = table_renames(d);
  drop_taken(d->ctx, &r);
  rename_model_rows(d, &r);
  restore_model_ids(d->ctx, &r);
  if (ctx_ok(d->ctx)) read_models(d);
}

/* The model of the table: said by -- @model, or the one it has, or a new one
** named after the table. */
static const char *declare_model(Declare *d, const Statement *s) {
  Ctx *ctx = d->ctx;
  const char *options = table_options(s->table);
  const char *old = (const char *)map_get(d->models, s->name);
  const char *model = s->model ? s->model : old ? old : new_model(ctx, s->name);
  if (old && model && strcmp(old, model) != 0)
    db_change(ctx, "UPDATE main.orm_model SET name = ?2 WHERE name = ?1", old,
              model, 0, 0, 0);
  if (!old && model)
    db_change(ctx, "INSERT INTO main.orm_model(name) VALUES (?1)", model, 0, 0,
              0, 0);
  db_change(ctx,
            "UPDATE main.orm_model SET options = ?3, table_name = CASE"
            "  WHEN table_name = ?2 COLLATE NOCASE THEN table_name ELSE ?2 END"
            " WHERE name = ?1"
            " AND (table_name COLLATE NOCASE IS NOT ?2 OR options IS NOT ?3)",
            model, s->name, options, 0, 0);
  if (model) map_put(ctx, d->models, s->name, mem_text(ctx, model, -1));
  return model;
}

/* ---- statements --------------------------------------------------------- */

static void declare_table(Declare *d, const Statement *s) {
  const char *model = declare_model(d, s);
  const FieldsMode mode = {
      .keep_indexes = !d->replace, .past = d->past, .live = d->live};
  model_script_declare(d->ctx, model, s, &mode);
}

static void declare_index(Declare *d, const Statement *s) {
  const char *model = (const char *)map_get(d->models, s->index->table);
  if (model == NULL)
    err_set(d->ctx, SQLITE_ERROR,
            "index \"%s\" is on table \"%s\", which is not declared", s->name,
            s->index->table);
  model_script_index(d->ctx, model, s->index);
}

static void declare_object(Declare *d, const Statement *s) {
  const char *type = object_type_name(s->object->type);
  if (!db_change(d->ctx,
                 "UPDATE main.orm_object SET sql = ?3, name = ?2"
                 " WHERE type = ?1 AND name = ?2",
                 type, s->name, s->sql, 0, 0))
    db_change(d->ctx,
              "INSERT INTO main.orm_object(type, name, sql)"
              " VALUES (?1, ?2, ?3)",
              type, s->name, s->sql, 0, 0);
}

/* Names of different kinds may be alike. */
const char *declare_key(Ctx *ctx, const char *type, const char *name) {
  return mem_printf(ctx, "%s %s", type, name);
}

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

/* Deletes the rows that `select` gives (id, type, name, model) whose object is
** in `names`, or, if that is what is wanted, is not. */
static void delete_rows(Ctx *ctx, const NameMap *names, bool named,
                        const char *select, const char *delete) {
  sqlite3_stmt *rows = db_prepare(ctx, "%s", select);
  while (db_row(ctx, rows)) {
    const char *id = db_column(ctx, rows, 0);
    const char *type = db_column_or_null(ctx, rows, 1);
    const char *name = db_column_or_null(ctx, rows, 2);
    const char *model = db_column_or_null(ctx, rows, 3);
    if (name == NULL && model) name = naming_snake_case(ctx, model);
    const char *key = name ? declare_key(ctx, type, name) : "";
    if (key && (map_get(names, key) != NULL) == named)
      db_change(ctx, delete, id, 0, 0, 0, 0);
  }
  db_finish(rows);
}

static void delete_declarations(Ctx *ctx, const NameMap *names, bool named) {
  if (!ctx_ok(ctx)) return;
  delete_rows(ctx, names, named,
              "SELECT id, 'table', nullif(table_name, ''), name"
              " FROM main.orm_model",
              "DELETE FROM main.orm_model WHERE id = ?1");
  delete_rows(ctx, names, named,
              "SELECT id, 'index', name, NULL FROM main.orm_constraint"
              " WHERE " MODEL_SCRIPT_IS_INDEX,
              "DELETE FROM main.orm_constraint WHERE id = ?1");
  delete_rows(ctx, names, named,
              "SELECT id, type, name, NULL FROM main.orm_object",
              "DELETE FROM main.orm_object WHERE id = ?1");
}

/* Reads all declarations again, so that an error shows in this call. */
static const Schema *declare_all(Declare *d) {
  Ctx *ctx = d->ctx;
  read_models(d);
  object_name_rows(ctx);
  model_script_spell_indexes(ctx);
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

/* The recorded names matter only if the script says renames. */
static bool says_renames(const Declare *d) {
  for (int i = 0; i < d->count; i++) {
    const Table *table = d->statements[i]->table;
    if (table && table->renamed_from) return true;
    for (int k = 0; table && k < table->ncolumn; k++)
      if (table->columns[k].renamed_from) return true;
  }
  return false;
}

static void open_past(Declare *d) {
  if (ctx_ok(d->ctx) && says_renames(d)) d->past = former_names_open(d->ctx);
}

/* Would the script change any row? Tried on a copy of the meta tables and the
** newest version in memory, so that declaring the same again needs no lock, and
** works on a read-only file. Errors of the script are found here already. */
static bool changes_rows(Declare *d) {
  Ctx *ctx = d->ctx;
  const char *now = meta_snapshot(ctx), *then = NULL;
  const char *snapshots =
      db_text(ctx, "SELECT json_group_array(models) FROM (SELECT models FROM"
                   " main.orm_migration ORDER BY version DESC LIMIT 1)");
  sqlite3 *copy = NULL, *db = ctx->db;
  if (!ctx_ok(ctx)) return false;
  int rc = sqlite3_open(":memory:", &copy);
  if (rc != SQLITE_OK) {
    err_set(ctx, rc, "cannot open a database in memory");
  } else {
    ctx->db = copy;
    layout_create(ctx);
    meta_restore(ctx, now);
    db_change(
        ctx,
        "INSERT INTO main.orm_migration(version, message, up, models,"
        " created_at) SELECT -key, '', '', value, '' FROM temp.json_each(?1)",
        snapshots, 0, 0, 0, 0);
    if (ctx_ok(ctx)) declare_all(d);
    then = meta_snapshot(ctx);
    ctx->db = db;
  }
  sqlite3_close(copy);
  return ctx_ok(ctx) && then && strcmp(now, then) != 0;
}

i64 declare_script(Ctx *ctx, const char *script, bool replace) {
  Declare d = {.ctx = ctx, .live = ctx->db, .replace = replace};
  Guard guard;
  read_script(&d, script);
  if (meta_exists(ctx)) {
    open_past(&d);
    if (!changes_rows(&d)) return d.count;
  }
  guard_begin(ctx, &guard);
  if (ctx_ok(ctx) && !meta_exists(ctx)) layout_create(ctx);
  open_past(&d);
  const Schema *declared = ctx_ok(ctx) ? declare_all(&d) : NULL;
  if (declared) accept_statements(ctx, d.statements, d.count, declared);
  guard_end(ctx, &guard);
  return d.count;
}

void declare_found(Ctx *ctx, Statement **found, int count, NameMap *gone) {
  Declare d = {.ctx = ctx, .statements = found, .count = count, .gone = gone};
  if (ctx_ok(ctx)) declare_all(&d);
}

/* ---- models to a script ------------------------------------------------- */

/* As next_word() reads it. */
static void write_word(sqlite3_str *str, const char *before, const char *word) {
  bool plain = *word && strpbrk(word, " \t'") == NULL;
  sqlite3_str_appendall(str, before);
  sqlite3_str_appendf(str, plain ? "%s" : "%Q", word);
}

/* "\n  -- @model Person" and the like, for the head of a table. */
static char *table_head(Ctx *ctx, const Table *table) {
  const char *camel = naming_camel_case(ctx, table->name);
  sqlite3_stmt *rows = meta_rows_of(ctx, "relationship", table->model);
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  if (strcmp(camel, table->model) != 0)
    sqlite3_str_appendf(str, "\n  -- @model %s", table->model);
  while (db_row(ctx, rows)) {
    const char *name = db_column(ctx, rows, 2);
    const char *target = db_column(ctx, rows, 3);
    if (!ctx_ok(ctx)) break;
    sqlite3_str_appendall(str, "\n  -- @relationship");
    write_word(str, " ", name);
    write_word(str, " ", target);
    for (int i = 0; i < MODEL_SCRIPT_RELATIONSHIP_KEYS; i++) {
      const char *value = db_column_or_null(ctx, rows, 4 + i);
      if (value)
        sqlite3_str_appendf(str, " %s", model_script_relationship_keys[i]);
      if (value) write_word(str, "=", value);
    }
  }
  db_finish(rows);
  return mem_finish(ctx, str);
}

char *declare_models(Ctx *ctx) {
  if (!meta_exists(ctx)) return ctx_ok(ctx) ? mem_text(ctx, "", 0) : NULL;
  const Schema *schema = model_read(ctx, NULL);
  if (schema == NULL) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++) {
    const Table *table = schema->tables[i];
    for (int k = 0; k < table->ncolumn; k++) /* what has run is left out */
      if (!table->columns[k].backfill_due) table->columns[k].backfill = NULL;
    sqlite3_str_appendf(str, "%s;\n\n",
                        render_table(ctx, table, true, table_head(ctx, table)));
  }
  for (int i = 0; ctx_ok(ctx) && i < schema->nindex; i++)
    sqlite3_str_appendf(str, "%s;\n\n", render_index(ctx, schema->indexes[i]));
  for (int i = 0; ctx_ok(ctx) && i < schema->nobject; i++)
    if (schema->objects[i]->id) /* the others are of relationships */
      sqlite3_str_appendf(str, "%s;\n\n", schema->objects[i]->sql);
  return mem_finish(ctx, str);
}
