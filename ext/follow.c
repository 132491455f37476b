#include "follow.h"

#include "render.h"
#include "token.h"
#include "usable.h"

/* A database in memory with the tables of a schema, bare of all but their
** columns, and its objects. While it is open, ctx works on it. */
typedef struct Lab {
  Ctx *ctx;
  sqlite3 *db, *outside;
  const Schema *schema;
  bool *compiles; /* of the schema's objects, in their order */
} Lab;

/* ---- what only the application has --------------------------------------- */

static void no_value(sqlite3_context *context, int argc, sqlite3_value **argv) {
  (void)argc, (void)argv;
  sqlite3_result_null(context);
}

static int bytes_compare(void *aux, int na, const void *a, int nb,
                         const void *b) {
  (void)aux;
  int order = memcmp(a, b, (size_t)(na < nb ? na : nb));
  return order ? order : na - nb;
}

/* Collations and functions of the application's need a name here, no more. */
static void add_collation(void *aux, sqlite3 *db, int encoding,
                          const char *name) {
  (void)aux;
  sqlite3_create_collation(db, name, encoding, NULL, bytes_compare);
}

static void add_functions(Lab *lab, const char *sql) {
  Ctx *ctx = lab->ctx;
  Tokens tokens = token_list(ctx, sql);
  for (int i = 0; ctx_ok(ctx) && i + 1 < tokens.count; i++) {
    if (!token_is_name(&tokens.list[i]) || !token_is(&tokens.list[i + 1], "("))
      continue;
    const char *name = token_name(ctx, &tokens.list[i]);
    if (db_int(ctx,
               "SELECT count(*) FROM pragma_function_list"
               " WHERE name = lower(%Q)",
               name))
      continue;
    if (ctx_ok(ctx))
      sqlite3_create_function(lab->db, name, -1, SQLITE_UTF8, NULL, no_value,
                              NULL, NULL);
  }
}

/* ---- the laboratory ------------------------------------------------------ */

static void add_table(Lab *lab, const Table *table) {
  Ctx *ctx = lab->ctx;
  if (!ctx_ok(ctx)) return;
  sqlite3_str *str = sqlite3_str_new(lab->db);
  for (int i = 0; i < table->ncolumn; i++)
    sqlite3_str_appendf(str, "%s\"%w\"", i ? ", " : "", table->columns[i].name);
  db_exec(ctx, "CREATE TABLE \"%w\"(%s)", table->name, mem_finish(ctx, str));
}

static void add_object(Lab *lab, int i) {
  Ctx *ctx = lab->ctx;
  add_functions(lab, lab->schema->objects[i]->sql);
  if (!ctx_ok(ctx)) return;
  db_exec(ctx, "%s", lab->schema->objects[i]->sql);
  lab->compiles[i] = ctx_ok(ctx);
  err_forget(ctx);
}

/* What does not compile goes, and what stands on it, until all does. */
static void drop_broken(Lab *lab) {
  Ctx *ctx = lab->ctx;
  for (bool more = true; more && ctx_ok(ctx);) {
    more = false;
    for (int i = 0; ctx_ok(ctx) && i < lab->schema->nobject; i++) {
      const Object *object = lab->schema->objects[i];
      if (object->type == OBJECT_VIRTUAL || !lab->compiles[i]) continue;
      if (usable_compiles(ctx, object, lab->schema) || !ctx_ok(ctx)) continue;
      db_exec(ctx, "DROP %s IF EXISTS \"%w\"", object_type_name(object->type),
              object->name);
      more = true;
      lab->compiles[i] = false;
    }
  }
}

/* Strings in "quotes" are taken as the caller has it, or refused. */
static void copy_settings(Lab *lab, bool strings) {
  static const int options[] = {SQLITE_DBCONFIG_DQS_DDL,
                                SQLITE_DBCONFIG_DQS_DML};
  for (int i = 0; i < 2; i++) {
    int value = 0;
    if (strings) sqlite3_db_config(lab->outside, options[i], -1, &value);
    sqlite3_db_config(lab->db, options[i], value, (int *)NULL);
  }
  sqlite3_db_config(lab->db, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 0,
                    (int *)NULL);
}

