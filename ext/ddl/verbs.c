#include "ddl/verbs.h"

#include "base/nearest.h"
#include "ddl/edit.h"
#include "ddl/render.h"

/* A column that was added, renamed or gets values. */
typedef struct VerbColumn {
  const char *name;
  const char *old;      /* its name in the table; NULL: it is new */
  const char *backfill; /* of USING, or NULL */
} VerbColumn;

/* Verbs that are being applied. */
typedef struct Altering {
  Ctx *ctx;
  Cursor cur;       /* in the verbs */
  const char *text; /* CREATE TABLE after the verbs before the cursor */
  Table *to;        /* the table of `text`, which a verb changes */
  VerbColumn *columns;
  int ncolumn;
  const char **dropped; /* names of dropped columns in the table */
  int ndropped;
  const char *table; /* the name of the table before the verbs */
  bool fills;
} Altering;

static const char *const verb_words[] = {"ADD", "ALTER", "DROP", "RENAME",
                                         NULL};

bool verbs_are(Ctx *ctx, const char *text) {
  Token first = token_first(text);
  if (!ctx_ok(ctx) || first.type != TOKEN_WORD) return false;
  Nearest near = {.name = mem_text(ctx, first.z, first.n)};
  for (int i = 0; near.name && verb_words[i]; i++)
    nearest_try(&near, verb_words[i]);
  return near.best != NULL;
}

/* ---- columns and constraints by name ------------------------------------ */

/* Moves past the name of an existing column and returns its index; -1 after an
** error. */
static int existing_column(Altering *a) {
  const char *name = cursor_name(&a->cur, "a column's name");
  int i = name ? table_column(a->to, name) : -1;
  if (name && i < 0)
    err_set(a->ctx, SQLITE_ERROR, "table \"%s\" has no column \"%s\"%s",
            a->table, name, table_suggest_column(a->ctx, a->to, name));
  return i;
}

static VerbColumn *find_noted(Altering *a, const char *name) {
  for (int i = 0; i < a->ncolumn; i++)
    if (a->columns[i].name && name_equal(a->columns[i].name, name))
      return &a->columns[i];
  return NULL;
}

/* Returns the entry of an existing column. NULL if memory runs out. */
static VerbColumn *note_column(Altering *a, const char *name) {
  VerbColumn *noted = find_noted(a, name);
  if (noted) return noted;
  noted = MEM_PUSH(a->ctx, a->columns, a->ncolumn);
  if (noted) *noted = (VerbColumn){name, name, NULL};
  return noted;
}

/* Moves past the new name of column i, or of a new column if i is -1, and
** returns it. The name of another column, and that of a dropped column, are
** errors: the dropped values would seem to belong to the new column. */
static const char *new_column_name(Altering *a, int i) {
  const char *name = cursor_name(&a->cur, "a column's name");
  if (name == NULL) return NULL;
  int other = table_column(a->to, name);
  if (other >= 0 && other != i)
    err_set(a->ctx, SQLITE_ERROR, "table \"%s\" has a column \"%s\" already",
            a->table, name);
  for (int k = 0; k < a->ndropped; k++)
    if (name_equal(a->dropped[k], name))
      err_set(a->ctx, SQLITE_ERROR,
              "table \"%s\": a column \"%s\" is dropped and made again; use "
              "two calls",
              a->table, name);
  return name;
}

static void find_name(int *found, int at, Nearest *near, const char *name) {
  if (name && name_equal(name, near->name)) *found = at;
  nearest_try(near, name);
}

/* Moves past the name of an existing constraint and returns its index. The
** constraints NOT NULL and DEFAULT of column i have the indexes -1 - i. Returns
** to->nconstraint after an error. */
static int existing_constraint(Altering *a) {
  const Table *t = a->to;
  const char *name = cursor_name(&a->cur, "a constraint's name");
  int found = t->nconstraint;
  Nearest near = {.name = name};
  if (name == NULL) return found;
  for (int i = 0; i < t->nconstraint; i++)
    find_name(&found, i, &near, t->constraints[i].name);
  for (int i = 0; i < t->ncolumn; i++) {
    find_name(&found, -1 - i, &near, t->columns[i].notnull_name);
    find_name(&found, -1 - i, &near, t->columns[i].default_name);
  }
  if (found == t->nconstraint)
    err_set(a->ctx, SQLITE_ERROR,
            "table \"%s\" has no constraint \"%s\"%s a constraint without a "
            "name is dropped by its text, as in DROP CHECK (a > 0)",
            a->table, name, nearest_hint(a->ctx, &near, ";"));
  near.name = name;
  return found;
}

