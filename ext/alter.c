#include "alter.h"

#include "archive.h"
#include "edit.h"
#include "fkeys.h"
#include "guard.h"
#include "live.h"
#include "proof.h"
#include "render.h"
#include "usable.h"

/*
** The rewrite, by https://sqlite.org/lang_altertable.html#otheralter: create
** the new table under another name, copy, drop the old one, rename the new
** one. The old one is never renamed aside, because references would follow it.
*/

typedef struct Text {
  const char *name, *sql;
} Text;

typedef struct Alter {
  Ctx *ctx;
  Guard guard;
  const Table *old;  /* as it was */
  const Table *from; /* with the new names: the same columns, in order */
  Table *to;
  const char *sql;      /* CREATE TABLE of the new one, as it was given */
  const char *scratch;  /* the name it is built under */
  const char **source;  /* SQL for each new column over the old row, or NULL */
  Returns *returns;     /* of the step whose script called us, or NULL */
  const char *identity; /* SQL for an old row's rowid, NULL if it has none */
  Text *dependents;     /* indexes and triggers to create again */
  int ndependent;
  bool numbered; /* rowids are new, for rows that had none */
  bool alone;    /* not in a script, which checks at its end */
  FkeyCheck fkeys;
  UsableCheck usable;
} Alter;

/* ---- what is wanted ----------------------------------------------------- */

static Table *read_wanted(Ctx *ctx, const Table *from, const char *create_sql) {
  Statement *s = parse_create(ctx, create_sql);
  err_prefix(ctx, "the new definition of table \"%s\"", from->name);
  if (s == NULL) return NULL;
  bool in_main = s->schema == NULL || name_equal(s->schema, "main");
  if (s->table == NULL || s->temp || !in_main)
    err_set(ctx, SQLITE_ERROR,
            "the new definition of table \"%s\" must be a CREATE TABLE in main",
            from->name);
  else if (!name_equal(s->name, from->name) &&
           !(s->table->renamed_from &&
             name_equal(s->table->renamed_from, from->name)))
    err_set(
        ctx, SQLITE_ERROR,
        "the new definition of table \"%s\" is named \"%s\"; if it is to be "
        "called so, write -- @renamed from=%s behind its (",
        from->name, s->name, render_name(ctx, from->name));
  return s->table;
}

/* The row under its old names, and the new ones besides: a backfill is an
** expression over the old row, but by then the renames are done. */
static const char *old_row(Alter *a) {
  Ctx *ctx = a->ctx;
  const char *table = a->from->name;
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < a->from->ncolumn; i++) {
    const char *now = a->from->columns[i].name;
    sqlite3_str_appendf(str, "%s\"%w\".\"%w\" AS \"%w\"", i ? ", " : "", table,
                        now, a->old->columns[i].name);
    if (table_column(a->old, now) < 0)
      sqlite3_str_appendf(str, ", \"%w\".\"%w\" AS \"%w\"", table, now, now);
  }
  static const char *const rowids[] = {"rowid", "_rowid_", "oid"};
  for (int i = 0; i < 3 && !a->from->without_rowid; i++)
    if (table_column(a->from, rowids[i]) < 0 &&
        table_column(a->old, rowids[i]) < 0)
      sqlite3_str_appendf(str, ", \"%w\".%s AS %s", table, rowids[i],
                          rowids[i]);
  char *columns = mem_finish(ctx, str);
  return mem_printf(ctx, "(SELECT %s) AS \"%w\"", columns, a->old->name);
}

/* The expression, once it is known that it compiles. */
static const char *backfill_source(Alter *a, const Column *column) {
  Ctx *ctx = a->ctx;
  const char *source = a->old == a->from
                           ? mem_printf(ctx, "(%s)", column->backfill)
                           : mem_printf(ctx, "(SELECT %s FROM %s)",
                                        column->backfill, old_row(a));
  db_finish(
      db_prepare(ctx, "SELECT %s FROM \"main\".\"%w\"", source, a->from->name));
  err_prefix(ctx, "table \"%s\", backfill of \"%s\"", a->from->name,
             column->name);
  return source;
}

