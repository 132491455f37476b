#include "plan/scope.h"

#include "base/text.h"
#include "meta/model.h"
#include "meta/object.h"

/* The rows of one side of a comparison. */
typedef struct Side {
  const MetaRows *rows;
  NameMap *tables; /* names of models to names of tables */
} Side;

/* A set of words. */
typedef struct WordSet {
  NameMap *words;
  bool firsts[256]; /* true for the first character, in lower case, of a word */
} WordSet;

/* A name in the live schema. */
typedef struct LiveName {
  const LiveText *text;      /* the object of that name */
  struct LiveName *namesake; /* another one with the same first word */
} LiveName;

/* Ids of rows. */
typedef struct Ids {
  i64 *list;
  int count;
} Ids;

struct PlanScope {
  Ctx *ctx;
  const LiveTexts *live;
  Side sides[2];
  bool whole;           /* the whole schema must be compared */
  WordSet hot;          /* first words of the names of hot relations */
  NameMap *relations;   /* the part */
  int count;            /* of `relations` */
  NameMap *words;       /* first words of live relations to LiveName */
  NameMap *triggers;    /* names of live triggers to LiveText */
  Ids relationships;    /* of the part */
  Ids objects;          /* of rows that differ */
  const char **pending; /* texts whose words are relations of the part */
  int npending;
};

/* ---- words -------------------------------------------------------------- */

/* True for each character that can be a part of a bare name. */
#define FOUR(c)    [c] = true, [(c) + 1] = true, [(c) + 2] = true, [(c) + 3] = true
#define SIXTEEN(c) FOUR(c), FOUR((c) + 4), FOUR((c) + 8), FOUR((c) + 12)
static const bool word_chars[256] = {
    ['$'] = true,  ['_'] = true,  FOUR('0'),     FOUR('4'),     ['8'] = true,
    ['9'] = true,  FOUR('A'),     FOUR('E'),     FOUR('I'),     FOUR('M'),
    FOUR('Q'),     FOUR('U'),     ['Y'] = true,  ['Z'] = true,  FOUR('a'),
    FOUR('e'),     FOUR('i'),     FOUR('m'),     FOUR('q'),     FOUR('u'),
    ['y'] = true,  ['z'] = true,  SIXTEEN(0x80), SIXTEEN(0x90), SIXTEEN(0xa0),
    SIXTEEN(0xb0), SIXTEEN(0xc0), SIXTEEN(0xd0), SIXTEEN(0xe0), SIXTEEN(0xf0),
};
#undef SIXTEEN
#undef FOUR

static inline bool is_word_char(char c) {
  return word_chars[(unsigned char)c];
}

/* A word of a text. */
typedef struct Word {
  const char *z;
  int n;
} Word;

/* Returns the first word at or after z; n is 0 at the end. */
static Word scope_word(const char *z) {
  while (*z && !is_word_char(*z)) z++;
  Word word = {z, 0};
  while (is_word_char(z[word.n])) word.n++;
  return word;
}

/* Returns the value of the word in the map. */
static void *find_word(const NameMap *map, Word word) {
  enum { LONGEST = 200 };
  char name[LONGEST + 1];
  if (word.n == 0 || word.n > LONGEST) return NULL;
  memcpy(name, word.z, (size_t)word.n);
  name[word.n] = 0;
  return map_get(map, name);
}

/* Returns true if a word of the text is in the set. */
static bool find_mention(const WordSet *set, const char *text) {
  bool found = false;
  Word word = scope_word(text);
  for (; word.n && !found; word = scope_word(word.z + word.n))
    found = set->firsts[(unsigned char)char_lower(*word.z)] &&
            find_word(set->words, word);
  return found;
}

/* Returns the first word of a name, by which texts are searched for it. */
static const char *first_word(PlanScope *scope, const char *name) {
  Word word = scope_word(name);
  if (word.n == 0) scope->whole = true;
  return mem_text(scope->ctx, word.z, word.n);
}

/* ---- building ----------------------------------------------------------- */

static void add_id(PlanScope *scope, Ids *ids, i64 id) {
  i64 *slot = MEM_PUSH(scope->ctx, ids->list, ids->count);
  if (slot) *slot = id;
}

static bool ids_have(const Ids *ids, i64 id) {
  for (int i = 0; i < ids->count; i++)
    if (ids->list[i] == id) return true;
  return false;
}

/* Adds a text. Its words will be looked up. */
static void add_pending(PlanScope *scope, const char *text) {
  const char **slot = MEM_PUSH(scope->ctx, scope->pending, scope->npending);
  if (slot) *slot = text;
}

