#include "plan/plan.h"

#include "base/text.h"
#include "base/token.h"
#include "ddl/edit.h"
#include "ddl/render.h"
#include "plan/author_text.h"

/* ---- copies of tables --------------------------------------------------- */

static void *copy_struct(Ctx *ctx, const void *bytes, size_t size) {
  void *copy = mem_new(ctx, size);
  return copy && size ? memcpy(copy, bytes, size) : copy;
}

/* Returns a copy whose columns and constraints may be changed; NULL if out of
** memory. */
static Table *copy_table_struct(Ctx *ctx, const Table *table) {
  Table *copy = copy_struct(ctx, table, sizeof(Table));
  if (copy == NULL) return NULL;
  copy->columns =
      copy_struct(ctx, table->columns, sizeof(Column) * (size_t)table->ncolumn);
  copy->constraints = copy_struct(
      ctx, table->constraints, sizeof(Constraint) * (size_t)table->nconstraint);
  return ctx_ok(ctx) ? copy : NULL;
}

/* Returns true if SQLAlchemy writes the constraint after all columns. It reads
** such a constraint only from that place. */
static bool is_table_constraint(const Table *table, const Constraint *c) {
  if (c->column < 0 || !table->columns[c->column].orm_type) return false;
  return c->kind == CONSTRAINT_UNIQUE ||
         (c->kind == CONSTRAINT_FOREIGN &&
          (c->name || c->on_delete || c->on_update || c->deferred));
}

/* Returns the table with each constraint at the place where SQLAlchemy writes
** it. */
static const Table *like_sqlalchemy(Ctx *ctx, const Table *table) {
  Table *copy = copy_table_struct(ctx, table);
  for (int i = 0; copy && i < table->nconstraint; i++)
    if (is_table_constraint(table, &table->constraints[i]))
      copy->constraints[i].column = -1;
  return copy;
}

/* ---- names when a change runs ------------------------------------------- */

/* Returns the name that a column of a parent table has when change i runs. This
** is the old name if a later change renames the column; SQLite's RENAME COLUMN
** then also rewrites the foreign key. */
static const char *name_at_change(const Changes *changes, int i,
                                  const char *parent, const char *column) {
  for (int k = i; k < changes->count; k++) {
    const Change *c = &changes->list[k];
    if (c->op == OP_RENAME_COLUMN && name_equal(c->object, parent) &&
        name_equal(c->table_to->columns[c->column_to].name, column))
      return c->table_from->columns[c->column_from].name;
  }
  return column;
}

/* Returns the table as change i writes it. */
static const Table *table_at_change(Ctx *ctx, const Changes *changes, int i,
                                    const Table *table) {
  Table *copy = copy_table_struct(ctx, table);
  for (int k = 0; copy && k < table->nconstraint; k++) {
    Constraint *key = &copy->constraints[k];
    if (key->nparent == 0 || name_equal(key->parent, table->name)) continue;
    key->parent_columns = copy_struct(ctx, key->parent_columns,
                                      sizeof(char *) * (size_t)key->nparent);
    for (int n = 0; ctx_ok(ctx) && n < key->nparent; n++)
      key->parent_columns[n] =
          name_at_change(changes, i, key->parent, key->parent_columns[n]);
  }
  if (copy) table_finish(ctx, copy); /* the norms of its keys */
  return copy;
}

/* ---- changes of one table ----------------------------------------------- */

/* Returns true if ALTER TABLE ADD COLUMN can make the change, whatever rows the
** table has. SQLite refuses ADD COLUMN of a key, UNIQUE or STORED column. If
** the table has rows, SQLite may also refuse NOT NULL, a default that is not a
** literal, and a CHECK
** (https://sqlite.org/lang_altertable.html#alter_table_add_column). */
static bool adds_natively(const Change *change) {
  if (change->op != OP_ADD_COLUMN) return false;
  const Table *table = change->table_to;
  const Column *c = &table->columns[change->column_to];
  if (c->notnull || c->generated.sql || c->backfill ||
      !tablediff_is_literal(&c->default_value) ||
      (table->strict && !tablediff_default_fits(c)))
    return false;
  for (int i = 0; i < table->nconstraint; i++) {
    const Constraint *constraint = &table->constraints[i];
    if (constraint->column == change->column_to &&
        (constraint->kind != CONSTRAINT_FOREIGN || c->default_value.sql))
      return false;
  }
  return true;
}

