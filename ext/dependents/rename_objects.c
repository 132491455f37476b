#include "dependents/rename_objects.h"

#include "base/token.h"
#include "ddl/render.h"
#include "dependents/alter_error.h"
#include "dependents/compiles.h"
#include "dependents/parts.h"

/* ---- renamed tables and columns ------------------------------------------ */

/* Returns the index in the schema of the object that blocks the RENAME; -1 if
** the schema lacks it. */
static int find_blocker(const ScratchSchema *scratch,
                        const AlterError *blocker) {
  const Schema *schema = scratch->schema;
  for (int i = 0; i < schema->nobject; i++)
    if (name_equal(schema->objects[i]->name, blocker->name) &&
        schema->objects[i]->type == blocker->type)
      return i;
  return -1;
}

/* The triggers of a view go with the view. */
static void mark_dropped(ScratchSchema *scratch, int at) {
  const Object *gone = scratch->schema->objects[at];
  scratch->created[at] = false;
  for (int i = 0; i < scratch->schema->nobject; i++) {
    const Object *object = scratch->schema->objects[i];
    if (object->table && name_equal(object->table, gone->name))
      scratch->created[i] = false;
  }
}

/* Runs an ALTER TABLE RENAME. A view or trigger that RENAME cannot read is
** dropped first. A sound object that the RENAME would break is an error if it
** is one of the schema. One of the connection is dropped: the real RENAME will
** report it. */
static void rename_one(ScratchSchema *scratch, const char *sql) {
  Ctx *ctx = scratch->ctx;
  while (ctx_ok(ctx)) {
    db_exec(ctx, "%s", sql);
    if (ctx_ok(ctx)) return;
    AlterError blocker = alter_error_find(ctx);
    int at = blocker.name ? find_blocker(scratch, &blocker) : -1;
    if (blocker.name == NULL || (at >= 0 && blocker.after_rename)) return;
    if (at >= 0) mark_dropped(scratch, at);
    alter_error_drop(ctx, &blocker);
  }
}

static void scratch_rename_column(ScratchSchema *scratch, const char *table,
                                  const char *from, const char *to) {
  Ctx *ctx = scratch->ctx;
  const char *name = to ? render_name(ctx, to) : NULL;
  if (name == NULL || !ctx_ok(ctx)) return;
  rename_one(scratch,
             mem_printf(ctx, "ALTER TABLE \"%w\" RENAME COLUMN \"%w\" TO %s",
                        table, from, name));
}

static void scratch_rename_table(ScratchSchema *scratch, const char *from,
                                 const char *to) {
  Ctx *ctx = scratch->ctx;
  const char *name = to ? render_name(ctx, to) : NULL;
  if (name == NULL || !ctx_ok(ctx)) return;
  rename_one(scratch,
             mem_printf(ctx, "ALTER TABLE \"%w\" RENAME TO %s", from, name));
}

/* Renames of the tables and columns of one part of the schema. */
typedef struct PartRename {
  ScratchSchema *scratch;
  const NameMap *tables; /* of the part */
  const Schema *to;      /* the schema with the new names */
  bool temporary;        /* the columns get temporary names first */
} PartRename;

/* True if table i belongs to the part. */
static bool is_in_part(const PartRename *r, int i) {
  return map_get(r->tables, r->scratch->schema->tables[i]->name) != NULL;
}

/* Returns true if a table or column of the part gets a name that another one
** gives up. All columns are then renamed to temporary names first: names may be
** swapped, and a view of several tables must never see one name twice. */
static bool part_reuses_names(const PartRename *r) {
  Ctx *ctx = r->scratch->ctx;
  const Schema *from = r->scratch->schema;
  NameMap *had = map_new(ctx);
  bool reuses = false;
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; ctx_ok(ctx) && i < from->ntable; i++) {
      const Table *a = from->tables[i], *b = r->to->tables[i];
      if (!is_in_part(r, i)) continue;
      for (int k = -1; ctx_ok(ctx) && k < a->ncolumn; k++) {
        const char *old = k < 0 ? a->name : a->columns[k].name;
        const char *now = k < 0 ? b->name : b->columns[k].name;
        if (strcmp(old, now) == 0) continue;
        if (pass == 0)
          map_put(ctx, had, old, had);
        else if (map_get(had, now))
          reuses = true;
      }
    }
  return reuses;
}

