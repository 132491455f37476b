#include "relate.h"

#include "parse.h"
#include "render.h"

/* One direction of a relationship, as its view needs it. */
typedef struct Side {
  Ctx *ctx;
  Schema *schema;
  const char *view, *name;     /* post__author, author */
  const Table *owner, *target; /* post, user */
  const Constraint *foreign;   /* the foreign key of one of them to the other */
  const char **referenced;     /* the columns that it points to */
  bool to_parent; /* the owner has the foreign key, not the target */
  bool viewonly, delete_orphan;
} Side;

/* ---- the foreign key ----------------------------------------------------- */

/* Is `list` ("post.user_id, b", tables optional) these columns, in any order?
 */
static bool names_columns(Ctx *ctx, const char *list, const Table *table,
                          const char *const *columns, int count) {
  Tokens tokens = token_list(ctx, list);
  int found = 0;
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    if (token_is(&tokens.list[i], ",")) continue;
    const char *name = token_name(ctx, &tokens.list[i]);
    if (name && token_is(&tokens.list[i + 1], ".")) {
      if (!name_equal(name, table->name) && !name_equal(name, table->model))
        return false;
      i += 2;
      name = token_name(ctx, &tokens.list[i]);
    }
    int k = 0;
    while (name && k < count && !name_equal(columns[k], name)) k++;
    if (!name || k == count) return false;
    found++;
  }
  return found == count;
}

/* The columns that the key has here. */
static const char **own_columns(Ctx *ctx, const Constraint *c) {
  size_t size = sizeof(char *) * (size_t)c->nterm;
  const char **names = (const char **)mem_new(ctx, size);
  for (int i = 0; names && i < c->nterm; i++) names[i] = c->terms[i].column;
  return names;
}

/* And those it points to: said, or the parent's PRIMARY KEY. NULL if they are
** not as many. */
static const char **referenced_columns(Ctx *ctx, const Constraint *c,
                                       const Table *parent) {
  if (c->nparent) return c->parent_columns;
  const Constraint *key = table_primary_key(parent);
  return key && key->nterm == c->nterm ? own_columns(ctx, key) : NULL;
}

/* A foreign key that could carry the relationship. */
typedef struct Candidate {
  const Table *child, *parent;
  const Constraint *foreign;
} Candidate;

typedef struct Candidates {
  Candidate *list;
  int count;
} Candidates;

static void add_candidates(Ctx *ctx, Candidates *all, const Relationship *r,
                           const Table *child, const Table *parent) {
  for (int i = 0; ctx_ok(ctx) && i < child->nconstraint; i++) {
    const Constraint *c = &child->constraints[i];
    if (c->kind != CONSTRAINT_FOREIGN || !name_equal(c->parent, parent->name))
      continue;
    if (r->foreign_key && !names_columns(ctx, r->foreign_key, child,
                                         own_columns(ctx, c), c->nterm))
      continue;
    Candidate *slot = MEM_PUSH(ctx, all->list, all->count);
    if (slot) *slot = (Candidate){child, parent, c};
  }
}

static char *list_candidates(Ctx *ctx, const Candidates *all) {
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < all->count; i++) {
    const Candidate *c = &all->list[i];
    sqlite3_str_appendall(str, i ? "; " : "");
    for (int k = 0; k < c->foreign->nterm; k++)
      sqlite3_str_appendf(str, "%s%s.%s", k ? ", " : "", c->child->name,
                          c->foreign->terms[k].column);
  }
  return mem_finish(ctx, str);
}

static Candidate find_foreign_key(Ctx *ctx, const Relationship *r) {
  Candidates all = {NULL, 0};
  Candidate none = {NULL, NULL, NULL};
  add_candidates(ctx, &all, r, r->model, r->target);
  if (r->model != r->target) add_candidates(ctx, &all, r, r->target, r->model);
  if (!ctx_ok(ctx)) return none;
  if (all.count == 0)
    err_set(ctx, SQLITE_ERROR, "no foreign key %s%s%sjoins \"%s\" and \"%s\"",
            r->foreign_key ? "(" : "", r->foreign_key ? r->foreign_key : "",
            r->foreign_key ? ") " : "", r->model->name, r->target->name);
  if (all.count > 1)
    err_set(ctx, SQLITE_ERROR,
            "several foreign keys join \"%s\" and \"%s\"; say which in "
            "foreign_key: %s",
            r->model->name, r->target->name, list_candidates(ctx, &all));
  return ctx_ok(ctx) ? all.list[0] : none;
}

/* ---- words --------------------------------------------------------------- */

static char *name(const Side *s, const char *plain) {
  return render_name(s->ctx, plain);
}

