#include "declare/model_rows.h"

#include "ddl/render.h"
#include "meta/meta.h"
#include "meta/model.h"
#include "schema/naming.h"

/* ---- columns ------------------------------------------------------------ */

/* Declares the index of a column (`String(64) INDEX`) as a row of
** orm_constraint. It is an object of its own, so it stays if the column is
** declared again without INDEX. */
static void keep_column_index(Ctx *ctx, const char *model, const char *table,
                              const char *name, const char *definition) {
  Table probe;
  memset(&probe, 0, sizeof(probe));
  probe.name = table;
  parse_column(ctx, NULL, &probe, name, definition);
  if (!ctx_ok(ctx)) return;
  const Column *column = &probe.columns[0];
  if (!column->index && !column->unique_index) return;
  db_change(ctx,
            "INSERT INTO \"main\".orm_constraint(model, name, definition)"
            " VALUES (?1, ?2, ?3)",
            model, mem_printf(ctx, "ix_%s_%s", table, name),
            mem_printf(ctx, "%sINDEX (%s)",
                       column->unique_index ? "UNIQUE " : "",
                       render_name(ctx, name)));
}

/* Deletes the columns that `table` lacks. */
static void drop_missing_columns(Ctx *ctx, const char *model,
                                 const Table *table, bool keep_indexes) {
  sqlite3_stmt *rows = meta_rows_of(ctx, META_COLUMN, model);
  while (db_row(ctx, rows)) {
    const char *name = db_column(ctx, rows, COLUMN_NAME);
    const char *definition = db_column(ctx, rows, COLUMN_DEFINITION);
    if (!ctx_ok(ctx)) break;
    if (table_column(table, name) < 0)
      db_change(
          ctx, "DELETE FROM \"main\".orm_column WHERE model = ?1 AND name = ?2",
          model, name);
    else if (keep_indexes)
      keep_column_index(ctx, model, table->name, name, definition);
  }
  db_finish(rows);
}

/* True if the declared column has the definition. */
static bool is_defined(Ctx *ctx, const char *model, const char *column,
                       const char *definition) {
  return db_int(ctx,
                "SELECT count(*) FROM \"main\".orm_column"
                " WHERE model = %Q AND name = %Q AND definition = %Q",
                model, column, definition) != 0;
}

/* Resolves the renames of the columns. `self` is the table of the script with
** the id of its model. */
static Renames column_renames(Ctx *ctx, const char *model, const Table *self,
                              const ModelRowsMode *mode) {
  Renames r = {.ctx = ctx,
               .names = mode->names,
               .live = mode->live,
               .table = self,
               .complete = true};
  sqlite3_stmt *rows = meta_rows_of(ctx, META_COLUMN, model);
  while (db_row(ctx, rows))
    renamed_from_add_row(&r, sqlite3_column_int64(rows, COLUMN_ID),
                         db_column(ctx, rows, COLUMN_NAME));
  db_finish(rows);
  for (int i = 0; ctx_ok(ctx) && i < self->ncolumn; i++) {
    const Column *c = &self->columns[i];
    renamed_from_add_name(&r, c->name, c->renamed_from);
    if (c->renamed_from == NULL || !ctx_ok(ctx)) continue;
    r.list[i].name_fits = is_defined(ctx, model, c->name, c->definition);
    r.list[i].from_fits =
        is_defined(ctx, model, c->renamed_from, c->definition);
  }
  renamed_from_resolve(&r);
  return r;
}

