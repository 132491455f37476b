#include "declare.h"

#include "guard.h"
#include "model.h"
#include "render.h"

typedef struct Declare {
  Ctx *ctx;
  Statement **statements;
  int count;
  NameMap *models; /* table names to names of models */
  bool replace;
  NameMap *gone; /* what is not declared any more, or NULL */
} Declare;

/* ---- reading the script ------------------------------------------------- */

static void check_statement(Ctx *ctx, const Statement *s) {
  if (s->temp || (s->schema && !name_equal(s->schema, "main")))
    err_set(ctx, SQLITE_ERROR, "\"%s\": only objects of main are declared",
            s->name);
  if (name_is_internal(s->name))
    err_set(ctx, SQLITE_ERROR,
            "\"%s\": names that begin with orm_ or sqlite_ are taken", s->name);
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

static void read_script(Declare *d, const char *script) {
  Ctx *ctx = d->ctx;
  check_no_path(ctx, script);
  Schema *seen = schema_new(ctx); /* a name twice is an error */
  Tokens tokens = token_list(ctx, script);
  for (int at = 0; ctx_ok(ctx) && at < tokens.count;) {
    int end = token_statement_end(&tokens, at);
    Statement *s = end > at ? parse_statement(ctx, &tokens, at, end) : NULL;
    if (s) check_statement(ctx, s);
    if (s && s->table) schema_add_table(ctx, seen, s->table);
    if (s && s->index) schema_add_index(ctx, seen, s->index);
    if (s && s->object) schema_add_object(ctx, seen, s->object);
    Statement **slot = s ? MEM_PUSH(ctx, d->statements, d->count) : NULL;
    if (slot) *slot = s;
    at = end + 1;
  }
}

/* ---- rows --------------------------------------------------------------- */

/* Runs a statement with up to five texts bound; true if it changed a row. */
static bool run(Ctx *ctx, const char *sql, const char *a, const char *b,
                const char *c, const char *d, const char *e) {
  const char *const texts[] = {a, b, c, d, e};
  sqlite3_stmt *stmt = db_prepare(ctx, "%s", sql);
  if (stmt == NULL) return false;
  int count = sqlite3_bind_parameter_count(stmt);
  for (int i = 0; i < count; i++) db_bind_text(ctx, stmt, i + 1, texts[i]);
  db_run(ctx, stmt);
  db_finish(stmt);
  return ctx_ok(ctx) && sqlite3_changes(ctx->db) > 0;
}

static void read_models(Declare *d) {
  Ctx *ctx = d->ctx;
  d->models = map_new(ctx);
  sqlite3_stmt *rows = meta_rows(ctx, "model");
  while (db_row(ctx, rows)) {
    char *model = db_column(ctx, rows, 1);
    const char *table = db_column(ctx, rows, 2);
    if (model == NULL)
      err_set(ctx, SQLITE_ERROR, "a row of orm_model has no name");
    if (!ctx_ok(ctx)) break;
    if (table == NULL || *table == 0) table = model_snake_case(ctx, model);
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
  const char *name = model_camel_case(ctx, table);
  if (name && is_model(ctx, name)) name = table;
  for (int i = 2; ctx_ok(ctx) && is_model(ctx, name); i++)
    name = mem_printf(ctx, "%s%d", table, i);
  return name;
}

static const Table *table_taking(const Declare *d, const char *name) {
  for (int i = 0; i < d->count; i++) {
    const Table *table = d->statements[i]->table;
    if (table && table->renamed_from && name_equal(table->renamed_from, name))
      return table;
  }
  return NULL;
}

/* Does the rename of the table lead round to itself? */
static bool table_goes_round(const Declare *d, const Table *table) {
  const Table *next = table;
  for (int i = 0; i < d->count && next; i++) {
    if (map_get(d->models, next->name) == NULL) return false;
    next = table_taking(d, next->name);
    if (next == table) return true;
  }
  return false;
}

/* Was the table of that name called `from` in a recorded version? Renames that
** go in a circle find all their names, whether they were done or not. */
static bool table_was(Declare *d, const char *table, const char *from) {
  return db_int(d->ctx,
                "SELECT EXISTS (SELECT 1 FROM main.orm_model AS m,"
                " main.orm_migration AS v, json_each(v.models, '$.model') AS j"
                " WHERE m.name = %Q AND json_extract(j.value, '$.id') = m.id"
                " AND ifnull(json_extract(j.value, '$.table_name') = %Q"
                "   COLLATE NOCASE, json_extract(j.value, '$.name') = %Q))",
                (const char *)map_get(d->models, table), from,
                model_camel_case(d->ctx, from)) != 0;
}

/* Were all that go in a circle renamed already? */
static bool tables_were_renamed(Declare *d) {
  bool done = true;
  for (int i = 0; i < d->count && ctx_ok(d->ctx); i++) {
    const Table *table = d->statements[i]->table;
    if (!table || !table->renamed_from || !table_goes_round(d, table)) continue;
    if (!name_equal(table->renamed_from, table->name))
      done &= table_was(d, table->name, table->renamed_from);
  }
  return done;
}

/* -- @renamed from=old, if a model has the old name still, and none the new
** one, or one that is about to lose it. `done`: what goes in a circle is done.
*/
static bool table_is_renamed(Declare *d, const Statement *s, bool done) {
  const Table *table = s->table;
  const char *from = table ? table->renamed_from : NULL;
  if (from == NULL || map_get(d->models, from) == NULL) return false;
  if (name_equal(from, s->name)) return strcmp(from, s->name) != 0;
  if (map_get(d->models, s->name) == NULL) return true;
  if (table_taking(d, s->name) == NULL) return false;
  return !table_goes_round(d, table) || !done;
}

/* The model of a table that was named after it is named after it again. */
static const char *renamed_model(Ctx *ctx, const char *model, const char *from,
                                 const char *to) {
  const char *camel = model_camel_case(ctx, from);
  return camel && strcmp(camel, model) == 0 ? model_camel_case(ctx, to) : model;
}

/* All at once, so that names may be swapped. A model takes the name of its
** table along, but not while another has it. */
static void rename_tables(Declare *d) {
  Ctx *ctx = d->ctx;
  bool any = false, done = tables_were_renamed(d);
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; ctx_ok(ctx) && i < d->count; i++) {
      const Statement *s = d->statements[i];
      if (!table_is_renamed(d, s, done)) continue;
      const char *from = s->table->renamed_from;
      const char *model = (const char *)map_get(d->models, from);
      const char *name = renamed_model(ctx, model, from, s->name);
      any = true;
      if (pass == 0)
        run(ctx,
            "UPDATE main.orm_model SET name = char(1) || ?2, table_name = ?3"
            " WHERE name = ?1",
            model, name, s->name, 0, 0);
      else
        run(ctx,
            "UPDATE main.orm_model SET name = ?1 WHERE name = char(1) || ?1"
            " AND NOT EXISTS (SELECT 1 FROM main.orm_model WHERE name = ?1)",
            name, 0, 0, 0, 0);
    }
  if (any)
    run(ctx,
        "UPDATE main.orm_model SET name = table_name WHERE"
        " substr(name, 1, 1) = char(1)",
        0, 0, 0, 0, 0);
  if (any) read_models(d);
}

/* The model of the table: said by -- @model, or the one it has, or a new one
** named after the table. */
static const char *declare_model(Declare *d, const Statement *s) {
  Ctx *ctx = d->ctx;
  const char *options = table_options(s->table);
  const char *old = (const char *)map_get(d->models, s->name);
  const char *model = s->model ? s->model : old ? old : new_model(ctx, s->name);
  if (old && model && strcmp(old, model) != 0)
    run(ctx, "UPDATE main.orm_model SET name = ?2 WHERE name = ?1", old, model,
        0, 0, 0);
  if (!old && model)
    run(ctx, "INSERT INTO main.orm_model(name) VALUES (?1)", model, 0, 0, 0, 0);
  run(ctx,
      "UPDATE main.orm_model SET options = ?3, table_name = CASE"
      "  WHEN table_name = ?2 COLLATE NOCASE THEN table_name ELSE ?2 END"
      " WHERE name = ?1"
      " AND (table_name COLLATE NOCASE IS NOT ?2 OR options IS NOT ?3)",
      model, s->name, options, 0, 0);
  if (model) map_put(ctx, d->models, s->name, mem_text(ctx, model, -1));
  return model;
}

/* INDEX behind a column is an object of its own, and stays when the column is
** declared anew: as a row in orm_constraint. */
static void keep_column_index(Ctx *ctx, const char *model, const char *table,
                              const char *name, const char *definition) {
  Table probe;
  memset(&probe, 0, sizeof(probe));
  probe.name = table;
  parse_column(ctx, &probe, name, definition);
  if (!ctx_ok(ctx)) return;
  const Column *column = &probe.columns[0];
  if (!column->index && !column->unique_index) return;
  run(ctx,
      "INSERT INTO main.orm_constraint(model, name, definition)"
      " VALUES (?1, ?2, ?3)",
      model, mem_printf(ctx, "ix_%s_%s", table, name),
      mem_printf(ctx, "%sINDEX (%s)", column->unique_index ? "UNIQUE " : "",
                 render_name(ctx, name)),
      0, 0);
}

static void drop_missing_columns(Declare *d, const Statement *s,
                                 const char *model) {
  Ctx *ctx = d->ctx;
  sqlite3_stmt *rows = meta_rows_of(ctx, "column", model);
  while (db_row(ctx, rows)) {
    const char *name = db_column(ctx, rows, 2);
    const char *definition = db_column(ctx, rows, 3);
    if (!ctx_ok(ctx)) break;
    if (table_column(s->table, name) < 0)
      run(ctx, "DELETE FROM main.orm_column WHERE model = ?1 AND name = ?2",
          model, name, 0, 0, 0);
    else if (!d->replace)
      keep_column_index(ctx, model, s->name, name, definition);
  }
  db_finish(rows);
}

static bool has_column(Ctx *ctx, const char *model, const char *name) {
  return db_int(ctx,
                "SELECT count(*) FROM main.orm_column"
                " WHERE model = %Q AND name = %Q",
                model, name) > 0;
}

/* Is the column to be renamed: is its old name there, and its new one free, or
** about to be? Renames that were done already are not done again. */
static bool is_renamed(Ctx *ctx, const char *model, const Table *table,
                       const bool *renamed, int i) {
  const Column *c = &table->columns[i];
  if (!renamed[i] || !has_column(ctx, model, c->renamed_from)) return false;
  if (!has_column(ctx, model, c->name)) return true;
  for (int k = 0; k < table->ncolumn; k++)
    if (renamed[k] && name_equal(table->columns[k].renamed_from, c->name))
      return true;
  return false;
}

/* The columns that are renamed, and not by a chain with a free end. */
static bool goes_round(Ctx *ctx, const char *model, const Table *table,
                       const bool *renamed, int i) {
  int k = i;
  for (int steps = 0; steps < table->ncolumn; steps++) {
    const char *name = table->columns[k].name;
    if (name_equal(table->columns[k].renamed_from, name)) return false;
    if (!has_column(ctx, model, name)) return false;
    for (k = 0; k < table->ncolumn; k++)
      if (renamed[k] && name_equal(table->columns[k].renamed_from, name)) break;
    if (k == table->ncolumn) return false;
    if (k == i) return true;
  }
  return false;
}

/* Was the column of that name called `from` in a recorded version? */
static bool column_was(Ctx *ctx, const char *model, const char *column,
                       const char *from) {
  return db_int(ctx,
                "SELECT EXISTS (SELECT 1 FROM main.orm_column AS c,"
                " main.orm_migration AS v, json_each(v.models, '$.column') AS j"
                " WHERE c.model = %Q AND c.name = %Q"
                " AND json_extract(j.value, '$.id') = c.id"
                " AND json_extract(j.value, '$.name') = %Q COLLATE NOCASE)",
                model, column, from) != 0;
}

static bool is_defined(Ctx *ctx, const char *model, const char *column,
                       const char *definition) {
  return db_int(ctx,
                "SELECT count(*) FROM main.orm_column"
                " WHERE model = %Q AND name = %Q AND definition = %Q",
                model, column, definition) != 0;
}

/* Renames in a circle find all their names, whether they were done or not. They
** were, where the recorded versions say so of all of them; unless it is the old
** names, and not the new ones, that have the definitions. */
static void leave_done(Ctx *ctx, const char *model, const Table *table,
                       bool *renamed) {
  bool *round = (bool *)mem_new(ctx, (size_t)table->ncolumn);
  bool done = true, here = true, there = true;
  for (int i = 0; ctx_ok(ctx) && i < table->ncolumn; i++) {
    const Column *c = &table->columns[i];
    round[i] = renamed[i] && goes_round(ctx, model, table, renamed, i);
    if (!round[i]) continue;
    done &= column_was(ctx, model, c->name, c->renamed_from);
    here &= is_defined(ctx, model, c->name, c->definition);
    there &= is_defined(ctx, model, c->renamed_from, c->definition);
  }
  if (there && !here) done = false;
  for (int i = 0; ctx_ok(ctx) && i < table->ncolumn; i++)
    if (round[i] && done) renamed[i] = false;
}

/* All at once, so that names may be swapped: first to a name that no column
** has, then to the new one. */
static void rename_columns(Ctx *ctx, const char *model, const Table *table) {
  bool *renamed = (bool *)mem_new(ctx, (size_t)table->ncolumn);
  if (renamed == NULL) return;
  for (int i = 0; i < table->ncolumn; i++)
    renamed[i] = table->columns[i].renamed_from != NULL;
  for (bool settled = false; !settled && ctx_ok(ctx);) {
    settled = true;
    for (int i = 0; i < table->ncolumn; i++) {
      if (!renamed[i] || is_renamed(ctx, model, table, renamed, i)) continue;
      settled = renamed[i] = false;
    }
  }
  leave_done(ctx, model, table, renamed);
  for (int i = 0; i < table->ncolumn; i++)
    if (renamed[i])
      run(ctx,
          "UPDATE main.orm_column SET name = char(1) || ?3"
          " WHERE model = ?1 AND name = ?2",
          model, table->columns[i].renamed_from, table->columns[i].name, 0, 0);
  run(ctx,
      "UPDATE main.orm_column SET name = substr(name, 2)"
      " WHERE model = ?1 AND substr(name, 1, 1) = char(1)",
      model, 0, 0, 0, 0);
}

/* A name in another case is the same name: only @renamed changes it. */
static void declare_column(Ctx *ctx, const char *model, const Column *c) {
  if (!run(ctx,
           "UPDATE main.orm_column SET definition = ?3, backfill = ?4"
           " WHERE model = ?1 AND name = ?2",
           model, c->name, c->definition, c->backfill, 0))
    run(ctx,
        "INSERT INTO main.orm_column(model, name, definition, backfill)"
        " VALUES (?1, ?2, ?3, ?4)",
        model, c->name, c->definition, c->backfill, 0);
}

#define IS_INDEX "(definition GLOB 'INDEX*' OR definition GLOB 'UNIQUE INDEX*')"

static bool index_has_name(Ctx *ctx, const char *model, const char *name) {
  sqlite3_stmt *rows = meta_rows_of(ctx, "constraint", model);
  bool found = false;
  while (!found && db_row(ctx, rows)) {
    const char *other = db_column(ctx, rows, 2);
    const char *definition = db_column(ctx, rows, 3);
    found = other && definition && name_equal(other, name) &&
            (name_starts(definition, "INDEX") ||
             name_starts(definition, "UNIQUE INDEX"));
  }
  db_finish(rows);
  return found;
}

/* (model, name) is unique among the rows, but SQL lets constraints share their
** name with others and with an index: such a one has its name in the
** definition. */
static void declare_constraint(Ctx *ctx, const char *model, const Constraint *c,
                               NameMap *names) {
  bool taken = c->name &&
               (map_get(names, c->name) || index_has_name(ctx, model, c->name));
  const char *name = taken ? NULL : c->name, *definition = c->definition;
  if (taken)
    definition = mem_printf(ctx, "CONSTRAINT %s %s", render_name(ctx, c->name),
                            c->definition);
  else if (name)
    map_put(ctx, names, name, names);
  if (!run(ctx,
           "UPDATE main.orm_constraint SET definition = ?3 WHERE id ="
           " (SELECT id FROM main.orm_constraint WHERE model = ?1 AND"
           "  name IS ?2 AND (definition = char(1) || ?3 OR"
           "  ?2 IS NOT NULL) ORDER BY id LIMIT 1)",
           model, name, definition, 0, 0))
    run(ctx,
        "INSERT INTO main.orm_constraint(model, name, definition)"
        " VALUES (?1, ?2, ?3)",
        model, name, definition, 0, 0);
}

/* Rows that say the same stay, so that their ids do. */
static void declare_constraints(Ctx *ctx, const char *model,
                                const Table *table) {
  NameMap *names = map_new(ctx);
  run(ctx,
      "UPDATE main.orm_constraint SET definition = char(1) || definition"
      " WHERE model = ?1 AND NOT " IS_INDEX,
      model, 0, 0, 0, 0);
  for (int i = 0; ctx_ok(ctx) && i < table->nconstraint; i++)
    if (table->constraints[i].column < 0)
      declare_constraint(ctx, model, &table->constraints[i], names);
  run(ctx,
      "DELETE FROM main.orm_constraint WHERE model = ?1"
      " AND substr(definition, 1, 1) = char(1)",
      model, 0, 0, 0, 0);
}

/* ---- relationships: name Target key=value ... --------------------------- */

static const char *const relationship_keys[] = {
    "backref", "foreign_key", "secondary", "remote_side",
    "uselist", "cascade",     "order_by",  "viewonly",
};
#define RELATIONSHIP_KEYS 8

/* The next word of *z; a value may be quoted as SQL's strings are. */
static char *next_word(Ctx *ctx, const char **z) {
  while (**z == ' ' || **z == '\t') ++*z;
  const char *from = *z;
  while (**z && **z != ' ' && **z != '\t') {
    if (**z == '\'') {
      Token token = token_next(*z);
      *z = token.z + token.n;
    } else {
      ++*z;
    }
  }
  return *z > from ? mem_text(ctx, from, (int)(*z - from)) : NULL;
}

/* A word, or what a quoted one stands for. */
static const char *unquoted(Ctx *ctx, const char *word) {
  if (word == NULL || *word != '\'') return word;
  Token token = token_next(word);
  return token_name(ctx, &token);
}

static void set_relationship(Ctx *ctx, const char *model, const char *name,
                             const char *word) {
  for (int i = 0; i < RELATIONSHIP_KEYS; i++) {
    size_t n = strlen(relationship_keys[i]);
    if (strncmp(word, relationship_keys[i], n) != 0 || word[n] != '=') continue;
    const char *value = unquoted(ctx, word + n + 1);
    char *sql = mem_printf(ctx,
                           "UPDATE main.orm_relationship SET \"%w\" = ?3"
                           " WHERE model = ?1 AND name = ?2",
                           relationship_keys[i]);
    if (sql) run(ctx, sql, model, name, value, 0, 0);
    return;
  }
  err_set(ctx, SQLITE_ERROR,
          "-- @relationship %s: \"%s\" is not known; known are backref=, "
          "foreign_key=, secondary=, remote_side=, uselist=, cascade=, "
          "order_by= and viewonly=",
          name, word);
}

static void declare_relationship(Ctx *ctx, const char *model,
                                 const char *text) {
  const char *name = unquoted(ctx, next_word(ctx, &text));
  const char *target = unquoted(ctx, next_word(ctx, &text));
  if (ctx_ok(ctx) && target == NULL)
    err_set(ctx, SQLITE_ERROR,
            "-- @relationship name Target backref=name: expected behind table "
            "of model \"%s\"",
            model);
  run(ctx,
      "UPDATE main.orm_relationship SET model = substr(model, 2),"
      " target = ?3, backref = NULL, foreign_key = NULL, secondary = NULL,"
      " remote_side = NULL, uselist = NULL, \"cascade\" = NULL,"
      " order_by = NULL, viewonly = NULL"
      " WHERE model = char(1) || ?1 AND name = ?2",
      model, name, target, 0, 0);
  run(ctx,
      "INSERT INTO main.orm_relationship(model, name, target)"
      " SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM"
      "  main.orm_relationship WHERE model = ?1 AND name = ?2)",
      model, name, target, 0, 0);
  for (char *word; ctx_ok(ctx) && (word = next_word(ctx, &text)) != NULL;)
    set_relationship(ctx, model, name, word);
}

/* Those that a script says are all that the model has. */
static void declare_relationships(Ctx *ctx, const char *model,
                                  const Statement *s) {
  if (s->nrelationship == 0) return;
  run(ctx,
      "UPDATE main.orm_relationship SET model = char(1) || model"
      " WHERE model = ?1",
      model, 0, 0, 0, 0);
  for (int i = 0; ctx_ok(ctx) && i < s->nrelationship; i++)
    declare_relationship(ctx, model, s->relationships[i]);
  run(ctx, "DELETE FROM main.orm_relationship WHERE model = char(1) || ?1",
      model, 0, 0, 0, 0);
}

/* ---- statements --------------------------------------------------------- */

static void declare_table(Declare *d, const Statement *s) {
  Ctx *ctx = d->ctx;
  const char *model = declare_model(d, s);
  if (!ctx_ok(ctx)) return;
  rename_columns(ctx, model, s->table);
  drop_missing_columns(d, s, model);
  for (int i = 0; ctx_ok(ctx) && i < s->table->ncolumn; i++)
    declare_column(ctx, model, &s->table->columns[i]);
  declare_constraints(ctx, model, s->table);
  declare_relationships(ctx, model, s);
}

/* An index of that name may be there without saying it: INDEX (a, b) is
** ix_table_a_b. It gets the name, and so is declared anew. */
static void name_index(Ctx *ctx, const char *model, const Index *index) {
  sqlite3_stmt *rows = meta_rows_of(ctx, "constraint", model);
  while (db_row(ctx, rows)) {
    const char *definition = db_column(ctx, rows, 3);
    Table probe;
    memset(&probe, 0, sizeof(probe));
    probe.name = index->table;
    if (definition == NULL || sqlite3_column_type(rows, 2) != SQLITE_NULL)
      continue;
    Index *other = parse_constraint(ctx, &probe, NULL, definition);
    const char *name = other ? model_index_name(ctx, other) : NULL;
    if (name && name_equal(name, index->name))
      run(ctx, "UPDATE main.orm_constraint SET name = ?2 WHERE id = ?1",
          db_column(ctx, rows, 0), index->name, 0, 0, 0);
  }
  db_finish(rows);
}

/* A constraint of that name gives it up, and says it in its definition. */
static void free_name(Ctx *ctx, const char *model, const char *name) {
  run(ctx,
      "UPDATE main.orm_constraint SET name = NULL,"
      " definition = 'CONSTRAINT \"' || replace(name, '\"', '\"\"') || '\" ' ||"
      " definition WHERE model = ?1 AND name = ?2 AND NOT " IS_INDEX,
      model, name, 0, 0, 0);
}

static void declare_index(Declare *d, const Statement *s) {
  Ctx *ctx = d->ctx;
  const char *model = (const char *)map_get(d->models, s->index->table);
  if (model == NULL)
    err_set(ctx, SQLITE_ERROR,
            "index \"%s\" is on table \"%s\", which is not declared", s->name,
            s->index->table);
  if (!ctx_ok(ctx)) return;
  name_index(ctx, model, s->index);
  free_name(ctx, model, s->name);
  if (!run(ctx,
           "UPDATE main.orm_constraint SET model = ?1, definition = ?3"
           " WHERE name = ?2 AND " IS_INDEX,
           model, s->name, s->index->definition, 0, 0))
    run(ctx,
        "INSERT INTO main.orm_constraint(model, name, definition)"
        " VALUES (?1, ?2, ?3)",
        model, s->name, s->index->definition, 0, 0);
}

static void declare_object(Declare *d, const Statement *s) {
  const char *type = object_type_name(s->object->type);
  if (!run(d->ctx,
           "UPDATE main.orm_object SET sql = ?3, name = ?2"
           " WHERE type = ?1 AND name = ?2",
           type, s->name, s->sql, 0, 0))
    run(d->ctx,
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
    const char *id = db_column(ctx, rows, 0), *type = db_column(ctx, rows, 1);
    const char *name = db_column(ctx, rows, 2);
    const char *model = db_column(ctx, rows, 3);
    if (name == NULL && model) name = model_snake_case(ctx, model);
    const char *key = name ? declare_key(ctx, type, name) : "";
    if (key && (map_get(names, key) != NULL) == named)
      run(ctx, delete, id, 0, 0, 0, 0);
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
              " WHERE " IS_INDEX,
              "DELETE FROM main.orm_constraint WHERE id = ?1");
  delete_rows(ctx, names, named,
              "SELECT id, type, name, NULL FROM main.orm_object",
              "DELETE FROM main.orm_object WHERE id = ?1");
}

/* Rows of indexes begin with INDEX or UNIQUE INDEX, spelt just so. */
static void spell_indexes(Ctx *ctx) {
  sqlite3_stmt *rows = meta_rows(ctx, "constraint");
  while (db_row(ctx, rows)) {
    const char *definition = db_column(ctx, rows, 3);
    if (definition == NULL) break;
    Token first = token_next(definition);
    Token second = token_next(first.z + first.n);
    bool unique = token_is(&first, "UNIQUE") && token_is(&second, "INDEX");
    if (!unique && !token_is(&first, "INDEX")) continue;
    const Token *last = unique ? &second : &first;
    const char *word = unique ? "UNIQUE INDEX" : "INDEX";
    if (strncmp(definition, word, strlen(word)) == 0) continue;
    run(ctx, "UPDATE main.orm_constraint SET definition = ?2 WHERE id = ?1",
        db_column(ctx, rows, 0),
        mem_printf(ctx, "%s%s", word, last->z + last->n), 0, 0, 0);
  }
  db_finish(rows);
}

/* Tables first, because indexes may stand before them. */
static void declare_all(Declare *d) {
  Ctx *ctx = d->ctx;
  read_models(d);
  model_name_objects(ctx);
  spell_indexes(ctx);
  rename_tables(d);
  for (int i = 0; ctx_ok(ctx) && i < d->count; i++)
    if (d->statements[i]->table) declare_table(d, d->statements[i]);
  for (int i = 0; ctx_ok(ctx) && i < d->count; i++) {
    if (d->statements[i]->index) declare_index(d, d->statements[i]);
    if (d->statements[i]->object) declare_object(d, d->statements[i]);
  }
  if (d->gone) delete_declarations(ctx, d->gone, true);
  if (d->replace) delete_declarations(ctx, script_names(d), false);
  model_read(ctx, NULL); /* whatever is wrong is said now */
}

static bool says_renames(const Declare *d) {
  for (int i = 0; i < d->count; i++) {
    const Table *table = d->statements[i]->table;
    if (table && table->renamed_from) return true;
    for (int k = 0; table && k < table->ncolumn; k++)
      if (table->columns[k].renamed_from) return true;
  }
  return false;
}

/* Would the script change any row? Tried on a copy of the meta tables and
** the snapshots of versions, by which names of before are known, in memory,
** so that declaring the same again needs no lock, and works on a read-only
** file. What is wrong with the script is said here already. */
static bool changes_rows(Declare *d) {
  Ctx *ctx = d->ctx;
  const char *now = meta_snapshot(ctx), *then = NULL;
  const char *snapshots =
      db_text(ctx,
              "SELECT json_group_array(models) FROM (SELECT models FROM"
              " main.orm_migration ORDER BY version DESC LIMIT %d)",
              says_renames(d) ? -1 : 1);
  sqlite3 *copy = NULL, *db = ctx->db;
  if (!ctx_ok(ctx)) return false;
  int rc = sqlite3_open(":memory:", &copy);
  if (rc != SQLITE_OK) {
    err_set(ctx, rc, "cannot open a database in memory");
  } else {
    ctx->db = copy;
    meta_create(ctx);
    meta_restore(ctx, now);
    run(ctx,
        "INSERT INTO main.orm_migration(version, message, up, models,"
        " created_at) SELECT -key, '', '', value, '' FROM json_each(?1)",
        snapshots, 0, 0, 0, 0);
    if (ctx_ok(ctx)) declare_all(d);
    then = meta_snapshot(ctx);
    ctx->db = db;
  }
  sqlite3_close(copy);
  return ctx_ok(ctx) && then && strcmp(now, then) != 0;
}

i64 declare_script(Ctx *ctx, const char *script, bool replace) {
  Declare d = {ctx, NULL, 0, NULL, replace, NULL};
  Guard guard;
  read_script(&d, script);
  if (meta_exists(ctx) && !changes_rows(&d)) return d.count;
  guard_begin(ctx, &guard);
  if (ctx_ok(ctx) && !meta_exists(ctx)) meta_create(ctx);
  if (ctx_ok(ctx)) declare_all(&d);
  guard_end(ctx, &guard);
  return d.count;
}

/* Without what was said when it was made. */
static void forget_directives(Statement *s) {
  s->nrelationship = 0;
  if (s->table == NULL) return;
  s->table->renamed_from = NULL;
  for (int i = 0; i < s->table->ncolumn; i++)
    s->table->columns[i].renamed_from = s->table->columns[i].backfill = NULL;
}

void declare_found(Ctx *ctx, Statement **found, int count, NameMap *gone) {
  Declare d = {ctx, found, count, NULL, false, gone};
  for (int i = 0; i < count; i++) forget_directives(found[i]);
  if (ctx_ok(ctx)) declare_all(&d);
}

/* ---- models to a script ------------------------------------------------- */

/* As next_word() reads it. */
static void add_word(sqlite3_str *str, const char *before, const char *word) {
  bool plain = *word && strpbrk(word, " \t'") == NULL;
  sqlite3_str_appendall(str, before);
  sqlite3_str_appendf(str, plain ? "%s" : "%Q", word);
}

/* "\n  -- @model Person" and the like, for the head of a table. */
static char *table_head(Ctx *ctx, const Table *table) {
  const char *camel = model_camel_case(ctx, table->name);
  sqlite3_stmt *rows = meta_rows_of(ctx, "relationship", table->model);
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  if (strcmp(camel, table->model) != 0)
    sqlite3_str_appendf(str, "\n  -- @model %s", table->model);
  while (db_row(ctx, rows)) {
    const char *name = db_column(ctx, rows, 2);
    const char *target = db_column(ctx, rows, 3);
    sqlite3_str_appendall(str, "\n  -- @relationship");
    add_word(str, " ", name);
    add_word(str, " ", target);
    for (int i = 0; i < RELATIONSHIP_KEYS; i++) {
      const char *value = db_column(ctx, rows, 4 + i);
      if (value) sqlite3_str_appendf(str, " %s", relationship_keys[i]);
      if (value) add_word(str, "=", value);
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
