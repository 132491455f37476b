/*
** wrong: declarations that cannot be read. A look at the models leaves them
** out, and says what is wrong with each, so that the rest can be shown.
*/
#ifndef ORM_WRONG_H
#define ORM_WRONG_H

#include "meta.h"

/* A row of the declarations. */
typedef struct WrongRow {
  MetaKind kind;
  i64 id; /* 0: none */
} WrongRow;

typedef struct Wrong {
  WrongRow row;
  const char *model;   /* that it belongs to; NULL: none */
  i64 model_id;        /* 0: there is no such model */
  const char *object;  /* its name, or what there is of it */
  const char *message; /* NULL: it follows from another that is wrong */
  bool whole;          /* nothing of the model can be read */
  const char *table;   /* of the model, if its row says so */
} Wrong;

typedef struct Wrongs {
  Wrong *list;
  int count;
} Wrongs;

/* Takes the row up, with the error that ctx has, and forgets that error. `rows`
** has the row (NULL: the meta tables). Returns whether reading can go on: not
** if the row is unknown, or if the error is not one of the declarations. */
bool wrong_add(Ctx *ctx, Wrongs *wrongs, const MetaRows *rows, WrongRow row);

/* The rows without those that are wrong. */
void wrong_leave_out(const Wrongs *wrongs, MetaRows *rows);

/* Is something wrong with the model of that id, so that its table is not as
** declared? With a relationship? With that object? */
bool wrong_is_model(const Wrongs *wrongs, i64 id);
bool wrong_is_kind(const Wrongs *wrongs, MetaKind kind, i64 id);

#endif
