/*
** restored: the values that the archive restores while a script runs, as SQL
** expressions that are evaluated for each row of the table. Pure.
**
** orm_alter_table evaluates these expressions in its copy or UPDATE. So the
** archive does not read the rows a second time, and each row has its value when
** SQLite tests NOT NULL and CHECK.
*/
#ifndef ORM_RESTORED_H
#define ORM_RESTORED_H

#include "schema/schema.h"

/* A column to restore. The expressions read a row of the table as it is before
** the column is added or altered. */
typedef struct RestoredColumn {
  const char *table, *column; /* column "": the rowid, if there was none */
  const char *has_value; /* condition: the archive has a value for the row */
  const char *value;
  const char *source;    /* "t AS orm_e ON ...": the saved value of a row, to be
                      ** joined with the table; NULL if `altered` */
  const char *found;     /* the value in `source` */
  const char *new_rowid; /* for a rowid alias: replaces NULL; or NULL */
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

/* Returns an expression for the value of the column in a row. It is the
** archived value, if the row has one; otherwise the expression `otherwise`; or
** the column's default, if `otherwise` is a NULL pointer. If
** restored->new_rowid is set, it replaces a NULL that `otherwise` or the
** default yields. */
char *restored_value(Ctx *ctx, const RestoredColumn *restored,
                     const Column *column, const char *otherwise);

#endif
