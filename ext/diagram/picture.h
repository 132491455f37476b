/*
** picture: what a diagram shows, without places: boxes and the lines between
** them. The formats of this room draw the same Picture. Pure.
*/
#ifndef ORM_PICTURE_H
#define ORM_PICTURE_H

#include "views/relate.h"

/* The marks of a column, as bits. */
enum {
  MARK_PRIMARY = 1,
  MARK_FOREIGN = 2,
  MARK_UNIQUE = 4,  /* alone, in a constraint or an index */
  MARK_NOT_NULL = 8 /* not set for columns of the PRIMARY KEY */
};
enum { PICTURE_MARKS = 4 };

/* Returns the word for bit i of the marks: PK, FK, UQ or NN. */
const char *picture_mark(int i);

/* A direction of a relationship, as a member of its owner. */
typedef struct PictureMember {
  const char *name;
  const char *view;   /* the view of the relationship, post__author */
  const char *target; /* the model on the other side, or else its table */
  const char *target_table;
  const char *through; /* the association's table, or NULL */
  const char *number;  /* of objects on the other side: "1", "0..1" or "0..*" */
} PictureMember;

/* A table. */
typedef struct PictureBox {
  const Table *table;
  const char *title; /* the model, or the table if it has none */
  const char *id;  /* of letters, digits, "_" and "-", unique in the picture */
  unsigned *marks; /* of each column */
  PictureMember *members;
  int nmember;
} PictureBox;

/* A foreign key, which the child has; or a relationship with a condition of its
** own (primaryjoin), whose owner is the parent. */
typedef struct PictureLine {
  int child, parent; /* boxes; equal if the table references itself */
  int child_column, parent_column; /* the first of each side; -1: none */
  const Constraint *key;           /* NULL: a condition joins the two */
  const char *join;                /* that condition, or NULL */
  bool optional;     /* a child may have no parent: the key may be NULL */
  bool single;       /* a parent has at most one child: the key is unique */
  bool shared;       /* a child may have several parents */
  const char *names; /* of the relationships, "User.posts, Post.author"; "" */
} PictureLine;

/* The boxes in the order of the schema, and the lines in the order of their
** children. */
typedef struct Picture {
  PictureBox *boxes;
  int nbox;
  PictureLine *lines;
  int nline;
} Picture;

/* Returns the picture of the tables whose name or model matches `glob`, in any
** letter case; NULL: all tables. Foreign keys to tables without a box have no
** line. Sets an error if a glob matches nothing, or if a relationship cannot be
** resolved. */
Picture *picture_of(Ctx *ctx, const Schema *schema,
                    const Relationships *relationships, const char *glob);

/* Returns the words for marks: "PK FK". */
const char *picture_mark_words(Ctx *ctx, unsigned marks);

/* Returns the columns of a foreign key: "(post_id, user_id)". The parent's
** columns, with `parent`; "" if the key does not name them. */
const char *picture_columns(Ctx *ctx, const Constraint *key, bool parent);

#endif
