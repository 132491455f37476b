/*
** past: the names that the recorded versions gave tables and columns, by the
** ids of their meta rows.
*/
#ifndef ORM_PAST_H
#define ORM_PAST_H

#include "model.h"

typedef struct Past Past;

/* Reads the versions of ctx->db when they are asked for, the newest first. */
Past *past_open(Ctx *ctx);

/* The tables of the newest version, and of the version that the database is
** at, as model_names() has them; without a version, an empty schema. */
const Schema *past_newest(Past *past);
const Schema *past_current(Past *past);

/* The table of that id in a schema, or else of that name; NULL if there is
** none. */
const Table *past_table(const Schema *schema, i64 id, const char *name);

/* Did any version call the table of that id so? With id 0: any table? */
bool past_had_table(Past *past, i64 id, const char *name);

/* Did any version call the column of that id so? With id 0: any column of the
** table of that id or name? */
bool past_had_column(Past *past, const Table *table, i64 id, const char *name);

#endif
