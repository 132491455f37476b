/*
** classes: the models of a graph, with their keys and relationships.
**
** Input: the meta tables. Models are read by need, when a graph first names
** them, so that a graph of three models costs the same in a database of a
** thousand. The views of relationships are not used: they need not exist.
*/
#ifndef ORM_CLASSES_H
#define ORM_CLASSES_H

#include "meta/model_reader.h"

/* The values that a column takes in JSON, beyond the rules of SQLite. */
typedef enum ValueKind {
  VALUE_PLAIN,
  VALUE_BOOLEAN,  /* true and false, stored as 1 and 0 */
  VALUE_JSON,     /* any JSON, stored as its text */
  VALUE_DATE,     /* 2026-01-31 */
  VALUE_DATETIME, /* 2026-01-31 23:59:59 */
  VALUE_TIME,     /* 23:59:59 */
  VALUE_ENUM      /* one of the words of Enum('a', 'b') */
} ValueKind;

/* The type of a column in JSON. */
typedef struct ValueType {
  ValueKind kind;
  int length;         /* of String(n), in characters; 0: unlimited */
  const char **words; /* of an Enum */
  int nword;
} ValueType;

/* The columns of a PRIMARY KEY, a UNIQUE or a UNIQUE INDEX, as indexes into
** table->columns. */
typedef struct ClassKey {
  int *columns;
  int count;
  bool primary;
} ClassKey;

/* A relationship as a member of a class. */
typedef struct Link {
  const char *name;
  const char *target; /* the model on the other side */
  const MetaRow *row; /* of orm_relationship */
  bool back;          /* the class has the backref */
  bool orphans;  /* an object that loses its owner by it is deleted: the other
                ** side has delete-orphan */
  bool resolved; /* `direction` is set */
  Direction direction; /* see classes_direction() */
} Link;

/* A model. */
typedef struct Class {
  const char *name;
  const Table *table;
  bool view;        /* a view of the database, with neither keys nor links */
  ValueType *types; /* of each column */
  ClassKey *keys;   /* the PRIMARY KEY first, if there is one */
  int nkey;
  Link *links;
  int nlink;
} Class;

/* The models that have been read. */
typedef struct Classes {
  Ctx *ctx;
  ModelReader reader;
  Class **list;
  int count;
} Classes;

/* Returns an empty set. Sets an error if the meta tables are missing. */
Classes *classes_new(Ctx *ctx);

/* Returns the model of this name. If there is none, a view of the database of
** this name counts as a model without keys. An unknown name is an error. */
const Class *classes_find(Classes *classes, const char *name);

/* Returns the direction of a link of the class. */
const Direction *classes_direction(Classes *classes, const Class *owner,
                                   const Link *link);

/* Returns the class on the other side of a link. */
const Class *classes_target(Classes *classes, const Link *link);

/* Returns the link of this name; NULL if it is missing. */
const Link *class_link(const Class *c, const char *name);

/* Returns the PRIMARY KEY; NULL if there is none. */
const ClassKey *class_primary_key(const Class *c);

/* Sets the error for a member that the class lacks: model "Post" has no "boby";
** did you mean "body"? */
void class_unknown_member(Ctx *ctx, const Class *c, const char *name);

/* Returns the keys of the class as a list for a message: (id), (slug). */
const char *class_list_keys(Ctx *ctx, const Class *c);

#endif
