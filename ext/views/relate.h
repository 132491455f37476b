/*
** relate: turns the relationships of models into views.
**
** Input: a complete schema of tables and indexes, and rows of orm_relationship.
** Output: for each relationship and for its backref, a view with INSTEAD OF
** triggers. They are added to the schema like all other objects, so that diff
** and plan need no special case. Pure.
**
** Like relationship() and backref of SQLAlchemy, relate finds the foreign key
** between the two tables. The foreign key and `uselist` determine the kind of
** each direction. The files of this folder, from the caller down:
**
**   relate    finds the foreign key and the kind; reports what is ambiguous
**   relview   makes the view of one direction: the table of kinds
**   to_one    post__author and user__profile
**   to_many   user__posts
**   through   post__tags
**   on_delete the effect of a delete of the owner
**   own       UPDATE of the columns of the view's own table
**   choose    the row of another table that given values name
**   view_sql  the SQL that the kinds have in common
**   template  SQL from templates and lists of names
*/
#ifndef ORM_RELATE_H
#define ORM_RELATE_H

#include "views/relview.h"

/* A row of orm_relationship. Texts are NULL where the row has NULL. */
typedef struct Relationship {
  i64 id;
  const Table *model, *target;
  const char *name, *backref;
  const char *foreign_key; /* post.user_id, or a list with commas */
  const char *secondary, *remote_side, *order_by, *primaryjoin;
  const Table *through; /* the table `secondary`; NULL if it is not declared */
  int uselist;          /* 0, 1, or -1 for NULL */
  const char *cascade, *passive_deletes;
  bool viewonly;
} Relationship;

/* A list of relationships. */
typedef struct Relationships {
  Relationship *list;
  int count;
} Relationships;

/* The directions of a relationship: its own, then that of the backref. */
typedef struct Directions {
  Direction list[2];
  int count; /* 2 if the relationship has a backref */
} Directions;

/* Returns the directions of the relationship. The schema has the indexes of its
** tables. Sets an error as relate_views() does. */
Directions relate_directions(Ctx *ctx, const Schema *schema,
                             const Relationship *r);

/* Adds the views and triggers of the relationship and its backref to the
** schema. Sets an error if no foreign key or more than one fits, or if a column
** of the row has a value that this release does not support. The error begins
** with the name of the relationship. */
void relate_views(Ctx *ctx, Schema *schema, const Relationship *r);

#endif
