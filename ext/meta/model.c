#include "meta/model.h"

#include "dependents/dqs_view.h"
#include "dependents/rename_objects.h"
#include "meta/history.h"
#include "meta/model_reader.h"
#include "meta/view_texts.h"
#include "schema/naming.h"
#include "views/relview.h"

/* ---- names -------------------------------------------------------------- */

/* Reads the names of tables and columns. On failure `at` (or NULL) gets the row
** at fault. */
static const Schema *read_names(Ctx *ctx, const MetaRows *rows,
                                InvalidRow *at) {
  ModelReader reader = {.ctx = ctx, .rows = rows, .names_only = true};
  model_reader_read(&reader, META_COLUMN);
  if (at) *at = reader.at;
  return ctx_ok(ctx) ? reader.schema : NULL;
}

/* Returns the rows of the newest version, and sets *version to its number.
** Returns NULL if there is no version, or if the version has the same rows,
** because then nothing was renamed. */
static const MetaRows *newest_rows(Ctx *ctx, const MetaRows *rows,
                                   i64 *version) {
  if (!ctx_ok(ctx)) return NULL;
  *version = history_head(ctx);
  const MetaRows *newest = *version ? history_rows(ctx, *version) : NULL;
  return newest && !rows_equal(newest, rows) ? newest : NULL;
}

const Schema *model_names(Ctx *ctx, const MetaRows *rows) {
  if (rows == NULL) rows = meta_read(ctx);
  return rows ? read_names(ctx, rows, NULL) : NULL;
}

/* Sets the renames of `r`: the tables and columns whose names in r->rows differ
** from those in `before`, and the new names of columns. `before` has the rows
** of the version, or, if `version` is 0, other declarations. */
static void find_names(ModelReader *r, i64 version, const MetaRows *before) {
  Ctx *ctx = r->ctx;
  const Schema *from = read_names(ctx, before, NULL);
  if (version) err_prefix(ctx, "snapshot of version %lld", version);
  const Schema *to = from ? read_names(ctx, r->rows, &r->at) : NULL;
  const RenameMap *names = to ? rename_map_build(ctx, from, to) : NULL;
  if (names == NULL) return;
  r->names = names->changed ? names : NULL;
  r->added = names->has_new_columns ? names : NULL;
  r->before = before;
  r->reading = RENAME_STALE;
}

/* True if an object of the schema uses an old name. */
static bool any_uses_old_name(Ctx *ctx, const RenameMap *names,
                              const Schema *schema) {
  for (int i = 0; ctx_ok(ctx) && i < schema->nobject; i++)
    if (rename_map_uses_old_name(ctx, names, schema->objects[i]->sql))
      return true;
  return false;
}

/* ---- a version with other names ----------------------------------------- */

/* Returns the SQL of each object of `from` after SQLite's RENAME to `renamed`.
** If RENAME fails, it may be because of an object that differs in `to`. Then
** only the objects that are unchanged in `to` are rewritten, because a
** migration drops the other objects before it renames anything. */
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

static bool has_views(const MetaRows *rows) {
  return rows->views.high || rows->views.low;
}

/* Returns true if a version has views that are not among its rows. */
static bool has_generated_views(const MetaRows *rows) {
  return rows->of[META_VIEW].count == 0 && has_views(rows);
}

bool model_generates(const MetaRows *rows) {
  bool without = rows->of[META_RELATIONSHIP].count == 0;
  return has_views(rows) ? rows->form == RELVIEW_FORM : without;
}

/* Returns `from`, the schema of the rows, with new names of tables, columns
** and virtual tables. Views and triggers stay as they are. */
static Schema *read_with_new_names(Ctx *ctx, const MetaRows *rows,
                                   const Schema *from, const RenameMap *names,
                                   const ObjectRenames *renames) {
  const MetaRows *all =
      has_generated_views(rows) ? rows_with_views(ctx, rows, from, 0) : rows;
  if (all == NULL) return NULL;
  ModelReader reader = {.ctx = ctx,
                        .rows = all,
                        .names = names,
                        .reading = RENAME_ALL,
                        .added = names->has_new_columns ? names : NULL,
                        .renames = renames,
                        .from = from};
  model_reader_read(&reader, META_VIEW);
  if (ctx_ok(ctx)) model_reader_finish(&reader);
  return ctx_ok(ctx) ? reader.schema : NULL;
}

