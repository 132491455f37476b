/*
** type_note: advice on types that SQLite understands otherwise than they look.
** Pure.
*/
#ifndef ORM_TYPE_NOTE_H
#define ORM_TYPE_NOTE_H

#include "schema/schema.h"

/* Returns advice on the type of a column, or NULL. string(10), UUID and
** TIMESTAMP have NUMERIC affinity; "TEXT b TEXT" may lack a comma. */
const char *type_note_column(Ctx *ctx, const Column *column);

/* Returns the advice on all columns of a table, or NULL. */
const char *type_note_table(Ctx *ctx, const Table *table);

#endif
