/*
** change: one change between two schemas, and the table of kinds of changes.
** Pure.
*/
#ifndef ORM_CHANGE_H
#define ORM_CHANGE_H

#include "schema/schema.h"

/* The kinds of changes; change.c has the table of their words. */
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

/* The facts about a kind of change. */
typedef struct OpInfo {
  const char *name; /* as orm_diff shows it */
  Op inverse;
  int phase;   /* changes run in the order of their phases */
  bool alters; /* of a table that exists before and after the change */
  bool lossy;  /* it removes rows or values that cannot be computed again */
  int weight;  /* the heaviest change names the version (plan_message()) */
} OpInfo;

/* The triggers of a view: dropped and created with it. */
typedef struct Triggers {
  const Object **list;
  int count;
} Triggers;

/* A change. Members with _from and _to are the object before and after it; NULL
** if it is created or dropped, or is of another type. Members with _back are
** those of the inverse change. */
typedef struct Change {
  Op op;
  int seq;           /* place in the list of diff_schemas(); an inverse has that
                      ** of the change that it undoes */
  const char *model; /* NULL if the object belongs to none */
  const char *object; /* name of the table, index, view or trigger after the
                      ** change; of a dropped one, before it */
  const char *object_back;
  const char *detail; /* column, constraint, or "old -> new" */
  const char *detail_back;
  const char
      *hint; /* another intention that the author may have had, or NULL */
  const char *undo; /* why its undo may be impossible later, or NULL */
  bool lossy;
  bool inverse;  /* made by diff_inverse() */
  bool unfilled; /* its new column is added without the backfill */
  const Table *table_from, *table_to;
  const Table *table_renamed; /* table_from with the names of table_to; NULL in
                              ** an inverse, and unless both exist */
  int column_from, column_to; /* indexes in the tables; -1: none */
  const char *text_from, *text_to; /* CREATE texts of the table or index; NULL:
                                   ** in orm's own layout */
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

/* Returns the facts about a kind of change. */
const OpInfo *change_info(Op op);

/* Returns true if the change alters a table that exists before and after it.
** One statement can make all such changes of a table. */
bool change_alters(const Change *change);

/* Sets `from` and `to` to the group of change i: the changes from `from` to
** `to` - 1 alter the same table, or it is change i alone. The changes of one
** table stand together. */
void change_group(const Changes *changes, int i, int *from, int *to);

/* Returns true if RENAME COLUMN can make the change now: no other column has
** the new name. */
bool change_renames_simply(const Change *change);

/* Returns true if the change runs the backfill of its column. A declared
** backfill runs once: in the next version that adds its column, or changes its
** definition or name, a constraint or index that names it, or the name or
** options of its table. An inverse runs it only for a column that it adds. */
bool change_backfills(const Change *change);

/* Adds a change of this kind to the list. Returns NULL if out of memory. */
Change *change_add(Ctx *ctx, Changes *changes, Op op, const char *object);

/* The same for a change of a table. `from` is NULL if it is created, `to` if it
** is dropped. */
Change *change_add_table(Ctx *ctx, Changes *changes, Op op, const Table *from,
                         const Table *to, const char *detail);

/* The same, with the detail "old -> new", and "new -> old" for the inverse. */
Change *change_add_replaced(Ctx *ctx, Changes *changes, Op op,
                            const Table *from, const Table *to, const char *old,
                            const char *now);

/* Returns "1 column", "2 columns". */
const char *change_count(Ctx *ctx, int n, const char *what);

#endif
