/*
** violation: finds the rows that would break a rule.
**
** Input: the rows of a table as they would be after the change, and a rule.
** Output: an error with the number of the rows, the first of them, and advice
** (advice.h). The functions are called after a quicker check has failed.
*/
#ifndef ORM_VIOLATION_H
#define ORM_VIOLATION_H

#include "schema/schema.h"

/* The rows of a table as they would be: a SELECT that returns the identity of
** each row as orm_row, and the columns by their names. */
typedef struct CheckedRows {
  const char *table; /* the name in messages */
  const char *sql;
  bool by_key;               /* the identity is a key, not a rowid */
  const Table *before, *now; /* tell the new columns; or NULL */
} CheckedRows;

/* Returns the rows of the table as they are stored, under `name`. before and
** now are NULL. */
CheckedRows violation_rows(Ctx *ctx, const Table *table, const char *name);

/* Replaces the error of ctx, if it has one, by that of `search`, a Ctx of its
** own in which violation_*() were called to find the rows that break a rule.
** Returns false, and does nothing, if `search` has found none. */
bool violation_explain(Ctx *ctx, const Ctx *search);

/* Sets an error if rows have NULL in the column. */
void violation_not_null(Ctx *ctx, const CheckedRows *rows,
                        const Column *column);

/* Sets an error if rows have a value in the column that cannot be a rowid. */
void violation_rowid(Ctx *ctx, const CheckedRows *rows, const char *column);

/* Sets an error if rows have a value of another type in a column of a STRICT
** table. SQLite itself does not check VIRTUAL columns. */
void violation_strict(Ctx *ctx, const CheckedRows *rows, const Column *column);

/* Sets an error if rows make the CHECK false. */
void violation_check(Ctx *ctx, const CheckedRows *rows,
                     const Constraint *check);

/* Return the condition that is true for rows which break the rule. */
char *violation_is_null(Ctx *ctx, const Column *column);
char *violation_is_false(Ctx *ctx, const Constraint *check);

/* Sets an error if several rows have the same values in all terms, none of them
** NULL. Only rows for which `where` (NULL: none) is true count. */
void violation_unique(Ctx *ctx, const CheckedRows *rows, const Term *terms,
                      int nterm, const char *where);

/* Explains the error of a CREATE INDEX statement that has failed. If the index
** is UNIQUE and rows break it, the error names these rows; otherwise it names
** the table and the index. */
void violation_index(Ctx *ctx, const char *create_index);

/* Returns the findings of PRAGMA integrity_check for the table and its indexes;
** "" if there are none, or if the check needs functions that only the
** application has. Findings of NULL in tables WITHOUT ROWID are left out,
** because those of SQLite 3.40 are false. */
const char *violation_integrity(Ctx *ctx, const Table *table);

#endif
