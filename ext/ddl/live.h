/*
** live: reads sqlite_schema of "main" into the structs of schema/schema.h.
*/
#ifndef ORM_LIVE_H
#define ORM_LIVE_H

#include "ddl/parse.h"

/* A row of sqlite_schema. */
typedef struct LiveText {
  const char *type, *name, *table, *sql;
  Statement *statement; /* of live_parse(); NULL: not parsed, or an error */
} LiveText;

/* The rows of sqlite_schema that have a text, except those of SQLite and orm,
** in their order. */
typedef struct LiveTexts {
  LiveText *list;
  int count;
} LiveTexts;

/* Reads the rows. */
LiveTexts live_texts(Ctx *ctx);

/* Returns the digest of the rows. Their order does not matter. */
char *live_digest(Ctx *ctx, const LiveTexts *texts);

/* Returns the objects of these rows: tables, indexes, views, triggers and
** virtual tables. Sets the statement of each row. An object whose text the
** parser does not understand is left out, so that it does not block changes of
** other objects. If `relations` is not NULL, only the tables and views whose
** names are keys of it are returned, with their indexes and triggers. */
Schema *live_parse(Ctx *ctx, const LiveTexts *texts, const NameMap *relations);

/* Returns all objects. */
Schema *live_read(Ctx *ctx);

/* Returns the same for one table and its indexes. */
Schema *live_read_table(Ctx *ctx, const char *table);

/* Returns the table of this name. It is an error if the table is missing, or is
** a view or a virtual table. */
Table *live_table(Ctx *ctx, const char *name);

/* Returns the statement of a row of sqlite_schema. If the statement cannot be
** declared, returns NULL and sets *why to the reason: the parser's message, or
** that a name is empty. Otherwise *why is NULL. The statement shares its object
** with the schema that live_parse() returned. */
Statement *live_statement(Ctx *ctx, const LiveText *text, const char **why);
/* Returns the reason why a statement of sqlite_schema cannot be declared;
** NULL if it can. */
const char *live_unsupported(Ctx *ctx, const char *sql);

#endif
