#include "relview.h"

#include "parse.h"
#include "render.h"
#include "tree.h"

enum { LINE = 90 }; /* how long a line of a trigger may be */

/* Names that belong together, as SQL has them. In templates $k, $r and $a. */
typedef struct Names {
  const char *k; /* a column; of a foreign key, the child's */
  const char *r; /* of a foreign key, the parent's */
  const char *a; /* as the view has it, prefixed */
} Names;

typedef struct NameList {
  Names *list;
  int count;
} NameList;

/* A view while it is made. */
typedef struct View {
  Ctx *ctx;
  Schema *schema;
  const Side *side;
  const Table *owner, *target;
  const char *name;         /* post__author */
  const char *self, *other; /* aliases of the tables; $s and $o */
  NameList keys;            /* of the foreign key; $a for a view to many */
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

static void add_names(const View *v, NameList *list, Names names) {
  if (!ctx_ok(v->ctx)) return;
  Names *slot = MEM_PUSH(v->ctx, list->list, list->count);
  if (slot) *slot = names;
}

/* The names of that $k; NULL if there are none. */
static Names *find_key(const NameList *list, const char *k) {
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
    if (k == NULL || (a && find_key(a, k)) || (b && find_key(b, k))) continue;
    add_names(v, &list, (Names){k, k, prefix ? prefixed(v, prefix, plain) : k});
  }
  return list;
}

static NameList primary_key(const View *v, const Table *table) {
  NameList list = {NULL, 0};
  const Constraint *key = table_primary_key(table);
  for (int i = 0; ctx_ok(v->ctx) && key && i < key->nterm; i++) {
    const char *k = name(v, key->terms[i].column);
    add_names(v, &list, (Names){k, k, k});
  }
  return list;
}

static const char *placeholder(const View *v, char c, const Names *names) {
  switch (c) {
  case 'k': return names->k;
  case 'r': return names->r;
  case 'a': return names->a;
  case 's': return v->self;
  case 'o': return v->other;
  }
  err_set(v->ctx, SQLITE_INTERNAL, "$%c is no placeholder", c);
  return "";
}

/* The template with those names. */
static char *filled(const View *v, const Names *names, const char *template) {
  sqlite3_str *str = sqlite3_str_new(v->ctx->db);
  for (const char *z = template; *z; z++) {
    if (*z == '$')
      sqlite3_str_appendall(str, placeholder(v, *++z, names));
    else
      sqlite3_str_appendchar(str, 1, *z);
  }
  return mem_finish(v->ctx, str);
}

/* The template once for each of the names, joined as a list. */
static char *each(const View *v, const NameList *list, const char *between,
                  const char *template) {
  sqlite3_str *str = sqlite3_str_new(v->ctx->db);
  for (int i = 0; ctx_ok(v->ctx) && i < list->count; i++)
    sqlite3_str_appendf(str, "%s%s", i ? between : "",
                        filled(v, &list->list[i], template));
  return mem_finish(v->ctx, str);
}

/* And joined by AND or OR. */
static char *all_of(const View *v, const NameList *list, const char *template) {
  Tree tree = {v->ctx, NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < list->count; i++)
    tree_add(&tree, filled(v, &list->list[i], template));
  return tree_join(&tree, " AND ", "");
}

static char *any_of(const View *v, const NameList *list, const char *template) {
  Tree tree = {v->ctx, NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < list->count; i++)
    tree_add(&tree, filled(v, &list->list[i], template));
  return tree_join(&tree, " OR ", "");
}

/* How well can a line end at this space? */
static int break_quality(const char *space) {
  static const char *const words[] = {"AND ",  "OR ",    "THEN ",
                                      "ELSE ", "WHERE ", "(SELECT "};
  for (int i = 0; i < 6; i++)
    if (strncmp(space + 1, words[i], strlen(words[i])) == 0) return 2;
  return space[-1] == ',';
}

/* The text with long lines broken, for who reads it in a migration. */
static char *wrap(Ctx *ctx, const char *text) {
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  const char *done = text, *at = NULL;
  size_t column = 0, indent = 0;
  char quote = 0;
  for (const char *z = text; *z; z++, column++) {
    if (quote) {
      if (*z == quote) quote = 0;
    } else if (*z == '\'' || *z == '"') {
      quote = *z;
    } else if (*z == '\n') {
      column = 0;
      indent = strspn(z + 1, " ");
      at = NULL;
    } else if (*z == ' ' && column > indent && break_quality(z) &&
               (at == NULL || break_quality(z) >= break_quality(at))) {
      at = z;
    }
    if (column < LINE || at == NULL) continue;
    sqlite3_str_appendf(str, "%.*s\n%*s", (int)(at - done), done,
                        (int)indent + 4, "");
    column = indent + 4 + (size_t)(z - at);
    done = at + 1;
    at = NULL;
  }
  sqlite3_str_appendall(str, done);
  return mem_finish(ctx, str);
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
    " AND ($r = NEW.$k OR NEW.$k IS NULL AND $r IS NOT NULL)",
    "NEW.$k <> NEW.$a"};