/* Returns true if one native statement makes the change, whatever rows the
** table has. */
static bool runs_natively(const Change *change) {
  return adds_natively(change) ||
         (change->op == OP_RENAME_COLUMN && change_renames_simply(change));
}

/* Returns false if the change must restore the old text of the table and a
** native statement cannot do that: ADD COLUMN writes the column last. */
static bool keeps_text(const Change *c) {
  return !c->inverse || c->op != OP_ADD_COLUMN;
}

static bool group_is_native(const Changes *changes, int from, int to) {
  for (int i = from; i < to; i++)
    if (!runs_natively(&changes->list[i]) || !keeps_text(&changes->list[i]))
      return false;
  return true;
}

/* Appends the description of the change as a comment. */
static void comment_line(Ctx *ctx, sqlite3_str *str, const Change *change) {
  const char *text = diff_describe(ctx, change);
  sqlite3_str_appendall(str, "-- ");
  for (; text && *text; text++)
    sqlite3_str_appendchar(str, 1,
                           *text == '\n' || *text == '\r' ? ' ' : *text);
  sqlite3_str_appendall(str, "\n");
}

/* Returns the backfill with `new.column` in place of `old.column`, where `old`
** and `new` are the names of the table. The author wrote the old name, but the
** table has its new name when the script runs. */
static const char *backfill_now(Ctx *ctx, const char *backfill,
                                const Table *from, const Table *to) {
  if (name_equal(from->name, to->name)) return backfill;
  Tokens tokens = token_list(ctx, backfill);
  if (!ctx_ok(ctx)) return backfill;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  const char *at = backfill;
  for (int i = 0; i < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    const char *name = token_is_name(token) && token_is(token + 1, ".")
                           ? token_name(ctx, token)
                           : NULL;
    if (name == NULL || !name_equal(name, from->name)) continue;
    sqlite3_str_append(str, at, (int)(token->z - at));
    sqlite3_str_appendf(str, "\"%w\"", to->name);
    at = token->z + token->n;
  }
  sqlite3_str_appendall(str, at);
  return mem_finish(ctx, str);
}

/* Returns the table with the directives of its columns: the backfills that the
** changes run, and the old names. */
static const Table *with_directives(Ctx *ctx, const Changes *changes, int from,
                                    int to) {
  const Table *table = changes->list[from].table_to;
  Table *copy = copy_table_struct(ctx, table);
  if (copy == NULL) return table;
  Column *columns = copy->columns;
  for (int i = 0; i < table->ncolumn; i++) columns[i].backfill = NULL;
  for (int i = from; i < to; i++) {
    const Change *c = &changes->list[i];
    if (change_backfills(c))
      columns[c->column_to].backfill = backfill_now(
          ctx, table->columns[c->column_to].backfill, c->table_from, table);
    if (c->op == OP_RENAME_COLUMN)
      columns[c->column_to].renamed_from =
          c->table_from->columns[c->column_from].name;
  }
  return copy;
}

/* Returns the orm_alter_table() call that makes the changes of a group. */
static char *alter_statement(Ctx *ctx, const Changes *changes, int from,
                             int to) {
  const Table *table = with_directives(ctx, changes, from, to);
  table = table_at_change(ctx, changes, from, table);
  if (!ctx_ok(ctx)) return NULL;
  const char *text = NULL;
  for (int i = from; i < to && text == NULL; i++)
    text = changes->list[i].text_to;
  const char *sql = text ? edit_table_exact(ctx, text, table) : NULL;
  sql = sql ? edit_add_directives(ctx, sql, table)
            : render_table(ctx, table, true, NULL);
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = from; i < to; i++) comment_line(ctx, str, &changes->list[i]);
  sqlite3_str_appendf(str, "SELECT orm_alter_table(%Q, %Q)", table->name, sql);
  return mem_finish(ctx, str);
}