/* author__nickname */
static char *prefixed(const Side *s, const char *prefix, const char *plain) {
  return name(s, mem_printf(s->ctx, "%s__%s", prefix, plain));
}

/* What the view calls the owner's table. */
static const char *self(const Side *s) {
  return name_equal(s->name, "self") ? "this" : "self";
}

static bool is_foreign(const Side *s, const char *column) {
  for (int i = 0; i < s->foreign->nterm; i++)
    if (name_equal(s->foreign->terms[i].column, column)) return true;
  return false;
}

/* "a = row.a AND b = row.b" for the PRIMARY KEY of the table. */
static char *key_match(const Side *s, const Table *table, const char *row) {
  sqlite3_str *str = sqlite3_str_new(s->ctx->db);
  const Constraint *key = table_primary_key(table);
  for (int i = 0; i < key->nterm; i++) {
    const char *column = name(s, key->terms[i].column);
    sqlite3_str_appendf(str, "%s%s = %s.%s", i ? " AND " : "", column, row,
                        column);
  }
  return mem_finish(s->ctx, str);
}

static const Column *column_of(const Table *table, const char *column) {
  return &table->columns[table_column(table, column)];
}

/* NEW.c; NULL, which may mean that it was left out, takes the default. */
static char *new_value(const Side *s, const Column *c) {
  const char *column = name(s, c->name);
  if (c->value.sql == NULL || name_equal(c->value.sql, "NULL"))
    return mem_printf(s->ctx, "NEW.%s", column);
  return mem_printf(s->ctx, "coalesce(NEW.%s, %s)", column, c->value.sql);
}

/* One statement of a trigger: an error where the condition is true. */
static void add_error(const Side *s, sqlite3_str *str, const char *message,
                      const char *condition) {
  if (!ctx_ok(s->ctx)) return;
  sqlite3_str_appendf(str, "  SELECT RAISE(ABORT, %Q)\n    WHERE %s;\n",
                      mem_printf(s->ctx, "%s: %s", s->view, message),
                      condition);
}

/* ---- which row of the target is meant ------------------------------------ */

/* Columns of the target that are unique together. */
typedef struct Chooser {
  const char **columns;
  int count;
} Chooser;

typedef struct Choosers {
  Chooser *list;
  int count;
} Choosers;

static void add_chooser(const Side *s, Choosers *all, const Term *terms,
                        int nterm) {
  Chooser chooser = {NULL, 0};
  for (int i = 0; i < nterm; i++) {
    const char *column = terms[i].column;
    if (column == NULL) return;
    if (!s->to_parent && is_foreign(s, column)) return;
    const char **slot = MEM_PUSH(s->ctx, chooser.columns, chooser.count);
    if (slot) *slot = column;
  }
  for (int i = 0; i < all->count; i++)
    if (all->list[i].count == 1 && chooser.count == 1 &&
        name_equal(all->list[i].columns[0], chooser.columns[0]))
      return;
  Chooser *slot = MEM_PUSH(s->ctx, all->list, all->count);
  if (slot) *slot = chooser;
}

static Choosers find_choosers(const Side *s) {
  Choosers all = {NULL, 0};
  const Table *t = s->target;
  for (int i = 0; ctx_ok(s->ctx) && i < t->nconstraint; i++)
    if (t->constraints[i].kind <= CONSTRAINT_UNIQUE)
      add_chooser(s, &all, t->constraints[i].terms, t->constraints[i].nterm);
  for (int i = 0; ctx_ok(s->ctx) && i < s->schema->nindex; i++) {
    const Index *index = s->schema->indexes[i];
    if (index->unique && !index->where.sql && name_equal(index->table, t->name))
      add_chooser(s, &all, index->terms, index->nterm);
  }
  if (!ctx_ok(s->ctx)) all.count = 0;
  return all;
}

static bool is_chosen_by(const Choosers *all, const char *column) {
  for (int i = 0; i < all->count; i++)
    for (int k = 0; k < all->list[i].count; k++)
      if (name_equal(all->list[i].columns[k], column)) return true;
  return false;
}

/* Was the chooser given: on INSERT, a value that is not NULL; on UPDATE,
** another one. */
static char *given(const Side *s, const Chooser *c, bool update) {
  sqlite3_str *str = sqlite3_str_new(s->ctx->db);
  for (int i = 0; i < c->count; i++) {
    const char *column = prefixed(s, s->name, c->columns[i]);
    sqlite3_str_appendf(str, "%sNEW.%s IS NOT %s%s", i ? " OR " : "", column,
                        update ? "OLD." : "NULL", update ? column : "");
  }
  char *text = mem_finish(s->ctx, str);
  return c->count > 1 ? mem_printf(s->ctx, "(%s)", text) : text;
}

