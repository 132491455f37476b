/*
** fkeys: checks foreign keys before and after a change.
**
** fkeys_before() and fkeys_after() count the rows that violate foreign keys.
** Only new violations are an error, because real databases have old ones.
** fkeys_check_declared() checks that declared foreign keys point to columns
** that are a key of the parent.
**
** Order of calls: fkeys_touch() and fkeys_rename() for the tables of the
** change, fkeys_gather(), fkeys_before(), the change itself, fkeys_after().
*/
#ifndef ORM_FKEYS_H
#define ORM_FKEYS_H

#include "schema/schema.h"

/* A check of one change. Zeroed at first. */
typedef struct FkeyCheck {
  Ctx *home;         /* owns the memory: the ctx of the first call */
  NameMap *touched;  /* tables that the change touches */
  NameMap *listed;   /* tables in `counts` */
  NameMap *renamed;  /* new names of tables to old ones */
  NameMap *created;  /* tables that the change creates */
  NameMap *accepted; /* see fkeys_accept(); NULL: none */
  struct FkeyCount *counts;
  int count;
  struct FkeyKey *keys; /* of fkeys_require_keys() */
  int nkey;
} FkeyCheck;

/* Notes a table that the change touches. */
void fkeys_touch(Ctx *ctx, FkeyCheck *check, const char *table);

/* Notes that the change renames a table. Its violations are counted under the
** old name before the change, and under the new name after the change. */
void fkeys_rename(Ctx *ctx, FkeyCheck *check, const char *from, const char *to);

/* Adds the tables of `schema` whose foreign keys the change may break: a table
** that is touched, or one that points to a touched table. A table that is
** missing in `live` is new, and has no violations yet. */
void fkeys_gather(Ctx *ctx, FkeyCheck *check, const Schema *schema,
                  const Schema *live);

/* Counts the violations before the change, for the gathered tables that have
** not been counted yet. `live` is the current schema. The call may be omitted
** if no statement of the change can break a foreign key of an existing table;
** fkeys_after() then checks only new tables. */
void fkeys_before(Ctx *ctx, FkeyCheck *check, const Schema *live);

/* Adds the foreign keys of `live` that point to a key of a table in `parents`.
** fkeys_after() then sets an error if such a foreign key no longer points to a
** key, although both tables still exist: each write to either table would
** fail. */
void fkeys_require_keys(Ctx *ctx, FkeyCheck *check, const Schema *live,
                        const NameMap *parents);

/* Accepts violations of foreign keys that are wrong in the declarations of
** version `to`: the parent does not exist, or the columns are not a key of the
** parent. `from` is the version before the change, `live` is the current
** schema. */
void fkeys_accept(Ctx *ctx, FkeyCheck *check, const Schema *from,
                  const Schema *to, const Schema *live);

/* Adds `count` to the number of violations that the table may have after the
** change. */
void fkeys_allow(Ctx *ctx, FkeyCheck *check, const char *table, i64 count);

/* Returns the number of violations that the change has removed, for each table
** by its old name: {"post":2}. NULL if it has removed none. To be called after
** fkeys_after(). */
char *fkeys_ended(Ctx *ctx, const FkeyCheck *check);
/* Calls fkeys_allow() for each table of `json`, a result of fkeys_ended() or
** NULL. */
void fkeys_allow_all(Ctx *ctx, FkeyCheck *check, const char *json);

/* Counts the violations again. It is an error if a table has more violations
** than before, or if a foreign key newly mismatches its parent. The error tells
** the number of rows, the columns, the parent and the first rows. PRAGMA
** foreign_key_check is run for one table at a time, because a mismatch in any
** table makes the check of the whole database fail. */
void fkeys_after(Ctx *ctx, FkeyCheck *check, const Schema *live);

/* Sets an error if a foreign key of `schema` does not point to a key of its
** parent. The parent must be a table of `schema`, or a table of `live` that is
** not in `old`, so that the change does not drop it. An external parent may be
** missing. Foreign keys that are already wrong in `old` or `live` are not
** checked, because real databases have such foreign keys. */
void fkeys_check_declared(Ctx *ctx, const Schema *schema, const Schema *old,
                          const Schema *live);
/* Does the same as fkeys_check_declared(), but skips the foreign keys that
** point to tables in `parents`. After an error, *at is the table with the
** foreign key. */
void fkeys_check_except(Ctx *ctx, const Schema *schema, const Schema *old,
                        const Schema *live, const NameMap *parents,
                        const Table **at);

#endif
