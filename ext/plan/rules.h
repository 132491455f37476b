/*
** rules: the method by which orm_alter_table may make a change of a table: a
** table of data over the kind of the change, the version of SQLite and the
** state of the connection. Pure.
**
** Only a whitelist of changes edits the text of a definition: changes that
** alter no stored byte (https://sqlite.org/lang_altertable.html, section 7).
** Each line was learnt from a database that broke. All other changes rewrite
** the table.
*/
#ifndef ORM_RULES_H
#define ORM_RULES_H

#include "schema/tablediff.h"

/* The cost of a change, the cheapest first. */
typedef enum Method {
  METHOD_INSTANT,
  METHOD_SCAN,    /* reads all rows */
  METHOD_REWRITE, /* copies all rows */
  METHODS
} Method;

/* The way to make a change without a copy: SQLite's ALTER TABLE, or an edit of
** the text in sqlite_schema. */
typedef enum Means { MEANS_NATIVE, MEANS_EDIT } Means;

/* What a scan has to prove before the change. */
typedef enum Proof {
  PROOF_NONE,
  PROOF_NOT_NULL,
  PROOF_CHECK,
  PROOF_FOREIGN,
  PROOF_COLUMN, /* the constraints of a new column */
  PROOF_SHORT   /* each row stores a value of the column: none was written
                ** before an ADD COLUMN of it */
} Proof;

/* A line of the table: how a kind of change can be made without a copy. */
typedef struct Rule {
  DiffKind kind;
  int since;      /* number of the first version of SQLite; 0: each */
  unsigned never; /* traits that forbid it */
  Means means;
  Method method;
  Proof proof;
} Rule;

/* The state that the rules depend on. */
typedef struct RuleState {
  int version;
  bool defensive; /* SQLITE_DBCONFIG_DEFENSIVE: sqlite_schema is not edited */
} RuleState;

/* Returns the rule by which the change is made; NULL if it needs a rewrite. */
const Rule *rules_find(const TableDiffEntry *delta, const RuleState *state);

/* Returns the cheapest method that can make all of the changes. */
Method rules_method(const TableDiff *deltas, const RuleState *state);

/* Returns true if all of the changes can be made without a copy of the table.
*/
bool rules_in_place(const TableDiff *deltas, const RuleState *state);

/* Returns `the type of "age" needs a rewrite, because its affinity changes`:
** the first change that needs more than this method; NULL if there is none. */
char *rules_why(Ctx *ctx, const TableDiff *deltas, const RuleState *state,
                Method method);

/* Returns "instant", "scan" or "rewrite". */
const char *rules_method_name(Method method);

/* Returns the method of this name; METHODS if there is none. */
Method rules_method_of(const char *name);

#endif
