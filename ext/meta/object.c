#include "meta/object.h"

#include "ddl/edit.h"
#include "dependents/compiles.h"

/* ---- rows --------------------------------------------------------------- */

Object *object_parse(Ctx *ctx, const char *sql, i64 id) {
  Statement *s = sql ? parse_create(ctx, sql) : NULL;
  err_prefix(ctx, "orm_object %lld", id);
  if (!ctx_ok(ctx)) return NULL;
  bool in_main = s && (s->schema == NULL || name_equal(s->schema, "main"));
  if (!in_main || s->object == NULL || s->temp)
    err_set(ctx, SQLITE_ERROR,
            "orm_object %lld must be a view, a trigger or a virtual table of "
            "main; tables and indexes go into orm_model and orm_constraint",
            id);
  if (ctx_ok(ctx) && name_is_internal(s->object->name))
    err_set(ctx, SQLITE_ERROR,
            "%s \"%s\": names that begin with orm_ or sqlite_ are taken",
            object_type_name(s->object->type), s->object->name);
  if (!ctx_ok(ctx)) return NULL;
  s->object->id = id;
  return s->object;
}

void object_replace(Ctx *ctx, Object *object, const char *sql) {
  Object *parsed = object_parse(ctx, sql, object->id);
  if (parsed) *object = *parsed;
}

Object *object_same(const Schema *schema, const Object *object) {
  for (int i = 0; object->id && i < schema->nobject; i++)
    if (schema->objects[i]->id == object->id) return schema->objects[i];
  return schema_object(schema, object->type, object->name);
}

/* Returns the name that the SQL gives its object; NULL, without an error, if
** the SQL cannot be read. */
static const char *object_name(Ctx *ctx, const char *sql) {
  Statement *s = sql && ctx_ok(ctx) ? parse_create(ctx, sql) : NULL;
  if (s == NULL) err_forget(ctx);
  return s ? s->name : NULL;
}

/* Returns the SQL of the row with that id before, or NULL. */
static const char *sql_before(const MetaRows *before, i64 id) {
  const MetaRow *row = before ? rows_find(before, META_OBJECT, id) : NULL;
  return row ? row->texts[OBJECT_SQL] : NULL;
}

const char *object_wanted(Ctx *ctx, const MetaRow *row, const MetaRows *before,
                          bool recorded) {
  const char *name = row->texts[OBJECT_NAME], *sql = row->texts[OBJECT_SQL];
  const char *created = object_name(ctx, sql);
  if (name == NULL || created == NULL || name_equal(name, created)) return sql;
  if (before == NULL && recorded) return sql;
  const char *old = sql_before(before, row->id);
  const char *was = old ? object_name(ctx, old) : NULL;
  if (was && name_equal(name, was)) return sql;
  if (was && name_equal(created, was)) return edit_object_name(ctx, sql, name);
  if (ctx_ok(ctx))
    err_set(ctx, SQLITE_ERROR,
            "orm_object %lld: its name is \"%s\", and its sql creates \"%s\"; "
            "make them equal: UPDATE orm_object SET name = %Q WHERE id = %lld",
            row->id, name, created, created, row->id);
  return sql;
}

/* Runs an update (?1 id, ?2 type, ?3 name) for each row of orm_object. */
static void name_objects(Ctx *ctx, const char *update_sql) {
  sqlite3_stmt *rows = meta_rows(ctx, META_OBJECT);
  sqlite3_stmt *update = db_prepare(ctx, "%s", update_sql);
  while (db_row(ctx, rows)) {
    i64 id = sqlite3_column_int64(rows, OBJECT_ID);
    Object *object = object_parse(ctx, db_column(ctx, rows, OBJECT_SQL), id);
    if (object == NULL) break;
    db_bind_int(ctx, update, 1, id);
    db_bind_text(ctx, update, 2, object_type_name(object->type));
    db_bind_text(ctx, update, 3, object->name);
    db_run(ctx, update);
  }
  db_finish(rows);
  db_finish(update);
}

/* Clears wrong names first, so that two objects can exchange their names. */
void object_name_rows(Ctx *ctx) {
  name_objects(ctx, "UPDATE \"main\".orm_object SET type = NULL, name = NULL"
                    " WHERE id = ?1 AND (type IS NOT ?2 OR name IS NOT ?3)");
  name_objects(ctx, "UPDATE \"main\".orm_object SET type = ?2, name = ?3"
                    " WHERE id = ?1 AND (type IS NOT ?2 OR name IS NOT ?3)");
}

/* ---- renames ------------------------------------------------------------ */

bool object_has_renames(Ctx *ctx, const Schema *schema,
                        const MetaRows *before) {
  for (int i = 0; ctx_ok(ctx) && i < schema->nobject; i++) {
    const Object *o = schema->objects[i];
    const char *old = o->id ? sql_before(before, o->id) : NULL;
    const char *name =
        old && strcmp(old, o->sql) != 0 ? object_name(ctx, old) : NULL;
    if (name && !name_equal(name, o->name)) return true;
  }
  return false;
}

/* True if a is a virtual table that differs from b only in its name. */
static bool keeps_object(Ctx *ctx, const Object *a, const Object *b) {
  if (a->type != OBJECT_VIRTUAL) return false;
  const char *sql = edit_object_name(ctx, a->sql, b->name);
  const Object *moved = sql ? object_parse(ctx, sql, a->id) : NULL;
  return moved && strcmp(moved->norm, b->norm) == 0;
}

