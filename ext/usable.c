#include "usable.h"

#include "edit.h"
#include "token.h"

/* ---- which are concerned ------------------------------------------------ */

void *usable_named(Ctx *ctx, const Object *object, const NameMap *names) {
  void *found = NULL;
  Tokens tokens = token_list(ctx, object->sql);
  for (int i = 0; ctx_ok(ctx) && found == NULL && i < tokens.count; i++) {
    if (!token_is_name(&tokens.list[i])) continue;
    const char *name = token_name(ctx, &tokens.list[i]);
    if (name) found = map_get(names, name);
  }
  return found;
}

/* A view on a view on a table is concerned, too: look until no more is found.
 */
static NameMap *concerned(Ctx *ctx, const Schema *live, const NameMap *tables) {
  NameMap *names = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < live->ntable; i++)
    if (map_get(tables, live->tables[i]->name))
      map_put(ctx, names, live->tables[i]->name, live->tables[i]);
  for (bool more = true; more && ctx_ok(ctx);) {
    more = false;
    for (int i = 0; ctx_ok(ctx) && i < live->nobject; i++) {
      Object *view = live->objects[i];
      if (view->type != OBJECT_VIEW || map_get(names, view->name)) continue;
      if (!usable_named(ctx, view, names)) continue;
      map_put(ctx, names, view->name, view);
      more = true;
    }
  }
  return names;
}

/* ---- compiling ---------------------------------------------------------- */

/* An UPDATE of all columns that can be updated. */
static char *update_sql(Ctx *ctx, const char *name, const Table *table) {
  sqlite3_stmt *all =
      table ? NULL : db_prepare(ctx, "SELECT * FROM \"main\".\"%w\"", name);
  if (!ctx_ok(ctx)) return NULL;
  int count = table ? table->ncolumn : sqlite3_column_count(all);
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  sqlite3_str_appendf(str, "UPDATE \"main\".\"%w\" SET", name);
  for (int i = 0, n = 0; i < count; i++) {
    if (table && table->columns[i].generated.sql) continue;
    const char *column =
        table ? table->columns[i].name : sqlite3_column_name(all, i);
    sqlite3_str_appendf(str, "%s \"%w\" = NULL", n++ ? "," : "", column);
  }
  db_finish(all);
  return mem_finish(ctx, str);
}

/* What makes SQLite compile the trigger: a statement of its event. */
static char *firing_sql(Ctx *ctx, const Object *trigger, const Table *table) {
  Tokens tokens = token_list(ctx, trigger->sql);
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    if (token_is(token, "INSERT"))
      return mem_printf(ctx, "INSERT INTO \"main\".\"%w\" DEFAULT VALUES",
                        trigger->table);
    if (token_is(token, "DELETE"))
      return mem_printf(ctx, "DELETE FROM \"main\".\"%w\"", trigger->table);
    if (token_is(token, "UPDATE"))
      return update_sql(ctx, trigger->table, table);
  }
  return NULL;
}

/* The columns behind UPDATE OF must be there: SQLite does not say so. */
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

/* An error of ctx if the object cannot be compiled. */
static void compile(Ctx *ctx, const Object *object, const Schema *live) {
  const Table *table = object->table ? schema_table(live, object->table) : NULL;
  const char *sql =
      object->type == OBJECT_VIEW
          ? mem_printf(ctx, "SELECT * FROM \"main\".\"%w\"", object->name)
          : firing_sql(ctx, object, table);
  if (sql) db_finish(db_prepare(ctx, "%s", sql));
  if (table) check_update_of(ctx, object, table);
}

bool usable_compiles(Ctx *ctx, const Object *object, const Schema *live) {
  compile(ctx, object, live);
  bool works = ctx_ok(ctx);
  err_forget(ctx);
  return works;
}

/* Triggers are compiled only where they are enabled. */
int usable_enable_triggers(Ctx *ctx, int on) {
  int before = 0;
  sqlite3_db_config(ctx->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, -1, &before);
  if (before != on)
    sqlite3_db_config(ctx->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, on, (int *)NULL);
  return before;
}

void usable_before(Ctx *ctx, UsableCheck *check, const Schema *live,
                   const NameMap *tables) {
  const NameMap *names = concerned(ctx, live, tables);
  int before = usable_enable_triggers(ctx, 1);
  for (int i = 0; ctx_ok(ctx) && i < live->nobject; i++) {
    const Object *object = live->objects[i];
    if (object->type == OBJECT_VIRTUAL || !usable_named(ctx, object, names))
      continue;
    const Object **slot = usable_compiles(ctx, object, live)
                              ? MEM_PUSH(ctx, check->list, check->count)
                              : NULL;
    if (slot) *slot = object;
  }
  usable_enable_triggers(ctx, before);
}

/* What an error misses stands at its end, a name of some words, perhaps
** qualified: "no such column: OLD.b c". */
static bool names_what_is_missing(Ctx *ctx, const Object *object,
                                  const char *message) {
  NameMap *missing = map_new(ctx);
  for (const char *z = message; ctx_ok(ctx) && *z; z++)
    if (*z == ' ' || *z == '.') map_put(ctx, missing, z + 1, missing);
  return ctx_ok(ctx) && usable_named(ctx, object, missing);
}

/* SQLite compiles all triggers of an event at once, so one is blamed for
** another: among those that fail, the one that names what is missing is it. */
void usable_after(Ctx *ctx, const UsableCheck *check, const Schema *live) {
  int before = usable_enable_triggers(ctx, 1);
  const Object *culprit = NULL;
  char *message = NULL;
  for (int i = 0; ctx_ok(ctx) && i < check->count; i++) {
    const Object *object = check->list[i];
    const Object *now = schema_object(live, object->type, object->name);
    if (now) compile(ctx, now, live);
    if (ctx_ok(ctx)) continue;
    char *why = sqlite3_mprintf("%s", ctx->msg ? ctx->msg : "");
    err_forget(ctx);
    bool certain = why && names_what_is_missing(ctx, now, why);
    if (culprit == NULL || certain) {
      sqlite3_free(message);
      message = why;
      culprit = now;
    } else {
      sqlite3_free(why);
    }
    if (certain) break;
  }
  usable_enable_triggers(ctx, before);
  if (culprit)
    err_set(ctx, SQLITE_ERROR,
            "%s \"%s\" would no longer work; change or drop it first: %s",
            object_type_name(culprit->type), culprit->name, message);
  sqlite3_free(message);
}
