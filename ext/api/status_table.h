/*
** status_table: the rows of orm_status: the facts of orm_status(), one per row.
*/
#ifndef ORM_STATUS_TABLE_H
#define ORM_STATUS_TABLE_H

#include "api/cells.h"

/* Adds a row (key, value, note) for each fact. The keys are those of
** status_report(), and `differences`. */
void status_fill(Cells *cells);

#endif
