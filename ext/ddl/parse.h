/*
** parse: CREATE statements, and the definitions of models, to structs.
** CREATE TABLE and CREATE INDEX are read in full
** (https://sqlite.org/lang_createtable.html, lang_createindex.html); views,
** triggers and virtual tables are kept as text.
*/
#ifndef ORM_PARSE_H
#define ORM_PARSE_H

#include "ddl/clause.h"

/* One CREATE statement. Exactly one of table, index, object is set. */
typedef struct Statement {
  Table *table;
  Index *index;
  Object *object;
  const char *name;
  const char *schema;         /* its qualifier, or NULL */
  bool temp;                  /* CREATE TEMP ... */
  const char *sql;            /* the statement, word for word */
  int name_at, name_end;      /* bytes of [schema.]name in the parsed text */
  const char *model;          /* said by `-- @model User`, or NULL */
  const char **relationships; /* the words behind each `-- @relationship` */
  int nrelationship;
} Statement;

/* The CREATE statement in tokens from to to-1. Errors begin with "line N: near
** ...". */
Statement *parse_statement(Ctx *ctx, const Tokens *tokens, int from, int to);

/* Reads the directives of a statement, in the comments behind token `from` up
** to the one behind token `to`, into `s`. NULL: there is no statement, and a
** directive is an error. Only for a text that was written for orm: the comments
** of other texts, as in sqlite_schema, declare nothing. */
void parse_directives(Ctx *ctx, const Tokens *tokens, Statement *s, int from,
                      int to);

/* The only statement of a text, of which nothing is borrowed. */
Statement *parse_create(Ctx *ctx, const char *sql);

/* The same by a caller that parses a whole schema, see clause.h. */
Statement *parse_create_known(Ctx *ctx, Definitions *known, const char *sql);

/* The same with its directives. */
Statement *parse_with_directives(Ctx *ctx, const char *sql);

/* Adds to the table the column that a model's definition describes: what
** stands behind a name in CREATE TABLE, its type perhaps SQLAlchemy's, INDEX
** allowed. The caller ends with table_finish(). */
void parse_column(Ctx *ctx, Definitions *known, Table *table, const char *name,
                  const char *definition);

/* An entry of __table_args__: adds a constraint to the table, or returns an
** index (name NULL if none is given). */
Index *parse_constraint(Ctx *ctx, Table *table, const char *name,
                        const char *definition);

/* WITHOUT ROWID, STRICT. */
void parse_options(Ctx *ctx, Table *table, const char *options);

#endif