static void remove_constraint(Table *t, int i) {
  memmove(&t->constraints[i], &t->constraints[i + 1],
          sizeof(Constraint) * (size_t)(t->nconstraint - i - 1));
  t->nconstraint--;
}

/* ---- parts of a column -------------------------------------------------- */

static void copy_part(Column *to, const Column *from, ColumnPart part) {
  switch (part) {
  case PART_TYPE: to->type = from->type; break;
  case PART_NOT_NULL:
    to->notnull = from->notnull;
    to->conflict = from->conflict;
    to->notnull_name = from->notnull_name;
    break;
  case PART_DEFAULT:
    to->default_value = from->default_value;
    to->default_name = from->default_name;
    break;
  case PART_COLLATE: to->collate = from->collate; break;
  case PART_GENERATED:
    to->generated = from->generated;
    to->stored = from->stored;
    break;
  }
  to->norm = NULL;
}

/* Returns the token that ends the verb at the cursor: a comma or the end. With
** `word`, also that word. */
static int verb_end(const Cursor *cur, const char *word) {
  int i = cur->at;
  while (i < cur->end) {
    const Token *token = &cur->tokens->list[i];
    if (token_is(token, ",") || token_is(token, ";")) break;
    if (word && token_is(token, word)) break;
    i = token_is(token, "(") ? token->close + 1 : i + 1;
  }
  return i < cur->end ? i : cur->end;
}

enum {
  SET_PARTS = 1 << PART_NOT_NULL | 1 << PART_DEFAULT | 1 << PART_COLLATE,
  TYPE_PARTS = 1 << PART_TYPE | 1 << PART_COLLATE
};

/* Reads the clauses at the cursor, which must be parts of the set `allowed`,
** and gives them to the column. They end at the word `end_word`, if it is not
** NULL, or at the end of the verb. */
static void set_parts(Altering *a, Column *column, unsigned allowed,
                      const char *end_word) {
  Table scratch = {.name = a->to->name, .strict = a->to->strict};
  Cursor cur = a->cur;
  cur.end = verb_end(&cur, end_word);
  clause_column(&cur, &scratch, column->name);
  unsigned found = 0;
  for (int part = 0; ctx_ok(a->ctx) && part < COLUMN_PARTS; part++)
    if (scratch.columns[0].parts[part].to) found |= 1u << part;
  if (ctx_ok(a->ctx) && scratch.nconstraint)
    err_set(a->ctx, SQLITE_ERROR,
            "column \"%s\": a constraint is added by ADD CHECK, ADD UNIQUE, "
            "ADD FOREIGN KEY or ADD PRIMARY KEY",
            column->name);
  if (!cursor_at_end(&cur)) cursor_fail(&cur, ", or the end");
  if (found == 0 || found & ~allowed)
    cursor_fail(&a->cur, allowed == TYPE_PARTS
                             ? "a type"
                             : "NOT NULL, DEFAULT, COLLATE or TYPE");
  for (int part = 0; ctx_ok(a->ctx) && part < COLUMN_PARTS; part++)
    if (found >> part & 1)
      copy_part(column, &scratch.columns[0], (ColumnPart)part);
  a->cur.at = cur.at;
}

/* ALTER COLUMN a DROP ...: the words of a part. */
static const struct PartWords {
  const char *first, *second;
  ColumnPart part;
} part_words[] = {
    {"NOT", "NULL", PART_NOT_NULL},
    {"DEFAULT", NULL, PART_DEFAULT},
    {"COLLATE", NULL, PART_COLLATE},
    {"EXPRESSION", NULL, PART_GENERATED},
};

