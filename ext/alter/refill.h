/*
** refill: writes the values that the archive restores into a column that ALTER
** TABLE ADD COLUMN has added.
*/
#ifndef ORM_REFILL_H
#define ORM_REFILL_H

#include "schema/restored.h"

/* Returns true if the values that the archive restores in the table `to` can be
** written after its columns were added: each of them is in a new column. `from`
** is the table as it is. */
bool refill_is_possible(const RestoredColumns *restored, const Table *from,
                        const Table *to);

/* Writes the values of the column, and sets c->used. `table` is the table with
** the column, which has its DEFAULT in all rows. Triggers do not run. */
void refill_column(Ctx *ctx, const Table *table, RestoredColumn *c);

#endif