/* Pass 0 renames to temporary names, if they are needed; pass 1 to the new
** names. */
static void rename_part_columns(const PartRename *r, int pass) {
  Ctx *ctx = r->scratch->ctx;
  if (pass == 0 && !r->temporary) return;
  for (int i = 0; ctx_ok(ctx) && i < r->to->ntable; i++) {
    const Table *a = r->scratch->schema->tables[i], *b = r->to->tables[i];
    if (!is_in_part(r, i)) continue;
    for (int k = 0; ctx_ok(ctx) && k < a->ncolumn; k++) {
      const char *old = a->columns[k].name, *now = b->columns[k].name;
      if (strcmp(old, now) == 0) continue;
      const char *mid = r->temporary ? mem_printf(ctx, "orm_%d_%d", i, k) : old;
      scratch_rename_column(r->scratch, a->name, pass ? mid : old,
                            pass ? now : mid);
    }
  }
}

/* Renames to temporary names first, in any case: for SQLite, a name that
** differs in letter case only is another table's name. */
static void rename_part_tables(const PartRename *r, int pass) {
  Ctx *ctx = r->scratch->ctx;
  for (int i = 0; ctx_ok(ctx) && i < r->to->ntable; i++) {
    const char *old = r->scratch->schema->tables[i]->name,
               *now = r->to->tables[i]->name;
    if (!is_in_part(r, i) || strcmp(old, now) == 0) continue;
    const char *mid = mem_printf(ctx, "orm_table_%d", i);
    scratch_rename_table(r->scratch, pass ? mid : old, pass ? now : mid);
  }
}

/* Sets the texts of the views and triggers that exist on the scratch
** database. */
static void read_created_texts(ScratchSchema *scratch, const char **texts) {
  Ctx *ctx = scratch->ctx;
  const Schema *schema = scratch->schema;
  NameMap *views = map_new(ctx), *triggers = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < schema->nobject; i++) {
    const Object *object = schema->objects[i];
    if (!scratch->created[i] || object->type == OBJECT_VIRTUAL) continue;
    map_put(ctx, object->type == OBJECT_TRIGGER ? triggers : views,
            object->name, &texts[i]);
  }
  sqlite3_stmt *rows =
      db_prepare(ctx, "SELECT name, sql, type = 'trigger' FROM sqlite_schema");
  while (db_row(ctx, rows)) {
    const char *name = db_peek(ctx, rows, 0);
    const NameMap *of = sqlite3_column_int(rows, 2) ? triggers : views;
    const char **text = name ? (const char **)map_get(of, name) : NULL;
    if (text) *text = db_column(ctx, rows, 1);
  }
  db_finish(rows);
}

static const char **new_texts(Ctx *ctx, const Schema *schema) {
  return (const char **)mem_new(ctx,
                                sizeof(char *) * ((size_t)schema->nobject + 1));
}

/* Runs RENAME COLUMN on a probe, which makes SQLite write all strings of the
** schema in single quotes. Returns false with an older SQLite, which leaves
** strings alone. */
static bool rename_quotes_strings(ScratchSchema *scratch) {
  Ctx *ctx = scratch->ctx;
  db_exec(ctx, "CREATE TABLE orm_probe(a)");
  db_exec(ctx, "CREATE VIEW orm_probe_view AS SELECT \"orm_string\"");
  scratch_rename_column(scratch, "orm_probe", "a", "b");
  bool quotes = db_int(ctx, "SELECT sql LIKE '%%\"orm!_string\"' ESCAPE '!'"
                            " FROM sqlite_schema"
                            " WHERE name = 'orm_probe_view'") == 0;
  db_exec(ctx, "DROP VIEW IF EXISTS orm_probe_view");
  db_exec(ctx, "DROP TABLE orm_probe");
  return quotes && ctx_ok(ctx);
}

/* From here on, a word in "double quotes" that is not a name is an error.
** RENAME must not make a string of a name that it cannot follow, such as one
** that passes through a view of all columns. */
static void forbid_strings(ScratchSchema *scratch) {
  if (rename_quotes_strings(scratch))
    scratch_allow_strings(&scratch->base, false);
}

/* Returns the tables that get other names, or whose columns do. */
static NameMap *renamed_tables(Ctx *ctx, const Schema *from, const Schema *to) {
  NameMap *tables = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < from->ntable; i++) {
    const Table *a = from->tables[i], *b = to->tables[i];
    bool renamed = strcmp(a->name, b->name) != 0;
    for (int k = 0; !renamed && k < a->ncolumn; k++)
      renamed = strcmp(a->columns[k].name, b->columns[k].name) != 0;
    if (renamed) map_put(ctx, tables, a->name, tables);
  }
  return tables;
}

