/*
** cells: the rows of a virtual table, which one function makes when a scan
** begins.
*/
#ifndef ORM_CELLS_H
#define ORM_CELLS_H

#include "base/context.h"

/* The cells of all rows. */
typedef struct Cells {
  Ctx ctx;
  unsigned used;     /* bit i is set if the statement reads column i */
  const char **list; /* row by row; NULL is SQL NULL */
  int count;
} Cells;

/* Adds a cell; each row must get as many as the table has columns. */
void cells_add(Cells *cells, const char *text);

#endif