/* ---- statements --------------------------------------------------------- */

static char *script_drop(Ctx *ctx, const char *what, const char *name) {
  return mem_printf(ctx, "DROP %s %s", what, render_name(ctx, name));
}

static char *script_rename_table(Ctx *ctx, const char *from, const char *to) {
  return mem_printf(ctx, "ALTER TABLE %s RENAME TO %s", render_name(ctx, from),
                    render_name(ctx, to));
}

static const char *temporary_name(Ctx *ctx, const char *name) {
  return mem_printf(ctx, "orm_renamed_%s", name);
}

/* Returns the statements that make rename i. If another table still has
** the new name, because it is renamed later, that table gets a temporary name
** first. A table whose name changes only in letter case also gets a temporary
** name first, because SQLite reports the new name as in use. */
static char *rename_statement(Ctx *ctx, const Changes *changes, int i) {
  const Change *c = &changes->list[i];
  const char *from = c->object_back, *to = c->object;
  const char *first = NULL;
  for (int k = 0; ctx_ok(ctx) && k < changes->count; k++) {
    const Change *other = &changes->list[k];
    if (other->op != OP_RENAME_TABLE) continue;
    if (k < i && name_equal(other->object, from))
      from = temporary_name(ctx, from);
    if (k >= i && name_equal(other->object_back, to))
      first =
          script_rename_table(ctx, other->object_back, temporary_name(ctx, to));
    if (k == i && first) from = temporary_name(ctx, from);
  }
  const char *name = script_rename_table(ctx, from, to);
  return mem_printf(ctx, "%s%s%s", first ? first : "", first ? ";\n" : "",
                    name);
}

static char *script_create_index(Ctx *ctx, const Change *c) {
  return c->text_to ? mem_text(ctx, c->text_to, -1)
                    : render_index(ctx, c->index_to);
}

static char *script_rename_index(Ctx *ctx, const Change *c) {
  return mem_printf(ctx, "%s;\n%s", script_drop(ctx, "INDEX", c->object_back),
                    script_create_index(ctx, c));
}

static char *script_rename_column(Ctx *ctx, const Change *c) {
  const Table *from = c->table_from, *to = c->table_to;
  return mem_printf(ctx, "ALTER TABLE %s RENAME COLUMN %s TO %s",
                    render_name(ctx, to->name),
                    render_name(ctx, from->columns[c->column_from].name),
                    render_name(ctx, to->columns[c->column_to].name));
}

static char *script_create_table(Ctx *ctx, const Change *c) {
  if (c->text_to) return mem_text(ctx, c->text_to, -1);
  const Table *table = like_sqlalchemy(ctx, c->table_to);
  return table ? render_table(ctx, table, false, NULL) : NULL;
}

/* Returns the ALTER TABLE ADD COLUMN statement; adds_natively() must be
** true. */
static char *script_add_column(Ctx *ctx, const Changes *changes, int i) {
  const Change *c = &changes->list[i];
  const Table *table = table_at_change(ctx, changes, i, c->table_to);
  return table ? mem_printf(ctx, "ALTER TABLE %s ADD COLUMN %s",
                            render_name(ctx, c->object),
                            render_column(ctx, table, c->column_to))
               : NULL;
}

static char *script_create_view(Ctx *ctx, const Change *c) {
  char *sql = mem_text(ctx, c->object_to->sql, -1);
  for (int i = 0; sql && i < c->triggers_to.count; i++)
    sql = mem_printf(ctx, "%s%s\n\n%s", sql, token_semicolon(sql),
                     c->triggers_to.list[i]->sql);
  return sql;
}

