#include "dependents/compiles.h"

#include "base/settings.h"
#include "ddl/parse.h"
#include "dependents/scratch.h"

/* An object that worked before the change. */
typedef struct WorkingObject {
  const Object *object;
  bool temp;       /* it is in the schema "temp" */
  bool strict;     /* it works even in strict mode */
  bool in_scratch; /* it works on the scratch database only */
} WorkingObject;

/* ---- settings ------------------------------------------------------------ */

/* Enables triggers and views. If `strict` is true, sets strict mode, in which a
** word in "double quotes" is always a name. Returns the caller's settings, for
** settings_restore(). */
static Settings enable_compiling(Ctx *ctx, bool strict) {
  Settings before = settings_save(ctx->db);
  settings_set(ctx->db, SETTING_TRIGGERS, 1);
  settings_set(ctx->db, SETTING_VIEWS, 1);
  if (strict) settings_set(ctx->db, SETTING_DML_STRINGS, 0);
  if (strict) settings_set(ctx->db, SETTING_DDL_STRINGS, 0);
  return before;
}

/* ---- objects of the schema "temp" ---------------------------------------- */

/* Returns the views and triggers of the schema "temp". Their tables may be in
** any schema. */
static Object **temp_objects(Ctx *ctx, int *count) {
  Object **list = NULL;
  sqlite3_stmt *rows =
      db_prepare(ctx, "SELECT sql FROM sqlite_temp_schema"
                      " WHERE type IN ('view', 'trigger') ORDER BY rowid");
  while (db_row(ctx, rows)) {
    const char *sql = db_column(ctx, rows, 0);
    Statement *s = sql ? parse_create(ctx, sql) : NULL;
    if (s == NULL) err_forget(ctx);
    Object **slot =
        s && s->object && ctx_ok(ctx) ? MEM_PUSH(ctx, list, *count) : NULL;
    if (slot) *slot = s->object;
  }
  db_finish(rows);
  if (!ctx_ok(ctx)) *count = 0;
  return list;
}

static const Object *temp_object(Ctx *ctx, const Object *like) {
  int count = 0;
  Object **list = temp_objects(ctx, &count);
  for (int i = 0; i < count; i++)
    if (list[i]->type == like->type && name_equal(list[i]->name, like->name))
      return list[i];
  return NULL;
}

/* ---- objects that a change concerns -------------------------------------- */

void *compiles_find_name(Ctx *ctx, const Object *object, const NameMap *names) {
  void *found = NULL;
  Tokens tokens = token_list(ctx, object->sql);
  for (int i = 0; ctx_ok(ctx) && found == NULL && i < tokens.count; i++) {
    if (!token_is_name(&tokens.list[i])) continue;
    const char *name = token_name(ctx, &tokens.list[i]);
    if (name) found = map_get(names, name);
  }
  return found;
}

/* Adds the views and virtual tables of the list that use one of the names.
** Returns true if it added one. */
static bool add_affected(Ctx *ctx, NameMap *names, Object *const *list,
                         int count) {
  bool more = false;
  for (int i = 0; ctx_ok(ctx) && i < count; i++) {
    Object *object = list[i];
    if (object->type == OBJECT_TRIGGER || map_get(names, object->name) ||
        !compiles_find_name(ctx, object, names))
      continue;
    map_put(ctx, names, object->name, object);
    more = true;
  }
  return more;
}

/* Adds the changed tables of `declared`. They may not exist yet, but a view or
** trigger may already use their names. */
static void add_new_tables(Ctx *ctx, NameMap *names, const Schema *declared,
                           const NameMap *changed) {
  for (int i = 0; declared && ctx_ok(ctx) && i < declared->ntable; i++)
    if (map_get(changed, declared->tables[i]->name))
      map_put(ctx, names, declared->tables[i]->name, declared->tables[i]);
}

