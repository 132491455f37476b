#include "dependents/advice.h"

/* The call in which rows break a rule. */
typedef enum Situation {
  ALONE, /* orm_alter_table() of the user */
  UP,    /* a script of a version */
  DOWN,  /* the undo of a version */
  SITUATIONS
} Situation;

/* In a comment of the form that ends, because the text may be on one line. */
#define COMMENT "write /* @backfill expression */ after the column"
#define IN_DOWN                                          \
  "write /* @backfill VALUE */ after its definition in " \
  "orm_migration.down of version $v"

/* In the texts, $v is the version that is undone, and $p is "it" for one row,
** "them" for several. */
static const char *const texts[PROBLEMS][SITUATIONS] = {
    [PROBLEM_NULL] =
        {
            [ALONE] = COMMENT ", or fix the rows",
            [UP] = "give a backfill (orm_column.backfill), or fix the rows",
            [DOWN] = "fix the rows, or " IN_DOWN,
        },
    [PROBLEM_NEW_NULL] =
        {
            [ALONE] = "give it a DEFAULT, or " COMMENT,
            [UP] = "give it a DEFAULT, or a backfill",
            [DOWN] = "nothing is kept for $p: delete $p, or say what the "
                     "column gets there: " IN_DOWN,
        },
    [PROBLEM_TYPE] =
        {
            [ALONE] = COMMENT ", or fix the rows",
            [UP] = "give a backfill, or fix the rows",
            [DOWN] = "fix the rows, or " IN_DOWN,
        },
    [PROBLEM_GENERATED] =
        {
            [ALONE] = "change its expression (CAST), its type, or the rows",
            [UP] = "change its expression (CAST), its type, or the rows",
            [DOWN] = "change the rows",
        },
    [PROBLEM_CHECK] =
        {
            [ALONE] = "mend the rows or the rule",
            [UP] = "mend the rows or the rule",
            [DOWN] = "mend the rows",
        },
    [PROBLEM_NEW_CHECK] =
        {
            [ALONE] = "give the new column another DEFAULT, or " COMMENT,
            [UP] = "give the new column another DEFAULT, or a backfill",
            [DOWN] = IN_DOWN,
        },
    [PROBLEM_UNIQUE] =
        {
            [ALONE] = "make the values differ",
            [UP] = "make the values differ",
            [DOWN] = "make the values differ",
        },
    [PROBLEM_NEW_UNIQUE] =
        {
            [ALONE] = COMMENT ", with another value for each row",
            [UP] = "give the new column a backfill with another value for "
                   "each row",
            [DOWN] = IN_DOWN ", another for each row",
        },
    [PROBLEM_PARENT] =
        {
            [ALONE] = "mend the rows, or make the column NULL",
            [UP] = "mend the rows, or make the column NULL",
            [DOWN] = "mend the rows, or make the column NULL",
        },
    [PROBLEM_NEW_PARENT] =
        {
            [ALONE] =
                "that table is new: fill it in the script of the version, "
                "or add the key in a later one",
            [UP] = "that table is new: fill it in the script of the version, "
                   "or add the key in a later one",
            [DOWN] = "mend the rows, or make the column NULL",
        },
};

static Situation situation_of(const Ctx *ctx) {
  const Script *script = ctx_script(ctx);
  if (script == NULL) return ALONE;
  return script->undoing ? DOWN : script->fkeys ? UP : ALONE;
}

char *advice_on(Ctx *ctx, Problem problem, i64 rows) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (const char *z = texts[problem][situation_of(ctx)]; *z; z++) {
    if (*z != '$')
      sqlite3_str_appendchar(str, 1, *z);
    else if (*++z == 'v')
      sqlite3_str_appendf(str, "%lld", ctx_undoing(ctx));
    else
      sqlite3_str_appendall(str, rows == 1 ? "it" : "them");
  }
  return mem_finish(ctx, str);
}