static void drop_part(Altering *a, Column *column) {
  static const Column none = {.type = ""};
  for (size_t i = 0; i < sizeof(part_words) / sizeof(part_words[0]); i++) {
    const struct PartWords *w = &part_words[i];
    bool fits = w->second ? cursor_accept2(&a->cur, w->first, w->second)
                          : cursor_accept(&a->cur, w->first);
    if (!fits) continue;
    copy_part(column, &none, w->part);
    return;
  }
  cursor_fail(&a->cur, "NOT NULL, DEFAULT, COLLATE or EXPRESSION");
}

/* Reads the type and USING. */
static void set_type(Altering *a, Column *column) {
  set_parts(a, column, TYPE_PARTS, "USING");
  if (!cursor_accept(&a->cur, "USING")) return;
  int from = a->cur.at;
  a->cur.at = verb_end(&a->cur, NULL);
  if (a->cur.at == from) cursor_fail(&a->cur, "an expression");
  VerbColumn *noted = note_column(a, column->name);
  if (noted)
    noted->backfill = token_text(a->ctx, a->cur.tokens, from, a->cur.at);
  a->fills = true;
}

static void alter_verb(Altering *a) {
  cursor_accept(&a->cur, "COLUMN");
  int i = existing_column(a);
  if (i < 0) return;
  Column *column = &a->to->columns[i];
  bool set = cursor_accept(&a->cur, "SET");
  bool data = set && cursor_accept(&a->cur, "DATA");
  if (set && !data)
    set_parts(a, column, SET_PARTS, NULL);
  else if (cursor_accept(&a->cur, "TYPE"))
    set_type(a, column);
  else if (!set && cursor_accept(&a->cur, "DROP"))
    drop_part(a, column);
  else
    cursor_fail(&a->cur, set ? "TYPE" : "SET, DROP or TYPE");
}

/* ---- adding and dropping ------------------------------------------------ */

static bool is_constraint_next(const Cursor *cur) {
  static const char *const words[] = {"CONSTRAINT", "PRIMARY", "UNIQUE",
                                      "CHECK",      "FOREIGN", NULL};
  return token_is_one_of(cursor_peek(cur), words);
}

static void add_verb(Altering *a) {
  Table *t = a->to;
  if (is_constraint_next(&a->cur)) {
    int count = t->nconstraint;
    clause_constraint(&a->cur, t);
    if (t->nconstraint == count)
      cursor_fail(&a->cur, "PRIMARY KEY, UNIQUE, CHECK or FOREIGN KEY");
    return;
  }
  cursor_accept(&a->cur, "COLUMN");
  const char *name = new_column_name(a, -1);
  if (name == NULL || !ctx_ok(a->ctx)) return;
  VerbColumn *noted = MEM_PUSH(a->ctx, a->columns, a->ncolumn);
  if (noted) noted->name = name;
  clause_column(&a->cur, t, name);
}

/* Fails if another part of the table uses the column. */
static void check_unused(Altering *a, int i) {
  const Table *t = a->to;
  const char *name = t->columns[i].name;
  for (int k = 0; k < t->nconstraint; k++) {
    const Constraint *c = &t->constraints[k];
    if (c->column != i && constraint_uses(a->ctx, c, name))
      err_set(a->ctx, SQLITE_ERROR,
              "table \"%s\": %s uses column \"%s\"; drop it first, by DROP "
              "CONSTRAINT name or by DROP and its text",
              a->table, render_constraint(a->ctx, c, false), name);
  }
  for (int k = 0; k < t->ncolumn; k++)
    if (k != i && expr_uses(a->ctx, &t->columns[k].generated, name))
      err_set(a->ctx, SQLITE_ERROR,
              "table \"%s\": the generated column \"%s\" uses column \"%s\"; "
              "drop it first",
              a->table, t->columns[k].name, name);
}

static void forget_column(Altering *a, const char *name) {
  VerbColumn *noted = find_noted(a, name);
  const char *old = noted ? noted->old : name;
  if (noted) noted->name = NULL;
  const char **slot = old ? MEM_PUSH(a->ctx, a->dropped, a->ndropped) : NULL;
  if (slot) *slot = old;
}

