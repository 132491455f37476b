#include "plan/part.h"

#include "plan/plan.h"

/* ---- conditions --------------------------------------------------------- */

bool part_has_temp(Ctx *ctx) {
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

/* Looks for new names that are in use. */
typedef struct ClashSearch {
  Ctx *ctx;
  const LiveTexts *texts;
  NameMap *live; /* the names of all live objects, when they are first needed */
  bool found;
} ClashSearch;

/* Looks for a name of the part, which the part `had` before or not. */
static void look_for_clash(ClashSearch *search, bool had, const char *name) {
  Ctx *ctx = search->ctx;
  if (had || search->found) return;
  bool first = search->live == NULL;
  if (first) search->live = map_new(ctx);
  for (int i = 0; first && ctx_ok(ctx) && i < search->texts->count; i++)
    map_put(ctx, search->live, search->texts->list[i].name, search);
  search->found = map_get(search->live, name) != NULL;
}

/* Returns true if a new object of the part has the name of a live object. The
** complete comparison says what is wrong. */
static bool names_clash(Ctx *ctx, const Partial *part) {
  const Schema *from = part->from.schema, *to = part->to.schema;
  ClashSearch search = {ctx, &part->texts, NULL, false};
  for (int i = 0; i < to->ntable; i++) {
    const char *name = to->tables[i]->name;
    look_for_clash(&search, map_get(from->relations, name), name);
  }
  for (int i = 0; i < to->nindex; i++) {
    const char *name = to->indexes[i]->name;
    look_for_clash(&search, schema_index(from, name), name);
  }
  for (int i = 0; i < to->nobject; i++) {
    const Object *o = to->objects[i];
    look_for_clash(&search, schema_object(from, o->type, o->name), o->name);
  }
  return search.found;
}

/* ---- names of the whole schema ------------------------------------------ */

static void add_columns(Ctx *ctx, NameMap *names, const Schema *schema) {
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++)
    for (int k = 0; ctx_ok(ctx) && k < schema->tables[i]->ncolumn; k++)
      map_put(ctx, names, schema->tables[i]->columns[k].name, names);
}

/* Returns the tables of the live schema that the rows do not declare. */
static const Schema *undeclared(Ctx *ctx, const LiveTexts *texts,
                                const MetaRows *rows) {
  NameMap *declared = model_tables(ctx, rows), *others = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < texts->count; i++) {
    const LiveText *text = &texts->list[i];
    if (*text->type == 't' && !map_get(declared, text->table))
      map_put(ctx, others, text->table, others);
  }
  return live_parse(ctx, texts, others);
}

/* Returns the names of all tables, columns, indexes and objects of the live
** schema, which is that of the version with these rows. */
static NameMap *whole_names(Ctx *ctx, const LiveTexts *texts,
                            const MetaRows *rows) {
  NameMap *names = map_new(ctx);
  const MetaList *columns = &rows->of[META_COLUMN];
  for (int i = 0; ctx_ok(ctx) && i < texts->count; i++)
    map_put(ctx, names, texts->list[i].name, names);
  for (int i = 0; ctx_ok(ctx) && i < columns->count; i++)
    if (columns->list[i]->texts[COLUMN_NAME])
      map_put(ctx, names, columns->list[i]->texts[COLUMN_NAME], names);
  const Schema *others = undeclared(ctx, texts, rows);
  if (others) add_columns(ctx, names, others);
  return names;
}

/* Returns true if a text has a word in double quotes. */
static bool texts_have_quotes(const LiveTexts *texts) {
  for (int i = 0; i < texts->count; i++)
    if (strchr(texts->list[i].sql, '"')) return true;
  return false;
}

/* Adds the relations whose texts SQLite edits, although no change concerns
** them: the undo of the changes restores these texts. Returns true if one is
** new. */
static bool add_edited_texts(Ctx *ctx, const Partial *part) {
  bool more = false;
  for (int i = 0; ctx_ok(ctx) && i < part->texts.count; i++) {
    const LiveText *text = &part->texts.list[i];
    if (map_get(scope_relations(part->scope), text->table) == NULL &&
        plan_edits_text(ctx, &part->changes, text->sql, part->live->whole))
      more |= scope_add_relation(part->scope, text->table);
  }
  return more;
}

/* ---- the comparison ----------------------------------------------------- */

/* The two sides. */
typedef struct Sides {
  const MetaRows *from, *to;
  bool declared;          /* `to` are rows of the meta tables */
  i64 version;            /* then: the version of `from` */
  MetaTexts *respellings; /* then: the respelt texts */
} Sides;