/* Renames the rows of columns. Two columns can exchange their names, so each
** row first gets a name that no column has. A column that has a new name
** already, and is not renamed itself, is deleted. */
static void rename_column_rows(Ctx *ctx, const char *model, const Renames *r) {
  for (int i = 0; ctx_ok(ctx) && i < r->count; i++) {
    const NamedRow *taken = renamed_from_row_by_name(r, r->list[i].name);
    if (renamed_from_row_by_id(r, r->list[i].source) && taken &&
        !renamed_from_is_renamed(r, taken))
      db_exec(ctx, "DELETE FROM \"main\".orm_column WHERE id = %lld",
              taken->id);
  }
  for (int i = 0; ctx_ok(ctx) && i < r->count; i++)
    if (r->list[i].source)
      db_exec(
          ctx,
          "UPDATE \"main\".orm_column SET name = char(1) || %Q WHERE id = %lld",
          r->list[i].name, r->list[i].source);
  db_change(ctx,
            "UPDATE \"main\".orm_column SET name = substr(name, 2)"
            " WHERE model = ?1 AND substr(name, 1, 1) = char(1)",
            model);
}

/* Restores the ids of columns whose rows were deleted. */
static void restore_column_ids(Ctx *ctx, const char *model, const Renames *r) {
  for (int i = 0; ctx_ok(ctx) && i < r->count; i++) {
    const Rename *rename = &r->list[i];
    if (!renamed_from_restore_id(r, rename, "column"))
      db_exec(ctx,
              "INSERT INTO \"main\".orm_column(id, model, name)"
              " VALUES (%lld, %Q, %Q)",
              rename->source, model, rename->name);
  }
}

/* Returns a table of only that column, parsed from the definition. */
static Table *probe_column(Ctx *ctx, const Table *table, const Column *c,
                           const char *definition) {
  Table *probe = MEM_NEW(ctx, Table);
  if (probe == NULL) return NULL;
  probe->name = table->name;
  probe->strict = table->strict;
  parse_column(ctx, NULL, probe, c->name, definition);
  return ctx_ok(ctx) ? probe : NULL;
}

/* Returns the definition for a rowid alias. A type of SQLAlchemy in the old
** definition implies NOT NULL. If the script differs only in NOT NULL, the old
** definition stays. */
static const char *rowid_definition(Ctx *ctx, const char *model,
                                    const Table *table, const Column *c) {
  const char *old = db_text_or_null(ctx,
                                    "SELECT definition FROM \"main\".orm_column"
                                    " WHERE model = %Q AND name = %Q",
                                    model, c->name);
  Table *was = old ? probe_column(ctx, table, c, old) : NULL;
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx); /* it is replaced */
  if (was == NULL || !was->columns[0].orm_type) return c->definition;
  Table *is = probe_column(ctx, table, c, c->definition);
  if (is == NULL) return c->definition;
  table_finish(ctx, was);
  is->columns[0].notnull = was->columns[0].notnull;
  column_finish(ctx, &is->columns[0]);
  table_finish(ctx, is);
  return table_equal(ctx, was, is) ? old : c->definition;
}

/* True if the backfill of a declared column has run: the newest version has the
** same definition and backfill, and the row has none. `newest` has the rows of
** the newest version, or is NULL. */
static bool is_spent(Ctx *ctx, const char *model, const Column *c,
                     const char *definition, const MetaRows *newest) {
  i64 id = db_int(ctx,
                  "SELECT id FROM \"main\".orm_column WHERE model = %Q"
                  " AND name = %Q AND backfill IS NULL",
                  model, c->name);
  const MetaRow *row = newest && id ? rows_find(newest, META_COLUMN, id) : NULL;
  if (!ctx_ok(ctx) || row == NULL) return false;
  const char *then = row->texts[COLUMN_DEFINITION];
  const char *backfill = row->texts[COLUMN_BACKFILL];
  return then && backfill && strcmp(then, definition) == 0 &&
         strcmp(backfill, c->backfill) == 0;
}

/* Writes the row of column i. A name that differs only in its letter case is
** the same name: @renamed alone changes it. */
static void set_column(Ctx *ctx, const char *model, const Table *table, int i,
                       const MetaRows *newest) {
  const Column *c = &table->columns[i];
  const char *definition = i == table->rowid_alias
                               ? rowid_definition(ctx, model, table, c)
                               : c->definition;
  const char *backfill = c->backfill;
  if (backfill && is_spent(ctx, model, c, definition, newest)) backfill = NULL;
  if (!db_change(ctx,
                 "UPDATE \"main\".orm_column SET definition = ?3, backfill = ?4"
                 " WHERE model = ?1 AND name = ?2",
                 model, c->name, definition, backfill))
    db_change(
        ctx,
        "INSERT INTO \"main\".orm_column(model, name, definition, backfill)"
        " VALUES (?1, ?2, ?3, ?4)",
        model, c->name, definition, backfill);
}

