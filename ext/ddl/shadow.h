/*
** shadow: the tables in which SQLite's own virtual table modules keep their
** content (https://sqlite.org/fts5.html, fts3.html, rtree.html).
*/
#ifndef ORM_SHADOW_H
#define ORM_SHADOW_H

#include "ddl/parse.h"

/* Adds the names of the shadow tables that a virtual table may have, if its
** module is one of SQLite's own. Other statements add none. */
void shadow_add(Ctx *ctx, NameMap *names, const Statement *s);

#endif
