/*
** rows: the rows of the meta tables in memory, ids included: the declarations
** of a version, or those in the database. A function that returns rows may
** share single rows with other lists, so rows that are const are never changed.
*/
#ifndef ORM_ROWS_H
#define ORM_ROWS_H

#include "base/digest.h"
#include "meta/columns.h"
#include "schema/schema.h"

/* A row of a meta table. */
typedef struct MetaRow {
  i64 id;
  unsigned numbers;    /* bit i: texts[i] is a number */
  bool backfill_due;   /* orm_column: the backfill has not run yet */
  const char *line;    /* its line (row_line.h); NULL: not composed yet */
  const char *texts[]; /* by position of the column; NULL for NULL */
} MetaRow;

/* Rows of one kind, by ascending id. Rows of META_VIEW have no id, they are in
** the order of their creation. */
typedef struct MetaList {
  MetaRow **list;
  int count;
} MetaList;

/* The rows of all kinds. */
typedef struct MetaRows {
  MetaList of[META_KINDS];
  DigestSum digest; /* of the rows of a version without views, if `recorded` */
  bool recorded;    /* these are the rows of a version */
  i64 version;      /* its number, if it is recorded in the database; else 0 */
  DigestSum views; /* of the texts of the generated views, if `of` lacks them */
  int form;        /* the RELVIEW_FORM that generates the views; 0: unknown */
  bool listed;     /* the views are recorded although `form` is known */
} MetaRows;

/* Returns a row without texts. */
MetaRow *rows_new_row(Ctx *ctx, MetaKind kind);

/* Returns a copy of the row, to be changed. The texts are shared. */
MetaRow *rows_copy_row(Ctx *ctx, MetaKind kind, const MetaRow *row);

/* Adds the row, which must have the highest id, at the end of its list. `row`
** may be NULL. */
void rows_add(Ctx *ctx, MetaRows *rows, MetaKind kind, MetaRow *row);

/* Sorts the rows of each meta table by id. Rows of the same id keep their
** order. */
void rows_sort(Ctx *ctx, MetaRows *rows);

/* Returns the row with that id, or NULL. */
MetaRow *rows_find(const MetaRows *rows, MetaKind kind, i64 id);

/* Returns the number of rows of the meta tables that only one side has, or that
** differ. Rows correspond by id. */
i64 rows_count_differences(const MetaRows *a, const MetaRows *b);

/* True if the rows have the same id and the same values. */
bool rows_same(MetaKind kind, const MetaRow *a, const MetaRow *b);

/* True if the rows of all meta tables are equal, ids included. Views are not
** compared. */
bool rows_equal(const MetaRows *a, const MetaRows *b);

/* True if `a` has all rows of `b`. Ids and views are not compared. */
bool rows_contain(Ctx *ctx, const MetaRows *a, const MetaRows *b);

/* Returns the rows with the generated views of the schema: its objects without
** an id. The rows of the meta tables are shared. `form` is RELVIEW_FORM if this
** build generates the views from the rows, else 0. */
const MetaRows *rows_with_views(Ctx *ctx, const MetaRows *rows,
                                const Schema *declared, int form);

/* Returns the digest of the texts of the generated views of the schema. */
DigestSum rows_digest_views(const Schema *schema);

/* True if the generated views of `a` and `b` have the same texts. */
bool rows_same_views(const MetaRows *a, const MetaRows *b);

#endif