/* nickname = NEW.author__nickname */
static char *chooser_match(const Side *s, const Chooser *c) {
  sqlite3_str *str = sqlite3_str_new(s->ctx->db);
  for (int i = 0; i < c->count; i++)
    sqlite3_str_appendf(str, "%s%s = NEW.%s", i ? " AND " : "",
                        name(s, c->columns[i]),
                        prefixed(s, s->name, c->columns[i]));
  return mem_finish(s->ctx, str);
}

static char *chooser_names(const Side *s, const Chooser *c) {
  sqlite3_str *str = sqlite3_str_new(s->ctx->db);
  for (int i = 0; i < c->count; i++)
    sqlite3_str_appendf(str, "%s%s__%s", i ? ", " : "", s->name, c->columns[i]);
  return mem_finish(s->ctx, str);
}

/* Is any of the choosers given? */
static char *any_given(const Side *s, const Choosers *all, bool update) {
  sqlite3_str *str = sqlite3_str_new(s->ctx->db);
  for (int i = 0; i < all->count; i++)
    sqlite3_str_appendf(str, "%s%s", i ? " OR " : "",
                        given(s, &all->list[i], update));
  return mem_finish(s->ctx, str);
}

/* SELECTs of `columns` from the target, one for each chooser that is given,
** with `between` between them. */
static char *chosen(const Side *s, const Choosers *all, bool update,
                    const char *columns, const char *between) {
  sqlite3_str *str = sqlite3_str_new(s->ctx->db);
  for (int i = 0; i < all->count; i++)
    sqlite3_str_appendf(str, "%sSELECT %s FROM %s WHERE %s AND %s",
                        i ? between : "", columns, name(s, s->target->name),
                        given(s, &all->list[i], update),
                        chooser_match(s, &all->list[i]));
  return mem_finish(s->ctx, str);
}

static char *key_names(const Side *s, const Table *table) {
  sqlite3_str *str = sqlite3_str_new(s->ctx->db);
  const Constraint *key = table_primary_key(table);
  for (int i = 0; i < key->nterm; i++)
    sqlite3_str_appendf(str, "%s%s", i ? ", " : "",
                        name(s, key->terms[i].column));
  return mem_finish(s->ctx, str);
}

/* All that is given must be there. NULL on UPDATE says: none any more. */
static void check_exists(const Side *s, sqlite3_str *str, const Choosers *all,
                         bool update) {
  for (int i = 0; ctx_ok(s->ctx) && i < all->count; i++) {
    const Chooser *c = &all->list[i];
    sqlite3_str *some = sqlite3_str_new(s->ctx->db);
    for (int k = 0; k < c->count; k++)
      sqlite3_str_appendf(some, "%sNEW.%s IS NOT NULL", k ? " OR " : "",
                          prefixed(s, s->name, c->columns[k]));
    char *not_null = mem_finish(s->ctx, some);
    add_error(s, str,
              mem_printf(s->ctx, "no %s has this %s", s->target->name,
                         chooser_names(s, c)),
              mem_printf(s->ctx,
                         "%s%s%s%s AND NOT EXISTS\n"
                         "      (SELECT 1 FROM %s WHERE %s)",
                         given(s, c, update), update ? " AND (" : "",
                         update ? not_null : "", update ? ")" : "",
                         name(s, s->target->name), chooser_match(s, c)));
  }
}

/* Two that are given must mean the same row; the foreign key itself is one of
** them where the owner has it. */
static void check_agree(const Side *s, sqlite3_str *str, const Choosers *all,
                        bool update) {
  const char *key = key_names(s, s->target);
  char *rows = chosen(s, all, update, key, "\n       UNION ");
  char *error = mem_printf(
      s->ctx, "the %s__ columns%s mean different rows of %s", s->name,
      s->to_parent ? " and the foreign key" : "", s->target->name);
  if (s->to_parent) {
    sqlite3_str *match = sqlite3_str_new(s->ctx->db);
    sqlite3_str *said = sqlite3_str_new(s->ctx->db);
    for (int i = 0; i < s->foreign->nterm; i++) {
      const char *column = name(s, s->foreign->terms[i].column);
      sqlite3_str_appendf(match, "%s%s = NEW.%s", i ? " AND " : "",
                          name(s, s->referenced[i]), column);
      sqlite3_str_appendf(said, "%sNEW.%s IS NOT %s%s", i ? " AND " : "",
                          column, update ? "OLD." : "NULL",
                          update ? column : "");
    }
    char *same = mem_finish(s->ctx, match), *when = mem_finish(s->ctx, said);
    add_error(s, str, error,
              mem_printf(s->ctx,
                         "%s AND (%s) AND NOT EXISTS\n"
                         "      (SELECT 1 FROM %s WHERE %s)",
                         when, any_given(s, all, update),
                         name(s, s->target->name), same));
    rows =
        mem_printf(s->ctx, "%s\n       UNION SELECT %s FROM %s WHERE %s AND %s",
                   rows, key, name(s, s->target->name), when, same);
  }
  add_error(s, str, error,
            mem_printf(s->ctx, "(SELECT count(*) FROM\n      (%s)) > 1", rows));
}

