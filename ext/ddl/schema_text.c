#include "ddl/schema_text.h"

#include "base/guard.h"
#include "base/transcript.h"
#include "ddl/edit.h"
#include "ddl/live.h"

/* ---- the text ----------------------------------------------------------- */

static char *read_stored_text(Ctx *ctx, const char *type, const char *name) {
  return db_text_or_null(ctx,
                         "SELECT (SELECT sql FROM \"main\".sqlite_schema"
                         " WHERE type = %Q AND name = %Q COLLATE NOCASE)",
                         type, name);
}

/* Stores the text of the object, and, unless `table` is NULL, its tbl_name. */
static void store(Ctx *ctx, const char *type, const char *name, const char *sql,
                  const char *table) {
  guard_writable(ctx, true);
  db_exec(ctx,
          "UPDATE \"main\".sqlite_schema SET sql = %Q, tbl_name ="
          " CASE WHEN %Q IS NULL THEN tbl_name ELSE %Q END"
          " WHERE type = %Q AND name = %Q COLLATE NOCASE",
          sql, table, table, type, name);
  if (ctx_ok(ctx) && sqlite3_changes(ctx->db) != 1)
    err_set(ctx, SQLITE_ERROR, "its definition is not there");
  guard_writable(ctx, false);
  guard_reload(ctx);
}

void schema_text_store(Ctx *ctx, const char *type, const char *name,
                       const char *sql) {
  store(ctx, type, name, sql, NULL);
}

/* Returns the words after CREATE. */
static const char *head_of(const Statement *s) {
  if (s->table) return "TABLE";
  if (s->index) return s->index->unique ? "UNIQUE INDEX" : "INDEX";
  return object_type_keywords(s->object->type);
}

char *schema_text_as_stored(Ctx *ctx, const char *sql) {
  const char *text = edit_strip_directives(ctx, sql);
  Tokens tokens = token_list(ctx, text ? text : "");
  Statement *s = ctx_ok(ctx) ? parse_statement(ctx, &tokens, 0,
                                               token_statement_end(&tokens, 0))
                             : NULL;
  if (s == NULL) return NULL;
  const Token *name = tokens.list;
  while (name->z + name->n < text + s->name_end) name++;
  const char *end = tokens.list[0].z + strlen(s->sql);
  return mem_printf(ctx, "CREATE %s %.*s", head_of(s), (int)(end - name->z),
                    name->z);
}

/* ---- tables ------------------------------------------------------------- */

bool schema_text_is_current(Ctx *ctx, const char *table, const char *form) {
  if (!ctx_ok(ctx) || form == NULL || transcript_wanted(ctx)) return true;
  const char *now = read_stored_text(ctx, "table", table);
  return now == NULL || strcmp(now, form) == 0 || guard_is_defensive(ctx->db);
}

char *schema_text_layout(Ctx *ctx, const char *table, bool values) {
  return db_text(
      ctx,
      "SELECT (SELECT json_group_array(json_array(cid, name, \"notnull\", pk,"
      "  hidden%s)) FROM \"%w\".pragma_table_xinfo(%Q, 'main')) || ("
      "SELECT json_group_array(json_array(i.place, substr(i.name, 1 +"
      "  length('sqlite_autoindex_' || %Q || '_')), x.seqno, x.cid, x.desc,"
      "  x.coll)) FROM (SELECT l.name, row_number() OVER (ORDER BY s.rowid) AS"
      "  place FROM \"%w\".pragma_index_list(%Q, 'main') AS l LEFT JOIN"
      "  \"main\".sqlite_schema AS s ON s.type = 'index' AND s.name = l.name"
      "  WHERE l.origin <> 'c' ORDER BY place) AS i,"
      "  \"%w\".pragma_index_xinfo(i.name, 'main') AS x)",
      values ? ", type, dflt_value" : "", db_home(ctx, "pragma_table_xinfo"),
      table, table, db_home(ctx, "pragma_index_list"), table,
      db_home(ctx, "pragma_index_xinfo"));
}

/* Creates an empty table with the text; returns false if SQLite refuses it. (A
** rewrite creates the table without qualifiers; SQLite may refuse the same text
** with them.) */
static bool probe_form(Ctx *ctx, const char *probe, const char *form) {
  if (!ctx_ok(ctx)) return false;
  db_exec(ctx, "%s", edit_probe(ctx, form, probe));
  bool refused = (ctx->rc & 0xff) == SQLITE_ERROR;
  if (refused) err_forget(ctx);
  return !refused && ctx_ok(ctx);
}

