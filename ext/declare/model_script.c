#include "declare/model_script.h"

#include "ddl/render.h"
#include "meta/meta.h"
#include "meta/model.h"
#include "schema/naming.h"

/* ---- columns ------------------------------------------------------------ */

/* INDEX behind a column is an object of its own, and stays when the column is
** declared anew: as a row in orm_constraint. */
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
            "INSERT INTO main.orm_constraint(model, name, definition)"
            " VALUES (?1, ?2, ?3)",
            model, mem_printf(ctx, "ix_%s_%s", table, name),
            mem_printf(ctx, "%sINDEX (%s)",
                       column->unique_index ? "UNIQUE " : "",
                       render_name(ctx, name)),
            0, 0);
}

static void drop_missing_columns(Ctx *ctx, const char *model,
                                 const Table *table, bool keep_indexes) {
  sqlite3_stmt *rows = meta_rows_of(ctx, "column", model);
  while (db_row(ctx, rows)) {
    const char *name = db_column(ctx, rows, 2);
    const char *definition = db_column(ctx, rows, 3);
    if (!ctx_ok(ctx)) break;
    if (table_column(table, name) < 0)
      db_change(ctx,
                "DELETE FROM main.orm_column WHERE model = ?1 AND name = ?2",
                model, name, 0, 0, 0);
    else if (keep_indexes)
      keep_column_index(ctx, model, table->name, name, definition);
  }
  db_finish(rows);
}

static bool is_defined(Ctx *ctx, const char *model, const char *column,
                       const char *definition) {
  return db_int(ctx,
                "SELECT count(*) FROM main.orm_column"
                " WHERE model = %Q AND name = %Q AND definition = %Q",
                model, column, definition) != 0;
}

static Renames column_renames(Ctx *ctx, const char *model, const Table *self,
                              const FieldsMode *mode) {
  Renames r = {.ctx = ctx,
               .past = mode->past,
               .live = mode->live,
               .table = self,
               .complete = true};
  sqlite3_stmt *rows = meta_rows_of(ctx, "column", model);
  while (db_row(ctx, rows))
    renamed_from_declared(&r, sqlite3_column_int64(rows, 0),
                          db_column(ctx, rows, 2));
  db_finish(rows);
  for (int i = 0; ctx_ok(ctx) && i < self->ncolumn; i++) {
    const Column *c = &self->columns[i];
    renamed_from_add(&r, c->name, c->renamed_from);
    if (c->renamed_from == NULL || !ctx_ok(ctx)) continue;
    r.list[i].here = is_defined(ctx, model, c->name, c->definition);
    r.list[i].there = is_defined(ctx, model, c->renamed_from, c->definition);
  }
  renamed_from_solve(&r);
  return r;
}

/* All at once, so that names may be swapped: first to a name that no column
** has, then to the new one. A column that has the new name already goes. */
static void rename_column_rows(Ctx *ctx, const char *model, const Renames *r) {
  for (int i = 0; ctx_ok(ctx) && i < r->count; i++) {
    const Named *taken = renamed_from_named(r, r->list[i].name);
    if (renamed_from_row(r, r->list[i].source) && taken &&
        !renamed_from_frees(r, taken))
      db_exec(ctx, "DELETE FROM main.orm_column WHERE id = %lld", taken->id);
  }
  for (int i = 0; ctx_ok(ctx) && i < r->count; i++)
    if (r->list[i].source)
      db_exec(ctx,
              "UPDATE main.orm_column SET name = char(1) || %Q WHERE id = %lld",
              r->list[i].name, r->list[i].source);
  db_change(ctx,
            "UPDATE main.orm_column SET name = substr(name, 2)"
            " WHERE model = ?1 AND substr(name, 1, 1) = char(1)",
            model, 0, 0, 0, 0);
}

/* Columns whose rows were deleted get back their ids, by which the newest
** version knows them. */
static void restore_column_ids(Ctx *ctx, const char *model, const Renames *r) {
  for (int i = 0; ctx_ok(ctx) && i < r->count; i++) {
    const Rename *rename = &r->list[i];
    if (rename->source == 0 || renamed_from_row(r, rename->source)) continue;
    const Named *row = renamed_from_named(r, rename->name);
    if (row && !renamed_from_frees(r, row))
      db_exec(ctx, "UPDATE main.orm_column SET id = %lld WHERE id = %lld",
              rename->source, row->id);
    else
      db_exec(ctx,
              "INSERT INTO main.orm_column(id, model, name)"
              " VALUES (%lld, %Q, %Q)",
              rename->source, model, rename->name);
  }
}

/* A table of that column alone, read from its definition. */
static Table *probe_column(Ctx *ctx, const Table *table, const Column *c,
                           const char *definition) {
  Table *probe = MEM_NEW(ctx, Table);
  if (probe == NULL) return NULL;
  probe->name = table->name;
  probe->strict = table->strict;
  parse_column(ctx, NULL, probe, c->name, definition);
  return ctx_ok(ctx) ? probe : NULL;
}

