/*
** violation: which rows would break a rule: how many, which first, and what to
** do about it. WorkingObject where it is known that some do.
*/
#ifndef ORM_VIOLATION_H
#define ORM_VIOLATION_H

#include "schema/schema.h"

/* The rows of a table as they would be: a SELECT that gives each row's
** identity as orm_row, and columns by their names. */
typedef struct CheckedRows {
  const char *table; /* for messages */
  const char *sql;
  bool by_key;               /* the identity is a key, not a rowid */
  const Table *before, *now; /* for advice: which columns are new; or NULL */
} CheckedRows;

/* An error if rows have NULL in the column. */
void violation_not_null(Ctx *ctx, const CheckedRows *rows,
                        const Column *column);

/* An error if rows have something in the column that cannot be a rowid. */
void violation_rowid(Ctx *ctx, const CheckedRows *rows, const char *column);

/* An error if a VIRTUAL column of a STRICT table has values of another type:
** SQLite does not look at them. */
void violation_strict(Ctx *ctx, const CheckedRows *rows, const Column *column);

/* An error if rows make the CHECK false. */
void violation_check(Ctx *ctx, const CheckedRows *rows,
                     const Constraint *check);

/* What a row fulfils that breaks these rules. */
char *violation_is_null(Ctx *ctx, const Column *column);
char *violation_is_false(Ctx *ctx, const Constraint *check);

/* An error if rows agree in all terms, none of them NULL; only those that
** `where` (or NULL) is true for. */
void violation_unique(Ctx *ctx, const CheckedRows *rows, const Term *terms,
                      int nterm, const char *where);

/* Says on what a CREATE INDEX statement failed: the rows, if it is UNIQUE and
** there are some, else the table and the index. */
void violation_index(Ctx *ctx, const char *create_index);

/* What PRAGMA integrity_check says of a table and its indexes; "" if they are
** sound, or if only the application's own functions could tell. SQLite 3.40
** sees false NULLs in tables WITHOUT ROWID. */
const char *violation_integrity(Ctx *ctx, const Table *table);

#endif
