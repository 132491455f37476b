/*
** template: makes SQL from templates and lists of names. In a template, $k, $r
** and $a are names, $s and $o are the aliases of two tables, and $+ is a unary
** plus where the foreign key needs one. Pure.
*/
#ifndef ORM_TEMPLATE_H
#define ORM_TEMPLATE_H

#include "base/context.h"

/* Names that belong together, quoted where SQL requires it. */
typedef struct NameSet {
  const char *k; /* a column; in a foreign key, the child's */
  const char *r; /* in a foreign key, the parent's column; else as k */
  const char *a; /* the name in the view, mostly with a prefix */
  bool plus;     /* $+ is "+", otherwise empty */
  bool notnull;  /* r cannot be NULL */
} NameSet;

/* A list of such names. */
typedef struct NameList {
  NameSet *list;
  int count;
} NameList;

/* The texts of $s and $o; and an alias that no table of the view has. */
typedef struct Aliases {
  const char *self, *other, *spare;
} Aliases;

/* Returns the NameSet whose k is `k`; NULL if there is none. */
NameSet *template_find(const NameList *list, const char *k);

/* Fills the template once for each NameSet and returns the results, joined by
** `between`. An unknown placeholder sets SQLITE_INTERNAL. */
char *template_each(Ctx *ctx, const Aliases *as, const NameList *list,
                    const char *between, const char *template);

/* Does the same, but the results are operands of an associative operator, " AND
** " or " OR ", and are joined by tree_join(). */
char *template_join(Ctx *ctx, const Aliases *as, const NameList *list,
                    const char *operator, const char * template);

/* Returns the text with long lines broken at spaces outside quotes, so that
** people can read the migration. A newline replaces the space: the text does
** not grow. */
char *template_wrap(Ctx *ctx, const char *text);

#endif
