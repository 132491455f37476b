#include "meta/validate.h"

#include "base/token.h"
#include "ddl/live.h"
#include "ddl/render.h"
#include "dependents/scratch.h"

typedef struct Validation {
  Ctx *ctx;
  Scratch scratch;
  const Schema *declared, *live;
  NameMap *created; /* tables and views in the scratch database */
  InvalidRow at;    /* the row of the declaration that is checked */
} Validation;

/* ---- definitions as their author wrote them ----------------------------- */

/* Returns true if token i is the VERSION of orm, and not a name. */
static bool is_version_word(const Column *column, const Tokens *tokens, int i) {
  static const char *const before[] = {"CONSTRAINT", "DEFAULT", "COLLATE",
                                       "REFERENCES", NULL};
  return column->version && i > 0 && token_is(&tokens->list[i], "VERSION") &&
         !token_is_one_of(&tokens->list[i - 1], before);
}

/* Returns the end of the type: the first word of a constraint. */
static int type_end(const Column *column, const Tokens *tokens) {
  static const char *const words[] = {
      "CONSTRAINT", "PRIMARY", "NOT",        "NULL",      "UNIQUE", "CHECK",
      "DEFAULT",    "COLLATE", "REFERENCES", "GENERATED", "AS",     "INDEX"};
  for (int i = 0; i < tokens->count; i++)
    for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
      if (token_is(&tokens->list[i], words[k]) ||
          is_version_word(column, tokens, i))
        return i;
  return tokens->count;
}

/* Returns true if SQLite can read the definition as it is. */
static bool is_plain_definition(const Column *column) {
  return !column->orm_type && !column->version &&
         sqlite3_strlike("%INDEX%", column->definition, 0) != 0;
}

/* Writes a column for CREATE TABLE. A type of SQLAlchemy becomes the SQL type;
** INDEX and VERSION, which only orm knows, are left out. */
static void write_column(Ctx *ctx, sqlite3_str *str, const Column *column) {
  sqlite3_str_appendf(str, "\"%w\" ", column->name);
  if (is_plain_definition(column)) {
    sqlite3_str_appendall(str, column->definition);
    return;
  }
  Tokens tokens = token_list(ctx, column->definition);
  if (!ctx_ok(ctx)) return;
  const char *end = column->definition + strlen(column->definition);
  const char *at = column->definition;
  int i = type_end(column, &tokens);
  if (column->orm_type) {
    sqlite3_str_appendall(str, column->type);
    at = i < tokens.count ? tokens.list[i].z : end;
    sqlite3_str_appendall(str, " ");
  }
  for (; i < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    if (token_is(token, "(")) i = token->close;
    bool both = token_is(token, "UNIQUE") && token_is(token + 1, "INDEX");
    if (!both && !token_is(token, "INDEX") &&
        !is_version_word(column, &tokens, i))
      continue;
    sqlite3_str_append(str, at, (int)(token->z - at));
    i += both;
    at = tokens.list[i].z + tokens.list[i].n;
  }
  sqlite3_str_append(str, at, (int)(end - at));
}

static void write_constraint(Ctx *ctx, sqlite3_str *str, const Constraint *c) {
  Token first = token_first(c->definition ? c->definition : "");
  const char *text =
      c->definition ? c->definition : render_constraint(ctx, c, false);
  sqlite3_str_appendall(str, "\n, ");
  if (c->definition && c->name && !token_is(&first, "CONSTRAINT"))
    sqlite3_str_appendf(str, "CONSTRAINT \"%w\" ", c->name);
  if (text) sqlite3_str_appendall(str, text);
}

static const char *table_text(Ctx *ctx, const Table *table) {
  if (!ctx_ok(ctx)) return NULL;
  const char *options = table_options(table);
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  sqlite3_str_appendf(str, "CREATE TABLE \"%w\"(", table->name);
  for (int i = 0; ctx_ok(ctx) && i < table->ncolumn; i++) {
    sqlite3_str_appendall(str, i ? "\n, " : "\n");
    if (table->columns[i].definition)
      write_column(ctx, str, &table->columns[i]);
    else
      sqlite3_str_appendf(str, "%s", render_column(ctx, table, i));
  }
  for (int i = 0; ctx_ok(ctx) && i < table->nconstraint; i++)
    if (table->constraints[i].column < 0)
      write_constraint(ctx, str, &table->constraints[i]);
  sqlite3_str_appendf(str, "\n)%s%s", options ? " " : "",
                      options ? options : "");
  return mem_finish(ctx, str);
}

static const char *declared_index_text(Ctx *ctx, const Index *index) {
  Token word = token_first(index->definition ? index->definition : "");
  if (token_is(&word, "UNIQUE")) word = token_behind(&word);
  if (!token_is(&word, "INDEX")) return render_index(ctx, index);
  return mem_printf(ctx, "CREATE %sINDEX \"%w\" ON \"%w\" %s",
                    index->unique ? "UNIQUE " : "", index->name, index->table,
                    word.z + word.n);
}

/* ---- preparing ---------------------------------------------------------- */

static void check_prepares(Validation *v, const char *kind, const char *name,
                           const char *sql) {
  Ctx *ctx = v->ctx;
  const char *why = NULL;
  if (!ctx_ok(ctx) || sql == NULL) return;
  if (!scratch_prepares(&v->scratch, sql, &why) && ctx_ok(ctx))
    err_set(ctx, SQLITE_ERROR, "%s \"%s\": %s", kind, name,
            why ? why : "SQLite refuses it");
}

