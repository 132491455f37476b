#include "ddl/rename_map.h"

#include "base/token.h"
#include "ddl/render.h"

/* ---- matching tables and columns ---------------------------------------- */

/* Returns the table of an id from table_ids(); NULL for id 0, which marks
** tables without a meta row. */
static const Table *table_by_id(Ctx *ctx, const NameMap *ids, i64 id) {
  const char *key = id ? mem_printf(ctx, "%lld", id) : NULL;
  return key ? (const Table *)map_get(ids, key) : NULL;
}

/* Returns the map from ids, as text, to tables. */
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
  t->renamed_columns = map_new(ctx);
  t->old_columns = map_new(ctx);
  t->new_columns = map_new(ctx);
  return ctx_ok(ctx) ? t : NULL;
}

/* Returns the table of `to` that is the same as table `a`: the one with its id,
** else the one with its name, unless the id of that matches another table. */
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

/* Does the same for column `c` of table `a`. */
static const Column *same_column(const Column *c, const Table *a,
                                 const Table *b) {
  int i = column_by_id(b, c->id);
  if (i >= 0) return &b->columns[i];
  i = table_column(b, c->name);
  return i >= 0 && column_by_id(a, b->columns[i].id) < 0 ? &b->columns[i]
                                                         : NULL;
}

/* Returns true if the ids match and the names differ. Where only the names
** matched, a difference of letter case is not a rename. */
static bool is_renamed(i64 id_from, i64 id_to, const char *from,
                       const char *to) {
  return id_from && id_from == id_to && strcmp(from, to) != 0;
}

static const char *dropped_name(Ctx *ctx, const char *name) {
  return mem_printf(ctx, "orm_dropped_%s", name);
}

static void match_columns(Ctx *ctx, RenameMap *renames, TableNames *t,
                          const Table *a, const Table *b) {
  for (int i = 0; ctx_ok(ctx) && i < a->ncolumn; i++)
    map_put(ctx, t->old_columns, a->columns[i].name, t);
  for (int i = 0; ctx_ok(ctx) && i < b->ncolumn; i++) {
    map_put(ctx, t->new_columns, b->columns[i].name, t);
    renames->has_new_columns |= rename_map_is_new_column(t, b->columns[i].name);
  }
  for (int i = 0; ctx_ok(ctx) && i < a->ncolumn; i++) {
    const Column *c = &a->columns[i], *same = same_column(c, a, b);
    const char *to = same && is_renamed(c->id, same->id, c->name, same->name)
                         ? same->name
                         : NULL;
    if (same == NULL && map_get(t->new_columns, c->name))
      to = dropped_name(ctx, c->name);
    if (to == NULL) continue;
    map_put(ctx, t->renamed_columns, c->name, mem_text(ctx, to, -1));
    map_put(ctx, renames->old_names, c->name, t);
    renames->changed = true;
  }
}

/* Returns true if a column takes a name that a column of another table had.
** Between the two renames, a view of both tables may have one name twice. */
static bool is_crossed(const RenameMap *renames, const Schema *from) {
  for (int i = 0; i < from->ntable; i++) {
    const Table *a = from->tables[i];
    const TableNames *t =
        (const TableNames *)map_get(renames->old_tables, a->name);
    for (int k = 0; t && t->to && k < a->ncolumn; k++) {
      const char *now =
          (const char *)map_get(t->renamed_columns, a->columns[k].name);
      const void *other = now ? map_get(renames->old_names, now) : NULL;
      if (other && other != t) return true;
    }
  }
  return false;
}