/* Returns the statement of a change that is not part of a group. */
static char *one_statement(Ctx *ctx, const Changes *changes, int i) {
  const Change *c = &changes->list[i];
  switch (c->op) {
  case OP_CREATE_TABLE: return script_create_table(ctx, c);
  case OP_DROP_TABLE: return script_drop(ctx, "TABLE", c->object);
  case OP_RENAME_TABLE: return rename_statement(ctx, changes, i);
  case OP_RENAME_COLUMN: return script_rename_column(ctx, c);
  case OP_CREATE_INDEX: return script_create_index(ctx, c);
  case OP_DROP_INDEX: return script_drop(ctx, "INDEX", c->object);
  case OP_RENAME_INDEX: return script_rename_index(ctx, c);
  case OP_CREATE_VIEW: return script_create_view(ctx, c);
  case OP_CREATE_TRIGGER:
  case OP_CREATE_VIRTUAL_TABLE: return mem_text(ctx, c->object_to->sql, -1);
  case OP_DROP_VIEW: return script_drop(ctx, "VIEW", c->object);
  case OP_DROP_TRIGGER: return script_drop(ctx, "TRIGGER", c->object);
  case OP_DROP_VIRTUAL_TABLE: return script_drop(ctx, "TABLE", c->object);
  case OP_ADD_COLUMN: return script_add_column(ctx, changes, i);
  case OP_DROP_COLUMN:
  case OP_ALTER_COLUMN:
  case OP_ADD_CONSTRAINT:
  case OP_DROP_CONSTRAINT: break; /* alter_statement() makes these */
  case OP_ALTER_OPTIONS:
    if (c->object_to)
      return mem_printf(ctx, "SELECT orm_alter_table(%Q, %Q)", c->object,
                        c->object_to->sql);
    break;
  }
  err_set(ctx, SQLITE_INTERNAL, "no statement of its own for %s of \"%s\"",
          change_info(c->op)->name, c->object);
  return NULL;
}

/* Returns true if one statement makes all changes of the group of change i. */
static bool is_one_statement(const Changes *changes, int i, int from, int to) {
  return change_alters(&changes->list[i]) &&
         !group_is_native(changes, from, to);
}

static char *plan_statement(Ctx *ctx, const Changes *changes, int i) {
  int from, to;
  change_group(changes, i, &from, &to);
  char *sql = is_one_statement(changes, i, from, to)
                  ? alter_statement(ctx, changes, from, to)
                  : one_statement(ctx, changes, i);
  if (!ctx_ok(ctx)) return NULL;
  return mem_printf(ctx, "%s%s", sql, token_semicolon(sql));
}

/* ---- texts that RENAME has changed -------------------------------------- */

/* Returns true if a statement of the script writes the object as a whole. */
static bool is_written(const Changes *changes, const char *name, bool table) {
  for (int i = 0; i < changes->count; i++) {
    const Change *c = &changes->list[i];
    int from, to;
    if (!name_equal(c->object, name) || table != (c->table_to != NULL))
      continue;
    if (c->op == OP_RENAME_TABLE) continue;
    if (!change_info(c->op)->alters) return true;
    change_group(changes, i, &from, &to);
    return !group_is_native(changes, from, to);
  }
  return false;
}

/* Returns true if the text differs after this change, a RENAME, and its
** undo. */
static bool is_changed_by_rename(Ctx *ctx, const Change *c, const char *sql) {
  bool table = c->op == OP_RENAME_TABLE;
  if (!table && c->op != OP_RENAME_COLUMN) return false;
  const char *to = table ? c->object : c->table_to->columns[c->column_to].name;
  const char *from =
      table ? c->object_back : c->table_from->columns[c->column_from].name;
  const char *old = c->inverse ? to : from, *now = c->inverse ? from : to;
  return !author_text_survives_rename(ctx, sql, table, old, now);
}

/* Returns true if the text differs after the RENAMEs of the script and those of
** its inverse. */
static bool is_changed_by_renames(Ctx *ctx, const Changes *changes,
                                  const char *sql) {
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++)
    if (is_changed_by_rename(ctx, &changes->list[i], sql)) return true;
  return false;
}

/* Returns true if the changes or their inverse have a RENAME COLUMN or DROP
** COLUMN. With these statements SQLite changes each "string" in the schema to
** 'string'. */
static bool requotes_strings(const Changes *changes) {
  for (int i = 0; i < changes->count; i++) {
    Op op = changes->list[i].op;
    if (op == OP_RENAME_COLUMN || op == OP_ADD_COLUMN || op == OP_DROP_COLUMN)
      return true;
  }
  return false;
}

