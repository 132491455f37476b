#include "archive/swap.h"

#include "alter/exchange.h"
#include "base/guard.h"
#include "base/token.h"
#include "ddl/edit.h"
#include "ddl/render.h"
#include "ddl/schema_text.h"
#include "schema/dqs.h"

/* ---- what SQLite alone understands ------------------------------------- */

/* True for a "name" in an expression that is no column: it is a string. */
static bool is_string_in(const void *arg, const char *name) {
  const Table *table = (const Table *)arg;
  return table_column(table, name) < 0 && !name_equal(name, table->name);
}

static bool is_builtin(Ctx *ctx, const char *function) {
  return db_int(ctx,
                "SELECT min(builtin) FROM \"%w\".pragma_function_list"
                " WHERE name = %Q COLLATE NOCASE",
                db_home(ctx, "pragma_function_list"), function) != 0;
}

/* Returns true if each COLLATE of the text names a collation of SQLite. */
static bool has_own_collations(Ctx *ctx, const char *sql) {
  static const char *const own[] = {"BINARY", "NOCASE", "RTRIM"};
  Tokens tokens = token_list(ctx, sql);
  for (int i = 0; ctx_ok(ctx) && i + 1 < tokens.count; i++) {
    if (!token_is(&tokens.list[i], "COLLATE")) continue;
    const char *name = token_name(ctx, &tokens.list[i + 1]);
    bool found = false;
    for (int k = 0; name && k < 3; k++) found |= name_equal(name, own[k]);
    if (!found) return false;
  }
  return ctx_ok(ctx);
}

/* Returns true if the expression calls functions of SQLite only, and has no
** "string": the norms of "a" and "A" are equal. */
static bool is_own_expr(Ctx *ctx, const Table *table, const Expr *expr) {
  if (expr->sql == NULL || !ctx_ok(ctx)) return ctx_ok(ctx);
  if (dqs_contains(ctx, expr->sql, is_string_in, table)) return false;
  Tokens tokens = token_list(ctx, expr->sql);
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    if (token_is(token, "REGEXP") || token_is(token, "MATCH")) return false;
    if (i + 1 < tokens.count && token_is(token + 1, "(") &&
        token_is_name(token) && !token_is(token, "CAST") &&
        !is_builtin(ctx, token_name(ctx, token)))
      return false;
  }
  return ctx_ok(ctx);
}

static bool is_own_index(Ctx *ctx, const Table *table, const Index *index) {
  bool own = has_own_collations(ctx, index->sql) &&
             is_own_expr(ctx, table, &index->where);
  for (int i = 0; own && i < index->nterm; i++) {
    const Term *term = &index->terms[i];
    own = is_own_expr(ctx, table, &term->expr) &&
          (term->column == NULL || table_column(table, term->column) >= 0);
  }
  return own;
}

/* Returns true if the table and its indexes need no function or collation of
** the application. ALTER TABLE compiles all indexes of the file, and the
** application may no longer register what only dropped tables needed. */
static bool is_own_table(Ctx *ctx, const Table *table, const Schema *live) {
  bool own = has_own_collations(ctx, table->sql);
  for (int i = 0; own && i < table->ncolumn; i++)
    own = is_own_expr(ctx, table, &table->columns[i].generated);
  for (int i = 0; own && i < live->nindex; i++)
    if (name_equal(live->indexes[i]->table, table->name))
      own = is_own_index(ctx, table, live->indexes[i]);
  return own;
}

/* ---- the layout in which rows are stored -------------------------------- */

/* Returns a copy of the table with the rules that SQLite checks when a row is
** written left out. */
static Table *without_rules(Ctx *ctx, const Table *table) {
  Table *copy = MEM_NEW(ctx, Table);
  size_t size = sizeof(Constraint) * (size_t)table->nconstraint;
  Constraint *list = (Constraint *)mem_new(ctx, size);
  if (!ctx_ok(ctx)) return NULL;
  *copy = *table;
  copy->constraints = list;
  copy->nconstraint = 0;
  for (int i = 0; i < table->nconstraint; i++) {
    ConstraintKind kind = table->constraints[i].kind;
    if (kind != CONSTRAINT_CHECK && kind != CONSTRAINT_FOREIGN)
      list[copy->nconstraint++] = table->constraints[i];
  }
  table_finish(ctx, copy);
  return copy;
}

