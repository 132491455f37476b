/*
** model: the schema that the meta tables declare. Input: the meta rows, or the
** rows of a version. Output: a Schema, with the views of relationships.
**
** A definition in the meta tables may use a name that was renamed since the
** newest version: `REFERENCES user(nickname)` after the column became "handle".
** A name that exists keeps its meaning. Any other name is looked up among the
** old names. A definition with an old name is "respelt": orm_migrate() writes
** it with the current names.
*/
#ifndef ORM_MODEL_H
#define ORM_MODEL_H

#include "ddl/parse.h"
#include "meta/invalid.h"
#include "meta/meta.h"
#include "views/relate.h"

/* Returns the schema of a version, which the rows declare, or, if `rows` is
** NULL, the schema that the meta tables declare. A row that cannot be read is
** an error that names the row. */
Schema *model_read(Ctx *ctx, const MetaRows *rows);

/* True if this build generates the views of a version, so that they follow from
** its rows. False if that is unknown. */
bool model_generates(const MetaRows *rows);

/* Returns the names and ids of the tables and columns in the rows, or in the
** meta tables if `rows` is NULL. The definitions are not read. */
const Schema *model_names(Ctx *ctx, const MetaRows *rows);

/* Returns the names of the tables of the rows, as keys, without reading the
** definitions. The value of a key is the row of the model. */
NameMap *model_tables(Ctx *ctx, const MetaRows *rows);

/* Returns the name of the table of a row of orm_model; NULL if the row has no
** name. */
const char *model_table_name(Ctx *ctx, const MetaRow *row);

/* Rows, with the generated views, and their schema. `rows` is NULL for an empty
** schema before the first version. */
typedef struct Declared {
  const MetaRows *rows;
  const Schema *schema;
} Declared;

/* Returns the declarations of `rows`, which are rows of the meta tables, with
** the views that their relationships generate now. `before` are the rows of the
** newest version, `version` is its number, 0 if there is none.
** *respellings, unless it is NULL, gets the respelt texts. */
Declared model_declared_rows(Ctx *ctx, const MetaRows *rows,
                             const MetaRows *before, i64 version,
                             MetaTexts *respellings);

/* Returns the declarations of `rows`, which are rows of a version, with the
** views that their relationships generate now. */
Declared model_generated(Ctx *ctx, const MetaRows *rows);

/* Returns the declarations without the rows that cannot be read, and adds these
** rows to `invalids`. Only reports may use the incomplete schema.
** *relationships, unless it is NULL, gets the relationships. */
Declared model_survey(Ctx *ctx, Invalids *invalids,
                      Relationships *relationships);

/* Returns the respelt texts: those of `rows` that use old names. Old names are
** the names in `before`. */
MetaTexts model_respellings(Ctx *ctx, const MetaRows *rows,
                            const MetaRows *before);

/* Writes the respelt texts into the meta tables. Old names are those in
** `before`; NULL: in the newest version. */
void model_respell(Ctx *ctx, const MetaRows *before);

/* Restores the ids of rows that were deleted and inserted again, as INSERT OR
** REPLACE does. orm recognises a renamed row by its id, so a row with the same
** name must have the same id. `from` is the schema of a version, `to` the
** schema of the meta tables. Returns true if any id changed. */
bool model_keep_ids(Ctx *ctx, const Schema *from, const Schema *to);

/* Returns `from`, the schema of `rows`, with the names of `to`. Tables and
** columns of the two schemas correspond by id. Each gets its name in `to`, and
** all texts that use the old name are rewritten. The order of tables, columns,
** indexes and objects stays. A table or column that `to` lacks is called
** orm_dropped_NAME if `to` uses its name for another one. Returns `from` itself
** if nothing was renamed. */
const Schema *model_renamed(Ctx *ctx, const MetaRows *rows, const Schema *from,
                            const Schema *to);

#endif
