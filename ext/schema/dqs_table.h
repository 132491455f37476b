/*
** dqs_table: the effect of a new or dropped column on words in double quotes,
** in CHECKs, generated columns and indexes of its table. A new column x
** captures the string "x": after the change, "x" is the column. When column x
** is dropped, "x" becomes a string. Pure.
*/
#ifndef ORM_DQS_TABLE_H
#define ORM_DQS_TABLE_H

#include "schema/schema.h"

/* Returns `from`, or a copy of it if columns of `to`, the table after the
** change, capture strings. In the copy, each CHECK and generated column with a
** captured string has a unique norm, so that it differs from the same text in
** `to`. */
const Table *dqs_table_isolate(Ctx *ctx, const Table *from, const Table *to);

/* Returns true if a new column of `to` captures a string of the index. */
bool dqs_table_captures(Ctx *ctx, const Index *index, const Table *from,
                        const Table *to);

/* Returns `sql`, the CREATE TABLE that `to` was parsed from, with the captured
** strings of one CHECK or generated column in single quotes; `sql` itself if
** none is left. A CHECK or generated column that `from` does not have with the
** same text is not changed. The caller parses the result and calls again, until
** `sql` is returned. */
const char *dqs_table_requote(Ctx *ctx, const char *sql, const Table *from,
                              const Table *to);

/* Sets an error if a CHECK or generated column of `to`, or an index of `live`
** on this table, names a column that `to` has dropped. */
void dqs_table_check_dropped(Ctx *ctx, const Table *from, const Table *to,
                             const Schema *live);

/* Does the same as dqs_table_check_dropped() for all tables of both schemas and
** the indexes of `to`. Also sets an error if a new column would capture a
** string that is a whole term of an index. A text that did not name the column
** in `from` is not an error, because its "x" is a string. With `strict`, such a
** string is an error in a new text. */
void dqs_table_check_schema(Ctx *ctx, const Schema *from, const Schema *to,
                            bool strict);

/* Sets an error if an index, a CHECK or a generated column has the same text in
** both schemas, but another meaning in each. Tables and indexes of `declared`
** (or NULL) are not checked, because their new meaning is declared. */
void dqs_table_check_kept(Ctx *ctx, const Schema *before, const Schema *after,
                          const Schema *declared);

#endif