/* Returns the names that the change concerns: those of the changed objects, and
** of the views and virtual tables that use them directly or through others. */
static NameMap *affected_names(Ctx *ctx, const CompileCheck *check,
                               const Schema *live, const NameMap *changed,
                               Object *const *temp, int ntemp) {
  NameMap *names = map_new(ctx);
  add_new_tables(ctx, names, check->declared, changed);
  for (int i = 0; ctx_ok(ctx) && i < live->ntable; i++)
    if (map_get(changed, live->tables[i]->name))
      map_put(ctx, names, live->tables[i]->name, live->tables[i]);
  for (int i = 0; ctx_ok(ctx) && i < live->nindex; i++)
    if (map_get(changed, live->indexes[i]->name))
      map_put(ctx, names, live->indexes[i]->name, live->indexes[i]);
  for (int i = 0; ctx_ok(ctx) && i < live->nobject; i++) {
    Object *object = live->objects[i];
    if (object->type != OBJECT_TRIGGER && map_get(changed, object->name))
      map_put(ctx, names, object->name, object);
  }
  bool more = true;
  while (more && ctx_ok(ctx)) {
    more = add_affected(ctx, names, live->objects, live->nobject);
    more |= add_affected(ctx, names, temp, ntemp);
  }
  return names;
}

/* ---- compiling ----------------------------------------------------------- */

/* Returns an UPDATE of all columns that can be written. `table` is NULL for a
** view; then the columns are those of a prepared SELECT. */
static char *update_sql(Ctx *ctx, const char *target, const Table *table) {
  sqlite3_stmt *all =
      table ? NULL : db_prepare(ctx, "SELECT * FROM %s", target);
  if (!ctx_ok(ctx)) return NULL;
  int count = table ? table->ncolumn : sqlite3_column_count(all);
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  sqlite3_str_appendf(str, "UPDATE %s SET", target);
  for (int i = 0, n = 0; i < count; i++) {
    if (table && table->columns[i].generated.sql) continue;
    const char *column =
        table ? table->columns[i].name : sqlite3_column_name(all, i);
    sqlite3_str_appendf(str, "%s \"%w\" = NULL", n++ ? "," : "", column);
  }
  db_finish(all);
  return mem_finish(ctx, str);
}

/* Returns a statement that fires the trigger. */
static char *firing_sql(Ctx *ctx, const Object *trigger, const char *target,
                        const Table *table) {
  char *sql = NULL;
  Tokens tokens = token_list(ctx, trigger->sql);
  for (int i = 0; ctx_ok(ctx) && sql == NULL && i < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    if (token_is(token, "INSERT"))
      sql = mem_printf(ctx, "INSERT INTO %s DEFAULT VALUES", target);
    else if (token_is(token, "DELETE"))
      sql = mem_printf(ctx, "DELETE FROM %s", target);
    else if (token_is(token, "UPDATE"))
      sql = update_sql(ctx, target, table);
  }
  return sql;
}

/* Sets an error if a column after UPDATE OF is missing, because SQLite does not
** report this. */
static void check_update_of(Ctx *ctx, const Object *trigger,
                            const Table *table) {
  Tokens tokens = token_list(ctx, trigger->sql);
  int i = 0;
  while (i < tokens.count && !token_is(&tokens.list[i], "ON") &&
         !token_is(&tokens.list[i], "UPDATE"))
    i++;
  if (i + 1 >= tokens.count || !token_is(&tokens.list[++i], "OF")) return;
  for (i++; ctx_ok(ctx) && i < tokens.count; i++) {
    if (token_is(&tokens.list[i], "ON")) return;
    if (!token_is_name(&tokens.list[i])) continue;
    const char *name = token_name(ctx, &tokens.list[i]);
    if (name && table_column(table, name) < 0)
      err_set(ctx, SQLITE_ERROR, "no such column: %s", name);
  }
}

/* Returns the name of the table or view that a TEMP trigger is on, qualified if
** the text of the trigger names a schema. Sets *in_main to true if the table or
** view is in "main". */
static const char *temp_target(Ctx *ctx, const Object *trigger, bool *in_main) {
  Tokens tokens = token_list(ctx, trigger->sql);
  const char *schema = NULL;
  for (int i = 0; ctx_ok(ctx) && i + 2 < tokens.count; i++) {
    if (!token_is(&tokens.list[i], "ON")) continue;
    if (token_is(&tokens.list[i + 2], "."))
      schema = token_name(ctx, &tokens.list[i + 1]);
    break;
  }
  i64 hidden = db_int(ctx,
                      "SELECT count(*) FROM sqlite_temp_schema WHERE type IN"
                      " ('table', 'view') AND name = %Q COLLATE NOCASE",
                      trigger->table);
  *in_main = schema ? name_equal(schema, "main") : hidden == 0;
  return schema ? mem_printf(ctx, "\"%w\".\"%w\"", schema, trigger->table)
                : mem_printf(ctx, "\"%w\"", trigger->table);
}

