/*
** rules: the methods by which orm_alter_table may change a table. They depend
** on the kind of the change, the version of SQLite and the state of the
** connection. The rules are a table of data in rules.c. Pure.
**
** A change may edit the text of a definition in sqlite_schema only if it alters
** no stored byte (https://sqlite.org/lang_altertable.html, section 7). The
** table lists these changes, and each line was learnt from a database that
** broke. All changes without a rule rewrite the table.
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

/* The condition that a scan has to prove for all rows before the change. */
typedef enum Proof {
  PROOF_NONE,
  PROOF_NOT_NULL,
  PROOF_CHECK,
  PROOF_FOREIGN,
  PROOF_COLUMN, /* the constraints of a new column */
  PROOF_SHORT   /* each row stores a value of the column: no row is older than
                ** the ADD COLUMN of it */
} Proof;

/* A line of the table: how a kind of change can be made without a copy. */
typedef struct Rule {
  DiffKind kind;
  int since;      /* version number of the first SQLite that has it; 0: all */
  unsigned never; /* the traits that forbid it, as bits */
  Means means;
  Method method;
  Proof proof;
} Rule;

/* The state that the rules depend on. */
typedef struct RuleState {
  int version;
  bool defensive; /* SQLITE_DBCONFIG_DEFENSIVE: sqlite_schema is not edited */
} RuleState;

/* Returns the rule by which orm_alter_table makes the change; NULL if the
** change needs a rewrite. */
const Rule *rules_find(const TableDiffEntry *delta, const RuleState *state);

/* Returns the cheapest method that can make all of the changes. */
Method rules_method(const TableDiff *deltas, const RuleState *state);

/* Returns true if all of the changes can be made without copying the table.
*/
bool rules_in_place(const TableDiff *deltas, const RuleState *state);

/* Describes the first change that needs a more expensive method than `method`,
** for messages: `the type of "age" needs a rewrite, because its affinity
** changes`. NULL: no change does. */
char *rules_why(Ctx *ctx, const TableDiff *deltas, const RuleState *state,
                Method method);

/* Returns "instant", "scan" or "rewrite". */
const char *rules_method_name(Method method);

/* Returns the method of this name; METHODS if there is none. */
Method rules_method_of(const char *name);

#endif