bool scope_add_relation(PlanScope *scope, const char *name) {
  if (map_get(scope->relations, name)) return false;
  map_put(scope->ctx, scope->relations, name, scope);
  scope->count++;
  return true;
}

/* Adds a hot relation. Returns true if it is new. */
static bool add_hot(PlanScope *scope, const char *name) {
  const char *word = first_word(scope, name);
  if (word == NULL) return false;
  scope_add_relation(scope, name);
  if (map_get(scope->hot.words, word)) return false;
  map_put(scope->ctx, scope->hot.words, word, scope);
  scope->hot.firsts[(unsigned char)char_lower(*word)] = true;
  return true;
}

/* Adds the table of a model. A model that does not exist needs the messages of
** the complete comparison. */
static void add_model(PlanScope *scope, const Side *side, const char *model) {
  const char *table = model ? (const char *)map_get(side->tables, model) : NULL;
  if (table)
    add_hot(scope, table);
  else
    scope->whole = true;
}

static void add_texts(PlanScope *scope, MetaKind kind, const MetaRow *row) {
  for (int i = 1; i < columns_of(kind)->count; i++)
    if (row->texts[i]) add_pending(scope, row->texts[i]);
}

/* Adds the object of a row that differs. */
static void add_object(PlanScope *scope, const MetaRow *row) {
  Ctx *ctx = scope->ctx;
  const Object *o = object_parse(ctx, row->texts[OBJECT_SQL], row->id);
  add_id(scope, &scope->objects, row->id);
  if (o == NULL || o->type == OBJECT_VIRTUAL) {
    scope->whole = true;
    return;
  }
  if (o->type == OBJECT_TRIGGER) add_hot(scope, o->table);
  if (o->type == OBJECT_VIEW) add_hot(scope, o->name);
  if (row->texts[OBJECT_NAME] && o->type == OBJECT_VIEW)
    add_hot(scope, row->texts[OBJECT_NAME]);
}

/* Adds a row that differs. */
static void add_row(PlanScope *scope, const Side *side, MetaKind kind,
                    const MetaRow *row) {
  const MetaTable *table = columns_of(kind);
  add_texts(scope, kind, row);
  if (kind == META_MODEL) add_model(scope, side, row->texts[MODEL_NAME]);
  if (kind == META_OBJECT) add_object(scope, row);
  if (kind == META_RELATIONSHIP) add_id(scope, &scope->relationships, row->id);
  for (int i = 0; i < META_MODELS; i++)
    if (table->models[i]) add_model(scope, side, row->texts[table->models[i]]);
}

/* Adds the rows of a kind that differ. Both lists ascend by id. */
static void add_kind(PlanScope *scope, MetaKind kind) {
  const Side *from = &scope->sides[0], *to = &scope->sides[1];
  const MetaList *a = &from->rows->of[kind], *b = &to->rows->of[kind];
  for (int i = 0, k = 0;
       ctx_ok(scope->ctx) && (i < a->count || k < b->count);) {
    const MetaRow *x = i < a->count ? a->list[i] : NULL;
    const MetaRow *y = k < b->count ? b->list[k] : NULL;
    bool left = x && (y == NULL || x->id <= y->id);
    bool right = y && (x == NULL || y->id <= x->id);
    bool same = left && right && rows_same(kind, x, y);
    if (left && !same) add_row(scope, from, kind, x);
    if (right && !same) add_row(scope, to, kind, y);
    i += left;
    k += right;
  }
}

/* ---- the live schema ---------------------------------------------------- */

static bool is_virtual(const LiveText *text) {
  Word create = scope_word(text->sql);
  Word word = scope_word(create.z + create.n);
  return *text->type == 't' && word.n == 7 &&
         sqlite3_strnicmp(word.z, "VIRTUAL", 7) == 0;
}

static void index_live(PlanScope *scope) {
  Ctx *ctx = scope->ctx;
  for (int i = 0; ctx_ok(ctx) && i < scope->live->count; i++) {
    const LiveText *text = &scope->live->list[i];
    if (strcmp(text->type, "trigger") == 0)
      map_put(ctx, scope->triggers, text->name, (void *)(size_t)text);
    Word word = scope_word(text->name);
    LiveName *name = MEM_NEW(ctx, LiveName);
    const char *key = word.n ? mem_text(ctx, word.z, word.n) : NULL;
    if (name == NULL || key == NULL) continue;
    name->text = text;
    name->namesake = (LiveName *)map_get(scope->words, key);
    map_put(ctx, scope->words, key, name);
  }
}

