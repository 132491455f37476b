/*
** parsed: an SQLite extension for tests. It shows how orm's parser reads a
** CREATE statement, for a comparison with SQLite's own reading. It is built
** from orm's object files.
**
**   parsed(SQL)
**       The structs of parse.h as JSON, NULL members as null, expressions
**       unchanged. An error if the parser refuses the text.
**   column_metadata(TABLE, COLUMN)
**       The result of sqlite3_table_column_metadata(), as a JSON array: type,
**       collation, NOT NULL, primary key, AUTOINCREMENT.
**   lines(SNAPSHOT)
**       The lines of a version with these rows (changes.h), which are JSON in
** the
**       form of snapshot.h. An error if the lines give other rows.
**   digest_sum(TEXT, ...)
**       The digest of the texts in any order, as of the views of a version.
**   xxh3(BLOB, SEED, PART)
**       The hash of the bytes, added in parts of so many bytes.
**   nearest(NAME, CANDIDATE, ...)
**       The candidate that resembles the name (nearest.h), or NULL.
*/
#include "base/nearest.h"
#include "base/xxh3.h"
#include "ddl/parse.h"
#include "meta/changes.h"
#include "meta/snapshot.h"

SQLITE_EXTENSION_INIT1

/* ---- JSON --------------------------------------------------------------- */

static void add_text(sqlite3_str *str, const char *z) {
  if (z == NULL) {
    sqlite3_str_appendall(str, "null");
    return;
  }
  sqlite3_str_appendchar(str, 1, '"');
  for (; *z; z++) {
    if ((unsigned char)*z < ' ')
      sqlite3_str_appendf(str, "\\u%04x", *z);
    else if (*z == '"' || *z == '\\')
      sqlite3_str_appendf(str, "\\%c", *z);
    else
      sqlite3_str_appendchar(str, 1, *z);
  }
  sqlite3_str_appendchar(str, 1, '"');
}

/* A comma between members, and the name of the next one. */
static void add_key(sqlite3_str *str, const char *key) {
  const char *so_far = sqlite3_str_value(str);
  char last = so_far[sqlite3_str_length(str) - 1];
  if (last != '{' && last != '[') sqlite3_str_appendchar(str, 1, ',');
  if (key) sqlite3_str_appendf(str, "\"%s\":", key);
}

static void member(sqlite3_str *str, const char *key, const char *value) {
  add_key(str, key);
  add_text(str, value);
}

static void member_int(sqlite3_str *str, const char *key, int value) {
  add_key(str, key);
  sqlite3_str_appendf(str, "%d", value);
}

/* ---- structs ------------------------------------------------------------ */

static void add_column(sqlite3_str *str, const Column *c) {
  add_key(str, NULL);
  sqlite3_str_appendall(str, "{");
  member(str, "name", c->name);
  member(str, "type", c->type);
  member(str, "affinity", affinity_name(type_affinity(c->type)));
  member(str, "collate", c->collate);
  member_int(str, "notnull", c->notnull);
  member(str, "default", c->default_value.sql);
  member(str, "generated", c->generated.sql);
  member_int(str, "stored", c->stored);
  sqlite3_str_appendall(str, "}");
}

static void add_terms(sqlite3_str *str, const Term *terms, int nterm) {
  add_key(str, "terms");
  sqlite3_str_appendall(str, "[");
  for (int i = 0; i < nterm; i++) {
    add_key(str, NULL);
    sqlite3_str_appendall(str, "{");
    member(str, "column", terms[i].column);
    member(str, "collate", terms[i].own_collate ? NULL : terms[i].collate);
    member_int(str, "desc", terms[i].desc);
    sqlite3_str_appendall(str, "}");
  }
  sqlite3_str_appendall(str, "]");
}

static void add_constraint(sqlite3_str *str, const Constraint *c) {
  static const char *const kinds[] = {"primary", "unique", "check", "foreign"};
  add_key(str, NULL);
  sqlite3_str_appendall(str, "{");
  member(str, "kind", kinds[c->kind]);
  member(str, "name", c->name);
  member_int(str, "autoincrement", c->autoincrement);
  member(str, "check", c->check.sql);
  member(str, "parent", c->parent);
  member(str, "on_delete", foreign_action_name(c->on_delete));
  member(str, "on_update", foreign_action_name(c->on_update));
  add_terms(str, c->terms, c->nterm);
  add_key(str, "parent_columns");
  sqlite3_str_appendall(str, "[");
  for (int i = 0; i < c->nparent; i++) member(str, NULL, c->parent_columns[i]);
  sqlite3_str_appendall(str, "]}");
}

static void add_table(sqlite3_str *str, const Table *table) {
  member(str, "type", "table");
  member_int(str, "without_rowid", table->without_rowid);
  member_int(str, "strict", table->strict);
  member_int(str, "rowid_alias", table->rowid_alias);
  add_key(str, "columns");
  sqlite3_str_appendall(str, "[");
  for (int i = 0; i < table->ncolumn; i++) add_column(str, &table->columns[i]);
  sqlite3_str_appendall(str, "]");
  add_key(str, "constraints");
  sqlite3_str_appendall(str, "[");
  for (int i = 0; i < table->nconstraint; i++)
    add_constraint(str, &table->constraints[i]);
  sqlite3_str_appendall(str, "]");
}

static void add_index(sqlite3_str *str, const Index *index) {
  member(str, "type", "index");
  member(str, "table", index->table);
  member_int(str, "unique", index->unique);
  member(str, "where", index->where.sql);
  add_terms(str, index->terms, index->nterm);
}

