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

#include "meta/columns.h"
#include "schema/schema.h"

/* The snapshot of a database without declarations. */
#define SNAPSHOT_EMPTY "{\"format\":1}"

/* A row of a meta table. */
typedef struct MetaRow {
  struct MetaRow *next; /* by ascending id if read from a meta table */
  i64 id;
  unsigned numbers;    /* bit i: texts[i] is a number */
  bool backfill_due;   /* orm_column: the backfill has not run yet */
  const char *texts[]; /* by position of the column; NULL for NULL */
} MetaRow;

/* The rows of all kinds, a list for each kind. */
typedef struct MetaRows {
  MetaRow *first[META_KINDS];
  size_t bytes; /* the length of their snapshot if no character is escaped; 0 if
                ** unknown */
} MetaRows;

/* Returns a row without texts. */
MetaRow *snapshot_new_row(Ctx *ctx, MetaKind kind);

/* Returns the row with that id, or NULL. */
MetaRow *snapshot_row(const MetaRows *rows, MetaKind kind, i64 id);

/* Returns the rows of a snapshot. An unknown format is an error. */
MetaRows snapshot_read(Ctx *ctx, const char *snapshot);

/* Returns the snapshot of the rows, without views. */
char *snapshot_write(Ctx *ctx, const MetaRows *rows);

/* Returns the snapshot with the generated views of the schema. */
const char *snapshot_add_views(Ctx *ctx, const char *snapshot,
                               const Schema *declared);

/* True if the snapshot without its views has the same text as `rows`, a
** snapshot without views. */
bool snapshot_same_rows(const char *snapshot, const char *rows);

/* True if snapshot a has all rows of snapshot b. Ids and views are not
** compared. */
bool snapshot_has_rows(Ctx *ctx, const char *a, const char *b);

#endif
