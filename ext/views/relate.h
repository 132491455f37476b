/*
** relate: relationships to views. As SQLAlchemy's relationship() and backref
** do, a relationship and its backref are found by the foreign key between two
** tables; each becomes a view with INSTEAD OF triggers, an object of the schema
** like any other. Pure.
**
** To one, post__author: the owner's columns, then the target's, prefixed; the
** target's unique columns choose it on INSERT and UPDATE. To many, user__posts:
** the owner's key, prefixed, then the target's columns; INSERT adds or moves,
** DELETE takes out.
*/
#ifndef ORM_RELATE_H
#define ORM_RELATE_H

#include "schema/schema.h"

/* A row of orm_relationship; texts NULL where it has none. */
typedef struct Relationship {
  i64 id;
  const Table *model, *target;
  const char *name, *backref;
  const char *foreign_key; /* post.user_id, comma between several */
  const char *secondary, *remote_side;
  int uselist; /* -1: not said */
  const char *cascade;
  bool viewonly;
} Relationship;

/* Adds the views and triggers of the relationship and its backref to the
** schema, which is complete but for such. What is ambiguous, or not in this
** release, is an error. */
void relate_views(Ctx *ctx, Schema *schema, const Relationship *r);

#endif
