#include "views/relview.h"

#include "base/tree.h"
#include "ddl/parse.h"
#include "ddl/render.h"
#include "views/template.h"

/* A view while it is made. */
typedef struct View {
  Ctx *ctx;
  Schema *schema;
  const Side *side;
  const Table *owner, *target;
  const char *name; /* post__author */
  Aliases as;       /* of the tables; $s and $o */
  NameList keys;    /* of the foreign key; $a for a view to many */
  bool mixed;       /* the child compares by another affinity or collation */
} View;

/* The columns of the target that choose a row of it: each list is unique. */
typedef struct Choosers {
  NameList *list;
  int count;
  NameList columns; /* of all of them */
  bool composite;   /* one of them has several */
} Choosers;

/* ---- words -------------------------------------------------------------- */

static char *name(const View *v, const char *plain) {
  return ctx_ok(v->ctx) ? render_name(v->ctx, plain) : NULL;
}

/* author__nickname */
static char *prefixed(const View *v, const char *prefix, const char *plain) {
  return name(v, mem_printf(v->ctx, "%s__%s", prefix, plain));
}

static void add_name_set(const View *v, NameList *list, NameSet names) {
  if (!ctx_ok(v->ctx)) return;
  NameSet *slot = MEM_PUSH(v->ctx, list->list, list->count);
  if (slot) *slot = names;
}

/* The names of that $k; NULL if there are none. */
static NameSet *find_name_set(const NameList *list, const char *k) {
  for (int i = 0; k && i < list->count; i++)
    if (name_equal(list->list[i].k, k)) return &list->list[i];
  return NULL;
}

/* The columns of a table that are in none of two lists (or NULL); $a is
** prefixed, if prefix is not NULL. */
static NameList columns_but(const View *v, const Table *table,
                            const char *prefix, const NameList *a,
                            const NameList *b) {
  NameList list = {NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < table->ncolumn; i++) {
    const char *plain = table->columns[i].name;
    const char *k = name(v, plain);
    if (k == NULL || (a && find_name_set(a, k)) || (b && find_name_set(b, k)))
      continue;
    const char *shown = prefix ? prefixed(v, prefix, plain) : k;
    add_name_set(v, &list, (NameSet){k, k, shown, false});
  }
  return list;
}

static NameList primary_key(const View *v, const Table *table) {
  NameList list = {NULL, 0};
  const Constraint *key = table_primary_key(table);
  for (int i = 0; ctx_ok(v->ctx) && key && i < key->nterm; i++) {
    const char *k = name(v, key->terms[i].column);
    add_name_set(v, &list, (NameSet){k, k, k, false});
  }
  return list;
}

static char *each(const View *v, const NameList *list, const char *between,
                  const char *template) {
  return template_each(v->ctx, &v->as, list, between, template);
}

static char *all_of(const View *v, const NameList *list, const char *template) {
  return template_join(v->ctx, &v->as, list, " AND ", template);
}

static char *any_of(const View *v, const NameList *list, const char *template) {
  return template_join(v->ctx, &v->as, list, " OR ", template);
}

/* One statement of a trigger: an error where the condition is true. */
static void add_error(const View *v, sqlite3_str *str, const char *message,
                      const char *condition) {
  if (!ctx_ok(v->ctx)) return;
  sqlite3_str_appendf(str, "  SELECT RAISE(ABORT, %Q)\n    WHERE %s;\n",
                      mem_printf(v->ctx, "%s: %s", v->name, message),
                      condition);
}

/* ---- INSERT and UPDATE -------------------------------------------------- */

/* What is alike in their triggers, as templates. They call no function: an
** application may have registered another one of its name. A column was given
** if it has a value, in an UPDATE another one than before. */
typedef struct Event {
  const char *word;
  const char *is_given, *is_written; /* is_written: NULL, too, in an UPDATE */
  const char *chooses;               /* the row that has what was given */
  const char *agrees, *key_agrees;   /* the row has nothing else */
  const char *differs;               /* the foreign key and the owner's key */
} Event;

