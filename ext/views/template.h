/*
** template: SQL from templates and lists of names. A template holds $k, $r and
** $a for the names, $s and $o for the aliases of two tables, and $+ for a unary
** plus where the foreign key needs one. Pure.
*/
#ifndef ORM_TEMPLATE_H
#define ORM_TEMPLATE_H

#include "base/context.h"

/* Names that belong together, as SQL has them. */
typedef struct NameSet {
  const char *k; /* a column; of a foreign key, the child's */
  const char *r; /* of a foreign key, the parent's */
  const char *a; /* as the view has it, prefixed */
  bool plus;     /* $+ is "+", else nothing */
} NameSet;

typedef struct NameList {
  NameSet *list;
  int count;
} NameList;

typedef struct Aliases {
  const char *self, *other;
} Aliases;

/* The template once for each of the names, as a list. */
char *template_each(Ctx *ctx, const Aliases *as, const NameList *list,
                    const char *between, const char *template);

/* The same, joined by an operator, " AND " or " OR ": see tree.h. */
char *template_join(Ctx *ctx, const Aliases *as, const NameList *list,
                    const char *operator, const char * template);

/* Breaks long lines, for the reader of a migration. */
char *template_wrap(Ctx *ctx, const char *text);

#endif
