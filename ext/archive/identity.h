/*
** identity: the identity tables of the archive, each an entry of kind rows.
** rowkey.h describes their columns and triggers.
*/
#ifndef ORM_IDENTITY_H
#define ORM_IDENTITY_H

#include "schema/rowkey.h"

/* Creates an empty identity table for the table of this name, without triggers.
** Its numbers begin above those of identity table `like`, or at 1 if `like` is
** 0. Returns the id of the new identity table. */
i64 identity_create(Ctx *ctx, const RowKey *key, const char *table, i64 like);

/* Creates the triggers on the table that keep the identity table current. */
void identity_create_triggers(Ctx *ctx, i64 identity, const RowKey *key);

/* Returns true if the identity table was built for this key. */
bool identity_has_key(Ctx *ctx, i64 identity, const RowKey *key);

/* Empties the identity table unless its three triggers exist and it was built
** for this key. Otherwise its numbers could now point to wrong rows. */
void identity_verify(Ctx *ctx, i64 identity, const RowKey *key);

/* Deletes the identities of rows that no longer exist. `key` is the present key
** of the table. If the key is the whole row, rows whose rowid changed are found
** by their content. */
void identity_match_rows(Ctx *ctx, i64 identity, const RowKey *key);

/* Returns the number of rows in a table of the archive. */
i64 identity_count(Ctx *ctx, i64 identity);

#endif
