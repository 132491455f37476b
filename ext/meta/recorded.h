/*
** recorded: the complete declarations of the newest version, in the table
** orm_recorded; orm_state.recorded has their digest. The changes of the
** versions lead from them to every other version. The table can be computed
** from the changes, so rows that do not fit the newest version are harmless:
** history.c notices it by their digest.
*/
#ifndef ORM_RECORDED_H
#define ORM_RECORDED_H

#include "meta/rows.h"

/* Returns the rows, with their digest. */
MetaRows *recorded_read(Ctx *ctx);

/* Replaces the rows by `rows`, which have their digest. `before` has the
** present rows, as far as is known; NULL: unknown. If orm_recorded has exactly
** these, only the difference is written. */
void recorded_write(Ctx *ctx, const MetaRows *before, const MetaRows *rows);

#endif
