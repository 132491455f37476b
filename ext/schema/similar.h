/*
** similar: which columns may be the same to their author, by name and
** definition. Pure.
*/
#ifndef ORM_SIMILAR_H
#define ORM_SIMILAR_H

#include "schema/schema.h"

/* A column that goes, and as its definition is under the new names. */
typedef struct DroppedColumn {
  const Column *column, *now;
} DroppedColumn;

/* For each of the new columns the number of the column that goes that is most
** alike, or -1: match[k] for news[k]. Each is named once, the most alike first.
*/
void similar_match(Ctx *ctx, const DroppedColumn *gone, int ngone,
                   const Column *const *news, int nnew, int *match);

#endif