static void drop_column(Altering *a) {
  cursor_accept(&a->cur, "COLUMN");
  int i = existing_column(a);
  Table *t = a->to;
  if (i >= 0) check_unused(a, i);
  if (!ctx_ok(a->ctx)) return;
  forget_column(a, t->columns[i].name);
  for (int k = t->nconstraint - 1; k >= 0; k--)
    if (t->constraints[k].column == i)
      remove_constraint(t, k);
    else if (t->constraints[k].column > i)
      t->constraints[k].column--;
  memmove(&t->columns[i], &t->columns[i + 1],
          sizeof(Column) * (size_t)(t->ncolumn - i - 1));
  t->ncolumn--;
}

static void drop_named_constraint(Altering *a) {
  int i = existing_constraint(a);
  if (!ctx_ok(a->ctx)) return;
  if (i >= 0) {
    remove_constraint(a->to, i);
    return;
  }
  static const Column none = {.type = ""};
  const Token *name = &a->cur.tokens->list[a->cur.at - 1];
  Column *column = &a->to->columns[-1 - i];
  const char *word = token_name(a->ctx, name);
  bool is_default = name_equal(column->default_name, word);
  copy_part(column, &none, is_default ? PART_DEFAULT : PART_NOT_NULL);
}

/* Drops the constraint with the text at the cursor. */
static void drop_constraint_text(Altering *a) {
  Table scratch = *a->to;
  int from = a->cur.at;
  scratch.constraints = NULL;
  scratch.nconstraint = 0;
  clause_constraint(&a->cur, &scratch);
  table_finish(a->ctx, &scratch);
  if (!ctx_ok(a->ctx) || scratch.nconstraint == 0) return;
  for (int i = 0; i < a->to->nconstraint; i++)
    if (strcmp(a->to->constraints[i].rule, scratch.constraints[0].rule) == 0) {
      remove_constraint(a->to, i);
      return;
    }
  err_set(a->ctx, SQLITE_ERROR, "table \"%s\" has no constraint %s", a->table,
          token_text(a->ctx, a->cur.tokens, from, a->cur.at));
}

static void drop_verb(Altering *a) {
  if (cursor_accept(&a->cur, "CONSTRAINT"))
    drop_named_constraint(a);
  else if (is_constraint_next(&a->cur))
    drop_constraint_text(a);
  else
    drop_column(a);
}

/* ---- renaming ----------------------------------------------------------- */

/* Gives the foreign keys of `t` to itself the names of `names`. */
static void rename_parents(Table *t, const Table *from, const Table *names) {
  for (int i = 0; i < t->nconstraint; i++) {
    Constraint *c = &t->constraints[i];
    if (c->kind != CONSTRAINT_FOREIGN || !name_equal(c->parent, from->name))
      continue;
    c->parent = names->name;
    for (int k = 0; k < c->nparent; k++) {
      int at = table_column(from, c->parent_columns[k]);
      if (at >= 0) c->parent_columns[k] = names->columns[at].name;
    }
  }
}

Table *verbs_rename(Ctx *ctx, const char **sql, const Table *names) {
  const Statement *s = parse_create(ctx, *sql);
  if (s == NULL) return NULL;
  *sql = edit_renames(ctx, *sql, s->table, names);
  const Statement *now = *sql ? parse_create(ctx, *sql) : NULL;
  if (now == NULL) return NULL;
  rename_parents(now->table, s->table, names);
  table_finish(ctx, now->table);
  return now->table;
}

static void rename_column(Altering *a) {
  cursor_accept(&a->cur, "COLUMN");
  int i = existing_column(a);
  cursor_expect(&a->cur, "TO");
  const char *name = ctx_ok(a->ctx) ? new_column_name(a, i) : NULL;
  if (name == NULL || !ctx_ok(a->ctx)) return;
  Table names = *a->to;
  VerbColumn *noted = note_column(a, names.columns[i].name);
  if (noted) noted->name = name;
  names.columns[i].name = name;
  a->to = verbs_rename(a->ctx, &a->text, &names);
}

