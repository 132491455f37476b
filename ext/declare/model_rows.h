/*
** model_rows: writes the meta rows of one model from its CREATE statements.
*/
#ifndef ORM_MODEL_ROWS_H
#define ORM_MODEL_ROWS_H

#include "ddl/parse.h"
#include "meta/renamed_from.h"

/* How a CREATE TABLE is declared. */
typedef struct ModelRowsMode {
  bool keep_indexes;     /* the index of a column stays if the new definition of
                      ** the column lacks INDEX */
  FormerNames *names;    /* NULL if the script has no @renamed */
  const MetaRow *newest; /* of meta_newest_columns(); NULL if the script has no
                         ** @backfill */
  sqlite3 *live;         /* the real database if ctx->db is a copy in memory */
} ModelRowsMode;

/* Makes the columns and constraints of the model those of a CREATE TABLE, and
** its relationships those of the comments; without such comments the
** relationships stay. A row whose content stays the same keeps its id. Only
** @renamed renames a column, see renamed_from.h. */
void model_rows_declare(Ctx *ctx, const char *model, const Statement *s,
                        const ModelRowsMode *mode);

/* An SQL condition: true for rows of orm_constraint that are indexes. It needs
** model_rows_spell_indexes(). */
#define MODEL_ROWS_IS_INDEX \
  "(definition GLOB 'INDEX*' OR definition GLOB 'UNIQUE INDEX*')"

/* Writes INDEX and UNIQUE INDEX at the beginning of definitions in capitals and
** with one space. */
void model_rows_spell_indexes(Ctx *ctx);

/* Declares an index of the model, or replaces the index of that name. */
void model_rows_index(Ctx *ctx, const char *model, const Index *index);

#endif