static char *statement_json(Ctx *ctx, const Statement *s) {
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  sqlite3_str_appendall(str, "{");
  member(str, "name", s->name);
  if (s->table) add_table(str, s->table);
  if (s->index) add_index(str, s->index);
  if (s->object) member(str, "type", object_type_name(s->object->type));
  if (s->object) member(str, "table", s->object->table);
  sqlite3_str_appendall(str, "}");
  return mem_finish(ctx, str);
}

/* ---- functions ---------------------------------------------------------- */

static void parsed(sqlite3_context *context, int argc, sqlite3_value **argv) {
  (void)argc;
  Ctx ctx;
  ctx_init(&ctx, sqlite3_context_db_handle(context));
  const char *sql = (const char *)sqlite3_value_text(argv[0]);
  const Statement *s = sql ? parse_create(&ctx, sql) : NULL;
  const char *json = s ? statement_json(&ctx, s) : NULL;
  if (ctx_ok(&ctx))
    sqlite3_result_text(context, json, -1, SQLITE_TRANSIENT);
  else
    sqlite3_result_error(context, ctx.msg, -1);
  ctx_clear(&ctx);
}

static void column_metadata(sqlite3_context *context, int argc,
                            sqlite3_value **argv) {
  (void)argc;
  sqlite3 *db = sqlite3_context_db_handle(context);
  const char *type = NULL, *collation = NULL;
  int not_null = 0, key = 0, autoincrement = 0;
  int rc = sqlite3_table_column_metadata(
      db, "main", (const char *)sqlite3_value_text(argv[0]),
      (const char *)sqlite3_value_text(argv[1]), &type, &collation, &not_null,
      &key, &autoincrement);
  if (rc != SQLITE_OK) {
    sqlite3_result_error_code(context, rc);
    return;
  }
  sqlite3_str *str = sqlite3_str_new(db);
  sqlite3_str_appendall(str, "[");
  member(str, NULL, type);
  member(str, NULL, collation);
  member_int(str, NULL, not_null);
  member_int(str, NULL, key);
  member_int(str, NULL, autoincrement);
  sqlite3_str_appendall(str, "]");
  sqlite3_result_text(context, sqlite3_str_finish(str), -1, sqlite3_free);
}

static void nearest(sqlite3_context *context, int argc, sqlite3_value **argv) {
  Nearest near = {.name = (const char *)sqlite3_value_text(argv[0])};
  for (int i = 1; i < argc; i++)
    nearest_try(&near, (const char *)sqlite3_value_text(argv[i]));
  sqlite3_result_text(context, near.best, -1, SQLITE_TRANSIENT);
}

static void lines(sqlite3_context *context, int argc, sqlite3_value **argv) {
  (void)argc;
  Ctx ctx;
  MetaRows none;
  memset(&none, 0, sizeof(none));
  ctx_init(&ctx, sqlite3_context_db_handle(context));
  const MetaRows *rows =
      snapshot_read(&ctx, (const char *)sqlite3_value_text(argv[0]));
  const char *text = rows ? changes_write(&ctx, &none, rows) : NULL;
  const MetaRows *again = text ? changes_apply(&ctx, &none, text, false) : NULL;
  if (again) again = changes_views(&ctx, again, text);
  if (again &&
      (rows_count_differences(rows, again) || !rows_same_views(rows, again)))
    err_set(&ctx, SQLITE_ERROR, "other rows: %s", text);
  if (ctx_ok(&ctx))
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
  else
    sqlite3_result_error(context, ctx.msg ? ctx.msg : "out of memory", -1);
  ctx_clear(&ctx);
}

static void digest_sum(sqlite3_context *context, int argc,
                       sqlite3_value **argv) {
  DigestSum sum = {0, 0};
  Ctx ctx;
  ctx_init(&ctx, sqlite3_context_db_handle(context));
  for (int i = 0; i < argc; i++)
    digest_add(&sum, (const char *)sqlite3_value_text(argv[i]), 0);
  sqlite3_result_text(context, digest_sum_text(&ctx, &sum), -1,
                      SQLITE_TRANSIENT);
  ctx_clear(&ctx);
}

static void xxh3(sqlite3_context *context, int argc, sqlite3_value **argv) {
  (void)argc;
  const char *bytes = (const char *)sqlite3_value_blob(argv[0]);
  int n = sqlite3_value_bytes(argv[0]), part = sqlite3_value_int(argv[2]);
  Xxh3 hash;
  xxh3_begin(&hash, (sqlite3_uint64)sqlite3_value_int64(argv[1]));
  for (int at = 0; at < n; at += part)
    xxh3_add(&hash, bytes + at, (size_t)(n - at < part ? n - at : part));
  Hash128 h = xxh3_end(&hash);
  char text[33];
  sqlite3_snprintf(33, text, "%016llx%016llx", h.high, h.low);
  sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

__attribute__((visibility("default"))) int sqlite3_parsed_init(
    sqlite3 *db, char **message, const sqlite3_api_routines *api) {
  (void)message;
  SQLITE_EXTENSION_INIT2(api);
  int rc = sqlite3_create_function_v2(db, "parsed", 1, SQLITE_UTF8, NULL,
                                      parsed, NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_create_function_v2(db, "nearest", -1, SQLITE_UTF8, NULL,
                                    nearest, NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_create_function_v2(db, "lines", 1, SQLITE_UTF8, NULL, lines,
                                    NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_create_function_v2(db, "digest_sum", -1, SQLITE_UTF8, NULL,
                                    digest_sum, NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_create_function_v2(db, "xxh3", 3, SQLITE_UTF8, NULL, xxh3,
                                    NULL, NULL, NULL);
  if (rc != SQLITE_OK) return rc;
  return sqlite3_create_function_v2(db, "column_metadata", 2, SQLITE_UTF8, NULL,
                                    column_metadata, NULL, NULL, NULL);
}
