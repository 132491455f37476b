/*
** identity: the identity tables of the archive, each an entry of kind rows.
** rowkey.h describes their columns and triggers.
*/
#ifndef ORM_IDENTITY_H
#define ORM_IDENTITY_H

#include "schema/rowkey.h"

/* Creates an empty identity table for the table of this name, without triggers.
** Its numbers begin above those of identity table `like`, or at 1 if that is
** 0. Returns its id. */
i64 identity_create(Ctx *ctx, const RowKey *key, const char *table, i64 like);

/* Creates the triggers on the table that keep the identity table current. */
void identity_create_triggers(Ctx *ctx, i64 identity, const RowKey *key);

/* Returns true if the identity table was built for this key. */
bool identity_has_key(Ctx *ctx, i64 identity, const RowKey *key);

/* Empties the identity table unless its three triggers exist and it was built
** for this key: without them, its rows may belong to other rows now. */
void identity_verify(Ctx *ctx, i64 identity, const RowKey *key);

/* Deletes the identities of rows that no longer exist. `key` is that of the
** table as it is now. If the key is the whole row, finds rows that got another
** rowid by their content. */
void identity_match_rows(Ctx *ctx, i64 identity, const RowKey *key);

/* Returns the number of rows in a table of the archive. */
i64 identity_count(Ctx *ctx, i64 identity);

#endif
