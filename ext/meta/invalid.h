/*
** invalid: declarations that cannot be read. A look at the models leaves them
** out, and says what is wrong with each, so that the rest can be shown.
*/
#ifndef ORM_INVALID_H
#define ORM_INVALID_H

#include "meta/meta.h"

/* A row of the declarations. */
typedef struct InvalidRow {
  MetaKind kind;
  i64 id; /* 0: none */
} InvalidRow;

typedef struct Invalid {
  InvalidRow row;
  const char *model;   /* that it belongs to; NULL: none */
  i64 model_id;        /* 0: there is no such model */
  const char *object;  /* its name, or what there is of it */
  const char *message; /* NULL: it follows from another that is wrong */
  bool whole;          /* nothing of the model can be read */
  const char *table;   /* of the model, if its row says so */
} Invalid;

typedef struct Invalids {
  Invalid *list;
  int count;
} Invalids;

/* Takes the row up, with the error that ctx has, and forgets that error. `rows`
** has the row (NULL: the meta tables). Returns whether reading can go on: not
** if the row is unknown, or if the error is not one of the declarations. */
bool invalid_add(Ctx *ctx, Invalids *wrongs, const MetaRows *rows,
                 InvalidRow row);

/* The rows without those that are wrong. */
void invalid_leave_out(const Invalids *wrongs, MetaRows *rows);

/* Is something wrong with the model of that id, so that its table is not as
** declared? With a relationship? With that object? */
bool invalid_is_model(const Invalids *wrongs, i64 id);
bool invalid_is_kind(const Invalids *wrongs, MetaKind kind, i64 id);

#endif
