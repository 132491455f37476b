/*
** diff: two schemas to the list of changes that leads from one to the other.
** Pure: structs in, structs out.
*/
#ifndef ORM_DIFF_H
#define ORM_DIFF_H

#include "schema.h"

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
      *live; /* what is there before them, where texts_give() said it */
} Changes;

const OpInfo *op_info(Op op);

/* Is it one of possibly several changes that alter a table that stays? */
bool diff_alters(const Change *change);

/* In the order in which they run. `renamed` is `from` with the names of `to`
** (model_renamed()), and what is compared with `to`, by names; the changes
** point to `from` itself. */
Changes diff_schemas(Ctx *ctx, const Schema *from, const Schema *renamed,
                     const Schema *to);

/* From what is there to what is declared, by names. Changes norms in `live`,
** see schema_adopt(), and gives its columns the backfills of those
** declared: they are done. */
Changes diff_live(Ctx *ctx, Schema *live, const Schema *declared);

/* Can the table take the new names of these columns one after the other? Not if
** one of them belongs to another column yet. */
bool diff_renames_simply(const Change *change);

/* Does the change run the backfill of its column? A declared backfill runs
** once: in the next version that adds its column, or changes its definition or
** name, a constraint or index that names it, or the name or options of its
** table. Never on the way back, unless the column is new there: its values are
** good.
*/
bool diff_backfills(const Change *change);

/* The changes that lead back. */
Changes diff_inverse(Ctx *ctx, const Changes *changes);

/* Both, in the order in which they run. */
Changes diff_join(Ctx *ctx, const Changes *a, const Changes *b);

/* The part of `live` whose names `a` or `b` (which may be NULL) have: what
** was never declared is none of our business. */
Schema *diff_restrict(Ctx *ctx, const Schema *live, const Schema *a,
                      const Schema *b);

/* Keys of what the changes touch, by the names before and after. A table has
** another than an index, view, trigger or virtual table of its name. */
const char *diff_key(Ctx *ctx, bool is_table, const char *name);
NameMap *diff_keys(Ctx *ctx, const Changes *changes);

/* Is the change one of what has these keys? */
bool diff_has_key(Ctx *ctx, const NameMap *keys, const Change *change);

/* One line for messages: "add_column user.about (about TEXT)". */
char *diff_describe(Ctx *ctx, const Change *change);

#endif