static void lab_open(Lab *lab, Ctx *ctx, const Schema *schema, bool strings,
                     const bool *left_out) {
  memset(lab, 0, sizeof(*lab));
  lab->ctx = ctx;
  lab->outside = ctx->db;
  lab->schema = schema;
  lab->compiles = (bool *)mem_new(ctx, (size_t)schema->nobject);
  if (!ctx_ok(ctx)) return;
  int rc = sqlite3_open(":memory:", &lab->db);
  if (rc != SQLITE_OK) {
    err_set(ctx, rc, "cannot open a database in memory");
    return;
  }
  ctx->db = lab->db;
  copy_settings(lab, strings);
  sqlite3_collation_needed(lab->db, NULL, add_collation);
  for (int i = 0; i < schema->ntable; i++) add_table(lab, schema->tables[i]);
  for (int i = 0; i < schema->nobject; i++)
    if (left_out == NULL || !left_out[i]) add_object(lab, i);
  drop_broken(lab);
}

static void lab_close(Lab *lab) {
  lab->ctx->db = lab->outside;
  sqlite3_close(lab->db);
}

/* ---- renaming ------------------------------------------------------------ */

static void rename_column(Lab *lab, const char *table, const char *from,
                          const char *to) {
  db_exec(lab->ctx, "ALTER TABLE \"%w\" RENAME COLUMN \"%w\" TO %s", table,
          from, render_name(lab->ctx, to));
}

static void rename_columns(Lab *lab, const Table *from, const Table *to,
                           bool last) {
  Ctx *ctx = lab->ctx;
  for (int i = 0; ctx_ok(ctx) && i < from->ncolumn; i++) {
    const char *old = from->columns[i].name, *now = to->columns[i].name;
    const char *between = mem_printf(ctx, "orm_%s_%d", from->name, i);
    if (strcmp(old, now) != 0)
      rename_column(lab, from->name, last ? between : old,
                    last ? now : between);
  }
}

static void rename_tables(Lab *lab, const Schema *to) {
  const Schema *from = lab->schema;
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; ctx_ok(lab->ctx) && i < from->ntable; i++) {
      const char *old = from->tables[i]->name, *now = to->tables[i]->name;
      const char *between = mem_printf(lab->ctx, "orm_table_%d", i);
      if (strcmp(old, now) == 0) continue;
      db_exec(lab->ctx, "ALTER TABLE \"%w\" RENAME TO %s", pass ? between : old,
              pass ? render_name(lab->ctx, now) : between);
    }
}

static const char *read_back(Lab *lab, const Object *object) {
  return db_text(lab->ctx,
                 "SELECT sql FROM sqlite_schema"
                 " WHERE name = %Q COLLATE NOCASE AND (type = 'trigger') = %d",
                 object->name, object->type == OBJECT_TRIGGER);
}

const char **follow_renames(Ctx *ctx, const Schema *from, const Schema *renamed,
                            const bool *left_out) {
  Lab lab;
  size_t size = sizeof(char *) * (size_t)from->nobject;
  const char **texts = (const char **)mem_new(ctx, size);
  if (texts == NULL) return NULL;
  lab_open(&lab, ctx, from, true, left_out);
  /* By way of names that nobody has, so that names may be swapped, and no view
  ** of several tables meets with one twice meanwhile. */
  for (int last = 0; last < 2; last++)
    for (int i = 0; ctx_ok(ctx) && i < from->ntable; i++)
      rename_columns(&lab, from->tables[i], renamed->tables[i], last);
  rename_tables(&lab, renamed);
  for (int i = 0; ctx_ok(ctx) && i < from->nobject; i++)
    if (lab.compiles[i]) texts[i] = read_back(&lab, from->objects[i]);
  lab_close(&lab);
  return ctx_ok(ctx) ? texts : NULL;
}

bool *follow_compiles(Ctx *ctx, const Schema *schema) {
  Lab lab;
  lab_open(&lab, ctx, schema, false, NULL);
  lab_close(&lab);
  return ctx_ok(ctx) ? lab.compiles : NULL;
}