/* The definition of a rowid alias, with one of SQLAlchemy's types, which
** implies NOT NULL. If the script differs from it in nothing but that, it
** stays. */
static const char *rowid_definition(Ctx *ctx, const char *model,
                                    const Table *table, const Column *c) {
  const char *old = db_text_or_null(ctx,
                                    "SELECT definition FROM main.orm_column"
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

/* A name in another case is the same name: only @renamed changes it. Who
** declares again what the newest version has declares no new backfill. */
static void set_column(Ctx *ctx, const char *model, const Table *table, int i) {
  const Column *c = &table->columns[i];
  const char *definition = i == table->rowid_alias
                               ? rowid_definition(ctx, model, table, c)
                               : c->definition;
  const char *home = db_home(ctx, "json_each");
  char *sql =
      mem_printf(ctx,
                 "UPDATE main.orm_column SET definition = ?3, backfill ="
                 " CASE WHEN ?4 IS NOT NULL AND backfill IS NULL AND EXISTS ("
                 "  SELECT 1 FROM \"%w\".json_each((SELECT models FROM"
                 "   main.orm_migration ORDER BY version DESC LIMIT 1),"
                 "   '$.column') AS j"
                 "  WHERE json_extract(j.value, '$.id') = orm_column.id"
                 "  AND json_extract(j.value, '$.definition') = ?3"
                 "  AND json_extract(j.value, '$.backfill') = ?4)"
                 " THEN NULL ELSE ?4 END"
                 " WHERE model = ?1 AND name = ?2",
                 home);
  if (sql && !db_change(ctx, sql, model, c->name, definition, c->backfill, 0))
    db_change(ctx,
              "INSERT INTO main.orm_column(model, name, definition, backfill)"
              " VALUES (?1, ?2, ?3, ?4)",
              model, c->name, definition, c->backfill, 0);
}

static bool index_has_name(Ctx *ctx, const char *model, const char *name) {
  sqlite3_stmt *rows = meta_rows_of(ctx, "constraint", model);
  bool found = false;
  while (!found && db_row(ctx, rows)) {
    const char *other = db_column_or_null(ctx, rows, 2);
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
                 "UPDATE main.orm_constraint SET definition = ?3 WHERE id ="
                 " (SELECT id FROM main.orm_constraint WHERE model = ?1 AND"
                 "  name IS ?2 AND (definition = char(1) || ?3 OR"
                 "  ?2 IS NOT NULL) ORDER BY id LIMIT 1)",
                 model, name, definition, 0, 0))
    db_change(ctx,
              "INSERT INTO main.orm_constraint(model, name, definition)"
              " VALUES (?1, ?2, ?3)",
              model, name, definition, 0, 0);
}

/* Rows that say the same stay, so that their ids do. */
static void set_constraints(Ctx *ctx, const char *model, const Table *table) {
  NameMap *names = map_new(ctx);
  db_change(ctx,
            "UPDATE main.orm_constraint SET definition = char(1) || definition"
            " WHERE model = ?1 AND NOT " MODEL_SCRIPT_IS_INDEX,
            model, 0, 0, 0, 0);
  for (int i = 0; ctx_ok(ctx) && i < table->nconstraint; i++)
    if (table->constraints[i].column < 0)
      set_constraint(ctx, model, &table->constraints[i], names);
  db_change(ctx,
            "DELETE FROM main.orm_constraint WHERE model = ?1"
            " AND substr(definition, 1, 1) = char(1)",
            model, 0, 0, 0, 0);
}

/* ---- relationships: name Target key=value ... --------------------------- */

const char
    *const model_script_relationship_keys[MODEL_SCRIPT_RELATIONSHIP_KEYS] = {
        "backref", "foreign_key", "secondary", "remote_side",
        "uselist", "cascade",     "order_by",  "viewonly",
};

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

static void set_key(Ctx *ctx, const char *model, const char *name,
                    const char *word) {
  for (int i = 0; i < MODEL_SCRIPT_RELATIONSHIP_KEYS; i++) {
    size_t n = strlen(model_script_relationship_keys[i]);
    if (strncmp(word, model_script_relationship_keys[i], n) != 0 ||
        word[n] != '=')
      continue;
    const char *value = unquoted(ctx, word + n + 1);
    char *sql = mem_printf(ctx,
                           "UPDATE main.orm_relationship SET \"%w\" = ?3"
                           " WHERE model = ?1 AND name = ?2",
                           model_script_relationship_keys[i]);
    if (sql) db_change(ctx, sql, model, name, value, 0, 0);
    return;
  }
  err_set(ctx, SQLITE_ERROR,
          "-- @relationship %s: \"%s\" is not known; known are backref=, "
          "foreign_key=, secondary=, remote_side=, uselist=, cascade=, "
          "order_by= and viewonly=",
          name, word);
}

static void set_relationship(Ctx *ctx, const char *model, const char *text) {
  const char *name = unquoted(ctx, next_word(ctx, &text));
  const char *target = unquoted(ctx, next_word(ctx, &text));
  if (ctx_ok(ctx) && target == NULL)
    err_set(ctx, SQLITE_ERROR,
            "-- @relationship name Target backref=name: expected behind table "
            "of model \"%s\"",
            model);
  db_change(
      ctx,
      "UPDATE main.orm_relationship SET model = substr(model, 2),"
      " target = ?3, backref = NULL, foreign_key = NULL, secondary = NULL,"
      " remote_side = NULL, uselist = NULL, \"cascade\" = NULL,"
      " order_by = NULL, viewonly = NULL"
      " WHERE model = char(1) || ?1 AND name = ?2",
      model, name, target, 0, 0);
  db_change(ctx,
            "INSERT INTO main.orm_relationship(model, name, target)"
            " SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM"
            "  main.orm_relationship WHERE model = ?1 AND name = ?2)",
            model, name, target, 0, 0);
  for (char *word; ctx_ok(ctx) && (word = next_word(ctx, &text)) != NULL;)
    set_key(ctx, model, name, word);
}

/* Those that a script says are all that the model has. */
static void set_relationships(Ctx *ctx, const char *model, const Statement *s) {
  if (s->nrelationship == 0) return;
  db_change(ctx,
            "UPDATE main.orm_relationship SET model = char(1) || model"
            " WHERE model = ?1",
            model, 0, 0, 0, 0);
  for (int i = 0; ctx_ok(ctx) && i < s->nrelationship; i++)
    set_relationship(ctx, model, s->relationships[i]);
  db_change(ctx,
            "DELETE FROM main.orm_relationship WHERE model = char(1) || ?1",
            model, 0, 0, 0, 0);
}

/* ---- the whole ---------------------------------------------------------- */

void model_script_declare(Ctx *ctx, const char *model, const Statement *s,
                          const FieldsMode *mode) {
  if (!ctx_ok(ctx)) return;
  Table self = *s->table;
  self.id = db_int(ctx, "SELECT id FROM main.orm_model WHERE name = %Q", model);
  Renames renames = {.ctx = ctx};
  if (mode->past) renames = column_renames(ctx, model, &self, mode);
  rename_column_rows(ctx, model, &renames);
  restore_column_ids(ctx, model, &renames);
  drop_missing_columns(ctx, model, s->table, mode->keep_indexes);
  for (int i = 0; ctx_ok(ctx) && i < s->table->ncolumn; i++)
    set_column(ctx, model, s->table, i);
  set_constraints(ctx, model, s->table);
  set_relationships(ctx, model, s);
}

/* ---- indexes ------------------------------------------------------------ */

void model_script_spell_indexes(Ctx *ctx) {
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
    db_change(ctx,
              "UPDATE main.orm_constraint SET definition = ?2 WHERE id = ?1",
              db_column(ctx, rows, 0),
              mem_printf(ctx, "%s%s", word, last->z + last->n), 0, 0, 0);
  }
  db_finish(rows);
}

