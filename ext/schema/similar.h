/*
** similar: finds the dropped column that may have become a new column by a
** rename. Compares names and definitions. Pure.
*/
#ifndef ORM_SIMILAR_H
#define ORM_SIMILAR_H

#include "schema/schema.h"

/* A dropped column. `renamed` is the same column with the new names of tables
** and columns in its definition, to be compared with new columns. */
typedef struct DroppedColumn {
  const Column *column, *renamed;
} DroppedColumn;

/* Sets match[k], for each new column added[k], to the index of the most similar
** dropped column, or to -1. Each dropped column is matched at most once. The
** most similar pair is matched first. */
void similar_match(Ctx *ctx, const DroppedColumn *dropped, int ndropped,
                   const Column *const *added, int nadded, int *match);

#endif
