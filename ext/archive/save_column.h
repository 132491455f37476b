/*
** save_column: saves the values of columns that a step drops or alters, before
** its script runs.
*/
#ifndef ORM_SAVE_COLUMN_H
#define ORM_SAVE_COLUMN_H

#include "archive/altered.h"

/* Saves the values that the step may lose. Adds an entry for each column with
** such values, also to t->saves. Creates the identity table if the table has
** none. With 'noarchive', adds notes (save_note()) instead. `live` is the live
** schema. */
void save_columns(Ctx *ctx, const ArchiveStep *step, AlteredTable *t,
                  const Schema *live);

#endif
