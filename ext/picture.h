/*
** picture: what is there at one moment, and whether it is there again: the
** schema, all rows of some tables, AUTOINCREMENT's sequences. Kept in a table
** of "main", orm_rehearsal, which goes with the guard that is rolled back.
*/
#ifndef ORM_PICTURE_H
#define ORM_PICTURE_H

#include "schema.h"

typedef struct PictureTable {
  const char *name;
  const char *sql; /* gives its rows: what tells one apart, then its columns */
  i64 first, rows; /* in orm_rehearsal */
  bool loose;      /* its rowids are nothing declared: VACUUM may change them */
  i64 sum;         /* of its rows, in whatever order */
  bool renumbered; /* found by picture_compare() */
} PictureTable;

typedef struct Picture {
  Schema *schema;
  PictureTable *tables;
  int count;
  const char *sequences;
} Picture;

/* Of the tables that are there and in `names`. */
void picture_take(Ctx *ctx, Picture *picture, const NameMap *names);

/* An error that says what is not as it was, to the byte. The order of columns
** is not looked at; loose rowids that are others are noted. */
void picture_compare(Ctx *ctx, Picture *picture);

#endif
