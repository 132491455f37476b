/*
** model: the schema that the meta tables declare. Input: the meta rows, or a
** snapshot of them. Output: a Schema, with the views of relationships.
**
** A definition in the meta tables may use a name that was renamed since the
** newest version: `REFERENCES user(nickname)` after the column became "handle".
** A name that exists is taken as it is; any other is looked up among the old
** names. Such a definition is "respelt": orm_migrate() writes it with the
** current names.
*/
#ifndef ORM_MODEL_H
#define ORM_MODEL_H

#include "ddl/parse.h"
#include "meta/invalid.h"
#include "meta/meta.h"

/* Returns the schema that the snapshot declares, or, if `snapshot` is NULL, the
** schema that the meta tables declare. A row that cannot be read is an error
** that names the row. */
Schema *model_read(Ctx *ctx, const char *snapshot);

/* Returns only the tables and columns of the snapshot, or of the meta tables if
** `snapshot` is NULL: their names and ids, without definitions. */
const Schema *model_names(Ctx *ctx, const char *snapshot);

/* A snapshot and its schema. The snapshot is NULL for an empty schema before
** the first version. */
typedef struct Declared {
  const char *snapshot;
  const Schema *schema;
} Declared;

/* Returns the declarations, with the views that their relationships generate
** now. */
Declared model_declared(Ctx *ctx);

/* Returns the declarations without the rows that cannot be read. Adds those to
** `invalids`. For reports: nothing else may use an incomplete schema. */
Declared model_survey(Ctx *ctx, Invalids *invalids);

/* Returns the texts of the rows that use old names, of the snapshot `before`,
** each with current names. */
MetaTexts model_respellings(Ctx *ctx, const MetaRows *rows, const char *before);

/* Writes such texts of the meta tables with the current names. `before` NULL:
** the snapshot of the newest version. */
void model_respell(Ctx *ctx, const char *before);

/* Restores the ids of rows that were deleted and inserted again, as INSERT OR
** REPLACE does. `from` is the schema of a snapshot, `to` the schema of the meta
** tables. Ids identify the renamed rows, so an id may change only with its row.
** Returns true if any id changed. */
bool model_keep_ids(Ctx *ctx, const Schema *from, const Schema *to);

/* Returns the schema `from` of the snapshot with the names of `to`: each table
** and column has the name of the same id in `to`, and everything that uses
** these names follows. The order of tables, columns, indexes and objects stays.
** A table or column that `to` lacks is called orm_dropped_NAME if `to` uses its
** name for something else. Returns `from` itself if nothing was renamed. */
const Schema *model_renamed(Ctx *ctx, const char *snapshot, const Schema *from,
                            const Schema *to);

#endif