static const char *column_source(Alter *a, const Column *column) {
  if (column->generated.sql) return NULL;
  if (column->backfill) return backfill_source(a, column);
  int i = table_column(a->from, column->name);
  return i < 0 ? NULL : mem_printf(a->ctx, "\"%w\"", a->from->columns[i].name);
}

/* Values that the archive has go before all others. */
static void add_returns(Alter *a) {
  Return *numbers = archive_return(a->returns, a->to->name, "");
  if (numbers && a->identity == NULL) {
    a->identity = numbers->value;
    a->numbered = numbers->done = true;
  }
  for (int i = 0; ctx_ok(a->ctx) && i < a->to->ncolumn; i++) {
    const Column *c = &a->to->columns[i];
    Return *back = archive_return(a->returns, a->to->name, c->name);
    if (back == NULL || back->done || c->generated.sql) continue;
    const char *otherwise = a->source[i];
    if (otherwise == NULL && i == a->to->rowid_alias) otherwise = "NULL";
    a->source[i] = archive_source(a->ctx, back, c, otherwise);
    back->done = true;
  }
}

static void map_columns(Alter *a) {
  Ctx *ctx = a->ctx;
  size_t size = sizeof(char *) * (size_t)a->to->ncolumn;
  a->source = (const char **)mem_new(ctx, size);
  for (int i = 0; ctx_ok(ctx) && i < a->to->ncolumn; i++)
    a->source[i] = column_source(a, &a->to->columns[i]);
  if (!a->from->without_rowid) {
    const char *identity = proof_identity(ctx, a->from);
    /* A rowid that columns hide on all its names cannot be read. */
    if (identity && strncmp(identity, "quote(", 6) != 0) a->identity = identity;
  }
  add_returns(a);
  int alias = a->to->rowid_alias;
  if (ctx_ok(ctx) && alias >= 0 && a->source[alias] == NULL)
    a->source[alias] = a->identity;
}

/* ---- renames ------------------------------------------------------------ */

/* By SQLite's own RENAME: it knows all that names the table or the column, and
** takes it along (https://sqlite.org/lang_altertable.html#alter_table_rename).
*/
static void native_rename(Alter *a, const char *what, const char *to) {
  Ctx *ctx = a->ctx;
  guard_switch(ctx, &a->guard, false, true);
  db_exec(ctx, "ALTER TABLE \"main\".\"%w\" RENAME %s TO \"%w\"", a->from->name,
          what, to);
  guard_switch(ctx, &a->guard, false, false);
  err_prefix(ctx, "table \"%s\"", a->from->name);
  if (ctx_ok(ctx)) a->from = live_table(ctx, *what ? a->from->name : to);
}

static void rename_column(Alter *a, const char *from, const char *to) {
  char *what = mem_printf(a->ctx, "COLUMN \"%w\"", from);
  if (what && to) native_rename(a, what, to);
}

/* The new column that is the old one under another name; NULL if none is. */
static const Column *renamed_to(const Alter *a, const char *old) {
  for (int i = 0; i < a->to->ncolumn; i++) {
    const Column *c = &a->to->columns[i];
    if (c->renamed_from && name_equal(c->renamed_from, old)) return c;
  }
  return NULL;
}

static void check_renames(Alter *a) {
  Ctx *ctx = a->ctx;
  for (int i = 0; ctx_ok(ctx) && i < a->to->ncolumn; i++) {
    const Column *c = &a->to->columns[i];
    if (c->renamed_from == NULL) continue;
    if (table_column(a->old, c->renamed_from) < 0)
      err_set(ctx, SQLITE_ERROR,
              "table \"%s\": column \"%s\" is said to be renamed from \"%s\", "
              "which is not there",
              a->old->name, c->name, c->renamed_from);
    else if (renamed_to(a, c->renamed_from) != c)
      err_set(ctx, SQLITE_ERROR,
              "table \"%s\": two columns are said to be renamed from \"%s\"",
              a->old->name, c->renamed_from);
  }
}

