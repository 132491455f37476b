/*
** fields: the rows of one model, as a script of CREATE statements says them.
*/
#ifndef ORM_FIELDS_H
#define ORM_FIELDS_H

#include "parse.h"
#include "renames.h"

typedef struct FieldsMode {
  bool keep_indexes; /* does an index stay that was declared with its column? */
  Past *past;        /* recorded names; NULL if the script renames nothing */
  sqlite3 *live;     /* the database itself, while ctx->db is a copy */
} FieldsMode;

/* Makes the model's columns, constraints and relationships what the statement
** and its comments say. Rows that say the same stay, and so do their ids; the
** name of a column changes only by @renamed, see renames.h. Relationships stay
** if the statement has none. */
void fields_declare(Ctx *ctx, const char *model, const Statement *s,
                    const FieldsMode *mode);

/* What `-- @relationship name Target key=value` may say, as orm_relationship's
** columns are called. */
#define FIELDS_RELATIONSHIP_KEYS 8
extern const char *const fields_relationship_keys[FIELDS_RELATIONSHIP_KEYS];

/* Rows of orm_constraint that are indexes begin so, spelt as these are: how a
** user wrote them, fields_spell_indexes() mends. */
#define FIELDS_IS_INDEX \
  "(definition GLOB 'INDEX*' OR definition GLOB 'UNIQUE INDEX*')"
void fields_spell_indexes(Ctx *ctx);

/* Declares an index of the model, or declares it anew, by its name. */
void fields_index(Ctx *ctx, const char *model, const Index *index);

#endif
