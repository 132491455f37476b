/*
** back: what the archive kept goes back while a step's script runs, and after
** it.
*/
#ifndef ORM_BACK_H
#define ORM_BACK_H

#include "fkeys.h"
#include "take.h"

/* Fills columns that come back and that the script made by other means than
** orm_alter_table: to be called behind a statement that may have. */
void back_fill(Ctx *ctx, Guard *guard, Kept *kept);

/* The script was run: rows and values go back, what cannot stays, what is empty
** goes. Rows that had no parent when they were taken are no news to `check`. */
void back_after(Ctx *ctx, Guard *guard, Kept *kept, FkeyCheck *check);

#endif
