/*
** diff: two schemas to the list of changes that leads from one to the other.
** Pure: structs in, structs out.
*/
#ifndef ORM_DIFF_H
#define ORM_DIFF_H

#include "plan/change.h"

/* In the order in which they run. `renamed` is `from` with the names of `to`
** (model_renamed()), and what is compared with `to`, by names; the changes
** point to `from` itself. */
Changes diff_schemas(Ctx *ctx, const Schema *from, const Schema *renamed,
                     const Schema *to);

/* From what is there to what is declared, by names. Changes norms in `live`,
** see schema_adopt_norms(), and gives its columns the backfills of those
** declared: they are done. */
Changes diff_live(Ctx *ctx, Schema *live, const Schema *declared);

/* The changes that lead back. */
Changes diff_inverse(Ctx *ctx, const Changes *changes);

/* Both, in the order in which they run. */
Changes diff_join(Ctx *ctx, const Changes *a, const Changes *b);

/* The part of `live` whose names `a` or `b` (which may be NULL) have: what
** was never declared is none of our business. */
Schema *diff_restrict(Ctx *ctx, const Schema *live, const Schema *a,
                      const Schema *b);

/* Keys of what the changes touch, by the names before and after. A table has
** another than an index, view, trigger or virtual table of its name. */
const char *diff_key(Ctx *ctx, bool is_table, const char *name);
NameMap *diff_keys(Ctx *ctx, const Changes *changes);

/* Is the change one of what has these keys? */
bool diff_has_key(Ctx *ctx, const NameMap *keys, const Change *change);

/* One line for messages: "add_column user.about (about TEXT)". */
char *diff_describe(Ctx *ctx, const Change *change);

#endif