static const Event insert_event = {
    "INSERT",
    "NEW.$a IS NOT NULL",
    "NEW.$a IS NOT NULL",
    "$k = NEW.$a",
    "($k IS NEW.$a OR NEW.$a IS NULL)",
    " AND ($r = $+NEW.$k OR NEW.$k IS NULL AND $r IS NOT NULL)",
    "NEW.$a <> $+NEW.$k"};
static const Event update_event = {
    "UPDATE",
    "NEW.$a IS NOT NULL AND NEW.$a IS NOT OLD.$a",
    "NEW.$a IS NOT OLD.$a",
    "$k = NEW.$a AND NEW.$a IS NOT OLD.$a",
    "($k IS NEW.$a OR NEW.$a IS NULL OR NEW.$a IS OLD.$a)",
    " AND ($r = $+NEW.$k OR (NEW.$k IS NULL OR NEW.$k IS OLD.$k)"
    " AND $r IS NOT NULL)",
    "NEW.$a <> $+NEW.$k AND NEW.$k IS NOT OLD.$k AND NEW.$a IS NOT OLD.$a"};

/* The DEFAULT, an expression; NULL if it is NULL. */
static const char *default_of(const Column *c) {
  return c->value.sql && !name_equal(c->value.sql, "NULL") ? c->value.sql
                                                           : NULL;
}

/* NEW.c; NULL, which may mean that it was left out, takes the default. */
static char *new_value(const View *v, const Column *c) {
  const char *column = name(v, c->name), *value = default_of(c);
  if (value == NULL) return mem_printf(v->ctx, "NEW.%s", column);
  return mem_printf(v->ctx, "CASE WHEN NEW.%s IS NULL THEN %s ELSE NEW.%s END",
                    column, value, column);
}

/* What a row that is written has in a column; NULL: nothing special. */
typedef char *(*Value)(const View *v, const Choosers *all, const Column *c,
                       const Event *event);

static char *value_of(const View *v, const Choosers *all, const Column *c,
                      const Event *event, Value special) {
  char *value = special ? special(v, all, c, event) : NULL;
  if (value) return value;
  return event == &insert_event
             ? new_value(v, c)
             : mem_printf(v->ctx, "NEW.%s", name(v, c->name));
}

/* Can the column be NULL in a key of the table? */
static bool column_can_be_null(const Table *table, const char *column) {
  int at = table_column(table, column);
  return !table->columns[at].notnull && at != table->rowid_alias;
}

/* The condition for the row of the table that the view shows. A PRIMARY KEY may
** be NULL: such rows are told apart by all that is in them. */
static char *same_row(const View *v, const Table *table) {
  NameList key = primary_key(v, table), nulls = {NULL, 0};
  const Constraint *primary = table_primary_key(table);
  char *same = all_of(v, &key, "$k = OLD.$k");
  for (int i = 0; ctx_ok(v->ctx) && primary && i < primary->nterm; i++)
    if (column_can_be_null(table, primary->terms[i].column))
      add_name_set(v, &nulls, key.list[i]);
  if (nulls.count == 0) return same;
  NameList all = columns_but(v, table, NULL, NULL, NULL);
  return mem_printf(v->ctx, "(%s\n      OR (%s) AND %s)", same,
                    any_of(v, &nulls, "OLD.$k IS NULL"),
                    all_of(v, &all, "$k IS OLD.$k COLLATE BINARY"));
}

/* Without `where`, VALUES; else SELECT ... where. */
static void add_insert(const View *v, sqlite3_str *str, const Table *table,
                       const Choosers *all, Value special, const char *where) {
  sqlite3_str_appendf(str, "  INSERT INTO %s(", name(v, table->name));
  for (int pass = 0; pass < 2; pass++) {
    if (pass)
      sqlite3_str_appendall(str, where ? ")\n    SELECT " : ")\n    VALUES (");
    for (int i = 0, n = 0; ctx_ok(v->ctx) && i < table->ncolumn; i++) {
      const Column *c = &table->columns[i];
      if (c->generated.sql) continue;
      sqlite3_str_appendf(str, "%s%s", n++ ? ", " : "",
                          pass ? value_of(v, all, c, &insert_event, special)
                               : name(v, c->name));
    }
  }
  sqlite3_str_appendf(str, where ? "\n    WHERE %s;\n" : ");\n", where);
}

