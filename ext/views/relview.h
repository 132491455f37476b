/*
** relview: makes the view of one direction of a relationship and its INSTEAD OF
** triggers, and adds them to the schema like all other objects. Pure.
**
** To add a kind of relationship, add an enumerator of RelationKind, a module
** beside to_one and to_many, and a line of the table in relview.c.
*/
#ifndef ORM_RELVIEW_H
#define ORM_RELVIEW_H

#include "schema/schema.h"

/* The number of the texts that this build generates. It goes up when another
** text is generated for the same relationship. A version records the number, so
** that a later build notices that it would generate other texts. */
#define RELVIEW_FORM 2

/* The kinds of directions. */
typedef enum RelationKind {
  RELATION_TO_ONE,       /* post__author: the owner has the foreign key */
  RELATION_TO_ONE_CHILD, /* user__profile (uselist 0): the target has it */
  RELATION_TO_MANY,      /* user__posts: the target has it */
  RELATION_THROUGH,      /* post__tags: an association table has two */
  RELATION_JOIN_ONE,     /* a condition joins them, with uselist 0 */
  RELATION_JOIN_MANY     /* a condition joins them */
} RelationKind;

/* A term of order_by. */
typedef struct OrderTerm {
  const char *column;     /* of the target; NULL for an expression */
  const char *expression; /* NULL for a column */
  const char *rest;       /* "DESC NULLS LAST", "" */
} OrderTerm;

/* A relationship as seen from one of its two tables, the owner. */
typedef struct Direction {
  RelationKind kind;
  const char *name;            /* author */
  const Table *owner, *target; /* post, user */
  const Constraint *foreign;   /* the foreign key between them */
  const char **referenced;     /* the parent's columns, in its order */
  const Table *through;        /* of RELATION_THROUGH: the association, whose */
  const Constraint *other;     /* `foreign` references the owner, and `other` */
  const char **ends;           /* these columns of the target; else NULL */
  const char *join;       /* of RELATION_JOIN_: the condition; no foreign */
  RelationKind back;      /* of a join: the kind of the backref */
  bool join_back;         /* in which `self` is the target, not the owner */
  const OrderTerm *order; /* the ORDER BY of the view */
  int norder;             /* 0: it has none */
  bool has_back;          /* the opposite direction has a view, too */
  bool viewonly;          /* no triggers */
  bool delete_orphan;     /* a target that loses its owner is deleted */
  bool delete_all; /* a deleted owner deletes its targets; RELATION_TO_ONE: its
                   ** parent */
  bool passive;    /* a deleted owner leaves its targets alone */
} Direction;

/* Adds the view, and its triggers unless viewonly, to the schema. If the target
** has the foreign key, one of them is the trigger for the delete of an owner.
** Sets an error if the view would have two columns of one name, or if a table
** that the triggers write has no PRIMARY KEY. */
void relview_add(Ctx *ctx, Schema *schema, const Direction *direction);

#endif
