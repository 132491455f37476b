/*
** restored: the values that the archive restores while a script runs, as SQL
** over a row of the table. Pure.
**
** orm_alter_table evaluates these expressions in its copy or UPDATE. So the
** archive needs no pass of its own over the rows, and NOT NULL and CHECK hold.
*/
#ifndef ORM_RESTORED_H
#define ORM_RESTORED_H

#include "schema/schema.h"

/* A column to restore. The expressions are over a row of the table as it is
** before the column is added or altered. */
typedef struct RestoredColumn {
  const char *table,
      *column;           /* column "": the rowid of a table that had none */
  const char *has_value; /* condition: the archive has a value for the row */
  const char *value;
  const char *new_rowid; /* of a rowid alias: instead of NULL; NULL: none */
  bool altered;          /* the column exists already, with other values */
  bool used;             /* the values have been written */
} RestoredColumn;

/* A list of them. */
typedef struct RestoredColumns {
  RestoredColumn *list;
  int count;
} RestoredColumns;

/* Returns the column of the list (which may be NULL) with these names, or
** NULL. */
RestoredColumn *restored_find(RestoredColumns *restored, const char *table,
                              const char *column);

/* Returns an expression for the value of the column: the archived value; for a
** row without one, `otherwise`, or if that is NULL the column's default; where
** the latter is NULL, the new rowid, if there is one. */
char *restored_value(Ctx *ctx, const RestoredColumn *restored,
                     const Column *column, const char *otherwise);

#endif