static void rename_constraint_verb(Altering *a) {
  int i = existing_constraint(a);
  cursor_expect(&a->cur, "TO");
  const char *name = cursor_name(&a->cur, "a constraint's name");
  if (ctx_ok(a->ctx) && i < 0)
    err_set(a->ctx, SQLITE_ERROR,
            "the name of a NOT NULL or DEFAULT is changed by SET CONSTRAINT "
            "name NOT NULL or DEFAULT");
  if (ctx_ok(a->ctx)) a->to->constraints[i].name = name;
}

static void rename_verb(Altering *a) {
  if (cursor_accept(&a->cur, "CONSTRAINT")) {
    rename_constraint_verb(a);
  } else if (cursor_accept(&a->cur, "TO")) {
    Table names = *a->to;
    names.name = cursor_name(&a->cur, "a table's name");
    if (ctx_ok(a->ctx)) a->to = verbs_rename(a->ctx, &a->text, &names);
  } else {
    rename_column(a);
  }
}

/* ---- all verbs ---------------------------------------------------------- */

static void (*const verb_functions[])(Altering *) = {add_verb, alter_verb,
                                                     drop_verb, rename_verb};

/* Applies the verb at the cursor. */
static void apply_verb(Altering *a) {
  const Statement *s = parse_create(a->ctx, a->text);
  a->to = s ? s->table : NULL;
  int i = 0;
  while (verb_words[i] && !cursor_accept(&a->cur, verb_words[i])) i++;
  if (verb_words[i] == NULL) cursor_fail(&a->cur, "ADD, ALTER, DROP or RENAME");
  if (!ctx_ok(a->ctx)) return;
  verb_functions[i](a);
  if (!ctx_ok(a->ctx)) return;
  table_check_keys(a->ctx, a->to);
  table_finish(a->ctx, a->to);
  const char *text = edit_table_exact(a->ctx, a->text, a->to);
  a->text = text ? text : render_table(a->ctx, a->to, false, NULL);
}

/* Returns the text with `@renamed from=old` for the table. */
static const char *add_former_name(Altering *a) {
  const Statement *s = parse_create(a->ctx, a->text);
  if (s == NULL || strcmp(s->name, a->table) == 0) return a->text;
  const char *open = strchr(a->text + s->name_end, '(');
  bool ends_line = open[1] == '\n' || open[1] == '\r';
  return mem_printf(a->ctx,
                    ends_line ? "%.*s -- @renamed from=%s%s"
                              : "%.*s/* @renamed from=%s */ %s",
                    (int)(open + 1 - a->text), a->text,
                    render_name(a->ctx, a->table), open + 1);
}

/* Returns the text with the directives of the columns. */
static const char *add_column_notes(Altering *a) {
  const Statement *s = parse_create(a->ctx, a->text);
  if (s == NULL) return NULL;
  for (int i = 0; i < s->table->ncolumn; i++) {
    Column *c = &s->table->columns[i];
    const VerbColumn *noted = find_noted(a, c->name);
    if (noted == NULL) continue;
    c->backfill = noted->backfill;
    if (noted->old && strcmp(noted->old, c->name) != 0)
      c->renamed_from = noted->old;
  }
  return edit_add_directives(a->ctx, a->text, s->table);
}

Verbs verbs_apply(Ctx *ctx, const Table *table, const char *verbs) {
  Verbs done = {NULL, false, false};
  if (!ctx_ok(ctx)) return done;
  Tokens tokens = token_list(ctx, verbs);
  Altering a = {.ctx = ctx, .table = table->name};
  a.cur = (Cursor){.ctx = ctx, .tokens = &tokens, .end = tokens.count};
  a.cur.self = table->name;
  a.text = edit_strip_directives(ctx, table->sql);
  do {
    apply_verb(&a);
  } while (cursor_accept(&a.cur, ","));
  cursor_accept(&a.cur, ";");
  if (ctx_ok(ctx) && !cursor_at_end(&a.cur))
    cursor_fail(&a.cur, ", or the end");
  if (ctx_ok(ctx)) a.text = add_column_notes(&a);
  if (ctx_ok(ctx)) done.sql = add_former_name(&a);
  done.drops = a.ndropped > 0;
  done.fills = a.fills;
  return done;
}
