/*
** fkeys: foreign keys that are declared must point at keys. Rows that break
** them are counted before and after a change, so that only new ones count
** (real databases have old ones).
*/
#ifndef ORM_FKEYS_H
#define ORM_FKEYS_H

#include "schema/schema.h"

typedef struct FkeyCheck {
  Ctx *home;         /* whose memory it has: that of the call that began it */
  NameMap *touched;  /* the tables that change */
  NameMap *known;    /* those in counts */
  NameMap *renamed;  /* new names to those of before */
  NameMap *created;  /* tables that the change makes */
  NameMap *accepted; /* see fkeys_accept(); NULL: none */
  struct FkeyCount *counts;
  int count;
  struct FkeyKey *keys; /* those that must still point at a key */
  int nkey;
} FkeyCheck;

/* A table that is going to change. */
void fkeys_touch(Ctx *ctx, FkeyCheck *check, const char *table);

/* And gets another name: it is counted under each. */
void fkeys_rename(Ctx *ctx, FkeyCheck *check, const char *from, const char *to);

/* Takes up the tables of `schema` that have foreign keys, and are touched or
** point to one that is. Those that are not in `live` are new, and have no
** violations yet. */
void fkeys_gather(Ctx *ctx, FkeyCheck *check, const Schema *schema,
                  const Schema *live);

/* Counts the violations that there are, of tables that it has not counted yet;
** `live` is the schema as it is. Without it, only new tables are looked at
** afterwards: it may be left out as long as nothing can break a key. */
void fkeys_before(Ctx *ctx, FkeyCheck *check, const Schema *live);

/* Takes up the foreign keys of `live` whose parent has one of the names, and
** that point at a key of it: afterwards they must, as far as both tables are
** there. Otherwise each write of either table would fail. */
void fkeys_require_keys(Ctx *ctx, FkeyCheck *check, const Schema *live,
                        const NameMap *parents);

/* Keys of the version `to` that it declares wrongly itself (there is no such
** parent, or the columns are no key of it) are no news when it is reached.
** `from` is the version that is left, `live` the schema as it is. */
void fkeys_accept(Ctx *ctx, FkeyCheck *check, const Schema *from,
                  const Schema *to, const Schema *live);

/* So many of the table's are to count as old ones. */
void fkeys_allow(Ctx *ctx, FkeyCheck *check, const char *table, i64 count);

/* How many violations the change has ended, by tables under the names that they
** had before: {"post":2}. NULL: none. After fkeys_after(). */
char *fkeys_ended(Ctx *ctx, const FkeyCheck *check);
/* That many are to count as old ones. NULL: none. */
void fkeys_allow_all(Ctx *ctx, FkeyCheck *check, const char *json);

/* Counts again: more than before, or a mismatch that was not there, is an
** error with the number of rows, the columns, the parent and the first rows.
** By PRAGMA foreign_key_check, a table at a time, because a mismatch elsewhere
** makes the check of everything fail. */
void fkeys_after(Ctx *ctx, FkeyCheck *check, const Schema *live);

/* Foreign keys of `schema` must point at columns that are a key of a table in
** it, or in `live` if it is no table of `old`, which the change drops. A key
** that is declared as external may point at a table that is missing. Those that
** are wrong in `old` or `live` already are not looked at: real databases have
** some that point at nothing. */
void fkeys_check_declared(Ctx *ctx, const Schema *schema, const Schema *old,
                          const Schema *live);
/* The same but for keys onto tables of these names. If there is an error, `at`
** gets the table. */
void fkeys_check_except(Ctx *ctx, const Schema *schema, const Schema *old,
                        const Schema *live, const NameMap *parents,
                        const Table **at);

#endif