static void add_update(const View *v, sqlite3_str *str, const Table *table,
                       const Choosers *all, Value special) {
  sqlite3_str_appendf(str, "  UPDATE %s SET ", name(v, table->name));
  for (int i = 0, n = 0; ctx_ok(v->ctx) && i < table->ncolumn; i++) {
    const Column *c = &table->columns[i];
    if (c->generated.sql) continue;
    sqlite3_str_appendf(str, "%s%s = %s", n++ ? ", " : "", name(v, c->name),
                        value_of(v, all, c, &update_event, special));
  }
  sqlite3_str_appendf(str, "\n    WHERE %s;\n", same_row(v, table));
}

static void refuse_generated(const View *v, sqlite3_str *str,
                             const Table *table, const Event *event) {
  NameList list = {NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < table->ncolumn; i++) {
    const char *k = name(v, table->columns[i].name);
    if (table->columns[i].generated.sql)
      add_name_set(v, &list, (NameSet){k, k, k, false});
  }
  if (list.count)
    add_error(v, str,
              mem_printf(v->ctx, "generated columns cannot be written: %s",
                         each(v, &list, ", ", "$k")),
              any_of(v, &list, event->is_written));
}

/* ---- objects ------------------------------------------------------------ */

static Object *new_object(const View *v, sqlite3_str *str) {
  char *text = mem_finish(v->ctx, str);
  char *sql = text ? template_wrap(v->ctx, text) : NULL;
  Statement *statement = sql ? parse_create(v->ctx, sql) : NULL;
  if (statement == NULL) return NULL;
  schema_add_object(v->ctx, v->schema, statement->object);
  return statement->object;
}

static sqlite3_str *begin_trigger(const View *v, const char *event) {
  sqlite3_str *str = sqlite3_str_new(v->ctx->db);
  const char *lower = name_lower(v->ctx, event);
  const char *trigger =
      mem_printf(v->ctx, "%s_%s", v->name, lower ? lower : "");
  sqlite3_str_appendf(str, "CREATE TRIGGER %s INSTEAD OF %s ON %s BEGIN\n",
                      name(v, trigger), event, name(v, v->name));
  return str;
}

static void end_trigger(const View *v, sqlite3_str *str) {
  sqlite3_str_appendall(str, "END");
  new_object(v, str);
}

static void delete_trigger(const View *v, const Table *table) {
  sqlite3_str *str = begin_trigger(v, "DELETE");
  sqlite3_str_appendf(str, "  DELETE FROM %s WHERE %s;\n", name(v, table->name),
                      same_row(v, table));
  end_trigger(v, str);
}

/* Rows that are written must have a key, and the view's columns must differ. */
static void check_view(const View *v, const Table *written,
                       const NameList *plain, const NameList *added) {
  if (!v->side->viewonly && table_primary_key(written) == NULL)
    err_set(v->ctx, SQLITE_ERROR,
            "table \"%s\" has no PRIMARY KEY to tell its rows apart; give it "
            "one, or say viewonly",
            written->name);
  for (int i = 0; ctx_ok(v->ctx) && i < added->count; i++)
    if (find_name_set(plain, added->list[i].a))
      err_set(v->ctx, SQLITE_ERROR, "the view \"%s\" would have two columns %s",
              v->name, added->list[i].a);
}

/* ---- to one: which row of the target is meant --------------------------- */

static bool is_foreign(const View *v, const char *column) {
  for (int i = 0; i < v->side->foreign->nterm; i++)
    if (name_equal(v->side->foreign->terms[i].column, column)) return true;
  return false;
}

/* Are the columns unique as `=` compares them, and no part of a foreign key
** that a choice is to change? */
static bool can_choose(const View *v, const Term *terms, int nterm) {
  for (int i = 0; i < nterm; i++) {
    if (terms[i].column == NULL) return false;
    if (terms[i].collate && !terms[i].own_collate) return false;
    if (!v->side->to_parent && is_foreign(v, terms[i].column)) return false;
  }
  return true;
}