/* ---- constraints -------------------------------------------------------- */

/* True if an index of the model has the name. */
static bool index_has_name(Ctx *ctx, const char *model, const char *name) {
  sqlite3_stmt *rows = meta_rows_of(ctx, META_CONSTRAINT, model);
  bool found = false;
  while (!found && db_row(ctx, rows)) {
    const char *other = db_column_or_null(ctx, rows, CONSTRAINT_NAME);
    const char *definition = db_column(ctx, rows, CONSTRAINT_DEFINITION);
    found = other && definition && name_equal(other, name) &&
            (name_starts(definition, "INDEX") ||
             name_starts(definition, "UNIQUE INDEX"));
  }
  db_finish(rows);
  return found;
}

/* Writes the row of a constraint. `names` has the names used so far. (model,
** name) is unique among the rows, but in SQL a constraint may have the name of
** another constraint or of an index. Then its name is part of the definition:
** CONSTRAINT "name" ... */
static void set_constraint(Ctx *ctx, const char *model, const Constraint *c,
                           NameMap *names) {
  bool taken = c->name &&
               (map_get(names, c->name) || index_has_name(ctx, model, c->name));
  const char *name = taken ? NULL : c->name, *definition = c->definition;
  if (taken)
    definition = mem_printf(ctx, "CONSTRAINT %s %s", render_name(ctx, c->name),
                            c->definition);
  else if (name)
    map_put(ctx, names, name, names);
  if (!db_change(ctx,
                 "UPDATE \"main\".orm_constraint SET definition = ?3 WHERE id ="
                 " (SELECT id FROM \"main\".orm_constraint WHERE model = ?1 AND"
                 "  name IS ?2 AND (definition = char(1) || ?3 OR"
                 "  ?2 IS NOT NULL) ORDER BY id LIMIT 1)",
                 model, name, definition))
    db_change(ctx,
              "INSERT INTO \"main\".orm_constraint(model, name, definition)"
              " VALUES (?1, ?2, ?3)",
              model, name, definition);
}

/* Writes the rows of the table constraints. Equal rows stay and keep their
** ids: char(1) before the definition marks the rows that are not yet needed. */
static void set_constraints(Ctx *ctx, const char *model, const Table *table) {
  NameMap *names = map_new(ctx);
  db_change(
      ctx,
      "UPDATE \"main\".orm_constraint SET definition = char(1) || definition"
      " WHERE model = ?1 AND NOT " MODEL_ROWS_IS_INDEX,
      model);
  for (int i = 0; ctx_ok(ctx) && i < table->nconstraint; i++)
    if (table->constraints[i].column < 0)
      set_constraint(ctx, model, &table->constraints[i], names);
  db_change(ctx,
            "DELETE FROM \"main\".orm_constraint WHERE model = ?1"
            " AND substr(definition, 1, 1) = char(1)",
            model);
}

/* ---- relationships ------------------------------------------------------ */

/* Returns the next word and moves *z behind it. A word may have 'quoted' parts,
** as SQL strings. */
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

/* Returns a word without its quotes. */
static const char *unquoted(Ctx *ctx, const char *word) {
  if (word == NULL || *word != '\'') return word;
  Token token = token_next(word);
  return token_name(ctx, &token);
}

static bool is_relationship_option(const MetaColumn *column) {
  return (column->properties & META_OPTION) != 0;
}

