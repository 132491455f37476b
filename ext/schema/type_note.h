/*
** type_note: remarks on definitions that SQLite takes, and takes for something
** else than it seems. Pure.
*/
#ifndef ORM_TYPE_NOTE_H
#define ORM_TYPE_NOTE_H

#include "schema/schema.h"

/* A type that misleads, or NULL: string(10), UUID and TIMESTAMP have NUMERIC
** affinity; "TEXT b TEXT" may lack a comma. */
const char *type_note_column(Ctx *ctx, const Column *column);

/* All such notes of a table, or NULL. */
const char *type_note_table(Ctx *ctx, const Table *table);

#endif
