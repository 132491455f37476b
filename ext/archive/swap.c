#include "archive/swap.h"

#include "base/guard.h"
#include "base/token.h"
#include "ddl/edit.h"
#include "ddl/render.h"

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

/* Returns the columns and keys of a table as SQLite stores rows by them. Equal
** texts are equal layouts. */
static char *layout_of(Ctx *ctx, const char *table) {
  return db_text(
      ctx,
      "SELECT (SELECT json_group_array(json_array(cid, name, type, dflt_value,"
      "  pk, hidden)) FROM \"%w\".pragma_table_xinfo(%Q, 'main')) || ("
      "SELECT json_group_array(json_array(i.seq, x.seqno, x.cid, x.desc,"
      "  x.coll)) FROM (SELECT name, row_number() OVER (ORDER BY seq) AS seq"
      "  FROM \"%w\".pragma_index_list(%Q, 'main') WHERE origin <> 'c') AS i,"
      "  \"%w\".pragma_index_xinfo(i.name, 'main') AS x)",
      db_home(ctx, "pragma_table_xinfo"), table,
      db_home(ctx, "pragma_index_list"), table,
      db_home(ctx, "pragma_index_xinfo"));
}

static bool has_layout(Ctx *ctx, const char *a, const char *b) {
  char *one = layout_of(ctx, a), *other = layout_of(ctx, b);
  return ctx_ok(ctx) && strcmp(one, other) == 0;
}

/* ---- b-trees ------------------------------------------------------------ */

/* Two b-trees to exchange, by the names of their rows in sqlite_schema. */
typedef struct TreePair {
  const char *table, *archived;
} TreePair;

typedef struct TreePairs {
  TreePair *list;
  int count;
} TreePairs;

static void add_pair(Ctx *ctx, TreePairs *pairs, const char *table,
                     const char *archived) {
  TreePair *slot = MEM_PUSH(ctx, pairs->list, pairs->count);
  if (slot) *slot = (TreePair){table, archived};
}

/* Lists the indexes that SQLite made for keys of the table; how many. */
static int key_indexes(Ctx *ctx, const char *table, const char ***names) {
  int count = 0;
  sqlite3_stmt *rows =
      db_prepare(ctx,
                 "SELECT name FROM \"main\".sqlite_schema WHERE type = 'index'"
                 " AND sql IS NULL AND rootpage > 0"
                 " AND tbl_name = %Q COLLATE NOCASE ORDER BY rowid",
                 table);
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
  int count = key_indexes(ctx, table, &ours);
  if (key_indexes(ctx, archived, &theirs) != count) return false;
  add_pair(ctx, pairs, table, archived);
  for (int i = 0; i < count; i++) add_pair(ctx, pairs, ours[i], theirs[i]);
  return has_layout(ctx, table, archived);
}

static i64 root_page(Ctx *ctx, const char *name) {
  return db_int(ctx,
                "SELECT rootpage FROM \"main\".sqlite_schema WHERE"
                " type IN ('table', 'index') AND name = %Q COLLATE NOCASE",
                name);
}

static void set_root_page(Ctx *ctx, const char *name, i64 page) {
  db_exec(ctx,
          "UPDATE \"main\".sqlite_schema SET rootpage = %lld WHERE"
          " type IN ('table', 'index') AND name = %Q COLLATE NOCASE",
          page, name);
  if (ctx_ok(ctx) && sqlite3_changes(ctx->db) != 1)
    err_set(ctx, SQLITE_ERROR, "\"%s\" is missing in sqlite_schema", name);
}

static void exchange(Ctx *ctx, const TreePairs *pairs) {
  guard_writable(ctx, true);
  for (int i = 0; ctx_ok(ctx) && i < pairs->count; i++) {
    const TreePair *pair = &pairs->list[i];
    i64 ours = root_page(ctx, pair->table);
    i64 theirs = root_page(ctx, pair->archived);
    set_root_page(ctx, pair->table, theirs);
    set_root_page(ctx, pair->archived, ours);
  }
  guard_writable(ctx, false);
  guard_reload(ctx);
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
  add_pair(ctx, pairs, index->name, copy->name);
}

/* The definition of an index, but for its name and its table. */
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
      free &= !name_equal(pairs->list[i].archived, s->index->name);
    if (free && ctx_ok(ctx) && strcmp(norm, other) == 0) found = s->index->name;
  }
  db_finish(rows);
  return found;
}

/* ---- moving ------------------------------------------------------------- */

static bool may_exchange(Ctx *ctx) {
  return ctx_ok(ctx) && !guard_is_defensive(ctx->db);
}

static void create_archived(Ctx *ctx, const Table *table, const Schema *live,
                            const char *name, TreePairs *pairs) {
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
  if (!may_exchange(ctx)) return false;
  TreePairs pairs = {NULL, 0};
  const char *name = archived_name(ctx, entry);
  const Table *now = schema_table(live, table->name);
  create_archived(ctx, now, live, name, &pairs);
  if ((ctx->rc & 0xff) == SQLITE_ERROR) { /* as an unknown function in it */
    err_forget(ctx);
    guard_alone(ctx, mem_printf(ctx, "DROP TABLE IF EXISTS \"main\".%s", name));
    return false;
  }
  exchange(ctx, &pairs);
  return ctx_ok(ctx);
}

bool swap_in(Ctx *ctx, const char *table, const char *sql, const Schema *live,
             i64 entry) {
  if (!may_exchange(ctx)) return false;
  TreePairs pairs = {NULL, 0};
  const char *archived = archived_name(ctx, entry);
  const Statement *then = parse_create(ctx, sql);
  const Table *now = schema_table(live, table);
  if (!then || !then->table || !now || !table_equal(ctx, then->table, now) ||
      !pair_tables(ctx, &pairs, table, archived))
    return false;
  for (int i = 0; ctx_ok(ctx) && i < live->nindex; i++) {
    const Index *index = live->indexes[i];
    if (!name_equal(index->table, table)) continue;
    const char *other = find_archived_index(ctx, index, archived, &pairs);
    if (other == NULL) return false;
    add_pair(ctx, &pairs, index->name, other);
  }
  exchange(ctx, &pairs);
  return ctx_ok(ctx);
}

/* ---- scripts ------------------------------------------------------------ */

/* Returns true if the text has the name anywhere, also in a string. */
static bool mentions_name(const char *z, const char *end, const char *name) {
  int n = (int)strlen(name);
  for (; z + n <= end; z++)
    if (sqlite3_strnicmp(z, name, n) == 0) return true;
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

static bool statement_is_unread(const Tokens *tokens, int from, int to,
                                const char *table) {
  const Token *first = &tokens->list[from], *last = &tokens->list[to - 1];
  if (token_is(first, "DROP")) return true;
  if (mentions_name(first->z, last->z + last->n, table)) return false;
  if (token_is(first, "CREATE") && token_is(first + 1, "TABLE"))
    return !is_select(tokens, from, to);
  return token_is(first, "CREATE") || token_is(first, "ALTER") ||
         (token_is(first, "SELECT") && token_is(first + 1, "orm_alter_table"));
}

bool swap_is_unread(Ctx *ctx, const char *script, const char *table) {
  if (strpbrk(table, "\"'`]")) return false; /* a script may double these */
  Tokens tokens = token_list(ctx, script);
  bool unread = ctx_ok(ctx);
  for (int i = 0; unread && i < tokens.count;) {
    int end = token_statement_end(&tokens, i);
    if (end > i) unread = statement_is_unread(&tokens, i, end, table);
    i = end + 1;
  }
  return unread;
}
