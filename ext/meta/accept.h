/*
** accept: SQLite itself prepares what is declared, on a scratch database,
** before orm takes it. Its parser is the judge: orm's own accepts more.
*/
#ifndef ORM_ACCEPT_H
#define ORM_ACCEPT_H

#include "ddl/parse.h"
#include "meta/invalid.h"

/* Statements of a script, as their author wrote them. `declared` has the tables
** and views that they may be on besides. The first that SQLite refuses is an
** error that begins with its name. Virtual tables are left to their modules. */
void accept_statements(Ctx *ctx, Statement *const *list, int count,
                       const Schema *declared);

/* Checks what is declared, except what `live` has with the same text, which
** SQLite has accepted already. If there is an error, `at` (or NULL) gets the
** row of the model or object. */
void accept_schema(Ctx *ctx, const Schema *declared, const Schema *live,
                   InvalidRow *at);

#endif