/* Adds the relation of a text that uses a hot relation. Returns true if it is a
** view that was not hot. The relations that the text names are needed to
** compile it; those that a child table names are not. */
static bool add_user(PlanScope *scope, const LiveText *text) {
  bool child = strcmp(text->type, "table") == 0 &&
               !find_mention(&scope->hot, text->name);
  if (!child) add_pending(scope, text->sql);
  scope_add_relation(scope, text->table);
  return strcmp(text->type, "view") == 0 && add_hot(scope, text->name);
}

/* Adds the relations that use a hot one. Views that do are hot, too. */
static void add_users(PlanScope *scope) {
  const LiveTexts *live = scope->live;
  bool *done = (bool *)mem_new(scope->ctx, (size_t)live->count + 1);
  for (bool more = done != NULL; more && !scope->whole;) {
    more = false;
    for (int i = 0; ctx_ok(scope->ctx) && i < live->count; i++) {
      const LiveText *text = &live->list[i];
      if (done[i] || !find_mention(&scope->hot, text->sql)) continue;
      done[i] = true;
      more |= add_user(scope, text);
    }
  }
}

/* Adds the relations that the pending texts name. The text of a view that is
** added becomes pending. */
static void add_used(PlanScope *scope) {
  for (int i = 0; ctx_ok(scope->ctx) && i < scope->npending; i++) {
    Word word = scope_word(scope->pending[i]);
    for (; word.n; word = scope_word(word.z + word.n)) {
      const LiveName *r = (const LiveName *)find_word(scope->words, word);
      for (; r; r = r->namesake)
        if (scope_add_relation(scope, r->text->table) && *r->text->type == 'v')
          add_pending(scope, r->text->sql);
    }
  }
}

/* Adds the relations that a script names, or whose index or trigger it
** names. */
static void add_script(PlanScope *scope, const char *script) {
  Word word = scope_word(script);
  for (; word.n; word = scope_word(word.z + word.n)) {
    const LiveName *r = (const LiveName *)find_word(scope->words, word);
    for (; r; r = r->namesake) add_hot(scope, r->text->table);
  }
}

/* ---- relationships ------------------------------------------------------ */

/* Returns true if the text has a word that is hot. */
static bool is_hot(const PlanScope *scope, const char *text) {
  return text && find_mention(&scope->hot, text);
}

static bool has_hot_model(const PlanScope *scope, const Side *side,
                          const MetaRow *row, int column) {
  const char *model = row->texts[column];
  return model && is_hot(scope, (const char *)map_get(side->tables, model));
}

/* Adds a relationship with its tables. */
static void add_relationship(PlanScope *scope, const Side *side,
                             const MetaRow *row) {
  const MetaTable *table = columns_of(META_RELATIONSHIP);
  add_texts(scope, META_RELATIONSHIP, row);
  if (!ids_have(&scope->relationships, row->id))
    add_id(scope, &scope->relationships, row->id);
  for (int i = 0; i < META_MODELS; i++) {
    const char *name = row->texts[table->models[i]];
    const char *owner = name ? (const char *)map_get(side->tables, name) : NULL;
    if (owner) scope_add_relation(scope, owner);
  }
}

static void add_relationships(PlanScope *scope, const Side *side) {
  const MetaTable *table = columns_of(META_RELATIONSHIP);
  const MetaList *rows = &side->rows->of[META_RELATIONSHIP];
  for (int i = 0; ctx_ok(scope->ctx) && i < rows->count; i++) {
    const MetaRow *row = rows->list[i];
    bool hot = ids_have(&scope->relationships, row->id);
    for (int k = 0; !hot && k < META_MODELS; k++)
      hot = has_hot_model(scope, side, row, table->models[k]);
    for (int k = 1; !hot && k < table->count; k++)
      hot = is_hot(scope, row->texts[k]);
    if (hot) add_relationship(scope, side, row);
  }
}

/* ---- the scope ---------------------------------------------------------- */

static void index_models(Ctx *ctx, Side *side, const MetaRows *rows) {
  side->rows = rows;
  side->tables = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < rows->of[META_MODEL].count; i++) {
    const MetaRow *row = rows->of[META_MODEL].list[i];
    const char *name = row->texts[MODEL_NAME];
    const char *table = model_table_name(ctx, row);
    if (name && table) map_put(ctx, side->tables, name, (void *)(size_t)table);
  }
}

