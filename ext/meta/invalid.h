/*
** invalid: the declarations that cannot be read. A report on the models lists
** each invalid declaration with its error, and shows the result of the other
** declarations. Output: the rows of orm_diff whose cause is `error`.
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
  const char *model;   /* the model that owns the row; NULL: none */
  i64 model_id;        /* 0: the model does not exist */
  const char *object;  /* the row's own name, or else its content */
  const char *message; /* NULL: the error follows from that of another row */
  bool whole;          /* the whole model is unreadable */
  const char *table;   /* table_name in the row of a model; else NULL */
} Invalid;

/* A list of invalid rows. */
typedef struct Invalids {
  Invalid *list;
  int count;
} Invalids;

/* Adds the row, with the message of the current error, and clears the error.
** `rows` has the row; NULL: it is in the meta tables. Returns true if reading
** can go on. Returns false, and keeps the error, if the row is unknown or the
** error is not SQLITE_ERROR. */
bool invalid_add(Ctx *ctx, Invalids *invalids, const MetaRows *rows,
                 InvalidRow row);

/* Removes the invalid rows from `rows`, and the rows of models that cannot be
** read at all. `invalids` may be NULL. */
void invalid_leave_out(const Invalids *invalids, MetaRows *rows);

/* True if a row of the model with that id is invalid, other than a
** relationship. The table as read then differs from the declared table. */
bool invalid_is_model(const Invalids *invalids, i64 id);

/* True if the row of that kind and id is invalid. With id 0, true if any row of
** that kind is invalid. */
bool invalid_is_kind(const Invalids *invalids, MetaKind kind, i64 id);

#endif