static void add_chooser(const View *v, Choosers *all, const Term *terms,
                        int nterm) {
  if (!ctx_ok(v->ctx) || !can_choose(v, terms, nterm)) return;
  NameList chooser = {NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < nterm; i++) {
    const char *k = name(v, terms[i].column);
    add_name_set(
        v, &chooser,
        (NameSet){k, k, prefixed(v, v->side->name, terms[i].column), false});
  }
  for (int i = 0; ctx_ok(v->ctx) && i < all->count; i++)
    if (all->list[i].count == 1 && nterm == 1 &&
        find_name_set(&all->list[i], chooser.list[0].k))
      return;
  for (int i = 0; ctx_ok(v->ctx) && i < nterm; i++)
    if (!find_name_set(&all->columns, chooser.list[i].k))
      add_name_set(v, &all->columns, chooser.list[i]);
  all->composite |= nterm > 1;
  NameList *slot = MEM_PUSH(v->ctx, all->list, all->count);
  if (slot) *slot = chooser;
}

static Choosers find_choosers(const View *v) {
  Choosers all = {NULL, 0, {NULL, 0}, false};
  const Table *t = v->target;
  for (int i = 0; i < t->nconstraint; i++)
    if (constraint_is_key(&t->constraints[i]))
      add_chooser(v, &all, t->constraints[i].terms, t->constraints[i].nterm);
  for (int i = 0; i < v->schema->nindex; i++) {
    const Index *index = v->schema->indexes[i];
    if (index->unique && !index->where.sql && name_equal(index->table, t->name))
      add_chooser(v, &all, index->terms, index->nterm);
  }
  return all;
}

/* The condition for the row of the target that was chosen. To choosers that
** have columns in common, each may be true for another row: it must agree with
** all that is given. */
static char *chosen(const View *v, const Choosers *all, const Event *event,
                    bool agrees) {
  Tree rows = {v->ctx, NULL, 0};
  bool strict = agrees || (all->composite && event == &update_event);
  for (int i = 0; ctx_ok(v->ctx) && i < all->count; i++) {
    const NameList *c = &all->list[i];
    if (c->count == 1)
      tree_add(&rows, all_of(v, c, event->chooses));
    else if (event == &insert_event)
      tree_add(&rows, all_of(v, c, "$k = NEW.$a"));
    else /* as it was before, it chooses nobody */
      tree_add(&rows,
               mem_printf(v->ctx, "%s AND (%s)", all_of(v, c, "$k = NEW.$a"),
                          any_of(v, c, event->is_written)));
  }
  char *chooses = tree_join(&rows, " OR ", "");
  if (!strict || all->columns.count < 2) return chooses;
  bool several = all->count > 1;
  return mem_printf(v->ctx, "%s%s%s AND %s", several ? "(" : "", chooses,
                    several ? ")" : "",
                    all_of(v, &all->columns, event->agrees));
}

/* What is given must be there. */
static void check_exists(const View *v, sqlite3_str *str, const Choosers *all,
                         const Event *event) {
  for (int i = 0; ctx_ok(v->ctx) && i < all->count; i++) {
    const NameList *c = &all->list[i];
    if (c->count > 1) continue;
    add_error(v, str,
              mem_printf(v->ctx, "no %s has this %s", v->target->name,
                         each(v, c, "", "$a")),
              mem_printf(v->ctx,
                         "%s\n"
                         "      AND NOT EXISTS (SELECT 1 FROM %s WHERE %s)",
                         each(v, c, "", event->is_given),
                         name(v, v->target->name),
                         each(v, c, "", "$k = NEW.$a")));
  }
}

/* And be one row, that of the foreign key if this is given as well. */
static void check_agree(const View *v, sqlite3_str *str, const Choosers *all,
                        const Event *event) {
  bool foreign = v->side->to_parent;
  if (all->count + all->composite + foreign < 2) return;
  const char *columns = each(v, &all->columns, ", ", "$a");
  const char *keys = foreign ? each(v, &v->keys, "", ", $k") : "";
  const char *agrees = foreign ? each(v, &v->keys, "", event->key_agrees) : "";
  add_error(v, str,
            mem_printf(v->ctx, "no %s is all that is given: %s%s",
                       v->target->name, columns, keys),
            mem_printf(v->ctx,
                       "(%s)\n"
                       "      AND NOT EXISTS (SELECT 1 FROM %s\n"
                       "        WHERE %s%s)",
                       any_of(v, &all->columns, event->is_given),
                       name(v, v->target->name), chosen(v, all, event, true),
                       agrees));
}

