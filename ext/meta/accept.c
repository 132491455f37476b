#include "meta/accept.h"

#include "base/token.h"
#include "ddl/live.h"
#include "ddl/render.h"
#include "dependents/scratch.h"

typedef struct Accept {
  Ctx *ctx;
  Scratch scratch;
  const Schema *declared, *live;
  NameMap *made; /* tables and views that were needed, and created */
  InvalidRow at; /* the row of what is tried */
} Accept;

/* ---- definitions as their author wrote them ------------------------------ */

/* Where the type ends: at the first word of a constraint. */
static int type_end(const Tokens *tokens) {
  static const char *const words[] = {
      "CONSTRAINT", "PRIMARY", "NOT",        "NULL",      "UNIQUE", "CHECK",
      "DEFAULT",    "COLLATE", "REFERENCES", "GENERATED", "AS",     "INDEX"};
  for (int i = 0; i < tokens->count; i++)
    for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
      if (token_is(&tokens->list[i], words[k])) return i;
  return tokens->count;
}

/* A column as CREATE TABLE has it: SQLAlchemy's type as SQLite has it, and
** without INDEX, which is orm's own. */
static void write_column(Ctx *ctx, sqlite3_str *str, const Column *column) {
  Tokens tokens = token_list(ctx, column->definition);
  if (!ctx_ok(ctx)) return;
  sqlite3_str_appendf(str, "\"%w\" ", column->name);
  const char *end = column->definition + strlen(column->definition);
  const char *at = column->definition;
  int i = type_end(&tokens);
  if (column->orm_type) {
    sqlite3_str_appendall(str, column->type);
    at = i < tokens.count ? tokens.list[i].z : end;
    sqlite3_str_appendall(str, " ");
  }
  for (; i < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    if (token_is(token, "(")) i = token->close;
    bool both = token_is(token, "UNIQUE") && token_is(token + 1, "INDEX");
    if (!both && !token_is(token, "INDEX")) continue;
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

static void accept_object(Accept *a, const char *what, const char *name,
                          const char *sql) {
  Ctx *ctx = a->ctx;
  const char *why = NULL;
  if (!ctx_ok(ctx) || sql == NULL) return;
  if (!scratch_prepares(&a->scratch, sql, &why) && ctx_ok(ctx))
    err_set(ctx, SQLITE_ERROR, "%s \"%s\": %s", what, name,
            why ? why : "SQLite refuses it");
}

/* Creates what an index or a trigger is on, if that was not done. */
static void require(Accept *a, const char *name) {
  if (!ctx_ok(a->ctx) || map_get(a->made, name)) return;
  const Table *table = schema_table(a->declared, name);
  const Object *view = schema_object(a->declared, OBJECT_VIEW, name);
  if (!table && !view) {
    table = schema_table(a->live, name);
    view = schema_object(a->live, OBJECT_VIEW, name);
  }
  map_put(a->ctx, a->made, name, a);
  if (table)
    scratch_create(&a->scratch, render_table(a->ctx, table, false, NULL), NULL);
  else if (view)
    scratch_create(&a->scratch, view->sql, NULL);
}

static void accept_open(Accept *a, Ctx *ctx, const Schema *declared,
                        const Schema *live) {
  memset(a, 0, sizeof(*a));
  a->ctx = ctx;
  a->declared = declared;
  a->live = live;
  a->made = map_new(ctx);
  scratch_open(&a->scratch, ctx, true);
}

/* ---- a script ----------------------------------------------------------- */

static void accept_statement(Accept *a, const Statement *s, int phase) {
  const Object *object = s->object;
  bool trigger = object && object->type == OBJECT_TRIGGER;
  if (object && object->type == OBJECT_VIRTUAL) return;
  if (phase != (s->index ? 1 : trigger ? 2 : 0)) return;
  if (s->index) require(a, s->index->table);
  if (trigger) require(a, object->table);
  accept_object(a,
                s->table   ? "table"
                : s->index ? "index"
                           : object_type_name(object->type),
                s->name, s->sql);
}

void accept_statements(Ctx *ctx, Statement *const *list, int count,
                       const Schema *declared) {
  Accept a;
  const Schema *live = live_read(ctx);
  if (!ctx_ok(ctx)) return;
  accept_open(&a, ctx, declared, live);
  for (int phase = 0; phase < 3; phase++)
    for (int i = 0; ctx_ok(ctx) && i < count; i++)
      accept_statement(&a, list[i], phase);
  scratch_close(&a.scratch);
}

/* ---- what is declared --------------------------------------------------- */

static bool has_table(Ctx *ctx, const Schema *live, const Table *table) {
  const Table *other = schema_table(live, table->name);
  return other && table_equal(ctx, other, table);
}

static bool live_has_index(const Schema *live, const Index *index) {
  const Index *other = schema_index(live, index->name);
  return other && strcmp(other->norm, index->norm) == 0;
}

/* What relationships come to is orm's own. */
static bool live_has_object(const Schema *live, const Object *object) {
  const Object *other = schema_object(live, object->type, object->name);
  return object->id == 0 || object->type == OBJECT_VIRTUAL ||
         (other && strcmp(other->norm, object->norm) == 0);
}

static void accept_objects(Accept *a, ObjectType type) {
  for (int i = 0; ctx_ok(a->ctx) && i < a->declared->nobject; i++) {
    const Object *object = a->declared->objects[i];
    if (object->type != type || live_has_object(a->live, object)) continue;
    if (object->table) require(a, object->table);
    if (ctx_ok(a->ctx)) a->at = (InvalidRow){META_OBJECT, object->id};
    accept_object(a, object_type_name(type), object->name, object->sql);
  }
}

/* Is there anything that SQLite has not taken? If not, no scratch database is
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

void accept_schema(Ctx *ctx, const Schema *declared, const Schema *live,
                   InvalidRow *at) {
  Accept a;
  if (!ctx_ok(ctx) || !is_anything_new(ctx, declared, live)) return;
  accept_open(&a, ctx, declared, live);
  for (int i = 0; ctx_ok(ctx) && i < declared->ntable; i++) {
    const Table *table = declared->tables[i];
    a.at = (InvalidRow){META_MODEL, table->id};
    if (!has_table(ctx, live, table))
      accept_object(&a, "table", table->name, table_text(ctx, table));
  }
  for (int i = 0; ctx_ok(ctx) && i < declared->nindex; i++) {
    const Index *index = declared->indexes[i];
    if (live_has_index(live, index)) continue;
    const Table *table = schema_table(declared, index->table);
    a.at = (InvalidRow){META_MODEL, table ? table->id : 0};
    require(&a, index->table);
    accept_object(&a, "index", index->name, declared_index_text(ctx, index));
  }
  accept_objects(&a, OBJECT_VIEW);
  accept_objects(&a, OBJECT_TRIGGER);
  scratch_close(&a.scratch);
  if (at) *at = a.at;
}
