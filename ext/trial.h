/*
** trial: a scratch database (lab.h) with a schema, and around it all that the
** connection has besides.
*/
#ifndef ORM_TRIAL_H
#define ORM_TRIAL_H

#include "lab.h"

typedef struct Trial {
  Ctx *ctx;
  Lab lab;
  const Schema *schema;
  bool *sound; /* of the schema's objects, in their order: it was created */
} Trial;

/* Opens it; from here on ctx works on it, until trial_close(), which must
** follow. All is created in the order that SQLite wants, the schema's first:
** what it has, and the names in `taken` (NULL: none), the connection does not
** provide. Objects that are `left_out` (NULL: none) are not created. */
void trial_open(Trial *trial, Ctx *ctx, const Schema *schema,
                const Schema *taken, const bool *left_out);
void trial_close(Trial *trial);

#endif
