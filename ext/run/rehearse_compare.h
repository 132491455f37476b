/*
** rehearse_compare: notes the schema, all rows of some tables, and the
** sequences of AUTOINCREMENT, and compares them later. The notes are in a table
** of "main", orm_rehearsal, which the guard rolls back.
*/
#ifndef ORM_REHEARSE_COMPARE_H
#define ORM_REHEARSE_COMPARE_H

#include "schema/schema.h"

/* A table whose rows were noted. */
typedef struct ComparedTable {
  const char *name;
  const char *sql; /* selects the identity and the columns of each row */
  i64 first, rows; /* the first id in orm_rehearsal, and the number of rows */
  bool loose;      /* no column declares the rowid, so VACUUM may change it */
  i64 sum;         /* the sum of the digests of its rows */
  bool renumbered; /* only rowids changed; set by rehearse_compare() */
} ComparedTable;

/* The noted state. */
typedef struct Comparison {
  Schema *schema;
  ComparedTable *tables;
  int count;
  const char *sequences;
} Comparison;

/* Notes the state of the live tables whose names are in `names`. */
void rehearse_note(Ctx *ctx, Comparison *noted, const NameMap *names);

/* Compares the live state with the noted state, byte by byte. A difference is
** an error. The order of columns does not count. If only the rowids of a loose
** table changed, sets `renumbered` of the table; this is no error. */
void rehearse_compare(Ctx *ctx, Comparison *noted);

#endif
