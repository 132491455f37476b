/*
** dqs_table: what adding or dropping a column does to CHECKs, generated columns
** and indexes of its table. A new column captures each "string" of its name:
** the string becomes the column. After a column is dropped, its "name" becomes
** a string. Pure.
*/
#ifndef ORM_DQS_TABLE_H
#define ORM_DQS_TABLE_H

#include "schema/schema.h"

/* Returns `from`, or a copy in which each CHECK and generated column with a
** captured string has a norm of its own. So it differs from the same text in
** `to`, the table after the change. */
const Table *dqs_table_isolate(Ctx *ctx, const Table *from, const Table *to);

/* Returns true if a new column of `to` captures a string of the index. */
bool dqs_table_captures(Ctx *ctx, const Index *index, const Table *from,
                        const Table *to);

/* Returns `sql`, the CREATE TABLE that `to` was parsed from, with the captured
** strings of one CHECK or generated column in single quotes; `sql` itself if
** none is left. Only a text that `from` has too is changed. The caller parses
** the result and calls again. */
const char *dqs_table_requote(Ctx *ctx, const char *sql, const Table *from,
                              const Table *to);

/* Sets an error if a CHECK or generated column of `to`, or an index of `live`
** on this table, names a column that `to` has dropped. */
void dqs_table_check_dropped(Ctx *ctx, const Table *from, const Table *to,
                             const Schema *live);

/* Does the same for all tables of both schemas, and the indexes of `to`. Also
** sets an error if a new column would capture a string that is a whole term of
** an index. A text that did not name the column in `from` has a string of that
** name; with `strict` such a string in a new text is an error too. */
void dqs_table_check_schema(Ctx *ctx, const Schema *from, const Schema *to,
                            bool strict);

/* Sets an error if an index, a CHECK or a generated column has the same text in
** both schemas but another meaning. Tables and indexes of `declared`, which may
** be NULL, are not checked: their new meaning was declared. */
void dqs_table_check_kept(Ctx *ctx, const Schema *before, const Schema *after,
                          const Schema *declared);

#endif