bool plan_edits_text(Ctx *ctx, const Changes *changes, const char *sql,
                     const NameMap *names) {
  return (requotes_strings(changes) &&
          author_text_has_string(ctx, sql, names)) ||
         is_changed_by_renames(ctx, changes, sql);
}

/* The state of restore_texts(). */
typedef struct Restoring {
  sqlite3_str *str;
  const Changes *changes;
  const NameMap *names; /* all names, if strings are requoted; else NULL */
} Restoring;

/* Appends the statement that restores the text of an object, if necessary. */
static void restore_text(Ctx *ctx, const Restoring *r, const char *name,
                         const char *sql, bool table) {
  if (!ctx_ok(ctx) || sql == NULL || is_written(r->changes, name, table))
    return;
  bool requoted = r->names && author_text_has_string(ctx, sql, r->names);
  if (requoted || is_changed_by_renames(ctx, r->changes, sql))
    sqlite3_str_appendf(
        r->str, "\n\n" AUTHOR_TEXT_RESTORED "\nSELECT orm_alter_table(%Q, %Q);",
        name, sql);
}

static const NameMap *all_names(Ctx *ctx, const Schema *schema) {
  NameMap *names = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++) {
    const Table *table = schema->tables[i];
    map_put(ctx, names, table->name, names);
    for (int k = 0; ctx_ok(ctx) && k < table->ncolumn; k++)
      map_put(ctx, names, table->columns[k].name, names);
  }
  for (int i = 0; ctx_ok(ctx) && i < schema->nindex; i++)
    map_put(ctx, names, schema->indexes[i]->name, names);
  for (int i = 0; ctx_ok(ctx) && i < schema->nobject; i++)
    map_put(ctx, names, schema->objects[i]->name, names);
  return names;
}

/* Appends the statements that restore the old texts exactly. An inverse ends
** with them. */
static void restore_texts(Ctx *ctx, sqlite3_str *str, const Changes *changes) {
  const Schema *live = changes->live;
  if (live == NULL || changes->count == 0 || !changes->list[0].inverse) return;
  const NameMap *names = live->whole ? live->whole : all_names(ctx, live);
  Restoring r = {str, changes, requotes_strings(changes) ? names : NULL};
  for (int i = 0; i < live->ntable; i++)
    restore_text(ctx, &r, live->tables[i]->name, live->tables[i]->sql, true);
  for (int i = 0; i < live->nindex; i++)
    restore_text(ctx, &r, live->indexes[i]->name, live->indexes[i]->sql, false);
  for (int i = 0; i < live->nobject; i++)
    restore_text(ctx, &r, live->objects[i]->name, live->objects[i]->sql, false);
}

const char **plan_statements(Ctx *ctx, const Changes *changes) {
  size_t size = sizeof(char *) * (size_t)changes->count;
  const char **list = (const char **)mem_new(ctx, size);
  for (int i = 0; ctx_ok(ctx) && i < changes->count;) {
    int from, to;
    change_group(changes, i, &from, &to);
    if (!is_one_statement(changes, i, from, to)) to = i + 1;
    list[i] = plan_statement(ctx, changes, i);
    for (int k = i + 1; k < to; k++) list[k] = list[i];
    i = to;
  }
  return ctx_ok(ctx) ? list : NULL;
}

char *plan_script(Ctx *ctx, const Changes *changes) {
  const char **list = plan_statements(ctx, changes);
  if (list == NULL) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < changes->count; i++)
    if (i == 0 || list[i] != list[i - 1])
      sqlite3_str_appendf(str, "%s%s", i ? "\n\n" : "", list[i]);
  restore_texts(ctx, str, changes);
  return mem_finish(ctx, str);
}

/* Returns the cost of the group of changes from `from` to `to`. */
static Method group_method(Ctx *ctx, const Changes *changes, int from, int to,
                           const RuleState *state) {
  const Change *c = &changes->list[from];
  if (c->op == OP_CREATE_INDEX || c->op == OP_RENAME_INDEX) return METHOD_SCAN;
  if (c->op == OP_DROP_TABLE) return METHOD_REWRITE; /* its rows are saved */
  if (!change_alters(c) || c->table_renamed == NULL) return METHOD_INSTANT;
  TableDiff deltas = tablediff_compare(ctx, c->table_renamed,
                                       with_directives(ctx, changes, from, to));
  return rules_method(&deltas, state);
}

