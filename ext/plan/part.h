/*
** part: a comparison of two declared schemas that reads only their scope (see
** scope.h), in place of the complete comparison of transition.h.
**
** Only valid while the live schema is that of the version `from`, and this
** build generates the views that the version has (memo_settled()).
*/
#ifndef ORM_PART_H
#define ORM_PART_H

#include "plan/scope.h"
#include "plan/transition.h"

/* A comparison. */
typedef struct Partial {
  PlanScope *scope;
  LiveTexts texts;   /* of the live schema */
  Declared from, to; /* the rows and schemas of the scope */
  Transition transition;
  Changes changes;
  Schema *live; /* the live schema of the scope, at the begin */
} Partial;

/* Compares the rows of two versions. `script` leads from one to the other, or
** is NULL. Returns NULL if the complete schemas must be compared; if the
** partial comparison fails, so that the message of the error is that of the
** complete one. */
Partial *part_between(Ctx *ctx, const LiveTexts *texts, const MetaRows *from,
                      const MetaRows *to, const char *script);

/* Compares the rows of the newest version with `now`, rows of the meta tables.
** *respellings gets the respelt texts (see meta/model.h). */
Partial *part_to_declared(Ctx *ctx, const LiveTexts *texts,
                          const MetaRows *from, i64 version,
                          const MetaRows *now, MetaTexts *respellings);

/* Returns true if only objects of the part differ between the live schema at
** the begin and `now`. */
bool part_has_changes(Ctx *ctx, const Partial *part, const LiveTexts *now);

/* Returns true if there are TEMP objects besides the table of guard_recount().
** They can hide any relation of the schema, and use any. Then everything must
** be compared: the comparisons below return NULL then. */
bool part_has_temp(Ctx *ctx);

/* Returns true if the relationships of a version generate the views that it
** has. `schema` is the complete schema of the version. */
bool part_is_generated(Ctx *ctx, const MetaRows *rows, const Schema *schema);

#endif
