/*
** rename_map: what is called otherwise in one schema than in another, known by
** the ids of meta rows, and SQL that uses those names. Pure.
*/
#ifndef ORM_RENAME_MAP_H
#define ORM_RENAME_MAP_H

#include "schema/schema.h"

/* A table and the names of its columns. */
typedef struct TableNames {
  const char *from, *to; /* NULL: not there before; not there any more */
  NameMap *columns;      /* of columns that are named otherwise now: old names
                         ** to new */
  NameMap *past;         /* the names that its columns had before */
  NameMap *present;      /* the names that its columns have now */
} TableNames;

typedef struct RenameMap {
  NameMap *before, *now; /* names to TableNames */
  NameMap *old;          /* names that something had and has no more */
  bool changed;          /* is there any? */
  bool added;            /* has a column a name that its table did not know? */
  bool crossed;          /* has a column now the name that one of another table
                         ** gave up? */
} RenameMap;

/* What of `from` has which name in `to`. Tables and columns are the same that
** have the same id; what is left over on both sides, that has the same name.
** Only ids and names are looked at. */
RenameMap *rename_map_build(Ctx *ctx, const Schema *from, const Schema *to);

/* A meta row of `to`, of orm_<meta>, that is known by its name alone to be that
** of `from`: its id is another one. */
typedef struct IdPair {
  const char *meta;
  i64 from, to; /* the ids */
} IdPair;

typedef struct IdPairs {
  IdPair *list;
  int count;
} IdPairs;

/* Those of tables, columns, and indexes with rows of their own. */
IdPairs rename_map_id_pairs(Ctx *ctx, const Schema *from, const Schema *to);

/* The name of a table or of its column now. What is gone keeps its name, or, if
** something else took that, is called orm_dropped_NAME. */
const char *rename_map_table(Ctx *ctx, const RenameMap *names,
                             const char *table);
const char *rename_map_column(const RenameMap *names, const char *table,
                              const char *column);

/* How SQL is to be read. */
typedef enum RenameMode {
  RENAME_ALL,  /* all names in it are old ones */
  RENAME_STALE /* names are new ones; only what is none is an old one */
} RenameMode;

/* A definition of a column or a constraint of the table, as the meta tables
** have it, with new names instead of old ones. `table` is its old name if
** RENAME_ALL, and its new one if RENAME_STALE. If nothing is to be replaced,
** the text itself. */
const char *rename_map_apply(Ctx *ctx, const RenameMap *names,
                             RenameMode reading, const char *table,
                             const char *definition);

/* The same for a list of columns as orm_relationship has it, "post.user_id, b
** DESC": of the tables that it names, or else of one of these, `count` of them,
** by their new names. RENAME_STALE. */
const char *rename_map_apply_list(Ctx *ctx, const RenameMap *names,
                                  const char *const *tables, int count,
                                  const char *list);

/* Has a column of the table this name now, and had none before? `table` is a
** TableNames. Then "name" was a string in its CHECKs and its indexes. */
bool rename_map_is_new_column(const void *table, const char *column);

/* Does the SQL use a name that something does not have any more? */
bool rename_map_uses_old_name(Ctx *ctx, const RenameMap *names,
                              const char *sql);

#endif