Method *plan_costs(Ctx *ctx, const Changes *changes, const RuleState *state) {
  Method *list =
      (Method *)mem_new(ctx, sizeof(Method) * (size_t)changes->count);
  for (int i = 0; ctx_ok(ctx) && i < changes->count;) {
    int from, to;
    change_group(changes, i, &from, &to);
    Method method = group_method(ctx, changes, from, to, state);
    while (i < to) list[i++] = method;
  }
  return ctx_ok(ctx) ? list : NULL;
}

/* ---- messages ----------------------------------------------------------- */

enum { LONGEST_MESSAGE = 40 };

/* Returns true if the change is a consequence of a relationship or of another
** change in the list. */
static bool follows_from_other(const Changes *changes, const Change *c) {
  const Object *object = c->object_to ? c->object_to : c->object_from;
  const Index *index = c->index_to ? c->index_to : c->index_from;
  if (object && object->id == 0) return true; /* of a relationship */
  for (int i = 0; index && i < changes->count; i++) {
    const Change *other = &changes->list[i];
    bool whole = other->op == OP_CREATE_TABLE || other->op == OP_DROP_TABLE ||
                 other->op == OP_RENAME_TABLE || other->op == OP_RENAME_COLUMN;
    if (whole && (name_equal(other->object, index->table) ||
                  name_equal(other->object_back, index->table)))
      return true;
  }
  return false;
}

/* Returns the verb, the object and, if there is one, its column: "add user
** email". */
static char *words_of(Ctx *ctx, const Change *c) {
  const char *op = change_info(c->op)->name;
  const char *column = "";
  if (c->op == OP_DROP_COLUMN || c->op == OP_RENAME_COLUMN)
    column = c->table_from->columns[c->column_from].name;
  else if (c->column_to >= 0 && c->table_to)
    column = c->table_to->columns[c->column_to].name;
  const char *verb = c->op == OP_ADD_CONSTRAINT || c->op == OP_DROP_CONSTRAINT
                         ? "alter"
                         : mem_printf(ctx, "%.*s", (int)strcspn(op, "_"), op);
  const char *object = c->op == OP_RENAME_TABLE ? c->object_back : c->object;
  return mem_printf(ctx, "%s %s %s", verb, object, column);
}

/* Returns the text in at most n lower-case letters, digits and _, as for the
** name of a file. */
static char *plain_words(Ctx *ctx, const char *text, int n) {
  if (!ctx_ok(ctx)) return NULL;
  char *words = mem_text(ctx, text, -1);
  int length = 0;
  for (const char *z = text; words && *z; z++) {
    char c = char_lower(*z);
    bool plain = (c >= 'a' && c <= 'z') || char_is_digit(c);
    if (plain || (length && words[length - 1] != '_'))
      words[length++] = plain ? c : '_';
  }
  if (words == NULL) return NULL;
  if (length > n) length = n;
  while (length && words[length - 1] == '_') length--;
  words[length] = 0;
  return words;
}

char *plan_message(Ctx *ctx, const Changes *changes) {
  const Change *first = NULL;
  int count = 0;
  for (int i = 0; i < changes->count; i++) {
    const Change *c = &changes->list[i];
    if (follows_from_other(changes, c)) continue;
    if (first == NULL ||
        change_info(c->op)->weight > change_info(first->op)->weight)
      first = c;
    count++;
  }
  if (first == NULL && changes->count) first = &changes->list[0];
  if (first == NULL) return mem_text(ctx, "migration", -1);
  char *more = count > 1 ? mem_printf(ctx, "_and_%d_more", count - 1)
                         : mem_text(ctx, "", -1);
  char *words = words_of(ctx, first);
  if (!ctx_ok(ctx)) return NULL;
  words = plain_words(ctx, words, LONGEST_MESSAGE - (int)strlen(more));
  return mem_printf(ctx, "%s%s", words, more);
}
