/*
** row_draft: the meta rows in memory, while a script or the live schema is
** declared. Input: the meta tables. Output: the changed rows, written back with
** one prepared statement for each kind of write.
**
** A draft finds models, columns and indexes by name without a query. If it has
** no change at the end, nothing needs to be written or locked.
*/
#ifndef ORM_ROW_DRAFT_H
#define ORM_ROW_DRAFT_H

#include "meta/meta.h"

/* A meta row. Only `row` may be changed by the caller, and not its model or the
** name of a column or index: see the functions below. */
typedef struct DraftRow {
  MetaKind kind;
  MetaRow *row;       /* id 0: a new row */
  const MetaRow *was; /* the stored row; NULL: a new row */
  bool gone;          /* the row is deleted */
  bool marked;        /* for the caller: the row is not yet needed */
} DraftRow;

/* A list of rows. The order is that of the ids; new rows follow. */
typedef struct DraftList {
  DraftRow **list;
  int count;
} DraftList;

/* A model and the rows that it owns. A list may have rows that are gone or that
** moved to another model: row_draft_owns(). */
typedef struct DraftModel {
  DraftRow *row;
  DraftList of[META_TABLES];
  NameMap *names[META_TABLES]; /* names to rows */
  bool has_unnamed;            /* it may have constraints without a name */
} DraftModel;

/* A draft. */
typedef struct RowDraft {
  Ctx *ctx;
  DraftList of[META_TABLES];
  NameMap *models;  /* names of models to models */
  NameMap *tables;  /* names of tables to models */
  NameMap *indexes; /* names of indexes to rows of orm_constraint */
} RowDraft;

/* Returns a draft of the meta rows, or, if `exists` is false, an empty one. */
RowDraft *row_draft_open(Ctx *ctx, bool exists);

/* Returns the model with that name, or NULL. */
DraftModel *row_draft_model(const RowDraft *draft, const char *name);
/* Returns the model whose table has that name, or NULL. */
DraftModel *row_draft_table(const RowDraft *draft, const char *table);
/* Returns the row of that kind that the model owns and that has the name, or
** NULL. */
DraftRow *row_draft_named(const DraftModel *model, MetaKind kind,
                          const char *name);

/* True if the row exists and belongs to the model. */
bool row_draft_owns(const DraftModel *model, const DraftRow *row);

/* True if a row of orm_constraint declares an index. model_rows.c has written
** INDEX in capitals before. */
bool row_draft_is_index(const DraftRow *row);

/* Adds a model. */
DraftModel *row_draft_add_model(RowDraft *draft, const char *name,
                                const char *table);
/* Adds a row. `model` is its owner, or NULL for a row of orm_object. */
DraftRow *row_draft_add(RowDraft *draft, DraftModel *model, MetaKind kind,
                        const char *name);

/* Renames a model, in its rows and in the relationships that have it as target,
** as the triggers of the meta tables do. */
void row_draft_rename_model(RowDraft *draft, DraftModel *model,
                            const char *name);
/* Sets the table of a model. */
void row_draft_set_table(RowDraft *draft, DraftModel *model, const char *table);
/* Renames a row of the model; NULL: it loses its name. */
void row_draft_rename(RowDraft *draft, DraftModel *model, DraftRow *row,
                      const char *name);
/* Moves an index to a model. */
void row_draft_move(RowDraft *draft, DraftRow *row, DraftModel *model);
/* Makes the index known by its name. */
void row_draft_add_index(RowDraft *draft, DraftRow *row);

/* Gives the row of that kind with the id `from` the id `to`, unless another row
** has it. */
void row_draft_set_id(RowDraft *draft, MetaKind kind, i64 from, i64 to);

/* Deletes a row, and with a model all rows that it owns. */
void row_draft_delete(RowDraft *draft, DraftRow *row);

/* Returns the rows that have an id. */
const MetaRows *row_draft_rows(const RowDraft *draft);

/* True if the draft differs from the stored rows. */
bool row_draft_changed(const RowDraft *draft);

/* Writes the changes into the meta tables. New rows get their ids in the order
** of their creation. */
void row_draft_write(RowDraft *draft);

#endif
