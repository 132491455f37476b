/*
** rename_map: finds the tables and columns that have different names in two
** schemas, and replaces old names by new ones in SQL. The ids of meta rows
** identify tables and columns, so nothing is guessed. Pure.
*/
#ifndef ORM_RENAME_MAP_H
#define ORM_RENAME_MAP_H

#include "schema/schema.h"

/* A table and the names of its columns. */
typedef struct TableNames {
  const char *from, *to;    /* from: NULL if new; to: NULL if dropped */
  NameMap *renamed_columns; /* old names of columns to new names */
  NameMap *old_columns;     /* the set of the old names of all columns */
  NameMap *new_columns;     /* the set of the new names of all columns */
} TableNames;

/* The renames between two schemas. */
typedef struct RenameMap {
  NameMap *old_tables, *new_tables; /* old and new names to TableNames */
  NameMap *old_names;   /* names that a rename has replaced, to TableNames */
  bool changed;         /* old_names is not empty */
  bool has_new_columns; /* a column has a name that is new in its table */
  bool crossed; /* a new name of a column is an old one in another table */
} RenameMap;

/* Returns the renames between two schemas. Tables and columns of equal ids
** correspond. Those that have no counterpart by id correspond if their names
** are equal. Only ids and names are read. */
RenameMap *rename_map_build(Ctx *ctx, const Schema *from, const Schema *to);

/* A row of orm_<meta> that was deleted and inserted again: its name is the
** same, its id is new. */
typedef struct IdPair {
  const char *meta;
  i64 from, to; /* the ids */
} IdPair;

/* A list of such rows. */
typedef struct IdPairs {
  IdPair *list;
  int count;
} IdPairs;

/* Returns the rows that were inserted again, for tables, columns, and indexes
** (in orm_constraint). */
IdPairs rename_map_id_pairs(Ctx *ctx, const Schema *from, const Schema *to);

/* Return the new name of a table or column with this old name. A dropped table
** or column keeps its name, unless another one has taken it: then the dropped
** one is called orm_dropped_NAME. */
const char *rename_map_table(Ctx *ctx, const RenameMap *renames,
                             const char *table);
const char *rename_map_column(const RenameMap *renames, const char *table,
                              const char *column);

/* The meaning of the names in SQL. */
typedef enum RenameMode {
  RENAME_ALL,  /* all names are old ones */
  RENAME_STALE /* names are current; a name that does not exist any more is
               ** looked up among the old ones */
} RenameMode;

/* Returns the definition of a column or a constraint in the meta tables with
** old names replaced; `definition` itself if it has none. `table` is the name
** of its table: the old name with RENAME_ALL, the new name with
** RENAME_STALE. */
const char *rename_map_apply(Ctx *ctx, const RenameMap *renames,
                             RenameMode mode, const char *table,
                             const char *definition);

/* Returns a list of columns in orm_relationship, such as "post.user_id, b
** DESC", with old names replaced as by RENAME_STALE. A column without a table
** is looked up in `tables`, an array of `count` new names of tables. */
const char *rename_map_apply_list(Ctx *ctx, const RenameMap *renames,
                                  const char *const *tables, int count,
                                  const char *list);

/* Returns the condition of a primaryjoin with old names replaced in the same
** way. `target` and `model` are the new names of the two tables; in the
** condition, self.x is a column of the model. */
const char *rename_map_apply_join(Ctx *ctx, const RenameMap *renames,
                                  const char *target, const char *model,
                                  const char *condition);

/* A NameTest (schema/dqs.h). `table` is a TableNames. Returns true if the table
** has a column of this name now and had none before. Before, the word in double
** quotes was a string in the table's CHECKs and indexes. */
bool rename_map_is_new_column(const void *table, const char *column);

/* Returns true if a name in renames->old_names occurs in the SQL. */
bool rename_map_uses_old_name(Ctx *ctx, const RenameMap *renames,
                              const char *sql);

#endif