/* First to names that no column has, those that lose theirs to another with
** them; then to the new ones: so names may be swapped. */
static void rename_columns(Alter *a) {
  Ctx *ctx = a->ctx;
  for (int i = 0; ctx_ok(ctx) && i < a->old->ncolumn; i++) {
    const char *name = a->old->columns[i].name;
    int namesake = table_column(a->to, name);
    bool loses = namesake >= 0 && a->to->columns[namesake].renamed_from;
    const char *aside = renamed_to(a, name)
                            ? mem_printf(ctx, "orm_renamed_%d", i)
                        : loses ? mem_printf(ctx, "orm_dropped_%s", name)
                                : NULL;
    if (aside) rename_column(a, name, aside);
  }
  for (int i = 0; ctx_ok(ctx) && i < a->old->ncolumn; i++) {
    const Column *c = renamed_to(a, a->old->columns[i].name);
    if (c) rename_column(a, mem_printf(ctx, "orm_renamed_%d", i), c->name);
  }
}

/* Without being said, another case is no other name. */
static bool table_is_renamed(const Alter *a) {
  return a->to->renamed_from && strcmp(a->old->name, a->to->name) != 0;
}

static void rename_all(Alter *a) {
  UsableAside aside = {NULL, 0};
  NameMap *names = map_new(a->ctx);
  map_put(a->ctx, names, a->old->name, names);
  const Schema *live = live_read(a->ctx);
  if (live) usable_set_aside(a->ctx, &aside, live, names);
  if (ctx_ok(a->ctx) && table_is_renamed(a)) {
    if (name_equal(a->old->name, a->to->name))
      native_rename(a, "", "orm_renamed");
    if (ctx_ok(a->ctx)) native_rename(a, "", a->to->name);
  }
  if (ctx_ok(a->ctx)) rename_columns(a);
  usable_put_back(a->ctx, &aside);
}

static bool has_renames(const Alter *a) {
  bool has = table_is_renamed(a);
  for (int i = 0; i < a->to->ncolumn; i++)
    has |= a->to->columns[i].renamed_from != NULL;
  return has;
}

/* ---- what stands in the way --------------------------------------------- */

static void check_temp_triggers(Alter *a) {
  const char *name =
      db_text(a->ctx,
              "SELECT name FROM sqlite_temp_schema WHERE type = 'trigger'"
              " AND tbl_name = %Q COLLATE NOCASE AND NOT EXISTS (SELECT 1 FROM"
              " sqlite_temp_schema WHERE type IN ('table', 'view')"
              "  AND name = %Q COLLATE NOCASE)",
              a->from->name, a->from->name);
  if (name)
    err_set(a->ctx, SQLITE_ERROR,
            "table \"%s\": TEMP trigger \"%s\" would be lost; drop it first",
            a->from->name, name);
}

static void check_settings(Alter *a) {
  if (db_int(a->ctx, "PRAGMA ignore_check_constraints"))
    err_set(a->ctx, SQLITE_ERROR,
            "table \"%s\": PRAGMA ignore_check_constraints is on, so that the "
            "copy could not be trusted; switch it off",
            a->from->name);
}

static i64 count_rows(Alter *a) {
  return db_int(a->ctx, "SELECT count(*) FROM \"main\".\"%w\"", a->from->name);
}

/* Rows for which the archive has nothing. */
static i64 count_others(Alter *a, const Return *back) {
  return db_int(a->ctx, "SELECT count(*) FROM \"main\".\"%w\" WHERE NOT %s",
                a->from->name, back->exists);
}

/* New NOT NULL columns need something to put there. */
static void check_new_columns(Alter *a) {
  Ctx *ctx = a->ctx;
  for (int i = 0; ctx_ok(ctx) && i < a->to->ncolumn; i++) {
    const Column *c = &a->to->columns[i];
    const Return *back = archive_return(a->returns, a->to->name, c->name);
    if (back && (back->altered || c->backfill)) back = NULL;
    if ((a->source[i] && !back) || c->generated.sql || !c->notnull ||
        c->value.sql || i == a->to->rowid_alias)
      continue;
    i64 rows = back ? count_others(a, back) : count_rows(a);
    if (rows)
      err_set(ctx, SQLITE_CONSTRAINT_NOTNULL,
              "table \"%s\": %lld row%s would have NULL in the new column "
              "\"%s\", which is NOT NULL; give it a DEFAULT, or a backfill",
              a->from->name, rows, rows == 1 ? "" : "s", c->name);
  }
}

/* ---- the copy ----------------------------------------------------------- */