/* What does not choose is not to be written here. */
static void check_read_only(const Side *s, sqlite3_str *str,
                            const Choosers *all, bool update) {
  for (int i = 0; ctx_ok(s->ctx) && i < s->target->ncolumn; i++) {
    const char *plain = s->target->columns[i].name;
    const char *column = prefixed(s, s->name, plain);
    if (is_chosen_by(all, plain)) continue;
    add_error(s, str,
              mem_printf(s->ctx, "%s__%s is read-only here: change %s itself",
                         s->name, plain, s->target->name),
              mem_printf(s->ctx, "NEW.%s IS NOT %s%s", column,
                         update ? "OLD." : "NULL", update ? column : ""));
  }
}

static void check_choice(const Side *s, sqlite3_str *str, const Choosers *all,
                         bool update) {
  check_exists(s, str, all, update);
  check_agree(s, str, all, update);
  check_read_only(s, str, all, update);
}

/* ---- writing a row ------------------------------------------------------- */

/* The value of a column of the table that is written. */
typedef char *(*Value)(const Side *s, const Choosers *all, const Column *c,
                       bool update);

/* "INSERT INTO post(a, b)\n    " and the values, with commas. */
static void add_insert(const Side *s, sqlite3_str *str, const Table *table,
                       const Choosers *all, Value value, const char *where) {
  sqlite3_str_appendf(str, "  INSERT INTO %s(", name(s, table->name));
  for (int pass = 0; pass < 2; pass++) {
    if (pass) sqlite3_str_appendall(str, ")\n    SELECT ");
    for (int i = 0, n = 0; i < table->ncolumn; i++) {
      const Column *c = &table->columns[i];
      if (c->generated.sql) continue;
      sqlite3_str_appendf(str, "%s%s", n++ ? ", " : "",
                          pass ? value(s, all, c, false) : name(s, c->name));
    }
  }
  sqlite3_str_appendf(str, "%s;\n", where);
}

static void add_update(const Side *s, sqlite3_str *str, const Table *table,
                       const Choosers *all, Value value) {
  sqlite3_str_appendf(str, "  UPDATE %s SET ", name(s, table->name));
  for (int i = 0, n = 0; i < table->ncolumn; i++) {
    const Column *c = &table->columns[i];
    if (c->generated.sql) continue;
    sqlite3_str_appendf(str, "%s%s = %s", n++ ? ", " : "", name(s, c->name),
                        value(s, all, c, true));
  }
  sqlite3_str_appendf(str, "\n    WHERE %s;\n", key_match(s, table, "OLD"));
}

static char *plain_value(const Side *s, const Choosers *all, const Column *c,
                         bool update) {
  (void)all;
  return update ? mem_printf(s->ctx, "NEW.%s", name(s, c->name))
                : new_value(s, c);
}

/* ---- objects ------------------------------------------------------------- */

static void add_object(const Side *s, sqlite3_str *str) {
  char *sql = mem_finish(s->ctx, str);
  Statement *statement = sql ? parse_create(s->ctx, sql) : NULL;
  if (statement) schema_add_object(s->ctx, s->schema, statement->object);
}

static sqlite3_str *begin_trigger(const Side *s, const char *event) {
  sqlite3_str *str = sqlite3_str_new(s->ctx->db);
  char *lower = name_lower(s->ctx, event);
  sqlite3_str_appendf(
      str, "CREATE TRIGGER %s INSTEAD OF %s ON %s BEGIN\n",
      name(s, mem_printf(s->ctx, "%s_%s", s->view, lower ? lower : "")), event,
      name(s, s->view));
  return str;
}

static void end_trigger(const Side *s, sqlite3_str *str) {
  sqlite3_str_appendall(str, "END");
  add_object(s, str);
}

static void add_delete(const Side *s, const Table *table) {
  sqlite3_str *str = begin_trigger(s, "DELETE");
  sqlite3_str_appendf(str, "  DELETE FROM %s WHERE %s;\n", name(s, table->name),
                      key_match(s, table, "OLD"));
  end_trigger(s, str);
}

/* ---- to one -------------------------------------------------------------- */