/* Tables first, because indexes may stand before them. */
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
    const char *name = other ? naming_index_name(ctx, other) : NULL;
    if (name && name_equal(name, index->name))
      db_change(ctx, "UPDATE main.orm_constraint SET name = ?2 WHERE id = ?1",
                db_column(ctx, rows, 0), index->name, 0, 0, 0);
  }
  db_finish(rows);
}

/* A constraint of that name gives it up, and says it in its definition. */
static void free_name(Ctx *ctx, const char *model, const char *name) {
  db_change(
      ctx,
      "UPDATE main.orm_constraint SET name = NULL,"
      " definition = 'CONSTRAINT \"' || replace(name, '\"', '\"\"') || '\" ' ||"
      " definition WHERE model = ?1 AND name = ?2 AND "
      "NOT " MODEL_SCRIPT_IS_INDEX,
      model, name, 0, 0, 0);
}

void model_script_index(Ctx *ctx, const char *model, const Index *index) {
  if (!ctx_ok(ctx)) return;
  name_index(ctx, model, index);
  free_name(ctx, model, index->name);
  if (!db_change(ctx,
                 "UPDATE main.orm_constraint SET model = ?1, definition = ?3"
                 " WHERE name = ?2 AND " MODEL_SCRIPT_IS_INDEX,
                 model, index->name, index->definition, 0, 0))
    db_change(ctx,
              "INSERT INTO main.orm_constraint(model, name, definition)"
              " VALUES (?1, ?2, ?3)",
              model, index->name, index->definition, 0, 0);
}
