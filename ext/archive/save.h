/*
** save: the archive's work before the script of a step runs.
*/
#ifndef ORM_SAVE_H
#define ORM_SAVE_H

#include "archive/altered.h"

/* Saves the rows and values that the step removes, and finds the entries that
** it restores. An error if such an entry was purged (catalog_can_restore()).
** `live` is the schema as it is. */
void save_before(Ctx *ctx, ArchiveWork *work, const ArchiveStep *step,
                 const Schema *live);

#endif
