/*
** relview: the view of one direction of a relationship and its INSTEAD OF
** triggers, as objects of the schema like any other. Pure.
**
** To one, post__author: the owner's columns, then the target's, prefixed; the
** target's unique columns choose it on INSERT and UPDATE. To many, user__posts:
** the owner's key, prefixed, then the target's columns; INSERT adds or moves,
** DELETE takes out.
*/
#ifndef ORM_RELVIEW_H
#define ORM_RELVIEW_H

#include "schema/schema.h"

typedef struct Side {
  const char *name;            /* author */
  const Table *owner, *target; /* post, user */
  const Constraint *foreign;   /* the foreign key of one of them to the other */
  const char **referenced;     /* the columns that it points to */
  bool to_parent;              /* the owner has it */
  bool many;
  bool viewonly, delete_orphan;
} Side;

/* A view that cannot be is an error. */
void relview_add(Ctx *ctx, Schema *schema, const Side *side);

#endif