/* Moves *at, up to which the text is copied, past a piece to leave out. */
static void leave_out(sqlite3_str *str, const char **at, const char *from,
                      const char *to) {
  if (from < *at) return;
  sqlite3_str_append(str, *at, (int)(from - *at));
  *at = to;
}

/* A CHECK may qualify columns by the table's own name. */
static bool is_own_qualifier(Alter *a, const Token *token) {
  if (!token_is_name(token) || !token_is(token + 1, ".")) return false;
  char *name = token_name(a->ctx, token);
  return name && name_equal(name, a->to->name);
}

/* The CREATE text for the scratch name. Left out: qualifiers of the table's
** own name, which is not there then, and directives, which are said once. */
static char *scratch_sql(Alter *a) {
  Ctx *ctx = a->ctx;
  Statement *s = parse_create(ctx, a->sql);
  Tokens tokens = token_list(ctx, a->sql);
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  sqlite3_str_appendf(str, "CREATE TABLE \"main\".\"%w\"", a->scratch);
  const char *at = a->sql + s->name_end;
  for (int i = 0, k = 0; i <= tokens.count; i++) {
    for (; k < tokens.ncomment && tokens.comments[k].after <= i; k++) {
      const Comment *c = &tokens.comments[k];
      const char *from = c->raw.z;
      while (from > at && (from[-1] == ' ' || from[-1] == '\t')) from--;
      if (c->n && *c->z == '@') leave_out(str, &at, from, c->raw.z + c->raw.n);
    }
    const Token *token = &tokens.list[i];
    if (i + 1 < tokens.count && is_own_qualifier(a, token))
      leave_out(str, &at, token->z, token[1].z + 1);
  }
  sqlite3_str_appendall(str, at);
  return mem_finish(ctx, str);
}

/* "rowid" of the new table, if it has to be copied by itself. */
static const char *copied_rowid(Alter *a) {
  if (a->identity == NULL || a->to->without_rowid || a->to->rowid_alias >= 0)
    return NULL;
  const char *name = proof_identity(a->ctx, a->to);
  return name && strncmp(name, "quote(", 6) != 0 ? name : NULL;
}

/* Where no column is kept, not even the rowid, there is nothing to copy. */
static void check_no_rows(Alter *a) {
  i64 rows = count_rows(a);
  if (rows)
    err_set(
        a->ctx, SQLITE_ERROR,
        "table \"%s\": the new definition keeps none of the columns, so "
        "nothing would be left of its %lld row%s; delete them first, or give "
        "a backfill",
        a->from->name, rows, rows == 1 ? "" : "s");
}

/* A rowid that is given must not be taken by a row that gets a new one. */
static const char *copy_order(Alter *a) {
  int alias = a->to->rowid_alias;
  if (alias < 0 || a->source[alias] == a->identity) return "";
  const char *name = a->to->columns[alias].name;
  int same = table_column(a->from, name);
  if (same >= 0 && same == a->from->rowid_alias &&
      !archive_return(a->returns, a->to->name, name))
    return "";
  return mem_printf(a->ctx, " ORDER BY (%s) IS NULL", a->source[alias]);
}

static bool any_source(Alter *a) {
  for (int i = 0; i < a->to->ncolumn; i++)
    if (a->source[i]) return true;
  return false;
}

/* OR ABORT, because a constraint of the table may say ON CONFLICT REPLACE,
** and would silently lose rows. NOT INDEXED, so that rows come in the order of
** their keys. */
static void copy_rows(Alter *a) {
  Ctx *ctx = a->ctx;
  if (!ctx_ok(ctx)) return;
  const char *rowid = copied_rowid(a);
  sqlite3_str *names = sqlite3_str_new(ctx->db);
  sqlite3_str *values = sqlite3_str_new(ctx->db);
  if (rowid) sqlite3_str_appendf(names, ", %s", rowid);
  if (rowid) sqlite3_str_appendf(values, ", %s", a->identity);
  for (int i = 0; i < a->to->ncolumn; i++) {
    if (a->source[i] == NULL) continue;
    sqlite3_str_appendf(names, ", \"%w\"", a->to->columns[i].name);
    sqlite3_str_appendf(values, ", %s", a->source[i]);
  }
  char *into = mem_finish(ctx, names), *from = mem_finish(ctx, values);
  if (into && (*into == 0 || (a->numbered && !any_source(a)))) {
    check_no_rows(a);
    return;
  }
  if (!ctx_ok(ctx)) return;
  db_exec(ctx,
          "INSERT OR ABORT INTO \"main\".\"%w\"(%s) SELECT %s"
          " FROM \"main\".\"%w\" NOT INDEXED%s",
          a->scratch, into + 2, from + 2, a->from->name, copy_order(a));
  if (ctx_ok(ctx) && sqlite3_changes(ctx->db) != count_rows(a))
    err_set(ctx, SQLITE_ERROR,
            "table \"%s\": the copy does not have its rows; a backfill must be "
            "an expression over one row, not an aggregate",
            a->from->name);
}

