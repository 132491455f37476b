/*
** fkeys: rows that break foreign keys, counted before and after a change, so
** that only new ones count (real databases have old ones).
*/
#ifndef ORM_FKEYS_H
#define ORM_FKEYS_H

#include "schema.h"

typedef struct FkeyCheck {
  struct FkeyCount *counts;
  int count;
} FkeyCheck;

/* Adds a table, and the tables of `schema` whose foreign keys point to it. */
void fkeys_add(Ctx *ctx, FkeyCheck *check, const Schema *schema,
               const char *table);

/* Counts the violations that there are. */
void fkeys_before(Ctx *ctx, FkeyCheck *check);

/* Counts again: more than before, or a mismatch that was not there, is an
** error with the number of rows, the columns, the parent and the first rows.
** By PRAGMA foreign_key_check, a table at a time, because a mismatch elsewhere
** makes the check of everything fail. */
void fkeys_after(Ctx *ctx, FkeyCheck *check);

#endif
