/*
** invalid: the declarations that cannot be read. A report on the models leaves
** them out, and says what is wrong with each of them, so that it can show the
** rest. Output: the rows with cause `error` of orm_diff.
*/
#ifndef ORM_INVALID_H
#define ORM_INVALID_H

#include "meta/meta.h"

/* A row of the meta tables. */
typedef struct InvalidRow {
  MetaKind kind;
  i64 id; /* 0: no row */
} InvalidRow;

/* A row that cannot be read. */
typedef struct Invalid {
  InvalidRow row;
  const char *model;   /* the owner of the row; NULL: none */
  i64 model_id;        /* 0: no such model */
  const char *object;  /* the own name of the row, or else its content */
  const char *message; /* NULL: a consequence of another invalid row */
  bool whole;          /* nothing of the model can be read */
  const char *table;   /* of the model, if its row has table_name */
} Invalid;

/* A list of such rows. */
typedef struct Invalids {
  Invalid *list;
  int count;
} Invalids;

/* Adds the row, with the message of the error that is set, and forgets that
** error. `rows` has the row; NULL: the meta tables. Returns true if reading can
** go on: false if the row is unknown, or if the error is not SQLITE_ERROR. */
bool invalid_add(Ctx *ctx, Invalids *invalids, const MetaRows *rows,
                 InvalidRow row);

/* Removes the invalid rows from `rows`, and the rows of models that cannot be
** read at all. `invalids` may be NULL. */
void invalid_leave_out(const Invalids *invalids, MetaRows *rows);

/* True if a row of the model with that id is invalid, relationships aside: the
** read table is not the declared one. */
bool invalid_is_model(const Invalids *invalids, i64 id);

/* True if the row of that kind and id is invalid; id 0: any row of the kind. */
bool invalid_is_kind(const Invalids *invalids, MetaKind kind, i64 id);

#endif
