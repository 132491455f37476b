#include "declare/model_rows.h"

#include "ddl/render.h"
#include "schema/naming.h"

/* ---- columns ------------------------------------------------------------ */

/* Declares the index of a column (`String(64) INDEX`) as a row of
** orm_constraint. It is an object of its own, so it stays if the column is
** declared again without INDEX. */
static void keep_column_index(RowDraft *draft, DraftModel *model,
                              const char *table, const MetaRow *row) {
  Ctx *ctx = draft->ctx;
  const char *name = row->texts[COLUMN_NAME];
  const char *definition = row->texts[COLUMN_DEFINITION];
  Table probe;
  memset(&probe, 0, sizeof(probe));
  probe.name = table;
  if (sqlite3_strlike("%index%", definition, 0) != 0)
    return; /* most end here */
  parse_column(ctx, NULL, &probe, name, definition);
  if (!ctx_ok(ctx)) return;
  const Column *column = &probe.columns[0];
  if (!column->index && !column->unique_index) return;
  DraftRow *index = row_draft_add(draft, model, META_CONSTRAINT,
                                  mem_printf(ctx, "ix_%s_%s", table, name));
  if (index == NULL) return;
  index->row->texts[CONSTRAINT_DEFINITION] =
      mem_printf(ctx, "%sINDEX (%s)", column->unique_index ? "UNIQUE " : "",
                 render_name(ctx, name));
  row_draft_add_index(draft, index);
}

/* Deletes the columns that `table` lacks. */
static void drop_missing_columns(RowDraft *draft, DraftModel *model,
                                 const Table *table, bool keep_indexes) {
  Ctx *ctx = draft->ctx;
  const DraftList *columns = &model->of[META_COLUMN];
  NameMap *names = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && columns->count && i < table->ncolumn; i++)
    map_put(ctx, names, table->columns[i].name, draft);
  for (int i = 0; ctx_ok(ctx) && i < columns->count; i++) {
    DraftRow *row = columns->list[i];
    if (!row_draft_owns(model, row)) continue;
    if (map_get(names, row->row->texts[COLUMN_NAME]) == NULL)
      row_draft_delete(draft, row);
    else if (keep_indexes && row->row->texts[COLUMN_DEFINITION])
      keep_column_index(draft, model, table->name, row->row);
  }
}

/* True if the declared column has the definition. */
static bool is_defined(const DraftModel *model, const char *column,
                       const char *definition) {
  const DraftRow *row = row_draft_named(model, META_COLUMN, column);
  const char *now = row ? row->row->texts[COLUMN_DEFINITION] : NULL;
  return now && strcmp(now, definition) == 0;
}

/* Resolves the renames of the columns. `self` is the table of the script with
** the id of its model. */
static Renames column_renames(Ctx *ctx, const DraftModel *model,
                              const Table *self, const ModelRowsMode *mode) {
  Renames r = {.ctx = ctx,
               .names = mode->names,
               .declared = mode->models,
               .table = self,
               .complete = true};
  const DraftList *columns = &model->of[META_COLUMN];
  for (int i = 0; i < columns->count; i++)
    if (row_draft_owns(model, columns->list[i]))
      renamed_from_add_row(&r, columns->list[i]->row->id,
                           columns->list[i]->row->texts[COLUMN_NAME]);
  for (int i = 0; ctx_ok(ctx) && i < self->ncolumn; i++) {
    const Column *c = &self->columns[i];
    renamed_from_add_name(&r, c->name, c->renamed_from);
    if (c->renamed_from == NULL || !ctx_ok(ctx)) continue;
    r.list[i].name_fits = is_defined(model, c->name, c->definition);
    r.list[i].from_fits = is_defined(model, c->renamed_from, c->definition);
  }
  renamed_from_resolve(&r);
  return r;
}

static DraftRow *draft_column_by_id(const DraftModel *model, i64 id) {
  const DraftList *columns = &model->of[META_COLUMN];
  for (int i = 0; i < columns->count; i++)
    if (columns->list[i]->row->id == id) return columns->list[i];
  return NULL;
}

