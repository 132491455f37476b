#include "views/view_sql.h"

#include "base/tree.h"
#include "ddl/parse.h"
#include "ddl/render.h"

/* ---- names -------------------------------------------------------------- */

char *view_quote(const RelView *v, const char *plain) {
  return ctx_ok(v->ctx) ? render_name(v->ctx, plain) : NULL;
}

char *view_prefixed(const RelView *v, const char *prefix, const char *plain) {
  return view_quote(v, mem_printf(v->ctx, "%s__%s", prefix, plain));
}

void view_push_name(const RelView *v, NameList *list, NameSet names) {
  if (!ctx_ok(v->ctx)) return;
  NameSet *slot = MEM_PUSH(v->ctx, list->list, list->count);
  if (slot) *slot = names;
}

NameList view_columns(const RelView *v, const Table *table, const char *prefix,
                      const NameList *a, const NameList *b) {
  NameList list = {NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < table->ncolumn; i++) {
    const char *plain = table->columns[i].name;
    const char *k = view_quote(v, plain);
    if (k == NULL || (a && template_find(a, k)) || (b && template_find(b, k)))
      continue;
    const char *alias = prefix ? view_prefixed(v, prefix, plain) : k;
    view_push_name(v, &list, (NameSet){k, k, alias, false, false});
  }
  return list;
}

NameList view_primary_key(const RelView *v, const Table *table) {
  NameList list = {NULL, 0};
  const Constraint *key = table_primary_key(table);
  for (int i = 0; ctx_ok(v->ctx) && key && i < key->nterm; i++) {
    const char *k = view_quote(v, key->terms[i].column);
    view_push_name(v, &list, (NameSet){k, k, k, false, false});
  }
  return list;
}

char *view_each(const RelView *v, const NameList *list, const char *between,
                const char *template) {
  return template_each(v->ctx, &v->as, list, between, template);
}

char *view_all(const RelView *v, const NameList *list, const char *template) {
  return template_join(v->ctx, &v->as, list, " AND ", template);
}

char *view_any(const RelView *v, const NameList *list, const char *template) {
  return template_join(v->ctx, &v->as, list, " OR ", template);
}

NameList view_referenced(const RelView *v) {
  NameList list = {NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < v->keys.count; i++) {
    const char *r = v->keys.list[i].r;
    const char *a =
        view_prefixed(v, v->direction->name, v->direction->referenced[i]);
    view_push_name(v, &list, (NameSet){r, r, a, false, false});
  }
  return list;
}

NameList view_target_key(const RelView *v) {
  NameList key = view_primary_key(v, v->target);
  const Constraint *primary = table_primary_key(v->target);
  for (int i = 0; ctx_ok(v->ctx) && i < key.count; i++)
    key.list[i].a =
        view_prefixed(v, v->direction->name, primary->terms[i].column);
  return key;
}

char *view_source(const RelView *v, const Table *table, const char *alias) {
  char *name = view_quote(v, table->name);
  if (name == NULL || strcmp(name, alias) == 0) return name;
  return mem_printf(v->ctx, "%s AS %s", name, alias);
}

char *view_members(const RelView *v) {
  if (!v->mixed) return view_all(v, &v->keys, "$k=OLD.$r");
  const Aliases as = {v->as.spare, view_quote(v, v->target->name), NULL};
  return mem_printf(v->ctx, "EXISTS (SELECT 1 FROM %s AS %s\nWHERE %s)",
                    view_quote(v, v->owner->name), as.self,
                    template_join(v->ctx, &as, &v->keys, " AND ",
                                  "$s.$r=OLD.$r AND $s.$r=$+$o.$k"));
}

static char *compare_vectors(const RelView *v, const NameList *list,
                             const char *a, const char *b,
                             const char *operator) {
  const char *one = view_each(v, list, ", ", a);
  const char *other = view_each(v, list, ", ", b);
  return mem_printf(v->ctx, list->count == 1 ? "%s %s %s" : "(%s) %s (%s)",
                    one, operator, other);
}

char *view_differ(const RelView *v, const NameList *list, const char *a,
                  const char *b) {
  return compare_vectors(v, list, a, b, "IS NOT");
}

char *view_equal(const RelView *v, const NameList *list, const char *a,
                 const char *b) {
  return compare_vectors(v, list, a, b, "IS");
}

/* Returns the test, ISNULL or NOTNULL, of the first value that is not NULL. A
** function takes 127 arguments, unless SQLite was built with another limit. */
static char *test_given(const RelView *v, const NameList *list,
                        const char *test, const char *operator) {
  enum { ARGUMENTS = 100 };
  Tree all = {v->ctx, NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < list->count; i += ARGUMENTS) {
    int n = list->count - i < ARGUMENTS ? list->count - i : ARGUMENTS;
    const NameList part = {list->list + i, n};
    const char *values = view_each(v, &part, ", ", "NEW.$a");
    tree_add(&all, mem_printf(v->ctx, n > 1 ? "coalesce(%s) %s" : "%s %s",
                              values, test));
  }
  return tree_join(&all, operator, "");
}

