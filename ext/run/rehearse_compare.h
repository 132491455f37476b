/*
** rehearse_compare: what is there at one moment, and whether it is there again:
** the schema, all rows of some tables, AUTOINCREMENT's sequences. Kept in a
** table of "main", orm_rehearsal, which goes with the guard that is rolled
** back.
*/
#ifndef ORM_REHEARSE_COMPARE_H
#define ORM_REHEARSE_COMPARE_H

#include "schema/schema.h"

typedef struct ComparedTable {
  const char *name;
  const char *sql; /* gives its rows: what tells one apart, then its columns */
  i64 first, rows; /* in orm_rehearsal */
  bool loose;      /* its rowids are nothing declared: VACUUM may change them */
  i64 sum;         /* of its rows, in whatever order */
  bool renumbered; /* found by rehearse_compare() */
} ComparedTable;

typedef struct Comparison {
  Schema *schema;
  ComparedTable *tables;
  int count;
  const char *sequences;
} Comparison;

/* Of the tables that are there and in `names`. */
void rehearse_note(Ctx *ctx, Comparison *picture, const NameMap *names);

/* An error that says what is not as it was, to the byte. The order of columns
** is not looked at; loose rowids that are others are noted. */
void rehearse_compare(Ctx *ctx, Comparison *picture);

#endif
