#include "ddl/rename_map.h"

#include "base/token.h"
#include "ddl/render.h"

/* ---- which is which ----------------------------------------------------- */

/* Tables by their ids as text; none has the id 0. */
static const Table *table_by_id(Ctx *ctx, const NameMap *ids, i64 id) {
  const char *key = id ? mem_printf(ctx, "%lld", id) : NULL;
  return key ? (const Table *)map_get(ids, key) : NULL;
}

static NameMap *table_ids(Ctx *ctx, const Schema *schema) {
  NameMap *ids = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++) {
    Table *table = schema->tables[i];
    const char *key = mem_printf(ctx, "%lld", table->id);
    if (table->id && key) map_put(ctx, ids, key, table);
  }
  return ids;
}

static TableNames *new_table_names(Ctx *ctx, const char *from, const char *to) {
  TableNames *t = MEM_NEW(ctx, TableNames);
  if (t == NULL) return NULL;
  t->from = from;
  t->to = to;
  t->columns = map_new(ctx);
  t->past = map_new(ctx);
  t->present = map_new(ctx);
  return ctx_ok(ctx) ? t : NULL;
}

/* The table of `to` that is table `a`: by id, or else by a name that no table
** with the id of another has. */
static const Table *same_table(Ctx *ctx, const Table *a, const Schema *to,
                               const NameMap *ids, const NameMap *old_ids) {
  const Table *b = table_by_id(ctx, ids, a->id);
  if (b) return b;
  b = schema_table(to, a->name);
  return b && table_by_id(ctx, old_ids, b->id) == NULL ? b : NULL;
}

static int column_by_id(const Table *table, i64 id) {
  for (int i = 0; id && i < table->ncolumn; i++)
    if (table->columns[i].id == id) return i;
  return -1;
}

/* The same for columns; tables have few. */
static const Column *same_column(const Column *c, const Table *a,
                                 const Table *b) {
  int i = column_by_id(b, c->id);
  if (i >= 0) return &b->columns[i];
  i = table_column(b, c->name);
  return i >= 0 && column_by_id(a, b->columns[i].id) < 0 ? &b->columns[i]
                                                         : NULL;
}

/* Only by an id is a name known to be another; where it was matched by name,
** case says nothing. */
static bool is_renamed(i64 id_from, i64 id_to, const char *from,
                       const char *to) {
  return id_from && id_from == id_to && strcmp(from, to) != 0;
}

static const char *dropped_name(Ctx *ctx, const char *name) {
  return mem_printf(ctx, "orm_dropped_%s", name);
}

static void match_columns(Ctx *ctx, RenameMap *names, TableNames *t,
                          const Table *a, const Table *b) {
  for (int i = 0; ctx_ok(ctx) && i < a->ncolumn; i++)
    map_put(ctx, t->past, a->columns[i].name, t);
  for (int i = 0; ctx_ok(ctx) && i < b->ncolumn; i++) {
    map_put(ctx, t->present, b->columns[i].name, t);
    names->added |= rename_map_is_new_column(t, b->columns[i].name);
  }
  for (int i = 0; ctx_ok(ctx) && i < a->ncolumn; i++) {
    const Column *c = &a->columns[i], *same = same_column(c, a, b);
    const char *to = same && is_renamed(c->id, same->id, c->name, same->name)
                         ? same->name
                         : NULL;
    if (same == NULL && map_get(t->present, c->name))
      to = dropped_name(ctx, c->name);
    if (to == NULL) continue;
    map_put(ctx, t->columns, c->name, mem_text(ctx, to, -1));
    map_put(ctx, names->old, c->name, t);
    names->changed = true;
  }
}

/* Columns get the names that others give up: while that is being done, a
** view of both tables may have one name twice. */
static bool is_crossed(const RenameMap *names, const Schema *from) {
  for (int i = 0; i < from->ntable; i++) {
    const Table *a = from->tables[i];
    const TableNames *t = (const TableNames *)map_get(names->before, a->name);
    for (int k = 0; t && t->to && k < a->ncolumn; k++) {
      const char *now = (const char *)map_get(t->columns, a->columns[k].name);
      const void *other = now ? map_get(names->old, now) : NULL;
      if (other && other != t) return true;
    }
  }
  return false;
}

