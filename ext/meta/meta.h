/*
** meta: the meta tables. Whether they are there, their rows, and snapshots: all
** rows as JSON, and from there back to rows.
*/
#ifndef ORM_META_H
#define ORM_META_H

#include "schema/schema.h"

/* The layout of the meta tables that this build makes and reads. */
#define META_LAYOUT 4
/* The format of the snapshots that it writes. */
#define SNAPSHOT_FORMAT 1

/* Their layout; 0 if they are not there. One that we do not know is an error.
 */
i64 meta_layout(Ctx *ctx);
/* Are they there? An older layout is an error that says what to call. */
bool meta_exists(Ctx *ctx);
/* An error that says what to call, if they are not there. */
void meta_require(Ctx *ctx);

/* The rows of a meta table ("column" for orm_column) by id, columns as
** sql/meta.sql has them, one by one. */
sqlite3_stmt *meta_rows(Ctx *ctx, const char *name);
/* Only those of one model. */
sqlite3_stmt *meta_rows_of(Ctx *ctx, const char *name, const char *model);

/* All rows of a meta table, or of a snapshot, as a list by id. */
typedef struct MetaRow {
  struct MetaRow *next;
  i64 id;
  unsigned numbers;    /* a bit for each column that holds a number */
  bool due;            /* of orm_column: its backfill has not run yet */
  const char *texts[]; /* by column; NULL for NULL */
} MetaRow;

/* Of each table, in the order in which a snapshot has them. */
typedef enum MetaKind {
  META_MODEL,
  META_COLUMN,
  META_CONSTRAINT,
  META_RELATIONSHIP,
  META_OBJECT,
  META_VIEW, /* in snapshots only */
  META_KINDS
} MetaKind;

typedef struct MetaRows {
  MetaRow *first[META_KINDS];
  size_t bytes; /* of a snapshot of them, if no character is escaped */
} MetaRows;

/* A snapshot whose format we do not know is an error. */
void meta_check_format(Ctx *ctx, const char *snapshot);

/* The rows of the snapshot, or, if that is NULL, of the meta tables. A backfill
** leaves orm_column when a version runs it (meta_spend()); the snapshot of that
** version keeps it, for the case that the column has to be made again, and so
** do later ones: a column without a backfill is read with the one of its id in
** the newest version. */
MetaRows meta_read(Ctx *ctx, const char *snapshot);

/* The name of column i of a meta table. */
const char *meta_column(const char *name, int i);

/* All meta rows, ids included, as one line of JSON:
** {"format":1,"model":[{"id":1,"name":"User"},...],"column":[...],
**  "constraint":[...],"relationship":[...],"object":[...]}
** with columns that are NULL left out. */
char *meta_snapshot(Ctx *ctx);
/* Of rows that are read already. */
char *meta_snapshot_of(Ctx *ctx, const MetaRows *rows);

/* That snapshot with the views that the relationships of the schema came to:
** "view":[{"sql":...},...]. */
const char *meta_add_views(Ctx *ctx, const char *snapshot,
                           const Schema *declared);

/* The snapshot of nothing declared. */
#define META_NOTHING "{\"format\":1}"

/* Has `snapshot` these rows, in these words? `rows` has no views. */
bool meta_same_rows(const char *snapshot, const char *rows);

/* Ids of the snapshot will not be given to new rows: an id is never used
** again, also not one of a row that only an older version had. */
void meta_reserve_ids(Ctx *ctx, const char *snapshot);

/* Has snapshot a all the rows of snapshot b, their ids aside? */
bool meta_has_rows(Ctx *ctx, const char *a, const char *b);

/* Makes the meta rows those of the snapshot. Backfills that the newest version
** has, too, are spent. */
void meta_restore(Ctx *ctx, const char *snapshot);

/* Takes the backfill from the row of orm_column; gives it back. */
void meta_spend(Ctx *ctx, i64 column);
void meta_unspend(Ctx *ctx, i64 column, const char *backfill);

#endif
