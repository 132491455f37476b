/*
** snapshot: the rows of a version as older releases recorded them: all of them,
** as one line of JSON. Such lines stand in the databases of layouts 1 to 4 and
** in the files of repositories. No new ones are written.
**
**     {"format":1,"model":[{"id":1,"name":"User"},...],"column":[...],
**      "constraint":[...],"relationship":[...],"object":[...],
**      "view":[{"sql":"CREATE VIEW ..."},...]}
**
** The keys are the names of meta tables and of their columns (columns.h);
** columns that are NULL are left out. "view" holds the views and triggers that
** the relationships generated when the version was recorded. So the schema of a
** version stays the same even if a later release of orm generates other views.
** An empty "view" is left out.
*/
#ifndef ORM_SNAPSHOT_H
#define ORM_SNAPSHOT_H

#include "meta/rows.h"

/* Returns the rows of a snapshot, with their digest. An unknown format is an
** error, and so are rows of a table without an id or with the same id. */
MetaRows *snapshot_read(Ctx *ctx, const char *snapshot);

#endif