static const Event update_event = {
    "UPDATE",
    "NEW.$a IS NOT NULL AND NEW.$a IS NOT OLD.$a",
    "NEW.$a IS NOT OLD.$a",
    "$k = NEW.$a AND NEW.$a IS NOT OLD.$a",
    "($k IS NEW.$a OR NEW.$a IS NULL OR NEW.$a IS OLD.$a)",
    " AND ($r = NEW.$k OR (NEW.$k IS NULL OR NEW.$k IS OLD.$k)"
    " AND $r IS NOT NULL)",
    "NEW.$k <> NEW.$a AND NEW.$k IS NOT OLD.$k AND NEW.$a IS NOT OLD.$a"};

/* The DEFAULT as an expression: a bare word there is a string. */
static char *default_of(const View *v, const Column *c) {
  static const char *const words[] = {"TRUE", "FALSE", "CURRENT_TIME",
                                      "CURRENT_DATE", "CURRENT_TIMESTAMP"};
  if (c->value.sql == NULL || name_equal(c->value.sql, "NULL")) return NULL;
  Token token = token_next(c->value.sql);
  for (int i = 0; i < 5; i++)
    if (token_is(&token, words[i])) return mem_text(v->ctx, c->value.sql, -1);
  if (token.type != TOKEN_WORD && token.type != TOKEN_QUOTED)
    return mem_text(v->ctx, c->value.sql, -1);
  return mem_printf(v->ctx, "%Q", token_name(v->ctx, &token));
}

/* NEW.c; NULL, which may mean that it was left out, takes the default. */
static char *new_value(const View *v, const Column *c) {
  const char *column = name(v, c->name), *value = default_of(v, c);
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
  NameList key = primary_key(v, table);
  sqlite3_str_appendf(str, "\n    WHERE %s;\n", all_of(v, &key, "$k = OLD.$k"));
}

static void check_generated(const View *v, sqlite3_str *str, const Table *table,
                            const Event *event) {
  NameList list = {NULL, 0};
  for (int i = 0; ctx_ok(v->ctx) && i < table->ncolumn; i++) {
    const char *k = name(v, table->columns[i].name);
    if (table->columns[i].generated.sql) add_names(v, &list, (Names){k, k, k});
  }
  if (list.count)
    add_error(v, str,
              mem_printf(v->ctx, "generated columns cannot be written: %s",
                         each(v, &list, ", ", "$k")),
              any_of(v, &list, event->is_written));
}

/* ---- objects ------------------------------------------------------------ */

static Object *add_object(const View *v, sqlite3_str *str) {
  char *text = mem_finish(v->ctx, str);
  char *sql = text ? wrap(v->ctx, text) : NULL;
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
  add_object(v, str);
}

static void delete_trigger(const View *v, const Table *table) {
  NameList key = primary_key(v, table);
  sqlite3_str *str = begin_trigger(v, "DELETE");
  sqlite3_str_appendf(str, "  DELETE FROM %s WHERE %s;\n", name(v, table->name),
                      all_of(v, &key, "$k = OLD.$k"));
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
    if (find_key(plain, added->list[i].a))
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
    add_names(v, &chooser,
              (Names){k, k, prefixed(v, v->side->name, terms[i].column)});
  }
  for (int i = 0; ctx_ok(v->ctx) && i < all->count; i++)
    if (all->list[i].count == 1 && nterm == 1 &&
        find_key(&all->list[i], chooser.list[0].k))
      return;
  for (int i = 0; ctx_ok(v->ctx) && i < nterm; i++)
    if (!find_key(&all->columns, chooser.list[i].k))
      add_names(v, &all->columns, chooser.list[i]);
  all->composite |= nterm > 1;
  NameList *slot = MEM_PUSH(v->ctx, all->list, all->count);
  if (slot) *slot = chooser;
}

static Choosers find_choosers(const View *v) {
  Choosers all = {NULL, 0, {NULL, 0}, false};
  const Table *t = v->target;
  for (int i = 0; i < t->nconstraint; i++)
    if (t->constraints[i].kind <= CONSTRAINT_UNIQUE)
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
    tree_add(&rows,
             all_of(v, c, c->count > 1 ? "$k = NEW.$a" : event->chooses));
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
  check_generated(v, str, v->owner, event);
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
      v->self, name(v, v->target->name), v->other,
      all_of(v, &v->keys,
             v->side->to_parent ? "$o.$r = $s.$k" : "$o.$k = $s.$r"));
  add_object(v, str);
}

