/*
** save: the archive's work before the script of a step runs.
*/
#ifndef ORM_SAVE_H
#define ORM_SAVE_H

#include "archive/altered.h"

/* Saves the rows and values that the step removes, and finds the entries that
** it restores. It is an error if the step needs a purged entry
** (catalog_can_restore()). `live` is the live schema. */
void save_before(Ctx *ctx, ArchiveWork *work, const ArchiveStep *step,
                 const Schema *live);

#endif
