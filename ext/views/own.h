/*
** own: the UPDATE triggers of a view, as far as they write the columns of the
** view's own table, each under its own name.
**
** An UPDATE costs what it changes. Columns in no key, index or foreign key are
** written together by one trigger, which fires if one of them is assigned. The
** others are written by a second trigger: one statement for each group that a
** constraint or an index joins, if it has changed. So no index is touched
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

/* Adds the trigger that writes the light columns, unless `whole`. */
void own_light_trigger(const RelView *v, const OwnColumns *own);

/* Returns the event of the second trigger, "UPDATE OF id, user_id". It has also
** the columns $a of `more`. */
char *own_event(const RelView *v, const OwnColumns *own, const NameList *more);

/* Add the statements of the second trigger. Between them, the caller adds its
** own. If the columns are `whole`, one statement writes all of them, and
** `special` gives the values of some, as in view_add_insert(). */
void own_add_groups(const RelView *v, sqlite3_str *sql, const OwnColumns *own);
void own_add_key(const RelView *v, sqlite3_str *sql, const OwnColumns *own,
                 const NameList *special);

#endif