/* A column of the foreign key has its value from the row that was chosen. */
static char *owner_value(const View *v, const Choosers *all, const Column *c,
                         const Event *event) {
  const char *k = name(v, c->name);
  const Names *key = find_key(&v->keys, k);
  if (key == NULL || all->count == 0) return NULL;
  const char *row =
      mem_printf(v->ctx, "(SELECT %s FROM %s WHERE %s)", key->r,
                 name(v, v->target->name), chosen(v, all, event, false));
  if (event == &update_event)
    return mem_printf(v->ctx, "CASE WHEN %s THEN NEW.%s ELSE %s END",
                      all_of(v, &all->columns, "NEW.$a IS OLD.$a"), k, row);
  const char *value = default_of(v, c);
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
  static const char *const rowids[] = {"rowid", "oid", "_rowid_"};
  if (at == t->rowid_alias) return mem_text(v->ctx, "last_insert_rowid()", -1);
  for (int k = 0; !t->without_rowid && k < 3; k++)
    if (table_column(t, rowids[k]) < 0)
      return mem_printf(v->ctx,
                        "(SELECT %s FROM %s WHERE %s = last_insert_rowid())",
                        v->keys.list[i].r, name(v, t->name), rowids[k]);
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
    sqlite3_str_appendf(str, "\n    WHERE %s AND (%s);\n",
                        all_of(v, &v->keys, "$k = OLD.$r"),
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
static bool has_index(const View *v) {
  const Table *t = v->target;
  for (int i = 0; i < t->nconstraint; i++)
    if (t->constraints[i].kind <= CONSTRAINT_UNIQUE &&
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

static void many_view(const View *v) {
  NameList columns = columns_but(v, v->target, NULL, NULL, NULL);
  check_view(v, v->target, &columns, &v->keys);
  sqlite3_str *str = sqlite3_str_new(v->ctx->db);
  sqlite3_str_appendf(
      str, "CREATE VIEW %s AS SELECT\n  %s,\n  %s\nFROM %s AS %s\nWHERE %s",
      name(v, v->name), each(v, &v->keys, ",\n  ", "$s.$k AS $a"),
      each(v, &columns, ",\n  ", "$s.$k AS $k"), name(v, v->target->name),
      v->self, all_of(v, &v->keys, "$s.$k IS NOT NULL"));
  Object *view = add_object(v, str);
  if (view && !has_index(v))
    view->hint = mem_printf(v->ctx, "without INDEX (%s) it reads all of %s",
                            each(v, &v->keys, ", ", "$k"), v->target->name);
}

/* The owner decides on the foreign key. */
static char *member_value(const View *v, const Choosers *all, const Column *c,
                          const Event *event) {
  (void)all;
  Names *key = find_key(&v->keys, name(v, c->name));
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
    const Names *foreign = find_key(&v->keys, key.list[i].k);
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
  check_generated(v, str, v->target, &insert_event);
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
    if (v->target->columns[at].notnull || find_key(&key, v->keys.list[i].k))
      return true;
  }
  return false;
}

/* Out of the collection: its foreign key is NULL then, or it goes itself. */
static void many_delete(const View *v) {
  NameList key = primary_key(v, v->target);
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
    sqlite3_str_appendf(str, " WHERE %s;\n", all_of(v, &key, "$k = OLD.$k"));
  }
  end_trigger(v, str);
}

static void many_triggers(const View *v) {
  many_insert(v);
  sqlite3_str *str = begin_trigger(v, "UPDATE");
  check_owner(v, str, &update_event);
  check_generated(v, str, v->target, &update_event);
  add_update(v, str, v->target, NULL, member_value);
  end_trigger(v, str);
  many_delete(v);
}

/* ---- the whole ---------------------------------------------------------- */

static NameList foreign_names(const View *v) {
  NameList list = {NULL, 0};
  const Side *s = v->side;
  for (int i = 0; ctx_ok(v->ctx) && i < s->foreign->nterm; i++)
    add_names(v, &list,
              (Names){name(v, s->foreign->terms[i].column),
                      name(v, s->referenced[i]),
                      prefixed(v, s->owner->name, s->referenced[i])});
  return list;
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
  view.other = name(v, side->name);
  view.self = name_equal(side->name, "self") ? "this" : "self";
  view.keys = foreign_names(v);
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
