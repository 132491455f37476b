/*
** clause: columns and constraints, as they stand in CREATE TABLE and, model
** being set in the reader, in the definitions of models.
*/
#ifndef ORM_CLAUSE_H
#define ORM_CLAUSE_H

#include "ddl/cursor.h"

/* The definitions of columns that were parsed before. Many columns of a schema
** have the same, such as VARCHAR(80) NOT NULL. A caller that parses a whole
** schema hands this to each call, and equal texts are parsed once. */
typedef struct Definitions Definitions;

/* Returns an empty cache. */
Definitions *clause_definitions(Ctx *ctx);

/* Adds to the table the column of that name, whose type and constraints are
** next. */
void clause_column(Cursor *cur, Table *table, const char *name);

/* Adds the constraint of a table that is next; false if none is. */
bool clause_constraint(Cursor *cur, Table *table);

/* `( a, b COLLATE x DESC )` of a key or an index, but for the last
** parenthesis. */
void clause_terms(Cursor *cur, Term **terms, int *nterm);

#endif
