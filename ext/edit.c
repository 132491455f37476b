#include "edit.h"

#include <stdlib.h>

#include "render.h"

char *edit_in_main(Ctx *ctx, const char *sql) {
  Statement *s = parse_create(ctx, sql);
  if (s == NULL) return NULL;
  const char *qualifier = s->schema ? "" : "\"main\".";
  return mem_printf(ctx, "%.*s%s%s", s->name_at, sql, qualifier,
                    sql + s->name_at);
}

char *edit_named(Ctx *ctx, const char *sql, const char *name) {
  Statement *s = parse_create(ctx, sql);
  if (s == NULL) return NULL;
  return mem_printf(ctx, "%.*s%s%s", s->name_at, sql, render_name(ctx, name),
                    sql + s->name_end);
}

char *edit_target(Ctx *ctx, const char *sql, const char *name) {
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

/* A piece of the text, and what stands there instead. */
typedef struct Piece {
  int from, to;
  int number; /* those at one place stay in their order */
  const char *text;
} Piece;

typedef struct Edit {
  Ctx *ctx;
  const char *sql;
  Tokens tokens;
  Deltas deltas;
  Piece *pieces;
  int count;
  bool appended; /* something stands behind what was last */
} Edit;

static void replace(Edit *e, int from, int to, const char *text) {
  Piece *piece = MEM_PUSH(e->ctx, e->pieces, e->count);
  if (piece == NULL) return;
  *piece = (Piece){from, to, e->count, text};
}

static void insert(Edit *e, int at, const char *text) {
  replace(e, at, at, text);
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/* Takes a piece out, with the blanks before it, but so that words stay apart; a
** line that has nothing else goes as a whole. */
static void cut(Edit *e, int from, int to) {
  const char *sql = e->sql;
  while (from > 0 && is_blank(sql[from - 1])) from--;
  int end = to;
  while (is_blank(sql[end])) end++;
  bool alone = from > 0 && sql[from - 1] == '\n' && sql[end] == '\n';
  bool apart = end > to || strchr("\r\n,)", sql[to]) != NULL;
  replace(e, from, alone ? end + 1 : to, apart ? "" : " ");
}

static int by_place(const void *a, const void *b) {
  const Piece *x = (const Piece *)a, *y = (const Piece *)b;
  return x->from != y->from ? x->from - y->from : x->number - y->number;
}

static char *apply(Edit *e) {
  if (!ctx_ok(e->ctx)) return NULL;
  if (e->count) qsort(e->pieces, (size_t)e->count, sizeof(Piece), by_place);
  sqlite3_str *str = sqlite3_str_new(e->ctx->db);
  int at = 0;
  for (int i = 0; i < e->count; i++) {
    const Piece *piece = &e->pieces[i];
    if (piece->from > at)
      sqlite3_str_append(str, e->sql + at, piece->from - at);
    sqlite3_str_appendall(str, piece->text ? piece->text : "");
    if (piece->from > at) at = piece->from;
    if (piece->to > at) at = piece->to;
  }
  sqlite3_str_appendall(str, e->sql + at);
  return mem_finish(e->ctx, str);
}

/* ---- another name ------------------------------------------------------- */

static bool is_own_qualifier(Edit *e, const char *name, const Token *token) {
  if (!token_is_name(token) || !token_is(token + 1, ".")) return false;
  char *qualifier = token_name(e->ctx, token);
  return qualifier && name_equal(qualifier, name);
}

char *edit_renamed(Ctx *ctx, const char *sql, const char *name) {
  Edit e = {ctx, sql, token_list(ctx, sql), {0}, NULL, 0, false};
  const Statement *s = parse_create(ctx, sql);
  if (s == NULL) return NULL;
  replace(&e, 0, s->name_end,
          mem_printf(ctx, "CREATE TABLE \"main\".\"%w\"", name));
  for (int i = 0; i < e.tokens.ncomment; i++) {
    const Comment *c = &e.tokens.comments[i];
    int from = (int)(c->raw.z - sql);
    if (from >= s->name_end && c->n && *c->z == '@')
      cut(&e, from, from + c->raw.n);
  }
  for (int i = 0; i + 1 < e.tokens.count; i++) {
    const Token *token = &e.tokens.list[i];
    int from = (int)(token->z - sql);
    if (from >= s->name_end && is_own_qualifier(&e, s->name, token))
      replace(&e, from, (int)(token[1].z + 1 - sql), "");
  }
  return apply(&e);
}

/* ---- columns ------------------------------------------------------------ */

char *edit_generated(Ctx *ctx, const char *sql, const char *from) {
  Edit e = {ctx, sql, {0}, {0}, NULL, 0, false};
  const Statement *s = parse_create(ctx, sql);
  const Statement *old = from ? parse_create(ctx, from) : s;
  if (s == NULL || old == NULL) return NULL;
  for (int i = 0; i < s->table->ncolumn && i < old->table->ncolumn; i++) {
    const Column *c = &s->table->columns[i];
    const Span *span = &old->table->columns[i].parts[PART_GENERATED];
    const char *text = c->stored ? "AS (NULL) STORED" : "AS (NULL)";
    if (from) text = mem_text(ctx, from + span->from, span->to - span->from);
    if (c->generated.sql)
      replace(&e, c->parts[PART_GENERATED].from, c->parts[PART_GENERATED].to,
              text);
  }
  return apply(&e);
}

/* Where the name and the type of a column end. */
static int behind_type(const Edit *e, const Column *column) {
  if (column->parts[PART_TYPE].to) return column->parts[PART_TYPE].to;
  return column->span.from + token_next(e->sql + column->span.from).n;
}

static void edit_part(Edit *e, const Delta *d, ColumnPart part) {
  const Column *from = &e->deltas.from->columns[d->column_from];
  const Column *to = &e->deltas.to->columns[d->column_to];
  const Span *span = &from->parts[part];
  const char *text = render_part(e->ctx, to, part);
  if (text == NULL) return;
  if (*text && span->to)
    replace(e, span->from, span->to, text);
  else if (*text)
    insert(e, behind_type(e, from), mem_printf(e->ctx, " %s", text));
  else if (span->to)
    cut(e, span->from, span->to);
}

/* ---- constraints -------------------------------------------------------- */

/* The first token at or behind this byte. */
static int token_at(const Edit *e, int byte) {
  int i = 0;
  while (i < e->tokens.count && e->tokens.list[i].z - e->sql < byte) i++;
  return i;
}

static bool goes(const Edit *e, int constraint) {
  for (int i = 0; i < e->deltas.count; i++) {
    const Delta *d = &e->deltas.list[i];
    if (d->constraint_from == constraint) return d->constraint_to < 0;
  }
  return false;
}

/* Does all go that stands behind it? */
static bool ends_list(const Edit *e, const Constraint *c) {
  const Table *table = e->deltas.from;
  for (int i = 0; i < table->nconstraint; i++)
    if (table->constraints[i].column < 0 && !goes(e, i) &&
        table->constraints[i].span.from > c->span.from)
      return false;
  return true;
}

/* With the comma behind it, or, at the end, the one before it. */
static void drop_constraint(Edit *e, const Constraint *c) {
  cut(e, c->span.from, c->span.to);
  if (c->column >= 0) return;
  int comma =
      ends_list(e, c) ? token_at(e, c->span.from) - 1 : token_at(e, c->span.to);
  if (!token_is(&e->tokens.list[comma], ",")) return;
  int at = (int)(e->tokens.list[comma].z - e->sql);
  cut(e, at, at + 1);
}

/* The last column or constraint of the table. */
static Span last_item(const Table *table) {
  Span last = table->columns[table->ncolumn - 1].span;
  for (int i = 0; i < table->nconstraint; i++)
    if (table->constraints[i].column < 0 &&
        table->constraints[i].span.to > last.to)
      last = table->constraints[i].span;
  return last;
}

/* What stands before it on its line, if that is but blanks; "" if it does not
** begin a line. */
static const char *indent(Edit *e, int from) {
  int begin = from;
  while (begin > 0 && is_blank(e->sql[begin - 1])) begin--;
  if (begin == 0 || e->sql[begin - 1] != '\n') return "";
  return mem_text(e->ctx, e->sql + begin, from - begin);
}

/* Where a comment ends that speaks of what ends here, on the same line. */
static int behind_comment(const Edit *e, int end) {
  for (int i = 0; i < e->tokens.ncomment; i++) {
    const Token *raw = &e->tokens.comments[i].raw;
    int at = end;
    while (is_blank(e->sql[at])) at++;
    if (raw->z == e->sql + at) return at + raw->n;
  }
  return end;
}

/* On a line of its own, if the last one is. */
static void append_constraint(Edit *e, const char *text) {
  Span last = last_item(e->deltas.from);
  int end = behind_comment(e, last.to);
  const char *blanks = indent(e, last.from);
  if (blanks == NULL) return;
  bool line = *blanks || e->sql[end] == '\n' || end > last.to;
  if (!e->appended) insert(e, last.to, ",");
  insert(e, end,
         mem_printf(e->ctx, "%s%s%s%s", e->appended ? "," : "",
                    line ? "\n" : " ", blanks, text));
  e->appended = true;
}

static void add_constraint(Edit *e, const Constraint *c) {
  const Table *from = e->deltas.from, *to = e->deltas.to;
  int column =
      c->column < 0 ? -1 : table_column(from, to->columns[c->column].name);
  const char *text = render_constraint(e->ctx, c, column >= 0);
  if (column < 0)
    append_constraint(e, text);
  else
    insert(e, from->columns[column].span.to, mem_printf(e->ctx, " %s", text));
}

static void change_constraint(Edit *e, const Constraint *a,
                              const Constraint *b) {
  replace(e, a->span.from, a->span.to,
          render_constraint(e->ctx, b, a->column >= 0));
}

static void rename_constraint(Edit *e, const Constraint *a,
                              const Constraint *b) {
  char *name = b->name ? render_name(e->ctx, b->name) : NULL;
  replace(e, a->span.from, a->body,
          name ? mem_printf(e->ctx, "CONSTRAINT %s ", name) : "");
}

/* Does `b` stand where `a` stood? */
static bool in_place(const Edit *e, const Constraint *a, const Constraint *b) {
  if (a->kind != b->kind) return false;
  if (a->column < 0 || b->column < 0) return a->column == b->column;
  return name_equal(e->deltas.from->columns[a->column].name,
                    e->deltas.to->columns[b->column].name);
}

/* A rule that goes and one that comes in its place are one edit. */
static void pair_constraints(Edit *e) {
  Delta *list = e->deltas.list;
  for (int i = 0; i < e->deltas.count; i++) {
    if (list[i].kind != DELTA_DROP_CHECK && list[i].kind != DELTA_DROP_FOREIGN)
      continue;
    const Constraint *a = &e->deltas.from->constraints[list[i].constraint_from];
    for (int k = 0; k < e->deltas.count; k++) {
      bool adds = list[k].constraint_from < 0 && list[k].constraint_to >= 0;
      if (!adds || list[i].constraint_to >= 0) continue;
      const Constraint *b = &e->deltas.to->constraints[list[k].constraint_to];
      if (!in_place(e, a, b)) continue;
      list[i].constraint_to = list[k].constraint_to;
      list[k].constraint_to = -1;
    }
  }
}

/* ---- the whole ---------------------------------------------------------- */

static void edit_constraint(Edit *e, const Delta *d) {
  const Constraint *a = d->constraint_from < 0
                            ? NULL
                            : &e->deltas.from->constraints[d->constraint_from];
  const Constraint *b = d->constraint_to < 0
                            ? NULL
                            : &e->deltas.to->constraints[d->constraint_to];
  if (a && b && d->kind == DELTA_NAME)
    rename_constraint(e, a, b);
  else if (a && b)
    change_constraint(e, a, b);
  else if (a)
    drop_constraint(e, a);
  else if (b)
    add_constraint(e, b);
}

static void edit_delta(Edit *e, const Delta *d) {
  switch (d->kind) {
  case DELTA_TYPE: edit_part(e, d, PART_TYPE); break;
  case DELTA_NOT_NULL:
  case DELTA_NULL: edit_part(e, d, PART_NOT_NULL); break;
  case DELTA_DEFAULT: edit_part(e, d, PART_DEFAULT); break;
  case DELTA_NAME:
    if (d->column_from >= 0) edit_part(e, d, PART_NOT_NULL);
    edit_constraint(e, d);
    break;
  case DELTA_ADD_CHECK:
  case DELTA_DROP_CHECK:
  case DELTA_ADD_FOREIGN:
  case DELTA_DROP_FOREIGN:
  case DELTA_FOREIGN: edit_constraint(e, d); break;
  case DELTA_ADD_COLUMN:
  case DELTA_DROP_COLUMN:
  case DELTA_FILL:
  case DELTA_CONFLICT:
  case DELTA_COLLATE:
  case DELTA_GENERATED:
  case DELTA_KEY:
  case DELTA_ADD_UNIQUE:
  case DELTA_DROP_UNIQUE:
  case DELTA_UNIQUE:
  case DELTA_OPTIONS: break; /* rules.c makes no edit of these */
  }
}

char *edit_table(Ctx *ctx, const char *sql, const Table *to) {
  Edit e = {ctx, sql, token_list(ctx, sql), {0}, NULL, 0, false};
  const Statement *s = parse_create(ctx, sql);
  if (s == NULL || s->table == NULL) return NULL;
  e.deltas = delta_list(ctx, s->table, to);
  if (!ctx_ok(ctx)) return NULL;
  pair_constraints(&e);
  for (int i = 0; ctx_ok(ctx) && i < e.deltas.count; i++)
    edit_delta(&e, &e.deltas.list[i]);
  return apply(&e);
}
