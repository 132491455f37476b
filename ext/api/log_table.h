/*
** log_table: the rows of orm_log: the recorded versions, in words and without
** their scripts. sql/reference.md describes the columns.
*/
#ifndef ORM_LOG_TABLE_H
#define ORM_LOG_TABLE_H

#include "api/cells.h"

/* Adds a row for each version, the oldest first. Compares versions only if the
** statement reads `changes` or `lossy`. A version that cannot be compared has
** the error as its `changes`. */
void log_fill(Cells *cells);

#endif
