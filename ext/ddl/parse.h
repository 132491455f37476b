/*
** parse: turns SQL text into the structs of schema/schema.h.
**
** Purpose of this folder: to turn DDL text into structs and structs into DDL
** text, to edit DDL text, and to read the live sqlite_schema.
** Input: CREATE statements and the definitions of models.
** Output: Table, Index and Object, completed by table_finish() and
** index_finish(). CREATE TABLE and CREATE INDEX are parsed in full
** (https://sqlite.org/lang_createtable.html, lang_createindex.html). For views,
** triggers and virtual tables, only the text is kept.
**
**   cursor       moves over tokens
**   clause       columns and constraints
**   directive    comments such as -- @renamed from=old
**   parse        statements, definitions of models
**   render       structs to text
**   items, edit  edits of existing text
**   verbs        ALTER COLUMN ..., ADD ..., DROP ... applied to a text
**   live         sqlite_schema; schema_text stores a text there
**   listing, shadow, backfill, rename_map: see their headers
*/
#ifndef ORM_PARSE_H
#define ORM_PARSE_H

#include "ddl/clause.h"

/* A CREATE statement. Exactly one of table, index and object is not NULL. */
typedef struct Statement {
  Table *table;
  Index *index;
  Object *object;
  const char *name;
  const char *schema;    /* the qualifier of the name, or NULL */
  bool temp;             /* CREATE TEMP ... */
  const char *sql;       /* the statement up to its last token; for an index or
                         ** a view, with the comments after it */
  int name_at, name_end; /* bytes of [schema.]name in the parsed text */
  const char *model;     /* of `-- @model User`, or NULL */
  const char **relationships; /* the text after each `-- @relationship` */
  int nrelationship;
} Statement;

/* Returns the CREATE statement in tokens `from` to `to` - 1. Errors begin with
** "line N: near ...". */
Statement *parse_statement(Ctx *ctx, const Tokens *tokens, int from, int to);

/* Reads directives into the statement, from the comments after token `from` and
** before token `to` + 1. If `s` is NULL, a directive is an error. To be called
** only for text that was written for orm, because comments in other text, such
** as that of sqlite_schema, are not directives. */
void parse_directives(Ctx *ctx, const Tokens *tokens, Statement *s, int from,
                      int to);

/* Returns the only statement of a text. The text need not outlive the
** result. */
Statement *parse_create(Ctx *ctx, const char *sql);

/* Returns the same as parse_create(), for a caller that parses a whole schema.
** `known` is the cache of that caller (see clause.h). */
Statement *parse_create_known(Ctx *ctx, Definitions *known, const char *sql);

/* Returns the only statement of a text, with its directives. */
Statement *parse_with_directives(Ctx *ctx, const char *sql);

/* Adds a column to a table. `definition` is the definition in the model: the
** text that follows the name in CREATE TABLE, in which types of SQLAlchemy and
** INDEX are allowed, too. `known` is a cache or NULL. The caller calls
** table_finish() after the last column. */
void parse_column(Ctx *ctx, Definitions *known, Table *table, const char *name,
                  const char *definition);

/* Parses an entry of __table_args__. If it is a constraint, adds it to the
** table and returns NULL. If it is an index, returns the index. `name` is NULL
** for an unnamed constraint. */
Index *parse_constraint(Ctx *ctx, Table *table, const char *name,
                        const char *definition);

/* Sets the options of a table from "WITHOUT ROWID, STRICT". */
void parse_options(Ctx *ctx, Table *table, const char *options);

#endif
