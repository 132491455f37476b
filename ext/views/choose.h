/*
** choose: the choosers of a view, and the SQL by which they choose a row.
**
** Choosers are columns of the view whose values name a row of another table:
** author__id, author__nickname. A trigger looks for the one row that has all
** given values. A value is given if it is not NULL and, in an UPDATE, differs
** from the old value. Pure.
*/
#ifndef ORM_CHOOSE_H
#define ORM_CHOOSE_H

#include "views/view_sql.h"

/* Where the choosers are used. */
typedef enum ChooseEvent { CHOOSE_INSERT, CHOOSE_UPDATE } ChooseEvent;

/* The choosers of a view. In their NameSets, k is the column of the table, and
** a its name in the view. */
typedef struct Choosers {
  const Table *table; /* whose rows are chosen */
  NameList *list;     /* the columns of each PRIMARY KEY, UNIQUE or index */
  int count;
  NameList columns; /* the columns of all lists, each once */
} Choosers;

/* Returns the choosers of the target: its columns that are unique with the
** comparison of `=`. */
Choosers choose_by_unique(const RelView *v);

/* Returns the choosers of the owner: the columns that the foreign key
** references. */
Choosers choose_by_key(const RelView *v);

/* Returns the condition that no chooser is given. */
char *choose_none(const RelView *v, const Choosers *choosers,
                  ChooseEvent event);
/* Returns the condition that a chooser was changed, for an UPDATE. */
char *choose_changed(const RelView *v, const Choosers *choosers);

/* Returns the condition for the chosen row in a query of the table: a key is
** equal to the new values, and all given values agree. In an UPDATE that gives
** no value the row of the old values may fulfil it, too. */
char *choose_row(const RelView *v, const Choosers *choosers, ChooseEvent event);

/* Returns the same for a table that the foreign key references. If the trigger
** gives the foreign key itself, that must agree, too. */
char *choose_parent(const RelView *v, const Choosers *choosers,
                    ChooseEvent event);

/* Returns the condition that the row is not that of the old values. Empty if
** no other row fulfils choose_row(). */
char *choose_other(const RelView *v, const Choosers *choosers,
                   const NameList *key);

/* Returns the expression RAISE(ABORT, ...) for values that choose no row. */
char *choose_error(const RelView *v, const Choosers *choosers);

/* Return the value of a column of the foreign key, `key`: that of the chosen
** parent. If there is no such row but a given value, it fails. Without a given
** value, an INSERT has the value `otherwise`. An UPDATE that changes no chooser
** has the value that it gives the column itself; one that makes them NULL has
** NULL. */
char *choose_inserted(const RelView *v, const Choosers *choosers,
                      const NameSet *key, const char *otherwise);
char *choose_updated(const RelView *v, const Choosers *choosers,
                     const NameSet *key);

#endif
