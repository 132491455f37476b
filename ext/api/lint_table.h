/*
** lint_table: the rows of orm_lint: the findings of the rules. sql/README.md
** describes rules and columns.
*/
#ifndef ORM_LINT_TABLE_H
#define ORM_LINT_TABLE_H

#include "api/cells.h"

/* Adds a row for each finding. */
void lint_fill(Cells *cells);

#endif