/* Creates the table or view of an index or trigger, once. */
static void create_target(Validation *v, const char *name) {
  if (!ctx_ok(v->ctx) || map_get(v->created, name)) return;
  const Table *table = schema_table(v->declared, name);
  const Object *view = schema_object(v->declared, OBJECT_VIEW, name);
  if (!table && !view) {
    table = schema_table(v->live, name);
    view = schema_object(v->live, OBJECT_VIEW, name);
  }
  map_put(v->ctx, v->created, name, v);
  if (table)
    scratch_create(&v->scratch, render_table(v->ctx, table, false, NULL), NULL);
  else if (view)
    scratch_create(&v->scratch, view->sql, NULL);
}

static void open_scratch(Validation *v, Ctx *ctx, const Schema *declared,
                         const Schema *live) {
  memset(v, 0, sizeof(*v));
  v->ctx = ctx;
  v->declared = declared;
  v->live = live;
  v->created = map_new(ctx);
  scratch_open(&v->scratch, ctx, true);
}

/* ---- a script ----------------------------------------------------------- */

/* The order of the checks: an index or a trigger needs its table. */
typedef enum CheckPhase {
  CHECK_TABLES, /* and views */
  CHECK_INDEXES,
  CHECK_TRIGGERS,
  CHECK_PHASES
} CheckPhase;

static void check_in_phase(Validation *v, const Statement *s,
                           CheckPhase phase) {
  const Object *object = s->object;
  bool trigger = object && object->type == OBJECT_TRIGGER;
  if (object && object->type == OBJECT_VIRTUAL) return;
  CheckPhase own = s->index  ? CHECK_INDEXES
                   : trigger ? CHECK_TRIGGERS
                             : CHECK_TABLES;
  if (phase != own) return;
  if (s->index) create_target(v, s->index->table);
  if (trigger) create_target(v, object->table);
  check_prepares(v,
                 s->table   ? "table"
                 : s->index ? "index"
                            : object_type_name(object->type),
                 s->name, s->sql);
}

void validate_statements(Ctx *ctx, Statement *const *list, int count,
                         const Schema *declared) {
  Validation v;
  const Schema *live = live_read(ctx);
  if (!ctx_ok(ctx)) return;
  open_scratch(&v, ctx, declared, live);
  for (CheckPhase phase = 0; phase < CHECK_PHASES; phase++)
    for (int i = 0; ctx_ok(ctx) && i < count; i++)
      check_in_phase(&v, list[i], phase);
  scratch_close(&v.scratch);
}

/* ---- the declarations --------------------------------------------------- */

static bool has_table(Ctx *ctx, const Schema *live, const Table *table) {
  const Table *other = schema_table(live, table->name);
  return other && table_equal(ctx, other, table);
}

static bool live_has_index(const Schema *live, const Index *index) {
  const Index *other = schema_index(live, index->name);
  return other && strcmp(other->norm, index->norm) == 0;
}

/* True if the object need not be checked: the views of relationships are
** generated, virtual tables are checked by their modules. */
static bool live_has_object(const Schema *live, const Object *object) {
  const Object *other = schema_object(live, object->type, object->name);
  return object->id == 0 || object->type == OBJECT_VIRTUAL ||
         (other && strcmp(other->norm, object->norm) == 0);
}

static void check_declared_objects(Validation *v, ObjectType type) {
  for (int i = 0; ctx_ok(v->ctx) && i < v->declared->nobject; i++) {
    const Object *object = v->declared->objects[i];
    if (object->type != type || live_has_object(v->live, object)) continue;
    if (object->table) create_target(v, object->table);
    if (ctx_ok(v->ctx)) v->at = (InvalidRow){META_OBJECT, object->id};
    check_prepares(v, object_type_name(type), object->name, object->sql);
  }
}

/* True if `live` lacks a declaration. Otherwise no scratch database is
** opened. */
static bool is_anything_new(Ctx *ctx, const Schema *declared,
                            const Schema *live) {
  bool any = false;
  for (int i = 0; ctx_ok(ctx) && !any && i < declared->ntable; i++)
    any = !has_table(ctx, live, declared->tables[i]);
  for (int i = 0; !any && i < declared->nindex; i++)
    any = !live_has_index(live, declared->indexes[i]);
  for (int i = 0; !any && i < declared->nobject; i++)
    any = !live_has_object(live, declared->objects[i]);
  return any;
}

void validate_schema(Ctx *ctx, const Schema *declared, const Schema *live,
                     InvalidRow *at) {
  Validation v;
  if (!ctx_ok(ctx) || !is_anything_new(ctx, declared, live)) return;
  open_scratch(&v, ctx, declared, live);
  for (int i = 0; ctx_ok(ctx) && i < declared->ntable; i++) {
    const Table *table = declared->tables[i];
    v.at = (InvalidRow){META_MODEL, table->id};
    if (!has_table(ctx, live, table))
      check_prepares(&v, "table", table->name, table_text(ctx, table));
  }
  for (int i = 0; ctx_ok(ctx) && i < declared->nindex; i++) {
    const Index *index = declared->indexes[i];
    if (live_has_index(live, index)) continue;
    const Table *table = schema_table(declared, index->table);
    v.at = (InvalidRow){META_MODEL, table ? table->id : 0};
    create_target(&v, index->table);
    check_prepares(&v, "index", index->name, declared_index_text(ctx, index));
  }
  check_declared_objects(&v, OBJECT_VIEW);
  check_declared_objects(&v, OBJECT_TRIGGER);
  scratch_close(&v.scratch);
  if (at) *at = v.at;
}