/* ---- why the copy failed ------------------------------------------------ */

/* The old rows as they would be in the new table: in a table of its columns,
** without its rules, so that types and collations have their effect. It goes
** with the savepoint. */
static Rows new_rows(Alter *a, Ctx *ctx) {
  Rows rows = {a->from->name, "SELECT * FROM \"main\".orm_proof"};
  sqlite3_str *columns = sqlite3_str_new(ctx->db);
  sqlite3_str *names = sqlite3_str_new(ctx->db);
  sqlite3_str *values = sqlite3_str_new(ctx->db);
  for (int i = 0; i < a->to->ncolumn; i++) {
    const Column *c = &a->to->columns[i];
    sqlite3_str_appendf(columns, ", \"%w\" %s", c->name,
                        a->to->strict && name_equal(c->type, "ANY") ? ""
                                                                    : c->type);
    if (c->collate) sqlite3_str_appendf(columns, " COLLATE \"%w\"", c->collate);
    if (c->generated.sql) {
      sqlite3_str_appendf(columns, " AS (%s)", c->generated.sql);
      continue;
    }
    sqlite3_str_appendf(names, ", \"%w\"", c->name);
    sqlite3_str_appendf(values, ", %s",
                        a->source[i]   ? a->source[i]
                        : c->value.sql ? c->value.sql
                                       : "NULL");
  }
  char *list = mem_finish(ctx, columns), *into = mem_finish(ctx, names);
  char *from = mem_finish(ctx, values);
  db_exec(ctx, "CREATE TABLE \"main\".orm_proof(orm_row%s)", list);
  db_exec(ctx,
          "INSERT INTO \"main\".orm_proof(orm_row%s)"
          " SELECT %s%s FROM \"main\".\"%w\" NOT INDEXED",
          into, proof_identity(ctx, a->from), from, a->from->name);
  return rows;
}

static void find_breakers(Alter *a, Ctx *look) {
  Rows rows = new_rows(a, look);
  if (a->to->rowid_alias >= 0)
    proof_rowid(look, &rows, a->to->columns[a->to->rowid_alias].name);
  for (int i = 0; i < a->to->ncolumn; i++)
    if (a->to->columns[i].notnull && !a->to->columns[i].generated.sql)
      proof_not_null(look, &rows, a->to->columns[i].name,
                     "give a backfill (orm_column.backfill), or fix the rows");
  for (int i = 0; i < a->to->nconstraint; i++) {
    const Constraint *c = &a->to->constraints[i];
    if (c->kind == CONSTRAINT_CHECK) proof_check(look, &rows, c->check.sql);
    if (c->kind <= CONSTRAINT_UNIQUE)
      proof_unique(look, &rows, c->terms, c->nterm, NULL);
  }
}

/* SQLite's message speaks of the scratch name, or of no table. */
static void name_the_table(Alter *a) {
  Ctx *ctx = a->ctx;
  const char *msg = ctx->msg ? ctx->msg : "", *at = strstr(msg, a->scratch);
  size_t skip = at ? strlen(a->scratch) : 0;
  if (at == NULL) at = msg;
  char *named =
      sqlite3_mprintf("table \"%s\": %.*s%s%s", a->from->name, (int)(at - msg),
                      msg, skip ? a->from->name : "", at + skip);
  if (named == NULL) return;
  sqlite3_free(ctx->msg);
  ctx->msg = named;
}

