#include "plan/part.h"

/* ---- conditions --------------------------------------------------------- */

/* Returns true if there are TEMP objects besides the table of guard_recount().
** They can hide any relation of the schema, and use any. */
static bool has_temp(Ctx *ctx) {
  return db_int(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_temp_schema"
                     " WHERE tbl_name <> 'orm_changes')") != 0;
}

/* Returns true if each generated view and trigger of `schema` is the same in
** `other`. */
static bool same_generated(const Schema *schema, const Schema *other) {
  for (int i = 0; i < schema->nobject; i++) {
    const Object *o = schema->objects[i];
    const Object *same = schema_object(other, o->type, o->name);
    if (o->id == 0 && (same == NULL || strcmp(same->norm, o->norm) != 0))
      return false;
  }
  return true;
}

bool part_is_generated(Ctx *ctx, const MetaRows *rows, const Schema *schema) {
  if (!ctx_ok(ctx) || rows->of[META_RELATIONSHIP].count == 0)
    return ctx_ok(ctx);
  const Schema *generated = model_generated(ctx, rows).schema;
  return generated && same_generated(generated, schema) &&
         same_generated(schema, generated);
}

/* Returns true if the name is new and in use outside of the part. */
static bool is_in_use(const NameMap *live, bool had, const char *name) {
  return !had && map_get(live, name);
}

/* Returns true if a new object of the part has the name of a live object. The
** complete comparison says what is wrong. */
static bool names_clash(Ctx *ctx, const Part *part) {
  const Schema *from = part->from.schema, *to = part->to.schema;
  NameMap *live = map_new(ctx);
  bool clash = false;
  for (int i = 0; ctx_ok(ctx) && i < part->texts.count; i++)
    map_put(ctx, live, part->texts.list[i].name, live);
  for (int i = 0; i < to->ntable; i++) {
    const char *name = to->tables[i]->name;
    clash |= is_in_use(live, map_get(from->relations, name), name);
  }
  for (int i = 0; i < to->nindex; i++) {
    const char *name = to->indexes[i]->name;
    clash |= is_in_use(live, schema_index(from, name), name);
  }
  for (int i = 0; i < to->nobject; i++) {
    const Object *o = to->objects[i];
    clash |= is_in_use(live, schema_object(from, o->type, o->name), o->name);
  }
  return clash;
}

/* ---- the comparison ----------------------------------------------------- */

/* Begins the comparison. Returns NULL if there is none. */
static Part *begin(Ctx *ctx, const LiveTexts *texts, const MetaRows *from,
                   const MetaRows *to, const char *script) {
  Part *part = ctx_ok(ctx) && !has_temp(ctx) ? MEM_NEW(ctx, Part) : NULL;
  if (part == NULL) return NULL;
  part->texts = *texts;
  part->scope = scope_new(ctx, texts, from, to, script);
  if (part->scope)
    part->from = model_generated(ctx, scope_rows(ctx, part->scope, from));
  return part->scope && ctx_ok(ctx) ? part : NULL;
}

/* Reads the live schema and the transition. Returns NULL if the complete schemas
** must be compared. */
static Part *finish(Ctx *ctx, Part *part) {
  if (part && ctx_ok(ctx)) {
    scope_add_schema(ctx, part->scope, part->from.schema);
    scope_add_schema(ctx, part->scope, part->to.schema);
    part->live = live_parse(ctx, &part->texts, scope_relations(part->scope));
  }
  if (part && ctx_ok(ctx))
    part->transition = transition_between(ctx, &part->from, part->to.schema);
  bool ok = part && ctx_ok(ctx) &&
            same_generated(part->from.schema, part->live) &&
            !names_clash(ctx, part);
  err_forget(ctx);
  return ok && ctx_ok(ctx) ? part : NULL;
}

Part *part_between(Ctx *ctx, const LiveTexts *texts, const MetaRows *from,
                   const MetaRows *to, const char *script) {
  if (!ctx_ok(ctx)) return NULL;
  Part *part = begin(ctx, texts, from, to, script);
  if (part) part->to = model_generated(ctx, scope_rows(ctx, part->scope, to));
  return finish(ctx, part);
}

Part *part_to_declared(Ctx *ctx, const LiveTexts *texts, const MetaRows *from,
                       i64 version, const MetaRows *now,
                       MetaTexts *respellings) {
  if (!ctx_ok(ctx)) return NULL;
  Part *part = begin(ctx, texts, from, now, NULL);
  if (part)
    part->to = model_declared_rows(ctx, scope_rows(ctx, part->scope, now),
                                   part->from.rows, version, respellings);
  return finish(ctx, part);
}

/* ---- changes of the live schema ----------------------------------------- */

static bool same_text(const LiveText *a, const LiveText *b) {
  return strcmp(a->sql, b->sql) == 0 && strcmp(a->name, b->name) == 0 &&
         strcmp(a->type, b->type) == 0 && strcmp(a->table, b->table) == 0;
}

/* A stretch of rows of sqlite_schema. */
typedef struct Stretch {
  const LiveText *list;
  int count;
} Stretch;

/* Leaves out the rows that are equal at both ends. */
static void trim(Stretch *a, Stretch *b) {
  while (a->count && b->count && same_text(a->list, b->list)) {
    a->list++, b->list++;
    a->count--, b->count--;
  }
  while (a->count && b->count &&
         same_text(&a->list[a->count - 1], &b->list[b->count - 1]))
    a->count--, b->count--;
}

/* Triggers have a name space of their own. */
static NameMap *space_of(NameMap *const *spaces, const LiveText *text) {
  return spaces[strcmp(text->type, "trigger") == 0];
}

/* Returns true if all rows of `a` that `b` lacks belong to the part. */
static bool has_all(Ctx *ctx, const Part *part, Stretch a, Stretch b) {
  NameMap *const spaces[] = {map_new(ctx), map_new(ctx)};
  const NameMap *relations = scope_relations(part->scope);
  bool all = true;
  for (int i = 0; ctx_ok(ctx) && i < b.count; i++)
    map_put(ctx, space_of(spaces, &b.list[i]), b.list[i].name,
            (void *)(size_t)&b.list[i]);
  for (int i = 0; ctx_ok(ctx) && all && i < a.count; i++) {
    const LiveText *text = &a.list[i];
    const LiveText *same =
        (const LiveText *)map_get(space_of(spaces, text), text->name);
    all = map_get(relations, text->table) || (same && same_text(same, text));
  }
  return all && ctx_ok(ctx);
}

bool part_has_changes(Ctx *ctx, const Part *part, const LiveTexts *now) {
  Stretch a = {part->texts.list, part->texts.count};
  Stretch b = {now->list, now->count};
  trim(&a, &b);
  return has_all(ctx, part, a, b) && has_all(ctx, part, b, a);
}
