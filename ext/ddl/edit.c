#include "ddl/edit.h"

#include <stdlib.h>

#include "ddl/directive.h"
#include "ddl/items.h"
#include "ddl/render.h"

char *edit_in_main(Ctx *ctx, const char *sql) {
  Statement *s = parse_create(ctx, sql);
  if (s == NULL) return NULL;
  const char *qualifier = s->schema ? "" : "\"main\".";
  return mem_printf(ctx, "%.*s%s%s", s->name_at, sql, qualifier,
                    sql + s->name_at);
}

char *edit_object_name(Ctx *ctx, const char *sql, const char *name) {
  Statement *s = parse_create(ctx, sql);
  if (s == NULL) return NULL;
  return mem_printf(ctx, "%.*s%s%s", s->name_at, sql, render_name(ctx, name),
                    sql + s->name_end);
}

char *edit_trigger_target(Ctx *ctx, const char *sql, const char *name) {
  Tokens tokens = token_list(ctx, sql);
  int i = 0;
  while (i < tokens.count && !token_is(&tokens.list[i], "ON")) i++;
  if (!ctx_ok(ctx) || i + 1 >= tokens.count) return NULL;
  const Token *first = &tokens.list[i + 1];
  const Token *last = token_is(first + 1, ".") ? first + 2 : first;
  return mem_printf(ctx, "%.*s%s%s", (int)(first->z - sql), sql,
                    render_name(ctx, name), last->z + last->n);
}

/* ---- pieces ------------------------------------------------------------- */

/* A range of the text and its replacement. */
typedef struct Piece {
  int from, to;
  int number; /* of the order of edits at one place */
  const char *text;
} Piece;

typedef struct Edit {
  Ctx *ctx;
  const char *sql;
  Tokens tokens;
  TableDiff diff;
  Piece *pieces;
  int count;
  int sorted;         /* so many pieces are sorted by their places */
  bool *dropped;      /* of the columns, then of the constraints */
  const char **added; /* new constraints of the table */
  int nadded;
} Edit;

static void replace_text(Edit *e, int from, int to, const char *text) {
  Piece *piece = MEM_PUSH(e->ctx, e->pieces, e->count);
  if (piece == NULL) return;
  *piece = (Piece){from, to, e->count, text};
}

static void insert_text(Edit *e, int at, const char *text) {
  replace_text(e, at, at, text);
}

static bool is_blank_char(char c) {
  return c == ' ' || c == '\t';
}

/* Removes a range with the blanks before it, but keeps words apart. A line with
** nothing else is removed. */
static void cut(Edit *e, int from, int to) {
  const char *sql = e->sql;
  while (from > 0 && is_blank_char(sql[from - 1])) from--;
  int end = to;
  while (is_blank_char(sql[end])) end++;
  bool alone = from > 0 && sql[from - 1] == '\n' && sql[end] == '\n';
  bool apart = end > to || strchr("\r\n,)", sql[to]) != NULL;
  replace_text(e, from, alone ? end + 1 : to, apart ? "" : " ");
}

static int by_place(const void *a, const void *b) {
  const Piece *x = (const Piece *)a, *y = (const Piece *)b;
  return x->from != y->from ? x->from - y->from : x->number - y->number;
}

static void sort_pieces(Edit *e) {
  if (e->sorted < e->count)
    qsort(e->pieces, (size_t)e->count, sizeof(Piece), by_place);
  e->sorted = e->count;
}

