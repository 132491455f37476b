/*
** similar: finds dropped columns that a new column may be a rename of, by names
** and definitions. Pure.
*/
#ifndef ORM_SIMILAR_H
#define ORM_SIMILAR_H

#include "schema/schema.h"

/* A dropped column. `renamed` is its definition under the new names of tables
** and columns, to be compared with new definitions. */
typedef struct DroppedColumn {
  const Column *column, *renamed;
} DroppedColumn;

/* Sets match[k], for each of the new columns, to the index of the most similar
** dropped column, or to -1. Each dropped column is matched once; the most
** similar pair is matched first. */
void similar_match(Ctx *ctx, const DroppedColumn *dropped, int ndropped,
                   const Column *const *added, int nadded, int *match);

#endif
