/*
** snapshot: all meta rows as one line of JSON, ids included. Each version
** records the snapshot of its declarations. The module converts rows to JSON,
** and the JSON of a version or of a file to rows.
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

/* Returns the rows of a snapshot. An unknown format is an error. */
MetaRows *snapshot_read(Ctx *ctx, const char *snapshot);

/* Returns the snapshot of the rows. */
char *snapshot_write(Ctx *ctx, const MetaRows *rows);

#endif