/* Replaces SQLite's message by one that counts, if the rows can be found, or
** that names the table at least. */
static void explain_failure(Alter *a) {
  Ctx *ctx = a->ctx;
  int rc = ctx->rc;
  Ctx look;
  ctx_init(&look, ctx->db);
  if ((rc & 0xff) == SQLITE_CONSTRAINT || rc == SQLITE_MISMATCH)
    find_breakers(a, &look);
  if (look.rc == SQLITE_NOMEM) {
    err_forget(ctx);
    err_nomem(ctx);
  } else if (look.rc == SQLITE_CONSTRAINT) {
    err_forget(ctx);
    err_set(ctx, rc, "%s", look.msg);
  } else {
    name_the_table(a);
  }
  ctx_clear(&look);
}

/* ---- what goes with the table ------------------------------------------- */

/* Triggers of the archive tell rows apart by their key. */
static bool keeps_key(Alter *a) {
  Key from = archive_key(a->ctx, a->from), to = archive_key(a->ctx, a->to);
  char *was = archive_key_norm(a->ctx, &from);
  char *is = archive_key_norm(a->ctx, &to);
  return ctx_ok(a->ctx) && strcmp(was, is) == 0;
}

static void read_dependents(Alter *a) {
  Ctx *ctx = a->ctx;
  bool keeps = keeps_key(a);

  sqlite3_stmt *rows = db_prepare(
      ctx,
      "SELECT name, sql FROM \"main\".sqlite_schema WHERE sql IS NOT NULL"
      " AND type IN ('index', 'trigger') AND tbl_name = %Q COLLATE NOCASE"
      " ORDER BY type, rowid",
      a->from->name);
  while (db_row(ctx, rows)) {
    const char *name = db_column(ctx, rows, 0);
    if (name && name_is_internal(name) && !keeps) continue;
    Text *text = MEM_PUSH(ctx, a->dependents, a->ndependent);
    if (text == NULL) break;
    text->name = name;
    text->sql = db_column(ctx, rows, 1);
  }
  db_finish(rows);
}

static void create_dependents(Alter *a) {
  Ctx *ctx = a->ctx;
  for (int i = 0; ctx_ok(ctx) && i < a->ndependent; i++) {
    guard_hold(ctx, &a->guard);
    db_exec(ctx, "%s", edit_in_main(ctx, a->dependents[i].sql));
    guard_let_go(ctx, &a->guard);
    err_prefix(ctx, "table \"%s\" cannot keep \"%s\"", a->from->name,
               a->dependents[i].name);
  }
}

/* The largest rowid ever used is not to be forgotten. */
static void carry_sequence(Alter *a) {
  if (!table_autoincrement(a->from) || !table_autoincrement(a->to)) return;
  db_exec(a->ctx, "DELETE FROM \"main\".sqlite_sequence WHERE name = %Q",
          a->scratch);
  db_exec(a->ctx,
          "INSERT INTO \"main\".sqlite_sequence(name, seq)"
          " SELECT %Q, seq FROM \"main\".sqlite_sequence"
          " WHERE name = %Q COLLATE NOCASE",
          a->scratch, a->from->name);
}

/* DROP TABLE forgets the statistics of its table, so they hide under the
** scratch name meanwhile. */
static void move_statistics(Alter *a, const char *from, const char *to) {
  static const char *const tables[] = {"sqlite_stat1", "sqlite_stat4"};
  for (int i = 0; i < 2; i++) {
    if (!ctx_ok(a->ctx) || !db_has_table(a->ctx, tables[i])) continue;
    db_exec(a->ctx,
            "UPDATE \"main\".%s SET tbl = %Q WHERE tbl = %Q COLLATE NOCASE",
            tables[i], to, from);
  }
}

/* ---- the whole ---------------------------------------------------------- */

