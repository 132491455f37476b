/*
** squash: orm_squash(). Many versions become one, which creates their schema in
** one step. Databases at or above that version are not affected.
**
** The combined version has the number of the last one. history.h says how it is
** recognised, files.h how repositories and databases with and without it fit
** together. Values that the combined versions have archived stay in the
** archive: a step restores them if it adds their model or column again.
*/
#ifndef ORM_SQUASH_H
#define ORM_SQUASH_H

#include "base/context.h"

/* Combines all versions up to `version`, which must be applied. A baseline
** among them makes the combined version a baseline.
**
** A script that writes rows, or creates objects that the version does not
** declare, is an error unless `schema_only` is true: the combined script would
** do neither. timestamp NULL: now. Returns the version. */
i64 squash_versions(Ctx *ctx, i64 version, bool schema_only,
                    const char *timestamp);

#endif