/* What does not choose is not to be written here. */
static void check_read_only(const View *v, sqlite3_str *str,
                            const Choosers *all, const Event *event) {
  NameList rest = columns_but(v, v->target, v->side->name, &all->columns, NULL);
  if (rest.count == 0) return;
  char *error =
      all->count
          ? mem_printf(v->ctx, "only %s can be written here; change %s itself",
                       each(v, &all->columns, ", ", "$a"), v->target->name)
          : mem_printf(v->ctx, "%s cannot be written here; change %s itself",
                       each(v, &rest, ", ", "$a"), v->target->name);
  add_error(v, str, error, any_of(v, &rest, event->is_written));
}

static sqlite3_str *begin_choice(const View *v, const Choosers *all,
                                 const Event *event) {
  sqlite3_str *str = begin_trigger(v, event->word);
  check_exists(v, str, all, event);
  if (all->count) check_agree(v, str, all, event);
  check_read_only(v, str, all, event);
  refuse_generated(v, str, v->owner, event);
  return str;
}

/* ---- to one: the view and its triggers ---------------------------------- */

/* The owner's columns, and those of the row that it is joined with. */
static void one_view(const View *v) {
  NameList own = columns_but(v, v->owner, NULL, NULL, NULL);
  NameList others = columns_but(v, v->target, v->side->name, NULL, NULL);
  check_view(v, v->owner, &own, &others);
  sqlite3_str *str = sqlite3_str_new(v->ctx->db);
  sqlite3_str_appendf(
      str,
      "CREATE VIEW %s AS SELECT\n  %s,\n  %s\n"
      "FROM %s AS %s LEFT JOIN %s AS %s\n  ON %s",
      name(v, v->name), each(v, &own, ",\n  ", "$s.$k AS $k"),
      each(v, &others, ",\n  ", "$o.$k AS $a"), name(v, v->owner->name),
      v->as.self, name(v, v->target->name), v->as.other,
      all_of(v, &v->keys,
             v->side->to_parent ? "$o.$r = $+$s.$k" : "$s.$r = $+$o.$k"));
  new_object(v, str);
}

/* A column of the foreign key has its value from the row that was chosen. */
static char *owner_value(const View *v, const Choosers *all, const Column *c,
                         const Event *event) {
  const char *k = name(v, c->name);
  const NameSet *key = find_name_set(&v->keys, k);
  if (key == NULL || all->count == 0) return NULL;
  const char *row =
      mem_printf(v->ctx, "(SELECT %s FROM %s WHERE %s)", key->r,
                 name(v, v->target->name), chosen(v, all, event, false));
  if (event == &update_event)
    return mem_printf(v->ctx, "CASE WHEN %s THEN NEW.%s ELSE %s END",
                      all_of(v, &all->columns, "NEW.$a IS OLD.$a"), k, row);
  const char *value = default_of(c);
  if (value == NULL) value = "NULL";
  return mem_printf(v->ctx,
                    "CASE WHEN NEW.%s IS NOT NULL THEN NEW.%s"
                    " WHEN %s THEN %s ELSE %s END",
                    k, k, any_of(v, &all->columns, event->is_given), row,
                    value);
}

static void one_triggers(const View *v) {
  Choosers all = find_choosers(v);
  sqlite3_str *str = begin_choice(v, &all, &insert_event);
  add_insert(v, str, v->owner, &all, owner_value, NULL);
  end_trigger(v, str);
  str = begin_choice(v, &all, &update_event);
  add_update(v, str, v->owner, &all, owner_value);
  end_trigger(v, str);
  delete_trigger(v, v->owner);
}

/* ---- to one, the foreign key being the other's -------------------------- */