/* Prepares the statement that fires a trigger. SQLite compiles all triggers of
** one event together, so a statement that has compiled is not prepared again
** for the next trigger. `compiled` has these statements; if it is NULL, the
** statement is always prepared. */
static void prepare_firing(Ctx *ctx, const char *sql, NameMap *compiled) {
  if (compiled && map_get(compiled, sql)) return;
  db_finish(db_prepare(ctx, "%s", sql));
  if (compiled && ctx_ok(ctx)) map_put(ctx, compiled, sql, compiled);
}

static void compile_trigger(Ctx *ctx, const Object *trigger, bool temp,
                            const Schema *live, NameMap *compiled) {
  bool in_main = true;
  const char *target = temp
                           ? temp_target(ctx, trigger, &in_main)
                           : mem_printf(ctx, "\"main\".\"%w\"", trigger->table);
  const Table *table = in_main ? schema_table(live, trigger->table) : NULL;
  const char *sql =
      ctx_ok(ctx) ? firing_sql(ctx, trigger, target, table) : NULL;
  if (sql) prepare_firing(ctx, sql, compiled);
  if (table) check_update_of(ctx, trigger, table);
}

/* Sets an error if the object does not work. Reads a row of a virtual table,
** because a module may not prepare its statements before that. */
static void compile(Ctx *ctx, const Object *object, bool temp,
                    const Schema *live, NameMap *compiled) {
  sqlite3_stmt *stmt = NULL;
  switch (object->type) {
  case OBJECT_VIEW:
    stmt = db_prepare(ctx, "SELECT * FROM \"%w\".\"%w\"",
                      temp ? "temp" : "main", object->name);
    break;
  case OBJECT_VIRTUAL:
    stmt =
        db_prepare(ctx, "SELECT * FROM \"main\".\"%w\" LIMIT 1", object->name);
    db_row(ctx, stmt);
    break;
  case OBJECT_TRIGGER:
    compile_trigger(ctx, object, temp, live, compiled);
    break;
  }
  db_finish(stmt);
}

/* One pass over objects of one database and one schema. */
typedef struct CompilePass {
  const Schema *live;
  NameMap *compiled[2]; /* see prepare_firing(); [1]: in strict mode */
} CompilePass;

static CompilePass begin_pass(Ctx *ctx, const Schema *live) {
  return (CompilePass){live, {map_new(ctx), map_new(ctx)}};
}

/* Calls compile() with triggers and views enabled, in strict mode if `strict`
** is true, and restores the settings. */
static void compile_under(Ctx *ctx, const Object *object, bool temp,
                          bool strict, const CompilePass *pass) {
  Settings before = enable_compiling(ctx, strict);
  compile(ctx, object, temp, pass->live, pass->compiled[strict]);
  settings_restore(ctx->db, &before);
}

bool compiles_object(Ctx *ctx, const Object *object, const Schema *live) {
  compile(ctx, object, false, live, NULL);
  bool works = ctx_ok(ctx);
  err_forget(ctx);
  return works;
}

/* ---- before -------------------------------------------------------------- */

/* Notes the object if it works, and returns true. TEMP objects are tried in
** strict mode first. Objects of the database are compiled without strict mode
** only, because dqs_view_check() checks whether one of their names has become a
** string: it knows the strings before the change. */
static bool add_working(Ctx *ctx, CompileCheck *check,
                        const WorkingObject *working, const CompilePass *pass) {
  for (int strict = working->temp; ctx_ok(ctx) && strict >= 0; strict--) {
    compile_under(ctx, working->object, working->temp, strict, pass);
    bool works = ctx_ok(ctx);
    err_forget(ctx);
    if (!works) continue;
    WorkingObject *slot = MEM_PUSH(ctx, check->list, check->count);
    if (slot) *slot = *working;
    if (slot) slot->strict = strict;
    return true;
  }
  return false;
}

static void open_scratch_copy(Ctx *ctx, Scratch *scratch) {
  scratch_open(scratch, ctx, true);
  scratch_copy_all(scratch);
}