RenameMap *rename_map_build(Ctx *ctx, const Schema *from, const Schema *to) {
  RenameMap *names = MEM_NEW(ctx, RenameMap);
  if (names == NULL) return NULL;
  names->before = map_new(ctx);
  names->now = map_new(ctx);
  names->old = map_new(ctx);
  const NameMap *ids = table_ids(ctx, to), *old_ids = table_ids(ctx, from);
  for (int i = 0; ctx_ok(ctx) && i < from->ntable; i++) {
    const Table *a = from->tables[i];
    const Table *b = same_table(ctx, a, to, ids, old_ids);
    bool moved = b && is_renamed(a->id, b->id, a->name, b->name);
    const char *now = !b ? NULL : moved ? b->name : a->name;
    TableNames *t = new_table_names(ctx, a->name, now);
    if (t == NULL) break;
    map_put(ctx, names->before, a->name, t);
    if (b == NULL) continue;
    map_put(ctx, names->now, now, t);
    names->changed |= moved;
    if (moved) map_put(ctx, names->old, a->name, t);
    match_columns(ctx, names, t, a, b);
  }
  for (int i = 0; ctx_ok(ctx) && i < to->ntable; i++) {
    const Table *b = to->tables[i];
    if (map_get(names->now, b->name)) continue;
    TableNames *t = new_table_names(ctx, NULL, b->name);
    if (t) map_put(ctx, names->now, b->name, t);
    for (int k = 0; t && k < b->ncolumn; k++)
      map_put(ctx, t->present, b->columns[k].name, t);
  }
  if (ctx_ok(ctx)) names->crossed = is_crossed(names, from);
  return ctx_ok(ctx) ? names : NULL;
}

static void add_twin(Ctx *ctx, IdPairs *twins, const char *meta, i64 from,
                     i64 to) {
  if (from <= 0 || to <= 0 || from == to) return;
  IdPair *twin = MEM_PUSH(ctx, twins->list, twins->count);
  if (twin) *twin = (IdPair){meta, from, to};
}

IdPairs rename_map_id_pairs(Ctx *ctx, const Schema *from, const Schema *to) {
  IdPairs twins = {NULL, 0};
  const NameMap *ids = table_ids(ctx, to), *old_ids = table_ids(ctx, from);
  for (int i = 0; ctx_ok(ctx) && i < from->ntable; i++) {
    const Table *a = from->tables[i];
    const Table *b = same_table(ctx, a, to, ids, old_ids);
    if (b) add_twin(ctx, &twins, "model", a->id, b->id);
    for (int k = 0; b && k < a->ncolumn; k++) {
      const Column *same = same_column(&a->columns[k], a, b);
      if (same) add_twin(ctx, &twins, "column", a->columns[k].id, same->id);
    }
  }
  for (int i = 0; ctx_ok(ctx) && i < from->nindex; i++) {
    const Index *same = schema_index(to, from->indexes[i]->name);
    if (same)
      add_twin(ctx, &twins, "constraint", from->indexes[i]->id, same->id);
  }
  return twins;
}

const char *rename_map_table(Ctx *ctx, const RenameMap *names,
                             const char *table) {
  const TableNames *t = (const TableNames *)map_get(names->before, table);
  if (t && t->to) return t->to;
  return map_get(names->now, table) ? dropped_name(ctx, table) : table;
}

static const char *column_now(const TableNames *t, const char *column) {
  const char *now = t ? (const char *)map_get(t->columns, column) : NULL;
  return now ? now : column;
}

const char *rename_map_column(const RenameMap *names, const char *table,
                              const char *column) {
  return column_now((const TableNames *)map_get(names->before, table), column);
}

/* ---- definitions -------------------------------------------------------- */

typedef struct Follow {
  Ctx *ctx;
  const RenameMap *names;
  RenameMode reading;
  Tokens tokens;
  sqlite3_str *out; /* NULL until something is replaced */
  const char *at;   /* up to which the text is in out */
} Follow;

static void replace_token(Follow *f, const Token *token, const char *old,
                          const char *now) {
  if (now == NULL || strcmp(old, now) == 0 || !ctx_ok(f->ctx)) return;
  if (f->out == NULL) f->out = sqlite3_str_new(f->ctx->db);
  const char *name = render_name(f->ctx, now);
  sqlite3_str_append(f->out, f->at, (int)(token->z - f->at));
  if (name) sqlite3_str_appendall(f->out, name);
  f->at = token->z + token->n;
}

/* The table that a name means, by the way of reading; NULL if it is none of
** ours. */
static const TableNames *meant_table(const Follow *f, const char *name) {
  const TableNames *now = (const TableNames *)map_get(f->names->now, name);
  if (f->reading == RENAME_STALE && now) return now;
  return (const TableNames *)map_get(f->names->before, name);
}

static void follow_column(Follow *f, const TableNames *t, const Token *token) {
  const char *name = token_name(f->ctx, token);
  if (name == NULL || t == NULL) return;
  if (f->reading == RENAME_STALE && map_get(t->present, name)) return;
  replace_token(f, token, name, column_now(t, name));
}

/* "table (columns)", which begin at token i; gives the index of its last. */
static int follow_parent(Follow *f, int i) {
  const Token *list = f->tokens.list;
  const char *name = token_is_name(&list[i]) ? token_name(f->ctx, &list[i]) : 0;
  const TableNames *parent = name ? meant_table(f, name) : NULL;
  if (parent && f->reading == RENAME_ALL)
    replace_token(f, &list[i], name, rename_map_table(f->ctx, f->names, name));
  else if (parent && map_get(f->names->now, name) == NULL)
    replace_token(f, &list[i], name, parent->to);
  if (!token_is(&list[i + 1], "(")) return i;
  int close = list[i + 1].close;
  for (i += 2; i < close; i++)
    if (token_is_name(&list[i])) follow_column(f, parent, &list[i]);
  return i;
}