/* The owner's columns, and those of the row that it is joined with. */
static void one_view(const Side *s) {
  const char *own = self(s), *other = name(s, s->name);
  sqlite3_str *str = sqlite3_str_new(s->ctx->db);
  sqlite3_str_appendf(str, "CREATE VIEW %s AS SELECT", name(s, s->view));
  for (int i = 0; i < s->owner->ncolumn; i++) {
    const char *column = name(s, s->owner->columns[i].name);
    sqlite3_str_appendf(str, "%s\n  %s.%s AS %s", i ? "," : "", own, column,
                        column);
  }
  for (int i = 0; i < s->target->ncolumn; i++) {
    const char *plain = s->target->columns[i].name;
    sqlite3_str_appendf(str, ",\n  %s.%s AS %s", other, name(s, plain),
                        prefixed(s, s->name, plain));
  }
  sqlite3_str_appendf(str, "\nFROM %s AS %s LEFT JOIN %s AS %s ON ",
                      name(s, s->owner->name), own, name(s, s->target->name),
                      other);
  for (int i = 0; i < s->foreign->nterm; i++) {
    bool here = s->to_parent;
    const char *key = name(s, s->foreign->terms[i].column);
    const char *column = name(s, s->referenced[i]);
    sqlite3_str_appendf(str, "%s%s.%s = %s.%s", i ? " AND " : "", other,
                        here ? column : key, own, here ? key : column);
  }
  add_object(s, str);
}

/* A column of the foreign key takes its value from the row that was chosen. */
static char *owner_value(const Side *s, const Choosers *all, const Column *c,
                         bool update) {
  for (int i = 0; i < s->foreign->nterm; i++) {
    if (!name_equal(s->foreign->terms[i].column, c->name)) continue;
    const char *column = name(s, s->referenced[i]);
    if (update)
      return mem_printf(
          s->ctx, "CASE WHEN %s THEN\n      (%s)\n      ELSE NEW.%s END",
          any_given(s, all, true), chosen(s, all, true, column, " UNION "),
          name(s, c->name));
    return mem_printf(s->ctx, "coalesce((%s), %s)",
                      chosen(s, all, false, column, " UNION "),
                      new_value(s, c));
  }
  return plain_value(s, all, c, update);
}

static void one_triggers(const Side *s) {
  Choosers all = find_choosers(s);
  sqlite3_str *str = begin_trigger(s, "INSERT");
  check_choice(s, str, &all, false);
  add_insert(s, str, s->owner, &all, owner_value, "");
  end_trigger(s, str);
  str = begin_trigger(s, "UPDATE");
  check_choice(s, str, &all, true);
  add_update(s, str, s->owner, &all, owner_value);
  end_trigger(s, str);
  add_delete(s, s->owner);
}

/* ---- to one, the foreign key being the other's --------------------------- */

/* The referenced column of the owner's row that was just inserted. */
static char *owner_key(const Side *s, int i, bool update) {
  const Column *c = column_of(s->owner, s->referenced[i]);
  if (update) return mem_printf(s->ctx, "NEW.%s", name(s, c->name));
  int alias = s->owner->rowid_alias;
  if (alias >= 0 && c == &s->owner->columns[alias])
    return mem_printf(s->ctx, "coalesce(NEW.%s, last_insert_rowid())",
                      name(s, c->name));
  return new_value(s, c);
}

static void add_take(const Side *s, sqlite3_str *str, const Choosers *all,
                     bool update) {
  const char *key = key_names(s, s->target);
  sqlite3_str_appendf(str, "  UPDATE %s SET ", name(s, s->target->name));
  for (int i = 0; i < s->foreign->nterm; i++)
    sqlite3_str_appendf(str, "%s%s = %s", i ? ", " : "",
                        name(s, s->foreign->terms[i].column),
                        owner_key(s, i, update));
  sqlite3_str_appendf(str, "\n    WHERE (%s) IN\n      (%s);\n", key,
                      chosen(s, all, update, key, "\n       UNION "));
}

static void add_release(const Side *s, sqlite3_str *str, const Choosers *all) {
  sqlite3_str_appendf(str, "  UPDATE %s SET ", name(s, s->target->name));
  for (int i = 0; i < s->foreign->nterm; i++)
    sqlite3_str_appendf(str, "%s%s = NULL", i ? ", " : "",
                        name(s, s->foreign->terms[i].column));
  sqlite3_str_appendf(str, "\n    WHERE (%s)", any_given(s, all, true));
  for (int i = 0; i < s->foreign->nterm; i++)
    sqlite3_str_appendf(str, " AND %s = OLD.%s",
                        name(s, s->foreign->terms[i].column),
                        name(s, s->referenced[i]));
  sqlite3_str_appendall(str, ";\n");
}

