/*
** rules: which way a change of a table may go: the kind of the change, the
** version of SQLite, the state of the connection. A table of data. Pure.
**
** What may be done by editing the text of a definition is a whitelist: what
** alters no stored byte, each line learnt from databases that broke otherwise
** (https://sqlite.org/lang_altertable.html, section 7). All else is a rewrite.
*/
#ifndef ORM_RULES_H
#define ORM_RULES_H

#include "schema/tablediff.h"

/* The cheapest first. */
typedef enum Method {
  METHOD_INSTANT,
  METHOD_SCAN,
  METHOD_REWRITE,
  METHODS
} Method;

typedef enum Means { MEANS_NATIVE, MEANS_EDIT } Means;

/* What a reading pass has to show. */
typedef enum Proof {
  PROOF_NONE,
  PROOF_NOT_NULL,
  PROOF_CHECK,
  PROOF_FOREIGN,
  PROOF_COLUMN, /* what stands behind a new column */
  PROOF_SHORT   /* no row is older than the column, and ends before it */
} Proof;

typedef struct Rule {
  DiffKind kind;
  int since;      /* SQLite's version number */
  unsigned never; /* traits that forbid it */
  Means means;
  Method method;
  Proof proof;
} Rule;

typedef struct RuleState {
  int version;
  bool defensive; /* SQLITE_DBCONFIG_DEFENSIVE: sqlite_schema is not edited */
} RuleState;

/* The rule that the change goes by; NULL if that is a rewrite. */
const Rule *rules_find(const TableDiffEntry *delta, const RuleState *state);

/* The way that all of the changes can go. */
Method rules_method(const TableDiff *deltas, const RuleState *state);

/* Can all of the changes be made without a copy of the table? */
bool rules_in_place(const TableDiff *deltas, const RuleState *state);

/* "the type of "age" needs a rewrite, because its affinity changes": the first
** change that cannot go this way; NULL if all can. */
char *rules_why(Ctx *ctx, const TableDiff *deltas, const RuleState *state,
                Method way);

/* "instant", "scan", "rewrite". */
const char *rules_method_name(Method way);
/* METHODS if it is none of these. */
Method rules_method_of(const char *name);

#endif
