/*
** former_names: the names that the recorded versions gave to tables and
** columns. The ids of their meta rows identify them.
*/
#ifndef ORM_FORMER_NAMES_H
#define ORM_FORMER_NAMES_H

#include "meta/model.h"

typedef struct FormerNames FormerNames;

/* Returns the names in the versions of ctx->db. A snapshot is parsed when it is
** first needed, the newest first. */
FormerNames *former_names_open(Ctx *ctx);

/* Returns the tables of the newest version, as model_names() does; without a
** version, an empty schema. */
const Schema *former_names_newest(FormerNames *names);
/* Returns the same for the version that the database is at. */
const Schema *former_names_current(FormerNames *names);

/* Returns the table of that id in a schema, or else the table of that name, or
** NULL. */
const Table *former_names_table(const Schema *schema, i64 id, const char *name);

/* True if a version gave this name to the table of that id; id 0: to any
** table. */
bool former_names_had_table(FormerNames *names, i64 id, const char *name);

/* True if a version gave this name to the column of that id; id 0: to any
** column of `table`, which is found by its id or else its name. */
bool former_names_had_column(FormerNames *names, const Table *table, i64 id,
                             const char *name);

#endif
