/*
** reflect: what is there becomes what is declared (orm_reflect), or what was
** changed behind our back becomes again what the present version declares
** (orm_repair).
*/
#ifndef ORM_REFLECT_H
#define ORM_REFLECT_H

#include "base/context.h"

/* Declares the tables, views and virtual tables whose names match the glob
** (NULL: all), with the indexes and triggers on them, as they are; takes back
** declarations of what was applied and is not there any more. Runs no DDL. What
** that changes is recorded as the next version, a baseline, which counts as
** applied. Tables that virtual tables keep for themselves are left alone.
** Returns the version. An error if the glob matches nothing, or if something is
** declared and not yet migrated.
**
** relationships: also declares a relationship for each foreign key between
** those tables that has none, named after its column (author_id: author) or its
** parent; orm_migrate() then makes their views.
**
** timestamp: UTC; NULL: now. */
i64 reflect_adopt(Ctx *ctx, const char *glob, bool relationships,
                  const char *timestamp);

/* Makes the live schema that of the present version again, recording nothing.
** What it drops, the archive keeps, to be looked at. Returns the number of
** changes. */
i64 reflect_repair(Ctx *ctx);

#endif
