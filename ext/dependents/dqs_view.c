#include "dependents/dqs_view.h"

#include "dependents/compiles.h"
#include "dependents/scratch_schema.h"
#include "schema/dqs.h"

/* A scratch database with the schema, and the names to look for (NULL: any).
** */
typedef struct StringSearch {
  Ctx *ctx;
  ScratchSchema scratch;
  const NameMap *names;
} StringSearch;

static bool is_in_names(const void *arg, const char *name) {
  return arg == NULL || map_get((const NameMap *)arg, name) != NULL;
}

/* ---- the scratch database ------------------------------------------------ */

static void drop_object(StringSearch *s, const Object *object) {
  db_exec(s->ctx, "DROP %s IF EXISTS \"main\".\"%w\"",
          object_type_name(object->type), object->name);
}

/* Drops the objects that do not compile, again and again until all compile:
** SQLite compiles all triggers of an event together, so one that does not
** compile hides the others. */
static void drop_broken(StringSearch *s) {
  Ctx *ctx = s->ctx;
  for (bool more = true; more && ctx_ok(ctx);) {
    more = false;
    for (int i = 0; ctx_ok(ctx) && i < s->scratch.schema->nobject; i++) {
      const Object *object = s->scratch.schema->objects[i];
      if (object->type == OBJECT_VIRTUAL || !s->scratch.created[i]) continue;
      if (compiles_object(ctx, object, s->scratch.schema) || !ctx_ok(ctx))
        continue;
      drop_object(s, object);
      s->scratch.created[i] = false;
      more = true;
    }
  }
}

/* ---- names and strings --------------------------------------------------- */

/* Returns true if the object compiles with this SQL. */
static bool compiles_as(StringSearch *s, const Object *object,
                        const char *sql) {
  Ctx *ctx = s->ctx;
  db_exec(ctx, "SAVEPOINT orm_dqs");
  drop_object(s, object);
  bool works = ctx_ok(ctx) && scratch_create(&s->scratch.base, sql, NULL) &&
               compiles_object(ctx, object, s->scratch.schema);
  db_exec(ctx, "ROLLBACK TO orm_dqs");
  db_exec(ctx, "RELEASE orm_dqs");
  return works;
}

static void add_string(StringSearch *s, ViewStrings *found,
                       const Object *object, sqlite3_str **out, const char **at,
                       const Token *token) {
  Ctx *ctx = s->ctx;
  const char *name = token_name(ctx, token);
  if (name == NULL) return;
  if (found->strings == NULL) {
    found->strings = map_new(ctx);
    *out = sqlite3_str_new(ctx->db);
    *at = object->sql;
  }
  map_put(ctx, found->strings, name, found);
  sqlite3_str_append(*out, *at, (int)(token->z - *at));
  sqlite3_str_appendf(*out, "%Q", name);
  *at = token->z + token->n;
}

/* Finds the strings of one object. All words are tried at once first, because
** most objects have no strings. */
static void find_view_strings(StringSearch *s, const Object *object,
                              ViewStrings *found) {
  Ctx *ctx = s->ctx;
  Token token = {TOKEN_END, "", 0, 0};
  sqlite3_str *out = NULL;
  const char *at = NULL;
  const char *sql =
      dqs_to_backticks(ctx, object->sql, -1, is_in_names, s->names, &token);
  if (sql == NULL || compiles_as(s, object, sql)) return;
  for (int i = 0; ctx_ok(ctx); i++) {
    sql = dqs_to_backticks(ctx, object->sql, i, is_in_names, s->names, &token);
    if (sql == NULL) break;
    if (!compiles_as(s, object, sql) && ctx_ok(ctx))
      add_string(s, found, object, &out, &at, &token);
  }
  if (out == NULL) return;
  sqlite3_str_appendall(out, at);
  found->sql = mem_finish(ctx, out);
}

static bool is_candidate(Ctx *ctx, const Object *object, const NameMap *names) {
  return object->type != OBJECT_VIRTUAL &&
         dqs_contains(ctx, object->sql, is_in_names, names);
}

bool dqs_view_has_quoted(Ctx *ctx, const Schema *schema, const NameMap *names) {
  bool has = false;
  for (int i = 0; !has && i < schema->nobject; i++)
    has = is_candidate(ctx, schema->objects[i], names);
  return has;
}

ViewStrings *dqs_view_strings(Ctx *ctx, const Schema *schema,
                              const NameMap *names) {
  ViewStrings *list = (ViewStrings *)mem_new(
      ctx, sizeof(ViewStrings) * ((size_t)schema->nobject + 1));
  if (list == NULL || !dqs_view_has_quoted(ctx, schema, names)) return list;
  StringSearch s = {.ctx = ctx, .names = names};
  scratch_schema_open(&s.scratch, ctx, schema, NULL, NULL);
  drop_broken(&s);
  for (int i = 0; ctx_ok(ctx) && i < schema->nobject; i++)
    if (s.scratch.created[i] && is_candidate(ctx, schema->objects[i], names))
      find_view_strings(&s, schema->objects[i], &list[i]);
  scratch_schema_close(&s.scratch);
  return ctx_ok(ctx) ? list : NULL;
}