/* True if a view or trigger of the part has a word in "double quotes". */
static bool has_quotes(const ScratchSchema *scratch, const NameMap *tables) {
  for (int i = 0; i < scratch->schema->nobject; i++) {
    const Object *object = scratch->schema->objects[i];
    if (strchr(object->sql, '"') &&
        map_get(tables, object->table ? object->table : object->name))
      return true;
  }
  for (int i = 0; i < scratch->others.count; i++) {
    const ScratchObject *other = &scratch->others.list[i];
    if (strchr(other->sql, '"') && map_get(tables, other->table)) return true;
  }
  return false;
}

/* Renames the tables and columns of a part, and reads its texts. Without
** quotes, and without a second RENAME of the same column, no name can become a
** string. */
static void follow_part(ScratchSchema *scratch, const Schema *to,
                        const NameMap *tables, const char **texts) {
  PartRename r = {scratch, tables, to, false};
  r.temporary = part_reuses_names(&r);
  scratch_schema_fill(scratch, tables);
  if (r.temporary || has_quotes(scratch, tables)) forbid_strings(scratch);
  for (int pass = 0; pass < 2; pass++) rename_part_columns(&r, pass);
  for (int pass = 0; pass < 2; pass++) rename_part_tables(&r, pass);
  read_created_texts(scratch, texts);
  scratch_schema_empty(scratch);
}

const char **rename_objects_follow(Ctx *ctx, const Schema *from,
                                   const Schema *renamed,
                                   const bool *left_out) {
  ScratchSchema scratch;
  Parts parts = {NULL, 0};
  const char **texts = new_texts(ctx, from);
  scratch_schema_begin(&scratch, ctx, from, renamed, left_out);
  if (ctx_ok(ctx))
    parts = parts_find(&scratch, renamed_tables(ctx, from, renamed));
  for (int i = 0; ctx_ok(ctx) && i < parts.count; i++)
    follow_part(&scratch, renamed, parts.list[i].tables, texts);
  scratch_schema_close(&scratch);
  return ctx_ok(ctx) ? texts : NULL;
}

/* ---- objects whose names exist ------------------------------------------- */

bool *rename_objects_resolves(Ctx *ctx, const Schema *schema,
                              const Schema *before) {
  ScratchSchema scratch;
  scratch_schema_open(&scratch, ctx, schema, before, NULL);
  scratch_allow_strings(&scratch.base, false);
  db_exec(ctx, "CREATE TABLE orm_probe(a)");
  scratch_rename_column(&scratch, "orm_probe", "a", "b");
  for (int i = 0; ctx_ok(ctx) && i < schema->nobject; i++)
    if (scratch.created[i] && schema->objects[i]->type != OBJECT_VIRTUAL)
      scratch.created[i] = compiles_object(ctx, schema->objects[i], schema);
  scratch_schema_close(&scratch);
  return ctx_ok(ctx) ? scratch.created : NULL;
}

/* ---- stale names --------------------------------------------------------- */

/* The name that stale name i gets on the scratch database. */
#define STALE_MARK "orm_stale_%d"

/* Adds a column with the stale name beside the column with the present name: a
** text may use both. */
static void add_stale_column(ScratchSchema *scratch, const char *table,
                             const char *old) {
  db_exec(scratch->ctx, "ALTER TABLE \"%w\" ADD COLUMN \"%w\" ANY", table, old);
}

/* Adds a table with the stale name and with the columns of the present
** table. */
static void add_stale_table(ScratchSchema *scratch, const StaleName *stale) {
  Ctx *ctx = scratch->ctx;
  if (!ctx_ok(ctx)) return;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < stale->table->ncolumn; i++)
    sqlite3_str_appendf(str, "%s\"%w\"", i ? ", " : "",
                        stale->table->columns[i].name);
  db_exec(ctx, "CREATE TABLE \"%w\"(%s)", stale->old, mem_finish(ctx, str));
}

/* Returns the stale name of the table; NULL if it has none. */
static const char *stale_table_name(const StaleName *list, int count,
                                    const Table *table) {
  for (int i = 0; i < count; i++)
    if (list[i].column == NULL && list[i].table == table) return list[i].old;
  return NULL;
}

