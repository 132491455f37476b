/*
** violation: finds the rows that would break a rule.
**
** Input: the rows of a table as they would be after the change, and a rule.
** Output: an error with the number of rows that break the rule, the first of
** them, and advice (advice.h). The functions are called after a faster check
** has failed.
*/
#ifndef ORM_VIOLATION_H
#define ORM_VIOLATION_H

#include "schema/schema.h"

/* The rows of a table as they would be after the change. */
typedef struct CheckedRows {
  const char *table;         /* the name in messages */
  const char *sql;           /* SELECT: orm_row, the row's identity; columns */
  bool by_key;               /* the identity is a key instead of a rowid */
  const Table *before, *now; /* to find new columns; or NULL */
} CheckedRows;

/* Returns the rows of the table as they are stored. `name` is the name of the
** table in messages. `before` and `now` of the result are NULL. */
CheckedRows violation_rows(Ctx *ctx, const Table *table, const char *name);

/* Sets the error of ctx, in place of any earlier one, to the error of `search`,
** and returns true. `search` is a separate Ctx, which was passed to
** violation_*() to find the rows that break a rule. Returns false, and does
** nothing, if no such rows were found. */
bool violation_explain(Ctx *ctx, const Ctx *search);

/* Sets an error if a row has NULL in the column. */
void violation_not_null(Ctx *ctx, const CheckedRows *rows,
                        const Column *column);

/* Sets an error if a row has a value in the column that cannot be a rowid. */
void violation_rowid(Ctx *ctx, const CheckedRows *rows, const char *column);

/* Sets an error if a row has a value of another type in a column of a STRICT
** table. SQLite itself does not check VIRTUAL columns. */
void violation_strict(Ctx *ctx, const CheckedRows *rows, const Column *column);

/* Sets an error if the CHECK is false for a row. */
void violation_check(Ctx *ctx, const CheckedRows *rows,
                     const Constraint *check);

/* Return a condition that is true for the rows that break the rule. */
char *violation_is_null(Ctx *ctx, const Column *column);
char *violation_is_false(Ctx *ctx, const Constraint *check);

/* Sets an error if several rows have the same values, none of them NULL, in all
** terms. If `where` is not NULL, only rows for which it is true count. */
void violation_unique(Ctx *ctx, const CheckedRows *rows, const Term *terms,
                      int nterm, const char *where);

/* Replaces the error of a failed CREATE INDEX statement. If the index is UNIQUE
** and rows break it, the new error names these rows; otherwise it names the
** table and the index. */
void violation_index(Ctx *ctx, const char *create_index);

/* Returns the findings of PRAGMA integrity_check for the table and its indexes;
** "" if there are none, or if the check needs functions that only the
** application has. Findings of NULL in tables WITHOUT ROWID are left out,
** because those of SQLite 3.40 are false. */
const char *violation_integrity(Ctx *ctx, const Table *table);

#endif