RenameMap *rename_map_build(Ctx *ctx, const Schema *from, const Schema *to) {
  RenameMap *renames = MEM_NEW(ctx, RenameMap);
  if (renames == NULL) return NULL;
  renames->old_tables = map_new(ctx);
  renames->new_tables = map_new(ctx);
  renames->old_names = map_new(ctx);
  const NameMap *ids = table_ids(ctx, to), *old_ids = table_ids(ctx, from);
  for (int i = 0; ctx_ok(ctx) && i < from->ntable; i++) {
    const Table *a = from->tables[i];
    const Table *b = same_table(ctx, a, to, ids, old_ids);
    bool moved = b && is_renamed(a->id, b->id, a->name, b->name);
    const char *now = !b ? NULL : moved ? b->name : a->name;
    TableNames *t = new_table_names(ctx, a->name, now);
    if (t == NULL) break;
    map_put(ctx, renames->old_tables, a->name, t);
    if (b == NULL) continue;
    map_put(ctx, renames->new_tables, now, t);
    renames->changed |= moved;
    if (moved) map_put(ctx, renames->old_names, a->name, t);
    match_columns(ctx, renames, t, a, b);
  }
  for (int i = 0; ctx_ok(ctx) && i < to->ntable; i++) {
    const Table *b = to->tables[i];
    if (map_get(renames->new_tables, b->name)) continue;
    TableNames *t = new_table_names(ctx, NULL, b->name);
    if (t) map_put(ctx, renames->new_tables, b->name, t);
    for (int k = 0; t && k < b->ncolumn; k++)
      map_put(ctx, t->new_columns, b->columns[k].name, t);
  }
  if (ctx_ok(ctx)) renames->crossed = is_crossed(renames, from);
  return ctx_ok(ctx) ? renames : NULL;
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

const char *rename_map_table(Ctx *ctx, const RenameMap *renames,
                             const char *table) {
  const TableNames *t = (const TableNames *)map_get(renames->old_tables, table);
  if (t && t->to) return t->to;
  return map_get(renames->new_tables, table) ? dropped_name(ctx, table) : table;
}

static const char *column_now(const TableNames *t, const char *column) {
  const char *now =
      t ? (const char *)map_get(t->renamed_columns, column) : NULL;
  return now ? now : column;
}

const char *rename_map_column(const RenameMap *renames, const char *table,
                              const char *column) {
  return column_now((const TableNames *)map_get(renames->old_tables, table),
                    column);
}

/* ---- definitions -------------------------------------------------------- */

typedef struct Renaming {
  Ctx *ctx;
  const RenameMap *renames;
  RenameMode mode;
  Tokens tokens;
  sqlite3_str *out; /* NULL until a name is replaced */
  const char *at;   /* the text before this is in out */
} Renaming;

/* Replaces a token, unless `now` is NULL or the old name. */
static void replace_token(Renaming *r, const Token *token, const char *old,
                          const char *now) {
  if (now == NULL || strcmp(old, now) == 0 || !ctx_ok(r->ctx)) return;
  if (r->out == NULL) r->out = sqlite3_str_new(r->ctx->db);
  const char *name = render_name(r->ctx, now);
  sqlite3_str_append(r->out, r->at, (int)(token->z - r->at));
  if (name) sqlite3_str_appendall(r->out, name);
  r->at = token->z + token->n;
}

/* Returns the table that a name means in this mode; NULL if undeclared. */
static const TableNames *names_of_table(const Renaming *r, const char *name) {
  const TableNames *now =
      (const TableNames *)map_get(r->renames->new_tables, name);
  if (r->mode == RENAME_STALE && now) return now;
  return (const TableNames *)map_get(r->renames->old_tables, name);
}

/* Renames the column of table `t` that the token names. */
static void rename_column_at(Renaming *r, const TableNames *t,
                             const Token *token) {
  const char *name = token_name(r->ctx, token);
  if (name == NULL || t == NULL) return;
  if (r->mode == RENAME_STALE && map_get(t->new_columns, name)) return;
  replace_token(r, token, name, column_now(t, name));
}

/* Renames "table (columns)", which begins at token i. Returns the index of the
** last token. */
static int rename_parent(Renaming *r, int i) {
  const Token *list = r->tokens.list;
  const char *name = token_is_name(&list[i]) ? token_name(r->ctx, &list[i]) : 0;
  const TableNames *parent = name ? names_of_table(r, name) : NULL;
  if (parent && r->mode == RENAME_ALL)
    replace_token(r, &list[i], name,
                  rename_map_table(r->ctx, r->renames, name));
  else if (parent && map_get(r->renames->new_tables, name) == NULL)
    replace_token(r, &list[i], name, parent->to);
  if (!token_is(&list[i + 1], "(")) return i;
  int close = list[i + 1].close;
  for (i += 2; i < close; i++)
    if (token_is_name(&list[i])) rename_column_at(r, parent, &list[i]);
  return i;
}

/* Returns true if the parenthesis opens the columns of a key or an index. */
static bool opens_key(const Token *list, int i) {
  return i > 0 &&
         (token_is(&list[i - 1], "KEY") || token_is(&list[i - 1], "UNIQUE") ||
          token_is(&list[i - 1], "INDEX"));
}

/* Returns true for a string that is a whole entry of such a list: SQLite takes
** it as the name of a column. */
static bool is_entry(const Token *list, int i) {
  static const char *const ends[] = {",", ")", "COLLATE", "ASC", "DESC"};
  bool begins = token_is(&list[i - 1], "(") || token_is(&list[i - 1], ",");
  if (list[i].type != TOKEN_STRING || !begins) return false;
  for (size_t k = 0; k < sizeof(ends) / sizeof(ends[0]); k++)
    if (token_is(&list[i + 1], ends[k])) return true;
  return false;
}

/* Renames the columns of table `self`, which are named inside of parentheses
** and after the WHERE of an index, and the parents of foreign keys. */
static void rename_tokens(Renaming *r, const TableNames *self) {
  const Token *list = r->tokens.list;
  int depth = 0;
  bool where = false, key = false;
  for (int i = 0; ctx_ok(r->ctx) && i < r->tokens.count; i++) {
    if (depth == 0 && token_is(&list[i], "(")) key = opens_key(list, i);
    if (token_is(&list[i], "(")) depth++;
    if (token_is(&list[i], ")")) depth--;
    if (depth == 0 && token_is(&list[i], "WHERE")) where = true;
    if (depth == 0 && token_is(&list[i], "REFERENCES")) {
      i = rename_parent(r, i + 1);
      continue;
    }
    bool entry = key && depth == 1 && is_entry(list, i);
    if ((depth == 0 && !where) || (!entry && !token_is_operand(list, i)))
      continue;
    if (!token_is(&list[i + 1], ".")) {
      rename_column_at(r, self, &list[i]);
      continue;
    }
    const char *name = token_name(r->ctx, &list[i]); /* table.column */
    if (name && self && self->to && self->from &&
        (name_equal(name, self->from) || name_equal(name, self->to)))
      replace_token(r, &list[i], name, self->to);
    i += 2;
    if (token_is_name(&list[i])) rename_column_at(r, self, &list[i]);
  }
}

const char *rename_map_apply(Ctx *ctx, const RenameMap *renames,
                             RenameMode mode, const char *table,
                             const char *definition) {
  if (!ctx_ok(ctx) || definition == NULL || !renames->changed)
    return definition;
  Renaming r = {ctx,  renames,   mode, token_list(ctx, definition),
                NULL, definition};
  if (!ctx_ok(ctx)) return definition;
  rename_tokens(&r, names_of_table(&r, table));
  if (r.out == NULL) return definition;
  sqlite3_str_appendall(r.out, r.at);
  return mem_finish(ctx, r.out);
}

/* Renames one entry: a column, table.column, or, in `secondary`, a table. */
static void rename_list_entry(Renaming *r, int i, const char *const *tables,
                              int count) {
  const Token *token = &r->tokens.list[i];
  const char *name = token_name(r->ctx, token);
  if (name && token_is(token + 1, ".") && token_is_name(token + 2)) {
    const TableNames *t = names_of_table(r, name);
    if (t && map_get(r->renames->new_tables, name) == NULL)
      replace_token(r, token, name, t->to);
    rename_column_at(r, t, token + 2);
    return;
  }
  for (int k = 0; k < count; k++) {
    const TableNames *t = names_of_table(r, tables[k]);
    const char *now = name && t ? column_now(t, name) : NULL;
    if (t && now && map_get(t->new_columns, name)) return;
    if (now && now != name) {
      replace_token(r, token, name, now);
      return;
    }
  }
  const TableNames *t = name ? names_of_table(r, name) : NULL;
  if (t && map_get(r->renames->new_tables, name) == NULL)
    replace_token(r, token, name, t->to);
}

const char *rename_map_apply_list(Ctx *ctx, const RenameMap *renames,
                                  const char *const *tables, int count,
                                  const char *list) {
  if (!ctx_ok(ctx) || list == NULL || !renames->changed) return list;
  Renaming r = {ctx, renames, RENAME_STALE, token_list(ctx, list), NULL, list};
  for (int i = 0; ctx_ok(ctx) && i < r.tokens.count; i++) {
    bool begins = i == 0 || token_is(&r.tokens.list[i - 1], ",");
    if (begins && token_is_name(&r.tokens.list[i]))
      rename_list_entry(&r, i, tables, count);
  }
  if (r.out == NULL) return list;
  sqlite3_str_appendall(r.out, r.at);
  return mem_finish(ctx, r.out);
}

const char *rename_map_apply_join(Ctx *ctx, const RenameMap *renames,
                                  const char *target, const char *model,
                                  const char *condition) {
  if (!ctx_ok(ctx) || condition == NULL || !renames->changed) return condition;
  Renaming r = {ctx,  renames,  RENAME_STALE, token_list(ctx, condition),
                NULL, condition};
  const char *const tables[] = {target, model};
  for (int i = 0; ctx_ok(ctx) && i < r.tokens.count; i++) {
    const Token *token = &r.tokens.list[i];
    if (!token_is_operand(r.tokens.list, i)) continue;
    bool qualified = token_is(token + 1, ".");
    const char *name = qualified ? token_name(ctx, token) : NULL;
    if (name_equal(name, "self"))
      rename_list_entry(&r, i + 2, &model, 1);
    else
      rename_list_entry(&r, i, tables, 2);
    if (qualified) i += 2;
  }
  if (r.out == NULL) return condition;
  sqlite3_str_appendall(r.out, r.at);
  return mem_finish(ctx, r.out);
}

bool rename_map_is_new_column(const void *table, const char *column) {
  const TableNames *t = (const TableNames *)table;
  return map_get(t->new_columns, column) && !map_get(t->old_columns, column);
}

bool rename_map_uses_old_name(Ctx *ctx, const RenameMap *renames,
                              const char *sql) {
  Tokens tokens = token_list(ctx, sql);
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    if (!token_is_name(&tokens.list[i])) continue;
    const char *name = token_name(ctx, &tokens.list[i]);
    if (name && map_get(renames->old_names, name)) return true;
  }
  return false;
}
