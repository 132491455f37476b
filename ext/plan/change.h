/*
** change: one change between two schemas, and the table of kinds of changes.
** Pure.
*/
#ifndef ORM_CHANGE_H
#define ORM_CHANGE_H

#include "schema/schema.h"

/* The kinds of changes. change.c has the table of their properties. */
typedef enum Op {
  OP_CREATE_TABLE,
  OP_DROP_TABLE,
  OP_RENAME_TABLE,
  OP_ADD_COLUMN,
  OP_DROP_COLUMN,
  OP_RENAME_COLUMN,
  OP_ALTER_COLUMN,
  OP_ADD_CONSTRAINT,
  OP_DROP_CONSTRAINT,
  OP_ALTER_OPTIONS,
  OP_CREATE_INDEX,
  OP_DROP_INDEX,
  OP_RENAME_INDEX,
  OP_CREATE_VIEW,
  OP_DROP_VIEW,
  OP_CREATE_TRIGGER,
  OP_DROP_TRIGGER,
  OP_CREATE_VIRTUAL_TABLE,
  OP_DROP_VIRTUAL_TABLE
} Op;

/* The properties of a kind of change. */
typedef struct OpInfo {
  const char *name; /* the word that orm_diff shows */
  Op inverse;
  int phase;   /* changes run in the order of their phases */
  bool alters; /* it alters a table, which exists before and after it */
  bool lossy;  /* it removes rows or values that cannot be computed again */
  int weight;  /* the heaviest change gives a version its default message */
} OpInfo;

/* The triggers of a view: dropped and created with it. */
typedef struct Triggers {
  const Object **list;
  int count;
} Triggers;

/* A change. A member with _from is the object before the change, a member with
** _to the object after it. It is NULL if that object does not exist, or if it
** has another type. A member with _back is the same member of the inverse
** change. */
typedef struct Change {
  Op op;
  int seq;            /* position in the list of diff_schemas(); an inverse has
                      ** that of the change that it undoes */
  const char *model;  /* NULL if the object belongs to none */
  const char *object; /* name of the table, index, view or trigger after the
                      ** change; the name before it, if it is dropped */
  const char *object_back;
  const char *detail; /* column, constraint, or "old -> new" */
  const char *detail_back;
  const char *hint; /* advice about the change, shown by orm_diff; or NULL.
                    ** orm_diff adds notes on the types of a new table itself */
  bool may_rename;  /* a hint says that it may be a rename */
  const char *undo; /* why its undo may be impossible later, or NULL */
  bool lossy;
  bool inverse;  /* made by diff_inverse() */
  bool unfilled; /* it adds a column without running its backfill */
  const Table *table_from, *table_to;
  const Table *table_renamed; /* table_from with the names of table_to; NULL in
                              ** an inverse, and unless both tables exist */
  int column_from, column_to; /* indexes in the tables; -1: none */
  const char *text_from, *text_to; /* CREATE texts of the table or index; NULL:
                                   ** orm's own layout is used */
  const Index *index_from, *index_to;
  const Object *object_from, *object_to;
  Triggers triggers_from, triggers_to; /* of a view */
} Change;

/* A list of changes, in the order in which they run. */
typedef struct Changes {
  Change *list;
  int count;
  const Schema *live; /* the live schema before the changes; NULL: unknown. Set
                      ** by author_text_apply() */
} Changes;

/* Returns the properties of a kind of change. */
const OpInfo *change_info(Op op);

/* Returns true if the change alters a table, which exists before and after it.
** One statement can make all changes of this kind of one table. */
bool change_alters(const Change *change);

/* Sets *from and *to to the group of change i: changes *from to *to - 1. The
** group has all changes that alter the same table, which are consecutive. If
** change i does not alter a table (change_alters()), the group is change i
** alone. */
void change_group(const Changes *changes, int i, int *from, int *to);

/* Returns true if RENAME COLUMN can make the change directly, because no other
** column has the new name. */
bool change_renames_simply(const Change *change);

/* Returns true if the change runs the backfill of its column. A declared
** backfill runs once, in the next version that does one of these: it adds the
** column, changes its definition or name, changes a constraint or index that
** names the column, or changes the name or options of the table. An inverse
** runs the backfill only if it adds the column. */
bool change_backfills(const Change *change);

/* Adds a change of this kind to the list. Returns NULL if out of memory. */
Change *change_add(Ctx *ctx, Changes *changes, Op op, const char *object);

/* Adds a change of a table. `from` is NULL if the table is created, `to` if it
** is dropped. Returns NULL if out of memory. */
Change *change_add_table(Ctx *ctx, Changes *changes, Op op, const Table *from,
                         const Table *to, const char *detail);

/* Adds a change of a table with the detail "old -> now", and "now -> old" for
** the inverse. Returns NULL if out of memory. */
Change *change_add_replaced(Ctx *ctx, Changes *changes, Op op,
                            const Table *from, const Table *to, const char *old,
                            const char *now);

/* Returns "1 column", "2 columns". */
const char *change_count(Ctx *ctx, int n, const char *what);

#endif