const Schema *model_renamed(Ctx *ctx, const MetaRows *rows, const Schema *from,
                            const Schema *to) {
  const RenameMap *names = rename_map_build(ctx, from, to);
  if (names == NULL) return from;
  const ObjectRenames renames = object_renames_kept(ctx, from, to);
  if (!names->changed && renames.count == 0) return from;
  Schema *renamed = read_with_new_names(ctx, rows, from, names, &renames);
  if (renamed == NULL) return NULL;
  if (!names->crossed && any_uses_old_name(ctx, names, from)) {
    const char **texts = follow_all(ctx, from, renamed, to);
    for (int i = 0; ctx_ok(ctx) && i < renamed->nobject; i++)
      if (texts[i] &&
          rename_map_uses_old_name(ctx, names, from->objects[i]->sql))
        object_replace(ctx, renamed->objects[i], texts[i]);
  }
  object_follow(ctx, renamed, from, &renames, NULL, false);
  return ctx_ok(ctx) ? renamed : NULL;
}

/* ---- declarations that use old names ------------------------------------ */

typedef struct StaleNames {
  StaleName *list;
  int count;
} StaleNames;

static void add_stale_name(Ctx *ctx, StaleNames *stale, const Table *table,
                           const char *column, const char *old) {
  StaleName *slot = MEM_PUSH(ctx, stale->list, stale->count);
  if (slot) *slot = (StaleName){table, column, old};
}

/* Returns the old names of tables and columns that are unused now. */
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

/* True if the text uses a table or column that was dropped and whose name is in
** use again: model_renamed() calls it orm_dropped_NAME. */
static bool names_dropped(const char *sql) {
  return strstr(sql, "orm_dropped_") != NULL;
}

/* Records the SQL of a declared object as respelt. */
static void respell_object(ModelReader *r, const Object *object) {
  model_reader_respell(r, META_OBJECT, OBJECT_SQL, object->id, object->sql);
}

/* Replaces the SQL of an object and records it as respelt. Does nothing if
** `sql` is NULL or the present SQL. */
static void follow_object(ModelReader *r, Object *object, const char *sql) {
  if (sql == NULL || strcmp(sql, object->sql) == 0) return;
  object_replace(r->ctx, object, sql);
  respell_object(r, object);
}

/* Respells the declared objects that are marked in `changed`. */
static void respell_changed(ModelReader *r, const bool *changed) {
  for (int i = 0; ctx_ok(r->ctx) && i < r->schema->nobject; i++)
    if (changed[i] && r->schema->objects[i]->id)
      respell_object(r, r->schema->objects[i]);
}

/* Rewrites the objects that are unchanged since `from`, the schema of the
** newest version, as SQLite's RENAME does. Returns a flag for each object of
** r->schema: it uses an old name and was not rewritten, because it is new or
** edited. */
static bool *follow_unchanged(ModelReader *r, const MetaRows *before,
                              const Schema *from) {
  Ctx *ctx = r->ctx;
  const Schema *schema = r->schema;
  bool *changed = (bool *)mem_new(ctx, (size_t)schema->nobject);
  const Schema *renamed =
      read_with_new_names(ctx, before, from, r->names, NULL);
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

/* Respells new and edited objects. A name in them that exists keeps its
** meaning; any other name is looked up among the old names. */
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

/* Respells unchanged full-text tables, and the objects that name their
** columns. */
static void follow_contents(ModelReader *r, const Schema *from) {
  Ctx *ctx = r->ctx;
  bool *changed = (bool *)mem_new(ctx, (size_t)r->schema->nobject);
  if (changed == NULL) return;
  object_follow_contents(ctx, r->schema, from, r->names, changed);
  respell_changed(r, changed);
}

/* Respells the objects that use old names of tables and columns. */
static void follow_objects(ModelReader *r, const MetaRows *before) {
  Ctx *ctx = r->ctx;
  if (!ctx_ok(ctx) || !any_uses_old_name(ctx, r->names, r->schema)) return;
  const Schema *from = model_read(ctx, before);
  const bool *changed = from ? follow_unchanged(r, before, from) : NULL;
  if (ctx_ok(ctx)) follow_contents(r, from);
  if (ctx_ok(ctx)) follow_changed(r, from, changed);
}

/* Returns the new names of columns of tables that existed before. */
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

/* Writes 'string' in place of "string" in unchanged views and triggers if a new
** column has that name. So the string stays a string. */
static void keep_object_strings(ModelReader *r, const MetaRows *before) {
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
    respell_object(r, object);
  }
}