/* What tells the row that was just inserted: it has a rowid, or all of its key
** was given. */
static char *inserted_key(const View *v, int i) {
  const Table *t = v->owner;
  int at = table_column(t, v->side->referenced[i]);
  if (at == t->rowid_alias) return mem_text(v->ctx, "last_insert_rowid()", -1);
  for (int k = 0; k < ROWID_NAMES; k++)
    if (table_rowid_name(t, k))
      return mem_printf(
          v->ctx, "(SELECT %s FROM %s WHERE %s = last_insert_rowid())",
          v->keys.list[i].r, name(v, t->name), table_rowid_name(t, k));
  return new_value(v, &t->columns[at]);
}

/* Makes the row that was chosen the owner's. */
static void add_take(const View *v, sqlite3_str *str, const Choosers *all,
                     const Event *event) {
  sqlite3_str_appendf(str, "  UPDATE %s SET ", name(v, v->target->name));
  for (int i = 0; ctx_ok(v->ctx) && i < v->keys.count; i++) {
    const char *value = event == &insert_event
                            ? inserted_key(v, i)
                            : mem_printf(v->ctx, "NEW.%s", v->keys.list[i].r);
    sqlite3_str_appendf(str, "%s%s = %s", i ? ",\n    " : "", v->keys.list[i].k,
                        value);
  }
  sqlite3_str_appendf(str, "\n    WHERE %s;\n", chosen(v, all, event, false));
}

/* "UPDATE post SET user_id = NULL", or DELETE. */
static void add_orphan(const View *v, sqlite3_str *str) {
  const char *table = name(v, v->target->name);
  if (v->side->delete_orphan)
    sqlite3_str_appendf(str, "  DELETE FROM %s", table);
  else
    sqlite3_str_appendf(str, "  UPDATE %s SET %s", table,
                        each(v, &v->keys, ", ", "$k = NULL"));
}

/* The condition for the rows of the target that the owner has. */
static char *members(const View *v) {
  if (!v->mixed) return all_of(v, &v->keys, "$k = OLD.$r");
  const Aliases as = {v->as.self, name(v, v->target->name)};
  return mem_printf(v->ctx, "EXISTS (SELECT 1 FROM %s AS %s\n      WHERE %s)",
                    name(v, v->owner->name), v->as.self,
                    template_join(v->ctx, &as, &v->keys, " AND ",
                                  "$s.$r = OLD.$r AND $s.$r = $+$o.$k"));
}

static void other_triggers(const View *v) {
  Choosers all = find_choosers(v);
  sqlite3_str *str = begin_choice(v, &all, &insert_event);
  add_insert(v, str, v->owner, &all, NULL, NULL);
  if (all.count) {
    sqlite3_str_appendall(str, "  SELECT RAISE(IGNORE) WHERE changes() = 0;\n");
    add_take(v, str, &all, &insert_event);
  }
  end_trigger(v, str);
  str = begin_choice(v, &all, &update_event);
  if (all.count) {
    add_orphan(v, str);
    sqlite3_str_appendf(str, "\n    WHERE %s AND (%s);\n", members(v),
                        any_of(v, &all.columns, update_event.is_written));
  }
  add_update(v, str, v->owner, &all, NULL);
  if (all.count) add_take(v, str, &all, &update_event);
  end_trigger(v, str);
  delete_trigger(v, v->owner);
}

/* ---- to many ------------------------------------------------------------ */

/* Do these terms begin with the foreign key, in any order? */
static bool begins_with_key(const View *v, const Term *terms, int nterm) {
  for (int i = 0; i < v->side->foreign->nterm; i++)
    if (i >= nterm || terms[i].column == NULL ||
        !is_foreign(v, terms[i].column))
      return false;
  return true;
}

/* Is there an index that finds the members of one owner? */
static bool is_key_indexed(const View *v) {
  const Table *t = v->target;
  for (int i = 0; i < t->nconstraint; i++)
    if (constraint_is_key(&t->constraints[i]) &&
        begins_with_key(v, t->constraints[i].terms, t->constraints[i].nterm))
      return true;
  for (int i = 0; i < v->schema->nindex; i++) {
    const Index *index = v->schema->indexes[i];
    if (!index->where.sql && name_equal(index->table, t->name) &&
        begins_with_key(v, index->terms, index->nterm))
      return true;
  }
  return false;
}

