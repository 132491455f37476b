/*
** former_names: the names that the recorded versions gave to tables and
** columns. A table or column is identified by the id of its meta row.
*/
#ifndef ORM_FORMER_NAMES_H
#define ORM_FORMER_NAMES_H

#include "meta/model.h"

typedef struct FormerNames FormerNames;

/* Returns the names in the versions of ctx->db. Reads a version when it is
** first needed, from the newest to the oldest. ctx->db may change in between.
** */
FormerNames *former_names_open(Ctx *ctx);

/* Returns the tables and columns of the newest version, in the form of
** model_names(); an empty schema if there is no version. */
const Schema *former_names_newest(FormerNames *names);
/* Returns the tables and columns of the current version, in the form of
** model_names(). */
const Schema *former_names_current(FormerNames *names);

/* Returns the table of the schema with that id, or else the table with that
** name. NULL: neither exists. */
const Table *former_names_table(const Schema *schema, i64 id, const char *name);

/* True if the table with that id had this name in some version. With id 0, true
** if any table had it. */
bool former_names_had_table(FormerNames *names, i64 id, const char *name);

/* True if the column of `table` with that id had this name in some version.
** With id 0, true if any column of `table` had it. The table is found in each
** version by its id, or else by its name. */
bool former_names_had_column(FormerNames *names, const Table *table, i64 id,
                             const char *name);

#endif