static void rewrite(Alter *a) {
  Ctx *ctx = a->ctx;
  const char *name = a->from->name;
  a->scratch = mem_printf(ctx, "orm_rewrite_%s", name);
  read_dependents(a);
  if (!ctx_ok(ctx)) return;
  db_exec(ctx, "%s", scratch_sql(a));
  copy_rows(a);
  if (!ctx_ok(ctx)) explain_failure(a);
  carry_sequence(a);
  move_statistics(a, name, a->scratch);
  db_exec(ctx, "DROP TABLE \"main\".\"%w\"", name);
  db_exec(ctx, "ALTER TABLE \"main\".\"%w\" RENAME TO \"%w\"", a->scratch,
          a->to->name);
  create_dependents(a);
  move_statistics(a, a->scratch, name);
}

static void verify(Alter *a) {
  const Table *now = live_table(a->ctx, a->to->name);
  if (now && !table_equal(a->ctx, now, a->to))
    err_set(a->ctx, SQLITE_ERROR,
            "table \"%s\" did not become what was asked for; this is a defect "
            "of orm, and nothing was changed",
            a->to->name);
}

/* What the change must not break: foreign keys of other tables onto this one,
** those that it has or will have, views and triggers that name it. */
static void look_around(Alter *a) {
  Ctx *ctx = a->ctx;
  const Schema *live = live_read(ctx);
  Schema *wanted = live ? schema_new(ctx) : NULL;
  if (wanted == NULL) return;
  schema_add_table(ctx, wanted, a->to);
  fkeys_touch(ctx, &a->fkeys, a->old->name);
  fkeys_touch(ctx, &a->fkeys, a->to->name);
  fkeys_rename(ctx, &a->fkeys, a->old->name, a->to->name);
  fkeys_gather(ctx, &a->fkeys, live);
  fkeys_gather(ctx, &a->fkeys, wanted);
  fkeys_before(ctx, &a->fkeys, live);
  usable_before(ctx, &a->usable, live, a->fkeys.touched);
}

static void look_again(Alter *a) {
  const Schema *live = live_read(a->ctx);
  if (live == NULL) return;
  fkeys_after(a->ctx, &a->fkeys, live);
  usable_after(a->ctx, &a->usable, live);
  err_prefix(a->ctx, "table \"%s\"", a->to->name);
}

static bool has_backfill(const Table *table) {
  for (int i = 0; i < table->ncolumn; i++)
    if (table->columns[i].backfill) return true;
  return false;
}

/* Is the table what it is to be, without touching a row? */
static bool is_done(Alter *a) {
  return table_equal(a->ctx, a->from, a->to) && !has_backfill(a->to);
}

/* Returns what was done. */
static const char *alter_guarded(Alter *a, bool force_rewrite) {
  Ctx *ctx = a->ctx;
  check_settings(a);
  check_renames(a);
  if (a->alone) look_around(a);
  if (ctx_ok(ctx) && has_renames(a)) rename_all(a);
  bool instant = ctx_ok(ctx) && !force_rewrite && is_done(a);
  if (ctx_ok(ctx) && !instant) {
    check_temp_triggers(a);
    map_columns(a);
    check_new_columns(a);
    if (ctx_ok(ctx)) rewrite(a);
  }
  if (ctx_ok(ctx)) verify(a);
  if (a->alone) look_again(a);
  return instant ? "instant" : "rewrite";
}

const char *alter_table(Ctx *ctx, const char *table, const char *create_sql,
                        const char *method, bool alone) {
  if (method && !name_equal(method, "rewrite"))
    err_set(ctx, SQLITE_ERROR,
            "method=%s: this release of orm knows method=rewrite only", method);
  if (name_is_internal(table))
    err_set(ctx, SQLITE_ERROR, "table \"%s\" is not to be altered", table);
  Alter a;
  memset(&a, 0, sizeof(a));
  a.ctx = ctx;
  a.sql = create_sql;
  a.alone = alone;
  a.returns = ctx->guards && *ctx->guards ? (*ctx->guards)->returns : NULL;
  a.old = a.from = ctx_ok(ctx) ? live_table(ctx, table) : NULL;
  a.to = a.from ? read_wanted(ctx, a.from, create_sql) : NULL;
  if (!ctx_ok(ctx)) return NULL;
  if (method == NULL && !has_renames(&a) && is_done(&a)) return "instant";
  const char *done = NULL;
  guard_begin(ctx, &a.guard);
  if (ctx_ok(ctx)) done = alter_guarded(&a, method != NULL);
  guard_end(ctx, &a.guard);
  return done;
}