/* Respells the objects that use the old name of a renamed view or virtual
** table. */
static void follow_object_renames(ModelReader *r, const MetaRows *before,
                                  i64 version) {
  Ctx *ctx = r->ctx;
  const Schema *from = ctx_ok(ctx) ? model_read(ctx, before) : NULL;
  if (version) err_prefix(ctx, "snapshot of version %lld", version);
  if (from == NULL) return;
  const ObjectRenames renames = object_renames(ctx, from, r->schema);
  bool *changed = (bool *)mem_new(ctx, (size_t)r->schema->nobject);
  if (changed == NULL) return;
  object_follow(ctx, r->schema, from, &renames, changed, true);
  respell_changed(r, changed);
}

/* ---- the whole ---------------------------------------------------------- */

/* Reads r->rows as declarations. `before` has the rows of the version, or is
** NULL. Definitions may use names of `before` that were renamed since;
** r->respellings gets the current texts of such definitions. */
static void read_since(ModelReader *r, const MetaRows *before, i64 version) {
  Ctx *ctx = r->ctx;
  if (!ctx_ok(ctx)) return;
  if (before) find_names(r, version, before);
  r->declared = true;
  r->recorded = before || version;
  model_reader_read(r, META_OBJECT);
  if (ctx_ok(ctx)) model_reader_finish(r);
  model_reader_add_views(r);
  if (r->names) follow_objects(r, before);
  if (r->added && ctx_ok(ctx)) keep_object_strings(r, before);
  if (before && object_has_renames(ctx, r->schema, before))
    follow_object_renames(r, before, version);
  r->before = NULL;
  if (!ctx_ok(ctx)) r->schema = NULL;
}

/* Reads the meta tables without the rows in r->invalids. */
static void read_declared(ModelReader *r) {
  Ctx *ctx = r->ctx;
  i64 version = 0;
  MetaRows *rows = meta_read(ctx);
  if (rows == NULL) return;
  invalid_leave_out(r->invalids, rows);
  r->rows = rows;
  const MetaRows *before = newest_rows(ctx, rows, &version);
  read_since(r, before, version);
}

/* Returns what the reader has read. */
static Declared declared_by(const ModelReader *r) {
  Declared d = {NULL, r->schema};
  if (d.schema)
    d.rows = rows_with_views(r->ctx, r->rows, d.schema, RELVIEW_FORM);
  return d;
}

/* Adds the views that this build generates. Returns false, without an error, if
** the recorded version has other views. */
static bool add_recorded_views(ModelReader *r) {
  model_reader_add_views(r);
  if (r->rows->version == 0) return ctx_ok(r->ctx);
  if ((r->ctx->rc & 0xff) == SQLITE_ERROR) err_forget(r->ctx);
  if (!ctx_ok(r->ctx)) return false;
  const DigestSum views = rows_digest_views(r->schema);
  return digest_sum_equal(&views, &r->rows->views);
}

