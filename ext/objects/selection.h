/*
** selection: the members that orm_get() returns.
**
**     *, writer:author(nickname), count(comments), comments(body)
**
** A name is a column or a relationship, plain or quoted as in SQL. A
** relationship without a list has all columns of its target.
*/
#ifndef ORM_SELECTION_H
#define ORM_SELECTION_H

#include "objects/classes.h"

/* The kinds of members. */
typedef enum MemberKind {
  MEMBER_COLUMN,
  MEMBER_LINK,
  MEMBER_COUNT,
  MEMBER_FURTHER /* post_tag__weight: a column of the association */
} MemberKind;

/* A member of the object that orm_get() returns. */
typedef struct Member {
  MemberKind kind;
  const char *label;          /* its name in the object */
  int column;                 /* MEMBER_COLUMN: index into table->columns */
  const Direction *direction; /* MEMBER_LINK, MEMBER_COUNT */
  const char *order;          /* MEMBER_LINK: ORDER BY of the array, or NULL */
  struct Selection *members;  /* MEMBER_LINK: of the target */
} Member;

/* The members of one object. */
typedef struct Selection {
  const Class *of;
  const Direction *via; /* the relationship that leads to the object, or NULL */
  Member *list;
  int count;
} Selection;

/* Returns the index of the column of the association that a member of a
** many-to-many relationship names, post_tag__weight; -1 if there is none. The
** columns of its foreign keys do not count. */
int selection_further(const Direction *via, const char *name);

/* The greatest number of lists inside one another. */
enum { SELECTION_DEPTH = 250 };

/* Returns the members of the class that `text` lists; NULL means "*".
** Errors name the path of the member: posts.comments: ... */
const Selection *selection_parse(Classes *classes, const Class *of,
                                 const char *text);

#endif