/* Returns the CREATE TABLE text of the archived table, made from the author's:
** keys stay in their order, which is the order of SQLite's own indexes. NULL,
** and no error, if the text cannot be edited. */
static char *archived_text(Ctx *ctx, const Table *table, const char *name) {
  char *sql = edit_renamed(ctx, table->sql, name);
  const Statement *s = sql ? parse_create(ctx, sql) : NULL;
  const Table *bare = s && s->table ? without_rules(ctx, s->table) : NULL;
  return bare ? edit_table_exact(ctx, sql, bare) : NULL;
}

static bool has_layout(Ctx *ctx, const char *a, const char *b) {
  char *one = schema_text_layout(ctx, a, true);
  char *other = schema_text_layout(ctx, b, true);
  return ctx_ok(ctx) && strcmp(one, other) == 0;
}

/* ---- b-trees ------------------------------------------------------------ */

/* Lists the indexes of the table: those with CREATE INDEX, or those that SQLite
** made for keys. Returns their number. */
static int list_indexes(Ctx *ctx, const char *table, bool created,
                        const char ***names) {
  int count = 0;
  sqlite3_stmt *rows =
      db_prepare(ctx,
                 "SELECT name FROM \"main\".sqlite_schema WHERE type = 'index'"
                 " AND (sql IS NOT NULL) = %d AND rootpage > 0"
                 " AND tbl_name = %Q COLLATE NOCASE ORDER BY rowid",
                 created, table);
  *names = NULL;
  while (db_row(ctx, rows)) {
    const char *name = db_column(ctx, rows, 0);
    const char **slot = MEM_PUSH(ctx, *names, count);
    if (slot) *slot = name;
  }
  db_finish(rows);
  return ctx_ok(ctx) ? count : 0;
}

/* Adds the tables and the indexes of their keys. False if they differ. */
static bool pair_tables(Ctx *ctx, TreePairs *pairs, const char *table,
                        const char *archived) {
  const char **ours, **theirs;
  int count = list_indexes(ctx, table, false, &ours);
  if (list_indexes(ctx, archived, false, &theirs) != count) return false;
  exchange_add(ctx, pairs, table, archived);
  for (int i = 0; i < count; i++) exchange_add(ctx, pairs, ours[i], theirs[i]);
  return has_layout(ctx, table, archived);
}

/* ---- indexes ------------------------------------------------------------ */

static const char *archived_name(Ctx *ctx, i64 entry) {
  return mem_printf(ctx, "orm_archive_%lld", entry);
}

/* Returns the index on a table of another name. Its expressions may qualify
** columns by the old name: the qualifiers are left out. */
static Index *index_on(Ctx *ctx, const Index *index, const char *table) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  Tokens tokens = token_list(ctx, index->sql);
  const char *from = index->sql;
  for (int i = 0; ctx_ok(ctx) && i + 1 < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    if (!token_is_name(token) || !token_is(token + 1, ".")) continue;
    const char *name = token_name(ctx, token);
    if (name == NULL || !name_equal(name, index->table)) continue;
    sqlite3_str_append(str, from, (int)(token->z - from));
    from = token[1].z + token[1].n;
  }
  sqlite3_str_appendall(str, from);
  const Statement *s = parse_create(ctx, mem_finish(ctx, str));
  if (s == NULL || s->index == NULL) return NULL;
  s->index->table = table;
  index_finish(ctx, s->index);
  return s->index;
}

/* Creates the counterpart of an index of the table. */
static void create_archived_index(Ctx *ctx, const Index *index,
                                  const char *table, TreePairs *pairs) {
  Index *copy = index_on(ctx, index, table);
  if (copy == NULL) return;
  copy->name = mem_printf(ctx, "%s_%d", table, pairs->count);
  const char *sql = render_index(ctx, copy);
  const char *main = sql ? edit_in_main(ctx, sql) : NULL;
  if (main) db_exec(ctx, "%s", main);
  exchange_add(ctx, pairs, index->name, copy->name);
}