/* Returns true if a virtual table belongs to the part. */
static bool has_virtual(const PlanScope *scope) {
  for (int i = 0; i < scope->live->count; i++) {
    const LiveText *text = &scope->live->list[i];
    if (map_get(scope->relations, text->table) && is_virtual(text)) return true;
  }
  return false;
}

/* Returns true if the part is too large to be worth it. */
static bool is_large(const PlanScope *scope) {
  enum { FEW = 20, SHARE = 3 };
  return scope->count > FEW && scope->count > scope->live->count / SHARE;
}

PlanScope *scope_new(Ctx *ctx, const LiveTexts *live, const MetaRows *from,
                     const MetaRows *to, const char *script) {
  PlanScope *scope = MEM_NEW(ctx, PlanScope);
  if (scope == NULL) return NULL;
  *scope = (PlanScope){.ctx = ctx,
                       .live = live,
                       .hot = {.words = map_new(ctx)},
                       .relations = map_new(ctx),
                       .words = map_new(ctx),
                       .triggers = map_new(ctx)};
  index_models(ctx, &scope->sides[0], from);
  index_models(ctx, &scope->sides[1], to);
  index_live(scope);
  for (MetaKind kind = 0; kind < META_TABLES; kind++) add_kind(scope, kind);
  if (script) add_script(scope, script);
  if (is_large(scope)) return NULL;
  add_users(scope);
  for (int i = 0; i < 2; i++) add_relationships(scope, &scope->sides[i]);
  add_used(scope);
  if (!ctx_ok(ctx) || scope->whole || is_large(scope) || has_virtual(scope))
    return NULL;
  return scope;
}

void scope_add_schema(Ctx *ctx, PlanScope *scope, const Schema *schema) {
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++)
    scope_add_relation(scope, schema->tables[i]->name);
  for (int i = 0; ctx_ok(ctx) && i < schema->nobject; i++)
    if (schema->objects[i]->type != OBJECT_TRIGGER)
      scope_add_relation(scope, schema->objects[i]->name);
}

const NameMap *scope_relations(const PlanScope *scope) {
  return scope->relations;
}

/* ---- rows of the part --------------------------------------------------- */

/* Returns true if the relation of the object's row is in the part. */
static bool has_object(const PlanScope *scope, const MetaRow *row) {
  const char *name = row->texts[OBJECT_NAME], *type = row->texts[OBJECT_TYPE];
  if (ids_have(&scope->objects, row->id)) return true;
  if (name && type && strcmp(type, "trigger") == 0) {
    const LiveText *live = (const LiveText *)map_get(scope->triggers, name);
    name = live ? live->table : NULL;
  }
  return name && map_get(scope->relations, name);
}

/* Returns true if the model is in the part. */
static bool is_model_of_part(const PlanScope *scope, const Side *side,
                             const char *model) {
  const char *table = model ? (const char *)map_get(side->tables, model) : NULL;
  return table && map_get(scope->relations, table);
}

/* Adds the rows of models of the part. Rows of one model mostly stand
** together. */
static void add_part_rows(Ctx *ctx, const PlanScope *scope, const Side *side,
                          MetaKind kind, MetaRows *part) {
  const MetaList *rows = &side->rows->of[kind];
  int at = kind == META_MODEL ? MODEL_NAME : columns_of(kind)->models[0];
  const char *last = NULL;
  bool has = false;
  for (int i = 0; ctx_ok(ctx) && i < rows->count; i++) {
    const char *model = rows->list[i]->texts[at];
    bool same = last && model && strcmp(model, last) == 0;
    if (!same) has = is_model_of_part(scope, side, model);
    last = model;
    if (has) rows_add(ctx, part, kind, rows->list[i]);
  }
}

static bool has_row(const PlanScope *scope, MetaKind kind, const MetaRow *row) {
  return kind == META_OBJECT ? has_object(scope, row)
                             : ids_have(&scope->relationships, row->id);
}

MetaRows *scope_rows(Ctx *ctx, const PlanScope *scope, const MetaRows *rows) {
  MetaRows *part = MEM_NEW(ctx, MetaRows);
  Side side = {NULL, NULL};
  index_models(ctx, &side, rows);
  for (MetaKind kind = 0; part && kind <= META_CONSTRAINT; kind++)
    add_part_rows(ctx, scope, &side, kind, part);
  for (MetaKind kind = META_RELATIONSHIP; part && kind <= META_OBJECT; kind++)
    for (int i = 0; ctx_ok(ctx) && i < rows->of[kind].count; i++)
      if (has_row(scope, kind, rows->of[kind].list[i]))
        rows_add(ctx, part, kind, rows->of[kind].list[i]);
  return part;
}
