/*
** type_note: advice on types whose meaning in SQLite differs from what they
** suggest. Pure.
*/
#ifndef ORM_TYPE_NOTE_H
#define ORM_TYPE_NOTE_H

#include "schema/schema.h"

/* Returns advice on the type of a column, or NULL. For example, string(10),
** UUID and TIMESTAMP have NUMERIC affinity, and "TEXT b TEXT" may lack a
** comma. */
const char *type_note_column(Ctx *ctx, const Column *column);

/* Returns the advice on all columns of a table, or NULL if there is none. */
const char *type_note_table(Ctx *ctx, const Table *table);

#endif