static void other_triggers(const Side *s) {
  Choosers all = find_choosers(s);
  if (ctx_ok(s->ctx) && all.count == 0)
    err_set(s->ctx, SQLITE_ERROR, "\"%s\" has no key but the foreign key",
            s->target->name);
  sqlite3_str *str = begin_trigger(s, "INSERT");
  check_choice(s, str, &all, false);
  add_insert(s, str, s->owner, &all, plain_value, "");
  add_take(s, str, &all, false);
  end_trigger(s, str);
  str = begin_trigger(s, "UPDATE");
  check_choice(s, str, &all, true);
  add_update(s, str, s->owner, &all, plain_value);
  add_release(s, str, &all);
  add_take(s, str, &all, true);
  end_trigger(s, str);
  add_delete(s, s->owner);
}

/* ---- to many ------------------------------------------------------------- */

/* user__id */
static char *owner_column(const Side *s, int i) {
  return prefixed(s, s->owner->name, s->referenced[i]);
}

static void many_view(const Side *s) {
  sqlite3_str *str = sqlite3_str_new(s->ctx->db);
  sqlite3_str_appendf(str, "CREATE VIEW %s AS SELECT", name(s, s->view));
  for (int i = 0; i < s->foreign->nterm; i++)
    sqlite3_str_appendf(str, "%s\n  self.%s AS %s", i ? "," : "",
                        name(s, s->foreign->terms[i].column),
                        owner_column(s, i));
  for (int i = 0; i < s->target->ncolumn; i++) {
    const char *column = name(s, s->target->columns[i].name);
    sqlite3_str_appendf(str, ",\n  self.%s AS %s", column, column);
  }
  sqlite3_str_appendf(str, "\nFROM %s AS self\nWHERE ",
                      name(s, s->target->name));
  for (int i = 0; i < s->foreign->nterm; i++)
    sqlite3_str_appendf(str, "%sself.%s IS NOT NULL", i ? " AND " : "",
                        name(s, s->foreign->terms[i].column));
  add_object(s, str);
}

/* The owner decides on the foreign key. */
static char *member_value(const Side *s, const Choosers *all, const Column *c,
                          bool update) {
  for (int i = 0; i < s->foreign->nterm; i++) {
    if (!name_equal(s->foreign->terms[i].column, c->name)) continue;
    const char *owner = owner_column(s, i);
    if (!update) return mem_printf(s->ctx, "NEW.%s", owner);
    return mem_printf(
        s->ctx, "CASE WHEN NEW.%s IS NOT OLD.%s THEN NEW.%s ELSE NEW.%s END",
        owner, owner, owner, name(s, c->name));
  }
  return plain_value(s, all, c, update);
}

/* The member's PRIMARY KEY as it will be. */
static char *member_match(const Side *s) {
  sqlite3_str *str = sqlite3_str_new(s->ctx->db);
  const Constraint *key = table_primary_key(s->target);
  for (int i = 0; i < key->nterm; i++) {
    const Column *c = column_of(s->target, key->terms[i].column);
    const char *value = is_foreign(s, c->name)
                            ? member_value(s, NULL, c, false)
                            : mem_printf(s->ctx, "NEW.%s", name(s, c->name));
    sqlite3_str_appendf(str, "%s%s = %s", i ? " AND " : "", name(s, c->name),
                        value);
  }
  return mem_finish(s->ctx, str);
}

static bool in_key(const Table *table, const char *column) {
  const Constraint *key = table_primary_key(table);
  for (int i = 0; i < key->nterm; i++)
    if (name_equal(key->terms[i].column, column)) return true;
  return false;
}