static ObjectRenames find_object_renames(Ctx *ctx, const Schema *from,
                                         const Schema *to, bool kept) {
  ObjectRenames renames = {NULL, 0};
  for (int i = 0; ctx_ok(ctx) && i < from->nobject; i++) {
    const Object *a = from->objects[i];
    if (a->type == OBJECT_TRIGGER || a->id == 0) continue;
    const Object *b = object_same(to, a);
    if (b == NULL || b->type != a->type || name_equal(a->name, b->name) ||
        map_get(to->relations, a->name) || (kept && !keeps_object(ctx, a, b)))
      continue;
    ObjectRename *slot = MEM_PUSH(ctx, renames.list, renames.count);
    if (slot) *slot = (ObjectRename){a->name, b->name, b};
  }
  return renames;
}

ObjectRenames object_renames(Ctx *ctx, const Schema *from, const Schema *to) {
  return find_object_renames(ctx, from, to, false);
}

ObjectRenames object_renames_kept(Ctx *ctx, const Schema *from,
                                  const Schema *to) {
  return find_object_renames(ctx, from, to, true);
}

static const char *name_now(const ObjectRenames *renames, const char *name) {
  for (int i = 0; i < renames->count; i++)
    if (name_equal(renames->list[i].old, name)) return renames->list[i].now;
  return NULL;
}

void object_rename(Ctx *ctx, Object *object, const ObjectRenames *renames) {
  const char *now =
      object->type == OBJECT_VIRTUAL ? name_now(renames, object->name) : NULL;
  if (now) object_replace(ctx, object, edit_object_name(ctx, object->sql, now));
}

/* ---- following ---------------------------------------------------------- */

/* Rewrites a trigger on a renamed view. */
static void follow_target(Ctx *ctx, Object *trigger,
                          const ObjectRenames *renames, bool *changed) {
  const char *now = trigger->table ? name_now(renames, trigger->table) : NULL;
  if (now == NULL || !ctx_ok(ctx)) return;
  object_replace(ctx, trigger, edit_trigger_target(ctx, trigger->sql, now));
  *changed = true;
}

void object_follow(Ctx *ctx, const Schema *schema, const Schema *before,
                   const ObjectRenames *renames, bool *changed, bool own) {
  bool *done = (bool *)mem_new(ctx, (size_t)schema->nobject);
  NameMap *old = map_new(ctx);
  bool any = false;
  for (int i = 0; ctx_ok(ctx) && i < renames->count; i++)
    map_put(ctx, old, renames->list[i].old, old);
  for (int i = 0; ctx_ok(ctx) && renames->count && i < schema->nobject; i++) {
    follow_target(ctx, schema->objects[i], renames, &done[i]);
    any |= compiles_find_name(ctx, schema->objects[i], old) != NULL;
  }
  const char **texts =
      any && ctx_ok(ctx)
          ? rename_objects_relations(ctx, schema, before, renames->list,
                                     renames->count, own)
          : NULL;
  for (int i = 0; texts && ctx_ok(ctx) && i < schema->nobject; i++) {
    Object *object = schema->objects[i];
    if (texts[i] == NULL || strcmp(texts[i], object->sql) == 0 ||
        !compiles_find_name(ctx, object, old))
      continue;
    object_replace(ctx, object, texts[i]);
    done[i] = true;
  }
  for (int i = 0; changed && ctx_ok(ctx) && i < schema->nobject; i++)
    changed[i] = done[i];
}

/* ---- full-text tables --------------------------------------------------- */

void object_follow_content(Ctx *ctx, Object *object, const RenameMap *names) {
  if (object->type != OBJECT_VIRTUAL) return;
  const char *sql = fts_content_rename(ctx, names, object->sql);
  if (sql != object->sql && ctx_ok(ctx)) object_replace(ctx, object, sql);
}

/* Adds the columns of a full-text table that b names otherwise than a. */
static void add_renames(Ctx *ctx, ObjectRenames *renames, const Object *a,
                        const Object *b) {
  ContentColumns was = fts_content_columns(ctx, a->sql);
  ContentColumns is = fts_content_columns(ctx, b->sql);
  for (int i = 0; ctx_ok(ctx) && i < was.count && i < is.count; i++) {
    if (strcmp(was.list[i], is.list[i]) == 0) continue;
    ObjectRename *slot = MEM_PUSH(ctx, renames->list, renames->count);
    if (slot) *slot = (ObjectRename){was.list[i], is.list[i], b};
  }
}

void object_follow_contents(Ctx *ctx, const Schema *schema, const Schema *from,
                            const RenameMap *names, bool *changed) {
  ObjectRenames columns = {NULL, 0};
  for (int i = 0; ctx_ok(ctx) && i < schema->nobject; i++) {
    Object *object = schema->objects[i];
    const Object *was = object->type == OBJECT_VIRTUAL && object->id
                            ? object_same(from, object)
                            : NULL;
    if (was == NULL || strcmp(was->norm, object->norm) != 0) continue;
    object_follow_content(ctx, object, names);
    if (strcmp(object->sql, was->sql) == 0) continue;
    changed[i] = true;
    add_renames(ctx, &columns, was, object);
  }
  const char **texts = columns.count && ctx_ok(ctx)
                           ? rename_objects_virtual_columns(
                                 ctx, schema, from, columns.list, columns.count)
                           : NULL;
  for (int i = 0; texts && ctx_ok(ctx) && i < schema->nobject; i++) {
    Object *object = schema->objects[i];
    if (texts[i] == NULL || strcmp(texts[i], object->sql) == 0) continue;
    object_replace(ctx, object, texts[i]);
    changed[i] = true;
  }
}
