/*
** own: the UPDATE triggers of a view, as far as they write the columns of the
** view's own table, each under its own name.
**
** An UPDATE costs what it changes. Columns in no key, index or foreign key are
** written together. The others are written by one statement for each group that
** a constraint or an index joins, if it has changed. So no index is touched
** without a need, and no constraint sees half of a change. Pure.
*/
#ifndef ORM_OWN_H
#define ORM_OWN_H

#include "views/view_sql.h"

/* The columns of a table as the triggers write them. Generated columns are left
** out. */
typedef struct OwnColumns {
  const Table *table;
  NameList light;   /* in no key, index or foreign key */
  NameList *groups; /* the others, except those of `key` */
  int count;
  NameList key; /* the PRIMARY KEY */
  bool whole;   /* one statement must write all columns, in `light`: the key can
                ** be NULL, or `keys` of the view are a part of it */
} OwnColumns;

/* Returns the columns of the table. */
OwnColumns own_columns_of(const RelView *v, const Table *table);

/* The foreign key that a trigger writes together with the columns. */
typedef struct OwnKey {
  NameList values; /* its columns as k, the values as a: view_add_insert() */
  NameList more;   /* columns $a of the view that change it, too */
} OwnKey;

/* Adds the statement that writes the light columns, unless `whole`. It comes
** before the others, which may change the key. */
void own_add_light(const RelView *v, sqlite3_str *sql, const OwnColumns *own);

/* Adds the statements that write the groups, and the key. If the columns are
** `whole`, one statement writes all of them. `key` may be NULL. */
void own_add_groups(const RelView *v, sqlite3_str *sql, const OwnColumns *own,
                    const OwnKey *key);

#endif
