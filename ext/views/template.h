/*
** template: SQL from templates and lists of names. A template holds $k, $r and
** $a for names, $s and $o for the aliases of two tables, and $+ for a unary
** plus where the foreign key needs one. Pure.
*/
#ifndef ORM_TEMPLATE_H
#define ORM_TEMPLATE_H

#include "base/context.h"

/* Names that belong together, quoted as SQL needs it. */
typedef struct NameSet {
  const char *k; /* a column; of a foreign key, the child's */
  const char *r; /* of a foreign key, the parent's; else as k */
  const char *a; /* the name that the view shows, mostly prefixed */
  bool plus;     /* $+ is "+", else nothing */
} NameSet;

/* A list of such names. */
typedef struct NameList {
  NameSet *list;
  int count;
} NameList;

/* What $s and $o become. */
typedef struct Aliases {
  const char *self, *other;
} Aliases;

/* Returns the names whose $k is `k`; NULL if there are none. */
NameSet *template_find(const NameList *list, const char *k);

/* Fills the template once for each of the names and returns the results, with
** `between` between them. An unknown placeholder is SQLITE_INTERNAL. */
char *template_each(Ctx *ctx, const Aliases *as, const NameList *list,
                    const char *between, const char *template);

/* Does the same for the operands of an associative operator, " AND " or " OR ",
** which tree.h joins. */
char *template_join(Ctx *ctx, const Aliases *as, const NameList *list,
                    const char *operator, const char * template);

/* Returns the text with long lines broken at spaces outside of quotes, so that
** people can read the migration. */
char *template_wrap(Ctx *ctx, const char *text);

#endif