/* Returns the definition of an index without its name and its table. */
static const char *index_norm(Ctx *ctx, const Index *index) {
  const Index *copy = index_on(ctx, index, "t");
  return copy ? copy->norm : "";
}

/* Returns the archived index that the index is the counterpart of, or NULL. */
static const char *find_archived_index(Ctx *ctx, const Index *index,
                                       const char *archived,
                                       const TreePairs *pairs) {
  const char *found = NULL, *norm = index_norm(ctx, index);
  sqlite3_stmt *rows =
      db_prepare(ctx,
                 "SELECT sql FROM \"main\".sqlite_schema WHERE type = 'index'"
                 " AND sql IS NOT NULL AND tbl_name = %Q ORDER BY rowid",
                 archived);
  while (found == NULL && db_row(ctx, rows)) {
    const char *sql = db_column(ctx, rows, 0);
    const Statement *s = sql ? parse_create(ctx, sql) : NULL;
    if (s == NULL || s->index == NULL) break;
    const char *other = index_norm(ctx, s->index);
    bool free = true;
    for (int i = 0; i < pairs->count; i++)
      free &= !name_equal(pairs->list[i].other, s->index->name);
    if (free && ctx_ok(ctx) && strcmp(norm, other) == 0) found = s->index->name;
  }
  db_finish(rows);
  return found;
}

/* Drops the indexes of the archived table that have no counterpart: they would
** not fit the rows that it gets. */
static void drop_other_indexes(Ctx *ctx, const char *archived,
                               const TreePairs *pairs) {
  const char **names = NULL;
  int count = list_indexes(ctx, archived, true, &names);
  for (int i = 0; i < count; i++) {
    bool paired = false;
    for (int k = 0; k < pairs->count; k++)
      paired |= name_equal(pairs->list[k].other, names[i]);
    if (!paired)
      guard_alone(ctx, mem_printf(ctx, "DROP INDEX \"main\".\"%w\"", names[i]));
  }
}

/* ---- moving ------------------------------------------------------------- */

static void create_archived(Ctx *ctx, const Table *table, const Schema *live,
                            const char *name, TreePairs *pairs) {
  if (!is_own_table(ctx, table, live) && ctx_ok(ctx))
    err_set(ctx, SQLITE_ERROR, "it needs the application");
  const char *sql = archived_text(ctx, table, name);
  if (ctx_ok(ctx) && sql == NULL)
    err_set(ctx, SQLITE_ERROR, "its text cannot be edited");
  if (sql) db_exec(ctx, "%s", sql);
  if (ctx_ok(ctx) && !pair_tables(ctx, pairs, table->name, name))
    err_set(ctx, SQLITE_ERROR, "its layout differs");
  for (int i = 0; ctx_ok(ctx) && i < live->nindex; i++)
    if (name_equal(live->indexes[i]->table, table->name))
      create_archived_index(ctx, live->indexes[i], name, pairs);
}

bool swap_out(Ctx *ctx, const Table *table, const Schema *live, i64 entry) {
  if (!exchange_is_possible(ctx)) return false;
  Guard guard;
  TreePairs pairs = {NULL, 0};
  guard_begin(ctx, &guard);
  create_archived(ctx, schema_table(live, table->name), live,
                  archived_name(ctx, entry), &pairs);
  if (ctx_ok(ctx)) exchange_trees(ctx, &pairs);
  guard_end(ctx, &guard);
  return exchange_was_made(ctx);
}

/* Pairs all b-trees of the table with those of the archived table. False if
** one has no counterpart. */
static bool pair_all(Ctx *ctx, TreePairs *pairs, const char *table,
                     const char *archived, const Schema *live) {
  bool all = pair_tables(ctx, pairs, table, archived);
  for (int i = 0; all && ctx_ok(ctx) && i < live->nindex; i++) {
    const Index *index = live->indexes[i];
    if (!name_equal(index->table, table)) continue;
    const char *other = find_archived_index(ctx, index, archived, pairs);
    all = other != NULL;
    if (all) exchange_add(ctx, pairs, index->name, other);
  }
  return all && ctx_ok(ctx);
}

