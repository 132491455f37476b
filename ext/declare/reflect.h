/*
** reflect: adopts the live schema as declarations (orm_reflect), or restores
** the live schema that the current version declares (orm_repair).
*/
#ifndef ORM_REFLECT_H
#define ORM_REFLECT_H

#include "base/context.h"

/* Declares the tables, views and virtual tables whose names match the glob
** (NULL: all) as they are, with their indexes and triggers. Deletes the
** declarations of objects that a version created and that are missing now. Runs
** no DDL. Records the change as the next version, a baseline, which counts as
** applied; records nothing if nothing changes. Ignores the shadow tables of
** virtual tables. Returns the version. Errors: the glob matches nothing; a
** declaration was changed since the newest version.
**
** relationships: also declare a relationship for each foreign key, see
** automap.h. The next orm_migrate() creates the views of these relationships.
**
** timestamp: the time of the version, UTC, 'YYYY-MM-DD HH:MM:SS'; NULL: now. */
i64 reflect_adopt(Ctx *ctx, const char *glob, bool relationships,
                  const char *timestamp);

/* Makes the live schema equal to the schema of the current version. Records no
** version. Archives the data that it drops; no step restores this data. Returns
** the number of changes. */
i64 reflect_repair(Ctx *ctx);

#endif