/* Does the parenthesis open the list of columns of a key or an index? */
static bool opens_key(const Token *list, int i) {
  return i > 0 &&
         (token_is(&list[i - 1], "KEY") || token_is(&list[i - 1], "UNIQUE") ||
          token_is(&list[i - 1], "INDEX"));
}

/* A string that is all of an entry of such a list is the name of a column. */
static bool is_entry(const Token *list, int i) {
  static const char *const ends[] = {",", ")", "COLLATE", "ASC", "DESC"};
  bool begins = token_is(&list[i - 1], "(") || token_is(&list[i - 1], ",");
  if (list[i].type != TOKEN_STRING || !begins) return false;
  for (size_t k = 0; k < sizeof(ends) / sizeof(ends[0]); k++)
    if (token_is(&list[i + 1], ends[k])) return true;
  return false;
}

/* Columns are inside of parentheses, or behind the WHERE of an index. */
static void follow_tokens(Follow *f, const TableNames *self) {
  const Token *list = f->tokens.list;
  int depth = 0;
  bool where = false, key = false;
  for (int i = 0; ctx_ok(f->ctx) && i < f->tokens.count; i++) {
    if (depth == 0 && token_is(&list[i], "(")) key = opens_key(list, i);
    if (token_is(&list[i], "(")) depth++;
    if (token_is(&list[i], ")")) depth--;
    if (depth == 0 && token_is(&list[i], "WHERE")) where = true;
    if (depth == 0 && token_is(&list[i], "REFERENCES")) {
      i = follow_parent(f, i + 1);
      continue;
    }
    bool entry = key && depth == 1 && is_entry(list, i);
    if ((depth == 0 && !where) || (!entry && !token_is_operand(list, i)))
      continue;
    if (!token_is(&list[i + 1], ".")) {
      follow_column(f, self, &list[i]);
      continue;
    }
    const char *name = token_name(f->ctx, &list[i]); /* table.column */
    if (name && self && self->to && self->from &&
        (name_equal(name, self->from) || name_equal(name, self->to)))
      replace_token(f, &list[i], name, self->to);
    i += 2;
    if (token_is_name(&list[i])) follow_column(f, self, &list[i]);
  }
}

const char *rename_map_apply(Ctx *ctx, const RenameMap *names,
                             RenameMode reading, const char *table,
                             const char *definition) {
  if (!ctx_ok(ctx) || definition == NULL || !names->changed) return definition;
  Follow f = {ctx,  names,     reading, token_list(ctx, definition),
              NULL, definition};
  if (!ctx_ok(ctx)) return definition;
  follow_tokens(&f, meant_table(&f, table));
  if (f.out == NULL) return definition;
  sqlite3_str_appendall(f.out, f.at);
  return mem_finish(ctx, f.out);
}

/* A column, table.column, or (of `secondary`) a table. */
static void follow_list_entry(Follow *f, int i, const char *const *tables,
                              int count) {
  const Token *token = &f->tokens.list[i];
  const char *name = token_name(f->ctx, token);
  if (name && token_is(token + 1, ".") && token_is_name(token + 2)) {
    const TableNames *t = meant_table(f, name);
    if (t && map_get(f->names->now, name) == NULL)
      replace_token(f, token, name, t->to);
    follow_column(f, t, token + 2);
    return;
  }
  for (int k = 0; k < count; k++) {
    const TableNames *t = meant_table(f, tables[k]);
    const char *now = name && t ? column_now(t, name) : NULL;
    if (t && now && map_get(t->present, name)) return;
    if (now && now != name) {
      replace_token(f, token, name, now);
      return;
    }
  }
  const TableNames *t = name ? meant_table(f, name) : NULL;
  if (t && map_get(f->names->now, name) == NULL)
    replace_token(f, token, name, t->to);
}

const char *rename_map_apply_list(Ctx *ctx, const RenameMap *names,
                                  const char *const *tables, int count,
                                  const char *list) {
  if (!ctx_ok(ctx) || list == NULL || !names->changed) return list;
  Follow f = {ctx, names, RENAME_STALE, token_list(ctx, list), NULL, list};
  for (int i = 0; ctx_ok(ctx) && i < f.tokens.count; i++) {
    bool begins = i == 0 || token_is(&f.tokens.list[i - 1], ",");
    if (begins && token_is_name(&f.tokens.list[i]))
      follow_list_entry(&f, i, tables, count);
  }
  if (f.out == NULL) return list;
  sqlite3_str_appendall(f.out, f.at);
  return mem_finish(ctx, f.out);
}

bool rename_map_is_new_column(const void *table, const char *column) {
  const TableNames *t = (const TableNames *)table;
  return map_get(t->present, column) && !map_get(t->past, column);
}

bool rename_map_uses_old_name(Ctx *ctx, const RenameMap *names,
                              const char *sql) {
  Tokens tokens = token_list(ctx, sql);
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    if (!token_is_name(&tokens.list[i])) continue;
    const char *name = token_name(ctx, &tokens.list[i]);
    if (name && map_get(names->old, name)) return true;
  }
  return false;
}