/* Where the child compares otherwise than the parent, the parent's key is
** shown, as it is there: the child may have it in another spelling. */
static void many_view(const View *v) {
  NameList columns = columns_but(v, v->target, NULL, NULL, NULL);
  check_view(v, v->target, &columns, &v->keys);
  sqlite3_str *str = sqlite3_str_new(v->ctx->db);
  sqlite3_str_appendf(
      str, "CREATE VIEW %s AS SELECT\n  %s,\n  %s\nFROM %s AS %s",
      name(v, v->name),
      each(v, &v->keys, ",\n  ", v->mixed ? "$o.$r AS $a" : "$s.$k AS $a"),
      each(v, &columns, ",\n  ", "$s.$k AS $k"), name(v, v->target->name),
      v->as.self);
  if (v->mixed)
    sqlite3_str_appendf(str, " JOIN %s AS %s\n  ON %s", name(v, v->owner->name),
                        v->as.other, all_of(v, &v->keys, "$o.$r = $+$s.$k"));
  else
    sqlite3_str_appendf(str, "\nWHERE %s",
                        all_of(v, &v->keys, "$s.$k IS NOT NULL"));
  Object *view = new_object(v, str);
  if (view && !is_key_indexed(v))
    view->hint = mem_printf(v->ctx, "without INDEX (%s) it reads all of %s",
                            each(v, &v->keys, ", ", "$k"), v->target->name);
}

/* The owner decides on the foreign key. */
static char *member_value(const View *v, const Choosers *all, const Column *c,
                          const Event *event) {
  (void)all;
  NameSet *key = find_name_set(&v->keys, name(v, c->name));
  if (key == NULL) return NULL;
  const NameList one = {key, 1};
  return each(v, &one, "",
              event == &insert_event ? "NEW.$a"
                                     : "CASE WHEN NEW.$a IS OLD.$a THEN NEW.$k"
                                       " ELSE NEW.$a END");
}

/* The owner must be there, and agree with the foreign key if this is given. */
static void check_owner(const View *v, sqlite3_str *str, const Event *event) {
  const char *owner = each(v, &v->keys, ", ", "$a");
  const char *given = any_of(v, &v->keys, event->is_given);
  bool insert = event == &insert_event;
  if (insert)
    add_error(v, str, mem_printf(v->ctx, "whose? give %s", owner),
              any_of(v, &v->keys, "NEW.$a IS NULL"));
  add_error(v, str,
            mem_printf(v->ctx, "no %s has this %s", v->owner->name, owner),
            mem_printf(v->ctx, "%s%s%sNOT EXISTS (SELECT 1 FROM %s WHERE %s)",
                       insert ? "" : "(", insert ? "" : given,
                       insert ? "" : ")\n      AND ", name(v, v->owner->name),
                       all_of(v, &v->keys, "$r = NEW.$a")));
  add_error(v, str,
            mem_printf(v->ctx, "%s and %s differ", owner,
                       each(v, &v->keys, ", ", "$k")),
            any_of(v, &v->keys, event->differs));
}

/* The target's key, $a where the view has it. */
static NameList member_key(const View *v) {
  NameList key = primary_key(v, v->target);
  for (int i = 0; i < key.count; i++) {
    const NameSet *foreign = find_name_set(&v->keys, key.list[i].k);
    if (foreign) key.list[i].a = foreign->a;
  }
  return key;
}

/* A member that is there already is moved, if nothing else is said of it. */
static void many_insert(const View *v) {
  NameList key = member_key(v);
  NameList rest = columns_but(v, v->target, NULL, &key, &v->keys);
  const char *table = name(v, v->target->name);
  const char *same = mem_printf(v->ctx, "EXISTS (SELECT 1 FROM %s WHERE %s)",
                                table, all_of(v, &key, "$k = NEW.$a"));
  sqlite3_str *str = begin_trigger(v, "INSERT");
  check_owner(v, str, &insert_event);
  refuse_generated(v, str, v->target, &insert_event);
  if (rest.count)
    add_error(v, str,
              mem_printf(v->ctx,
                         "this %s is there already; to move it, give its key "
                         "and the owner's, nothing else",
                         v->target->name),
              mem_printf(v->ctx, "%s AND (%s)", same,
                         any_of(v, &rest, "NEW.$k IS NOT NULL")));
  sqlite3_str_appendf(str, "  UPDATE %s SET %s\n    WHERE %s;\n", table,
                      each(v, &v->keys, ", ", "$k = NEW.$a"),
                      all_of(v, &key, "$k = NEW.$a"));
  add_insert(v, str, v->target, NULL, member_value,
             mem_printf(v->ctx, "NOT %s", same));
  end_trigger(v, str);
}

