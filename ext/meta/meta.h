/*
** meta: the meta tables of a database: orm_model, orm_column, orm_constraint,
** orm_relationship and orm_object. Plain rows in them declare the models;
** sql/meta.sql creates them, columns.h lists their columns.
**
** The room meta/ reads the declared and the recorded state:
**   input   the meta tables (meta), the recorded versions (history)
**   output  a Schema (model), with the generated views of relationships; the
**           list of the declarations that cannot be read (invalid)
** The other modules serve these: columns (the columns of the meta tables), rows
** (their rows in memory), snapshot (rows in the files of older releases),
** model_reader (rows to structs), object (rows of orm_object), layout (creates
** and updates the meta tables), memo (skips comparisons), former_names and
** renamed_from (`-- @renamed from=`), validate (SQLite's verdict on the
** declarations), revert (orm_discard).
**
** Errors: a row that cannot be read is SQLITE_ERROR, and the message names the
** row.
*/
#ifndef ORM_META_H
#define ORM_META_H

#include "meta/rows.h"

/* The layout of the meta tables that this build creates and reads. */
#define META_LAYOUT 5

/* Returns the layout of the meta tables, 0 if they are missing. An unknown
** layout is an error. */
i64 meta_layout(Ctx *ctx);

/* True if the meta tables exist. An older layout is an error that names the
** call to make. */
bool meta_exists(Ctx *ctx);

/* Fails if the meta tables are missing. The message names the calls that create
** them. */
void meta_require(Ctx *ctx);

/* Returns a statement over the rows of a meta table in the order of their ids,
** with the columns of columns.h in their order. The caller finishes the
** statement. */
sqlite3_stmt *meta_rows(Ctx *ctx, MetaKind kind);
/* Returns such a statement over the rows of one model. */
sqlite3_stmt *meta_rows_of(Ctx *ctx, MetaKind kind, const char *model);

/* Returns the rows whose `column` has this text. Backfills that have run are
** not completed. */
MetaList meta_find(Ctx *ctx, MetaKind kind, const char *column,
                   const char *text);

/* Returns the rows of the meta tables. The version that first runs a backfill
** clears it in orm_column (meta_spend()). The versions keep it, because a
** downgrade followed by an upgrade creates the column again. Therefore a row of
** orm_column without a backfill gets the backfill that the row with the same id
** has in the newest version. */
MetaRows *meta_read(Ctx *ctx);
/* Returns the rows as they are stored: without the backfills that have run. */
MetaRows *meta_read_stored(Ctx *ctx);

/* Returns the rows of the newest version, or NULL if no row of orm_column there
** has a backfill. */
const MetaRows *meta_newest_backfills(Ctx *ctx);

/* Replaces the meta rows. Leaves out each backfill that the newest version also
** has, because it has run. */
void meta_restore(Ctx *ctx, const MetaRows *rows);

/* Does the same for a caller that has the present rows: `now` is the result of
** meta_read(), and nothing was written since. */
void meta_restore_from(Ctx *ctx, const MetaRows *now, const MetaRows *rows);

/* A text for a column of a meta row. */
typedef struct MetaText {
  MetaKind kind;
  i64 id;
  int column; /* its position */
  const char *text;
} MetaText;

/* A list of such texts. */
typedef struct MetaTexts {
  MetaText *list;
  int count;
} MetaTexts;

/* Writes the text into its row. */
void meta_write_text(Ctx *ctx, const MetaText *text);

/* Reserves the ids of the rows: no new row gets one of them, even if the row
** with that id was deleted. */
void meta_reserve_ids(Ctx *ctx, const MetaRows *rows);

/* Clears the backfill in the row of orm_column with that id, after it has
** run. */
void meta_spend(Ctx *ctx, i64 column);
/* Sets the backfill in the row of orm_column with that id, if it has none. */
void meta_unspend(Ctx *ctx, i64 column, const char *backfill);

#endif