/* Compiles the doubtful objects on the scratch database. The connection cannot
** compile them, perhaps because it lacks a function that they need. */
static void add_working_in_scratch(Ctx *ctx, CompileCheck *check,
                                   const Schema *live, const bool *doubtful) {
  Scratch scratch;
  bool any = false;
  for (int i = 0; i < live->nobject; i++) any |= doubtful[i];
  if (!any || !ctx_ok(ctx)) return;
  open_scratch_copy(ctx, &scratch);
  CompilePass pass = begin_pass(ctx, live);
  for (int i = 0; ctx_ok(ctx) && i < live->nobject; i++) {
    WorkingObject working = {live->objects[i], false, false, true};
    if (!doubtful[i] || add_working(ctx, check, &working, &pass)) continue;
    const Object **slot = MEM_PUSH(ctx, check->broken, check->nbroken);
    if (slot) *slot = working.object;
  }
  scratch_close(&scratch);
}

void compiles_before(Ctx *ctx, CompileCheck *check, const Schema *live,
                     const NameMap *changed) {
  int ntemp = 0;
  Object **temp = check->no_temp ? NULL : temp_objects(ctx, &ntemp);
  const NameMap *names = affected_names(ctx, check, live, changed, temp, ntemp);
  bool *doubtful = (bool *)mem_new(ctx, (size_t)live->nobject);
  CompilePass pass = begin_pass(ctx, live);
  for (int i = 0; ctx_ok(ctx) && i < live->nobject; i++) {
    WorkingObject working = {live->objects[i], false, false, false};
    if (compiles_find_name(ctx, working.object, names))
      doubtful[i] = !add_working(ctx, check, &working, &pass) &&
                    working.object->type != OBJECT_VIRTUAL;
  }
  for (int i = 0; ctx_ok(ctx) && i < ntemp; i++) {
    WorkingObject working = {temp[i], true, false, false};
    if (compiles_find_name(ctx, temp[i], names))
      add_working(ctx, check, &working, &pass);
  }
  if (ctx_ok(ctx)) add_working_in_scratch(ctx, check, live, doubtful);
}

/* ---- after --------------------------------------------------------------- */

/* An object that does not work any more. */
typedef struct Broken {
  const WorkingObject *working;
  const char *why;
  bool certain; /* its SQL has the name that is missing */
} Broken;

typedef struct Breakage {
  Broken *list;
  int count;
} Breakage;

/* Returns true if the object's SQL has the name that is missing according to
** the message. The name is at the end of the message. It may be qualified and
** may have several words: "no such column: OLD.b c". */
static bool mentions_missing(Ctx *ctx, const Object *object,
                             const char *message) {
  NameMap *missing = map_new(ctx);
  for (const char *z = message; ctx_ok(ctx) && *z; z++)
    if (*z == ' ' || *z == '.') map_put(ctx, missing, z + 1, missing);
  return ctx_ok(ctx) && compiles_find_name(ctx, object, missing);
}

static void add_broken(Ctx *ctx, Breakage *all, const WorkingObject *working,
                       const Object *now) {
  const char *why = err_take(ctx);
  Broken *slot = ctx_ok(ctx) ? MEM_PUSH(ctx, all->list, all->count) : NULL;
  if (slot) {
    slot->working = working;
    slot->why = why;
    slot->certain = mentions_missing(ctx, now, why);
  }
}

static bool is_declared(const CompileCheck *check, const Object *object) {
  return check->declared &&
         schema_object(check->declared, object->type, object->name) != NULL;
}

/* Returns true if the object may be broken after the change. If check->adopted
** is true, the live schema after the change is that of the version, so a
** declared object that does not work is broken in the version itself. */
static bool may_be_broken(const CompileCheck *check,
                          const WorkingObject *working, const NameMap *mended) {
  if (working->temp) return false;
  if (check->adopted && is_declared(check, working->object)) return true;
  return map_get(mended, working->object->name) != NULL;
}

static NameMap *read_mended(Ctx *ctx, const CompileCheck *check) {
  NameMap *names = map_new(ctx);
  if (check->mended == NULL || !ctx_ok(ctx)) return names;
  sqlite3_stmt *rows =
      db_prepare(ctx, "SELECT value FROM \"%w\".json_each(%Q, '$.objects')",
                 db_home(ctx, "json_each"), check->mended);
  while (db_row(ctx, rows)) {
    const char *name = db_column(ctx, rows, 0);
    if (name) map_put(ctx, names, name, names);
  }
  db_finish(rows);
  return names;
}

