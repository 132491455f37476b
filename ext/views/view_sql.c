#include "views/view_sql.h"

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
    view_push_name(v, &list, (NameSet){k, k, alias, false});
  }
  return list;
}

NameList view_primary_key(const RelView *v, const Table *table) {
  NameList list = {NULL, 0};
  const Constraint *key = table_primary_key(table);
  for (int i = 0; ctx_ok(v->ctx) && key && i < key->nterm; i++) {
    const char *k = view_quote(v, key->terms[i].column);
    view_push_name(v, &list, (NameSet){k, k, k, false});
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

void view_add_error(const RelView *v, sqlite3_str *sql, const char *message,
                    const char *condition) {
  if (!ctx_ok(v->ctx)) return;
  sqlite3_str_appendf(sql, "  SELECT RAISE(ABORT, %Q)\n    WHERE %s;\n",
                      mem_printf(v->ctx, "%s: %s", v->name, message),
                      condition);
}

/* ---- INSERT and UPDATE -------------------------------------------------- */

const WriteEvent view_insert_event = {
    .word = "INSERT",
    .is_given = "NEW.$a IS NOT NULL",
    .is_written = "NEW.$a IS NOT NULL",
    .chooses = "$k = NEW.$a",
    .agrees = "($k IS NEW.$a OR NEW.$a IS NULL)",
    .key_agrees = " AND ($r = $+NEW.$k OR NEW.$k IS NULL AND $r IS NOT NULL)",
    .differs = "NEW.$a <> $+NEW.$k",
};

const WriteEvent view_update_event = {
    .word = "UPDATE",
    .is_given = "NEW.$a IS NOT NULL AND NEW.$a IS NOT OLD.$a",
    .is_written = "NEW.$a IS NOT OLD.$a",
    .chooses = "$k = NEW.$a AND NEW.$a IS NOT OLD.$a",
    .agrees = "($k IS NEW.$a OR NEW.$a IS NULL OR NEW.$a IS OLD.$a)",
    .key_agrees = " AND ($r = $+NEW.$k OR (NEW.$k IS NULL OR NEW.$k IS OLD.$k)"
                  " AND $r IS NOT NULL)",
    .differs =
        "NEW.$a <> $+NEW.$k AND NEW.$k IS NOT OLD.$k AND NEW.$a IS NOT OLD.$a",
};

const char *view_default(const Column *c) {
  return c->default_value.sql && !name_equal(c->default_value.sql, "NULL")
             ? c->default_value.sql
             : NULL;
}

char *view_new_value(const RelView *v, const Column *c) {
  const char *column = view_quote(v, c->name), *value = view_default(c);
  if (value == NULL) return mem_printf(v->ctx, "NEW.%s", column);
  return mem_printf(v->ctx, "CASE WHEN NEW.%s IS NULL THEN %s ELSE NEW.%s END",
                    column, value, column);
}

static char *written_value(const RelView *v, const Choosers *choosers,
                           const Column *c, const WriteEvent *event,
                           ColumnValue *special) {
  char *value = special ? special(v, choosers, c, event) : NULL;
  if (value) return value;
  return event == &view_insert_event
             ? view_new_value(v, c)
             : mem_printf(v->ctx, "NEW.%s", view_quote(v, c->name));
}

/* Returns true if a key with this column may hold NULL. */
static bool column_can_be_null(const Table *table, const char *column) {
  int at = table_column(table, column);
  return !table->columns[at].notnull && at != table->rowid_alias;
}

/* A PRIMARY KEY may hold NULL; a row with such a key is found by all of its
** values. */
char *view_same_row(const RelView *v, const Table *table) {
  NameList key = view_primary_key(v, table), nulls = {NULL, 0};
  const Constraint *primary = table_primary_key(table);
  char *same = view_all(v, &key, "$k = OLD.$k");
  for (int i = 0; ctx_ok(v->ctx) && primary && i < primary->nterm; i++)
    if (column_can_be_null(table, primary->terms[i].column))
      view_push_name(v, &nulls, key.list[i]);
  if (nulls.count == 0) return same;
  NameList choosers = view_columns(v, table, NULL, NULL, NULL);
  return mem_printf(v->ctx, "(%s\n      OR (%s) AND %s)", same,
                    view_any(v, &nulls, "OLD.$k IS NULL"),
                    view_all(v, &choosers, "$k IS OLD.$k COLLATE BINARY"));
}

void view_add_insert(const RelView *v, sqlite3_str *sql, const Table *table,
                     const Choosers *choosers, ColumnValue *special,
                     const char *where) {
  sqlite3_str_appendf(sql, "  INSERT INTO %s(", view_quote(v, table->name));
  for (int pass = 0; pass < 2; pass++) {
    if (pass)
      sqlite3_str_appendall(sql, where ? ")\n    SELECT " : ")\n    VALUES (");
    for (int i = 0, n = 0; ctx_ok(v->ctx) && i < table->ncolumn; i++) {
      const Column *c = &table->columns[i];
      if (c->generated.sql) continue;
      sqlite3_str_appendf(
          sql, "%s%s", n++ ? ", " : "",
          pass ? written_value(v, choosers, c, &view_insert_event, special)
               : view_quote(v, c->name));
    }
  }
  sqlite3_str_appendf(sql, where ? "\n    WHERE %s;\n" : ");\n", where);
}

void view_add_update(const RelView *v, sqlite3_str *sql, const Table *table,
                     const Choosers *choosers, ColumnValue *special) {
  sqlite3_str_appendf(sql, "  UPDATE %s SET ", view_quote(v, table->name));
  for (int i = 0, n = 0; ctx_ok(v->ctx) && i < table->ncolumn; i++) {
    const Column *c = &table->columns[i];
    if (c->generated.sql) continue;
    sqlite3_str_appendf(
        sql, "%s%s = %s", n++ ? ", " : "", view_quote(v, c->name),
        written_value(v, choosers, c, &view_update_event, special));
  }
  sqlite3_str_appendf(sql, "\n    WHERE %s;\n", view_same_row(v, table));
}

void view_check_generated(const RelView *v, sqlite3_str *sql,
                          const Table *table, const WriteEvent *event) {
  NameList list = {NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < table->ncolumn; i++) {
    const char *k = view_quote(v, table->columns[i].name);
    if (table->columns[i].generated.sql)
      view_push_name(v, &list, (NameSet){k, k, k, false});
  }
  if (list.count)
    view_add_error(v, sql,
                   mem_printf(v->ctx, "generated columns cannot be written: %s",
                              view_each(v, &list, ", ", "$k")),
                   view_any(v, &list, event->is_written));
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

sqlite3_str *view_begin_trigger(const RelView *v, const char *event) {
  sqlite3_str *sql = sqlite3_str_new(v->ctx->db);
  const char *lower = name_lower(v->ctx, event);
  const char *trigger =
      mem_printf(v->ctx, "%s_%s", v->name, lower ? lower : "");
  sqlite3_str_appendf(sql, "CREATE TRIGGER %s INSTEAD OF %s ON %s BEGIN\n",
                      view_quote(v, trigger), event, view_quote(v, v->name));
  return sql;
}

void view_end_trigger(const RelView *v, sqlite3_str *sql) {
  sqlite3_str_appendall(sql, "END");
  view_end_object(v, sql);
}

void view_delete_trigger(const RelView *v, const Table *table) {
  sqlite3_str *sql = view_begin_trigger(v, "DELETE");
  sqlite3_str_appendf(sql, "  DELETE FROM %s WHERE %s;\n",
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
    sqlite3_str_appendf(sql, "  DELETE FROM %s", table);
  else
    sqlite3_str_appendf(sql, "  UPDATE %s SET %s", table,
                        view_each(v, &v->keys, ", ", "$k = NULL"));
}