static void add_stale_names(ScratchSchema *scratch, const StaleName *list,
                            int count) {
  for (int i = 0; i < count; i++)
    if (list[i].column == NULL) add_stale_table(scratch, &list[i]);
  for (int i = 0; i < count; i++) {
    const StaleName *stale = &list[i];
    if (stale->column == NULL) continue;
    const char *other = stale_table_name(list, count, stale->table);
    add_stale_column(scratch, stale->table->name, stale->old);
    if (other) add_stale_column(scratch, other, stale->old);
  }
}

/* Creates the triggers of the tables that have a stale name. */
static void add_stale_triggers(ScratchSchema *scratch, const StaleName *list,
                               int count) {
  const Schema *schema = scratch->schema;
  for (int i = 0; ctx_ok(scratch->ctx) && i < schema->nobject; i++) {
    const Object *object = schema->objects[i];
    bool stale = false;
    for (int k = 0; object->table && k < count; k++)
      stale |= !list[k].column && name_equal(list[k].old, object->table);
    if (stale && !scratch->created[i])
      scratch->created[i] = scratch_create(&scratch->base, object->sql, NULL);
  }
}

/* Renames each stale column, then each stale table, to a mark: a name that no
** other object has. The texts then have the mark wherever the stale name means
** that table or column. */
static void mark_stale(ScratchSchema *scratch, const StaleName *list,
                       int count) {
  Ctx *ctx = scratch->ctx;
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; ctx_ok(ctx) && i < count; i++) {
      const StaleName *stale = &list[i];
      const char *mark = mem_printf(ctx, STALE_MARK, i);
      const char *other = stale_table_name(list, count, stale->table);
      if ((stale->column == NULL) != (pass == 1)) continue;
      if (pass)
        scratch_rename_table(scratch, stale->old, mark);
      else
        scratch_rename_column(scratch, stale->table->name, stale->old, mark);
      if (pass == 0 && other)
        scratch_rename_column(scratch, other, stale->old, mark);
    }
}

static const StaleName *find_marked(const StaleName *list, int count,
                                    const char *name) {
  char mark[32];
  for (int i = 0; i < count; i++) {
    sqlite3_snprintf(sizeof(mark), mark, STALE_MARK, i);
    if (strcmp(mark, name) == 0) return &list[i];
  }
  return NULL;
}

/* Returns the text with the present names in place of the marks. */
static const char *replace_marks(Ctx *ctx, const StaleName *list, int count,
                                 const char *sql) {
  Tokens tokens = token_list(ctx, sql);
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  const char *at = sql;
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    const char *name = token_is_name(token) ? token_name(ctx, token) : NULL;
    const StaleName *stale = name ? find_marked(list, count, name) : NULL;
    if (stale == NULL) continue;
    const char *now =
        render_name(ctx, stale->column ? stale->column : stale->table->name);
    sqlite3_str_append(str, at, (int)(token->z - at));
    sqlite3_str_appendall(str, now ? now : "");
    at = token->z + token->n;
  }
  sqlite3_str_appendall(str, at);
  return mem_finish(ctx, str);
}

/* Closes the scratch database and returns the texts of its objects, with the
** present names in place of the marks. */
static const char **close_and_read(ScratchSchema *scratch,
                                   const StaleName *list, int count) {
  Ctx *ctx = scratch->ctx;
  int nobject = scratch->schema->nobject;
  const char **texts = new_texts(ctx, scratch->schema);
  if (texts) read_created_texts(scratch, texts);
  scratch_schema_close(scratch);
  for (int i = 0; ctx_ok(ctx) && i < nobject; i++)
    if (texts[i]) texts[i] = replace_marks(ctx, list, count, texts[i]);
  return ctx_ok(ctx) ? texts : NULL;
}

const char **rename_objects_stale(Ctx *ctx, const Schema *schema,
                                  const Schema *before, const StaleName *list,
                                  int count) {
  ScratchSchema scratch;
  scratch_schema_open(&scratch, ctx, schema, before, NULL);
  add_stale_names(&scratch, list, count);
  add_stale_triggers(&scratch, list, count);
  mark_stale(&scratch, list, count);
  return close_and_read(&scratch, list, count);
}

/* ---- renamed views and virtual tables ------------------------------------ */