/* The owner must be said, be there, and agree with the foreign key. */
static void check_owner(const Side *s, sqlite3_str *str, bool update) {
  sqlite3_str *match = sqlite3_str_new(s->ctx->db);
  sqlite3_str *missing = sqlite3_str_new(s->ctx->db);
  sqlite3_str *changed = sqlite3_str_new(s->ctx->db);
  sqlite3_str *differs = sqlite3_str_new(s->ctx->db);
  sqlite3_str *names = sqlite3_str_new(s->ctx->db);
  for (int i = 0; i < s->foreign->nterm; i++) {
    const char *owner = owner_column(s, i);
    const char *column = name(s, s->foreign->terms[i].column);
    sqlite3_str_appendf(match, "%s%s = NEW.%s", i ? " AND " : "",
                        name(s, s->referenced[i]), owner);
    sqlite3_str_appendf(missing, "%sNEW.%s IS NULL", i ? " OR " : "", owner);
    sqlite3_str_appendf(changed, "%sNEW.%s IS NOT OLD.%s", i ? " OR " : "",
                        owner, owner);
    sqlite3_str_appendf(differs,
                        "%sNEW.%s IS NOT %s%s AND NEW.%s IS NOT NEW.%s",
                        i ? " OR " : "", column, update ? "OLD." : "NULL",
                        update ? column : "", column, owner);
    sqlite3_str_appendf(names, "%s%s__%s", i ? ", " : "", s->owner->name,
                        s->referenced[i]);
  }
  char *same = mem_finish(s->ctx, match), *none = mem_finish(s->ctx, missing);
  char *moves = mem_finish(s->ctx, changed),
       *other = mem_finish(s->ctx, differs);
  char *keys = mem_finish(s->ctx, names);
  if (!update)
    add_error(s, str, mem_printf(s->ctx, "whose? give %s", keys), none);
  add_error(
      s, str, mem_printf(s->ctx, "no %s has this %s", s->owner->name, keys),
      mem_printf(s->ctx,
                 "%s%s%sNOT (%s) AND NOT EXISTS\n"
                 "      (SELECT 1 FROM %s WHERE %s)",
                 update ? "(" : "", update ? moves : "", update ? ") AND " : "",
                 none, name(s, s->owner->name), same));
  add_error(s, str,
            mem_printf(s->ctx,
                       "%s and the foreign key mean different rows of %s", keys,
                       s->owner->name),
            update ? mem_printf(s->ctx, "(%s) AND (%s)", moves, other) : other);
}

/* A member that is there already is moved, if nothing else is said of it. */
static void add_move(const Side *s, sqlite3_str *str) {
  sqlite3_str *others = sqlite3_str_new(s->ctx->db);
  int count = 0;
  for (int i = 0; i < s->target->ncolumn; i++) {
    const Column *c = &s->target->columns[i];
    if (in_key(s->target, c->name) || is_foreign(s, c->name)) continue;
    sqlite3_str_appendf(others, "%sNEW.%s IS NOT NULL", count++ ? " OR " : "",
                        name(s, c->name));
  }
  char *more = mem_finish(s->ctx, others), *match = member_match(s);
  const char *table = name(s, s->target->name);
  if (count)
    add_error(s, str,
              mem_printf(s->ctx,
                         "this %s is there already; to move it, give its key "
                         "and the owner's, nothing else",
                         s->target->name),
              mem_printf(s->ctx,
                         "(%s) AND EXISTS\n      (SELECT 1 FROM %s WHERE %s)",
                         more, table, match));
  sqlite3_str_appendf(str, "  UPDATE %s SET ", table);
  for (int i = 0; i < s->foreign->nterm; i++)
    sqlite3_str_appendf(str, "%s%s = NEW.%s", i ? ", " : "",
                        name(s, s->foreign->terms[i].column),
                        owner_column(s, i));
  sqlite3_str_appendf(str, "\n    WHERE %s;\n", match);
}

/* Out of the collection: its foreign key is NULL then, or it goes itself. */
static void many_delete(const Side *s) {
  if (s->delete_orphan) {
    add_delete(s, s->target);
    return;
  }
  sqlite3_str *str = begin_trigger(s, "DELETE");
  bool required = false;
  for (int i = 0; i < s->foreign->nterm; i++)
    required |= column_of(s->target, s->foreign->terms[i].column)->notnull;
  if (required)
    add_error(s, str,
              mem_printf(s->ctx,
                         "a %s must have one (NOT NULL); delete it itself, or "
                         "declare cascade = 'delete-orphan'",
                         s->target->name),
              "1");
  sqlite3_str_appendf(str, "  UPDATE %s SET ", name(s, s->target->name));
  for (int i = 0; i < s->foreign->nterm; i++)
    sqlite3_str_appendf(str, "%s%s = NULL", i ? ", " : "",
                        name(s, s->foreign->terms[i].column));
  sqlite3_str_appendf(str, "\n    WHERE %s;\n", key_match(s, s->target, "OLD"));
  end_trigger(s, str);
}

static void many_triggers(const Side *s) {
  sqlite3_str *str = begin_trigger(s, "INSERT");
  check_owner(s, str, false);
  add_move(s, str);
  add_insert(s, str, s->target, NULL, member_value,
             mem_printf(s->ctx,
                        "\n    WHERE NOT EXISTS (SELECT 1 FROM %s WHERE %s)",
                        name(s, s->target->name), member_match(s)));
  end_trigger(s, str);
  str = begin_trigger(s, "UPDATE");
  check_owner(s, str, true);
  add_update(s, str, s->target, NULL, member_value);
  end_trigger(s, str);
  many_delete(s);
}

/* ---- the two sides ------------------------------------------------------- */