bool swap_in(Ctx *ctx, const char *table, const char *sql, const Schema *live,
             i64 entry) {
  if (!exchange_is_possible(ctx)) return false;
  Guard guard;
  TreePairs pairs = {NULL, 0};
  const char *archived = archived_name(ctx, entry);
  const Statement *then = parse_create(ctx, sql);
  const Table *now = schema_table(live, table);
  if (!then || !then->table || !now || !table_equal(ctx, then->table, now) ||
      !pair_all(ctx, &pairs, table, archived, live))
    return false;
  guard_begin(ctx, &guard);
  drop_other_indexes(ctx, archived, &pairs);
  if (ctx_ok(ctx)) exchange_trees(ctx, &pairs);
  guard_end(ctx, &guard);
  return exchange_was_made(ctx);
}

/* ---- scripts ------------------------------------------------------------ */

static bool is_name_char(char c) {
  return (c & 0x80) || c == '_' || c == '$' || (c >= '0' && c <= '9') ||
         ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* Returns true if the text has the name anywhere, also in a string, and not as
** a part of a longer name. */
static bool mentions_name(const char *from, const char *end, const char *name) {
  int n = (int)strlen(name);
  for (const char *z = from; n && z + n <= end; z++) {
    bool begins = z == from || !is_name_char(z[-1]) || !is_name_char(*name);
    bool ends =
        z + n == end || !is_name_char(z[n]) || !is_name_char(name[n - 1]);
    if (begins && ends && sqlite3_strnicmp(z, name, n) == 0) return true;
  }
  return false;
}

/* CREATE TABLE ... AS SELECT reads tables. */
static bool is_select(const Tokens *tokens, int from, int to) {
  for (int i = from; i < to; i++)
    if (token_is(&tokens->list[i], "AS") &&
        (token_is(&tokens->list[i + 1], "SELECT") ||
         token_is(&tokens->list[i + 1], "WITH") ||
         token_is(&tokens->list[i + 1], "VALUES")))
      return true;
  return false;
}

/* CREATE TABLE, also with TEMP or TEMPORARY. */
static bool creates_table(const Token *first) {
  return token_is(first + 1, "TABLE") ||
         (token_is(first + 1, "TEMP") && token_is(first + 2, "TABLE")) ||
         (token_is(first + 1, "TEMPORARY") && token_is(first + 2, "TABLE"));
}

/* A backfill, and the module of a virtual table, may read a view of the table,
** also one of TEMP. */
static bool statement_is_unread(const Tokens *tokens, int from, int to,
                                const char *table) {
  const Token *first = &tokens->list[from], *last = &tokens->list[to - 1];
  const char *end = last->z + last->n;
  if (token_is(first, "DROP")) return true;
  if (mentions_name(first->z, end, table)) return false;
  if (token_is(first, "CREATE") && creates_table(first))
    return !is_select(tokens, from, to);
  if (token_is(first, "CREATE")) return !token_is(first + 1, "VIRTUAL");
  return token_is(first, "ALTER") ||
         (token_is(first, "SELECT") && token_is(first + 1, "orm_alter_table") &&
          !mentions_name(first[1].z, end, "@backfill") &&
          !mentions_name(first[1].z, end, "SELECT"));
}

bool swap_is_unread(Ctx *ctx, const char *script, const char *table) {
  if (strpbrk(table, "\"'`]")) return false; /* a script may double these */
  Tokens tokens = token_script(ctx, script);
  bool unread = ctx_ok(ctx);
  for (int i = 0; unread && i < tokens.count;) {
    int end = token_statement_end(&tokens, i);
    if (end > i) unread = statement_is_unread(&tokens, i, end, table);
    i = end + 1;
  }
  return unread;
}
