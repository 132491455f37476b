/*
** swap: moves all rows of a table into the archive, or back, without touching
** a row: two tables of the same storage layout exchange their b-trees. The cost
** depends on the number of indexes, not on the number of rows.
**
** The root page numbers in sqlite_schema are exchanged, each of the table and
** of its indexes with its counterpart. Then SQLite reads the schema again. This
** is an edit of sqlite_schema as in section 7 of
** https://sqlite.org/lang_altertable.html; no stored byte of a row changes. A
** connection in defensive mode does not allow it.
**
** The archived table orm_archive_<entry> is inert: it has the columns, defaults
** and keys that the rows are stored by, and no CHECK, FOREIGN KEY or trigger.
** Its indexes orm_archive_<entry>_<n> are those of the table.
*/
#ifndef ORM_SWAP_H
#define ORM_SWAP_H

#include "schema/schema.h"

/* Moves the rows of the table, which is in `live`, into a new table
** orm_archive_<entry>; the table stays, without rows. Returns false, and
** changes nothing, if that is impossible on this connection or for this table:
** the rows must then be copied. Inside a guard. */
bool swap_out(Ctx *ctx, const Table *table, const Schema *live, i64 entry);

/* Moves the rows of orm_archive_<entry> into the table of that name, which is
** in `live` and has no rows. `sql` is the CREATE TABLE text that the rows came
** from. Returns false, and changes nothing, unless the table has the same
** definition, indexes included, and stores rows in the same layout. Inside a
** guard. */
bool swap_in(Ctx *ctx, const char *table, const char *sql, const Schema *live,
             i64 entry);

/* Returns true if the statements of the script cannot read the table before
** they drop it, so that its rows may be moved before the script runs: a
** statement that names the table is a DROP, and the others are CREATE, DROP,
** ALTER or calls of orm_alter_table(). */
bool swap_is_unread(Ctx *ctx, const char *script, const char *table);

#endif
