/*
** former_names: the names that the recorded versions gave tables and columns,
** by the ids of their meta rows.
*/
#ifndef ORM_FORMER_NAMES_H
#define ORM_FORMER_NAMES_H

#include "meta/model.h"

typedef struct FormerNames FormerNames;

/* Reads the versions of ctx->db when they are asked for, the newest first. */
FormerNames *former_names_open(Ctx *ctx);

/* The tables of the newest version, and of the version that the database is
** at, as model_names() has them; without a version, an empty schema. */
const Schema *former_names_newest(FormerNames *past);
const Schema *former_names_current(FormerNames *past);

/* The table of that id in a schema, or else of that name; NULL if there is
** none. */
const Table *former_names_table(const Schema *schema, i64 id, const char *name);

/* Did any version call the table of that id so? With id 0: any table? */
bool former_names_had_table(FormerNames *past, i64 id, const char *name);

/* Did any version call the column of that id so? With id 0: any column of the
** table of that id or name? */
bool former_names_had_column(FormerNames *past, const Table *table, i64 id,
                             const char *name);

#endif
