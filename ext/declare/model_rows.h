/*
** model_rows: changes the meta rows of one model after its CREATE statements.
*/
#ifndef ORM_MODEL_ROWS_H
#define ORM_MODEL_ROWS_H

#include "ddl/parse.h"
#include "declare/row_draft.h"
#include "meta/renamed_from.h"

/* The mode of model_rows_declare(). */
typedef struct ModelRowsMode {
  bool keep_indexes;      /* a column keeps its index even if its new definition
                          ** lacks INDEX */
  FormerNames *names;     /* NULL if the script has no @renamed */
  const MetaRows *models; /* the rows of the models; for `names` only */
  const MetaRows *newest; /* of meta_newest_backfills(); NULL if the script has
                          ** no @backfill */
} ModelRowsMode;

/* Replaces the columns and constraints of the model by those of a CREATE TABLE.
** Replaces its relationships by those of the `-- @relationship` comments, if
** there are any. A row whose content does not change keeps its id. A column is
** renamed only by `-- @renamed`, see renamed_from.h. */
void model_rows_declare(RowDraft *draft, DraftModel *model, const Statement *s,
                        const ModelRowsMode *mode);

/* Rewrites INDEX and UNIQUE INDEX at the beginning of definitions: in capitals,
** followed by one space. */
void model_rows_spell_indexes(RowDraft *draft);

/* Declares an index of the model, or replaces the index of that name. */
void model_rows_index(RowDraft *draft, DraftModel *model, const Index *index);

#endif