static void check_keys(const Side *s) {
  const Table *const tables[] = {s->owner, s->target};
  for (int i = 0; i < 2; i++)
    if (table_primary_key(tables[i]) == NULL)
      err_set(
          s->ctx, SQLITE_ERROR,
          "table \"%s\" has no PRIMARY KEY, by which its rows could be told "
          "apart",
          tables[i]->name);
}

/* The view's columns must differ, and the prefix tells them apart. */
static void check_columns(const Side *s, const Table *plain,
                          const char *prefix) {
  size_t n = strlen(prefix);
  for (int i = 0; i < plain->ncolumn; i++) {
    const char *column = plain->columns[i].name;
    if (name_starts(column, prefix) && column[n] == '_' && column[n + 1] == '_')
      err_set(
          s->ctx, SQLITE_ERROR,
          "column \"%s\" of table \"%s\" looks like one that the view \"%s\" "
          "adds",
          column, plain->name, s->view);
  }
}

static void add_side(Side *s, bool many) {
  s->view = mem_printf(s->ctx, "%s__%s", s->owner->name, s->name);
  check_keys(s);
  if (!ctx_ok(s->ctx)) return;
  if (many) {
    check_columns(s, s->target, s->owner->name);
    many_view(s);
    if (!s->viewonly) many_triggers(s);
    return;
  }
  check_columns(s, s->owner, s->name);
  one_view(s);
  if (s->viewonly) return;
  if (s->to_parent)
    one_triggers(s);
  else
    other_triggers(s);
}

static const char *const cascades[] = {"save-update", "merge", "delete-orphan",
                                       "expunge", "refresh-expire"};

/* Of a cascade, what is done here or means nothing outside of a session. */
static bool read_cascade(Ctx *ctx, const Relationship *r) {
  bool orphan = false;
  Tokens tokens = token_list(ctx, r->cascade ? r->cascade : "");
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    if (token_is(&tokens.list[i], ",")) continue;
    const char *z = tokens.list[i].z;
    while (i + 2 < tokens.count && token_is(&tokens.list[i + 1], "-")) i += 2;
    const Token *last = &tokens.list[i];
    char *word = mem_text(ctx, z, (int)(last->z + last->n - z));
    bool known = false;
    for (int k = 0; word && k < 5; k++) known |= name_equal(word, cascades[k]);
    if (word && !known)
      err_set(ctx, SQLITE_ERROR,
              "cascade \"%s\" is not in this release; known are save-update, "
              "merge and delete-orphan",
              word);
    orphan |= word && name_equal(word, "delete-orphan");
  }
  return orphan;
}

/* Does the relationship go from who has the foreign key to whom it points to?
** Between a table and itself, remote_side says so by naming the columns that
** are pointed to, as with SQLAlchemy. */
static bool is_to_parent(Ctx *ctx, const Relationship *r, const Candidate *c,
                         const char *const *referenced) {
  if (c->child != c->parent) return c->child == r->model;
  return r->remote_side && names_columns(ctx, r->remote_side, c->parent,
                                         referenced, c->foreign->nterm);
}

static void relate(Ctx *ctx, Schema *schema, const Relationship *r) {
  if (r->secondary)
    err_set(ctx, SQLITE_ERROR,
            "many-to-many (secondary) is not in this release");
  bool orphan = read_cascade(ctx, r);
  Candidate c = find_foreign_key(ctx, r);
  if (!ctx_ok(ctx)) return;
  const char **referenced = referenced_columns(ctx, c.foreign, c.parent);
  if (ctx_ok(ctx) && referenced == NULL)
    err_set(ctx, SQLITE_ERROR,
            "the foreign key does not match the PRIMARY KEY of \"%s\"",
            c.parent->name);
  if (!ctx_ok(ctx)) return;
  bool to_parent = is_to_parent(ctx, r, &c, referenced);
  Side side = {.ctx = ctx,
               .schema = schema,
               .name = r->name,
               .owner = r->model,
               .target = r->target,
               .foreign = c.foreign,
               .referenced = referenced,
               .to_parent = to_parent,
               .viewonly = r->viewonly,
               .delete_orphan = orphan};
  add_side(&side, !to_parent && r->uselist != 0);
  if (r->backref == NULL || !ctx_ok(ctx)) return;
  side.name = r->backref;
  side.owner = r->target;
  side.target = r->model;
  side.to_parent = !to_parent;
  side.delete_orphan = false;
  add_side(&side, to_parent);
}

void relate_views(Ctx *ctx, Schema *schema, const Relationship *r) {
  if (ctx_ok(ctx)) relate(ctx, schema, r);
  err_prefix(ctx, "relationship \"%s\" of model \"%s\"", r->name,
             r->model->model);
}
