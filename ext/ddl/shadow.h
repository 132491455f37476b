/*
** shadow: the tables in which the virtual table modules of SQLite keep their
** content (https://sqlite.org/fts5.html, fts3.html, rtree.html).
*/
#ifndef ORM_SHADOW_H
#define ORM_SHADOW_H

#include "ddl/parse.h"

/* Adds to a set the names of the shadow tables of a virtual table, if its
** module is one of SQLite's. Adds nothing for other statements. */
void shadow_add(Ctx *ctx, NameMap *names, const Statement *s);

/* Returns the names of the shadow tables of "main", as keys. To be called
** before anything is written: if SQLite cannot connect to a virtual table for
** this list, it reports no error, but may roll back the transaction. */
NameMap *shadow_find(Ctx *ctx);

#endif
