#include "plan/rules.h"

// clang-format off
enum {
  V_DROP_COLUMN = 3036000, /* that of 3.35 had defects */
  V_CONSTRAINTS = 3053000, /* ALTER COLUMN, ADD and DROP CONSTRAINT */
  COLUMN = TRAIT_KEY | TRAIT_FEEDS | TRAIT_GENERATED,
  NEW = TRAIT_UNIQUE | TRAIT_STORED | TRAIT_STRICT | TRAIT_DEFAULT |
        TRAIT_EMPTY | TRAIT_MIDDLE,
  TYPE = TRAIT_STRICT | TRAIT_AFFINITY,
  EDIT = TRAIT_DEFENSIVE,
  DROPPED = COLUMN | TRAIT_USED
};

/* The first rule that is not forbidden applies. An edit comes before SQLite's
** own statement: it keeps the author's comments, and one scan proves all
** changes. DROP COLUMN rewrites all rows in place, and not the indexes. */
static const Rule rules[] = {
  {TABLEDIFF_ADD_COLUMN,   0, NEW | TRAIT_CHECKED,  MEANS_NATIVE, METHOD_INSTANT, PROOF_NONE},
  {TABLEDIFF_ADD_COLUMN,   0, NEW,                  MEANS_NATIVE, METHOD_SCAN,    PROOF_COLUMN},
  {TABLEDIFF_DROP_COLUMN,  V_DROP_COLUMN, DROPPED,  MEANS_NATIVE, METHOD_REWRITE, PROOF_NONE},
  {TABLEDIFF_TYPE,         0, EDIT | COLUMN | TYPE, MEANS_EDIT,   METHOD_INSTANT, PROOF_NONE},
  {TABLEDIFF_NOT_NULL,     0, EDIT | COLUMN,        MEANS_EDIT,   METHOD_SCAN,    PROOF_NOT_NULL},
  {TABLEDIFF_NOT_NULL,     V_CONSTRAINTS, COLUMN | TRAIT_SAYS, MEANS_NATIVE, METHOD_SCAN, PROOF_NOT_NULL},
  {TABLEDIFF_NULL,         0, EDIT | COLUMN,        MEANS_EDIT,   METHOD_INSTANT, PROOF_NONE},
  {TABLEDIFF_NULL,         V_CONSTRAINTS, COLUMN,   MEANS_NATIVE, METHOD_INSTANT, PROOF_NONE},
  {TABLEDIFF_DEFAULT,      0, EDIT | COLUMN,        MEANS_EDIT,   METHOD_SCAN,    PROOF_SHORT},
  {TABLEDIFF_ADD_CHECK,    0, EDIT,                 MEANS_EDIT,   METHOD_SCAN,    PROOF_CHECK},
  {TABLEDIFF_ADD_CHECK,    V_CONSTRAINTS, 0,        MEANS_NATIVE, METHOD_SCAN,    PROOF_CHECK},
  {TABLEDIFF_DROP_CHECK,   0, EDIT,                 MEANS_EDIT,   METHOD_INSTANT, PROOF_NONE},
  {TABLEDIFF_DROP_CHECK,   V_CONSTRAINTS, TRAIT_UNNAMED, MEANS_NATIVE, METHOD_INSTANT, PROOF_NONE},
  {TABLEDIFF_ADD_FOREIGN,  0, EDIT,                 MEANS_EDIT,   METHOD_SCAN,    PROOF_FOREIGN},
  {TABLEDIFF_DROP_FOREIGN, 0, EDIT,                 MEANS_EDIT,   METHOD_INSTANT, PROOF_NONE},
  {TABLEDIFF_FOREIGN,      0, EDIT,                 MEANS_EDIT,   METHOD_INSTANT, PROOF_NONE},
  {TABLEDIFF_NAME,         0, EDIT,                 MEANS_EDIT,   METHOD_INSTANT, PROOF_NONE},
};
enum { RULES = sizeof(rules) / sizeof(rules[0]) };