char *view_none_given(const RelView *v, const NameList *list) {
  return test_given(v, list, "ISNULL", " AND ");
}

/* ---- INSERT and UPDATE -------------------------------------------------- */

/* Returns the DEFAULT of a column as SQL; a NULL pointer if the column has
** none, or DEFAULT NULL. */
static const char *view_default(const Column *c) {
  return c->default_value.sql && !name_equal(c->default_value.sql, "NULL")
             ? c->default_value.sql
             : NULL;
}

char *view_new_value(const RelView *v, const Column *c, const char *a) {
  const char *value = view_default(c);
  if (value == NULL) return mem_printf(v->ctx, "NEW.%s", a);
  return mem_printf(v->ctx, "ifnull(NEW.%s, %s)", a, value);
}

const char *view_order_value(const RelView *v, const OrderTerm *term) {
  if (term->column == NULL) return term->expression;
  return mem_printf(v->ctx, "%s.%s", v->as.self, view_quote(v, term->column));
}

char *view_order(const RelView *v) {
  const Direction *d = v->direction;
  if (d->norder == 0 || !ctx_ok(v->ctx)) return mem_text(v->ctx, "", 0);
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  for (int i = 0; ctx_ok(v->ctx) && i < d->norder; i++) {
    const OrderTerm *term = &d->order[i];
    sqlite3_str_appendf(sql, "%s%s%s%s", i ? ", " : "\nORDER BY ",
                        view_order_value(v, term), *term->rest ? " " : "",
                        term->rest);
  }
  return mem_finish(v->ctx, sql);
}

bool view_can_be_null(const Table *table, const char *column) {
  int at = table_column(table, column);
  return !table->columns[at].notnull && at != table->rowid_alias;
}

/* A PRIMARY KEY may hold NULL; a row with such a key is found by all of its
** values. */
char *view_same_row(const RelView *v, const Table *table) {
  NameList key = view_primary_key(v, table), nulls = {NULL, 0};
  const Constraint *primary = table_primary_key(table);
  char *same = view_all(v, &key, "$k=OLD.$k");
  for (int i = 0; ctx_ok(v->ctx) && primary && i < primary->nterm; i++)
    if (view_can_be_null(table, primary->terms[i].column))
      view_push_name(v, &nulls, key.list[i]);
  if (nulls.count == 0) return same;
  NameList choosers = view_columns(v, table, NULL, NULL, NULL);
  return mem_printf(v->ctx, "(%s\nOR (%s) AND %s)", same,
                    view_any(v, &nulls, "OLD.$k IS NULL"),
                    view_all(v, &choosers, "$k IS OLD.$k COLLATE BINARY"));
}

static const char *inserted_value(const RelView *v, const Column *c,
                                  const NameList *special) {
  const NameSet *name =
      special ? template_find(special, view_quote(v, c->name)) : NULL;
  return name ? name->a : view_new_value(v, c, view_quote(v, c->name));
}

void view_add_insert(const RelView *v, sqlite3_str *sql, const Table *table,
                     const NameList *special, const char *where) {
  sqlite3_str_appendf(sql, "INSERT INTO %s(", view_quote(v, table->name));
  for (int pass = 0; pass < 2; pass++) {
    if (pass) sqlite3_str_appendall(sql, where ? ")\nSELECT " : ")\nVALUES (");
    for (int i = 0, n = 0; ctx_ok(v->ctx) && i < table->ncolumn; i++) {
      const Column *c = &table->columns[i];
      if (c->generated.sql) continue;
      sqlite3_str_appendf(sql, "%s%s", n++ ? ", " : "",
                          pass ? inserted_value(v, c, special)
                               : view_quote(v, c->name));
    }
  }
  sqlite3_str_appendf(sql, where ? " WHERE %s;\n" : ");\n", where);
}

/* ---- verdicts ----------------------------------------------------------- */

char *view_when(const RelView *v, const Verdict *verdict) {
  const Verdict *d = verdict;
  if (!ctx_ok(v->ctx)) return NULL;
  char *last = mem_text(v->ctx, "1", -1);
  if (d->found)
    last = mem_printf(v->ctx, "ifnull((%s),\n%s)", d->found, d->missed);
  else if (d->right)
    last = mem_printf(v->ctx, "iif(%s, 1,\n%s)", d->right, d->missed);
  else if (d->error == NULL)
    return NULL;
  if (d->clash)
    last = mem_printf(v->ctx, "iif(%s,\n%s, %s)", d->clash, d->clashed, last);
  if (d->error)
    last = mem_printf(v->ctx, "iif(%s,\n%s, %s)", d->wrong, d->error, last);
  return last;
}

