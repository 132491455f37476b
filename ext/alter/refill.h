/*
** refill: writes the values that the archive restores into columns that ALTER
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

/* Writes the values of the columns, and sets their `used`. `table` is the table
** with the columns, which have their DEFAULT in all rows. Triggers do not run.
** The rows are written once for up to 50 columns, unless one of them may be
** refused. */
void refill_columns(Ctx *ctx, const Table *table, RestoredColumn **list,
                    int count);

#endif
