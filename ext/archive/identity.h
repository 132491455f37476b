/*
** identity: the identity tables of the archive, each an entry of kind rows.
** rowkey.h describes their columns and triggers.
**
** A direct identity table saves the time and the space for a row with a number
** and an index entry per row of the table. The greatest number in use is the
** `sequence` of its entry; the entry of a complete one has none.
*/
#ifndef ORM_IDENTITY_H
#define ORM_IDENTITY_H

#include "schema/rowkey.h"

/* Creates an empty identity table for the table of this name, without triggers;
** a direct one if key->direct is true. The numbers of a complete one begin
** above those of identity table `like`, or at 1 if `like` is 0. Returns the id
** of the new identity table. */
i64 identity_create(Ctx *ctx, const RowKey *key, const char *table, i64 like);

/* Sets key->direct and key->highest as the entry of the identity table has
** them. */
void identity_read(Ctx *ctx, i64 identity, RowKey *key);

/* Gives a number to each row of the table that has none in a direct identity
** table. Returns true if key->highest is raised: then the triggers must be
** created again. `key` is the present key of the table. */
bool identity_number_rows(Ctx *ctx, i64 identity, RowKey *key);

/* Returns true if a direct identity table has no exceptions. */
bool identity_is_plain(Ctx *ctx, i64 identity);

/* Replaces a direct identity table by a complete one with the same numbers, and
** with triggers. Returns its id. Sets key->direct to false. */
i64 identity_complete(Ctx *ctx, i64 identity, RowKey *key);

/* Creates the triggers on the table that keep the identity table current. */
void identity_create_triggers(Ctx *ctx, i64 identity, const RowKey *key);

/* Returns true if the identity table was built for this key. */
bool identity_has_key(Ctx *ctx, i64 identity, const RowKey *key);

/* Replaces the identity table by an empty one unless its three triggers exist
** and it was built for this key. Otherwise its numbers could now point to wrong
** rows. Returns the id of the identity table. Calls identity_read(). */
i64 identity_verify(Ctx *ctx, i64 identity, RowKey *key);

/* Deletes the identities of rows that no longer exist; a direct identity table
** may have them. `key` is the present key of the table. If the key is the whole
** row, rows whose rowid changed are found by their content. */
void identity_match_rows(Ctx *ctx, i64 identity, const RowKey *key);

/* Returns the number of rows in a table of the archive. */
i64 identity_count(Ctx *ctx, i64 identity);

#endif