NameList view_read_only(const RelView *v, const Table *own,
                        const NameList *choosers) {
  NameList list = {NULL, 0}, rest = {NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < own->ncolumn; i++) {
    const char *k = view_quote(v, own->columns[i].name);
    if (own->columns[i].generated.sql)
      view_push_name(v, &list, (NameSet){k, k, k, false, false});
  }
  if (choosers)
    rest = view_columns(v, v->target, v->direction->name, choosers, NULL);
  for (int i = 0; ctx_ok(v->ctx) && i < rest.count; i++)
    view_push_name(v, &list, rest.list[i]);
  return list;
}

/* Returns the error for a value of a read-only column. */
static char *read_only_error(const RelView *v) {
  return mem_printf(
      v->ctx, "RAISE(ABORT, %Q)",
      mem_printf(v->ctx, "%s: this column is read-only", v->name));
}

void view_refuse_read_only(const RelView *v, Verdict *verdict,
                           const NameList *read_only) {
  if (read_only->count == 0) return;
  verdict->error = read_only_error(v);
  verdict->wrong = test_given(v, read_only, "NOTNULL", " OR ");
}

void view_read_only_trigger(const RelView *v, const NameList *read_only) {
  if (read_only->count == 0 || !ctx_ok(v->ctx)) return;
  sqlite3_str *sql = view_begin_trigger(
      v, "read_only",
      mem_printf(v->ctx, "UPDATE OF %s", view_each(v, read_only, ", ", "$a")),
      NULL);
  sqlite3_str_appendf(sql, "SELECT %s;\n", read_only_error(v));
  view_end_trigger(v, sql);
}

/* ---- objects ------------------------------------------------------------ */

Object *view_end_object(const RelView *v, sqlite3_str *sql) {
  char *text = mem_finish(v->ctx, sql);
  char *wrapped = text ? template_wrap(v->ctx, text) : NULL;
  Statement *s = wrapped ? parse_create(v->ctx, wrapped) : NULL;
  if (s == NULL) return NULL;
  schema_add_object(v->ctx, v->schema, s->object);
  return s->object;
}

sqlite3_str *view_begin_trigger(const RelView *v, const char *suffix,
                                const char *event, const char *when) {
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  const char *trigger = mem_printf(v->ctx, "%s_%s", v->name, suffix);
  sqlite3_str_appendf(sql, "CREATE TRIGGER %s INSTEAD OF %s ON %s",
                      view_quote(v, trigger), event, view_quote(v, v->name));
  if (when) sqlite3_str_appendf(sql, "\nWHEN %s", when);
  sqlite3_str_appendall(sql, " BEGIN\n");
  return sql;
}

void view_end_trigger(const RelView *v, sqlite3_str *sql) {
  sqlite3_str_appendall(sql, "END");
  view_end_object(v, sql);
}

void view_delete_trigger(const RelView *v, const Table *table) {
  sqlite3_str *sql = view_begin_trigger(v, "delete", "DELETE", NULL);
  sqlite3_str_appendf(sql, "DELETE FROM %s WHERE %s;\n",
                      view_quote(v, table->name), view_same_row(v, table));
  view_end_trigger(v, sql);
}

void view_check(const RelView *v, const Table *written, const NameList *plain,
                const NameList *added) {
  if (!v->direction->viewonly && table_primary_key(written) == NULL)
    err_set(v->ctx, SQLITE_ERROR,
            "table \"%s\" has no PRIMARY KEY to tell its rows apart; give it "
            "one, or say viewonly",
            written->name);
  for (int i = 0; ctx_ok(v->ctx) && i < added->count; i++)
    if (template_find(plain, added->list[i].a))
      err_set(v->ctx, SQLITE_ERROR, "the view \"%s\" would have two columns %s",
              v->name, added->list[i].a);
}

bool view_is_key_column(const RelView *v, const char *column) {
  for (int i = 0; i < v->direction->foreign->nterm; i++)
    if (name_equal(v->direction->foreign->terms[i].column, column)) return true;
  return false;
}

void view_add_disconnect(const RelView *v, sqlite3_str *sql) {
  const char *table = view_quote(v, v->target->name);
  if (v->direction->delete_orphan)
    sqlite3_str_appendf(sql, "DELETE FROM %s", table);
  else
    sqlite3_str_appendf(sql, "UPDATE %s SET %s", table,
                        view_each(v, &v->keys, ", ", "$k=NULL"));
}