/* Returns the known options as words: "backref=, ... and viewonly=". */
static const char *relationship_options(Ctx *ctx) {
  const MetaTable *table = columns_of(META_RELATIONSHIP);
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  int left = 0;
  for (int i = 0; i < table->count; i++)
    left += is_relationship_option(&table->columns[i]);
  for (int i = 0; i < table->count; i++)
    if (is_relationship_option(&table->columns[i]))
      sqlite3_str_appendf(str, "%s=%s", table->columns[i].name,
                          --left > 1  ? ", "
                          : left == 1 ? " and "
                                      : "");
  return mem_finish(ctx, str);
}

/* Sets one column of a relationship. `word` is "column=value". */
static void set_option(Ctx *ctx, const char *model, const char *name,
                       const char *word) {
  const MetaTable *table = columns_of(META_RELATIONSHIP);
  for (int i = 0; i < table->count; i++) {
    const char *option = table->columns[i].name;
    size_t n = strlen(option);
    if (!is_relationship_option(&table->columns[i]) ||
        strncmp(word, option, n) != 0 || word[n] != '=')
      continue;
    const char *value = unquoted(ctx, word + n + 1);
    char *sql = mem_printf(ctx,
                           "UPDATE \"main\".orm_relationship SET \"%w\" = ?3"
                           " WHERE model = ?1 AND name = ?2",
                           option);
    if (sql) db_change(ctx, sql, model, name, value);
    return;
  }
  err_set(ctx, SQLITE_ERROR,
          "-- @relationship %s: \"%s\" is not known; known are %s", name, word,
          relationship_options(ctx));
}

/* Returns the assignments that clear all options: `, "backref" = NULL, ...`. */
static const char *cleared_options(Ctx *ctx) {
  const MetaTable *table = columns_of(META_RELATIONSHIP);
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < table->count; i++)
    if (is_relationship_option(&table->columns[i]))
      sqlite3_str_appendf(str, ", \"%w\" = NULL", table->columns[i].name);
  return mem_finish(ctx, str);
}

/* Writes the row of a relationship. `text` is "name Target column=value ...". A
** row of the same name keeps its id: set_relationships() has marked it with
** char(1) before the name of its model. */
static void set_relationship(Ctx *ctx, const char *model, const char *text) {
  const char *name = unquoted(ctx, next_word(ctx, &text));
  const char *target = unquoted(ctx, next_word(ctx, &text));
  if (ctx_ok(ctx) && target == NULL)
    err_set(ctx, SQLITE_ERROR,
            "-- @relationship name Target backref=name: expected behind table "
            "of model \"%s\"",
            model);
  const char *sql = mem_printf(
      ctx,
      "UPDATE \"main\".orm_relationship SET model = substr(model, 2),"
      " target = ?3%s WHERE model = char(1) || ?1 AND name = ?2",
      cleared_options(ctx));
  if (sql) db_change(ctx, sql, model, name, target);
  db_change(ctx,
            "INSERT INTO \"main\".orm_relationship(model, name, target)"
            " SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM"
            "  \"main\".orm_relationship WHERE model = ?1 AND name = ?2)",
            model, name, target);
  for (char *word; ctx_ok(ctx) && (word = next_word(ctx, &text)) != NULL;)
    set_option(ctx, model, name, word);
}

/* Makes the relationships of the model those of the script, if it has any. */
static void set_relationships(Ctx *ctx, const char *model, const Statement *s) {
  if (s->nrelationship == 0) return;
  db_change(ctx,
            "UPDATE \"main\".orm_relationship SET model = char(1) || model"
            " WHERE model = ?1",
            model);
  for (int i = 0; ctx_ok(ctx) && i < s->nrelationship; i++)
    set_relationship(ctx, model, s->relationships[i]);
  db_change(ctx,
            "DELETE FROM \"main\".orm_relationship WHERE model = char(1) || ?1",
            model);
}

/* ---- a model ------------------------------------------------------------ */

