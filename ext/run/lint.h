/*
** lint: advice on the declarations, the rows and the pending changes, for
** orm_lint and the option 'lint'. Writes nothing.
**
** A rule is a row of the table in lint.c and a function in lint_schema.c,
** lint_rows.c or lint_changes.c. The functions look at the declared tables;
** without meta tables, at the live ones. Rows are those of the live table with
** the same name.
*/
#ifndef ORM_LINT_H
#define ORM_LINT_H

#include "run/status.h"

/* A finding. Only rule, severity, object and message are never NULL. */
typedef struct Finding {
  const char *rule;
  const char *severity; /* "error", "warning" or "note" */
  const char *object;   /* "post", "post.user_id", the name of an index ... */
  const char *message;
  const char *fix;   /* SQL */
  const char *proof; /* the rows that were looked at, and those in question */
} Finding;

typedef struct Lint Lint;

/* A rule. `look` adds its findings. */
typedef struct LintRule {
  const char *name, *severity;
  void (*look)(Lint *);
} LintRule;

/* A run of the rules. */
struct Lint {
  Ctx *ctx;
  const Schema *schema; /* the tables to look at */
  const Schema *live;
  Difference difference;
  const LintRule *rule; /* the one that is running */
  Finding *list;
  int count;
};

/* Returns the findings of all rules, except those that rows of orm_lint_off
** switch off. An unknown rule there is an error. */
Lint lint_run(Ctx *ctx);

/* Sets an error if the rule that `place` switches off does not exist. '*' is
** all rules. */
void lint_check_rule(Ctx *ctx, const char *place, const char *rule);

/* Fails if there is something to migrate, and a finding of severity "error".
** The message has the first ones. */
void lint_refuse(Ctx *ctx);

/* For the rules: adds a finding, unless it is switched off. `severity` NULL:
** that of the rule. The other texts may be NULL, except `object` and
** `message`. */
void lint_add(Lint *lint, const char *severity, const char *object,
              const char *message, const char *fix, const char *proof);

/* Return the result of a query: an integer, or -1 if the query fails, as with a
** function that only the application has. The second returns text or NULL. */
i64 lint_int(Lint *lint, const char *sql);
const char *lint_text(Lint *lint, const char *sql);

/* Returns the number of rows of the live table; -1 if there is none. */
i64 lint_rows(Lint *lint, const Table *table);

/* Returns "1 row", "2 rows". */
const char *lint_rows_text(Ctx *ctx, i64 rows);

/* Returns the names of the columns of terms as a list: a, b. */
const char *lint_columns(Ctx *ctx, const Term *terms, int nterm);

/* The rules on structure. */
void lint_foreign_key_index(Lint *lint);
void lint_type(Lint *lint);
void lint_no_key(Lint *lint);
void lint_duplicate_index(Lint *lint);
void lint_check_constant(Lint *lint);
void lint_declaration(Lint *lint);
void lint_view(Lint *lint);

/* The rules on rows. */
void lint_all_null(Lint *lint);
void lint_unique_null(Lint *lint);
void lint_date_format(Lint *lint);
void lint_foreign_key_rows(Lint *lint);

/* The rules on pending changes. */
void lint_rename(Lint *lint);
void lint_rewrite(Lint *lint);
void lint_no_undo(Lint *lint);

#endif
