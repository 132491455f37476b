/*
** save_column: saves the values of columns that a step drops or alters, before
** its script runs.
*/
#ifndef ORM_SAVE_COLUMN_H
#define ORM_SAVE_COLUMN_H

#include "archive/altered.h"

/* Saves the values that the step may lose: an entry for each such column, which
** is added to t->saves. Creates the identity table of the table if it has none.
** With 'noarchive', adds notes instead. `live` is the schema as it is. */
void save_columns(Ctx *ctx, const ArchiveStep *step, AlteredTable *t,
                  const Schema *live);

#endif