/* Creates an ordinary table with the old name and the columns of the renamed
** view or virtual table, hidden ones included. A column with the name of the
** object gets the old name; *own is then set. Returns a Table that has only the
** new name. */
static const Table *add_renamed_object(ScratchSchema *scratch,
                                       const ObjectRename *rename, bool *own) {
  Ctx *ctx = scratch->ctx;
  Table *table = MEM_NEW(ctx, Table);
  if (table == NULL) return NULL;
  table->name = rename->now;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  sqlite3_stmt *rows =
      db_prepare(ctx, "PRAGMA \"main\".table_xinfo(\"%w\")", rename->now);
  for (int n = 0; db_row(ctx, rows); n++) {
    const char *name = db_column(ctx, rows, XINFO_NAME);
    bool same = name && name_equal(name, rename->now);
    *own |= same;
    sqlite3_str_appendf(str, "%s\"%w\"", n ? ", " : "",
                        same ? rename->old : name);
  }
  db_finish(rows);
  const char *columns = mem_finish(ctx, str);
  if (ctx_ok(ctx) && *columns)
    db_exec(ctx, "CREATE TABLE \"%w\"(%s)", rename->old, columns);
  return table;
}

/* Returns two stale names for each rename: that of the object, and that of the
** column with the name of the object. */
static const StaleName *mark_renamed_objects(ScratchSchema *scratch,
                                             const ObjectRename *list,
                                             int count, bool columns) {
  Ctx *ctx = scratch->ctx;
  StaleName *names =
      (StaleName *)mem_new(ctx, sizeof(StaleName) * 2 * (size_t)count);
  for (int i = 0; ctx_ok(ctx) && i < count; i++) {
    bool own = false;
    const Table *table = add_renamed_object(scratch, &list[i], &own);
    StaleName *two = names + 2 * (ptrdiff_t)i;
    two[0] = (StaleName){table, NULL, list[i].old};
    two[1] = (StaleName){table, list[i].now, list[i].old};
    if (own && columns)
      scratch_rename_column(scratch, list[i].old, list[i].old,
                            mem_printf(ctx, STALE_MARK, 2 * i + 1));
  }
  for (int i = 0; ctx_ok(ctx) && i < count; i++)
    scratch_rename_table(scratch, list[i].old,
                         mem_printf(ctx, STALE_MARK, 2 * i));
  return names;
}

const char **rename_objects_relations(Ctx *ctx, const Schema *schema,
                                      const Schema *before,
                                      const ObjectRename *list, int count,
                                      bool own) {
  ScratchSchema scratch;
  scratch_schema_open(&scratch, ctx, schema, before, NULL);
  const StaleName *names = mark_renamed_objects(&scratch, list, count, own);
  return close_and_read(&scratch, names, 2 * count);
}

/* ---- columns of virtual tables ------------------------------------------- */

/* Returns the name that the column has in the texts. */
static const char *former_name(const ObjectRename *list, int count,
                               const Object *object, const char *name) {
  for (int i = 0; i < count; i++)
    if (list[i].object == object && name_equal(list[i].now, name))
      return list[i].old;
  return name;
}

/* Replaces the virtual table by an ordinary one, whose columns have their old
** names. */
static void replace_virtual_table(ScratchSchema *scratch,
                                  const ObjectRename *list, int count,
                                  const Object *object) {
  Ctx *ctx = scratch->ctx;
  if (!ctx_ok(ctx)) return;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  sqlite3_stmt *rows =
      db_prepare(ctx, "PRAGMA \"main\".table_xinfo(\"%w\")", object->name);
  for (int n = 0; db_row(ctx, rows); n++) {
    const char *name = db_column(ctx, rows, XINFO_NAME);
    if (name)
      sqlite3_str_appendf(str, "%s\"%w\"", n ? ", " : "",
                          former_name(list, count, object, name));
  }
  db_finish(rows);
  const char *columns = mem_finish(ctx, str);
  db_exec(ctx, "DROP TABLE \"main\".\"%w\"", object->name);
  db_exec(ctx, "CREATE TABLE \"%w\"(%s)", object->name, columns);
}

const char **rename_objects_virtual_columns(Ctx *ctx, const Schema *schema,
                                            const Schema *before,
                                            const ObjectRename *list,
                                            int count) {
  ScratchSchema scratch;
  scratch_schema_open(&scratch, ctx, schema, before, NULL);
  StaleName *names =
      (StaleName *)mem_new(ctx, sizeof(StaleName) * (size_t)count);
  for (int i = 0; ctx_ok(ctx) && i < count; i++) {
    if (i == 0 || list[i].object != list[i - 1].object)
      replace_virtual_table(&scratch, list, count, list[i].object);
    names[i] = (StaleName){NULL, list[i].now, list[i].old};
    scratch_rename_column(&scratch, list[i].object->name, list[i].old,
                          mem_printf(ctx, STALE_MARK, i));
  }
  return close_and_read(&scratch, names, count);
}
