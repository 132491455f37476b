/*
** clause: parses columns and constraints: those of CREATE TABLE and, if
** Cursor.model is set, those of the definitions of models.
**
** To add a clause of a column, add a line to the table in clause.c.
*/
#ifndef ORM_CLAUSE_H
#define ORM_CLAUSE_H

#include "ddl/cursor.h"

/* A cache of parsed column definitions. Many columns of a schema have equal
** definitions, such as VARCHAR(80) NOT NULL. A caller that parses a whole
** schema passes the cache to each call, so that equal texts are parsed once. */
typedef struct Definitions Definitions;

/* Returns an empty cache. */
Definitions *clause_definitions(Ctx *ctx);

/* Adds the column `name` to the table. The cursor is at the type of the
** column. */
void clause_column(Cursor *cur, Table *table, const char *name);

/* Adds the table constraint at the cursor; returns false if there is none. */
bool clause_constraint(Cursor *cur, Table *table);

/* Reads the entries of a key or an index, "(a, b COLLATE x DESC", and adds them
** to an array. Stops before the closing parenthesis, because AUTOINCREMENT may
** precede it. */
void clause_terms(Cursor *cur, Term **terms, int *nterm);

#endif
