/*
** validate: SQLite's verdict on the declarations. SQLite prepares each of them
** on a scratch database before orm records anything, because orm's own parser
** accepts more than SQLite does.
*/
#ifndef ORM_VALIDATE_H
#define ORM_VALIDATE_H

#include "ddl/parse.h"
#include "meta/invalid.h"

/* Fails if SQLite refuses a statement of a script in the author's own text. The
** message begins with the kind and the name of the object. `declared` has the
** tables and views that the statements may use. Virtual tables are not checked
** here: their modules check them. */
void validate_statements(Ctx *ctx, Statement *const *list, int count,
                         const Schema *declared);

/* Fails if SQLite refuses a declared table, index, view or trigger. Skips those
** that `live` has with the same text, because SQLite has accepted them. On
** failure, *at becomes the row of the model or object, unless `at` is NULL. */
void validate_schema(Ctx *ctx, const Schema *declared, const Schema *live,
                     InvalidRow *at);

#endif