/* Reads the rows of a version. */
static Schema *read_version_rows(Ctx *ctx, const MetaRows *rows) {
  ModelReader reader = {.ctx = ctx, .rows = rows};
  model_reader_read(&reader, META_VIEW);
  if (ctx_ok(ctx)) model_reader_finish(&reader);
  if (!ctx_ok(ctx)) return NULL;
  if (!has_generated_views(rows) || add_recorded_views(&reader))
    return ctx_ok(ctx) ? reader.schema : NULL;
  rows = view_texts_find(ctx, rows);
  return rows ? read_version_rows(ctx, rows) : NULL;
}

Schema *model_read(Ctx *ctx, const MetaRows *rows) {
  ModelReader reader = {.ctx = ctx};
  if (rows && ctx_ok(ctx)) return read_version_rows(ctx, rows);
  if (rows == NULL) read_declared(&reader);
  return reader.schema;
}

const char *model_table_name(Ctx *ctx, const MetaRow *row) {
  const char *table = row->texts[MODEL_TABLE_NAME];
  const char *name = row->texts[MODEL_NAME];
  if (table && *table) return table;
  return name ? naming_snake_case(ctx, name) : NULL;
}

NameMap *model_tables(Ctx *ctx, const MetaRows *rows) {
  NameMap *tables = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < rows->of[META_MODEL].count; i++) {
    MetaRow *row = rows->of[META_MODEL].list[i];
    const char *name = model_table_name(ctx, row);
    if (name) map_put(ctx, tables, name, row);
  }
  return tables;
}

Declared model_declared_rows(Ctx *ctx, const MetaRows *rows,
                             const MetaRows *before, i64 version,
                             MetaTexts *respellings) {
  ModelReader reader = {.ctx = ctx, .rows = rows};
  bool same = version == 0 || rows_equal(rows, before);
  read_since(&reader, same ? NULL : before, version);
  if (respellings) *respellings = reader.respellings;
  return declared_by(&reader);
}

Declared model_generated(Ctx *ctx, const MetaRows *rows) {
  ModelReader reader = {.ctx = ctx, .rows = rows};
  if (!ctx_ok(ctx)) return (Declared){NULL, NULL};
  model_reader_read(&reader, META_OBJECT);
  if (ctx_ok(ctx)) model_reader_finish(&reader);
  model_reader_add_views(&reader);
  if (!ctx_ok(ctx)) reader.schema = NULL;
  return declared_by(&reader);
}

Declared model_survey(Ctx *ctx, Invalids *invalids,
                      Relationships *relationships) {
  for (;;) {
    ModelReader reader = {.ctx = ctx, .invalids = invalids};
    read_declared(&reader);
    if (!ctx_ok(ctx) && invalid_add(ctx, invalids, reader.rows, reader.at))
      continue;
    if (relationships) *relationships = reader.relationships;
    return declared_by(&reader);
  }
}

MetaTexts model_respellings(Ctx *ctx, const MetaRows *rows,
                            const MetaRows *before) {
  ModelReader reader = {.ctx = ctx, .rows = rows};
  read_since(&reader, before, 0);
  return reader.respellings;
}

void model_respell(Ctx *ctx, const MetaRows *before) {
  ModelReader reader = {.ctx = ctx};
  if (before) {
    reader.rows = meta_read(ctx);
    read_since(&reader, before, 0);
  } else {
    read_declared(&reader);
  }
  for (int i = 0; ctx_ok(ctx) && i < reader.respellings.count; i++)
    meta_write_text(ctx, &reader.respellings.list[i]);
}

bool model_keep_ids(Ctx *ctx, const Schema *from, const Schema *to) {
  IdPairs twins = rename_map_id_pairs(ctx, from, to);
  for (int i = 0; ctx_ok(ctx) && i < twins.count; i++) {
    const IdPair *twin = &twins.list[i];
    db_exec(ctx, /* IGNORE: another row may have that id */
            "UPDATE OR IGNORE \"main\".orm_%s SET id = %lld WHERE id = %lld",
            twin->meta, twin->from, twin->to);
  }
  return ctx_ok(ctx) && twins.count > 0;
}
