/*
** fold: the declarations of any version, computed from the changes that each
** version records (changes.h) and the declarations of the newest version
** (recorded.h). Functions of history.h call it; no other module does.
*/
#ifndef ORM_FOLD_H
#define ORM_FOLD_H

#include "meta/rows.h"

/* Returns the rows of a version, with views. */
const MetaRows *fold_rows(Ctx *ctx, i64 version);

/* Returns the text for orm_migration.changes that makes `rows` the rows of a
** version, which may be missing yet. */
char *fold_changes(Ctx *ctx, i64 version, const MetaRows *rows);

/* The versions around a version that is about to change. */
typedef struct Neighbours {
  const MetaRows *head; /* the rows of the newest version */
  i64 next;             /* the version above it; 0: none */
  const MetaRows *rows; /* its rows */
} Neighbours;

/* Must be called before a version is inserted, replaced or deleted. */
Neighbours fold_begin(Ctx *ctx, i64 version);

/* Must be called afterwards. The version above keeps its rows: its changes are
** written again. Without a version above, the rows of the newest version are
** written. */
void fold_end(Ctx *ctx, const Neighbours *neighbours);

#endif
