/*
** model_script: the rows of one model, as a script of CREATE statements says
** them.
*/
#ifndef ORM_MODEL_SCRIPT_H
#define ORM_MODEL_SCRIPT_H

#include "ddl/parse.h"
#include "meta/renamed_from.h"

typedef struct FieldsMode {
  bool keep_indexes; /* does an index stay that was declared with its column? */
  FormerNames *past; /* recorded names; NULL if the script renames nothing */
  sqlite3 *live;     /* the database itself, while ctx->db is a copy */
} FieldsMode;

/* Makes the model's columns, constraints and relationships what the statement
** and its comments say. Rows that say the same stay, and so do their ids; the
** name of a column changes only by @renamed, see renamed_from.h. Relationships
** stay if the statement has none. */
void model_script_declare(Ctx *ctx, const char *model, const Statement *s,
                          const FieldsMode *mode);

/* What `-- @relationship name Target key=value` may say, as orm_relationship's
** columns are called. */
#define MODEL_SCRIPT_RELATIONSHIP_KEYS 8
extern const char
    *const model_script_relationship_keys[MODEL_SCRIPT_RELATIONSHIP_KEYS];

/* Rows of orm_constraint that are indexes begin so, spelt as these are: how a
** user wrote them, model_script_spell_indexes() mends. */
#define MODEL_SCRIPT_IS_INDEX \
  "(definition GLOB 'INDEX*' OR definition GLOB 'UNIQUE INDEX*')"
void model_script_spell_indexes(Ctx *ctx);

/* Declares an index of the model, or declares it anew, by its name. */
void model_script_index(Ctx *ctx, const char *model, const Index *index);

#endif
