#include "dependents/fts_content.h"

#include "base/token.h"
#include "ddl/render.h"

/* The role of a name in the arguments. */
typedef enum ArgumentRole {
  ROLE_NONE,
  ROLE_TABLE,  /* content=name */
  ROLE_ROWID,  /* content_rowid=name */
  ROLE_OPTION, /* another option whose value is a column */
  ROLE_COLUMN  /* a column */
} ArgumentRole;

typedef struct FtsArguments {
  Tokens tokens;
  ArgumentRole *roles; /* by token */
  const char *table;   /* NULL: not a table with external content */
  const char *rowid;   /* NULL: without the option */
} FtsArguments;

static const struct {
  const char *option;
  ArgumentRole role;
} options[] = {
    {"content", ROLE_TABLE},
    {"content_rowid", ROLE_ROWID},
    {"languageid", ROLE_OPTION},
    {"notindexed", ROLE_OPTION},
};

/* Reads the argument that begins at token i. */
static void read_argument(Ctx *ctx, FtsArguments *a, int i) {
  const Token *list = a->tokens.list;
  if (!token_is(&list[i + 1], "=")) {
    if (token_is_name(&list[i])) a->roles[i] = ROLE_COLUMN;
    return;
  }
  for (size_t k = 0; k < sizeof(options) / sizeof(options[0]); k++) {
    if (!token_is(&list[i], options[k].option) || !token_is_name(&list[i + 2]))
      continue;
    const char *value = token_name(ctx, &list[i + 2]);
    a->roles[i + 2] = options[k].role;
    if (options[k].role == ROLE_TABLE && value && *value) a->table = value;
    if (options[k].role == ROLE_ROWID) a->rowid = value;
  }
}

static FtsArguments read_arguments(Ctx *ctx, const char *sql) {
  static const char *const modules[] = {"fts3", "fts4", "fts5"};
  FtsArguments a = {token_list(ctx, sql), NULL, NULL, NULL};
  const Token *list = a.tokens.list;
  int i = 0;
  a.roles = (ArgumentRole *)mem_new(ctx, sizeof(ArgumentRole) *
                                             ((size_t)a.tokens.count + 1));
  if (!ctx_ok(ctx)) return a;
  while (i < a.tokens.count && !token_is(&list[i], "USING")) i++;
  bool known = false;
  for (int k = 0; k < 3; k++)
    known |= token_is(&list[i + (i < a.tokens.count)], modules[k]);
  if (!known || !token_is(&list[i + 2], "(")) return a;
  int close = list[i + 2].close;
  for (i += 3; ctx_ok(ctx) && i < close && i < a.tokens.count; i++) {
    read_argument(ctx, &a, i);
    while (i < close && !token_is(&list[i], ","))
      i = token_is(&list[i], "(") ? list[i].close : i + 1;
  }
  return a;
}

const char *fts_content_table(Ctx *ctx, const char *sql) {
  return read_arguments(ctx, sql).table;
}

const char *fts_content_rowid(Ctx *ctx, const char *sql) {
  return read_arguments(ctx, sql).rowid;
}

ContentColumns fts_content_columns(Ctx *ctx, const char *sql) {
  FtsArguments a = read_arguments(ctx, sql);
  ContentColumns columns = {NULL, 0};
  for (int i = 0; ctx_ok(ctx) && i < a.tokens.count; i++) {
    if (a.roles[i] != ROLE_COLUMN) continue;
    const char **slot = MEM_PUSH(ctx, columns.list, columns.count);
    if (slot) *slot = token_name(ctx, &a.tokens.list[i]);
  }
  return columns;
}

/* Returns the name quoted as the token is: the value of an option may be a
** string, a column is an identifier. */
static char *render_as_written(Ctx *ctx, const Token *token, const char *name) {
  if (token->type == TOKEN_STRING) return mem_printf(ctx, "%Q", name);
  return render_name(ctx, name);
}

const char *fts_content_rename(Ctx *ctx, const RenameMap *names,
                               const char *sql) {
  FtsArguments a = read_arguments(ctx, sql);
  if (!ctx_ok(ctx) || a.table == NULL || !map_get(names->old_tables, a.table))
    return sql;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  const char *at = sql;
  for (int i = 0; ctx_ok(ctx) && i < a.tokens.count; i++) {
    const Token *token = &a.tokens.list[i];
    if (a.roles[i] == ROLE_NONE) continue;
    const char *name = token_name(ctx, token);
    const char *now = !name ? NULL
                      : a.roles[i] == ROLE_TABLE
                          ? rename_map_table(ctx, names, name)
                          : rename_map_column(names, a.table, name);
    if (now == NULL || strcmp(now, name) == 0) continue;
    const char *text = render_as_written(ctx, token, now);
    sqlite3_str_append(str, at, (int)(token->z - at));
    sqlite3_str_appendall(str, text ? text : "");
    at = token->z + token->n;
  }
  sqlite3_str_appendall(str, at);
  const char *text = mem_finish(ctx, str);
  return ctx_ok(ctx) && strcmp(text, sql) != 0 ? text : sql;
}

bool fts_content_equal_but_names(Ctx *ctx, const char *a, const char *b) {
  FtsArguments x = read_arguments(ctx, a), y = read_arguments(ctx, b);
  if (!ctx_ok(ctx) || !x.table || !y.table || x.tokens.count != y.tokens.count)
    return false;
  for (int i = 0; ctx_ok(ctx) && i < x.tokens.count; i++) {
    if (x.roles[i] != y.roles[i]) return false;
    if (x.roles[i] != ROLE_NONE) continue;
    const char *p = token_normal(ctx, &x.tokens, i, i + 1, NULL);
    const char *q = token_normal(ctx, &y.tokens, i, i + 1, NULL);
    if (!p || !q || strcmp(p, q) != 0) return false;
  }
  return ctx_ok(ctx);
}