/* Renames the rows of columns. Two columns can exchange their names. A column
** that has a new name already, and is not renamed itself, is deleted. */
static void rename_column_rows(RowDraft *draft, DraftModel *model,
                               const Renames *r) {
  for (int i = 0; ctx_ok(draft->ctx) && i < r->count; i++) {
    const NamedRow *taken = renamed_from_row_by_name(r, r->list[i].name);
    if (renamed_from_row_by_id(r, r->list[i].source) && taken &&
        !renamed_from_is_renamed(r, taken))
      row_draft_delete(draft, draft_column_by_id(model, taken->id));
  }
  for (int i = 0; ctx_ok(draft->ctx) && i < r->count; i++)
    if (renamed_from_row_by_id(r, r->list[i].source))
      row_draft_rename(draft, model,
                       draft_column_by_id(model, r->list[i].source),
                       r->list[i].name);
}

/* Restores the ids of columns whose rows were deleted. */
static void restore_column_ids(RowDraft *draft, DraftModel *model,
                               const Renames *r) {
  for (int i = 0; ctx_ok(draft->ctx) && i < r->count; i++) {
    const Rename *rename = &r->list[i];
    if (!renamed_from_lacks_row(r, rename)) continue;
    const NamedRow *heir = renamed_from_heir(r, rename);
    DraftRow *row =
        heir ? draft_column_by_id(model, heir->id)
             : row_draft_add(draft, model, META_COLUMN, rename->name);
    if (row) row->row->id = rename->source;
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
static const char *rowid_definition(Ctx *ctx, const char *old,
                                    const Table *table, const Column *c) {
  if (old == NULL || strcmp(old, c->definition) == 0) return c->definition;
  Table *was = probe_column(ctx, table, c, old);
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
static bool is_spent(const MetaRow *row, const Column *c,
                     const char *definition, const MetaRows *newest) {
  if (newest == NULL || row->id == 0 || row->texts[COLUMN_BACKFILL])
    return false;
  const MetaRow *then = rows_find(newest, META_COLUMN, row->id);
  const char *text = then ? then->texts[COLUMN_DEFINITION] : NULL;
  const char *backfill = then ? then->texts[COLUMN_BACKFILL] : NULL;
  return text && backfill && strcmp(text, definition) == 0 &&
         strcmp(backfill, c->backfill) == 0;
}

/* Sets the row of column i. A name that differs only in its letter case is the
** same name: @renamed alone changes it. */
static void set_column(RowDraft *draft, DraftModel *model, const Table *table,
                       int i, const MetaRows *newest) {
  const Column *c = &table->columns[i];
  DraftRow *row = row_draft_named(model, META_COLUMN, c->name);
  if (row == NULL) row = row_draft_add(draft, model, META_COLUMN, c->name);
  if (row == NULL) return;
  const char **texts = row->row->texts;
  const char *definition =
      i == table->rowid_alias
          ? rowid_definition(draft->ctx, texts[COLUMN_DEFINITION], table, c)
          : c->definition;
  bool spent = c->backfill && is_spent(row->row, c, definition, newest);
  texts[COLUMN_DEFINITION] = definition;
  texts[COLUMN_BACKFILL] = spent ? NULL : c->backfill;
}

/* ---- constraints -------------------------------------------------------- */

/* Returns the constraint or, if `index`, the index of the model that has the
** name; NULL: none. */
static DraftRow *find_constraint(const DraftModel *model, const char *name,
                                 bool index) {
  DraftRow *row = row_draft_named(model, META_CONSTRAINT, name);
  return row && row_draft_is_index(row) == index ? row : NULL;
}

/* Returns a row without a name that is not yet needed and has the
** definition. */
static DraftRow *find_unnamed(const DraftModel *model, const char *definition) {
  const DraftList *rows = &model->of[META_CONSTRAINT];
  for (int i = 0; i < rows->count; i++) {
    DraftRow *row = rows->list[i];
    if (row->marked && row->row->texts[CONSTRAINT_NAME] == NULL &&
        strcmp(row->row->texts[CONSTRAINT_DEFINITION], definition) == 0)
      return row;
  }
  return NULL;
}

/* Sets the row of a constraint. `names` has the names used so far. (model,
** name) is unique among the rows, but in SQL a constraint may have the name of
** another constraint or of an index. Then its name is part of the definition:
** CONSTRAINT "name" ... */
static void set_constraint(RowDraft *draft, DraftModel *model,
                           const Constraint *c, NameMap *names) {
  Ctx *ctx = draft->ctx;
  bool taken = c->name && (map_get(names, c->name) ||
                           find_constraint(model, c->name, true));
  const char *name = taken ? NULL : c->name, *definition = c->definition;
  if (taken)
    definition = mem_printf(ctx, "CONSTRAINT %s %s", render_name(ctx, c->name),
                            c->definition);
  else if (name)
    map_put(ctx, names, name, names);
  if (!ctx_ok(ctx)) return;
  DraftRow *row = name ? find_constraint(model, name, false)
                       : find_unnamed(model, definition);
  if (row == NULL) row = row_draft_add(draft, model, META_CONSTRAINT, name);
  if (row == NULL) return;
  row->row->texts[CONSTRAINT_DEFINITION] = definition;
  row->marked = false;
}

/* Deletes the rows of the model that are still marked. */
static void delete_marked(RowDraft *draft, DraftModel *model, MetaKind kind) {
  for (int i = 0; i < model->of[kind].count; i++)
    if (row_draft_owns(model, model->of[kind].list[i]) &&
        model->of[kind].list[i]->marked)
      row_draft_delete(draft, model->of[kind].list[i]);
}

/* Sets the rows of the table constraints. Equal rows stay and keep their
** ids. */
static void set_constraints(RowDraft *draft, DraftModel *model,
                            const Table *table) {
  const DraftList *rows = &model->of[META_CONSTRAINT];
  NameMap *names = map_new(draft->ctx);
  for (int i = 0; i < rows->count; i++)
    rows->list[i]->marked = row_draft_owns(model, rows->list[i]) &&
                            rows->list[i]->row->texts[CONSTRAINT_DEFINITION] &&
                            !row_draft_is_index(rows->list[i]);
  for (int i = 0; ctx_ok(draft->ctx) && i < table->nconstraint; i++)
    if (table->constraints[i].column < 0)
      set_constraint(draft, model, &table->constraints[i], names);
  delete_marked(draft, model, META_CONSTRAINT);
}

/* ---- relationships ------------------------------------------------------ */

/* Returns the next word and moves *z after it. A word may have 'quoted' parts,
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
static void set_option(Ctx *ctx, MetaRow *row, const char *word) {
  const MetaTable *table = columns_of(META_RELATIONSHIP);
  for (int i = 0; i < table->count; i++) {
    const char *option = table->columns[i].name;
    size_t n = strlen(option);
    if (!is_relationship_option(&table->columns[i]) ||
        strncmp(word, option, n) != 0 || word[n] != '=')
      continue;
    row->texts[i] = unquoted(ctx, word + n + 1);
    return;
  }
  err_set(ctx, SQLITE_ERROR,
          "-- @relationship %s: \"%s\" is not known; known are %s",
          row->texts[RELATIONSHIP_NAME], word, relationship_options(ctx));
}

/* Clears all options of the relationship. */
static void clear_options(MetaRow *row) {
  const MetaTable *table = columns_of(META_RELATIONSHIP);
  for (int i = 0; i < table->count; i++)
    if (is_relationship_option(&table->columns[i])) row->texts[i] = NULL;
}

/* Sets the row of a relationship. `text` is "name Target column=value ...". A
** row of the same name keeps its id. */
static void set_relationship(RowDraft *draft, DraftModel *model,
                             const char *text) {
  Ctx *ctx = draft->ctx;
  const char *name = unquoted(ctx, next_word(ctx, &text));
  const char *target = unquoted(ctx, next_word(ctx, &text));
  if (ctx_ok(ctx) && target == NULL)
    err_set(ctx, SQLITE_ERROR,
            "-- @relationship name Target backref=name: expected behind table "
            "of model \"%s\"",
            model->row->row->texts[MODEL_NAME]);
  if (!ctx_ok(ctx)) return;
  DraftRow *row = row_draft_named(model, META_RELATIONSHIP, name);
  bool stays = row && !row->marked; /* the script has it already */
  if (row == NULL) row = row_draft_add(draft, model, META_RELATIONSHIP, name);
  if (row == NULL) return;
  if (!stays) clear_options(row->row);
  if (!stays) row->row->texts[RELATIONSHIP_TARGET] = target;
  row->marked = false;
  for (char *word; ctx_ok(ctx) && (word = next_word(ctx, &text)) != NULL;)
    set_option(ctx, row->row, word);
}

/* Makes the relationships of the model those of the script, if it has any. */
static void set_relationships(RowDraft *draft, DraftModel *model,
                              const Statement *s) {
  const DraftList *rows = &model->of[META_RELATIONSHIP];
  if (s->nrelationship == 0) return;
  for (int i = 0; i < rows->count; i++) rows->list[i]->marked = true;
  for (int i = 0; ctx_ok(draft->ctx) && i < s->nrelationship; i++)
    set_relationship(draft, model, s->relationships[i]);
  delete_marked(draft, model, META_RELATIONSHIP);
}

/* ---- a model ------------------------------------------------------------ */

void model_rows_declare(RowDraft *draft, DraftModel *model, const Statement *s,
                        const ModelRowsMode *mode) {
  Ctx *ctx = draft->ctx;
  if (!ctx_ok(ctx) || model == NULL) return;
  Table self = *s->table;
  self.id = model->row->row->id;
  Renames renames = {.ctx = ctx};
  if (mode->names) renames = column_renames(ctx, model, &self, mode);
  rename_column_rows(draft, model, &renames);
  restore_column_ids(draft, model, &renames);
  drop_missing_columns(draft, model, s->table, mode->keep_indexes);
  for (int i = 0; ctx_ok(ctx) && i < s->table->ncolumn; i++)
    set_column(draft, model, s->table, i, mode->newest);
  if (ctx_ok(ctx)) set_constraints(draft, model, s->table);
  set_relationships(draft, model, s);
}

/* ---- indexes ------------------------------------------------------------ */

/* Returns the definition with its first words as INDEX or UNIQUE INDEX. */
static const char *spell_index(Ctx *ctx, const char *definition) {
  Token first = token_next(definition);
  Token second = token_next(first.z + first.n);
  bool unique = token_is(&first, "UNIQUE") && token_is(&second, "INDEX");
  if (!unique && !token_is(&first, "INDEX")) return definition;
  const Token *last = unique ? &second : &first;
  const char *word = unique ? "UNIQUE INDEX" : "INDEX";
  if (strncmp(definition, word, strlen(word)) == 0) return definition;
  return mem_printf(ctx, "%s%s", word, last->z + last->n);
}

void model_rows_spell_indexes(RowDraft *draft) {
  const DraftList *rows = &draft->of[META_CONSTRAINT];
  for (int i = 0; ctx_ok(draft->ctx) && i < rows->count; i++) {
    const char **definition = &rows->list[i]->row->texts[CONSTRAINT_DEFINITION];
    if (*definition) *definition = spell_index(draft->ctx, *definition);
    if (row_draft_is_index(rows->list[i]))
      row_draft_add_index(draft, rows->list[i]);
  }
}

/* Sets the name of a row without one that declares the same index: INDEX (a, b)
** is ix_table_a_b. */
static void name_index(RowDraft *draft, DraftModel *model, const Index *index) {
  Ctx *ctx = draft->ctx;
  const DraftList *rows = &model->of[META_CONSTRAINT];
  for (int i = 0; model->has_unnamed && ctx_ok(ctx) && i < rows->count; i++) {
    DraftRow *row = rows->list[i];
    Table probe;
    memset(&probe, 0, sizeof(probe));
    probe.name = index->table;
    if (!row_draft_owns(model, row) || row->row->texts[CONSTRAINT_NAME] ||
        !row_draft_is_index(row))
      continue;
    Index *other = parse_constraint(ctx, &probe, NULL,
                                    row->row->texts[CONSTRAINT_DEFINITION]);
    const char *name = other ? naming_index_name(ctx, other) : NULL;
    if (name == NULL || !name_equal(name, index->name)) continue;
    row_draft_rename(draft, model, row, index->name);
    row_draft_add_index(draft, row);
  }
}

/* Moves the name of a constraint into its definition, so that an index can have
** the name. */
static void free_name(RowDraft *draft, DraftModel *model, const char *name) {
  DraftRow *row = find_constraint(model, name, false);
  if (row == NULL) return;
  const char **texts = row->row->texts;
  texts[CONSTRAINT_DEFINITION] =
      mem_printf(draft->ctx, "CONSTRAINT \"%w\" %s", texts[CONSTRAINT_NAME],
                 texts[CONSTRAINT_DEFINITION]);
  row_draft_rename(draft, model, row, NULL);
}

void model_rows_index(RowDraft *draft, DraftModel *model, const Index *index) {
  if (!ctx_ok(draft->ctx)) return;
  name_index(draft, model, index);
  free_name(draft, model, index->name);
  DraftRow *row = (DraftRow *)map_get(draft->indexes, index->name);
  if (row && !row->gone)
    row_draft_move(draft, row, model);
  else
    row = row_draft_add(draft, model, META_CONSTRAINT, index->name);
  if (row == NULL) return;
  row->row->texts[CONSTRAINT_DEFINITION] = index->definition;
  row_draft_add_index(draft, row);
}
