/*
** swap: moves all rows of a table into the archive or back, without reading or
** writing a row. Two tables with the same storage layout exchange their
** b-trees. The cost depends on the number of indexes, not on the number of
** rows.
**
** The method: the two tables exchange their b-trees, and so does each index
** with the corresponding index (alter/exchange.h). A connection in defensive
** mode does not allow it.
**
** The archived table orm_archive_<entry> is inert: it has the columns, defaults
** and keys that determine how rows are stored, and no CHECK, FOREIGN KEY or
** trigger. Its indexes orm_archive_<entry>_<n> are those of the table. A table
** that needs a function or a collation of the application is not moved.
*/
#ifndef ORM_SWAP_H
#define ORM_SWAP_H

#include "schema/schema.h"

/* Moves the rows of the table into a new table orm_archive_<entry>; the table
** stays, without rows. `live` is the live schema and has the table. Returns
** false, and changes nothing, if that is impossible on this connection or for
** this table; the caller then copies the rows. The caller has a guard. */
bool swap_out(Ctx *ctx, const Table *table, const Schema *live, i64 entry);

/* Moves the rows of orm_archive_<entry> into the empty table `table`, which
** `live` has. `sql` is the CREATE TABLE text of the table that the rows came
** from. Returns false, and changes nothing, unless both tables have the same
** definition and indexes and store rows in the same layout. The caller has a
** guard. */
bool swap_in(Ctx *ctx, const char *table, const char *sql, const Schema *live,
             i64 entry);

/* Returns true if the script cannot read the table before it drops it. Then the
** rows of the table may be moved before the script runs. The condition: each
** statement that names the table is a DROP, and each other statement is a
** CREATE, DROP, ALTER or a call of orm_alter_table() without a backfill. */
bool swap_is_unread(Ctx *ctx, const char *script, const char *table);

#endif