/* Returns the first sorted piece that begins at `from` or after it. */
static int first_piece(const Edit *e, int from) {
  int low = 0, high = e->count;
  while (low < high) {
    int middle = (low + high) / 2;
    if (e->pieces[middle].from < from)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Returns the bytes `from` up to `to` with the edits applied. */
static char *apply_in(Edit *e, int from, int to) {
  if (!ctx_ok(e->ctx)) return NULL;
  sort_pieces(e);
  sqlite3_str *str = sqlite3_str_new(e->ctx->db);
  int at = from;
  for (int i = first_piece(e, from); i < e->count && e->pieces[i].from <= to;
       i++) {
    const Piece *piece = &e->pieces[i];
    bool inside = piece->from >= from && piece->to <= to &&
                  (piece->from < to || piece->to == piece->from);
    if (!inside) continue;
    if (piece->from > at)
      sqlite3_str_append(str, e->sql + at, piece->from - at);
    sqlite3_str_appendall(str, piece->text ? piece->text : "");
    if (piece->from > at) at = piece->from;
    if (piece->to > at) at = piece->to;
  }
  sqlite3_str_append(str, e->sql + at, to - at);
  return mem_finish(e->ctx, str);
}

static char *apply_edits(Edit *e) {
  return apply_in(e, 0, (int)strlen(e->sql));
}

static Edit edit_of(Ctx *ctx, const char *sql) {
  return (Edit){.ctx = ctx, .sql = sql, .tokens = token_list(ctx, sql)};
}

/* ---- another name ------------------------------------------------------- */

/* Returns true if the token is `name` and qualifies a column. */
static bool is_own_qualifier(Edit *e, const char *name, const Token *token) {
  if (!token_is_name(token) || !token_is(token + 1, ".")) return false;
  char *qualifier = token_name(e->ctx, token);
  return qualifier && name_equal(qualifier, name);
}

/* Returns true if the comment has directives, or would be an error where
** directives are read. */
static bool is_directive(Edit *e, const Comment *c) {
  Ctx *ctx = e->ctx;
  if (!ctx_ok(ctx)) return false;
  Directives all = directive_read(ctx, &e->tokens, c);
  bool wrong = (ctx->rc & 0xff) == SQLITE_ERROR;
  if (wrong) err_forget(ctx);
  return wrong || all.count > 0;
}

/* Removes the directives after byte `from`. */
static void cut_directives(Edit *e, int from) {
  for (int i = 0; i < e->tokens.ncomment; i++) {
    const Comment *c = &e->tokens.comments[i];
    int at = (int)(c->raw.z - e->sql);
    if (at >= from && is_directive(e, c)) cut(e, at, at + c->raw.n);
  }
}

static char *renamed_text(Ctx *ctx, const char *sql, const char *name,
                          const char *qualifier) {
  Edit e = edit_of(ctx, sql);
  const Statement *s = parse_create(ctx, sql);
  if (s == NULL) return NULL;
  replace_text(&e, 0, s->name_end,
               mem_printf(ctx, "CREATE TABLE \"main\".\"%w\"", name));
  cut_directives(&e, s->name_end);
  for (int i = 0; i + 1 < e.tokens.count; i++) {
    const Token *token = &e.tokens.list[i];
    int from = (int)(token->z - sql);
    if (from >= s->name_end && is_own_qualifier(&e, s->name, token))
      replace_text(&e, from, (int)(token[1].z + 1 - sql), qualifier);
  }
  return apply_edits(&e);
}

char *edit_renamed(Ctx *ctx, const char *sql, const char *name) {
  return renamed_text(ctx, sql, name, "");
}

char *edit_probe(Ctx *ctx, const char *sql, const char *name) {
  return renamed_text(ctx, sql, name, mem_printf(ctx, "\"%w\".", name));
}

char *edit_strip_directives(Ctx *ctx, const char *sql) {
  bool comments = strstr(sql, "--") || strstr(sql, "/*");
  if (!comments) return mem_text(ctx, sql, -1);
  Edit e = edit_of(ctx, sql);
  if (ctx_ok(ctx)) cut_directives(&e, 0);
  return apply_edits(&e);
}

/* Returns true if token i cannot name a column of the table: it is part of a
** type or of REFERENCES. */
static bool is_named_elsewhere(Edit *e, const Table *table, int i) {
  const Token *list = e->tokens.list;
  int at = (int)(list[i].z - e->sql);
  for (int k = 0; k < table->ncolumn; k++) {
    const Span *type = &table->columns[k].parts[PART_TYPE];
    if (at >= type->from && at < type->to) return true;
  }
  while (i > 0 && !token_is(&list[i], "(")) i--;
  return i > 1 && token_is(&list[i - 2], "REFERENCES");
}

/* Renames the columns in expressions. In parentheses inside those of the table,
** a name is taken as a column's. */
static void name_tokens(Edit *e, const Table *table, const Table *from,
                        const Table *names) {
  const Token *list = e->tokens.list;
  for (int i = 0, depth = 0; ctx_ok(e->ctx) && i < e->tokens.count; i++) {
    depth += token_is(&list[i], "(") - token_is(&list[i], ")");
    if (depth < 2 || !token_is_name(&list[i]) || token_is(&list[i + 1], "(") ||
        token_is(&list[i + 1], ".") || is_named_elsewhere(e, table, i))
      continue;
    const char *name = token_name(e->ctx, &list[i]);
    int at = (int)(list[i].z - e->sql);
    int k = name ? table_column(from, name) : -1;
    if (k >= 0 && strcmp(from->columns[k].name, names->columns[k].name) != 0)
      replace_text(e, at, at + list[i].n,
                   render_name(e->ctx, names->columns[k].name));
  }
}

char *edit_renames(Ctx *ctx, const char *sql, const Table *from,
                   const Table *names) {
  Edit e = edit_of(ctx, sql);
  const Statement *s = parse_create(ctx, sql);
  if (s == NULL || s->table == NULL) return NULL;
  if (strcmp(from->name, names->name) != 0)
    replace_text(&e, s->name_at, s->name_end, render_name(ctx, names->name));
  for (int i = 0; i < s->table->ncolumn; i++) {
    const Column *c = &s->table->columns[i];
    int k = table_column(from, c->name);
    if (k >= 0 && strcmp(from->columns[k].name, names->columns[k].name) != 0)
      replace_text(&e, c->span.from,
                   c->span.from + token_next(sql + c->span.from).n,
                   render_name(ctx, names->columns[k].name));
  }
  name_tokens(&e, s->table, from, names);
  return apply_edits(&e);
}

/* ---- directives --------------------------------------------------------- */

/* Adds a directive after a column, where cut_directives() removes it without a
** trace. `first` is true for the first directive of the column. */
static void add_directive_after(Edit *e, const Column *column, bool first,
                                const char *words, const char *value) {
  Ctx *ctx = e->ctx;
  if (value == NULL) return; /* there is no memory */
  int end = column->span.to, behind = end;
  while (is_blank_char(e->sql[behind])) behind++;
  if (e->sql[behind] == ',') behind++;
  bool ends_line = e->sql[behind] == '\n';
  if (ends_line || strstr(value, "*/"))
    insert_text(e, behind,
                mem_printf(ctx, "%s -- %s%s%s", first ? "" : "\n  ", words,
                           value, ends_line ? "" : "\n"));
  else
    insert_text(e, end, mem_printf(ctx, " /* %s%s */", words, value));
}

char *edit_add_directives(Ctx *ctx, const char *sql, const Table *table) {
  Edit e = edit_of(ctx, sql);
  const Statement *s = parse_create(ctx, sql);
  if (s == NULL || s->table == NULL) return NULL;
  for (int i = 0; ctx_ok(ctx) && i < table->ncolumn; i++) {
    const Column *c = &table->columns[i];
    int k = table_column(s->table, c->name);
    if (k < 0) continue;
    if (c->renamed_from)
      add_directive_after(&e, &s->table->columns[k], true,
                          "@renamed from=", render_name(ctx, c->renamed_from));
    if (c->backfill)
      add_directive_after(&e, &s->table->columns[k], c->renamed_from == NULL,
                          "@backfill ", c->backfill);
  }
  return apply_edits(&e);
}

/* ---- columns ------------------------------------------------------------ */

char *edit_generated(Ctx *ctx, const char *sql, const char *from) {
  Edit e = {.ctx = ctx, .sql = sql};
  const Statement *s = parse_create(ctx, sql);
  const Statement *old = from ? parse_create(ctx, from) : s;
  if (s == NULL || old == NULL) return NULL;
  for (int i = 0; i < s->table->ncolumn && i < old->table->ncolumn; i++) {
    const Column *c = &s->table->columns[i];
    const Span *span = &old->table->columns[i].parts[PART_GENERATED];
    const char *text = c->stored ? "AS (NULL) STORED" : "AS (NULL)";
    if (from) text = mem_text(ctx, from + span->from, span->to - span->from);
    if (c->generated.sql)
      replace_text(&e, c->parts[PART_GENERATED].from,
                   c->parts[PART_GENERATED].to, text);
  }
  return apply_edits(&e);
}

/* Returns the byte after the name and the type of a column. */
static int behind_type(const Edit *e, const Column *column) {
  if (column->parts[PART_TYPE].to) return column->parts[PART_TYPE].to;
  return column->span.from + token_next(e->sql + column->span.from).n;
}

/* Returns the text of a part that replaces the one at `span`. AS stays AS:
** SQLite takes GENERATED ALWAYS for words of the type, and with them a comment
** before them, which a STRICT table refuses. */
static const char *replacement(const Edit *e, const Span *span,
                               const char *text) {
  static const char words[] = "GENERATED ALWAYS ";
  size_t n = sizeof(words) - 1;
  const Token first = token_next(e->sql + span->from);
  bool generated = strncmp(text, words, n) == 0;
  return generated && !token_is(&first, "GENERATED") ? text + n : text;
}

/* Replaces, adds or removes a part of a column. */
static void edit_part(Edit *e, const TableDiffEntry *d, ColumnPart part) {
  const Column *from = &e->diff.from->columns[d->column_from];
  const Column *to = &e->diff.to->columns[d->column_to];
  const Span *span = &from->parts[part];
  const char *text = render_part(e->ctx, to, part);
  if (text == NULL) return;
  if (*text && span->to)
    replace_text(e, span->from, span->to, replacement(e, span, text));
  else if (*text)
    insert_text(e, behind_type(e, from), mem_printf(e->ctx, " %s", text));
  else if (span->to)
    cut(e, span->from, span->to);
}

/* ---- constraints -------------------------------------------------------- */

static void add_item(Edit *e, const char *text) {
  const char **slot = MEM_PUSH(e->ctx, e->added, e->nadded);
  if (slot) *slot = text;
}

/* Removes a constraint. A table constraint is an item of its own. */
static void drop_constraint(Edit *e, const Constraint *c) {
  if (c->column >= 0)
    cut(e, c->span.from, c->span.to);
  else
    e->dropped[e->diff.from->ncolumn + (c - e->diff.from->constraints)] = true;
}

static void insert_constraint(Edit *e, const Constraint *c) {
  const Table *from = e->diff.from, *to = e->diff.to;
  int column =
      c->column < 0 ? -1 : table_column(from, to->columns[c->column].name);
  const char *text = render_constraint(e->ctx, c, column >= 0);
  if (column < 0)
    add_item(e, text);
  else
    insert_text(e, from->columns[column].span.to,
                mem_printf(e->ctx, " %s", text));
}

static void change_constraint(Edit *e, const Constraint *a,
                              const Constraint *b) {
  replace_text(e, a->span.from, a->span.to,
               render_constraint(e->ctx, b, a->column >= 0));
}

static void rename_constraint(Edit *e, const Constraint *a,
                              const Constraint *b) {
  char *name = b->name ? render_name(e->ctx, b->name) : NULL;
  replace_text(e, a->span.from, a->body,
               name ? mem_printf(e->ctx, "CONSTRAINT %s ", name) : "");
}

/* Returns true if `b` can be written in the place of `a`. In the definition of
** a column that must be a constraint of this column. */
static bool in_place(const Edit *e, const Constraint *a, const Constraint *b) {
  if (a->kind != b->kind) return false;
  if (a->column < 0 || a->kind == CONSTRAINT_CHECK)
    return (a->column < 0) == (b->column < 0);
  const Term *term = b->terms;
  return b->nterm == 1 && term->column && !term->collate &&
         name_equal(term->column, e->diff.from->columns[a->column].name);
}

/* Turns a dropped and an added constraint that can take its place into one
** edit. */
static void pair_constraints(Edit *e) {
  TableDiffEntry *list = e->diff.list;
  for (int i = 0; i < e->diff.count; i++) {
    if (list[i].constraint_from < 0 || list[i].constraint_to >= 0) continue;
    const Constraint *a = &e->diff.from->constraints[list[i].constraint_from];
    for (int k = 0; k < e->diff.count; k++) {
      bool adds = list[k].constraint_from < 0 && list[k].constraint_to >= 0;
      if (!adds || list[i].constraint_to >= 0) continue;
      const Constraint *b = &e->diff.to->constraints[list[k].constraint_to];
      if (!in_place(e, a, b)) continue;
      list[i].constraint_to = list[k].constraint_to;
      list[k].constraint_to = -1;
    }
  }
}

/* ---- the whole ---------------------------------------------------------- */

static void edit_constraint(Edit *e, const TableDiffEntry *d) {
  const Constraint *a = d->constraint_from < 0
                            ? NULL
                            : &e->diff.from->constraints[d->constraint_from];
  const Constraint *b =
      d->constraint_to < 0 ? NULL : &e->diff.to->constraints[d->constraint_to];
  if (a && b && d->kind == TABLEDIFF_NAME) {
    rename_constraint(e, a, b);
  } else if (a && b && in_place(e, a, b)) {
    change_constraint(e, a, b);
  } else {
    if (a) drop_constraint(e, a);
    if (b) insert_constraint(e, b);
  }
}

/* Returns true if the NOT NULL is implied by the key of a WITHOUT ROWID table.
** */
static bool is_implied(const Edit *e, const TableDiffEntry *d) {
  const Table *to = e->diff.to;
  const Constraint *key = to->without_rowid ? table_primary_key(to) : NULL;
  for (int i = 0; key && i < key->nterm; i++)
    if (key->terms[i].column &&
        name_equal(key->terms[i].column, to->columns[d->column_to].name))
      return true;
  return false;
}

static void edit_column(Edit *e, const TableDiffEntry *d) {
  static const ColumnPart parts[TABLEDIFF_KINDS] = {
      [TABLEDIFF_TYPE] = PART_TYPE,
      [TABLEDIFF_NOT_NULL] = PART_NOT_NULL,
      [TABLEDIFF_NULL] = PART_NOT_NULL,
      [TABLEDIFF_CONFLICT] = PART_NOT_NULL,
      [TABLEDIFF_DEFAULT] = PART_DEFAULT,
      [TABLEDIFF_COLLATE] = PART_COLLATE,
      [TABLEDIFF_GENERATED] = PART_GENERATED,
      [TABLEDIFF_NAME] = PART_NOT_NULL,
  };
  if (d->kind != TABLEDIFF_NOT_NULL || !is_implied(e, d))
    edit_part(e, d, parts[d->kind]);
}

static void edit_delta(Edit *e, const TableDiffEntry *d) {
  if (d->column_from >= 0 && d->column_to >= 0) edit_column(e, d);
  if (d->column_to < 0 && d->column_from >= 0)
    e->dropped[d->column_from] = true;
  if (d->constraint_from >= 0 || d->constraint_to >= 0) edit_constraint(e, d);
}

/* ---- items -------------------------------------------------------------- */

typedef struct Items {
  Span *spans; /* of the items of the old text */
  int nspan;
  Item *list;
  int count;
} Items;

/* Inserts an item at index `at`. */
static void insert_item(Edit *e, Items *items, int at, int old_index,
                        const char *text) {
  if (MEM_PUSH(e->ctx, items->list, items->count) == NULL) return;
  for (int i = items->count - 1; i > at; i--)
    items->list[i] = items->list[i - 1];
  items->list[at] = (Item){old_index, text};
}

/* Adds an item of the old text; with its edits, unless it is dropped. */
static void keep_item(Edit *e, Items *items, Span span, bool dropped) {
  Span *slot = MEM_PUSH(e->ctx, items->spans, items->nspan);
  if (slot) *slot = span;
  if (!dropped)
    insert_item(e, items, items->count, items->nspan - 1,
                apply_in(e, span.from, span.to));
}

/* Returns true if new column k follows all columns that stay. */
static bool is_last(const Table *from, const Table *to, int k) {
  for (int i = k + 1; i < to->ncolumn; i++)
    if (table_column(from, to->columns[i].name) >= 0) return false;
  return true;
}

/* Inserts the new columns, each after the column that it follows in `to`. `at`
** has the item of each column; -1 for those without one. */
static void put_columns(Edit *e, Items *items, int *at) {
  const Table *from = e->diff.from, *to = e->diff.to;
  for (int k = 0; ctx_ok(e->ctx) && k < to->ncolumn; k++) {
    if (at[k] >= 0) continue;
    int here = is_last(from, to, k) ? items->count : k ? at[k - 1] + 1 : 0;
    insert_item(e, items, here, -1, render_column(e->ctx, to, k));
    for (int i = 0; i < to->ncolumn; i++)
      if (at[i] >= here) at[i]++;
    at[k] = here;
  }
}

static Items list_items(Edit *e) {
  const Table *from = e->diff.from, *to = e->diff.to;
  Items items = {NULL, 0, NULL, 0};
  int *at = (int *)mem_new(e->ctx, sizeof(int) * (size_t)(to->ncolumn + 1));
  for (int k = 0; at && k < to->ncolumn; k++) at[k] = -1;
  for (int i = 0; ctx_ok(e->ctx) && i < from->ncolumn; i++) {
    int k = table_counterpart(to, from, i);
    if (k >= 0) at[k] = items.count;
    keep_item(e, &items, from->columns[i].span, e->dropped[i]);
  }
  if (ctx_ok(e->ctx)) put_columns(e, &items, at);
  for (int i = 0; ctx_ok(e->ctx) && i < from->nconstraint; i++)
    if (from->constraints[i].column < 0)
      keep_item(e, &items, from->constraints[i].span,
                e->dropped[from->ncolumn + i]);
  for (int i = 0; ctx_ok(e->ctx) && i < e->nadded; i++)
    insert_item(e, &items, items.count, -1, e->added[i]);
  return items;
}

/* ---- another definition ------------------------------------------------- */

/* Returns the text `sql` of `from`, edited to define `to`. */
static char *edit_parsed(Ctx *ctx, const char *sql, const Table *from,
                         const Table *to) {
  TableDiff diff = tablediff_compare(ctx, from, to);
  if (!ctx_ok(ctx) || diff.count == 0) return mem_text(ctx, sql, -1);
  Edit e = edit_of(ctx, sql);
  e.diff = diff;
  e.dropped =
      (bool *)mem_new(ctx, (size_t)from->ncolumn + (size_t)from->nconstraint);
  if (!ctx_ok(ctx)) return NULL;
  pair_constraints(&e);
  for (int i = 0; ctx_ok(ctx) && i < e.diff.count; i++)
    edit_delta(&e, &e.diff.list[i]);
  const char *options = table_options(to);
  bool same = table_options(from) == options;
  Items items = list_items(&e);
  return items_text(ctx, &e.tokens, items.spans, items.nspan, items.list,
                    items.count,
                    same      ? NULL
                    : options ? options
                              : "");
}

char *edit_table(Ctx *ctx, const char *sql, const Table *to) {
  const Statement *s = parse_create(ctx, sql);
  return s && s->table ? edit_parsed(ctx, sql, s->table, to) : NULL;
}

char *edit_table_exact(Ctx *ctx, const char *sql, const Table *to) {
  const Statement *s = parse_create(ctx, sql);
  char *text = s && s->table ? edit_parsed(ctx, sql, s->table, to) : NULL;
  if (text && strcmp(text, sql) != 0) s = parse_create(ctx, text);
  bool equal = text && s && s->table && table_equal(ctx, s->table, to);
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
  return equal ? text : NULL;
}
