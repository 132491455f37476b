/*
** fkeys: foreign keys before and after a change.
**
** fkeys_before() and fkeys_after() count the rows that violate foreign keys.
** Only new violations are an error, because real databases have old ones.
** fkeys_check_declared() checks that declared foreign keys point to columns
** that are a key of the parent.
**
** A change calls, in this order: fkeys_touch() and fkeys_rename() for its
** tables, fkeys_gather(), fkeys_before(), and after it fkeys_after().
*/
#ifndef ORM_FKEYS_H
#define ORM_FKEYS_H

#include "schema/schema.h"

/* A check of one change; all zero at first. */
typedef struct FkeyCheck {
  Ctx *home;         /* owns the memory: the ctx of the call that began */
  NameMap *touched;  /* tables that the change touches */
  NameMap *listed;   /* tables in `counts` */
  NameMap *renamed;  /* new names of tables to old ones */
  NameMap *created;  /* tables that the change creates */
  NameMap *accepted; /* see fkeys_accept(); NULL: none */
  struct FkeyCount *counts;
  int count;
  struct FkeyKey *keys; /* must still point to a key: fkeys_require_keys() */
  int nkey;
} FkeyCheck;

/* Notes a table that the change touches. */
void fkeys_touch(Ctx *ctx, FkeyCheck *check, const char *table);

/* Notes that the change renames a table: its violations are counted under the
** old name before, and under the new name after. */
void fkeys_rename(Ctx *ctx, FkeyCheck *check, const char *from, const char *to);

/* Adds the tables of `schema` whose foreign keys the change may break: a table
** that is touched, or one that points to a touched table. A table that is not
** in `live` is new, and has no violations yet. */
void fkeys_gather(Ctx *ctx, FkeyCheck *check, const Schema *schema,
                  const Schema *live);

/* Counts the present violations of the gathered tables that are not yet
** counted. `live` is the schema as it is. As long as no statement can break a
** foreign key, the call may be omitted: fkeys_after() then checks new tables
** only. */
void fkeys_before(Ctx *ctx, FkeyCheck *check, const Schema *live);

/* Adds the foreign keys of `live` that point to a key of a table in `parents`.
** After the change they must still point to a key, if both tables still exist;
** otherwise each write to either table would fail. */
void fkeys_require_keys(Ctx *ctx, FkeyCheck *check, const Schema *live,
                        const NameMap *parents);

/* Accepts violations of foreign keys that the version `to` itself declares
** wrongly: the parent does not exist, or the columns are not a key of it.
** `from` is the version that is left, `live` the schema as it is. */
void fkeys_accept(Ctx *ctx, FkeyCheck *check, const Schema *from,
                  const Schema *to, const Schema *live);

/* Lets `count` violations of the table count as old ones. */
void fkeys_allow(Ctx *ctx, FkeyCheck *check, const char *table, i64 count);

/* Returns how many violations the change has ended, by the old name of the
** table: {"post":2}. NULL if none. Called after fkeys_after(). */
char *fkeys_ended(Ctx *ctx, const FkeyCheck *check);
/* Lets the violations in a JSON object as fkeys_ended() returns it (NULL: none)
** count as old ones. */
void fkeys_allow_all(Ctx *ctx, FkeyCheck *check, const char *json);

/* Counts the violations again. More violations than before, or a new mismatch
** of a foreign key and its parent, are an error. The error has the number of
** rows, the columns, the parent and the first rows. PRAGMA foreign_key_check is
** run for one table at a time, because a mismatch in any table makes the check
** of the whole database fail. */
void fkeys_after(Ctx *ctx, FkeyCheck *check, const Schema *live);

/* Sets an error if a foreign key of `schema` does not point to a key of a
** table. That table is one of `schema`, or one of `live` that the change does
** not drop (it is not in `old`). The table may be missing if the key is
** declared as external. Foreign keys that are wrong already in `old` or `live`
** are not checked: real databases have keys that point nowhere. */
void fkeys_check_declared(Ctx *ctx, const Schema *schema, const Schema *old,
                          const Schema *live);
/* Checks as fkeys_check_declared() does, but not the foreign keys that point to
** tables in `parents`. After an error, *at is the table. */
void fkeys_check_except(Ctx *ctx, const Schema *schema, const Schema *old,
                        const Schema *live, const NameMap *parents,
                        const Table **at);

#endif
