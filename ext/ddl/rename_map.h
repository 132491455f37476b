/*
** rename_map: finds the tables and columns that have different names in two
** schemas, and replaces old names by new ones in SQL. Ids of meta rows tell
** which is which, so nothing is guessed. Pure.
*/
#ifndef ORM_RENAME_MAP_H
#define ORM_RENAME_MAP_H

#include "schema/schema.h"

/* A table and the names of its columns. */
typedef struct TableNames {
  const char *from, *to;    /* NULL: a new table; a dropped table */
  NameMap *renamed_columns; /* old names of columns to new names */
  NameMap *old_columns;     /* the set of the old names of all columns */
  NameMap *new_columns;     /* the set of the new names of all columns */
} TableNames;

/* The renames between two schemas. */
typedef struct RenameMap {
  NameMap *old_tables, *new_tables; /* old and new names to TableNames */
  NameMap *old_names;   /* names that a rename has replaced, to TableNames */
  bool changed;         /* old_names has an element */
  bool has_new_columns; /* a column has a name that its table did not use */
  bool crossed; /* a column takes a name that a column of another table had */
} RenameMap;

/* Returns the renames between two schemas. Tables and columns are the same if
** their ids are equal; of those that remain unmatched on both sides, if their
** names are equal. Only ids and names are read. */
RenameMap *rename_map_build(Ctx *ctx, const Schema *from, const Schema *to);

/* A row of orm_<meta> that was deleted and inserted again: the names are equal,
** the ids differ. */
typedef struct IdPair {
  const char *meta;
  i64 from, to; /* the ids */
} IdPair;

/* A list of such rows. */
typedef struct IdPairs {
  IdPair *list;
  int count;
} IdPairs;

/* Returns such rows of tables, columns, and indexes in orm_constraint. */
IdPairs rename_map_id_pairs(Ctx *ctx, const Schema *from, const Schema *to);

/* Return the new name of a table or column by its old name. A dropped table
** keeps its name. If another table has taken the name, the dropped one is
** called orm_dropped_NAME; the same goes for columns. */
const char *rename_map_table(Ctx *ctx, const RenameMap *renames,
                             const char *table);
const char *rename_map_column(const RenameMap *renames, const char *table,
                              const char *column);

/* How the names in SQL are understood. */
typedef enum RenameMode {
  RENAME_ALL,  /* every name is an old one */
  RENAME_STALE /* names are current; a name that does not exist any more is
               ** looked up among the old ones */
} RenameMode;

/* Returns a definition of a column or a constraint, as the meta tables have it,
** with old names replaced. `table` is the name of its table: the old name with
** RENAME_ALL, the new one with RENAME_STALE. Returns `definition` itself if it
** has no old name. */
const char *rename_map_apply(Ctx *ctx, const RenameMap *renames,
                             RenameMode mode, const char *table,
                             const char *definition);

/* Does the same, with RENAME_STALE, for a list of columns as orm_relationship
** has it: "post.user_id, b DESC". A column without a table is looked up in
** `tables`, `count` new names of tables. */
const char *rename_map_apply_list(Ctx *ctx, const RenameMap *renames,
                                  const char *const *tables, int count,
                                  const char *list);

/* Returns true if the table, a TableNames, has a column of this name now, and
** had none before: "name" was a string in its CHECKs and indexes. A NameTest of
** schema/dqs.h. */
bool rename_map_is_new_column(const void *table, const char *column);

/* Returns true if the SQL mentions a name of old_names. */
bool rename_map_uses_old_name(Ctx *ctx, const RenameMap *renames,
                              const char *sql);

#endif
