#include "plan/author_text.h"

#include "ddl/edit.h"
#include "ddl/render.h"
#include "schema/tablediff.h"

/* ---- tables ------------------------------------------------------------- */

/* Returns true if the text of the live table defines `table` as it is. */
static bool is_defined_by(Ctx *ctx, const Table *live, const Table *table) {
  bool comments = strstr(live->sql, "--") || strstr(live->sql, "/*");
  return !comments && !live->adopted &&
         tablediff_compare(ctx, live, table).count == 0 &&
         table_equal(ctx, live, table);
}

/* Returns the text that the live table has, edited to match `table`. */
static const char *live_text(Ctx *ctx, const Schema *live, const Table *table) {
  const Table *now = schema_table(live, table->name);
  if (now == NULL || now->sql == NULL) return NULL;
  if (is_defined_by(ctx, now, table)) return now->sql;
  return edit_table_exact(ctx, edit_strip_directives(ctx, now->sql), table);
}

static void set_texts(Ctx *ctx, Change *c, const Schema *live) {
  const Table *from = c->table_from, *to = c->table_to;
  if (from) c->text_from = live_text(ctx, live, from);
  if (to && from == NULL) c->text_to = live_text(ctx, live, to);
  if (to == NULL || from == NULL || c->text_from == NULL) return;
  const Table *names = c->table_renamed ? c->table_renamed : from;
  const char *text = edit_renames(ctx, c->text_from, from, names);
  c->text_to = text ? edit_table_exact(ctx, text, to) : NULL;
}

/* Changes of one table mostly stand together: the second one shares the texts
** of the first. */
static void set_table_texts(Ctx *ctx, Change *c, const Change *before,
                            const Schema *live) {
  if (before && before->table_from == c->table_from &&
      before->table_to == c->table_to) {
    c->text_from = before->text_from;
    c->text_to = before->text_to;
  } else {
    set_texts(ctx, c, live);
  }
}

/* ---- indexes and objects ------------------------------------------------ */

/* Returns the text of the live index, unless that is another index now. */
static const char *live_index_text(const Schema *live, const Index *index) {
  const Index *now = index ? schema_index(live, index->name) : NULL;
  bool same = now && strcmp(now->norm, index->norm) == 0 &&
              strcmp(now->name, index->name) == 0;
  return same ? now->sql : NULL;
}

/* Returns the object with the text that it has in the live schema. */
static const Object *with_live_text(Ctx *ctx, const Schema *live,
                                    const Object *object) {
  const Object *now =
      object ? schema_object(live, object->type, object->name) : NULL;
  if (now == NULL || strcmp(now->norm, object->norm) != 0) return object;
  Object *copy = MEM_NEW(ctx, Object);
  if (copy == NULL) return object;
  *copy = *object;
  copy->sql = now->sql;
  return copy;
}

/* Returns true if the changes drop the index. One that is dropped and created
** is another index, even if the norms are equal. */
static bool is_index_dropped(const Changes *changes, const char *index) {
  for (int i = 0; i < changes->count; i++)
    if (changes->list[i].op == OP_DROP_INDEX &&
        name_equal(changes->list[i].object, index))
      return true;
  return false;
}

void author_text_apply(Ctx *ctx, Changes *changes, const Schema *live) {
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++) {
    Change *c = &changes->list[i];
    if (c->table_from || c->table_to)
      set_table_texts(ctx, c, i ? c - 1 : NULL, live);
    if (c->index_from) c->text_from = live_index_text(live, c->index_from);
    if (c->op == OP_CREATE_INDEX && !is_index_dropped(changes, c->object))
      c->text_to = live_index_text(live, c->index_to);
    c->object_from = with_live_text(ctx, live, c->object_from);
    for (int k = 0; k < c->triggers_from.count; k++)
      c->triggers_from.list[k] =
          with_live_text(ctx, live, c->triggers_from.list[k]);
  }
  changes->live = live;
}

void author_text_apply_inverse(Ctx *ctx, Changes *changes, const Schema *live) {
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++) {
    Change *c = &changes->list[i];
    if (c->table_to) c->text_to = live_text(ctx, live, c->table_to);
    if (c->index_to) c->text_to = live_index_text(live, c->index_to);
    c->object_to = with_live_text(ctx, live, c->object_to);
  }
}

/* ---- texts after RENAME ------------------------------------------------- */

/* Returns false if the text cannot have this name, quoted or not. */
static bool may_have_name(const char *sql, const char *name) {
  size_t n = strlen(name);
  if (n == 0 || strpbrk(name, "\"`]'"))
    return true; /* written twice in quotes */
  for (; *sql; sql++)
    if (((*sql ^ *name) & ~0x20) == 0 &&
        sqlite3_strnicmp(sql, name, (int)n) == 0)
      return true;
  return false;
}

bool author_text_survives_rename(Ctx *ctx, const char *sql, bool is_table,
                                 const char *old, const char *now) {
  if (!may_have_name(sql, old)) return true;
  Tokens tokens = token_list(ctx, sql);
  const char *quoted = mem_printf(ctx, "\"%w\"", old);
  bool bare = !is_table && !token_needs_quotes(old) && !token_needs_quotes(now);
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    const char *name = token_is_name(token) ? token_name(ctx, token) : NULL;
    if (name == NULL || !name_equal(name, old)) continue;
    const char *result = token->type == TOKEN_WORD && bare ? old : quoted;
    if (strlen(result) != (size_t)token->n ||
        strncmp(result, token->z, (size_t)token->n) != 0)
      return false;
  }
  return true;
}

bool author_text_has_string(Ctx *ctx, const char *sql, const NameMap *names) {
  if (strchr(sql, '"') == NULL) return false;
  Tokens tokens = token_list(ctx, sql);
  bool has = false;
  for (int i = 0; ctx_ok(ctx) && !has && i < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    const char *name = *token->z == '"' ? token_name(ctx, token) : NULL;
    has = name && map_get(names, name) == NULL;
  }
  return has;
}