/* A column of the foreign key that cannot be NULL. */
static bool is_required(const View *v) {
  NameList key = primary_key(v, v->target);
  for (int i = 0; ctx_ok(v->ctx) && i < v->side->foreign->nterm; i++) {
    int at = table_column(v->target, v->side->foreign->terms[i].column);
    if (v->target->columns[at].notnull ||
        find_name_set(&key, v->keys.list[i].k))
      return true;
  }
  return false;
}

/* Out of the collection: its foreign key is NULL then, or it goes itself. */
static void many_delete(const View *v) {
  sqlite3_str *str = begin_trigger(v, "DELETE");
  if (!v->side->delete_orphan && is_required(v)) {
    const char *message =
        mem_printf(v->ctx,
                   "%s: each %s must have its %s; delete it itself, or say "
                   "cascade 'delete-orphan'",
                   v->name, v->target->name, v->owner->name);
    sqlite3_str_appendf(str, "  SELECT RAISE(ABORT, %Q);\n", message);
  } else {
    add_orphan(v, str);
    sqlite3_str_appendf(str, " WHERE %s;\n", same_row(v, v->target));
  }
  end_trigger(v, str);
}

static void many_triggers(const View *v) {
  many_insert(v);
  sqlite3_str *str = begin_trigger(v, "UPDATE");
  check_owner(v, str, &update_event);
  refuse_generated(v, str, v->target, &update_event);
  add_update(v, str, v->target, NULL, member_value);
  end_trigger(v, str);
  many_delete(v);
}

/* ---- the whole ---------------------------------------------------------- */

static const char *collation(const Table *table, int column) {
  const char *collate = table->columns[column].collate;
  return collate ? collate : "BINARY";
}

/* Foreign keys compare by the affinity and the collation of the parent
** (https://sqlite.org/foreignkeys.html#fk_indexes); parent = child does so by
** the collation, and where affinities differ, parent = +child by the affinity.
*/
static void add_key(View *v, const Table *child, const Table *parent, int i) {
  const char *k = v->side->foreign->terms[i].column;
  const char *r = v->side->referenced[i];
  int a = table_column(child, k), b = table_column(parent, r);
  bool plus = table_affinity(child, a) != table_affinity(parent, b);
  v->mixed |= plus || !name_equal(collation(child, a), collation(parent, b));
  add_name_set(v, &v->keys,
               (NameSet){name(v, k), name(v, r),
                         prefixed(v, v->side->owner->name, r), plus});
}

static void add_keys(View *v) {
  const Side *s = v->side;
  for (int i = 0; ctx_ok(v->ctx) && i < s->foreign->nterm; i++)
    add_key(v, s->to_parent ? s->owner : s->target,
            s->to_parent ? s->target : s->owner, i);
}

void relview_add(Ctx *ctx, Schema *schema, const Side *side) {
  if (!ctx_ok(ctx)) return;
  View view = {.ctx = ctx,
               .schema = schema,
               .side = side,
               .owner = side->owner,
               .target = side->target};
  const View *v = &view;
  view.name = mem_printf(ctx, "%s__%s", side->owner->name, side->name);
  view.as.other = name(v, side->name);
  view.as.self = name_equal(side->name, "self") ? "this" : "self";
  add_keys(&view);
  if (!ctx_ok(ctx)) return;
  if (side->many)
    many_view(v);
  else
    one_view(v);
  if (!ctx_ok(ctx) || side->viewonly) return;
  if (side->many)
    many_triggers(v);
  else if (side->to_parent)
    one_triggers(v);
  else
    other_triggers(v);
}
