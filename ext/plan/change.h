/*
** change: one change between two schemas, and what is known of each kind of
** change. Pure.
*/
#ifndef ORM_CHANGE_H
#define ORM_CHANGE_H

#include "schema/schema.h"

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

/* What is known of each kind of change. */
typedef struct OpInfo {
  const char *name; /* as orm_diff shows it */
  Op inverse;
  int phase;   /* changes run in the order of their phases */
  bool alters; /* one of possibly several that alter a table that stays */
  bool lossy;  /* what it takes away cannot be computed again */
} OpInfo;

/* A view's triggers: they go with it, and come with it. */
typedef struct Triggers {
  const Object **list;
  int count;
} Triggers;

typedef struct Change {
  Op op;
  int seq;                 /* its place in diff_schemas()'s list; an inverse has
                           ** that of the change it undoes */
  const char *model;       /* NULL if it belongs to none */
  const char *object;      /* name of the table, index, view or trigger, as it
                           ** is after the change, or was if it is gone */
  const char *object_back; /* the same of the inverse change */
  const char *detail;      /* column, constraint, or what was -> what will be */
  const char *detail_back;
  const char *hint; /* what the author may have meant instead, or NULL */
  const char *undo; /* why its undo may be impossible later, or NULL */
  bool lossy;
  bool inverse;  /* made by diff_inverse() */
  bool unfilled; /* its new column goes without the backfill */
  const Table *table_from, *table_to;
  const Table *table_renamed; /* table_from with the names of table_to; NULL in
                              ** an inverse, and where there are not both */
  int column_from, column_to; /* of columns' changes; else -1 */
  const char *text_from, *text_to; /* CREATE texts of the table or index before
                                   ** and after; NULL: in orm's own layout */
  const Index *index_from, *index_to;
  const Object *object_from, *object_to;
  Triggers triggers_from, triggers_to; /* if that is a view */
} Change;

typedef struct Changes {
  Change *list;
  int count;
  const Schema
      *live; /* what is there before them, where author_text_give() said it */
} Changes;

const OpInfo *change_info(Op op);

/* Is it one of possibly several changes that alter a table that stays? */
bool change_alters(const Change *change);

/* Can the table take the new names of these columns one after the other? Not if
** one of them belongs to another column yet. */
bool change_renames_simply(const Change *change);

/* Does the change run the backfill of its column? A declared backfill runs
** once: in the next version that adds its column, or changes its definition or
** name, a constraint or index that names it, or the name or options of its
** table. Never on the way back, unless the column is new there: its values are
** good.
*/
bool change_backfills(const Change *change);

/* Adds a change of this kind to the list; NULL if out of memory. */
Change *change_add(Ctx *ctx, Changes *changes, Op op, const char *object);

/* The same for a change of a table that stays, or comes (`from` is NULL), or
** goes (`to` is NULL). */
Change *change_add_table(Ctx *ctx, Changes *changes, Op op, const Table *from,
                         const Table *to, const char *detail);

/* The same, with the detail "was -> will", and the other way round for the
** inverse. */
Change *change_add_words(Ctx *ctx, Changes *changes, Op op, const Table *from,
                         const Table *to, const char *was, const char *will);

/* "1 column", "2 columns". */
const char *change_count(Ctx *ctx, int n, const char *what);

#endif
