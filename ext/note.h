/*
** note: remarks on definitions that SQLite takes, and takes for something else
** than it seems. Pure.
*/
#ifndef ORM_NOTE_H
#define ORM_NOTE_H

#include "schema.h"

/* A type that misleads, or NULL: string(10), UUID and TIMESTAMP have NUMERIC
** affinity; "TEXT b TEXT" may lack a comma. */
const char *note_type(Ctx *ctx, const Column *column);

/* All such notes of a table, or NULL. */
const char *note_types(Ctx *ctx, const Table *table);

#endif