/* The reasons for which a trait forbids a rule, for messages. */
static const struct {
  unsigned trait;
  const char *why;
} reasons[] = {
  {TRAIT_KEY,       "it is of the PRIMARY KEY"},
  {TRAIT_FEEDS,     "a generated column uses it"},
  {TRAIT_GENERATED, "it is a generated column"},
  {TRAIT_STRICT,    "the table is STRICT"},
  {TRAIT_AFFINITY,  "its affinity changes, and values with it"},
  {TRAIT_UNIQUE,    "it is a key or UNIQUE"},
  {TRAIT_STORED,    "it is STORED"},
  {TRAIT_DEFAULT,   "its DEFAULT is no literal"},
  {TRAIT_EMPTY,     "it is NOT NULL without a DEFAULT"},
  {TRAIT_MIDDLE,    "it stands before a column that is there already"},
  {TRAIT_CHECKED,   "the rows are to be checked"},
  {TRAIT_DEFENSIVE, "this connection is defensive (SQLITE_DBCONFIG_DEFENSIVE)"},
};
enum { REASONS = sizeof(reasons) / sizeof(reasons[0]) };
// clang-format on

static const char *const method_names[METHODS] = {"instant", "scan", "rewrite"};

const char *rules_method_name(Method method) {
  return method_names[method];
}

Method rules_method_of(const char *name) {
  Method method = METHOD_INSTANT;
  while (method < METHODS && !name_equal(method_names[method], name)) method++;
  return method;
}

static unsigned all_traits(const TableDiffEntry *delta,
                           const RuleState *state) {
  return delta->traits | (state->defensive ? TRAIT_DEFENSIVE : 0);
}

const Rule *rules_find(const TableDiffEntry *delta, const RuleState *state) {
  unsigned traits = all_traits(delta, state);
  for (int i = 0; i < RULES; i++)
    if (rules[i].kind == delta->kind && rules[i].since <= state->version &&
        (rules[i].never & traits) == 0)
      return &rules[i];
  return NULL;
}

static Method method_of(const TableDiffEntry *delta, const RuleState *state) {
  const Rule *rule = rules_find(delta, state);
  return rule ? rule->method : METHOD_REWRITE;
}

Method rules_method(const TableDiff *deltas, const RuleState *state) {
  Method most = METHOD_INSTANT;
  for (int i = 0; i < deltas->count; i++) {
    Method method = method_of(&deltas->list[i], state);
    if (method > most) most = method;
  }
  return most;
}

bool rules_in_place(const TableDiff *deltas, const RuleState *state) {
  for (int i = 0; i < deltas->count; i++)
    if (rules_find(&deltas->list[i], state) == NULL) return false;
  return true;
}

/* Returns the reason that forbids the cheaper methods; NULL if the kind has
** none. */
static const char *reason(const TableDiffEntry *delta, const RuleState *state) {
  unsigned traits = all_traits(delta, state), forbidding = 0;
  for (int i = 0; i < RULES; i++)
    if (rules[i].kind == delta->kind && rules[i].since <= state->version &&
        rules[i].method < METHOD_REWRITE)
      forbidding |= rules[i].never & traits;
  for (int i = 0; i < REASONS; i++)
    if (forbidding & reasons[i].trait) return reasons[i].why;
  return NULL;
}

char *rules_why(Ctx *ctx, const TableDiff *deltas, const RuleState *state,
                Method method) {
  for (int i = 0; ctx_ok(ctx) && i < deltas->count; i++) {
    const TableDiffEntry *delta = &deltas->list[i];
    Method needed = method_of(delta, state);
    if (needed <= method) continue;
    const char *why = reason(delta, state);
    return mem_printf(
        ctx, "%s needs a %s%s%s", tablediff_describe(ctx, deltas, delta),
        method_names[needed], why ? ", because " : "", why ? why : "");
  }
  return NULL;
}
