/*
** dqs_table: what a column that comes or goes does to the CHECKs, the generated
** columns and the indexes of its table. A string in double quotes becomes a
** name when a column of that name comes, a name in double quotes a string when
** it goes. Pure.
*/
#ifndef ORM_DQS_TABLE_H
#define ORM_DQS_TABLE_H

#include "schema/schema.h"

/* The table, or a copy of it whose CHECKs and generated columns have norms of
** their own where `to`, the same table as it will be, would read a string of
** theirs as a column. */
const Table *dqs_table_isolate(Ctx *ctx, const Table *from, const Table *to);

/* Would `to` read a string of the index as a column? */
bool dqs_table_captures(Ctx *ctx, const Index *index, const Table *from,
                        const Table *to);

/* The CREATE TABLE that `to` was read from with such strings of one CHECK or
** generated column in single quotes, if `from` has the same one; `sql` itself
** if there is none left. */
const char *dqs_table_requote(Ctx *ctx, const char *sql, const Table *from,
                              const Table *to);

/* An error if a CHECK or a generated column of `to`, or an index of `live` on
** it, names a column that only `from`, the same table, has: it is dropped. */
void dqs_table_check_dropped(Ctx *ctx, const Table *from, const Table *to,
                             const Schema *live);

/* The same for all tables that both schemas have, and the indexes of `to`. One
** that did not name the column before has a string of that name in double
** quotes, which is an error only where `strict`, and the text is new. */
void dqs_table_check_schema(Ctx *ctx, const Schema *from, const Schema *to,
                            bool strict);

/* An error if an index, a CHECK or a generated column has the same words in
** both schemas, but not the same meaning. Tables and indexes of `declared`
** (NULL: none) are left out: they are what was wanted. */
void dqs_table_check_kept(Ctx *ctx, const Schema *before, const Schema *after,
                          const Schema *declared);

#endif
