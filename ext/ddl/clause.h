/*
** clause: parses columns and constraints, as CREATE TABLE has them and, if
** cursor->model is set, as the definitions of models have them.
**
** A new clause of a column is a line of the table in clause.c.
*/
#ifndef ORM_CLAUSE_H
#define ORM_CLAUSE_H

#include "ddl/cursor.h"

/* The column definitions that were parsed before. Many columns of a schema have
** equal ones, such as VARCHAR(80) NOT NULL. A caller that parses a whole schema
** hands the cache to each call, and equal texts are parsed once. */
typedef struct Definitions Definitions;

/* Returns an empty cache. */
Definitions *clause_definitions(Ctx *ctx);

/* Adds the column `name` to the table. The cursor is at its type. */
void clause_column(Cursor *cur, Table *table, const char *name);

/* Adds the table constraint at the cursor; returns false if there is none. */
bool clause_constraint(Cursor *cur, Table *table);

/* Adds the entries of a key or an index, "(a, b COLLATE x DESC", to an array.
** Stops at the closing parenthesis, because AUTOINCREMENT may precede it. */
void clause_terms(Cursor *cur, Term **terms, int *nterm);

#endif
