/*
** verbs: the actions of ALTER TABLE in PostgreSQL's grammar, applied to the
** text of a table: `ALTER COLUMN a SET NOT NULL, ADD CHECK (a > 0)`.
**
**     ADD [COLUMN] name definition
**     ADD [CONSTRAINT name] PRIMARY KEY | UNIQUE | CHECK | FOREIGN KEY ...
**     ALTER [COLUMN] name SET NOT NULL | DEFAULT value | COLLATE name
**     ALTER [COLUMN] name DROP NOT NULL | DEFAULT | COLLATE | EXPRESSION
**     ALTER [COLUMN] name [SET DATA] TYPE type [COLLATE name] [USING expr]
**     DROP [COLUMN] name
**     DROP CONSTRAINT name
**     DROP PRIMARY KEY ... | UNIQUE ... | CHECK ... | FOREIGN KEY ...
**     RENAME [COLUMN] name TO name
**     RENAME CONSTRAINT name TO name
**     RENAME TO name
**
** A constraint without a name is dropped by its text.
*/
#ifndef ORM_VERBS_H
#define ORM_VERBS_H

#include "ddl/parse.h"

/* The effect of verbs. */
typedef struct Verbs {
  const char *sql; /* CREATE TABLE with directives, for orm_alter_table() */
  bool drops;      /* a verb drops a column of the table */
  bool fills;      /* a verb has USING */
} Verbs;

/* Returns true if the text begins with ADD, ALTER, DROP or RENAME, or with a
** word that resembles one of them. */
bool verbs_are(Ctx *ctx, const char *text);

/* Returns the definition that the verbs, separated by commas, make of the
** table. They are applied in their order. Only names, columns and constraints
** that a verb changes get a new text. An unknown verb, column or constraint is
** an error. */
Verbs verbs_apply(Ctx *ctx, const Table *table, const char *verbs);

/* Gives the table of the CREATE TABLE text, and its columns, the names of
** `names`, which has the same columns in the same order. Returns the renamed
** table, whose foreign keys to itself have the new names, too. In the text
** *sql they keep the old ones. */
Table *verbs_rename(Ctx *ctx, const char **sql, const Table *names);

#endif
