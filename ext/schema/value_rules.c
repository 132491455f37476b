#include "schema/value_rules.h"

#include "base/token.h"

/* Returns the rule with ? in the place of the column; NULL if the rule does not
** name the column. */
static char *rule_template(Ctx *ctx, const char *norm, const char *column) {
  bool named = false;
  Tokens tokens = token_list(ctx, norm);
  Draft rule = draft_new(ctx, 0);
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    const Token *token = &tokens.list[i];
    bool own =
        token_is_name(token) && name_equal(token_name(ctx, token), column);
    named |= own;
    if (i) draft_add(&rule, " ", 1);
    draft_add(&rule, own ? "?" : token->z, own ? 1 : (size_t)token->n);
  }
  token_done(ctx, &tokens);
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

bool value_rules_imply(const char *obeyed, const char *rules) {
  for (const char *line = rules; *line;) {
    size_t n = strcspn(line, "\n");
    const char *z = obeyed;
    while (*z && (strcspn(z, "\n") != n || memcmp(z, line, n) != 0)) {
      z += strcspn(z, "\n");
      z += *z != 0;
    }
    if (*z == 0) return false;
    line += n;
    line += *line != 0;
  }
  return true;
}