/* ---- the check ----------------------------------------------------------- */

static bool has_other_view(Ctx *ctx, const Schema *before,
                           const Schema *after) {
  for (int i = 0; ctx_ok(ctx) && i < after->nobject; i++) {
    const Object *now = after->objects[i];
    const Object *old = schema_object(before, now->type, now->name);
    if (now->type == OBJECT_VIEW && old && strcmp(old->norm, now->norm) != 0)
      return true;
  }
  return false;
}

/* Returns the names of columns that a table of `before` has and the same table
** of `after` lacks. NULL means any name: if a view has changed, only
** SQLite knows its columns. */
static NameMap *lost_names(Ctx *ctx, const Schema *before,
                           const Schema *after) {
  if (has_other_view(ctx, before, after)) return NULL;
  NameMap *names = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < before->ntable; i++) {
    const Table *old = before->tables[i];
    const Table *now = schema_table(after, old->name);
    for (int k = 0; ctx_ok(ctx) && k < old->ncolumn; k++)
      if (now == NULL || table_column(now, old->columns[k].name) < 0)
        map_put(ctx, names, old->columns[k].name, names);
  }
  return names;
}

/* Returns true if the SQL uses `name` as a name. `strings` has its strings in
** double quotes. */
static bool uses_as_name(Ctx *ctx, const char *sql, const NameMap *strings,
                         const char *name) {
  Tokens tokens = token_list(ctx, sql);
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    bool string = token->type == TOKEN_STRING ||
                  (*token->z == '"' && strings && map_get(strings, name));
    if (string || !token_is_name(token)) continue;
    const char *text = token_name(ctx, token);
    if (text && name_equal(text, name)) return true;
  }
  return false;
}

typedef struct StringCheck {
  Ctx *ctx;
  const Schema *before;
  ViewStrings
      *strings_before; /* of the objects of `before`; read when first needed */
} StringCheck;

static const ViewStrings *strings_before(StringCheck *c, const Object *old) {
  if (c->strings_before == NULL)
    c->strings_before = dqs_view_strings(c->ctx, c->before, NULL);
  for (int i = 0; c->strings_before && i < c->before->nobject; i++)
    if (c->before->objects[i] == old) return &c->strings_before[i];
  return NULL;
}

static void check_lost_name(StringCheck *c, const Object *old,
                            const Object *now, const char *name) {
  const ViewStrings *found = strings_before(c, old);
  if (found && uses_as_name(c->ctx, old->sql, found->strings, name))
    err_set(c->ctx, SQLITE_ERROR,
            "%s \"%s\" would no longer work; change or drop it first: no such "
            "column: %s",
            object_type_name(now->type), now->name, name);
}

/* Returns true if a word in double quotes has become a string in single quotes.
** RENAME COLUMN writes all strings so, among them a former name that an earlier
** RENAME has turned into a string. */
static bool was_requoted(Ctx *ctx, const Token *old, const Token *now) {
  if (old->type != TOKEN_QUOTED || now->type != TOKEN_STRING) return false;
  const char *a = token_name(ctx, old), *b = token_name(ctx, now);
  return a && b && name_equal(a, b);
}

static void check_lost_names(StringCheck *c, const Object *now,
                             const ViewStrings *found) {
  Ctx *ctx = c->ctx;
  const Object *old = schema_object(c->before, now->type, now->name);
  if (old == NULL || now->type == OBJECT_VIRTUAL) return;
  if (found->sql == NULL && strcmp(old->sql, now->sql) == 0) return;
  Tokens a = token_list(ctx, old->sql), b = token_list(ctx, now->sql);
  for (int i = 0; ctx_ok(ctx) && i < b.count; i++) {
    const Token *token = &b.list[i];
    bool requoted = a.count == b.count && was_requoted(ctx, &a.list[i], token);
    if (token->type != TOKEN_QUOTED && !requoted) continue;
    const char *name = token_name(ctx, token);
    bool string =
        requoted || (name && found->strings && map_get(found->strings, name));
    if (string) check_lost_name(c, old, now, name);
  }
}

void dqs_view_check(Ctx *ctx, const Schema *before, const Schema *after) {
  StringCheck check = {ctx, before, NULL};
  if (!ctx_ok(ctx)) return;
  const NameMap *names = lost_names(ctx, before, after);
  const ViewStrings *list = dqs_view_strings(ctx, after, names);
  for (int i = 0; list && ctx_ok(ctx) && i < after->nobject; i++)
    check_lost_names(&check, after->objects[i], &list[i]);
}