void model_rows_declare(Ctx *ctx, const char *model, const Statement *s,
                        const ModelRowsMode *mode) {
  if (!ctx_ok(ctx)) return;
  Table self = *s->table;
  self.id =
      db_int(ctx, "SELECT id FROM \"main\".orm_model WHERE name = %Q", model);
  Renames renames = {.ctx = ctx};
  if (mode->names) renames = column_renames(ctx, model, &self, mode);
  rename_column_rows(ctx, model, &renames);
  restore_column_ids(ctx, model, &renames);
  drop_missing_columns(ctx, model, s->table, mode->keep_indexes);
  for (int i = 0; ctx_ok(ctx) && i < s->table->ncolumn; i++)
    set_column(ctx, model, s->table, i, mode->newest);
  set_constraints(ctx, model, s->table);
  set_relationships(ctx, model, s);
}

/* ---- indexes ------------------------------------------------------------ */

void model_rows_spell_indexes(Ctx *ctx) {
  sqlite3_stmt *rows = meta_rows(ctx, META_CONSTRAINT);
  while (db_row(ctx, rows)) {
    const char *definition = db_column(ctx, rows, CONSTRAINT_DEFINITION);
    if (definition == NULL) break;
    Token first = token_next(definition);
    Token second = token_next(first.z + first.n);
    bool unique = token_is(&first, "UNIQUE") && token_is(&second, "INDEX");
    if (!unique && !token_is(&first, "INDEX")) continue;
    const Token *last = unique ? &second : &first;
    const char *word = unique ? "UNIQUE INDEX" : "INDEX";
    if (strncmp(definition, word, strlen(word)) == 0) continue;
    db_change(
        ctx, "UPDATE \"main\".orm_constraint SET definition = ?2 WHERE id = ?1",
        db_column(ctx, rows, CONSTRAINT_ID),
        mem_printf(ctx, "%s%s", word, last->z + last->n));
  }
  db_finish(rows);
}

/* Writes the name into a row without one that declares the same index: INDEX
** (a, b) is ix_table_a_b. */
static void name_index(Ctx *ctx, const char *model, const Index *index) {
  sqlite3_stmt *rows = meta_rows_of(ctx, META_CONSTRAINT, model);
  while (db_row(ctx, rows)) {
    const char *definition = db_column(ctx, rows, CONSTRAINT_DEFINITION);
    Table probe;
    memset(&probe, 0, sizeof(probe));
    probe.name = index->table;
    if (definition == NULL ||
        sqlite3_column_type(rows, CONSTRAINT_NAME) != SQLITE_NULL)
      continue;
    Index *other = parse_constraint(ctx, &probe, NULL, definition);
    const char *name = other ? naming_index_name(ctx, other) : NULL;
    if (name && name_equal(name, index->name))
      db_change(ctx,
                "UPDATE \"main\".orm_constraint SET name = ?2 WHERE id = ?1",
                db_column(ctx, rows, CONSTRAINT_ID), index->name);
  }
  db_finish(rows);
}

/* Moves the name of a constraint into its definition, so that an index can have
** the name. */
static void free_name(Ctx *ctx, const char *model, const char *name) {
  db_change(
      ctx,
      "UPDATE \"main\".orm_constraint SET name = NULL,"
      " definition = 'CONSTRAINT \"' || replace(name, '\"', '\"\"') || '\" ' ||"
      " definition WHERE model = ?1 AND name = ?2 AND "
      "NOT " MODEL_ROWS_IS_INDEX,
      model, name);
}

void model_rows_index(Ctx *ctx, const char *model, const Index *index) {
  if (!ctx_ok(ctx)) return;
  name_index(ctx, model, index);
  free_name(ctx, model, index->name);
  if (!db_change(
          ctx,
          "UPDATE \"main\".orm_constraint SET model = ?1, definition = ?3"
          " WHERE name = ?2 AND " MODEL_ROWS_IS_INDEX,
          model, index->name, index->definition))
    db_change(ctx,
              "INSERT INTO \"main\".orm_constraint(model, name, definition)"
              " VALUES (?1, ?2, ?3)",
              model, index->name, index->definition);
}
