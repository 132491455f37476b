#include "schema/value_rules.h"

#include "base/token.h"
#include "base/tree.h"

/* Returns the rule with ? in the place of the column; NULL if the rule does not
** name the column. In a norm all names are in quotes: a bare KEY is no column.
** */
static char *rule_template(Ctx *ctx, const char *norm, const char *column) {
  bool named = false;
  Tokens tokens = token_list(ctx, norm);
  Draft rule = draft_new(ctx, 0);
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    bool own = token->type == TOKEN_QUOTED &&
               name_equal(token_name(ctx, token), column);
    named |= own;
    if (i) draft_add(&rule, " ", 1);
    draft_add(&rule, own ? "?" : token->z, own ? 1 : (size_t)token->n);
  }

  char *text = draft_end(&rule);
  return named ? text : NULL;
}

static void add_rule(Ctx *ctx, sqlite3_str *rules, const char *norm,
                     const char *column) {
  const char *rule = rule_template(ctx, norm, column);
  if (rule) sqlite3_str_appendf(rules, "\n%s", rule);
}

char *value_rules_type(Ctx *ctx, const Table *table, int column) {
  if (!table->strict)
    return mem_text(ctx, affinity_name(table_affinity(table, column)), -1);
  char *type = name_lower(ctx, table->columns[column].type);
  return mem_printf(ctx, "STRICT %s", type);
}

/* For each result of value_rules_type(), the values that the column stores
** unchanged, but for a number that is equal. SQLite sorts numbers before texts
** before blobs, so `least` and `below` tell the storage class. (The application
** may have replaced typeof().) */
static const struct TypeRange {
  const char *type;
  const char *least, *below; /* NULL: no limit */
  const char *cast; /* the number is equal to its cast to this; NULL: any is */
} type_ranges[] = {
    {"BLOB", NULL, NULL, NULL},
    {"INTEGER", NULL, "''", NULL},
    {"NUMERIC", NULL, "''", NULL},
    {"REAL", NULL, "''", "REAL"},
    {"TEXT", "''", "x''", NULL},
    {"STRICT any", NULL, NULL, NULL},
    {"STRICT blob", "x''", NULL, NULL},
    {"STRICT int", NULL, "''", "INTEGER"},
    {"STRICT integer", NULL, "''", "INTEGER"},
    {"STRICT real", NULL, "''", "REAL"},
    {"STRICT text", "''", "x''", NULL},
};
enum { TYPE_RANGES = sizeof(type_ranges) / sizeof(type_ranges[0]) };

static bool is_number(const char *type) {
  return strcmp(type, "INTEGER") == 0 || strcmp(type, "NUMERIC") == 0;
}

char *value_rules_fit(Ctx *ctx, const char *from, const char *to,
                      const char *value) {
  if (!ctx_ok(ctx) || strcmp(from, to) == 0) return NULL;
  if (is_number(from) && is_number(to)) return NULL;
  const struct TypeRange *r = type_ranges;
  while (r < type_ranges + TYPE_RANGES && strcmp(r->type, to) != 0) r++;
  if (r == type_ranges + TYPE_RANGES || (!r->least && !r->below)) return NULL;
  Tree tests = {ctx, NULL, 0};
  if (r->least) tree_add(&tests, mem_printf(ctx, "+%s >= %s", value, r->least));
  if (r->below) tree_add(&tests, mem_printf(ctx, "+%s < %s", value, r->below));
  if (r->cast)
    tree_add(&tests,
             mem_printf(ctx, "+%s = CAST(%s AS %s)", value, value, r->cast));
  return mem_printf(ctx, "(%s IS NULL OR %s)", value,
                    tree_join(&tests, " AND ", "1"));
}

char *value_rules_list(Ctx *ctx, const Schema *schema, const Table *table,
                       int column) {
  if (!ctx_ok(ctx)) return NULL;
  const Column *c = &table->columns[column];
  sqlite3_str *rules = sqlite3_str_new(ctx->db);
  sqlite3_str_appendall(rules, value_rules_type(ctx, table, column));
  if (c->notnull) sqlite3_str_appendall(rules, "\nNOT NULL");
  if (c->collate) sqlite3_str_appendf(rules, "\nCOLLATE %s", c->collate);
  for (int i = 0; ctx_ok(ctx) && i < table->nconstraint; i++)
    if (table->constraints[i].kind != CONSTRAINT_FOREIGN)
      add_rule(ctx, rules, table->constraints[i].rule, c->name);
  for (int i = 0; ctx_ok(ctx) && i < schema->nindex; i++) {
    const Index *index = schema->indexes[i];
    if (index->unique && name_equal(index->table, table->name))
      add_rule(ctx, rules, index->norm, c->name);
  }
  return mem_finish(ctx, rules);
}

/* Returns the length of the first line and moves past it. */
static size_t take_line(const char **z) {
  size_t n = strcspn(*z, "\n");
  *z += n + ((*z)[n] != 0);
  return n;
}

static bool has_line(const char *lines, const char *line, size_t n) {
  while (*lines) {
    const char *z = lines;
    if (take_line(&lines) == n && memcmp(z, line, n) == 0) return true;
  }
  return false;
}

bool value_rules_imply(Ctx *ctx, const char *obeyed, const char *rules) {
  const char *from = obeyed, *to = rules;
  char *type = mem_text(ctx, from, (int)take_line(&obeyed));
  char *wanted = mem_text(ctx, to, (int)take_line(&rules));
  bool imply = value_rules_fit(ctx, type, wanted, "x") == NULL;
  while (imply && *rules) {
    const char *line = rules;
    imply = has_line(obeyed, line, take_line(&rules));
  }
  return imply && ctx_ok(ctx);
}