static void read_sides(Ctx *ctx, Partial *part, const Sides *sides) {
  const MetaRows *from = scope_rows(ctx, part->scope, sides->from);
  const MetaRows *to = scope_rows(ctx, part->scope, sides->to);
  if (!ctx_ok(ctx)) return;
  part->from = model_generated(ctx, from);
  if (!ctx_ok(ctx)) return;
  part->to = sides->declared
                 ? model_declared_rows(ctx, to, part->from.rows, sides->version,
                                       sides->respellings)
                 : model_generated(ctx, to);
  if (!ctx_ok(ctx)) return;
  scope_add_schema(ctx, part->scope, part->from.schema);
  scope_add_schema(ctx, part->scope, part->to.schema);
  part->live = live_parse(ctx, &part->texts, scope_relations(part->scope));
}

/* Compares the sides. Returns false if the complete schemas must be compared.
** */
static bool compare_sides(Ctx *ctx, Partial *part, const Sides *sides) {
  read_sides(ctx, part, sides);
  if (!ctx_ok(ctx) || !same_generated(part->from.schema, part->live) ||
      names_clash(ctx, part))
    return false;
  part->transition = transition_between(ctx, &part->from, part->to.schema);
  if (ctx_ok(ctx)) part->changes = transition_changes(ctx, &part->transition);
  if (ctx_ok(ctx) && part->changes.count && texts_have_quotes(&part->texts))
    part->live->whole = whole_names(ctx, &part->texts, sides->from);
  return ctx_ok(ctx);
}

/* Returns NULL if the complete schemas must be compared. An error is forgotten:
** the complete comparison meets it, too. */
static Partial *find(Ctx *ctx, const LiveTexts *texts, const Sides *sides,
                     const char *script) {
  Partial *part =
      ctx_ok(ctx) && !part_has_temp(ctx) ? MEM_NEW(ctx, Partial) : NULL;
  if (part == NULL) return NULL;
  part->texts = *texts;
  part->scope = scope_new(ctx, texts, sides->from, sides->to, script);
  bool found = part->scope && ctx_ok(ctx) && compare_sides(ctx, part, sides);
  if (found && add_edited_texts(ctx, part))
    found = compare_sides(ctx, part, sides);
  err_forget(ctx);
  return found && ctx_ok(ctx) ? part : NULL;
}

Partial *part_between(Ctx *ctx, const LiveTexts *texts, const MetaRows *from,
                      const MetaRows *to, const char *script) {
  const Sides sides = {.from = from, .to = to};
  return find(ctx, texts, &sides, script);
}

Partial *part_to_declared(Ctx *ctx, const LiveTexts *texts,
                          const MetaRows *from, i64 version,
                          const MetaRows *now, MetaTexts *respellings) {
  const Sides sides = {from, now, true, version, respellings};
  return find(ctx, texts, &sides, NULL);
}

/* ---- changes of the live schema ----------------------------------------- */

static bool same_live_text(const LiveText *a, const LiveText *b) {
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
  while (a->count && b->count && same_live_text(a->list, b->list)) {
    a->list++, b->list++;
    a->count--, b->count--;
  }
  while (a->count && b->count &&
         same_live_text(&a->list[a->count - 1], &b->list[b->count - 1]))
    a->count--, b->count--;
}

/* Triggers have a name space of their own. */
static NameMap *space_of(NameMap *const *spaces, const LiveText *text) {
  return spaces[strcmp(text->type, "trigger") == 0];
}

/* Returns true if the comparison has read the declaration of the object. The
** part may have a generated view without its relationship, which does not
** concern the change, and a script that somebody edited may drop it. */
static bool is_compared(const Partial *part, const LiveText *text) {
  bool view = strcmp(text->type, "view") == 0;
  if (map_get(scope_relations(part->scope), text->table) == NULL) return false;
  if (!view && strcmp(text->type, "trigger") != 0) return true;
  ObjectType type = view ? OBJECT_VIEW : OBJECT_TRIGGER;
  return schema_object(part->from.schema, type, text->name) ||
         schema_object(part->to.schema, type, text->name);
}

/* Returns true if all rows of `a` that `b` lacks belong to the part. */
static bool has_all(Ctx *ctx, const Partial *part, Stretch a, Stretch b) {
  NameMap *const spaces[] = {map_new(ctx), map_new(ctx)};
  bool all = true;
  for (int i = 0; ctx_ok(ctx) && i < b.count; i++)
    map_put(ctx, space_of(spaces, &b.list[i]), b.list[i].name,
            (void *)(size_t)&b.list[i]);
  for (int i = 0; ctx_ok(ctx) && all && i < a.count; i++) {
    const LiveText *text = &a.list[i];
    const LiveText *same =
        (const LiveText *)map_get(space_of(spaces, text), text->name);
    all = (same && same_live_text(same, text)) || is_compared(part, text);
  }
  return all && ctx_ok(ctx);
}

bool part_has_changes(Ctx *ctx, const Partial *part, const LiveTexts *now) {
  Stretch a = {part->texts.list, part->texts.count};
  Stretch b = {now->list, now->count};
  trim(&a, &b);
  return has_all(ctx, part, a, b) && has_all(ctx, part, b, a);
}