/* Returns true if the table has this very name and the order of the probe. */
static bool matches_probe(Ctx *ctx, const char *table, const char *probe,
                          const char *form) {
  const Statement *s = parse_create(ctx, form);
  const char *name = db_text(ctx,
                             "SELECT name FROM \"main\".sqlite_schema"
                             " WHERE type = 'table' AND name = %Q"
                             " COLLATE NOCASE",
                             table);
  const char *there = schema_text_layout(ctx, table, false);
  const char *then = schema_text_layout(ctx, probe, false);
  return ctx_ok(ctx) && strcmp(name, s->name) == 0 && strcmp(there, then) == 0;
}

static void set_table_guarded(Ctx *ctx, const char *table, const char *form) {
  const char *probe = mem_printf(ctx, "orm_probe_%s", table);
  if (!probe_form(ctx, probe, form)) return;
  if (matches_probe(ctx, table, probe, form)) {
    schema_text_store(ctx, "table", table, form);
    db_finish(db_prepare(ctx, "SELECT * FROM \"main\".\"%w\"", table));
  }
  if (ctx_ok(ctx))
    guard_alone(ctx, mem_printf(ctx, "DROP TABLE \"main\".\"%w\"", probe));
}

void schema_text_set_table(Ctx *ctx, const char *table, const char *form) {
  Guard guard;
  if (schema_text_is_current(ctx, table, form)) return;
  guard_begin(ctx, &guard);
  if (ctx_ok(ctx)) set_table_guarded(ctx, table, form);
  guard_end(ctx, &guard);
}

/* ---- indexes, views and triggers ---------------------------------------- */

/* Returns a schema of the statement's index and its table, or of its object. */
static Schema *schema_of(Ctx *ctx, const Statement *s) {
  Schema *schema = schema_new(ctx);
  if (!ctx_ok(ctx)) return NULL;
  Table *table = s->index ? live_table(ctx, s->index->table) : NULL;
  if (table) schema_add_table(ctx, schema, table);
  if (s->index) schema_add_index(ctx, schema, s->index);
  if (s->object) schema_add_object(ctx, schema, s->object);
  schema_finish(ctx, schema);
  return ctx_ok(ctx) ? schema : NULL;
}

/* Returns true if both have the same meaning. With `strings`, 'x' equals "x" in
** a view or trigger. */
static bool means_same(Ctx *ctx, const Statement *a, const Statement *b,
                       bool strings) {
  Schema *one = schema_of(ctx, a);
  const Schema *other = one ? schema_of(ctx, b) : NULL;
  if (other == NULL) return true;
  if (strings) schema_adopt_norms(ctx, one, other);
  const char *norm = a->index ? a->index->norm : a->object->norm;
  return strcmp(norm, b->index ? b->index->norm : b->object->norm) == 0;
}

void schema_text_set_object(Ctx *ctx, const Statement *s, const char *name,
                            bool strings) {
  const char *type = s->index ? "index" : object_type_stored(s->object->type);
  const char *now = read_stored_text(ctx, type, name);
  const char *form = schema_text_as_stored(ctx, s->sql);
  if (ctx_ok(ctx) && (now == NULL || !name_equal(name, s->name)))
    err_set(ctx, SQLITE_ERROR, "no such %s: \"%s\"", type, name);
  if (!ctx_ok(ctx) || now == NULL || strcmp(now, form) == 0) return;
  const Statement *there = parse_create(ctx, now);
  bool same = there && means_same(ctx, there, s, false);
  if (ctx_ok(ctx) && !same && !(strings && means_same(ctx, there, s, true)))
    err_set(ctx, SQLITE_ERROR,
            "%s \"%s\" says something else: DROP it, and CREATE it", type,
            name);
  if (!ctx_ok(ctx) || transcript_wanted(ctx) || guard_is_defensive(ctx->db))
    return;
  /* Of a trigger, SQLite stores the name of its table as the text has it. */
  if (same || guard_has_strings(ctx))
    store(ctx, type, name, form, s->object ? s->object->table : NULL);
}