char *compiles_mended(Ctx *ctx, const CompileCheck *check, const Schema *live) {
  if (!ctx_ok(ctx)) return NULL;
  Settings before = enable_compiling(ctx, false);
  sqlite3_str *json = sqlite3_str_new(ctx->db);
  int n = 0;
  for (int i = 0; ctx_ok(ctx) && i < check->nbroken; i++) {
    const Object *object = check->broken[i];
    const Object *now = schema_object(live, object->type, object->name);
    if (!now || is_declared(check, now) || !compiles_object(ctx, now, live))
      continue;
    const char *name = db_text(ctx, "SELECT json_quote(%Q)", now->name);
    if (name) sqlite3_str_appendf(json, "%s%s", n++ ? "," : "[", name);
  }
  settings_restore(ctx->db, &before);
  if (n) sqlite3_str_appendall(json, "]");
  char *text = mem_finish(ctx, json);
  return n ? text : NULL;
}

static void compile_again(Ctx *ctx, const WorkingObject *working,
                          const CompilePass *pass, Breakage *all) {
  const Object *o = working->object;
  const Object *now = working->temp
                          ? temp_object(ctx, o)
                          : schema_object(pass->live, o->type, o->name);
  if (now)
    compile_under(ctx, now, working->temp, working->strict, pass);
  else if (working->temp)
    err_set(ctx, SQLITE_ERROR, "it would go with \"%s\"", o->table);
  if (!ctx_ok(ctx)) add_broken(ctx, all, working, now ? now : o);
}

static const char *describe_working(Ctx *ctx, const WorkingObject *working) {
  return mem_printf(ctx, "%s%s \"%s\"", working->temp ? "TEMP " : "",
                    object_type_name(working->object->type),
                    working->object->name);
}

/* Returns true for a trigger on a view that is broken itself. */
static bool is_on_broken_view(const Breakage *all,
                              const WorkingObject *working) {
  for (int i = 0; working->object->table && i < all->count; i++) {
    const Object *o = all->list[i].working->object;
    if (o->type == OBJECT_VIEW && name_equal(o->name, working->object->table))
      return true;
  }
  return false;
}

/* Sets an error that names the broken objects. SQLite compiles all triggers of
** an event together, so an unbroken trigger may fail because of another one.
** Therefore the first object whose own SQL has the missing name is reported
** first. */
static void report_breakage(Ctx *ctx, const Breakage *all) {
  enum { LISTED = 3 };
  const Broken *first = NULL;
  const char *others = "";
  int n = 0;
  for (int i = 0; first == NULL && i < all->count; i++)
    if (all->list[i].certain) first = &all->list[i];
  if (first == NULL && all->count) first = &all->list[0];
  for (int i = 0; first && ctx_ok(ctx) && i < all->count; i++) {
    const Broken *other = &all->list[i];
    if (other == first || !other->certain ||
        is_on_broken_view(all, other->working))
      continue;
    if (n++ >= LISTED) continue;
    others = mem_printf(ctx, "%s%s%s", others, n > 1 ? ", " : "; nor would ",
                        describe_working(ctx, other->working));
  }
  if (first)
    err_set(ctx, SQLITE_ERROR,
            "%s would no longer work; change or drop it first: %s%s%s",
            describe_working(ctx, first->working), first->why, others,
            n > LISTED ? ", ..." : "");
}

void compiles_after(Ctx *ctx, const CompileCheck *check, const Schema *live) {
  Breakage all = {NULL, 0};
  Scratch scratch;
  bool any = false;
  const NameMap *mended = read_mended(ctx, check);
  CompilePass pass = begin_pass(ctx, live);
  for (int i = 0; ctx_ok(ctx) && i < check->count; i++) {
    if (may_be_broken(check, &check->list[i], mended)) continue;
    any |= check->list[i].in_scratch;
    if (!check->list[i].in_scratch)
      compile_again(ctx, &check->list[i], &pass, &all);
  }
  if (any && ctx_ok(ctx)) {
    open_scratch_copy(ctx, &scratch);
    pass = begin_pass(ctx, live);
    for (int i = 0; ctx_ok(ctx) && i < check->count; i++)
      if (check->list[i].in_scratch &&
          !may_be_broken(check, &check->list[i], mended))
        compile_again(ctx, &check->list[i], &pass, &all);
    scratch_close(&scratch);
  }
  if (ctx_ok(ctx)) report_breakage(ctx, &all);
}
